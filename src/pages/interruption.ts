// What may end the wait for a command before its own answer comes.

import type { Clock } from '../clock.ts';

export class Interruption {
  /** Rejects at the first interruption; pending for ever where there is none. */
  readonly promise: Promise<never>;
  readonly #clock: Clock;
  readonly #enders: (() => unknown)[] = [];
  #reject: (reason: unknown) => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
    this.promise = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.promise.catch(() => {}); // the command may have answered already
  }

  /** `listen` gets the function that interrupts, and gives the one that stops listening. */
  on(listen: (interrupt: (reason: unknown) => void) => () => unknown): void {
    this.#enders.push(listen((reason) => this.#reject(reason)));
  }

  onAbort(signal: AbortSignal): void {
    const aborted = () => this.#reject(signal.reason);
    if (signal.aborted) {
      aborted();
      return;
    }
    signal.addEventListener('abort', aborted, { once: true });
    this.#enders.push(() => signal.removeEventListener('abort', aborted));
  }

  /** Calls `callback` after `delayMs`, unless the wait has ended by then. */
  later(delayMs: number, callback: () => void): void {
    this.#enders.push(this.#clock.after(delayMs, callback));
  }

  end(): void {
    for (const end of this.#enders.splice(0)) end();
  }
}

/** Resolves after `delayMs`, or as soon as `signal` aborts. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(delayMs, end);
    signal.addEventListener('abort', end, { once: true });
  });
}
