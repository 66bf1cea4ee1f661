// What an idle session that a client is connected to costs the server in memory. Three processes: the clients here, the
// server, and the browsers, which are an echo.

import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { api } from '../test/e2e/api.ts';
import { startScript } from './children.ts';
import { makeDataFolder } from './data-folder.ts';
import { type BenchResult, median, round } from './ratios.ts';
import { askReading, type Reading } from './readings.ts';

const WARM_UP_SESSIONS = 200;
const SESSIONS = 1000;
const RUNS = 3;
const IDLE_MS = 3000;

interface Growth {
  rssKb: number;
  heapKb: number;
  externalKb: number;
  openFiles: number;
}

export async function run(): Promise<BenchResult> {
  const growths: Growth[] = [];
  for (let count = 0; count < RUNS; count++) growths.push(await growthOfFreshServer());
  const rssKb = median(growths.map((growth) => growth.rssKb));
  return {
    name: 'memory',
    rows: growths.map((growth, index) => ({
      run: index + 1,
      'RSS KB a session': round(growth.rssKb, 1),
      'of it heap KB': round(growth.heapKb, 1),
      'of it external KB': round(growth.externalKb, 1),
      'open files a session': round(growth.openFiles, 2),
    })),
    targets: [{ what: 'KB of RSS for an idle relayed session', value: rssKb, bound: { atMost: 50 } }],
  };
}

/** What each of 1,000 sessions adds to a server that has seen some before. */
async function growthOfFreshServer(): Promise<Growth> {
  const browsers = await startScript('echo-process.ts');
  const folder = await makeDataFolder({ sessions: { max: 100_000, timeout: '1h', idleTimeout: '1h' } });
  const upstreamUrl = `ws://127.0.0.1:${browsers.firstLine}/`;
  const server = await startScript('remote-process.ts', [folder.configFile, upstreamUrl], ['--expose-gc']);
  const { url, readingsUrl } = JSON.parse(server.firstLine) as { url: string; readingsUrl: string };
  const sockets: WebSocket[] = [];
  try {
    // What the first sessions cost is code, not memory of a session.
    for (let count = 0; count < WARM_UP_SESSIONS; count++) sockets.push(await openSession(url));
    const before = await idleReading(readingsUrl);
    for (let count = 0; count < SESSIONS; count++) sockets.push(await openSession(url));
    return growth(before, await idleReading(readingsUrl));
  } finally {
    for (const socket of sockets) socket.terminate();
    await server.stop();
    await browsers.stop();
    await folder.remove();
  }
}

/** A session with a connection over which a message went there and back. */
async function openSession(url: string): Promise<WebSocket> {
  const { connectUrl = '' } = await api({ url }).create();
  const socket = new WebSocket(connectUrl, { perMessageDeflate: false });
  await once(socket, 'open');
  socket.send('{"id":1,"method":"Browser.getVersion"}');
  await once(socket, 'message');
  return socket;
}

/** What the server holds once nothing has happened for a while: buffers are let go, HTTP connections are closed. */
async function idleReading(readingsUrl: string): Promise<Reading> {
  await delay(IDLE_MS);
  return askReading(readingsUrl);
}

function growth(before: Reading, after: Reading): Growth {
  const each = (member: keyof Reading) => (after[member] - before[member]) / SESSIONS;
  return {
    rssKb: each('rssBytes') / 1024,
    heapKb: each('heapBytes') / 1024,
    externalKb: each('externalBytes') / 1024,
    openFiles: each('openFiles'),
  };
}
