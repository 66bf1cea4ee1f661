// Videos and thumbnails of recorded pages over HTTP. Videos come in ranges when they are complete, and as they are made
// before.

import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { problem } from '../../errors.ts';
import { requestedRange } from '../artifact-content.ts';
import { hangUpSignal } from '../hang-up.ts';
import { type App, type Parts, requesterOf } from '../parts.ts';
import { content } from '../schemas.ts';

const RecordingPath = Type.Object({ id: Type.String({ description: '`rec_…`' }) });

const VideoQuery = pageQuery('that with the most pictures');
const ThumbnailQuery = pageQuery('that whose picture is the newest');

const WEBM = 'video/webm';
const PROBLEMS = ['page-not-found', 'recording-not-found', 'store-unavailable', 'video-not-found'] as const;
/** What pages drew must not run where it could use this server's API. */
const POLICY = "sandbox; default-src 'none'";

export function recordingVideoRoutes(app: App, { recordings }: Parts): void {
  app.get(
    '/v1/recordings/:id/video',
    {
      config: {
        problems: [...PROBLEMS, 'range-not-satisfiable'],
      },
      exposeHeadRoute: false,
      schema: {
        operationId: 'getRecordingVideo',
        summary: 'The video of a page',
        description:
          'WebM (VP8), of sessions that were created with `record: {"video": true}`. Of a page that is still filmed it begins at the beginning and goes on as the video does, without ranges. Time zero is `startedAt` of the page’s `video`.',
        tags: ['recordings'],
        params: RecordingPath,
        querystring: VideoQuery,
        response: {
          200: content(WEBM, { type: 'string', format: 'binary' }, 'The video.'),
          206: content(WEBM, { type: 'string', format: 'binary' }, 'The range of it that was asked for.'),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const video = await recordings.reader.video(requesterOf(request).client, id, request.query.page);
      const { isGoingOn, pageId, sizeBytes } = video;
      reply.headers({
        'cache-control': 'private, no-cache',
        'content-disposition': `inline; filename="${id}-${pageId}.webm"`,
        'content-security-policy': POLICY,
        'content-type': WEBM,
      });
      if (isGoingOn) {
        reply.header('accept-ranges', 'none');
        return reply.send(Readable.from(video.follow(hangUpSignal(reply))));
      }
      const etag = `"${pageId}-${sizeBytes}"`;
      reply.headers({ 'accept-ranges': 'bytes', etag });
      const range = requestedRange(request.headers, etag, sizeBytes);
      if (range === 'unsatisfiable') {
        reply.header('content-range', `bytes */${sizeBytes}`);
        throw problem('range-not-satisfiable', { detail: `The video has ${sizeBytes} bytes.` });
      }
      const { start, end } = range ?? { start: 0, end: sizeBytes - 1 };
      if (range) reply.code(206).header('content-range', `bytes ${start}-${end}/${sizeBytes}`);
      reply.header('content-length', end - start + 1);
      return reply.send(await video.read({ start, end: end + 1 }));
    },
  );

  app.get(
    '/v1/recordings/:id/thumbnail',
    {
      config: { problems: PROBLEMS },
      exposeHeadRoute: false,
      schema: {
        operationId: 'getRecordingThumbnail',
        summary: 'A small picture of a page',
        description:
          'A JPEG of at most 320 pixels a side, as the page was at last. Pages that were never in front have none, nor have sessions with `mask`.',
        tags: ['recordings'],
        params: RecordingPath,
        querystring: ThumbnailQuery,
        response: { 200: content('image/jpeg', { type: 'string', format: 'binary' }, 'The picture.') },
      },
    },
    async (request, reply) => {
      const { client } = requesterOf(request);
      const picture = await recordings.reader.thumbnail(client, request.params.id, request.query.page);
      reply.headers({ 'cache-control': 'private, no-cache', 'content-security-policy': POLICY });
      return reply.type('image/jpeg').send(picture);
    },
  );
}

function pageQuery(otherwise: string) {
  return Type.Object(
    { page: Type.Optional(Type.String({ description: `The page; unless given, ${otherwise}.` })) },
    { additionalProperties: false },
  );
}
