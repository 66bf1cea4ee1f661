// The relay: forwards WebSocket traffic between clients and browsers, unparsed, and closes it with codes that say why.

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { asProblem, type ProblemCode } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { CloseName } from '../protocol/close-codes.ts';
import { type Opened, RelayedConnection, type RelayLimits, type Traffic } from './connection.ts';
import { checkUpgrade } from './handshake.ts';

export type { Opened, RelayLimits } from './connection.ts';

/** What an HTTP server's `upgrade` event gives. From then on the socket belongs to the relay. */
export interface Upgrade {
  request: IncomingMessage;
  socket: Socket;
  head: Buffer;
}

export interface RelayOptions {
  clock: Clock;
  log: Log;
  metrics: Metrics;
  limits?: Partial<RelayLimits>;
}

export const RELAY_LIMITS: RelayLimits = {
  bufferBytes: 4 * 1024 * 1024,
  bufferMessages: 128,
  closeTimeoutMs: 2_000,
  connectTimeoutMs: 10_000,
  // A Chrome that is closed exits 60 to 95 ms after its sockets, and later on a busy machine.
  lossGraceMs: 250,
  maxConnectionsPerSession: 32,
  stallTimeoutMs: 60_000,
};

const CLOSE_NAMES: Partial<Record<ProblemCode, CloseName>> = {
  'capabilities-unmatched': 'invalid-request',
  'invalid-argument': 'invalid-request',
  'no-capacity': 'quota',
  'quota-exceeded': 'quota',
  'rate-limited': 'quota',
  'server-draining': 'drain',
  'session-ended': 'destroyed',
  'session-not-found': 'session-unknown',
  'surface-locked': 'surface-locked',
  'surface-not-found': 'session-unknown',
  unauthorized: 'auth-failed',
  'unsupported-operation': 'invalid-request',
};

/** The close code by which a WebSocket hears of a problem. */
export function closeNameOf(code: ProblemCode): CloseName {
  return CLOSE_NAMES[code] ?? 'backend-lost';
}

const TICK_MS = 1_000;

export class Relay {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #metrics: Metrics;
  readonly #limits: RelayLimits;
  readonly #connections = new Set<RelayedConnection>();
  readonly #joined = new Set<RelayedConnection>();
  readonly #traffic: Traffic = { bytesToBrowser: 0, bytesToClient: 0, framesToBrowser: 0, framesToClient: 0 };
  #drainReason: string | undefined;
  #stopTicks: (() => void) | undefined;
  #whenSettled: (() => void)[] = [];

  constructor({ clock, log, metrics, limits }: RelayOptions) {
    this.#clock = clock;
    this.#log = log;
    this.#metrics = metrics;
    this.#limits = { ...RELAY_LIMITS, ...limits };
  }

  /** Connections that hold a socket, those being opened or closed included. */
  get size(): number {
    return this.#connections.size;
  }

  /**
   * Answers the client at once and keeps what it sends while `open` finds its session, then joins the two. `signal`
   * aborts when the client goes away or sends more than is kept. A Problem of `open` becomes a close code.
   */
  connect(upgrade: Upgrade, open: (signal: AbortSignal) => Promise<Opened>): void {
    const connection = this.#accept(upgrade);
    if (!connection) return;
    if (this.#drainReason !== undefined) connection.close('drain', this.#drainReason);
    connection.open(open, (error) => this.#closeRefused(connection, error));
  }

  /** Closes every connection with 1001, and those that come after. */
  drain(reason: string): void {
    this.#drainReason = reason;
    for (const connection of [...this.#connections]) connection.close('drain', reason);
  }

  /** Resolves when no connection is left. */
  async settled(): Promise<void> {
    if (this.size > 0) await new Promise<void>((resolve) => this.#whenSettled.push(resolve));
  }

  #accept({ request, socket, head }: Upgrade): RelayedConnection | undefined {
    // Node's HTTP server has taken its own listener away by now.
    socket.on('error', () => socket.destroy());
    const { isValid, reply } = checkUpgrade(request);
    if (!isValid) {
      socket.end(reply, () => socket.destroy());
      return undefined;
    }
    if (!socket.readable || !socket.writable) {
      socket.destroy();
      return undefined;
    }
    const connection = new RelayedConnection(
      {
        clock: this.#clock,
        limits: this.#limits,
        traffic: this.#traffic,
        onLimit: (limit) => this.#metrics.limitHits.inc({ limit }),
        onJoined: (joined) => this.#connectionJoined(joined),
        onClosing: (closing, code, reason) => this.#connectionClosing(closing, code, reason),
        onOver: (over) => this.#connectionOver(over),
      },
      socket,
      { reply, head },
    );
    this.#connections.add(connection);
    this.#stopTicks ??= this.#startTicks();
    return connection;
  }

  #closeRefused(connection: RelayedConnection, error: unknown): void {
    const problem = asProblem(error);
    if (problem) {
      connection.close(closeNameOf(problem.code), problem.message);
    } else {
      this.#log.error({ event: 'relay.open-failed', sessionId: connection.sessionId, err: error });
      connection.close('backend-lost', 'Moorage failed to open the session; its log says why.');
    }
  }

  #connectionJoined(connection: RelayedConnection): void {
    this.#joined.add(connection);
    this.#metrics.relayConnections.set(this.#joined.size);
    this.#log.debug({ event: 'relay.joined', sessionId: connection.sessionId });
  }

  #connectionClosing({ sessionId }: RelayedConnection, code: number, reason: string): void {
    this.#metrics.relayCloses.inc({ code });
    this.#log.info({ event: 'relay.closing', sessionId, code, reason });
  }

  #connectionOver(connection: RelayedConnection): void {
    this.#connections.delete(connection);
    if (this.#joined.delete(connection)) this.#metrics.relayConnections.set(this.#joined.size);
    if (this.size > 0) return;
    this.#stopTicks?.();
    this.#stopTicks = undefined;
    this.#countTraffic();
    for (const resolve of this.#whenSettled.splice(0)) resolve();
  }

  #startTicks(): () => void {
    const tickMs = Math.min(TICK_MS, this.#limits.stallTimeoutMs / 4);
    return this.#clock.every(tickMs, () => {
      this.#countTraffic();
      for (const connection of this.#connections) {
        const end = connection.stalledEnd(tickMs);
        if (end !== undefined) this.#endStalled(connection, end);
      }
    });
  }

  #endStalled(connection: RelayedConnection, end: 'client' | 'browser'): void {
    this.#metrics.limitHits.inc({ limit: 'relay-stall' });
    this.#log.warn({ event: 'relay.stalled', sessionId: connection.sessionId, end });
    // A client that does not read would not read a Close frame either.
    if (end === 'client') connection.destroy();
    else
      connection.close(
        'backend-lost',
        `The browser has read nothing for ${this.#limits.stallTimeoutMs / 1000} s.`,
      );
  }

  /** Once a tick rather than once a chunk: a labelled counter costs more than forwarding. */
  #countTraffic(): void {
    const { relayBytes, relayFrames } = this.#metrics;
    relayBytes.inc({ direction: 'to-browser' }, this.#traffic.bytesToBrowser);
    relayBytes.inc({ direction: 'to-client' }, this.#traffic.bytesToClient);
    relayFrames.inc({ direction: 'to-browser' }, this.#traffic.framesToBrowser);
    relayFrames.inc({ direction: 'to-client' }, this.#traffic.framesToClient);
    Object.assign(this.#traffic, {
      bytesToBrowser: 0,
      bytesToClient: 0,
      framesToBrowser: 0,
      framesToClient: 0,
    });
  }
}
