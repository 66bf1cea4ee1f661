// Videos of recorded pages over HTTP: in ranges when they are complete, and as they come while they are made.

import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { problem } from '../../errors.ts';
import { requestedRange } from '../artifact-content.ts';
import { hangUpSignal } from '../hang-up.ts';
import { type App, type Parts, requesterOf } from '../parts.ts';
import { content } from '../schemas.ts';

const RecordingPath = Type.Object({ id: Type.String({ description: '`rec_…`' }) });

const VideoQuery = Type.Object(
  {
    page: Type.Optional(Type.String({ description: 'The page; unless given, that with the most pictures.' })),
  },
  { additionalProperties: false },
);

const WEBM = 'video/webm';

export function recordingVideoRoutes(app: App, { recordings }: Parts): void {
  app.get(
    '/v1/recordings/:id/video',
    {
      config: {
        problems: [
          'page-not-found',
          'range-not-satisfiable',
          'recording-not-found',
          'store-unavailable',
          'video-not-found',
        ],
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
      const video = await recordings.video(requesterOf(request).client, id, request.query.page);
      const { isGoingOn, pageId, sizeBytes } = video;
      reply.headers({
        'cache-control': 'private, no-cache',
        'content-disposition': `inline; filename="${id}-${pageId}.webm"`,
        'content-security-policy': "sandbox; default-src 'none'",
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
}
