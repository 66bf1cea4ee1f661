// What people read: the reference at /docs, and the tables that problems and close frames point to. Nothing on these
// pages comes from another server.

import swaggerUi from '@fastify/swagger-ui';
import type { FastifyReply } from 'fastify';
import { PROBLEMS } from '../../errors.ts';
import { CLOSE_CODES } from '../../protocol/close-codes.ts';
import { EVENT_TYPES } from '../../protocol/events.ts';
import { SESSION_END_REASONS } from '../../protocol/sessions.ts';
import type { App } from '../parts.ts';

const CONTENT_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

export async function registerDocs(app: App): Promise<void> {
  const route = { config: { access: 'public' }, schema: { hide: true } } as const;

  app.get('/openapi.json', route, async (_, reply) => reply.send(app.swagger()));
  app.get('/', route, async (_, reply) => reply.redirect('/docs'));
  app.get('/docs/errors', route, async (_, reply) => sendPage(reply, 'Problems', problemTable()));
  app.get('/docs/events', route, async (_, reply) =>
    sendPage(reply, 'Events and close codes', eventTables()),
  );

  await app.register((docs, _, done) => {
    docs.addHook('onRoute', (options) => {
      options.config = { ...options.config, access: 'public' };
    });
    void docs.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: CONTENT_POLICY,
      theme: { title: 'Moorage API', css: [{ filename: 'moorage.css', content: STYLE }] },
      logo: { type: 'image/svg+xml', content: LOGO, href: '/docs' },
      uiConfig: { defaultModelsExpandDepth: 0, displayRequestDuration: true, tryItOutEnabled: true },
    });
    done();
  });
}

// There is only one document to explore.
const STYLE = '.swagger-ui .topbar .download-url-wrapper { visibility: hidden; }';

const LOGO =
  '<svg xmlns="http://www.w3.org/2000/svg" width="150" height="32"><text y="23" font-family="system-ui, sans-serif" font-size="22" font-weight="600" fill="#fff">Moorage</text></svg>';

function sendPage(reply: FastifyReply, title: string, content: string): unknown {
  return reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', CONTENT_POLICY)
    .send(
      `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Moorage</title>
<style>
  body { margin: 2rem auto; max-width: 70rem; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; color-scheme: light dark; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #8884; }
  code { font-size: .95em; }
  td:first-child code { white-space: nowrap; }
  tr:target { background: #fd06; }
</style>
<p><a href="/docs">Moorage API</a></p>
<h1>${title}</h1>
${content}
</html>
`,
    );
}

function problemTable(): string {
  const rows = Object.entries(PROBLEMS).map(
    ([code, { status, retryable, title, hint }]): Row => [
      code,
      [String(status), title, retryable ? 'yes' : 'no', hint],
    ],
  );
  return table(['Code', 'Status', 'What it means', 'Retryable', 'What to do'], rows);
}

function eventTables(): string {
  const events = Object.entries(EVENT_TYPES).map(([type, meaning]): Row => [type, [meaning]]);
  const reasons = Object.entries(SESSION_END_REASONS).map(([reason, meaning]): Row => [reason, [meaning]]);
  const codes = Object.values(CLOSE_CODES).map(({ code, meaning }): Row => [String(code), [meaning]]);
  return [
    '<h2>Events</h2>',
    table(['Type', 'What happened'], events),
    '<h2>Why sessions end</h2>',
    table(['Reason', 'What happened'], reasons),
    '<h2>Close codes of WebSockets</h2>',
    table(['Code', 'What happened'], codes),
  ].join('\n');
}

/** A name, which becomes the anchor of its row, and what is told of it. */
type Row = [name: string, cells: string[]];

function table(heads: string[], rows: Row[]): string {
  const head = heads.map((text) => `<th>${escapeHtml(text)}</th>`).join('');
  const lines = rows.map(([name, cells]) => {
    const rest = cells.map((text) => `<td>${renderText(text)}</td>`).join('');
    return `<tr id="${escapeHtml(name)}"><td><code>${escapeHtml(name)}</code></td>${rest}</tr>`;
  });
  return `<table>\n<tr>${head}</tr>\n${lines.join('\n')}\n</table>`;
}

/** HTML of a text whose code stands between backticks. */
function renderText(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
