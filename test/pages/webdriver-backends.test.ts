// The page API over WebDriver wherever its session comes from: of a server that was killed meanwhile, of a real Selenium
// Grid, and of the stand-in for safaridriver, which has a real WebKit behind it.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Site, startSite } from '../../examples/site.mjs';
import { createMac } from '../fixtures/safaridriver.ts';
import { startSeleniumGrid } from '../fixtures/selenium-grid.ts';
import { startChild, startInProcess } from '../server.ts';

let site: Site;

beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.close());

async function ask(url: string, method: string, path: string, body?: unknown) {
  const response = await fetch(`${url}${path}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  const text = await response.text();
  // biome-ignore lint/suspicious/noExplicitAny: what is answered differs by the route.
  return { status: response.status, answer: (text === '' ? {} : JSON.parse(text)) as any };
}

/** Runs a command that must succeed. */
async function run(url: string, page: string, action: string, params: object = {}): Promise<unknown> {
  const { answer } = await ask(url, 'POST', `/v1/pages/${page}/command`, { action, params });
  expect({ action, code: answer.code, detail: answer.detail }).toEqual({ action });
  return answer.result;
}

async function logIn(url: string, page: string): Promise<void> {
  await run(url, page, 'goto', { url: `${site.url}/login` });
  await run(url, page, 'fill', { locator: [{ getByLabel: ['Name'] }], value: 'alice' });
  await run(url, page, 'click', { locator: [{ getByRole: ['button', { name: 'Log in' }] }] });
  await run(url, page, 'waitForURL', { url: '**/account' });
  expect(await run(url, page, 'textContent', { locator: 'h1' })).toBe('Hello alice');
  expect(await run(url, page, 'evaluate', { expression: '(n) => n + 1', arg: 1 })).toBe(2);
  expect(await run(url, page, 'context.cookies')).toMatchObject([{ name: 'user', value: 'alice' }]);
  const picture = await run(url, page, 'screenshot');
  expect(picture).toMatchObject({ contentType: 'image/png' });
}

describe('pages over WebDriver', { timeout: 120_000 }, () => {
  it('keep their ids when the server was killed, and go on', async () => {
    let server = await startChild({ backends: { webkitgtk: { capacity: 1 } } });
    try {
      const wish = { browser: 'webkit', keepAlive: true };
      const { answer: session } = await ask(server.url, 'POST', '/v1/sessions', wish);
      const { answer: page } = await ask(server.url, 'POST', `/v1/sessions/${session.id}/pages`, {
        url: `${site.url}/rows`,
      });
      await run(server.url, page.id, 'evaluate', { expression: 'void (window.secret = 42)' });
      const list = async () => {
        const { answer } = await ask(server.url, 'GET', `/v1/sessions/${session.id}/pages`);
        return answer.data.map(({ id }: { id: string }) => id).sort();
      };
      const before = await list();
      await server.kill();
      server = await startChild({ dataFolder: server.dataFolder });
      expect(await list()).toEqual(before);
      expect(await run(server.url, page.id, 'evaluate', { expression: 'window.secret' })).toBe(42);
      await ask(server.url, 'DELETE', `/v1/sessions/${session.id}`);
    } finally {
      await server.expectNothingLeft();
    }
  });

  it('do on a Grid that offers no DevTools what they do elsewhere', async () => {
    const grid = await startSeleniumGrid({ sessions: 1, hasDevTools: false });
    const server = await startInProcess({ backends: { grid: { kind: 'selenium-grid', url: grid.url } } });
    try {
      const { status, answer: session } = await ask(server.url, 'POST', '/v1/sessions', {
        browser: 'chrome',
        protocol: 'webdriver',
        waitMs: 30_000,
      });
      expect(status, JSON.stringify(session)).toBe(201);
      const { answer: page } = await ask(server.url, 'POST', `/v1/sessions/${session.id}/pages`, {});
      const refused = await ask(server.url, 'POST', `/v1/pages/${page.id}/command`, { action: 'pdf' });
      expect(refused.answer.code).toBe('unsupported-operation');
      await logIn(server.url, page.id);
      await ask(server.url, 'DELETE', `/v1/sessions/${session.id}`);
    } finally {
      await server.expectNothingLeft();
      await grid.close();
    }
  });

  it('do in Safari’s place what they do elsewhere', async () => {
    const mac = await createMac();
    mac.set({ engine: 'webkit' });
    const locks = await mkdtemp(join(tmpdir(), 'moorage-safari-'));
    const server = await startInProcess({
      backends: { safari: { driverPath: mac.driverPath } },
      lockFolder: locks,
    });
    try {
      const { status, answer: session } = await ask(server.url, 'POST', '/v1/sessions', {
        browser: 'safari',
      });
      expect(status, JSON.stringify(session)).toBe(201);
      const { answer: page } = await ask(server.url, 'POST', `/v1/sessions/${session.id}/pages`, {});
      await logIn(server.url, page.id);
      await ask(server.url, 'DELETE', `/v1/sessions/${session.id}`);
      expect(mac.pairings()).toEqual({});
    } finally {
      await server.expectNothingLeft();
      await mac.close();
      await rm(locks, { recursive: true });
    }
  });
});
