// Surfaces through the door, over fake browsers: names, owners, leases, secrets and what is refused.

import { readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterEach, describe, expect, it } from 'vitest';
import type { Session } from '../../src/protocol/sessions.ts';
import type { LeaseGranted, Surface, SurfaceList } from '../../src/protocol/surfaces.ts';
import { until } from '../sessions/allocation.ts';
import { Door, type DoorOptions, KEYS, WITH_KEYS } from './door.ts';

let door: Door;

afterEach(async () => {
  for (const key of [KEYS.alice, KEYS.bob, undefined]) await deleteAll(key);
  await door.expectNothingLeft();
});

const open = async (options: DoorOptions = {}) => {
  door = await Door.open({ members: { fake: {}, surfaces: {} }, ...options });
};

const put = async (name: string, body: object = {}, key?: string) =>
  (
    await door.call<Surface>('PUT', `/v1/surfaces/${name}`, {
      body: { browser: 'fake', ...body },
      ...(key && { key }),
    })
  ).body;

async function deleteAll(key: string | undefined): Promise<void> {
  const options = key === undefined ? {} : { key };
  const { status, body } = await door.call<SurfaceList>('GET', '/v1/surfaces', options);
  if (status !== 200) return;
  for (const { name } of body.data) {
    const lease = await door.call<LeaseGranted>('POST', `/v1/surfaces/${name}/lease`, {
      ...options,
      body: { steal: true },
    });
    const headers = { 'moorage-lease': lease.body.token };
    await door.call('DELETE', `/v1/surfaces/${name}`, { ...options, headers });
  }
}

const typesOf = async () =>
  (await door.farm.store.readEvents({ after: 0, limit: 1000 })).map(({ type }) => type);

describe('a surface', () => {
  it('is made once and found again, whoever asks first', async () => {
    await open();
    const asked = await Promise.all(
      Array.from({ length: 5 }, () =>
        door.call<Surface>('PUT', '/v1/surfaces/alice', { body: { browser: 'fake' } }),
      ),
    );
    expect(asked.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201]);
    expect(new Set(asked.map(({ body }) => body.sessionId)).size).toBe(1);
    expect(asked[0]?.body).toMatchObject({ name: 'alice', status: 'running', connections: 0, options: {} });
    expect((await door.call<SurfaceList>('GET', '/v1/surfaces')).body.data.map(({ name }) => name)).toEqual([
      'alice',
    ]);
  });

  it('keeps the options that are not given, and says which hold only from the next launch on', async () => {
    await open();
    await put('alice', { locale: 'de-CH', tags: { team: 'a' } });
    const changed = await put('alice', { locale: 'fr', tags: { team: 'b' }, ttlMs: 60_000 });
    expect(changed.options).toMatchObject({ locale: 'fr', tags: { team: 'b' }, ttlMs: 60_000 });
    expect(changed.expiresAt).toBeDefined();
  });

  it('shows no password of its proxy', async () => {
    await open();
    const proxy = { server: 'http://proxy.example:3128', username: 'me', password: 'a-secret' };
    const surface = await put('alice', { proxy, wake: false });
    expect(surface.options.proxy).toEqual({ server: 'http://proxy.example:3128', username: 'me' });
  });

  it('is a session by its name: looked at, listed by its tabs’ tools, stopped', async () => {
    await open();
    const { sessionId } = await put('alice');
    const session = await door.call<Session>('GET', '/v1/sessions/alice');
    expect(session.body).toMatchObject({ id: sessionId, surface: 'alice', keepAlive: true });
    await door.call('DELETE', '/v1/sessions/alice');
    expect((await door.call<Surface>('GET', '/v1/surfaces/alice')).body.status).toBe('stopped');
    const refusal = await door.refusal('GET', '/v1/sessions/alice');
    expect(refusal.body).toMatchObject({
      code: 'session-not-found',
      detail: expect.stringContaining('does not run'),
    });
  });

  it('comes by POST /v1/sessions as well', async () => {
    await open();
    const session = await door.create({ surface: 'alice', browser: 'fake' });
    expect(session).toMatchObject({ surface: 'alice', status: 'ready' });
    expect((await door.create({ surface: 'alice' })).id).toBe(session.id);
    const refusal = await door.refusal('POST', '/v1/sessions', {
      body: { surface: 'alice', backend: 'fake' },
    });
    expect(refusal.body.code).toBe('invalid-argument');
  });

  it('is not there after a clone of it that failed, so that it can be tried again', async () => {
    await open();
    await put('alice');
    const inTheWay = join(door.farm.folder, 'surfaces', 'copy');
    await symlink(join(door.farm.folder, 'nowhere', 'at-all'), inTheWay);
    const clone = () => door.call('POST', '/v1/surfaces/alice/clone', { body: { to: 'copy' } });
    expect((await clone()).status).toBe(500);
    expect((await door.call('GET', '/v1/surfaces/copy')).status).toBe(404);
    expect((await clone()).status).toBe(201);
  });

  it('tells of its life by events', async () => {
    await open();
    await put('alice');
    await door.call('POST', '/v1/surfaces/alice/stop');
    await door.call('DELETE', '/v1/surfaces/alice');
    await door.farm.background.settled();
    const told = (await typesOf()).filter((type) => type.startsWith('surface.'));
    expect(told).toEqual(expect.arrayContaining(['surface.created', 'surface.running', 'surface.deleted']));
  });

  it('is deleted so long after its last use, and sleep does not count', async () => {
    await open();
    await put('alice', { ttlMs: 60_000 });
    await door.farm.pass(50_000);
    await put('alice');
    await door.farm.pass(50_000);
    expect((await door.call('GET', '/v1/surfaces/alice')).status).toBe(200);
    door.farm.clock.jump(3_600_000);
    await door.farm.pass(2000);
    expect((await door.call('GET', '/v1/surfaces/alice')).status).toBe(200);
    await door.farm.pass(20_000);
    const isGone = async () => (await door.call('GET', '/v1/surfaces/alice')).status === 404;
    await until(isGone, 'the end of the surface');
  });

  it.each(['..', 'a/../b', 'UPPER', '-a', 'a-', 'ses_1', 'a'.repeat(65), 'a%00b', '%2e%2e'])(
    'cannot be called %s',
    async (name) => {
      await open();
      const { status } = await door.call('PUT', `/v1/surfaces/${encodeURIComponent(name)}`, { body: {} });
      expect([400, 404]).toContain(status);
    },
  );

  it('is refused beyond the quota of its client', async () => {
    await open();
    for (const name of ['a', 'b', 'c', 'd', 'e']) await put(name, { wake: false });
    const { body } = await door.refusal('PUT', '/v1/surfaces/f', { body: { wake: false } });
    expect(body).toMatchObject({ code: 'quota-exceeded', detail: expect.stringContaining('surfaces.max') });
    const page = await door.call<SurfaceList>('GET', '/v1/surfaces?limit=3');
    const rest = await door.call<SurfaceList>('GET', `/v1/surfaces?limit=3&cursor=${page.body.nextCursor}`);
    expect([...page.body.data, ...rest.body.data].map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(rest.body.nextCursor).toBeNull();
  });
});

describe('surfaces of two clients', () => {
  it('may have one name, and neither sees that of the other', async () => {
    await open({ config: WITH_KEYS });
    const [alices, bobs] = [await put('shop', {}, KEYS.alice), await put('shop', {}, KEYS.bob)];
    expect(alices.id).not.toBe(bobs.id);
    await put('mine', {}, KEYS.alice);
    for (const [method, path] of [
      ['GET', '/v1/surfaces/mine'],
      ['DELETE', '/v1/surfaces/mine'],
      ['POST', '/v1/surfaces/mine/stop'],
      ['GET', '/v1/surfaces/mine/state'],
      ['GET', '/v1/surfaces/mine/archive'],
      ['POST', '/v1/surfaces/mine/lease'],
    ] as const) {
      expect((await door.refusal(method, path, { key: KEYS.bob })).body.code, `${method} ${path}`).toBe(
        'surface-not-found',
      );
    }
  });

  it('are opened by the secret in their address, each by its own', async () => {
    await open({ config: WITH_KEYS });
    const [alices, bobs] = [await put('shop', {}, KEYS.alice), await put('shop', {}, KEYS.bob)];
    for (const { connectUrl = '', sessionId = '' } of [alices, bobs]) {
      const socket = door.socket(connectUrl);
      await socket.send('Browser.getVersion');
      expect(door.farm.allocator.findSession(sessionId)?.connections.size).toBe(1);
      socket.close();
      await socket.closed;
    }
    expect((await door.socket('/v1/surfaces/shop/cdp?token=wrong').closed).code).toBe(4401);
    expect((await door.socket('/v1/surfaces/nothing/cdp', { 'x-api-key': KEYS.alice }).closed).code).toBe(
      4404,
    );
  });

  it('cannot be attached without admin rights', async () => {
    await open({ config: WITH_KEYS });
    const { body } = await door.refusal('POST', '/v1/surfaces/x/attach', {
      key: KEYS.bob,
      body: { port: 1 },
    });
    expect(body.code).toBe('permission-denied');
  });
});

describe('a WebSocket of a surface', () => {
  it('wakes it, and leaves it running', async () => {
    await open();
    const { connectUrl = '' } = await put('alice', { wake: false });
    const socket = door.socket(connectUrl);
    expect(await socket.send('Browser.getVersion')).toMatchObject({ result: { product: 'Fake/1.0.0' } });
    socket.close();
    await socket.closed;
    expect((await door.call<Surface>('GET', '/v1/surfaces/alice')).body.status).toBe('running');
  });

  it('only lets go when its client sends Browser.close', async () => {
    await open();
    const { connectUrl = '', sessionId } = await put('alice');
    const socket = door.socket(connectUrl);
    await socket.send('Browser.getVersion');
    expect(await socket.send('Browser.close')).toEqual({ id: 1, result: {} });
    expect((await socket.closed).code).toBe(1000);
    expect((await put('alice')).sessionId).toBe(sessionId);
    const again = door.socket(connectUrl);
    expect(await again.send('Browser.getVersion')).toMatchObject({ result: { product: 'Fake/1.0.0' } });
    again.cut();
  });
});

describe('a lease', () => {
  const lease = async (body: object = {}) =>
    (await door.call<LeaseGranted>('POST', '/v1/surfaces/alice/lease', { body })).body;

  it('keeps others from changing a surface, and nobody from looking', async () => {
    await open();
    const { connectUrl = '' } = await put('alice');
    const before = door.socket(connectUrl);
    await before.send('Browser.getVersion');
    const { token, expiresAt } = await lease({ holder: 'nightly', ttlMs: 60_000 });
    expect(await before.closed).toMatchObject({
      code: 4423,
      reason: expect.stringContaining('nightly (agent)'),
    });

    const refusal = await door.refusal('POST', '/v1/surfaces/alice/stop');
    expect(refusal.status).toBe(423);
    expect(refusal.body.detail).toContain(expiresAt);
    expect(refusal.headers.get('retry-after')).toBe('60');
    expect((await door.refusal('DELETE', '/v1/surfaces/alice')).status).toBe(423);
    expect((await door.refusal('POST', '/v1/surfaces/alice/lease', { body: {} })).status).toBe(423);
    expect((await door.socket(connectUrl).closed).code).toBe(4423);

    expect((await door.call<Surface>('GET', '/v1/surfaces/alice')).body.lease).toMatchObject({
      holder: 'nightly',
    });
    const holders = door.socket(`${connectUrl}&lease=${token}`);
    await holders.send('Browser.getVersion');
    holders.close();
    await holders.closed;
    const headers = { 'moorage-lease': token };
    expect((await door.call('POST', '/v1/surfaces/alice/stop', { headers })).status).toBe(200);
  });

  it('is made longer by its token, stolen without, and runs out', async () => {
    await open();
    await put('alice');
    const first = await lease({ holder: 'one', ttlMs: 10_000 });
    const longer = await lease({ token: first.token, ttlMs: 60_000 });
    expect(longer).toMatchObject({ id: first.id, token: first.token });
    const stolen = await lease({ holder: 'two', kind: 'human', steal: true, ttlMs: 10_000 });
    expect(stolen.id).not.toBe(first.id);
    const headers = { 'moorage-lease': first.token };
    expect((await door.refusal('POST', '/v1/surfaces/alice/stop', { headers })).body.detail).toContain(
      'two (human)',
    );
    await door.farm.pass(11_000);
    expect((await door.call<Surface>('GET', '/v1/surfaces/alice')).body.lease).toBeUndefined();
    await door.farm.background.settled();
    expect((await typesOf()).filter((type) => /leased|released/.test(type))).toEqual([
      'surface.leased',
      'surface.leased',
      'surface.released',
    ]);
  });

  it('is given back by its token alone', async () => {
    await open();
    await put('alice');
    const { token } = await lease();
    expect((await door.refusal('DELETE', '/v1/surfaces/alice/lease')).status).toBe(423);
    expect(
      (await door.call('DELETE', '/v1/surfaces/alice/lease', { headers: { 'moorage-lease': token } })).status,
    ).toBe(204);
    expect((await door.call('POST', '/v1/surfaces/alice/stop')).status).toBe(200);
  });
});

describe('an archive', () => {
  const send = (bytes: Buffer) =>
    fetch(`${door.url}/v1/surfaces/alice/archive`, {
      method: 'PUT',
      headers: { 'content-type': 'application/gzip' },
      body: new Uint8Array(bytes),
    });
  const manifest = JSON.stringify({ format: 'moorage-surface', version: 1, browser: 'fake', options: {} });

  it.each<[string, () => Promise<Buffer> | Buffer, string]>([
    ['that is no gzip', () => Buffer.from('hello'), 'incorrect header'],
    ['that is no tar', () => gzipSync(Buffer.alloc(2000, 'x')), 'tar'],
    ['that is empty', () => gzipSync(Buffer.alloc(1024)), 'empty'],
    ['without a manifest', () => tar([{ name: 'profile/Default/Cookies', text: 'x' }]), 'manifest'],
    ['of another format', () => tar([{ name: 'manifest.json', text: '{"format":"other"}' }]), 'no archive'],
    [
      'with a way out',
      () =>
        tar([
          { name: 'manifest.json', text: manifest },
          { name: 'profile/../../x', text: 'x' },
        ]),
      'not a path',
    ],
    [
      'with an absolute path',
      () =>
        tar([
          { name: 'manifest.json', text: manifest },
          { name: '/etc/x', text: 'x' },
        ]),
      'not a path',
    ],
    [
      'with a link',
      () =>
        tar([
          { name: 'manifest.json', text: manifest },
          { name: 'profile/Default/a', link: '/etc/passwd' },
        ]),
      'symlink',
    ],
    [
      'that swells',
      () =>
        tar([
          { name: 'manifest.json', text: manifest },
          { name: 'profile/Default/a', text: '0'.repeat(20_000_000) },
        ]),
      'more than',
    ],
  ])('%s is refused, and nothing of it stays', async (_, make, reason) => {
    await open();
    const response = await send(await make());
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'invalid-argument',
      detail: expect.stringContaining(reason),
    });
    expect((await door.call<SurfaceList>('GET', '/v1/surfaces')).body.data).toEqual([]);
  });

  it('makes a surface, with nothing but what a profile has', async () => {
    await open();
    const bytes = await tar([
      { name: 'manifest.json', text: manifest },
      { name: 'profile/Default/Preferences', text: '{}' },
      { name: 'profile/NativeMessagingHosts/evil.json', text: '{}' },
      { name: 'profile/Default/SingletonLock', text: 'x' },
    ]);
    expect((await send(bytes)).status).toBe(201);
    const exported = await fetch(`${door.url}/v1/surfaces/alice/archive`);
    expect(exported.headers.get('content-disposition')).toContain('alice.tar.gz');
    const { size } = await exported.blob();
    expect(size).toBeGreaterThan(100);
    expect(await filesBelow()).toEqual(['profile/Default/Preferences']);
  });

  async function filesBelow(): Promise<string[]> {
    const entries = await readdir(`${door.farm.folder}/surfaces/alice`, {
      encoding: 'utf8',
      recursive: true,
      withFileTypes: true,
    });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath.split('/alice/')[1]}/${entry.name}`);
  }
});

async function tar(entries: { name: string; text?: string; link?: string }[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, text = '', link } of entries) {
    if (link === undefined) archive.entry({ name }, text);
    else archive.entry({ name, type: 'symlink', linkname: link }, '');
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  // What it gives is what goes on the wire.
  for await (const chunk of archive as AsyncIterable<Buffer>) chunks.push(chunk);
  return gzipSync(Buffer.concat(chunks));
}
