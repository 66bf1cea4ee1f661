// Browsers, as asked of backends that may hang, fail or lie: every question has a deadline, every end is tried again.

import type { Backend, BackendSession, Handle, SessionRequest } from '../backends/backend.ts';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { SessionId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';

// A browser that cannot be ended is tried again after these; after the last its slot is given back all the same.
const DESTROY_DELAYS_MS = [0, 500, 2000, 8000];
const DESTROY_TIMEOUT_MS = 20_000;
// Housekeeping waits for it, and is to come round again before the leases of this server lapse.
const RECOVER_TIMEOUT_MS = 40_000;
// The start of the server waits for it.
const RECONCILE_TIMEOUT_MS = 60_000;
// How long a backend may go on after its signal was aborted before nobody waits for it any more.
const ABORT_GRACE_MS = 10_000;

export class Browsers {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #metrics: Metrics;
  readonly #startTimeoutMs: number;

  constructor(options: { clock: Clock; log: Log; metrics: Metrics; startTimeoutMs: number }) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#metrics = options.metrics;
    this.#startTimeoutMs = options.startTimeoutMs;
  }

  /**
   * Starts a browser within the start timeout. Whatever a backend comes up with later is ended.
   * @throws the reason of `signal` once it is aborted; Problem `session-not-created` at the deadline; whatever the
   *   backend throws.
   */
  async start(backend: Backend, request: SessionRequest, signal: AbortSignal): Promise<BackendSession> {
    signal.throwIfAborted();
    const giveUp = new AbortController();
    const forward = () => giveUp.abort(signal.reason);
    signal.addEventListener('abort', forward, { once: true });
    const cancelDeadline = this.#clock.after(this.#startTimeoutMs, () => {
      this.#metrics.limitHits.inc({ limit: 'start-timeout' });
      const detail = `The browser was not ready after ${this.#startTimeoutMs} ms (sessions.startTimeout).`;
      giveUp.abort(problem('session-not-created', { detail }));
    });

    // As of a promise, should it throw at once.
    const starting = Promise.resolve().then(() => backend.createSession(request, giveUp.signal));
    try {
      return await Promise.race([starting, this.#graceAfter(giveUp.signal)]);
    } catch (error) {
      if (!giveUp.signal.aborted) throw error;
      // The backend may not have listened. What it still comes up with is nobody's.
      void starting.then(
        ({ handle }) => this.destroy(backend, request.id, handle),
        () => {}, // it gave up as it was told to
      );
      throw giveUp.signal.reason;
    } finally {
      cancelDeadline();
      signal.removeEventListener('abort', forward);
    }
  }

  /** Ends a browser, trying again where the backend fails. Never rejects: the last failure is logged. */
  async destroy(backend: Backend, id: SessionId, handle?: Handle): Promise<void> {
    let failure: unknown;
    for (const delayMs of DESTROY_DELAYS_MS) {
      if (delayMs > 0) await new Promise<void>((resolve) => this.#clock.after(delayMs, resolve));
      try {
        const destroying = backend.destroySession(handle ? { id, handle } : { id });
        return await this.#within(DESTROY_TIMEOUT_MS, destroying, 'did not end the browser');
      } catch (error) {
        failure = error;
        this.#log.warn({ event: 'browser.destroy-failed', sessionId: id, err: error });
      }
    }
    this.#metrics.backgroundFailures.inc({ task: 'destroy browser' });
    this.#log.error({ event: 'browser.not-destroyed', sessionId: id, handle, err: failure });
  }

  /**
   * Takes over the browser of an earlier run, or asks whether it still runs; `undefined` where the backend can do neither.
   * @throws Error when it does not answer in time; whatever the backend throws.
   */
  async recover(backend: Backend, handle: Handle): Promise<BackendSession | 'gone' | undefined> {
    const recovering = backend.recoverSession?.(handle);
    return recovering && this.#within(RECOVER_TIMEOUT_MS, recovering, 'did not say whether the browser runs');
  }

  /**
   * Has a backend clear away what belongs to no session. One that takes longer goes on by itself, so that `keep` has the
   * sessions that come meanwhile as well.
   * @throws Error when it does not answer in time; whatever the backend throws.
   */
  async reconcile(backend: Backend, keep: ReadonlySet<SessionId>): Promise<void> {
    const reconciling = backend.reconcile?.(keep);
    if (reconciling === undefined) return;
    await this.#within(RECONCILE_TIMEOUT_MS, reconciling, 'did not clear away what was left');
  }

  /** Rejects some time after `signal` aborts, for backends that go on as if nothing had happened. */
  #graceAfter(signal: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      const wait = () => void this.#clock.after(ABORT_GRACE_MS, () => reject(signal.reason));
      signal.addEventListener('abort', wait, { once: true });
    });
  }

  #within<T>(timeoutMs: number, answer: Promise<T>, failure: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(timeoutMs, () => {
        reject(new Error(`the backend ${failure} within ${timeoutMs} ms`));
      });
      answer.then(resolve, reject).finally(cancel);
    });
  }
}
