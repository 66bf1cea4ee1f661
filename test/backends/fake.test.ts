// What the fake backend does beyond the contract: it behaves like Chrome's DevTools endpoint, and misbehaves on demand.

import { request } from 'node:http';
import { Value } from 'typebox/value';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { BackendSession } from '../../src/backends/backend.ts';
import { FakeBackend, type FakeSettings, fake } from '../../src/backends/fake.ts';
import { newId, type SessionId } from '../../src/ids.ts';
import { ManualClock } from '../manual-clock.ts';

const NEVER = new AbortController().signal;

describe('the fake backend', () => {
  let clock: ManualClock;
  let backends: FakeBackend[];

  beforeEach(() => {
    clock = new ManualClock();
    backends = [];
  });

  afterEach(async () => {
    for (const backend of backends) {
      await backend.reconcile(new Set());
      expect(backend.status().active).toBe(0);
    }
    expect(clock.timerCount).toBe(0);
  });

  function create(settings: FakeSettings = {}): FakeBackend {
    const backend = new FakeBackend(settings, {
      name: 'fake',
      clock,
      dataFolder: `/nowhere/${backends.length}`,
    });
    backends.push(backend);
    return backend;
  }

  it('takes its settings, and refuses others', () => {
    expect(Value.Check(fake.settings, {})).toBe(true);
    expect(Value.Check(fake.settings, { capacity: 10_000, protocol: 'bidi', features: ['headless'] })).toBe(
      true,
    );
    expect(Value.Check(fake.settings, { protocol: 'telnet' })).toBe(false);
    expect(Value.Check(fake.settings, { features: ['telepathy'] })).toBe(false);
    expect(Value.Check(fake.settings, { unknown: 1 })).toBe(false);
  });

  it('offers what it is told to', async () => {
    const backend = create({
      browserName: 'chrome',
      version: '156.0',
      protocol: 'bidi',
      features: ['headless'],
      capacity: 3,
    });
    expect(backend.status()).toEqual({
      capacity: 3,
      active: 0,
      warming: 0,
      warm: {},
      offers: [{ browser: 'chrome', browserVersion: '156.0', protocols: ['bidi'], features: ['headless'] }],
    });
    const session = await start(backend, 'chrome');
    expect(session).toMatchObject({
      browser: 'chrome',
      browserVersion: '156.0',
      endpoint: { protocol: 'bidi' },
    });
  });

  it('refuses more sessions than it has room for', async () => {
    const backend = create({ capacity: 1 });
    await start(backend);
    await expect(start(backend)).rejects.toMatchObject({ code: 'no-capacity' });
    expect(backend.status().active).toBe(1);
  });

  describe('starting', () => {
    it('takes as long as it is told', async () => {
      const backend = create({ startDelayMs: 500 });
      const starting = start(backend);
      expect(backend.status().active).toBe(1);
      clock.advance(499);
      expect(await Promise.race([starting, Promise.resolve('not yet')])).toBe('not yet');
      clock.advance(1);
      expect((await starting).endpoint.url).toMatch(/^ws:/);
    });

    it('fails every n-th time', async () => {
      const backend = create({ failStarts: 3 });
      const outcomes = [];
      for (let index = 0; index < 6; index += 1) {
        const [outcome] = await Promise.allSettled([start(backend)]);
        outcomes.push(outcome?.status);
      }
      expect(outcomes).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'rejected']);
      expect(backend.status().active).toBe(4);
      backend.setStarts({ failStarts: 1 });
      await expect(start(backend)).rejects.toMatchObject({ code: 'session-not-created' });
    });

    it('hangs until it is given up', async () => {
      const backend = create({ hangStarts: true });
      const giveUp = new AbortController();
      const starting = start(backend, 'fake', giveUp.signal);
      expect(backend.sessionIds).toHaveLength(1);
      giveUp.abort(new Error('no longer wanted'));
      await expect(starting).rejects.toThrow('no longer wanted');
      expect(backend.sessionIds).toEqual([]);
    });

    it('ends when its session is destroyed meanwhile', async () => {
      const backend = create({ hangStarts: true });
      const starting = start(backend);
      const [id] = backend.sessionIds;
      await Promise.all([
        expect(starting).rejects.toMatchObject({ code: 'session-not-created' }),
        backend.destroySession({ id: id as SessionId }),
      ]);
    });
  });

  it('is as healthy as it is told to be', async () => {
    const backend = create({ healthy: false });
    expect((await backend.healthCheck(NEVER)).state).toBe('unhealthy');
    backend.setHealthy(true);
    expect((await backend.healthCheck(NEVER)).state).toBe('healthy');
  });

  it('crashes on demand: its connections are cut, not closed', async () => {
    const backend = create();
    const { id, endpoint, gone } = await start(backend);
    const connection = await connect(endpoint.url);
    backend.crash(id);
    expect(await connection.closeCode).toBe(1006);
    expect(await gone).toMatchObject({ reason: 'browser-crashed' });
    expect(() => backend.crash(id)).toThrow(id);
  });

  it('opens no port before its first browser and none after its last', async () => {
    const backend = create();
    const sessions = [await start(backend), await start(backend)];
    const ports = new Set(sessions.map(({ endpoint }) => new URL(endpoint.url).port));
    expect(ports.size).toBe(1);
    for (const { id } of sessions) await backend.destroySession({ id });
    await expect(fetch(`http://127.0.0.1:${[...ports][0]}/`)).rejects.toThrow();
  });

  describe('its DevTools endpoint', () => {
    it('answers commands, and errors in the words of Chrome', async () => {
      const { endpoint } = await start(create({ version: '2.5' }), 'fake', NEVER, { userAgent: 'Agent/1' });
      const connection = await connect(endpoint.url);
      expect(await connection.call('Browser.getVersion')).toEqual({
        id: 1,
        result: {
          protocolVersion: '1.3',
          product: 'Fake/2.5',
          revision: '@0',
          userAgent: 'Agent/1',
          jsVersion: '0.0',
        },
      });
      const { result } = await connection.call('Target.getTargets');
      expect(result).toMatchObject({ targetInfos: [{ type: 'page', url: 'about:blank' }] });
      const params = { text: 'Zürich ⚓', nested: [1, { two: null }] };
      expect(await connection.call('Fake.echo', params)).toEqual({ id: 3, result: params });
      expect(await connection.call('Fake.unknown')).toEqual({
        id: 4,
        error: { code: -32601, message: "'Fake.unknown' wasn't found" },
      });
      expect(await connection.call('toString')).toMatchObject({ error: { code: -32601 } });
      expect(await connection.send('not json')).toMatchObject({ error: { code: -32700 } });
      expect(await connection.send('[1]')).toMatchObject({ error: { code: -32700 } });
      expect(await connection.send('{"method":"Fake.echo"}')).toMatchObject({ error: { code: -32600 } });
      connection.end();
    });

    it('floods on demand', async () => {
      const { endpoint } = await start(create());
      const connection = await connect(endpoint.url);
      expect(await connection.call('Fake.flood', { bytes: 100_000, count: 50 })).toEqual({
        id: 1,
        result: { sent: 50 },
      });
      const floods = connection.received.filter(({ method }) => method === 'Fake.flooded');
      expect(floods.map(({ params }) => params?.index)).toEqual(
        Array.from({ length: 50 }, (_, index) => index),
      );
      expect(floods.every(({ params }) => String(params?.data).length === 100_000)).toBe(true);
      expect(await connection.call('Fake.flood', { bytes: -1 })).toMatchObject({ error: { code: -32602 } });
      connection.end();
    });

    it('ends with Browser.close, after its answer', async () => {
      const { endpoint, gone } = await start(create());
      const connection = await connect(endpoint.url);
      expect(await connection.call('Browser.close')).toEqual({ id: 1, result: {} });
      expect(await connection.closeCode).toBe(1006);
      expect(await gone).toMatchObject({ reason: 'browser-closed' });
    });

    it('crashes with Browser.crash, without an answer', async () => {
      const { endpoint, gone } = await start(create());
      const connection = await connect(endpoint.url);
      await expect(connection.call('Browser.crash')).rejects.toThrow('closed');
      expect(await gone).toMatchObject({ reason: 'browser-crashed' });
    });

    it('is discovered over HTTP, and its page too', async () => {
      const { endpoint } = await start(create());
      const version = await getJson(discoveryOf(endpoint.url, '/json/version'));
      expect(version).toMatchObject({ Browser: 'Fake/1.0.0', webSocketDebuggerUrl: endpoint.url });
      const list = await getJson(discoveryOf(endpoint.url, '/json/list/'));
      expect(await getJson(discoveryOf(endpoint.url, '/json'))).toEqual(list);
      const [page] = list as Array<{ webSocketDebuggerUrl: string }>;
      const connection = await connect(page?.webSocketDebuggerUrl ?? '');
      expect(await connection.call('Fake.echo', { a: 1 })).toMatchObject({ result: { a: 1 } });
      connection.end();
      expect(await getJson(discoveryOf(endpoint.url, '/json/protocol'))).toMatchObject({
        domains: expect.arrayContaining([
          { domain: 'Fake', commands: expect.arrayContaining([{ name: 'echo' }]) },
        ]),
      });
      expect((await fetch(discoveryOf(endpoint.url, '/json/new'))).status).toBe(404);
      expect((await fetch(new URL('/json/version', discoveryOf(endpoint.url, '')))).status).toBe(404);
    });

    it('refuses web pages and foreign hosts as Chrome does', async () => {
      const { endpoint } = await start(create());
      expect(await refusalOf(endpoint.url, { origin: 'http://evil.example' })).toBe(403);
      expect(await refusalOf(endpoint.url, { headers: { host: 'evil.example' } })).toBe(500);
      expect(await refusalOf(`${endpoint.url}x`, {})).toBe(404);
      expect(await statusOf(discoveryOf(endpoint.url, '/json/version'), 'evil.example')).toBe(500);
      expect(await statusOf(discoveryOf(endpoint.url, '/json/version'), 'localhost:1')).toBe(200);
    });
  });
});

async function start(
  backend: FakeBackend,
  browser = 'fake',
  signal: AbortSignal = NEVER,
  wishes: { userAgent?: string } = {},
): Promise<BackendSession & { id: SessionId }> {
  const id = newId('ses');
  return {
    ...(await backend.createSession({ id, client: 'test', browser, headless: true, ...wishes }, signal)),
    id,
  };
}

interface Message {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: unknown;
  error?: unknown;
}

/** A connection that sends one message at a time and waits for the answer; events are kept in `received`. */
async function connect(url: string) {
  const socket = new WebSocket(url);
  const received: Message[] = [];
  const closeCode = new Promise<number>((resolve) => socket.once('close', resolve));
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('message', (data) => received.push(JSON.parse(data.toString())));
  let calls = 0;

  const send = (text: string) =>
    new Promise<Message>((resolve, reject) => {
      const onMessage = () => {
        const answer = received.at(-1);
        if (!answer || answer.method) return;
        socket.off('message', onMessage);
        resolve(answer);
      };
      socket.on('message', onMessage);
      socket.once('close', () => reject(new Error('closed')));
      socket.send(text);
    });
  return {
    received,
    closeCode,
    send,
    call(method: string, params?: object) {
      calls += 1;
      return send(JSON.stringify({ id: calls, method, params }));
    },
    end: () => socket.terminate(),
  };
}

/** The HTTP address beside a browser's WebSocket. */
function discoveryOf(url: string, path: string): string {
  return url.replace(/^ws/, 'http').replace(/\/devtools\/.*$/, path);
}

async function getJson(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}

async function refusalOf(
  url: string,
  options: { origin?: string; headers?: { host: string } },
): Promise<number> {
  const socket = new WebSocket(url, options);
  return new Promise((resolve, reject) => {
    socket.once('unexpected-response', (_request, { statusCode = 0 }) => {
      resolve(statusCode);
      socket.terminate();
    });
    socket.once('open', () => reject(new Error('it was let in')));
    // terminate() above ends a handshake, which ws reports.
    socket.on('error', () => {});
  });
}

/** Like fetch, with a Host header that fetch would not let us set. */
async function statusOf(url: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
}
