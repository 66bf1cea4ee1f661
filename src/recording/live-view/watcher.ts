// One who watches: the far end of a WebSocket. It gets the latest picture and never a queue of them, says what a person
// does, and is let go of when it is silent, garbled or too fast.

import { Compile, type Validator } from 'typebox/compile';
import type { WebSocket } from 'ws';
import type { Clock } from '../../clock.ts';
import { newId } from '../../ids.ts';
import type { Metrics } from '../../metrics.ts';
import { CLOSE_CODES, type CloseName } from '../../protocol/close-codes.ts';
import { type LiveMessage, type LiveWatcher, WatcherMessage } from '../../protocol/live-view.ts';
import { PICTURES_AHEAD } from '../../protocol/live-wire.ts';
import type { Frame } from '../screencast.ts';
import { pictureMessage } from './picture.ts';
import type { Viewer } from './watched-page.ts';

export interface WatcherTerms {
  client: string;
  name: string;
  canControl: boolean;
  /** When its link ends, epoch milliseconds. */
  expiresAt?: number;
}

export interface WatcherOptions {
  socket: WebSocket;
  terms: WatcherTerms;
  /** How often it is asked for a sign of life. */
  pingMs: number;
  onMessage: (watcher: Watcher, message: WatcherMessage) => void;
  /** It can take another picture. */
  onRoom: (watcher: Watcher) => void;
  /** Its connection showed that it lives. */
  onAlive: (watcher: Watcher) => void;
  onClose: (watcher: Watcher) => void;
  clock: Clock;
  metrics: Metrics;
}

/** Without a sign of life for so long, its connection is given up. */
const SILENCE_MS = 20_000;
/** After so much silence of ours it is told that we live: scripts of web pages hear nothing of pings. */
const QUIET_MS = 10_000;
/** A hand makes some 120 messages a second; what is far above is no hand. */
const MESSAGES_PER_SECOND = 400;
const MESSAGE_BURST = 1200;
/** So many messages that are none, and it is closed. */
const MAX_GARBLED = 20;
/** Of what was sent and not read. Pictures wait for room, so that only small messages pile up. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;
const CLOSE_MS = 2000;
const MAX_REASON_BYTES = 123;

export class Watcher implements Viewer {
  readonly id = newId('wat');
  readonly terms: WatcherTerms;
  name: string;
  size = { width: 1280, height: 720 };
  /** The page that it asked for; without one it sees the page in front. */
  pageId: string | undefined;
  delayMs: number | undefined;
  readonly #options: WatcherOptions;
  #sequence = 0;
  /** When the pictures were sent that were not said to be drawn yet, by number. */
  readonly #underWay = new Map<number, number>();
  #delays: number[] = [];
  #next: Frame | undefined;
  #lastSignAt: number;
  #lastPingAt: number;
  #lastSentAt: number;
  #allowance = MESSAGE_BURST;
  #allowedAt: number;
  #garbled = 0;
  #isClosed = false;

  constructor(options: WatcherOptions) {
    const { socket, terms, clock } = options;
    this.#options = options;
    this.terms = terms;
    this.name = terms.name;
    const now = clock.monotonic();
    this.#lastSignAt = now;
    this.#lastPingAt = now;
    this.#lastSentAt = now;
    this.#allowedAt = now;
    socket.on('message', (data, isBinary) => this.#receive(isBinary ? undefined : String(data)));
    socket.on('pong', () => this.#alive());
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => this.#closed());
  }

  describe(): LiveWatcher {
    return { id: this.id, name: this.name, canControl: this.terms.canControl };
  }

  get hasRoom(): boolean {
    return !this.#isClosed && this.#underWay.size < PICTURES_AHEAD && this.#next === undefined;
  }

  offer(frame: Frame): void {
    if (this.#next) this.#options.metrics.livePictures.inc({ outcome: 'skipped' });
    this.#next = frame;
    this.#sendNext();
  }

  /** Nothing of the page that it saw until now is sent any more. */
  forgetPicture(): void {
    this.#next = undefined;
  }

  send(message: LiveMessage): void {
    const { socket, clock, metrics } = this.#options;
    if (this.#isClosed || socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > MAX_UNREAD_BYTES) {
      metrics.limitHits.inc({ limit: 'live-unread' });
      socket.terminate();
      return;
    }
    this.#lastSentAt = clock.monotonic();
    socket.send(JSON.stringify(message));
  }

  drawn(sequence: number): void {
    const sentAt = this.#underWay.get(sequence);
    if (sentAt === undefined) return;
    // What was sent before it is drawn as well, or was left out.
    for (const earlier of [...this.#underWay.keys()]) if (earlier <= sequence) this.#underWay.delete(earlier);
    this.#delays.push(this.#options.clock.monotonic() - sentAt);
    this.#sendNext();
    if (this.hasRoom) this.#options.onRoom(this);
  }

  /** Called once a second. */
  tick(): void {
    const { clock, metrics, pingMs, socket } = this.#options;
    const now = clock.monotonic();
    const [oldest] = this.#underWay.values();
    // What is still on its way counts as soon as it is late.
    if (oldest !== undefined && now - oldest > 1000) this.#delays.push(now - oldest);
    this.delayMs = this.#delays.length === 0 ? undefined : mean(this.#delays);
    this.#delays = [];
    if (this.terms.expiresAt !== undefined && this.terms.expiresAt <= clock.now()) {
      this.close('auth-failed', 'The link to this live view has expired.');
    } else if (now - this.#lastSignAt > SILENCE_MS) {
      metrics.limitHits.inc({ limit: 'live-silence' });
      socket.terminate();
    } else if (now - this.#lastPingAt >= pingMs && socket.readyState === socket.OPEN) {
      this.#lastPingAt = now;
      socket.ping();
    }
    if (now - this.#lastSentAt >= QUIET_MS) this.send({ type: 'alive' });
  }

  close(name: CloseName, reason: string): void {
    const { socket, clock } = this.#options;
    if (this.#isClosed) return;
    this.#closed();
    socket.close(CLOSE_CODES[name].code, cut(reason));
    // Who does not read does not answer either.
    const cancel = clock.after(CLOSE_MS, () => socket.terminate());
    socket.once('close', cancel);
  }

  #sendNext(): void {
    const { socket, clock, metrics } = this.#options;
    if (!this.#next || this.#isClosed || this.#underWay.size >= PICTURES_AHEAD) return;
    this.#sequence += 1;
    const message = pictureMessage(this.#next, this.#sequence);
    this.#next = undefined;
    this.#lastSentAt = clock.monotonic();
    this.#underWay.set(this.#sequence, this.#lastSentAt);
    socket.send(message);
    metrics.livePictures.inc({ outcome: 'sent' });
    metrics.liveBytes.inc(message.length);
  }

  #receive(text: string | undefined): void {
    if (this.#isClosed) return;
    this.#alive();
    if (!this.#isAllowed()) {
      this.#options.metrics.limitHits.inc({ limit: 'live-messages' });
      this.close('quota', `More than ${MESSAGES_PER_SECOND} messages a second were sent.`);
      return;
    }
    const read = readMessage(text);
    if (typeof read !== 'string') {
      this.#options.onMessage(this, read);
      return;
    }
    this.#garbled += 1;
    this.send({ type: 'notice', code: 'invalid-argument', detail: read });
    if (this.#garbled < MAX_GARBLED) return;
    this.#options.metrics.limitHits.inc({ limit: 'live-garbled' });
    this.close('invalid-request', `${MAX_GARBLED} messages could not be read.`);
  }

  #isAllowed(): boolean {
    const now = this.#options.clock.monotonic();
    const earned = ((now - this.#allowedAt) / 1000) * MESSAGES_PER_SECOND;
    this.#allowance = Math.min(MESSAGE_BURST, this.#allowance + earned) - 1;
    this.#allowedAt = now;
    return this.#allowance >= 0;
  }

  #alive(): void {
    this.#lastSignAt = this.#options.clock.monotonic();
    this.#options.onAlive(this);
  }

  #closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#next = undefined;
    this.#options.onClose(this);
  }
}

let validators: Map<string, Validator> | undefined;

/** The message, or what is wrong with it. */
function readMessage(text: string | undefined): WatcherMessage | string {
  if (text === undefined) return 'Messages are text; only pictures are binary.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'This is no JSON.';
  }
  // Made with the first message, because not every server has a live view.
  validators ??= new Map(
    WatcherMessage.anyOf.map((schema) => [
      schema.properties.type.const,
      Compile(schema) as unknown as Validator,
    ]),
  );
  const type = typeof value === 'object' && value !== null && 'type' in value ? String(value.type) : '';
  const validator = validators.get(type);
  if (!validator) return `There is no message of type ${JSON.stringify(type.slice(0, 32))}.`;
  if (validator.Check(value)) return value as WatcherMessage; // as just checked
  const [first] = validator.Errors(value);
  return `${type}${first?.instancePath ?? ''}: ${first?.message ?? 'it does not fit its schema'}.`;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/** A close frame holds so much. */
function cut(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= MAX_REASON_BYTES) return reason;
  return bytes
    .subarray(0, MAX_REASON_BYTES - 3)
    .toString()
    .replace(/\uFFFD+$/, '');
}
