// The files of recordings, wherever they lie: on the disk of the server that recorded, and in the bucket where there is one.

import { join } from 'node:path';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { RecordingRecord } from '../store/store.ts';
import type { PageFiles } from './segments.ts';
import { DRAFT, FolderStorage, type RecordingBucket, TieredStorage } from './storage.ts';
import { Uploads } from './uploads.ts';

/** Where the extension of a recorded session lies while its browser runs, in the folder of the recording. */
export const RECORDER_FOLDER = 'recorder';

/** Ends the names of folders of sessions that are watched for bot checks. */
const WATCH = '.watch';

export interface RecordingFilesOptions {
  /** Holds a folder for each recording. */
  root: string;
  node: string;
  /** Whether no other server has this store: what a server of another name recorded is then ours. */
  isSoleServer: boolean;
  /** Where finished recordings are kept besides, or instead of, the disk. */
  bucket?: { storage: RecordingBucket; keepsLocal: boolean };
  /** The bucket has all of a recording. */
  onStored: (recordingId: string) => Promise<void>;
  /** Whether that was told of it. */
  isStored: (recordingId: string) => Promise<boolean>;
  clock: Clock;
  metrics: Metrics;
  log: Log;
  background: Background;
}

export class RecordingFiles {
  readonly #root: string;
  readonly #node: string;
  readonly #isSoleServer: boolean;
  readonly #disk: FolderStorage;
  readonly #bucket: RecordingBucket | undefined;
  readonly #keepsLocal: boolean;
  readonly #isStored: RecordingFilesOptions['isStored'];
  readonly #uploads: Uploads | undefined;

  constructor(options: RecordingFilesOptions) {
    const { root, node, isSoleServer, bucket } = options;
    this.#root = root;
    this.#node = node;
    this.#isSoleServer = isSoleServer;
    this.#disk = new FolderStorage(root);
    this.#bucket = bucket?.storage;
    this.#keepsLocal = bucket?.keepsLocal ?? true;
    this.#isStored = options.isStored;
    this.#uploads =
      bucket &&
      new Uploads({ ...options, bucket: bucket.storage, keepsLocal: bucket.keepsLocal, disk: this.#disk });
  }

  /**
   * `known` are all recordings of the store, `watched` the sessions that are watched. Resolves to the names of what an
   * earlier run left in the middle.
   */
  async start(known: ReadonlySet<string>, watched: ReadonlySet<string>): Promise<string[]> {
    this.#uploads?.start(known);
    return this.#disk.removeLeftovers(
      (name) => name.endsWith(WATCH) && !watched.has(name.slice(0, -WATCH.length)),
    );
  }

  async stop(): Promise<void> {
    await this.#uploads?.stop();
    this.#bucket?.close();
  }

  folderOf({ id }: Pick<RecordingRecord, 'id'>): string {
    return join(this.#root, id);
  }

  /** The folder of one that is not complete: a crash leaves nothing of it. */
  draftOf(id: string): string {
    return join(this.#root, id + DRAFT);
  }

  /** What was drafted is complete. */
  async keepDraft(id: string): Promise<void> {
    await this.#disk.move(id + DRAFT, id);
  }

  async removeDraft(id: string): Promise<void> {
    await this.#disk.remove(id + DRAFT);
    await this.#disk.remove(id);
  }

  /** Of a session that is not recorded, for its extension. */
  watchFolderOf(sessionId: string): string {
    return join(this.#root, sessionId + WATCH);
  }

  async removeWatch(sessionId: string): Promise<void> {
    await this.#disk.remove(sessionId + WATCH);
  }

  /** Where they are read from. */
  storageOf(record: RecordingRecord): PageFiles['storage'] {
    if (!this.#bucket) return this.#disk;
    // Asked again for each folder: a reader may take longer than an upload, which takes the files from the disk.
    const isInBucket = async () => record.storedIn === 's3' || this.#isStored(record.id);
    return new TieredStorage({ disk: this.#disk, bucket: this.#bucket, isInBucket });
  }

  ofPage(record: RecordingRecord, pageId: string): PageFiles {
    return { storage: this.storageOf(record), folder: `${record.id}/pages/${pageId}` };
  }

  /** Of those on disk, videos included. */
  async sizeOf({ id }: Pick<RecordingRecord, 'id'>): Promise<number> {
    const files = await this.#disk.list(id);
    return files.reduce((sum, { name, sizeBytes }) => sum + (isRecorder(name) ? 0 : sizeBytes), 0);
  }

  /** Whether it was recorded here; a container that was made anew has another name and the same data folder. */
  areOwn({ node }: RecordingRecord): boolean {
    return this.#isSoleServer || node === this.#node;
  }

  /** Whether they can be reached from here. */
  areWithin(record: RecordingRecord): boolean {
    return record.storedIn === 's3' ? this.#bucket !== undefined : this.areOwn(record);
  }

  /** @throws Problem `store-unavailable` where they are out of reach from here. */
  expectWithin(record: RecordingRecord): void {
    if (this.areWithin(record)) return;
    const detail =
      record.storedIn === 's3'
        ? `Recording ${record.id} lies in S3, and this server has no recordings.s3 in its configuration.`
        : `Recording ${record.id} lies on the disk of server ${record.node}. Ask that one.`;
    throw problem('store-unavailable', { detail });
  }

  /** Whether there is anything left to do once it is complete: a kill may come before the disk is rid of it. */
  async areToFinish({ id, storedIn }: RecordingRecord): Promise<boolean> {
    if (storedIn === undefined) return true;
    return !this.#keepsLocal && (await this.#disk.list(id)).length > 0;
  }

  /** A file of a recording that goes on is complete, and nothing is added to it any more. */
  sealed({ id }: Pick<RecordingRecord, 'id'>, path: string): void {
    this.#uploads?.add(id, this.#disk.nameOf(path));
  }

  /** The recording is complete. */
  finish({ id }: Pick<RecordingRecord, 'id'>): void {
    this.#uploads?.finish(id);
  }

  async removeRecorder({ id }: Pick<RecordingRecord, 'id'>): Promise<void> {
    await this.#disk.remove(`${id}/${RECORDER_FOLDER}`);
  }

  /** Removes all of them, in the bucket too unless they never came there. @throws what the bucket does: they stay. */
  async remove(record: RecordingRecord, { wasBegun }: { wasBegun: boolean }): Promise<void> {
    await this.#uploads?.forget(record.id);
    try {
      if (wasBegun) await this.#bucket?.remove(record.id);
    } catch (error) {
      if (record.storedIn === undefined) this.#uploads?.finish(record.id); // it stays, and goes where it went
      throw error;
    }
    await this.#disk.remove(record.id);
  }
}

export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

/** `error`, or what it means to whoever asked for something to be written. */
export function asDiskProblem(error: unknown): unknown {
  if (!isDiskFull(error)) return error;
  return problem('store-unavailable', { detail: 'The disk of the server takes no more.', cause: error });
}

function isRecorder(name: string): boolean {
  return name.split('/')[1] === RECORDER_FOLDER;
}
