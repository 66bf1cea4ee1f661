// Artifacts over HTTP: uploads, downloads in whole and in part, and whose they are.

import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Artifact } from '../../src/protocol/pages.ts';
import type { ProblemDetails } from '../../src/protocol/problem.ts';
import { until } from '../sessions/allocation.ts';
import { Door, type DoorOptions, KEYS, WITH_KEYS } from './door.ts';

let door: Door;

afterEach(() => door.expectNothingLeft());

const open = async (options?: DoorOptions) => {
  door = await Door.open(options);
};

async function upload(
  content: Buffer | string,
  { query = '', headers = {} }: { query?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(`${door.url}/v1/artifacts${query}`, { method: 'POST', headers, body: new Blob([content]) });
}

async function uploaded(...args: Parameters<typeof upload>): Promise<Artifact> {
  const response = await upload(...args);
  expect(response.status).toBe(201);
  return response.json() as Promise<Artifact>; // the schema of the route
}

const fetchArtifact = (id: string, headers: Record<string, string> = {}) =>
  fetch(`${door.url}/v1/artifacts/${id}`, { headers });

async function bytesKept(): Promise<number> {
  return (await door.metrics.artifactBytes.get()).values[0]?.value ?? 0;
}

/** The connections to the server, as it has them, from now on. */
function connections(): Socket[] {
  const sockets: Socket[] = [];
  door.server.app.server.on('connection', (socket) => sockets.push(socket));
  return sockets;
}

/** Sends the beginning of an artifact, and hears what is answered. */
function beginUpload(): { socket: Socket; answered: () => string; closed: Promise<unknown> } {
  const socket = connect(Number(new URL(door.url).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => {
    answer += data;
  });
  socket.write(`POST /v1/artifacts HTTP/1.1\r\nHost: ${door.host}\r\nContent-Length: 4\r\n\r\nab`);
  return { socket, answered: () => answer, closed: once(socket, 'close') };
}

const limitHits = async (limit: string) =>
  (await door.metrics.limitHits.get()).values.find(({ labels }) => labels.limit === limit)?.value;

describe('an upload', () => {
  it('may take longer than other requests as long as something of it comes', async () => {
    await open();
    const sockets = connections();
    const { socket, answered } = beginUpload();
    await until(async () => (await bytesKept()) === 2, 'its first bytes');
    // As Node says once of each request that takes too long.
    const tooLong = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    door.server.app.server.emit('clientError', tooLong, sockets[0]);
    door.farm.clock.advance(55_000);
    socket.write('c');
    await until(async () => (await bytesKept()) === 3, 'some more');
    door.farm.clock.advance(55_000);
    socket.write('d');
    await until(() => answered().includes('"sizeBytes":4'), 'the answer');
    socket.destroy();
  });

  it('of which nothing comes any more is refused, and leaves nothing', async () => {
    await open();
    const { answered, closed } = beginUpload();
    await until(async () => (await bytesKept()) === 2, 'its first bytes');
    door.farm.clock.advance(65_000);
    await closed;
    expect(answered()).toContain('HTTP/1.1 504 ');
    expect(answered()).toContain('Nothing of the upload came for 60 s.');
    await until(async () => (await bytesKept()) === 0, 'the end of its bytes');
    expect(await limitHits('upload-stall')).toBe(1);
  });

  it('of any type is kept as it is and comes back as a file', async () => {
    await open();
    const content = randomBytes(300_000);
    const artifact = await uploaded(content, {
      query: '?name=holiday%20%22%C3%BC%22.jpg',
      headers: { 'content-type': 'image/jpeg' },
    });
    expect(artifact).toMatchObject({
      name: 'holiday "ü".jpg',
      contentType: 'image/jpeg',
      sizeBytes: 300_000,
    });

    const response = await fetchArtifact(artifact.id);
    expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': '300000',
      'content-disposition': `attachment; filename="holiday ___.jpg"; filename*=UTF-8''holiday%20%22%C3%BC%22.jpg`,
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      etag: `"${createHash('sha256').update(content).digest('hex')}"`,
    });
  });

  it('of JSON is a file like any other', async () => {
    await open();
    const { id } = await uploaded('{"not": parsed', { headers: { 'content-type': 'application/json' } });
    expect(await (await fetchArtifact(id)).text()).toBe('{"not": parsed');
  });

  it('of nothing is an empty file', async () => {
    await open();
    const response = await fetch(`${door.url}/v1/artifacts`, { method: 'POST' });
    expect(response.status).toBe(201);
    const { id, sizeBytes } = (await response.json()) as Artifact; // the schema of the route
    expect(sizeBytes).toBe(0);
    expect(await (await fetchArtifact(id)).text()).toBe('');
  });

  it('that is larger than it may be is refused, however large http.bodyLimit', async () => {
    await open({ artifacts: { maxBytes: 1000 } });
    const response = await upload(Buffer.alloc(100_000));
    expect(response.status).toBe(413);
    expect(((await response.json()) as ProblemDetails).code).toBe('payload-too-large');
    expect(await bytesKept()).toBe(0);
  });

  it('beyond the quota is refused, and there is room again after a DELETE', async () => {
    await open({ artifacts: { maxPerClient: 1 } });
    const { id } = await uploaded('1');
    expect((await upload('2')).status).toBe(429);
    expect((await door.call('DELETE', `/v1/artifacts/${id}`)).body).toEqual({ id, status: 'deleted' });
    expect((await fetchArtifact(id)).status).toBe(404);
    expect((await upload('2')).status).toBe(201);
  });

  it('that breaks off leaves nothing', async () => {
    await open();
    const sent = request(`${door.url}/v1/artifacts`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', 'content-length': '1000' },
    });
    sent.on('error', () => {});
    sent.write('half');
    await until(async () => (await bytesKept()) === 4, 'its first bytes');
    sent.destroy();
    await until(async () => (await bytesKept()) === 0, 'their end');
    expect(door.logged.join()).not.toContain('http.failed');
  });
});

describe('a download', () => {
  it.each<[string, number, string, string | null]>([
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=5-100', 206, '56789', 'bytes 5-9/10'],
    ['bytes=-100', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=4-2', 200, '0123456789', null],
    ['bytes=0-1,4-5', 200, '0123456789', null],
    ['lines=0-1', 200, '0123456789', null],
  ])('of %s answers %i with %s', async (range, status, content, told) => {
    await open();
    const { id } = await uploaded('0123456789');
    const response = await fetchArtifact(id, { range });
    expect(response.status).toBe(status);
    expect(await response.text()).toBe(content);
    expect(response.headers.get('content-range')).toBe(told);
  });

  it('of a range that is not there says how much there is', async () => {
    await open();
    const { id } = await uploaded('0123456789');
    for (const range of ['bytes=10-', 'bytes=-0']) {
      const response = await fetchArtifact(id, { range });
      expect(response.status).toBe(416);
      expect(response.headers.get('content-range')).toBe('bytes */10');
      expect(((await response.json()) as ProblemDetails).code).toBe('range-not-satisfiable');
    }
  });

  it('that the client has already is not sent again', async () => {
    await open();
    const { id, sha256 } = await uploaded('0123456789');
    const again = await fetchArtifact(id, { 'if-none-match': `"other", W/"${sha256}"` });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const resumed = await fetchArtifact(id, { range: 'bytes=5-', 'if-range': `"${sha256}"` });
    expect([resumed.status, await resumed.text()]).toEqual([206, '56789']);
    const changed = await fetchArtifact(id, { range: 'bytes=5-', 'if-range': '"other"' });
    expect([changed.status, await changed.text()]).toEqual([200, '0123456789']);
  });

  it('is cut off where its reader takes nothing, and not where it takes it slowly', async () => {
    const size = 40_000_000;
    await open({ artifacts: { maxBytes: size, maxBytesPerClient: size } });
    const { id } = await uploaded(Buffer.alloc(size));
    const sockets = connections();
    const reader = connect(Number(new URL(door.url).port), '127.0.0.1');
    reader.write(`GET /v1/artifacts/${id} HTTP/1.1\r\nHost: ${door.host}\r\n\r\n`);
    await until(() => (sockets[0]?.writableLength ?? 0) > 0, 'what the reader does not take');
    door.farm.clock.advance(295_000);
    const before = sockets[0]?.bytesWritten ?? 0;
    reader.resume();
    await until(() => (sockets[0]?.bytesWritten ?? 0) > before + 1_000_000, 'what it takes');
    reader.pause();
    await until(() => (sockets[0]?.writableLength ?? 0) > 0, 'what it does not take again');
    door.farm.clock.advance(295_000);
    expect(sockets[0]?.destroyed).toBe(false);
    door.farm.clock.advance(10_000);
    await until(() => sockets[0]?.destroyed === true, 'the end of the connection');
    expect(await limitHits('download-stall')).toBe(1);
    reader.destroy();
  });

  it('can be asked for by HEAD', async () => {
    await open();
    const { id } = await uploaded('0123456789');
    const response = await fetch(`${door.url}/v1/artifacts/${id}`, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '10']);
  });
});

it('artifacts of another client are not there', async () => {
  await open({ config: WITH_KEYS });
  const headers = { authorization: `Bearer ${KEYS.alice}` };
  const { id } = await uploaded('secret', { headers });
  for (const method of ['GET', 'DELETE']) {
    const { body } = await door.refusal(method, `/v1/artifacts/${id}`, { key: KEYS.bob });
    expect(body.code).toBe('artifact-not-found');
  }
  const { body: bobs } = await door.call<{ data: Artifact[] }>('GET', '/v1/artifacts', { key: KEYS.bob });
  expect(bobs.data).toEqual([]);
  const { body: own } = await door.call<{ data: Artifact[] }>('GET', '/v1/artifacts', { key: KEYS.alice });
  expect(own.data.map((artifact) => artifact.id)).toEqual([id]);
  expect((await fetchArtifact(id)).status).toBe(401);
});
