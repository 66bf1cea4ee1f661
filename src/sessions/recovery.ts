// What an earlier run of this server left: the sessions that had not ended, and which of their browsers still run.

import type { BackendSession } from '../backends/backend.ts';
import type { Log } from '../log.ts';
import type { SessionRecord, Store } from '../store/store.ts';
import type { Fleet } from './fleet.ts';

/** A session of the earlier run, with its browser where that could be taken over. */
export interface Leftover {
  record: SessionRecord;
  browser: BackendSession | undefined;
}

/**
 * Asks the backends for the browser of every session that had not ended. With `isSoleServer` the sessions of any node
 * are meant: a container that was made anew has another name and the same data folder.
 */
export async function findLeftovers(options: {
  node: string;
  isSoleServer: boolean;
  store: Store;
  fleet: Fleet;
  log: Log;
}): Promise<Leftover[]> {
  const { node, isSoleServer, store, fleet, log } = options;
  const records = await unendedRecords(store);
  const own = records.filter((record) => isSoleServer || record.node === node);
  return Promise.all(own.map(async (record) => ({ record, browser: await takeOver(record, fleet, log) })));
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
  fleet: Fleet,
  log: Log,
): Promise<BackendSession | undefined> {
  if (status !== 'ready' || handle === undefined) return undefined;
  try {
    const browser = await fleet.find(backend)?.backend.recoverSession?.(handle);
    return browser === 'gone' ? undefined : browser;
  } catch (error) {
    log.error({ event: 'session.not-recovered', sessionId: id, backend, err: error });
    return undefined;
  }
}
