// The event log as server-sent events.

import { Type } from 'typebox';
import type { EventLog } from '../../events/events.ts';
import { EVENT_TYPES, Event } from '../../protocol/events.ts';
import { type App, type Parts, requesterOf } from '../parts.ts';
import { content, reference } from '../schemas.ts';
import { type EventSource, endAfter, sendEvents } from '../server-sent-events.ts';
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

const PAGE_SIZE = 100;

export function eventRoutes(app: App, { background, events, streams }: Parts): void {
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
      const source = sourceFor(events, isAdmin ? undefined : client);
      const { types } = request.query;
      const after = request.headers['last-event-id'] ?? request.query.after;
      const stream = streams.open(reply);
      background.run(
        'event stream',
        endAfter(stream, sendEvents(stream, source, { after, types }), request.id),
      );
    },
  );
}

/** The events of `client`, or of everybody. */
function sourceFor(events: EventLog, client: string | undefined): EventSource<Event> {
  return {
    read: async (after) => {
      const data = await events.read({ after, limit: PAGE_SIZE, ...(client !== undefined && { client }) });
      return { data, dropped: 0, last: data.at(-1)?.sequence ?? after };
    },
    subscribe: async (listener) =>
      events.subscribe((event) => {
        if (client === undefined || event.client === client) listener(event);
      }),
  };
}
