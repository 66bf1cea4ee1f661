// The end of a browser, which comes once, by whoever is first: itself, its connection, or `destroy`.

import type { BrowserGone } from '../backend.ts';

export class BrowserEnd {
  /** Resolves when it has come; never rejects. */
  readonly gone: Promise<BrowserGone>;
  hasCome = false;
  readonly #letGo: () => void;
  #resolve: (gone: BrowserGone) => void = () => {};

  /** `letGo` is called when it comes: it stops what watches the browser. */
  constructor(letGo: () => void) {
    this.#letGo = letGo;
    this.gone = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  tell(gone: BrowserGone): void {
    if (this.hasCome) return;
    this.hasCome = true;
    this.#letGo();
    this.#resolve(gone);
  }
}

/** `task`, once for all who ask; again for whoever asks after it has failed. */
export function onceItWorks(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= task().catch((error: unknown) => {
      running = undefined;
      throw error;
    });
    return running;
  };
}
