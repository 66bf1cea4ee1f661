// Recordings over HTTP: what there is, its events as they were and as they come, its requests and its console, and lists of
// events that go out and come in.

import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { problem } from '../../errors.ts';
import {
  RECORDING_STATES,
  Recording,
  RecordingList,
  RecordingPrune,
  RecordingsPruned,
} from '../../protocol/recordings.ts';
import { consoleTextOf, harOf, type PlacedEvent, type TailPosition } from '../../recording/recordings.ts';
import { version } from '../openapi.ts';
import { type App, type Parts, requesterOf } from '../parts.ts';
import { answer, body, content } from '../schemas.ts';
import { type EventStream, endAfter, wantsEvents } from '../server-sent-events.ts';
import { readTag, splitLists } from './sessions.ts';

const RecordingPath = Type.Object({ id: Type.String({ description: '`rec_…`' }) });

const Moment = (description: string) =>
  Type.String({
    pattern: '^(\\d{1,15}|\\d{4}-\\d\\d-\\d\\d([T ].+)?)$',
    maxLength: 64,
    description: `${description}: epoch milliseconds, or a date of ISO 8601.`,
  });

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
    after: Type.Optional(Moment('Only those that began then or later')),
    before: Type.Optional(Moment('Only those that began before')),
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

const ExportQuery = Type.Object(
  {
    page: Type.Optional(Type.String({ description: 'Only this page; a player shows one page at a time.' })),
    format: Type.Optional(
      Type.Enum(['json', 'ndjson'], {
        default: 'json',
        description: '`json` is one array, as rrweb-player takes it.',
      }),
    ),
  },
  { additionalProperties: false },
);

const TailHeaders = Type.Object({
  'last-event-id': Type.Optional(
    Type.String({
      pattern: '^\\d{1,15}\\.\\d{1,15}$',
      description: 'The `id` of the last event that the reader has. What came since follows, nothing twice.',
    }),
  ),
});

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
      const { session, tag = [], limit = 50, after, before, ...query } = request.query;
      return recordings.list(requesterOf(request).client, {
        ...query,
        limit,
        tags: Object.fromEntries(tag.map(readTag)),
        ...(session !== undefined && { sessionId: session }),
        ...(after !== undefined && { after: momentOf('after', after) }),
        ...(before !== undefined && { before: momentOf('before', before) }),
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
    (request) => recordings.removals.delete(requesterOf(request).client, request.params.id),
  );

  pruneRoute(app, parts);
  eventRoute(app, parts);
  exportRoute(app, parts);
  importRoute(app, parts);
  logRoutes(app, parts);
}

function pruneRoute(app: App, { recordings }: Parts): void {
  app.post(
    '/v1/recordings/prune',
    {
      config: {
        problems: ['invalid-argument', 'permission-denied', 'store-unavailable', 'unsupported-media-type'],
      },
      schema: {
        operationId: 'pruneRecordings',
        summary: 'Delete old recordings',
        description:
          'By age, number and size, as the server does by itself every minute; limits given here hold in the place of the configured ones, this once. Those that go on stay.',
        tags: ['recordings'],
        body: body(RecordingPrune),
        response: { 200: answer(RecordingsPruned, 'What was deleted, or would be.') },
      },
      preValidation: async (request) => {
        if (request.body === undefined) request.body = {};
      },
    },
    (request) => {
      const { client, isAdmin } = requesterOf(request);
      const { allClients = false, ...wish } = request.body;
      if (allClients && !isAdmin) {
        throw problem('permission-denied', { detail: 'Only admin keys may prune the recordings of all.' });
      }
      return recordings.removals.prune(allClients ? wish : { ...wish, client });
    },
  );
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
          "rrweb's events in the order of time, each with the `pageId` that it is of. With `Accept: text/event-stream` it is a live tail: it begins with the last full snapshot of each page (before `from`, where given), goes on as events are stored, and tells the recording's end by an event `end`. `Last-Event-ID` resumes it.",
        tags: ['recordings'],
        headers: TailHeaders,
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
      const ofPage = page === undefined ? {} : { pageId: page };
      if (wantsEvents(request)) {
        const { types, from, to = Number.POSITIVE_INFINITY } = query;
        const position = positionOf(request.headers);
        const abort = new AbortController();
        const events = await recordings.reader.follow(
          client,
          id,
          { ...ofPage, ...(from !== undefined && { from }), ...(position && { position }) },
          abort.signal,
        );
        const stream = streams.open(reply);
        stream.closed.addEventListener('abort', () => abort.abort());
        const isWanted = ({ type, timestamp }: PlacedEvent) =>
          timestamp <= to && (types === undefined || types.includes(type));
        const sent = sendTail(stream, events, isWanted);
        background.run('recording stream', endAfter(stream, sent, request.id));
        return reply;
      }
      return sendEvents(reply, format, await recordings.reader.events(client, id, { ...query, ...ofPage }));
    },
  );
}

function exportRoute(app: App, { recordings }: Parts): void {
  app.get(
    '/v1/recordings/:id/export',
    {
      config: {
        problems: ['invalid-argument', 'page-not-found', 'recording-not-found', 'store-unavailable'],
      },
      exposeHeadRoute: false,
      schema: {
        operationId: 'exportRecording',
        summary: 'Export a recording',
        description:
          'As one list of events, which stock rrweb-player takes and `POST /v1/recordings` of any server. The first is a custom event `moorage.recording` that describes the recording.',
        tags: ['recordings'],
        params: RecordingPath,
        querystring: ExportQuery,
        response: {
          200: content('application/json', { type: 'array', items: { type: 'object' } }, 'The events.'),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { page, format = 'json' } = request.query;
      const events = await recordings.reader.export(requesterOf(request).client, id, page);
      reply.header('content-disposition', `attachment; filename="${id}.${format}"`);
      return sendEvents(reply, format, events);
    },
  );
}

/** A list of events is a stream, whatever the parsers of everybody else. */
function importRoute(app: App, { recordings, transfers }: Parts): void {
  app.register((scope: App, _, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      ['application/json', 'application/x-ndjson'],
      async (_: FastifyRequest, payload: Readable) => payload,
    );
    scope.post(
      '/v1/recordings',
      {
        config: {
          problems: [
            'invalid-argument',
            'payload-too-large',
            'quota-exceeded',
            'store-unavailable',
            'timeout',
            'unsupported-media-type',
          ],
        },
        schema: {
          operationId: 'importRecording',
          summary: 'Import a recording',
          description:
            "An export of Moorage, or any list of rrweb's events: a JSON array, alone or as the member `events` of an object, or one event or such an object a line. Nothing is left of one that is refused.",
          tags: ['recordings'],
          consumes: ['application/json', 'application/x-ndjson'],
          body: Type.Unsafe<Readable | undefined>({ description: 'The events.' }),
          response: { 201: answer(Recording, 'The recording.') },
        },
      },
      async (request, reply) => {
        const { body: source = Readable.from([]), headers } = request;
        if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
          throw problem('unsupported-media-type', { detail: 'Send the events as they are, uncompressed.' });
        }
        transfers.allowUpload(request, reply);
        try {
          const recording = await recordings.imports.import(requesterOf(request).client, source);
          return reply.code(201).header('location', `/v1/recordings/${recording.id}`).send(recording);
        } catch (cause) {
          if (!request.raw.readableAborted) throw cause;
          throw problem('invalid-argument', { detail: 'The upload broke off before its end.', cause });
        }
      },
    );
    done();
  });
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
        description:
          'Those that scripts made (fetch, XMLHttpRequest, beacons and sockets) with headers and bodies, and what the browser loaded by itself, with timings.',
        tags: ['recordings'],
        params: RecordingPath,
        response: { 200: content('application/json', { type: 'object' }, 'A HAR file.') },
      },
    },
    async (request, reply) => {
      const events = await recordings.reader.events(requesterOf(request).client, request.params.id, {});
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
      const events = await recordings.reader.events(requesterOf(request).client, request.params.id, {});
      reply.type('text/plain; charset=utf-8');
      return reply.send(Readable.from(consoleTextOf(events)));
    },
  );
}

/** At the pace of the reader; what it misses meanwhile is read from the files. */
async function sendTail(
  stream: EventStream,
  events: AsyncGenerator<{ position: TailPosition; event: PlacedEvent }>,
  isWanted: (event: PlacedEvent) => boolean,
): Promise<void> {
  await stream.greet();
  for await (const { position, event } of events) {
    if (stream.closed.aborted) return;
    if (isWanted(event)) await stream.send('event', event, `${position.number}.${position.index}`);
  }
  if (!stream.closed.aborted) await stream.send('end', {});
}

function positionOf(headers: { 'last-event-id'?: string | undefined }): TailPosition | undefined {
  const [number, index] = headers['last-event-id']?.split('.').map(Number) ?? [];
  return number === undefined || index === undefined ? undefined : { number, index };
}

function momentOf(name: string, text: string): number {
  const at = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isNaN(at)) return at;
  throw problem('invalid-argument', { detail: `${name} is to be epoch milliseconds or a date: ${text}.` });
}

function sendEvents(
  reply: FastifyReply,
  format: 'json' | 'ndjson',
  events: AsyncIterable<object>,
): FastifyReply {
  reply.type(format === 'json' ? 'application/json; charset=utf-8' : NDJSON);
  return reply.send(Readable.from(format === 'json' ? asArray(events) : asLines(events)));
}

async function* asLines(events: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const event of events) yield `${JSON.stringify(event)}\n`;
}

async function* asArray(events: AsyncIterable<object>): AsyncGenerator<string> {
  let before = '[';
  for await (const event of events) {
    yield before + JSON.stringify(event);
    before = ',\n';
  }
  yield before === '[' ? '[]\n' : ']\n';
}
