// Where the collector of a recording, and a live view, reach the host of a browser. They go with the server and come back;
// what pages say meanwhile is kept here, up to a bound, beyond which the collector sees a gap in the numbers of their batches.

import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  NEWS_LIMIT_CHARS,
  type PageNews,
  type RecorderNews,
  type RecorderOrder,
  type RecorderScript,
} from '../support/host-recorder.ts';
import type { Lens, LensAnswer, LensOrder } from '../support/lens.ts';

/** What records in a browser. */
export interface Recorder {
  /** Resolves when every page that opens from then on is recorded. Called once. */
  arm(recording: RecorderScript): Promise<void>;
  /** Resolves when every page has sent what it held back. */
  drain(): Promise<void>;
}

export class RecorderSocket {
  readonly #recorder: Recorder;
  readonly #lens: Lens;
  readonly #kept: { n: number; text: string }[] = [];
  #keptChars = 0;
  #lastNumber = 0;
  #collector: WebSocket | undefined;
  #arming: Promise<void> | undefined;

  constructor(recorder: Recorder, lens: Lens) {
    this.#recorder = recorder;
    this.#lens = lens;
  }

  /** Begins to listen on loopback, under a path that nobody can guess. Resolves to the address. */
  async listen(): Promise<string> {
    const path = `/${randomBytes(16).toString('hex')}`;
    const http = createServer((_request, response) => response.writeHead(404).end());
    const sockets = new WebSocketServer({ server: http, path, perMessageDeflate: false });
    sockets.on('connection', (socket) => this.#serve(socket));
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject);
      http.listen(0, '127.0.0.1', resolve);
    });
    const { port } = http.address() as AddressInfo; // it listens on a port
    return `ws://127.0.0.1:${port}${path}`;
  }

  /** Tells the collector, now or when it is back. */
  tell(news: PageNews): void {
    this.#lastNumber += 1;
    const text = JSON.stringify({ n: this.#lastNumber, ...news });
    this.#kept.push({ n: this.#lastNumber, text });
    this.#keptChars += text.length;
    while (this.#keptChars > NEWS_LIMIT_CHARS && this.#kept.length > 1) {
      this.#keptChars -= this.#kept.shift()?.text.length ?? 0;
    }
    const collector = this.#collector;
    if (!collector) return;
    collector.send(text);
    // One that does not read gets what is kept when it comes back.
    if (collector.bufferedAmount > 4 * NEWS_LIMIT_CHARS) collector.terminate();
  }

  #serve(socket: WebSocket): void {
    socket.on('error', () => {}); // 'close' follows
    socket.on('message', (data) => {
      const order = JSON.parse(String(data)) as LensOrder | RecorderOrder; // of our server
      void (order.type === 'lens' ? this.#look(socket, order) : this.#obey(socket, order));
    });
    socket.once('close', () => {
      if (this.#collector === socket) this.#collector = undefined;
    });
  }

  async #look(socket: WebSocket, { id, method, args }: LensOrder): Promise<void> {
    let answer: LensAnswer;
    try {
      // The server gives what the method takes: it has the same interface.
      const call = this.#lens[method] as (...args: unknown[]) => Promise<unknown>;
      answer = { type: 'lens-answer', id, result: await call.apply(this.#lens, args) };
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      answer = { type: 'lens-refusal', id, detail };
    }
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(answer));
  }

  #forget(upTo: number): void {
    while (this.#kept[0] !== undefined && this.#kept[0].n <= upTo) {
      this.#keptChars -= this.#kept.shift()?.text.length ?? 0;
    }
  }

  async #obey(socket: WebSocket, order: RecorderOrder): Promise<void> {
    const answer = (news: RecorderNews) => socket.send(JSON.stringify(news));
    try {
      if (order.type === 'stored') {
        this.#forget(order.n);
        return;
      }
      if (order.type === 'drain') {
        await this.#recorder.drain();
        answer({ type: 'drained' });
        return;
      }
      this.#collector?.terminate();
      for (const { n, text } of this.#kept) if (n > order.after) socket.send(text);
      this.#collector = socket;
      this.#arming ??= this.#recorder.arm(order);
      await this.#arming;
      answer({ type: 'armed' });
    } catch (error) {
      this.#arming = undefined;
      answer({ type: 'failed', detail: error instanceof Error ? error.message : String(error) });
    }
  }
}
