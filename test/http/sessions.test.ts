// Sessions over HTTP: their addresses, lists, idempotency, and clients that hang up.

import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Session, SessionList } from '../../src/protocol/sessions.ts';
import { until } from '../sessions/allocation.ts';
import { Door, type DoorOptions, KEYS, WITH_KEYS } from './door.ts';

let door: Door;

afterEach(async () => {
  await door.expectNothingLeft();
});

const open = async (options?: DoorOptions) => {
  door = await Door.open(options);
};

describe('a session', () => {
  it('is created, looked at, and destroyed', async () => {
    await open();
    const created = await door.call<Session>('POST', '/v1/sessions', {
      body: { keepAlive: true, timeoutMs: 60_000, tags: { team: 'search' } },
    });
    expect(created.status).toBe(201);
    const { id } = created.body;
    expect(created.headers.get('location')).toBe(`/v1/sessions/${id}`);
    expect(created.body).toMatchObject({
      status: 'ready',
      browser: 'fake',
      backend: 'fake',
      protocol: 'cdp',
      keepAlive: true,
      tags: { team: 'search' },
    });

    expect((await door.call<Session>('GET', `/v1/sessions/${id}`)).body).toEqual(created.body);
    const ended = await door.call<Session>('DELETE', `/v1/sessions/${id}`);
    expect(ended.status).toBe(200);
    expect(ended.body).toMatchObject({ id, status: 'ended', endReason: 'destroyed' });
    const again = await door.call<Session>('DELETE', `/v1/sessions/${id}`);
    expect(again.body).toMatchObject({ id, status: 'ended' });
    expect((await door.call<Session>('GET', `/v1/sessions/${id}`)).body).not.toHaveProperty('connectUrl');
  });

  it('is created without any body', async () => {
    await open();
    expect((await door.call('POST', '/v1/sessions')).status).toBe(201);
  });

  it('has addresses of the host that the client reached', async () => {
    await open();
    const { id, connectUrl = '', wsEndpoint, cdpUrl = '' } = await door.create();
    expect(connectUrl.startsWith(`ws://${door.host}/v1/sessions/${id}/cdp?token=`)).toBe(true);
    expect(wsEndpoint).toBe(connectUrl);
    expect(cdpUrl.startsWith(`http://${door.host}/v1/sessions/${id}?token=`)).toBe(true);
    expect(new URL(cdpUrl).search).toBe(new URL(connectUrl).search);
  });

  it('has addresses of publicUrl where there is one', async () => {
    await open({ config: { publicUrl: 'https://browsers.example/farm/' } });
    const { id, connectUrl, cdpUrl } = await door.create();
    expect(connectUrl).toContain(`wss://browsers.example/farm/v1/sessions/${id}/cdp?token=`);
    expect(cdpUrl).toContain(`https://browsers.example/farm/v1/sessions/${id}?token=`);
  });

  it('has secrets of its own that survive a new server over the same store', async () => {
    await open();
    const [one, other] = [await door.create(), await door.create()];
    expect(new URL(one.connectUrl ?? '').search).not.toBe(new URL(other.connectUrl ?? '').search);

    const { SessionSecrets } = await import('../../src/http/session-secrets.ts');
    const secrets = await SessionSecrets.open(door.farm);
    expect(new URL(one.connectUrl ?? '').searchParams.get('token')).toBe(secrets.secretOf(one.id));
  });

  it('lives no longer than its client may have it', async () => {
    await open({ config: { ...WITH_KEYS, clients: { alice: { maxTimeout: 10_000 } } } });
    const { createdAt, expiresAt } = await door.create({ timeoutMs: 60_000 }, KEYS.alice);
    expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(10_000);
  });

  it('is refused beyond the quota of its client, with Retry-After', async () => {
    await open({ config: { ...WITH_KEYS, clients: { alice: { maxSessions: 1 } } } });
    await door.create({}, KEYS.alice);
    const body = { waitMs: 0 };
    const refused = await door.refusal('POST', '/v1/sessions', { key: KEYS.alice, body });
    expect([refused.status, refused.body.code]).toEqual([429, 'quota-exceeded']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await door.call('POST', '/v1/sessions', { key: KEYS.bob, body })).status).toBe(201);
  });

  it('is refused with the reason why each backend lost', async () => {
    await open();
    const refused = await door.refusal('POST', '/v1/sessions', { body: { browser: 'netscape' } });
    expect([refused.status, refused.body.code]).toEqual([422, 'capabilities-unmatched']);
    expect(refused.body.rejected).toEqual([{ backend: 'fake', reason: expect.stringContaining('netscape') }]);
  });
});

describe('the list', () => {
  it('shows no address, and goes page by page', async () => {
    await open();
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      ids.unshift((await door.create()).id);
      door.farm.clock.advance(10);
    }
    const first = await door.call<SessionList>('GET', '/v1/sessions?limit=2');
    expect(first.body.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(JSON.stringify(first.body)).not.toMatch(/token|connectUrl|wsEndpoint|cdpUrl/);
    const cursor = encodeURIComponent(first.body.nextCursor ?? '');
    const second = await door.call<SessionList>('GET', `/v1/sessions?limit=2&cursor=${cursor}`);
    expect(second.body.data.map(({ id }) => id)).toEqual(ids.slice(2));
    expect(second.body.nextCursor).toBeNull();
  });

  it('is filtered by states and tags', async () => {
    await open();
    const blue = await door.create({ tags: { colour: 'blue', size: '1=2' } });
    const red = await door.create({ tags: { colour: 'red' } });
    await door.call('DELETE', `/v1/sessions/${red.id}`);
    const idsOf = async (query: string) =>
      (await door.call<SessionList>('GET', `/v1/sessions?${query}`)).body.data.map(({ id }) => id).sort();

    expect(await idsOf('status=ready')).toEqual([blue.id]);
    expect(await idsOf('status=ended,starting')).toEqual([red.id]);
    expect(await idsOf('status=ready&status=ended')).toEqual([blue.id, red.id].sort());
    expect(await idsOf('tag=colour=red')).toEqual([red.id]);
    expect(await idsOf('tag=colour=blue&tag=size=1%3D2')).toEqual([blue.id]);
    expect(await idsOf('tag=colour=blue&tag=size=2')).toEqual([]);
  });

  it('refuses what it does not know', async () => {
    await open();
    const state = await door.refusal('GET', '/v1/sessions?status=dead');
    expect(state.body.detail).toContain('must be one of queued, starting, ready, ending, ended');
    const limit = await door.refusal('GET', '/v1/sessions?limit=many');
    expect(limit.body.errors).toEqual([{ path: '?limit', message: 'must be an integer, not a string' }]);
    const unknown = await door.refusal('GET', '/v1/sessions?state=ready');
    expect(unknown.body.errors).toEqual([
      { path: '?state', message: expect.stringContaining('is not known') },
    ]);
    expect((await door.refusal('GET', '/v1/sessions?cursor=nonsense')).body.code).toBe('invalid-argument');
  });
});

describe('another client', () => {
  it('neither finds nor lists nor destroys a session', async () => {
    await open({ config: WITH_KEYS });
    const { id } = await door.create({}, KEYS.alice);
    for (const key of [KEYS.bob, KEYS.admin]) {
      for (const method of ['GET', 'DELETE']) {
        const refused = await door.refusal(method, `/v1/sessions/${id}`, { key });
        expect([refused.status, refused.body.code]).toEqual([404, 'session-not-found']);
      }
      expect((await door.refusal('GET', `/v1/sessions/${id}/json/version`, { key })).status).toBe(404);
      expect((await door.call<SessionList>('GET', '/v1/sessions', { key })).body.data).toEqual([]);
    }
    expect((await door.call<Session>('GET', `/v1/sessions/${id}`, { key: KEYS.alice })).body.status).toBe(
      'ready',
    );
  });
});

describe('an Idempotency-Key', () => {
  const keyed = (key: string, body: unknown = {}, apiKey?: string) =>
    door.call<Session>('POST', '/v1/sessions', {
      body,
      headers: { 'idempotency-key': key },
      ...(apiKey !== undefined && { key: apiKey }),
    });

  it('answers the same request with the same session, whatever the order of its members', async () => {
    await open();
    const first = await keyed('k1', { keepAlive: true, tags: { a: '1', b: '2' } });
    const second = await keyed('k1', { tags: { b: '2', a: '1' }, keepAlive: true });
    expect(second.status).toBe(201);
    expect(second.body).toEqual(first.body);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect((await keyed('k2')).body.id).not.toBe(first.body.id);
  });

  it('makes one session for requests that come at once', async () => {
    await open();
    const answers = await Promise.all(Array.from({ length: 10 }, () => keyed('k1')));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect((await door.farm.store.reservations()).global).toBe(1);
  });

  it('is refused with another body, while and after the session is made', async () => {
    await open({ members: { fake: { startDelayMs: 1000 } } });
    const first = keyed('k1');
    await until(() => door.farm.fake('fake').sessionIds.length === 1, 'the start');
    const meanwhile = await keyed('k1', { keepAlive: true });
    door.farm.clock.advance(1000);
    await first;
    const after = await keyed('k1', { keepAlive: true });
    for (const refused of [meanwhile, after]) {
      expect(refused.status).toBe(409);
      expect(refused.body).toMatchObject({ code: 'idempotency-conflict' });
    }
  });

  it('belongs to its client', async () => {
    await open({ config: WITH_KEYS });
    const [alices, bobs] = [await keyed('k1', {}, KEYS.alice), await keyed('k1', {}, KEYS.bob)];
    expect(alices.body.id).not.toBe(bobs.body.id);
  });

  it('is free again after a failure, and after a day', async () => {
    await open();
    door.farm.fake('fake').setStarts({ failStarts: 1 });
    expect((await keyed('k1')).status).toBe(502);
    door.farm.fake('fake').setStarts({ failStarts: 0 });
    const made = await keyed('k1');
    expect(made.status).toBe(201);
    door.farm.clock.jump(25 * 3_600_000);
    expect((await keyed('k1')).body.id).not.toBe(made.body.id);
  });
});

describe('a client that hangs up', () => {
  /** A POST that can be cut. */
  const post = (headers: Record<string, string> = {}) => {
    const sent = request(`${door.url}/v1/sessions`, { method: 'POST', headers });
    sent.on('error', () => {});
    sent.end();
    return sent;
  };
  const isEmpty = async () => (await door.farm.store.reservations()).global === 0;

  it('leaves the queue', async () => {
    await open({ members: { fake: { capacity: 1 } } });
    const { id } = await door.create();
    const waiting = post();
    await until(async () => (await queued()) === 1, 'the request in the queue');
    waiting.destroy();
    await until(async () => (await queued()) === 0, 'the request gone from the queue');
    await door.call('DELETE', `/v1/sessions/${id}`);
    expect(await isEmpty()).toBe(true);
  });

  it('gives up the browser that was being started for it', async () => {
    await open({ members: { fake: { startDelayMs: 1000 } } });
    const waiting = post();
    await until(() => door.farm.fake('fake').sessionIds.length === 1, 'the start');
    waiting.destroy();
    await until(isEmpty, 'the slot given back');
    expect(door.farm.fake('fake').sessionIds).toEqual([]);
  });

  const queued = async () =>
    (await door.call<SessionList>('GET', '/v1/sessions?status=queued')).body.data.length;
});

describe('a server that drains', () => {
  it('refuses new sessions, is not ready, and goes on with those it has', async () => {
    await open();
    const { id } = await door.create();
    door.server.beginDrain();
    const refused = await door.refusal('POST', '/v1/sessions', { body: {} });
    expect([refused.status, refused.body.code]).toEqual([503, 'server-draining']);
    expect(refused.headers.get('retry-after')).toBe('10');
    const ready = await door.refusal('GET', '/health/ready');
    expect([ready.status, ready.body.code]).toEqual([503, 'server-draining']);
    expect((await door.call('GET', '/health/live')).status).toBe(200);
    expect((await door.call<Session>('GET', `/v1/sessions/${id}`)).body.status).toBe('ready');
  });
});
