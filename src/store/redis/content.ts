// What Redis holds for Moorage, under one hash tag and a random name. When the name is another one than before, Redis was
// flushed or came back empty: then what the servers hold in memory is put again before anything else is done.

import { randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Collections, Holdings, Reservation, StoredRecord } from '../store.ts';
import { ContentLost, type RedisLink } from './link.ts';
import { RESTORE, type Script } from './scripts.ts';

/** Whose clock says when leases of other nodes have run out. */
export type LeaseTime = 'clock' | 'redis';

/** How many records or slots are put again in one step, which keeps Redis from everything else. */
const RESTORE_BATCH = 500;

export class Content {
  readonly #link: RedisLink;
  readonly #root: string;
  readonly #clock: Clock;
  readonly #time: LeaseTime;
  readonly #sources: (() => Holdings)[] = [];
  #name = '';
  #isDoubtful = true;
  #restoring: Promise<void> | undefined;
  /** The highest number of an event that was seen. */
  #sequence = 0;

  constructor(options: { link: RedisLink; root: string; clock: Clock; time: LeaseTime }) {
    this.#link = options.link;
    this.#root = options.root;
    this.#clock = options.clock;
    this.#time = options.time;
  }

  addSource(source: () => Holdings): void {
    this.#sources.push(source);
  }

  /** Events that are appended after a loss get higher numbers than this. */
  noteSequence(sequence: number): void {
    this.#sequence = Math.max(this.#sequence, sequence);
  }

  /** Redis was away: it may have come back empty, or with less than it had. The next step waits for a restore. */
  doubt(): void {
    this.#isDoubtful = true;
    this.#restore().catch(() => {}); // the next step tries again, and tells its caller
  }

  /**
   * Runs a step. T is what its script returns.
   * @throws Error when Redis cannot be used.
   */
  async run<T>(step: Script, given: Record<string, unknown> = {}, body = ''): Promise<T> {
    if (this.#isDoubtful) await this.#restore();
    const run = () => this.#link.run(step, this.#root, this.#name, this.#parameters(given), body);
    try {
      return (await run()) as T;
    } catch (error) {
      if (!(error instanceof ContentLost)) throw error;
    }
    // It was refused before it did anything, so it can be done now.
    await this.#restore();
    return (await run()) as T;
  }

  /** How long a lease lasts from the moment that its script takes for now. */
  leaseMs(leaseUntil: number): number {
    return leaseUntil - this.#clock.now();
  }

  #restore(): Promise<void> {
    this.#restoring ??= this.#putAgain().finally(() => {
      this.#restoring = undefined;
    });
    return this.#restoring;
  }

  async #putAgain(): Promise<void> {
    // All parts are sent before anything is awaited: what changes afterwards is sent, and done, after them.
    const holdings = this.#sources.map((source) => source());
    const records = holdings.flatMap(recordParameters);
    const slots = holdings.flatMap(({ reservations = [] }) => reservations.map((each) => this.#slot(each)));
    const parts = Math.max(1, Math.ceil(Math.max(records.length, slots.length) / RESTORE_BATCH));
    const name = randomBytes(16).toString('hex');
    const answers = Array.from({ length: parts }, (_, index) => {
      const [from, to] = [index * RESTORE_BATCH, (index + 1) * RESTORE_BATCH];
      const part = {
        records: records.slice(from, to),
        slots: slots.slice(from, to),
        sequence: this.#sequence,
        isLast: index === parts - 1,
      };
      return this.#link.run(RESTORE, this.#root, name, this.#parameters(part), '');
    });
    this.#name = String((await Promise.all(answers)).at(-1));
    this.#isDoubtful = false;
  }

  #slot({ leaseUntil, ...reservation }: Reservation) {
    return { ...slotParameters(reservation), leaseMs: this.leaseMs(leaseUntil) };
  }

  #parameters(given: Record<string, unknown>): string {
    return JSON.stringify(this.#time === 'clock' ? { ...given, now: this.#clock.now() } : given);
  }
}

/** What put_record (records.lua) takes. */
export function recordParameters(holdings: Holdings) {
  const kinds = [
    'keys',
    'recordings',
    'sessions',
    'settings',
    'surfaces',
  ] as const satisfies (keyof Collections)[];
  return kinds.flatMap((kind) =>
    (holdings[kind] ?? []).map((record) => ({
      kind,
      id: record.id,
      place: placeOf(record),
      body: JSON.stringify(record),
    })),
  );
}

/** What take_slot (slots.lua) takes. */
export function slotParameters({ sessionId, node, backend, client }: Omit<Reservation, 'leaseUntil'>) {
  return { id: sessionId, holder: JSON.stringify({ node, backend, client }) };
}

/** Where a record stands in the indexes. */
export function placeOf({ id, client, status, createdAt }: StoredRecord): string {
  return JSON.stringify({ position: positionOf(createdAt, id), client, status });
}

/** Sorts by time, then by id; cut after 17 characters by id_at (records.lua). */
export function positionOf(createdAt: number, id = ''): string {
  return `${String(createdAt).padStart(16, '0')}:${id}`;
}

/** The id in a position. */
export function idAt(position: string): string {
  return position.slice(17);
}
