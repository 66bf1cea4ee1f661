// Browserbase: sessions are made by HTTP and run until they are released, time out or, unless made to be kept alive,
// lose their connection. https://docs.browserbase.com/reference/api
//
// Our id is in the metadata of the session, which can be asked for: so one whose answer was lost is found again.

import type { SessionId } from '../../ids.ts';
import type { Feature, SessionRequest } from '../backend.ts';
import { askAddress, type BrowserSource, type GivenBrowser, type SourceSession } from './browser-source.ts';
import { type SessionServiceOptions, startRemotely } from './session-service.ts';
import { isRecord } from './webdriver.ts';

export class Browserbase implements BrowserSource {
  readonly features: readonly Feature[] = ['storageState', 'viewport'];
  readonly maxCapacity = Number.MAX_SAFE_INTEGER;
  readonly outlivesConnection: boolean;
  readonly #options: SessionServiceOptions;
  readonly #headers: Record<string, string>;

  constructor(options: SessionServiceOptions) {
    this.#options = options;
    this.outlivesConnection = options.body.keepAlive === true;
    this.#headers = {
      ...(options.token !== undefined && { 'x-bb-api-key': options.token }),
      ...options.headers,
    };
  }

  async probe(signal: AbortSignal): Promise<string> {
    const rows = await this.#ask('/v1/sessions?status=RUNNING', signal);
    if (!Array.isArray(rows)) throw new Error('it does not answer as a Browserbase');
    return `${rows.length} sessions are running`;
  }

  async open(request: SessionRequest, signal: AbortSignal, onLost: () => void): Promise<GivenBrowser> {
    const { lifetimeMs, body } = this.#options;
    const { browserSettings, userMetadata, ...rest } = body;
    const { id, viewport } = request;
    const wish = { id, source: this, sourceName: this.#options.name, onLost };
    return startRemotely(wish, signal, async (starting) => {
      const answer = await this.#ask('/v1/sessions', starting, {
        timeout: Math.round(lifetimeMs / 1000),
        ...rest,
        browserSettings: { ...(isRecord(browserSettings) && browserSettings), ...(viewport && { viewport }) },
        userMetadata: { ...(isRecord(userMetadata) && userMetadata), moorage: id },
      });
      const given = givenOf(answer);
      if (!given) throw new Error('it answers without a connectUrl');
      return given;
    });
  }

  async find({ id, remoteId }: SourceSession, signal: AbortSignal): Promise<GivenBrowser | undefined> {
    const known = remoteId ?? (await this.#findId(id, signal));
    if (known === undefined) return undefined;
    const answer = await this.#ask(`/v1/sessions/${encodeURIComponent(known)}`, signal);
    return isRecord(answer) && isRunning(answer) ? givenOf(answer) : undefined;
  }

  async release(session: SourceSession, signal: AbortSignal): Promise<void> {
    const remoteId = session.remoteId ?? (await this.#findId(session.id, signal));
    if (remoteId === undefined) return;
    const path = `/v1/sessions/${encodeURIComponent(remoteId)}`;
    const answer = await this.#ask(path, signal);
    if (!isRecord(answer) || !isRunning(answer)) return;
    const { projectId } = this.#options.body;
    await this.#ask(path, signal, {
      ...(projectId !== undefined && { projectId }),
      status: 'REQUEST_RELEASE',
    });
  }

  async #findId(id: SessionId, signal: AbortSignal): Promise<string | undefined> {
    const query = new URLSearchParams({ q: `user_metadata['moorage']:'${id}'` });
    const rows = await this.#ask(`/v1/sessions?${query}`, signal);
    const own = (Array.isArray(rows) ? rows : []).find(
      (row) =>
        isRecord(row) && isRecord(row.userMetadata) && row.userMetadata.moorage === id && isRunning(row),
    );
    return isRecord(own) && typeof own.id === 'string' ? own.id : undefined;
  }

  #ask(path: string, signal: AbortSignal, body?: unknown): Promise<unknown> {
    return askAddress(new URL(path, this.#options.url), {
      ...(body !== undefined && { method: 'POST', body }),
      headers: this.#headers,
      signal,
    });
  }
}

function givenOf(answer: unknown): GivenBrowser | undefined {
  const { id, connectUrl } = isRecord(answer) ? answer : {};
  if (typeof id !== 'string' || typeof connectUrl !== 'string' || !/^wss?:/.test(connectUrl))
    return undefined;
  return URL.canParse(connectUrl) ? { url: connectUrl, remoteId: id } : undefined;
}

function isRunning({ status }: Record<string, unknown>): boolean {
  return status === 'RUNNING' || status === 'PENDING';
}
