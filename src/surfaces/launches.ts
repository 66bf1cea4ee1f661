// Which surfaces run, and bringing them up and down: one thing at a time for each, however many ask at once. Whatever
// becomes of a launch is told here, as events and metrics.

import { unlessAborted } from '../backends/support/waiting.ts';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { EventLog } from '../events/events.ts';
import type { SurfaceId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { EventType } from '../protocol/events.ts';
import type { SessionCreate } from '../protocol/sessions.ts';
import type { SurfaceState } from '../protocol/surfaces.ts';
import type { Allocator, ClientTerms } from '../sessions/allocator.ts';
import type { Session } from '../sessions/session.ts';
import type { SurfaceRecord } from '../store/store.ts';
import { SURFACES_BACKEND, type SurfaceBackend } from './backend.ts';
import { clearBroughtStorage, readBroughtStorage } from './brought-storage.ts';
import { SurfaceFolder } from './folder.ts';
import type { SurfaceRecords } from './records.ts';

/** What surfaces ask of the allocator. */
export type SurfaceAllocator = Pick<
  Allocator,
  'createSession' | 'endSession' | 'getSession' | 'readySessions'
>;

/** What surfaces ask of their backend beyond its being one. */
export type SurfaceLook = Pick<SurfaceBackend, 'look'>;

export interface LaunchesOptions {
  /** The folder of all surfaces. */
  root: string;
  records: SurfaceRecords;
  backend: SurfaceLook;
  allocator: SurfaceAllocator;
  events: EventLog;
  clock: Clock;
  metrics: Metrics;
  log: Log;
  background: Background;
}

/** Surfaces have no deadline of the allocator's; this is the longest that its record can say. */
const TIMEOUT_MS = 7 * 24 * 60 * 60 * 1000;
/** States in which there is a process that a stop has to reach. */
const ALIVE: readonly SurfaceState[] = ['reconnecting', 'running', 'suspended'];

export class Launches {
  readonly #root: string;
  readonly #records: SurfaceRecords;
  readonly #backend: SurfaceLook;
  readonly #allocator: SurfaceAllocator;
  readonly #events: EventLog;
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  readonly #log: Log;
  readonly #background: Background;
  readonly #sessions = new Map<SurfaceId, Session>();
  readonly #wakings = new Map<SurfaceId, Promise<Session>>();
  readonly #turns = new Map<SurfaceId, Promise<unknown>>();

  constructor(options: LaunchesOptions) {
    this.#root = options.root;
    this.#records = options.records;
    this.#backend = options.backend;
    this.#allocator = options.allocator;
    this.#events = options.events;
    this.#clock = options.clock;
    this.#metrics = options.metrics;
    this.#log = options.log;
    this.#background = options.background;
  }

  /** After a restart: the sessions that the allocator has taken over. */
  async adopt(): Promise<void> {
    for (const session of [...this.#allocator.readySessions()]) {
      const { client, surface } = session.terms;
      if (surface === undefined) continue;
      const record = this.#records.find(client, surface);
      if (record) this.#hold(record, session, record.generation);
      else await this.#allocator.endSession(session, 'destroyed', 'Its surface was deleted.');
    }
  }

  /** The session of the present launch, where it can be used. */
  find(record: SurfaceRecord): Session | undefined {
    const session = this.#sessions.get(record.id);
    return session?.state.status === 'ready' ? session : undefined;
  }

  isWaking(record: SurfaceRecord): boolean {
    return this.#wakings.has(record.id);
  }

  /**
   * The session of the surface, whose browser is launched if need be. A launch that nobody waits for any more goes on:
   * the next one who asks finds it.
   * @throws what `Allocator.createSession` throws; the reason of `signal` when the client hangs up.
   */
  async wake(
    record: SurfaceRecord,
    client: ClientTerms,
    { waitMs, signal }: { waitMs?: number | undefined; signal: AbortSignal },
  ): Promise<Session> {
    const running = this.find(record);
    if (running) return running;
    let waking = this.#wakings.get(record.id);
    if (!waking) {
      waking = this.inTurn(record, () => this.launch(record, client, waitMs)).finally(() =>
        this.#wakings.delete(record.id),
      );
      this.#wakings.set(record.id, waking);
    }
    return unlessAborted(waking, signal);
  }

  /** Ends the browser politely, also one that runs without a session. To be called in turn. */
  async end(record: SurfaceRecord): Promise<void> {
    const session = this.#sessions.get(record.id);
    if (session) {
      await this.#allocator.endSession(session, 'destroyed', '');
      return;
    }
    const { status } = await this.#backend.look(record);
    // A browser is ended by the session that holds it, so one that was left over is taken over first.
    if (!ALIVE.includes(status)) return;
    const unlimited = { maxSessions: Number.MAX_SAFE_INTEGER, priority: 0, maxTimeoutMs: TIMEOUT_MS };
    const adopted = await this.launch(record, { name: record.client, ...unlimited });
    await this.#allocator.endSession(adopted, 'destroyed', '');
  }

  /** Lets go of what is known of a surface that was deleted. */
  forget({ id }: SurfaceRecord): void {
    this.#sessions.delete(id);
  }

  /** Runs `work` when everything is done that was asked of this surface before. */
  inTurn<T>(record: SurfaceRecord, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(record.id) ?? Promise.resolve();
    const turn = before.then(() => this.#ifStillThere(record, work));
    const settled = turn.then(
      () => {},
      () => {},
    );
    this.#turns.set(record.id, settled);
    void settled.then(() => {
      if (this.#turns.get(record.id) === settled) this.#turns.delete(record.id);
    });
    return turn;
  }

  /** To be called in turn. */
  async launch(record: SurfaceRecord, client: ClientTerms, waitMs?: number): Promise<Session> {
    const before = this.#sessions.get(record.id);
    if (before?.state.status === 'ready') return before;
    // Joins the end that is under way: the folder is one browser's at a time.
    if (before) await this.#allocator.endSession(before, 'browser-crashed', '');
    const { generation } = record;
    const { storageFile } = new SurfaceFolder(this.#root, record.folder);
    const storageState = await readBroughtStorage(storageFile);
    const request = { ...requestOf(record, waitMs), ...(storageState && { storageState }) };
    const session = await this.#allocator.createSession(client, request, new AbortController().signal);
    if (storageState) await clearBroughtStorage(storageFile);
    this.#hold(record, session, generation);
    await this.#records.update(record, { lastUsedAt: this.#clock.now() });
    return session;
  }

  publish(type: EventType, { client, name }: SurfaceRecord, data: Record<string, unknown> = {}): void {
    const event = { type, client, data: { surface: name, ...data } };
    this.#background.run('publish event', this.#events.publish(event));
    this.#log.info({ event: type, client, surface: name, ...data });
  }

  /** Keeps the session and tells what became of the surface, now and when it ends. */
  #hold(record: SurfaceRecord, session: Session, generationBefore: number): void {
    this.#sessions.set(record.id, session);
    const { memory, gone } = session.getBrowser();
    const { generation = record.generation, losses = [] } = memory ?? {};
    const isAdopted = generation === generationBefore;
    const cause = isAdopted ? 'adoption' : generationBefore === 0 ? 'first' : 'relaunch';
    this.#metrics.surfaceLaunches.inc({ cause });
    if (cause === 'relaunch') this.publish('surface.relaunched', record, { generation, lost: losses });
    else this.publish('surface.running', record, { generation, isAdopted });
    // The allocator listens too, and was there first: by now the session knows why it ends.
    void gone?.then(() => this.#tellEnd(record, session));
  }

  #tellEnd(record: SurfaceRecord, { state, lastActivityAt }: Session): void {
    const { generation } = record;
    record.lastUsedAt = Math.max(record.lastUsedAt, lastActivityAt);
    if (state.status !== 'ending' && state.status !== 'ended') return;
    if (state.reason === 'destroyed') {
      this.publish('surface.stopped', record, { generation });
    } else {
      this.#metrics.surfaceCrashes.inc();
      this.publish('surface.crashed', record, { generation, reason: state.reason, detail: state.detail });
    }
  }

  async #ifStillThere<T>(record: SurfaceRecord, work: () => Promise<T>): Promise<T> {
    if (this.#records.find(record.client, record.name) === record) return work();
    throw problem('surface-not-found', { detail: `Surface ${record.name} was deleted meanwhile.` });
  }
}

function requestOf({ name, browser, options }: SurfaceRecord, waitMs: number | undefined): SessionCreate {
  const { ttlMs: _, ...wishes } = options;
  return {
    ...wishes,
    browser,
    backend: SURFACES_BACKEND,
    surface: name,
    keepAlive: true,
    timeoutMs: TIMEOUT_MS,
    ...(waitMs !== undefined && { waitMs }),
  };
}
