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

/** As above, and those that come, until the recording ends. They are to be taken at once. */
export async function* followEvents(query: EventQuery, signal: AbortSignal): AsyncGenerator<PlacedEvent> {
  const headers = { accept: 'text/event-stream' };
  const { body } = await request(fileUrl('events', textsOf(query)), { headers, signal });
  let name = '';
  for await (const line of linesOf(body)) {
    if (line.startsWith('event: ')) name = line.slice(7);
    else if (line.startsWith('data: ')) {
      if (name === 'end') return;
      yield JSON.parse(line.slice(6));
    }
  }
}

/** Saves a file of the recording: by a plain link, unless the server wants a key, which links do not carry. */
export async function download(url: string, name: string): Promise<void> {
  const link = document.createElement('a');
  link.download = name;
  const isOpen = sessionStorage.getItem(KEY) === null;
  link.href = isOpen ? url : URL.createObjectURL(await (await request(url)).blob());
  link.click();
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
  if (!response.ok) {
    const { detail, hint } = await response.json();
    throw new Error(`${detail} ${hint}`);
  }
  return response;
}

function textsOf(query: EventQuery): Record<string, string> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));
}

async function* linesOf(body: ReadableStream<BufferSource> | null): AsyncGenerator<string> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const chunk = await reader?.read();
      if (!chunk || chunk.done) break;
      const lines = (rest + chunk.value).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    if (rest !== '') yield rest;
  } finally {
    await reader?.cancel().catch(() => {}); // it was cut already
  }
}
