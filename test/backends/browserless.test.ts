// Browsers of Browserless through the whole server: one pool over several addresses, recordings beside clients, and what
// becomes of sessions when a server over there is full, overloaded, wrong or gone.

import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Site, startSite } from '../../examples/site.mjs';
import type { Backend as BackendView } from '../../src/protocol/backends.ts';
import { type StandInBrowserless, startBrowserless } from '../fixtures/browserless.ts';
import { type InProcessServer, startInProcess, until } from '../server.ts';

let site: Site;
let one: StandInBrowserless;
let other: StandInBrowserless;
let server: InProcessServer;

beforeAll(async () => {
  [site, one, other] = await Promise.all([startSite(), startBrowserless(1), startBrowserless(1)]);
  const addresses = [one, other].map(({ url, token }) => ({ url, token }));
  server = await startInProcess({
    backends: { browserless: { addresses }, chrome: { capacity: 1, warm: { chrome: 0 } } },
    health: { interval: '200ms', timeout: '10s' },
  });
});

afterAll(async () => {
  await server.expectNothingLeft();
  await Promise.all([one.close(), other.close(), site.close()]);
});

async function ask(method: string, path: string, body?: unknown) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: what is answered differs by the route.
  return { status: response.status, answer: (await response.json()) as any };
}
const create = (wishes: object = {}) =>
  ask('POST', '/v1/sessions', { backend: 'browserless', keepAlive: true, waitMs: 0, ...wishes });
const destroy = (id: string) => ask('DELETE', `/v1/sessions/${id}`);
const running = () => one.running + other.running;

async function lookAtBackend(): Promise<BackendView> {
  const { answer } = await ask('GET', '/v1/backends');
  return answer.data.find(({ name }: BackendView) => name === 'browserless');
}

describe('a session of Browserless', () => {
  it('outlives its clients, who come beside each other to the same browser, and is recorded', async () => {
    const { answer: session } = await create({ record: true, viewport: { width: 800, height: 600 } });
    for (const visit of [1, 2]) {
      const browser = await chromium.connectOverCDP(session.cdpUrl);
      const [page] = browser.contexts()[0]?.pages() ?? [];
      if (visit === 1) await page?.goto(`${site.url}/rows`);
      expect(await page?.title()).toBe('Rows');
      expect(await page?.evaluate('innerWidth')).toBe(800);
      await browser.close();
    }
    expect(running()).toBe(1);
    await until(async () => {
      const { pages } = (await ask('GET', `/v1/recordings/${session.recordingId}`)).answer;
      return pages.some(({ url, paths }: { url: string; paths: string[] }) => {
        return url.endsWith('/rows') && paths.includes('init-script');
      });
    }, 'its recording');
    await destroy(session.id);
    await until(() => running() === 0, 'the end of the browser');
  });

  it('goes to the address that has room, and is refused where none has', async () => {
    await until(
      async () => (await lookAtBackend()).capacity === 2,
      'that the earlier one is not counted any more',
    );
    const sessions = await Promise.all([create(), create()]);
    expect([one.running, other.running]).toEqual([1, 1]);
    const third = await create();
    expect(third).toMatchObject({ status: 503, answer: { code: 'no-capacity' } });
    await Promise.all(sessions.map(({ answer }) => destroy(answer.id)));
    await until(() => running() === 0, 'the end of the browsers');
  });

  it('ends with its browser, and says who ended it', async () => {
    await until(async () => (await lookAtBackend()).capacity === 2, 'that the earlier ones are not counted');
    const { answer: session } = await create();
    const browser = await chromium.connectOverCDP(session.cdpUrl);
    await (await browser.newBrowserCDPSession()).send('Browser.close').catch(() => {});
    await until(
      async () => (await ask('GET', `/v1/sessions/${session.id}`)).answer.status === 'ended',
      'its end',
    );
    expect((await ask('GET', `/v1/sessions/${session.id}`)).answer.endReason).toBe('browser-closed');
  });

  it('shows its token to nobody', async () => {
    const { answer: session } = await create();
    const texts = await Promise.all(
      [
        `/v1/sessions/${session.id}`,
        '/v1/sessions',
        '/v1/backends',
        '/metrics',
        `/v1/sessions/${session.id}/json/list`,
      ].map(async (path) => (await fetch(`${server.url}${path}`)).text()),
    );
    expect(texts.join()).not.toContain(one.token);
    await destroy(session.id);
  });
});

describe('routing', () => {
  it('sends who asks for Chrome to Browserless while the machine here is full, and back when that is overloaded', async () => {
    const here = await ask('POST', '/v1/sessions', { backend: 'chrome', keepAlive: true });
    const there = await ask('POST', '/v1/sessions', { keepAlive: true, waitMs: 0 });
    expect(there.answer.backend).toBe('browserless');
    await destroy(there.answer.id);
    await destroy(here.answer.id);

    one.isOverloaded = true;
    other.isOverloaded = true;
    await until(async () => (await lookAtBackend()).health === 'unhealthy', 'its bad health');
    expect((await lookAtBackend()).healthReason).toContain('cpu');
    const back = await ask('POST', '/v1/sessions', { keepAlive: true });
    expect(back.answer.backend).toBe('chrome');
    await destroy(back.answer.id);

    one.isOverloaded = false;
    other.isOverloaded = false;
    await until(async () => (await lookAtBackend()).health === 'healthy', 'its good health');
  });
});

describe('a configuration that is wrong', () => {
  it.each([
    [
      'a wrong token',
      async () => ({ url: one.url, token: 'wrong' }),
      /refuses the token.*`addresses\[0\]\.token`/,
    ],
    [
      'an address of something else',
      async () => ({ url: site.url }),
      /HTTP|does not answer as a Browserless/,
    ],
    ['an address where nobody is', async () => ({ url: 'http://127.0.0.1:1' }), /cannot be asked/],
  ])('with %s is told by its health, and leaves nothing', async (_, address, reason) => {
    const wrong = await startInProcess({
      backends: { browserless: { addresses: [await address()] } },
      health: { interval: '200ms' },
    });
    try {
      const look = async () => {
        const list = (await (await fetch(`${wrong.url}/v1/backends`)).json()) as { data: BackendView[] }; // our own API
        return list.data.find(({ name }) => name === 'browserless');
      };
      await until(async () => (await look())?.health === 'unhealthy', 'its bad health');
      expect((await look())?.healthReason).toMatch(reason);
    } finally {
      await wrong.expectNothingLeft();
    }
  });
});
