// A small DevTools connection to a browser, for what Moorage itself asks of it at a start. Clients' traffic never
// passes through here. https://chromedevtools.github.io/devtools-protocol/

import WebSocket from 'ws';

export interface CdpEvent {
  method: string;
  params: Record<string, unknown>;
  sessionId: string | undefined;
}

/** What the browser answered to a command that it refused. */
export class CdpError extends Error {
  override readonly name = 'CdpError';
  readonly method: string;

  constructor(method: string, message: string) {
    super(`${method}: ${message}`);
    this.method = method;
  }
}

interface Pending {
  method: string;
  resolve: (result: Record<string, unknown>) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout | undefined;
}

const COMMAND_TIMEOUT_MS = 10_000;

export class CdpConnection {
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Set<(event: CdpEvent) => void>();
  readonly #signal: AbortSignal;
  readonly #onAbort: () => void;
  readonly #timeoutMs: number;
  #lastId = 0;
  #heard: Promise<boolean> | undefined;

  /**
   * Connects to a browser's WebSocket. Aborting `signal` cuts the connection, now and later. `timeoutMs` is for each
   * command; with `Infinity` it is waited for as long as the connection lasts, frozen browser or not.
   */
  static async open(
    url: string,
    signal: AbortSignal,
    {
      timeoutMs = COMMAND_TIMEOUT_MS,
      headers = {},
    }: { timeoutMs?: number; headers?: Record<string, string> } = {},
  ): Promise<CdpConnection> {
    signal.throwIfAborted();
    const socket = new WebSocket(url, {
      headers,
      perMessageDeflate: false,
      handshakeTimeout: COMMAND_TIMEOUT_MS,
    });
    const connection = new CdpConnection(socket, signal, timeoutMs);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', (error) => reject(signal.aborted ? signal.reason : error));
    });
    return connection;
  }

  private constructor(socket: WebSocket, signal: AbortSignal, timeoutMs: number) {
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
    this.#signal = signal;
    this.#onAbort = () => socket.terminate();
    signal.addEventListener('abort', this.#onAbort, { once: true });
    socket.on('message', (data) => this.#receive(data.toString()));
    // Whoever waits for an answer learns of it by 'close', which follows; without a listener it would end the process.
    socket.on('error', () => {});
    socket.on('close', () => {
      // Who connects again and again with one signal would pile up what waits for it.
      signal.removeEventListener('abort', this.#onAbort);
      this.#failPending();
    });
  }

  /**
   * Sends a command, to the browser or to the target behind `sessionId`, and resolves with its result.
   * @throws CdpError when the browser refuses it, closes, or does not answer in time; the reason of the signal, once it
   * has aborted.
   */
  send(
    method: string,
    params: Record<string, unknown> = {},
    sessionId?: string,
  ): Promise<Record<string, unknown>> {
    // As a rejection, like all the others: many callers take that for nothing, and would not see a throw.
    if (this.#signal.aborted) return Promise.reject(this.#signal.reason);
    if (this.#socket.readyState !== WebSocket.OPEN)
      return Promise.reject(new CdpError(method, 'not connected'));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#pending.delete(id);
        reject(new CdpError(method, `no answer within ${this.#timeoutMs} ms`));
      };
      const timer = Number.isFinite(this.#timeoutMs) ? setTimeout(giveUp, this.#timeoutMs) : undefined;
      this.#pending.set(id, { method, resolve, reject, timer });
      this.#socket.send(
        JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) }),
      );
    });
  }

  /** Calls `listener` for every event from now on. Returns the function that ends it. */
  onEvent(listener: (event: CdpEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls `listener` once when the connection is over, whoever ended it. */
  onClose(listener: () => void): void {
    if (this.#socket.readyState === WebSocket.CLOSED) listener();
    else this.#socket.once('close', listener);
  }

  /** Sends a WebSocket ping, which no page hears of. Resolves when anything comes: to false when that is the end. */
  ping(): Promise<boolean> {
    const socket = this.#socket;
    if (socket.readyState !== WebSocket.OPEN) return Promise.resolve(false);
    this.#heard ??= new Promise((resolve) => {
      const finish = (isAlive: boolean) => {
        this.#heard = undefined;
        for (const [event, listener] of listeners) socket.off(event, listener);
        resolve(isAlive);
      };
      const listeners = [
        ['pong', () => finish(true)],
        ['message', () => finish(true)],
        ['close', () => finish(false)],
      ] as const;
      for (const [event, listener] of listeners) socket.on(event, listener);
    });
    socket.ping();
    return this.#heard;
  }

  /** Lets go of the browser, which goes on. */
  close(): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#socket.terminate();
  }

  #receive(text: string): void {
    const message = readMessage(text);
    if (!message) {
      this.#socket.terminate(); // not a browser, or not any more
      return;
    }
    if (message.id === undefined) {
      const { method = '', params = {}, sessionId } = message;
      for (const listener of this.#listeners) listener({ method, params, sessionId });
      return;
    }
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    this.#pending.delete(message.id);
    clearTimeout(pending.timer);
    if (message.error) pending.reject(new CdpError(pending.method, message.error.message));
    else pending.resolve(message.result ?? {});
  }

  #failPending(): void {
    for (const { method, reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(
        this.#signal.aborted
          ? this.#signal.reason
          : new CdpError(method, 'the browser closed the connection'),
      );
    }
    this.#pending.clear();
  }
}

interface Message {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { message: string };
  sessionId?: string;
}

/** Either an answer or an event, as the protocol has it; `undefined` for what is no object of JSON. */
function readMessage(text: string): Message | undefined {
  try {
    const message: unknown = JSON.parse(text);
    // The members are the browser's, which is ours, and those of events are looked at by who takes them.
    return typeof message === 'object' && message !== null ? (message as Message) : undefined;
  } catch {
    return undefined;
  }
}
