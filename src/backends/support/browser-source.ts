// Whoever has browsers elsewhere and gives one out to a session, at one address: what each kind of them does, and how all
// of them are asked.

import { problem } from '../../errors.ts';
import type { SessionId } from '../../ids.ts';
import type { Feature, SessionRequest } from '../backend.ts';
import { splitLogin } from './address-login.ts';
import type { Upstream } from './shared-devtools.ts';

/** What a source knows of a session: at least our id of it, its own from the answer to the start on. */
export interface SourceSession {
  id: SessionId;
  remoteId?: string | undefined;
}

/** A browser that a source has given out. */
export interface GivenBrowser extends Upstream {
  /** By which the source knows it again. */
  remoteId: string;
}

export interface BrowserSource {
  /** What its browsers can be asked for beyond their name, and beyond `headless`. */
  readonly features: readonly Feature[];
  /** The most sessions that make sense, whatever the configuration says. */
  readonly maxCapacity: number;
  /** Whether a browser outlives our connection to it. */
  readonly outlivesConnection: boolean;
  /** What it says of itself. @throws Error that says what is wrong, without secrets. */
  probe(signal: AbortSignal): Promise<string>;
  /**
   * Has it give a browser to this session; leaves nothing there when it fails, also where the answer was lost. Calls
   * `onLost` before it rejects where one may come up there yet, which has to be looked for by our id.
   * @throws Problem `no-capacity` where it is full, `session-not-created` where it refuses otherwise.
   */
  open(request: SessionRequest, signal: AbortSignal, onLost: () => void): Promise<GivenBrowser>;
  /** The browser of this session as long as that runs there. Rejects where nobody can be asked. */
  find(session: SourceSession, signal: AbortSignal): Promise<GivenBrowser | undefined>;
  /** Ends the browser of this session there, if it has one. Rejects where that cannot be known. */
  release(session: SourceSession, signal: AbortSignal): Promise<void>;
  /** Lets go of what it holds there, for the server that comes next. */
  close?(): void;
}

export interface AddressSettings {
  url: string;
  token?: string;
  headers?: Record<string, string>;
  capacity?: number;
}

/** An answer of 400 and more. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, text: string, retryAfter: string | null) {
    super(reasonOf(status, text));
    this.status = status;
    const seconds = Number(retryAfter ?? Number.NaN);
    this.retryAfterSeconds = Number.isFinite(seconds)
      ? Math.min(Math.max(1, seconds), MAX_RETRY_S)
      : undefined;
  }
}

/** No answer came, so that it is not known what has become of the request. */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError';
  /** Such as `ECONNRESET`. */
  readonly code: string;

  constructor(cause: unknown) {
    super(`nobody answers (${causeOf(cause)})`, { cause });
    this.code = causeOf(cause);
  }
}

const EXCERPT_CHARS = 200;
const MAX_RETRY_S = 300;

/**
 * The JSON that an address answers with. `undefined` for 404.
 * @throws RefusedError; UnansweredError; Error where it answers no JSON; the reason of `signal`.
 */
export async function askAddress(
  address: URL | string,
  ask: { method?: 'GET' | 'POST'; headers?: Record<string, string>; body?: unknown; signal: AbortSignal },
): Promise<unknown> {
  const { method = 'GET', headers = {}, body, signal } = ask;
  const { url, login } = splitLogin(address);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      signal,
      redirect: 'error',
      headers: { accept: 'application/json', ...(body !== undefined && JSON_TYPE), ...login, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    text = await response.text();
  } catch (error) {
    signal.throwIfAborted();
    throw new UnansweredError(error);
  }
  if (response.status === 404) return undefined;
  if (!response.ok) throw new RefusedError(response.status, text, response.headers.get('retry-after'));
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    const type = response.headers.get('content-type') ?? 'no type';
    throw new Error(`it answers ${type} and no JSON: ${excerptOf(text)}`);
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** What a refused start is to a client. `name` is the address, without secrets. */
export function startProblem(name: string, error: unknown) {
  const seen = messageOf(error);
  const status = statusOf(error);
  if (status === 429) {
    const retryAfterSeconds = (error instanceof RefusedError && error.retryAfterSeconds) || DEFAULT_RETRY_S;
    const detail = `${name} has too many sessions (429).`;
    return problem('no-capacity', { detail, cause: error, retryAfterSeconds });
  }
  return problem('session-not-created', {
    detail: `${name} does not start a browser: ${seen}.`,
    cause: error,
  });
}

const DEFAULT_RETRY_S = 10;

/** Whether it is the key or login that is refused; `error` may also be what `startProblem` made of that. */
export function refusesLogin(error: unknown): boolean {
  const isRefusal = [401, 403].includes(statusOf(error));
  return isRefusal || (error instanceof Error && error.cause !== undefined && refusesLogin(error.cause));
}

/** Of an answer, or of a socket that was refused, as `ws` tells of it; NaN for any other failure. */
function statusOf(error: unknown): number {
  if (error instanceof RefusedError) return error.status;
  return Number(/Unexpected server response: (\d+)/.exec(messageOf(error))?.[1]);
}

/** Why `fetch` or a socket failed, by its code: the words of `fetch` are always the same. */
export function causeOf(error: unknown): string {
  const { code, cause, message } = error as { code?: unknown; cause?: unknown; message?: unknown }; // if it has any
  if (typeof code === 'string') return code;
  return cause === undefined ? String(message) : causeOf(cause);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function reasonOf(status: number, text: string): string {
  if (status === 401 || status === 403) return 'it refuses the token or login of the configuration';
  return `HTTP ${status}: ${excerptOf(text)}`;
}

function excerptOf(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, EXCERPT_CHARS);
}
