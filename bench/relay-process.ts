// A relay in a process of its own, as it is in production. Arguments: `moorage` or `ws`, and the browser's WebSocket
// address. Prints its port. GET / answers its memory in bytes after a garbage collection.

import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket, WebSocketServer } from 'ws';
import { systemClock } from '../src/clock.ts';
import { newId } from '../src/ids.ts';
import { createLog } from '../src/log.ts';
import { createMetrics } from '../src/metrics.ts';
import { Relay } from '../src/relay/relay.ts';
import { Session } from '../src/sessions/session.ts';

const [kind, url = ''] = process.argv.slice(2);
const http = createServer((_request, response) => {
  void memory().then((bytes) => response.end(JSON.stringify(bytes)));
});
http.on('upgrade', kind === 'moorage' ? relayed() : piped());
http.listen(0, '127.0.0.1', () => {
  const address = http.address();
  if (address !== null && typeof address !== 'string') console.log(address.port);
});

type OnUpgrade = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

function relayed(): OnUpgrade {
  const log = createLog({ level: 'silent', pretty: false });
  const relay = new Relay({ clock: systemClock, log, metrics: createMetrics() });
  return (request, socket, head) =>
    relay.connect({ request, socket, head }, async () => ({ session: readySession(), url }));
}

function readySession(): Session {
  const now = Date.now();
  const session = new Session(
    {
      id: newId('ses'),
      client: 'bench',
      browser: 'chrome',
      keepAlive: true,
      idleTimeoutMs: 600_000,
      createdAt: now,
      expiresAt: now + 600_000,
      tags: {},
    },
    () => {},
  );
  const browser = {
    endpoint: { protocol: 'cdp' as const, url },
    handle: {},
    browser: 'chrome',
    browserVersion: '',
  };
  session.state = { status: 'ready', backend: 'bench', browser };
  return session;
}

/** What most relays do: two WebSockets of the `ws` package, and every message of one sent on the other. */
function piped(): OnUpgrade {
  const options = { perMessageDeflate: false, maxPayload: 256 * 1024 * 1024 };
  const server = new WebSocketServer({ noServer: true, ...options });
  return (request, socket, head) =>
    server.handleUpgrade(request, socket, head, (client) => {
      const backend = new WebSocket(url, options);
      const early: [Buffer, boolean][] = [];
      client.on('message', (data: Buffer, binary) => {
        if (backend.readyState === WebSocket.OPEN) backend.send(data, { binary });
        else early.push([data, binary]);
      });
      backend.on('open', () => {
        for (const [data, binary] of early) backend.send(data, { binary });
      });
      backend.on('message', (data: Buffer, binary) => client.send(data, { binary }));
      client.on('close', () => backend.close());
      backend.on('close', () => client.close());
    });
}

async function memory(): Promise<{ rss: number; heap: number; external: number }> {
  for (let pass = 0; pass < 3; pass++) {
    globalThis.gc?.();
    await delay(50);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heap: heapUsed, external };
}
