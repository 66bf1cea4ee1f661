// Sessions: creating, finding and destroying them, and the handle by which a program holds one.

import './disposable.ts';
import { Browser } from './browser.ts';
import { MoorageError } from './error.ts';
import type { Page } from './page.ts';
import { RecordingHandle } from './recording.ts';
import type {
  LiveLink,
  LiveLinkCreate,
  PageCreate,
  Session,
  SessionCreate,
  SessionList,
  SessionStatus,
} from './schemas.ts';
import type { Transport } from './transport.ts';

export interface CreateOptions {
  /** Aborting it leaves the queue. */
  signal?: AbortSignal;
  /** Requests with the same key make one session. A fresh one is sent by default, so that retries are safe. */
  idempotencyKey?: string;
}

export interface SessionQuery {
  status?: SessionStatus | readonly SessionStatus[];
  /** Only sessions that have all of these. */
  tags?: Record<string, string>;
  /** Sessions a page, at most 500. */
  limit?: number;
}

/** A session with the ways to follow and to end it. `await using` destroys it at the end of the block. */
export type SessionHandle = SessionActions & Session;

// No backend takes longer for a start; see sessions.startTimeout of the server.
const START_MS = 90_000;
const LONGEST_WAIT_MS = 3_600_000;
// Without `waitMs` the server decides how long a request waits.
const CREATE_MS = 300_000;
// The server tried or waited as long as it was asked to. Once more is for the caller to decide.
const TRIED_ENOUGH = new Set(['no-capacity', 'quota-exceeded', 'session-not-created']);

export class Sessions {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Resolves when the browser can be used; waits in the queue for `waitMs` if need be.
   * @throws MoorageError `capabilities-unmatched`, `no-capacity`, `quota-exceeded`, `session-not-created`, …
   */
  async create(request: SessionCreate = {}, options: CreateOptions = {}): Promise<SessionHandle> {
    const { idempotencyKey = crypto.randomUUID(), signal } = options;
    const session = await this.#transport.json<Session>('POST', '/v1/sessions', {
      body: request,
      headers: { 'idempotency-key': idempotencyKey },
      signal,
      timeoutMs: creationTimeoutMs(request),
      mayRetry: (error) => error.retryable && !TRIED_ENOUGH.has(error.code),
    });
    return this.#handle(session);
  }

  /** @throws MoorageError `session-not-found`. */
  async get(id: string): Promise<SessionHandle> {
    return this.#handle(await this.describe(id));
  }

  /** Every session, newest first, fetched page by page. They carry no addresses: `get(id)` does. */
  async *list(query: SessionQuery = {}): AsyncGenerator<Session, void, undefined> {
    let page = await this.page(query);
    yield* page.data;
    while (page.nextCursor !== null) {
      page = await this.page({ ...query, cursor: page.nextCursor });
      yield* page.data;
    }
  }

  /** One page, newest first. `nextCursor` is the `cursor` of the next one, null at the end. */
  page(query: SessionQuery & { cursor?: string } = {}): Promise<SessionList> {
    const { tags = {}, ...rest } = query;
    const tag = Object.entries(tags).map(([name, value]) => `${name}=${value}`);
    return this.#transport.json('GET', '/v1/sessions', { query: { ...rest, tag } });
  }

  /**
   * Ends a session and resolves when everything of it is gone. One that has ended already is fine.
   * @throws MoorageError `session-not-found`.
   */
  async destroy(id: string): Promise<void> {
    await this.#transport.json('DELETE', sessionPath(id));
  }

  /** A session's present state as plain data. @throws MoorageError `session-not-found`. */
  describe(id: string): Promise<Session> {
    return this.#transport.json('GET', sessionPath(id));
  }

  #handle(session: Session): SessionHandle {
    const browser = new Browser(this.#transport, session.id);
    // SessionActions takes on every member of the session that it is given.
    return new SessionActions(this, browser, this.#transport, session) as SessionHandle;
  }
}

/** What a handle can do beyond showing the session's members. */
export class SessionActions implements AsyncDisposable {
  declare readonly id: string;
  declare readonly recordingId?: string;
  readonly #sessions: Sessions;
  readonly #browser: Browser;
  readonly #transport: Transport;

  constructor(sessions: Sessions, browser: Browser, transport: Transport, session: Session) {
    this.#sessions = sessions;
    this.#browser = browser;
    this.#transport = transport;
    Object.assign(this, session);
  }

  /** Its browser through the page API, in Playwright's shape. */
  driver(): Browser {
    return this.#browser;
  }

  /** What is recorded of it; undefined where it was not asked for with `record`. */
  get recording(): RecordingHandle | undefined {
    return this.recordingId === undefined
      ? undefined
      : new RecordingHandle(this.#transport, this.recordingId);
  }

  /** An address under which people watch it, and drive it where they may, for a while. */
  liveLink(request?: LiveLinkCreate): Promise<LiveLink> {
    return this.#browser.liveLink(request);
  }

  newPage(request?: PageCreate): Promise<Page> {
    return this.#browser.newPage(request);
  }

  pages(): Promise<Page[]> {
    return this.#browser.pages();
  }

  /** Fetches the session's present state into this handle. @throws MoorageError `session-not-found`. */
  async refresh(): Promise<this> {
    const session = await this.#sessions.describe(this.id);
    for (const name of Object.keys(this)) {
      if (!(name in session)) Reflect.deleteProperty(this, name);
    }
    return Object.assign(this, session);
  }

  /** Ends the session. One that is gone already, or forgotten, is fine. */
  async destroy(): Promise<void> {
    try {
      await this.#sessions.destroy(this.id);
    } catch (error) {
      if (!(error instanceof MoorageError) || error.code !== 'session-not-found') throw error;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.destroy();
  }
}

/** What the request asks for may be nonsense, which is for the server to say. */
function creationTimeoutMs({ waitMs }: SessionCreate): number {
  const isSensible = typeof waitMs === 'number' && waitMs >= 0 && waitMs <= LONGEST_WAIT_MS;
  return isSensible ? waitMs + START_MS : CREATE_MS;
}

function sessionPath(id: string): string {
  return `/v1/sessions/${encodeURIComponent(id)}`;
}
