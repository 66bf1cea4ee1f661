// Recordings over HTTP: what there is, its events as they were and as they come, its requests and its console.

import { once } from 'node:events';
import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { RECORDING_STATES, Recording, RecordingList } from '../../protocol/recordings.ts';
import {
  consoleTextOf,
  harOf,
  type PlacedEvent,
  type RecordingListener,
} from '../../recording/recordings.ts';
import { version } from '../openapi.ts';
import { type App, type Parts, requesterOf } from '../parts.ts';
import { answer, content } from '../schemas.ts';
import { type EventStream, wantsEvents } from '../server-sent-events.ts';
import { readTag, splitLists } from './sessions.ts';

const RecordingPath = Type.Object({ id: Type.String({ description: '`rec_…`' }) });

const RecordingQuery = Type.Object(
  {
    status: Type.Optional(
      Type.Array(Type.Enum(Object.keys(RECORDING_STATES)), {
        description: 'Repeated, or separated by commas.',
      }),
    ),
    session: Type.Optional(Type.String({ description: 'Only those of this session.' })),
    surface: Type.Optional(Type.String({ description: 'Only those of this surface.' })),
    url: Type.Optional(Type.String({ description: 'Only those with a page whose URL holds this text.' })),
    hasErrors: Type.Optional(Type.Boolean()),
    tag: Type.Optional(Type.Array(Type.String({ pattern: '=' }), { description: '`name=value`, repeated.' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
    cursor: Type.Optional(Type.String({ description: '`nextCursor` of the page before this one.' })),
  },
  { additionalProperties: false },
);

const EventQuery = Type.Object(
  {
    page: Type.Optional(
      Type.String({ description: 'Only this page; needed where a player reads one page.' }),
    ),
    from: Type.Optional(
      Type.Number({
        minimum: 0,
        description: 'Epoch milliseconds. Everything since the last full snapshot before comes along.',
      }),
    ),
    to: Type.Optional(Type.Number({ minimum: 0 })),
    types: Type.Optional(
      Type.Array(Type.Integer({ minimum: 0, maximum: 6 }), {
        description: "rrweb's numbers of event types.",
      }),
    ),
    format: Type.Optional(
      Type.Enum(['json', 'ndjson'], {
        default: 'ndjson',
        description: '`json` is one array, as rrweb-player takes it.',
      }),
    ),
  },
  { additionalProperties: false },
);

const NDJSON = 'application/x-ndjson; charset=utf-8';

export function recordingRoutes(app: App, parts: Parts): void {
  const { recordings } = parts;

  app.get(
    '/v1/recordings',
    {
      config: { problems: ['invalid-argument', 'store-unavailable'] },
      schema: {
        operationId: 'listRecordings',
        summary: 'List recordings',
        description: 'Your recordings, newest first, those that go on included.',
        tags: ['recordings'],
        querystring: RecordingQuery,
        response: { 200: answer(RecordingList, 'A page of recordings.') },
      },
      preValidation: splitLists('status'),
    },
    (request) => {
      const { session, tag = [], limit = 50, ...query } = request.query;
      return recordings.list(requesterOf(request).client, {
        ...query,
        limit,
        tags: Object.fromEntries(tag.map(readTag)),
        ...(session !== undefined && { sessionId: session }),
      });
    },
  );

  app.get(
    '/v1/recordings/:id',
    {
      config: { problems: ['recording-not-found', 'store-unavailable'] },
      schema: {
        operationId: 'getRecording',
        summary: 'Look at a recording',
        description: 'Its pages, how much there is of each, and what is missing.',
        tags: ['recordings'],
        params: RecordingPath,
        response: { 200: answer(Recording, 'The recording.') },
      },
    },
    (request) => recordings.get(requesterOf(request).client, request.params.id),
  );

  app.delete(
    '/v1/recordings/:id',
    {
      config: { problems: ['invalid-argument', 'recording-not-found', 'store-unavailable'] },
      schema: {
        operationId: 'deleteRecording',
        summary: 'Delete a recording',
        description: 'With everything of it. One that goes on ends with its session.',
        tags: ['recordings'],
        params: RecordingPath,
        response: { 200: answer(Recording, 'The recording as it was.') },
      },
    },
    (request) => recordings.delete(requesterOf(request).client, request.params.id),
  );

  eventRoute(app, parts);
  logRoutes(app, parts);
}

function eventRoute(app: App, { background, recordings, streams }: Parts): void {
  app.get(
    '/v1/recordings/:id/events',
    {
      config: {
        problems: ['invalid-argument', 'page-not-found', 'recording-not-found', 'store-unavailable'],
      },
      exposeHeadRoute: false,
      schema: {
        operationId: 'readRecording',
        summary: "Read a recording's events",
        description:
          "rrweb's events in the order of time, each with the `pageId` that it is of. With `Accept: text/event-stream` the answer goes on with what is recorded from now on, and ends with the recording's reader.",
        tags: ['recordings'],
        params: RecordingPath,
        querystring: EventQuery,
        response: {
          200: content(
            NDJSON,
            { type: 'string' },
            'One event a line, or a JSON array, or server-sent events.',
          ),
        },
      },
      preValidation: splitLists('types'),
    },
    async (request, reply) => {
      const { client } = requesterOf(request);
      const { page, format = 'ndjson', ...query } = request.query;
      const { id } = request.params;
      const isWanted = (event: PlacedEvent) =>
        (page === undefined || event.pageId === page) &&
        (query.types === undefined || query.types.includes(event.type));
      if (wantsEvents(request)) {
        await recordings.get(client, id); // told as a problem, before there is a stream
        const stream = streams.open(reply);
        background.run(
          'recording stream',
          follow(stream, (listener) => recordings.subscribe(client, id, listener), isWanted),
        );
        return reply;
      }
      const events = await recordings.events(client, id, {
        ...query,
        ...(page !== undefined && { pageId: page }),
      });
      reply.type(format === 'json' ? 'application/json; charset=utf-8' : NDJSON);
      return reply.send(Readable.from(format === 'json' ? asArray(events) : asLines(events)));
    },
  );
}

function logRoutes(app: App, { recordings }: Parts): void {
  app.get(
    '/v1/recordings/:id/har',
    {
      config: { problems: ['recording-not-found', 'store-unavailable'] },
      exposeHeadRoute: false,
      schema: {
        operationId: 'getRecordingHar',
        summary: 'The requests of a recording as HAR 1.2',
        description: 'Those that scripts made: fetch, XMLHttpRequest, beacons and sockets.',
        tags: ['recordings'],
        params: RecordingPath,
        response: { 200: content('application/json', { type: 'object' }, 'A HAR file.') },
      },
    },
    async (request, reply) => {
      const events = await recordings.events(requesterOf(request).client, request.params.id, {});
      reply.type('application/json; charset=utf-8');
      return reply.send(Readable.from(harOf(events, version())));
    },
  );

  app.get(
    '/v1/recordings/:id/console',
    {
      config: { problems: ['recording-not-found', 'store-unavailable'] },
      exposeHeadRoute: false,
      schema: {
        operationId: 'getRecordingConsole',
        summary: 'The console of a recording as text',
        description: 'One line a message: time, level, text, and where it came from.',
        tags: ['recordings'],
        params: RecordingPath,
        response: { 200: content('text/plain', { type: 'string' }, 'The messages.') },
      },
    },
    async (request, reply) => {
      const events = await recordings.events(requesterOf(request).client, request.params.id, {});
      reply.type('text/plain; charset=utf-8');
      return reply.send(Readable.from(consoleTextOf(events)));
    },
  );
}

/** Sends what `subscribe` gives until either side has enough. A reader that is too slow is cut off by the stream itself. */
async function follow(
  stream: EventStream,
  subscribe: (listener: RecordingListener) => Promise<() => void>,
  isWanted: (event: PlacedEvent) => boolean,
): Promise<void> {
  await stream.greet();
  let sending = Promise.resolve();
  const unsubscribe = await subscribe({
    event(event) {
      if (isWanted(event)) sending = sending.then(() => stream.send('event', event));
    },
    end() {
      sending = sending.then(() => stream.end());
    },
  });
  if (!stream.closed.aborted) await once(stream.closed, 'abort');
  unsubscribe();
  await sending;
}

async function* asLines(events: AsyncIterable<PlacedEvent>): AsyncGenerator<string> {
  for await (const event of events) yield `${JSON.stringify(event)}\n`;
}

async function* asArray(events: AsyncIterable<PlacedEvent>): AsyncGenerator<string> {
  let before = '[';
  for await (const event of events) {
    yield before + JSON.stringify(event);
    before = ',\n';
  }
  yield before === '[' ? '[]\n' : ']\n';
}
