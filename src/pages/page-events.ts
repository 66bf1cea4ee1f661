// What happened in a page, in a bounded buffer that can be read later and followed while it fills.

import type { Clock } from '../clock.ts';
import type { Metrics } from '../metrics.ts';
import type { PageEvent, PageEventList, PageEventType } from '../protocol/pages.ts';

export interface EventQuery {
  /** The sequence of the last event that the reader has; 0 for none. */
  after: number;
  types?: readonly PageEventType[];
  limit: number;
}

/** Events of a page may take this much, whatever their number. */
const MOST_BYTES = 1024 * 1024;
const LONGEST_TEXT = 8192;

interface Kept {
  event: PageEvent;
  sizeBytes: number;
}

export class PageEvents {
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  readonly #most: number;
  readonly #listeners = new Set<(event: PageEvent) => void>();
  #kept: Kept[] = [];
  /** How many at the head of `#kept` have been dropped already: shifting an array by one is slow. */
  #head = 0;
  #sizeBytes = 0;
  readonly #first: number;
  #last: number;

  constructor({ clock, metrics, most }: { clock: Clock; metrics: Metrics; most: number }) {
    this.#clock = clock;
    this.#metrics = metrics;
    this.#most = most;
    // Sequences go on ascending when another server takes the page over, which does not know the last one.
    this.#first = Math.floor(clock.now()) * 1000;
    this.#last = this.#first;
  }

  get isEmpty(): boolean {
    return this.#last === this.#first;
  }

  /** The sequence of the newest event. */
  get last(): number {
    return this.#last;
  }

  push(type: PageEventType, data: Record<string, unknown>): void {
    const event = { sequence: ++this.#last, type, at: new Date(this.#clock.now()).toISOString(), data };
    const sizeBytes = sizeOf(data);
    this.#kept.push({ event, sizeBytes });
    this.#sizeBytes += sizeBytes;
    while (this.#kept.length - this.#head > this.#most || this.#sizeBytes > MOST_BYTES) this.#dropOldest();
    for (const listener of this.#listeners) listener(event);
  }

  /** Counts events that never came here: readers see a gap in the sequence. */
  skip(count: number): void {
    this.#last += count;
    this.#metrics.pageEventsDropped.inc(count);
  }

  read({ after, types, limit }: EventQuery): PageEventList {
    const kept = this.#kept.slice(this.#head).map(({ event }) => event);
    const later = kept.filter(({ sequence }) => sequence > after);
    const wanted = types === undefined ? later : later.filter(({ type }) => types.includes(type));
    const data = wanted.slice(0, limit);
    const isWhole = data.length === wanted.length;
    const last = isWhole ? this.#last : (data.at(-1)?.sequence ?? after);
    // All numbers that were given out, less those that are still there.
    const begin = Math.max(after, this.#first);
    const present = later.filter(({ sequence }) => sequence <= last).length;
    return { data, dropped: Math.max(0, last - begin - present), last };
  }

  subscribe(listener: (event: PageEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #dropOldest(): void {
    const oldest = this.#kept[this.#head];
    if (!oldest) return;
    this.#sizeBytes -= oldest.sizeBytes;
    this.#head += 1;
    this.#metrics.pageEventsDropped.inc();
    if (this.#head < 256) return;
    this.#kept = this.#kept.slice(this.#head);
    this.#head = 0;
  }
}

/** Text as it goes into an event: pages may write megabytes in one message. */
export function cutText(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}…`;
}

/** Roughly: what a reader gets may be a little larger. */
function sizeOf(data: Record<string, unknown>): number {
  let size = 100;
  for (const value of Object.values(data)) {
    size +=
      typeof value === 'string' ? value.length : typeof value === 'object' ? JSON.stringify(value).length : 8;
  }
  return size;
}
