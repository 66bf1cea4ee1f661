// Whether sessions that are created, connected to and destroyed leave anything behind in a server that goes on.

import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { systemClock } from '../src/clock.ts';
import { EventLog } from '../src/events/events.ts';
import { newId } from '../src/ids.ts';
import { openSqliteStore } from '../src/store/sqlite.ts';
import { EVENT_LOG_SIZE } from '../src/store/store.ts';
import { api } from '../test/e2e/api.ts';
import { startScript } from './children.ts';
import { makeDataFolder } from './data-folder.ts';
import { type BenchResult, round } from './ratios.ts';
import { askReading, type Reading } from './readings.ts';

// A process goes on to grow for a while whatever it does: code is compiled, the heap and the page cache find their size.
const WARM_UP_CYCLES = 2000;
const CYCLES = 2000;
const QUARTER = CYCLES / 4;
// Ended sessions are forgotten after a second and not after a day, so that the store reaches the size that it keeps.
const SETTINGS = {
  backends: { fake: { capacity: 100 } },
  sessions: { defaultBrowser: 'fake', retention: '1s' },
  reaper: { probeInterval: '1s' },
};

interface State extends Reading {
  cycles: number;
  storeBytes: number;
}

export async function run(): Promise<BenchResult> {
  const folder = await makeDataFolder(SETTINGS);
  await fillEventLog(join(folder.path, 'moorage.db'));
  const server = await startScript('cycles-process.ts', [folder.configFile], ['--expose-gc']);
  const { url, readingsUrl } = JSON.parse(server.firstLine) as { url: string; readingsUrl: string };
  const states: State[] = [];
  try {
    for (let cycle = 1; cycle <= WARM_UP_CYCLES; cycle++) await createConnectDestroy(url);
    for (let cycle = 1; cycle <= CYCLES; cycle++) {
      await createConnectDestroy(url);
      if (cycle % QUARTER !== 0) continue;
      const reading = await askReading(readingsUrl);
      states.push({ ...reading, cycles: cycle, storeBytes: await storeBytes(folder.path) });
    }
  } finally {
    await server.stop();
    await folder.remove();
  }
  return report(states);
}

/** The event log keeps a fixed number, which a server has after its first hours: what it grows to is no leak. */
async function fillEventLog(file: string): Promise<void> {
  const store = await openSqliteStore({ file, clock: systemClock });
  const events = new EventLog({ store, clock: systemClock });
  for (let count = 0; count < EVENT_LOG_SIZE; count++) {
    const data = { browser: 'fake', tags: {} };
    await events.publish({ type: 'session.ready', client: 'bench', sessionId: newId('ses'), data });
  }
  await store.close();
}

async function createConnectDestroy(url: string): Promise<void> {
  const { create, destroy } = api({ url });
  const { id, connectUrl = '' } = await create();
  const socket = new WebSocket(connectUrl, { perMessageDeflate: false });
  await once(socket, 'open');
  socket.send('{"id":1,"method":"Browser.getVersion"}');
  await once(socket, 'message');
  const closed = once(socket, 'close');
  await destroy(id);
  await closed;
}

/** The store with its write-ahead log. */
async function storeBytes(folder: string): Promise<number> {
  const files = (await readdir(folder)).filter((name) => name.startsWith('moorage.db'));
  const sizes = await Promise.all(files.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function report(states: readonly State[]): BenchResult {
  const [, half, , last] = states;
  if (!half || !last) throw new Error('there are no readings of the second and the last quarter');
  const growthOf = (member: keyof State) => last[member] - half[member];
  const kbPerCycle = (member: keyof State) => growthOf(member) / 1024 / (last.cycles - half.cycles);
  return {
    name: 'cycles',
    rows: states.map(({ cycles, rssBytes, heapBytes, openFiles, listeners, storeBytes: store }) => ({
      'sessions after the warm-up': cycles,
      'RSS MB': round(rssBytes / 1024 ** 2, 1),
      'heap MB': round(heapBytes / 1024 ** 2, 2),
      'open files': openFiles,
      listeners,
      'store MB': round(store / 1024 ** 2, 1),
    })),
    targets: [
      {
        what: 'KB of heap that a session leaves, second to last quarter',
        value: kbPerCycle('heapBytes'),
        bound: { atMost: 0.2 },
      },
      {
        what: 'KB of RSS that a session leaves, second to last quarter',
        value: kbPerCycle('rssBytes'),
        bound: { atMost: 2 },
      },
      { what: 'open files more', value: growthOf('openFiles'), bound: { atMost: 0 } },
      { what: 'listeners more', value: growthOf('listeners'), bound: { atMost: 2 } },
      { what: 'MB of the store at the end', value: last.storeBytes / 1024 ** 2, bound: { atMost: 16 } },
    ],
  };
}
