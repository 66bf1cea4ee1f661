// The files of a recording: what was written is read again, from any point, and a torn end costs only itself.

import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EVENT_TYPE, type RecordedEvent } from '../../src/protocol/recorder.ts';
import { type EventQuery, readSegments, SegmentWriter } from '../../src/recording/segments.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moorage-segments-'));
});

afterEach(() => rm(folder, { recursive: true }));

const change = (timestamp: number, text = ''): RecordedEvent => ({
  type: EVENT_TYPE.incrementalSnapshot,
  timestamp,
  data: { text },
});
const snapshot = (timestamp: number): RecordedEvent[] => [
  { type: EVENT_TYPE.meta, timestamp, data: { href: 'http://site/' } },
  { type: EVENT_TYPE.fullSnapshot, timestamp, data: {} },
];
const times = (events: RecordedEvent[]) => events.map(({ timestamp }) => timestamp);

async function read(query?: EventQuery): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of readSegments(folder, query)) events.push(event);
  return events;
}

it('gives back what was written, in order, over several writers', async () => {
  const first = await SegmentWriter.open(folder);
  await first.append([...snapshot(1), change(2)]);
  await first.append([change(3)]);
  await first.close();
  const second = await SegmentWriter.open(folder);
  await second.append([change(4)]);
  await second.close();
  expect(times(await read())).toEqual([1, 1, 2, 3, 4]);
});

it('shows each batch to readers as soon as it is written', async () => {
  const writer = await SegmentWriter.open(folder);
  for (let time = 1; time <= 5; time += 1) {
    await writer.append([change(time)]);
    expect(times(await read())).toHaveLength(time);
  }
  await writer.close();
});

it('begins at the last snapshot before the time that is asked for, and ends where it is told', async () => {
  const writer = await SegmentWriter.open(folder);
  await writer.append([
    ...snapshot(10),
    change(20),
    ...snapshot(30),
    change(40),
    change(50),
    ...snapshot(60),
  ]);
  await writer.close();
  expect(times(await read({ from: 45, to: 50 }))).toEqual([30, 30, 40, 50]);
  expect(times(await read({ from: 5 }))).toHaveLength(9);
  expect(times(await read({ types: [EVENT_TYPE.incrementalSnapshot] }))).toEqual([20, 40, 50]);
});

it('loses the torn batch alone, and goes on in another file', async () => {
  const writer = await SegmentWriter.open(folder);
  await writer.append([...snapshot(1), change(2, 'x'.repeat(1000))]);
  const [file = ''] = await segments();
  const { size } = await stat(join(folder, file));
  await writer.append([change(3, Math.random().toString().repeat(20))]);
  await truncate(join(folder, file), size + 5);
  expect(times(await read())).toEqual([1, 1, 2]);

  const next = await SegmentWriter.open(folder);
  await next.append([change(4)]);
  await next.close();
  expect(times(await read())).toEqual([1, 1, 2, 4]);
});

it('can be read by zcat', async () => {
  const writer = await SegmentWriter.open(folder);
  await writer.append([...snapshot(1), ...snapshot(2), change(3)]);
  await writer.close();
  const [file = ''] = await segments();
  const { stdout } = await promisify(execFile)('zcat', [join(folder, file)]);
  expect(stdout.trim().split('\n')).toHaveLength(5);
});

it('finds its place in an hour of events without reading it all', async () => {
  const writer = await SegmentWriter.open(folder);
  for (let minute = 0; minute < 60; minute += 1) {
    const start = minute * 60_000;
    const changes = Array.from({ length: 500 }, (_, index) =>
      change(start + index * 100, 'a change of the page'),
    );
    await writer.append([...snapshot(start), ...changes]);
  }
  await writer.close();
  expect(await read({ from: 30 * 60_000 + 500, to: 30 * 60_000 + 900 })).toHaveLength(2 + 10);
});

it('says what the disk says', async () => {
  const writer = await SegmentWriter.open(folder);
  await rm(folder, { recursive: true });
  await expect(writer.append([change(1)])).rejects.toThrow(/ENOENT/);
  await expect(writer.append([change(2)])).rejects.toThrow(/ENOENT/);
  folder = await mkdtemp(join(tmpdir(), 'moorage-segments-'));
});

const segments = async () => (await readdir(folder)).filter((name) => name.endsWith('.gz'));
