// Endings: every session ends once, by whoever is first. Its connections are closed, its browser is ended, its slot is
// given back, its record says why; what fails on the way is logged and keeps nothing of the rest from happening.

import type { BackendSession } from '../backends/backend.ts';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import { type Problem, problem } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { SESSION_END_REASONS, type SessionEndReason } from '../protocol/sessions.ts';
import type { Admission } from './admission.ts';
import type { Browsers } from './browsers.ts';
import type { Companion } from './companion.ts';
import { closeNameAfter } from './description.ts';
import type { Fleet } from './fleet.ts';
import type { SessionRecords } from './records.ts';
import type { Session } from './session.ts';
import type { SessionEvents } from './session-events.ts';
import type { SessionMap } from './session-map.ts';

export interface EndingsOptions {
  sessions: SessionMap;
  records: SessionRecords;
  fleet: Fleet;
  admission: Admission;
  browsers: Browsers;
  companion?: Companion;
  news: SessionEvents;
  clock: Clock;
  metrics: Metrics;
  log: Log;
  background: Background;
  /** Gives up the start of a session, if it is being started, and resolves when that is undone. */
  giveUp(session: Session, reason: Problem): Promise<unknown>;
}

export class Endings {
  readonly #options: EndingsOptions;
  readonly #underWay = new Map<string, Promise<void>>();
  #isClosed = false;

  constructor(options: EndingsOptions) {
    this.#options = options;
  }

  /**
   * Ends a session for any reason, in any state, once: who asks again waits for the same end. Never rejects: what the
   * browser or the store refuses is tried again, then logged.
   */
  end(session: Session, reason: SessionEndReason, detail: string): Promise<void> {
    const { id } = session;
    let ending = this.#underWay.get(id);
    if (!ending && session.state.status !== 'ended' && !this.#isClosed) {
      ending = this.#end(session, reason, detail).finally(() => this.#underWay.delete(id));
      this.#underWay.set(id, ending);
    }
    return ending ?? Promise.resolve();
  }

  /** From now on no session ends here, whatever is seen of its browser: another server is to find that out. */
  close(): void {
    this.#isClosed = true;
  }

  /** Ends the session when its browser ends by itself. */
  watch(session: Session, browser: BackendSession): void {
    void browser.gone?.then(({ reason, detail }) => this.end(session, reason, detail));
  }

  async #end(session: Session, reason: SessionEndReason, detail: string): Promise<void> {
    const { sessions, records, news, clock, metrics, log, background } = this.#options;
    const before = session.state;
    const backend = before.status === 'queued' ? undefined : before.backend;
    session.state = { status: 'ending', backend, reason, detail };
    const sentence = `${SESSION_END_REASONS[reason]}${detail === '' ? '' : `: ${detail}`}`;
    session.closeAll(closeNameAfter(reason), sentence);

    const failure = `Session ${session.id} ended while it was made: ${sentence}.`;
    await this.#options.giveUp(session, problem('session-ended', { detail: failure }));
    if (backend !== undefined) {
      await this.#undo(session, backend, before.status === 'ready' ? before.browser : undefined);
    }

    session.state = { status: 'ended', backend, reason, detail, endedAt: clock.now() };
    if (backend !== undefined) {
      const isStored = await background.attempt('store session', () => records.put(session));
      if (!isStored) records.putLater(session);
    }
    sessions.delete(session);
    metrics.sessionsEnded.inc({ backend: backend ?? '', client: session.terms.client, reason });
    news.publish('session.ended', session, { reason, detail });
    log.info({ event: 'session.ended', sessionId: session.id, backend, reason, detail });
  }

  /** Takes back what the session has of its backend. */
  async #undo(session: Session, name: string, browser: BackendSession | undefined): Promise<void> {
    const { admission, background, browsers, companion, fleet, records } = this.#options;
    await background.attempt('store session', () => records.put(session));
    await background.attempt('end recording', async () => companion?.end(session));
    const member = fleet.find(name);
    if (member) await browsers.destroy(member.backend, session.id, browser?.handle);
    await admission.giveBack(session.id);
  }
}
