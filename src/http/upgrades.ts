// WebSocket upgrades: checks Host and Origin, finds the route, and hands the socket to the relay with the way to its
// session. What web pages must not do is refused over HTTP; every other refusal is a close code of the relay.

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Background } from '../background.ts';
import { problem } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Opened, Relay } from '../relay/relay.ts';
import type { ClientTerms } from '../sessions/allocator.ts';
import { answerOnSocket, problemOf } from './answers.ts';
import type { Auth } from './auth.ts';
import { readConnectQuery } from './connect-query.ts';
import { devtoolsOf, SOCKET_PROTOCOLS, type SocketProtocol, socketOf } from './devtools.ts';
import type { Gate } from './gate.ts';
import { LiveSockets, type OpenedLive } from './live-sockets.ts';
import type { AllocatorDoor, LiveViewsDoor, SurfacesDoor } from './parts.ts';
import { checkPlaywrightClient } from './playwright-clients.ts';

/** What the door asks of the relay: a problem of `open` becomes a close code. */
export type RelayDoor = Pick<Relay, 'connect'>;

/** Where a WebSocket wants to go. `sessionId` may be the name of a surface. */
type Target =
  | { kind: 'connect' }
  | { kind: 'browser'; sessionId: string; protocol: SocketProtocol }
  | { kind: 'live'; sessionId: string }
  | { kind: 'page'; sessionId: string; targetId: string };

const BASE = 'http://localhost';
const CONTROL_CHARACTERS = /\p{Cc}/gu;
/**
 * Where Selenium's Grid has the sockets of a WebDriver session. Its client for JavaScript takes no other address for DevTools,
 * and with SELENIUM_REMOTE_URL makes this one by itself, below nothing but the host.
 */
const GRID_SOCKET = /^(?:\/webdriver|\/wd\/hub)?\/session\/([^/]+)\/se\/(bidi|cdp)$/;

export class Upgrades {
  readonly #allocator: AllocatorDoor;
  readonly #auth: Auth;
  readonly #background: Background;
  readonly #gate: Gate;
  readonly #liveSockets: LiveSockets;
  readonly #liveViews: LiveViewsDoor;
  readonly #log: Log;
  readonly #relay: RelayDoor;
  readonly #isDraining: () => boolean;
  readonly #requestId: (request: IncomingMessage) => string;
  readonly #surfaces: SurfacesDoor;
  readonly #termsOf: (client: string) => ClientTerms;

  constructor(options: {
    allocator: AllocatorDoor;
    auth: Auth;
    background: Background;
    gate: Gate;
    liveViews: LiveViewsDoor;
    log: Log;
    relay: RelayDoor;
    isDraining: () => boolean;
    requestId: (request: IncomingMessage) => string;
    surfaces: SurfacesDoor;
    termsOf: (client: string) => ClientTerms;
  }) {
    this.#allocator = options.allocator;
    this.#auth = options.auth;
    this.#background = options.background;
    this.#gate = options.gate;
    this.#liveSockets = new LiveSockets(options);
    this.#liveViews = options.liveViews;
    this.#log = options.log;
    this.#relay = options.relay;
    this.#isDraining = options.isDraining;
    this.#requestId = options.requestId;
    this.#surfaces = options.surfaces;
    this.#termsOf = options.termsOf;
  }

  /** Takes what an HTTP server's `upgrade` event gives. Never throws. */
  handle(request: IncomingMessage, socket: Socket, head: Buffer): void {
    // Until somebody else listens, a reset connection would end the process.
    socket.on('error', () => {});
    const requestId = this.#requestId(request);
    // Nobody has looked at it before: what is no address, such as `//`, leads nowhere, as `/` does.
    const asked = request.url ?? '/';
    const url = new URL(URL.canParse(asked, BASE) ? asked : '/', BASE);
    const line = { event: 'http.upgrade', requestId, path: url.pathname };
    try {
      const { host, origin, upgrade } = request.headers;
      this.#gate.checkHost(host);
      this.#gate.checkOrigin(origin, host);
      const target = findTarget(url.pathname);
      if (speaksPlaywright(target, url.searchParams)) checkPlaywrightClient(request.headers['user-agent']);
      if (upgrade?.toLowerCase() !== 'websocket') {
        throw problem('invalid-argument', {
          detail: `Only WebSocket upgrades are served, not ${upgrade}: send the request without Upgrade.`,
        });
      }
      if (target.kind === 'live') {
        this.#liveSockets.connect({ request, socket, head }, async (signal) => {
          const opened = await this.#openLive(target.sessionId, url.searchParams, request, signal);
          this.#log.info({ ...line, client: opened.terms.client, sessionId: opened.session.id });
          return opened;
        });
        return;
      }
      this.#relay.connect({ request, socket, head }, async (signal) => {
        const opened = await this.#open(target, url.searchParams, request, socket, signal);
        this.#log.info({ ...line, client: opened.session.terms.client, sessionId: opened.session.id });
        return opened;
      });
    } catch (error) {
      const failure = problemOf(error);
      this.#log.info({ ...line, status: failure.status, code: failure.code });
      answerOnSocket(socket, failure, requestId);
    }
  }

  async #open(
    target: Exclude<Target, { kind: 'live' }>,
    query: URLSearchParams,
    request: IncomingMessage,
    socket: Socket,
    signal: AbortSignal,
  ): Promise<Opened> {
    const sessionId = target.kind === 'connect' ? undefined : target.sessionId;
    const { client } = await this.#auth.admit(request, { inQuery: true, sessionId });
    if (target.kind === 'connect') return this.#create(client, query, socket, signal);

    const session = await this.#surfaces.resolve(this.#termsOf(client), target.sessionId, signal);
    this.#surfaces.mayCommand(session, leaseIn(request, query));
    this.#liveViews.mayCommand(session);
    const url =
      target.kind === 'page'
        ? devtoolsOf(session).pageUrl(target.targetId)
        : socketOf(session, target.protocol);
    return { session, url };
  }

  async #openLive(
    idOrName: string,
    query: URLSearchParams,
    request: IncomingMessage,
    signal: AbortSignal,
  ): Promise<OpenedLive> {
    const admitted = await this.#auth.admitWatcher(request, idOrName);
    const session = await this.#surfaces.resolve(this.#termsOf(admitted.client), idOrName, signal);
    const name = nameIn(query) ?? (admitted.expiresAt === undefined ? admitted.client : 'a guest');
    return { session, terms: { ...admitted, name } };
  }

  /** A session that lives as long as this socket. */
  async #create(
    client: string,
    query: URLSearchParams,
    socket: Socket,
    signal: AbortSignal,
  ): Promise<Opened> {
    if (this.#isDraining()) throw problem('server-draining', { detail: 'This server is shutting down.' });
    const wishes = readConnectQuery(query);
    const session = await this.#allocator.createSession(this.#termsOf(client), wishes, signal);
    const end = () => {
      // The last connection's leaving ends it; but this one may be gone before it joined.
      if (session.connections.size > 0) return;
      this.#background.run(
        'end unused session',
        this.#allocator.destroySession(client, session.id, 'disconnected'),
      );
    };
    try {
      signal.throwIfAborted();
      const url = socketOf(session);
      if (wishes.keepAlive !== true) socket.once('close', end);
      if (socket.closed) end();
      return { session, url };
    } catch (error) {
      end();
      throw error;
    }
  }
}

function speaksPlaywright(target: Target, query: URLSearchParams): boolean {
  const protocol = target.kind === 'browser' ? target.protocol : query.get('protocol');
  return protocol === 'playwright';
}

/** @throws Problem `route-not-found`. */
function findTarget(path: string): Target {
  if (path === '/connect') return { kind: 'connect' };
  const [, sessionId, rest = ''] = /^\/v1\/(?:sessions|surfaces)\/([^/]+)\/(.+)$/.exec(path) ?? [];
  if (sessionId !== undefined) {
    const protocol = SOCKET_PROTOCOLS.find((known) => known === rest);
    if (protocol !== undefined) return { kind: 'browser', sessionId, protocol };
    if (rest === 'live') return { kind: 'live', sessionId };
    const [, targetId] = /^devtools\/page\/([A-Za-z0-9-]{1,128})$/.exec(rest) ?? [];
    if (targetId !== undefined) return { kind: 'page', sessionId, targetId };
  }
  const [, ofGrid, spoken] = GRID_SOCKET.exec(path) ?? [];
  if (ofGrid !== undefined) {
    return { kind: 'browser', sessionId: ofGrid, protocol: spoken === 'cdp' ? 'cdp' : 'bidi' };
  }
  throw problem('route-not-found', { detail: `There is no WebSocket at ${path}.` });
}

/** How whoever watches wants to be called. */
function nameIn(query: URLSearchParams): string | undefined {
  return query.get('name')?.replace(CONTROL_CHARACTERS, '').trim().slice(0, 64) || undefined;
}

/** The token of a lease. Web pages send no headers with a WebSocket. */
function leaseIn({ headers }: IncomingMessage, query: URLSearchParams): string | undefined {
  const header = headers['moorage-lease'];
  return typeof header === 'string' ? header : (query.get('lease') ?? undefined);
}
