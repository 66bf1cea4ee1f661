// An allocator over a SQLite store and fake browsers that holds sessions. Arguments: how many, and a folder for the store.
// Prints a port; every GET on it does one batch of work on top of the held sessions and answers what it cost.

import { createServer } from 'node:http';
import { join } from 'node:path';
import { FakeBackend } from '../src/backends/fake.ts';
import { Background } from '../src/background.ts';
import { EventLog } from '../src/events/events.ts';
import { createLog } from '../src/log.ts';
import { createMetrics } from '../src/metrics.ts';
import { Allocator } from '../src/sessions/allocator.ts';
import type { Session } from '../src/sessions/session.ts';
import { openSqliteStore } from '../src/store/sqlite.ts';
import { EVENT_LOG_SIZE } from '../src/store/store.ts';
import { ManualClock } from '../test/manual-clock.ts';

/** Microseconds for one session each; `look` and `housekeeping` are for all of them together. */
export interface ScaleCosts {
  create: number;
  touch: number;
  destroy: number;
  /** From the look that finds it expired until everything of it is given back. */
  reap: number;
  look: number;
  /** One round of the reaper's questions to backends and store. */
  housekeeping: number;
}

const BATCH = 200;
const TOUCHES = 100;
const LOOKS = 20;
const REAPER_INTERVAL_MS = 1000;
const YEAR_MS = 365 * 24 * 60 * 60 * 1000;
/** What a session that is created and destroyed writes into the event log, at the least. */
const EVENTS_PER_SESSION = 3;
const CLIENT = { name: 'bench', maxSessions: 1_000_000, priority: 0, maxTimeoutMs: YEAR_MS };
const NEVER = new AbortController().signal;

const [heldCount = '', dataFolder = ''] = process.argv.slice(2);
const clock = new ManualClock();
const log = createLog({ level: 'warn', pretty: false });
const background = new Background({ log });
const store = await openSqliteStore({ file: join(dataFolder, 'moorage.db'), clock });
const fake = new FakeBackend({ capacity: 100_000 }, { name: 'fake', clock, dataFolder });
const allocator = new Allocator({
  node: 'bench',
  isSoleServer: true,
  members: [{ name: 'fake', kind: 'fake', backend: fake }],
  settings: {
    sessions: {
      max: 100_000,
      defaultBrowser: 'fake',
      timeoutMs: YEAR_MS,
      idleTimeoutMs: YEAR_MS,
      waitMs: 0,
      queueLength: 1,
      startTimeoutMs: 60_000,
      retentionMs: YEAR_MS,
    },
    health: { intervalMs: YEAR_MS, timeoutMs: 5000, failuresToDown: 2, successesToUp: 2 },
    reaper: { intervalMs: REAPER_INTERVAL_MS, probeIntervalMs: YEAR_MS, lateTickMs: 5000 },
  },
  store,
  events: new EventLog({ store, clock }),
  clock,
  metrics: createMetrics(),
  log,
  background,
});
await allocator.start();
// A full event log costs more than one that still grows, and those who hold many sessions fill it sooner.
for (let filled = 0; filled < EVENT_LOG_SIZE; filled += BATCH * EVENTS_PER_SESSION) {
  await destroy(await create());
}
for (let held = 0; held < Number(heldCount); held++) await allocator.createSession(CLIENT, {}, NEVER);
await background.settled();

const control = createServer((_request, response) => {
  void measure().then((costs) => response.end(JSON.stringify(costs)));
});
control.listen(0, '127.0.0.1', () => {
  const address = control.address();
  if (address !== null && typeof address !== 'string') console.log(address.port);
});

async function measure(): Promise<ScaleCosts> {
  // First, because it renews the leases, as it does every half minute: a batch takes less than one of them lasts.
  const [housekeepingMs] = await took(() => allocator.housekeep());
  const [createMs, sessions] = await took(() => create());
  const [touchMs] = await took(async () => touch(sessions));
  const [destroyMs] = await took(() => destroy(sessions));
  const [lookMs] = await took(async () => {
    for (let count = 0; count < LOOKS; count++) look();
  });

  const ids = (await create(REAPER_INTERVAL_MS)).map(({ id }) => id);
  const [reapMs] = await took(async () => {
    look();
    await background.settled();
  });
  const left = ids.filter((id) => allocator.findSession(id));
  if (left.length > 0) throw new Error(`${left.length} expired sessions were not reaped`);

  const microseconds = (ms: number, count: number) => (ms * 1000) / count;
  return {
    create: microseconds(createMs, BATCH),
    touch: microseconds(touchMs, BATCH * TOUCHES),
    destroy: microseconds(destroyMs, BATCH),
    reap: microseconds(reapMs, BATCH),
    look: microseconds(lookMs, LOOKS),
    housekeeping: microseconds(housekeepingMs, 1),
  };
}

/** Creates a batch, events included. */
async function create(timeoutMs?: number): Promise<Session[]> {
  const request = timeoutMs === undefined ? {} : { timeoutMs };
  const sessions: Session[] = [];
  for (let count = 0; count < BATCH; count++) {
    sessions.push(await allocator.createSession(CLIENT, request, NEVER));
  }
  await background.settled();
  return sessions;
}

/** What the relay does for every chunk of traffic. */
function touch(sessions: readonly Session[]): void {
  for (let count = 0; count < TOUCHES; count++) {
    for (const session of sessions) session.touch(clock.now());
  }
}

async function destroy(sessions: readonly Session[]): Promise<void> {
  for (const { id } of sessions) await allocator.destroySession(CLIENT.name, id);
  await background.settled();
}

/** Lets the time pass until the reaper looks again. */
function look(): void {
  clock.advance(REAPER_INTERVAL_MS);
}

async function took<T>(work: () => Promise<T>): Promise<[ms: number, result: T]> {
  const startedAt = performance.now();
  const result = await work();
  return [performance.now() - startedAt, result];
}
