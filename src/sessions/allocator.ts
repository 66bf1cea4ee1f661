// Signatures that the rest is built against while this file is being written.

import type { Backend as BackendView } from '../protocol/backends.ts';
import type { SessionCreate, SessionEndReason, Session as SessionView } from '../protocol/sessions.ts';
import type { Session } from './session.ts';

/** Who asks, with the limits that hold for them. */
export interface ClientTerms {
  /** The client's name; `local` on a server without keys. */
  name: string;
  maxSessions: number;
  /** Higher goes first in the queue. */
  priority: number;
  maxTimeoutMs: number;
}

/** A session for display: never with a secret. The http layer adds the addresses. */
export type SessionSnapshot = Omit<SessionView, 'connectUrl' | 'wsEndpoint' | 'cdpUrl'>;

export interface AllocatorDoor {
  /**
   * Finds a browser for the request, waiting in the queue if need be. Aborting `signal` (the client hung up) leaves
   * the queue, or destroys what was being started.
   * @throws Problem `capabilities-unmatched`, `no-capacity`, `quota-exceeded`, `backend-unavailable`,
   *   `session-not-created`, `server-draining`, `invalid-argument`.
   */
  createSession(client: ClientTerms, request: SessionCreate, signal: AbortSignal): Promise<Session>;

  /** A live session (queued to ending) of any client. For the relay, which checks the session's own secret. */
  findSession(id: string): Session | undefined;

  /**
   * A live session of this client.
   * @throws Problem `session-not-found` (unknown or another client's), `session-ended` with the reason.
   */
  getSession(client: string, id: string): Promise<Session>;

  /** Live or ended, for display. @throws Problem `session-not-found`. */
  describeSession(client: string, id: string): Promise<SessionSnapshot>;

  listSessions(
    client: string,
    query: { status?: readonly string[]; cursor?: string; limit: number; tags?: Record<string, string> },
  ): Promise<{ data: SessionSnapshot[]; nextCursor: string | null }>;

  /**
   * Ends a session of this client and resolves when everything of it is gone. Idempotent while it is remembered.
   * @throws Problem `session-not-found`.
   */
  destroySession(client: string, id: string, reason?: SessionEndReason): Promise<SessionSnapshot>;

  listBackends(): BackendView[];
  /** Takes no new sessions there. @throws Problem `backend-not-found`. */
  drainBackend(name: string): Promise<BackendView>;
  resumeBackend(name: string): Promise<BackendView>;

  /** Whether a session could be made now, and if not, why. */
  readiness(): { ready: true } | { ready: false; reason: string };
}
