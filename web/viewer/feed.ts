// The events of one page from some moment on, fetched a few minutes ahead of the replay and no further: an hour's
// recording begins to play as soon as its first picture is there, wherever that is.

import { type EventQuery, followEvents, type PlacedEvent, readEvents } from './recording.ts';

/** How far ahead of the replay events are fetched. */
const AHEAD_MS = 180_000;

export interface FeedOptions {
  pageId: string;
  /** Epoch milliseconds. */
  from: number;
  /** Whether events still come; those are taken as fast as they come. */
  isLive: boolean;
  take: (event: PlacedEvent) => void;
  onError: (error: unknown) => void;
}

export class Feed {
  /** The times of the first and last event so far; `undefined` before. */
  firstAt: number | undefined;
  lastAt: number | undefined;
  /** Everything came that there is. */
  isComplete = false;
  /** Resolves when a replay can begin at `from`, or nothing more comes. */
  readonly isReady: Promise<void>;
  readonly #options: FeedOptions;
  readonly #abort = new AbortController();
  #horizon: number;
  #resume = () => {};
  #ready = () => {};

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#horizon = options.from + AHEAD_MS;
    this.isReady = new Promise((resolve) => {
      this.#ready = resolve;
    });
    void this.#run();
  }

  /** The replay is at `now`, epoch milliseconds. */
  advance(now: number): void {
    if (now + AHEAD_MS / 2 < this.#horizon) return;
    this.#horizon = now + AHEAD_MS;
    this.#resume();
  }

  /** Whether `at` can be shown with what came. */
  has(at: number): boolean {
    const { firstAt, lastAt } = this;
    return (
      firstAt !== undefined && lastAt !== undefined && at >= firstAt && (at <= lastAt || this.isComplete)
    );
  }

  close(): void {
    this.#abort.abort();
    this.#resume();
  }

  async #run(): Promise<void> {
    const { pageId, from, isLive, take, onError } = this.#options;
    const query: EventQuery = { page: pageId, from };
    const { signal } = this.#abort;
    let count = 0;
    try {
      for await (const event of (isLive ? followEvents : readEvents)(query, signal)) {
        if (signal.aborted) return;
        this.firstAt ??= event.timestamp;
        this.lastAt = Math.max(this.lastAt ?? 0, event.timestamp);
        take(event);
        count += 1;
        // rrweb wants two events at least: what the page is, and a picture of it.
        if (count >= 2 && (isLive || event.timestamp >= from)) this.#ready();
        while (!isLive && event.timestamp > this.#horizon && !signal.aborted) await this.#moreIsWanted();
      }
      this.isComplete = true;
    } catch (error) {
      if (!signal.aborted) onError(error);
    } finally {
      this.#ready();
    }
  }

  #moreIsWanted(): Promise<void> {
    return new Promise((resolve) => {
      this.#resume = resolve;
    });
  }
}
