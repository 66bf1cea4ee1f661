// What a page sends and gets: fetch, XMLHttpRequest, sendBeacon, WebSocket and EventSource as they happen, and what the
// browser loads by itself when it is there, all as custom events. What fails or is aborted says so.

import { isSecretName, MASKED_TEXT, maskBody, maskUrl } from '../../src/protocol/secrets.ts';
import { replaceMethod, watchConstructor, withoutUs } from './look-native.ts';
import { options } from './options.ts';
import { pristine } from './pristine.ts';
import { type ResourceNote, type TimingNote, watchResources } from './resource-timing.ts';

/** A request gives one note when it begins and one when it ends, and one with its timing where the browser has one. */
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
  /** The body of a request, where it could only be read later. */
  | { phase: 'body'; id: string; body: Body }
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
  | { phase: 'closed'; id: string; code?: number; reason?: string; durationMs: number }
  | ResourceNote
  | TimingNote;

/** `sizeChars` is that of the whole; `text` may be its beginning only. Binary bodies have a size alone. */
interface Body {
  text?: string;
  sizeChars: number;
  isTruncated: boolean;
}

interface Watch {
  note(note: NetworkNote): void;
  newRequestId(): string;
  /** A request of a script began: the timing that comes for this address is its. */
  began(id: string, url: string): void;
}

const TEXTUAL = /^(text\/|application\/(.+\+)?(json|xml|javascript|x-www-form-urlencoded|graphql))/i;
/** How long a body is read beside the page; of a longer one its beginning is kept. */
const READ_MS = 1000;
/** Bodies that say they are larger are left alone: reading beside the page would cost the page. */
const MAX_READ_BYTES = 2_000_000;
const { performanceNow: now } = pristine;

export function watchNetwork(report: (note: NetworkNote) => void): void {
  // Frames and documents of one page are told apart.
  const prefix = pristine.randomId();
  let last = 0;
  const newRequestId = () => {
    last += 1;
    return `${prefix}-${last}`;
  };
  const note = (value: NetworkNote) => attempt(() => report(value));
  const watch: Watch = { note, newRequestId, began: watchResources(note, newRequestId) };
  watchRequests();
  watchFetch(watch);
  watchXhr(watch);
  watchBeacon(watch);
  watchSockets(watch);
}

/** What requests were made with: to read it from them would make streams of their bodies. */
const bodies = new WeakMap<Request, BodyInit>();

function watchRequests(): void {
  replaceConstructor('Request', (request: Request, [input, init]) => {
    const { body } = (init as RequestInit | undefined) ?? {}; // the platform has accepted it
    const given = body ?? (input instanceof pristine.Request ? bodies.get(input) : undefined);
    if (given) bodies.set(request, given);
  });
}

function watchFetch(watch: Watch): void {
  replaceMethod(globalThis as unknown as Window, 'fetch', (original) => {
    return function fetch(this: unknown, ...args: Parameters<typeof globalThis.fetch>) {
      const startedAt = now();
      const id = watch.newRequestId();
      attempt(() => noteRequest(watch, id, args));
      const answer: Promise<Response> = pristine.apply(original, this, args);
      // What the page gets is one step behind, and rejects where nobody catches it, as the original would.
      return pristine.then(
        answer,
        (response) => {
          void noteResponse(watch, id, response, startedAt);
          return response;
        },
        (error) => {
          watch.note(failure(id, error, startedAt));
          throw withoutUs(error);
        },
      );
    };
  });
}

function noteRequest(watch: Watch, id: string, [input, init]: Parameters<typeof globalThis.fetch>): void {
  const request = input instanceof pristine.Request ? input : undefined;
  const url = absolute(request?.url ?? String(input));
  const body = init?.body ?? (request && bodies.get(request));
  watch.began(id, url);
  watch.note({
    phase: 'request',
    id,
    kind: 'fetch',
    method: (init?.method ?? request?.method ?? 'GET').toUpperCase(),
    url: maskUrl(url),
    headers: headersOf(init?.headers ?? request?.headers),
    ...bodyMember(body),
  });
  if (body instanceof Blob) void noteLater(watch, id, body);
}

/** The text of a body that is no text yet. */
async function noteLater({ note }: Watch, id: string, blob: Blob): Promise<void> {
  if (options.bodyChars === 0 || !isTextual(blob.type)) return;
  try {
    const text = await blob.slice(0, options.bodyChars).text();
    note({ phase: 'body', id, body: textBody(text, blob.size) });
  } catch {
    // a file that went away
  }
}

async function noteResponse(
  { note }: Watch,
  id: string,
  response: Response,
  startedAt: number,
): Promise<void> {
  const { status, statusText, headers } = response;
  const durationMs = sinceMs(startedAt);
  let body: Body | undefined;
  try {
    // The copy is made before the page has the response, which it may read at once.
    if (isReadable(headers)) body = await readBody(pristine.cloneResponse(response));
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
    durationMs,
  });
}

function isReadable(headers: Headers): boolean {
  if (options.bodyChars === 0 || !isTextual(headers.get('content-type'))) return false;
  return Number(headers.get('content-length') ?? 0) <= MAX_READ_BYTES;
}

/** Reads no more of a body than is kept, and lets go of one that is still coming: the page may want it to end. */
async function readBody(response: Response): Promise<Body | undefined> {
  const reader = response.body?.getReader();
  if (!reader) return undefined;
  const decoder = new pristine.TextDecoder();
  let text = '';
  let isLate = false;
  pristine.after(READ_MS, () => {
    isLate = true;
    reader.cancel().catch(() => {});
  });
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return isLate ? { ...textBody(text), isTruncated: true } : textBody(text + decoder.decode());
    text += decoder.decode(value, { stream: true });
    if (text.length > options.bodyChars) {
      reader.cancel().catch(() => {});
      return { ...textBody(text), isTruncated: true };
    }
  }
}

interface XhrState {
  id: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  startedAt: number;
  failed?: string;
}

function watchXhr(watch: Watch): void {
  const states = new WeakMap<XMLHttpRequest, XhrState>();
  const watched = new WeakSet<XMLHttpRequest>();
  const { prototype } = XMLHttpRequest;
  replaceMethod(prototype, 'open', (original) => {
    return function open(this: XMLHttpRequest, ...args: unknown[]) {
      const result = pristine.apply(original, this, args);
      attempt(() => {
        const [method, url] = args;
        const state = { method: String(method).toUpperCase(), url: absolute(String(url)) };
        states.set(this, { id: watch.newRequestId(), headers: {}, startedAt: 0, ...state });
      });
      return result;
    };
  });
  replaceMethod(prototype, 'setRequestHeader', (original) => {
    return function setRequestHeader(this: XMLHttpRequest, ...args: unknown[]) {
      const result = pristine.apply(original, this, args);
      attempt(() => {
        const state = states.get(this);
        const name = String(args[0]).toLowerCase();
        if (state) state.headers[name] = maskHeader(name, String(args[1]));
      });
      return result;
    };
  });
  replaceMethod(prototype, 'send', (original) => {
    return function send(this: XMLHttpRequest, ...args: unknown[]) {
      attempt(() => {
        const state = states.get(this);
        if (!state) return;
        // One that is used again is listened to once.
        if (!watched.has(this)) listenToXhr(watch, this, states);
        watched.add(this);
        const { id, method, url, headers } = state;
        state.startedAt = now();
        watch.began(id, url);
        watch.note({
          phase: 'request',
          id,
          kind: 'xhr',
          method,
          url: maskUrl(url),
          headers,
          ...bodyMember(args[0]),
        });
        if (args[0] instanceof Blob) void noteLater(watch, id, args[0]);
      });
      return pristine.apply(original, this, args);
    };
  });
}

function listenToXhr({ note }: Watch, xhr: XMLHttpRequest, states: WeakMap<XMLHttpRequest, XhrState>): void {
  for (const type of ['abort', 'error', 'timeout']) {
    pristine.on(xhr, type, () => {
      const state = states.get(xhr);
      if (state) state.failed = type;
    });
  }
  pristine.on(xhr, 'loadend', (event) =>
    attempt(() => {
      const state = states.get(xhr);
      if (!state) return;
      const { id, failed } = state;
      const durationMs = sinceMs(state.startedAt);
      if (failed !== undefined) {
        note({ phase: 'failed', id, error: failed, isAborted: failed === 'abort', durationMs });
        return;
      }
      note({
        phase: 'response',
        id,
        status: xhr.status,
        statusText: xhr.statusText,
        headers: parseHeaders(xhr.getAllResponseHeaders()),
        ...xhrBody(xhr, (event as ProgressEvent).loaded), // of this type of event
        durationMs,
      });
    }),
  );
}

function xhrBody(xhr: XMLHttpRequest, sizeBytes: number): { body?: Body } {
  if (options.bodyChars === 0) return {};
  switch (xhr.responseType) {
    case '':
    case 'text':
      return { body: textBody(xhr.responseText) };
    case 'json':
      // It has to be written anew to be told.
      if (sizeBytes > MAX_READ_BYTES) return { body: { sizeChars: sizeBytes, isTruncated: true } };
      return { body: textBody(pristine.stringify(xhr.response) ?? '') };
    default:
      return bodyMember(xhr.response);
  }
}

function watchBeacon(watch: Watch): void {
  replaceMethod(Navigator.prototype, 'sendBeacon', (original) => {
    return function sendBeacon(this: Navigator, ...args: unknown[]) {
      attempt(() => {
        const id = watch.newRequestId();
        const url = absolute(String(args[0]));
        watch.began(id, url);
        watch.note({
          phase: 'request',
          id,
          kind: 'beacon',
          method: 'POST',
          url: maskUrl(url),
          headers: {},
          ...bodyMember(args[1]),
        });
        if (args[1] instanceof Blob) void noteLater(watch, id, args[1]);
      });
      return pristine.apply(original, this, args);
    };
  });
}

function watchSockets(watch: Watch): void {
  const ids = new WeakMap<object, string>();
  for (const [name, kind] of [
    ['WebSocket', 'websocket'],
    ['EventSource', 'eventsource'],
  ] as const) {
    replaceConstructor(name, (socket: EventTarget, [url]) => {
      const id = watch.newRequestId();
      ids.set(socket, id);
      noteSocket(watch, socket, { id, kind, url: absolute(String(url)) });
    });
  }
  replaceMethod(WebSocket.prototype, 'send', (original) => {
    return function send(this: WebSocket, ...args: unknown[]) {
      const result = pristine.apply(original, this, args);
      attempt(() => {
        const id = ids.get(this);
        if (id !== undefined) watch.note({ phase: 'message', id, direction: 'sent', ...bodyMember(args[0]) });
      });
      return result;
    };
  });
}

/** Tells `made` of what a constructor of the platform makes, by a proxy that `new` and `instanceof` see through. */
function replaceConstructor<Made extends object>(
  name: string,
  made: (object: Made, args: unknown[]) => void,
): void {
  const descriptor = pristine.getOwnPropertyDescriptor(globalThis, name);
  if (typeof descriptor?.value !== 'function' || !descriptor.configurable) return;
  const original = descriptor.value as new (...args: unknown[]) => Made; // of the platform
  const watched = watchConstructor(original, (object, args) => attempt(() => made(object, args)));
  pristine.defineProperty(globalThis, name, { ...descriptor, value: watched });
  const { prototype } = original;
  const before = pristine.getOwnPropertyDescriptor(prototype, 'constructor');
  pristine.defineProperty(prototype, 'constructor', { ...before, value: watched });
}

function noteSocket(
  { note, began }: Watch,
  socket: EventTarget,
  { id, kind, url }: { id: string; kind: 'eventsource' | 'websocket'; url: string },
): void {
  const startedAt = now();
  if (kind === 'eventsource') began(id, url); // browsers give no timings of WebSockets
  note({ phase: 'request', id, kind, method: 'GET', url: maskUrl(url), headers: {} });
  pristine.on(socket, 'message', (event) => {
    const data = pristine.messageData(event as MessageEvent); // of this type of event
    attempt(() => note({ phase: 'message', id, direction: 'received', ...bodyMember(data) }));
  });
  let hasOpened = false;
  pristine.on(socket, 'open', () => {
    hasOpened = true;
  });
  pristine.on(socket, 'error', () => {
    const durationMs = sinceMs(startedAt);
    // An EventSource whose stream ended connects again by itself: that is how it goes, and no failure.
    if (kind === 'eventsource' && hasOpened) note({ phase: 'closed', id, durationMs });
    else note({ phase: 'failed', id, error: 'error', isAborted: false, durationMs });
  });
  pristine.on(socket, 'close', (event) => {
    const { code, reason } = event as CloseEvent; // of this type of event
    note({ phase: 'closed', id, code, reason, durationMs: sinceMs(startedAt) });
  });
}

function failure(id: string, error: unknown, startedAt: number): NetworkNote {
  const isAborted = error instanceof DOMException && error.name === 'AbortError';
  return { phase: 'failed', id, error: textOf(error), isAborted, durationMs: sinceMs(startedAt) };
}

function textOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException
    ? `${error.name}: ${error.message}`
    : typeof error;
}

function bodyMember(body: unknown): { body?: Body } {
  if (options.bodyChars === 0 || body === undefined || body === null) return {};
  if (typeof body === 'string' || body instanceof URLSearchParams) return { body: textBody(String(body)) };
  if (body instanceof Blob) return { body: { sizeChars: body.size, isTruncated: true } };
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) {
    return { body: { sizeChars: body.byteLength, isTruncated: true } };
  }
  if (body instanceof FormData) return { body: textBody(formText(body)) };
  return {};
}

/** Fields as in an address; of files the name. */
function formText(form: FormData): string {
  const pairs: string[] = [];
  form.forEach((value, name) => {
    const text = typeof value === 'string' ? value : `(file ${value.name}, ${value.size} bytes)`;
    pairs.push(`${encodeURIComponent(name)}=${text.replaceAll('&', '%26')}`);
  });
  return pairs.join('&');
}

function textBody(text: string, sizeChars = text.length): Body {
  const isTruncated = sizeChars > options.bodyChars;
  return { text: maskBody(isTruncated ? text.slice(0, options.bodyChars) : text), sizeChars, isTruncated };
}

function headersOf(given: HeadersInit | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  if (given === undefined) return headers;
  // Not a copy of those that are Headers already: that takes half a millisecond.
  const list = given instanceof pristine.Headers ? given : new pristine.Headers(given);
  pristine.forEachHeader(list, (value, name) => {
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
  if (options.maskHeaders.includes(name.toLowerCase()) || isSecretName(name)) return MASKED_TEXT;
  return name === 'location' || name === 'referer' ? maskUrl(value) : value;
}

function isTextual(contentType: string | null): boolean {
  return contentType !== null && TEXTUAL.test(contentType) && !contentType.startsWith('text/event-stream');
}

function absolute(url: string): string {
  return new pristine.URL(url, document.baseURI).href;
}

function sinceMs(startedAt: number): number {
  return Math.round(now() - startedAt);
}

/** The page's call goes on whatever the recorder makes of it. */
function attempt(task: () => void): void {
  try {
    task();
  } catch {
    // such as a URL that cannot be read: the page hears of it from the platform itself
  }
}
