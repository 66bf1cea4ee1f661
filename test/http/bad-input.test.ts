// Whatever comes in that should not: each gets the documented problem, and the server goes on.

import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Door } from './door.ts';

let door: Door;

beforeAll(async () => {
  door = await Door.open();
});

afterAll(async () => {
  expect((await door.call('GET', '/health/ready')).status).toBe(200);
  expect(door.logged.filter((line) => line.includes('http.failed'))).toEqual([]);
  expect((await door.farm.store.reservations()).global).toBe(0);
  await door.expectNothingLeft();
});

const post = (text: string, headers?: Record<string, string>) =>
  door.refusal('POST', '/v1/sessions', { text, ...(headers && { headers }) });

describe('a problem', () => {
  it('has the members of RFC 9457 and our own, and the request’s id', async () => {
    const { status, headers, body } = await door.refusal('GET', '/v1/sessions/ses_unknown', {
      headers: { 'x-request-id': 'my-request:1' },
    });
    expect(status).toBe(404);
    expect(headers.get('x-request-id')).toBe('my-request:1');
    expect(body).toEqual({
      type: '/docs/errors#session-not-found',
      title: 'No such session',
      status: 404,
      detail: 'There is no session ses_unknown.',
      code: 'session-not-found',
      retryable: false,
      hint: expect.any(String),
      requestId: 'my-request:1',
    });
  });

  it('has a fresh id where the request’s own could be anything', async () => {
    const { headers } = await door.refusal('GET', '/nowhere', { headers: { 'x-request-id': 'a b"c' } });
    expect(headers.get('x-request-id')).toMatch(/^req_[0-9a-z]{20}$/);
  });
});

describe('a body', () => {
  it.each([
    ['{"browser": }', 'is not valid JSON'],
    ['{"browser": "chrome",}', 'position 21'],
    ['{', 'position 1'],
    ['[]', 'The body must be an object, not an array'],
    ['null', 'The body must be an object, not null'],
    ['"chrome"', 'The body must be an object, not a string'],
  ])('of %s is refused in words', async (text, words) => {
    const { status, body } = await post(text);
    expect([status, body.code]).toEqual([400, 'invalid-argument']);
    expect(body.detail).toContain(words);
  });

  it.each([
    [{ brwoser: 'chrome' }, '/brwoser', 'is not known; is browser meant?'],
    [{ nonsense: 1 }, '/nonsense', 'is not known; there are browser, backend, '],
    [{ viewport: { width: 800 } }, '/viewport/height', 'is missing'],
    [{ viewport: { width: 1, height: 800 } }, '/viewport/width', 'must be >= 100'],
    [{ timeoutMs: '5000' }, '/timeoutMs', 'must be an integer, not a string'],
    [{ timeoutMs: 1500.5 }, '/timeoutMs', 'must be an integer, not a number'],
    [{ keepAlive: 'true' }, '/keepAlive', 'must be a boolean, not a string'],
    [{ waitMs: -1 }, '/waitMs', 'must be >= 0'],
    [{ locale: 'german' }, '/locale', 'must match'],
    [{ args: ['rm -rf /'] }, '/args/0', 'must match'],
    [{ tags: { 'bad key': 'x' } }, '/tags/bad key', 'is not a possible name'],
    [{ tags: { fine: 1 } }, '/tags/fine', 'must be a string, not a number'],
    [{ proxy: { server: 'nowhere' } }, '/proxy/server', 'must match'],
    [{ extensions: [{ path: '/etc' }] }, '/extensions/0', 'must be a string, not an object, or '],
    [
      { storageState: { cookies: [{ name: 'a', value: 'b', domain: 'c', sameSite: 'Loose' }] } },
      '/storageState/cookies/0/sameSite',
      '"Strict", or must be "Lax", or must be "None"',
    ],
  ])('of %j names the member', async (request, path, words) => {
    const { status, body } = await post(JSON.stringify(request));
    expect([status, body.code]).toEqual([400, 'invalid-argument']);
    expect(body.errors).toEqual([{ path, message: expect.stringContaining(words) }]);
    expect(body.detail).toContain(path);
  });

  it('with several faults tells them all', async () => {
    const { body } = await post(JSON.stringify({ timeoutMs: 1, headless: 1, colour: 'red' }));
    expect(body.errors?.map(({ path }) => path).sort()).toEqual(['/colour', '/headless', '/timeoutMs']);
  });

  it('with a million faults tells the first', async () => {
    const { body } = await post(JSON.stringify({ args: Array.from({ length: 90 }, () => 'x'.repeat(4000)) }));
    expect(body.errors).toHaveLength(1);
  });

  it('nested a hundred thousand deep is refused like any other', async () => {
    const { status } = await post(`{"args": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    expect(status).toBe(400);
  });

  it('with a __proto__ is refused', async () => {
    const { body } = await post('{"__proto__": {"keepAlive": true}}');
    expect(body.errors?.[0]?.path).toBe('/__proto__');
  });

  it('of 50 MB is refused before it is read', async () => {
    const { status, body } = await post(JSON.stringify({ userAgent: 'x'.repeat(50_000_000) }));
    expect([status, body.code]).toEqual([413, 'payload-too-large']);
  });

  it('of 50 MB in chunks of unsaid length is refused too', async () => {
    const chunk = new TextEncoder().encode('x'.repeat(100_000));
    const sent: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      duplex: 'half',
      body: new ReadableStream({
        start: (controller) => {
          for (let count = 0; count < 500; count += 1) controller.enqueue(chunk);
          controller.close();
        },
      }),
    };
    const response = await fetch(`${door.url}/v1/sessions`, sent);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'payload-too-large' });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx'])(
    'of type %s is refused',
    async (type) => {
      const { status, body } = await post('{}', { 'content-type': type });
      expect([status, body.code]).toEqual([415, 'unsupported-media-type']);
    },
  );

  it('may be empty with any method, whatever its type says', async () => {
    for (const type of ['application/json', '']) {
      const { status } = await door.refusal('DELETE', '/v1/sessions/ses_x', {
        headers: { 'content-type': type },
      });
      expect(status).toBe(404);
      const drained = await door.refusal('POST', '/v1/backends/nowhere/drain', {
        headers: { 'content-type': type },
      });
      expect([drained.status, drained.body.code]).toEqual([404, 'backend-not-found']);
    }
  });
});

describe('an address', () => {
  it.each([
    ['GET', '/nowhere'],
    ['PATCH', '/v1/sessions'],
    ['GET', '/v1/sessions/ses_x/nonsense'],
    ['GET', '/docs/../../etc/passwd'],
  ])('that does not exist is refused: %s %s', async (method, path) => {
    const { status, body } = await door.refusal(method, path);
    expect([status, body.code]).toEqual([404, 'route-not-found']);
  });

  it('of a WebSocket says so to plain requests', async () => {
    for (const path of ['/connect?browser=fake', '/connect?nonsense', '/v1/sessions/x/cdp']) {
      const { status, body } = await door.refusal('GET', path);
      expect([status, body.code]).toEqual([426, 'upgrade-required']);
    }
  });

  it('with an endless name is refused', async () => {
    const { status, body } = await door.refusal('GET', `/v1/sessions/${'x'.repeat(5000)}`);
    expect([status, body.code]).toEqual([400, 'invalid-argument']);
  });

  it.each(['%', '%zz', '%00', '..%2f..%2f'])('with %s in it does no harm', async (text) => {
    const { status } = await door.refusal('GET', `/v1/sessions/${text}`);
    expect([400, 404]).toContain(status);
  });
});

describe('bytes that are no HTTP', () => {
  /** What the server sends for `bytes` until it closes. */
  async function answerTo(bytes: string): Promise<string> {
    const { hostname, port } = new URL(door.url);
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    socket.write(bytes);
    await once(socket, 'close');
    return answer;
  }

  it('are answered with a problem and closed', async () => {
    const answer = await answerTo('rubbish\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('application/problem+json');
    expect(answer).toContain('"code":"invalid-argument"');
  });

  it('of endless headers likewise', async () => {
    const answer = await answerTo(`GET / HTTP/1.1\r\nHost: localhost\r\nx: ${'y'.repeat(100_000)}`);
    expect(answer).toContain('"code":"invalid-argument"');
  });

  it.each(['//', '//v1/sessions', 'http://[', '*'])('after an upgrade to %s are answered', async (path) => {
    const upgrade = 'Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    expect(await answerTo(`GET ${path} HTTP/1.1\r\n${upgrade}`)).toMatch(/^HTTP\/1\.1 40[04] /);
  });

  it('without a Host are refused', async () => {
    expect(await answerTo('GET /v1/sessions HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 40[03] /,
    );
    expect(await answerTo('GET /v1/sessions HTTP/1.0\r\n\r\n')).toContain('host-refused');
  });

  it('that ask for another protocol are told to send it without', async () => {
    const answer = await answerTo(
      `GET /connect HTTP/1.1\r\nHost: ${door.host}\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('h2c');
  });
});
