// The WebSocket addresses as HTTP sees them: here for openapi.json, and for whoever comes without an upgrade.

import { Type } from 'typebox';
import { problem } from '../../errors.ts';
import { ConnectQuery } from '../connect-query.ts';
import type { App } from '../parts.ts';
import { content } from '../schemas.ts';

const TokenQuery = Type.Object(
  { token: Type.Optional(Type.String({ description: 'The secret of the session, or an API key.' })) },
  { additionalProperties: true },
);
const SessionPath = Type.Object({ id: Type.String({ description: '`ses_…`' }) });
const PagePath = Type.Object({
  id: Type.String({ description: '`ses_…`' }),
  targetId: Type.String({ description: 'As `json/list` names it.' }),
});

// The refusals of a WebSocket are close codes, so that clients that hide HTTP answers see them.
const response = {
  101: content('application/octet-stream', {}, 'A WebSocket. Refusals are close codes: see /docs/events.'),
};

const OTHER_PROTOCOLS = [
  {
    protocol: 'bidi',
    name: 'BiDi',
    description:
      'WebDriver BiDi, for sessions that speak it. A client that comes alone makes the session that it asks for with `session.new`; one that comes beside others joins theirs.',
  },
  {
    protocol: 'playwright',
    name: 'Playwright',
    description:
      "Playwright's own protocol (`browserType.connect`), for sessions that speak it. Clients of another minor version of Playwright are refused.",
  },
] as const;

export function connectionRoutes(app: App): void {
  const refuse = async () => {
    throw problem('upgrade-required', { detail: 'This is the address of a WebSocket.' });
  };

  app.get(
    '/connect',
    {
      config: { access: 'public', problems: ['upgrade-required'] },
      exposeHeadRoute: false,
      schema: {
        operationId: 'connect',
        summary: 'Create a session and connect to it (WebSocket)',
        description:
          'The session is made for this connection and destroyed when it closes, unless `keepAlive`. Sending may begin at once: what comes before the browser is there is kept, up to 128 messages.',
        tags: ['connections'],
        querystring: ConnectQuery,
        response,
      },
      attachValidation: true,
    },
    refuse,
  );

  app.get(
    '/v1/sessions/:id/cdp',
    {
      config: { access: 'public', problems: ['upgrade-required'] },
      exposeHeadRoute: false,
      schema: {
        operationId: 'connectToSession',
        summary: 'Connect to a session (WebSocket)',
        description:
          'CDP, as from the browser itself. Several clients may be connected; when the last one leaves, the session ends, unless `keepAlive`.',
        tags: ['connections'],
        params: SessionPath,
        querystring: TokenQuery,
        response,
      },
    },
    refuse,
  );

  for (const { protocol, name, description } of OTHER_PROTOCOLS) {
    app.get(
      `/v1/sessions/:id/${protocol}`,
      {
        config: { access: 'public', problems: ['upgrade-required'] },
        exposeHeadRoute: false,
        schema: {
          operationId: `connectToSessionOver${name}`,
          summary: `Connect to a session over ${name} (WebSocket)`,
          description,
          tags: ['connections'],
          params: SessionPath,
          querystring: TokenQuery,
          response,
        },
      },
      refuse,
    );
  }

  app.get(
    '/v1/sessions/:id/devtools/page/:targetId',
    {
      config: { access: 'public', problems: ['upgrade-required'] },
      exposeHeadRoute: false,
      schema: {
        operationId: 'connectToPage',
        summary: 'Connect to one page of a session (WebSocket)',
        description: 'CDP with one page, whose address `json/list` gives.',
        tags: ['connections'],
        params: PagePath,
        querystring: TokenQuery,
        response,
      },
    },
    refuse,
  );
}
