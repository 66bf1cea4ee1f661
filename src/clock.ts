// Time as everything in Moorage reads it. Tests replace it with a manual clock.

/** Where time comes from. `now` is wall-clock epoch milliseconds; `after` never keeps the process alive. */
export interface Clock {
  now(): number;
  /** Milliseconds from an arbitrary origin that no clock change moves. */
  monotonic(): number;
  /** Runs `callback` once, `delayMs` from now. Returns the function that cancels it. */
  after(delayMs: number, callback: () => void): () => void;
  /** Runs `callback` every `intervalMs`. Returns the function that stops it. */
  every(intervalMs: number, callback: () => void): () => void;
}

/** Beyond it Node's timers go off at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(delayMs, LONGEST_DELAY_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
  every(intervalMs, callback) {
    const timer = setInterval(callback, Math.min(intervalMs, LONGEST_DELAY_MS));
    timer.unref();
    return () => clearInterval(timer);
  },
};
