// The sessions in which something is done at this moment: while that lasts they are not idle.

import type { Clock } from '../clock.ts';
import type { Session } from '../sessions/session.ts';
import { withDeadline } from './deadline.ts';

/** Playwright's own account of a time-out is the better one, so it is given the time to give it. */
const TIMEOUT_GRACE_MS = 150;

export class SessionsInUse {
  readonly #clock: Clock;
  /** How many things are done in each. */
  readonly #counts = new Map<Session, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs `task` with a deadline while the session counts as used. @throws Problem `timeout`. */
  async during<T>(
    session: Session,
    timeoutMs: number,
    signal: AbortSignal,
    task: (deadline: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { signal: deadline, end } = withDeadline(this.#clock, timeoutMs + TIMEOUT_GRACE_MS, signal, 'It');
    session.touch(this.#clock.now());
    this.#counts.set(session, (this.#counts.get(session) ?? 0) + 1);
    try {
      return await task(deadline);
    } finally {
      end();
      const left = (this.#counts.get(session) ?? 1) - 1;
      if (left > 0) this.#counts.set(session, left);
      else this.#counts.delete(session);
      session.touch(this.#clock.now());
    }
  }

  /** To be called every now and then, so that what takes long is no idleness. */
  touch(): void {
    const now = this.#clock.now();
    for (const session of this.#counts.keys()) session.touch(now);
  }
}
