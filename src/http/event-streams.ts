// Server-sent events: each stream reads the event log at its reader's pace, so that a slow one costs no memory and one
// that takes nothing at all is dropped.

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import type { EventLog } from '../events/events.ts';
import type { Metrics } from '../metrics.ts';
import type { Event } from '../protocol/events.ts';

export interface EventQuery {
  /** The sequence number of the last event that the reader has; without it, only what happens from now on. */
  after: number | undefined;
  types: readonly string[] | undefined;
  /** Only the events of this client. */
  client: string | undefined;
}

// Proxies and load balancers close what is silent for longer.
const HEARTBEAT_MS = 15_000;
const STALL_MS = 30_000;
const PAGE_SIZE = 100;

export class EventStreams {
  readonly #events: EventLog;
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  readonly #streams = new Set<EventStream>();

  constructor(options: { events: EventLog; clock: Clock; metrics: Metrics }) {
    this.#events = options.events;
    this.#clock = options.clock;
    this.#metrics = options.metrics;
  }

  get size(): number {
    return this.#streams.size;
  }

  /** Sends events to `response`, whose head is sent, and resolves when either end closes it. */
  async serve(response: ServerResponse, query: EventQuery): Promise<void> {
    const stream = new EventStream(response, query, this.#events, this.#clock);
    this.#streams.add(stream);
    const beat = this.#clock.every(HEARTBEAT_MS, () => stream.beat());
    try {
      await stream.run();
      if (stream.isStalled) this.#metrics.limitHits.inc({ limit: 'event-stream-stall' });
    } finally {
      beat();
      this.#streams.delete(stream);
    }
  }

  /** Ends every stream; readers come back with their Last-Event-ID. */
  close(): void {
    for (const stream of this.#streams) stream.close();
  }
}

class EventStream {
  isStalled = false;
  readonly #response: ServerResponse;
  readonly #query: EventQuery;
  readonly #events: EventLog;
  readonly #clock: Clock;
  readonly #closed = new AbortController();
  /** The last event that was read from the log. */
  #cursor: number | undefined;
  #isAwaited = true;
  #wake: () => void = () => {};

  constructor(response: ServerResponse, query: EventQuery, events: EventLog, clock: Clock) {
    this.#response = response;
    this.#query = query;
    this.#events = events;
    this.#clock = clock;
    this.#cursor = query.after;
    response.once('close', () => this.#end());
  }

  async run(): Promise<void> {
    const unsubscribe = this.#events.subscribe((event) => this.#notice(event));
    try {
      await this.#write(': connected\nretry: 2000\n\n');
      while (!this.#closed.signal.aborted) {
        await this.#sendPending();
        await this.#nextEvent();
      }
    } finally {
      unsubscribe();
      this.#response.end();
    }
  }

  beat(): void {
    if (!this.#response.writableNeedDrain) this.#response.write(': heartbeat\n\n');
  }

  close(): void {
    this.#end();
  }

  #end(): void {
    this.#closed.abort();
    this.#wake();
  }

  #notice(event: Event): void {
    // Who gave no position starts with the first event that happens.
    this.#cursor ??= event.sequence - 1;
    if (this.#query.client !== undefined && event.client !== this.#query.client) return;
    this.#isAwaited = false;
    this.#wake();
  }

  async #nextEvent(): Promise<void> {
    if (this.#isAwaited && !this.#closed.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#isAwaited = true;
  }

  async #sendPending(): Promise<void> {
    const { client, types } = this.#query;
    for (;;) {
      if (this.#cursor === undefined || this.#closed.signal.aborted) return;
      const page = await this.#events.read({
        after: this.#cursor,
        limit: PAGE_SIZE,
        ...(client !== undefined && { client }),
      });
      if (page.length === 0) return;
      for (const event of page) {
        this.#cursor = event.sequence;
        if (types === undefined || types.includes(event.type)) await this.#write(format(event));
      }
    }
  }

  /** Resolves when the reader can take more; cuts it off when it takes nothing for too long. */
  async #write(text: string): Promise<void> {
    if (this.#closed.signal.aborted || this.#response.write(text)) return;
    const cancel = this.#clock.after(STALL_MS, () => {
      this.isStalled = true;
      this.#response.destroy();
    });
    try {
      await once(this.#response, 'drain', { signal: this.#closed.signal });
    } catch {
      // The stream was closed, which the loops see by its signal.
    } finally {
      cancel();
    }
  }
}

function format(event: Event): string {
  return `id: ${event.sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
