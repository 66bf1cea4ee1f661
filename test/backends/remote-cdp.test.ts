// Browsers of other machines: bare Chromes for real, and stand-ins of services that behave as their documentation says,
// with real browsers behind them. One connection is shared by everybody, what a session leaves is cleared, and nothing
// is left at a service whatever gets lost on the way.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startSite } from '../../examples/site.mjs';
import type { Backend, BackendSession } from '../../src/backends/backend.ts';
import { remoteCdp } from '../../src/backends/remote-cdp.ts';
import { asProblem } from '../../src/errors.ts';
import { newId, type SessionId } from '../../src/ids.ts';
import { keepRemoteChrome, launchRemoteChrome } from '../fixtures/remote-chrome.ts';
import { type StandInKind, type StandInService, startSessionService } from '../fixtures/session-service.ts';
import { startChild, startInProcess, until } from '../server.ts';
import { testContext } from './context.ts';

const SERVICES: Record<StandInKind, string> = {
  browserbase: 'browserbase',
  connection: 'connection',
  'own-steel': 'steel',
  steel: 'steel',
};

let folder: string;
let closers: Array<() => Promise<unknown>>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moorage-remote-'));
  closers = [];
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
  await rm(folder, { recursive: true });
});

const site = await startSite();
afterAll(() => site.close());

function closing<T extends { close(): Promise<unknown> }>(thing: T): T {
  closers.push(() => thing.close());
  return thing;
}

/** The same data folder each time: the next one is a server that was started again. */
const createBackend = (settings: object): Promise<Backend> =>
  remoteCdp.create(settings, testContext('remote-cdp', folder));

async function start(
  backend: Backend,
  {
    signal = AbortSignal.timeout(30_000),
    ...wishes
  }: { signal?: AbortSignal } & Record<string, unknown> = {},
): Promise<BackendSession & { id: SessionId }> {
  const id = newId('ses');
  const request = { id, client: 'test', browser: 'chrome', headless: true, ...wishes };
  return { ...(await backend.createSession(request, signal)), id };
}

async function startUnknown(backend: Backend) {
  const id = newId('ses');
  const request = { id, client: 'test', browser: 'chrome', headless: true };
  return { id, ...(await failure(backend.createSession(request, AbortSignal.timeout(30_000)))) };
}

async function failure(starting: Promise<unknown>) {
  const error = await starting.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { code: asProblem(error)?.code, text: String(error), seconds: asProblem(error)?.retryAfterSeconds };
}

async function serve(kind: StandInKind, options: Parameters<typeof startSessionService>[1] = {}) {
  const service = closing(await startSessionService(kind, options));
  return { service, settings: settingsOf(kind, service) };
}

function settingsOf(kind: StandInKind, { url, token }: StandInService) {
  const address = {
    browserbase: { url, token },
    connection: { url: `${url.replace('http', 'ws')}/?token=${token}` },
    'own-steel': { url },
    steel: { url, token },
  }[kind];
  return { service: SERVICES[kind], addresses: [{ ...address, capacity: 4 }] };
}

describe('a shared connection', () => {
  it('takes clients beside each other, each with what it attached to, and pages by their own sockets', async () => {
    const { service, settings } = await serve('connection');
    const backend = await createBackend(settings);
    const { id, endpoint, gone } = await start(backend, { viewport: { width: 700, height: 500 } });
    const one = await chromium.connectOverCDP(endpoint.url);
    const httpUrl = endpoint.url.replace('ws', 'http').replace(/\/devtools.*/, '');
    const other = await chromium.connectOverCDP(httpUrl);
    const page = one.contexts()[0]?.pages()[0];
    await page?.goto(`${site.url}/rows`);
    expect(await page?.evaluate('innerWidth')).toBe(700);
    const same = other.contexts()[0]?.pages()[0];
    await until(async () => (await same?.title()) === 'Rows', 'the same page at the other client');
    const own = await (await other.newContext()).newPage();
    await own.setContent(`<p>${'x'.repeat(2_000_000)}</p>`);
    expect((await own.textContent('p'))?.length).toBe(2_000_000);
    expect(one.contexts().length).toBe(1);

    const [listed] = (await (await fetch(`${httpUrl}/json/list`)).json()) as Array<{
      webSocketDebuggerUrl: string;
    }>;
    expect(
      await ask(listed?.webSocketDebuggerUrl ?? '', 'Runtime.evaluate', { expression: '1 + 1' }),
    ).toMatchObject({
      result: { value: 2 },
    });
    await one.close();
    expect(await own.evaluate('2 + 1')).toBe(3);
    expect(service.running).toBe(1);
    await backend.destroySession({ id });
    await gone;
    await until(() => service.running === 0, 'the end of the browser');
  });

  it('is had by a login in the address too, which no failure repeats', async () => {
    const { settings } = await serve('connection');
    const url = settings.addresses[0]?.url.replace('//', '//user:secret-word@');
    const backend = await createBackend({ ...settings, addresses: [{ url }] });
    expect(await backend.healthCheck(AbortSignal.timeout(30_000))).toMatchObject({ state: 'healthy' });
    const { id } = await start(backend);
    await backend.destroySession({ id });

    for (const service of ['browserbase', 'chrome', 'connection', 'steel']) {
      const addresses = [{ url: 'http://user:secret-word@127.0.0.1:1' }];
      const away = await createBackend({ service, addresses });
      const { reason } = await away.healthCheck(AbortSignal.timeout(30_000));
      expect(reason).toMatch(/nobody answers/);
      expect(reason).not.toContain('secret-word');
    }
  });

  it('lets nobody in by a web page, by another name or by another path, and no client into the sessions of another', async () => {
    const { settings } = await serve('connection');
    const backend = await createBackend(settings);
    const { id, endpoint } = await start(backend);
    const { host } = new URL(endpoint.url);
    await expect(open(endpoint.url, { origin: 'https://evil.example' })).rejects.toThrow(/403/);
    await expect(open(endpoint.url, { host: 'evil.example' })).rejects.toThrow(/403/);
    await expect(open(`ws://${host}/devtools/browser/other`)).rejects.toThrow(/404/);
    await expect(open(`ws://${host}/devtools/page/none`)).rejects.toThrow(/404/);

    const one = await open(endpoint.url);
    const other = await open(endpoint.url);
    const [{ targetId }] = ((await call(one, 'Target.getTargets')) as { targetInfos: [{ targetId: string }] })
      .targetInfos;
    const { sessionId } = (await call(one, 'Target.attachToTarget', { targetId, flatten: true })) as {
      sessionId: string;
    };
    await expect(call(other, 'Runtime.evaluate', { expression: '1' }, sessionId)).rejects.toThrow(
      /Session with given id/,
    );
    one.terminate();
    other.send('no JSON');
    await new Promise((resolve) => other.once('close', resolve));
    expect(await ask(endpoint.url, 'Browser.getVersion')).toHaveProperty('product');
    await backend.destroySession({ id });
  });

  it('goes through TLS, and the address with its secrets is shown to nobody', async () => {
    const { service, settings } = await serve('steel', { isTls: true });
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    // As an operator does by NODE_EXTRA_CA_CERTS, which is read only when a process starts.
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    closers.push(async () => {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    });
    const server = await startInProcess({ backends: { steel: { kind: 'remote-cdp', ...settings } } });
    try {
      const { id, cdpUrl } = await createOver(server.url);
      const browser = await chromium.connectOverCDP(cdpUrl);
      expect(await browser.contexts()[0]?.pages()[0]?.evaluate('6 * 7')).toBe(42);
      const paths = [
        `/v1/sessions/${id}`,
        '/v1/sessions',
        '/v1/backends',
        '/metrics',
        `/v1/sessions/${id}/json/list`,
      ];
      const texts = await Promise.all(
        paths.map(async (path) => (await fetch(`${server.url}${path}`)).text()),
      );
      expect(texts.join()).not.toContain(service.token);
      await browser.close();
    } finally {
      await server.expectNothingLeft();
    }
    expect(service.running).toBe(0);
  });
});

describe('a bare Chrome', () => {
  it('is one session at a time, which finds nothing of the one before', async () => {
    const chrome = closing(await launchRemoteChrome());
    const backend = await createBackend({
      addresses: [{ url: `http://localhost:${chrome.port}`, capacity: 9 }],
    });
    expect(backend.status().capacity).toBe(1);
    const first = await start(backend);
    expect(await failure(start(backend))).toMatchObject({ code: 'no-capacity' });
    const browser = await chromium.connectOverCDP(first.endpoint.url);
    const page = browser.contexts()[0]?.pages()[0];
    await page?.goto(`${site.url}/rows`);
    await page?.evaluate('localStorage.secret = document.cookie = "secret=1; max-age=9999"');
    await browser.contexts()[0]?.newPage();
    await browser.newContext();
    await backend.destroySession({ id: first.id, handle: first.handle });

    const second = await start(backend);
    const next = await chromium.connectOverCDP(second.endpoint.url);
    expect(next.contexts().flatMap((context) => context.pages().map((each) => each.url()))).toEqual([
      'about:blank',
    ]);
    const [fresh] = next.contexts()[0]?.pages() ?? [];
    await fresh?.goto(`${site.url}/rows`);
    expect(await fresh?.evaluate('[document.cookie, localStorage.length]')).toEqual(['', 0]);
    expect(chrome.process.exitCode).toBe(null);
    await backend.destroySession({ id: second.id });
  });

  it('is swept by a server that knows nothing but the id, and taken over by one that knows the handle', async () => {
    const chrome = closing(await launchRemoteChrome());
    const settings = { addresses: [{ url: `http://127.0.0.1:${chrome.port}` }] };
    const dead = await createBackend(settings);
    const first = await start(dead);
    await ask(first.endpoint.url, 'Target.createTarget', { url: `${site.url}/rows` });
    // As its death would.
    await dead.close?.();
    const next = await createBackend(settings);
    const recovered = await next.recoverSession?.(JSON.parse(JSON.stringify(first.handle)));
    expect(recovered).toMatchObject({ browserVersion: first.browserVersion });
    expect(next.status()).toMatchObject({ active: 1, capacity: 1 });

    await next.close?.();
    const last = await createBackend(settings);
    await last.reconcile?.(new Set());
    const { targetInfos } = (await ask(first.endpoint.url, 'Target.getTargets')) as {
      targetInfos: Array<{ url: string; type: string }>;
    };
    expect(targetInfos.filter(({ type }) => type === 'page').map(({ url }) => url)).toEqual(['about:blank']);
    for (const backend of [next, last]) await backend.destroySession({ id: first.id });
  });

  it('is of one server at a time, which finds nothing of one that died over it', async () => {
    const chrome = closing(await launchRemoteChrome());
    const settings = { addresses: [{ url: `http://127.0.0.1:${chrome.port}` }] };
    const create = (server: string) =>
      remoteCdp.create(settings, testContext('remote-cdp', join(folder, server)));
    const [one, other] = await Promise.all([create('one'), create('other')]);
    const starts = await Promise.allSettled([start(one), start(other)]);
    const [first] = starts.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const [loser] = starts.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    expect(asProblem(loser)).toMatchObject({ code: 'no-capacity' });
    expect(String(loser)).toContain('taken by another server');
    const [winner, second] = starts[0]?.status === 'fulfilled' ? [one, other] : [other, one];
    const browser = await chromium.connectOverCDP(first?.endpoint.url ?? '');
    expect(browser.contexts().length).toBe(1);
    const [page] = browser.contexts()[0]?.pages() ?? [];
    await page?.goto(`${site.url}/rows`);
    await page?.evaluate('localStorage.secret = document.cookie = "secret=1; max-age=9999"');
    await browser.close();
    // Whoever comes late ends nothing of it.
    await second.destroySession({ id: newId('ses'), ...(first && { handle: first.handle }) });
    expect(await ask(first?.endpoint.url ?? '', 'Browser.getVersion')).toHaveProperty('product');

    await winner.close?.();
    const third = await create('third');
    const { id, endpoint } = await start(third);
    const next = await chromium.connectOverCDP(endpoint.url);
    const [fresh] = next.contexts()[0]?.pages() ?? [];
    await fresh?.goto(`${site.url}/rows`);
    expect(await fresh?.evaluate('[document.cookie, localStorage.length]')).toEqual(['', 0]);
    await next.close();
    await third.destroySession({ id });
    if (first) await winner.destroySession({ id: first.id, handle: first.handle });
  });

  it('is another one for each session where it is closed and its keeper starts it anew', async () => {
    const kept = closing(await keepRemoteChrome());
    const backend = await createBackend({ addresses: [{ url: kept.url }], afterSession: 'close' });
    const first = await start(backend);
    await backend.destroySession({ id: first.id });
    // It is not there yet, and waited for.
    const second = await start(backend);
    await until(() => kept.launches === 2, 'the second launch');
    expect(second.handle.remoteId).not.toBe(first.handle.remoteId);
    await backend.destroySession({ id: second.id });
  });

  it('that ends takes its session along; one whose connection is cut keeps it', async () => {
    const chrome = closing(await launchRemoteChrome());
    const backend = await createBackend({ addresses: [{ url: `http://127.0.0.1:${chrome.port}` }] });
    const { id, gone } = await start(backend);
    await chrome.close();
    expect(await gone).toMatchObject({ reason: 'browser-closed' });
    expect((await backend.healthCheck(AbortSignal.timeout(30_000))).state).toBe('unhealthy');
    await backend.destroySession({ id });
    expect(backend.status()).toMatchObject({ active: 0, capacity: 0 });
  });
});

describe.each<StandInKind>(['browserbase', 'own-steel', 'steel'])('sessions of %s', (kind) => {
  it.each(['losesAnswers', 'tearsAnswers', 'answersHtml'] as const)(
    'are not left there when it %s',
    async (what) => {
      const { service, settings } = await serve(kind);
      const backend = await createBackend(settings);
      service.trouble[what] = true;
      const { code, text } = await failure(start(backend));
      expect(code).toBe('no-capacity'); // of the only address
      expect(text).toMatch(/does not start a browser/);
      expect(text).not.toContain(service.token);
      expect(service.running).toBe(0);
      expect(backend.status().active).toBe(0);
      expect(service.wishes.length).toBe(what === 'answersHtml' ? 0 : 1);
    },
  );

  it('are not left there when the start is given up in the middle', async () => {
    const { service, settings } = await serve(kind);
    const backend = await createBackend(settings);
    service.trouble.delayMs = 300;
    const giveUp = new AbortController();
    const starting = failure(start(backend, { signal: giveUp.signal }));
    await until(() => service.running === 1, 'the request');
    giveUp.abort(new Error('given up'));
    expect((await starting).text).toContain('given up');
    expect(service.running).toBe(0);
  });

  it('are told apart in what is wrong: no key, too many, a failure of theirs', async () => {
    const { service, settings } = await serve(kind, { concurrent: 1 });
    const backend = await createBackend(settings);
    const first = await start(backend);
    expect(await failure(start(backend))).toMatchObject({
      code: 'no-capacity',
      text: expect.stringMatching(/too many|taken/),
    });
    await backend.destroySession({ id: first.id });
    service.trouble.refuses = 500;
    expect((await failure(start(await createBackend(settings)))).text).toMatch(/HTTP 500/);
    if (kind === 'own-steel') return;
    const wrong = { ...settings, addresses: [{ ...settings.addresses[0], token: 'wrong' }] };
    const stranger = await createBackend(wrong);
    const { state, reason } = await stranger.healthCheck(AbortSignal.timeout(30_000));
    expect([state, reason]).toEqual(['unhealthy', expect.stringMatching(/refuses.*`addresses\[0\]\.token`/)]);
    expect(stranger.status().capacity).toBe(0);
    expect(await failure(start(stranger))).toMatchObject({
      code: 'session-not-created',
      text: expect.stringMatching(/`addresses\[0\]\.token`/),
    });
    expect(reason).not.toContain('wrong');
  });

  it('are not asked for again for a while where a start finds that the key is refused', async () => {
    const { service, settings } = await serve(kind);
    const backend = await createBackend(settings);
    let changes = 0;
    backend.watch?.(() => {
      changes += 1;
    });
    service.trouble.refuses = 401;
    expect(await failure(start(backend))).toMatchObject({ code: 'session-not-created' });
    expect(changes).toBe(1);
    expect(backend.status()).toMatchObject({ active: 0, capacity: 0 });
    // Its lists can be had without the key, or with another one.
    const { state, reason } = await backend.healthCheck(AbortSignal.timeout(30_000));
    expect([state, reason]).toEqual(['unhealthy', expect.stringContaining('`addresses[0].token`')]);
  });

  it('outlive a cut connection where they are kept there, and end when the service ends them', async () => {
    const { service, settings } = await serve(kind);
    const backend = await createBackend({ ...settings, create: { keepAlive: true } });
    const { id, endpoint, gone } = await start(backend);
    service.cut();
    await until(
      () =>
        ask(endpoint.url, 'Browser.getVersion').then(
          () => true,
          () => false,
        ),
      'the connection again, at the same address',
    );
    await service.expire();
    expect(await gone).toMatchObject({ reason: 'browser-closed' });
    expect(backend.status().active).toBe(0);
    await backend.destroySession({ id });
  });
});

describe('a session that nobody knows the remote id of', () => {
  it('is looked for by the probes where it comes up after its answer was lost', async () => {
    const { service, settings } = await serve('browserbase');
    const backend = await createBackend(settings);
    service.trouble.losesQuestions = true;
    service.trouble.delayMs = 4500;
    const { id, ...given } = await startUnknown(backend);
    expect(given.code).toBe('no-capacity');
    // As the allocator does.
    await backend.destroySession({ id });
    await until(() => service.made === 1, 'the session that nobody waits for');
    await backend.healthCheck(AbortSignal.timeout(10_000));
    expect(service.running).toBe(0);
  });

  it('is released by a server that was killed in the middle, when it comes back', async () => {
    const { service, settings } = await serve('steel');
    service.trouble.delayMs = 1000;
    const server = await startChild({ backends: { remote: { kind: 'remote-cdp', ...settings } } });
    const lost = createOver(server.url).catch(() => undefined);
    await until(() => service.running === 1, 'the request');
    await server.kill();
    await lost;
    await until(() => service.wishes.length === 1 && service.running === 1, 'its session');
    service.trouble.delayMs = 0;
    await untilMade(service);
    const next = await startChild({ dataFolder: server.dataFolder });
    try {
      await until(() => service.running === 0, 'that it is released');
    } finally {
      await next.expectNothingLeft();
    }
  }, 120_000);
});

describe('one that somebody else has at a Steel of one’s own', () => {
  it('is neither taken over nor released', async () => {
    const { service, settings } = await serve('own-steel');
    const theirs = await createBackend(settings);
    const session = await start(theirs);
    const stranger = await remoteCdp.create(settings, testContext('remote-cdp', join(folder, 'stranger')));
    expect(await failure(start(stranger))).toMatchObject({ code: 'no-capacity' });
    await stranger.destroySession({ id: newId('ses'), handle: { address: new URL(service.url).host } });
    expect(await ask(session.endpoint.url, 'Browser.getVersion')).toHaveProperty('product');
    await theirs.destroySession({ id: session.id });
    expect(service.running).toBe(0);
  });
});

async function untilMade(service: StandInService): Promise<void> {
  await until(() => service.made === 1, 'the session that nobody waits for');
}

async function createOver(url: string): Promise<{ id: string; cdpUrl: string }> {
  const response = await fetch(`${url}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ browser: 'chrome', keepAlive: true }),
  });
  const session = (await response.json()) as { id: string; cdpUrl: string }; // our own API
  expect(response.status, JSON.stringify(session)).toBe(201);
  return session;
}

async function open(url: string, headers: Record<string, string> = {}): Promise<WebSocket> {
  const socket = new WebSocket(url, { headers });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return socket;
}

function call(socket: WebSocket, method: string, params: object = {}, sessionId?: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    socket.on('message', (data) => {
      const { id, result, error } = JSON.parse(String(data));
      if (id !== 7) return;
      socket.removeAllListeners('message');
      if (error) reject(new Error(error.message));
      else resolve(result);
    });
    socket.once('close', () => reject(new Error('closed')));
    socket.send(JSON.stringify({ id: 7, method, params, ...(sessionId && { sessionId }) }));
  });
}

async function ask(url: string, method: string, params: object = {}): Promise<unknown> {
  const socket = await open(url);
  try {
    return await call(socket, method, params);
  } finally {
    socket.terminate();
  }
}
