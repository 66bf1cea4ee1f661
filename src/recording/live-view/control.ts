// Who drives a session by hand: one person at a time, on a lease that the person's connection renews. While it lasts,
// commands to the session are refused.

import type { Clock } from '../../clock.ts';
import { type Problem, problem } from '../../errors.ts';
import { newId } from '../../ids.ts';
import type { LiveDriver } from '../../protocol/live-view.ts';
import type { HandBackReason } from '../../protocol/live-wire.ts';

export interface ControlLimits {
  /** How long a take-over outlives the last sign of life of its connection. */
  leaseMs: number;
  /** How long it outlives a connection that was closed. */
  graceMs: number;
  /** How long a person may do nothing. */
  idleMs: number;
}

export interface TakeOver {
  watcherId: string;
  name: string;
  /** Also from somebody else who drives. */
  isForced: boolean;
  /** The id of a take-over whose connection was lost. */
  resume: string | undefined;
}

interface Holder extends LiveDriver {
  /** Known to its holder alone, who goes on with it over another connection. */
  takeOverId: string;
  lastInputAt: number;
}

export class Control {
  readonly #sessionId: string;
  readonly #limits: ControlLimits;
  readonly #clock: Clock;
  readonly #onChange: (driver: LiveDriver, handedBack: HandBackReason | undefined) => void;
  #holder: Holder | undefined;

  constructor(options: {
    sessionId: string;
    limits: ControlLimits;
    clock: Clock;
    /** Somebody took over, or handed back for a reason. */
    onChange: (driver: LiveDriver, handedBack: HandBackReason | undefined) => void;
  }) {
    this.#sessionId = options.sessionId;
    this.#limits = options.limits;
    this.#clock = options.clock;
    this.#onChange = options.onChange;
  }

  /** Who drives now. */
  get driver(): LiveDriver | undefined {
    this.check();
    if (!this.#holder) return undefined;
    const { watcherId, name, since, expiresAt } = this.#holder;
    return { watcherId, name, since, expiresAt };
  }

  /** Begins, or goes on over another connection. Gives the take-over's id. @throws Problem `surface-locked`. */
  take({ watcherId, name, isForced, resume }: TakeOver): string {
    this.check();
    const now = this.#clock.now();
    const expiresAt = now + this.#limits.leaseMs;
    const before = this.#holder;
    if (before && (before.watcherId === watcherId || before.takeOverId === resume)) {
      Object.assign(before, { watcherId, expiresAt, lastInputAt: now });
      return before.takeOverId;
    }
    if (before && !isForced) throw this.#locked(before);
    if (before) this.#end('taken');
    const takeOverId = newId('tko');
    this.#holder = { watcherId, name, since: now, expiresAt, takeOverId, lastInputAt: now };
    this.#onChange({ watcherId, name, since: now, expiresAt }, undefined);
    return takeOverId;
  }

  isDrivenBy(watcherId: string): boolean {
    this.check();
    return this.#holder?.watcherId === watcherId;
  }

  /** The connection of `watcherId` lives. */
  renew(watcherId: string): void {
    if (!this.isDrivenBy(watcherId) || !this.#holder) return;
    this.#holder.expiresAt = this.#clock.now() + this.#limits.leaseMs;
  }

  /** The driver did something. */
  noteInput(): void {
    if (this.#holder) this.#holder.lastInputAt = this.#clock.now();
  }

  /** The connection of `watcherId` was closed: it has a moment to come back. */
  leave(watcherId: string): void {
    if (this.#holder?.watcherId !== watcherId) return;
    this.#holder.expiresAt = Math.min(this.#holder.expiresAt, this.#clock.now() + this.#limits.graceMs);
  }

  handBack(watcherId: string): void {
    if (this.isDrivenBy(watcherId)) this.#end('handed-back');
  }

  /** Ends what ran out. */
  check(): void {
    if (!this.#holder) return;
    const now = this.#clock.now();
    if (this.#holder.expiresAt <= now) this.#end('expired');
    else if (this.#holder.lastInputAt + this.#limits.idleMs <= now) this.#end('idle');
  }

  /** Whatever happens, nobody drives any more. */
  end(reason: HandBackReason): void {
    if (this.#holder) this.#end(reason);
  }

  /** @throws Problem `surface-locked` while a person drives. */
  mayCommand(): void {
    this.check();
    if (this.#holder) throw this.#locked(this.#holder);
  }

  #end(reason: HandBackReason): void {
    const { watcherId, name, since, expiresAt } = this.#holder as Holder; // callers looked
    this.#holder = undefined;
    this.#onChange({ watcherId, name, since, expiresAt }, reason);
  }

  #locked({ name, expiresAt }: Holder): Problem {
    const until = new Date(expiresAt).toISOString();
    return problem('surface-locked', {
      detail: `${name} has taken over session ${this.#sessionId} by hand, until ${until} or longer. It goes on when it is handed back.`,
      retryAfterSeconds: Math.max(1, Math.ceil((expiresAt - this.#clock.now()) / 1000)),
    });
  }
}
