// Runs the contract over every store, one line a store, and tests what only a file can suffer.

import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import Database from 'libsql';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRedisStore } from '../../src/store/redis.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import { ManualClock } from '../manual-clock.ts';
import { RedisServer } from '../redis-server.ts';
import { storeContract } from './store.ts';

let redis: Promise<RedisServer> | undefined;

afterAll(async () => {
  await (await redis)?.stop();
});

storeContract(
  'redis',
  async ({ folder, ...options }) => {
    redis ??= RedisServer.start();
    return openRedisStore({ url: (await redis).url, prefix: basename(folder), time: 'clock', ...options });
  },
  async ({ folder, kind, id }, body) => {
    await (await redis)?.command('HSET', `{${basename(folder)}}:${kind}:bodies`, id, body);
  },
);

storeContract(
  'sqlite',
  ({ folder, ...options }) => openSqliteStore({ file: join(folder, 'store.db'), ...options }),
  async ({ folder, kind, id }, body) => {
    const database = new Database(join(folder, 'store.db'));
    database.prepare('UPDATE records SET body = ? WHERE kind = ? AND id = ?').run(body, kind, id);
    database.close();
  },
);

describe('the file of the sqlite store', () => {
  const clock = new ManualClock();
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'moorage-sqlite-'));
    file = join(folder, 'store.db');
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('can be read by its owner alone, its log included', async () => {
    await writeFile(file, '', { mode: 0o644 });
    const store = await openSqliteStore({ file, clock });
    await store.ping();
    for (const name of [file, `${file}-wal`, `${file}-shm`]) {
      expect((await stat(name)).mode & 0o777, name).toBe(0o600);
    }
    await store.close();
  });

  it('that is full refuses writes saying so, changes nothing, and is written again when there is room', async () => {
    const store = await openSqliteStore({ file, clock, maxSizeBytes: 512 * 1024 });
    const setting = (id: string, sizeBytes: number) => ({
      id,
      client: '' as const,
      value: 'x'.repeat(sizeBytes),
      createdAt: 1,
    });
    await store.settings.put(setting('kept', 10));
    const fill = async () => {
      for (let index = 0; index < 100; index += 1) await store.settings.put(setting(`big-${index}`, 100_000));
    };
    await expect(fill()).rejects.toThrow(/SQLITE_FULL.*disk is full.*free some room/);

    const { data } = await store.settings.list({ limit: 200 });
    const big = data.filter(({ id }) => id.startsWith('big-'));
    expect(data).toHaveLength(big.length + 1);
    expect(await store.settings.get(`big-${big.length}`)).toBeUndefined();

    for (const { id } of big) await store.settings.delete(id);
    await store.settings.put(setting('again', 100_000));
    expect((await store.settings.list({ limit: 200 })).data.map(({ id }) => id).sort()).toEqual([
      'again',
      'kept',
    ]);
    await store.close();
  });

  it('that fills up in the middle of a step leaves the step undone and the store usable', async () => {
    const store = await openSqliteStore({ file, clock, maxSizeBytes: 256 * 1024 });
    const reserve = (index: number) =>
      store.reserve({
        sessionId: `ses_${index}`,
        node: 'us',
        backend: `backend-${index}-${'x'.repeat(2000)}`,
        client: 'alice',
        limits: { backend: 10, client: 10_000, global: 10_000 },
        leaseUntil: clock.now() + 1000,
      });
    let taken = 0;
    const fill = async () => {
      for (; taken < 1000; taken += 1) await reserve(taken);
    };
    await expect(fill()).rejects.toThrow(/SQLITE_FULL/);

    const counts = await store.reservations();
    expect(counts.global).toBe(taken);
    expect(Object.keys(counts.backends)).toHaveLength(taken);
    for (let index = 0; index < 10; index += 1) await store.release(`ses_${index}`);
    expect(await reserve(0)).toEqual({ reserved: true });
    await store.close();
  });

  it('of a newer Moorage is refused', async () => {
    const database = new Database(file);
    database.pragma('user_version = 999');
    database.close();
    await expect(openSqliteStore({ file, clock })).rejects.toThrow(/newer Moorage \(schema 999/);
  });

  it('of another program is refused and left alone', async () => {
    const database = new Database(file);
    database.exec('CREATE TABLE records (id)');
    database.close();
    await expect(openSqliteStore({ file, clock })).rejects.toThrow(/of another program/);
  });

  it('that is no store is refused and left alone', async () => {
    await writeFile(file, 'this is a shopping list, not a database. '.repeat(200));
    await expect(openSqliteStore({ file, clock })).rejects.toThrow(/SQLITE_NOTADB.*not a store/);
    expect((await stat(file)).size).toBe(41 * 200);
  });

  it('in a folder that does not exist is refused', async () => {
    await expect(openSqliteStore({ file: join(folder, 'none', 'store.db'), clock })).rejects.toThrow(
      /ENOENT/,
    );
  });
});
