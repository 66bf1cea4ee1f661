// Who sends a request, and whether it may come in now: by API key, by the secret of one session, or, on a server
// without keys, by being on this machine.

import type { IncomingMessage } from 'node:http';
import { problem } from '../errors.ts';
import { isLink } from '../recording/live-view.ts';
import type { Allocator } from '../sessions/allocator.ts';
import type { Store } from '../store/store.ts';
import type { Keys, Requester } from './keys.ts';
import type { LiveViewsDoor, SurfacesDoor } from './parts.ts';
import type { RateLimits } from './rate-limits.ts';
import type { SessionSecrets } from './session-secrets.ts';

/** Who may watch a session, and how. */
export interface WatcherAdmission {
  client: string;
  canControl: boolean;
  /** When the link that was shown ends, epoch milliseconds. */
  expiresAt?: number;
}

/** Everybody on a server without keys. */
const LOCAL: Requester = { client: 'local', isAdmin: true };

export class Auth {
  readonly #keys: Keys;
  readonly #secrets: SessionSecrets;
  readonly #limits: RateLimits;
  readonly #isLoopback: boolean;
  readonly #allocator: Pick<Allocator, 'findSession'>;
  readonly #liveViews: Pick<LiveViewsDoor, 'readLink'>;
  readonly #store: Store;
  readonly #surfaces: Pick<SurfacesDoor, 'named'>;

  constructor(options: {
    keys: Keys;
    secrets: SessionSecrets;
    limits: RateLimits;
    /** Whether only this machine reaches the server. */
    isLoopback: boolean;
    allocator: Pick<Allocator, 'findSession'>;
    liveViews: Pick<LiveViewsDoor, 'readLink'>;
    store: Store;
    surfaces: Pick<SurfacesDoor, 'named'>;
  }) {
    this.#keys = options.keys;
    this.#secrets = options.secrets;
    this.#limits = options.limits;
    this.#isLoopback = options.isLoopback;
    this.#allocator = options.allocator;
    this.#liveViews = options.liveViews;
    this.#store = options.store;
    this.#surfaces = options.surfaces;
  }

  /**
   * Who sends the request. With `sessionId`, the id of a session or the name of a surface, the secret of that stands for
   * its owner; `inQuery` accepts
   * `?token=`, for web pages, whose WebSockets and event streams send no headers, and for addresses that are handed out.
   * Whether the session exists is for the caller to find out.
   * @throws Problem `unauthorized`, `rate-limited`.
   */
  async admit(
    request: IncomingMessage,
    { inQuery, sessionId }: { inQuery: boolean; sessionId?: string | undefined },
  ): Promise<Requester> {
    const presented = presentedIn(request, inQuery);
    const requester = (await this.#ownerBySecret(sessionId, presented)) ?? this.#identify(presented);
    if (requester === undefined) {
      await this.countUnidentified(request);
      throw problem('unauthorized', { detail: this.#refusal(presented) });
    }
    // Without keys there is one client, this machine's own, whom nobody is protected against.
    if (!this.#isKeyless) await this.#limits.countClient(requester.client);
    return requester;
  }

  /**
   * Who asks to watch a session, by its id or the name of its surface: somebody with a link to its live view, or whoever
   * `admit` lets in, who may do everything.
   * @throws Problem `unauthorized`, `rate-limited`.
   */
  async admitWatcher(request: IncomingMessage, idOrName: string): Promise<WatcherAdmission> {
    const presented = presentedIn(request, true);
    const linked = presented === undefined ? undefined : await this.#ownerByLink(idOrName, presented);
    if (!linked) {
      const { client } = await this.admit(request, { inQuery: true, sessionId: idOrName });
      return { client, canControl: true };
    }
    if (!this.#isKeyless) await this.#limits.countClient(linked.client);
    return linked;
  }

  /** Counts a request that needs no key. @throws Problem `rate-limited`. */
  async countUnidentified({ socket }: IncomingMessage): Promise<void> {
    if (!this.#isKeyless) await this.#limits.countAddress(socket.remoteAddress ?? '');
  }

  get #isKeyless(): boolean {
    return this.#keys.isEmpty && this.#isLoopback;
  }

  /** A wrong key is refused even where none is needed, so that mistakes show early. */
  #identify(presented: string | undefined): Requester | undefined {
    if (presented !== undefined) return this.#keys.find(presented);
    return this.#isKeyless ? LOCAL : undefined;
  }

  async #ownerBySecret(
    idOrName: string | undefined,
    presented: string | undefined,
  ): Promise<Requester | undefined> {
    if (idOrName === undefined || presented === undefined) return undefined;
    if (this.#secrets.isSecretOf(idOrName, presented)) return this.#ownerOf(idOrName);
    // Clients may give the same name; the secret is that of one surface.
    const surface = this.#surfaces.named(idOrName).find(({ id }) => this.#secrets.isSecretOf(id, presented));
    return surface && { client: surface.client, isAdmin: false };
  }

  async #ownerByLink(idOrName: string, presented: string): Promise<WatcherAdmission | undefined> {
    const grant = this.#liveViews.readLink(idOrName, presented);
    if (grant) return { ...grant, client: (await this.#ownerOf(idOrName)).client };
    for (const { id, client } of this.#surfaces.named(idOrName)) {
      const ofSurface = this.#liveViews.readLink(id, presented);
      if (ofSurface) return { ...ofSurface, client };
    }
    return undefined;
  }

  async #ownerOf(sessionId: string): Promise<Requester> {
    const client =
      this.#allocator.findSession(sessionId)?.terms.client ??
      (await this.#store.sessions.get(sessionId))?.client ??
      '';
    return { client, isAdmin: false };
  }

  #refusal(presented: string | undefined): string {
    if (presented === undefined) return 'The request carries no API key.';
    if (isLink(presented))
      return 'This link opens a live view alone, and none here: it has expired, or is of another session.';
    if (this.#isKeyless) return 'This key or token is wrong, and the server needs none: leave it out.';
    return 'This key or token is wrong.';
  }
}

function presentedIn(request: IncomingMessage, inQuery: boolean): string | undefined {
  const { authorization = '', 'x-api-key': apiKey } = request.headers;
  const bearer = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
  if (bearer !== undefined) return bearer;
  if (typeof apiKey === 'string') return apiKey;
  const password = passwordIn(authorization);
  if (password !== undefined) return password;
  return (inQuery && new URLSearchParams(queryOf(request)).get('token')) || undefined;
}

/** What stands in an address before its host, which is all that clients of WebDriver can be given: `http://x:KEY@…`. */
function passwordIn(authorization: string): string | undefined {
  const [, encoded] = /^Basic +(\S+) *$/i.exec(authorization) ?? [];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString();
  return pair.slice(pair.indexOf(':') + 1) || undefined;
}

function queryOf({ url = '' }: IncomingMessage): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start + 1);
}
