// The connection of this page to the live view. It is made again when it is lost, until the session has ended.

import type { LiveMessage, WatcherMessage } from '../../src/protocol/live-view.ts';
import { FRAME_HEADER } from '../../src/protocol/live-wire.ts';

export interface Picture {
  sequence: number;
  at: number;
  /** The page area in CSS pixels. */
  width: number;
  height: number;
  image: Blob;
}

export interface ConnectionListener {
  opened(): void;
  message(message: LiveMessage): void;
  picture(picture: Picture): void;
  /** It is lost, and tried again in a moment. */
  lost(): void;
  /** It is over. `isRefused` where the key or link was wrong, `canReturn` where opening it again may help. */
  ended(reason: string, how: { isRefused: boolean; canReturn: boolean }): void;
}

/** The session, or the surface by its name. */
export const subject = decodeURIComponent(location.pathname.split('/').at(-1) ?? '');

const TOKEN = `moorage-live-token ${subject}`;
const KEY = 'moorage-key';
const NAME = 'moorage-name';
const RETRY_MS = [250, 500, 1000, 2000, 4000];
/** Nothing at all for so long, not even that the other end lives: the connection is half-open. */
const SILENCE_MS = 30_000;
const CLOSE = {
  refused: 4401,
  unknown: 4404,
  ended: 4410,
  expired: 4408,
  quota: 4429,
  invalid: 4400,
} as const;

/** Keeps the secret of the address for this tab, and takes it out of sight. */
export function takeToken(): void {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return;
  sessionStorage.setItem(TOKEN, token);
  history.replaceState(null, '', location.pathname);
}

export function keepKey(key: string): void {
  sessionStorage.removeItem(TOKEN);
  sessionStorage.setItem(KEY, key);
}

export function ownName(): string | undefined {
  return localStorage.getItem(NAME) ?? undefined;
}

export function keepName(name: string): void {
  localStorage.setItem(NAME, name);
}

export class Connection {
  readonly #listener: ConnectionListener;
  #socket: WebSocket | undefined;
  #attempts = 0;
  #isOver = false;
  #isSurface = false;
  #lastAt = 0;

  constructor(listener: ConnectionListener) {
    this.#listener = listener;
    setInterval(() => this.#listenForSilence(), 5000);
    // A laptop that wakes, or a phone that is looked at again, has no time to wait.
    addEventListener('online', () => this.#socket?.close());
  }

  open(): void {
    this.#isOver = false;
    const url = new URL(`/v1/sessions/${encodeURIComponent(subject)}/live`, location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    const token = sessionStorage.getItem(TOKEN) ?? sessionStorage.getItem(KEY);
    if (token !== null) url.searchParams.set('token', token);
    const name = ownName();
    if (name !== undefined) url.searchParams.set('name', name);
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    this.#lastAt = Date.now();
    socket.addEventListener('message', ({ data }) => this.#take(data));
    socket.addEventListener('close', ({ code, reason }) => {
      if (this.#socket === socket) this.#closed(code, reason);
    });
  }

  send(message: WatcherMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #take(data: unknown): void {
    this.#lastAt = Date.now();
    if (data instanceof ArrayBuffer) {
      this.#listener.picture(pictureIn(data));
      return;
    }
    const message = JSON.parse(String(data)) as LiveMessage; // of our own server
    if (message.type === 'hello') {
      this.#attempts = 0;
      this.#isSurface = message.surface !== undefined;
      this.#listener.opened();
    }
    this.#listener.message(message);
  }

  #closed(code: number, reason: string): void {
    if (this.#isOver) return;
    const isRefused = code === CLOSE.refused;
    // The browser of a surface may have crashed, and is launched again by whoever comes back.
    const isFinal =
      isRefused ||
      code === CLOSE.unknown ||
      code === CLOSE.ended ||
      code === CLOSE.expired ||
      code === CLOSE.invalid ||
      code === CLOSE.quota ||
      (code === 4502 && !this.#isSurface && reason !== '');
    if (isFinal) {
      this.#isOver = true;
      this.#listener.ended(reason, { isRefused, canReturn: this.#isSurface || code === CLOSE.quota });
      return;
    }
    this.#listener.lost();
    const delayMs = RETRY_MS[Math.min(this.#attempts, RETRY_MS.length - 1)];
    this.#attempts += 1;
    setTimeout(() => {
      if (!this.#isOver) this.open();
    }, delayMs);
  }

  #listenForSilence(): void {
    if (this.#isOver || Date.now() - this.#lastAt < SILENCE_MS) return;
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#lastAt = Date.now();
      this.#socket.close();
    }
  }
}

function pictureIn(data: ArrayBuffer): Picture {
  const view = new DataView(data);
  const format = view.getUint8(FRAME_HEADER.format) === 2 ? 'image/png' : 'image/jpeg';
  return {
    sequence: view.getUint32(FRAME_HEADER.sequence),
    at: view.getFloat64(FRAME_HEADER.at),
    width: view.getUint16(FRAME_HEADER.width),
    height: view.getUint16(FRAME_HEADER.height),
    image: new Blob([data.slice(view.getUint16(FRAME_HEADER.headerBytes))], { type: format }),
  };
}
