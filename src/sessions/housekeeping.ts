// Housekeeping: the truth of backends and store is held against the session map, and made to agree with it.

import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Holdings, Reservation, Store } from '../store/store.ts';
import { type Admission, LEASE_MS } from './admission.ts';
import type { Browsers } from './browsers.ts';
import type { Endings } from './endings.ts';
import type { Fleet } from './fleet.ts';
import type { SessionRecords } from './records.ts';
import type { Session } from './session.ts';
import type { SessionMap } from './session-map.ts';

export interface HousekeepingOptions {
  node: string;
  /** How long ended sessions are remembered. */
  retentionMs: number;
  sessions: SessionMap;
  records: SessionRecords;
  fleet: Fleet;
  admission: Admission;
  browsers: Browsers;
  endings: Endings;
  store: Store;
  clock: Clock;
  log: Log;
}

const REPLY_RETENTION_MS = 24 * 60 * 60 * 1000;

export class Housekeeping {
  readonly #options: HousekeepingOptions;

  constructor(options: HousekeepingOptions) {
    this.#options = options;
  }

  /** One round. @throws Problem `store-unavailable`. */
  async run(): Promise<void> {
    const { admission, clock, fleet, records, retentionMs, sessions, store } = this.#options;
    await this.heartbeat();
    await fleet.probe();
    await Promise.all([...sessions.ready()].map((session) => this.#endIfOrphaned(session)));
    await this.releaseStrays();
    await records.putUntaken();
    const now = clock.now();
    await records.forgetEndedBefore(now - retentionMs);
    await store.replies.prune({ createdBefore: now - REPLY_RETENTION_MS });
    admission.wake();
  }

  /** Says that this server is there, and renews what it holds. @throws Problem `store-unavailable`. */
  async heartbeat(): Promise<void> {
    const { clock, node, records, store } = this.#options;
    const now = clock.now();
    await records.attempt(async () => {
      await store.settings.put({ id: heartbeatId(node), client: '', value: now, createdAt: now });
      await store.renew(node, now + LEASE_MS);
    });
  }

  /** For how many milliseconds no server of this name was there; 0 where there never was one. */
  async downMs(): Promise<number> {
    const { clock, node, store } = this.#options;
    const lastSeen = (await store.settings.get(heartbeatId(node)))?.value;
    return typeof lastSeen === 'number' ? Math.max(0, clock.now() - lastSeen) : 0;
  }

  /** Gives back slots that no session of this server holds. */
  async releaseStrays(): Promise<void> {
    const { log, node, sessions, store } = this.#options;
    for (const id of await store.reservedSessions(node)) {
      if (!sessions.find(id) && (await store.release(id))) {
        log.warn({ event: 'slot.stray', sessionId: id });
      }
    }
  }

  /** What a store that lost everything has to be given again. */
  holdings(): Holdings {
    const { admission, fleet, node, records, sessions } = this.#options;
    const kept = [...records.untaken];
    const reservations: Reservation[] = [];
    for (const session of sessions.all()) {
      if (session.state.status === 'queued' || session.state.backend === undefined) continue;
      kept.push(session.toRecord(node));
      reservations.push(admission.reservationOf(session, session.state.backend));
    }
    return { sessions: kept, reservations, settings: fleet.settings() };
  }

  async #endIfOrphaned(session: Session): Promise<void> {
    const { browsers, endings, fleet } = this.#options;
    const { state } = session;
    if (state.status !== 'ready' || state.browser.gone !== undefined) return;
    const { backend } = fleet.get(state.backend);
    const isGone = await browsers.recover(backend, state.browser.handle).then(
      (answer) => answer === 'gone',
      () => false, // who cannot tell is asked again in the next round
    );
    if (isGone) await endings.end(session, 'backend-lost', 'The backend no longer has its browser.');
  }
}

function heartbeatId(node: string): string {
  return `heartbeat:${node}`;
}
