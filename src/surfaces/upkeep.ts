// What time does to surfaces: leases run out, and those with a `ttlMs` are deleted that long after their last use. Time in
// which nobody could have used them, because the machine slept or no server ran, counts for nothing.

import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import { lostTime, type ReaperSettings } from '../sessions/reaper.ts';
import type { SurfaceRecord } from '../store/store.ts';
import { present } from './lease.ts';
import type { SurfaceRecords } from './records.ts';

export interface UpkeepOptions {
  records: SurfaceRecords;
  clock: Clock;
  background: Background;
  settings: Pick<ReaperSettings, 'intervalMs' | 'lateTickMs'>;
  /** When the surface was last used, epoch milliseconds. */
  lastUseOf(record: SurfaceRecord): number;
  leaseRanOut(record: SurfaceRecord): Promise<void>;
  ttlRanOut(record: SurfaceRecord): Promise<void>;
}

/** The store learns of uses at most so often. */
const STORE_EVERY_MS = 30_000;

export class Upkeep {
  readonly #options: UpkeepOptions;
  /** What has begun and not ended, by the id of its surface. */
  readonly #underWay = new Set<string>();
  /** The last use of each surface that the store knows of: the records are ahead of it. */
  readonly #stored = new WeakMap<SurfaceRecord, number>();
  #lastNow = 0;
  #lastMonotonic = 0;
  #lastStored = 0;
  #stop: (() => void) | undefined;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  /** `downMs`: for how long there was no server. */
  start(downMs: number): void {
    const { clock, settings } = this.#options;
    this.#lastNow = clock.now();
    this.#lastMonotonic = clock.monotonic();
    this.#lastStored = this.#lastMonotonic;
    for (const record of this.#options.records.all()) this.#stored.set(record, record.lastUsedAt);
    this.#shift(downMs);
    this.#stop ??= clock.every(settings.intervalMs, () => this.tick());
  }

  async stop(): Promise<void> {
    this.#stop?.();
    this.#stop = undefined;
    await this.#storeUses();
  }

  /** One look at all deadlines. */
  tick(): void {
    const { clock, settings, records, background } = this.#options;
    const now = clock.now();
    const monotonic = clock.monotonic();
    const lostMs = lostTime({
      wallMs: now - this.#lastNow,
      monotonicMs: monotonic - this.#lastMonotonic,
      ...settings,
    });
    this.#lastNow = now;
    this.#lastMonotonic = monotonic;
    if (lostMs !== 0) this.#shift(lostMs);

    for (const record of records.all()) this.#look(record, now);
    if (monotonic - this.#lastStored >= STORE_EVERY_MS) {
      this.#lastStored = monotonic;
      background.run('store uses of surfaces', this.#storeUses());
    }
  }

  #look(record: SurfaceRecord, now: number): void {
    const { lastUseOf, leaseRanOut, ttlRanOut } = this.#options;
    const { ttlMs } = record.options;
    if (ttlMs !== undefined && now - lastUseOf(record) >= ttlMs) {
      this.#once(record, 'delete surface', () => ttlRanOut(record));
    } else if (record.lease && !present(record.lease, now)) {
      this.#once(record, 'end lease', () => leaseRanOut(record));
    }
  }

  #once({ id }: SurfaceRecord, name: string, task: () => Promise<void>): void {
    if (this.#underWay.has(id)) return;
    this.#underWay.add(id);
    this.#options.background.run(
      name,
      task().finally(() => this.#underWay.delete(id)),
    );
  }

  #shift(byMs: number): void {
    for (const record of this.#options.records.all()) {
      record.lastUsedAt += byMs;
      if (record.lease) record.lease = { ...record.lease, expiresAt: record.lease.expiresAt + byMs };
    }
  }

  async #storeUses(): Promise<void> {
    const { records, lastUseOf } = this.#options;
    for (const record of [...records.all()]) {
      const lastUsedAt = lastUseOf(record);
      if (lastUsedAt === this.#stored.get(record)) continue;
      await records.update(record, { lastUsedAt });
      this.#stored.set(record, lastUsedAt);
    }
  }
}
