// Surfaces from the outside, with real Chromes behind a real server: clients that come and go, owners, leases, copies,
// and a Chrome that somebody else started.

import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import puppeteer from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type Site, startSite } from '../../examples/site.mjs';
import { identify } from '../../src/process-identity.ts';
import type { LeaseGranted, Surface } from '../../src/protocol/surfaces.ts';
import { CuttableProxy } from '../fixtures/cuttable-proxy.ts';
import {
  type ChildServer,
  type InProcessServer,
  processesOf,
  startChild,
  startInProcess,
  until,
} from '../server.ts';
import { launchChrome } from '../surfaces/chromes.ts';
import { api, refusalOf } from './api.ts';
import { surfaceOf } from './browser.ts';

let site: Site;

beforeAll(async () => {
  site = await startSite();
});

afterAll(() => site.close());

/** What a client of Playwright does with the first tab of a surface. */
async function using<T>(surface: Surface, work: (page: Page, browser: Browser) => Promise<T>): Promise<T> {
  const browser = await chromium.connectOverCDP(surface.cdpUrl ?? '');
  try {
    const [context] = browser.contexts();
    const page = context?.pages()[0] ?? (await context?.newPage());
    if (!page) throw new Error('the surface has no context');
    return await work(page, browser);
  } finally {
    await browser.close();
  }
}

const logIn = (surface: Surface, name: string) =>
  using(surface, async (page) => {
    await page.goto(`${site.url}/login`);
    await page.getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL(`${site.url}/account`);
    await page.evaluate("localStorage.setItem('visited', 'yes')");
  });

const greeting = (surface: Surface) =>
  using(surface, async (page) => {
    await page.goto(`${site.url}/account`);
    const [text, visited] = [
      await page.textContent('h1'),
      await page.evaluate("localStorage.getItem('visited')"),
    ];
    return { text, visited };
  });

describe('with a server', () => {
  let server: InProcessServer;
  const open = (name: string, options: object = {}) => surfaceOf(() => server, name).open({ ...options });
  const call = <T>(method: string, path: string, body?: unknown) => api(server).call<T>(method, path, body);

  beforeAll(async () => {
    server = await startInProcess({ backends: { chrome: { warm: { chrome: 0 } } } });
  });

  afterAll(() => server.expectNothingLeft());

  it('a surface outlives the close of its clients, Playwright’s and Puppeteer’s', async () => {
    const alice = await open('alice');
    await using(alice, (page) => page.evaluate('globalThis.secret = 42'));
    const browser = await puppeteer.connect({ browserWSEndpoint: alice.connectUrl ?? '' });
    const [page] = await browser.pages();
    expect(await page?.evaluate('globalThis.secret')).toBe(42);
    // Sends Browser.close, which for another browser is the end.
    await browser.close();
    expect(await using(alice, (again) => again.evaluate('globalThis.secret'))).toBe(42);
    expect(await open('alice')).toMatchObject({ generation: 1, sessionId: alice.sessionId });
  });

  it('its clone has its log-in of just now, its storage and its tabs, and it goes on where it was', async () => {
    const alice = await open('alice');
    await logIn(alice, 'alice');
    await using(alice, (page) => page.evaluate('globalThis.secret = 43'));
    const clone = await call<Surface>('POST', '/v1/surfaces/alice/clone', { to: 'alice-2' });
    expect(clone).toMatchObject({ name: 'alice-2', status: 'stopped', generation: 0 });
    expect(await using(alice, (page) => page.evaluate('globalThis.secret'))).toBe(43);

    const woken = await open('alice-2');
    const urls = await using(woken, async (_, browser) =>
      browser
        .contexts()[0]
        ?.pages()
        .map((page) => page.url()),
    );
    expect(urls).toContain(`${site.url}/account`);
    expect(await greeting(woken)).toEqual({ text: 'Hello alice', visited: 'yes' });
    const refusal = await refusalOf(call('POST', '/v1/surfaces/alice/clone', { to: 'alice-2' }));
    expect(refusal.details.code).toBe('invalid-argument');
    await surfaceOf(() => server, 'alice-2').delete();
  });

  it('its archive makes the same surface again', async () => {
    await logIn(await open('alice'), 'alice');
    const archive = await fetch(`${server.url}/v1/surfaces/alice/archive`);
    const bytes = new Uint8Array(await archive.arrayBuffer());
    await surfaceOf(() => server, 'alice').delete();

    const made = await fetch(`${server.url}/v1/surfaces/again/archive`, {
      method: 'PUT',
      headers: { 'content-type': 'application/gzip' },
      body: bytes,
    });
    expect(made.status).toBe(201);
    expect(await greeting(await open('again'))).toEqual({ text: 'Hello alice', visited: 'yes' });
    await surfaceOf(() => server, 'again').delete();
  });

  it('its state is Playwright’s, both ways', async () => {
    await logIn(await open('alice'), 'alice');
    const state = await call<{ cookies: object[]; origins: object[] }>('GET', '/v1/surfaces/alice/state');
    expect(state.origins).toEqual([{ origin: site.url, localStorage: [{ name: 'visited', value: 'yes' }] }]);
    expect(state.cookies).toEqual([
      expect.objectContaining({ name: 'user', value: 'alice', httpOnly: true }),
    ]);
    const fresh = await open('fresh', { storageState: state });
    expect(await greeting(fresh)).toEqual({ text: 'Hello alice', visited: 'yes' });
    await surfaceOf(() => server, 'fresh').delete();
  });

  it('a lease keeps the commands of others out, and lets them look', async () => {
    const alice = await open('alice');
    const lease = await call<LeaseGranted>('POST', '/v1/surfaces/alice/lease', { holder: 'nightly' });
    const [code, reason] = await once(new WebSocket(alice.connectUrl ?? ''), 'close');
    expect([code, String(reason)]).toEqual([4423, expect.stringContaining('nightly (agent)')]);
    const pages = await surfaceOf(() => server, 'alice').pages();
    expect(pages.length).toBeGreaterThan(0);
    const goTo = (headers: Record<string, string>) =>
      fetch(`${server.url}/v1/pages/${pages[0]?.id}/command`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ action: 'goto', params: { url: `${site.url}/rows` } }),
      });
    expect((await goTo({})).status).toBe(423);
    expect((await goTo({ 'moorage-lease': lease.token })).status).toBe(200);
    const title = await fetch(`${server.url}/v1/pages/${pages[0]?.id}/command`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ action: 'title' }),
    });
    expect(await title.json()).toMatchObject({ result: 'Rows' });
    const released = await fetch(`${server.url}/v1/surfaces/alice/lease`, {
      method: 'DELETE',
      headers: { 'moorage-lease': lease.token },
    });
    expect(released.status).toBe(204);
  });

  it('options that change while it runs hold from the next launch on', async () => {
    await open('alice', { userAgent: 'one' });
    await surfaceOf(() => server, 'alice').stop();
    const first = await open('alice');
    expect(await using(first, (page) => page.evaluate('navigator.userAgent'))).toBe('one');
    expect((await open('alice', { userAgent: 'two' })).pendingOptions).toEqual(['userAgent']);
    expect(await using(first, (page) => page.evaluate('navigator.userAgent'))).toBe('one');
    await surfaceOf(() => server, 'alice').stop();
    const second = await open('alice');
    expect(second.pendingOptions).toBeUndefined();
    expect(await using(second, (page) => page.evaluate('navigator.userAgent'))).toBe('two');
  });

  it('a Chrome of somebody else is attached, through a proxy as well, and left running', async () => {
    const chrome = await launchChrome();
    const proxy = await CuttableProxy.open(new URL(chrome.browserUrl).host);
    const port = Number(proxy.host.split(':')[1]);
    try {
      const attached = await call<Surface>('POST', '/v1/surfaces/mine/attach', { port });
      expect(attached).toMatchObject({ status: 'running', attached: { port } });
      await using(attached, (page) => page.evaluate('globalThis.secret = 44'));
      const refusal = await refusalOf(call('POST', '/v1/surfaces/mine/clone', { to: 'other' }));
      expect(refusal.details.code).toBe('unsupported-operation');
      await surfaceOf(() => server, 'mine').stop();
      expect(await using(attached, (page) => page.evaluate('globalThis.secret'))).toBe(44);
      await surfaceOf(() => server, 'mine').delete();
      expect(processesOf(chrome.folder).length).toBeGreaterThan(0);
    } finally {
      await proxy.close();
      await chrome.expectNothingLeft();
    }
  });

  it('a port with nobody behind it is refused, and no surface stays', async () => {
    const refusal = await refusalOf(call('POST', '/v1/surfaces/nobody/attach', { port: 1 }));
    expect(refusal.status).toBeGreaterThanOrEqual(400);
    expect((await refusalOf(call('GET', '/v1/surfaces/nobody'))).details.code).toBe('surface-not-found');
  });
});

describe('after SIGKILL of the server', () => {
  let server: ChildServer;

  afterEach(() => server.expectNothingLeft());

  it('the same session, tab state, lease and address are there, and nothing stays frozen by a copy', {
    timeout: 120_000,
  }, async () => {
    server = await startChild({ backends: { chrome: { warm: { chrome: 0 } } } });
    const alice = await surfaceOf(() => server, 'alice').open();
    await using(alice, (page) => page.evaluate('globalThis.secret = 42'));
    const { token } = await api(server).call<LeaseGranted>('POST', '/v1/surfaces/alice/lease', {
      ttlMs: 600_000,
    });
    await server.kill();
    // As if the server had died in the middle of a copy.
    const pid = alice.pid ?? 0;
    process.kill(-pid, 'SIGSTOP');
    await markFrozen(server.dataFolder, pid);

    server = await startChild({ dataFolder: server.dataFolder });
    await until(
      async () => (await surfaceOf(() => server, 'alice').look()).status === 'running',
      'the thawed surface',
    );
    const { host } = new URL(server.url);
    const address = `${(alice.connectUrl ?? '').replace(/\/\/[^/]+/, `//${host}`)}&lease=${token}`;
    const browser = await chromium.connectOverCDP(address);
    expect(await browser.contexts()[0]?.pages()[0]?.evaluate('globalThis.secret')).toBe(42);
    await browser.close();
    expect(await surfaceOf(() => server, 'alice').look()).toMatchObject({
      sessionId: alice.sessionId,
      generation: 1,
      pid,
      lease: { holder: 'unnamed' },
    });
  });
});

/** What `Copies` writes before it freezes a Chrome. */
async function markFrozen(dataFolder: string, pid: number): Promise<void> {
  const folder = join(dataFolder, 'surfaces', '.copies', 'srf_cut-off');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'frozen.json'), JSON.stringify(await identify(pid)));
}
