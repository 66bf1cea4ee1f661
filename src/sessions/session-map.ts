// The session map: every session of this server that has not ended.

import type { SessionId } from '../ids.ts';
import { Session, type SessionTerms } from './session.ts';

type OnConnections = ConstructorParameters<typeof Session>[1];

export class SessionMap {
  readonly #sessions = new Map<string, Session>();
  readonly #ids = new Set<SessionId>();
  readonly #onConnections: OnConnections;

  /** `onConnections` hears of every connection that joins or leaves one. */
  constructor(onConnections: OnConnections) {
    this.#onConnections = onConnections;
  }

  add(terms: SessionTerms): Session {
    const session = new Session(terms, this.#onConnections);
    this.#sessions.set(session.id, session);
    this.#ids.add(session.id);
    return session;
  }

  delete({ id }: Session): void {
    this.#sessions.delete(id);
    this.#ids.delete(id);
  }

  /** Of all, whenever one looks. */
  get ids(): ReadonlySet<SessionId> {
    return this.#ids;
  }

  find(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  findOwn(client: string, id: string): Session | undefined {
    const session = this.#sessions.get(id);
    return session?.terms.client === client ? session : undefined;
  }

  all(): Iterable<Session> {
    return this.#sessions.values();
  }

  *ready(): Iterable<Session> {
    for (const session of this.#sessions.values()) {
      if (session.state.status === 'ready') yield session;
    }
  }

  /** Newest first. */
  queuedOf(client: string): Session[] {
    const own = [...this.#sessions.values()].filter(
      ({ state, terms }) => state.status === 'queued' && terms.client === client,
    );
    return own.reverse();
  }

  /** Those that end with the server. A surface that is being started is one of them. */
  ephemeral(): Session[] {
    return [...this.#sessions.values()].filter(
      ({ state, terms }) => terms.surface === undefined || state.status !== 'ready',
    );
  }
}
