// A session: a lease on one browser by one client, with deadlines. This file holds what a session is and which states
// it goes through; the allocator moves it through them.

import type { BackendSession } from '../backends/backend.ts';
import { problem } from '../errors.ts';
import type { RecordingId, SessionId } from '../ids.ts';
import type { CloseName } from '../protocol/close-codes.ts';
import { SESSION_END_REASONS, type SessionEndReason } from '../protocol/sessions.ts';
import type { SessionRecord } from '../store/store.ts';

export type SessionState =
  | { status: 'queued' }
  | { status: 'starting'; backend: string }
  | { status: 'ready'; backend: string; browser: BackendSession }
  | { status: 'ending'; backend: string | undefined; reason: SessionEndReason; detail: string }
  | {
      status: 'ended';
      backend: string | undefined;
      reason: SessionEndReason;
      detail: string;
      endedAt: number;
    };

/** A client's connection to a session, as the session sees it. */
export interface Connection {
  /** Closes the client's end with the close code of `name`. */
  close(name: CloseName, reason: string): void;
}

export interface SessionTerms {
  id: SessionId;
  client: string;
  browser: string;
  keepAlive: boolean;
  idleTimeoutMs: number;
  createdAt: number;
  expiresAt: number;
  tags: Record<string, string>;
  /** The surface that it runs, by name. Such a session has no deadlines, and the server's stop leaves it running. */
  surface?: string;
}

export class Session {
  readonly terms: SessionTerms;
  readonly connections = new Set<Connection>();
  /** Those who only watch, and keep nothing alive: they are closed when the session ends, not by a lease. */
  readonly views = new Set<Connection>();
  /** Epoch milliseconds. */
  expiresAt: number;
  lastActivityAt: number;
  state: SessionState = { status: 'queued' };
  /** Set before it is ready. */
  recordingId: RecordingId | undefined;
  /** Of one that is not recorded and watched for bot checks: what its recorders know each other by. Set before it is ready. */
  recorderKeys: { binding: string; secret: string } | undefined;
  readonly #onConnections: (session: Session, change: 'joined' | 'left') => void;

  constructor(terms: SessionTerms, onConnections: (session: Session, change: 'joined' | 'left') => void) {
    this.terms = terms;
    this.expiresAt = terms.expiresAt;
    this.lastActivityAt = terms.createdAt;
    this.#onConnections = onConnections;
  }

  get id(): SessionId {
    return this.terms.id;
  }

  /** Called for every chunk of traffic, so it does nothing else. `now` is epoch milliseconds. */
  touch(now: number): void {
    this.lastActivityAt = now;
  }

  /** When it was used last, by whoever does not come through us as well. */
  noteActivity(): number {
    const seenAt = this.state.status === 'ready' ? this.state.browser.lastActivityAt?.() : undefined;
    if (seenAt !== undefined && seenAt > this.lastActivityAt) this.touch(seenAt);
    return this.lastActivityAt;
  }

  /** Moves the deadlines by time that does not count, such as sleep. */
  shiftDeadlines(byMs: number): void {
    this.expiresAt += byMs;
    this.lastActivityAt += byMs;
  }

  /**
   * The browser behind the session.
   * @throws Problem `session-ended`, or `backend-unavailable` while it is not there yet.
   */
  getBrowser(): BackendSession {
    const { state } = this;
    if (state.status === 'ready') return state.browser;
    if (state.status === 'ending' || state.status === 'ended') {
      throw problem('session-ended', {
        detail: `Session ${this.id} has ended: ${SESSION_END_REASONS[state.reason]}. ${state.detail}`.trim(),
      });
    }
    throw problem('backend-unavailable', {
      detail: `Session ${this.id} is ${state.status}; connect when it is ready.`,
      retryAfterSeconds: 1,
    });
  }

  /** Adds a connection. Returns the function, to be called once, by which it leaves. */
  join(connection: Connection): () => void {
    this.connections.add(connection);
    this.#onConnections(this, 'joined');
    return () => {
      if (this.connections.delete(connection)) this.#onConnections(this, 'left');
    };
  }

  closeConnections(name: CloseName, reason: string): void {
    for (const connection of [...this.connections]) connection.close(name, reason);
  }

  /** Connections and views. */
  closeAll(name: CloseName, reason: string): void {
    this.closeConnections(name, reason);
    for (const view of [...this.views]) view.close(name, reason);
  }

  /** What the store keeps. Only sessions that have a backend are kept. */
  toRecord(node: string): SessionRecord {
    const { terms, state } = this;
    if (state.status === 'queued') throw new Error(`session ${terms.id} is queued and has no record yet`);
    return {
      ...terms,
      node,
      status: state.status,
      backend: state.backend ?? '',
      expiresAt: this.expiresAt,
      lastActivityAt: this.lastActivityAt,
      ...(this.recordingId !== undefined && { recordingId: this.recordingId }),
      ...(this.recorderKeys && { recorderKeys: this.recorderKeys }),
      ...(state.status === 'ready' && {
        endpoint: state.browser.endpoint,
        handle: state.browser.handle,
        browserVersion: state.browser.browserVersion,
      }),
      ...((state.status === 'ending' || state.status === 'ended') && {
        endReason: state.reason,
        endDetail: state.detail,
      }),
      ...(state.status === 'ended' && { endedAt: state.endedAt }),
    };
  }
}
