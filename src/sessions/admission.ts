// Admission: gives each request a reserved slot of a backend, at once or after a fair wait. Slots are never held
// while a browser starts elsewhere, and a queue of requests never lets a newer one overtake.

import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import { type Problem, problem } from '../errors.ts';
import type { SessionId } from '../ids.ts';
import type { Metrics } from '../metrics.ts';
import type { Reservation, Store } from '../store/store.ts';
import type { Fleet } from './fleet.ts';
import { FairQueue } from './queue.ts';
import { type Route, routeSession, type Wishes } from './routing.ts';
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

export interface Applicant {
  sessionId: SessionId;
  client: ClientTerms;
  wishes: Wishes;
  /** How long to wait for a slot. */
  waitMs: number;
  /** Backends that failed for this request already; they are not asked again. */
  failed: ReadonlyMap<string, Problem>;
  /** Leaves the queue; its reason is thrown. */
  signal: AbortSignal;
}

type Outcome = { backend: string } | { full: 'backends' | 'client' | 'global' };

interface Waiter {
  client: string;
  priority: number;
  applicant: Applicant;
  outcome: Outcome;
  serve(backend: string): void;
}

/** Reservations of this server lapse so long after it stopped renewing them, for other servers. */
export const LEASE_MS = 90_000;

const NO_LIMITS: Reservation['limits'] = {
  backend: Number.MAX_SAFE_INTEGER,
  client: Number.MAX_SAFE_INTEGER,
  global: Number.MAX_SAFE_INTEGER,
};

export class Admission {
  readonly #node: string;
  readonly #limits: { max: number; queueLength: number };
  readonly #fleet: Fleet;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  readonly #background: Background;
  readonly #freeInMs: () => number;
  readonly #queue = new FairQueue<Waiter>();
  #isServing = false;
  #serveAgain = false;

  /** `freeInMs` guesses when the next slot becomes free, for Retry-After. */
  constructor(options: {
    node: string;
    limits: { max: number; queueLength: number };
    fleet: Fleet;
    store: Store;
    clock: Clock;
    metrics: Metrics;
    background: Background;
    freeInMs: () => number;
  }) {
    this.#node = options.node;
    this.#limits = options.limits;
    this.#fleet = options.fleet;
    this.#store = options.store;
    this.#clock = options.clock;
    this.#metrics = options.metrics;
    this.#background = options.background;
    this.#freeInMs = options.freeInMs;
  }

  get queueLength(): number {
    return this.#queue.length;
  }

  /**
   * The backend of which a slot is now reserved for the applicant. `onQueued` is called if it has to wait.
   * @throws Problem `capabilities-unmatched`, or once the wait is over `no-capacity`, `quota-exceeded` or
   *   `backend-unavailable`; the last failure when every matching backend failed; the reason of an aborted signal.
   */
  async admit(applicant: Applicant, onQueued: () => void): Promise<string> {
    this.#checkMatched(applicant);
    let outcome: Outcome = { full: 'backends' };
    if (this.#queue.length === 0) {
      outcome = await this.#reserve(applicant, new Set());
      if ('backend' in outcome) return outcome.backend;
    }
    applicant.signal.throwIfAborted();
    this.#checkQueue(applicant, outcome);
    onQueued();
    return this.#wait(applicant, outcome);
  }

  /** To be called whenever a slot may have become free: serves those who wait. */
  wake(): void {
    this.#serveAgain = true;
    if (this.#isServing || this.#queue.length === 0) return;
    this.#background.run('serve queue', this.#serveWaiters());
  }

  /** Gives the slot of a session back. Never rejects: the failure is logged. */
  async giveBack(sessionId: SessionId): Promise<void> {
    // What cannot be released now is found by housekeeping: its session is in no map.
    await this.#background.attempt('release slot', () => this.#store.release(sessionId));
    this.wake();
  }

  /** The slot of a session that has its browser already, so that no limit stands in its way. */
  reservationOf({ id, terms }: Session, backend: string): Reservation {
    const leaseUntil = this.#clock.now() + LEASE_MS;
    return { sessionId: id, node: this.#node, backend, client: terms.client, limits: NO_LIMITS, leaseUntil };
  }

  /** Throws where no backend of this server will ever serve the request. */
  #checkMatched({ wishes, failed }: Applicant): void {
    const { candidates, unavailable, unmatched } = this.#route(wishes);
    const matched = [...candidates.map(({ name }) => name), ...unavailable.map(({ backend }) => backend)];
    if (matched.some((name) => !failed.has(name))) return;

    const lastFailure = [...failed.values()].at(-1);
    if (lastFailure) throw lastFailure;
    const reasons = unmatched.map(({ backend, reason }) => `${backend} ${reason}`).join('; ');
    throw problem('capabilities-unmatched', {
      detail: `No backend offers what was asked: ${reasons || 'none is configured'}.`,
      members: { rejected: unmatched },
    });
  }

  #route(wishes: Wishes): Route {
    return routeSession(wishes, this.#fleet.snapshots());
  }

  /** Tries the candidates in order. `full` collects the backends without room, so that one pass asks each once. */
  async #reserve({ sessionId, client, wishes, failed }: Applicant, full: Set<string>): Promise<Outcome> {
    for (const { name } of this.#route(wishes).candidates) {
      if (failed.has(name) || full.has(name)) continue;
      const outcome = await this.#store.reserve({
        sessionId,
        node: this.#node,
        backend: name,
        client: client.name,
        limits: {
          backend: this.#fleet.get(name).backend.status().capacity,
          client: client.maxSessions,
          global: this.#limits.max,
        },
        leaseUntil: this.#clock.now() + LEASE_MS,
      });
      if (outcome.reserved) return { backend: name };
      if (outcome.full !== 'backend') return { full: outcome.full };
      full.add(name);
    }
    return { full: 'backends' };
  }

  #checkQueue(applicant: Applicant, outcome: Outcome): void {
    if (applicant.waitMs === 0) throw this.#refusal(applicant, outcome);
    if (this.#queue.length < this.#limits.queueLength) return;
    this.#metrics.limitHits.inc({ limit: 'queue-length' });
    throw problem('no-capacity', {
      detail: `The queue is full: ${this.#queue.length} requests wait already (sessions.queueLength).`,
      retryAfterSeconds: this.#retryAfterSeconds(),
    });
  }

  #wait(applicant: Applicant, outcome: Outcome): Promise<string> {
    const { client, signal, waitMs } = applicant;
    const since = this.#clock.monotonic();
    return new Promise((resolve, reject) => {
      const settle = (result: 'canceled' | 'served' | 'timeout') => {
        cancelDeadline();
        signal.removeEventListener('abort', abort);
        this.#metrics.queueWait.observe({ outcome: result }, (this.#clock.monotonic() - since) / 1000);
      };
      const leave = (result: 'canceled' | 'timeout', reason: unknown) => {
        if (!this.#queue.remove(waiter)) return;
        settle(result);
        reject(reason);
      };
      const waiter: Waiter = {
        client: client.name,
        priority: client.priority,
        applicant,
        outcome,
        serve: (backend) => {
          this.#queue.serve(waiter);
          settle('served');
          resolve(backend);
        },
      };
      const abort = () => leave('canceled', signal.reason);
      const cancelDeadline = this.#clock.after(waitMs, () => {
        leave('timeout', this.#refusal(applicant, waiter.outcome));
      });
      signal.addEventListener('abort', abort);
      this.#queue.add(waiter);
      this.wake();
    });
  }

  async #serveWaiters(): Promise<void> {
    this.#isServing = true;
    try {
      while (this.#serveAgain) {
        this.#serveAgain = false;
        await this.#serveOnce();
      }
    } finally {
      // In the same step as the last look at `#serveAgain`: a call in between would be lost, and with it who waits.
      this.#isServing = false;
    }
  }

  /** One pass in fair order; who cannot be served does not stand in the way of others that can. */
  async #serveOnce(): Promise<void> {
    const full = new Set<string>();
    const fullClients = new Set<string>();
    for (const waiter of this.#queue.inOrder()) {
      if (!this.#queue.has(waiter) || fullClients.has(waiter.client)) continue;
      waiter.outcome = await this.#reserve(waiter.applicant, full);
      if ('backend' in waiter.outcome) await this.#hand(waiter, waiter.outcome.backend);
      else if (waiter.outcome.full === 'global') return;
      else if (waiter.outcome.full === 'client') fullClients.add(waiter.client);
    }
  }

  async #hand(waiter: Waiter, backend: string): Promise<void> {
    if (this.#queue.has(waiter)) waiter.serve(backend);
    // It left while its slot was being reserved.
    else await this.#store.release(waiter.applicant.sessionId);
  }

  #refusal({ client, wishes, failed, waitMs }: Applicant, outcome: Outcome): Problem {
    const { candidates, unavailable } = this.#route(wishes);
    const waited = waitMs === 0 ? '' : ` after ${waitMs} ms in the queue`;
    const retryAfterSeconds = this.#retryAfterSeconds();

    if (candidates.every(({ name }) => failed.has(name))) {
      const reasons = unavailable.map(({ backend, reason }) => `${backend} ${reason}`).join('; ');
      return problem('backend-unavailable', {
        detail: `No backend for ${wishes.browser} takes sessions${waited}: ${reasons}.`,
        retryAfterSeconds,
        members: { rejected: unavailable },
      });
    }
    if ('full' in outcome && outcome.full === 'client') {
      this.#metrics.limitHits.inc({ limit: 'client-sessions' });
      return problem('quota-exceeded', {
        detail: `Client ${client.name} has its ${client.maxSessions} sessions already${waited}.`,
        retryAfterSeconds,
      });
    }
    const isGlobal = 'full' in outcome && outcome.full === 'global';
    this.#metrics.limitHits.inc({ limit: isGlobal ? 'global-sessions' : 'backend-capacity' });
    const names = candidates.map(({ name }) => name).join(', ');
    return problem('no-capacity', {
      detail: isGlobal
        ? `The server has its ${this.#limits.max} sessions already${waited} (sessions.max).`
        : `Every slot for ${wishes.browser} is in use${waited} (${names}).`,
      retryAfterSeconds,
    });
  }

  #retryAfterSeconds(): number {
    return Math.min(30, Math.max(1, Math.ceil(this.#freeInMs() / 1000)));
  }
}
