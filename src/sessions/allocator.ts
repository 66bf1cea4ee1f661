// The allocator: starts a browser for each request on the backend that admission chose, undoes what failed, and owns
// the session map. It knows of browsers only what backend.ts says.

import type { Backend, BackendSession, SessionRequest } from '../backends/backend.ts';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import { asProblem, type Problem, problem } from '../errors.ts';
import type { EventLog } from '../events/events.ts';
import { newId, type SessionId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Backend as BackendView } from '../protocol/backends.ts';
import type { Device as DeviceView } from '../protocol/devices.ts';
import type { EventType } from '../protocol/events.ts';
import { SESSION_END_REASONS, type SessionCreate, type SessionEndReason } from '../protocol/sessions.ts';
import type { Holdings, Reservation, SessionRecord, Store } from '../store/store.ts';
import { Admission, type ClientTerms, LEASE_MS } from './admission.ts';
import { Browsers } from './browsers.ts';
import { closeNameAfter, describeRecord, describeSession, type SessionSnapshot } from './description.ts';
import { Fleet, type FleetMember } from './fleet.ts';
import type { HealthSettings } from './health.ts';
import { Reaper, type ReaperSettings } from './reaper.ts';
import { findLeftovers, type Leftover } from './recovery.ts';
import { isHeadless, type Wishes, wishesOf } from './routing.ts';
import { Session, type SessionTerms } from './session.ts';

export type { ClientTerms, SessionSnapshot };

export interface SessionSettings {
  /** The most sessions at a time, over all backends and clients. */
  max: number;
  defaultBrowser: string;
  timeoutMs: number;
  idleTimeoutMs: number;
  /** How long a request waits in the queue that does not say. */
  waitMs: number;
  queueLength: number;
  /** The longest a backend may take for one start. */
  startTimeoutMs: number;
  /** How long ended sessions are remembered. */
  retentionMs: number;
}

/** What goes along with sessions from their start to their end: the recording of those that ask for one. */
export interface Companion {
  /** Refuses what can be recorded of no browser, before one is started. */
  check?(record: SessionCreate['record']): Promise<void>;
  /** The browser runs and nobody uses it yet. Rejecting fails the start. */
  begin(session: Session, browser: BackendSession, record: SessionCreate['record']): Promise<void>;
  /** The session was taken over after a restart. */
  resume(session: Session, browser: BackendSession): Promise<void>;
  /** The session ends; its browser is still there where it did not end by itself. */
  end(session: Session): Promise<void>;
}

export interface AllocatorOptions {
  node: string;
  /** Whether no other server uses this store, so that whatever it holds is this one's. */
  isSoleServer: boolean;
  members: readonly FleetMember[];
  companion?: Companion;
  settings: { sessions: SessionSettings; health: HealthSettings; reaper: ReaperSettings };
  store: Store;
  events: EventLog;
  clock: Clock;
  metrics: Metrics;
  log: Log;
  background: Background;
}

/** A request on its way to a browser. */
interface Creation {
  session: Session;
  client: ClientTerms;
  request: SessionCreate;
  wishes: Wishes;
  timeoutMs: number;
  /** Ended by the client's hanging up, by `destroySession`, and by the server's stop. */
  abort: AbortController;
  /** Backends that failed for this request. */
  failed: Map<string, Problem>;
  /** Settles when the backend that is at it has started or been undone. Never rejects. */
  settled: Promise<unknown>;
}

const REPLY_RETENTION_MS = 24 * 60 * 60 * 1000;
/** How often somebody outside may be faster; more often it is a backend that lists what it never gives. */
const MAX_TURNS = 20;

/** For sessions that have their browser already. */
const NO_LIMITS: Reservation['limits'] = {
  backend: Number.MAX_SAFE_INTEGER,
  client: Number.MAX_SAFE_INTEGER,
  global: Number.MAX_SAFE_INTEGER,
};

export class Allocator {
  readonly #node: string;
  readonly #settings: SessionSettings;
  readonly #store: Store;
  readonly #events: EventLog;
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  readonly #log: Log;
  readonly #background: Background;
  readonly #fleet: Fleet;
  readonly #admission: Admission;
  readonly #browsers: Browsers;
  readonly #reaper: Reaper;
  readonly #companion: Companion | undefined;
  readonly #recovery: Parameters<typeof findLeftovers>[0];

  readonly #sessions = new Map<string, Session>();
  readonly #creations = new Map<string, Creation>();
  readonly #endings = new Map<string, Promise<void>>();
  /** Records of ended sessions that the store did not take. */
  readonly #unstored = new Set<SessionRecord>();
  #isStopping = false;
  #downMs = 0;
  #storeFailure: string | undefined;

  constructor(options: AllocatorOptions) {
    const { sessions: limits, health, reaper } = options.settings;
    this.#node = options.node;
    this.#settings = limits;
    this.#store = options.store;
    this.#events = options.events;
    this.#clock = options.clock;
    this.#metrics = options.metrics;
    this.#log = options.log;
    this.#background = options.background;
    this.#companion = options.companion;
    this.#fleet = new Fleet({ ...options, health, onAvailable: () => this.#admission.wake() });
    this.#admission = new Admission({
      ...options,
      limits,
      fleet: this.#fleet,
      freeInMs: () => this.#freeInMs(),
    });
    this.#browsers = new Browsers({ ...options, startTimeoutMs: limits.startTimeoutMs });
    this.#recovery = { ...options, fleet: this.#fleet };
    this.#reaper = new Reaper({ ...options, sessions: this, settings: reaper });
  }

  /** Takes over what an earlier run left, probes the backends, and starts the reaper. */
  async start(): Promise<void> {
    this.#store.restoreFrom?.(() => this.#holdings());
    await this.#fleet.start();
    await this.#recover();
    await this.#heartbeat();
    this.#reaper.start();
  }

  /** From now on new sessions are refused and nobody waits any more. */
  beginDrain(): void {
    this.#isStopping = true;
    for (const { session, abort } of this.#creations.values()) {
      if (session.state.status === 'queued') abort.abort(draining());
    }
  }

  /** Resolves when no session is left but those of surfaces, or when `signal` aborts. */
  async drained(signal: AbortSignal): Promise<void> {
    while (this.#ephemeral().length > 0 && !signal.aborted) {
      await new Promise<void>((resolve) => this.#clock.after(50, resolve));
    }
  }

  /** Ends every session, then the backends. Surfaces run on; the next start takes them over. */
  async stop(): Promise<void> {
    this.beginDrain();
    this.#reaper.stop();
    await Promise.all(this.#ephemeral().map((session) => this.endSession(session, 'server-stopped', '')));
    for (const session of this.#sessions.values()) session.closeAll('drain', 'The server is going away.');
    await this.#fleet.stop();
  }

  /**
   * Finds a browser for the request, waiting in the queue if need be. Aborting `signal` (the client hung up) leaves
   * the queue, or destroys what was being started.
   * @throws Problem `capabilities-unmatched`, `no-capacity`, `quota-exceeded`, `backend-unavailable`,
   *   `session-not-created`, `server-draining`, `store-unavailable`, `invalid-argument`.
   */
  async createSession(client: ClientTerms, request: SessionCreate, signal: AbortSignal): Promise<Session> {
    if (this.#isStopping) throw draining();
    await this.#companion?.check?.(request.record);
    const startedAt = this.#clock.monotonic();
    const creation = this.#beginCreation(client, request);
    const { session, abort } = creation;
    const cancel = () => abort.abort(canceled());
    signal.addEventListener('abort', cancel, { once: true });
    if (signal.aborted) cancel();

    try {
      await this.#bringUp(creation);
      this.#observeCreation(session, 'ready', startedAt);
      return session;
    } catch (error) {
      this.#observeCreation(session, abort.signal.aborted ? 'canceled' : 'failed', startedAt);
      const reason = abort.signal.aborted ? 'canceled' : 'start-failed';
      await this.endSession(session, reason, error instanceof Error ? error.message : String(error));
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
      this.#creations.delete(session.id);
    }
  }

  /** A live session (queued to ending) of any client. For the relay, which checks the session's own secret. */
  findSession(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  /**
   * A live session of this client.
   * @throws Problem `session-not-found` (unknown or another client's), `session-ended` with the reason.
   */
  async getSession(client: string, id: string): Promise<Session> {
    const session = this.#findOwn(client, id);
    if (session) return session;
    const { endReason, endDetail = '' } = await this.#getRecord(client, id);
    const why = endReason === undefined ? 'it is not running' : SESSION_END_REASONS[endReason];
    throw problem('session-ended', { detail: `Session ${id} has ended: ${why}. ${endDetail}`.trim() });
  }

  /** Live or ended, for display. @throws Problem `session-not-found`. */
  async describeSession(client: string, id: string): Promise<SessionSnapshot> {
    const session = this.#findOwn(client, id);
    return session ? describeSession(session) : describeRecord(await this.#getRecord(client, id));
  }

  /** Newest first. Those still queued stand at the head of the first page. */
  async listSessions(
    client: string,
    query: { status?: readonly string[]; cursor?: string; limit: number; tags?: Record<string, string> },
  ): Promise<{ data: SessionSnapshot[]; nextCursor: string | null }> {
    const { status, limit, tags = {} } = query;
    const isWanted = (session: SessionSnapshot) =>
      (status === undefined || status.includes(session.status)) &&
      Object.entries(tags).every(([name, value]) => session.tags[name] === value);

    const data = query.cursor === undefined ? this.#queuedOf(client).filter(isWanted).slice(0, limit) : [];
    let cursor: string | null | undefined = query.cursor;
    while (data.length < limit && cursor !== null) {
      const missing = limit - data.length;
      const page = await this.#stored(() =>
        this.#store.sessions.list({ client, status, limit: missing, ...(cursor ? { cursor } : {}) }),
      );
      data.push(...page.data.map((record) => this.#describe(record)).filter(isWanted));
      cursor = page.nextCursor;
    }
    return { data, nextCursor: cursor ?? null };
  }

  /**
   * Ends a session of this client and resolves when everything of it is gone. Idempotent while it is remembered.
   * @throws Problem `session-not-found`.
   */
  async destroySession(
    client: string,
    id: string,
    reason: SessionEndReason = 'destroyed',
  ): Promise<SessionSnapshot> {
    const session = this.#findOwn(client, id);
    if (!session) return describeRecord(await this.#getRecord(client, id));
    await this.endSession(session, reason, '');
    return describeSession(session);
  }

  listBackends(): BackendView[] {
    return this.#fleet.views();
  }

  /** All devices; which session has one, only of the client's own. */
  listDevices(client: string): DeviceView[] {
    return this.#fleet.devices().map(({ sessionId, ...device }) => {
      const isOwn = sessionId !== undefined && this.#findOwn(client, sessionId) !== undefined;
      return isOwn ? { ...device, sessionId } : device;
    });
  }

  /** The backend takes no new sessions. @throws Problem `backend-not-found`. */
  drainBackend(name: string): Promise<BackendView> {
    return this.#fleet.setDraining(name, true);
  }

  /** @throws Problem `backend-not-found`. */
  resumeBackend(name: string): Promise<BackendView> {
    return this.#fleet.setDraining(name, false);
  }

  /** Whether a session could be made, be it after waiting for a slot, and if not, why. */
  readiness(): { ready: true } | { ready: false; reason: string } {
    if (this.#isStopping) return { ready: false, reason: 'the server is shutting down' };
    if (this.#storeFailure !== undefined)
      return { ready: false, reason: `the store fails: ${this.#storeFailure}` };
    // A backend that serves only who names it is no answer to whoever asks for a browser.
    const backends = this.#fleet.snapshots().filter(({ status }) => !status.isReserved);
    if (backends.some(({ availability, status }) => availability === 'up' && status.capacity > 0))
      return { ready: true };
    const states = backends.map(
      ({ name, availability, healthReason }) => `${name} is ${availability}: ${healthReason}`,
    );
    return {
      ready: false,
      reason: `no backend takes sessions (${states.join('; ') || 'none is configured'})`,
    };
  }

  /** Brings the gauges up to date; called before they are read. */
  updateMetrics(): void {
    this.#fleet.updateMetrics();
    const { queueLength, sessionsActive } = this.#metrics;
    queueLength.set(this.#admission.queueLength);
    sessionsActive.reset();
    for (const { state, terms } of this.#sessions.values()) {
      if (state.status !== 'queued')
        sessionsActive.inc({ backend: state.backend ?? '', client: terms.client });
    }
  }

  /** How long there was no server before this one started, which counts for no deadline. */
  get downMs(): number {
    return this.#downMs;
  }

  /** For the reaper. */
  *readySessions(): Iterable<Session> {
    for (const session of this.#sessions.values()) {
      if (session.state.status === 'ready') yield session;
    }
  }

  /** Those that end with the server. A surface that is being started is one of them. */
  #ephemeral(): Session[] {
    return [...this.#sessions.values()].filter(
      ({ state, terms }) => terms.surface === undefined || state.status !== 'ready',
    );
  }

  /**
   * Ends a session for any reason, in any state, once: who asks again waits for the same end. Never rejects: what the
   * browser or the store refuses is tried again, then logged.
   */
  endSession(session: Session, reason: SessionEndReason, detail: string): Promise<void> {
    const { id } = session;
    let ending = this.#endings.get(id);
    if (!ending && session.state.status !== 'ended') {
      ending = this.#end(session, reason, detail).finally(() => this.#endings.delete(id));
      this.#endings.set(id, ending);
    }
    return ending ?? Promise.resolve();
  }

  /** For the reaper: the truth of backends and store is held against the map. */
  async housekeep(): Promise<void> {
    await this.#heartbeat();
    await this.#fleet.probe();
    await Promise.all([...this.readySessions()].map((session) => this.#endIfOrphaned(session)));
    await this.#releaseStrays();
    await this.#storeEnded();
    const now = this.#clock.now();
    await this.#store.sessions.prune({ createdBefore: now - this.#settings.retentionMs, status: 'ended' });
    await this.#store.replies.prune({ createdBefore: now - REPLY_RETENTION_MS });
    this.#admission.wake();
  }

  #beginCreation(client: ClientTerms, request: SessionCreate): Creation {
    const now = this.#clock.now();
    const wishes = wishesOf(request, this.#settings.defaultBrowser);
    const timeoutMs = Math.min(request.timeoutMs ?? this.#settings.timeoutMs, client.maxTimeoutMs);
    const session = this.#addSession({
      id: newId('ses'),
      client: client.name,
      browser: wishes.browser,
      keepAlive: request.keepAlive ?? false,
      idleTimeoutMs: request.idleTimeoutMs ?? this.#settings.idleTimeoutMs,
      createdAt: now,
      expiresAt: now + timeoutMs,
      tags: request.tags ?? {},
      ...(request.surface !== undefined && { surface: request.surface }),
    });
    const creation: Creation = {
      session,
      client,
      request,
      wishes,
      timeoutMs,
      abort: new AbortController(),
      failed: new Map(),
      settled: Promise.resolve(),
    };
    this.#creations.set(session.id, creation);
    return creation;
  }

  #addSession(terms: SessionTerms): Session {
    const session = new Session(terms, (changed, change) => this.#connectionsChanged(changed, change));
    this.#sessions.set(session.id, session);
    return session;
  }

  /** Reserves and starts, on one backend after the other, until one gives a browser. */
  async #bringUp(creation: Creation): Promise<void> {
    const { session, client, request, wishes, failed, abort } = creation;
    let waitMs = request.waitMs ?? this.#settings.waitMs;
    for (let turns = 1; ; turns += 1) {
      const startedAt = this.#clock.monotonic();
      const applicant = { sessionId: session.id, client, wishes, waitMs, failed, signal: abort.signal };
      const backend = await this.#stored(() =>
        this.#admission.admit(applicant, () => this.#publish('session.queued', session)),
      );
      const starting = this.#startOn(backend, creation);
      creation.settled = starting.catch(() => {});
      try {
        return await starting;
      } catch (error) {
        const failure = asProblem(error) ?? startFailure(backend, error);
        // Nobody waits for it any more, or the request itself is wrong: no other backend would do better.
        if (abort.signal.aborted || failure.code === 'invalid-argument') throw failure;
        if (failure.code === 'store-unavailable' || failure.code === 'quota-exceeded') throw failure;
        // Somebody outside was faster, such as another server with the one phone of this machine, and by now it says so:
        // the request waits its turn.
        if (failure.code === 'no-capacity' && !this.#hasRoom(backend) && turns < MAX_TURNS) {
          waitMs = Math.max(0, waitMs - (this.#clock.monotonic() - startedAt));
          continue;
        }
        failed.set(backend, failure);
        this.#log.warn({ event: 'session.start-failed', sessionId: session.id, backend, err: failure });
      }
    }
  }

  #hasRoom(name: string): boolean {
    const { capacity, active } = this.#fleet.get(name).backend.status();
    return active < capacity;
  }

  /** Starts a browser in the slot that was reserved on `name`; on failure leaves neither browser nor slot behind. */
  async #startOn(name: string, creation: Creation): Promise<void> {
    const { session, abort, timeoutMs } = creation;
    const { backend } = this.#fleet.get(name);
    try {
      abort.signal.throwIfAborted();
      session.state = { status: 'starting', backend: name };
      await this.#putRecord(session);
      this.#publish('session.starting', session);
      const browser = await this.#browsers.start(backend, sessionRequest(creation, backend), abort.signal);
      abort.signal.throwIfAborted();
      await this.#companion?.begin(session, browser, creation.request.record);
      abort.signal.throwIfAborted();

      const now = this.#clock.now();
      session.state = { status: 'ready', backend: name, browser };
      session.expiresAt = now + timeoutMs;
      session.touch(now);
      await this.#putRecord(session);
      abort.signal.throwIfAborted();
      this.#watch(session, browser);
      this.#publish('session.ready', session);
      this.#log.info({
        event: 'session.ready',
        sessionId: session.id,
        backend: name,
        client: session.terms.client,
      });
    } catch (error) {
      await this.#attempt('end recording', async () => this.#companion?.end(session));
      await this.#browsers.destroy(backend, session.id);
      await this.#giveSlotBack(session);
      throw error;
    }
  }

  /** Ends the session when its browser ends by itself. */
  #watch(session: Session, browser: BackendSession): void {
    void browser.gone?.then(({ reason, detail }) => this.endSession(session, reason, detail));
  }

  #connectionsChanged(session: Session, change: 'joined' | 'left'): void {
    const connections = session.connections.size;
    if (change === 'joined') {
      session.touch(this.#clock.now());
      this.#publish('session.connected', session, { connections });
      return;
    }
    this.#publish('session.disconnected', session, { connections });
    if (connections === 0 && !session.terms.keepAlive && session.state.status === 'ready') {
      this.#background.run('end session', this.endSession(session, 'disconnected', ''));
    }
  }

  async #end(session: Session, reason: SessionEndReason, detail: string): Promise<void> {
    const before = session.state;
    const backend = before.status === 'queued' ? undefined : before.backend;
    session.state = { status: 'ending', backend, reason, detail };
    const sentence = `${SESSION_END_REASONS[reason]}${detail === '' ? '' : `: ${detail}`}`;
    session.closeAll(closeNameAfter(reason), sentence);

    const creation = this.#creations.get(session.id);
    creation?.abort.abort(
      problem('session-ended', { detail: `Session ${session.id} ended while it was made: ${sentence}.` }),
    );
    await creation?.settled;
    if (backend !== undefined) {
      const handle = before.status === 'ready' ? before.browser.handle : undefined;
      await this.#attempt('store session', () => this.#putRecord(session));
      await this.#attempt('end recording', async () => this.#companion?.end(session));
      const member = this.#fleet.find(backend);
      if (member) await this.#browsers.destroy(member.backend, session.id, handle);
      await this.#giveSlotBack(session);
    }

    session.state = { status: 'ended', backend, reason, detail, endedAt: this.#clock.now() };
    if (backend !== undefined && !(await this.#attempt('store session', () => this.#putRecord(session)))) {
      this.#unstored.add(session.toRecord(this.#node));
    }
    this.#sessions.delete(session.id);
    this.#metrics.sessionsEnded.inc({ backend: backend ?? '', client: session.terms.client, reason });
    this.#publish('session.ended', session, { reason, detail });
    this.#log.info({ event: 'session.ended', sessionId: session.id, backend, reason, detail });
  }

  async #giveSlotBack(session: Session): Promise<void> {
    // What cannot be released now is found by housekeeping: its session is in no map.
    await this.#attempt('release slot', () => this.#store.release(session.id));
    this.#admission.wake();
  }

  /** Runs `task` and says whether it succeeded; a failure is logged. */
  async #attempt(name: string, task: () => Promise<unknown>): Promise<boolean> {
    try {
      await task();
      return true;
    } catch (error) {
      this.#metrics.backgroundFailures.inc({ task: name });
      this.#log.error({ event: 'allocator.failed', task: name, err: error });
      return false;
    }
  }

  async #putRecord(session: Session): Promise<void> {
    const record = session.toRecord(this.#node);
    await this.#stored(() => this.#store.sessions.put(record));
  }

  /** Runs a store operation; a store that fails is a problem of its own and turns readiness red. */
  async #stored<T>(operation: () => Promise<T>): Promise<T> {
    try {
      const result = await operation();
      this.#storeFailure = undefined;
      return result;
    } catch (error) {
      if (asProblem(error)) throw error;
      this.#storeFailure = error instanceof Error ? error.message : String(error);
      throw problem('store-unavailable', {
        detail: `The store cannot be used: ${this.#storeFailure}.`,
        cause: error,
        retryAfterSeconds: 5,
      });
    }
  }

  #findOwn(client: string, id: string): Session | undefined {
    const session = this.#sessions.get(id);
    return session?.terms.client === client ? session : undefined;
  }

  async #getRecord(client: string, id: string): Promise<SessionRecord> {
    const record = await this.#stored(() => this.#store.sessions.get(id));
    if (record?.client === client) return record;
    throw problem('session-not-found', { detail: `There is no session ${id}.` });
  }

  #queuedOf(client: string): SessionSnapshot[] {
    const own = [...this.#sessions.values()].filter(
      ({ state, terms }) => state.status === 'queued' && terms.client === client,
    );
    return own.reverse().map(describeSession);
  }

  #describe(record: SessionRecord): SessionSnapshot {
    const session = this.#sessions.get(record.id);
    return session ? describeSession(session) : describeRecord(record);
  }

  #publish(type: EventType, session: Session, data: Record<string, unknown> = {}): void {
    const { id, state, terms } = session;
    const backend = state.status === 'queued' ? undefined : state.backend;
    const event = {
      type,
      client: terms.client,
      sessionId: id,
      data: { browser: terms.browser, tags: terms.tags, ...data },
    };
    this.#background.run(
      'publish event',
      this.#events.publish(backend === undefined ? event : { ...event, backend }),
    );
  }

  #observeCreation({ state }: Session, outcome: 'canceled' | 'failed' | 'ready', startedAt: number): void {
    const backend = state.status === 'queued' ? '' : (state.backend ?? '');
    this.#metrics.sessionCreation.observe({ backend, outcome }, (this.#clock.monotonic() - startedAt) / 1000);
  }

  /** When the first session ends at the latest, from now. */
  #freeInMs(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const session of this.#sessions.values()) first = Math.min(first, session.expiresAt);
    return first - this.#clock.now();
  }

  async #heartbeat(): Promise<void> {
    const now = this.#clock.now();
    await this.#stored(async () => {
      await this.#store.settings.put({ id: heartbeatId(this.#node), client: '', value: now, createdAt: now });
      await this.#store.renew(this.#node, now + LEASE_MS);
    });
  }

  async #endIfOrphaned(session: Session): Promise<void> {
    const { state } = session;
    if (state.status !== 'ready' || state.browser.gone !== undefined) return;
    const { backend } = this.#fleet.get(state.backend);
    const isGone = await backend.recoverSession?.(state.browser.handle).then(
      (answer) => answer === 'gone',
      () => false,
    );
    if (isGone) await this.endSession(session, 'backend-lost', 'The backend no longer has its browser.');
  }

  /** Gives back slots that no session of this server holds. */
  async #releaseStrays(): Promise<void> {
    for (const id of await this.#store.reservedSessions(this.#node)) {
      if (!this.#sessions.has(id) && (await this.#store.release(id))) {
        this.#log.warn({ event: 'slot.stray', sessionId: id });
      }
    }
  }

  async #storeEnded(): Promise<void> {
    for (const record of this.#unstored) {
      await this.#stored(() => this.#store.sessions.put(record));
      this.#unstored.delete(record);
    }
  }

  /** What a store that lost everything has to be given again. */
  #holdings(): Holdings {
    const sessions = [...this.#unstored];
    const reservations: Reservation[] = [];
    for (const session of this.#sessions.values()) {
      if (session.state.status === 'queued' || session.state.backend === undefined) continue;
      sessions.push(session.toRecord(this.#node));
      reservations.push(this.#reservation(session, session.state.backend));
    }
    return { sessions, reservations, settings: this.#fleet.settings() };
  }

  #reservation({ id, terms }: Session, backend: string): Reservation {
    const leaseUntil = this.#clock.now() + LEASE_MS;
    return { sessionId: id, node: this.#node, backend, client: terms.client, limits: NO_LIMITS, leaseUntil };
  }

  /** After a restart: takes over the browsers that still live and ends the rest. */
  async #recover(): Promise<void> {
    const lastSeen = (await this.#store.settings.get(heartbeatId(this.#node)))?.value;
    const downMs = typeof lastSeen === 'number' ? Math.max(0, this.#clock.now() - lastSeen) : 0;
    this.#downMs = downMs;
    const leftovers = await findLeftovers(this.#recovery);
    await Promise.all(leftovers.map((leftover) => this.#recoverSession(leftover, downMs)));
    await this.#releaseStrays();

    const keep = new Set([...this.#sessions.keys()] as SessionId[]);
    for (const { name, backend } of this.#fleet.members()) {
      await this.#attempt(`reconcile ${name}`, async () => backend.reconcile?.(keep));
    }
    if (leftovers.length === 0) return;
    const ended = leftovers.length - keep.size;
    this.#log.info({ event: 'sessions.recovered', adopted: keep.size, ended, downMs });
  }

  async #recoverSession({ record, browser }: Leftover, downMs: number): Promise<void> {
    const session = this.#addSession(termsOf(record));
    const { backend } = record;
    if (browser === undefined) {
      session.state = { status: 'starting', backend };
      const detail = `It was ${record.status} when the server went away.`;
      await this.endSession(session, record.endReason ?? 'server-restarted', record.endDetail ?? detail);
      return;
    }
    session.state = { status: 'ready', backend, browser };
    // The time in which there was no server does not count.
    session.expiresAt = record.expiresAt + downMs;
    session.touch(this.#clock.now());
    session.recordingId = record.recordingId;
    await this.#attempt('resume recording', async () => this.#companion?.resume(session, browser));
    await this.#store.reserve(this.#reservation(session, backend));
    await this.#putRecord(session);
    this.#watch(session, browser);
    this.#publish('session.ready', session, { recovered: true });
  }
}

function termsOf(record: SessionRecord): SessionTerms {
  const { id, client, browser, keepAlive, idleTimeoutMs, createdAt, expiresAt, tags, surface } = record;
  const terms = { id, client, browser, keepAlive, idleTimeoutMs, createdAt, expiresAt, tags };
  return surface === undefined ? terms : { ...terms, surface };
}

function sessionRequest({ session, request, wishes }: Creation, backend: Backend): SessionRequest {
  const { viewport, userAgent, locale, timezone, proxy, storageState, extensions, args } = request;
  const { capabilities, protocol, surface } = request;
  const offer = backend.status().offers.find(({ browser }) => browser === wishes.browser);
  return {
    id: session.id,
    client: session.terms.client,
    browser: wishes.browser,
    headless: offer ? isHeadless(wishes, offer) : true,
    ...dropUndefined({
      viewport,
      userAgent,
      locale,
      timezone,
      proxy,
      storageState,
      extensions,
      args,
      capabilities,
      protocol,
      surface,
    }),
  };
}

function dropUndefined<T extends object>(members: T): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}

function startFailure(backend: string, error: unknown): Problem {
  const seen = error instanceof Error ? error.message : String(error);
  return problem('session-not-created', { detail: `Backend ${backend} failed: ${seen}`, cause: error });
}

function draining(): Problem {
  return problem('server-draining', { detail: 'This server is shutting down.', retryAfterSeconds: 10 });
}

function canceled(): Problem {
  return problem('session-ended', { detail: 'The client went away before the session was ready.' });
}

function heartbeatId(node: string): string {
  return `heartbeat:${node}`;
}
