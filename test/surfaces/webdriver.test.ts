// WebDriver of a surface with Debian's chromedriver, spoken over plain HTTP: the client keeps one session id while
// chromedriver dies, Chrome freezes and dialogs stand open.

import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Site, startSite } from '../../examples/site.mjs';
import type { BackendSession, BrowserGone } from '../../src/backends/backend.ts';
import { systemClock } from '../../src/clock.ts';
import { createLog } from '../../src/log.ts';
import { isRunning } from '../../src/process-identity.ts';
import { type Keeper, openKeeper, startKeeper } from '../../src/surfaces/keeper.ts';
import { SurfaceWebDrivers } from '../../src/surfaces/webdriver.ts';
import { rendererOf } from '../fixtures/renderer.ts';
import { processesOf, until } from '../server.ts';
import { type BareChrome, launchChrome, openTab } from './chromes.ts';

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

let site: Site;
let chrome: BareChrome;
let keeper: Keeper;
let browser: BackendSession;
let drivers: SurfaceWebDrivers;
let door: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  site = await startSite();
  chrome = await launchChrome();
  const { folder, browserUrl, identity } = chrome;
  await startKeeper({ folder, browserUrl, chrome: identity, saveEveryMs: 5000 });
  keeper = openKeeper(folder);
  browser = {
    endpoint: { protocol: 'cdp', url: browserUrl },
    handle: {},
    browser: 'chrome',
    browserVersion: '156.0.8078.79',
    memory: {
      generation: 1,
      losses: [],
      successors: new Map(),
      readJournal: async () => undefined,
      writeJournal: async () => {},
      openDialogs: () => keeper.openDialogs(),
      answerDialog: (targetId, answer) => keeper.answerDialog(targetId, answer),
    },
  };
  drivers = newDrivers();
  door = await serve();
});

afterAll(async () => {
  await drivers.stop();
  expect(driverPids()).toEqual([]);
  expect(await isRunning(chrome.identity)).toBe(true);
  keeper.close();
  await door.close();
  await site.close();
  await chrome.expectNothingLeft();
});

afterEach(async () => {
  for (const { targetId } of await keeper.openDialogs())
    await keeper.answerDialog(targetId, { accept: true });
});

const newDrivers = (options: { executablePath?: string; attachTimeoutMs?: number } = {}) =>
  new SurfaceWebDrivers({
    ...options,
    clock: systemClock,
    log: createLog({ level: 'silent', pretty: false }),
  });

/** The endpoint by itself, as the server mounts it below the surface. */
async function serve() {
  const server = createServer((request, response) => {
    void (async () => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const { status, body } = await drivers.handle(
        { name: 'alice', folder: chrome.folder, wake: async () => browser },
        {
          method: request.method ?? '',
          path: request.url ?? '',
          body: text === '' ? undefined : JSON.parse(text),
          signal: AbortSignal.timeout(120_000),
        },
      );
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a command answers differs by the command.
  value: any;
}

async function send(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${door.url}${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const { value } = (await response.json()) as { value: unknown }; // every reply of WebDriver has one
  return { status: response.status, value };
}

async function newSession(alwaysMatch: Record<string, unknown> = {}) {
  const { status, value } = await send('POST', '/session', { capabilities: { alwaysMatch } });
  expect(value.message).toBeUndefined();
  expect(status).toBe(200);
  const at = `/session/${value.sessionId}`;
  return {
    id: String(value.sessionId),
    capabilities: value.capabilities,
    get: (path: string) => send('GET', `${at}/${path}`),
    post: (path: string, body: unknown = {}) => send('POST', `${at}/${path}`, body),
    run: async (script: string) => (await send('POST', `${at}/execute/sync`, { script, args: [] })).value,
    find: async (value: string): Promise<string> =>
      (await send('POST', `${at}/element`, { using: 'css selector', value })).value[ELEMENT],
    end: () => send('DELETE', at),
  };
}

const driverPids = () =>
  processesOf(chrome.folder)
    .filter((line) => line.includes('chromedriver --port'))
    .map((line) => Number(line.split(' ')[0]));

async function killDriver(): Promise<void> {
  for (const pid of driverPids()) process.kill(pid, 'SIGKILL');
  await until(() => driverPids().length === 0, 'the end of chromedriver');
}

/** An address that answers when it is closed, and no sooner: who asks it without more ado is held up so long. */
async function holdingDoor() {
  const waiting: ServerResponse[] = [];
  const server = createServer((_request, response) => {
    waiting.push(response.setHeader('access-control-allow-origin', '*'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}/`,
    isEntered: () => waiting.length > 0,
    async close() {
      for (const response of waiting) response.end();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeIdleConnections();
      });
    },
  };
}

describe('a session', () => {
  it('drives the Chrome that is there, and its end leaves that running', async () => {
    const session = await newSession({ browserName: 'chrome', 'goog:chromeOptions': { args: ['--x'] } });
    expect(session.capabilities).toMatchObject({ browserName: 'chrome', 'moorage:surface': 'alice' });
    expect(JSON.stringify(session.capabilities)).not.toContain('debuggerAddress');
    await session.post('url', { url: `${site.url}/login` });
    await session.post(`element/${await session.find('input')}/value`, { text: 'alice' });
    // A click need not wait for the page that it leads to.
    await session.post('timeouts', { implicit: 10_000 });
    await session.post(`element/${await session.find('button')}/click`);
    expect((await session.get(`element/${await session.find('h1')}/text`)).value).toBe('Hello alice');
    expect((await session.get('screenshot')).value.length).toBeGreaterThan(1000);
    expect(driverPids()).toHaveLength(1);

    expect(await session.end()).toEqual({ status: 200, value: null });
    expect(driverPids()).toEqual([]);
    expect(await isRunning(chrome.identity)).toBe(true);
    expect((await session.get('url')).value.error).toBe('invalid session id');
  });

  it('goes on when chromedriver was killed: same id, window, page and elements', async () => {
    const session = await newSession({ timeouts: { script: 12_345 } });
    await session.post('url', { url: `${site.url}/account` });
    const { value: made } = await session.post('window/new', { type: 'tab' });
    await session.post('window', { handle: made.handle });
    await session.post('url', { url: `${site.url}/rows` });
    await session.post('timeouts', { implicit: 7 });
    await session.run('window.secret = 42');
    const row = await session.find('td');

    await killDriver();
    expect(await session.run('return window.secret')).toBe(42);
    expect((await session.get('window')).value).toBe(made.handle);
    expect((await session.get(`element/${row}/text`)).value).toBe('Row 0');
    expect((await session.get('timeouts')).value).toMatchObject({ script: 12_345, implicit: 7 });
    await session.run('document.querySelector("td").remove()');
    await killDriver();
    const stale = await session.get(`element/${row}/text`);
    expect(stale).toMatchObject({ status: 404, value: { error: 'stale element reference' } });
    await send('DELETE', `/session/${session.id}/window`);
    await killDriver();
    expect(await session.get('title')).toMatchObject({ status: 404, value: { error: 'no such window' } });
    const { value: rest } = await session.get('window/handles');
    await session.post('window', { handle: rest[0] });
    expect((await session.get('title')).status).toBe(200);
    await session.end();
  });

  it('says that a frame is lost instead of acting on the page around it', async () => {
    const session = await newSession();
    await session.post('url', { url: `data:text/html,<p>out</p><iframe srcdoc="<p>in</p>"></iframe>` });
    await session.post('frame', { id: 0 });
    await killDriver();
    expect((await session.post('element', { using: 'css selector', value: 'p' })).value.error).toBe(
      'no such window',
    );
    await session.post('frame', { id: null });
    await session.post('frame', { id: 0 });
    expect((await session.get(`element/${await session.find('p')}/text`)).value).toBe('in');
    await session.end();
  });

  it('does not run a command twice whose answer was lost', async () => {
    const session = await newSession();
    await session.post('url', { url: `${site.url}/account` });
    const door = await holdingDoor();
    try {
      const slow = session.run(`
        window.runs = (window.runs ?? 0) + 1;
        const request = new XMLHttpRequest();
        request.open('GET', '${door.url}', false);
        request.send();`);
      await until(() => door.isEntered(), 'the script');
      await killDriver();
      expect(await slow).toMatchObject({
        error: 'unknown error',
        message: expect.stringContaining('command-outcome-unknown'),
      });
    } finally {
      await door.close();
    }
    expect(await session.run('return window.runs')).toBe(1);
    await session.end();
  });

  it('survives 20 seconds of frozen Chrome, and the death of chromedriver in them', {
    timeout: 60_000,
  }, async () => {
    const session = await newSession();
    await session.post('url', { url: `${site.url}/account` });
    await session.run('window.secret = 43');
    process.kill(-chrome.identity.pid, 'SIGSTOP');
    const asked = session.run('return window.secret');
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    process.kill(-chrome.identity.pid, 'SIGCONT');
    expect(await asked).toBe(43);
    await killDriver();
    expect(await session.run('return window.secret')).toBe(43);
    await session.end();
  });

  it('finds its dialog again when chromedriver died, and answers it', async () => {
    const session = await newSession();
    await session.post('url', { url: `${site.url}/confirm` });
    await session.run(`setTimeout(() => document.querySelector('button').click())`);
    await until(async () => (await keeper.openDialogs()).length === 1, 'the dialog');
    await killDriver();
    expect((await session.get('alert/text')).value).toBe('Really?');
    expect((await session.post('alert/accept')).value).toBeNull();
    expect((await session.get(`element/${await session.find('#answer')}/text`)).value).toBe('yes');

    await session.run(`setTimeout(() => document.querySelector('button').click())`);
    await until(async () => (await keeper.openDialogs()).length === 1, 'the dialog');
    await killDriver();
    const refused = await session.get('title');
    expect(refused.value).toMatchObject({ error: 'unexpected alert open', data: { text: 'Really?' } });
    expect((await session.get('title')).value).toBe('Confirm');
    await session.end();
  });

  it('goes on under another server, which ends the chromedriver that the killed one left', async () => {
    const session = await newSession();
    await session.post('url', { url: `${site.url}/rows` });
    const [left] = driverPids();
    drivers = newDrivers();
    expect((await session.get('title')).value).toBe('Rows');
    expect(driverPids()).toHaveLength(1);
    expect(driverPids()).not.toContain(left);
    await session.end();
  });

  it('gets hold of the Chrome that there is when the one that it was given turns out to be dead', async () => {
    await drivers.stop();
    drivers = newDrivers({ attachTimeoutMs: 5000 });
    const session = await newSession();
    await session.post('url', { url: `${site.url}/rows` });
    await killDriver();
    const before = browser;
    try {
      browser = { ...before, endpoint: { protocol: 'cdp', url: 'ws://127.0.0.1:1/devtools/browser/dead' } };
      const title = session.get('title');
      await until(() => driverPids().length === 1, 'the first try');
      browser = before;
      expect((await title).value).toBe('Rows');
    } finally {
      browser = before;
    }
    await session.end();
    await drivers.stop();
    drivers = newDrivers();
  });

  it('waits no longer for a Chrome that is told to have ended', async () => {
    await drivers.stop();
    drivers = newDrivers({ attachTimeoutMs: 10 * 60_000 });
    const session = await newSession();
    await session.post('url', { url: `${site.url}/rows` });
    await killDriver();
    const before = browser;
    let end: (gone: BrowserGone) => void = () => {};
    const gone = new Promise<BrowserGone>((resolve) => {
      end = resolve;
    });
    const { endpoint } = before;
    // It takes connections, and answers nothing any more.
    const silent = createTcpServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo; // it listens on TCP
    try {
      const url = `ws://127.0.0.1:${port}/devtools/browser/dead`;
      browser = { ...before, endpoint: { ...endpoint, url }, gone };
      const title = session.get('title');
      await until(() => driverPids().length === 1, 'the first try');
      browser = before;
      end({ reason: 'browser-crashed', detail: 'It was killed.' });
      expect((await title).value).toBe('Rows');
    } finally {
      browser = before;
      silent.close();
    }
    await session.end();
    await drivers.stop();
    drivers = newDrivers();
  });

  it('follows its surface into a Chrome that was launched anew', { timeout: 60_000 }, async () => {
    const session = await newSession();
    await session.post('url', { url: `${site.url}/rows` });
    const { value: known } = await session.get('window');
    const next = await launchChrome();
    const before = browser;
    try {
      const tab = await openTab(next.browserUrl, `${site.url}/rows`);
      await until(() => tab.evaluate(`document.title === 'Rows'`), 'the page');
      const memory = before.memory && { ...before.memory, successors: new Map([[known, tab.targetId]]) };
      browser = { ...before, endpoint: { protocol: 'cdp', url: next.browserUrl }, ...(memory && { memory }) };
      expect((await session.get('title')).value).toBe('Rows');
      expect((await session.get('window')).value).toBe(known);
      expect((await session.get('window/handles')).value).toContain(known);
      tab.close();
    } finally {
      browser = before;
      await next.expectNothingLeft();
    }
    expect((await session.get('title')).value).toBe('Rows');
    await session.end();
  });
});

describe('a request that cannot be served', () => {
  it.each([
    [{ browserName: 'firefox' }, 'its browser is Chrome, not firefox'],
    [{ browserVersion: '99' }, 'not 99'],
    [{ platformName: 'windows' }, 'not on windows'],
    [{ webSocketUrl: true }, 'BiDi'],
    [{ proxy: { proxyType: 'direct' } }, 'option of the surface'],
  ])('%j is refused with the reason', async (alwaysMatch, reason) => {
    const { status, value } = await send('POST', '/session', { capabilities: { alwaysMatch } });
    expect({ status, error: value.error }).toEqual({ status: 500, error: 'session not created' });
    expect(value.message).toContain(reason);
  });

  it.each([
    ['POST', '/session', {}, 'invalid argument'],
    ['POST', '/session', { capabilities: { alwaysMatch: [] } }, 'invalid argument'],
    ['POST', '/session', { capabilities: { firstMatch: [] } }, 'invalid argument'],
    ['GET', '/session', undefined, 'unknown method'],
    ['GET', '/session/nobody/url', undefined, 'invalid session id'],
    ['DELETE', '/session/nobody', undefined, 'invalid session id'],
    ['GET', '/nothing', undefined, 'unknown command'],
  ])('%s %s %j: %s', async (method, path, body, error) => {
    expect((await send(method, path, body)).value).toMatchObject({ error, message: expect.any(String) });
  });

  it('says what to install where there is no chromedriver', async () => {
    const before = drivers;
    await before.stop();
    drivers = newDrivers({ executablePath: '/nowhere/chromedriver' });
    const { value } = await send('POST', '/session', { capabilities: {} });
    expect(value).toMatchObject({
      error: 'session not created',
      message: expect.stringContaining('chromium-driver'),
    });
    drivers = before;
  });

  it('a tab that is stuck holds up for a while only, and then it is said', async () => {
    await drivers.stop();
    drivers = newDrivers({ attachTimeoutMs: 3000 });
    const stuck = await openTab(chrome.browserUrl, `${site.url.replace('127.0.0.1', 'localhost')}/rows`);
    await until(() => stuck.evaluate(`document.title === 'Rows'`), 'the page');
    const renderer = await rendererOf(chrome.folder, stuck.evaluate);
    process.kill(renderer, 'SIGSTOP');
    try {
      const { status, value } = await send('POST', '/session', { capabilities: {} });
      expect(status).toBe(500);
      expect(value).toMatchObject({
        error: 'session not created',
        message: expect.stringContaining('3000 ms'),
      });
      expect(driverPids()).toEqual([]);
    } finally {
      process.kill(renderer, 'SIGCONT');
    }
    await drivers.stop();
    drivers = newDrivers();
    const session = await newSession();
    await session.end();
    stuck.close();
  });

  it('a new session while a dialog is open is told which one', async () => {
    const tab = await openTab(chrome.browserUrl, 'about:blank');
    // The keeper cannot see one that is there before it.
    const isWatched = async () =>
      (await keeper.tabs()).some(({ targetId, isResponsive }) => targetId === tab.targetId && isResponsive);
    await until(isWatched, 'that the keeper watches it');
    await tab.evaluate(`void setTimeout(() => alert('Hello'))`);
    await until(async () => (await keeper.openDialogs()).length === 1, 'the dialog');
    const { value } = await send('POST', '/session', { capabilities: {} });
    expect(value).toMatchObject({
      error: 'session not created',
      message: expect.stringContaining('“Hello”'),
    });
    await keeper.answerDialog(tab.targetId, { accept: true });
    tab.close();
  });
});

it('its status needs no chromedriver', async () => {
  expect(await send('GET', '/status')).toMatchObject({ status: 200, value: { ready: true } });
});
