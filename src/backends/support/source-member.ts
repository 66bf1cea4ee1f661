// One address of a pool of browsers elsewhere: who has a browser there, and whether it takes more.

import type { SessionId } from '../../ids.ts';
import { AddressLogin, type PoolMember, type Probe } from './address-pool.ts';
import { type BrowserSource, messageOf, refusesLogin } from './browser-source.ts';

const USUAL_REST_S = 10;

export class SourceMember implements PoolMember {
  /** Its host, for people, and to know it again. */
  readonly name: string;
  readonly source: BrowserSource;
  readonly #most: number;
  readonly #login: AddressLogin;
  readonly #sessions = new Set<SessionId>();
  #isAway = false;
  /** Until when it is not asked for more, by `performance.now()`: it said that it is full. */
  #restsUntil = 0;

  /** `login` is the setting by which it knows us. */
  constructor(name: string, source: BrowserSource, { capacity, login }: { capacity: number; login: string }) {
    this.name = name;
    this.#login = new AddressLogin(name, login);
    this.source = source;
    this.#most = Math.min(capacity, source.maxCapacity);
  }

  get capacity(): number {
    return this.#isAway || this.#rests || this.isRefused ? this.#sessions.size : this.#most;
  }

  /** Between 0 and 1 as long as it has room. */
  get load(): number {
    return this.#most === 0 ? 1 : this.#sessions.size / this.#most;
  }

  get isRefused(): boolean {
    return this.#login.isRefused;
  }

  get #rests(): boolean {
    return performance.now() < this.#restsUntil;
  }

  /** False where there is no room. */
  enter(id: SessionId): boolean {
    if (this.#sessions.has(id)) return true;
    if (this.#sessions.size >= this.#most) return false;
    this.#sessions.add(id);
    return true;
  }

  leave(id: SessionId): void {
    this.#sessions.delete(id);
  }

  /** It said that it takes no more for now. */
  rest(seconds = USUAL_REST_S): void {
    this.#restsUntil = performance.now() + seconds * 1000;
  }

  /** What a start that failed there is to a client: where the login was refused, that and its setting. */
  explain(failure: unknown): unknown {
    return refusesLogin(failure) ? this.#login.refuse(failure) : failure;
  }

  async probe(signal: AbortSignal): Promise<Probe> {
    try {
      const seen = await this.source.probe(signal);
      this.#isAway = false;
      if (this.isRefused) return { isAvailable: false, reason: this.#login.reason };
      const isFull = this.#rests && this.#sessions.size === 0;
      return isFull
        ? { isAvailable: false, reason: `${this.name} takes no more for now (429)` }
        : { isAvailable: true, reason: `${this.name}: ${seen}` };
    } catch (error) {
      signal.throwIfAborted();
      this.#isAway = true;
      if (refusesLogin(error)) return { isAvailable: false, reason: this.#login.reason };
      return { isAvailable: false, reason: `${this.name} cannot be used: ${messageOf(error)}` };
    }
  }
}
