// Who may come in: keys, admins, hosts, origins, rates; and that no key, token or secret shows anywhere.

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Key, KeyCreated, KeyList } from '../../src/protocol/keys.ts';
import type { ProblemDetails } from '../../src/protocol/problem.ts';
import { StoreFailure } from '../../src/store/store.ts';
import { Door, type DoorOptions, hashOf, KEYS, WITH_KEYS } from './door.ts';

let door: Door;

afterEach(async () => {
  await door.expectNothingLeft();
});

const open = async (config?: DoorOptions['config']) => {
  door = await Door.open({ ...(config && { config }) });
};

/** A request with headers that fetch would not send. */
async function sendRaw(headers: Record<string, string>, path = '/v1/sessions', method = 'GET') {
  const sent = request(door.url + path, { method, headers }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const text = (await response.setEncoding('utf8').toArray()).join('');
  const body = text.startsWith('{') ? (JSON.parse(text) as ProblemDetails) : undefined;
  return { status: response.statusCode, headers: response.headers, body };
}

describe('a key', () => {
  it('is not made where the store cannot keep it, and the answer says so', async () => {
    await open(WITH_KEYS);
    door.farm.store.keys.put = async () => {
      throw new StoreFailure('the disk is full');
    };
    const refused = await door.refusal('POST', '/v1/keys', { key: KEYS.admin, body: { client: 'carol' } });
    expect([refused.status, refused.body.code]).toEqual([503, 'store-unavailable']);
    expect(refused.body.detail).toContain('the disk is full');
  });

  it('that the store could not delete can be deleted again, and is not back after a restart', async () => {
    await open(WITH_KEYS);
    const made = await door.call<KeyCreated>('POST', '/v1/keys', {
      key: KEYS.admin,
      body: { client: 'carol' },
    });
    const path = `/v1/keys/${made.body.id}`;
    const { keys } = door.farm.store;
    const remove = keys.delete;
    keys.delete = async () => {
      throw new StoreFailure('the disk is full');
    };
    const refused = await door.refusal('DELETE', path, { key: KEYS.admin });
    expect(refused.body.code).toBe('store-unavailable');

    keys.delete = remove.bind(keys);
    expect((await door.call('DELETE', path, { key: KEYS.admin })).status).toBe(200);
    expect(await keys.get(made.body.id)).toBeUndefined();
  });

  it('holds that another server over the same store made, and is refused once one there deleted it', async () => {
    await open(WITH_KEYS);
    const { keys } = door.farm.store;
    const status = async () => (await door.call('GET', '/v1/sessions', { key: 'carols-key' })).status;
    expect(await status()).toBe(401);
    const hash = hashOf('carols-key');
    await keys.put({ id: 'key_elsewhere', client: 'carol', hash, name: '', isAdmin: false, createdAt: 1 });
    await door.farm.pass(2000);
    expect(await status()).toBe(200);
    await keys.delete('key_elsewhere');
    await door.farm.pass(2000);
    expect(await status()).toBe(401);
    expect((await door.call('GET', '/v1/sessions', { key: KEYS.alice })).status).toBe(200);
  });

  it('that is made while the store is read holds at once', async () => {
    await open(WITH_KEYS);
    const { keys } = door.farm.store;
    const list = keys.list.bind(keys);
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    keys.list = async (query) => {
      const page = await list(query);
      await held;
      return page;
    };
    await door.farm.pass(2000);
    const { body } = await door.call<KeyCreated>('POST', '/v1/keys', {
      key: KEYS.admin,
      body: { client: 'carol' },
    });
    goOn();
    await door.farm.pass(1000);
    expect((await door.call('GET', '/v1/sessions', { key: body.key })).status).toBe(200);
  });

  it('is needed everywhere but for health and docs', async () => {
    await open(WITH_KEYS);
    for (const path of ['/v1/sessions', '/v1/backends', '/v1/events', '/v1/keys', '/metrics']) {
      const refused = await door.refusal('GET', path);
      expect([path, refused.status, refused.body.code]).toEqual([path, 401, 'unauthorized']);
      expect(refused.headers.get('www-authenticate')).toContain('Bearer');
      expect((await door.refusal('GET', path, { key: 'wrong' })).status).toBe(401);
    }
    for (const path of [
      '/health/live',
      '/health/ready',
      '/openapi.json',
      '/docs',
      '/docs/errors',
      '/docs/events',
    ]) {
      expect([path, (await door.call('GET', path)).status]).toEqual([path, 200]);
    }
  });

  it('is missed in WebDriver’s own form where WebDriver is spoken', async () => {
    await open(WITH_KEYS);
    for (const path of [
      '/webdriver/status',
      '/wd/hub/session/x/url',
      '/v1/surfaces/alice/webdriver/status',
    ]) {
      const refused = await door.call('GET', path);
      expect([path, refused.status]).toEqual([path, 401]);
      expect(refused.headers.get('www-authenticate')).toContain('Bearer');
      expect(refused.body).toMatchObject({
        value: { error: 'unknown error', message: expect.stringContaining('unauthorized') },
      });
      const foreign = await sendRaw({ host: 'rebound.example' }, path);
      expect(foreign.status).toBe(403);
      expect(foreign.body).toMatchObject({
        value: { message: expect.stringContaining('host-refused') },
      });
    }
  });

  it('is taken from either header, and from the query only where headers cannot be sent', async () => {
    await open(WITH_KEYS);
    expect((await door.call('GET', '/v1/backends', { headers: { 'x-api-key': KEYS.alice } })).status).toBe(
      200,
    );
    expect((await door.call('GET', '/v1/backends', { key: KEYS.alice })).status).toBe(200);
    expect((await door.refusal('GET', `/v1/sessions?token=${KEYS.alice}`)).status).toBe(401);
  });

  it('without admin rights neither drains nor manages keys nor reads metrics', async () => {
    await open(WITH_KEYS);
    const requests = [
      ['POST', '/v1/backends/fake/drain'],
      ['POST', '/v1/backends/fake/resume'],
      ['GET', '/v1/keys'],
      ['POST', '/v1/keys'],
      ['DELETE', '/v1/keys/key_x'],
      ['GET', '/metrics'],
    ] as const;
    for (const [method, path] of requests) {
      const refused = await door.refusal(method, path, { key: KEYS.alice });
      expect([path, refused.status, refused.body.code]).toEqual([path, 403, 'permission-denied']);
    }
    const metrics = await door.call<string>('GET', '/metrics', { key: KEYS.admin });
    expect(metrics.body).toContain('moorage_http_request_duration_seconds_count');
  });

  it('that is wrong is refused even by a server without keys', async () => {
    await open();
    const refused = await door.refusal('GET', '/v1/sessions', { key: 'left-over' });
    expect(refused.status).toBe(401);
    expect(refused.body.detail).toContain('leave it out');
  });
});

describe('keys over HTTP', () => {
  it('begin with an admin’s, which switches keys on at once', async () => {
    await open();
    const early = await door.refusal('POST', '/v1/keys', { body: { client: 'ci' } });
    expect(early.body.errors?.[0]?.path).toBe('/admin');

    const body = { client: 'ops', name: 'first', admin: true };
    const first = await door.call<KeyCreated>('POST', '/v1/keys', { body });
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ ...body, key: expect.stringMatching(/^mrg_[\w-]{43}$/) });
    expect((await door.refusal('GET', '/v1/sessions')).status).toBe(401);

    const { key } = first.body;
    const second = await door.call<KeyCreated>('POST', '/v1/keys', { key, body: { client: 'ci' } });
    expect((await door.call('GET', '/v1/sessions', { key: second.body.key })).status).toBe(200);
    expect((await door.refusal('GET', '/v1/keys', { key: second.body.key })).status).toBe(403);
  });

  it('are listed without the keys, those of the configuration too', async () => {
    await open(WITH_KEYS);
    const made = await door.call<KeyCreated>('POST', '/v1/keys', { key: KEYS.admin, body: { client: 'ci' } });
    const { body } = await door.call<KeyList>('GET', '/v1/keys', { key: KEYS.admin });
    expect(body.data.map(({ id, client, admin }) => ({ id, client, admin }))).toEqual([
      { id: made.body.id, client: 'ci', admin: false },
      { id: 'config:0', client: 'ops', admin: true },
      { id: 'config:1', client: 'alice', admin: false },
      { id: 'config:2', client: 'bob', admin: false },
    ]);
    expect(JSON.stringify(body)).not.toMatch(/sha256|mrg_/);
    expect(JSON.stringify(body)).not.toContain(hashOf(made.body.key).slice(7));
  });

  it('are deleted, refused from then on, and unknown after', async () => {
    await open(WITH_KEYS);
    const key = KEYS.admin;
    const { body: made } = await door.call<KeyCreated>('POST', '/v1/keys', { key, body: { client: 'ci' } });
    const deleted = await door.call<Key>('DELETE', `/v1/keys/${made.id}`, { key });
    expect([deleted.status, deleted.body.client]).toEqual([200, 'ci']);
    expect((await door.refusal('GET', '/v1/sessions', { key: made.key })).status).toBe(401);
    const unknown = await door.refusal('DELETE', `/v1/keys/${made.id}`, { key });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'key-not-found']);
    expect((await door.refusal('DELETE', '/v1/keys/config:1', { key })).body.detail).toContain(
      'configuration',
    );
  });

  it('never lose their last admin while others remain', async () => {
    await open();
    const make = async (body: object, key?: string) =>
      (await door.call<KeyCreated>('POST', '/v1/keys', { body, ...(key !== undefined && { key }) })).body;
    const admin = await make({ client: 'ops', admin: true });
    const other = await make({ client: 'ci' }, admin.key);
    const refused = await door.refusal('DELETE', `/v1/keys/${admin.id}`, { key: admin.key });
    expect(refused.body.detail).toContain('last admin');

    await door.call('DELETE', `/v1/keys/${other.id}`, { key: admin.key });
    expect((await door.call('DELETE', `/v1/keys/${admin.id}`, { key: admin.key })).status).toBe(200);
    expect((await door.call('GET', '/v1/keys')).body).toMatchObject({ data: [] });
  });

  it('survive a restart', async () => {
    await open();
    const { body } = await door.call<KeyCreated>('POST', '/v1/keys', {
      body: { client: 'ops', admin: true },
    });
    const { Keys } = await import('../../src/http/keys.ts');
    const reopened = await Keys.open({ ...door.farm, configured: [], mayBeEmpty: true });
    expect(reopened.find(body.key)).toMatchObject({ client: 'ops', isAdmin: true });
    expect(reopened.find(`${body.key}x`)).toBeUndefined();
    expect(await readFile(join(door.farm.folder, 'store.db'), 'latin1')).not.toContain(body.key);
  });
});

describe('a Host', () => {
  it.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', '10.0.0.1'])(
    '%s is refused',
    async (host) => {
      await open();
      const { status, body } = await sendRaw({ host });
      expect([status, body?.code]).toEqual([403, 'host-refused']);
      expect((await sendRaw({ host }, '/health/live')).status).toBe(200);
    },
  );

  it.each([
    'localhost',
    'LOCALHOST:99',
    '127.0.0.2',
    '[::1]:4477',
    'farm.example',
    'a.wild.example',
    'public.example:8',
  ])('%s is served', async (host) => {
    await open({
      publicUrl: 'https://public.example/x',
      http: { allowedHosts: ['farm.example', '*.wild.example'] },
    });
    expect((await sendRaw({ host })).status).toBe(200);
  });
});

describe('an Origin', () => {
  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1', 'chrome-extension://abc'])(
    '%s is refused',
    async (origin) => {
      await open();
      const { status, body, headers } = await sendRaw({ origin });
      expect([status, body?.code]).toEqual([403, 'origin-refused']);
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    },
  );

  it('of the server itself is served', async () => {
    await open();
    expect((await sendRaw({ origin: door.url })).status).toBe(200);
  });

  it('that is allowed gets what browsers ask for, also before its key is known', async () => {
    const origin = 'https://app.example';
    await open({ ...WITH_KEYS, http: { allowedOrigins: [origin] } });
    const preflight = await sendRaw(
      { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
      '/v1/sessions',
      'OPTIONS',
    );
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': expect.stringContaining('POST'),
      'access-control-allow-headers': expect.stringContaining('authorization'),
      vary: 'Origin',
    });
    const refused = await sendRaw({ origin });
    expect(refused.status).toBe(401);
    expect(refused.headers).toMatchObject({ 'access-control-allow-origin': origin });
    const served = await sendRaw({ origin, authorization: `Bearer ${KEYS.alice}` });
    expect(served.status).toBe(200);
  });
});

describe('a rate', () => {
  it('is limited per client, with Retry-After, and others are not disturbed', async () => {
    await open({ ...WITH_KEYS, clients: { alice: { rateLimit: 3 } } });
    const list = (key: string) => door.call<ProblemDetails>('GET', '/v1/sessions', { key });
    for (let count = 0; count < 3; count += 1) expect((await list(KEYS.alice)).status).toBe(200);
    const refused = await list(KEYS.alice);
    expect([refused.status, refused.body.code]).toEqual([429, 'rate-limited']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await list(KEYS.bob)).status).toBe(200);
    const { values } = await door.metrics.limitHits.get();
    expect(values.filter(({ value }) => value > 0)).toMatchObject([{ labels: { limit: 'client-rate' } }]);
  });

  it('is limited per address for those who have no key, but not for probes', async () => {
    await open({ ...WITH_KEYS, http: { rateLimit: 2 } });
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1) {
      statuses.push((await door.call('GET', '/v1/sessions', { key: `guess-${count}` })).status);
    }
    expect(statuses).toEqual([401, 401, 429, 429]);
    expect((await door.call('GET', '/docs')).status).toBe(429);
    expect((await door.call('GET', '/health/live')).status).toBe(200);
    expect((await door.call('GET', '/v1/sessions', { key: KEYS.bob })).status).toBe(200);
  });

  it('is not limited on a server without keys', async () => {
    await open({ http: { rateLimit: 1 } });
    for (let count = 0; count < 5; count += 1) {
      expect((await door.call('GET', '/v1/sessions')).status).toBe(200);
    }
  });
});

describe('secrets', () => {
  it('are in no log, list, event or metric', async () => {
    await open(WITH_KEYS);
    const key = KEYS.alice;
    const session = await door.create({ keepAlive: true, proxy: proxyWithPassword() }, key);
    const token = new URL(session.connectUrl ?? '').searchParams.get('token') ?? '';
    const made = await door.call<KeyCreated>('POST', '/v1/keys', { key: KEYS.admin, body: { client: 'ci' } });
    await door.call('GET', `/v1/sessions/${session.id}/json/version?token=${token}`);
    await door.call('GET', `/v1/nowhere?token=${token}`);
    await door.call('GET', '/v1/sessions', { key: 'a-wrong-key-by-mistake' });
    const socket = door.socket(session.connectUrl ?? '');
    await socket.send('Browser.getVersion');
    const refused = door.socket(`/v1/sessions/${session.id}/cdp?token=${KEYS.bob}`);
    await refused.closed;
    socket.close();
    await socket.closed;

    const list = await door.call('GET', '/v1/sessions', { key });
    const events = await door.farm.store.readEvents({ after: 0, limit: 1000 });
    const metrics = await door.call('GET', '/metrics', { key: KEYS.admin });
    const shown = [...door.logged, JSON.stringify([list.body, events]), String(metrics.body)].join('\n');
    expect(door.logged.length).toBeGreaterThan(5);
    const secrets = [token, made.body.key, ...Object.values(KEYS), 'a-wrong-key-by-mistake', 'pass-word'];
    for (const secret of secrets) expect(shown).not.toContain(secret);
  });

  function proxyWithPassword() {
    return { server: 'http://proxy.example:3128', username: 'user', password: 'pass-word' };
  }
});
