// The requests of a recording as HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/), and its console as text; both
// written piece by piece while the events are read, so that an hour's recording fits through.

import { EVENT_TYPE } from '../protocol/recorder.ts';
import { RECORDING_TAGS } from '../protocol/recordings.ts';
import type { PlacedEvent } from './recordings.ts';
import { consoleLineOf, customOf, isObject } from './trouble.ts';

/** A request that has begun and not ended yet. */
interface Pending {
  pageId: string;
  at: number;
  note: Record<string, unknown>;
}

/** The text of a HAR file. A request without an answer is told with status 0, as browsers do. */
export async function* harOf(events: AsyncIterable<PlacedEvent>, version: string): AsyncGenerator<string> {
  const creator = { name: 'Moorage', version };
  yield `{"log":{"version":"1.2","creator":${JSON.stringify(creator)},"entries":[`;
  const pages: object[] = [];
  const pending = new Map<string, Pending>();
  let separator = '';
  const write = (entry: object) => {
    const text = separator + JSON.stringify(entry);
    separator = ',\n';
    return text;
  };
  for await (const event of events) {
    const { pageId, timestamp, type } = event;
    if (type === EVENT_TYPE.meta && isObject(event.data)) {
      pages.push(harPage(`${pageId}-${pages.length}`, timestamp, text(event.data.href)));
    }
    const custom = customOf(event);
    if (custom?.tag !== RECORDING_TAGS.network || !isObject(custom.payload)) continue;
    const note = custom.payload;
    const id = text(note.id);
    if (note.phase === 'request') {
      pending.set(id, { pageId: `${pageId}-${pages.length - 1}`, at: timestamp, note });
    }
    const request = pending.get(id);
    if (request && (note.phase === 'response' || note.phase === 'failed')) {
      pending.delete(id);
      yield write(entryOf(request, note));
    }
  }
  for (const request of pending.values()) yield write(entryOf(request, {}));
  yield `],"pages":${JSON.stringify(pages)}}}\n`;
}

/** One line a message: time, level, text, and where it came from. */
export async function* consoleTextOf(events: AsyncIterable<PlacedEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    const line = consoleLineOf(event);
    if (!line) continue;
    const at = new Date(event.timestamp).toISOString();
    const [from = ''] = line.trace;
    yield `${at} ${line.level.padEnd(5)} ${line.payload.map(unquoted).join(' ')}${from === '' ? '' : `  (${from})`}\n`;
  }
}

function harPage(id: string, at: number, title: string): object {
  return {
    id,
    startedDateTime: new Date(at).toISOString(),
    title,
    pageTimings: { onContentLoad: -1, onLoad: -1 },
  };
}

function entryOf({ pageId, at, note }: Pending, outcome: Record<string, unknown>): object {
  const url = text(note.url);
  const durationMs = typeof outcome.durationMs === 'number' ? outcome.durationMs : 0;
  const sent = bodyOf(note.body);
  const got = bodyOf(outcome.body);
  return {
    pageref: pageId,
    startedDateTime: new Date(at).toISOString(),
    time: durationMs,
    request: {
      method: text(note.method),
      url,
      httpVersion: '',
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
      status: typeof outcome.status === 'number' ? outcome.status : 0,
      statusText: text(outcome.statusText),
      httpVersion: '',
      cookies: [],
      headers: headersOf(outcome.headers),
      content: {
        size: got.size,
        mimeType: headerIn(outcome.headers, 'content-type'),
        ...(got.text !== undefined && { text: got.text }),
      },
      redirectURL: '',
      headersSize: -1,
      bodySize: got.size,
      ...(outcome.error !== undefined && { _error: text(outcome.error) }),
    },
    cache: {},
    timings: { send: 0, wait: durationMs, receive: 0 },
    _resourceType: text(note.kind),
  };
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
  return value === undefined || value === null ? '' : String(value);
}
