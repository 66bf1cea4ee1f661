// Sessions over HTTP: create, list, look at, destroy.

import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { problem } from '../../errors.ts';
import type { SessionId } from '../../ids.ts';
import { Session, SessionCreate, SessionList, SessionStatus } from '../../protocol/sessions.ts';
import type { Session as LiveSession } from '../../sessions/session.ts';
import type { Asking } from '../../surfaces/surfaces.ts';
import type { Addresses } from '../addresses.ts';
import { hangUpSignal } from '../hang-up.ts';
import { type App, type Parts, requesterOf } from '../parts.ts';
import { answer, body } from '../schemas.ts';
import { leaseOf } from './surfaces.ts';

const SessionPath = Type.Object({
  id: Type.String({ description: '`ses_…`, or the name of a surface' }),
});

const SessionQuery = Type.Object(
  {
    status: Type.Optional(
      Type.Array(Type.Enum(SessionStatus.enum), {
        description: 'Only sessions in one of these states; repeated, or separated by commas.',
      }),
    ),
    tag: Type.Optional(
      Type.Array(Type.String({ pattern: '^[^=]+=' }), {
        maxItems: 32,
        description: 'Only sessions with this tag, as `name=value`; repeated for several.',
      }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
    cursor: Type.Optional(
      Type.String({ maxLength: 1024, description: '`nextCursor` of the page before this one.' }),
    ),
  },
  { additionalProperties: false },
);

const CreationHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      pattern: '^[\\x21-\\x7e]+$',
      description:
        'The same key with the same body answers with the same session for 24 hours, so that a request whose answer was lost can be sent again.',
    }),
  ),
});

export function sessionRoutes(app: App, parts: Parts): void {
  const { addresses, allocator, liveViews, surfaces } = parts;

  /** The session as its owner sees it, addresses with their secret included. */
  const view = async (client: string, id: string, request: FastifyRequest): Promise<Session> => {
    const snapshot = await allocator.describeSession(client, sessionIdOf(parts, client, id));
    const { id: sessionId, status, surface } = snapshot;
    const live = status === 'ready' ? allocator.findSession(sessionId) : undefined;
    return {
      ...snapshot,
      ...addresses.ofSession(snapshot, request.raw),
      ...(live?.state.status === 'ready' &&
        liveViews.canShow(live.state.browser) && {
          liveViewUrl: liveViews.urlOf({ id: sessionId, client, surface }, addresses.base(request.raw), {
            canControl: true,
          }),
        }),
      ...webDriverOf(live, addresses, request.raw),
    };
  };

  app.post(
    '/v1/sessions',
    {
      config: {
        problems: [
          'backend-unavailable',
          'capabilities-unmatched',
          'idempotency-conflict',
          'invalid-argument',
          'no-capacity',
          'payload-too-large',
          'quota-exceeded',
          'surface-locked',
          'server-draining',
          'session-not-created',
          'store-unavailable',
          'unsupported-media-type',
        ],
      },
      schema: {
        operationId: 'createSession',
        summary: 'Create a session',
        description:
          'Answers when the browser can be connected to. With `surface` it is the session of that surface, which is made or woken as by `PUT /v1/surfaces/{name}` and knows no deadlines. Where every browser is in use, the request waits for up to `waitMs` in a fair queue; hanging up leaves it.',
        tags: ['sessions'],
        headers: CreationHeaders,
        body: body(SessionCreate),
        response: { 201: answer(Session, 'The session is ready.') },
      },
      // `curl -X POST` without a body asks for a session as it comes.
      preValidation: async (request) => {
        if (request.body === undefined) request.body = {};
      },
    },
    async (request, reply) => {
      const { client } = requesterOf(request);
      if (request.body.surface !== undefined) {
        const asking = { lease: leaseOf(request), signal: hangUpSignal(reply) };
        const sessionId = await wakeSurface(parts, client, request.body.surface, request.body, asking);
        reply.code(201).header('location', `/v1/sessions/${sessionId}`);
        return view(client, sessionId, request);
      }
      const { sessionId, isReplay } = await createSession(parts, {
        client,
        body: request.body,
        key: request.headers['idempotency-key'],
        hungUp: hangUpSignal(reply),
      });
      reply.code(201).header('location', `/v1/sessions/${sessionId}`);
      if (isReplay) reply.header('idempotent-replayed', 'true');
      return view(client, sessionId, request);
    },
  );

  app.get(
    '/v1/sessions',
    {
      config: { problems: ['invalid-argument', 'store-unavailable'] },
      schema: {
        operationId: 'listSessions',
        summary: 'List sessions',
        description:
          'Your sessions, newest first, those that ended a while ago included. Without addresses: they carry secrets.',
        tags: ['sessions'],
        querystring: SessionQuery,
        response: { 200: answer(SessionList, 'A page of sessions.') },
      },
      preValidation: splitLists('status'),
    },
    async (request) => {
      const { status, tag = [], limit = 50, cursor } = request.query;
      return allocator.listSessions(requesterOf(request).client, {
        limit,
        tags: Object.fromEntries(tag.map(readTag)),
        ...(status && { status }),
        ...(cursor !== undefined && { cursor }),
      });
    },
  );

  app.get(
    '/v1/sessions/:id',
    {
      config: { problems: ['session-not-found', 'store-unavailable'] },
      schema: {
        operationId: 'getSession',
        summary: 'Look at a session',
        description: 'Running or ended; after its end it is remembered for `sessions.retention`.',
        tags: ['sessions'],
        params: SessionPath,
        response: { 200: answer(Session, 'The session.') },
      },
    },
    (request) => view(requesterOf(request).client, request.params.id, request),
  );

  app.delete(
    '/v1/sessions/:id',
    {
      config: { problems: ['session-not-found', 'store-unavailable'] },
      schema: {
        operationId: 'destroySession',
        summary: 'Destroy a session',
        description:
          'Answers when its browser and everything of it are gone. Destroying it again answers the same.',
        tags: ['sessions'],
        params: SessionPath,
        response: { 200: answer(Session, 'The session has ended.') },
      },
    },
    async (request) => {
      const { client } = requesterOf(request);
      const id = sessionIdOf(parts, client, request.params.id);
      const { surface, status } = await allocator.describeSession(client, id);
      if (surface === undefined || status === 'ended') return allocator.destroySession(client, id);
      await surfaces.stopSurface(client, surface, leaseOf(request));
      return allocator.describeSession(client, id);
    },
  );
}

/** The id of a session, by itself or by the name of the surface that it runs. @throws Problem `session-not-found`. */
function sessionIdOf({ surfaces }: Parts, client: string, idOrName: string): string {
  if (surfaces.findId(client, idOrName) === undefined) return idOrName;
  const session = surfaces.findSession(client, idOrName);
  if (session) return session.id;
  throw problem('session-not-found', {
    detail: `Surface ${idOrName} does not run, so it has no session; connecting to it or PUT /v1/surfaces/${idOrName} wakes it.`,
  });
}

/**
 * Where its WebDriver is: the driver itself for who is on this machine, which costs nothing a command, and our endpoint,
 * which hands commands on, for everybody else and where a login stands between.
 */
function webDriverOf(
  session: LiveSession | undefined,
  addresses: Addresses,
  request: IncomingMessage,
): Partial<Session> {
  if (session?.state.status !== 'ready') return {};
  const { protocol, url, sessionId, isInternal } = session.state.browser.endpoint;
  if (protocol !== 'webdriver' || sessionId === undefined) return {};
  return addresses.isLocal(request) && !isInternal
    ? { webdriverUrl: url, webdriverSessionId: sessionId }
    : { webdriverUrl: `${addresses.base(request)}/webdriver`, webdriverSessionId: session.id };
}

/** The session of a surface, which outlives this request whatever becomes of it. */
async function wakeSurface(
  { surfaces, termsOf }: Parts,
  client: string,
  name: string,
  { surface: _, backend, keepAlive: __, timeoutMs: ___, idleTimeoutMs: ____, ...request }: SessionCreate,
  asking: Asking,
): Promise<string> {
  if (backend !== undefined) {
    const path = '/backend';
    const message = 'surfaces have a backend of their own; leave it out';
    throw problem('invalid-argument', {
      detail: `${path}: ${message}.`,
      members: { errors: [{ path, message }] },
    });
  }
  const { surface } = await surfaces.putSurface(termsOf(client), name, request, asking);
  if (surface.sessionId !== undefined) return surface.sessionId;
  throw problem('session-ended', { detail: `Surface ${name} was stopped again before this was answered.` });
}

/** A session for this request, destroyed again where its answer cannot be delivered: nobody would know of it. */
async function createSession(
  { allocator, background, isDraining, replies, termsOf }: Parts,
  request: { client: string; body: SessionCreate; key: string | undefined; hungUp: AbortSignal },
): Promise<{ sessionId: SessionId; isReplay: boolean }> {
  if (isDraining()) {
    throw problem('server-draining', { detail: 'This server is shutting down.', retryAfterSeconds: 10 });
  }
  const { client, body, key, hungUp } = request;
  const create = async (signal: AbortSignal) =>
    (await allocator.createSession(termsOf(client), body, signal)).id;
  // Whoever has a key can ask again and finds the session.
  if (key !== undefined) return replies.once({ client, key, body, signal: hungUp }, create);

  const sessionId = await create(hungUp);
  const destroy = () =>
    background.run('destroy undelivered session', allocator.destroySession(client, sessionId, 'canceled'));
  if (hungUp.aborted) destroy();
  else hungUp.addEventListener('abort', destroy, { once: true });
  return { sessionId, isReplay: false };
}

/** Lets lists in a query be written with commas, as people do in an address bar. */
export function splitLists(...names: string[]) {
  return async ({ query }: { query: unknown }): Promise<void> => {
    const members = query as Record<string, string | string[]>; // as the query parser gives them
    for (const name of names) {
      const given = members[name];
      if (given !== undefined) members[name] = [given].flat().flatMap((text) => text.split(','));
    }
  };
}

export function readTag(text: string): [name: string, value: string] {
  const end = text.indexOf('=');
  return [text.slice(0, end), text.slice(end + 1)];
}
