// Keeps web pages out: requests whose Host is not this server's (DNS rebinding) or whose Origin is foreign are refused,
// over HTTP and WebSocket alike. A browser lets every page open sockets to 127.0.0.1; only this check stops it.

import { isIP } from 'node:net';
import { isLoopbackHost } from '../config.ts';
import { problem } from '../errors.ts';

export interface GateSettings {
  /** What the server listens on. */
  host: string;
  publicUrl: string | undefined;
  /** Names, `*.example.com`, or `*` for every name. */
  allowedHosts: readonly string[];
  allowedOrigins: readonly string[];
}

export class Gate {
  readonly #boundHost: string;
  readonly #allowedHosts: readonly string[];
  readonly #allowedOrigins: ReadonlySet<string>;

  constructor({ host, publicUrl, allowedHosts, allowedOrigins }: GateSettings) {
    const publicly = publicUrl === undefined ? undefined : new URL(publicUrl);
    this.#boundHost = host.toLowerCase();
    this.#allowedHosts = [...allowedHosts, ...(publicly ? [publicly.hostname] : [])].map((name) =>
      name.toLowerCase(),
    );
    this.#allowedOrigins = new Set([
      ...allowedOrigins.map((origin) => origin.toLowerCase()),
      ...(publicly ? [publicly.origin] : []),
    ]);
  }

  /** @throws Problem `host-refused`. */
  checkHost(header: string | undefined): void {
    const name = nameIn(header ?? '');
    if (isLoopbackHost(name) || name === this.#boundHost) return;
    // An address cannot be rebound; one that is not loopback can only be meant where the server listens on it.
    if (isIP(name) !== 0 && !isLoopbackHost(this.#boundHost)) return;
    if (this.#allowedHosts.some((allowed) => matches(name, allowed))) return;
    throw problem('host-refused', {
      detail: header ? `The Host header ${header} is not served.` : 'The request has no Host header.',
    });
  }

  /**
   * Whether a page of this origin may come in: `same` is the server's own, `allowed` stands in `http.allowedOrigins`
   * and needs CORS headers, `none` is no page at all.
   * @throws Problem `origin-refused`.
   */
  checkOrigin(origin: string | undefined, host: string | undefined): 'allowed' | 'none' | 'same' {
    if (origin === undefined) return 'none';
    if (this.#allowedOrigins.has(origin.toLowerCase())) return 'allowed';
    if (host !== undefined && /^https?:\/\/(.+)$/i.exec(origin)?.[1]?.toLowerCase() === host.toLowerCase()) {
      return 'same';
    }
    throw problem('origin-refused', { detail: `Pages of ${origin} may not use this server.` });
  }
}

/** The name or address in a Host header, without port and brackets. */
function nameIn(header: string): string {
  const [, name = ''] = /^(\[[^\]]*\]|[^:]*)(:\d*)?$/.exec(header.trim().toLowerCase()) ?? [];
  return name.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

function matches(name: string, allowed: string): boolean {
  if (allowed === '*') return name !== '';
  return allowed.startsWith('*.') ? name.endsWith(allowed.slice(1)) : name === allowed;
}
