// Those who follow recordings that go on. What was stored before they came they read from the files, what comes after is fed
// to them, and who is too slow for that reads from the files again: nothing is missed and nothing is told twice.

import { Feed } from './feed.ts';
import type { PlacedBatch, PlacedEvent } from './timeline.ts';

/** Where a reader of a recording that goes on is: behind event `index` of batch `number`. */
export interface TailPosition {
  number: number;
  index: number;
}

export interface TailQuery {
  pageId?: string;
  /** Where the reader left off. Without it, it begins with the last full snapshot of each page. */
  position?: TailPosition;
  /** Epoch milliseconds: with the last full snapshot of each page before. */
  from?: number;
}

/** Reads what is stored from then on, in the order of that: from a time, or after a batch. */
export type Read = (start: { from?: number; after?: number }) => AsyncGenerator<PlacedBatch>;

/** A time that begins with the last full snapshot of each page. */
export const LATEST = Number.MAX_SAFE_INTEGER;

export class Tails {
  readonly #onOverrun: () => void;
  /** By recording. */
  readonly #feeds = new Map<string, Set<Feed>>();
  /** The number of the last batch that is stored, by recording. */
  readonly #newest = new Map<string, number>();

  constructor({ onOverrun }: { onOverrun: () => void }) {
    this.#onOverrun = onOverrun;
  }

  /** The number of the last batch of a recording; -1 where there is none yet. */
  newestOf(id: string): number {
    return this.#newest.get(id) ?? -1;
  }

  /** What an earlier server had stored. */
  remember(id: string, newest: number): void {
    this.#newest.set(id, newest);
  }

  /** A batch is stored, which came in `chars` characters. */
  tell(id: string, batch: PlacedBatch, chars: number): void {
    this.#newest.set(id, batch.number);
    for (const feed of this.#feeds.get(id) ?? []) feed.push(batch, chars);
  }

  /** Nothing more comes of it. */
  end(id: string): void {
    for (const feed of this.#feeds.get(id) ?? []) feed.end();
    this.#newest.delete(id);
  }

  close(): void {
    for (const feeds of this.#feeds.values()) for (const feed of feeds) feed.end();
  }

  /** Until the recording ends or `signal` aborts; of one that does not go on what there is. */
  async *follow(tail: {
    id: string;
    /** Asked when the first event is: meanwhile it may have ended. */
    isLive: () => boolean;
    query: TailQuery;
    read: Read;
    signal: AbortSignal;
  }): AsyncGenerator<{ position: TailPosition; event: PlacedEvent }> {
    const { id, isLive, read, signal } = tail;
    const { pageId, position, from = LATEST } = tail.query;
    const feed = isLive() ? this.#open(id) : undefined;
    let last = position ?? { number: -1, index: 0 };
    const tell = function* ({ number, pageId: page, events }: PlacedBatch) {
      const isWanted = pageId === undefined || page === pageId;
      for (const [index, event] of events.entries()) {
        if (number === last.number && index <= last.index) continue;
        if (isWanted) yield { position: { number, index }, event: { ...event, pageId: page } };
      }
    };
    try {
      let start: Parameters<Read>[0] = position ? { after: position.number - 1 } : { from };
      for (;;) {
        // Up to here everything is in the files, and what comes later is in the feed.
        const ceiling = feed?.newest ?? Number.POSITIVE_INFINITY;
        for await (const batch of read(start)) {
          if (batch.number > ceiling || signal.aborted) break;
          if (batch.number >= last.number) yield* tell(batch);
        }
        if (!feed) return;
        last = { number: Math.max(ceiling, last.number), index: Number.POSITIVE_INFINITY };
        for (let batches = feed.take(); batches; batches = feed.take()) {
          for (const batch of batches) {
            if (batch.number <= last.number) continue;
            yield* tell(batch);
            last = { number: batch.number, index: Number.POSITIVE_INFINITY };
          }
          if (signal.aborted || (feed.isEnded && batches.length === 0)) return;
          await feed.news(signal);
        }
        this.#onOverrun();
        start = { after: last.number };
      }
    } finally {
      feed?.close();
    }
  }

  #open(id: string): Feed {
    const feeds = this.#feeds.get(id) ?? new Set();
    const feed = new Feed(this.newestOf(id), () => {
      feeds.delete(feed);
      if (feeds.size === 0) this.#feeds.delete(id);
    });
    this.#feeds.set(id, feeds.add(feed));
    return feed;
  }
}
