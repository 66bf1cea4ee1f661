// Creations: requests on their way to a browser. Each is given a slot by admission and starts a browser in it, on one
// backend after the other until one succeeds; what fails is undone before the next one is tried.

import type { Backend, SessionRequest } from '../backends/backend.ts';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import { asProblem, type Problem, problem } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { SessionCreate } from '../protocol/sessions.ts';
import type { Admission, ClientTerms } from './admission.ts';
import type { Browsers } from './browsers.ts';
import type { Companion } from './companion.ts';
import type { Endings } from './endings.ts';
import type { Fleet } from './fleet.ts';
import type { SessionRecords } from './records.ts';
import { isHeadless, type Wishes, wishesOf } from './routing.ts';
import type { Session } from './session.ts';
import type { SessionEvents } from './session-events.ts';
import type { SessionMap } from './session-map.ts';

export interface CreationsOptions {
  /** What holds for requests that do not say. */
  defaults: { browser: string; timeoutMs: number; idleTimeoutMs: number; waitMs: number };
  sessions: SessionMap;
  records: SessionRecords;
  fleet: Fleet;
  admission: Admission;
  browsers: Browsers;
  endings: Endings;
  companion?: Companion;
  news: SessionEvents;
  clock: Clock;
  metrics: Metrics;
  log: Log;
  background: Background;
}

interface Creation {
  session: Session;
  client: ClientTerms;
  request: SessionCreate;
  wishes: Wishes;
  timeoutMs: number;
  /** Ended by the client's hanging up, by the end of the session, and by the server's stop. */
  abort: AbortController;
  /** Backends that failed for this request. */
  failed: Map<string, Problem>;
  /** Settles when the backend that is at it has started or been undone. Never rejects. */
  settled: Promise<unknown>;
}

/** How often somebody outside may be faster; more often it is a backend that lists what it never gives. */
const MAX_TURNS = 20;

export class Creations {
  readonly #options: CreationsOptions;
  readonly #underWay = new Map<string, Creation>();

  constructor(options: CreationsOptions) {
    this.#options = options;
  }

  /**
   * Makes a session and resolves when it is ready. On failure, and when `signal` aborts, it has ended.
   * @throws Problem as `Allocator.createSession`.
   */
  async create(client: ClientTerms, request: SessionCreate, signal: AbortSignal): Promise<Session> {
    const { clock, endings } = this.#options;
    const startedAt = clock.monotonic();
    const creation = this.#begin(client, request);
    const { session, abort } = creation;
    const cancel = () => abort.abort(canceled());
    signal.addEventListener('abort', cancel, { once: true });
    if (signal.aborted) cancel();

    try {
      await this.#bringUp(creation);
      this.#observe(session, 'ready', startedAt);
      return session;
    } catch (error) {
      this.#observe(session, abort.signal.aborted ? 'canceled' : 'failed', startedAt);
      const reason = abort.signal.aborted ? 'canceled' : 'start-failed';
      await endings.end(session, reason, error instanceof Error ? error.message : String(error));
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
      this.#underWay.delete(session.id);
    }
  }

  /** Nobody waits in the queue any more. */
  giveUpQueued(reason: Problem): void {
    for (const { session, abort } of this.#underWay.values()) {
      if (session.state.status === 'queued') abort.abort(reason);
    }
  }

  /** Gives up a session that is being made, and resolves when its start is undone. */
  async giveUp({ id }: Session, reason: Problem): Promise<void> {
    const creation = this.#underWay.get(id);
    creation?.abort.abort(reason);
    await creation?.settled;
  }

  #begin(client: ClientTerms, request: SessionCreate): Creation {
    const { clock, defaults, sessions } = this.#options;
    const now = clock.now();
    const wishes = wishesOf(request, defaults.browser);
    const timeoutMs = Math.min(request.timeoutMs ?? defaults.timeoutMs, client.maxTimeoutMs);
    const session = sessions.add({
      id: newId('ses'),
      client: client.name,
      browser: wishes.browser,
      keepAlive: request.keepAlive ?? false,
      idleTimeoutMs: request.idleTimeoutMs ?? defaults.idleTimeoutMs,
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
    this.#underWay.set(session.id, creation);
    return creation;
  }

  /** Reserves and starts, on one backend after the other, until one gives a browser. */
  async #bringUp(creation: Creation): Promise<void> {
    const { admission, clock, defaults, log, news, records } = this.#options;
    const { session, client, request, wishes, failed, abort } = creation;
    let waitMs = request.waitMs ?? defaults.waitMs;
    for (let turns = 1; ; turns += 1) {
      const startedAt = clock.monotonic();
      const applicant = { sessionId: session.id, client, wishes, waitMs, failed, signal: abort.signal };
      const backend = await records.attempt(() =>
        admission.admit(applicant, () => news.publish('session.queued', session)),
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
          waitMs = Math.max(0, waitMs - (clock.monotonic() - startedAt));
          continue;
        }
        failed.set(backend, failure);
        log.warn({ event: 'session.start-failed', sessionId: session.id, backend, err: failure });
      }
    }
  }

  #hasRoom(name: string): boolean {
    const { capacity, active } = this.#options.fleet.get(name).backend.status();
    return active < capacity;
  }

  /** Starts a browser in the slot that was reserved on `name`; on failure leaves neither browser nor slot behind. */
  async #startOn(name: string, creation: Creation): Promise<void> {
    const { admission, background, browsers, clock, companion, endings, fleet, log, news, records } =
      this.#options;
    const { session, abort, timeoutMs } = creation;
    const { backend } = fleet.get(name);
    try {
      abort.signal.throwIfAborted();
      session.state = { status: 'starting', backend: name };
      await records.put(session);
      news.publish('session.starting', session);
      const browser = await browsers.start(backend, sessionRequest(creation, backend), abort.signal);
      abort.signal.throwIfAborted();
      await companion?.begin(session, browser, creation.request);
      abort.signal.throwIfAborted();

      const now = clock.now();
      session.state = { status: 'ready', backend: name, browser };
      session.expiresAt = now + timeoutMs;
      session.touch(now);
      await records.put(session);
      abort.signal.throwIfAborted();
      endings.watch(session, browser);
      news.publish('session.ready', session);
      const { client } = session.terms;
      log.info({ event: 'session.ready', sessionId: session.id, backend: name, client });
    } catch (error) {
      await background.attempt('end recording', async () => companion?.end(session));
      await browsers.destroy(backend, session.id);
      await admission.giveBack(session.id);
      throw error;
    }
  }

  #observe({ state }: Session, outcome: 'canceled' | 'failed' | 'ready', startedAt: number): void {
    const { clock, metrics } = this.#options;
    const backend = state.status === 'queued' ? '' : (state.backend ?? '');
    metrics.sessionCreation.observe({ backend, outcome }, (clock.monotonic() - startedAt) / 1000);
  }
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

function canceled(): Problem {
  return problem('session-ended', { detail: 'The client went away before the session was ready.' });
}
