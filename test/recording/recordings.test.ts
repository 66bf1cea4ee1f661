// The recordings of a server without a browser: whose they are, what happens to them while they are read, while the store is
// out, and while many begin.

import { copyFile, cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BackendSession } from '../../src/backends/backend.ts';
import { Background } from '../../src/background.ts';
import { EventLog } from '../../src/events/events.ts';
import { newId } from '../../src/ids.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { RecordBook } from '../../src/recording/record-book.ts';
import { RecordingFiles } from '../../src/recording/recording-files.ts';
import { consoleTextOf, type PlacedEvent, Recordings } from '../../src/recording/recordings.ts';
import { Removals } from '../../src/recording/removals.ts';
import { FolderStorage, type RecordingBucket } from '../../src/recording/storage.ts';
import { Tails } from '../../src/recording/tails.ts';
import { Uploads } from '../../src/recording/uploads.ts';
import type { Session } from '../../src/sessions/session.ts';
import { openSqliteStore } from '../../src/store/sqlite.ts';
import type { RecordingRecord, Store } from '../../src/store/store.ts';
import { ManualClock } from '../manual-clock.ts';
import { until } from '../server.ts';

const LOG = createLog({ level: 'silent', pretty: false });
const LIMITS = {
  maxAgeMs: 3_600_000,
  maxCount: 100,
  maxBytes: 1_000_000_000,
  maxBytesEach: 1_000_000_000,
  maxLive: 1,
  importBytes: 1_000_000,
};

let folder: string;
let store: Store;
let background: Background;
const clock = new ManualClock();
const metrics = createMetrics();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moorage-recordings-'));
  store = await openSqliteStore({ file: join(folder, 'store.db'), clock });
  background = new Background({ log: LOG });
});

afterEach(async () => {
  await background.settled();
  await store.close();
  await rm(folder, { recursive: true });
});

function recordingsOf(
  node: string,
  more: { isSoleServer?: boolean; bucket?: { storage: RecordingBucket; keepsLocal: boolean } } = {},
): Recordings {
  return new Recordings({
    root: join(folder, 'recordings'),
    node,
    isSoleServer: true,
    limits: LIMITS,
    video: { ffmpegPath: 'ffmpeg', max: 1, frameRate: 15 },
    events: new EventLog({ store, clock }),
    log: LOG,
    ...{ store, clock, metrics, background },
    ...more,
  });
}

const change = (pageId: string, timestamp: number) => ({
  type: 3,
  timestamp,
  data: { source: 0, texts: [] },
  pageId,
});
const listOf = (events: readonly object[]) => Readable.from([Buffer.from(JSON.stringify(events))]);

async function eventsOf(recordings: Recordings, id: string): Promise<PlacedEvent[]> {
  const events: PlacedEvent[] = [];
  for await (const event of await recordings.reader.events('alice', id, {})) events.push(event);
  return events;
}

describe('the recordings of a server that has another name now', () => {
  it('are its own as long as no other server has its store', async () => {
    const before = recordingsOf('a-container');
    const { id } = await before.imports.import('alice', listOf([change('a', 1), change('a', 2)]));
    await before.stop();

    const after = recordingsOf('the-next-container');
    await after.start();
    expect(await eventsOf(after, id)).toHaveLength(2);
    expect((await after.removals.prune({ client: 'alice', maxCount: 0 })).data).toHaveLength(1);
    await after.stop();
    expect(await readdir(join(folder, 'recordings'))).toEqual([]);
  });

  it('are those of the other one where there may be two', async () => {
    const before = recordingsOf('one', { isSoleServer: false });
    const { id } = await before.imports.import('alice', listOf([change('a', 1), change('a', 2)]));
    const after = recordingsOf('two', { isSoleServer: false });
    await expect(eventsOf(after, id)).rejects.toThrow(/lies on the disk of server one/);
  });
});

describe('a recording that goes to a bucket', () => {
  /** A bucket in a folder of its own. */
  class FolderBucket extends FolderStorage implements RecordingBucket {
    async put(name: string, path: string): Promise<void> {
      await mkdir(dirname(this.pathOf(name)), { recursive: true });
      await copyFile(path, this.pathOf(name));
    }
    async check(): Promise<void> {}
    close(): void {}
  }

  it('is read to its end by who began before, every page of it', async () => {
    const storage = new FolderBucket(join(folder, 'bucket'));
    const recordings = recordingsOf('one', { bucket: { storage, keepsLocal: false } });
    const list = [change('a', 1), change('a', 2), change('b', 3), change('c', 4)];
    const { id } = await recordings.imports.import('alice', listOf(list));
    const read: PlacedEvent[] = [];
    for await (const event of await recordings.reader.events('alice', id, {})) {
      if (read.length === 0) {
        const isMoved = async () => (await recordings.get('alice', id)).storedIn === 's3';
        await until(isMoved, 'the upload');
        await until(async () => (await readdir(join(folder, 'recordings'))).length === 0, 'the move');
      }
      read.push(event);
    }
    expect(read).toEqual(list);
    await recordings.stop();
  });

  it('is taken from the disk also where that fails at first, and is uploaded once', async () => {
    const stored: string[] = [];
    const disk = new (class extends FolderStorage {
      failures = 2;
      override async remove(name: string): Promise<void> {
        if (this.failures-- > 0) throw new Error('the disk does not answer');
        await super.remove(name);
      }
    })(join(folder, 'recordings'));
    await disk.write('rec_1/pages/a/000001.ndjson.gz', 'events');
    const bucket = new FolderBucket(join(folder, 'bucket'));
    const onStored = async (id: string) => void stored.push(id);
    const parts = { clock, metrics, log: LOG, background };
    const uploads = new Uploads({ bucket, disk, keepsLocal: false, onStored, ...parts });
    uploads.finish('rec_1');
    await until(async () => {
      await clock.advance(60_000);
      return (await disk.list('')).length === 0;
    }, 'the removal');
    expect(stored).toEqual(['rec_1']);
    expect((await bucket.list('rec_1')).map(({ name }) => name)).toEqual([
      ...['rec_1/pages/a/000001.ndjson.gz', 'rec_1/recording.json'],
    ]);
    await uploads.stop();
  });

  it('is taken from the disk by the next server where one was killed in between', async () => {
    const bucket = { storage: new FolderBucket(join(folder, 'bucket')), keepsLocal: false };
    const local = join(folder, 'recordings');
    const before = recordingsOf('one', { bucket });
    const { id } = await before.imports.import('alice', listOf([change('a', 1)]));
    await until(async () => (await readdir(local)).length === 0, 'the move');
    await before.stop();
    await cp(join(folder, 'bucket', id), join(local, id), { recursive: true });

    const after = recordingsOf('one', { bucket });
    await after.start();
    await until(async () => (await readdir(local)).length === 0, 'the removal');
    expect(await eventsOf(after, id)).toHaveLength(1);
    await after.stop();
  });
});

describe('the record of a recording', () => {
  const record = (more: Partial<RecordingRecord> = {}): RecordingRecord => ({
    id: newId('rec'),
    client: 'alice',
    node: 'one',
    status: 'recording',
    browser: 'chromium',
    options: {},
    binding: '',
    pages: [],
    sizeBytes: 0,
    createdAt: 1,
    tags: {},
    ...more,
  });

  it('is the latest one also while the store takes none', async () => {
    const kept = new Map<string, RecordingRecord>();
    let isOut = false;
    const flaky = {
      get: async (id: string) => kept.get(id),
      put: async (each: RecordingRecord) => {
        if (isOut) throw new Error('the store is out');
        kept.set(each.id, each);
      },
    };
    const stored = { recordings: flaky } as unknown as Store; // of which no more is used
    const book = new RecordBook({ store: stored, metrics, log: LOG });
    const begun = record();
    await book.put(begun);
    isOut = true;
    await book.putOrKeep({ ...begun, status: 'complete', sizeBytes: 7 });
    expect(await book.find(begun.id)).toMatchObject({ status: 'complete', sizeBytes: 7 });
    isOut = false;
    await book.putLate();
    expect(kept.get(begun.id)).toMatchObject({ status: 'complete', sizeBytes: 7 });
  });

  it('stays until the last of it is written, whoever would have it gone', async () => {
    const book = new RecordBook({ store, metrics, log: LOG });
    const parts = { book, clock, metrics, log: LOG, background, limits: LIMITS };
    const files = new RecordingFiles({
      ...parts,
      root: join(folder, 'recordings'),
      node: 'one',
      isSoleServer: true,
      onStored: async () => {},
      isStored: async () => false,
    });
    const removals = new Removals({ ...parts, files, onRemoved: () => {} });
    const ended = record({ status: 'complete' });
    await book.put(ended);
    book.begin(ended);
    await expect(removals.delete('alice', ended.id)).rejects.toThrow(/goes on/);
    expect((await removals.prune({ maxCount: 0 })).data).toEqual([]);
    book.end(ended);
    expect((await removals.prune({ maxCount: 0 })).data).toHaveLength(1);
  });
});

describe('the console of a recording', () => {
  it('is one line a message, whatever a page says in it', async () => {
    async function* events() {
      const payload = ['"done\\n2026-01-01T00:00:00.000Z error forged"', '"\\u001b[2Jcleared\\tup"'];
      const data = { plugin: 'rrweb/console@1', payload: { level: 'log', payload, trace: ['at x\u2028y'] } };
      yield { type: 6, timestamp: 0, data, pageId: 'a' };
    }
    let text = '';
    for await (const part of consoleTextOf(events())) text += part;
    expect(text).toBe(
      '1970-01-01T00:00:00.000Z log   done\\n2026-01-01T00:00:00.000Z error forged \\u001b[2Jcleared\tup  (at x\\u2028y)\n',
    );
  });
});

describe('many recordings that begin at once', () => {
  it('are no more than may be, and count no more when they could not begin', async () => {
    const recordings = recordingsOf('one');
    // Nobody listens there.
    const browser = {
      browser: 'chrome-headless-shell',
      endpoint: { protocol: 'cdp', url: 'ws://127.0.0.1:9/devtools/browser/none' },
    } as BackendSession; // what is recorded needs no more of it
    const session = () => ({ id: newId('ses'), terms: { client: 'alice', tags: {} } }) as unknown as Session; // as above
    const begin = () =>
      recordings.begin(session(), browser, { record: true }).catch((error: Error) => error.message);
    const refused = /as many as may be/;
    const said = await Promise.all([begin(), begin(), begin()]);
    expect(said.filter((each) => refused.test(String(each)))).toHaveLength(2);
    expect(await begin()).not.toMatch(refused);
    expect((await recordings.list('alice', { limit: 10 })).data).toEqual([]);
    await recordings.stop();
    expect(await readdir(join(folder, 'recordings')).catch(() => [])).toEqual([]);
  });
});

describe('those who follow a recording', () => {
  it('come to its end also when it ended before they read', async () => {
    const tails = new Tails({ onOverrun: () => {} });
    let isLive = true;
    async function* stored() {
      yield { number: 0, pageId: 'a', events: [change('a', 1)] };
    }
    const { signal } = new AbortController();
    const tail = tails.follow({ id: 'rec', isLive: () => isLive, query: {}, read: stored, signal });
    isLive = false;
    tails.end('rec');
    const read: number[] = [];
    for await (const { event } of tail) read.push(event.timestamp);
    expect(read).toEqual([1]);
  });
});
