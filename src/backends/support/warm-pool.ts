// Started browsers that wait for a session. The pool fills itself up again, replaces what died or grew old, and after
// a failed start waits longer each time.

import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';

/** What a pool needs to know of a browser. */
export interface WarmBrowser {
  readonly gone: Promise<unknown>;
  readonly hasEnded: boolean;
  destroy(): Promise<void>;
}

export interface WarmPoolOptions<Browser extends WarmBrowser> {
  /** How many it keeps ready. */
  size: number;
  maxAgeMs: number;
  /** Starts one that is ready for use. Leaves nothing behind when it fails or `signal` aborts. */
  launch: (signal: AbortSignal) => Promise<Browser>;
  clock: Clock;
  log: Log;
}

interface Ready<Browser> {
  browser: Browser;
  /** By the monotonic clock. */
  since: number;
}

// A session that just got its browser has the processor for itself first.
const REFILL_DELAY_MS = 500;
const FIRST_BACKOFF_MS = 1000;
const MAX_BACKOFF_MS = 60_000;
const AGE_CHECK_MS = 15_000;

export class WarmPool<Browser extends WarmBrowser> {
  readonly #options: WarmPoolOptions<Browser>;
  #ready: Ready<Browser>[] = [];
  readonly #underway = new Set<Promise<void>>();
  readonly #abort = new AbortController();
  #warming = 0;
  #failures = 0;
  #isOpen = false;
  #cancelPause: (() => void) | undefined;
  #stopAgeChecks: () => void = () => {};

  constructor(options: WarmPoolOptions<Browser>) {
    this.#options = options;
  }

  get ready(): number {
    return this.#ready.length;
  }

  get warming(): number {
    return this.#warming;
  }

  /** Begins to fill. Once closed it stays so. */
  open(): void {
    if (this.#isOpen || this.#abort.signal.aborted || this.#options.size === 0) return;
    this.#isOpen = true;
    this.#stopAgeChecks = this.#options.clock.every(AGE_CHECK_MS, () => this.#fill());
    this.#fill();
  }

  /** The browser that waited longest, which is the taker's from now on; `undefined` where none waits. */
  take(): Browser | undefined {
    const next = this.#ready.shift();
    if (next) this.#pause(REFILL_DELAY_MS);
    return next?.browser;
  }

  /** Ends what waits and what is being started. Resolves when nothing is left. */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#abort.abort(new Error('the warm pool is closed'));
    this.#stopAgeChecks();
    this.#cancelPause?.();
    for (const { browser } of this.#ready.splice(0)) this.#end(browser);
    while (this.#underway.size > 0) await Promise.all(this.#underway);
  }

  #fill(): void {
    if (!this.#isOpen || this.#cancelPause) return;
    const { size } = this.#options;
    const fresh = this.#ready.filter((ready) => !this.#isOld(ready)).length;
    for (let missing = size - fresh - this.#warming; missing > 0; missing -= 1) this.#track(this.#start());
  }

  async #start(): Promise<void> {
    const { launch, clock, log, size } = this.#options;
    this.#warming += 1;
    try {
      const browser = await launch(this.#abort.signal);
      this.#failures = 0;
      if (!this.#isOpen) return await browser.destroy();
      this.#ready.push({ browser, since: clock.monotonic() });
      void browser.gone.then(() => this.#replace(browser));
      while (this.#ready.length > size) {
        const [oldest] = this.#ready.splice(0, 1);
        if (oldest) this.#end(oldest.browser);
      }
    } catch (error) {
      if (!this.#isOpen) return;
      const delayMs = Math.min(FIRST_BACKOFF_MS * 2 ** this.#failures, MAX_BACKOFF_MS);
      this.#failures += 1;
      log.warn({ event: 'warm-pool.launch-failed', failures: this.#failures, retryMs: delayMs, err: error });
      this.#pause(delayMs);
    } finally {
      this.#warming -= 1;
    }
  }

  /** A browser ended. If it still waited, its place is filled again. */
  #replace(browser: Browser): void {
    const before = this.#ready.length;
    this.#ready = this.#ready.filter((ready) => ready.browser !== browser);
    if (this.#ready.length === before) return;
    this.#options.log.warn({ event: 'warm-pool.browser-died' });
    this.#end(browser);
    this.#pause(FIRST_BACKOFF_MS);
  }

  #end(browser: Browser): void {
    const destroying = browser.destroy().catch((error: unknown) => {
      this.#options.log.error({ event: 'warm-pool.not-destroyed', err: error });
    });
    this.#track(destroying);
  }

  #track(task: Promise<void>): void {
    const watched = task.finally(() => this.#underway.delete(watched));
    this.#underway.add(watched);
  }

  /** Starts none for a while. A pause under way is not made longer, or a busy server would never fill its pool. */
  #pause(delayMs: number): void {
    this.#cancelPause ??= this.#options.clock.after(delayMs, () => {
      this.#cancelPause = undefined;
      this.#fill();
    });
  }

  #isOld({ since }: Ready<Browser>): boolean {
    return this.#options.clock.monotonic() - since > this.#options.maxAgeMs;
  }
}
