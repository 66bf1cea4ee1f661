// The door: one HTTP(S) server with the routes and the WebSocket upgrades behind it.

import { readFile } from 'node:fs/promises';
import type { IncomingMessage, Server } from 'node:http';
import { type AddressInfo, isIPv6, type Socket } from 'node:net';
import { type FastifyReply, type FastifyServerOptions, fastify } from 'fastify';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import { type Config, isLoopbackHost } from '../config.ts';
import { problem } from '../errors.ts';
import type { EventLog } from '../events/events.ts';
import { newId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Artifacts } from '../pages/artifacts.ts';
import type { Store } from '../store/store.ts';
import { WebDriverEndpoint } from '../webdriver/endpoint.ts';
import { Addresses } from './addresses.ts';
import { answerOnSocket, answerProblem, problemOf } from './answers.ts';
import { registerHooks, registerRoutes } from './app.ts';
import { Auth } from './auth.ts';
import { type ClientSettings, termsOf } from './clients.ts';
import { Gate } from './gate.ts';
import { Keys } from './keys.ts';
import { LongTransfers } from './long-transfers.ts';
import { version } from './openapi.ts';
import type {
  AllocatorDoor,
  App,
  LiveViewsDoor,
  PagesDoor,
  Parts,
  RecordingsDoor,
  SurfacesDoor,
} from './parts.ts';
import { RateLimits } from './rate-limits.ts';
import { Replies } from './replies.ts';
import { EventStreams } from './server-sent-events.ts';
import type { SessionSecrets } from './session-secrets.ts';
import { type RelayDoor, Upgrades } from './upgrades.ts';

export type { AllocatorDoor, LiveViewsDoor, PagesDoor, RecordingsDoor, SurfacesDoor } from './parts.ts';
export { SessionSecrets } from './session-secrets.ts';
export type { RelayDoor } from './upgrades.ts';

export type HttpConfig = ClientSettings &
  Pick<Config, 'host' | 'http' | 'keys' | 'port' | 'publicUrl' | 'tls'> & {
    pages: Pick<Config['pages'], 'resultSize'>;
  };

export interface HttpServerOptions {
  config: HttpConfig;
  allocator: AllocatorDoor;
  relay: RelayDoor;
  pages: PagesDoor;
  recordings: RecordingsDoor;
  liveViews: LiveViewsDoor;
  surfaces: SurfacesDoor;
  artifacts: Artifacts;
  events: EventLog;
  secrets: SessionSecrets;
  store: Store;
  metrics: Metrics;
  log: Log;
  clock: Clock;
  background: Background;
}

export interface HttpServer {
  /** For tests that send requests without a socket. */
  app: App;
  /** Where it listens, as this machine reaches it. */
  readonly url: string;
  /** @throws Error that names the port where it cannot be had. */
  listen(): Promise<{ url: string }>;
  /** From now on readiness is red and new sessions are refused; everything else goes on. */
  beginDrain(): void;
  /** Stops listening and ends event streams and idle connections; resolves when no connection is left. */
  close(): Promise<void>;
}

/** How long a client may take to send a request, its body included; uploads have their own deadline. */
const REQUEST_TIMEOUT_MS = 120_000;
/** How long requests under way may take once the server closes. */
const CLOSE_GRACE_MS = 5000;

/**
 * Puts the server together; `listen` opens it.
 * @throws Error that names the file where TLS is configured and cannot be set up.
 */
export async function createServer(options: HttpServerOptions): Promise<HttpServer> {
  const {
    config,
    allocator,
    artifacts,
    pages,
    liveViews,
    recordings,
    relay,
    events,
    secrets,
    store,
    surfaces,
    metrics,
    log,
    clock,
    background,
  } = options;
  const isLoopback = isLoopbackHost(config.host);
  const keys = await Keys.open({ configured: config.keys, store, clock, mayBeEmpty: isLoopback });
  const limits = new RateLimits({ settings: config, metrics });
  const auth = new Auth({ keys, secrets, limits, isLoopback, allocator, liveViews, store, surfaces });
  const gate = new Gate({ host: config.host, publicUrl: config.publicUrl, ...config.http });
  const streams = new EventStreams({ clock, metrics });
  const transfers = new LongTransfers({ clock, metrics });
  let isDraining = false;

  const webDriver = new WebDriverEndpoint({
    allocator,
    surfaces,
    mayCommand: (session) => liveViews.mayCommand(session),
    keepFile: async (owner, { name, content }) => {
      const { id } = await artifacts.write(owner, content, { name, contentType: 'application/octet-stream' });
      return (await artifacts.tableFor(owner).path(id)).path;
    },
    clock,
    version: version(),
  });
  const parts: Parts = {
    addresses: new Addresses({ publicUrl: config.publicUrl, isSecure: config.tls !== undefined, secrets }),
    allocator,
    artifacts,
    background,
    clock,
    events,
    isDraining: () => isDraining,
    keys,
    liveViews,
    log,
    metrics,
    pages,
    resultBytes: config.pages.resultSize,
    recordings,
    replies: new Replies({ store, clock }),
    streams,
    surfaces,
    termsOf: (client) => termsOf(client, config),
    transfers,
    webDriver,
  };

  const app = await createApp(config, transfers);
  registerHooks(app, { auth, gate, log, metrics, transfers });
  await registerRoutes(app, parts);
  const upgrades = new Upgrades({ ...parts, auth, gate, relay, requestId });
  // Node types the socket as any stream, but an HTTP(S) server gives that of TCP or TLS.
  app.server.on('upgrade', (request, socket, head) => upgrades.handle(request, socket as Socket, head));
  await app.ready();

  return {
    app,
    get url() {
      return urlOf(app.server, config);
    },
    async listen() {
      await listen(app, config);
      return { url: urlOf(app.server, config) };
    },
    beginDrain() {
      isDraining = true;
    },
    async close() {
      isDraining = true;
      streams.close();
      const cancel = clock.after(CLOSE_GRACE_MS, () => app.server.closeAllConnections());
      await app.close();
      cancel();
      await webDriver.close();
      await keys.close();
    },
  };
}

async function createApp(config: HttpConfig, transfers: LongTransfers): Promise<App> {
  const options = {
    bodyLimit: config.http.bodyLimit,
    requestTimeout: REQUEST_TIMEOUT_MS,
    genReqId: requestId,
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 512 },
    frameworkErrors: (error, request, reply) => {
      // Typed for a route's own answers; a problem is one of every route.
      answerProblem(reply as FastifyReply, problemOf(error), request.id);
    },
    clientErrorHandler: (error, socket) => {
      if (!socket.writable) return;
      // Node tells of it once for each request, and does nothing by itself where somebody listens.
      if (isRequestTimeout(error) && transfers.isUpload(socket)) return;
      const detail = `The request cannot be read: ${error.message}.`;
      answerOnSocket(socket, problem('invalid-argument', { detail }), newId('req'));
    },
  } satisfies FastifyServerOptions;
  const tls = await readTls(config.tls);
  if (!tls) return fastify(options);
  try {
    // Fastify types HTTPS servers apart; the routes do not tell them from HTTP ones.
    return fastify({ ...options, https: tls }) as unknown as App;
  } catch (cause) {
    const seen = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`tls.certFile and tls.keyFile cannot be used: ${seen}`, { cause });
  }
}

function isRequestTimeout(error: Error): boolean {
  return 'code' in error && error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
}

async function readTls(tls: Config['tls']): Promise<{ cert: Buffer; key: Buffer } | undefined> {
  if (!tls) return undefined;
  const read = async (name: 'certFile' | 'keyFile') => {
    try {
      return await readFile(tls[name]);
    } catch (cause) {
      const seen = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`tls.${name} cannot be read: ${seen}`, { cause });
    }
  };
  return { cert: await read('certFile'), key: await read('keyFile') };
}

async function listen(app: App, { host, port }: HttpConfig): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    throw new Error(listenFailure(cause as NodeJS.ErrnoException, host, port), { cause }); // what `listen` rejects with
  }
}

function listenFailure({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use by another program, perhaps another Moorage. Choose another one, or take a free one with --port 0.`;
    case 'EACCES':
      return `Port ${port} on ${host} may not be used by this account: ports below 1024 need more rights. Choose another one with --port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is no address of this machine. Choose another one with --host.`;
    default:
      return `Cannot listen on ${host}, port ${port}: ${message}`;
  }
}

/** Where this machine reaches the server. */
function urlOf(server: Server, { host, tls }: HttpConfig): string {
  const address = server.address();
  if (address === null) throw new Error('the server does not listen yet');
  const { port } = address as AddressInfo; // TCP, so never a path
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : isIPv6(host) ? `[${host}]` : host;
  return `${tls ? 'https' : 'http'}://${name}:${port}`;
}

/** The id that the client gave its request, or a fresh one. */
function requestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : newId('req');
}
