// Recordings that go: those that a client deletes, and, by age, number and size, those that are not kept.

import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Recording, RecordingsPruned } from '../protocol/recordings.ts';
import type { RecordingRecord } from '../store/store.ts';
import { describe } from './listing.ts';
import type { RecordBook } from './record-book.ts';
import type { RecordingFiles } from './recording-files.ts';
import { type PruneReason, Retention, type RetentionLimits } from './retention.ts';

export interface RemovalsOptions {
  book: RecordBook;
  files: RecordingFiles;
  limits: RetentionLimits;
  onRemoved: (record: RecordingRecord) => void;
  clock: Clock;
  metrics: Metrics;
  log: Log;
}

export class Removals {
  readonly #options: RemovalsOptions;

  constructor(options: RemovalsOptions) {
    this.#options = options;
  }

  /**
   * Removes it with everything of it.
   * @throws Problem `recording-not-found`, `invalid-argument` while it goes on, `store-unavailable` where its files
   * cannot be removed at present: then it is still there.
   */
  async delete(client: string, id: string): Promise<Recording> {
    const { book, files } = this.#options;
    const record = await book.get(client, id);
    if (record.status === 'recording' || book.goesOn(record)) {
      throw problem('invalid-argument', {
        detail: `Recording ${id} goes on. Destroy session ${record.sessionId} first.`,
      });
    }
    files.expectWithin(record);
    await this.remove(record, 'client');
    return describe(record);
  }

  /**
   * Deletes what is too old or too much, of one client or of all, newest first. With `isDryRun` only says what it would
   * delete.
   */
  async prune({
    client,
    isDryRun = false,
    ...limits
  }: Partial<RetentionLimits> & { client?: string; isDryRun?: boolean } = {}): Promise<RecordingsPruned> {
    const { book, clock, files } = this.#options;
    const retention = new Retention({ ...this.#options.limits, ...limits }, clock.now());
    const data: Recording[] = [];
    for await (const record of book.all(client === undefined ? {} : { client })) {
      const reason = retention.judge(record);
      // One that has just ended may still be written to.
      if (reason === undefined || book.goesOn(record) || !files.areWithin(record)) continue;
      if (isDryRun || (await this.#pruneOne(record, reason))) data.push(describe(record));
    }
    return { data, freedBytes: data.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
  }

  /** The record goes last: as long as it is there, the rest can be removed again. */
  async remove(record: RecordingRecord, reason: PruneReason | 'client' | 'failed-start'): Promise<void> {
    const { book, files, metrics, onRemoved } = this.#options;
    await files.remove(record, { wasBegun: reason !== 'failed-start' });
    await book.delete(record.id);
    onRemoved(record);
    metrics.recordingsDeleted.inc({ reason });
  }

  /** Whether it went; one whose files cannot be removed now goes with the next sweep. */
  async #pruneOne(record: RecordingRecord, reason: PruneReason): Promise<boolean> {
    const { log, metrics } = this.#options;
    try {
      await this.remove(record, reason);
      return true;
    } catch (error) {
      metrics.backgroundFailures.inc({ task: 'prune recordings' });
      log.error({ event: 'recording.not-removed', recordingId: record.id, err: error });
      return false;
    }
  }
}
