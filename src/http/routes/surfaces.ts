// Surfaces over HTTP: named browsers that stay.

import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { problem } from '../../errors.ts';
import { StorageState, SurfaceName } from '../../protocol/sessions.ts';
import {
  LeaseCreate,
  LeaseGranted,
  Surface,
  SurfaceAttach,
  SurfaceClone,
  SurfaceList,
  SurfacePut,
} from '../../protocol/surfaces.ts';
import type { SurfaceSnapshot } from '../../surfaces/surfaces.ts';
import { hangUpSignal } from '../hang-up.ts';
import { type App, type Parts, requesterOf } from '../parts.ts';
import { answer, body, content } from '../schemas.ts';

const SurfacePath = Type.Object({ name: SurfaceName });
const ListQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
    cursor: Type.Optional(
      Type.String({ maxLength: 1024, description: '`nextCursor` of the page before this one.' }),
    ),
  },
  { additionalProperties: false },
);
export const LeaseHeaders = Type.Object({
  'moorage-lease': Type.Optional(
    Type.String({ maxLength: 256, description: 'The token of the lease that one holds of the surface.' }),
  ),
});

const ARCHIVE = 'application/gzip';
const Archive = { type: 'string', format: 'binary' };

/** The problems of whatever may launch a browser. */
const WAKING = [
  'backend-unavailable',
  'no-capacity',
  'quota-exceeded',
  'server-draining',
  'session-not-created',
  'store-unavailable',
] as const;

export function surfaceRoutes(app: App, parts: Parts): void {
  const { addresses, surfaces, termsOf } = parts;

  const view = (surface: SurfaceSnapshot, request: FastifyRequest): Surface => ({
    ...surface,
    ...addresses.ofSurface(surface, request.raw),
  });

  app.put(
    '/v1/surfaces/:name',
    {
      config: {
        problems: [
          ...WAKING,
          'capabilities-unmatched',
          'invalid-argument',
          'payload-too-large',
          'surface-locked',
          'unsupported-media-type',
        ],
      },
      schema: {
        operationId: 'putSurface',
        summary: 'Get or create a surface, and wake it',
        description:
          'Answers when its browser can be connected to. Members that are absent keep what they were; options that differ while it runs hold from the next launch on and stand in `pendingOptions`. The same request may be sent again.',
        tags: ['surfaces'],
        headers: LeaseHeaders,
        params: SurfacePath,
        body: body(SurfacePut),
        response: { 200: answer(Surface, 'The surface.'), 201: answer(Surface, 'It was made.') },
      },
      // `curl -X PUT` without a body asks for a surface as it comes.
      preValidation: async (request) => {
        if (request.body === undefined) request.body = {};
      },
    },
    async (request, reply) => {
      const { client } = requesterOf(request);
      const { name } = request.params;
      const asking = { lease: leaseOf(request), signal: hangUpSignal(reply) };
      const { surface, isNew } = await surfaces.putSurface(termsOf(client), name, request.body, asking);
      reply.code(isNew ? 201 : 200);
      return view(surface, request);
    },
  );

  app.get(
    '/v1/surfaces',
    {
      config: { problems: ['invalid-argument'] },
      schema: {
        operationId: 'listSurfaces',
        summary: 'List surfaces',
        description: 'Your surfaces by name, running or not. Without addresses: they carry secrets.',
        tags: ['surfaces'],
        querystring: ListQuery,
        response: { 200: answer(SurfaceList, 'A page of surfaces.') },
      },
    },
    (request) => {
      const { limit = 50, cursor } = request.query;
      return surfaces.listSurfaces(requesterOf(request).client, { limit, cursor });
    },
  );

  app.get(
    '/v1/surfaces/:name',
    {
      config: { problems: ['invalid-argument', 'surface-not-found'] },
      schema: {
        operationId: 'getSurface',
        summary: 'Look at a surface',
        description: 'Does not wake it and counts as no use.',
        tags: ['surfaces'],
        params: SurfacePath,
        response: { 200: answer(Surface, 'The surface.') },
      },
    },
    async (request) =>
      view(await surfaces.getSurface(requesterOf(request).client, request.params.name), request),
  );

  app.delete(
    '/v1/surfaces/:name',
    {
      config: { problems: ['invalid-argument', 'store-unavailable', 'surface-locked', 'surface-not-found'] },
      schema: {
        operationId: 'deleteSurface',
        summary: 'Delete a surface',
        description: 'Ends its browser and removes its profile. An attached Chrome is only let go.',
        tags: ['surfaces'],
        headers: LeaseHeaders,
        params: SurfacePath,
        response: { 200: answer(Surface, 'As it was; it is gone.') },
      },
    },
    (request) => surfaces.deleteSurface(requesterOf(request).client, request.params.name, leaseOf(request)),
  );

  app.post(
    '/v1/surfaces/:name/stop',
    {
      config: { problems: ['invalid-argument', 'store-unavailable', 'surface-locked', 'surface-not-found'] },
      schema: {
        operationId: 'stopSurface',
        summary: 'Stop a surface',
        description:
          'Ends its browser politely, so that cookies of the last second are kept. The next use launches it again with its tabs. An attached Chrome is only let go.',
        tags: ['surfaces'],
        headers: LeaseHeaders,
        params: SurfacePath,
        response: { 200: answer(Surface, 'The surface, stopped.') },
      },
    },
    async (request) => {
      const { name } = request.params;
      return view(await surfaces.stopSurface(requesterOf(request).client, name, leaseOf(request)), request);
    },
  );

  app.post(
    '/v1/surfaces/:name/attach',
    {
      config: {
        // Whoever may attach may drive any browser of this machine.
        access: 'admin',
        problems: [...WAKING, 'invalid-argument', 'surface-locked', 'unsupported-media-type'],
      },
      schema: {
        operationId: 'attachSurface',
        summary: 'Attach a surface to a Chrome that runs already',
        description:
          'By its DevTools port on the machine of the server, or by its profile folder. Moorage never stops such a Chrome, and finds it again when it was started anew.',
        tags: ['surfaces'],
        headers: LeaseHeaders,
        params: SurfacePath,
        body: body(SurfaceAttach),
        response: { 200: answer(Surface, 'The surface.') },
      },
    },
    async (request, reply) => {
      const { client } = requesterOf(request);
      const asking = { lease: leaseOf(request), signal: hangUpSignal(reply) };
      const { name } = request.params;
      return view(await surfaces.attachSurface(termsOf(client), name, request.body, asking), request);
    },
  );

  app.post(
    '/v1/surfaces/:name/clone',
    {
      config: {
        problems: [
          'invalid-argument',
          'quota-exceeded',
          'store-unavailable',
          'surface-not-found',
          'unsupported-media-type',
          'unsupported-operation',
        ],
      },
      schema: {
        operationId: 'cloneSurface',
        summary: 'Clone a surface',
        description:
          'The new one has the log-ins, storage, options and tabs, and is launched at its first use. One that runs is frozen while it is copied, some tenths of a second, and goes on.',
        tags: ['surfaces'],
        params: SurfacePath,
        body: body(SurfaceClone),
        response: { 201: answer(Surface, 'The new surface.') },
      },
    },
    async (request, reply) => {
      const { client } = requesterOf(request);
      const surface = await surfaces.cloneSurface(client, request.params.name, request.body.to);
      reply.code(201);
      return view(surface, request);
    },
  );

  app.get(
    '/v1/surfaces/:name/state',
    {
      config: { problems: [...WAKING, 'invalid-argument', 'surface-not-found'] },
      schema: {
        operationId: 'getSurfaceState',
        summary: 'Export cookies and localStorage',
        description: "In Playwright's storageState form. Wakes the surface.",
        tags: ['surfaces'],
        params: SurfacePath,
        response: { 200: Type.Unsafe<StorageState>({ ...StorageState, description: 'What it has stored.' }) },
      },
    },
    async (request, reply) => {
      const { client } = requesterOf(request);
      return surfaces.exportState(termsOf(client), request.params.name, hangUpSignal(reply));
    },
  );

  app.put(
    '/v1/surfaces/:name/state',
    {
      config: {
        problems: [
          ...WAKING,
          'invalid-argument',
          'payload-too-large',
          'surface-locked',
          'surface-not-found',
          'unsupported-media-type',
        ],
      },
      schema: {
        operationId: 'putSurfaceState',
        summary: 'Import cookies and localStorage',
        description:
          "In Playwright's storageState form; added to what the surface has. Wakes it. Pages see it when they are loaded again.",
        tags: ['surfaces'],
        headers: LeaseHeaders,
        params: SurfacePath,
        body: StorageState,
        response: { 204: Type.Null({ description: 'It was taken.' }) },
      },
    },
    async (request, reply) => {
      const { client } = requesterOf(request);
      const asking = { lease: leaseOf(request), signal: hangUpSignal(reply) };
      await surfaces.importState(termsOf(client), request.params.name, request.body, asking);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/v1/surfaces/:name/lease',
    {
      config: {
        problems: [
          'invalid-argument',
          'store-unavailable',
          'surface-locked',
          'surface-not-found',
          'unsupported-media-type',
        ],
      },
      schema: {
        operationId: 'takeLease',
        summary: 'Take, extend or steal the lease of a surface',
        description:
          'While it lasts, only requests with its token in `Moorage-Lease` may change anything; looking on is free to all. WebSockets (`?lease=`) that are open when it is taken are closed with 4423.',
        tags: ['surfaces'],
        params: SurfacePath,
        body: body(LeaseCreate),
        response: { 200: answer(LeaseGranted, 'The lease, with its token.') },
      },
      preValidation: async (request) => {
        if (request.body === undefined) request.body = {};
      },
    },
    (request) => {
      const { token = leaseOf(request), ...rest } = request.body;
      const lease = token === undefined ? rest : { ...rest, token };
      return surfaces.takeLease(requesterOf(request).client, request.params.name, lease);
    },
  );

  app.delete(
    '/v1/surfaces/:name/lease',
    {
      config: { problems: ['invalid-argument', 'store-unavailable', 'surface-locked', 'surface-not-found'] },
      schema: {
        operationId: 'releaseLease',
        summary: 'Give the lease of a surface back',
        description: 'With its token in `Moorage-Lease`. One that ran out is fine.',
        tags: ['surfaces'],
        headers: LeaseHeaders,
        params: SurfacePath,
        response: { 204: Type.Null({ description: 'Nobody holds it.' }) },
      },
    },
    async (request, reply) => {
      await surfaces.releaseLease(requesterOf(request).client, request.params.name, leaseOf(request));
      return reply.code(204).send(null);
    },
  );

  // Archives are streams, whatever the parsers of everybody else.
  app.register((scope: App, _, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      (_request: unknown, bytes: unknown, parsed: (error: null, body: unknown) => void) =>
        parsed(null, bytes),
    );
    archiveRoutes(scope, parts, view);
    done();
  });
}

function archiveRoutes(
  app: App,
  { surfaces, transfers }: Parts,
  view: (surface: SurfaceSnapshot, request: FastifyRequest) => Surface,
): void {
  app.get(
    '/v1/surfaces/:name/archive',
    {
      config: { problems: ['invalid-argument', 'surface-not-found', 'unsupported-operation'] },
      schema: {
        operationId: 'exportArchive',
        summary: 'Export a surface with its whole profile',
        description:
          'A .tar.gz with everything but caches. One that runs is frozen while it is copied, some tenths of a second, and goes on.',
        tags: ['surfaces'],
        params: SurfacePath,
        response: { 200: content(ARCHIVE, Archive, 'The archive.') },
      },
    },
    async (request, reply) => {
      const { name } = request.params;
      const bytes = await surfaces.exportArchive(requesterOf(request).client, name);
      reply.type(ARCHIVE).header('content-disposition', `attachment; filename="${name}.tar.gz"`);
      return reply.send(bytes);
    },
  );

  app.put(
    '/v1/surfaces/:name/archive',
    {
      config: {
        problems: [
          'invalid-argument',
          'quota-exceeded',
          'store-unavailable',
          'surface-locked',
          'timeout',
          'unsupported-operation',
        ],
      },
      schema: {
        operationId: 'importArchive',
        summary: 'Import a surface with its whole profile',
        description:
          'Of an archive that `GET …/archive` gave. It takes the place of the profile that the surface has, which is stopped before; where there is no such surface it is made.',
        tags: ['surfaces'],
        headers: LeaseHeaders,
        params: SurfacePath,
        consumes: [ARCHIVE],
        response: { 200: answer(Surface, 'The surface.'), 201: answer(Surface, 'It was made.') },
      },
    },
    async (request, reply) => {
      // The parser of this scope gives the stream itself, and nothing where there is no body.
      const source = request.body as Readable | undefined;
      if (!source) throw problem('invalid-argument', { detail: 'The body is to be the archive, a .tar.gz.' });
      const { client } = requesterOf(request);
      const { name } = request.params;
      transfers.allowUpload(request, reply);
      const made = await surfaces.importArchive(client, name, source, { lease: leaseOf(request) });
      reply.code(made.isNew ? 201 : 200);
      return view(made.surface, request);
    },
  );
}

/** The token of the lease that the sender holds. */
export function leaseOf({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  const token = headers['moorage-lease'];
  return typeof token === 'string' ? token : undefined;
}
