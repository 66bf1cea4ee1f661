// Server-sent events: answers that go on, each written at its reader's pace, so that a slow reader costs no memory and
// one that takes nothing at all is dropped.

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import type { Metrics } from '../metrics.ts';
import { problemOf } from './answers.ts';

/** Events with ascending numbers, as a log or a buffer keeps them. */
export interface EventSource<Event> {
  /** Events after the number `after` and up to `last`, oldest first, and how many of them are not kept any more. */
  read(after: number): Promise<{ data: readonly Event[]; dropped: number; last: number }>;
  /** Calls `listener` for every event from now on. Resolves to the function that ends it. */
  subscribe(listener: (event: Event) => void): Promise<() => void>;
  /** Whether nothing follows on `event`, so that the stream ends with it. */
  isLast?(event: Event): boolean;
}

export interface Position {
  /** The number of the last event that the reader has; without it, only what happens from now on. */
  after: number | undefined;
  types: readonly string[] | undefined;
}

// Proxies and load balancers close what is silent for longer.
const HEARTBEAT_MS = 15_000;
const STALL_MS = 30_000;

/** Whether the client asks for a stream, where there is also a plain answer. */
export function wantsEvents({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return /\btext\/event-stream\b/i.test(headers.accept ?? '');
}

/** The streams that are open. */
export class EventStreams {
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  readonly #streams = new Set<EventStream>();

  constructor({ clock, metrics }: { clock: Clock; metrics: Metrics }) {
    this.#clock = clock;
    this.#metrics = metrics;
  }

  /** Answers with a stream, to be ended by the caller. The reader, or the server's stop, may close it before. */
  open(reply: FastifyReply): EventStream {
    reply.hijack();
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>), // only strings are set before
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Reverse proxies would otherwise collect what should be seen at once.
      'x-accel-buffering': 'no',
    });
    reply.raw.flushHeaders();
    const stream = new EventStream(reply.raw, this.#clock);
    this.#streams.add(stream);
    const stopBeating = this.#clock.every(HEARTBEAT_MS, () => stream.beat());
    stream.closed.addEventListener('abort', () => {
      stopBeating();
      this.#streams.delete(stream);
      if (stream.isStalled) this.#metrics.limitHits.inc({ limit: 'event-stream-stall' });
    });
    // Of a reader that went while its page was looked up nothing more is heard.
    if (reply.raw.destroyed) stream.end();
    return stream;
  }

  /** Ends every stream; readers come back with their Last-Event-ID. */
  close(): void {
    for (const stream of this.#streams) stream.end();
  }
}

export class EventStream {
  isStalled = false;
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  readonly #closed = new AbortController();

  constructor(response: ServerResponse, clock: Clock) {
    this.#response = response;
    this.#clock = clock;
    response.once('close', () => this.#closed.abort());
  }

  /** Aborts when nothing can be sent any more. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Tells the reader that it has come through, and how long to wait before it connects again. */
  greet(): Promise<void> {
    return this.#write(': connected\nretry: 2000\n\n');
  }

  /** Resolves when the reader can take more. */
  send(event: string, data: unknown, id?: number | string): Promise<void> {
    const position = id === undefined ? '' : `id: ${id}\n`;
    return this.#write(`${position}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  beat(): void {
    if (!this.#response.writableNeedDrain) this.#response.write(': heartbeat\n\n');
  }

  end(): void {
    this.#response.end();
    this.#closed.abort();
  }

  /** Cuts the reader off when it takes nothing for too long. */
  async #write(text: string): Promise<void> {
    if (this.#closed.signal.aborted || this.#response.write(text)) return;
    const cancel = this.#clock.after(STALL_MS, () => {
      this.isStalled = true;
      this.#response.destroy();
    });
    try {
      await once(this.#response, 'drain', { signal: this.#closed.signal });
    } catch {
      // The stream was closed, which the caller sees by its signal.
    } finally {
      cancel();
    }
  }
}

/**
 * Ends `stream` when `send`, which sends to it, is done. A problem is told to the reader: for the status of an answer
 * it is too late. What was not foreseen is thrown as well.
 */
export async function endAfter(stream: EventStream, send: Promise<void>, requestId: string): Promise<void> {
  try {
    await send;
  } catch (error) {
    const failure = problemOf(error);
    await stream.send('problem', failure.toDetails(requestId));
    if (failure.code === 'internal' && !stream.closed.aborted) throw error;
  } finally {
    stream.end();
  }
}

/** Sends the events of `source` from `position` on, until the stream is closed or the last one is sent. */
export async function sendEvents<Event extends { sequence: number; type: string }>(
  stream: EventStream,
  source: EventSource<Event>,
  { after, types }: Position,
): Promise<void> {
  let cursor = after;
  let hasNews = cursor !== undefined;
  let wake = () => {};
  const unsubscribe = await source.subscribe((event) => {
    // Who gave no position starts with the first event that happens.
    cursor ??= event.sequence - 1;
    hasNews = true;
    wake();
  });
  stream.closed.addEventListener('abort', () => wake());
  try {
    await stream.greet();
    while (!stream.closed.aborted) {
      if (hasNews) {
        hasNews = false;
        const sent = await sendPending(stream, source, { after: cursor, types });
        if (sent.isEnd) return;
        cursor = sent.last;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    unsubscribe();
  }
}

/** Sends what there is, and gives the number of the last event that was sent or passed over. */
async function sendPending<Event extends { sequence: number; type: string }>(
  stream: EventStream,
  source: EventSource<Event>,
  { after, types }: Position,
): Promise<{ last: number | undefined; isEnd: boolean }> {
  let cursor = after;
  while (cursor !== undefined && !stream.closed.aborted) {
    const { data, dropped, last } = await source.read(cursor);
    if (dropped > 0) await stream.send('dropped', { count: dropped });
    for (const event of data) {
      const isWanted = types === undefined || types.includes(event.type);
      if (isWanted) await stream.send(event.type, event, event.sequence);
      if (source.isLast?.(event)) return { last: event.sequence, isEnd: true };
    }
    cursor = last;
    if (data.length === 0) break;
  }
  return { last: cursor, isEnd: false };
}
