// What is done about a phone on which sessions fail: more each time in a row, and when nothing is left to do it is left alone,
// longer each time.

import type { Clock } from '../../clock.ts';

export interface RepairLadderOptions<Rung extends string> {
  /** What can be done, in the order in which it is tried. */
  rungs: readonly Rung[];
  firstRestMs: number;
  longestRestMs: number;
  clock: Clock;
}

export class RepairLadder<Rung extends string = string> {
  readonly #options: RepairLadderOptions<Rung>;
  #failures = 0;
  #climbed = 0;
  #rests = 0;
  /** On the monotonic clock. */
  #restsUntil = 0;

  constructor(options: RepairLadderOptions<Rung>) {
    this.#options = options;
  }

  /** In a row. */
  get failures(): number {
    return this.#failures;
  }

  /** How long it is left alone from now on; 0 where it is not. */
  get restMs(): number {
    return Math.max(0, this.#restsUntil - this.#options.clock.monotonic());
  }

  /**
   * A session failed on it. Gives what to do about that; `undefined` where it rests from now on: all was done in vain, or
   * `canBeRepaired` says that nothing of this would help.
   */
  fail({ canBeRepaired = true }: { canBeRepaired?: boolean } = {}): Rung | undefined {
    const { rungs, firstRestMs, longestRestMs, clock } = this.#options;
    this.#failures += 1;
    const rung = canBeRepaired ? rungs[this.#climbed] : undefined;
    if (rung !== undefined) {
      this.#climbed += 1;
      return rung;
    }
    this.#restsUntil = clock.monotonic() + Math.min(firstRestMs * 2 ** this.#rests, longestRestMs);
    this.#rests += 1;
    return undefined;
  }

  /** A session succeeded on it, or it is another one, as after a new cable. */
  succeed(): void {
    this.#failures = 0;
    this.#climbed = 0;
    this.#rests = 0;
    this.#restsUntil = 0;
  }
}
