// What the routes work with, put together by server.ts.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import type { ProblemCode } from '../errors.ts';
import type { EventLog } from '../events/events.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Artifacts } from '../pages/artifacts.ts';
import type { Pages } from '../pages/pages.ts';
import type { LiveViews } from '../recording/live-view.ts';
import type { Recordings } from '../recording/recordings.ts';
import type { Allocator, ClientTerms } from '../sessions/allocator.ts';
import type { Surfaces } from '../surfaces/surfaces.ts';
import type { WebDriverEndpoint } from '../webdriver/endpoint.ts';
import type { Addresses } from './addresses.ts';
import type { Keys, Requester } from './keys.ts';
import type { LongTransfers } from './long-transfers.ts';
import type { Replies } from './replies.ts';
import type { EventStreams } from './server-sent-events.ts';

/** What the door asks of the allocator. */
export type AllocatorDoor = Pick<
  Allocator,
  | 'createSession'
  | 'describeSession'
  | 'destroySession'
  | 'drainBackend'
  | 'findSession'
  | 'getSession'
  | 'listBackends'
  | 'listDevices'
  | 'listSessions'
  | 'readiness'
  | 'readySessions'
  | 'resumeBackend'
  | 'updateMetrics'
>;

/** What the door asks of the live views. */
export type LiveViewsDoor = Pick<
  LiveViews,
  'canShow' | 'checkWatch' | 'expectShown' | 'linkTo' | 'mayCommand' | 'readLink' | 'urlOf' | 'watch'
>;

/** What the door asks of the recordings. */
export type RecordingsDoor = Pick<Recordings, 'get' | 'imports' | 'list' | 'reader' | 'removals'>;

/** What the door asks of the pages. Sessions go by their id, surfaces also by their name. */
export type PagesDoor = Pick<
  Pages,
  'batch' | 'close' | 'command' | 'create' | 'events' | 'get' | 'list' | 'subscribe'
>;

/** What the door asks of the surfaces. */
export type SurfacesDoor = Omit<Surfaces, 'prepare' | 'start' | 'stop'>;

export interface Parts {
  addresses: Addresses;
  allocator: AllocatorDoor;
  artifacts: Artifacts;
  background: Background;
  clock: Clock;
  events: EventLog;
  isDraining: () => boolean;
  keys: Keys;
  liveViews: LiveViewsDoor;
  log: Log;
  metrics: Metrics;
  pages: PagesDoor;
  /** Results of commands that are larger are cut short, in bytes. */
  resultBytes: number;
  recordings: RecordingsDoor;
  replies: Replies;
  streams: EventStreams;
  surfaces: SurfacesDoor;
  termsOf: (client: string) => ClientTerms;
  transfers: LongTransfers;
  webDriver: Pick<WebDriverEndpoint, 'handle'>;
}

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/**
 * Who may use a route: `admin` and `client` by key, `session` also by the secret of the session in its path. `public`
 * needs no key; `open` is for probes, which may also come under any Host.
 */
export type Access = 'admin' | 'client' | 'open' | 'public' | 'session';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `client` unless given. */
    access?: Access;
    /** The problems of this route, for openapi.json, besides those that its access brings. */
    problems?: readonly ProblemCode[];
    /** `?token=` is accepted besides the headers. */
    tokenInQuery?: boolean;
  }
  interface FastifyRequest {
    requester: Requester | undefined;
  }
}

/** Who sends a request to a route that needs a key. */
export function requesterOf({ requester }: Pick<FastifyRequest, 'requester'>): Requester {
  if (!requester) throw new Error('this route admits everybody and has no requester');
  return requester;
}
