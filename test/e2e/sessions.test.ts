// Real browsers through the relay, driven by the real clients: Playwright, Puppeteer and plain WebSockets.

import { chromium } from 'playwright-core';
import puppeteer from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { Session } from '../../src/protocol/sessions.ts';
import { type InProcessServer, startInProcess, until } from '../server.ts';
import { api } from './api.ts';

let server: InProcessServer;

beforeAll(async () => {
  server = await startInProcess({ backends: { chrome: { capacity: 4 } } });
});

afterEach(async () => {
  const { data } = await api(server).list();
  await Promise.all(data.map(({ id }) => api(server).destroy(id)));
});

afterAll(async () => {
  await server.expectNothingLeft();
});

const wsUrl = (path: string) => `ws://${new URL(server.url).host}${path}`;

describe('Playwright', () => {
  it('drives a session by its connectUrl, and the session ends with the connection', async () => {
    const session = await api(server).create();
    const browser = await chromium.connectOverCDP(address(session.connectUrl));
    const page = await newPage(browser);
    await page.goto('data:text/html,<title>one</title><input>');
    await page.fill('input', 'moorage');
    expect(await page.inputValue('input')).toBe('moorage');
    expect((await page.screenshot()).length).toBeGreaterThan(1000);
    await browser.close();
    await until(async () => (await api(server).get(session.id)).status === 'ended', 'the end of the session');
    expect((await api(server).get(session.id)).endReason).toBe('disconnected');
  });

  it('drives a session by its HTTP address', async () => {
    const session = await api(server).create();
    const browser = await chromium.connectOverCDP(address(session.cdpUrl));
    expect(await (await newPage(browser)).evaluate('1 + 1')).toBe(2);
    await browser.close();
  });

  it('makes contexts of its own that do not share cookies', async () => {
    const session = await api(server).create();
    const browser = await chromium.connectOverCDP(address(session.connectUrl));
    const [one, two] = [await browser.newContext(), await browser.newContext()];
    await one.addCookies([{ name: 'a', value: '1', url: 'http://127.0.0.1' }]);
    expect(await one.cookies()).toHaveLength(1);
    expect(await two.cookies()).toHaveLength(0);
    await browser.close();
  });

  it('gets a session by connecting', async () => {
    const browser = await chromium.connectOverCDP(wsUrl('/connect?browser=chrome&viewport=900x700'));
    const [session] = (await api(server).list('ready')).data;
    expect(session).toMatchObject({ status: 'ready', browser: 'chrome', connections: 1 });
    expect(await (await newPage(browser)).evaluate('[innerWidth, innerHeight].join()')).toBe('900,700');
    await browser.close();
    await until(async () => (await api(server).list('ready')).data.length === 0, 'the end of the session');
  });
});

describe('Puppeteer', () => {
  it('drives a session, leaves it, and finds it again while keepAlive is on', async () => {
    const session = await api(server).create({ keepAlive: true });
    const browserWSEndpoint = address(session.wsEndpoint);
    const first = await puppeteer.connect({ browserWSEndpoint });
    const page = await first.newPage();
    await page.evaluate('globalThis.secret = 42');
    await first.disconnect();

    const second = await puppeteer.connect({ browserWSEndpoint });
    const values = await Promise.all(
      (await second.pages()).map((found) => found.evaluate('globalThis.secret')),
    );
    expect(values).toContain(42);
    await second.disconnect();
  });

  it('ends the session when it closes the browser', async () => {
    const session = await api(server).create({ keepAlive: true });
    const browser = await puppeteer.connect({ browserWSEndpoint: address(session.wsEndpoint) });
    await browser.close();
    await until(async () => (await api(server).get(session.id)).status === 'ended', 'the end of the session');
    expect((await api(server).get(session.id)).endReason).toBe('browser-closed');
  });

  it('shares a session with Playwright; the first to leave does not end it', async () => {
    const session = await api(server).create();
    const one = await puppeteer.connect({ browserWSEndpoint: address(session.wsEndpoint) });
    const other = await chromium.connectOverCDP(address(session.connectUrl));
    await one.disconnect();
    await until(async () => (await api(server).get(session.id)).connections === 1, 'the first to have left');
    expect(await (await newPage(other)).evaluate('2 + 2')).toBe(4);
    await other.close();
  });
});

describe('DevTools addresses', () => {
  it('lists the pages with addresses of the relay, which work', async () => {
    const session = await api(server).create({ keepAlive: true });
    const list = await json<{ type: string; webSocketDebuggerUrl: string }[]>(at(session, 'json/list'));
    const page = list.find(({ type }) => type === 'page');
    expect(page?.webSocketDebuggerUrl).toContain(
      `${new URL(server.url).host}/v1/sessions/${session.id}/devtools/page/`,
    );
    expect(JSON.stringify(list)).not.toContain('/devtools/inspector.html');
    expect(await evaluateOver(page?.webSocketDebuggerUrl, '6 * 7')).toBe(42);

    const version = await json<{ Browser: string }>(at(session, 'json/version'));
    expect(version.Browser).toMatch(/^(Headless)?Chrome/);
    const protocol = await json<{ domains: unknown[] }>(at(session, 'json/protocol'));
    expect(protocol.domains.length).toBeGreaterThan(20);
  });
});

describe('a browser that dies', () => {
  it('closes its connections with 4502 and says why', async () => {
    const session = await api(server).create();
    const socket = new WebSocket(address(session.connectUrl));
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise<[number, string]>((resolve) => {
      socket.once('close', (code, reason) => resolve([code, reason.toString()]));
    });
    socket.send(JSON.stringify({ id: 1, method: 'Browser.crash' }));
    const [code, reason] = await closed;
    expect(code).toBe(4502);
    expect(reason).toContain('crashed');
    await until(async () => (await api(server).get(session.id)).status === 'ended', 'the end of the session');
    expect((await api(server).get(session.id)).endReason).toBe('browser-crashed');
  });
});

async function newPage(browser: Awaited<ReturnType<typeof chromium.connectOverCDP>>) {
  const [context] = browser.contexts();
  if (!context) throw new Error('the browser has no default context');
  return context.newPage();
}

function address(url: string | undefined): string {
  if (url === undefined) throw new Error('the session has no such address');
  return url;
}

function at(session: Session, path: string): URL {
  const url = new URL(address(session.cdpUrl));
  url.pathname += `/${path}`;
  return url;
}

async function json<T>(url: URL): Promise<T> {
  return (await (await fetch(url)).json()) as T; // what Chrome answers there
}

async function evaluateOver(url: string | undefined, expression: string): Promise<unknown> {
  const socket = new WebSocket(address(url));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const answer = new Promise<string>((resolve) => socket.once('message', (data) => resolve(data.toString())));
  socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } }));
  const { result } = JSON.parse(await answer);
  socket.close();
  return result.result.value;
}
