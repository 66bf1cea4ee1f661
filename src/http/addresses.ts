// The addresses that clients are given: of this server as they reach it, and of their sessions with the secret inside.

import type { IncomingMessage } from 'node:http';
import type { SessionSnapshot } from '../sessions/allocator.ts';
import { SOCKET_PROTOCOLS } from './devtools.ts';
import type { SessionSecrets } from './session-secrets.ts';

export interface SessionAddresses {
  connectUrl: string;
  wsEndpoint: string;
  cdpUrl: string;
}

/** Whose address it is: the id whose secret opens it, and its path below `/v1`. */
export interface Place {
  id: string;
  path: string;
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

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
  ofSession({ id, protocol, status }: SessionSnapshot, request: IncomingMessage): Partial<SessionAddresses> {
    const spoken = SOCKET_PROTOCOLS.find((known) => known === protocol);
    if (status !== 'ready' || spoken === undefined) return {};
    const connectUrl = this.#socket({ id, path: `sessions/${id}` }, spoken, request);
    if (spoken !== 'cdp') return { connectUrl, wsEndpoint: connectUrl };
    return {
      connectUrl,
      wsEndpoint: connectUrl,
      cdpUrl: `${this.base(request)}/v1/sessions/${id}?token=${this.#secrets.secretOf(id)}`,
    };
  }

  /** A WebSocket of a WebDriver session, in the form by which Selenium's clients know it. */
  ofGridSocket(id: string, protocol: 'bidi' | 'cdp', request: IncomingMessage): string {
    return this.#withSecret(id, `webdriver/session/${id}/se/${protocol}`, request);
  }

  /** How to connect to a surface, whether it runs or not. */
  ofSurface(
    { id, name }: { id: string; name: string },
    request: IncomingMessage,
  ): SessionAddresses & { webdriverUrl: string } {
    const surface = { id, path: `surfaces/${name}` };
    const connectUrl = this.browserSocket(surface, request);
    const url = `${this.base(request)}/v1/${surface.path}`;
    return {
      connectUrl,
      wsEndpoint: connectUrl,
      cdpUrl: `${url}?token=${this.#secrets.secretOf(id)}`,
      webdriverUrl: `${url}/webdriver`,
    };
  }

  /** The WebSocket address of a browser. */
  browserSocket(place: Place, request: IncomingMessage): string {
    return this.#socket(place, 'cdp', request);
  }

  /** The WebSocket address of one page. */
  pageSocket(place: Place, targetId: string, request: IncomingMessage): string {
    return this.#socket(place, `devtools/page/${targetId}`, request);
  }

  #socket({ id, path }: Place, below: string, request: IncomingMessage): string {
    return this.#withSecret(id, `v1/${path}/${below}`, request);
  }

  #withSecret(id: string, path: string, request: IncomingMessage): string {
    const base = this.base(request).replace(/^http/, 'ws');
    return `${base}/${path}?token=${this.#secrets.secretOf(id)}`;
  }

  /** Whether the client is on this machine, and not behind a proxy that is. */
  isLocal({ socket }: IncomingMessage): boolean {
    return this.#publicUrl === undefined && LOOPBACK.has(socket.remoteAddress ?? '');
  }

  /** Where this client reaches the server. */
  base({ headers }: IncomingMessage): string {
    return this.#publicUrl ?? `${this.#scheme}://${headers.host ?? 'localhost'}`;
  }
}
