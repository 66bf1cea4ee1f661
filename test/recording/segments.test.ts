// The files of a recording: what was written is read again, from any point, and a torn end costs only itself.

import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EVENT_TYPE, type RecordedEvent } from '../../src/protocol/recorder.ts';
import {
  type Batch,
  type EventQuery,
  readBatches,
  readProgress,
  readSegments,
  SegmentWriter,
} from '../../src/recording/segments.ts';
import { type ByteRange, FolderStorage } from '../../src/recording/storage.ts';

let root: string;
let folder: string;
let number: number;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'moorage-segments-'));
  folder = join(root, 'page');
  number = 0;
});

afterEach(() => rm(root, { recursive: true }));

const files = () => ({ storage: new FolderStorage(root), folder: 'page' });
async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
const batch = (events: RecordedEvent[]): Batch => ({ number: number++, events });

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
  for await (const event of readSegments(files(), query)) events.push(event);
  return events;
}

it('gives back what was written, in order, over several writers', async () => {
  const first = await SegmentWriter.open(folder);
  await first.append(batch([...snapshot(1), change(2)]));
  await first.append(batch([change(3)]));
  await first.close();
  const second = await SegmentWriter.open(folder);
  await second.append(batch([change(4)]));
  await second.close();
  expect(times(await read())).toEqual([1, 1, 2, 3, 4]);
});

it('shows each batch to readers as soon as it is written', async () => {
  const writer = await SegmentWriter.open(folder);
  for (let time = 1; time <= 5; time += 1) {
    await writer.append(batch([change(time)]));
    expect(times(await read())).toHaveLength(time);
  }
  await writer.close();
});

it('begins at the last snapshot before the time that is asked for, and ends where it is told', async () => {
  const writer = await SegmentWriter.open(folder);
  await writer.append(
    batch([...snapshot(10), change(20), ...snapshot(30), change(40), change(50), ...snapshot(60)]),
  );
  await writer.close();
  expect(times(await read({ from: 45, to: 50 }))).toEqual([30, 30, 40, 50]);
  expect(times(await read({ from: 5 }))).toHaveLength(9);
  expect(times(await read({ types: [EVENT_TYPE.incrementalSnapshot] }))).toEqual([20, 40, 50]);
});

it('loses the torn batch alone, wherever it was torn, and goes on in another file', async () => {
  const writer = await SegmentWriter.open(folder);
  await writer.append(batch([...snapshot(1), change(2, 'x'.repeat(1000))]));
  const [file = ''] = await segments();
  const path = join(folder, file);
  const { size } = await stat(path);
  await writer.append(batch([change(3, 'one'), change(4, Math.random().toString()), change(5, 'two')]));
  const whole = await readFile(path);
  for (let end = size; end < whole.length; end += 1) {
    await writeFile(path, whole.subarray(0, end));
    // The last bytes of a flush carry nothing.
    const left = times(await read());
    if (left.length === 6) expect(end).toBeGreaterThan(whole.length - 6);
    else expect(left).toEqual([1, 1, 2]);
  }

  await truncate(path, size + 5);
  const next = await SegmentWriter.open(folder);
  await next.append(batch([change(6)]));
  await next.close();
  expect(times(await read())).toEqual([1, 1, 2, 6]);
});

it('opens when all that was written last is torn at any byte, its first snapshot included', async () => {
  const writer = await SegmentWriter.open(folder);
  await writer.append(batch([...snapshot(1), change(2)]));
  await writer.close();
  const [file = ''] = await segments();
  const whole = await readFile(join(folder, file));
  for (let end = 0; end <= whole.length; end += 1) {
    await writeFile(join(folder, file), whole.subarray(0, end));
    expect([[], [1, 1, 2]]).toContainEqual(times(await read()));
  }
});

it('reads on behind a member that is spoiled in its middle', async () => {
  const writer = await SegmentWriter.open(folder);
  await writer.append(batch([...snapshot(1), change(2)]));
  await writer.append(batch([...snapshot(3), change(4, Math.random().toString().repeat(50))]));
  await writer.append(batch([...snapshot(5), change(6)]));
  await writer.close();
  const [file = ''] = await segments();
  const bytes = await readFile(join(folder, file));
  const [, second] = (await readFile(join(folder, 'index.ndjson'), 'utf8')).split('\n');
  const { offset } = JSON.parse(second ?? '');
  bytes.fill(0xff, offset + 12, offset + 40);
  await writeFile(join(folder, file), bytes);
  expect(times(await read())).toEqual([1, 1, 2, 5, 5, 6]);
});

it('tells batches apart, and gives those after a number', async () => {
  const writer = await SegmentWriter.open(folder);
  const origin = { document: '0123456789', sequence: 7 };
  await writer.append({ number: 3, events: [change(1), ...snapshot(2), change(3)], origin });
  await writer.append({ number: 5, events: [change(4)] });
  await writer.append({ number: 6, events: [...snapshot(5)] });
  await writer.close();
  const after = async (position: number) => {
    const numbers: number[] = [];
    for await (const { number: each } of readBatches(files(), { after: position })) numbers.push(each);
    return numbers;
  };
  expect(await after(-1)).toEqual([3, 5, 6]);
  expect(await after(3)).toEqual([5, 6]);
  expect(await after(5)).toEqual([6]);
  expect(await after(6)).toEqual([]);
  const [first] = await all(readBatches(files()));
  expect(first).toMatchObject({ number: 3, origin, events: [{}, {}, {}, {}] });
});

it('knows what a frame said long ago, and reads little for it', async () => {
  const noise = () => Array.from({ length: 3000 }, () => Math.random().toString(36).slice(2)).join('');
  const [frame, top] = ['frame00000', 'top0000000'];
  const writer = await SegmentWriter.open(folder);
  await writer.append({ number: 0, events: [change(1)], origin: { document: frame, sequence: 4 } });
  for (let sequence = 1; sequence <= 40; sequence += 1) {
    const events = [...snapshot(sequence * 10), change(sequence * 10 + 1, noise())];
    await writer.append({ number: sequence, events, origin: { document: top, sequence } });
  }
  await writer.rest();

  const starts: number[] = [];
  class CountingStorage extends FolderStorage {
    override read(name: string, range?: ByteRange) {
      if (range?.start !== undefined) starts.push(range.start);
      return super.read(name, range);
    }
  }
  const { documents, newest } = await readProgress({ storage: new CountingStorage(root), folder: 'page' });
  const told = new Map([
    [frame, 5],
    [top, 41],
  ]);
  expect({ documents, newest }).toEqual({ documents: told, newest: 40 });
  const [file = ''] = await segments();
  const { size } = await stat(join(folder, file));
  expect(starts).toHaveLength(1);
  expect(starts[0]).toBeGreaterThan(size - 300_000);

  // Another writer goes on with it.
  const next = await SegmentWriter.open(folder, { documents });
  await next.append({ number: 41, events: snapshot(500), origin: { document: top, sequence: 41 } });
  await next.close();
  expect(await readProgress(files())).toEqual({ documents: told.set(top, 42), newest: 41 });
});

it('takes no end of a batch from a page', async () => {
  const writer = await SegmentWriter.open(folder);
  const forged = {
    type: EVENT_TYPE.custom,
    timestamp: 2,
    data: { tag: 'moorage.batch', payload: { number: 1e9 } },
  };
  await writer.append({ number: 0, events: [change(1), forged, change(3)] });
  await writer.close();
  expect(await all(readBatches(files()))).toEqual([{ number: 0, events: [change(1), change(3)] }]);
});

it('seals files that have grown large, and goes on in the next', async () => {
  const sealed: string[] = [];
  const writer = await SegmentWriter.open(folder, { onSealed: (path) => void sealed.push(path) });
  const noise = () => Array.from({ length: 150_000 }, () => Math.random().toString(36).slice(2)).join('');
  for (let time = 1; time <= 12; time += 1) await writer.append(batch([change(time, noise())]));
  expect(sealed).toEqual([join(folder, '000001.ndjson.gz')]);
  await writer.close();
  expect(sealed).toHaveLength(2);
  expect(times(await read())).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

it('gives memory back between batches without a difference to readers', async () => {
  const writer = await SegmentWriter.open(folder);
  await writer.append(batch([...snapshot(1), change(2)]));
  await writer.rest();
  await writer.append(batch([change(3)]));
  await writer.rest();
  await writer.rest();
  await writer.close();
  expect(times(await read())).toEqual([1, 1, 2, 3]);
});

it('can be read by zcat', async () => {
  const writer = await SegmentWriter.open(folder);
  await writer.append(batch([...snapshot(1), ...snapshot(2), change(3)]));
  await writer.close();
  const [file = ''] = await segments();
  const { stdout } = await promisify(execFile)('zcat', [join(folder, file)]);
  expect(stdout.trim().split('\n')).toHaveLength(6);
});

it('finds its place in an hour of events without reading it all', async () => {
  const writer = await SegmentWriter.open(folder);
  for (let minute = 0; minute < 60; minute += 1) {
    const start = minute * 60_000;
    const changes = Array.from({ length: 500 }, (_, index) =>
      change(start + index * 100, 'a change of the page'),
    );
    await writer.append(batch([...snapshot(start), ...changes]));
  }
  await writer.close();
  expect(await read({ from: 30 * 60_000 + 500, to: 30 * 60_000 + 900 })).toHaveLength(2 + 10);
});

it('says what the disk says', async () => {
  const writer = await SegmentWriter.open(folder);
  await rm(folder, { recursive: true });
  await expect(writer.append(batch([change(1)]))).rejects.toThrow(/ENOENT/);
  await expect(writer.append(batch([change(2)]))).rejects.toThrow(/ENOENT/);
});

const segments = async () => (await readdir(folder)).filter((name) => name.endsWith('.gz'));
