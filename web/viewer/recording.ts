// What the viewer reads of the server: the recording, its events as they were and as they come, its files.

import type { eventWithTime } from 'rrweb';
import type { Recording } from '../../src/protocol/recordings.ts';

export type PlacedEvent = eventWithTime & { pageId: string };

export interface EventQuery {
  page?: string;
  /** Epoch milliseconds; what a replay needs to begin there comes along. */
  from?: number;
  types?: string;
}

export const recordingId = decodeURIComponent(location.pathname.split('/').at(-1) ?? '');
const KEY = 'moorage-key';
const RELEASE_MS = 60_000;
const RECONNECT_MS = 2000;
/** In a row; a server that is started again is there sooner. */
const MAX_RECONNECTS = 30;

export async function readRecording(): Promise<Recording> {
  return (await request(fileUrl())).json();
}

/** The address of the recording, or of something of it. */
export function fileUrl(file = '', query: Record<string, string> = {}): string {
  const path = `/v1/recordings/${encodeURIComponent(recordingId)}${file === '' ? '' : `/${file}`}`;
  return Object.keys(query).length === 0 ? path : `${path}?${new URLSearchParams(query)}`;
}

/** The events that are stored. Whoever does not take one holds up the rest, at the server too. */
export async function* readEvents(query: EventQuery, signal: AbortSignal): AsyncGenerator<PlacedEvent> {
  const { body } = await request(fileUrl('events', textsOf(query)), { signal });
  for await (const line of linesOf(body)) if (line !== '') yield JSON.parse(line);
}

/**
 * As above, and those that come, until the recording ends. They are to be taken at once. A connection that is lost goes on
 * where it was, nothing twice.
 */
export async function* followEvents(query: EventQuery, signal: AbortSignal): AsyncGenerator<PlacedEvent> {
  let last: string | undefined;
  for (let lost = 0; lost <= MAX_RECONNECTS; lost += 1) {
    if (lost > 0) await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
    try {
      for await (const { id, name, data } of messagesOf(query, last, signal)) {
        if (name === 'end') return;
        if (name === 'problem') throw new Error(JSON.parse(data).detail);
        last = id;
        lost = 0;
        yield JSON.parse(data);
      }
    } catch (error) {
      // What `fetch` says of a connection; before the first event it may not be one that comes back.
      if (signal.aborted || last === undefined || !(error instanceof TypeError)) throw error;
    }
  }
  throw new Error('The connection to the server was lost.');
}

async function* messagesOf(
  query: EventQuery,
  last: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<{ id: string; name: string; data: string }> {
  const headers = { accept: 'text/event-stream', ...(last !== undefined && { 'last-event-id': last }) };
  const { body } = await request(fileUrl('events', textsOf(query)), { headers, signal });
  let [id, name] = [last ?? '', ''];
  for await (const line of linesOf(body)) {
    if (line.startsWith('id: ')) id = line.slice(4);
    else if (line.startsWith('event: ')) name = line.slice(7);
    else if (line.startsWith('data: ')) yield { id, name, data: line.slice(6) };
  }
}

/** Saves a file of the recording: by a plain link, unless the server wants a key, which links do not carry. */
export async function download(url: string, name: string): Promise<void> {
  const link = document.createElement('a');
  link.download = name;
  const isOpen = sessionStorage.getItem(KEY) === null;
  link.href = isOpen ? url : URL.createObjectURL(await (await request(url)).blob());
  link.click();
  // The download has it by then; without this the file would stay in memory as long as the page.
  if (!isOpen) setTimeout(() => URL.revokeObjectURL(link.href), RELEASE_MS);
}

/** The address of a video for a `<video>`, which sends no key. */
export async function mediaUrl(url: string): Promise<string> {
  if (sessionStorage.getItem(KEY) === null) return url;
  return URL.createObjectURL(await (await request(url)).blob());
}

/** Asks for a key where the server wants one; it is kept until the tab is closed. */
async function request(url: string, init: RequestInit = {}): Promise<Response> {
  const key = sessionStorage.getItem(KEY);
  const headers = { ...init.headers, ...(key !== null && { 'x-api-key': key }) };
  const response = await fetch(url, { ...init, headers });
  if (response.status === 401) {
    const given = prompt('This server asks for an API key.');
    if (given) {
      sessionStorage.setItem(KEY, given);
      return request(url, init);
    }
  }
  if (!response.ok) throw new Error(await refusalOf(response));
  return response;
}

/** What a server says, or something in front of it that knows no problems. */
async function refusalOf(response: Response): Promise<string> {
  const { detail, hint = '' } = await response.json().catch(() => ({}));
  return detail === undefined ? `The server answered ${response.status}.` : `${detail} ${hint}`;
}

function textsOf(query: EventQuery): Record<string, string> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));
}

async function* linesOf(body: ReadableStream<BufferSource> | null): AsyncGenerator<string> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  // A snapshot is one line of megabytes: its pieces are joined once, when it is whole.
  let rest: string[] = [];
  try {
    for (;;) {
      const chunk = await reader?.read();
      if (!chunk || chunk.done) break;
      const [first = '', ...lines] = chunk.value.split('\n');
      rest.push(first);
      for (const line of lines) {
        yield rest.join('');
        rest = [line];
      }
    }
    const last = rest.join('');
    if (last !== '') yield last;
  } finally {
    await reader?.cancel().catch(() => {}); // it was cut already
  }
}
