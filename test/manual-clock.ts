// Time that stands still until a test moves it.

import type { Clock } from '../src/clock.ts';

interface Timer {
  dueAt: number;
  callback: () => void;
}

export class ManualClock implements Clock {
  #now: number;
  #monotonic = 0;
  /** In the order in which they were set, which decides between timers that are due at once. */
  readonly #timers = new Set<Timer>();

  /** `startMs` is epoch milliseconds. */
  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { dueAt: this.#monotonic + Math.max(0, delayMs), callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  every(intervalMs: number, callback: () => void): () => void {
    const tick = () => {
      cancel = this.after(Math.max(1, intervalMs), tick);
      callback();
    };
    let cancel = this.after(Math.max(1, intervalMs), tick);
    return () => cancel();
  }

  /** Timers that are set, for tests that expect none to be left. */
  get timerCount(): number {
    return this.#timers.size;
  }

  /** Lets `ms` pass, firing what falls due in its order and at its time. */
  advance(ms: number): void {
    const end = this.#monotonic + ms;
    for (let timer = this.#nextUntil(end); timer; timer = this.#nextUntil(end)) {
      this.#timers.delete(timer);
      this.#moveTo(timer.dueAt);
      timer.callback();
    }
    this.#moveTo(end);
  }

  /** Moves the wall clock alone, as a machine that slept for `ms` sees it: timers and `monotonic` stood still. */
  jump(ms: number): void {
    this.#now += ms;
  }

  #nextUntil(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueAt <= end && (next === undefined || timer.dueAt < next.dueAt)) next = timer;
    }
    return next;
  }

  #moveTo(monotonic: number): void {
    // A callback may itself have advanced the clock past this moment.
    const byMs = Math.max(0, monotonic - this.#monotonic);
    this.#monotonic += byMs;
    this.#now += byMs;
  }
}
