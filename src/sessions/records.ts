// The records of sessions in the store. A store that fails is a problem of its own, and turns readiness red.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { asProblem, problem } from '../errors.ts';
import { type ListQuery, type SessionRecord, type Store, storeUnavailable } from '../store/store.ts';
import type { Session } from './session.ts';

/** How many records are looked at in a row. */
const FORGET_BATCH = 200;

export class SessionRecords {
  readonly #node: string;
  readonly #store: Store;
  /** Of sessions that have ended, and that the store did not take. */
  readonly #untaken = new Set<SessionRecord>();
  #failure: string | undefined;

  constructor({ node, store }: { node: string; store: Store }) {
    this.#node = node;
    this.#store = store;
  }

  /** Why the store could not be used the last time it was. */
  get failure(): string | undefined {
    return this.#failure;
  }

  get untaken(): Iterable<SessionRecord> {
    return this.#untaken;
  }

  /** @throws Problem `store-unavailable`. */
  async put(session: Session): Promise<void> {
    const record = session.toRecord(this.#node);
    await this.attempt(() => this.#store.sessions.put(record));
  }

  /** Of this client. @throws Problem `session-not-found`, `store-unavailable`. */
  async get(client: string, id: string): Promise<SessionRecord> {
    const record = await this.attempt(() => this.#store.sessions.get(id));
    if (record?.client === client) return record;
    throw problem('session-not-found', { detail: `There is no session ${id}.` });
  }

  /** Newest first. @throws Problem `store-unavailable`. */
  list(query: ListQuery): Promise<{ data: SessionRecord[]; nextCursor: string | null }> {
    return this.attempt(() => this.#store.sessions.list(query));
  }

  /** Forgets sessions that ended before `moment`, in epoch milliseconds. @throws Problem `store-unavailable`. */
  async forgetEndedBefore(moment: number): Promise<void> {
    let cursor: string | null | undefined;
    while (cursor !== null) {
      // Those that were made later cannot have ended before.
      const wanted = { status: ['ended'], createdBefore: moment, limit: FORGET_BATCH };
      const page = await this.list({ ...wanted, ...(cursor !== undefined && { cursor }) });
      for (const { id, createdAt, endedAt = createdAt } of page.data) {
        if (endedAt < moment) await this.attempt(() => this.#store.sessions.delete(id));
      }
      cursor = page.nextCursor;
      // A store in this process answers at once: many pages in a row would keep everybody else waiting.
      await nextTurn();
    }
  }

  /** Keeps the record of an ended session until the store takes it. */
  putLater(session: Session): void {
    this.#untaken.add(session.toRecord(this.#node));
  }

  /** Puts what the store did not take. @throws Problem `store-unavailable`. */
  async putUntaken(): Promise<void> {
    for (const record of this.#untaken) {
      await this.attempt(() => this.#store.sessions.put(record));
      this.#untaken.delete(record);
    }
  }

  /** Runs a store operation. @throws Problem `store-unavailable`, or the problem that it is itself. */
  async attempt<T>(operation: () => Promise<T>): Promise<T> {
    try {
      const result = await operation();
      this.#failure = undefined;
      return result;
    } catch (error) {
      if (asProblem(error)) throw error;
      this.#failure = error instanceof Error ? error.message : String(error);
      throw storeUnavailable(error);
    }
  }
}
