// Browsers of a real Selenium Grid, behind a login, and of real Appium servers, through the whole server: what clients get,
// that nobody sees the login, and that no session stays there whose answer was lost, whatever lost it.

import { chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Site, startSite } from '../../examples/site.mjs';
import type { Backend as BackendView } from '../../src/protocol/backends.ts';
import { type Appium, startAppium } from '../fixtures/appium.ts';
import { type Disguise, type HubProxy, type Mishap, startHubProxy } from '../fixtures/hub-proxy.ts';
import { type SeleniumGrid, startSeleniumGrid } from '../fixtures/selenium-grid.ts';
import { type InProcessServer, startChild, startInProcess, until } from '../server.ts';

const PASSWORD = 'pass-of-the-grid';

let site: Site;
let grid: SeleniumGrid;
let proxy: HubProxy;
let lister: Appium;
let listerProxy: HubProxy;
let silent: Appium;
let silentProxy: HubProxy;
let server: InProcessServer;

beforeAll(async () => {
  [site, grid, lister, silent] = await Promise.all([
    startSite(),
    startSeleniumGrid({ sessions: 2, login: `moorage:${PASSWORD}` }),
    startAppium({ listsSessions: true }),
    startAppium({ listsSessions: false }),
  ]);
  [proxy, listerProxy, silentProxy] = (await Promise.all(
    [grid, lister, silent].map(({ host }) => startHubProxy(host)),
  )) as [HubProxy, HubProxy, HubProxy]; // of the three just given
  const phone = (name: string, { capabilities }: Appium, { url }: HubProxy) => ({
    kind: 'selenium-grid',
    url,
    capacity: 2,
    browsers: { [name]: { capabilities, isNative: true } },
    refusedCapabilities: ['appium:app'],
  });
  server = await startInProcess({
    backends: {
      grid: { kind: 'selenium-grid', url: withLogin(proxy), startTimeout: '20s' },
      hasty: {
        kind: 'selenium-grid',
        url: withLogin(proxy),
        startTimeout: '1s',
        browsers: { 'hasty-chrome': { capabilities: { browserName: 'chrome' } } },
      },
      phones: phone('phone', lister, listerProxy),
      'silent-phones': phone('silent-phone', silent, silentProxy),
    },
    health: { interval: '200ms', timeout: '10s' },
  });
}, 240_000);

afterEach(async () => {
  for (const each of [proxy, listerProxy, silentProxy]) {
    each.mishap = undefined;
    each.disguise = undefined;
  }
  const { answer } = await ask('GET', '/v1/sessions?status=ready,starting');
  for (const { id } of answer.data) await destroy(id);
});

afterAll(async () => {
  try {
    await server?.expectNothingLeft();
    await expectNoneThere();
    expect([...lister.sessions(), ...silent.sessions()]).toEqual([]);
  } finally {
    const opened = [proxy, listerProxy, silentProxy, grid, lister, silent, site];
    await Promise.all(opened.map((each) => each?.close()));
  }
});

const withLogin = ({ url }: HubProxy) => url.replace('//', `//moorage:${PASSWORD}@`);

async function askAt(url: string, method: string, path: string, body?: unknown) {
  const response = await fetch(`${url}${path}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: what is answered differs by the route.
  return { status: response.status, answer: (await response.json()) as any };
}
const ask = (method: string, path: string, body?: unknown) => askAt(server.url, method, path, body);
const create = (wishes: object = {}) =>
  ask('POST', '/v1/sessions', { protocol: 'webdriver', waitMs: 0, ...wishes });
const destroy = (id: string) => ask('DELETE', `/v1/sessions/${id}`);
const newSession = (alwaysMatch: object) =>
  ask('POST', '/webdriver/session', { capabilities: { alwaysMatch } });
const command = (id: string, method: string, path: string, body?: unknown) =>
  ask(method, `/webdriver/session/${id}${path}`, body);

async function lookAt(backend: string): Promise<BackendView> {
  const { answer } = await ask('GET', '/v1/backends');
  return answer.data.find(({ name }: BackendView) => name === backend);
}

/** A Grid lists a session for a moment after it has answered its DELETE. */
const expectNoneThere = () =>
  until(async () => (await grid.sessions()).length === 0, 'the end of all that the Grid had');

describe('a session of a Grid', () => {
  it('is driven over WebDriver, CDP and the page API at once, is recorded, and shows the login to nobody', async () => {
    const { answer: session } = await create({
      record: true,
      keepAlive: true,
      viewport: { width: 800, height: 600 },
    });
    expect(session).toMatchObject({ backend: 'grid', webdriverUrl: `${server.url}/webdriver` });
    await command(session.id, 'POST', '/url', { url: `${site.url}/rows` });
    expect((await command(session.id, 'GET', '/title')).answer.value).toBe('Rows');

    const browser = await chromium.connectOverCDP(`${server.url}/v1/sessions/${session.id}`);
    const page = browser.contexts()[0]?.pages()[0];
    expect(await page?.evaluate('[innerWidth, innerHeight]')).toEqual([800, 600]);
    await browser.close();
    const { answer: pages } = await ask('GET', `/v1/sessions/${session.id}/pages`);
    expect(pages).toMatchObject({ data: [{ title: 'Rows' }] });
    const { answer: title } = await ask('POST', `/v1/pages/${pages.data[0].id}/command`, { action: 'title' });
    expect(title.result).toBe('Rows');
    await until(async () => {
      const { pages } = (await ask('GET', `/v1/recordings/${session.recordingId}`)).answer;
      return pages.some(({ url }: { url: string }) => url.endsWith('/rows'));
    }, 'its recording');

    const paths = [
      `/v1/sessions/${session.id}`,
      '/v1/sessions',
      '/v1/backends',
      '/metrics',
      '/webdriver/status',
    ];
    const texts = await Promise.all(paths.map(async (path) => (await fetch(`${server.url}${path}`)).text()));
    expect(texts.join()).not.toContain(PASSWORD);
    expect(texts.join()).not.toContain(Buffer.from(`moorage:${PASSWORD}`).toString('base64'));
    await destroy(session.id);
    await expectNoneThere();
  }, 60_000);

  it('has BiDi and DevTools beside WebDriver, under addresses of the server', async () => {
    const { answer } = await newSession({
      browserName: 'chrome',
      webSocketUrl: true,
      'moorage:backend': 'grid',
    });
    const { sessionId, capabilities } = answer.value;
    const base = server.url.replace('http', 'ws');
    expect(capabilities['se:cdp']).toMatch(base);
    expect(capabilities.webSocketUrl).toMatch(base);
    expect(await firstAnswer(capabilities.webSocketUrl, 'session.status')).toMatchObject({ type: 'success' });
    expect(await firstAnswer(capabilities['se:cdp'], 'Browser.getVersion')).toMatchObject({
      result: { product: expect.stringContaining('Chrome') },
    });
    await command(sessionId, 'DELETE', '');
    await expectNoneThere();
  }, 60_000);

  it('has its DevTools again after their sockets were cut: pages and the recording go on', async () => {
    const { answer: session } = await create({ record: true, keepAlive: true, backend: 'grid' });
    await command(session.id, 'POST', '/url', { url: `${site.url}/rows` });
    const list = `/v1/sessions/${session.id}/json/list`;
    const titleOf = async () => {
      const { answer } = await ask('GET', `/v1/sessions/${session.id}/pages`);
      const path = `/v1/pages/${answer.data?.[0]?.id}/command`;
      return (await ask('POST', path, { action: 'title' })).answer.result;
    };
    const recording = async () => (await ask('GET', `/v1/recordings/${session.recordingId}`)).answer;
    const isRecorded = (end: string) =>
      until(async () => {
        const { pages } = await recording();
        return pages.some(({ url }: { url: string }) => url.endsWith(end));
      }, `the recording of ${end}`);
    expect(await titleOf()).toBe('Rows');
    await isRecorded('/rows');
    expect((await ask('GET', list)).answer).toMatchObject([{ title: 'Rows' }]);

    expect(proxy.cutSockets()).toBeGreaterThan(0);
    await until(async () => (await titleOf()) === 'Rows', 'the page again');
    await until(async () => (await ask('GET', list)).status === 200, 'the list of pages again');
    await command(session.id, 'POST', '/url', { url: `${site.url}/login` });
    await isRecorded('/login');
    await destroy(session.id);
    await expectNoneThere();
  }, 60_000);

  it('ends here when it is ended there', async () => {
    const { answer: session } = await create();
    const [made] = await grid.sessions();
    await grid.end(made?.id ?? '');
    const look = async () => (await ask('GET', `/v1/sessions/${session.id}`)).answer;
    await until(async () => (await look()).status === 'ended', 'its end');
    expect(await look()).toMatchObject({ endReason: 'browser-closed' });
  }, 60_000);

  it('goes on over the death of the server, which then ends what it was being asked for', async () => {
    const settings = { grid: { kind: 'selenium-grid', url: withLogin(proxy) } };
    const first = await startChild({ backends: settings });
    const { answer: kept } = await askAt(first.url, 'POST', '/v1/sessions', { keepAlive: true });
    proxy.mishap = 'answer-held';
    const unanswered = askAt(first.url, 'POST', '/v1/sessions', {}).catch(() => {});
    await until(async () => (await grid.sessions()).length === 2, 'the session whose answer is held');
    await first.kill();
    await unanswered;
    proxy.mishap = undefined;

    const second = await startChild({ dataFolder: first.dataFolder });
    await until(async () => (await grid.sessions()).length === 1, 'the end of what nobody knows of', 30);
    await askAt(second.url, 'POST', `/webdriver/session/${kept.id}/url`, { url: `${site.url}/rows` });
    const { answer: title } = await askAt(second.url, 'GET', `/webdriver/session/${kept.id}/title`);
    expect(title.value).toBe('Rows');
    await askAt(second.url, 'DELETE', `/v1/sessions/${kept.id}`);
    await expectNoneThere();
    await second.expectNothingLeft();
  }, 120_000);
});

describe('a Grid whose answer to New Session is lost', () => {
  it.each<Mishap>(['answer-lost', 'answer-torn', 'gateway-timeout'])(
    '(%s) keeps nothing',
    async (mishap) => {
      const before = proxy.made;
      proxy.mishap = mishap;
      const { status, answer } = await create({ backend: 'grid' });
      proxy.mishap = undefined;
      expect({ status, code: answer.code }).toEqual({ status: 502, code: 'session-not-created' });
      expect(proxy.made).toBe(before + 1);
      await until(async () => (await grid.sessions()).length === 0, 'its end there');
    },
    60_000,
  );

  it('keeps nothing of what it makes after the start has timed out here', async () => {
    const before = proxy.made;
    proxy.mishap = 'answer-held';
    const { answer } = await create({ browser: 'hasty-chrome' });
    expect(answer).toMatchObject({
      code: 'session-not-created',
      detail: expect.stringContaining('did not answer within 1000 ms'),
    });
    await until(() => proxy.made === before + 1, 'that the Grid has made it');
    await until(async () => (await grid.sessions()).length === 0, 'its end there');
  }, 60_000);

  it('keeps nothing when its client gives up in the middle', async () => {
    proxy.mishap = 'answer-held';
    const hangUp = new AbortController();
    const body = JSON.stringify({ backend: 'grid' });
    const headers = { 'content-type': 'application/json' };
    const asking = fetch(`${server.url}/v1/sessions`, {
      method: 'POST',
      body,
      headers,
      signal: hangUp.signal,
    });
    await until(async () => (await grid.sessions()).length === 1, 'the session whose answer is held');
    hangUp.abort();
    await expect(asking).rejects.toThrow();
    await until(async () => (await grid.sessions()).length === 0, 'its end there', 30);
    proxy.mishap = undefined;
  }, 60_000);
});

describe('a wish that a Grid cannot grant', () => {
  it('is refused with what comes closest, before the Grid is asked', async () => {
    const { status, answer } = await create({ browser: 'firefox', backend: 'grid' });
    expect({ status, code: answer.code }).toEqual({ status: 422, code: 'capabilities-unmatched' });
    expect(answer.detail).toContain('chrome');
  });

  it('is refused at once where none of its slots is made for it, with the closest', async () => {
    const before = proxy.made;
    const { answer: refused } = await newSession({ browserName: 'chrome', platformName: 'windows' });
    expect(refused.value).toMatchObject({
      error: 'session not created',
      message: expect.stringContaining('grid has chrome with platformName linux, not windows'),
    });
    const { status, answer } = await create({ backend: 'grid', capabilities: { platformName: 'macOS 14' } });
    expect({ status, code: answer.code }).toEqual({ status: 422, code: 'capabilities-unmatched' });
    expect(proxy.made).toBe(before);
    // Neither routing nor clients have any business with these.
    expect(JSON.stringify(await lookAt('grid'))).not.toContain('stereotype');
  });

  it('is refused where the operator has forbidden or decided it', async () => {
    const forbidden = await newSession({ browserName: 'phone', 'appium:app': '/etc/passwd' });
    expect(forbidden.answer.value.message).toContain('appium:app');
    const decided = await create({ browser: 'phone', capabilities: { 'appium:deviceName': 'Another' } });
    expect(decided.answer).toMatchObject({
      code: 'invalid-argument',
      detail: expect.stringContaining('decided'),
    });
  });

  it('is passed on as the Grid says it', async () => {
    const { answer } = await create({ backend: 'grid', capabilities: { pageLoadStrategy: 'never' } });
    expect(answer.code).toMatch(/invalid-argument|session-not-created/);
    expect(answer.detail).toContain('invalid argument');
    await expectNoneThere();
  });
});

describe('the health of a hub', () => {
  it.each<[Disguise, RegExp]>([
    ['html', /does not answer as a WebDriver.*Welcome to nginx/],
    ['login', /refuses the login/],
    ['not-ready', /not ready/],
    ['server-error', /502/],
  ])('is bad while it answers %s, and good again after', async (disguise, reason) => {
    proxy.disguise = disguise;
    await until(async () => (await lookAt('grid')).health === 'unhealthy', 'its bad health');
    expect((await lookAt('grid')).healthReason).toMatch(reason);
    const { answer } = await create({ backend: 'grid' });
    expect(answer.code).toMatch(/backend-unavailable|session-not-created/);
    proxy.disguise = undefined;
    await until(async () => (await lookAt('grid')).health === 'healthy', 'its good health');
  });

  it('counts what others have there against its capacity', async () => {
    expect((await lookAt('grid')).capacity).toBe(2);
    const { value } = await grid.begin();
    await until(async () => (await lookAt('grid')).capacity === 1, 'one less');
    await grid.end(value.sessionId);
    await until(async () => (await lookAt('grid')).capacity === 2, 'both');
  });
});

describe('a session of Appium', () => {
  it.each(['phone', 'silent-phone'])('on a %s is made, commanded and ended', async (browserName) => {
    const { answer } = await newSession({ browserName, 'appium:newCommandTimeout': 100 });
    const { sessionId, capabilities } = answer.value;
    expect(capabilities).toMatchObject({ 'moorage:session': sessionId });
    expect(JSON.stringify(capabilities)).not.toContain('moorageSession');
    const found = await command(sessionId, 'POST', '/element', { using: 'xpath', value: '//title' });
    expect(Object.keys(found.answer.value)).not.toEqual([]);
    await command(sessionId, 'DELETE', '');
    expect([...lister.sessions(), ...silent.sessions()]).toEqual([]);
  });

  it('whose answer is lost is ended where Appium lists its sessions', async () => {
    listerProxy.mishap = 'answer-lost';
    const { answer } = await create({ browser: 'phone' });
    listerProxy.mishap = undefined;
    expect(answer.code).toBe('session-not-created');
    await until(() => lister.sessions().length === 0, 'its end there');
  });
});

async function firstAnswer(url: string, method: string): Promise<unknown> {
  const socket = new WebSocket(url);
  try {
    return await new Promise((resolve, reject) => {
      socket.once('open', () => socket.send(JSON.stringify({ id: 1, method, params: {} })));
      socket.once('message', (data) => resolve(JSON.parse(data.toString())));
      socket.once('error', reject);
    });
  } finally {
    socket.terminate();
  }
}
