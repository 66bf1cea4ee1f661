// openapi.json: derived from the routes' own schemas, so that it cannot say anything else than they do.

import { readFileSync } from 'node:fs';
import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { type FastifyContextConfig, type FastifySchema, fastify } from 'fastify';
import type { ProblemCode } from '../errors.ts';
import { commandSchemas } from '../pages/commands.ts';
import { registerRoutes } from './app.ts';
import type { App, Parts } from './parts.ts';
import { problemAnswers } from './schemas.ts';

const DESCRIPTION = `One HTTP and WebSocket API that hands out real browser sessions.

**Sessions.** \`POST /v1/sessions\` answers with \`connectUrl\` for Puppeteer and every other CDP client and \`cdpUrl\` for
Playwright. Or connect to \`ws://…/connect?browser=chrome\`, whose session lasts as long as its connection.

**Pages.** \`POST /v1/pages/{id}/command\` takes Playwright's methods by Playwright's names, so that no connection has to
stay open between two steps. A surface's name stands wherever a session's id does.

**WebDriver.** \`/webdriver\` is what Selenium and its like take for a grid; BiDi and CDP of its sessions are served here.

**People** see recordings at \`/recordings\` and sessions at \`/live/{session}\`.

**Keys.** A server without keys serves its own machine only. With keys, send one as \`Authorization: Bearer …\` or
\`X-API-Key\`; WebSockets, event streams and a session's own addresses also take \`?token=\`. The token in a session's
addresses opens that session alone. Objects of other clients answer 404.

**Errors** are \`application/problem+json\` (RFC 9457) with a stable \`code\`: see [all problems](/docs/errors).
**WebSockets** close with a code and a reason: see [close codes and events](/docs/events).
Times are ISO 8601 in UTC, durations milliseconds. Unknown members are refused by name.`;

const OPENAPI: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Moorage',
      version: version(),
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'This server' }],
    tags: [
      { name: 'sessions', description: 'Browsers on lease.' },
      { name: 'pages', description: 'Tabs, and commands to them.' },
      { name: 'artifacts', description: 'Files that commands made or that were uploaded for them.' },
      { name: 'surfaces', description: 'Named browsers that stay.' },
      { name: 'connections', description: 'WebSockets to browsers.' },
      { name: 'live view', description: 'People watch sessions and take them over.' },
      { name: 'recordings', description: 'What happened in sessions.' },
      { name: 'devtools', description: 'What DevTools clients look up over HTTP.' },
      { name: 'backends', description: 'Where browsers come from.' },
      { name: 'events', description: 'What happens.' },
      { name: 'keys', description: 'Who may come in.' },
      { name: 'operations', description: 'For operators.' },
    ],
    components: {
      schemas: commandSchemas(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
    },
    security: [{ bearer: [] }, { apiKey: [] }],
  },
  // Here and not in the routes' own schemas, for which Fastify would make a serializer for each of them.
  transform: ({ schema, url, route }) => ({ url, schema: withProblems(schema, route.config) }),
  // Components are named by the `$id` of their schema.
  refResolver: {
    buildLocalReference: ({ $id }, _, __, index) => (typeof $id === 'string' ? $id : `def-${index}`),
  },
};

/** Has to be registered before the routes that it is to describe. */
export async function registerOpenApi(app: App): Promise<void> {
  await app.register(swagger, OPENAPI);
}

/** The text of openapi.json, the same for the same routes. */
export async function renderOpenApi(): Promise<string> {
  const app: App = fastify();
  // Only the schemas of the routes are read; no handler, which would need the parts, is ever called.
  await registerRoutes(app, {} as Parts);
  await app.ready();
  const text = JSON.stringify(app.swagger(), null, 2);
  await app.close();
  return `${text}\n`;
}

// What any route may answer that looks at Host and Origin.
const EVERYWHERE: readonly ProblemCode[] = ['host-refused', 'internal', 'origin-refused', 'rate-limited'];

function withProblems(
  schema: FastifySchema,
  { access = 'client', problems = [] }: FastifyContextConfig = {},
) {
  const codes = [
    ...problems,
    ...(access === 'open' ? [] : EVERYWHERE),
    ...(access === 'open' || access === 'public' ? [] : (['unauthorized'] as const)),
    ...(access === 'admin' ? (['permission-denied'] as const) : []),
  ];
  const { response = {} } = schema as { response?: object }; // Fastify leaves its type open
  return { ...schema, response: { ...response, ...problemAnswers(codes) } };
}

export function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).version;
}
