// Shares one Firefox between several WebDriver BiDi clients. Firefox allows one connection with one session, and a client
// that goes without ending its session leaves it locked for good: so the desk has the session, and clients come and go.
//
// A client that comes alone gets a session of its own making, with its capabilities and no subscriptions of others; one that
// comes beside another joins its session. Each hears what it subscribed to. https://w3c.github.io/webdriver-bidi/

import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import {
  type BidiCommand,
  type BidiRefusal,
  type BidiResult,
  errorText,
  isRecord,
  readAnswer,
  readCommand,
  successText,
} from './bidi-messages.ts';
import { Subscriptions } from './bidi-subscriptions.ts';

export interface BidiDeskOptions {
  /** Where Firefox listens, such as `ws://127.0.0.1:9222`. */
  url: string;
  /** Whether the browser is held to an egress, which no client may lead it around. */
  hasEgress: boolean;
  /** Firefox closed its connection. */
  onLost: () => void;
}

/** Takes the events that Moorage itself subscribed to. */
export type EventListener = (method: string, params: Record<string, unknown>) => void;

interface Client {
  socket: WebSocket;
  hasSession: boolean;
  subscriptions: Subscriptions;
  /** Its commands are taken one after the other, also while its session is being made. */
  turn: Promise<void>;
}

type Waiting = (result: BidiResult, text: (id: number) => string) => void;

/** The channels of Moorage's own preload scripts, of which clients hear nothing. */
export const OWN_CHANNEL = 'moorage:';
/** A client that does not read must not fill the memory. */
const MAX_UNREAD_BYTES = 64 * 1024 * 1024;
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;
const OPEN_TIMEOUT_MS = 20_000;
/** A page that shows a dialog answers nothing before that is gone. */
const CALL_TIMEOUT_MS = 30_000;
/** It is the first thing that a Firefox does which has just started. */
const NEW_SESSION_TIMEOUT_MS = 60_000;
/** How long Firefox may take to close the connection of a session that ends. */
const CLOSE_TIMEOUT_MS = 10_000;
const ENDED = { error: 'invalid session id', message: 'The session has ended.' };

export class BidiDesk {
  readonly #options: BidiDeskOptions;
  readonly #clients = new Set<Client>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<EventListener>();
  #firefox: WebSocket | undefined;
  #session: Record<string, unknown> = {};
  #lastId = 0;
  #beforeClient: () => Promise<void> = async () => {};
  /** Sessions are made one after the other. */
  #making: Promise<unknown> = Promise.resolve();

  static async open(options: BidiDeskOptions): Promise<BidiDesk> {
    const desk = new BidiDesk(options);
    await desk.#openSession({});
    return desk;
  }

  private constructor(options: BidiDeskOptions) {
    this.#options = options;
  }

  get browserVersion(): string {
    const { browserVersion } = this.#session.capabilities as { browserVersion: string }; // as the specification says
    return browserVersion;
  }

  /** `task` runs in each session that is made for a client, before the client has it. */
  beforeClient(task: () => Promise<void>): void {
    this.#beforeClient = task;
  }

  /** Begins to listen on loopback, under a path that nobody can guess. Resolves to the address. */
  async listen(): Promise<string> {
    const path = `/${randomBytes(16).toString('hex')}`;
    const http = createServer((_request, response) => response.writeHead(404).end());
    const sockets = new WebSocketServer({
      server: http,
      path,
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
    });
    sockets.on('connection', (socket) => this.#welcome(socket));
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject);
      http.listen(0, '127.0.0.1', resolve);
    });
    const { port } = http.address() as AddressInfo; // it listens on a port
    return `ws://127.0.0.1:${port}${path}`;
  }

  /** A command of Moorage's own. @throws Error with what Firefox said, or that it said nothing in time. */
  call(
    method: string,
    params: Record<string, unknown>,
    timeoutMs = CALL_TIMEOUT_MS,
  ): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      const id = this.#send({ id: 0, method, params }, ({ result, error, message }) => {
        clearTimeout(timer);
        if (error === undefined) resolve(result);
        else reject(new Error(`${method}: ${message}`));
      });
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`${method}: no answer within ${timeoutMs} ms`));
      }, timeoutMs);
    });
  }

  /** Tells every event, whoever subscribed to it. */
  onEvent(listener: EventListener): void {
    this.#listeners.add(listener);
  }

  // --- clients ---

  #welcome(socket: WebSocket): void {
    const client: Client = {
      socket,
      hasSession: false,
      subscriptions: new Subscriptions(),
      turn: Promise.resolve(),
    };
    this.#clients.add(client);
    socket.on('error', () => {}); // 'close' follows
    socket.on('message', (data) => {
      const text = String(data);
      client.turn = client.turn.then(() => this.#take(client, text));
    });
    socket.once('close', () => this.#clients.delete(client));
  }

  async #take(client: Client, text: string): Promise<void> {
    const command = readCommand(text);
    if ('error' in command) {
      this.#tell(client, errorText(command));
      return;
    }
    switch (command.method) {
      case 'session.status':
        this.#tell(client, successText(command.id, { ready: !client.hasSession, message: '' }));
        return;
      case 'session.new':
        await this.#newSession(client, command);
        return;
      case 'session.end':
        // The browser stays; what the client subscribed to ends with it.
        client.hasSession = false;
        this.#tell(client, successText(command.id, {}));
        client.socket.close(1000);
        return;
      default:
    }
    const refusal = this.#refuse(client, command);
    if (refusal) this.#tell(client, errorText(refusal));
    else this.#forward(client, command);
  }

  #refuse(client: Client, { id, method, params }: BidiCommand): BidiRefusal | undefined {
    if (!client.hasSession) {
      return { id, error: 'invalid session id', message: 'There is no session: send session.new first.' };
    }
    const { hasEgress } = this.#options;
    const extension = isRecord(params.extensionData) ? params.extensionData.type : undefined;
    if (method === 'webExtension.install' && (hasEgress || extension !== 'base64')) {
      const message =
        'Moorage installs no extension from its own disk, nor one that could lead around its rules.';
      return { id, error: 'unsupported operation', message };
    }
    if (hasEgress && method === 'browser.createUserContext' && params.proxy !== undefined) {
      return { id, error: 'unsupported operation', message: NO_PROXY };
    }
    return undefined;
  }

  #forward(client: Client, command: BidiCommand): void {
    this.#send(command, (answer, withId) => {
      if (command.method.startsWith('session.') && answer.error === undefined) {
        client.subscriptions.note(command, answer.result);
      }
      this.#tell(client, withId(command.id));
      // Moorage's own subscriptions to the same events went with the client's.
      if (command.method === 'session.unsubscribe' && Array.isArray(command.params.events)) {
        this.#beforeClient().catch(() => {}); // Firefox ends, which is noticed elsewhere
      }
    });
  }

  #tell({ socket }: Client, text: string): void {
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.send(text);
    if (socket.bufferedAmount > MAX_UNREAD_BYTES) socket.close(1013, 'It does not read what it gets.');
  }

  // --- sessions ---

  async #newSession(client: Client, { id, params }: BidiCommand): Promise<void> {
    const make = this.#making.then(() => this.#sessionFor(client, params));
    this.#making = make.catch(() => {});
    try {
      await make;
      client.hasSession = true;
      this.#tell(client, successText(id, this.#session));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#tell(client, errorText({ id, error: 'session not created', message }));
    }
  }

  async #sessionFor(client: Client, params: Record<string, unknown>): Promise<void> {
    if (client.hasSession) throw new Error('This connection has a session already.');
    if (this.#options.hasEgress && JSON.stringify(params).includes('"proxy":')) throw new Error(NO_PROXY);
    const isAlone = [...this.#clients].every((other) => other === client || !other.hasSession);
    if (!isAlone) return;
    await this.#endSession();
    try {
      await this.#openSession(params);
    } catch (error) {
      await this.#openSession({});
      await this.#beforeClient();
      throw error;
    }
    await this.#beforeClient();
  }

  /** Firefox closes the connection of a session that ends. */
  async #endSession(): Promise<void> {
    const firefox = this.#firefox;
    if (!firefox) return;
    this.#firefox = undefined;
    const closed = new Promise((resolve) => firefox.once('close', resolve));
    this.#lastId += 1;
    firefox.send(JSON.stringify({ id: this.#lastId, method: 'session.end', params: {} }));
    const timer = setTimeout(() => firefox.terminate(), CLOSE_TIMEOUT_MS);
    await closed;
    clearTimeout(timer);
    for (const [id, waiting] of [...this.#waiting]) {
      this.#waiting.delete(id);
      refuse(waiting);
    }
  }

  async #openSession(params: Record<string, unknown>): Promise<void> {
    const firefox = new WebSocket(`${this.#options.url}/session`, {
      perMessageDeflate: false,
      handshakeTimeout: OPEN_TIMEOUT_MS,
      maxPayload: MAX_MESSAGE_BYTES,
    });
    await new Promise<void>((resolve, reject) => {
      firefox.once('open', resolve);
      firefox.once('error', reject);
    });
    firefox.on('error', () => {}); // 'close' follows
    firefox.on('message', (data) => this.#receive(String(data)));
    firefox.once('close', () => {
      if (this.#firefox === firefox) this.#options.onLost();
    });
    this.#firefox = firefox;
    try {
      const wish = { capabilities: {}, ...params };
      this.#session = await this.call('session.new', wish, NEW_SESSION_TIMEOUT_MS);
    } catch (error) {
      this.#firefox = undefined;
      firefox.close();
      throw error;
    }
  }

  // --- Firefox ---

  /** Under the id that it gives. Between two sessions nobody would answer. */
  #send(command: BidiCommand, waiting: Waiting): number {
    this.#lastId += 1;
    const id = this.#lastId;
    if (this.#firefox) {
      this.#waiting.set(id, waiting);
      this.#firefox.send(JSON.stringify({ ...command, id }));
    } else queueMicrotask(() => refuse(waiting));
    return id;
  }

  #receive(text: string): void {
    const message = readAnswer(text);
    if (message.kind === 'answer') {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      waiting?.(message.isSuccess ? lazy(message.parsed) : message.parsed(), message.withId);
      return;
    }
    const params = message.params();
    for (const listener of this.#listeners) listener(message.method, params);
    if (String(params.channel ?? '').startsWith(OWN_CHANNEL)) return;
    for (const client of this.#clients) {
      if (client.hasSession && client.subscriptions.wants(message.method, params)) this.#tell(client, text);
    }
  }
}

function refuse(waiting: Waiting): void {
  waiting({ result: {}, ...ENDED }, (id) => errorText({ id, ...ENDED }));
}

const NO_PROXY = 'Moorage sets the proxy of this browser: ask for one when the session is created.';

/** Most results are passed on without a look; a screenshot has megabytes. */
function lazy(parsed: () => BidiResult): BidiResult {
  return {
    get result() {
      return parsed().result;
    },
  };
}
