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

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
  every(intervalMs, callback) {
    const timer = setInterval(callback, intervalMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};
