// Somebody who watches a session over the WebSocket of its live view, as a program in any language would.

import WebSocket from 'ws';
import type { LiveMessage, WatcherMessage } from '../../src/protocol/live-view.ts';
import { FRAME_HEADER } from '../../src/protocol/live-wire.ts';
import { until } from '../server.ts';

export interface SeenPicture {
  sequence: number;
  at: number;
  width: number;
  height: number;
  jpeg: Buffer;
}

type OfType<T extends LiveMessage['type']> = Extract<LiveMessage, { type: T }>;

export class LiveWatcher {
  readonly socket: WebSocket;
  readonly messages: LiveMessage[] = [];
  readonly pictures: SeenPicture[] = [];
  /** Once it was closed. */
  closed: { code: number; reason: string } | undefined;
  /** Whether it says that pictures were drawn, as it should. */
  isDrawing = true;

  /** Connects to `url`, an address of the server, or one of a link with its token behind the #. */
  static async open(
    url: string,
    options: { name?: string; headers?: Record<string, string> } = {},
  ): Promise<LiveWatcher> {
    const watcher = new LiveWatcher(socketUrl(url, options.name), options.headers);
    await until(() => watcher.closed !== undefined || watcher.find('hello') !== undefined, 'an answer', 30);
    return watcher;
  }

  static async closeAll(): Promise<void> {
    await Promise.all([...LiveWatcher.#open].map((watcher) => watcher.close()));
  }

  static readonly #open = new Set<LiveWatcher>();

  private constructor(url: string, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(url, { headers });
    LiveWatcher.#open.add(this);
    this.socket.on('message', (data, isBinary) => {
      if (isBinary)
        this.#see(data as Buffer); // as `ws` gives them
      else this.messages.push(JSON.parse(String(data)));
    });
    this.socket.on('error', () => {});
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: String(reason) };
      LiveWatcher.#open.delete(this);
    });
  }

  /** The latest message of a type. */
  find<T extends LiveMessage['type']>(type: T): OfType<T> | undefined {
    return this.messages.findLast((message): message is OfType<T> => message.type === type);
  }

  send(message: WatcherMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  async takeOver(more: Partial<Extract<WatcherMessage, { type: 'take-over' }>> = {}): Promise<void> {
    this.send({ type: 'take-over', ...more });
    await until(() => this.isDriving, 'the take-over');
  }

  get isDriving(): boolean {
    return this.find('driver')?.driver?.watcherId === this.find('hello')?.watcherId;
  }

  click(x: number, y: number, clickCount = 1): void {
    this.send({ type: 'mouse', action: 'move', x, y });
    this.send({ type: 'mouse', action: 'down', x, y, button: 'left', clickCount });
    this.send({ type: 'mouse', action: 'up', x, y, button: 'left', clickCount });
  }

  press(key: string, more: { code?: string; modifiers?: number } = {}): void {
    this.send({ type: 'key', action: 'down', key, ...more });
    this.send({ type: 'key', action: 'up', key, ...more });
  }

  type(text: string): void {
    for (const key of text) this.press(key);
  }

  async firstPicture(): Promise<SeenPicture> {
    await until(() => this.pictures.length > 0, 'a picture');
    return this.pictures.at(-1) as SeenPicture; // as just seen
  }

  /** Hands back what it drives, and leaves. */
  async close(): Promise<void> {
    if (this.isDriving) this.send({ type: 'hand-back' });
    this.socket.close();
    await until(() => this.closed, 'its end');
  }

  #see(data: Buffer): void {
    const sequence = data.readUInt32BE(FRAME_HEADER.sequence);
    this.pictures.push({
      sequence,
      at: data.readDoubleBE(FRAME_HEADER.at),
      width: data.readUInt16BE(FRAME_HEADER.width),
      height: data.readUInt16BE(FRAME_HEADER.height),
      jpeg: data.subarray(data.readUInt16BE(FRAME_HEADER.headerBytes)),
    });
    if (this.isDrawing) this.send({ type: 'drawn', sequence });
  }
}

/** The WebSocket behind the address of a live view's page. */
export function socketUrl(page: string, name?: string): string {
  const { origin, pathname, hash } = new URL(page);
  const id = pathname.split('/').at(-1) ?? '';
  const url = new URL(`/v1/sessions/${id}/live`, origin.replace(/^http/, 'ws'));
  const token = new URLSearchParams(hash.slice(1)).get('token');
  if (token !== null) url.searchParams.set('token', token);
  if (name !== undefined) url.searchParams.set('name', name);
  return url.href;
}
