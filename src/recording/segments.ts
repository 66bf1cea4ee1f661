// The events of one page on disk: gzip files of one JSON line an event, appended batch by batch. Every file is a row of
// gzip members (RFC 1952 §2.2), one from each full snapshot on, so that a reader can begin at any of them, and `zcat`
// reads the whole. A batch is complete in the file as soon as it was written: whoever is killed in the middle of one loses
// that one, and the file still opens.

import { createReadStream } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { constants, createGunzip, createGzip, type Gzip } from 'node:zlib';
import { EVENT_TYPE, type RecordedEvent } from '../protocol/recorder.ts';

/** Where a member begins, one line each in `index.ndjson`. */
interface Member {
  file: string;
  offset: number;
  /** The time of its first event, epoch milliseconds. */
  at: number;
  /** Whether a replay can begin with it. */
  isSnapshot: boolean;
}

/** A member without a snapshot ends at this size, so that none has to be read for long. */
const MEMBER_BYTES = 1024 * 1024;
const INDEX = 'index.ndjson';

export class SegmentWriter {
  readonly #folder: string;
  readonly #file: string;
  #offset = 0;
  #memberBytes = 0;
  #gzip: Gzip | undefined;
  /** Everything that was asked for, one after the other. */
  #written: Promise<void> = Promise.resolve();

  /** Goes on in a new file: the end of the last one may be torn, and gzip has no way over that. */
  static async open(folder: string): Promise<SegmentWriter> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const last = (await segmentFiles(folder)).at(-1);
    const number = last === undefined ? 1 : Number.parseInt(last, 10) + 1;
    return new SegmentWriter(folder, `${String(number).padStart(6, '0')}.ndjson.gz`);
  }

  private constructor(folder: string, file: string) {
    this.#folder = folder;
    this.#file = file;
  }

  /** Resolves when the events are in the file; rejects as the disk does, after which nothing more can be written. */
  append(events: readonly RecordedEvent[]): Promise<void> {
    this.#written = this.#written.then(() => this.#append(events));
    return this.#written;
  }

  async close(): Promise<void> {
    this.#written = this.#written.then(() => this.#endMember());
    await this.#written;
  }

  async #append(events: readonly RecordedEvent[]): Promise<void> {
    for (const part of splitAtSnapshots(events)) {
      const [first] = part;
      if (!first) continue;
      // rrweb tells of the page (meta) right before each full snapshot.
      const isSnapshot = first.type === EVENT_TYPE.meta;
      if (isSnapshot || !this.#gzip || this.#memberBytes > MEMBER_BYTES) {
        await this.#endMember();
        await this.#beginMember(first.timestamp, isSnapshot);
      }
      const lines = part.map((event) => `${JSON.stringify(event)}\n`).join('');
      await this.#write(await compress(this.#gzip, lines));
    }
  }

  async #beginMember(at: number, isSnapshot: boolean): Promise<void> {
    const member: Member = { file: this.#file, offset: this.#offset, at, isSnapshot };
    await appendFile(join(this.#folder, INDEX), `${JSON.stringify(member)}\n`, { mode: 0o600 });
    this.#gzip = createGzip();
    this.#memberBytes = 0;
  }

  async #endMember(): Promise<void> {
    const gzip = this.#gzip;
    if (!gzip) return;
    this.#gzip = undefined;
    const chunks: Buffer[] = [];
    gzip.on('data', (chunk: Buffer) => chunks.push(chunk));
    await new Promise<void>((resolve, reject) => {
      gzip.once('end', resolve);
      gzip.once('error', reject);
      gzip.end();
    });
    await this.#write(Buffer.concat(chunks));
  }

  async #write(bytes: Buffer): Promise<void> {
    await appendFile(join(this.#folder, this.#file), bytes, { mode: 0o600 });
    this.#offset += bytes.length;
    this.#memberBytes += bytes.length;
  }
}

export interface EventQuery {
  /** Epoch milliseconds. What a replay needs to begin at `from` comes along: everything since the snapshot before. */
  from?: number;
  to?: number;
  /** rrweb's numbers. */
  types?: readonly number[];
}

/** The events of one page, oldest first. Those that were being written when a server died are left out. */
export async function* readSegments(
  folder: string,
  { from, to, types }: EventQuery = {},
): AsyncGenerator<RecordedEvent> {
  const start = from === undefined ? undefined : await findStart(folder, from);
  const files = await segmentFiles(folder);
  for (const file of files) {
    if (start && file < start.file) continue;
    const offset = start?.file === file ? start.offset : 0;
    for await (const event of readFrom(join(folder, file), offset)) {
      if (to !== undefined && event.timestamp > to) return;
      if (types === undefined || types.includes(event.type)) yield event;
    }
  }
}

/** How much the page takes on disk. */
export async function segmentBytes(folder: string): Promise<number> {
  const files = await segmentFiles(folder);
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function segmentFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith('.ndjson.gz')).sort();
}

/** The last snapshot at or before `from`; `undefined` reads from the beginning. */
async function findStart(folder: string, from: number): Promise<Member | undefined> {
  const text = await readFile(join(folder, INDEX), 'utf8').catch(() => '');
  const members = text.split('\n').flatMap((line) => parseLine<Member>(line) ?? []);
  return members.filter(({ at, isSnapshot }) => isSnapshot && at <= from).at(-1);
}

async function* readFrom(path: string, offset: number): AsyncGenerator<RecordedEvent> {
  // With a sync flush as the end, a member without its last bytes is no error.
  const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  const source = createReadStream(path, { start: offset });
  source.on('error', (error) => gunzip.destroy(error));
  const lines = createInterface({ input: source.pipe(gunzip), crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) {
      const event = parseLine<RecordedEvent>(line);
      if (event) yield event;
    }
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

/** What a line of ours holds; `undefined` for one that was cut off. */
function parseLine<T>(line: string): T | undefined {
  try {
    return JSON.parse(line) as T; // nobody but us writes these files
  } catch {
    return undefined;
  }
}

/** Cuts before each event with which a replay can begin. */
function splitAtSnapshots(events: readonly RecordedEvent[]): RecordedEvent[][] {
  const parts: RecordedEvent[][] = [[]];
  for (const event of events) {
    if (event.type === EVENT_TYPE.meta) parts.push([]);
    parts.at(-1)?.push(event);
  }
  return parts;
}

/** What `text` makes of a member that goes on, complete up to its last character. */
async function compress(gzip: Gzip | undefined, text: string): Promise<Buffer> {
  if (!gzip) throw new Error('there is no member to write to');
  const chunks: Buffer[] = [];
  const collect = (chunk: Buffer) => void chunks.push(chunk);
  gzip.on('data', collect);
  try {
    await new Promise<void>((resolve, reject) => {
      gzip.once('error', reject);
      gzip.write(text);
      gzip.flush(constants.Z_SYNC_FLUSH, () => {
        gzip.off('error', reject);
        resolve();
      });
    });
  } finally {
    gzip.off('data', collect);
  }
  return Buffer.concat(chunks);
}
