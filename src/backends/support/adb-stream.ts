// A connection to the adb server, as its protocol has it: four hexadecimal digits of length before most of what is said.
// https://android.googlesource.com/platform/packages/modules/adb/+/refs/heads/main/OVERVIEW.TXT

import { connect, type Socket } from 'node:net';
import { AdbError, reasonOf } from './adb-error.ts';

/** The other side closed before it had said all. */
export class StreamEnd extends Error {}

/** A connection to the adb server: requests go with their length in front, and so do most answers. */
export class AdbStream {
  readonly #socket: Socket;
  readonly #signal: AbortSignal;
  readonly #giveUp: () => void;
  #received: Buffer = Buffer.alloc(0);
  #hasEnded = false;
  #wake: () => void = () => {};

  static async open(port: number, signal: AbortSignal): Promise<AdbStream> {
    signal.throwIfAborted();
    const socket = connect(port, '127.0.0.1');
    const stream = new AdbStream(socket, signal);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
      socket.once('close', () => reject(signal.aborted ? signal.reason : new StreamEnd()));
    });
    return stream;
  }

  private constructor(socket: Socket, signal: AbortSignal) {
    this.#socket = socket;
    this.#signal = signal;
    this.#giveUp = () => socket.destroy();
    signal.addEventListener('abort', this.#giveUp, { once: true });
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    socket.on('error', () => {}); // 'close' follows
    socket.once('close', () => {
      signal.removeEventListener('abort', this.#giveUp);
      this.#hasEnded = true;
      this.#wake();
    });
  }

  write(service: string): void {
    const length = Buffer.byteLength(service).toString(16).padStart(4, '0');
    this.#socket.write(`${length}${service}`);
  }

  /** @throws AdbError for a refusal. */
  async readStatus(): Promise<void> {
    const status = await this.#read(4);
    if (status === 'OKAY') return;
    const text = status === 'FAIL' ? await this.readText() : `it does not answer as adb but: ${status}`;
    throw new AdbError(reasonOf(text), text.trim());
  }

  async readText(): Promise<string> {
    return this.#read(Number.parseInt(await this.#read(4), 16) || 0);
  }

  /** Everything until the other side closes. */
  async readRest(): Promise<Buffer> {
    while (!this.#hasEnded) await this.#more();
    this.#signal.throwIfAborted();
    return this.#received;
  }

  close(): void {
    this.#socket.destroy();
  }

  async #read(length: number): Promise<string> {
    while (this.#received.length < length) {
      this.#signal.throwIfAborted();
      if (this.#hasEnded) throw new StreamEnd();
      await this.#more();
    }
    const text = this.#received.toString('utf8', 0, length);
    this.#received = this.#received.subarray(length);
    return text;
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
