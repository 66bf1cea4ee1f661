// The lens of a browser's host, over its socket. Each call has a deadline; a host that went away fails all of them, and is
// asked anew by the next one.

import { WebSocket } from 'ws';
import type { Lens, LensAnswer, LensOrder, LensPage, LensPicture } from '../../backends/support/lens.ts';
import type { Clock } from '../../clock.ts';

const CONNECT_MS = 5000;
/** Navigations of a host end after 15 s by themselves. */
const CALL_MS = 20_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

interface Waiting {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

export class HostLens implements Lens {
  readonly #url: string;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  #socket: Promise<WebSocket> | undefined;
  #lastId = 0;
  #isClosed = false;

  constructor(url: string, clock: Clock) {
    this.#url = url;
    this.#clock = clock;
  }

  async list(): Promise<LensPage[]> {
    return (await this.#call('list')) as LensPage[]; // of our own host, as the others
  }

  async picture(pageId: string, quality: number): Promise<LensPicture> {
    return (await this.#call('picture', pageId, quality)) as LensPicture; // as above
  }

  async put(...args: Parameters<Lens['put']>): Promise<void> {
    await this.#call('put', ...args);
  }

  async navigate(...args: Parameters<Lens['navigate']>): Promise<void> {
    await this.#call('navigate', ...args);
  }

  async act(...args: Parameters<Lens['act']>): Promise<void> {
    await this.#call('act', ...args);
  }

  async open(...args: Parameters<Lens['open']>): Promise<void> {
    await this.#call('open', ...args);
  }

  async evaluate(...args: Parameters<Lens['evaluate']>): Promise<unknown> {
    return this.#call('evaluate', ...args);
  }

  close(): void {
    this.#isClosed = true;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.then((open) => open.terminate()).catch(() => {}); // it was never open
  }

  async #call(method: keyof Lens, ...args: unknown[]): Promise<unknown> {
    if (this.#isClosed) throw new Error('the live view is over');
    this.#socket ??= this.#open();
    const socket = await this.#socket;
    this.#lastId += 1;
    const id = this.#lastId;
    let cancel = () => {};
    try {
      return await new Promise<unknown>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        const late = new Error(`the browser did not answer ${method} within ${CALL_MS} ms`);
        cancel = this.#clock.after(CALL_MS, () => reject(late));
        socket.send(JSON.stringify({ type: 'lens', id, method, args } satisfies LensOrder));
      });
    } finally {
      cancel();
      this.#waiting.delete(id);
    }
  }

  async #open(): Promise<WebSocket> {
    const socket = new WebSocket(this.#url, {
      perMessageDeflate: false,
      handshakeTimeout: CONNECT_MS,
      maxPayload: MAX_ANSWER_BYTES,
    });
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('open', resolve);
        socket.once('error', reject);
      });
    } catch (error) {
      this.#socket = undefined;
      throw error;
    }
    socket.on('error', () => {}); // 'close' follows
    socket.on('message', (data) => this.#take(JSON.parse(String(data)) as LensAnswer)); // of our own host
    socket.once('close', () => {
      this.#socket = undefined;
      for (const { reject } of this.#waiting.values()) reject(new Error('the host of the browser is gone'));
    });
    if (this.#isClosed) socket.terminate();
    return socket;
  }

  #take(answer: LensAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    if (answer.type === 'lens-answer') waiting?.resolve(answer.result);
    else waiting?.reject(new Error(answer.detail));
  }
}
