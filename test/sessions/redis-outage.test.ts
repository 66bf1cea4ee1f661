// The allocator over a Redis that is killed, flushed, or outlives its server: sessions go on, and no slot is lost or
// counted twice.

import { basename } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FakeSettings } from '../../src/backends/fake.ts';
import { Problem } from '../../src/errors.ts';
import { openRedisStore } from '../../src/store/redis.ts';
import { RedisServer } from '../redis-server.ts';
import { ALICE, Allocation, never, until } from './allocation.ts';

let redis: RedisServer;
let farm: Allocation;

beforeEach(async () => {
  redis = await RedisServer.start();
});

// The last one goes first.
afterEach(() => redis.stop());
afterEach(() => farm.expectNothingLeft());

async function open(fake: FakeSettings = {}): Promise<void> {
  farm = await Allocation.open({ fake }, {}, ({ folder, clock }) =>
    openRedisStore({ url: redis.url, prefix: basename(folder), clock, time: 'clock' }),
  );
}

const create = () => farm.allocator.createSession(ALICE, { keepAlive: true, waitMs: 0 }, never());

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => 'it succeeded',
    (reason: unknown) => reason,
  );
  if (error instanceof Problem) return error.code;
  throw error;
}

async function statusInStore(id: string): Promise<string | undefined> {
  return (await farm.store.sessions.get(id))?.status;
}

/** Redis is there again, and the store has noticed. */
async function comeBack(): Promise<void> {
  await redis.start();
  const answers = () =>
    farm.store.ping().then(
      () => true,
      () => false,
    );
  await until(answers, 'Redis to be back');
}

describe('a Redis that was flushed', () => {
  it('knows the sessions that run and their slots again before it grants another', async () => {
    await open({ capacity: 2 });
    const sessions = [await create(), await create()];
    await redis.command('FLUSHALL');

    expect(await codeOf(create())).toBe('no-capacity');
    for (const { id } of sessions) expect(await statusInStore(id)).toBe('ready');
    expect((await farm.store.reservations()).backends).toEqual({ fake: 2 });

    await farm.allocator.destroySession('alice', sessions[0]?.id ?? '');
    expect((await farm.store.reservations()).backends).toEqual({ fake: 1 });
    await create();
  });

  it('is noticed by housekeeping when nobody asks for anything', async () => {
    await open();
    const { id } = await create();
    await redis.command('FLUSHALL');
    await farm.allocator.housekeep();
    expect(await redis.command('HLEN', `{${basename(farm.folder)}}:slots`)).toBe(1);
    expect(await statusInStore(id)).toBe('ready');
  });

  it('knows again which backends are drained', async () => {
    await open();
    await farm.allocator.drainBackend('fake');
    await redis.command('FLUSHALL');
    await farm.die();
    farm = await farm.restart();
    expect(farm.allocator.listBackends()[0]?.availability).toBe('up');

    await farm.allocator.drainBackend('fake');
    await redis.command('FLUSHALL');
    await farm.allocator.housekeep();
    await farm.die();
    farm = await farm.restart();
    expect(farm.allocator.listBackends()[0]?.availability).toBe('draining');
  });
});

describe('while Redis is gone', () => {
  it('sessions go on, new ones are refused, and readiness is red until it is back', async () => {
    await open();
    const session = await create();
    await redis.kill();
    expect(await codeOf(create())).toBe('store-unavailable');
    expect(farm.allocator.readiness()).toMatchObject({ ready: false });
    expect(session.state.status).toBe('ready');
    expect(farm.fake('fake').sessionIds).toEqual([session.id]);

    await comeBack();
    await create();
    expect(farm.allocator.readiness()).toEqual({ ready: true });
    expect((await farm.store.reservations()).global).toBe(2);
    expect(await statusInStore(session.id)).toBe('ready');
  });

  it('what ends is stored as ended, and its slot is free, once it is back', async () => {
    await open();
    const [ended, running] = [await create(), await create()];
    await redis.kill();
    farm.fake('fake').crash(ended.id);
    await until(() => ended.state.status === 'ended', 'the end of the session');

    await comeBack();
    expect(await farm.store.sessions.get(ended.id)).toMatchObject({
      status: 'ended',
      endReason: 'browser-crashed',
    });
    expect(await farm.store.reservedSessions('node-1')).toEqual([running.id]);
  });
});

describe('a Redis that kept everything through its own restart', () => {
  beforeEach(async () => {
    await redis.stop();
    redis = await RedisServer.start(['--appendonly', 'yes', '--appendfsync', 'always']);
  });

  it('is told what ended meanwhile, and gives the slot back with the next housekeeping', async () => {
    await open();
    const [ended, running] = [await create(), await create()];
    await redis.kill();
    farm.fake('fake').crash(ended.id);
    await until(() => ended.state.status === 'ended', 'the end of the session');

    await comeBack();
    expect(await statusInStore(ended.id)).toBe('ended');
    await farm.allocator.housekeep();
    expect(await farm.store.reservedSessions('node-1')).toEqual([running.id]);
    expect((await farm.store.reservations()).global).toBe(1);
  });
});

describe('a Redis that outlives its server', () => {
  it('has what the next one needs to take the sessions over, each slot counted once', async () => {
    await open();
    const before = await create();
    await farm.die();
    farm = await farm.restart(60_000);
    const session = await farm.allocator.getSession('alice', before.id);
    expect(session.state.status).toBe('ready');
    expect(await farm.store.reservations()).toEqual({
      global: 1,
      backends: { fake: 1 },
      clients: { alice: 1 },
    });
  });
});
