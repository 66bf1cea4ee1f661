// Brings finished recordings to the bucket. Files that are complete go while their recording goes on; when it has ended
// the rest follows, its description last. What fails is tried again for as long as it takes, and stays on disk meanwhile.

import { abortAfter } from '../backends/support/waiting.ts';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { FolderStorage, RecordingBucket, StoredFile } from './storage.ts';

export interface UploadsOptions {
  bucket: RecordingBucket;
  disk: FolderStorage;
  /** Whether the files stay on disk as well. */
  keepsLocal: boolean;
  /** The bucket has all of a recording. */
  onStored: (recordingId: string) => Promise<void>;
  clock: Clock;
  metrics: Metrics;
  log: Log;
  background: Background;
}

/** A recording whose files are on their way. */
interface Job {
  id: string;
  /** Files that are complete while it goes on; all that are there when it has ended. */
  names: Set<string>;
  hasEnded: boolean;
  /** The bucket has all of it: what is left to do is on the disk. */
  isStored: boolean;
  failures: number;
  abort: AbortController;
  isWaiting: boolean;
  cancelRetry: () => void;
  running: Promise<void> | undefined;
}

const AT_A_TIME = 2;
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 5 * 60_000;
/** One file; the largest are videos. */
const PUT_TIMEOUT_MS = 10 * 60_000;
const CHECK_TIMEOUT_MS = 10_000;
/** What another server of the same store uploads at present is no leftover. */
const LEFTOVER_MS = 24 * 60 * 60_000;
/** Tells that all of a recording is there. Written last and removed first. */
const SEAL = 'recording.json';

export class Uploads {
  readonly #options: UploadsOptions;
  readonly #jobs = new Map<string, Job>();
  #isStopped = false;

  constructor(options: UploadsOptions) {
    this.#options = options;
  }

  /** Looks, in the background, whether the bucket can be used, and for what crashes left in it. */
  start(known: ReadonlySet<string>): void {
    const { bucket, background, log } = this.#options;
    const look = async () => {
      try {
        await bucket.check(AbortSignal.timeout(CHECK_TIMEOUT_MS));
        await this.#removeLeftovers(known);
      } catch (error) {
        if (this.#isStopped) return;
        // Recordings stay on disk until it can be used.
        const detail = error instanceof Error ? error.message : String(error);
        log.error({ event: 'recording.bucket-unusable', detail });
      }
    };
    background.run('look at the bucket of recordings', look());
  }

  /** A file of a recording that goes on is complete. */
  add(id: string, name: string): void {
    this.#jobOf(id).names.add(name);
    this.#next();
  }

  /** The recording has ended: everything of it is to be kept there. */
  finish(id: string): void {
    const job = this.#jobOf(id);
    job.hasEnded = true;
    this.#next();
  }

  /** Nothing of it is uploaded any more when this resolves. */
  async forget(id: string): Promise<void> {
    const job = this.#jobs.get(id);
    if (!job) return;
    this.#jobs.delete(id);
    job.cancelRetry();
    job.abort.abort();
    await job.running;
    this.#count();
  }

  /** What is not there yet goes with the next start. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([...this.#jobs.keys()].map((id) => this.forget(id)));
  }

  #jobOf(id: string): Job {
    const known = this.#jobs.get(id);
    if (known) return known;
    const job: Job = {
      id,
      names: new Set(),
      hasEnded: false,
      isStored: false,
      failures: 0,
      abort: new AbortController(),
      isWaiting: false,
      cancelRetry: () => {},
      running: undefined,
    };
    this.#jobs.set(id, job);
    return job;
  }

  #next(): void {
    this.#count();
    if (this.#isStopped) return;
    const jobs = [...this.#jobs.values()];
    const free = AT_A_TIME - jobs.filter(({ running }) => running !== undefined).length;
    const ready = jobs.filter(
      ({ running, isWaiting, hasEnded, names }) => !running && !isWaiting && (hasEnded || names.size > 0),
    );
    for (const job of ready.slice(0, Math.max(0, free))) {
      job.running = this.#run(job).finally(() => {
        job.running = undefined;
        this.#next();
      });
    }
  }

  /** Never rejects. */
  async #run(job: Job): Promise<void> {
    const { clock, log, metrics } = this.#options;
    try {
      if (job.hasEnded) await this.#finish(job);
      else await this.#uploadSome(job);
      job.failures = 0;
      metrics.recordingUploads.inc({ outcome: 'ok' });
    } catch (error) {
      if (job.abort.signal.aborted) return;
      job.failures += 1;
      const delayMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (job.failures - 1));
      metrics.recordingUploads.inc({ outcome: 'failed' });
      const detail = error instanceof Error ? error.message : String(error);
      log.warn({ event: 'recording.not-uploaded', recordingId: job.id, detail, retryMs: delayMs });
      job.isWaiting = true;
      job.cancelRetry = clock.after(delayMs, () => {
        job.isWaiting = false;
        this.#next();
      });
    }
  }

  async #uploadSome(job: Job): Promise<void> {
    for (const name of job.names) {
      await this.#put(job, name);
      job.names.delete(name);
    }
  }

  /** The job is over with the last step of it, so that what fails is done again. */
  async #finish(job: Job): Promise<void> {
    const { disk, keepsLocal } = this.#options;
    if (!job.isStored) await this.#uploadAll(job);
    job.isStored = true;
    if (!keepsLocal) await disk.remove(job.id);
    this.#jobs.delete(job.id);
  }

  async #uploadAll(job: Job): Promise<void> {
    const { bucket, disk, onStored, log } = this.#options;
    const [here, there] = await Promise.all([disk.list(job.id), bucket.list(job.id)]);
    const missing = here.filter((file) => !there.some((other) => isSame(file, other)));
    for (const { name } of missing) await this.#put(job, name);
    await this.#seal(job, here);
    job.abort.signal.throwIfAborted();
    await onStored(job.id);
    log.info({ event: 'recording.uploaded', recordingId: job.id, files: here.length });
  }

  async #put(job: Job, name: string): Promise<void> {
    const { bucket, disk } = this.#options;
    const signal = abortAfter(PUT_TIMEOUT_MS, job.abort.signal);
    await bucket.put(name, disk.pathOf(name), signal);
  }

  async #seal(job: Job, files: readonly StoredFile[]): Promise<void> {
    const { bucket } = this.#options;
    const signal = abortAfter(PUT_TIMEOUT_MS, job.abort.signal);
    await bucket.write(`${job.id}/${SEAL}`, JSON.stringify({ version: 1, files }), signal);
  }

  /**
   * Of uploads and removals that broke off. What is sealed and not known stays: it may be of another server, or of this
   * one before it lost its store.
   */
  async #removeLeftovers(known: ReadonlySet<string>): Promise<void> {
    const { bucket, clock, log } = this.#options;
    const strays = new Map<string, { isSealed: boolean; changedAt: number }>();
    for (const { name, changedAt = 0 } of await bucket.list('')) {
      const [id = '', file] = name.split('/');
      if (known.has(id) || !id.startsWith('rec_')) continue;
      const stray = strays.get(id) ?? { isSealed: false, changedAt: 0 };
      strays.set(id, {
        isSealed: stray.isSealed || file === SEAL,
        changedAt: Math.max(stray.changedAt, changedAt),
      });
    }
    for (const [id, { isSealed, changedAt }] of strays) {
      if (isSealed) log.warn({ event: 'recording.unknown-in-bucket', recordingId: id });
      else if (clock.now() - changedAt > LEFTOVER_MS) {
        log.info({ event: 'recording.leftover-removed', recordingId: id });
        await bucket.remove(id);
      }
    }
  }

  #count(): void {
    this.#options.metrics.recordingsToUpload.set(this.#jobs.size);
  }
}

function isSame(file: StoredFile, other: StoredFile): boolean {
  return file.name === other.name && file.sizeBytes === other.sizeBytes;
}
