// The addresses that clients are given: of this server as they reach it, and of their sessions with the secret inside.

import type { IncomingMessage } from 'node:http';
import type { SessionSnapshot } from '../sessions/allocator.ts';
import type { SessionSecrets } from './session-secrets.ts';

export interface SessionAddresses {
  connectUrl: string;
  wsEndpoint: string;
  cdpUrl: string;
}

export class Addresses {
  readonly #publicUrl: string | undefined;
  readonly #scheme: 'http' | 'https';
  readonly #secrets: SessionSecrets;

  constructor(options: { publicUrl: string | undefined; isSecure: boolean; secrets: SessionSecrets }) {
    this.#publicUrl = options.publicUrl?.replace(/\/+$/, '');
    this.#scheme = options.isSecure ? 'https' : 'http';
    this.#secrets = options.secrets;
  }

  /** How to connect to a session; nothing while it cannot be connected to. */
  ofSession(
    { id, protocol, status }: SessionSnapshot,
    request: IncomingMessage,
  ): SessionAddresses | Record<string, never> {
    if (status !== 'ready' || protocol !== 'cdp') return {};
    const connectUrl = this.browserSocket(id, request);
    return {
      connectUrl,
      wsEndpoint: connectUrl,
      cdpUrl: `${this.#base(request)}/v1/sessions/${id}?token=${this.#secrets.secretOf(id)}`,
    };
  }

  /** The WebSocket address of a session's browser. */
  browserSocket(id: string, request: IncomingMessage): string {
    return this.#socket(id, 'cdp', request);
  }

  /** The WebSocket address of one page of a session. */
  pageSocket(id: string, targetId: string, request: IncomingMessage): string {
    return this.#socket(id, `devtools/page/${targetId}`, request);
  }

  #socket(id: string, path: string, request: IncomingMessage): string {
    const base = this.#base(request).replace(/^http/, 'ws');
    return `${base}/v1/sessions/${id}/${path}?token=${this.#secrets.secretOf(id)}`;
  }

  /** Where this client reaches the server. */
  #base({ headers }: IncomingMessage): string {
    return this.#publicUrl ?? `${this.#scheme}://${headers.host ?? 'localhost'}`;
  }
}
