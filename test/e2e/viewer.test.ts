// The viewer in a real browser: what was recorded is shown, in step with what happened, and nothing recorded runs.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CuttableProxy } from '../fixtures/cuttable-proxy.ts';
import { type Onlooker, startOnlooker } from '../fixtures/onlooker.ts';
import { type InProcessServer, startInProcess, until } from '../server.ts';
import { api } from './api.ts';

let server: InProcessServer;
let site: Server;
let siteUrl: string;
let onlooker: Onlooker;
let viewers: BrowserContext;
let recordingId: string;
const beacons: string[] = [];

beforeAll(async () => {
  site = createServer((request, response) => {
    if (request.url?.startsWith('/beacon')) beacons.push(request.url);
    if (request.url === '/fails') {
      response.writeHead(500).end('no');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(
      `<title>${request.url}</title><h1>Page ${request.url}</h1><img src="/beacon?recorded" onerror="fetch('/beacon?ran')">
       <script>fetch('/beacon?script')</script>`,
    );
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  server = await startInProcess({ backends: { chrome: { capacity: 1, warm: { chrome: 0 } } } });
  recordingId = await recordTwoPages();

  onlooker = await startOnlooker();
  // One for all pages: the viewer is compiled once.
  viewers = await onlooker.browser.newContext();
}, 60_000);

afterAll(async () => {
  await onlooker?.close();
  await server.expectNothingLeft();
  site.close();
  site.closeAllConnections();
});

async function recordTwoPages(): Promise<string> {
  const session = await api(server).create({ record: true, keepAlive: true });
  const client = await chromium.connectOverCDP(session.connectUrl ?? '');
  const context = client.contexts()[0];
  const [first, second] = [context?.pages()[0], await context?.newPage()];
  await first?.goto(`${siteUrl}/one`);
  await second?.goto(`${siteUrl}/two`);
  await second?.evaluate("fetch('/fails')");
  await second?.evaluate("console.error('it broke'); document.body.append('after the error')");
  await client.close();
  await api(server).destroy(session.id);
  return session.recordingId ?? '';
}

async function newPage(size = { width: 1200, height: 800 }): Promise<Page> {
  const page = await viewers.newPage();
  await page.setViewportSize(size);
  return page;
}

async function open(hash = '', size = { width: 1200, height: 800 }): Promise<Page> {
  const page = await newPage(size);
  await page.goto(`${server.url}/recordings/${recordingId}${hash}`);
  await page.locator('.replayer-wrapper iframe').waitFor();
  return page;
}

/** Clicks where the bar of a recorded page ends: before that it may not have been there yet. */
async function seeEndOf(page: Page, path: string): Promise<void> {
  const bar = await page.locator(`.lane[title*="${path}"] .span`).boundingBox();
  if (!bar) throw new Error(`${path} has no bar`);
  await page.mouse.click(bar.x + bar.width - 1, bar.y + bar.height / 2);
}

const replay = (page: Page) => page.frameLocator('.replayer-wrapper > iframe');

it('shows the pages of the session as lanes, and the one that is chosen', async () => {
  const page = await open();
  expect(await page.locator('.lane').count()).toBeGreaterThanOrEqual(2);
  await seeEndOf(page, '/one');
  await replay(page).getByText('Page /one').waitFor();
  await page.close();
});

it('jumps to an error, with the list beside it in step, and can be searched', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Next error' }).click();
  await replay(page).getByText('Page /two').waitFor();
  expect(await page.locator('#moments .is-error').count()).toBeGreaterThanOrEqual(2);
  await page.getByRole('searchbox').fill('broke');
  expect(await page.locator('#moments li:visible').allTextContents()).toEqual([
    expect.stringContaining('it broke'),
  ]);
  await page.locator('#moments li:visible button').click();
  await page.getByRole('button', { name: 'Copy link' }).click();
  const { hash } = new URL(page.url());
  await page.close();

  const again = await open(hash);
  await replay(again).getByText('Page /two').waitFor();
  await again.close();
});

it('is driven by the keyboard, and fits a phone', async () => {
  const page = await open('', { width: 390, height: 844 });
  await page.keyboard.press('e');
  await replay(page).getByText('Page /two').waitFor();
  const isWide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
  expect(isWide).toBe(false);
  // The space bar plays, but where it has another meaning.
  const errorsOnly = page.getByLabel('Errors only');
  await errorsOnly.focus();
  await page.keyboard.press(' ');
  expect(await errorsOnly.isChecked()).toBe(true);
  await page.close();
});

it('runs nothing that was recorded', async () => {
  beacons.length = 0;
  const page = await open();
  await seeEndOf(page, '/two');
  await replay(page).getByText('Page /two').waitFor();
  await until(() => beacons.includes('/beacon?recorded'), 'the picture of the page');
  expect(beacons.filter((url) => url !== '/beacon?recorded')).toEqual([]);
  expect(await page.locator('.replayer-wrapper iframe').getAttribute('sandbox')).not.toContain(
    'allow-scripts',
  );
  await page.close();
});

describe('a recording that somebody made up', () => {
  const element = (tagName: string, attributes: Record<string, string>, ...childNodes: object[]) => ({
    type: 2,
    id: nextId++,
    tagName,
    attributes,
    childNodes,
  });
  const text = (textContent: string) => ({ type: 3, id: nextId++, textContent });
  const snapshot = (timestamp: number, head: object[], body: object[]) => {
    const html = element('html', {}, element('head', {}, ...head), element('body', {}, ...body));
    const node = { type: 0, id: nextId++, childNodes: [html] };
    return [
      { type: 4, timestamp, data: { href: `${siteUrl}/made-up`, width: 800, height: 600 } },
      { type: 2, timestamp: timestamp + 1, data: { node, initialOffset: { top: 0, left: 0 } } },
    ];
  };
  let nextId = 1;

  async function importEvents(events: object[]): Promise<string> {
    const response = await fetch(`${server.url}/v1/recordings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(events),
    });
    const { id } = (await response.json()) as { id: string }; // as test/http holds it to
    return id;
  }

  const evil = () => `fetch('${siteUrl}/beacon?ran')`;

  function hostileEvents(): object[] {
    const head = [
      element('meta', { 'http-equiv': 'refresh', content: `0; url=${siteUrl}/beacon?refreshed` }),
      element('base', { href: `${siteUrl}/beacon?base/` }),
      element('style', {}, text(`@import url(${siteUrl}/beacon?imported); body { color: navy }`)),
    ];
    const body = [
      element('h1', {}, text('Hostile page')),
      element('script', { src: `${siteUrl}/beacon?script` }, text(evil())),
      element('img', { src: `${siteUrl}/beacon?picture`, onerror: evil(), onload: evil() }),
      element('a', { href: `javascript:${evil()}` }, text('Click me')),
      element('iframe', { src: `${siteUrl}/beacon?framed` }),
      element('iframe', { srcdoc: `<script>${evil()}</script>` }),
      element(
        'form',
        { action: `${siteUrl}/beacon?sent` },
        element('button', { autofocus: '' }, text('Send')),
      ),
      element('object', { data: `${siteUrl}/beacon?object` }),
      element('svg', { onload: evil() }, element('script', {}, text(evil()))),
      element('details', { open: '', ontoggle: evil() }),
    ];
    const at = Date.now();
    const late = { source: 0, texts: [], removes: [], adds: [], attributes: [] as object[] };
    late.attributes.push({ id: 1, attributes: { onclick: evil(), src: `javascript:${evil()}` } });
    return [...snapshot(at, head, body), { type: 3, timestamp: at + 500, data: late }];
  }

  async function openMadeUp(id: string, query: string): Promise<Page> {
    const page = await newPage();
    await page.goto(`${server.url}/recordings/${id}${query}`);
    await page.locator('.replayer-wrapper iframe').waitFor();
    return page;
  }

  it('runs nothing, goes nowhere and sends nothing: pictures and styles are all that it may fetch', async () => {
    const id = await importEvents(hostileEvents());
    beacons.length = 0;
    const page = await openMadeUp(id, '');
    await replay(page).getByText('Hostile page').waitFor();
    await until(() => beacons.includes('/beacon?picture'), 'the picture');
    for (const name of ['Click me', 'Send']) {
      const box = await replay(page).getByText(name).boundingBox();
      if (box) await page.mouse.click(box.x + 5, box.y + 5);
    }
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    const allowed = ['/beacon?imported', '/beacon?picture'];
    expect(beacons.filter((url) => !allowed.includes(url))).toEqual([]);
    expect(page.url()).toBe(`${server.url}/recordings/${id}`);
    await page.close();
  });

  it('lists what can be read of it beside what is nonsense', async () => {
    const at = Date.now();
    const forged = { toString: 1, valueOf: 1 };
    const network = (payload: object) => ({
      type: 5,
      timestamp: at + 10,
      data: { tag: 'moorage.network', payload },
    });
    const id = await importEvents([
      ...snapshot(at, [], [element('h1', {}, text('Made up'))]),
      network({ phase: 'request', id: forged, method: forged, url: forged }),
      network({ phase: 'failed', id: forged, error: forged, code: forged }),
      network({ phase: 'resource', url: forged, status: forged }),
      {
        type: 5,
        timestamp: at + 11,
        data: { tag: 'moorage.take-over', payload: { state: 'taken-over', by: forged } },
      },
      network({ phase: 'request', id: 'a', method: 'GET', url: `${siteUrl}/as-it-should-be` }),
    ]);
    const page = await openMadeUp(id, '');
    await page.locator('#moments').getByText('/as-it-should-be').waitFor();
    expect(await page.locator('#moments li').count()).toBe(4);
    await page.close();
  });

  it('is played to its end, also where nothing is to be seen in its first moments', async () => {
    const at = Date.now();
    const line = text('Before');
    const change = {
      source: 0,
      texts: [{ id: line.id, value: 'After' }],
      removes: [],
      adds: [],
      attributes: [],
    };
    const id = await importEvents([
      ...[0, 1].map((type) => ({ type, timestamp: at, data: {} })), // as rrweb tells that a document is complete
      ...snapshot(at + 20, [], [line]),
      { type: 3, timestamp: at + 400, data: change },
    ]);
    const page = await openMadeUp(id, '');
    await replay(page).getByText('After').waitFor();
    await page.close();
  });

  it('may fetch nothing at all where one says so', async () => {
    const id = await importEvents(hostileEvents());
    beacons.length = 0;
    const page = await openMadeUp(id, '?pictures=off');
    await replay(page).getByText('Hostile page').waitFor();
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    expect(beacons).toEqual([]);
    expect(await page.getByLabel('Load pictures').isChecked()).toBe(false);
    await page.close();
  });

  it('can be an hour long, and opens and is sought at any moment of it', async () => {
    const at = Date.now() - 3_600_000;
    const minutes = Array.from({ length: 60 }, (_, minute) =>
      snapshot(at + minute * 60_000, [], [element('h1', {}, text(`Minute ${minute}.`))]),
    );
    const id = await importEvents(minutes.flat());
    const requests: string[] = [];
    const page = await newPage();
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(`${server.url}/recordings/${id}#at=${at + 50 * 60_000 + 10}`);
    await replay(page).getByText('Minute 50.').waitFor();
    expect(
      requests.filter((url) => url.includes('from=') && !url.includes(`from=${at + 50 * 60_000 + 10}`)),
    ).toEqual([]);

    const lanes = await page.locator('#lanes').boundingBox();
    if (!lanes) throw new Error('there is no timeline');
    await page.mouse.click(lanes.x + (lanes.width * 10.5) / 59, lanes.y + lanes.height / 2);
    await replay(page).getByText('Minute 10.').waitFor();
    await page.keyboard.press('End');
    await replay(page).getByText('Minute 59.').waitFor();
    await page.close();
  });
});

it('explains its keys, and goes on while the recording does', async () => {
  const session = await api(server).create({ record: true, keepAlive: true });
  const client = await chromium.connectOverCDP(session.connectUrl ?? '');
  const target = client.contexts()[0]?.pages()[0];
  await target?.goto(`${siteUrl}/live`);
  const page = await newPage();
  await page.goto(`${server.url}/recordings/${session.recordingId}`);
  await replay(page).getByText('Page /live').waitFor();
  await target?.evaluate("document.body.append('added while watched')");
  await replay(page).getByText('added while watched').waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).getByText('Next error').waitFor();
  await page.close();
  await client.close();
  await api(server).destroy(session.id);
});

it('goes on where it was when its connection is cut', async () => {
  const session = await api(server).create({ record: true, keepAlive: true });
  const client = await chromium.connectOverCDP(session.connectUrl ?? '');
  const target = client.contexts()[0]?.pages()[0];
  await target?.goto(`${siteUrl}/live`);
  const proxy = await CuttableProxy.open(new URL(server.url).host);
  const page = await newPage();
  await page.goto(`http://${proxy.host}/recordings/${session.recordingId}`);
  await replay(page).getByText('Page /live').waitFor();
  proxy.cut();
  await target?.evaluate("document.body.append('added while away')");
  await replay(page).getByText('added while away').waitFor();
  await page.close();
  await proxy.close();
  await client.close();
  await api(server).destroy(session.id);
});

it('says so where there is no such recording', async () => {
  const page = await newPage();
  await page.goto(`${server.url}/recordings/rec_none`);
  await page.getByText('There is no recording rec_none.').waitFor();
  await page.close();
});
