// Files of clients: what commands made (screenshots, downloads, traces) and what was uploaded for them. Each lies in a
// folder of its own with its record beside it, is streamed in and out, counts against its client's quota, and expires.

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import { asProblem, problem } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Metrics } from '../metrics.ts';
import type { Artifact } from '../protocol/pages.ts';
import type { FileTable } from './target.ts';

export interface ArtifactLimits {
  lifetimeMs: number;
  /** Of one artifact. */
  maxBytes: number;
  maxBytesPerClient: number;
  maxPerClient: number;
}

export interface ArtifactsOptions {
  folder: string;
  limits: ArtifactLimits;
  clock: Clock;
  metrics: Metrics;
  background: Background;
}

/** Whose an artifact is, and where it came from. */
export interface ArtifactOwner {
  client: string;
  sessionId?: string;
  pageId?: string;
}

/** What lies in `record.json`, and in memory. */
interface Entry {
  client: string;
  artifact: Artifact;
}

interface Usage {
  count: number;
  bytes: number;
}

const SWEEP_MS = 15_000;
/** Folders that are read at a time at the start. */
const READERS = 64;
const RECORD = 'record.json';
const CONTENT = 'content';
const SCRATCH = 'scratch';

export class Artifacts {
  readonly #folder: string;
  readonly #limits: ArtifactLimits;
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  /** By id, oldest first. */
  readonly #entries = new Map<string, Entry>();
  /** By client, artifacts being written included. */
  readonly #usage = new Map<string, Usage>();
  readonly #stopSweeping: () => void;

  /** Takes over what an earlier run left; what it had not finished is removed. */
  static async open(options: ArtifactsOptions): Promise<Artifacts> {
    const { folder } = options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await rm(join(folder, SCRATCH), { recursive: true, force: true });
    await mkdir(join(folder, SCRATCH), { mode: 0o700 });
    return new Artifacts(options, await readEntries(folder, options.clock.now()));
  }

  private constructor({ folder, limits, clock, metrics, background }: ArtifactsOptions, found: Entry[]) {
    this.#folder = folder;
    this.#limits = limits;
    this.#clock = clock;
    this.#metrics = metrics;
    for (const entry of found) {
      this.#entries.set(entry.artifact.id, entry);
      this.#claim(entry.client, { count: 1, bytes: entry.artifact.sizeBytes });
    }
    this.#stopSweeping = clock.every(SWEEP_MS, () => background.run('artifact sweep', this.sweep()));
  }

  /**
   * Streams `source` to disk, hashing and counting on the way. It is left open when this fails: who opened it closes it.
   * @throws Problem `payload-too-large`, `quota-exceeded`, `store-unavailable` where the disk is full.
   */
  async write(
    owner: ArtifactOwner,
    source: Readable | Buffer,
    as: { name: string; contentType: string },
  ): Promise<Artifact> {
    // It may fail before it is read, when nobody would hear its error; reading it throws the error again.
    if (!Buffer.isBuffer(source)) source.once('error', () => {});
    const { client } = owner;
    const id = newId('art');
    const folder = join(this.#folder, id);
    const name = safeName(as.name);
    const claimed: Usage = { count: 0, bytes: 0 };
    try {
      this.#claimWithin(client, { count: 1, bytes: 0 }, claimed);
      await mkdir(join(folder, CONTENT), { recursive: true, mode: 0o700 });
      const hash = createHash('sha256');
      const chunks = Buffer.isBuffer(source) ? [source] : source.iterator({ destroyOnReturn: false });
      const measured = measure(chunks, (chunk) => {
        this.#claimWithin(client, { count: 0, bytes: chunk.length }, claimed);
        hash.update(chunk);
      });
      const file = createWriteStream(join(folder, CONTENT, name), { flags: 'wx', mode: 0o600 });
      await pipeline(measured, file);

      const now = this.#clock.now();
      const artifact: Artifact = {
        id,
        name,
        contentType: safeType(as.contentType),
        sizeBytes: claimed.bytes,
        sha256: hash.digest('hex'),
        ...(owner.sessionId !== undefined && { sessionId: owner.sessionId }),
        ...(owner.pageId !== undefined && { pageId: owner.pageId }),
        createdAt: new Date(now).toISOString(),
        expiresAt: new Date(now + this.#limits.lifetimeMs).toISOString(),
      };
      await writeRecord(folder, { client, artifact });
      this.#entries.set(id, { client, artifact });
      return artifact;
    } catch (error) {
      this.#giveBack(client, claimed);
      // What cannot be removed now is at the next start: it has no record.
      await rm(folder, { recursive: true, force: true }).catch(() => {});
      throw asDiskProblem(error);
    }
  }

  /** @throws Problem `artifact-not-found`: unknown, another client's, or expired. */
  get(client: string, id: string): Artifact {
    const entry = this.#entries.get(id);
    if (entry?.client !== client || this.#isExpired(entry)) {
      throw problem('artifact-not-found', { detail: `There is no artifact ${id}.` });
    }
    return entry.artifact;
  }

  /** The bytes of an artifact, or those from `start` to `end`, both included. @throws Problem `artifact-not-found`. */
  stream(client: string, id: string, range: { start?: number; end?: number } = {}): Readable {
    return createReadStream(this.#pathOf(this.get(client, id)), range);
  }

  /**
   * Newest first.
   * @throws Problem `invalid-argument` for a cursor that was not given out here.
   */
  list(
    client: string,
    { limit, cursor }: { limit: number; cursor?: string },
  ): { data: Artifact[]; nextCursor: string | null } {
    const before = cursor === undefined ? undefined : readCursor(cursor);
    const found = [...this.#entries.values()]
      .filter((entry) => entry.client === client && !this.#isExpired(entry))
      .map(({ artifact }) => artifact)
      .filter((artifact) => before === undefined || positionOf(artifact) < before)
      .sort((a, b) => (positionOf(a) < positionOf(b) ? 1 : -1));
    const data = found.slice(0, limit);
    const last = data.at(-1);
    const nextCursor = last && found.length > limit ? writeCursor(positionOf(last)) : null;
    return { data, nextCursor };
  }

  /** Who is reading it reads on. @throws Problem `artifact-not-found`. */
  async delete(client: string, id: string): Promise<void> {
    this.get(client, id);
    await this.#remove(id);
  }

  /** Removes what has expired. */
  async sweep(): Promise<void> {
    const expired = [...this.#entries.values()].filter((entry) => this.#isExpired(entry));
    for (const { artifact } of expired) await this.#remove(artifact.id);
  }

  /** What one command reads and writes. `dispose` removes its scratch folders. */
  tableFor(owner: ArtifactOwner): FileTable & { dispose(): Promise<void> } {
    const scratches: string[] = [];
    return {
      write: async (source, as) => {
        try {
          return await this.write(owner, source, as);
        } finally {
          if (!Buffer.isBuffer(source)) source.destroy();
        }
      },
      path: async (id) => {
        const artifact = this.get(owner.client, id);
        return { path: this.#pathOf(artifact), artifact };
      },
      scratch: async () => {
        const folder = await mkdtemp(join(this.#folder, SCRATCH, 'command-'));
        scratches.push(folder);
        return folder;
      },
      dispose: async () => {
        for (const folder of scratches.splice(0)) await rm(folder, { recursive: true, force: true });
      },
    };
  }

  stop(): void {
    this.#stopSweeping();
  }

  #pathOf({ id, name }: Artifact): string {
    return join(this.#folder, id, CONTENT, name);
  }

  #isExpired({ artifact }: Entry): boolean {
    return Date.parse(artifact.expiresAt) <= this.#clock.now();
  }

  /** Claims room for an artifact on its way, whose share so far is `claimed`. */
  #claimWithin(client: string, more: Usage, claimed: Usage): void {
    const { maxBytes, maxBytesPerClient, maxPerClient } = this.#limits;
    const { count, bytes } = this.#usage.get(client) ?? { count: 0, bytes: 0 };
    if (claimed.bytes + more.bytes > maxBytes) {
      this.#metrics.limitHits.inc({ limit: 'artifact-size' });
      throw problem('payload-too-large', {
        detail: `An artifact may take ${maxBytes} bytes (artifacts.maxSize), and this one is larger.`,
      });
    }
    if (count + more.count > maxPerClient) this.#refuse(`${maxPerClient} artifacts (artifacts.maxPerClient)`);
    if (bytes + more.bytes > maxBytesPerClient) {
      this.#refuse(`${maxBytesPerClient} bytes of artifacts (artifacts.maxSizePerClient)`);
    }
    this.#claim(client, more);
    claimed.count += more.count;
    claimed.bytes += more.bytes;
  }

  #refuse(limit: string): never {
    this.#metrics.limitHits.inc({ limit: 'artifacts' });
    throw problem('quota-exceeded', {
      detail: `A client may have ${limit}. Delete some with DELETE /v1/artifacts/{id}, or wait until they expire.`,
    });
  }

  #claim(client: string, { count, bytes }: Usage): void {
    const usage = this.#usage.get(client) ?? { count: 0, bytes: 0 };
    this.#usage.set(client, { count: usage.count + count, bytes: usage.bytes + bytes });
    this.#metrics.artifactBytes.inc(bytes);
  }

  #giveBack(client: string, { count, bytes }: Usage): void {
    this.#claim(client, { count: -count, bytes: -bytes });
    if (this.#usage.get(client)?.count === 0) this.#usage.delete(client);
  }

  async #remove(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    // First the record: a folder without one is removed at the next start.
    await rm(join(this.#folder, id, RECORD), { force: true });
    await rm(join(this.#folder, id), { recursive: true, force: true });
    this.#giveBack(entry.client, { count: 1, bytes: entry.artifact.sizeBytes });
  }
}

async function* measure(
  chunks: Iterable<unknown> | AsyncIterable<unknown>,
  count: (chunk: Buffer) => void,
): AsyncGenerator<Buffer> {
  for await (const piece of chunks) {
    const chunk = Buffer.isBuffer(piece) ? piece : Buffer.from(String(piece));
    count(chunk);
    yield chunk;
  }
}

/** Oldest first. Whatever is not whole is removed. */
async function readEntries(folder: string, now: number): Promise<Entry[]> {
  const names = (await readdir(folder)).filter((name) => name !== SCRATCH);
  const entries: Entry[] = [];
  for (let begin = 0; begin < names.length; begin += READERS) {
    const read = await Promise.all(
      names.slice(begin, begin + READERS).map(async (name) => {
        const entry = await readEntry(join(folder, name));
        if (entry?.artifact.id === name && Date.parse(entry.artifact.expiresAt) > now) return [entry];
        await rm(join(folder, name), { recursive: true, force: true });
        return [];
      }),
    );
    entries.push(...read.flat());
  }
  return entries.sort((a, b) => (positionOf(a.artifact) < positionOf(b.artifact) ? -1 : 1));
}

async function readEntry(folder: string): Promise<Entry | undefined> {
  try {
    const entry = JSON.parse(await readFile(join(folder, RECORD), 'utf8')) as Entry; // written by writeRecord
    const { size } = await stat(join(folder, CONTENT, entry.artifact.name));
    return size === entry.artifact.sizeBytes ? entry : undefined;
  } catch {
    return undefined; // it was being written or removed when the server died
  }
}

/** It appears whole or not at all. */
async function writeRecord(folder: string, entry: Entry): Promise<void> {
  const draft = join(folder, `${RECORD}.draft`);
  await writeFile(draft, JSON.stringify(entry), { mode: 0o600 });
  await rename(draft, join(folder, RECORD));
}

/** A name for a file in a folder of its own, out of what a page or a client called it. */
function safeName(given: string): string {
  const last = given.split(/[/\\]/).at(-1) ?? '';
  // Control characters have no place in a file name or a header; 200 bytes are fine with every file system.
  let name = Buffer.from(last.slice(-200))
    .toString()
    .replace(/\p{Cc}/gu, '');
  while (Buffer.byteLength(name) > 200) name = [...name].slice(1).join('');
  return name === '' || name === '.' || name === '..' ? 'file' : name;
}

function safeType(given: string): string {
  return /^[\w.+-]+\/[\w.+-]+( *; *[\w-]+=("[^"\\\p{Cc}]*"|[\w.+-]+))*$/u.test(given)
    ? given
    : 'application/octet-stream';
}

function asDiskProblem(error: unknown): unknown {
  if (asProblem(error) || (error as NodeJS.ErrnoException).code !== 'ENOSPC') return error;
  return problem('store-unavailable', {
    detail: 'The disk of the data folder is full.',
    cause: error,
    retryAfterSeconds: 60,
  });
}

/** Sorts by time, then id, as text. */
function positionOf({ createdAt, id }: Artifact): string {
  return `${createdAt} ${id}`;
}

function writeCursor(position: string): string {
  return Buffer.from(position).toString('base64url');
}

function readCursor(cursor: string): string {
  const position = Buffer.from(cursor, 'base64url').toString();
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z art_[0-9a-z]{20}$/.test(position)) return position;
  throw problem('invalid-argument', { detail: 'cursor must be the nextCursor of an earlier page.' });
}
