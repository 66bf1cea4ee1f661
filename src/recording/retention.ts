// Which recordings are not kept: the too old, and of each client the oldest that are too many or too much.

import type { RecordingRecord } from '../store/store.ts';

export interface RetentionLimits {
  /** Recordings that ended longer ago than this, in milliseconds. */
  maxAgeMs: number;
  /** Of each client. */
  maxCount: number;
  maxBytes: number;
}

export type PruneReason = 'age' | 'count' | 'size';

/** Judges recordings one after the other, which have to come newest first. Those that go on count, and stay. */
export class Retention {
  readonly #limits: RetentionLimits;
  readonly #now: number;
  readonly #totals = new Map<string, { count: number; bytes: number }>();

  constructor(limits: RetentionLimits, now: number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Why `record` is not to be kept; `undefined` where it is. */
  judge(record: RecordingRecord): PruneReason | undefined {
    const total = this.#totals.get(record.client) ?? { count: 0, bytes: 0 };
    const next = { count: total.count + 1, bytes: total.bytes + record.sizeBytes };
    const reason = record.status === 'recording' ? undefined : this.#breachOf(record, next);
    // What is deleted takes no room from the older ones.
    this.#totals.set(record.client, reason === undefined ? next : total);
    return reason;
  }

  #breachOf(record: RecordingRecord, total: { count: number; bytes: number }): PruneReason | undefined {
    const { maxAgeMs, maxCount, maxBytes } = this.#limits;
    if (this.#now - (record.endedAt ?? record.createdAt) > maxAgeMs) return 'age';
    if (total.count > maxCount) return 'count';
    // The newest stays, however large: it may have ended because of its size, and nobody has seen it yet.
    return total.bytes > maxBytes && total.count > 1 ? 'size' : undefined;
  }
}
