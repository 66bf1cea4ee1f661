// The allocator, the door to sessions: makes one for each request, finds, lists and ends them, and tells of the backends
// that they are on. It knows of browsers only what backend.ts says.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import { type Problem, problem } from '../errors.ts';
import type { EventLog } from '../events/events.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Backend as BackendView } from '../protocol/backends.ts';
import type { Device as DeviceView } from '../protocol/devices.ts';
import { SESSION_END_REASONS, type SessionCreate, type SessionEndReason } from '../protocol/sessions.ts';
import type { SessionRecord, Store } from '../store/store.ts';
import { Admission, type ClientTerms } from './admission.ts';
import { Browsers } from './browsers.ts';
import type { Companion } from './companion.ts';
import { Creations } from './creations.ts';
import { describeRecord, describeSession, type SessionSnapshot } from './description.ts';
import { Endings } from './endings.ts';
import { Fleet, type FleetMember } from './fleet.ts';
import type { HealthSettings } from './health.ts';
import { Housekeeping } from './housekeeping.ts';
import { Reaper, type ReaperSettings } from './reaper.ts';
import { SessionRecords } from './records.ts';
import { recoverSessions } from './recovery.ts';
import type { Session } from './session.ts';
import { SessionEvents } from './session-events.ts';
import { SessionMap } from './session-map.ts';

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

const DRAIN_POLL_MS = 50;
/** How many queued sessions the pages before had. They have no place among the records. */
const QUEUED_CURSOR = /^queued:(\d{1,9})$/;

export class Allocator {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  readonly #background: Background;
  readonly #companion: Companion | undefined;
  readonly #news: SessionEvents;
  readonly #records: SessionRecords;
  readonly #fleet: Fleet;
  readonly #admission: Admission;
  readonly #sessions: SessionMap;
  readonly #endings: Endings;
  readonly #creations: Creations;
  readonly #housekeeping: Housekeeping;
  readonly #reaper: Reaper;
  /** Takes over what an earlier run left, and gives for how many milliseconds there was no server. */
  readonly #recover: () => Promise<number>;
  #isStopping = false;
  #downMs = 0;

  constructor(options: AllocatorOptions) {
    const { store, clock, metrics, background, companion } = options;
    const { sessions: limits, health, reaper } = options.settings;
    this.#store = store;
    this.#clock = clock;
    this.#metrics = metrics;
    this.#background = background;
    this.#companion = companion;
    this.#news = new SessionEvents(options);
    this.#records = new SessionRecords(options);
    this.#fleet = new Fleet({ ...options, health, onAvailable: () => this.#admission.wake() });
    this.#admission = new Admission({
      ...options,
      limits,
      fleet: this.#fleet,
      freeInMs: () => this.#freeInMs(),
    });
    this.#sessions = new SessionMap((session, change) => this.#connectionsChanged(session, change));
    const parts = {
      ...options,
      sessions: this.#sessions,
      records: this.#records,
      news: this.#news,
      fleet: this.#fleet,
      admission: this.#admission,
      browsers: new Browsers({ ...options, startTimeoutMs: limits.startTimeoutMs }),
    };
    this.#endings = new Endings({
      ...parts,
      giveUp: (session, reason) => this.#creations.giveUp(session, reason),
    });
    const endings = this.#endings;
    const defaults = { ...limits, browser: limits.defaultBrowser };
    this.#creations = new Creations({ ...parts, endings, defaults });
    this.#housekeeping = new Housekeeping({ ...parts, endings, retentionMs: limits.retentionMs });
    const housekeeping = this.#housekeeping;
    this.#recover = () => recoverSessions({ ...parts, endings, housekeeping });
    this.#reaper = new Reaper({ ...options, sessions: this, settings: reaper });
  }

  /** Takes over what an earlier run left, probes the backends, and starts the reaper. */
  async start(): Promise<void> {
    this.#store.restoreFrom?.(() => this.#housekeeping.holdings());
    await this.#fleet.start();
    this.#downMs = await this.#recover();
    await this.#housekeeping.heartbeat();
    this.#reaper.start();
  }

  /** From now on new sessions are refused and nobody waits any more. */
  beginDrain(): void {
    this.#isStopping = true;
    this.#creations.giveUpQueued(draining());
  }

  /** Resolves when no session is left but those of surfaces, or when `signal` aborts. */
  async drained(signal: AbortSignal): Promise<void> {
    while (this.#sessions.ephemeral().length > 0 && !signal.aborted) {
      await new Promise<void>((resolve) => this.#clock.after(DRAIN_POLL_MS, resolve));
    }
  }

  /** Ends every session, then the backends. Surfaces run on; the next start takes them over. */
  async stop(): Promise<void> {
    this.beginDrain();
    this.#reaper.stop();
    const ephemeral = this.#sessions.ephemeral();
    await Promise.all(ephemeral.map((session) => this.endSession(session, 'server-stopped', '')));
    for (const session of this.#sessions.all()) session.closeAll('drain', 'The server is going away.');
    await this.#fleet.stop();
  }

  /** Of a server that could not start: lets go of everything and ends nothing, so that the next start takes it over. */
  async leave(): Promise<void> {
    this.beginDrain();
    this.#reaper.stop();
    this.#endings.close();
    await this.#fleet.stop();
  }

  /**
   * Finds a browser for the request, waiting in the queue if need be. Aborting `signal` (the client hung up) leaves
   * the queue, or destroys what was being started.
   * @throws Problem `capabilities-unmatched`, `no-capacity`, `quota-exceeded`, `backend-unavailable`,
   *   `session-not-created`, `server-draining`, `store-unavailable`, `invalid-argument`.
   */
  async createSession(client: ClientTerms, request: SessionCreate, signal: AbortSignal): Promise<Session> {
    await this.#companion?.check?.(request);
    // Asked last: whoever comes after the stop has begun is on no list of those whom it ends.
    if (this.#isStopping) throw draining();
    return this.#creations.create(client, request, signal);
  }

  /** A live session (queued to ending) of any client. For the relay, which checks the session's own secret. */
  findSession(id: string): Session | undefined {
    return this.#sessions.find(id);
  }

  /**
   * A live session of this client.
   * @throws Problem `session-not-found` (unknown or another client's), `session-ended` with the reason.
   */
  async getSession(client: string, id: string): Promise<Session> {
    const session = this.#sessions.findOwn(client, id);
    if (session) return session;
    const { endReason, endDetail = '' } = await this.#records.get(client, id);
    const why = endReason === undefined ? 'it is not running' : SESSION_END_REASONS[endReason];
    throw problem('session-ended', { detail: `Session ${id} has ended: ${why}. ${endDetail}`.trim() });
  }

  /** Live or ended, for display. @throws Problem `session-not-found`. */
  async describeSession(client: string, id: string): Promise<SessionSnapshot> {
    const session = this.#sessions.findOwn(client, id);
    return session ? describeSession(session) : describeRecord(await this.#records.get(client, id));
  }

  /** Newest first, after those that are still queued. */
  async listSessions(
    client: string,
    query: { status?: readonly string[]; cursor?: string; limit: number; tags?: Record<string, string> },
  ): Promise<{ data: SessionSnapshot[]; nextCursor: string | null }> {
    const { status, limit, tags = {} } = query;
    const isWanted = (session: SessionSnapshot) =>
      (status === undefined || status.includes(session.status)) &&
      Object.entries(tags).every(([name, value]) => session.tags[name] === value);

    const queued = this.#sessions.queuedOf(client).map(describeSession).filter(isWanted);
    const passed = query.cursor === undefined ? 0 : Number(QUEUED_CURSOR.exec(query.cursor)?.[1] ?? Infinity);
    const data = queued.slice(passed, passed + limit);
    // Of the records, none of which was read where it is of the queue.
    let cursor: string | null | undefined = Number.isFinite(passed) ? undefined : query.cursor;
    while (data.length < limit && cursor !== null) {
      // A store in this process answers at once: many pages in a row would keep everybody else waiting.
      if (cursor !== undefined) await nextTurn();
      const missing = limit - data.length;
      const page = await this.#records.list({
        client,
        status,
        limit: missing,
        ...(cursor ? { cursor } : {}),
      });
      data.push(...page.data.map((record) => this.#describe(record)).filter(isWanted));
      cursor = page.nextCursor;
    }
    return { data, nextCursor: cursor === undefined ? `queued:${passed + data.length}` : cursor };
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
    const session = this.#sessions.findOwn(client, id);
    if (!session) return describeRecord(await this.#records.get(client, id));
    await this.endSession(session, reason, '');
    return describeSession(session);
  }

  /** Ends a session for any reason, in any state, once. Never rejects; see `Endings`. */
  endSession(session: Session, reason: SessionEndReason, detail: string): Promise<void> {
    return this.#endings.end(session, reason, detail);
  }

  listBackends(): BackendView[] {
    return this.#fleet.views();
  }

  /** All devices; which session has one, only of the client's own. */
  listDevices(client: string): DeviceView[] {
    return this.#fleet.devices().map(({ sessionId, ...device }) => {
      const isOwn = sessionId !== undefined && this.#sessions.findOwn(client, sessionId) !== undefined;
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
    const { failure } = this.#records;
    if (failure !== undefined) return { ready: false, reason: `the store fails: ${failure}` };
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
    for (const { state, terms } of this.#sessions.all()) {
      if (state.status !== 'queued')
        sessionsActive.inc({ backend: state.backend ?? '', client: terms.client });
    }
  }

  /** How long there was no server before this one started, which counts for no deadline. */
  get downMs(): number {
    return this.#downMs;
  }

  readySessions(): Iterable<Session> {
    return this.#sessions.ready();
  }

  /** For the reaper: one round of it. */
  housekeep(): Promise<void> {
    return this.#housekeeping.run();
  }

  #connectionsChanged(session: Session, change: 'joined' | 'left'): void {
    const connections = session.connections.size;
    if (change === 'joined') {
      session.touch(this.#clock.now());
      this.#news.publish('session.connected', session, { connections });
      return;
    }
    this.#news.publish('session.disconnected', session, { connections });
    if (connections === 0 && !session.terms.keepAlive && session.state.status === 'ready') {
      this.#background.run('end session', this.endSession(session, 'disconnected', ''));
    }
  }

  #describe(record: SessionRecord): SessionSnapshot {
    const session = this.#sessions.find(record.id);
    return session ? describeSession(session) : describeRecord(record);
  }

  /** When the first session ends at the latest, from now. */
  #freeInMs(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const session of this.#sessions.all()) first = Math.min(first, session.expiresAt);
    return first - this.#clock.now();
  }
}

function draining(): Problem {
  return problem('server-draining', { detail: 'This server is shutting down.', retryAfterSeconds: 10 });
}
