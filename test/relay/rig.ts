// A relay between real sockets, for tests: an HTTP server whose upgrades it takes, one ready session, and a browser
// that is whatever the test makes of it.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import net from 'node:net';
import { expect } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type Clock, systemClock } from '../../src/clock.ts';
import { newId } from '../../src/ids.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics, type Metrics } from '../../src/metrics.ts';
import { type Opened, Relay, type RelayLimits } from '../../src/relay/relay.ts';
import { Session } from '../../src/sessions/session.ts';

export interface Browser {
  url: string;
  /** Sockets that are open. */
  connections(): Promise<number>;
  stop(): Promise<void>;
}

export interface Rig {
  relay: Relay;
  metrics: Metrics;
  session: Session;
  /** `joined` and `left`, in the order in which the session heard of them. */
  changes: string[];
  /** `ws://…` or `wss://…`, where clients connect. */
  url: string;
  port: number;
  browser: Browser;
  /** No connection and no socket is left on either side. Every test ends with it. */
  expectNothingLeft(): Promise<void>;
}

export interface RigOptions {
  browser: Browser;
  open?: (opened: Opened, signal: AbortSignal) => Promise<Opened>;
  limits?: Partial<RelayLimits>;
  clock?: Clock;
  tls?: { key: string; cert: string };
  /** What the server does with an upgrade, where that is not to hand it to the relay at once. */
  onUpgrade?: (connect: () => void) => void;
}

export async function startRig({
  browser,
  open,
  limits,
  clock = systemClock,
  tls,
  onUpgrade,
}: RigOptions): Promise<Rig> {
  const metrics = createMetrics();
  const relay = new Relay({ clock, log: createLog({ level: 'silent', pretty: false }), metrics, limits });
  const changes: string[] = [];
  const session = readySession(browser.url, changes);
  const opened = { session, url: browser.url };

  const server: HttpServer = tls ? createHttpsServer(tls) : createHttpServer();
  server.on('upgrade', (request, socket, head) => {
    const upgrade = { request, socket: socket as net.Socket, head }; // what an HTTP server accepts is a net.Socket
    const connect = () => relay.connect(upgrade, async (signal) => (open ? open(opened, signal) : opened));
    if (onUpgrade) onUpgrade(connect);
    else connect();
  });
  const port = await listen(server);
  return {
    relay,
    metrics,
    session,
    changes,
    url: `${tls ? 'wss' : 'ws'}://127.0.0.1:${port}`,
    port,
    browser,
    async expectNothingLeft() {
      await expect.poll(() => relay.size).toBe(0);
      await relay.settled();
      expect([...session.connections]).toEqual([]);
      expect(changes.filter((change) => change === 'left')).toHaveLength(changes.length / 2);
      await expect.poll(() => connectionsOf(server)).toBe(0);
      await expect.poll(() => browser.connections()).toBe(0);
      await browser.stop();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A browser that speaks WebSocket, by `ws`. Without `onConnection` it sends every message back. */
export async function startBrowser(onConnection: (socket: WebSocket) => void = echo): Promise<Browser> {
  const http = createHttpServer();
  const server = new WebSocketServer({
    server: http,
    perMessageDeflate: false,
    maxPayload: 64 * 1024 * 1024,
  });
  server.on('connection', (socket) => {
    socket.on('error', () => socket.terminate());
    onConnection(socket);
  });
  return browserOf(http, await listen(http));
}

/** A browser that does what no good one does: `onSocket` gets the bare socket. */
export async function startBareBrowser(onSocket: (socket: net.Socket) => void): Promise<Browser> {
  const server = net.createServer((socket) => {
    socket.on('error', () => socket.destroy());
    onSocket(socket);
  });
  return browserOf(server, await listen(server));
}

/** Answers the relay's handshake on a bare socket, then gives it to `onJoined` with what came after. */
export function answering(onJoined: (socket: net.Socket, received: () => Buffer) => void) {
  return (socket: net.Socket): void => {
    let received = Buffer.alloc(0);
    let isJoined = false;
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const end = received.indexOf('\r\n\r\n');
      if (isJoined || end === -1) return;
      isJoined = true;
      const key = /Sec-WebSocket-Key: (.*)\r\n/.exec(received.toString('latin1'))?.[1];
      received = received.subarray(end + 4);
      socket.write(upgradeAnswer(key ?? ''));
      onJoined(socket, () => received);
    });
  };
}

/** The 101 that belongs to `key`. */
export function upgradeAnswer(key: string): string {
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
}

export function echo(socket: WebSocket): void {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
}

/** A client that is connected. */
export async function connect(
  url: string,
  options: { rejectUnauthorized?: boolean } = {},
): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 64 * 1024 * 1024, ...options });
  await once(socket, 'open');
  return socket;
}

export async function closeOf(socket: WebSocket): Promise<{ code: number; reason: string }> {
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
  return { code, reason: reason.toString() };
}

export interface Gate<T> {
  /** Lets through whoever waits. */
  open(value: T): void;
  /** Waits until it is open, and goes on with `outcome`. */
  passed: Promise<T>;
}

/** A point in a test that somebody else reaches. */
export function gate<T = void>(): Gate<T> {
  let open: (value: T) => void = () => {};
  const passed = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}

/** Polls until `isSo`; fails after thirty seconds. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(isSo, { interval: 5 }).toBe(true);
}

/** The next message, as text. */
export async function nextMessage(socket: WebSocket): Promise<string> {
  const [data] = (await once(socket, 'message')) as [Buffer];
  return data.toString();
}

/** The next `count` messages. */
export async function nextMessages(socket: WebSocket, count: number): Promise<Buffer[]> {
  const messages: Buffer[] = [];
  return new Promise((resolve, reject) => {
    socket.on('message', (data: Buffer) => {
      messages.push(data);
      if (messages.length === count) resolve(messages);
    });
    socket.once('close', (code) =>
      reject(new Error(`closed with ${code} after ${messages.length} messages`)),
    );
  });
}

export function readySession(url: string, changes: string[] = []): Session {
  const now = Date.now();
  const session = new Session(
    {
      id: newId('ses'),
      client: 'local',
      browser: 'chrome',
      keepAlive: true,
      idleTimeoutMs: 300_000,
      createdAt: now,
      expiresAt: now + 300_000,
      tags: {},
    },
    (_session, change) => changes.push(change),
  );
  const browser = {
    endpoint: { protocol: 'cdp' as const, url },
    handle: {},
    browser: 'chrome',
    browserVersion: '1',
  };
  session.state = { status: 'ready', backend: 'test', browser };
  return session;
}

export async function counterOf(
  metrics: Metrics,
  name: string,
  labels: Record<string, string>,
): Promise<number> {
  const metric = (await metrics.registry.getMetricsAsJSON()).find((one) => one.name === name);
  const value = metric?.values.find((one) =>
    Object.entries(labels).every(([label, text]) => String(one.labels[label]) === text),
  );
  return value?.value ?? 0;
}

function browserOf(server: net.Server, port: number): Browser {
  return {
    url: `ws://127.0.0.1:${port}/devtools/browser/1`,
    connections: () => connectionsOf(server),
    async stop() {
      server.close();
      await once(server, 'close');
    },
  };
}

async function listen(server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as net.AddressInfo).port; // it listens on TCP
}

function connectionsOf(server: net.Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}
