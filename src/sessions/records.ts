// The records of sessions in the store. A store that fails is a problem of its own, and turns readiness red.

import { asProblem, problem } from '../errors.ts';
import { type ListQuery, type SessionRecord, type Store, storeUnavailable } from '../store/store.ts';
import type { Session } from './session.ts';

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
