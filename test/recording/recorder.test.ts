// The recorder in real pages with a collector at the other end: what is seen, what survives a cut socket, and that the
// page cannot tell.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../server.ts';
import { type RecordedChrome, recordChrome } from './rig.ts';

let site: Server;
let url: string;
let rig: RecordedChrome | undefined;

beforeAll(async () => {
  site = createServer((request, response) => {
    const page = PAGES[request.url ?? '/'];
    if (page === undefined) {
      response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': 'sid=secret' });
      response.end(JSON.stringify({ path: request.url }));
    } else {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...page.headers });
      response.end(page.html);
    }
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
});

afterAll(() => {
  site.close();
  site.closeAllConnections();
});

afterEach(async () => {
  await rig?.end();
  rig = undefined;
});

const start = async (...args: Parameters<typeof recordChrome>) => {
  rig = await recordChrome(...args);
  return rig;
};

const PAGES: Record<string, { html: string; headers?: Record<string, string> }> = {
  '/': { html: '<title>Start</title><h1>Plain page</h1><input type="password" value="hunter2">' },
  '/shadow': {
    html: `<title>Shadow</title><x-closed></x-closed><script>
      customElements.define('x-closed', class extends HTMLElement {
        constructor() { super(); this.attachShadow({ mode: 'closed' }).innerHTML = '<p>inside a closed root</p>'; }
      });</script>`,
  },
  '/frames': {
    html: `<title>Frames</title><iframe srcdoc="<p>inside srcdoc</p>"></iframe><iframe src="/inner"></iframe>`,
  },
  '/inner': { html: '<p>inside a frame</p>' },
  '/csp': {
    html: '<title>Strict</title><h1>Strict page</h1>',
    headers: {
      'content-security-policy': "default-src 'none'; script-src 'none'; require-trusted-types-for 'script'",
    },
  },
  '/hostile': {
    html: `<title>Hostile</title><script>
      JSON.stringify = () => 'forged'; Date.now = () => 0; window.setTimeout = () => 0; window.fetch = undefined;
      window.MutationObserver = class {}; Promise.prototype.then = () => {}; Array.prototype.map = () => [];
    </script><h1>Hostile page</h1>`,
  },
};

describe('the recorder sees', () => {
  it('a page from its first snapshot on, through navigations, with what its scripts change', async () => {
    const { page, text } = await start();
    await page.goto(`${url}/`);
    await page.evaluate("document.body.append('added later')");
    await page.goto(`${url}/shadow`);
    await until(() => text().includes('inside a closed root'), 'the closed shadow root');
    expect(text()).toContain('Plain page');
    expect(text()).toContain('added later');
    expect(text()).not.toContain('hunter2');
  });

  it('frames, srcdoc included, in the recording of their page', async () => {
    const { page, text } = await start();
    await page.goto(`${url}/frames`);
    await until(() => text().includes('inside srcdoc') && text().includes('inside a frame'), 'both frames');
  });

  it('pages that no extension reaches, by its init script: about:blank and what is written into it', async () => {
    const { page, batches, text } = await start();
    await page.setContent('<h1>set as content</h1>');
    await until(() => text().includes('set as content'), 'the content');
    expect(batches.some(({ path, url: at }) => path === 'init-script' && at === 'about:blank')).toBe(true);
  });

  it('contexts that a client makes, popups, and pages under a strict policy', async () => {
    const { browser, text } = await start();
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${url}/csp`);
    const popup = page.waitForEvent('popup');
    await page.evaluate(`window.open('${url}/')`);
    await popup;
    await until(() => text().includes('Strict page') && text().includes('Plain page'), 'page and popup');
  });

  it('requests with their outcome, bodies cut, secrets masked, and the console', async () => {
    const { page, notes, text } = await start({ bodyChars: 20 });
    await page.goto(`${url}/`);
    await page.evaluate(
      `fetch('/api/long-enough-to-be-cut', { method: 'POST', headers: { Authorization: 'Bearer top' }, body: '{"a":1}' })`,
    );
    await page.evaluate("fetch('http://127.0.0.1:1/').catch(() => {})");
    await page.evaluate(
      `new Promise((done) => { const x = new XMLHttpRequest(); x.open('GET', '/xhr'); x.onloadend = done; x.send(); })`,
    );
    await page.evaluate("console.warn('careful now')");
    await until(() => text().includes('careful now') && notes('moorage.network').length >= 6, 'the notes');
    const network = notes('moorage.network') as Record<string, unknown>[];
    expect(network).toContainEqual(
      expect.objectContaining({
        phase: 'request',
        kind: 'fetch',
        method: 'POST',
        headers: { authorization: '•••' },
      }),
    );
    expect(network).toContainEqual(
      expect.objectContaining({
        phase: 'response',
        status: 200,
        body: expect.objectContaining({ isTruncated: true }),
      }),
    );
    expect(network).toContainEqual(expect.objectContaining({ phase: 'failed', isAborted: false }));
    expect(network).toContainEqual(
      expect.objectContaining({ phase: 'request', kind: 'xhr', url: `${url}/xhr` }),
    );
    expect(text()).not.toContain('Bearer top');
    expect(text()).not.toContain('sid=secret');
  });

  it('pages that redefine the platform', async () => {
    const { page, text } = await start();
    await page.goto(`${url}/hostile`);
    await page.evaluate("document.body.append('still seen')");
    await until(() => text().includes('Hostile page') && text().includes('still seen'), 'the hostile page');
  });
});

describe('delivery', () => {
  it('loses nothing over twenty cut sockets, and asks for nothing', { timeout: 60_000 }, async () => {
    const { page, proxy, collector, gaps, text } = await start();
    await page.goto(`${url}/`);
    await until(() => text().includes('Plain page'), 'the first snapshot');
    for (let round = 0; round < 20; round += 1) {
      await page.evaluate(`document.body.append('<before ${round}>')`);
      proxy.cut();
      await page.evaluate(`document.body.append('<after ${round}>')`);
      await until(() => collector.isConnected, 'the next connection');
    }
    const rounds = Array.from({ length: 20 }, (_, round) => round);
    const isComplete = () =>
      rounds.every((round) => text().includes(`<before ${round}>`) && text().includes(`<after ${round}>`));
    await until(isComplete, 'all that was added');
    expect(gaps).toEqual([]);
  });

  it('sends five commands a page, its attaching included, and none while it records', async () => {
    const { page, browser, collector, text } = await start();
    await until(() => collector.commands >= 5, 'the first page');
    const before = collector.commands;
    await page.goto(`${url}/`);
    for (let index = 0; index < 50; index += 1) await page.evaluate(`document.body.append('<${index}>')`);
    await until(() => text().includes('<49>'), 'the last change');
    expect(collector.commands).toBe(before);
    const second = await browser.contexts()[0]?.newPage();
    await second?.goto(`${url}/inner`);
    await until(() => text().includes('inside a frame'), 'the second page');
    expect(collector.commands - before).toBe(5);
  });

  it('tells of a page that closed and of one that crashed', async () => {
    const { browser, ends } = await start();
    const [closing, crashing] = await Promise.all([1, 2].map(() => browser.contexts()[0]?.newPage()));
    await closing?.close();
    crashing?.goto('chrome://crash').catch(() => {});
    await until(() => ends.includes('closed') && ends.includes('crashed'), 'both ends');
  });

  it('refuses what a page forges', async () => {
    const { page, batches, collector } = await start({ binding: 'knownName' });
    await page.goto(`${url}/`);
    await until(() => batches.length > 0, 'the recording');
    const before = batches.length;
    // The binding itself is out of reach; a second world of the page has one of its own.
    expect(await page.evaluate('typeof globalThis.knownName')).toBe('undefined');
    await page.evaluate(
      "globalThis.knownName = (text) => (globalThis.stolen = text); document.body.append('x')",
    );
    await until(() => batches.length > before, 'the next batch');
    expect(await page.evaluate('typeof globalThis.stolen')).toBe('undefined');
    expect(collector.refused).toBe(0);
  });
});

describe('the page', () => {
  it('finds no trace of the recorder', async () => {
    const { page } = await start();
    await page.goto(`${url}/`);
    const seen = await page.evaluate(`({
      names: Object.keys(globalThis).filter((name) => /moorage|rrweb|record/i.test(name)),
      sources: [fetch, XMLHttpRequest.prototype.open, Element.prototype.attachShadow, navigator.sendBeacon, Function.prototype.toString]
        .map(String).filter((source) => !source.includes('[native code]')),
      lengths: [fetch.length, fetch.name, new WebSocket('ws://127.0.0.1:1') instanceof WebSocket, 'prototype' in fetch],
      frames: document.querySelectorAll('iframe').length,
    })`);
    expect(seen).toEqual({ names: [], sources: [], lengths: [1, 'fetch', true, false], frames: 0 });
  });
});
