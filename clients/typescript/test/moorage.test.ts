// The client against a server that answers by a script: requests, retries, failures.

import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Moorage, MoorageError } from '../src/index.ts';
import { cut, json, refusal, sessionView, silence, startStubServer, until } from './stub-server.ts';

async function failureOf(promise: Promise<unknown>): Promise<MoorageError> {
  const error = await promise.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof MoorageError)) throw error;
  return error;
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

describe('sessions', () => {
  it('gives a handle with every member, and destroys the session at the end of the block', async () => {
    await using server = await startStubServer(json(201, sessionView({ tags: { a: 'b' } })), json(200, {}));
    {
      await using session = await new Moorage({ url: server.url }).sessions.create({ browser: 'chrome' });
      expect({ ...session }).toEqual(sessionView({ tags: { a: 'b' } }));
      expect(JSON.parse(JSON.stringify(session))).toEqual(sessionView({ tags: { a: 'b' } }));
      expect(server.asked).toHaveLength(1);
    }
    expect(server.asked.map(({ method, path, body }) => ({ method, path, body }))).toEqual([
      { method: 'POST', path: '/v1/sessions', body: { browser: 'chrome' } },
      { method: 'DELETE', path: '/v1/sessions/ses_0123456789abcdefghjk', body: undefined },
    ]);
  });

  it('destroys the session when the block throws', async () => {
    await using server = await startStubServer(json(201, sessionView()), json(200, {}));
    const run = async () => {
      await using _session = await new Moorage({ url: server.url }).sessions.create();
      throw new Error('the script failed');
    };
    await expect(run()).rejects.toThrow('the script failed');
    expect(server.asked.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
  });

  it('takes a session for destroyed that the server has forgotten', async () => {
    await using server = await startStubServer(json(200, sessionView()), refusal(404, 'session-not-found'));
    const moorage = new Moorage({ url: server.url });
    const session = await moorage.sessions.get('ses_1');
    await session.destroy();
    expect((await failureOf(moorage.sessions.destroy('ses_1'))).code).toBe('session-not-found');
  });

  it('refreshes a handle, and drops what is no longer so', async () => {
    const ended = sessionView({ status: 'ended', endReason: 'idle', connectUrl: undefined });
    await using server = await startStubServer(json(200, sessionView()), json(200, ended));
    const session = await new Moorage({ url: server.url }).sessions.get('ses_1');
    expect(session.connectUrl).toBeDefined();
    expect(await session.refresh()).toBe(session);
    expect(session.endReason).toBe('idle');
    expect('connectUrl' in session).toBe(false);
  });

  it('lists over all pages, and one page with its cursor', async () => {
    const pages = [
      { data: [sessionView({ id: 'ses_1' }), sessionView({ id: 'ses_2' })], nextCursor: 'next' },
      { data: [sessionView({ id: 'ses_3' })], nextCursor: null },
    ];
    await using server = await startStubServer(...pages.map((page) => json(200, page)));
    const { sessions } = new Moorage({ url: server.url });
    const ids: string[] = [];
    const wanted = { status: ['ready', 'starting'], tags: { team: 'a', stage: 'b' }, limit: 2 } as const;
    for await (const { id } of sessions.list(wanted)) ids.push(id);

    expect(ids).toEqual(['ses_1', 'ses_2', 'ses_3']);
    expect(server.asked.map(({ query }) => query.get('cursor'))).toEqual([null, 'next']);
    for (const { query } of server.asked) {
      expect(query.getAll('status')).toEqual(['ready', 'starting']);
      expect(query.getAll('tag')).toEqual(['team=a', 'stage=b']);
      expect(query.get('limit')).toBe('2');
    }
    expect(await sessions.page({ cursor: 'next' })).toEqual(pages[1]);
  });

  it('hangs up when the signal aborts, and throws its reason', async () => {
    await using server = await startStubServer(silence);
    const abort = new AbortController();
    const creating = new Moorage({ url: server.url }).sessions.create({}, { signal: abort.signal });
    await until('the request has arrived', () => server.asked.length === 1);
    abort.abort(new Error('changed my mind'));
    await expect(creating).rejects.toThrow('changed my mind');
    await until('the server sees the hang-up', () => server.hungUp.length === 1);
    expect(server.asked).toHaveLength(1);
  });
});

describe('retries', () => {
  it('repeats a GET after failures that can pass', async () => {
    await using server = await startStubServer(
      cut,
      refusal(503, 'store-unavailable', {}, { 'retry-after': '0' }),
      json(200, { data: [], nextCursor: null }),
    );
    expect(await new Moorage({ url: server.url }).backends.list()).toEqual([]);
    expect(server.asked).toHaveLength(3);
  });

  it('gives up after the retries that were asked for', async () => {
    await using server = await startStubServer(refusal(503, 'store-unavailable', {}, { 'retry-after': '0' }));
    const failure = await failureOf(new Moorage({ url: server.url, retries: 3 }).backends.list());
    expect(failure.code).toBe('store-unavailable');
    expect(server.asked).toHaveLength(4);
  });

  it('repeats the creation of a session under the same Idempotency-Key', async () => {
    await using server = await startStubServer(cut, json(201, sessionView()));
    await new Moorage({ url: server.url }).sessions.create();
    const keys = server.asked.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(2);
    expect(keys[0]).toMatch(/^[\w-]{16,}$/);
    expect(keys[1]).toBe(keys[0]);
  });

  it('sends a fresh Idempotency-Key for each creation, or the one that is given', async () => {
    await using server = await startStubServer(json(201, sessionView()));
    const { sessions } = new Moorage({ url: server.url });
    await sessions.create();
    await sessions.create();
    await sessions.create({}, { idempotencyKey: 'mine' });
    const [first, second, third] = server.asked.map(({ headers }) => headers['idempotency-key']);
    expect(first).not.toBe(second);
    expect(third).toBe('mine');
  });

  it.each(['no-capacity', 'quota-exceeded', 'session-not-created'])(
    'leaves it at one attempt when the answer is %s',
    async (code) => {
      await using server = await startStubServer(refusal(503, code, {}, { 'retry-after': '0' }));
      expect((await failureOf(new Moorage({ url: server.url }).sessions.create())).code).toBe(code);
      expect(server.asked).toHaveLength(1);
    },
  );

  it('never repeats what might have been done', async () => {
    await using server = await startStubServer(cut);
    const moorage = new Moorage({ url: server.url });
    expect((await failureOf(moorage.keys.create({ client: 'a' }))).code).toBe('unreachable');
    expect((await failureOf(moorage.sessions.destroy('ses_1'))).code).toBe('unreachable');
    expect(server.asked).toHaveLength(2);
  });

  it('does not wait as long as a far Retry-After says, but tells it', async () => {
    await using server = await startStubServer(refusal(429, 'rate-limited', {}, { 'retry-after': '3600' }));
    const failure = await failureOf(new Moorage({ url: server.url }).backends.list());
    expect(failure.retryAfterSeconds).toBe(3600);
    expect(server.asked).toHaveLength(1);
  });
});

describe('failures', () => {
  it('carries all that the server says', async () => {
    const errors = [{ path: '/waitMs', message: 'must be integer' }];
    const rejected = [{ backend: 'chrome', reason: 'no such browser' }];
    await using server = await startStubServer(refusal(422, 'capabilities-unmatched', { errors, rejected }));
    const failure = await failureOf(new Moorage({ url: server.url }).sessions.create());
    expect(failure).toMatchObject({
      name: 'MoorageError',
      message: 'It is capabilities-unmatched.',
      code: 'capabilities-unmatched',
      detail: 'It is capabilities-unmatched.',
      hint: 'Do something.',
      status: 422,
      retryable: false,
      requestId: 'req_stub',
      errors,
      rejected,
    });
  });

  it('says which address cannot be reached, why, and what to do', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    const failure = await failureOf(new Moorage({ url, retries: 0 }).backends.list());
    expect(failure.code).toBe('unreachable');
    expect(failure.detail).toBe(`${url} cannot be reached (ECONNREFUSED).`);
    expect(failure.hint).toContain('Is `moorage serve` running?');
    expect(failure.retryable).toBe(true);
    expect(failure.cause).toBeInstanceOf(TypeError);
  });

  it('says so when something else answers', async () => {
    await using server = await startStubServer((_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>It works!</h1>'),
    );
    const failure = await failureOf(new Moorage({ url: server.url }).backends.list());
    expect(failure.code).toBe('unexpected-response');
    expect(failure.detail).toContain('answered 200 with “<h1>It works!</h1>”');
    expect(failure.retryable).toBe(false);
  });

  it('gives up on a server that does not answer', async () => {
    await using server = await startStubServer(silence);
    const failure = await failureOf(
      new Moorage({ url: server.url, timeoutMs: 50, retries: 0 }).backends.list(),
    );
    expect(failure.code).toBe('timeout');
    expect(failure.detail).toBe(`GET ${server.url}/v1/backends was not answered within 50 ms.`);
  });

  it('refuses an address that is not one', () => {
    expect(() => new Moorage({ url: 'ws://127.0.0.1:4477' })).toThrow(/http:\/\/ or https:\/\/ address/);
    expect(() => new Moorage({ url: 'nonsense' })).toThrow(/Invalid URL/);
  });
});

describe('settings', () => {
  const before = { url: process.env.MOORAGE_URL, key: process.env.MOORAGE_API_KEY };
  afterEach(() => {
    restore('MOORAGE_URL', before.url);
    restore('MOORAGE_API_KEY', before.key);
  });
  function restore(name: string, value: string | undefined) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }

  it('takes address and key from the environment, and what is given before that', async () => {
    await using server = await startStubServer(json(200, { data: [], nextCursor: null }));
    process.env.MOORAGE_URL = `${server.url}/`;
    process.env.MOORAGE_API_KEY = 'from-environment';
    await new Moorage().backends.list();
    await new Moorage({ apiKey: 'given' }).backends.list();
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer from-environment',
      'Bearer given',
    ]);
  });

  it('goes to port 4477 of this machine by default, without a key', () => {
    delete process.env.MOORAGE_URL;
    delete process.env.MOORAGE_API_KEY;
    expect(new Moorage().url).toBe('http://127.0.0.1:4477');
    expect(new Moorage().connectUrl()).toBe('ws://127.0.0.1:4477/connect');
  });

  it('sends requests through the fetch that is given', async () => {
    const urls: string[] = [];
    const moorage = new Moorage({
      url: 'https://browsers.example/base/',
      fetch: async (url) => {
        urls.push(url);
        return new Response('{"data":[],"nextCursor":null}');
      },
    });
    await moorage.keys.list();
    expect(urls).toEqual(['https://browsers.example/base/v1/keys']);
  });

  it('builds the address that makes a session when it is connected to', () => {
    const moorage = new Moorage({ url: 'https://browsers.example', apiKey: 'k&y' });
    const url = new URL(
      moorage.connectUrl({
        browser: 'chrome',
        headless: false,
        timeoutMs: 60_000,
        viewport: { width: 800, height: 600 },
      }),
    );
    expect(url.origin + url.pathname).toBe('wss://browsers.example/connect');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      browser: 'chrome',
      headless: 'false',
      timeoutMs: '60000',
      viewport: '800x600',
      token: 'k&y',
    });
  });
});

describe('operations', () => {
  it('drains and resumes a backend by name', async () => {
    await using server = await startStubServer(json(200, { name: 'a/b' }));
    const { backends } = new Moorage({ url: server.url });
    expect(await backends.drain('a/b')).toEqual({ name: 'a/b' });
    await backends.resume('chrome');
    expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/backends/a%2Fb/drain',
      'POST /v1/backends/chrome/resume',
    ]);
  });

  it('creates and deletes keys', async () => {
    await using server = await startStubServer(json(201, { id: 'key_1', key: 'secret' }), (_, response) =>
      response.writeHead(204).end(),
    );
    const { keys } = new Moorage({ url: server.url });
    expect(await keys.create({ client: 'ci', admin: true })).toMatchObject({ key: 'secret' });
    await keys.delete('key_1');
    expect(server.asked[0]?.body).toEqual({ client: 'ci', admin: true });
    expect(`${server.asked[1]?.method} ${server.asked[1]?.path}`).toBe('DELETE /v1/keys/key_1');
  });

  it('tells a server that is not ready, and why, from one that fails', async () => {
    await using server = await startStubServer(
      json(200, { ready: true }),
      refusal(503, 'backend-unavailable', { detail: 'chrome is down' }),
      refusal(401, 'unauthorized'),
    );
    const { health } = new Moorage({ url: server.url });
    expect(await health.ready()).toEqual({ ready: true });
    expect(await health.ready()).toEqual({ ready: false, reason: 'chrome is down' });
    expect((await failureOf(health.ready())).code).toBe('unauthorized');
  });
});
