// A server whose browsers live in another process, so that its memory is that of relay, allocator, store and HTTP alone.
// Arguments: its configuration file and the WebSocket address behind which the browsers are. Prints two addresses as JSON.

import type { Backend, BackendSession, Health, PoolStatus, SessionRequest } from '../src/backends/backend.ts';
import { Background } from '../src/background.ts';
import { systemClock as clock } from '../src/clock.ts';
import { loadConfig } from '../src/config.ts';
import { openDataFolder } from '../src/data-folder.ts';
import { EventLog } from '../src/events/events.ts';
import { createServer } from '../src/http/server.ts';
import { createLog } from '../src/log.ts';
import { createMetrics } from '../src/metrics.ts';
import { Relay } from '../src/relay/relay.ts';
import { Allocator } from '../src/sessions/allocator.ts';
import { openSqliteStore } from '../src/store/sqlite.ts';
import { serveReadings } from './readings.ts';

class RemoteBackend implements Backend {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async createSession({ id, browser }: SessionRequest): Promise<BackendSession> {
    return {
      endpoint: { protocol: 'cdp', url: new URL(`devtools/browser/${id}`, this.#url).href },
      handle: { id },
      browser,
      browserVersion: '1.0.0',
    };
  }

  async destroySession(): Promise<void> {} // its connection is all there is of a browser

  status(): PoolStatus {
    const offers = [{ browser: 'remote', protocols: ['cdp' as const], features: ['headless' as const] }];
    return { capacity: 100_000, active: 0, warming: 0, warm: {}, offers };
  }

  async healthCheck(): Promise<Health> {
    return { state: 'healthy', reason: 'The other process is there.' };
  }
}

const [configFile = '', upstreamUrl = ''] = process.argv.slice(2);
const { config } = await loadConfig({ argv: { config: configFile }, env: {} });
const dataFolder = await openDataFolder(config.dataFolder, { clock });
const store = await openSqliteStore({ file: dataFolder.storeFile, clock });
const log = createLog({ level: 'warn', pretty: false });
const metrics = createMetrics();
const background = new Background({ log });
const base = { store, events: new EventLog({ store, clock }), clock, metrics, log, background };
const allocator = new Allocator({
  ...base,
  node: 'bench',
  isSoleServer: true,
  members: [{ name: 'remote', kind: 'remote', backend: new RemoteBackend(upstreamUrl) }],
  settings: {
    sessions: {
      max: config.sessions.max,
      defaultBrowser: 'remote',
      timeoutMs: config.sessions.timeout,
      idleTimeoutMs: config.sessions.idleTimeout,
      waitMs: 0,
      queueLength: 1,
      startTimeoutMs: config.sessions.startTimeout,
      retentionMs: config.sessions.retention,
    },
    health: { intervalMs: 10_000, timeoutMs: 5000, failuresToDown: 2, successesToUp: 2 },
    reaper: { intervalMs: 1000, probeIntervalMs: 30_000, lateTickMs: 5000 },
  },
});
const relay = new Relay({ clock, log, metrics });
const http = await createServer({ ...base, config, allocator, relay });
await allocator.start();
const { url } = await http.listen();
console.log(JSON.stringify({ url, readingsUrl: await serveReadings() }));
