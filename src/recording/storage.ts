// Where the files of recordings lie. While a recording goes on they are in a folder on disk; afterwards they may be
// somewhere else as well, or only there. Names are paths with slashes, such as `rec_…/pages/…/000001.ndjson.gz`.

import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Readable } from 'node:stream';

export interface StoredFile {
  name: string;
  sizeBytes: number;
  /** Epoch milliseconds, where the storage tells. */
  changedAt?: number;
}

/** Bytes `start` up to, not including, `end`; the whole where neither is given. */
export interface ByteRange {
  start?: number;
  end?: number;
}

/** What a reader of recordings needs. A storage is one file that implements this and passes its contract suite. */
export interface RecordingStorage {
  /** Every file under `folder`, however deep, in the order of their names; none where there is no such folder. */
  list(folder: string): Promise<StoredFile[]>;
  /** @throws Error, also as the error of the stream, where there is no such file. */
  read(name: string, range?: ByteRange): Promise<Readable>;
  /** Removes everything under `folder`. Idempotent. */
  remove(folder: string): Promise<void>;
}

/** A storage that takes finished files. */
export interface RecordingBucket extends RecordingStorage {
  /** Keeps the file at `path` under `name`, in the place of one of that name; durably on return. */
  put(name: string, path: string, signal: AbortSignal): Promise<void>;
  /** Keeps `text` under `name`. */
  write(name: string, text: string, signal: AbortSignal): Promise<void>;
  /** @throws Error that says what stands in the way of using it. */
  check(signal: AbortSignal): Promise<void>;
  close(): void;
}

/** Ends the names of folders that are not complete yet. */
export const DRAFT = '.draft';
/** Ends the names of folders that are being removed. */
const GOING = '.going';

export class FolderStorage implements RecordingStorage {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  pathOf(name: string): string {
    return join(this.#root, ...name.split('/'));
  }

  nameOf(path: string): string {
    return relative(this.#root, path).split(sep).join('/');
  }

  async write(name: string, text: string): Promise<void> {
    const path = this.pathOf(name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, text, { mode: 0o600 });
  }

  async list(folder: string): Promise<StoredFile[]> {
    const entries = await readdir(this.pathOf(folder), { recursive: true, withFileTypes: true }).catch(
      () => [],
    );
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const sized = await Promise.all(files.map((path) => this.#sized(path)));
    return sized.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async read(name: string, { start = 0, end }: ByteRange = {}): Promise<Readable> {
    const file = await open(this.pathOf(name));
    return file.createReadStream({ start, ...(end !== undefined && { end: end - 1 }) });
  }

  async move(from: string, to: string): Promise<void> {
    await rename(this.pathOf(from), this.pathOf(to));
  }

  /** What was left in the middle by a server that was killed: drafts, what was being removed, what else is of no use. */
  async removeLeftovers(isOfNoUse: (name: string) => boolean = () => false): Promise<string[]> {
    const left = (await readdir(this.#root).catch(() => [])).filter(
      (name) => name.endsWith(DRAFT) || name.endsWith(GOING) || isOfNoUse(name),
    );
    for (const name of left) await rm(this.pathOf(name), { recursive: true, force: true });
    return left;
  }

  /** At once, for whoever lists it, however long it takes. */
  async remove(folder: string): Promise<void> {
    const path = this.pathOf(folder);
    const going = `${path}${GOING}`;
    await rename(path, going).catch(() => {}); // there is none, or an earlier removal broke off
    await rm(going, { recursive: true, force: true });
    await rm(path, { recursive: true, force: true });
  }

  /** Nothing for one that went while we looked. */
  async #sized(path: string): Promise<StoredFile[]> {
    return stat(path).then(
      ({ size }) => [{ name: this.nameOf(path), sizeBytes: size }],
      () => [],
    );
  }
}

/** What is read from the disk as long as it is there, and from a bucket afterwards, also in the midst of reading. */
export class TieredStorage implements RecordingStorage {
  readonly #disk: FolderStorage;
  readonly #bucket: RecordingBucket;
  readonly #isInBucket: () => Promise<boolean>;

  /** `isInBucket` says whether the bucket has all of it by now. */
  constructor(options: {
    disk: FolderStorage;
    bucket: RecordingBucket;
    isInBucket: () => Promise<boolean>;
  }) {
    this.#disk = options.disk;
    this.#bucket = options.bucket;
    this.#isInBucket = options.isInBucket;
  }

  async list(folder: string): Promise<StoredFile[]> {
    const files = await this.#disk.list(folder);
    return files.length > 0 || !(await this.#isInBucket()) ? files : this.#bucket.list(folder);
  }

  async read(name: string, range?: ByteRange): Promise<Readable> {
    try {
      return await this.#disk.read(name, range);
    } catch (error) {
      const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!isGone) throw error;
      return this.#bucket.read(name, range);
    }
  }

  async remove(folder: string): Promise<void> {
    await this.#bucket.remove(folder);
    await this.#disk.remove(folder);
  }
}
