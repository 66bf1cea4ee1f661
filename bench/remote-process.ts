// A server whose browsers live in another process, so that its memory is that of relay, allocator, store and HTTP alone.
// Arguments: its configuration file and the WebSocket address behind which the browsers are. Prints two addresses as JSON.

import type { Backend, BackendSession, Health, PoolStatus, SessionRequest } from '../src/backends/backend.ts';
import { loadConfig } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import { startServer } from '../src/main.ts';
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
const log = createLog({ level: 'warn', pretty: false });
const backend = { name: 'remote', kind: 'remote', backend: new RemoteBackend(upstreamUrl) };
const { url } = await startServer(config, { log, backends: [backend] });
console.log(JSON.stringify({ url, readingsUrl: await serveReadings() }));
