// The Fastify application: schemas, hooks that hold for every request, and the routes.

import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { problem } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { answerProblem, problemOf } from './answers.ts';
import type { Auth } from './auth.ts';
import type { Gate } from './gate.ts';
import type { LongTransfers } from './long-transfers.ts';
import { registerOpenApi } from './openapi.ts';
import type { Access, App, Parts } from './parts.ts';
import { artifactRoutes } from './routes/artifacts.ts';
import { backendRoutes } from './routes/backends.ts';
import { connectionRoutes } from './routes/connections.ts';
import { deviceRoutes } from './routes/devices.ts';
import { devtoolsRoutes } from './routes/devtools.ts';
import { registerDocs } from './routes/docs.ts';
import { eventRoutes } from './routes/events.ts';
import { keyRoutes } from './routes/keys.ts';
import { liveViewRoutes } from './routes/live-view.ts';
import { operationRoutes } from './routes/operations.ts';
import { pageEventRoutes } from './routes/page-events.ts';
import { pageRoutes } from './routes/pages.ts';
import { recordingVideoRoutes } from './routes/recording-videos.ts';
import { recordingRoutes } from './routes/recordings.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { surfaceRoutes } from './routes/surfaces.ts';
import { viewerRoutes } from './routes/viewer.ts';
import { webDriverRoutes } from './routes/webdriver.ts';
import { webDriverEndpointRoutes } from './routes/webdriver-endpoint.ts';
import { sharedSchemas } from './schemas.ts';
import { compileValidator, faultyRequest, type Part } from './validation.ts';

/** Everything that openapi.json describes. */
export async function registerRoutes(app: App, parts: Parts): Promise<void> {
  app.setValidatorCompiler(({ schema, httpPart }) => compileValidator(schema, httpPart as Part | undefined));
  app.setSchemaErrorFormatter((errors, part) =>
    // Fastify types the errors of every validator; ours gives those of ajv.
    faultyRequest(errors as Parameters<typeof faultyRequest>[0], part as Part),
  );
  for (const schema of sharedSchemas) app.addSchema(schema);
  await registerOpenApi(app);
  sessionRoutes(app, parts);
  surfaceRoutes(app, parts);
  webDriverRoutes(app, parts);
  webDriverEndpointRoutes(app, parts);
  pageRoutes(app, parts);
  pageEventRoutes(app, parts);
  artifactRoutes(app, parts);
  recordingRoutes(app, parts);
  recordingVideoRoutes(app, parts);
  liveViewRoutes(app, parts);
  viewerRoutes(app);
  connectionRoutes(app);
  devtoolsRoutes(app, parts);
  backendRoutes(app, parts);
  deviceRoutes(app, parts);
  eventRoutes(app, parts);
  keyRoutes(app, parts);
  operationRoutes(app, parts);
  await registerDocs(app);
}

/** What holds for every request, whatever its route. Has to be registered before the routes. */
export function registerHooks(
  app: App,
  {
    auth,
    gate,
    log,
    metrics,
    transfers,
  }: { auth: Auth; gate: Gate; log: Log; metrics: Metrics; transfers: LongTransfers },
): void {
  app.decorateRequest('requester', undefined);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, async (_: unknown, text: unknown) =>
    parseJson(String(text)),
  );

  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff' });
    // Clients send a type, even an empty one, where there is no body that could have it.
    if (!hasBody(request)) delete request.raw.headers['content-type'];
    const access = accessOf(request);
    if (access === 'open') return;
    gate.checkHost(request.headers.host);
    const { origin, host } = request.headers;
    if (gate.checkOrigin(origin, host) === 'allowed') {
      reply.headers(corsHeaders(request));
      if (isPreflight(request)) return reply.code(204).send();
    }
    if (access === 'public') {
      await auth.countUnidentified(request.raw);
      return;
    }
    reply.header('cache-control', 'no-store');
    request.requester = await auth.admit(request.raw, {
      inQuery: access === 'session' || request.routeOptions.config.tokenInQuery === true,
      sessionId: access === 'session' ? (request.params as { id: string }).id : undefined, // such routes have an `:id`
    });
    if (access === 'admin' && !request.requester.isAdmin) {
      throw problem('permission-denied', { detail: 'This needs a key with admin rights.' });
    }
  });

  app.setNotFoundHandler(async ({ method, url }) => {
    throw problem('route-not-found', { detail: `There is no ${method} ${pathIn(url)}.` });
  });

  app.setErrorHandler(async (error, request, reply) => {
    const failure = problemOf(error);
    // What fails because its client went away is what the client wanted.
    if (failure.code === 'internal' && !reply.raw.destroyed) {
      const err = failure.cause ?? failure;
      log.error({
        event: 'http.failed',
        requestId: request.id,
        method: request.method,
        route: routeOf(request),
        err,
      });
    }
    return answerProblem(reply, failure, request.id);
  });

  app.addHook('onSend', (_, reply, payload, done) => {
    if (payload instanceof Readable) transfers.watchDownload(reply.raw);
    done();
  });

  app.addHook('onResponse', async (request, reply) => {
    const { method } = request;
    const route = routeOf(request);
    metrics.httpRequests.observe(
      { method, route, status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    );
    const line = {
      event: 'http.request',
      requestId: request.id,
      method,
      // Without its query, which may hold a token.
      path: pathIn(request.url),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      client: request.requester?.client,
    };
    // Probes come every few seconds and say nothing new.
    if (accessOf(request) === 'open' || route === '/metrics') log.debug(line);
    else log.info(line);
  });
}

function accessOf({ is404, routeOptions }: FastifyRequest): Access {
  return is404 ? 'public' : (routeOptions.config.access ?? 'client');
}

function hasBody({ headers }: FastifyRequest): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = headers;
  return encoding !== undefined || length !== '0';
}

function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

function corsHeaders(request: FastifyRequest): Record<string, string> {
  return {
    'access-control-allow-origin': request.headers.origin ?? '',
    vary: 'Origin',
    'access-control-expose-headers':
      'accept-ranges, content-disposition, content-range, etag, idempotent-replayed, location, retry-after, x-request-id',
    ...(isPreflight(request) && {
      'access-control-allow-methods': 'DELETE, GET, POST, PUT',
      'access-control-allow-headers':
        'authorization, content-type, idempotency-key, if-none-match, if-range, last-event-id, moorage-lease, range, x-api-key, x-request-id',
      'access-control-allow-private-network': 'true',
      'access-control-max-age': '600',
    }),
  };
}

function parseJson(text: string): unknown {
  // A body of chunks turns out to be empty only here.
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    const seen = cause instanceof Error ? cause.message : String(cause);
    throw problem('invalid-argument', { detail: `The body is not valid JSON: ${seen}.`, cause });
  }
}

function routeOf({ is404, routeOptions }: FastifyRequest): string {
  return is404 ? 'none' : (routeOptions.url ?? 'none');
}

function pathIn(url: string): string {
  return url.replace(/\?.*$/s, '');
}
