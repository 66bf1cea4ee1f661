// What a page sends and gets: fetch, XMLHttpRequest, sendBeacon, WebSocket and EventSource, as custom events. A request
// gives one event when it begins and one when it ends; what fails or is aborted says so.

import { replaceMethod } from './look-native.ts';
import { options } from './options.ts';
import { pristine } from './pristine.ts';

export type NetworkNote =
  | {
      phase: 'request';
      id: string;
      kind: 'beacon' | 'eventsource' | 'fetch' | 'websocket' | 'xhr';
      method: string;
      url: string;
      headers: Record<string, string>;
      body?: Body;
    }
  | {
      phase: 'response';
      id: string;
      status: number;
      statusText: string;
      headers: Record<string, string>;
      body?: Body;
      durationMs: number;
    }
  | { phase: 'failed'; id: string; error: string; isAborted: boolean; durationMs: number }
  | { phase: 'message'; id: string; direction: 'received' | 'sent'; body?: Body }
  | { phase: 'closed'; id: string; code?: number; reason?: string; durationMs: number };

/** `sizeChars` is that of the whole; `text` may be its beginning only. Binary bodies have a size alone. */
interface Body {
  text?: string;
  sizeChars: number;
  isTruncated: boolean;
}

type Note = (note: NetworkNote) => void;

const MASKED = '•••';
const TEXTUAL = /^(text\/|application\/(.+\+)?(json|xml|javascript|x-www-form-urlencoded|graphql))/i;

export function watchNetwork(report: (note: NetworkNote) => void): void {
  // Frames and documents of one page are told apart.
  const prefix = pristine.randomId();
  let last = 0;
  const newRequestId = () => {
    last += 1;
    return `${prefix}-${last}`;
  };
  // A recorder that fails must not break the page.
  const note: Note = (value) => {
    try {
      report(value);
    } catch {
      // nothing to be done for this one
    }
  };
  watchFetch(note, newRequestId);
  watchXhr(note, newRequestId);
  watchBeacon(note, newRequestId);
  watchSockets(note, newRequestId);
}

function watchFetch(note: Note, newRequestId: () => string): void {
  replaceMethod(globalThis as unknown as Window, 'fetch', (original) => {
    return function fetch(this: unknown, ...args: Parameters<typeof globalThis.fetch>) {
      const startedAt = performance.now();
      const id = newRequestId();
      const [input, init] = args;
      const request = input instanceof Request ? input : undefined;
      attempt(() =>
        note({
          phase: 'request',
          id,
          kind: 'fetch',
          method: (init?.method ?? request?.method ?? 'GET').toUpperCase(),
          url: absolute(request?.url ?? String(input)),
          headers: headersOf(init?.headers ?? request?.headers),
          ...bodyMember(init?.body),
        }),
      );
      const answer: Promise<Response> = Reflect.apply(original, this, args);
      answer.then(
        (response) => void noteResponse(note, id, response, startedAt),
        (error: unknown) => note(failure(id, error, startedAt)),
      );
      return answer;
    };
  });
}

async function noteResponse(note: Note, id: string, response: Response, startedAt: number): Promise<void> {
  const { status, statusText, headers } = response;
  let body: Body | undefined;
  try {
    // Streams that never end are left alone; so are those whose reader is the page's own.
    if (isTextual(headers.get('content-type')) && options.bodyChars > 0)
      body = await readBody(response.clone());
  } catch {
    // no body to be had, such as of an opaque response
  }
  note({
    phase: 'response',
    id,
    status,
    statusText,
    headers: headersOf(headers),
    ...(body && { body }),
    durationMs: sinceMs(startedAt),
  });
}

/** Reads no more of a body than is kept. */
async function readBody(response: Response): Promise<Body | undefined> {
  const reader = response.body?.getReader();
  if (!reader) return undefined;
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return textBody(text + decoder.decode());
    text += decoder.decode(value, { stream: true });
    if (text.length > options.bodyChars) {
      void reader.cancel();
      return { text: text.slice(0, options.bodyChars), sizeChars: text.length, isTruncated: true };
    }
  }
}

interface XhrState {
  id: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  startedAt: number;
}

function watchXhr(note: Note, newRequestId: () => string): void {
  const states = new WeakMap<XMLHttpRequest, XhrState>();
  const { prototype } = XMLHttpRequest;
  replaceMethod(prototype, 'open', (original) => {
    return function open(this: XMLHttpRequest, ...args: unknown[]) {
      const [method, url] = args;
      attempt(() => {
        const state = { method: String(method).toUpperCase(), url: absolute(String(url)) };
        states.set(this, { id: newRequestId(), headers: {}, startedAt: 0, ...state });
      });
      return Reflect.apply(original, this, args);
    };
  });
  replaceMethod(prototype, 'setRequestHeader', (original) => {
    return function setRequestHeader(this: XMLHttpRequest, ...args: unknown[]) {
      const state = states.get(this);
      const name = String(args[0]).toLowerCase();
      if (state) state.headers[name] = maskHeader(name, String(args[1]));
      return Reflect.apply(original, this, args);
    };
  });
  replaceMethod(prototype, 'send', (original) => {
    return function send(this: XMLHttpRequest, ...args: unknown[]) {
      const state = states.get(this);
      if (state) attempt(() => noteXhr(note, this, state, args[0]));
      return Reflect.apply(original, this, args);
    };
  });
}

function noteXhr(note: Note, xhr: XMLHttpRequest, state: XhrState, body: unknown): void {
  const { id, method, url, headers } = state;
  state.startedAt = performance.now();
  note({ phase: 'request', id, kind: 'xhr', method, url, headers, ...bodyMember(body) });
  let failed: string | undefined;
  for (const type of ['abort', 'error', 'timeout']) pristine.on(xhr, type, () => (failed = type));
  pristine.on(xhr, 'loadend', () => {
    const durationMs = sinceMs(state.startedAt);
    if (failed !== undefined) {
      note({ phase: 'failed', id, error: failed, isAborted: failed === 'abort', durationMs });
      return;
    }
    const isText = xhr.responseType === '' || xhr.responseType === 'text';
    note({
      phase: 'response',
      id,
      status: xhr.status,
      statusText: xhr.statusText,
      headers: parseHeaders(xhr.getAllResponseHeaders()),
      ...(isText && options.bodyChars > 0 && { body: textBody(xhr.responseText) }),
      durationMs,
    });
  });
}

function watchBeacon(note: Note, newRequestId: () => string): void {
  replaceMethod(Navigator.prototype, 'sendBeacon', (original) => {
    return function sendBeacon(this: Navigator, ...args: unknown[]) {
      attempt(() =>
        note({
          phase: 'request',
          id: newRequestId(),
          kind: 'beacon',
          method: 'POST',
          url: absolute(String(args[0])),
          headers: {},
          ...bodyMember(args[1]),
        }),
      );
      return Reflect.apply(original, this, args);
    };
  });
}

/** Their instances are watched from the moment that they are made, by a proxy that `new` and `instanceof` see through. */
function watchSockets(note: Note, newRequestId: () => string): void {
  const scope = globalThis as unknown as Record<string, new (...args: unknown[]) => EventTarget>; // of the platform
  for (const [name, kind] of [
    ['WebSocket', 'websocket'],
    ['EventSource', 'eventsource'],
  ] as const) {
    const original = scope[name];
    if (!original) continue;
    const watched = new Proxy(original, {
      construct(target, args, newTarget) {
        const socket: EventTarget = Reflect.construct(target, args, newTarget);
        attempt(() => noteSocket(note, socket, { id: newRequestId(), kind, url: absolute(String(args[0])) }));
        return socket;
      },
    });
    Object.defineProperty(globalThis, name, {
      value: watched,
      configurable: true,
      writable: true,
      enumerable: false,
    });
    Object.defineProperty(original.prototype, 'constructor', {
      value: watched,
      configurable: true,
      writable: true,
    });
  }
  const ids = new WeakMap<object, string>();
  socketIds = ids;
  replaceMethod(WebSocket.prototype, 'send', (original) => {
    return function send(this: WebSocket, ...args: unknown[]) {
      const id = ids.get(this);
      if (id !== undefined)
        attempt(() => note({ phase: 'message', id, direction: 'sent', ...bodyMember(args[0]) }));
      return Reflect.apply(original, this, args);
    };
  });
}

let socketIds = new WeakMap<object, string>();

function noteSocket(
  note: Note,
  socket: EventTarget,
  { id, kind, url }: { id: string; kind: 'eventsource' | 'websocket'; url: string },
): void {
  const startedAt = performance.now();
  socketIds.set(socket, id);
  note({ phase: 'request', id, kind, method: 'GET', url, headers: {} });
  pristine.on(socket, 'message', (event) => {
    note({ phase: 'message', id, direction: 'received', ...bodyMember((event as MessageEvent).data) });
  });
  pristine.on(socket, 'error', () => {
    note({ phase: 'failed', id, error: 'error', isAborted: false, durationMs: sinceMs(startedAt) });
  });
  pristine.on(socket, 'close', (event) => {
    const { code, reason } = event as CloseEvent;
    note({ phase: 'closed', id, code, reason, durationMs: sinceMs(startedAt) });
  });
}

function failure(id: string, error: unknown, startedAt: number): NetworkNote {
  const isAborted = error instanceof DOMException && error.name === 'AbortError';
  return { phase: 'failed', id, error: String(error), isAborted, durationMs: sinceMs(startedAt) };
}

function bodyMember(body: unknown): { body?: Body } {
  if (options.bodyChars === 0 || body === undefined || body === null) return {};
  if (typeof body === 'string' || body instanceof URLSearchParams) return { body: textBody(String(body)) };
  if (body instanceof Blob) return { body: { sizeChars: body.size, isTruncated: true } };
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) {
    return { body: { sizeChars: body.byteLength, isTruncated: true } };
  }
  if (body instanceof FormData) return { body: textBody([...body.keys()].join('&')) };
  return {};
}

function textBody(text: string): Body {
  const isTruncated = text.length > options.bodyChars;
  return { text: isTruncated ? text.slice(0, options.bodyChars) : text, sizeChars: text.length, isTruncated };
}

function headersOf(given: HeadersInit | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  if (given === undefined) return headers;
  new Headers(given).forEach((value, name) => {
    headers[name] = maskHeader(name, value);
  });
  return headers;
}

function parseHeaders(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).toLowerCase();
    headers[name] = maskHeader(name, line.slice(colon + 1).trim());
  }
  return headers;
}

function maskHeader(name: string, value: string): string {
  return options.maskHeaders.includes(name.toLowerCase()) ? MASKED : value;
}

function isTextual(contentType: string | null): boolean {
  return contentType !== null && TEXTUAL.test(contentType) && !contentType.startsWith('text/event-stream');
}

function absolute(url: string): string {
  return new URL(url, document.baseURI).href;
}

function sinceMs(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}

/** The page's call goes on whatever the recorder makes of it. */
function attempt(task: () => void): void {
  try {
    task();
  } catch {
    // such as a URL that cannot be read: the page hears of it from the platform itself
  }
}
