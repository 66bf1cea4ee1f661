// Pages over HTTP: open, list, look at and close them, and send them commands, one by one or in batches.

import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { asProblem, type ProblemCode } from '../../errors.ts';
import type { Caller } from '../../pages/pages.ts';
import { fitReply } from '../../pages/results.ts';
import {
  Batch,
  BatchEnd,
  BatchOutcome,
  BatchReply,
  Command,
  CommandReply,
  MAX_COMMAND_TIMEOUT_MS,
  Page,
  PageCreate,
  PageList,
} from '../../protocol/pages.ts';
import { answerJson } from '../answers.ts';
import { hangUpSignal } from '../hang-up.ts';
import { type App, type Parts, requesterOf } from '../parts.ts';
import { answer, body, content, reference } from '../schemas.ts';
import { endAfter, wantsEvents } from '../server-sent-events.ts';
import { LeaseHeaders, leaseOf } from './surfaces.ts';

const SessionPath = Type.Object({
  id: Type.String({ description: '`ses_…`, or the name of a surface, which is woken.' }),
});
export const PagePath = Type.Object({ id: Type.String({ description: '`pag_…`' }) });

const ScreenshotQuery = Type.Object(
  {
    type: Type.Optional(Type.Enum(['jpeg', 'png', 'webp'])),
    fullPage: Type.Optional(Type.Boolean({ description: 'The whole page and not only what is in view.' })),
    quality: Type.Optional(Type.Integer({ minimum: 0, maximum: 100, description: 'Of a jpeg.' })),
    locator: Type.Optional(
      Type.String({ maxLength: 4096, description: 'A selector: only this element is shown.' }),
    ),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_COMMAND_TIMEOUT_MS })),
  },
  { additionalProperties: false },
);

const Image = Type.Unsafe<Buffer>({ type: 'string', format: 'binary' });

const Closed = Type.Object(
  { id: Type.String(), status: Type.Literal('closed') },
  { description: 'It is gone.' },
);

const SESSION_PROBLEMS = [
  'backend-unavailable',
  'browser-crashed',
  'invalid-argument',
  'server-draining',
  'session-ended',
  'session-not-created',
  'session-not-found',
  'surface-not-found',
  'timeout',
  'unsupported-operation',
] as const satisfies readonly ProblemCode[];

export const PAGE_PROBLEMS = [
  'backend-unavailable',
  'browser-crashed',
  'invalid-argument',
  'page-closed',
  'page-not-found',
  'session-ended',
  'timeout',
] as const satisfies readonly ProblemCode[];

const COMMAND_PROBLEMS = [
  ...PAGE_PROBLEMS,
  'address-refused',
  'artifact-not-found',
  'command-outcome-unknown',
  'dialog-open',
  'generation-changed',
  'handle-not-found',
  'navigation-failed',
  'payload-too-large',
  'quota-exceeded',
  'script-failed',
  'server-draining',
  'surface-locked',
  'unsupported-media-type',
  'unsupported-operation',
] as const satisfies readonly ProblemCode[];

export function pageRoutes(app: App, parts: Parts): void {
  sessionPageRoutes(app, parts);
  commandRoutes(app, parts);
}

function sessionPageRoutes(app: App, { pages, termsOf }: Parts): void {
  app.get(
    '/v1/sessions/:id/pages',
    {
      config: { access: 'session', problems: SESSION_PROBLEMS },
      schema: {
        operationId: 'listPages',
        summary: 'List the pages of a session',
        description: 'Its open tabs, in no particular order.',
        tags: ['pages'],
        params: SessionPath,
        response: { 200: answer(PageList, 'The pages.') },
      },
    },
    async (request, reply) => {
      const client = termsOf(requesterOf(request).client);
      return { data: await pages.list(client, request.params.id, hangUpSignal(reply)), nextCursor: null };
    },
  );

  app.post(
    '/v1/sessions/:id/pages',
    {
      config: {
        access: 'session',
        problems: [
          ...SESSION_PROBLEMS,
          'address-refused',
          'navigation-failed',
          'surface-locked',
          'unsupported-media-type',
        ],
      },
      schema: {
        operationId: 'createPage',
        summary: 'Open a page',
        description: 'A new tab, at `url` where one is given.',
        tags: ['pages'],
        params: SessionPath,
        headers: LeaseHeaders,
        body: body(PageCreate),
        response: { 201: answer(Page, 'The page is open.') },
      },
      preValidation: acceptNoBody,
    },
    async (request, reply) => {
      const client = termsOf(requesterOf(request).client);
      const { id } = request.params;
      const hungUp = hangUpSignal(reply);
      const page = await pages.create(client, id, request.body, callerOf(request), hungUp);
      // Nobody would know of it.
      if (hungUp.aborted) await pages.close(client, page.id, callerOf(request), new AbortController().signal);
      return reply.code(201).header('location', `/v1/pages/${page.id}`).send(page);
    },
  );

  app.get(
    '/v1/pages/:id',
    {
      config: { problems: PAGE_PROBLEMS },
      schema: {
        operationId: 'getPage',
        summary: 'Look at a page',
        tags: ['pages'],
        params: PagePath,
        response: { 200: answer(Page, 'The page.') },
      },
    },
    (request, reply) =>
      pages.get(termsOf(requesterOf(request).client), request.params.id, hangUpSignal(reply)),
  );

  app.delete(
    '/v1/pages/:id',
    {
      config: { problems: [...PAGE_PROBLEMS, 'surface-locked'] },
      schema: {
        operationId: 'closePage',
        summary: 'Close a page',
        tags: ['pages'],
        params: PagePath,
        headers: LeaseHeaders,
        response: { 200: Closed },
      },
    },
    async (request, reply) => {
      const client = termsOf(requesterOf(request).client);
      const { id } = request.params;
      await pages.close(client, id, callerOf(request), hangUpSignal(reply));
      return { id, status: 'closed' as const };
    },
  );
}

function commandRoutes(app: App, parts: Parts): void {
  const { background, pages, streams, termsOf } = parts;

  app.post(
    '/v1/pages/:id/command',
    {
      config: { problems: COMMAND_PROBLEMS },
      schema: {
        operationId: 'sendCommand',
        summary: 'Send a command to a page',
        description:
          'Playwright’s methods by Playwright’s names. Closing the request cancels the command. A result larger than `pages.resultSize` is cut short, and an artifact has the whole.',
        tags: ['pages'],
        params: PagePath,
        headers: LeaseHeaders,
        body: body(Command),
        response: {
          200: content('application/json', reference(CommandReply), 'What the command gave.'),
        },
      },
    },
    async (request, reply) => {
      const { client } = requesterOf(request);
      const { id } = request.params;
      const signal = hangUpSignal(reply);
      const made = await pages.command(termsOf(client), id, request.body, callerOf(request), signal);
      return answerJson(reply, await fit(parts, client, made));
    },
  );

  app.post(
    '/v1/pages/:id/commands',
    {
      config: { problems: COMMAND_PROBLEMS },
      schema: {
        operationId: 'sendCommands',
        summary: 'Send several commands to a page',
        description:
          'They run one after the other, up to the first that fails unless `stopOnError` is false; each has its outcome. Closing the request cancels the rest. With `Accept: text/event-stream` each outcome is sent as an event `outcome` as soon as it is there, its index in the batch as its id, and then an event `end`, or `problem` where the batch itself failed.',
        tags: ['pages'],
        params: PagePath,
        headers: LeaseHeaders,
        body: Type.Unsafe<Batch>(reference(Batch)), // with the commands that its type has besides the schema
        response: {
          200: {
            description: 'What became of each.',
            content: {
              'application/json': { schema: reference(BatchReply) },
              'text/event-stream': { schema: { anyOf: [reference(BatchOutcome), reference(BatchEnd)] } },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const { client } = requesterOf(request);
      const { id } = request.params;
      const terms = termsOf(client);
      const caller = callerOf(request);
      const finish = (outcome: BatchOutcome) => fitOutcome(parts, client, outcome, request.id);

      if (!wantsEvents(request)) {
        const signal = hangUpSignal(reply);
        const { outcomes, durationMs } = await pages.batch(terms, id, request.body, caller, signal);
        const finished = await Promise.all(outcomes.map(finish));
        return answerJson(reply, { outcomes: finished, durationMs });
      }
      // What is wrong with the page as a whole is still an answer of its own, before the stream begins.
      await pages.get(terms, id, hangUpSignal(reply));
      const stream = streams.open(reply);
      const run = async () => {
        let sent = Promise.resolve();
        const tell = (index: number, outcome: BatchOutcome) => {
          sent = sent.then(async () => stream.send('outcome', await finish(outcome), index));
          sent.catch(() => {}); // it is awaited at the end of the batch, which may be long after
        };
        try {
          const batch = await pages.batch(terms, id, request.body, caller, stream.closed, tell);
          await sent;
          await stream.send('end', { outcomes: batch.outcomes.length, durationMs: batch.durationMs });
        } finally {
          await sent;
        }
      };
      background.run('batch stream', endAfter(stream, run(), request.id));
      return reply;
    },
  );

  app.get(
    '/v1/pages/:id/screenshot',
    {
      config: { problems: COMMAND_PROBLEMS },
      exposeHeadRoute: false,
      schema: {
        operationId: 'getScreenshot',
        summary: 'A picture of a page',
        tags: ['pages'],
        params: PagePath,
        headers: LeaseHeaders,
        querystring: ScreenshotQuery,
        response: {
          200: {
            description: 'The image.',
            content: {
              'image/png': { schema: Image },
              'image/jpeg': { schema: Image },
              'image/webp': { schema: Image },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const { timeoutMs, locator, ...options } = request.query;
      const params = { ...options, ...(locator !== undefined && { locator }), encoding: 'base64' };
      const action = locator === undefined ? 'screenshot' : 'locator.screenshot';
      const command = { action, params, ...(timeoutMs !== undefined && { timeoutMs }) };
      const client = termsOf(requesterOf(request).client);
      const { id } = request.params;
      const { result } = await pages.command(client, id, command, callerOf(request), hangUpSignal(reply));
      const { base64, contentType } = result as { base64: string; contentType: string }; // as the table says of both
      return reply.type(contentType).send(Buffer.from(base64, 'base64'));
    },
  );
}

/** The reply as it fits, and what the artifact of a large result is made of. */
function fit({ artifacts, resultBytes }: Parts, client: string, reply: CommandReply): Promise<CommandReply> {
  return fitReply(reply, resultBytes, async (json) => {
    try {
      const as = { name: 'result.json', contentType: 'application/json' };
      return await artifacts.write({ client, pageId: reply.page.id }, json, as);
    } catch (error) {
      // The command has happened, so that its reply is worth more than the quota's problem.
      if (asProblem(error)) return undefined;
      throw error;
    }
  });
}

async function fitOutcome(
  parts: Parts,
  client: string,
  outcome: BatchOutcome,
  requestId: string,
): Promise<BatchOutcome> {
  return outcome.ok
    ? { ok: true, reply: await fit(parts, client, outcome.reply) }
    : { ok: false, problem: { ...outcome.problem, requestId } };
}

/** `curl -X POST` without a body asks for things as they come. */
async function acceptNoBody(request: FastifyRequest): Promise<void> {
  if (request.body === undefined) request.body = {};
}

function callerOf(request: Pick<FastifyRequest, 'headers'>): Caller {
  const lease = leaseOf(request);
  return lease === undefined ? {} : { lease };
}
