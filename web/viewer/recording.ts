// What the viewer reads of the server: the recording, its events as they were and as they come.

import type { eventWithTime } from 'rrweb';
import type { Recording } from '../../src/protocol/recordings.ts';

export type PlacedEvent = eventWithTime & { pageId: string };

const id = decodeURIComponent(location.pathname.split('/').at(-1) ?? '');
const KEY = 'moorage-key';

export const eventsUrl = (query: Record<string, string>): string =>
  `/v1/recordings/${encodeURIComponent(id)}/events?${new URLSearchParams(query)}`;
export const fileUrl = (kind: 'console' | 'har'): string =>
  `/v1/recordings/${encodeURIComponent(id)}/${kind}`;

export async function readRecording(): Promise<Recording> {
  return (await request(`/v1/recordings/${encodeURIComponent(id)}`)).json();
}

/** The events of one page, or those of some types of all pages. */
export async function readEvents(query: Record<string, string>): Promise<PlacedEvent[]> {
  const response = await request(eventsUrl({ ...query, format: 'json' }));
  return response.json();
}

/** Calls `take` for what is recorded from now on, until the recording ends. */
export async function followEvents(take: (event: PlacedEvent) => void): Promise<void> {
  const { body } = await request(eventsUrl({}), { accept: 'text/event-stream' });
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const chunk = await reader?.read();
    if (!chunk || chunk.done) return;
    text += chunk.value;
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('data: ')) take(JSON.parse(line.slice(6)));
  }
}

/** Asks for a key where the server wants one; it is kept until the tab is closed. */
async function request(url: string, headers: Record<string, string> = {}): Promise<Response> {
  const key = sessionStorage.getItem(KEY);
  const response = await fetch(url, { headers: key === null ? headers : { ...headers, 'x-api-key': key } });
  if (response.status === 401) {
    const given = prompt('This server asks for an API key.');
    if (given) {
      sessionStorage.setItem(KEY, given);
      return request(url, headers);
    }
  }
  if (!response.ok) {
    const { detail, hint } = await response.json();
    throw new Error(`${detail} ${hint}`);
  }
  return response;
}
