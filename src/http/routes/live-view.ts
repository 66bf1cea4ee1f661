// Live views over HTTP: the page that people open, links to it, and its WebSocket as HTTP sees it.

import { Type } from 'typebox';
import { problem } from '../../errors.ts';
import { LiveLink, LiveLinkCreate } from '../../protocol/live-view.ts';
import { hangUpSignal } from '../hang-up.ts';
import { type App, type Parts, requesterOf } from '../parts.ts';
import { answer, body, content } from '../schemas.ts';
import { sendAsset } from './viewer.ts';

const SessionPath = Type.Object({ id: Type.String({ description: '`ses_…`, or the name of a surface' }) });

const DEFAULT_LINK_MS = 3_600_000;

// Pictures are drawn on a canvas; nothing of a watched page is ever a part of this one.
const POLICY = [
  "default-src 'none'",
  "base-uri 'none'",
  "connect-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "script-src 'self'",
  "style-src 'self'",
].join('; ');

export function liveViewRoutes(app: App, { addresses, liveViews, surfaces, termsOf }: Parts): void {
  app.get('/live/:id', { config: { access: 'public' }, schema: { hide: true } }, async (_, reply) => {
    reply.header('content-security-policy', POLICY).header('referrer-policy', 'no-referrer');
    return sendAsset(reply, 'live.html');
  });

  app.post(
    '/v1/sessions/:id/live-links',
    {
      config: {
        problems: [
          'backend-unavailable',
          'invalid-argument',
          'session-ended',
          'session-not-found',
          'unsupported-media-type',
          'unsupported-operation',
        ],
      },
      schema: {
        operationId: 'createLiveLink',
        summary: 'Make a link to the live view of a session',
        description:
          'It opens in any browser without an API key, shows this session alone, and ends with it. The link to a surface, by its name, opens its next launches too.',
        tags: ['live view'],
        params: SessionPath,
        body: body(LiveLinkCreate),
        response: { 201: answer(LiveLink, 'The link. It is kept nowhere.') },
      },
      preValidation: async (request) => {
        if (request.body === undefined) request.body = {};
      },
    },
    async (request, reply) => {
      const { client } = requesterOf(request);
      const { canControl = false, expiresInMs = DEFAULT_LINK_MS } = request.body;
      const session = await surfaces.resolve(termsOf(client), request.params.id, hangUpSignal(reply));
      liveViews.expectShown(session);
      const base = addresses.base(request.raw);
      const { url, expiresAt } = liveViews.linkTo(session, { canControl, expiresInMs }, base);
      reply.code(201);
      return { url, canControl, expiresAt: new Date(expiresAt).toISOString() };
    },
  );

  app.get(
    '/v1/sessions/:id/live',
    {
      config: { access: 'public', problems: ['upgrade-required'] },
      exposeHeadRoute: false,
      schema: {
        operationId: 'watchSession',
        summary: 'Watch a session (WebSocket)',
        description:
          'Pictures of a page as binary messages, everything else as JSON; who has taken over sends what a hand does. See docs/live-view.md.',
        tags: ['live view'],
        params: SessionPath,
        querystring: Type.Object(
          {
            token: Type.Optional(
              Type.String({ description: 'Of a link, the secret of the session, or an API key.' }),
            ),
            name: Type.Optional(Type.String({ description: 'How the others see whoever watches.' })),
          },
          { additionalProperties: true },
        ),
        response: {
          101: content(
            'application/octet-stream',
            {},
            'A WebSocket. Refusals are close codes: see /docs/events.',
          ),
        },
      },
    },
    async () => {
      throw problem('upgrade-required', { detail: 'This is the address of a WebSocket.' });
    },
  );
}
