// What a reader of a recording that goes on has not taken yet. It holds little: whoever is slow reads again from the
// files, where everything is.

import type { PlacedBatch } from './timeline.ts';

/** What waits for a reader in memory, in characters as it came. */
const MAX_CHARS = 4 * 1024 * 1024;
const MAX_BATCHES = 1000;

export class Feed {
  /** Of the newest batch that was pushed, kept or not. */
  newest: number;
  isEnded = false;
  readonly #onClose: () => void;
  #batches: PlacedBatch[] = [];
  #chars = 0;
  #isOverrun = false;
  #wake = () => {};

  /** `newest` is the number of the last batch that was stored before. */
  constructor(newest: number, onClose: () => void) {
    this.newest = newest;
    this.#onClose = onClose;
  }

  push(batch: PlacedBatch, chars: number): void {
    this.newest = batch.number;
    this.#chars += chars;
    this.#batches.push(batch);
    // One batch may be longer than that by itself.
    const isTooMuch = this.#batches.length > 1 && this.#chars > MAX_CHARS;
    if (this.#isOverrun || isTooMuch || this.#batches.length > MAX_BATCHES) this.#overrun();
    this.#wake();
  }

  /** Nothing comes any more. */
  end(): void {
    this.isEnded = true;
    this.#wake();
  }

  close(): void {
    this.#onClose();
  }

  /** What came since; `undefined` where it was too much, and the files are to be read up to `newest`. */
  take(): PlacedBatch[] | undefined {
    const batches = this.#isOverrun ? undefined : this.#batches;
    this.#batches = [];
    this.#chars = 0;
    this.#isOverrun = false;
    return batches;
  }

  /** Resolves when there is something to take, when it ends, and when `signal` aborts. */
  async news(signal: AbortSignal): Promise<void> {
    if (this.#batches.length > 0 || this.#isOverrun || this.isEnded || signal.aborted) return;
    let hasAborted = () => {};
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      hasAborted = resolve;
      signal.addEventListener('abort', hasAborted);
    });
    signal.removeEventListener('abort', hasAborted);
    this.#wake = () => {};
  }

  #overrun(): void {
    this.#isOverrun = true;
    this.#batches = [];
  }
}
