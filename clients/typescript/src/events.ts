// Events, live, of a server or of one page: an endless iteration over a connection that is made anew whenever it is lost.

import { type ClientErrorCode, MoorageError } from './error.ts';
import { EventStreamParser } from './event-stream.ts';
import type { Event, EventType, Problem } from './schemas.ts';
import { delay, type FetchResponse, type Query, type Transport } from './transport.ts';

export interface EventsOptions<Type extends string = EventType> {
  /** The `sequence` after which to begin; without it only what happens from now on. */
  after?: number;
  /** Only these. */
  types?: readonly Type[];
  /** Ends the iteration. */
  signal?: AbortSignal;
  /** Called when the stream is open, the first time and after every reconnect. */
  onOpen?: () => void;
  /** Called before every wait to connect again. */
  onReconnect?: (error: MoorageError, delayMs: number) => void;
}

/** A stream that is not that of the server or of a page. */
export interface StreamOptions extends EventsOptions<string> {
  /** Beside the types. */
  query?: Query;
}

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 10_000;
// The server sends a comment every 15 s. Silence for three of them means a connection that died unnoticed.
const SILENCE_MS = 45_000;

/** The events of the server. */
export function readEvents(
  transport: Transport,
  options: EventsOptions = {},
): AsyncGenerator<Event, void, undefined> {
  return readEventStream<Event>(transport, '/v1/events', options);
}

/**
 * Yields events until `signal` aborts, or the stream is over. A connection that is lost is made anew, and goes on after
 * the last event that was seen, so that none is missed.
 * @throws MoorageError when the first connection fails, or the server refuses for good (such as `unauthorized`).
 */
export async function* readEventStream<E>(
  transport: Transport,
  path: string,
  options: StreamOptions = {},
): AsyncGenerator<E, void, undefined> {
  const { signal, onOpen, onReconnect } = options;
  const position: Position = { lastEventId: options.after?.toString(), retryMs: undefined };
  let failures = 0;
  let wasOpen = false;
  const opened = () => {
    wasOpen = true;
    failures = 0;
    onOpen?.();
  };

  while (!signal?.aborted) {
    let failure: MoorageError;
    try {
      if (yield* readConnection<E>(transport, path, options, position, opened)) return;
      failure = closed(transport);
    } catch (error) {
      if (signal?.aborted) return;
      if (!(error instanceof MoorageError) || !error.retryable || !wasOpen) throw error;
      failure = error;
    }
    const delayMs = reconnectDelayMs(failures, position, failure);
    failures += 1;
    onReconnect?.(failure, delayMs);
    await delay(delayMs, signal).catch(() => {});
  }
}

/** Where the iteration stands, kept from connection to connection. */
interface Position {
  lastEventId: string | undefined;
  retryMs: number | undefined;
}

/** Returns whether the server has said that this was the end. */
async function* readConnection<E>(
  transport: Transport,
  path: string,
  options: StreamOptions,
  position: Position,
  onOpen: () => void,
): AsyncGenerator<E, boolean, undefined> {
  const connection = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, connection.signal]) : connection.signal;
  const watch = watchSilence(() => connection.abort(closed(transport)));
  try {
    const response = await transport.stream(path, {
      query: { ...options.query, types: options.types },
      headers: {
        accept: 'text/event-stream',
        ...(position.lastEventId !== undefined && { 'last-event-id': position.lastEventId }),
      },
      signal,
    });
    onOpen();

    const parser = new EventStreamParser();
    for await (const chunk of chunksOf(response, transport, signal)) {
      watch.heard();
      const messages = parser.push(chunk);
      position.retryMs = parser.retryMs ?? position.retryMs;
      for (const message of messages) {
        position.lastEventId = message.lastEventId ?? position.lastEventId;
        if (message.type === 'end') return true;
        if (message.type === 'problem') throw new MoorageError(parseEvent<Problem>(message.data));
        yield parseEvent<E>(message.data);
      }
    }
    return false;
  } finally {
    watch.stop();
    connection.abort();
  }
}

/** The body's chunks by a reader, because not every run time iterates streams. */
async function* chunksOf(
  response: FetchResponse,
  transport: Transport,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = response.body?.getReader();
  if (!reader) return;
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw signal.aborted ? signal.reason : closed(transport, cause);
    });
    if (done) return;
    yield value;
  }
}

function watchSilence(onSilence: () => void) {
  let timer = setTimeout(onSilence, SILENCE_MS);
  return {
    heard() {
      clearTimeout(timer);
      timer = setTimeout(onSilence, SILENCE_MS);
    },
    stop: () => clearTimeout(timer),
  };
}

function parseEvent<E>(data: string): E {
  try {
    // The shape is the server's promise, written in openapi.json.
    return JSON.parse(data) as E;
  } catch (cause) {
    throw new MoorageError({
      code: 'unexpected-response' satisfies ClientErrorCode,
      detail: `An event is not JSON: “${data.slice(0, 120)}”.`,
      cause,
    });
  }
}

function closed(transport: Transport, cause?: unknown): MoorageError {
  return new MoorageError({
    code: 'unreachable' satisfies ClientErrorCode,
    title: 'The connection was lost',
    detail: `The event stream of ${transport.url} ended.`,
    retryable: true,
    cause,
  });
}

function reconnectDelayMs(failures: number, position: Position, failure: MoorageError): number {
  if (failure.retryAfterSeconds !== undefined) return failure.retryAfterSeconds * 1000;
  const first = position.retryMs ?? FIRST_DELAY_MS;
  return Math.min(first * 2 ** failures, LONGEST_DELAY_MS) * (0.75 + Math.random() / 2);
}
