// One client's WebSocket to one browser, from the client's handshake to the last byte. Between the handshakes chunks
// are forwarded as they come; the frames in them are only counted, so that a Close frame can be put between two.

import type { Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import type { Limit } from '../metrics.ts';
import { CLOSE_CODES, type CloseName } from '../protocol/close-codes.ts';
import type { Connection, Session } from '../sessions/session.ts';
import { BrowserCloseFilter, type CloseCommand, closeAnswer } from './browser-close.ts';
import { closeFrame, FrameWalker } from './frames.ts';
import { BackendHandshake } from './handshake.ts';
import { Wire } from './wire.ts';

export interface RelayLimits {
  /** Messages, and bytes, of a client that are kept until its browser is there. */
  bufferMessages: number;
  bufferBytes: number;
  /** How long the browser may take to answer the handshake. */
  connectTimeoutMs: number;
  /** How long a client may take to answer a Close frame, or a peer to follow one that ended. */
  closeTimeoutMs: number;
  /** How long an end may leave unread what the other one sends. */
  stallTimeoutMs: number;
  /** How long the session may take to say why its browser is gone, before the client hears that it is. */
  lossGraceMs: number;
  maxConnectionsPerSession: number;
}

/** What was relayed, since it was last read. */
export interface Traffic {
  bytesToBrowser: number;
  bytesToClient: number;
  framesToBrowser: number;
  framesToClient: number;
}

/** What all connections of a relay share. */
export interface ConnectionContext {
  clock: Clock;
  limits: RelayLimits;
  traffic: Traffic;
  onLimit(limit: Limit): void;
  onJoined(connection: RelayedConnection): void;
  /** A Close frame of our own is about to be sent. */
  onClosing(connection: RelayedConnection, code: number, reason: string): void;
  /** Both sockets are gone. */
  onOver(connection: RelayedConnection): void;
}

export interface Opened {
  session: Session;
  /** The WebSocket address of the browser. */
  url: string;
}

/**
 * - `waiting`: what the client sends is kept until the browser is there
 * - `joined`: both ways are forwarded
 * - `lost`: the browser's socket is gone and the session has a moment to say why
 * - `parting`: a Close frame waits for the browser's frame under way to end
 * - `parted`: the client has got its last byte, and what it sends is dropped
 */
type Stage = 'waiting' | 'joined' | 'lost' | 'parting' | 'parted';

const NORMAL_CLOSURE = 1000;

export class RelayedConnection implements Connection {
  readonly #context: ConnectionContext;
  readonly #client: Wire;
  readonly #fromClient = new FrameWalker();
  readonly #fromBackend = new FrameWalker();
  /** Of sessions whose browser outlives its clients; what all others send is forwarded unread. */
  #closeFilter: BrowserCloseFilter | undefined;
  #stage: Stage = 'waiting';
  #session: Session | undefined;
  #leave: (() => void) | undefined;
  #backend: Wire | undefined;
  #hasClientEnded = false;
  #isClientGone = false;
  /** While `waiting`: for the session, then for the answer of its browser. */
  #opening: AbortController | undefined;
  #handshake: BackendHandshake | undefined;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  /** While `parting`. */
  #lastFrame: Buffer | undefined;
  #cancelWait = () => {};
  #cancelCloseLimit: (() => void) | undefined;
  #stalledMs = 0;

  /** Answers the client's handshake with `reply`. `head` is what the client sent right after its own. */
  constructor(context: ConnectionContext, socket: Socket, { reply, head }: { reply: string; head: Buffer }) {
    this.#context = context;
    this.#client = Wire.adopt(socket, {
      bytes: (chunk) => this.#takeFromClient(chunk),
      flushed: () => this.#clientFlushed(),
      ended: () => this.#clientEnded(),
      closed: () => this.#clientGone(),
    });
    this.#client.write(reply);
    if (head.length > 0) this.#takeFromClient(head);
  }

  get sessionId(): string | undefined {
    return this.#session?.id;
  }

  /** Finds the session by `open`, which may take long, and joins its browser. `refused` hears why it could not. */
  open(open: (signal: AbortSignal) => Promise<Opened>, refused: (error: unknown) => void): void {
    if (this.#stage !== 'waiting') return;
    this.#opening = new AbortController();
    open(this.#opening.signal)
      .then((opened) => this.#join(opened))
      .catch((error: unknown) => {
        if (this.#stage === 'waiting') refused(error);
      });
  }

  /** Sends the close code of `name` as soon as the browser's frame under way is complete, and ends both sockets. */
  close(name: CloseName, reason: string): void {
    if (this.#stage === 'parting' || this.#stage === 'parted') return;
    if (this.#fromBackend.sawClose) {
      this.#part();
      return;
    }
    const { code } = CLOSE_CODES[name];
    this.#context.onClosing(this, code, reason);
    this.#partWith(closeFrame(code, reason));
  }

  /** Sends the client `frame` as its last as soon as the browser's frame under way is complete. */
  #partWith(frame: Buffer): void {
    if (this.#fromBackend.atBoundary) {
      this.#part(frame);
    } else if (this.#stage === 'lost') {
      // The rest of the frame will never come, and a Close frame would be read as its payload.
      this.destroy();
    } else {
      this.#stage = 'parting';
      this.#lastFrame = frame;
      this.#limitClosing();
    }
  }

  /** Ends both sockets on the spot. */
  destroy(): void {
    this.#leaveStage();
    this.#stage = 'parted';
    this.#backend?.destroy();
    this.#client.destroy();
  }

  /**
   * Called every `tickMs`: which end has read nothing for longer than is borne. Ticks are counted instead of time,
   * because none comes while the machine sleeps.
   */
  stalledEnd(tickMs: number): 'client' | 'browser' | undefined {
    const isClientBlocked = this.#client.isBlocked;
    const isBlocked = isClientBlocked || this.#backend?.isBlocked === true;
    this.#stalledMs = isBlocked ? this.#stalledMs + tickMs : 0;
    if (this.#stalledMs <= this.#context.limits.stallTimeoutMs) return undefined;
    return isClientBlocked ? 'client' : 'browser';
  }

  #forward(chunk: Buffer, to: Wire | undefined): boolean {
    const isTaken = to === undefined || to.write(chunk);
    this.#session?.touch(this.#context.clock.now());
    return isTaken;
  }

  // --- the client's side ---

  #takeFromClient(chunk: Buffer): boolean {
    // Forwarded first: what is counted can be counted while the chunk is on its way.
    const isTaken = this.#stage !== 'joined' || this.#forward(this.#filtered(chunk), this.#backend);
    const { traffic } = this.#context;
    traffic.bytesToBrowser += chunk.length;
    traffic.framesToBrowser += this.#fromClient.walk(chunk);
    if (this.#stage === 'waiting') this.#keep(chunk);
    else if (this.#stage === 'joined' && this.#closeFilter?.command) this.#letGo(this.#closeFilter.command);
    else if (this.#fromClient.sawClose) this.#clientClosed();
    return isTaken;
  }

  #filtered(chunk: Buffer): Buffer {
    return this.#closeFilter ? this.#closeFilter.pass(chunk) : chunk;
  }

  /** The client asked for the end of a browser that stays. It hears what Chrome would say, and is let go. */
  #letGo(command: CloseCommand): void {
    this.#partWith(Buffer.concat([closeAnswer(command), closeFrame(NORMAL_CLOSURE, '')]));
  }

  #keep(chunk: Buffer): void {
    const { bufferBytes, bufferMessages } = this.#context.limits;
    this.#keptBytes += chunk.length;
    if (this.#fromClient.sawClose) {
      // The client gave up before its browser was there.
      this.#part(closeFrame(NORMAL_CLOSURE, ''));
    } else if (this.#fromClient.messages > bufferMessages || this.#keptBytes > bufferBytes) {
      this.#context.onLimit('relay-buffer');
      const most = `${bufferMessages} messages or ${bufferBytes} bytes`;
      this.close('buffer-overflow', `At most ${most} are kept until the browser is there.`);
    } else {
      this.#kept.push(Buffer.from(chunk));
    }
  }

  #clientFlushed(): void {
    this.#stalledMs = 0;
    if (this.#stage === 'joined' || this.#stage === 'parting') this.#backend?.resume();
  }

  #clientEnded(): void {
    this.#hasClientEnded = true;
    if (this.#stage === 'joined') {
      // What it sent last still goes to the browser, whose answer ends the connection.
      this.#backend?.end();
      this.#limitClosing();
    } else {
      this.#part();
    }
  }

  #clientGone(): void {
    const wasWaiting = this.#stage === 'waiting';
    this.#isClientGone = true;
    this.#leaveStage();
    this.#stage = 'parted';
    this.#leave?.();
    this.#leave = undefined;
    if (!this.#backend) {
      this.#over();
    } else if (wasWaiting) {
      this.#backend.destroy();
    } else {
      this.#backend.end();
      this.#backend.resume();
      this.#limitClosing();
    }
  }

  #clientClosed(): void {
    if (this.#stage === 'joined') this.#limitClosing();
    else if (this.#stage === 'parted') this.#endIfAnswered();
  }

  /** A client that has answered our Close frame waits for the server to end the connection (RFC 6455 §7.1.1). */
  #endIfAnswered(): void {
    if (this.#fromClient.sawClose && this.#fromClient.atBoundary) this.#client.end();
  }

  // --- the browser's side ---

  #join({ session, url }: Opened): void {
    this.#opening = undefined;
    this.#session = session;
    const leave = session.join(this);
    if (this.#stage !== 'waiting') {
      // Who is gone by now was there all the same: an ephemeral session ends when its last connection leaves.
      leave();
      return;
    }
    this.#leave = leave;
    const { clock, limits } = this.#context;
    if (session.connections.size > limits.maxConnectionsPerSession) {
      this.#context.onLimit('relay-connections');
      const most = limits.maxConnectionsPerSession;
      this.close('quota', `Session ${session.id} has ${most} connections, which is the most.`);
      return;
    }
    session.getBrowser(); // throws where the session ended meanwhile
    session.touch(clock.now());
    if (session.terms.surface !== undefined) this.#closeFilter = new BrowserCloseFilter();
    this.#dial(new URL(url));
  }

  #dial(url: URL): void {
    const { clock, limits } = this.#context;
    this.#handshake = new BackendHandshake(url);
    this.#backend = Wire.dial(url, {
      connected: () => this.#sendHandshake(),
      bytes: (chunk) => this.#takeFromBackend(chunk),
      flushed: () => this.#backendFlushed(),
      ended: () => this.#backendEnded('it closed the connection before it answered'),
      closed: (error) => this.#backendGone(error),
    });
    this.#cancelWait = clock.after(limits.connectTimeoutMs, () => {
      this.#lose(unreachable(`it did not answer within ${limits.connectTimeoutMs} ms`));
      this.#backend?.destroy();
    });
  }

  #sendHandshake(): void {
    if (this.#handshake) this.#backend?.write(this.#handshake.request);
  }

  #takeFromBackend(chunk: Buffer): boolean {
    if (this.#stage === 'waiting') return this.#takeAnswer(chunk);
    if (this.#stage === 'parting') return this.#takeRestOfFrame(chunk);
    if (this.#stage !== 'joined') return true;

    const isTaken = this.#forward(chunk, this.#client);
    const { traffic } = this.#context;
    traffic.bytesToClient += chunk.length;
    traffic.framesToClient += this.#fromBackend.walk(chunk);
    if (this.#fromBackend.sawClose) this.#limitClosing();
    return isTaken;
  }

  #takeAnswer(chunk: Buffer): boolean {
    let rest: Buffer | undefined;
    try {
      rest = this.#handshake?.receive(chunk);
    } catch (error) {
      this.#lose(unreachable((error as Error).message));
      this.#backend?.destroy();
      return true;
    }
    if (!rest) return true;

    const kept = this.#filtered(Buffer.concat(this.#kept));
    this.#leaveStage();
    this.#stage = 'joined';
    this.#context.onJoined(this);
    if (kept.length > 0) this.#backend?.write(kept);
    if (this.#closeFilter?.command) this.#letGo(this.#closeFilter.command);
    return rest.length === 0 || this.#takeFromBackend(rest);
  }

  #takeRestOfFrame(chunk: Buffer): boolean {
    const end = this.#fromBackend.walkToBoundary(chunk);
    const isTaken = this.#client.write(chunk.subarray(0, end));
    if (this.#fromBackend.atBoundary) this.#part(this.#lastFrame);
    return isTaken;
  }

  #backendFlushed(): void {
    this.#stalledMs = 0;
    this.#client.resume();
  }

  #backendEnded(whileWaiting: string): void {
    if (this.#stage === 'waiting') this.#lose(unreachable(whileWaiting));
    else if (this.#stage === 'parting') this.destroy();
    else if (this.#stage !== 'joined') return;
    else if (this.#fromBackend.sawClose || this.#hasClientEnded) this.#part();
    else this.#lose('The browser closed the connection.');
  }

  #backendGone(error: Error | undefined): void {
    this.#backendEnded(error?.message || 'the connection closed');
    this.#backend = undefined;
    if (this.#isClientGone) this.#over();
  }

  /** The session often knows better why its browser is gone, and then closes its connections; it gets the time. */
  #lose(reason: string): void {
    this.#leaveStage();
    this.#stage = 'lost';
    const { clock, limits } = this.#context;
    this.#cancelWait = clock.after(limits.lossGraceMs, () => this.close('backend-lost', reason));
  }

  // --- the end ---

  /** Sends the client its last frame, or just the end where it has had a Close frame or hung up itself. */
  #part(frame?: Buffer): void {
    const isJoined = this.#stage === 'joined' || this.#stage === 'parting';
    this.#leaveStage();
    this.#stage = 'parted';
    // What one end has not taken yet lies in the buffer that the other one reads into; only a destroyed end lets go of
    // it.
    const isFlushed = !this.#client.isBlocked && this.#backend?.isBlocked === false;
    if (isJoined && isFlushed) this.#backend?.end();
    else this.#backend?.destroy();

    if (frame) this.#client.write(frame);
    if (!frame || this.#hasClientEnded) this.#client.end();
    this.#client.resume();
    this.#endIfAnswered();
    this.#limitClosing();
  }

  #leaveStage(): void {
    this.#opening?.abort();
    this.#opening = undefined;
    this.#handshake = undefined;
    this.#cancelWait();
    this.#kept = [];
  }

  #limitClosing(): void {
    const { clock, limits } = this.#context;
    this.#cancelCloseLimit ??= clock.after(limits.closeTimeoutMs, () => this.destroy());
  }

  #over(): void {
    this.#cancelWait();
    this.#cancelCloseLimit?.();
    this.#context.onOver(this);
  }
}

function unreachable(seen: string): string {
  return `The browser could not be reached: ${seen}.`;
}
