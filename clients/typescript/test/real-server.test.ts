// The client against a real server, whose browsers are none.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type InProcessServer, startInProcess, until } from '../../../test/server.ts';
import { type Event, Moorage, type MoorageError } from '../src/index.ts';

let server: InProcessServer;
let moorage: Moorage;
beforeEach(async () => {
  server = await startInProcess({ backends: { fake: { kind: 'fake', capacity: 3 } } });
  moorage = new Moorage({ url: server.url });
});
afterEach(() => server.expectNothingLeft());

const request = { browser: 'fake', keepAlive: true } as const;

async function open(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return socket;
}

/** What the browser at the other end says it is. */
async function versionThrough(socket: WebSocket): Promise<unknown> {
  const answer = new Promise<string>((resolve) => socket.once('message', (data) => resolve(String(data))));
  socket.send(JSON.stringify({ id: 1, method: 'Browser.getVersion' }));
  return JSON.parse(await answer);
}

function refusal(promise: Promise<unknown>): Promise<MoorageError> {
  return promise.then(
    () => {
      throw new Error('it succeeded');
    },
    (error) => error,
  );
}

describe('the client on a real server', () => {
  it('creates a session that can be connected to, and ends it with the block', async () => {
    let id: string;
    {
      await using session = await moorage.sessions.create({ ...request, tags: { team: 'a' } });
      id = session.id;
      expect(session).toMatchObject({ status: 'ready', browser: 'fake', tags: { team: 'a' } });
      const socket = await open(session.connectUrl ?? '');
      expect(await versionThrough(socket)).toMatchObject({ id: 1, result: { product: expect.any(String) } });
      expect((await session.refresh()).connections).toBe(1);
    }
    expect(await moorage.sessions.get(id)).toMatchObject({ status: 'ended', endReason: 'destroyed' });
  });

  it('lists page by page what the filters let through', async () => {
    const sessions = [];
    for (const team of ['a', 'b', 'a']) {
      sessions.push(await moorage.sessions.create({ ...request, tags: { team } }));
    }
    await sessions[0]?.destroy();
    const idsOf = async (query: Parameters<typeof moorage.sessions.list>[0]) => {
      const ids: string[] = [];
      for await (const { id } of moorage.sessions.list(query)) ids.push(id);
      return ids;
    };
    const [first, second, third] = sessions.map(({ id }) => id);
    expect(await idsOf({ limit: 1 })).toEqual([third, second, first]);
    expect(await idsOf({ status: ['ready', 'starting'] })).toEqual([third, second]);
    expect(await idsOf({ tags: { team: 'a' }, limit: 1 })).toEqual([third, first]);
  });

  it('makes one session for one Idempotency-Key', async () => {
    const options = { idempotencyKey: 'once' };
    const [one, same] = await Promise.all([
      moorage.sessions.create(request, options),
      moorage.sessions.create(request, options),
    ]);
    expect(same.id).toBe(one.id);
    const conflict = await refusal(moorage.sessions.create({ ...request, keepAlive: false }, options));
    expect(conflict.code).toBe('idempotency-conflict');
  });

  it('leaves the queue when it aborts', async () => {
    for (let count = 0; count < 3; count += 1) await moorage.sessions.create(request);
    const abort = new AbortController();
    const waiting = moorage.sessions.create({ ...request, waitMs: 60_000 }, { signal: abort.signal });
    const queued = async () => (await moorage.sessions.page({ status: 'queued' })).data.length;
    await until(async () => (await queued()) === 1, 'it is queued');
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await until(async () => (await queued()) === 0, 'it has left the queue');
  });

  it('carries the problems of the server', async () => {
    const unmatched = await refusal(moorage.sessions.create({ browser: 'netscape' }));
    expect(unmatched).toMatchObject({ code: 'capabilities-unmatched', status: 422, retryable: false });
    expect(unmatched.rejected).toContainEqual({
      backend: 'fake',
      reason: expect.stringContaining('netscape'),
    });
    // @ts-expect-error A program in plain JavaScript can ask for anything.
    const invalid = await refusal(moorage.sessions.create({ waitMs: 'long' }));
    expect(invalid.errors).toEqual([{ path: '/waitMs', message: expect.any(String) }]);
    for (let count = 0; count < 3; count += 1) await moorage.sessions.create(request);
    const full = await refusal(moorage.sessions.create({ ...request, waitMs: 0 }));
    expect(full).toMatchObject({ code: 'no-capacity', retryable: true });
    expect(full.retryAfterSeconds).toBeGreaterThan(0);
  });

  it('makes a session by connecting to an address', async () => {
    const url = moorage.connectUrl({
      browser: 'fake',
      viewport: { width: 800, height: 600 },
      headless: true,
    });
    const socket = await open(url);
    expect(await versionThrough(socket)).toMatchObject({ id: 1 });
    expect((await moorage.sessions.page({ status: 'ready' })).data).toHaveLength(1);
    socket.close();
    await until(
      async () => (await moorage.sessions.page({ status: 'ready' })).data.length === 0,
      'it is gone',
    );
  });

  it('reads events as they come, and from where it left off', async () => {
    const seen: Event[] = [];
    const stop = new AbortController();
    let isOpen = false;
    const reading = (async () => {
      const events = moorage.events({
        types: ['session.ready', 'session.ended'],
        signal: stop.signal,
        onOpen: () => {
          isOpen = true;
        },
      });
      for await (const event of events) seen.push(event);
    })();
    await until(() => isOpen, 'the stream is open');
    const session = await moorage.sessions.create(request);
    await session.destroy();
    await until(() => seen.length === 2, 'both events have come');
    stop.abort();
    await reading;
    expect(seen.map(({ type, sessionId }) => ({ type, sessionId }))).toEqual([
      { type: 'session.ready', sessionId: session.id },
      { type: 'session.ended', sessionId: session.id },
    ]);

    const later = await moorage.events({ after: seen[0]?.sequence, types: ['session.ended'] }).next();
    expect(later.value).toEqual(seen[1]);
  });

  it('drains and resumes a backend, which shows in readiness', async () => {
    expect(await moorage.health.ready()).toEqual({ ready: true });
    expect((await moorage.backends.drain('fake')).availability).toBe('draining');
    expect(await moorage.health.ready()).toEqual({
      ready: false,
      reason: expect.stringContaining('draining'),
    });
    await moorage.backends.resume('fake');
    const fake = (await moorage.backends.list()).find(({ name }) => name === 'fake');
    expect(fake).toMatchObject({ availability: 'up' });
  });

  it('works with keys, in headers and in addresses', async () => {
    const { key, id } = await moorage.keys.create({ client: 'ops', admin: true });
    expect((await refusal(moorage.sessions.create(request))).code).toBe('unauthorized');
    const owner = new Moorage({ url: server.url, apiKey: key });
    const socket = await open(owner.connectUrl({ browser: 'fake' }));
    expect(await versionThrough(socket)).toMatchObject({ id: 1 });
    socket.close();
    expect(await owner.keys.list()).toMatchObject([{ id, client: 'ops', admin: true }]);
    await owner.keys.delete(id);
    expect(await moorage.keys.list()).toEqual([]);
  });
});
