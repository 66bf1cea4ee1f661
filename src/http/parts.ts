// What the routes work with, put together by server.ts.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import type { ProblemCode } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Allocator, ClientTerms } from '../sessions/allocator.ts';
import type { Addresses } from './addresses.ts';
import type { EventStreams } from './event-streams.ts';
import type { Keys, Requester } from './keys.ts';
import type { Replies } from './replies.ts';

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
  | 'listSessions'
  | 'readiness'
  | 'resumeBackend'
  | 'updateMetrics'
>;

export interface Parts {
  addresses: Addresses;
  allocator: AllocatorDoor;
  background: Background;
  clock: Clock;
  isDraining: () => boolean;
  keys: Keys;
  log: Log;
  metrics: Metrics;
  replies: Replies;
  streams: EventStreams;
  termsOf: (client: string) => ClientTerms;
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
