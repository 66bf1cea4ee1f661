// Requests to one server: addresses, authorization, deadlines, retries, and failures as MoorageError.

import { type ClientErrorCode, MoorageError } from './error.ts';
import type { Problem } from './schemas.ts';

/** What this client needs of `fetch`. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;

export interface FetchInit {
  method: string;
  headers: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  /** Of a body that is a stream, as the Fetch standard asks for it. */
  duplex?: 'half';
  signal: AbortSignal;
}

/** What this client needs of a `Response`. */
export interface FetchResponse {
  ok: boolean;
  status: number;
  url: string;
  headers: { get(name: string): string | null };
  body: ReadableStream<Uint8Array> | null;
  text(): Promise<string>;
}

export interface TransportOptions {
  url: string;
  apiKey: string | undefined;
  fetch: Fetch;
  timeoutMs: number;
  retries: number;
}

/** A list gives its name several times. */
export type Query = Record<string, string | number | boolean | readonly string[] | undefined>;

export interface RequestOptions {
  query?: Query;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, in place of `body`. */
  rawBody?: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  signal?: AbortSignal | undefined;
  /** Of one attempt, its body included. */
  timeoutMs?: number;
  /** Whether a failed attempt may be made again; GET may, whenever the failure can pass. */
  mayRetry?: (error: MoorageError) => boolean;
}

const FIRST_RETRY_DELAY_MS = 250;
// What a connection says that was never made.
const NEVER_SENT = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);
// A server that asks for a longer wait is not asked again: the caller knows better what to do meanwhile.
const LONGEST_RETRY_DELAY_MS = 30_000;

export class Transport {
  readonly url: string;
  readonly apiKey: string | undefined;
  readonly timeoutMs: number;
  readonly #fetch: Fetch;
  readonly #retries: number;

  constructor(options: TransportOptions) {
    this.url = options.url.replace(/\/+$/, '');
    this.apiKey = options.apiKey;
    this.timeoutMs = options.timeoutMs;
    this.#fetch = options.fetch;
    this.#retries = options.retries;
  }

  /**
   * Sends a request and resolves to the JSON of the answer, or `undefined` for an empty one.
   * @throws MoorageError, or the reason of `signal` when it aborts.
   */
  async json<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    const mayRetry = options.mayRetry ?? ((error) => method === 'GET' && error.retryable);
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#attempt<T>(method, path, options);
      } catch (error) {
        if (!(error instanceof MoorageError) || attempt >= this.#retries || !mayRetry(error)) throw error;
        const delayMs = retryDelayMs(attempt, error.retryAfterSeconds);
        if (delayMs > LONGEST_RETRY_DELAY_MS) throw error;
        await delay(delayMs, options.signal);
      }
    }
  }

  /**
   * Sends a request whose answer is a stream, once and without a deadline.
   * @throws MoorageError, or the reason of `signal` when it aborts.
   */
  async stream(
    path: string,
    options: RequestOptions & { signal: AbortSignal },
    method = 'GET',
  ): Promise<FetchResponse> {
    const response = await this.#send(method, path, options, options.signal);
    if (!response.ok) throw failureOf(response, await this.#read(response, options.signal));
    return response;
  }

  /** The address of a path, with those members of `query` that are defined. */
  address(path: string, query: Query = {}): string {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value === undefined) continue;
      for (const item of [value].flat()) parameters.append(name, String(item));
    }
    const text = parameters.toString();
    return `${this.url}${path}${text === '' ? '' : `?${text}`}`;
  }

  async #attempt<T>(method: string, path: string, options: RequestOptions): Promise<T> {
    const deadline = AbortSignal.timeout(options.timeoutMs ?? this.timeoutMs);
    const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
    try {
      const response = await this.#send(method, path, options, signal);
      const text = await this.#read(response, signal);
      if (!response.ok) throw failureOf(response, text);
      // The shape is the server's promise, written in openapi.json.
      return parse(response, text) as T;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!deadline.aborted) throw error;
      const limitMs = options.timeoutMs ?? this.timeoutMs;
      throw new MoorageError({
        code: 'timeout' satisfies ClientErrorCode,
        title: 'The server did not answer in time',
        detail: `${method} ${this.url}${path} was not answered within ${limitMs} ms.`,
        hint: 'Give the client a longer timeoutMs, or look at the load of the server.',
        retryable: true,
        cause: error,
      });
    }
  }

  async #send(
    method: string,
    path: string,
    options: RequestOptions,
    signal: AbortSignal,
  ): Promise<FetchResponse> {
    const { query, headers, body, rawBody } = options;
    const init: FetchInit = {
      method,
      headers: {
        accept: 'application/json',
        ...(this.apiKey !== undefined && { authorization: `Bearer ${this.apiKey}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body, patternAsData) }),
      ...(rawBody !== undefined && { body: rawBody, duplex: 'half' }),
      signal,
    };
    try {
      return await this.#fetch(this.address(path, query), init);
    } catch (error) {
      throw this.#unreachable(error, signal);
    }
  }

  async #read(response: FetchResponse, signal: AbortSignal): Promise<string> {
    try {
      return await response.text();
    } catch (error) {
      throw this.#unreachable(error, signal);
    }
  }

  #unreachable(error: unknown, signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason;
    const reason = networkCause(error);
    return new MoorageError({
      code: 'unreachable' satisfies ClientErrorCode,
      title: 'The server cannot be reached',
      detail: `${this.url} cannot be reached (${reason}).`,
      wasSent: !NEVER_SENT.has(reason),
      hint: 'Is `moorage serve` running? Another address goes into MOORAGE_URL or `url`.',
      retryable: true,
      cause: error,
    });
  }
}

/** Resolves after `delayMs`. @throws the reason of `signal` when it aborts first. */
export function delay(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const cancel = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', cancel);
      resolve();
    }, delayMs);
    signal?.addEventListener('abort', cancel, { once: true });
  });
}

/** What the server asks for, else a delay that doubles, spread so that many clients do not come back at once. */
function retryDelayMs(attempt: number, retryAfterSeconds: number | undefined): number {
  if (retryAfterSeconds !== undefined) return retryAfterSeconds * 1000;
  return FIRST_RETRY_DELAY_MS * 2 ** attempt * (0.75 + Math.random() / 2);
}

/** A RegExp has no JSON of its own; the API takes it as `{regex, flags}`. */
function patternAsData(_: string, value: unknown): unknown {
  return value instanceof RegExp ? { regex: value.source, flags: value.flags } : value;
}

function parse(response: FetchResponse, text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unexpected(response, text, cause);
  }
}

function failureOf(response: FetchResponse, text: string): MoorageError {
  const problem = asProblem(text);
  if (!problem) return unexpected(response, text);
  const requestId = problem.requestId ?? response.headers.get('x-request-id') ?? undefined;
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new MoorageError({
    ...problem,
    status: response.status,
    ...(requestId !== undefined && { requestId }),
    ...(Number.isFinite(retryAfter) && { retryAfterSeconds: retryAfter }),
  });
}

function asProblem(text: string): (Partial<Problem> & Pick<Problem, 'code' | 'detail'>) | undefined {
  try {
    const body: unknown = JSON.parse(text);
    const isProblem =
      typeof body === 'object' &&
      body !== null &&
      'code' in body &&
      typeof body.code === 'string' &&
      'detail' in body &&
      typeof body.detail === 'string';
    // The other members are the server's promise; each may be missing.
    return isProblem ? (body as Problem) : undefined;
  } catch {
    return undefined;
  }
}

function unexpected(response: FetchResponse, text: string, cause?: unknown): MoorageError {
  const start = text.replace(/\s+/g, ' ').trim().slice(0, 120);
  return new MoorageError({
    code: 'unexpected-response' satisfies ClientErrorCode,
    title: 'The answer is not one of Moorage',
    detail: `${response.url || 'The server'} answered ${response.status} with ${start === '' ? 'nothing' : `“${start}”`}.`,
    hint: 'Does the address point to a Moorage server, or to something in front of it?',
    status: response.status,
    // Gateways in front of the server answer like this while it restarts.
    retryable: [502, 503, 504].includes(response.status),
    cause,
  });
}

/** `fetch` says only "fetch failed"; the reason is in its cause, where the run time gives one. */
function networkCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof AggregateError && cause.errors.length > 0) return networkCause(cause.errors[0]);
  if (cause instanceof Error) return networkCause(cause);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
