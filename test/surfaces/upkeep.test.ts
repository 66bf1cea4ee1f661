// What the store learns of the use of surfaces: after a restart they are as old as it says.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Background } from '../../src/background.ts';
import { createLog } from '../../src/log.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { SurfaceRecords } from '../../src/surfaces/records.ts';
import { Upkeep } from '../../src/surfaces/upkeep.ts';
import { ManualClock } from '../manual-clock.ts';

let clock: ManualClock;
let folder: string;
let store: Store;
let records: SurfaceRecords;
let upkeep: Upkeep;

beforeEach(async () => {
  clock = new ManualClock();
  folder = await mkdtemp(join(tmpdir(), 'moorage-upkeep-'));
  store = await openSqliteStore({ file: join(folder, 'store.db'), clock });
  records = new SurfaceRecords({ root: folder, store, clock, node: 'node-1', isSoleServer: true });
  upkeep = new Upkeep({
    records,
    clock,
    background: new Background({ log: createLog({ level: 'silent', pretty: false }) }),
    settings: { intervalMs: 1000, lateTickMs: 5000 },
    lastUseOf: ({ lastUsedAt }) => lastUsedAt,
    leaseRanOut: async () => {},
    ttlRanOut: async () => {},
  });
});

afterEach(async () => {
  await upkeep.stop();
  expect(clock.timerCount).toBe(0);
  await store.close();
  await rm(folder, { recursive: true });
});

const make = () => records.create({ client: 'alice', name: 'desk', browser: 'chrome', options: {} });

it('is every use, also those that only the record in memory has', async () => {
  const record = await make();
  upkeep.start(0);
  clock.advance(5000);
  record.lastUsedAt = clock.now();
  await upkeep.stop();
  expect((await store.surfaces.get(record.id))?.lastUsedAt).toBe(clock.now());
});

it('is the time in which there was no server, too', async () => {
  const record = await make();
  const { lastUsedAt } = record;
  upkeep.start(60_000);
  await upkeep.stop();
  expect((await store.surfaces.get(record.id))?.lastUsedAt).toBe(lastUsedAt + 60_000);
});

it('is nothing of one that was deleted meanwhile', async () => {
  const record = await make();
  await records.delete(record);
  await records.update(record, { lastUsedAt: clock.now() + 1 });
  expect(await store.surfaces.get(record.id)).toBeUndefined();
});

it('leaves the record as it was where the store did not take a change', async () => {
  const record = await make();
  const { put } = store.surfaces;
  store.surfaces.put = async () => {
    throw new Error('the disk is full');
  };
  const before = { ...record };
  const update = records.update(record, { generation: 7, launchedWith: {} });
  await expect(update).rejects.toMatchObject({ code: 'store-unavailable' });
  expect(record).toEqual(before);
  store.surfaces.put = put;
});
