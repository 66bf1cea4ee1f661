// The collector of a browser that has a host (Firefox over BiDi, Playwright's browsers): one connection to the host, which
// puts the recorder into the pages and passes on what they push. When the socket is cut it connects anew and gets what
// followed its last piece of news; the host keeps that much.

import { WebSocket } from 'ws';
import type { RecorderNews, RecorderOrder } from '../backends/support/host-recorder.ts';
import type { CollectorOptions } from './collector.ts';
import { Intake } from './intake.ts';

export interface HostCollectorOptions extends CollectorOptions {
  /** What the recorder knows whoever gives it its way out by. */
  secret: string;
  /** Resolves when what was taken so far is on disk. */
  stored: () => Promise<unknown>;
}

const CONNECT_TIMEOUT_MS = 10_000;
const RECONNECT_DELAY_MS = 250;
const TELL_STORED_MS = 500;
const MAX_NEWS_BYTES = 256 * 1024 * 1024;

type Outcome = { isDone: true } | { isDone: false; detail: string };

export class HostCollector {
  readonly #options: HostCollectorOptions;
  readonly #intake: Intake;
  readonly #titles = new Map<string, { url: string; title: string }>();
  #socket: WebSocket | undefined;
  #lastNumber = 0;
  /** What the host was told that it need not keep. */
  #storedNumber = 0;
  #stopTelling: () => void = () => {};
  #isStopped = false;
  #cancelRetry: () => void = () => {};
  /** Who waits for the host to have armed, or drained. */
  #waiting: ((outcome: Outcome) => void) | undefined;

  constructor(options: HostCollectorOptions) {
    this.#options = options;
    this.#intake = new Intake(options);
  }

  /** Resolves when every page that opens from then on is recorded. @throws Error with what the host said. */
  async start(): Promise<void> {
    await this.#connect();
    this.#stopTelling = this.#options.clock.every(TELL_STORED_MS, () => void this.#tellStored());
  }

  /** Lets go of the host, which keeps what comes until somebody asks again. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopTelling();
    this.#cancelRetry();
    this.#socket?.terminate();
  }

  /** Lets every page send what it holds back, for at most `timeoutMs`. */
  async drain(timeoutMs: number): Promise<void> {
    if (!this.#socket) return;
    await this.#ask({ type: 'drain' }, timeoutMs);
  }

  async #tellStored(): Promise<void> {
    const n = this.#lastNumber;
    if (n === this.#storedNumber) return;
    await this.#options.stored();
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return;
    this.#storedNumber = n;
    const order: RecorderOrder = { type: 'stored', n };
    socket.send(JSON.stringify(order));
  }

  async #connect(): Promise<void> {
    const { url, binding, secret, initScript: script, clock, log } = this.#options;
    const socket = new WebSocket(url(), {
      perMessageDeflate: false,
      handshakeTimeout: CONNECT_TIMEOUT_MS,
      maxPayload: MAX_NEWS_BYTES,
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    socket.on('error', () => {}); // 'close' follows
    if (this.#isStopped) {
      socket.terminate();
      return;
    }
    socket.on('message', (data) => this.#take(JSON.parse(String(data)) as RecorderNews)); // of our own host
    socket.once('close', () => {
      this.#socket = undefined;
      this.#waiting?.({ isDone: false, detail: 'the host closed the connection' });
      if (this.#isStopped) return;
      log.info({ event: 'recording.collector-lost' });
      this.#cancelRetry = clock.after(RECONNECT_DELAY_MS, () => this.#retry());
    });
    this.#socket = socket;
    const order = { type: 'record', script, binding, secret, after: this.#lastNumber } as const;
    const outcome = await this.#ask(order, CONNECT_TIMEOUT_MS);
    if (outcome.isDone) return;
    socket.terminate();
    throw new Error(`The browser cannot be recorded: ${outcome.detail}.`);
  }

  #retry(): void {
    if (this.#isStopped) return;
    this.#connect().catch((error: unknown) => {
      const { clock, log } = this.#options;
      log.debug({ event: 'recording.collector-not-connected', err: error });
      // Once it was open, its close has seen to the next try.
      if (!this.#socket && !this.#isStopped) {
        this.#cancelRetry();
        this.#cancelRetry = clock.after(RECONNECT_DELAY_MS, () => this.#retry());
      }
    });
  }

  async #ask(order: RecorderOrder, timeoutMs: number): Promise<Outcome> {
    let cancel = () => {};
    const outcome = await new Promise<Outcome>((resolve) => {
      this.#waiting = resolve;
      const expire = () => resolve({ isDone: false, detail: `no answer within ${timeoutMs} ms` });
      cancel = this.#options.clock.after(timeoutMs, expire);
      this.#socket?.send(JSON.stringify(order));
    });
    cancel();
    this.#waiting = undefined;
    return outcome;
  }

  #take(news: RecorderNews): void {
    if ('n' in news) this.#lastNumber = news.n;
    switch (news.type) {
      case 'armed':
      case 'drained':
        this.#waiting?.({ isDone: true });
        break;
      case 'failed':
        this.#waiting?.({ isDone: false, detail: news.detail });
        break;
      case 'payload':
        this.#intake.take(news.pageId, news.payload);
        break;
      case 'page':
        this.#noteTarget(news.pageId, news);
        break;
      case 'page-ended':
        if (news.how === 'closed') {
          this.#intake.forget(news.pageId);
          this.#titles.delete(news.pageId);
        }
        this.#options.onTargetEnd(news.pageId, news.how);
        break;
      default:
    }
  }

  #noteTarget(targetId: string, { url, title }: { url: string; title: string }): void {
    const known = this.#titles.get(targetId);
    if (known?.url === url && known.title === title) return;
    this.#titles.set(targetId, { url, title });
    this.#options.onTarget({ targetId, type: 'page', url, title });
  }
}
