// One socket of a relayed connection, client's or browser's. Where Node allows it, it is read without a stream's queue:
// chunks arrive in a buffer that is used again, which is where a relay in Node otherwise spends its time.

import net from 'node:net';
import tls from 'node:tls';

/** What a wire tells its owner. Nothing is told after `closed`. */
export interface WireEvents {
  /**
   * `chunk` is valid during the call only, unless false is returned: then nothing more is read, and the memory left
   * alone, until `resume`.
   */
  bytes(chunk: Buffer): boolean;
  /** Everything written has been handed to the kernel, after a `write` that answered false. */
  flushed(): void;
  /** The peer will send nothing more. */
  ended(): void;
  /** The socket is gone, with the error that ended it. Called once. */
  closed(error: Error | undefined): void;
}

// An idle wire holds the small buffer. A read that fills it is followed by reads into a large one, until one does not.
const SMALL_BYTES = 4 * 1024;
const LARGE_BYTES = 128 * 1024;
const KEEP_ALIVE_MS = 30_000;
const NOTHING = Buffer.alloc(0);

const spareBuffers: Buffer[] = [];
const SPARE_BUFFERS = 8;

export class Wire {
  readonly #events: WireEvents;
  // Set by `dial` and `adopt` before anything can happen.
  #socket!: net.Socket;
  #error: Error | undefined;
  #isBlocked = false;
  #isHeld = false;
  #small: Buffer | undefined;
  #buffer: Buffer | undefined;
  #lastRead = 0;

  private constructor(events: WireEvents) {
    this.#events = events;
  }

  /** Opens a socket to the host of a `ws:` or `wss:` address. `connected` comes when it can be written to. */
  static dial(url: URL, events: WireEvents & { connected(): void }): Wire {
    const wire = new Wire(events);
    const isSecure = url.protocol === 'wss:';
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = Number(url.port || (isSecure ? 443 : 80));
    const onread = wire.#onRead();
    if (isSecure) {
      const servername = net.isIP(host) ? undefined : host;
      const options = { host, port, servername, onread };
      wire.#own(tls.connect(options as tls.ConnectionOptions)); // documented, and missing in the types: onread
      wire.#socket.once('secureConnect', () => events.connected());
    } else {
      wire.#own(net.connect({ host, port, onread }));
      wire.#socket.once('connect', () => events.connected());
    }
    return wire;
  }

  /** Takes over a socket that an HTTP server has given away by its `upgrade` event. */
  static adopt(socket: net.Socket, events: WireEvents): Wire {
    const wire = new Wire(events);
    const bare = wire.#rewrap(socket);
    wire.#own(bare ?? socket);
    if (bare === undefined) socket.on('data', (chunk: Buffer) => wire.#read(chunk));
    return wire;
  }

  /** Whether written bytes wait for the peer to read. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** False when the kernel has not taken all of it; `flushed` follows, and until then `chunk` must not change. */
  write(chunk: Buffer | string): boolean {
    this.#socket.write(chunk);
    if (this.#socket.writableLength === 0) return true;
    this.#isBlocked = true;
    // Called when all before it is written. A callback for every chunk would take 2 to 6 µs of a round trip, and `drain`
    // does not come after a short chunk.
    this.#socket.write(NOTHING, this.#onWritten);
    return false;
  }

  resume(): void {
    this.#isHeld = false;
    this.#socket.resume();
  }

  /** Sends what was written, then the end. */
  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  readonly #onWritten = (error?: Error | null): void => {
    if (!this.#isBlocked || error || this.#socket.writableLength > 0) return;
    this.#isBlocked = false;
    this.#events.flushed();
  };

  #own(socket: net.Socket): void {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.setTimeout(0);
    socket.on('error', (error) => {
      this.#error = error;
    });
    socket.on('end', () => this.#events.ended());
    socket.on('close', () => this.#events.closed(this.#error));
  }

  /**
   * The same connection as a socket that reads by `onread`, which Node gives to sockets that connect but not to those
   * that a server accepts (docs/adr/0008). `_handle` is not public, though what Node's own cluster module and TLS are
   * built on; where it is not as expected (TLS, or another Node) the socket stays as it is and is only slower.
   */
  #rewrap(socket: net.Socket): net.Socket | undefined {
    const shell = socket as net.Socket & { _handle?: Handle | null };
    const handle = shell._handle;
    if (socket instanceof tls.TLSSocket || typeof handle?.readStop !== 'function') return undefined;
    if (socket.readableLength > 0 || socket.writableLength > 0) return undefined;

    // Read once, the peer's address is remembered, for those who limit or log by it later.
    void socket.remoteAddress;
    handle.readStop();
    handle.reading = false;
    shell._handle = null;
    const options = { handle, allowHalfOpen: true, onread: this.#onRead() };
    const bare = new net.Socket(options as net.SocketConstructorOpts); // the types know of neither option
    // The server counts its connections by the socket that it made, and may want to destroy it.
    socket.on('error', () => {});
    socket.on('close', () => bare.destroy());
    bare.on('close', () => socket.destroy());
    return bare;
  }

  #onRead(): net.OnReadOpts {
    return {
      buffer: () => this.#nextBuffer(),
      callback: (bytes) => {
        this.#lastRead = bytes;
        // Node reads into what `nextBuffer` gave it last.
        return this.#read((this.#buffer as Buffer).subarray(0, bytes));
      },
    };
  }

  #read(chunk: Buffer): boolean {
    if (this.#events.bytes(chunk)) return true;
    this.#isHeld = true;
    this.#socket.pause();
    return false;
  }

  #nextBuffer(): Buffer {
    if (this.#isHeld && this.#buffer) return this.#buffer;
    if (this.#buffer !== undefined && this.#lastRead === this.#buffer.length) {
      if (this.#buffer === this.#small)
        this.#buffer = spareBuffers.pop() ?? Buffer.allocUnsafeSlow(LARGE_BYTES);
      return this.#buffer;
    }
    if (this.#buffer !== this.#small && this.#buffer && spareBuffers.length < SPARE_BUFFERS) {
      spareBuffers.push(this.#buffer);
    }
    this.#small ??= Buffer.allocUnsafeSlow(SMALL_BYTES);
    this.#buffer = this.#small;
    return this.#buffer;
  }
}

/** Of what a socket of Node is a wrapper. */
interface Handle {
  reading: boolean;
  readStop(): void;
}
