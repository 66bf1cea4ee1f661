// The sessions of one backend: those that are being made, which can be given up, and those that run. `Running` is what the
// backend has of each.

import { problem } from '../../errors.ts';
import type { SessionId } from '../../ids.ts';

interface Creation {
  abort: AbortController;
  /** Settles when it has come up or is undone; never rejects. */
  settled: Promise<unknown>;
}

export class SessionBook<Running> {
  readonly #creations = new Map<SessionId, Creation>();
  readonly #running = new Map<SessionId, Running>();

  /** What counts against a capacity. */
  get active(): number {
    return this.#creations.size + this.#running.size;
  }

  get(id: SessionId): Running | undefined {
    return this.#running.get(id);
  }

  /** Whether it is being made or runs. */
  isKnown(id: SessionId): boolean {
    return this.#creations.has(id) || this.#running.has(id);
  }

  running(): ReadonlyMap<SessionId, Running> {
    return this.#running;
  }

  /**
   * Enters what `make` resolves with. Its signal also aborts when the session is ended meanwhile; it must leave nothing
   * behind when it rejects.
   */
  create(
    id: SessionId,
    signal: AbortSignal,
    make: (signal: AbortSignal) => Promise<Running>,
  ): Promise<Running> {
    const abort = new AbortController();
    const creation: Creation = { abort, settled: Promise.resolve() };
    // Before it begins: it may be over at once.
    this.#creations.set(id, creation);
    const creating = (async () => {
      try {
        const running = await make(AbortSignal.any([signal, abort.signal]));
        this.#running.set(id, running);
        return running;
      } finally {
        this.#creations.delete(id);
      }
    })();
    creation.settled = creating.catch(() => {});
    return creating;
  }

  /** Enters one that runs already. */
  adopt(id: SessionId, running: Running): void {
    this.#running.set(id, running);
  }

  /** Gives the session up if it is being made; resolves with what runs when that is settled. It stays entered. */
  async settle(id: SessionId): Promise<Running | undefined> {
    const creation = this.#creations.get(id);
    if (creation) {
      creation.abort.abort(problem('session-ended', { detail: `Session ${id} ended while it was made.` }));
      await creation.settled;
    }
    return this.#running.get(id);
  }

  delete(id: SessionId): void {
    this.#running.delete(id);
  }
}
