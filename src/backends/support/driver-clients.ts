// Who else talks to a driver of this machine. Its address is handed out, so that commands do not pass us, and no driver
// says when it was used last. What can be seen from outside is who is connected to its port: the system's table of
// connections, less our own. Only Linux has it to read.

import { subscribe } from 'node:diagnostics_channel';
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import type { Clock } from '../../clock.ts';

/** How long a closed connection stays in the table (TIME_WAIT). */
const LINGER_MS = 60_000;
/** All drivers are looked at about the same time: one reading is for all. */
const TABLE_AGE_MS = 500;
const ESTABLISHED = '01';
/** 127.0.0.1 as the table writes it, also at the end of what IPv6 makes of it. */
const LOOPBACK = /0100007F$/;

/** A connection between two ports of this machine. */
interface Connection {
  ports: readonly [number, number];
  isOpen: boolean;
}

/** The ports of drivers that are watched. */
const watched = new Set<number>();
/** The ports from which we ourselves connect to them, with the time at which they leave the table. */
const own = new Map<number, number>();

export class DriverClients {
  /** When somebody was last seen there, in epoch milliseconds. Who stays connected is seen at every look. */
  lastSeenAt: number | undefined;
  readonly #port: number;
  readonly #clock: Clock;
  /** Closed connections that were counted already. */
  #counted = new Set<number>();

  /** To be made before anything of ours connects to `port`; `undefined` where nothing can be seen. */
  static watch(port: number, clock: Clock): DriverClients | undefined {
    if (process.platform !== 'linux') return undefined;
    watched.add(port);
    return new DriverClients(port, clock);
  }

  private constructor(port: number, clock: Clock) {
    this.#port = port;
    this.#clock = clock;
  }

  /** `tableAgeMs`: how old the reading may be that it looks at. */
  async look({ tableAgeMs = TABLE_AGE_MS } = {}): Promise<void> {
    const closed = new Set<number>();
    for (const { ports, isOpen } of await connections(tableAgeMs)) {
      if (!ports.includes(this.#port)) continue;
      const [client = 0] = ports.filter((port) => port !== this.#port);
      if (own.has(client)) continue;
      if (isOpen || !this.#counted.has(client)) this.lastSeenAt = this.#clock.now();
      if (!isOpen) closed.add(client);
    }
    this.#counted = closed;
  }

  close(): void {
    watched.delete(this.#port);
  }
}

// https://nodejs.org/api/diagnostics_channel.html#built-in-channels: every connection that this process opens, `fetch` included.
subscribe('net.client.socket', (message) => {
  const { socket } = message as { socket: Socket }; // as documented
  socket.once('connect', () => {
    const { localPort, remotePort } = socket;
    if (localPort === undefined || remotePort === undefined || !watched.has(remotePort)) return;
    own.set(localPort, Number.POSITIVE_INFINITY);
    socket.once('close', () => own.set(localPort, performance.now() + LINGER_MS));
  });
});

let table: { readAt: number; connections: Promise<Connection[]> } | undefined;

function connections(ageMs: number): Promise<Connection[]> {
  const now = performance.now();
  if (table && now - table.readAt < ageMs) return table.connections;
  for (const [port, until] of own) if (until < now) own.delete(port);
  table = { readAt: now, connections: readConnections() };
  return table.connections;
}

/** https://www.kernel.org/doc/Documentation/networking/proc_net_tcp.txt */
async function readConnections(): Promise<Connection[]> {
  // A machine without IPv6 has no tcp6.
  const files = ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => ''));
  const rows = (await Promise.all(files)).join('').split('\n');
  return rows.flatMap((row) => {
    const [, local = '', remote = '', state = ''] = row.trim().split(/\s+/);
    const [localAddress = '', localPort = ''] = local.split(':');
    const [remoteAddress = '', remotePort = ''] = remote.split(':');
    if (!LOOPBACK.test(localAddress) || !LOOPBACK.test(remoteAddress)) return [];
    const ports = [Number.parseInt(localPort, 16), Number.parseInt(remotePort, 16)] as const;
    return [{ ports, isOpen: state === ESTABLISHED }];
  });
}
