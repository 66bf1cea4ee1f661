// The reaper: ends sessions that expired, idled or were orphaned. Time in which nobody could have used a session,
// because the machine slept or the process was stopped, counts for nothing.

import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { SessionEndReason } from '../protocol/sessions.ts';
import type { Session } from './session.ts';

export interface ReaperSettings {
  /** Between two looks at the deadlines. */
  intervalMs: number;
  /** Between two rounds of housekeeping: asking backends for orphans, renewing leases, pruning. */
  probeIntervalMs: number;
  /** A look that comes this much too late means that the machine slept. */
  lateTickMs: number;
}

/** What the reaper may do with sessions. */
export interface Reapable {
  readySessions(): Iterable<Session>;
  endSession(session: Session, reason: SessionEndReason, detail: string): Promise<void>;
  /** Asks backends what still lives and gives back what nobody holds. */
  housekeep(): Promise<void>;
}

export class Reaper {
  readonly #sessions: Reapable;
  readonly #clock: Clock;
  readonly #settings: ReaperSettings;
  readonly #log: Log;
  readonly #background: Background;
  #lastNow: number;
  #lastMonotonic: number;
  #lastHousekeeping: number;
  #housekeeping: Promise<void> | undefined;
  #stop: (() => void) | undefined;

  constructor(options: {
    sessions: Reapable;
    clock: Clock;
    settings: ReaperSettings;
    log: Log;
    background: Background;
  }) {
    this.#sessions = options.sessions;
    this.#clock = options.clock;
    this.#settings = options.settings;
    this.#log = options.log;
    this.#background = options.background;
    this.#lastNow = this.#clock.now();
    this.#lastMonotonic = this.#clock.monotonic();
    this.#lastHousekeeping = this.#lastMonotonic;
  }

  start(): void {
    this.#stop ??= this.#clock.every(this.#settings.intervalMs, () => {
      this.#background.run('reaper tick', this.tick());
    });
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  /** One look at all deadlines. */
  async tick(): Promise<void> {
    const now = this.#clock.now();
    const monotonic = this.#clock.monotonic();
    const lostMs = lostTime({
      wallMs: now - this.#lastNow,
      monotonicMs: monotonic - this.#lastMonotonic,
      intervalMs: this.#settings.intervalMs,
      lateTickMs: this.#settings.lateTickMs,
    });
    this.#lastNow = now;
    this.#lastMonotonic = monotonic;

    if (lostMs !== 0) {
      this.#log.warn({ event: 'reaper.late', lostMs });
      for (const session of this.#sessions.readySessions()) session.shiftDeadlines(lostMs);
      await this.#housekeep(monotonic);
    } else if (monotonic - this.#lastHousekeeping >= this.#settings.probeIntervalMs) {
      this.#background.run('housekeeping', this.#housekeep(monotonic));
    }
    this.#sweep(now);
  }

  #sweep(now: number): void {
    for (const session of this.#sessions.readySessions()) {
      const { idleTimeoutMs, surface } = session.terms;
      if (surface !== undefined) continue;
      if (now >= session.expiresAt) {
        this.#end(session, 'expired', `It expired at ${new Date(session.expiresAt).toISOString()}.`);
      } else if (now - session.noteActivity() >= idleTimeoutMs) {
        this.#end(session, 'idle', `It saw no traffic for ${idleTimeoutMs} ms.`);
      }
    }
  }

  #end(session: Session, reason: SessionEndReason, detail: string): void {
    this.#background.run('end session', this.#sessions.endSession(session, reason, detail));
  }

  /** One round at a time: a slow backend delays the next round, never doubles it. */
  #housekeep(monotonic: number): Promise<void> {
    this.#lastHousekeeping = monotonic;
    this.#housekeeping ??= this.#sessions.housekeep().finally(() => {
      this.#housekeeping = undefined;
    });
    return this.#housekeeping;
  }
}

/**
 * By how many milliseconds deadlines must move, given how far the two clocks went since the last look. Suspend stops
 * the monotonic clock and not the wall clock; a stopped process sees both jump; a corrected clock moves only the wall.
 */
export function lostTime(look: {
  wallMs: number;
  monotonicMs: number;
  intervalMs: number;
  lateTickMs: number;
}): number {
  const { wallMs, monotonicMs, intervalMs, lateTickMs } = look;
  const setBackMs = monotonicMs - wallMs;
  if (setBackMs > lateTickMs) return -setBackMs;
  const lateMs = Math.max(wallMs, monotonicMs) - intervalMs;
  return lateMs > lateTickMs ? lateMs : 0;
}
