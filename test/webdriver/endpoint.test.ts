// WebDriver for the whole server, as its users come: Selenium's own client, and requests as they go over the wire.

import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { strToU8, zipSync } from 'fflate';
import { Builder, By, Capabilities, type WebDriver } from 'selenium-webdriver';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { type Site, startSite } from '../../examples/site.mjs';
import { LiveWatcher } from '../recording/live-watcher.ts';
import { type InProcessServer, startInProcess, until } from '../server.ts';

// A folder and no file, which only `require` finds, and which has no types.
const { FileDetector } = createRequire(import.meta.url)('selenium-webdriver/remote') as {
  FileDetector: new () => Parameters<WebDriver['setFileDetector']>[0];
};

/** What its types leave out. */
interface DevToolsDriver extends WebDriver {
  createCDPConnection(target: string): Promise<{
    send(method: string, params: object): Promise<{ result: { result: { value: unknown } } }>;
  }>;
}

let site: Site;
let server: InProcessServer;

beforeAll(async () => {
  site = await startSite();
  server = await startInProcess({
    backends: { chrome: { warm: { chrome: 0 } }, chromedriver: { capacity: 2 }, webkitgtk: { capacity: 1 } },
  });
});

afterAll(async () => {
  await server.expectNothingLeft();
  await site.close();
});

async function ask(method: string, path: string, body?: unknown) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    ...(body !== undefined && {
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json; charset=utf-8' },
    }),
  });
  const text = await response.text();
  // biome-ignore lint/suspicious/noExplicitAny: what is answered differs by the command.
  return { status: response.status, answer: (text === '' ? {} : JSON.parse(text)) as any };
}

function connect(capabilities: Record<string, unknown>): Promise<WebDriver> {
  return new Builder()
    .usingServer(`${server.url}/webdriver`)
    .withCapabilities(new Capabilities(capabilities))
    .build() as Promise<WebDriver>; // it is a thenable of it
}

const PLAYWRIGHT = ['--headless', '--no-sandbox', '--disable-extensions', '--remote-debugging-port=0'];

const sessions = async () => (await ask('GET', '/v1/sessions?status=ready,starting')).answer.data;

describe('Selenium', () => {
  it.each([
    ['chrome', { browserName: 'chrome', 'goog:chromeOptions': { args: ['--headless=new', '--no-sandbox'] } }],
    ['webkit', { browserName: 'MiniBrowser' }],
  ])('drives %s by nothing but the address', async (browser, capabilities) => {
    const driver = await connect(capabilities);
    try {
      await driver.get(`${site.url}/rows`);
      expect(await driver.getTitle()).toBe('Rows');
      await driver.executeScript(
        'document.body.innerHTML = "<button onclick=\'this.textContent=1\'>0</button>"',
      );
      const button = await driver.findElement(By.css('button'));
      await button.click();
      expect(await button.getText()).toBe('1');
      expect((await driver.takeScreenshot()).length).toBeGreaterThan(1000);
      const [session] = await sessions();
      expect(session).toMatchObject({ browser, protocol: 'webdriver', status: 'ready' });
      expect((await driver.getSession()).getId()).toBe(session.id);
    } finally {
      await driver.quit();
    }
    expect(await sessions()).toEqual([]);
  });

  it('takes what only Moorage has from capabilities of its own', async () => {
    const driver = await connect({
      browserName: 'chrome',
      'moorage:options': { tags: { suite: 'checkout' }, viewport: { width: 800, height: 600 } },
      'moorage:idleTimeoutMs': 60_000,
      'moorage:record': true,
    });
    try {
      const [session] = await sessions();
      expect(session).toMatchObject({ tags: { suite: 'checkout' }, idleTimeoutMs: 60_000 });
      expect((await driver.getCapabilities()).get('moorage:recording')).toBe(session.recordingId);
      await driver.get(`${site.url}/rows`);
      expect(await driver.executeScript('return innerWidth')).toBe(800);
      await until(async () => {
        const { pages } = (await ask('GET', `/v1/recordings/${session.recordingId}`)).answer;
        return pages.some(
          (page: { url: string; events: number }) => page.url.endsWith('/rows') && page.events > 2,
        );
      }, 'its events');
    } finally {
      await driver.quit();
    }
  });
});

describe('DevTools of a session', () => {
  it('are found by Selenium at the address that it was given, and at the one that it makes itself', async () => {
    const driver = (await connect({ browserName: 'chrome' })) as DevToolsDriver;
    try {
      const capabilities = await driver.getCapabilities();
      // Python's client takes its first part, and fails where there is none.
      expect(capabilities.get('se:cdpVersion')).toBe(capabilities.getBrowserVersion());
      for (const remote of ['', `${server.url}/webdriver`]) {
        vi.stubEnv('SELENIUM_REMOTE_URL', remote);
        const devTools = await driver.createCDPConnection('page');
        const { result } = await devTools.send('Runtime.evaluate', { expression: '6 * 7' });
        expect(result.result.value).toBe(42);
      }
    } finally {
      vi.unstubAllEnvs();
      await driver.quit();
    }
  });
});

describe('a file of the client', () => {
  it.each([
    ['Chrome', { browserName: 'chrome' }],
    ['WebKit', { browserName: 'MiniBrowser' }],
    ['a surface', { browserName: 'chrome', 'moorage:surface': 'ferry' }],
  ])('is typed into a form of %s as if the driver had it', async (_, capabilities) => {
    const driver = await connect(capabilities);
    const folder = await mkdtemp(join(tmpdir(), 'moorage-upload-'));
    try {
      await writeFile(join(folder, 'letter of mine.txt'), 'Dear page');
      await driver.get(`${site.url}/rows`);
      await driver.executeScript('document.body.innerHTML = "<input type=file>"');
      driver.setFileDetector(new FileDetector());
      await driver.findElement(By.css('input')).sendKeys(join(folder, 'letter of mine.txt'));
      const seen = await driver.executeAsyncScript(`
        const [file] = document.querySelector('input').files;
        file.text().then((text) => arguments[0]([file.name, text]));
      `);
      expect(seen).toEqual(['letter of mine.txt', 'Dear page']);
      const { data } = (await ask('GET', '/v1/artifacts')).answer;
      const [{ id: sessionId }] = await sessions();
      expect(data).toMatchObject([{ name: 'letter of mine.txt', sessionId }]);
      await ask('DELETE', `/v1/artifacts/${data[0].id}`);
    } finally {
      await driver.quit();
      await ask('DELETE', '/v1/surfaces/ferry');
      await rm(folder, { recursive: true });
    }
  });

  it('is refused where it is not one file in a zip', async () => {
    const { answer } = await ask('POST', '/webdriver/session', {
      capabilities: { alwaysMatch: { browserName: 'chrome' } },
    });
    const upload = async (body: unknown) =>
      (await ask('POST', `/webdriver/session/${answer.value.sessionId}/se/file`, body)).answer.value;
    const zipped = (files: Record<string, Uint8Array>) => ({
      file: Buffer.from(zipSync(files)).toString('base64'),
    });
    const content = strToU8('Dear page');
    for (const [body, why] of [
      [{}, '`file` is to be a zip of one file, in base64.'],
      [{ file: 'bm8gemlw' }, 'The upload is no zip'],
      [zipped({}), 'The zip is to have one file, and it has 0.'],
      [zipped({ 'a.txt': content, 'b.txt': content }), 'The zip is to have one file, and it has 2.'],
    ] as const) {
      expect(await upload(body)).toMatchObject({
        error: 'invalid argument',
        message: expect.stringContaining(why),
      });
    }
    await ask('DELETE', `/webdriver/session/${answer.value.sessionId}`);
    expect((await ask('GET', '/v1/artifacts')).answer.data).toEqual([]);
  });
});

describe('New Session', () => {
  it('tries what may be one after the other, and says why nothing would do', async () => {
    const { answer: made } = await ask('POST', '/webdriver/session', {
      capabilities: {
        // What is null is not said.
        alwaysMatch: {
          ...{ browserName: null, timeouts: { script: null }, 'moorage:protocol': 'cdp' },
          'wdio:enforceWebDriverClassic': true,
        },
        firstMatch: [
          { browserName: 'netscape' },
          // As Selenium for Python and Playwright write it.
          { browserName: 'chrome', 'goog:chromeOptions': { args: PLAYWRIGHT, extensions: [], detach: true } },
        ],
      },
    });
    expect(made.value.capabilities.browserName).toBe('chrome');
    await ask('DELETE', `/webdriver/session/${made.value.sessionId}`);

    for (const browserName of ['netscape', 'constructor']) {
      const { status, answer } = await ask('POST', '/webdriver/session', {
        capabilities: { alwaysMatch: { browserName } },
      });
      expect(status).toBe(500);
      expect(answer.value).toMatchObject({
        error: 'session not created',
        message: expect.stringMatching(new RegExp(`chrome.*${browserName}`)),
      });
    }

    const { answer: withoutBidi } = await ask('POST', '/webdriver/session', {
      capabilities: { alwaysMatch: { browserName: 'MiniBrowser', webSocketUrl: true } },
    });
    expect(withoutBidi.value.message).toContain('webSocketUrl is not passed on');
  });

  it('gives the version that is asked for, or says which there is', async () => {
    const { answer: all } = await ask('GET', '/v1/backends');
    const { offers } = all.data.find(({ kind }: { kind: string }) => kind === 'chromedriver');
    const { browserVersion } = offers[0];
    const create = (browserVersion: string) =>
      ask('POST', '/webdriver/session', {
        capabilities: { alwaysMatch: { browserName: 'chrome', browserVersion } },
      });
    const { answer: made } = await create(browserVersion.split('.')[0]);
    expect(made.value.capabilities.browserVersion).toBe(browserVersion);
    await ask('DELETE', `/webdriver/session/${made.value.sessionId}`);
    const { answer: refused } = await create('1');
    expect(refused.value).toMatchObject({
      error: 'session not created',
      message: expect.stringContaining(`is ${browserVersion}, not 1.`),
    });
  });

  it.each([
    ['no JSON', '{', 'no JSON'],
    ['no capabilities', {}, 'capabilities'],
    ['a list that is none', { capabilities: { firstMatch: {} } }, 'firstMatch'],
    [
      'what must be and may be',
      { capabilities: { alwaysMatch: { 'a:b': 1 }, firstMatch: [{ 'a:b': 1 }] } },
      'a:b is both',
    ],
    ['a wrong wish of ours', { capabilities: { alwaysMatch: { 'moorage:timeoutMs': 'long' } } }, 'timeoutMs'],
    ['a wish that we do not know', { capabilities: { alwaysMatch: { 'moorage:tag': {} } } }, 'tags meant?'],
    [
      'a word of no vendor',
      { capabilities: { alwaysMatch: { browsername: 'chrome' } } },
      'browserName meant?',
    ],
    [
      'a number for a text',
      { capabilities: { firstMatch: [{}, { browserVersion: 156 }] } },
      'browserVersion',
    ],
    ['a proxy that is a text', { capabilities: { alwaysMatch: { proxy: 'http://x' } } }, 'proxyType'],
    ['a proxy nowhere', { capabilities: { alwaysMatch: { proxy: { proxyType: 'manual' } } } }, 'httpProxy'],
    ['a time before zero', { capabilities: { alwaysMatch: { timeouts: { implicit: -1 } } } }, 'timeouts'],
  ])('refuses %s as an invalid argument', async (_, body, message) => {
    const { status, answer } = await ask('POST', '/webdriver/session', body);
    expect(status).toBe(400);
    expect(answer.value).toMatchObject({
      error: 'invalid argument',
      message: expect.stringContaining(message),
    });
  });

  it.each([
    ['starts a program', { 'goog:chromeOptions': { binary: '/bin/sh' } }, 'binary'],
    [
      'leaves our switches out',
      { 'goog:chromeOptions': { excludeSwitches: ['proxy-server'] } },
      'excludeSwitches',
    ],
    [
      'switches isolation off',
      { 'goog:chromeOptions': { args: ['--remote-debugging-port=1'] } },
      'remote-debugging',
    ],
    ['is of another vendor', { 'acme:secret': 1 }, 'acme:secret'],
  ])('refuses what %s', async (_, wish, message) => {
    const { answer } = await ask('POST', '/webdriver/session', {
      capabilities: { alwaysMatch: { browserName: 'chrome', ...wish } },
    });
    expect(answer.value).toMatchObject({
      error: 'session not created',
      message: expect.stringContaining(message),
    });
  });

  it('tells of the sockets of its browser under our own address, and of no other', async () => {
    const { answer } = await ask('POST', '/webdriver/session', {
      capabilities: { alwaysMatch: { browserName: 'chrome', webSocketUrl: true } },
    });
    const { sessionId, capabilities } = answer.value;
    try {
      expect(JSON.stringify(capabilities)).not.toMatch(/debuggerAddress|userDataDir/);
      const ours = server.url.replace(/^http/, 'ws');
      expect(capabilities['se:cdp']).toContain(`${ours}/webdriver/session/${sessionId}/se/cdp`);
      const cdp = await callOver(capabilities['se:cdp'], { id: 1, method: 'Browser.getVersion' });
      expect(cdp).toMatchObject({ id: 1, result: { product: expect.stringContaining('Chrome') } });
      expect(capabilities.webSocketUrl).toContain(`${ours}/webdriver/session/${sessionId}/se/bidi`);
      const bidi = await callOver(capabilities.webSocketUrl, { id: 1, method: 'session.status', params: {} });
      expect(bidi).toMatchObject({ id: 1, type: 'success' });
      // Whose sockets come and go while its commands are what keeps it.
      expect((await ask('GET', `/webdriver/session/${sessionId}/url`)).status).toBe(200);
    } finally {
      await ask('DELETE', `/webdriver/session/${sessionId}`);
    }
  });
});

describe('the session of a surface', () => {
  it('is made by its name, and outlives a stop of it', { timeout: 60_000 }, async () => {
    const { answer: made } = await ask('POST', '/webdriver/session', {
      capabilities: { alwaysMatch: { browserName: 'chrome', 'moorage:surface': 'alice' } },
    });
    const at = `/webdriver/session/${made.value.sessionId}`;
    await ask('POST', `${at}/url`, { url: `${site.url}/rows` });
    await until(async () => {
      const pages = await fetch(`${server.url}/v1/sessions/alice/pages`);
      return (await pages.text()).includes('/rows');
    }, 'the page');
    await ask('POST', '/v1/surfaces/alice/stop');
    expect((await ask('GET', `${at}/title`)).answer).toEqual({ value: 'Rows' });
    expect((await ask('DELETE', at)).status).toBe(200);
  });
});

describe('commands', () => {
  it('of sessions that are not there, or over, or speak another protocol, say so', async () => {
    const unknown = await ask('GET', '/webdriver/session/ses_nowhere/url');
    expect(unknown).toMatchObject({ status: 404, answer: { value: { error: 'invalid session id' } } });

    const { answer: chrome } = await ask('POST', '/v1/sessions', { keepAlive: true });
    const wrong = await ask('GET', `/webdriver/session/${chrome.id}/url`);
    expect(wrong.answer.value).toMatchObject({
      error: 'invalid session id',
      message: expect.stringContaining('cdp'),
    });
    await ask('DELETE', `/v1/sessions/${chrome.id}`);
    const over = await ask('GET', `/webdriver/session/${chrome.id}/url`);
    expect(over.answer.value).toMatchObject({ error: 'invalid session id' });

    expect((await ask('GET', '/webdriver/nothing')).answer.value.error).toBe('unknown command');
    expect((await ask('PUT', '/webdriver/session')).answer.value.error).toBe('unknown command');
  });

  it.each(['/../../status', '/%2E%2e/other/url', '/element/..%2F../url', '/..;/other', '\\..\\other'])(
    'may not lead out of their session by %s',
    async (way) => {
      // As it is: `fetch` would resolve it.
      const outgoing = request(server.url, { path: `/webdriver/session/ses_one${way}` }).end();
      const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]; // as Node emits it
      expect(answer.statusCode).toBe(404);
      expect(await text(answer)).toContain('lead out of its session');
    },
  );

  it('pass a driver’s own errors on, and say where downloads are', async () => {
    const { answer: made } = await ask('POST', '/webdriver/session', {
      capabilities: { alwaysMatch: { browserName: 'chrome' } },
    });
    const at = `/webdriver/session/${made.value.sessionId}`;
    const { status, answer } = await ask('POST', `${at}/element`, { using: 'css selector', value: '#none' });
    expect(status).toBe(404);
    expect(answer.value.error).toBe('no such element');
    const downloads = await Promise.all(
      [['GET'], ['POST', { name: 'a.txt' }], ['DELETE']].map(([method, body]) =>
        ask(String(method), `${at}/se/files`, body),
      ),
    );
    for (const { answer } of downloads) {
      expect(answer.value).toMatchObject({
        error: 'unknown command',
        message: expect.stringContaining('download.saveAs'),
      });
    }
    await ask('DELETE', at);
  });
});

describe('a command that is too large', () => {
  it('is refused in WebDriver’s form, before it is read', async () => {
    const outgoing = request(`${server.url}/webdriver/session/ses_any/url`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': 64 * 1024 * 1024 + 1 },
    });
    outgoing.flushHeaders();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]; // as the event gives it
    const { value } = JSON.parse(await text(response));
    outgoing.destroy();
    expect([response.statusCode, response.headers.connection]).toEqual([413, 'close']);
    expect(value).toMatchObject({
      error: 'unknown error',
      message: expect.stringContaining('payload-too-large'),
    });
  });
});

describe('a session of POST /v1/sessions', () => {
  it('hands the driver itself to who is on this machine, and ends when its client deletes it there', async () => {
    const { status, answer: session } = await ask('POST', '/v1/sessions', {
      browser: 'webkit',
      keepAlive: true,
    });
    expect(status, JSON.stringify(session)).toBe(201);
    expect(session.webdriverUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(session.connectUrl).toBeUndefined();
    const driver = `${session.webdriverUrl}/session/${session.webdriverSessionId}`;
    expect((await fetch(`${driver}/url`)).status).toBe(200);
    const listed = (await sessions()).find(({ id }: { id: string }) => id === session.id);
    expect(listed).not.toHaveProperty('webdriverUrl');
    await fetch(driver, { method: 'DELETE' });
    const isThere = async () => (await sessions()).some(({ id }: { id: string }) => id === session.id);
    await until(async () => !(await isThere()), 'its end');
  });
});

describe('a person who has taken over', () => {
  it.each([
    ['a session', { browserName: 'chrome' }, (id: string) => id],
    ['a surface', { browserName: 'chrome', 'moorage:surface': 'bob' }, () => 'bob'],
  ])('holds up what changes something in %s, and not a look at it', async (_, wish, watched) => {
    const { answer: made } = await ask('POST', '/webdriver/session', { capabilities: { alwaysMatch: wish } });
    const { sessionId } = made.value;
    const at = `/webdriver/session/${sessionId}`;
    const { answer: link } = await ask('POST', `/v1/sessions/${watched(sessionId)}/live-links`, {
      canControl: true,
    });
    const watcher = await LiveWatcher.open(link.url);
    try {
      await watcher.firstPicture();
      await watcher.takeOver();
      const refused = await ask('POST', `${at}/url`, { url: `${site.url}/rows` });
      expect(refused).toMatchObject({
        status: 423,
        answer: { value: { message: expect.stringContaining('surface-locked') } },
      });
      expect((await ask('GET', `${at}/url`)).status).toBe(200);
    } finally {
      await LiveWatcher.closeAll();
    }
    await until(async () => (await ask('DELETE', at)).status === 200, 'that it is handed back');
  });
});

describe('the page API', () => {
  it.each([
    ['DevTools', 'chrome'],
    ['WebDriver alone', 'webkit'],
  ])('works beside WebDriver where the browser has %s', async (_, browserName) => {
    const { answer: made } = await ask('POST', '/webdriver/session', {
      capabilities: { alwaysMatch: { browserName } },
    });
    const { sessionId } = made.value;
    await ask('POST', `/webdriver/session/${sessionId}/url`, { url: `${site.url}/rows` });
    const { answer: pages } = await ask('GET', `/v1/sessions/${sessionId}/pages`);
    expect(pages.data).toMatchObject([{ url: `${site.url}/rows`, title: 'Rows' }]);
    const command = { action: 'evaluate', params: { expression: 'document.title = "seen by both"' } };
    await ask('POST', `/v1/pages/${pages.data[0].id}/command`, command);
    expect((await ask('GET', `/webdriver/session/${sessionId}/title`)).answer.value).toBe('seen by both');
    await ask('DELETE', `/webdriver/session/${sessionId}`);
  });
});

describe('status', () => {
  it('is that of a grid: a node for each backend that speaks WebDriver, with its slots', async () => {
    const { answer: made } = await ask('POST', '/webdriver/session', {
      capabilities: { alwaysMatch: { browserName: 'chrome' } },
    });
    const { answer } = await ask('GET', '/webdriver/status');
    expect(answer.value).toMatchObject({ ready: true, message: expect.any(String) });
    const [node] = answer.value.nodes;
    expect(answer.value.nodes.map(({ id }: { id: string }) => id)).toEqual(['chromedriver', 'webkitgtk']);
    expect(node).toMatchObject({ availability: 'UP', maxSessions: 2 });
    expect(
      node.slots.map(({ session }: { session: { sessionId: string } | null }) => session?.sessionId),
    ).toEqual([made.value.sessionId, undefined]);
    await ask('DELETE', `/webdriver/session/${made.value.sessionId}`);
  });
});

function callOver(url: string, message: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.once('open', () => socket.send(JSON.stringify(message)));
    socket.once('message', (data) => {
      resolve(JSON.parse(data.toString()));
      socket.close();
    });
    socket.once('close', (code, reason) => reject(new Error(`closed with ${code} ${reason.toString()}`)));
    socket.once('error', reject);
  });
}
