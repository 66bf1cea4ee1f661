// One DevTools connection to a browser elsewhere, shared: a port on loopback that answers /json and takes any number of
// clients, as a Chrome of this machine would. Where the connection is the lifecycle there can be no second one; and
// nobody behind the backend ever sees the address, with its secrets, nor the TLS.
//
// Each client gets a session of its own with the browser (`Target.attachToBrowserTarget`) or with a page. Sessions nest,
// and what a client attaches to, subscribes to and detaches from is its own, as over a connection of its own.
// https://chromedevtools.github.io/devtools-protocol/tot/Target/

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { CdpError } from './cdp.ts';
import { isLocal } from './loopback-gateway.ts';
import { isRecord } from './webdriver.ts';

export interface Upstream {
  /** The WebSocket of the browser, secrets included. */
  url: string;
  headers?: Readonly<Record<string, string>>;
}

interface Client {
  socket: WebSocket;
  /** Its own session with the browser or the page, which it knows nothing of. */
  root: string;
}

interface Pending {
  method: string;
  resolve: (result: Record<string, unknown>) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

const COMMAND_TIMEOUT_MS = 10_000;
/** A page as one screenshot or one trace may take much; beyond that it is no DevTools. */
const MAX_MESSAGE_BYTES = 256 * 1024 ** 2;
/** Whoever has so much waiting for it holds up the other end. */
const HIGH_WATER_BYTES = 16 * 1024 ** 2;
/** Larger messages are not looked into for sessions: those that tell of one are small. */
const MAX_EVENT_LENGTH = 64 * 1024;
/** Browsers write the session last. A quote inside of a text would have a backslash. */
const SESSION_AT_END = /,"sessionId":"([\w-]+)"\}$/;

export class SharedDevTools {
  /** The connection to the browser; a closed one while there is none. */
  #socket: WebSocket;
  readonly #path = `/devtools/browser/${randomUUID()}`;
  readonly #server: Server = createServer((incoming, response) => {
    this.#answer(incoming).then(
      (body) => {
        if (body === undefined) return response.writeHead(404).end();
        response.setHeader('content-type', 'application/json; charset=utf-8').end(JSON.stringify(body));
      },
      (error: unknown) => response.writeHead(502).end(error instanceof Error ? error.message : String(error)),
    );
  });
  readonly #upgrades = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
  });
  readonly #pending = new Map<number, Pending>();
  /** Whose a session is: the root of each client, and what it attached to below. */
  readonly #owners = new Map<string, Client>();
  #version: Record<string, unknown> = {};
  #lastId = 0;
  #port = 0;

  /** Aborting `signal` gives the start up. Rejects as `ws` does: `Unexpected server response: 429`. */
  static async open(upstream: Upstream, signal: AbortSignal): Promise<SharedDevTools> {
    const shared = new SharedDevTools(await connect(upstream, signal));
    try {
      await shared.#readVersion(signal);
      await shared.#listen();
      return shared;
    } catch (error) {
      shared.close();
      throw signal.aborted ? signal.reason : error;
    }
  }

  private constructor(socket: WebSocket) {
    this.#socket = this.#use(socket);
  }

  /** The WebSocket of the browser, on loopback. */
  get url(): string {
    return `ws://127.0.0.1:${this.#port}${this.#path}`;
  }

  /** `Chrome/156.0.8078.79` */
  get product(): string {
    return String(this.#version.product ?? '');
  }

  /** Calls `listener` once when the present connection to the browser is over, whoever ended it. */
  onLost(listener: () => void): void {
    if (this.#socket.readyState === WebSocket.CLOSED) listener();
    else this.#socket.once('close', listener);
  }

  /** Connects to the same browser anew, when the connection was lost. The clients have to come again, to the same address. */
  async reconnect(upstream: Upstream, signal: AbortSignal): Promise<void> {
    this.#socket = this.#use(await connect(upstream, signal));
    await this.#readVersion(signal);
  }

  /** Asks for a sign of life; `listener` hears of the answer. */
  ping(listener: () => void): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.once('pong', listener);
    this.#socket.ping();
  }

  /** Cuts the connection to the browser: it was silent for too long. */
  cut(): void {
    this.#socket.terminate();
  }

  /** Lets go of the browser and of every client. */
  close(): void {
    this.#socket.terminate();
    for (const socket of this.#upgrades.clients) socket.terminate();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Asks the browser itself. @throws CdpError when it refuses, goes or does not answer in time. */
  send(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    if (this.#socket.readyState !== WebSocket.OPEN)
      return Promise.reject(new CdpError(method, 'not connected'));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new CdpError(method, `no answer within ${COMMAND_TIMEOUT_MS} ms`));
      }, COMMAND_TIMEOUT_MS);
      this.#pending.set(id, { method, resolve, reject, timer });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  #use(socket: WebSocket): WebSocket {
    socket.on('message', (data) => this.#receive(data));
    socket.once('close', () => {
      for (const { method, reject, timer } of this.#pending.values()) {
        clearTimeout(timer);
        reject(new CdpError(method, 'the browser closed the connection'));
      }
      this.#pending.clear();
      for (const client of this.#upgrades.clients) client.terminate();
    });
    return socket;
  }

  async #readVersion(signal: AbortSignal): Promise<void> {
    const giveUp = () => this.#socket.terminate();
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    try {
      this.#version = await this.send('Browser.getVersion');
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  async #listen(): Promise<void> {
    this.#server.on('upgrade', (incoming, socket: Socket, head) => this.#upgrade(incoming, socket, head));
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port; // it listens on TCP
  }

  /** https://chromedevtools.github.io/devtools-protocol/#endpoints */
  async #answer({ url = '/', headers }: IncomingMessage): Promise<unknown> {
    if (!isLocal(headers.host)) return undefined;
    switch (url.replace(/\/?(\?.*)?$/, '')) {
      case '/json/version':
        return {
          Browser: this.product,
          'Protocol-Version': String(this.#version.protocolVersion ?? '1.3'),
          'User-Agent': String(this.#version.userAgent ?? ''),
          webSocketDebuggerUrl: this.url,
        };
      case '/json':
      case '/json/list': {
        const { targetInfos } = await this.send('Target.getTargets');
        return (Array.isArray(targetInfos) ? targetInfos : [])
          .filter((target) => isRecord(target) && target.type === 'page')
          .map(({ targetId, title, type, url: address }) => ({
            id: targetId,
            title,
            type,
            url: address,
            webSocketDebuggerUrl: `ws://127.0.0.1:${this.#port}/devtools/page/${targetId}`,
          }));
      }
      default:
        return undefined;
    }
  }

  #upgrade(incoming: IncomingMessage, socket: Socket, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const path = (incoming.url ?? '/').replace(/\?.*$/, '');
    const page = /^\/devtools\/page\/([\w-]+)$/.exec(path)?.[1];
    const { host, origin } = incoming.headers;
    // As Chrome does: no web page may come here.
    if (!isLocal(host) || origin !== undefined) return void refuse(socket, '403 Forbidden');
    if (page === undefined && path !== this.#path) return void refuse(socket, '404 Not Found');
    const attach =
      page === undefined
        ? this.send('Target.attachToBrowserTarget')
        : this.send('Target.attachToTarget', { targetId: page, flatten: true });
    attach.then(
      ({ sessionId }) => {
        const root = String(sessionId);
        if (socket.destroyed) return void this.#detach(root);
        this.#upgrades.handleUpgrade(incoming, socket, head, (accepted) => this.#take(accepted, root));
      },
      () => refuse(socket, page === undefined ? '502 Bad Gateway' : '404 Not Found'),
    );
  }

  #take(socket: WebSocket, root: string): void {
    const client: Client = { socket, root };
    this.#owners.set(root, client);
    socket.on('error', () => socket.terminate());
    socket.on('message', (data) => this.#passOn(client, data));
    socket.once('close', () => {
      for (const [session, owner] of this.#owners) if (owner === client) this.#owners.delete(session);
      this.#detach(root);
    });
  }

  /** What is below it goes with it. */
  #detach(sessionId: string): void {
    void this.send('Target.detachFromTarget', { sessionId }).catch(() => {}); // it went by itself
  }

  /** From a client to the browser. What is for another's session goes nowhere. */
  #passOn(client: Client, data: RawData): void {
    const text = data.toString();
    const marked = SESSION_AT_END.exec(text)?.[1] ?? readSession(text);
    if (marked === undefined) return void client.socket.terminate(); // that is no DevTools
    if (marked !== '' && this.#owners.get(marked) !== client) return void this.#refuseSession(client, text);
    const message =
      marked === '' ? `${text.slice(0, text.lastIndexOf('}'))},"sessionId":"${client.root}"}` : text;
    sendOn(client.socket, this.#socket, message);
  }

  /** In Chrome's words. */
  #refuseSession({ socket }: Client, text: string): void {
    const message: unknown = JSON.parse(text); // it was read before
    const id = isRecord(message) ? message.id : undefined;
    socket.send(JSON.stringify({ id, error: { code: -32001, message: 'Session with given id not found.' } }));
  }

  #receive(data: RawData): void {
    const text = data.toString();
    const marked = SESSION_AT_END.exec(text)?.[1] ?? readSession(text);
    if (marked === undefined) return void this.#socket.terminate(); // not a browser, or not any more
    if (marked === '') return void this.#receiveOwn(JSON.parse(text) as Record<string, unknown>); // read as an object
    const client = this.#owners.get(marked);
    if (!client) return; // it has just gone
    if (text.length < MAX_EVENT_LENGTH && text.includes('"Target.')) this.#noteSessions(client, text);
    sendOn(this.#socket, client.socket, marked === client.root ? withoutSession(text) : text);
  }

  /** Answers to `send`, and events of sessions that the browser ended. */
  #receiveOwn({ id, method, params, result, error }: Record<string, unknown>): void {
    if (method === 'Target.detachedFromTarget' && isRecord(params)) {
      this.#owners.get(String(params.sessionId))?.socket.close();
    }
    const pending = typeof id === 'number' ? this.#pending.get(id) : undefined;
    if (!pending) return;
    this.#pending.delete(Number(id));
    clearTimeout(pending.timer);
    if (isRecord(error)) pending.reject(new CdpError(pending.method, String(error.message)));
    else pending.resolve(isRecord(result) ? result : {});
  }

  #noteSessions(client: Client, text: string): void {
    const { method, params } = JSON.parse(text) as { method?: unknown; params?: unknown }; // it was read before
    if (!isRecord(params) || typeof params.sessionId !== 'string') return;
    if (method === 'Target.attachedToTarget') this.#owners.set(params.sessionId, client);
    if (method === 'Target.detachedFromTarget') this.#owners.delete(params.sessionId);
  }
}

async function connect({ url, headers = {} }: Upstream, signal: AbortSignal): Promise<WebSocket> {
  signal.throwIfAborted();
  const socket = new WebSocket(url, {
    headers,
    perMessageDeflate: false,
    handshakeTimeout: COMMAND_TIMEOUT_MS,
    maxPayload: MAX_MESSAGE_BYTES,
  });
  const giveUp = () => socket.terminate();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      // It stays: who waits learns of an error by 'close', and without a listener it would end the process.
      socket.on('error', reject);
    });
    return socket;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** Whoever sends waits where the other end does not keep up. */
function sendOn(from: WebSocket, to: WebSocket, text: string): void {
  if (to.readyState !== WebSocket.OPEN) return;
  to.send(text, () => {
    if (from.isPaused && to.bufferedAmount < HIGH_WATER_BYTES) from.resume();
  });
  if (to.bufferedAmount >= HIGH_WATER_BYTES) from.pause();
}

/** The session of a message, empty where it has none; `undefined` for what is no object of JSON. */
function readSession(text: string): string | undefined {
  try {
    const message: unknown = JSON.parse(text);
    if (!isRecord(message)) return undefined;
    return message.sessionId === undefined ? '' : String(message.sessionId);
  } catch {
    return undefined;
  }
}

function withoutSession(text: string): string {
  const short = text.replace(SESSION_AT_END, '}');
  if (short !== text) return short;
  const { sessionId: _, ...message } = JSON.parse(text) as Record<string, unknown>; // it was read before
  return JSON.stringify(message);
}

function refuse(socket: Socket, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
