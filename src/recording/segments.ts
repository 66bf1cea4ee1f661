// The events of one page as files: gzip files of one JSON line an event, appended batch by batch. Every file is a row of
// gzip members (RFC 1952 §2.2), one from each full snapshot on, so that a reader can begin at any of them, and `zcat`
// reads the whole. Each batch ends with a line that carries its number, and readers take whole batches only: whoever is
// killed in the middle of one loses that one, the file still opens, and what is sent again is not there twice.

import { appendFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { constants, createGunzip, createGzip, type Gzip } from 'node:zlib';
import { EVENT_TYPE, type RecordedEvent } from '../protocol/recorder.ts';
import { RECORDING_TAGS } from '../protocol/recordings.ts';
import type { RecordingStorage } from './storage.ts';
import { customOf, isObject } from './trouble.ts';

/** What is written at once. Numbers ascend over all pages of a recording. */
export interface Batch {
  number: number;
  events: readonly RecordedEvent[];
  /** Which batch of which document it was; absent for what the collector noted by itself. */
  origin?: { document: string; sequence: number };
}

/** The number of the next batch of each document of a page. */
export type Progress = ReadonlyMap<string, number>;

export interface EventQuery {
  /** Epoch milliseconds. What a replay needs to begin at `from` comes along: everything since the snapshot before. */
  from?: number;
  to?: number;
  /** rrweb's numbers. */
  types?: readonly number[];
}

/** The files of one page, wherever they lie. */
export interface PageFiles {
  storage: RecordingStorage;
  folder: string;
}

/** Where a member begins, one line each in `index.ndjson`. */
interface Member {
  file: string;
  offset: number;
  /** The time of its first event, epoch milliseconds. */
  at: number;
  /** Whether a replay can begin with it. */
  isSnapshot: boolean;
  /** Of the batch with which it begins, perhaps in its middle. */
  number: number;
  /** What was written of each document before that batch; said now and then. */
  documents?: Record<string, number>;
}

/** A member without a snapshot ends at this size, so that none has to be read for long. */
const MEMBER_BYTES = 1024 * 1024;
/** A file that has grown to this size is sealed: nothing is added to it any more. */
const FILE_BYTES = 8 * 1024 * 1024;
const INDEX = 'index.ndjson';
const SUFFIX = '.ndjson.gz';
/** Frames of a page tell of what happened a little out of order. */
const DISORDER_MS = 5000;
/** Documents of a page that are kept account of: those that spoke last, frames included. */
const MAX_DOCUMENTS = 500;
/** How much is written before it is said again what there is of each document: as much is read after a restart. */
const TELL_BYTES = 128 * 1024;

export interface SegmentWriterOptions {
  /** Told the path of every file that is complete. */
  onSealed?: (path: string) => void;
  /** Of an earlier writer. */
  documents?: Progress;
}

export class SegmentWriter {
  readonly #folder: string;
  readonly #onSealed: (path: string) => void;
  readonly #documents: Map<string, number>;
  /** Bytes since `#documents` was written down. */
  #untoldBytes: number;
  #number: number;
  #offset = 0;
  #memberBytes = 0;
  #gzip: Gzip | undefined;
  /** Everything that was asked for, one after the other. */
  #written: Promise<void> = Promise.resolve();

  /** Goes on in a new file: the end of the last one may be torn, and gzip has no way over that. */
  static async open(folder: string, options: SegmentWriterOptions = {}): Promise<SegmentWriter> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const last = (await readdir(folder))
      .filter((name) => name.endsWith(SUFFIX))
      .sort()
      .at(-1);
    return new SegmentWriter(folder, last === undefined ? 1 : Number.parseInt(last, 10) + 1, options);
  }

  private constructor(folder: string, number: number, options: SegmentWriterOptions) {
    const { onSealed = () => {}, documents } = options;
    this.#folder = folder;
    this.#number = number;
    this.#onSealed = onSealed;
    this.#documents = new Map(documents);
    this.#untoldBytes = documents ? Number.POSITIVE_INFINITY : 0;
  }

  /** Resolves when the batch is in the file; rejects as the disk does, after which nothing more can be written. */
  append(batch: Batch): Promise<void> {
    this.#written = this.#written.then(() => this.#append(batch));
    return this.#written;
  }

  /** Gives back the memory that writing takes, until there is more to write. */
  async rest(): Promise<void> {
    this.#written = this.#written.then(() => this.#endMember());
    await this.#written;
  }

  async close(): Promise<void> {
    await this.rest();
    if (this.#offset > 0) this.#seal();
  }

  async #append({ number, events, origin }: Batch): Promise<void> {
    if (this.#offset > FILE_BYTES) {
      await this.#endMember();
      this.#seal();
    }
    const own = events.filter((event) => !isMark(event)); // a page may have forged one
    const parts = splitAtSnapshots([...own, markOf(own.at(-1)?.timestamp ?? 0, { number, ...origin })]);
    for (const part of parts) {
      const [first] = part;
      if (!first) continue;
      // rrweb tells of the page (meta) right before each full snapshot.
      const isSnapshot = first.type === EVENT_TYPE.meta;
      if (isSnapshot || !this.#gzip || this.#memberBytes > MEMBER_BYTES) {
        await this.#endMember();
        await this.#beginMember({ at: first.timestamp, isSnapshot, number });
      }
      const lines = part.map((event) => `${JSON.stringify(event)}\n`).join('');
      await this.#write(await compress(this.#gzip, lines));
    }
    if (origin) noteProgress(this.#documents, origin);
  }

  async #beginMember(start: Pick<Member, 'at' | 'isSnapshot' | 'number'>): Promise<void> {
    const isTold = this.#untoldBytes > TELL_BYTES;
    if (isTold) this.#untoldBytes = 0;
    const documents = isTold ? { documents: Object.fromEntries(this.#documents) } : {};
    const member: Member = { file: this.#file, offset: this.#offset, ...start, ...documents };
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
    this.#untoldBytes += bytes.length;
  }

  #seal(): void {
    this.#onSealed(join(this.#folder, this.#file));
    this.#number += 1;
    this.#offset = 0;
  }

  get #file(): string {
    return `${String(this.#number).padStart(6, '0')}${SUFFIX}`;
  }
}

/** The events of one page, oldest first, without those of a batch that was being written when a server died. */
export async function* readSegments(files: PageFiles, query: EventQuery = {}): AsyncGenerator<RecordedEvent> {
  const { from, to, types } = query;
  for await (const { events } of readBatches(files, from === undefined ? {} : { from })) {
    let isPast = events.length > 0;
    for (const event of events) {
      if (to !== undefined && event.timestamp > to) {
        isPast &&= event.timestamp > to + DISORDER_MS;
        continue;
      }
      isPast = false;
      if (types === undefined || types.includes(event.type)) yield event;
    }
    if (to !== undefined && isPast) return;
  }
}

/**
 * The batches of one page in the order of their numbers: from the snapshot before `from` (epoch milliseconds) on, of
 * which the first may be cut short before it; or those after the number `after`; or all.
 */
export async function* readBatches(
  { storage, folder }: PageFiles,
  { from, after }: { from?: number; after?: number } = {},
): AsyncGenerator<Batch> {
  const members = await readIndex({ storage, folder });
  const start = members.findLast((member) => {
    if (after !== undefined) return member.number <= after;
    return from !== undefined && member.isSnapshot && member.at <= from;
  });
  yield* readFromMember({ storage, folder }, { members, start, after });
}

/**
 * What is stored of a page: of each document, and the number of the last batch, -1 where there is none. Little is read for
 * it, however long the recording.
 */
export async function readProgress(files: PageFiles): Promise<{ documents: Progress; newest: number }> {
  const members = await readIndex(files);
  const start = members.findLast(({ documents }) => documents !== undefined);
  const documents = new Map(Object.entries(start?.documents ?? {}));
  let newest = -1;
  for await (const { number, origin } of readFromMember(files, { members, start })) {
    newest = number;
    if (origin) noteProgress(documents, origin);
  }
  return { documents, newest };
}

async function* readFromMember(
  { storage, folder }: PageFiles,
  {
    members,
    start,
    after,
  }: { members: readonly Member[]; start: Member | undefined; after?: number | undefined },
): AsyncGenerator<Batch> {
  const names = (await storage.list(folder)).map(({ name }) => name).filter((name) => name.endsWith(SUFFIX));
  let last = -1;
  for (const name of names) {
    const file = name.slice(folder.length + 1);
    if (start && file < start.file) continue;
    const offset = start?.file === file ? start.offset : 0;
    const ofFile = members.filter((member) => member.file === file && member.offset >= offset);
    for await (const batch of readFile({ storage, name, offset, members: ofFile })) {
      const isNew = batch.number > last && (after === undefined || batch.number > after);
      last = Math.max(last, batch.number);
      if (isNew) yield batch;
    }
  }
}

/** From `offset` on. What a crash of the machine spoiled costs its member alone; batches before it may come twice. */
async function* readFile({
  storage,
  name,
  offset,
  members,
}: {
  storage: RecordingStorage;
  name: string;
  offset: number;
  members: readonly Member[];
}): AsyncGenerator<Batch> {
  try {
    yield* readFrom(await storage.read(name, { start: offset }));
    return;
  } catch (error) {
    if (!isBadData(error)) throw error;
  }
  for (const [index, member] of members.entries()) {
    const end = members[index + 1]?.offset;
    try {
      yield* readFrom(await storage.read(name, { start: member.offset, ...(end !== undefined && { end }) }));
    } catch (error) {
      if (!isBadData(error)) throw error;
    }
  }
}

async function readIndex({ storage, folder }: PageFiles): Promise<Member[]> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of await storage.read(`${folder}/${INDEX}`)) chunks.push(Buffer.from(chunk));
    const lines = Buffer.concat(chunks).toString('utf8').split('\n');
    return lines.flatMap((line) => parseLine<Member>(line) ?? []);
  } catch {
    return []; // without an index everything is read from the beginning
  }
}

async function* readFrom(source: Readable): AsyncGenerator<Batch> {
  let events: RecordedEvent[] = [];
  for await (const line of linesOf(source)) {
    const event = parseLine<RecordedEvent>(line);
    if (!event) continue;
    if (!isMark(event)) {
      events.push(event);
      continue;
    }
    const batch = batchOf(event, events);
    events = [];
    yield batch;
  }
}

/** What was packed, line by line. The last one may be cut off. */
async function* linesOf(source: Readable): AsyncGenerator<string> {
  // With a sync flush as the end, a member without its last bytes is no error.
  const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  source.once('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip.setEncoding('utf8'));
  let rest: string[] = [];
  try {
    for await (const chunk of gunzip) {
      const [first = '', ...lines] = String(chunk).split('\n');
      rest.push(first);
      for (const line of lines) {
        yield rest.join('');
        rest = [line];
      }
    }
    yield rest.join('');
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

function markOf(timestamp: number, payload: object): RecordedEvent {
  return { type: EVENT_TYPE.custom, timestamp, data: { tag: RECORDING_TAGS.batch, payload } };
}

function isMark(event: RecordedEvent): boolean {
  return customOf(event)?.tag === RECORDING_TAGS.batch;
}

function batchOf(mark: RecordedEvent, events: readonly RecordedEvent[]): Batch {
  const payload = customOf(mark)?.payload;
  const { number, document, sequence } = isObject(payload) ? payload : {};
  return {
    number: Number(number),
    events,
    ...(typeof document === 'string' && typeof sequence === 'number' && { origin: { document, sequence } }),
  };
}

/** The last one to speak stands last; a page that makes up documents must not fill our memory. */
export function noteProgress(
  documents: Map<string, number>,
  { document, sequence }: NonNullable<Batch['origin']>,
): void {
  documents.delete(document);
  documents.set(document, sequence + 1);
  const [oldest] = documents.keys();
  if (documents.size > MAX_DOCUMENTS && oldest !== undefined) documents.delete(oldest);
}

/** What a line of ours holds; `undefined` for one that was cut off. */
function parseLine<T>(line: string): T | undefined {
  try {
    return JSON.parse(line) as T; // nobody but us writes these files
  } catch {
    return undefined;
  }
}

/** Of zlib, about bytes that are not what it wrote. */
function isBadData(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^Z_(DATA|BUF)_ERROR$/.test(String(error.code));
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
