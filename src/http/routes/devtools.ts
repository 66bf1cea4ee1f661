// The DevTools discovery endpoints of each session, as Chrome's own but with our addresses in them, so that clients
// which are given an HTTP address (`connectOverCDP('http://…')`) find their way.

import { Type } from 'typebox';
import { problem } from '../../errors.ts';
import { devtoolsOf } from '../devtools.ts';
import { hangUpSignal } from '../hang-up.ts';
import { type App, type Parts, requesterOf } from '../parts.ts';
import { content } from '../schemas.ts';

const SessionPath = Type.Object({ id: Type.String({ description: '`ses_…`' }) });
const TokenQuery = Type.Object(
  { token: Type.Optional(Type.String({ description: 'The secret of the session, or an API key.' })) },
  { additionalProperties: true },
);

const TIMEOUT_MS = 10_000;

/** One record an endpoint of Chrome: the path, also without the name where Chrome has such an alias. */
const DISCOVERY = [
  {
    name: 'version',
    aliases: [],
    operationId: 'getDevtoolsVersion',
    summary: 'DevTools: the browser',
    answer: 'The browser, and the WebSocket address of the session.',
  },
  {
    name: 'list',
    aliases: ['json'],
    operationId: 'listDevtoolsTargets',
    summary: 'DevTools: the pages',
    answer: 'Pages and other targets, each with a WebSocket address.',
  },
  {
    name: 'protocol',
    aliases: [],
    operationId: 'getDevtoolsProtocol',
    summary: 'DevTools: the protocol',
    answer: 'The protocol that the browser speaks.',
  },
] as const;

export function devtoolsRoutes(app: App, { addresses, surfaces, termsOf }: Parts): void {
  for (const { name, aliases, operationId, summary, answer } of DISCOVERY) {
    const paths = [`json/${name}`, ...aliases].flatMap((path) => [
      `sessions/:id/${path}`,
      `surfaces/:id/${path}`,
    ]);
    for (const path of paths) {
      app.get(
        `/v1/${path}`,
        {
          config: {
            access: 'session',
            problems: ['backend-unavailable', 'session-ended', 'session-not-found', 'unsupported-operation'],
          },
          schema: {
            hide: path !== `sessions/:id/json/${name}`,
            operationId,
            summary,
            description: `As \`/json/${name}\` of Chrome itself, for clients that are given an HTTP address.`,
            tags: ['devtools'],
            params: SessionPath,
            querystring: TokenQuery,
            response: { 200: content('application/json', {}, answer) },
          },
        },
        async (request, reply) => {
          const { id } = request.params;
          const { client } = requesterOf(request);
          const session = await surfaces.resolve(termsOf(client), id, hangUpSignal(reply));
          const surfaceId = surfaces.findId(client, id);
          const place = surfaceId
            ? { id: surfaceId, path: `surfaces/${id}` }
            : { id, path: `sessions/${id}` };
          const { httpUrl } = devtoolsOf(session);
          const url = `${httpUrl}/json/${name}`;
          reply.type('application/json; charset=utf-8');
          // The protocol is large and names no address.
          if (name === 'protocol') return reply.send(await ask(url, (answer) => answer.text()));

          const found = await ask(url, (answer) => answer.json());
          const rewritten = rewrite(found, (targetId) =>
            targetId === undefined
              ? addresses.browserSocket(place, request.raw)
              : addresses.pageSocket(place, targetId, request.raw),
          );
          return reply.send(JSON.stringify(rewritten, null, 2));
        },
      );
    }
  }
}

/** @throws Problem `backend-unavailable`. */
async function ask<T>(url: string, read: (answer: Response) => Promise<T>): Promise<T> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return await read(response);
  } catch (cause) {
    const seen = cause instanceof Error ? cause.message : String(cause);
    throw problem('backend-unavailable', {
      detail: `The browser does not answer: ${seen}.`,
      cause,
      retryAfterSeconds: 1,
    });
  }
}

/** `value` with our addresses; those of DevTools' own front end, which would lead past us, are left out. */
function rewrite(value: unknown, addressOf: (targetId: string | undefined) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, addressOf));
  if (typeof value !== 'object' || value === null) return value;
  const { webSocketDebuggerUrl, ...rest } = value as Record<string, unknown>; // any object can be read by string keys
  const shown = Object.fromEntries(
    Object.entries(rest).filter(([name]) => !/^devtoolsFrontendUrl/.test(name)),
  );
  if (typeof webSocketDebuggerUrl !== 'string') return shown;
  const [, targetId] = /\/devtools\/page\/([^/?]+)$/.exec(webSocketDebuggerUrl) ?? [];
  return { ...shown, webSocketDebuggerUrl: addressOf(targetId) };
}
