// The pages that people look at. They hold no data: their scripts read it over the API, with the key of whoever looks.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { problem } from '../../errors.ts';
import type { App } from '../parts.ts';

/** Where `npm run build` puts them; seen from the sources and from what is built of them. */
const BUILT = import.meta.url.endsWith('.ts')
  ? join(import.meta.dirname, '..', '..', '..', 'dist', 'web')
  : join(import.meta.dirname, '..', '..', 'web');

const TYPES: Readonly<Record<string, string>> = {
  'live.css': 'text/css; charset=utf-8',
  'live.html': 'text/html; charset=utf-8',
  'live.js': 'text/javascript; charset=utf-8',
  'recordings.css': 'text/css; charset=utf-8',
  'recordings.html': 'text/html; charset=utf-8',
  'recordings.js': 'text/javascript; charset=utf-8',
  'viewer.css': 'text/css; charset=utf-8',
  'viewer.html': 'text/html; charset=utf-8',
  'viewer.js': 'text/javascript; charset=utf-8',
};

// The frame of a replay inherits this: recorded pages run no script, send no form and load no frame, whatever was put into
// them. `remote` are the sources from which they may fetch pictures, styles and fonts.
const replayPolicy = (remote: '' | ' *') =>
  [
    "default-src 'none'",
    "base-uri 'none'",
    "connect-src 'self'",
    `font-src data:${remote}`,
    "form-action 'none'",
    "frame-ancestors 'none'",
    `img-src data: blob:${remote}`,
    `media-src 'self' data: blob:${remote}`,
    "script-src 'self'",
    `style-src 'self' 'unsafe-inline'${remote}`,
  ].join('; ');

// The list shows nothing that is recorded but thumbnails, which are fetched with a key where there is one.
const LIST_POLICY = [
  "default-src 'none'",
  "base-uri 'none'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "img-src 'self' blob: data:",
  "script-src 'self'",
  "style-src 'self'",
].join('; ');

export function viewerRoutes(app: App): void {
  const hidden = { config: { access: 'public' as const }, schema: { hide: true } };

  app.get('/recordings', hidden, async (_, reply) => {
    reply.header('content-security-policy', LIST_POLICY).header('referrer-policy', 'no-referrer');
    return sendAsset(reply, 'recordings.html');
  });

  app.get('/recordings/:id', hidden, async (request, reply) => {
    // Whoever wants nothing of it fetched opens `?pictures=off`: what was recorded is all that is shown.
    const isOffline = new URL(request.url, 'http://moorage').searchParams.get('pictures') === 'off';
    reply.header('content-security-policy', replayPolicy(isOffline ? '' : ' *'));
    reply.header('referrer-policy', 'no-referrer');
    return sendAsset(reply, 'viewer.html');
  });

  app.get(
    '/assets/:file',
    { ...hidden, schema: { hide: true, params: Type.Object({ file: Type.String() }) } },
    async (request, reply) => {
      const { file } = request.params;
      if (!Object.hasOwn(TYPES, file)) {
        throw problem('route-not-found', { detail: `There is no asset ${file}.` });
      }
      return sendAsset(reply, file);
    },
  );
}

/** Sends one of the files above. */
export async function sendAsset(reply: FastifyReply, file: string): Promise<FastifyReply> {
  const content = await readAsset(file);
  return reply
    .type(TYPES[file] ?? '')
    .header('cache-control', 'no-cache')
    .send(content);
}

async function readAsset(file: string): Promise<Buffer> {
  try {
    return await readFile(join(BUILT, file));
  } catch (cause) {
    throw problem('internal', { detail: 'The pages for people were not built: run `npm run build`.', cause });
  }
}
