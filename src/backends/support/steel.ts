// Steel: sessions are made by HTTP and run until they are released or time out. https://docs.steel.dev
//
// An id of ours names the session there before it is asked for, so that one whose answer was lost is found again.
// Without a token it is taken for a Steel that somebody runs (https://github.com/steel-dev/steel-browser): that has
// one browser, which a second start would take away from whoever has it.

import { createHash } from 'node:crypto';
import type { SessionId } from '../../ids.ts';
import type { Feature, SessionRequest } from '../backend.ts';
import {
  askAddress,
  type BrowserSource,
  type GivenBrowser,
  RefusedError,
  type SourceSession,
} from './browser-source.ts';
import { type SessionServiceOptions, startRemotely } from './session-service.ts';
import { isRecord } from './webdriver.ts';

export class Steel implements BrowserSource {
  readonly features: readonly Feature[] = ['storageState', 'userAgent', 'viewport'];
  readonly maxCapacity: number;
  readonly outlivesConnection = true;
  readonly #options: SessionServiceOptions;
  readonly #headers: Record<string, string>;

  constructor(options: SessionServiceOptions) {
    this.#options = options;
    this.maxCapacity = options.token === undefined ? 1 : Number.MAX_SAFE_INTEGER;
    this.#headers = {
      ...(options.token !== undefined && { 'steel-api-key': options.token }),
      ...options.headers,
    };
  }

  async probe(signal: AbortSignal): Promise<string> {
    const rows = rowsOf(await this.#ask('/v1/sessions?status=live&limit=100', signal));
    if (!rows) throw new Error('it does not answer as a Steel');
    return `${rows.filter(isLive).length} sessions are live`;
  }

  async open(request: SessionRequest, signal: AbortSignal, onLost: () => void): Promise<GivenBrowser> {
    const { lifetimeMs, body } = this.#options;
    const { id, userAgent, viewport } = request;
    const wish = { id, source: this, sourceName: this.#options.name, onLost };
    return startRemotely(wish, signal, async (starting) => {
      if (this.#options.token === undefined) await this.#refuseToEvict(starting);
      const answer = await this.#ask('/v1/sessions', starting, {
        timeout: lifetimeMs,
        ...(userAgent !== undefined && { userAgent }),
        ...(viewport && { dimensions: viewport }),
        ...body,
        sessionId: remoteIdOf(id),
      });
      return this.#given(answer);
    });
  }

  async find({ id }: SourceSession, signal: AbortSignal): Promise<GivenBrowser | undefined> {
    const answer = await this.#ask(`/v1/sessions/${remoteIdOf(id)}`, signal);
    return isRecord(answer) && isLive(answer) ? this.#given(answer) : undefined;
  }

  async release(session: SourceSession, signal: AbortSignal): Promise<void> {
    // One's own Steel releases whatever it has, under whichever name it is asked to.
    if (!(await this.find(session, signal))) return;
    await this.#ask(`/v1/sessions/${remoteIdOf(session.id)}/release`, signal, {});
  }

  async #refuseToEvict(signal: AbortSignal): Promise<void> {
    const rows = rowsOf(await this.#ask('/v1/sessions', signal)) ?? [];
    if (rows.some(isLive)) throw new RefusedError(429, 'another session is live there', null);
  }

  #given(answer: unknown): GivenBrowser {
    const { id, websocketUrl } = isRecord(answer) ? answer : {};
    if (typeof id !== 'string' || typeof websocketUrl !== 'string' || !URL.canParse(websocketUrl)) {
      throw new Error('it answers without a websocketUrl');
    }
    const { token } = this.#options;
    const url = new URL(websocketUrl);
    if (token === undefined) {
      // It may know itself by no name that leads to it, such as 0.0.0.0.
      const base = new URL(this.#options.url);
      url.host = base.host;
      url.protocol = base.protocol === 'https:' ? 'wss:' : 'ws:';
    } else {
      url.searchParams.set('apiKey', token);
      url.searchParams.set('sessionId', id);
    }
    return { url: url.href, remoteId: id, headers: this.#options.headers ?? {} };
  }

  #ask(path: string, signal: AbortSignal, body?: unknown): Promise<unknown> {
    return askAddress(new URL(path, this.#options.url), {
      ...(body !== undefined && { method: 'POST', body }),
      headers: this.#headers,
      signal,
    });
  }
}

/** A UUID that says the same as ours. */
function remoteIdOf(id: SessionId): string {
  const hex = createHash('sha256').update(`moorage:${id}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The cloud answers an object with a list, one's own Steel the list. */
function rowsOf(answer: unknown): unknown[] | undefined {
  if (Array.isArray(answer)) return answer;
  return isRecord(answer) && Array.isArray(answer.sessions) ? answer.sessions : undefined;
}

function isLive(row: unknown): boolean {
  return isRecord(row) && row.status === 'live';
}
