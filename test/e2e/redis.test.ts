// A server over a real Redis, by its HTTP API: what clients see when Redis goes away, comes back, or was flushed.

import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { RedisServer } from '../redis-server.ts';
import { type InProcessServer, startInProcess, until } from '../server.ts';
import { api, refusalOf } from './api.ts';

const FAKES = { fake: { kind: 'fake', browserName: 'chrome', capacity: 2 } };

let redis: RedisServer;
let server: InProcessServer;

beforeEach(async () => {
  redis = await RedisServer.start();
  server = await startInProcess({
    redis: { url: redis.url },
    backends: FAKES,
    reaper: { probeInterval: '200ms', interval: '50ms' },
  });
});

// The last one goes first.
afterEach(() => redis.stop());
afterEach(async () => {
  await server.expectNothingLeft();
  expect(await redis.command('HLEN', '{moorage}:slots')).toBe(0);
  expect(await redis.command('ZCARD', '{moorage}:sessions:status:ready')).toBe(0);
});

const create = () => api(server).create({ keepAlive: true, waitMs: 0 });
const isReady = async () => (await fetch(`${server.url}/health/ready`)).ok;

it('keeps sessions and their slots in Redis', async () => {
  const { id } = await create();
  expect(await redis.command('HKEYS', '{moorage}:slots')).toEqual([id]);
  expect(await redis.command('HKEYS', '{moorage}:sessions:bodies')).toEqual([id]);
  await api(server).destroy(id);
  expect(await redis.command('HKEYS', '{moorage}:slots')).toEqual([]);
});

it('refuses new sessions while Redis is gone, keeps the running ones, and recovers by itself', async () => {
  const session = await create();
  const socket = new WebSocket(session.connectUrl ?? '');
  await once(socket, 'open');
  const version = async (id: number) => {
    socket.send(JSON.stringify({ id, method: 'Browser.getVersion' }));
    const [data] = await once(socket, 'message');
    return JSON.parse(String(data)).id;
  };
  expect(await version(1)).toBe(1);

  await redis.kill();
  const { status, retryAfter, details } = await refusalOf(create());
  expect({ status, code: details.code }).toEqual({ status: 503, code: 'store-unavailable' });
  expect(Number(retryAfter)).toBeGreaterThan(0);
  expect(await isReady()).toBe(false);
  expect(await version(2)).toBe(2);

  await redis.start();
  await until(isReady, 'readiness');
  expect((await api(server).get(session.id)).status).toBe('ready');
  await create();
  expect((await refusalOf(create())).details.code).toBe('no-capacity');
  socket.close();
});

it('builds a flushed Redis up again: sessions, slots, API keys and the secret of its addresses', async () => {
  const { id, connectUrl } = await create();
  await api(server).call('POST', '/v1/keys', { client: 'ops', admin: true });
  const secret = await redis.command('HGET', '{moorage}:settings:bodies', 'server-secret');
  const keys = await redis.command('HVALS', '{moorage}:keys:bodies');
  expect(connectUrl).toBeDefined();
  expect(keys).toHaveLength(1);

  await redis.command('FLUSHALL');
  await until(async () => (await redis.command('HLEN', '{moorage}:slots')) === 1, 'the slots');
  expect(await redis.command('HKEYS', '{moorage}:sessions:bodies')).toEqual([id]);
  expect(await redis.command('HVALS', '{moorage}:keys:bodies')).toEqual(keys);
  expect(await redis.command('HGET', '{moorage}:settings:bodies', 'server-secret')).toEqual(secret);
});
