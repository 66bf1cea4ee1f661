// Browsers over Playwright's own protocol, through the server, with every build that is here: a Chromium always, Playwright's
// Firefox and WebKit where they are installed.

import { type BrowserType, chromium, firefox, webkit } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Site, startSite } from '../../examples/site.mjs';
import type { BackendDefinition } from '../../src/backends/backend.ts';
import { playwrightChromium, playwrightFirefox, playwrightWebkit } from '../../src/backends/playwright.ts';
import type { Recording } from '../../src/protocol/recordings.ts';
import type { Session, SessionCreate } from '../../src/protocol/sessions.ts';
import { type InProcessServer, startInProcess, until } from '../server.ts';
import { api, refusalOf } from './api.ts';

const KINDS: { type: BrowserType; definition: BackendDefinition }[] = [
  { type: chromium, definition: playwrightChromium },
  { type: firefox, definition: playwrightFirefox },
  { type: webkit, definition: playwrightWebkit },
];

for (const { type, definition } of KINDS) {
  const detection = await definition.detect({});
  if (!detection.found) console.warn(`SKIPPED: ${definition.kind}: ${detection.detail} ${detection.fix}`);
  describe.skipIf(!detection.found)(`a session of ${definition.kind}`, { timeout: 180_000 }, () =>
    defineTests(type, definition.kind),
  );
}

function defineTests(type: BrowserType, kind: string): void {
  let site: Site;
  let server: InProcessServer;

  beforeAll(async () => {
    site = await startSite();
    server = await startInProcess({ backends: { [kind]: { capacity: 2 } } });
  });

  afterAll(async () => {
    await site.close();
    await server.expectNothingLeft();
  });

  const create = (request: SessionCreate = {}) =>
    api(server).create({ browser: type.name(), protocol: 'playwright', ...request });
  const end = ({ id }: Session) => api(server).destroy(id);

  it('is driven by a stock client at its connectUrl, and recorded in every context that one makes', async () => {
    const session = await create({ record: true, keepAlive: true });
    expect(session).toMatchObject({ protocol: 'playwright', browser: type.name() });
    expect(session.connectUrl).toContain(`/v1/sessions/${session.id}/playwright?token=`);
    const browser = await type.connect(session.connectUrl ?? '');
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${site.url}/login`);
    await page.getByLabel('Name').fill('alice');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL(`${site.url}/account`);
    await page.evaluate("fetch('/rows?a=1').then((r) => r.text())");
    const other = await (await browser.newContext()).newPage();
    await other.goto(`${site.url}/login`);
    await other.evaluate("console.error('something broke in the second context')");
    await other.evaluate("document.body.append('late in the second context')");
    await browser.close();

    // Its contexts are gone with the connection, the browser is not.
    const again = await type.connect(session.connectUrl ?? '');
    expect(again.contexts()).toEqual([]);
    await again.close();
    expect((await api(server).get(session.id)).status).toBe('ready');
    await end(session);

    const recording = await api(server).call<Recording>('GET', `/v1/recordings/${session.recordingId}`);
    expect(recording).toMatchObject({ status: 'complete', browser: type.name() });
    expect(recording.pages.map(({ gaps, end: how, paths }) => ({ gaps, how, paths }))).toEqual([
      { gaps: 0, how: 'closed', paths: ['init-script'] },
      { gaps: 0, how: 'closed', paths: ['init-script'] },
    ]);
    expect(recording.pages.map(({ url }) => url)).toEqual([`${site.url}/account`, `${site.url}/login`]);
    const events = await (await fetch(`${server.url}/v1/recordings/${session.recordingId}/events`)).text();
    expect(events).toContain('/rows?a=1');
    expect(events).toContain('something broke in the second context');
    expect(events).toContain('late in the second context');
  });

  it('is made by connecting, and ends with the connection', async () => {
    const address = `${server.url.replace('http', 'ws')}/connect?browser=${type.name()}&protocol=playwright`;
    const browser = await type.connect(address);
    const page = await browser.newPage();
    await page.goto(`${site.url}/login`);
    expect(await page.title()).not.toBe('');
    const { data } = await api(server).list('ready');
    expect(data).toHaveLength(1);
    await browser.close();
    await until(async () => (await api(server).list('ready')).data.length === 0, 'the session ends');
  });

  it('refuses a client of another minor version before it starts anything', async () => {
    const before = (await api(server).list()).data.length;
    const address = `${server.url.replace('http', 'ws')}/connect?browser=${type.name()}&protocol=playwright`;
    const socket = new WebSocket(address, {
      headers: { 'user-agent': 'Playwright/1.40.1 (x64; debian 12)' },
    });
    const answer = await new Promise<string>((resolve, reject) => {
      socket.once('open', () => reject(new Error('it was let in')));
      socket.once('unexpected-response', (_request, response) => {
        let body = '';
        response.on('data', (chunk) => {
          body += String(chunk);
        });
        response.on('end', () => resolve(`${response.statusCode} ${body}`));
      });
    });
    expect(answer).toMatch(/^422 .*this client is Playwright 1\.40\. Install playwright@1\.65/s);
    expect((await api(server).list()).data).toHaveLength(before);
  });

  it('leads nobody around the rules of the network', async () => {
    const session = await create({ keepAlive: true });
    const browser = await type.connect(session.connectUrl ?? '');
    await expect(browser.newContext({ proxy: { server: 'http://127.0.0.1:9' } })).rejects.toThrow(
      'Moorage sets the proxy',
    );
    const context = await browser.newContext();
    const page = await context.newPage();
    expect((await page.goto('http://169.254.169.254/latest/meta-data/'))?.status()).toBe(403);
    const fetched = await context.request.get('http://169.254.169.254/').catch((error: Error) => error);
    if (!(fetched instanceof Error)) expect(fetched.status()).toBe(403);
    await browser.close();
    await end(session);
  });

  it('speaks nothing else, and says so', async () => {
    const session = await create({ keepAlive: true });
    const call = api(server).call<unknown>('POST', `/v1/sessions/${session.id}/pages`, {});
    expect((await refusalOf(call)).details.code).toBe('unsupported-operation');
    const address = (session.connectUrl ?? '').replace('/playwright?', '/cdp?');
    const code = await new Promise((resolve) => new WebSocket(address).once('close', resolve));
    expect(code).toBe(4400);
    await end(session);
  });
}
