// Artifacts over HTTP: files that commands made, to be fetched, and files that are uploaded for commands to come.

import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { problem } from '../../errors.ts';
import { Artifact, ArtifactList } from '../../protocol/pages.ts';
import { sendArtifact } from '../artifact-content.ts';
import { type App, type Parts, requesterOf } from '../parts.ts';
import { answer } from '../schemas.ts';

const ArtifactPath = Type.Object({ id: Type.String({ description: '`art_…`' }) });

const UploadQuery = Type.Object(
  {
    name: Type.Optional(
      Type.String({ maxLength: 1024, description: 'What pages see as the name of the file.' }),
    ),
  },
  { additionalProperties: false },
);

const ListQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
    cursor: Type.Optional(
      Type.String({ maxLength: 1024, description: '`nextCursor` of the page before this one.' }),
    ),
  },
  { additionalProperties: false },
);

const Deleted = Type.Object(
  { id: Type.String(), status: Type.Literal('deleted') },
  { description: 'It is gone.' },
);

const BINARY = { type: 'string', format: 'binary' };

export function artifactRoutes(app: App, parts: Parts): void {
  uploadRoute(app, parts);
  const { artifacts } = parts;

  app.get(
    '/v1/artifacts',
    {
      config: { problems: ['invalid-argument'] },
      schema: {
        operationId: 'listArtifacts',
        summary: 'List artifacts',
        description: 'Your artifacts that have not expired, newest first.',
        tags: ['artifacts'],
        querystring: ListQuery,
        response: { 200: answer(ArtifactList, 'A page of artifacts.') },
      },
    },
    async (request) => {
      const { limit = 50, cursor } = request.query;
      return artifacts.list(requesterOf(request).client, { limit, ...(cursor !== undefined && { cursor }) });
    },
  );

  app.get(
    '/v1/artifacts/:id',
    {
      config: { problems: ['artifact-not-found', 'range-not-satisfiable'] },
      schema: {
        operationId: 'getArtifact',
        summary: 'Fetch an artifact',
        description:
          'Its bytes, to be saved and not shown. `Range`, `If-Range` and `If-None-Match` are understood; the `ETag` is its SHA-256.',
        tags: ['artifacts'],
        params: ArtifactPath,
        response: {
          200: { description: 'The whole.', content: { 'application/octet-stream': { schema: BINARY } } },
          206: { description: 'The range.', content: { 'application/octet-stream': { schema: BINARY } } },
          304: { description: 'It is what `If-None-Match` names.', type: 'null' },
        },
      },
    },
    async (request, reply) => {
      const { client } = requesterOf(request);
      const artifact = artifacts.get(client, request.params.id);
      return sendArtifact(request, reply, { client, artifact, artifacts });
    },
  );

  app.delete(
    '/v1/artifacts/:id',
    {
      config: { problems: ['artifact-not-found'] },
      schema: {
        operationId: 'deleteArtifact',
        summary: 'Delete an artifact',
        tags: ['artifacts'],
        params: ArtifactPath,
        response: { 200: Deleted },
      },
    },
    async (request) => {
      const { id } = request.params;
      await artifacts.delete(requesterOf(request).client, id);
      return { id, status: 'deleted' as const };
    },
  );
}

/** The one route whose body is not JSON: it is streamed to disk, whatever its type. */
function uploadRoute(app: App, { artifacts, transfers }: Parts): void {
  app.register((scope: App, _, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', async (_: FastifyRequest, payload: Readable) => payload);
    scope.post(
      '/v1/artifacts',
      {
        config: {
          problems: [
            'invalid-argument',
            'payload-too-large',
            'quota-exceeded',
            'store-unavailable',
            'timeout',
          ],
        },
        schema: {
          operationId: 'uploadArtifact',
          summary: 'Upload an artifact',
          description:
            'The body is the file, its `Content-Type` that of the artifact. Commands take the id, such as `setInputFiles`.',
          tags: ['artifacts'],
          consumes: ['application/octet-stream'],
          querystring: UploadQuery,
          body: Type.Unsafe<Readable | undefined>({ description: 'The bytes of the file.' }),
          response: { 201: answer(Artifact, 'The artifact.') },
        },
      },
      async (request, reply) => {
        const { client } = requesterOf(request);
        const { body: source = Buffer.alloc(0), query, headers } = request;
        const { name = 'file' } = query;
        const contentType = headers['content-type'] ?? 'application/octet-stream';
        transfers.allowUpload(request, reply);
        try {
          const artifact = await artifacts.write({ client }, source, { name, contentType });
          return reply.code(201).header('location', `/v1/artifacts/${artifact.id}`).send(artifact);
        } catch (cause) {
          if (!request.raw.readableAborted) throw cause;
          throw problem('invalid-argument', { detail: 'The upload broke off before its end.', cause });
        }
      },
    );
    done();
  });
}
