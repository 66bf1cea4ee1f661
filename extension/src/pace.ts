// How much is recorded at most in a time: a bucket that fills steadily and holds a burst.

import { pristine } from './pristine.ts';

export class Pace {
  readonly #perSecond: number;
  readonly #burst: number;
  #left: number;
  #filledAt = pristine.performanceNow();

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#left = burst;
  }

  /** Takes `amount`, and tells whether there was so much. */
  take(amount: number): boolean {
    const now = pristine.performanceNow();
    const filled = this.#left + ((now - this.#filledAt) / 1000) * this.#perSecond;
    this.#left = (filled < this.#burst ? filled : this.#burst) - amount;
    this.#filledAt = now;
    if (this.#left >= 0) return true;
    this.#left = 0;
    return false;
  }
}
