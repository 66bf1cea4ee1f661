// The requests of a recording as HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/), and its console as text; both
// written piece by piece while the events are read, so that an hour's recording fits through.

import { EVENT_TYPE } from '../protocol/recorder.ts';
import { RECORDING_TAGS } from '../protocol/recordings.ts';
import type { PlacedEvent } from './recordings.ts';
import { consoleLineOf, customOf, isObject, textOf } from './trouble.ts';

/** A request that has begun; what is known of its end comes later, in one or two notes. */
interface Pending {
  pageref: string;
  at: number;
  note: Record<string, unknown>;
  outcome?: Record<string, unknown>;
  timing?: Record<string, unknown>;
}

/** How long a request that has ended waits for its timing, in the time of the recording. */
const TIMING_WAIT_MS = 5000;
/** Requests that have not ended, such as sockets; of more than that the oldest are told as they are. */
const MAX_PENDING = 10_000;
/** What a date can hold, in milliseconds. */
const MAX_TIME = 8.64e15;

/** The text of a HAR file. A request without an answer is told with status 0, as browsers do. */
export async function* harOf(events: AsyncIterable<PlacedEvent>, version: string): AsyncGenerator<string> {
  const log = new HarLog();
  const creator = { name: 'Moorage', version };
  yield `{"log":{"version":"1.2","creator":${JSON.stringify(creator)},"entries":[`;
  let separator = '';
  for await (const event of events) {
    for (const entry of log.take(event)) {
      yield separator + JSON.stringify(entry);
      separator = ',\n';
    }
  }
  for (const entry of log.rest()) {
    yield separator + JSON.stringify(entry);
    separator = ',\n';
  }
  yield `],"pages":${JSON.stringify(log.pages)}}}\n`;
}

interface HarPage {
  id: string;
  startedDateTime: string;
  title: string;
  pageTimings: { onContentLoad: number; onLoad: number };
}

class HarLog {
  readonly pages: HarPage[] = [];
  /** By tab: what it shows at this point, and since when. */
  readonly #current = new Map<string, { page: HarPage; at: number }>();
  /** By id of the request, in the order in which they began. */
  readonly #pending = new Map<string, Pending>();
  #told = 0;

  /** The entries that are complete with this event. */
  *take(event: PlacedEvent): Generator<object> {
    const { pageId, timestamp } = event;
    this.#takeOfPage(event);
    const custom = customOf(event);
    if (custom?.tag === RECORDING_TAGS.document && isObject(custom.payload)) {
      this.#begin(pageId, timestamp, text(custom.payload.url));
    }
    if (custom?.tag !== RECORDING_TAGS.network || !isObject(custom.payload)) return;
    const note = custom.payload;
    const id = text(note.id);
    const request = this.#pending.get(id);
    switch (note.phase) {
      case 'request':
        this.#pending.set(id, { pageref: this.#pageOf(pageId, timestamp).id, at: timestamp, note });
        break;
      case 'body':
        if (request) request.note.body = note.body;
        break;
      case 'response':
      case 'failed':
        if (request && !request.outcome) request.outcome = { ...note, endedAt: timestamp };
        break;
      case 'timing':
        if (request) request.timing = note;
        break;
      case 'resource':
        yield resourceEntry(this.#pageOf(pageId, timestamp).id, timestamp, note);
        break;
      default:
    }
    if (request?.outcome && request.timing) yield this.#end(id, request);
    if (this.#pending.size > MAX_PENDING || timestamp - this.#told > TIMING_WAIT_MS) {
      this.#told = timestamp;
      yield* this.#late(timestamp);
    }
  }

  /** What has not ended. */
  *rest(): Generator<object> {
    for (const [id, request] of this.#pending) yield this.#end(id, request);
  }

  *#late(now: number): Generator<object> {
    let beyond = this.#pending.size - MAX_PENDING;
    for (const [id, request] of this.#pending) {
      const endedAt = request.outcome?.endedAt;
      if (beyond > 0 || (typeof endedAt === 'number' && now - endedAt > TIMING_WAIT_MS)) {
        yield this.#end(id, request);
      }
      beyond -= 1;
    }
  }

  #end(id: string, request: Pending): object {
    this.#pending.delete(id);
    return requestEntry(request);
  }

  /** rrweb tells of a new document, of its content and of its end. */
  #takeOfPage({ pageId, timestamp, type, data }: PlacedEvent): void {
    if (type === EVENT_TYPE.meta && isObject(data)) {
      const url = text(data.href);
      // It was told when it began, and a snapshot in its middle tells of it once more.
      if (this.#current.get(pageId)?.page.title !== url) this.#begin(pageId, timestamp, url);
      return;
    }
    const current = this.#current.get(pageId);
    if (!current) return;
    const { pageTimings } = current.page;
    if (type === EVENT_TYPE.domContentLoaded) pageTimings.onContentLoad = timestamp - current.at;
    if (type === EVENT_TYPE.load) pageTimings.onLoad = timestamp - current.at;
  }

  #begin(pageId: string, at: number, title: string): HarPage {
    const page = {
      id: `${pageId}-${this.pages.length}`,
      startedDateTime: dateOf(at),
      title,
      pageTimings: { onContentLoad: -1, onLoad: -1 },
    };
    this.pages.push(page);
    this.#current.set(pageId, { page, at });
    return page;
  }

  #pageOf(pageId: string, at: number): HarPage {
    return this.#current.get(pageId)?.page ?? this.#begin(pageId, at, '');
  }
}

/** One line a message: time, level, text, and where it came from. */
export async function* consoleTextOf(events: AsyncIterable<PlacedEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    const line = consoleLineOf(event);
    if (!line) continue;
    const at = dateOf(event.timestamp);
    const [from = ''] = line.trace;
    const said = line.payload.map(unquoted).join(' ') + (from === '' ? '' : `  (${from})`);
    yield `${at} ${inOneLine(line.level.padEnd(5))} ${inOneLine(said)}\n`;
  }
}

/** What ends lines, and what terminals would do, as JSON writes it: a page may say anything. */
function inOneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, (character) => {
    if (character === '\t') return character;
    if (character === '\n') return '\\n';
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** What a script asked for. */
function requestEntry({ pageref, at, note, outcome = {}, timing }: Pending): object {
  const url = text(note.url);
  const durationMs = numberOf(timing?.durationMs, numberOf(outcome.durationMs, 0));
  const sent = bodyOf(note.body);
  const got = bodyOf(outcome.body);
  return {
    pageref,
    startedDateTime: dateOf(numberOf(timing?.startedAt, at)),
    time: durationMs,
    request: {
      method: text(note.method),
      url,
      httpVersion: versionOf(timing?.protocol),
      cookies: [],
      headers: headersOf(note.headers),
      queryString: queryOf(url),
      ...(sent.text !== undefined && {
        postData: { mimeType: headerIn(note.headers, 'content-type'), text: sent.text },
      }),
      headersSize: -1,
      bodySize: sent.size,
    },
    response: {
      // An EventSource tells its messages, and no status.
      status: numberOf(outcome.status, numberOf(timing?.status, 0)),
      statusText: text(outcome.statusText),
      httpVersion: versionOf(timing?.protocol),
      cookies: [],
      headers: headersOf(outcome.headers),
      content: {
        size: got.size,
        mimeType: headerIn(outcome.headers, 'content-type'),
        ...(got.text !== undefined && { text: got.text }),
      },
      redirectURL: headerIn(outcome.headers, 'location'),
      headersSize: -1,
      bodySize: numberOf(timing?.bodyBytes, got.size),
      ...(outcome.error !== undefined && { _error: text(outcome.error) }),
      ...(timing && { _transferSize: numberOf(timing.transferBytes, -1) }),
    },
    cache: {},
    timings: timingsOf(timing?.timings, durationMs),
    _resourceType: text(note.kind),
  };
}

/** What the browser loaded by itself: it tells no headers, and no body. */
function resourceEntry(pageref: string, at: number, note: Record<string, unknown>): object {
  const url = text(note.url);
  const durationMs = numberOf(note.durationMs, 0);
  const httpVersion = versionOf(note.protocol);
  return {
    pageref,
    startedDateTime: dateOf(numberOf(note.startedAt, at)),
    time: durationMs,
    request: {
      method: 'GET',
      url,
      httpVersion,
      cookies: [],
      headers: [],
      queryString: queryOf(url),
      headersSize: -1,
      bodySize: 0,
    },
    response: {
      status: numberOf(note.status, 0),
      statusText: '',
      httpVersion,
      cookies: [],
      headers: [],
      content: { size: numberOf(note.bodyBytes, -1), mimeType: '' },
      redirectURL: '',
      headersSize: -1,
      bodySize: note.isFromCache === true ? 0 : numberOf(note.bodyBytes, -1),
      _transferSize: numberOf(note.transferBytes, -1),
    },
    cache: {},
    timings: timingsOf(note.timings, durationMs),
    _resourceType: text(note.kind),
  };
}

/** Send, wait and receive have to be there; what does not apply is -1. */
function timingsOf(timings: unknown, durationMs: number): Record<string, number> {
  if (!isObject(timings)) return { send: 0, wait: durationMs, receive: 0 };
  const { blocked, dns, connect, ssl, send, wait, receive } = timings;
  return {
    blocked: numberOf(blocked, -1),
    dns: numberOf(dns, -1),
    connect: numberOf(connect, -1),
    ssl: numberOf(ssl, -1),
    send: numberOf(send, 0),
    wait: numberOf(wait, durationMs),
    receive: numberOf(receive, 0),
  };
}

/** The browser's short names of protocols (https://www.iana.org/assignments/tls-extensiontype-values), as HAR files have them. */
function versionOf(protocol: unknown): string {
  const names: Record<string, string> = {
    h2: 'HTTP/2',
    h3: 'HTTP/3',
    'http/1.0': 'HTTP/1.0',
    'http/1.1': 'HTTP/1.1',
  };
  return names[text(protocol)] ?? text(protocol);
}

/** The beginning of all time for what no date can hold: a page may have made it up. */
function dateOf(at: number): string {
  return new Date(Math.abs(at) > MAX_TIME ? 0 : at).toISOString();
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}

function bodyOf(body: unknown): { text?: string; size: number } {
  if (!isObject(body)) return { size: -1 };
  const size = typeof body.sizeChars === 'number' ? body.sizeChars : -1;
  return typeof body.text === 'string' ? { text: body.text, size } : { size };
}

function headersOf(headers: unknown): { name: string; value: string }[] {
  return isObject(headers)
    ? Object.entries(headers).map(([name, value]) => ({ name, value: text(value) }))
    : [];
}

function headerIn(headers: unknown, name: string): string {
  return isObject(headers) ? text(headers[name]) : '';
}

function queryOf(url: string): { name: string; value: string }[] {
  if (!URL.canParse(url)) return [];
  return [...new URL(url).searchParams].map(([name, value]) => ({ name, value }));
}

/** rrweb writes strings as JSON. */
function unquoted(argument: string): string {
  try {
    const value: unknown = JSON.parse(argument);
    return typeof value === 'string' ? value : argument;
  } catch {
    return argument;
  }
}

function text(value: unknown): string {
  return value === undefined || value === null ? '' : textOf(value);
}
