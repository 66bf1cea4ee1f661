// How much is recorded at most in a time: a bucket that fills steadily and holds a burst.

import { pristine } from './pristine.ts';

export class Pace {
  readonly #perSecond: number;
  readonly #burst: number;
  #left: number;
  #filledAt = pristine.performanceNow();
  #isSpent = false;

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#left = burst;
  }

  /** Takes `amount`, and tells whether there was so much. Once there was not, nothing is for a second. */
  take(amount: number): boolean {
    const now = pristine.performanceNow();
    const filled = this.#left + ((now - this.#filledAt) / 1000) * this.#perSecond;
    this.#left = filled < this.#burst ? filled : this.#burst;
    this.#filledAt = now;
    if (this.#isSpent && this.#left < this.#perSecond) return false;
    this.#isSpent = this.#left < amount;
    this.#left = this.#isSpent ? 0 : this.#left - amount;
    return !this.#isSpent;
  }
}
