// What happens in a page, read from its bounded buffer: at once, by a long poll, or as server-sent events.

import { once } from 'node:events';
import { Type } from 'typebox';
import { PAGE_EVENT_TYPES, PageEvent, PageEventList, type PageEventType } from '../../protocol/pages.ts';
import { answerJson } from '../answers.ts';
import { hangUpSignal } from '../hang-up.ts';
import { type App, type Parts, requesterOf } from '../parts.ts';
import { reference } from '../schemas.ts';
import { endAfter, sendEvents, wantsEvents } from '../server-sent-events.ts';
import { PAGE_PROBLEMS, PagePath } from './pages.ts';
import { splitLists } from './sessions.ts';

const MOST_AT_ONCE = 500;

const EventQuery = Type.Object(
  {
    after: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: 'Begins after the event of this `sequence`; 0 is the oldest that is kept.',
      }),
    ),
    types: Type.Optional(
      Type.Array(Type.Enum(Object.keys(PAGE_EVENT_TYPES) as PageEventType[]), {
        description: 'Only events of these types; repeated, or separated by commas.',
      }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_AT_ONCE, default: 100 })),
    waitMs: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 60_000,
        description: 'How long the answer waits for such an event where there is none yet.',
      }),
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

export function pageEventRoutes(app: App, { background, clock, pages, streams, termsOf }: Parts): void {
  app.get(
    '/v1/pages/:id/events',
    {
      config: { problems: PAGE_PROBLEMS },
      exposeHeadRoute: false,
      schema: {
        operationId: 'listPageEvents',
        summary: 'What happened in a page',
        description:
          'The newest `pages.eventBuffer` events are kept; `dropped` says how many of those asked for are not. With `Accept: text/event-stream` they are streamed as they happen, from now on unless a position is given; an event `dropped` stands where some are missing, and the stream ends when the page is closed.',
        tags: ['pages'],
        params: PagePath,
        querystring: EventQuery,
        headers: EventHeaders,
        response: {
          200: {
            description: 'Events, oldest first.',
            content: {
              'application/json': { schema: reference(PageEventList) },
              'text/event-stream': { schema: reference(PageEvent) },
            },
          },
        },
      },
      preValidation: splitLists('types'),
    },
    async (request, reply) => {
      const terms = termsOf(requesterOf(request).client);
      const { id } = request.params;
      const { types, limit = 100, waitMs = 0 } = request.query;
      const position = request.headers['last-event-id'] ?? request.query.after;
      const hungUp = hangUpSignal(reply);

      const read = (signal: AbortSignal) =>
        pages.events(terms, id, { after: position ?? 0, limit, ...(types && { types }) }, signal);
      const found = await read(hungUp);
      if (wantsEvents(request)) {
        const stream = streams.open(reply);
        const source = {
          // Of all types, so that the position moves on over those that the reader does not want.
          read: (after: number) => pages.events(terms, id, { after, limit: MOST_AT_ONCE }, stream.closed),
          subscribe: (listener: (event: PageEvent) => void) =>
            pages.subscribe(terms, id, listener, stream.closed),
          isLast: ({ type }: PageEvent) => type === 'close',
        };
        const sending = sendEvents(stream, source, { after: position, types });
        background.run('page event stream', endAfter(stream, sending, request.id));
        return reply;
      }
      if (found.data.length > 0 || waitMs === 0) return answerJson(reply, found);
      await waitForOne();
      return answerJson(reply, await read(hungUp));

      async function waitForOne(): Promise<void> {
        const done = new AbortController();
        const isWanted = ({ type }: PageEvent) => types === undefined || types.includes(type);
        const signal = AbortSignal.any([done.signal, hungUp]);
        const unsubscribe = await pages.subscribe(
          terms,
          id,
          (event) => isWanted(event) && done.abort(),
          hungUp,
        );
        const cancel = clock.after(waitMs, () => done.abort());
        try {
          // One may have come between the look and the subscription.
          const { data } = await read(hungUp);
          if (data.length === 0 && !signal.aborted) await once(signal, 'abort');
        } finally {
          cancel();
          unsubscribe();
        }
      }
    },
  );
}
