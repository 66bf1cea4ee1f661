// After a restart: the sessions of the earlier run that had not ended. Those whose browsers still run go on, the others
// end; backends then clear away what belongs to none.

import type { BackendSession } from '../backends/backend.ts';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { SessionRecord, Store } from '../store/store.ts';
import type { Admission } from './admission.ts';
import type { Browsers } from './browsers.ts';
import type { Companion } from './companion.ts';
import type { Endings } from './endings.ts';
import type { Fleet } from './fleet.ts';
import type { Housekeeping } from './housekeeping.ts';
import type { SessionRecords } from './records.ts';
import type { SessionTerms } from './session.ts';
import type { SessionEvents } from './session-events.ts';
import type { SessionMap } from './session-map.ts';

export interface RecoveryOptions {
  node: string;
  /** Whether no other server uses this store, so that whatever it holds is this one's. */
  isSoleServer: boolean;
  sessions: SessionMap;
  records: SessionRecords;
  fleet: Fleet;
  admission: Admission;
  browsers: Browsers;
  endings: Endings;
  housekeeping: Housekeeping;
  companion?: Companion;
  news: SessionEvents;
  store: Store;
  clock: Clock;
  log: Log;
  background: Background;
}

/** A session of the earlier run, with its browser where that could be taken over. */
interface Leftover {
  record: SessionRecord;
  browser: BackendSession | undefined;
}

/** Takes over what an earlier run left. Gives for how many milliseconds there was no server. */
export async function recoverSessions(options: RecoveryOptions): Promise<number> {
  const { background, browsers, fleet, housekeeping, log, sessions } = options;
  const downMs = await housekeeping.downMs();
  const leftovers = await findLeftovers(options);
  await Promise.all(leftovers.map((leftover) => recoverSession(leftover, downMs, options)));
  await housekeeping.releaseStrays();

  const adopted = sessions.ids.size;
  for (const { name, backend } of fleet.members()) {
    await background.attempt(`reconcile ${name}`, () => browsers.reconcile(backend, sessions.ids));
  }
  if (leftovers.length > 0) {
    log.info({ event: 'sessions.recovered', adopted, ended: leftovers.length - adopted, downMs });
  }
  return downMs;
}

/**
 * Asks the backends for the browser of every session that had not ended. With `isSoleServer` the sessions of any node
 * are meant: a container that was made anew has another name and the same data folder.
 */
async function findLeftovers({
  node,
  isSoleServer,
  store,
  fleet,
  browsers,
  log,
}: RecoveryOptions): Promise<Leftover[]> {
  const records = await unendedRecords(store);
  const own = records.filter((record) => isSoleServer || record.node === node);
  const parts = { fleet, browsers, log };
  return Promise.all(own.map(async (record) => ({ record, browser: await takeOver(record, parts) })));
}

async function unendedRecords({ sessions }: Store): Promise<SessionRecord[]> {
  const records: SessionRecord[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await sessions.list({
      status: ['starting', 'ready', 'ending'],
      limit: 500,
      ...(cursor !== undefined && { cursor }),
    });
    records.push(...page.data);
    cursor = page.nextCursor;
  }
  return records;
}

async function takeOver(
  { id, backend, handle, status }: SessionRecord,
  { fleet, browsers, log }: Pick<RecoveryOptions, 'browsers' | 'fleet' | 'log'>,
): Promise<BackendSession | undefined> {
  const member = fleet.find(backend);
  if (!member || status !== 'ready' || handle === undefined) return undefined;
  try {
    const browser = await browsers.recover(member.backend, handle);
    return browser === 'gone' ? undefined : browser;
  } catch (error) {
    log.error({ event: 'session.not-recovered', sessionId: id, backend, err: error });
    return undefined;
  }
}

async function recoverSession(
  { record, browser }: Leftover,
  downMs: number,
  {
    sessions,
    records,
    admission,
    endings,
    companion,
    fleet,
    news,
    store,
    clock,
    background,
  }: RecoveryOptions,
): Promise<void> {
  const session = sessions.add(termsOf(record));
  const { backend } = record;
  if (browser === undefined) {
    session.state = { status: 'starting', backend };
    const detail = fleet.find(backend)
      ? `It was ${record.status} when the server went away.`
      : `Backend ${backend} is not configured any more. What it had may run on: configured once more, it ends that.`;
    await endings.end(session, record.endReason ?? 'server-restarted', record.endDetail ?? detail);
    return;
  }
  session.state = { status: 'ready', backend, browser };
  // The time in which there was no server does not count.
  session.expiresAt = record.expiresAt + downMs;
  session.touch(clock.now());
  session.recordingId = record.recordingId;
  session.recorderKeys = record.recorderKeys;
  await background.attempt('resume recording', async () => companion?.resume(session, browser));
  await store.reserve(admission.reservationOf(session, backend));
  await records.put(session);
  endings.watch(session, browser);
  news.publish('session.ready', session, { recovered: true });
}

function termsOf(record: SessionRecord): SessionTerms {
  const { id, client, browser, keepAlive, idleTimeoutMs, createdAt, expiresAt, tags, surface } = record;
  const terms = { id, client, browser, keepAlive, idleTimeoutMs, createdAt, expiresAt, tags };
  return surface === undefined ? terms : { ...terms, surface };
}
