// The event log as server-sent events.

import { Type } from 'typebox';
import { EVENT_TYPES, Event } from '../../protocol/events.ts';
import { type App, type Parts, requesterOf } from '../parts.ts';
import { content, reference } from '../schemas.ts';
import { splitLists } from './sessions.ts';

const EventQuery = Type.Object(
  {
    after: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: 'Begins after the event of this `sequence`; 0 is the oldest that is kept.',
      }),
    ),
    types: Type.Optional(
      Type.Array(Type.Enum(Object.keys(EVENT_TYPES)), {
        description: 'Only events of these types; repeated, or separated by commas.',
      }),
    ),
    token: Type.Optional(
      Type.String({ description: 'The API key, for web pages, whose EventSource sends no headers.' }),
    ),
  },
  { additionalProperties: false },
);

const EventHeaders = Type.Object({
  'last-event-id': Type.Optional(
    Type.Integer({
      minimum: 0,
      description: 'What an EventSource sends when it connects again; as `after`.',
    }),
  ),
});

export function eventRoutes(app: App, { background, streams }: Parts): void {
  app.get(
    '/v1/events',
    {
      config: { tokenInQuery: true, problems: ['invalid-argument'] },
      exposeHeadRoute: false,
      schema: {
        operationId: 'streamEvents',
        summary: 'Stream events',
        description:
          'What happens to your sessions, as server-sent events; admins see everything. Each event has its `sequence` as its id. Without a position the stream begins now. The newest 10,000 events are kept. A comment is sent every 15 seconds.',
        tags: ['events'],
        querystring: EventQuery,
        headers: EventHeaders,
        response: {
          200: content(
            'text/event-stream',
            reference(Event),
            'A stream that does not end. The `data` of each event is this object.',
          ),
        },
      },
      preValidation: splitLists('types'),
    },
    (request, reply) => {
      const { client, isAdmin } = requesterOf(request);
      const { after, types } = request.query;
      reply.hijack();
      reply.raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>), // only strings are set before
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // Reverse proxies would otherwise collect what should be seen at once.
        'x-accel-buffering': 'no',
      });
      const query = {
        after: request.headers['last-event-id'] ?? after,
        types,
        client: isAdmin ? undefined : client,
      };
      background.run('event stream', streams.serve(reply.raw, query));
    },
  );
}
