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
  'viewer.css': 'text/css; charset=utf-8',
  'viewer.html': 'text/html; charset=utf-8',
  'viewer.js': 'text/javascript; charset=utf-8',
};

// The frame of a replay inherits this: recorded pages show their pictures and styles, and run no script at all.
const POLICY = [
  "default-src 'none'",
  "connect-src 'self'",
  'font-src * data:',
  "frame-ancestors 'none'",
  'img-src * data: blob:',
  'media-src * data: blob:',
  "script-src 'self'",
  "style-src * 'unsafe-inline'",
].join('; ');

export function viewerRoutes(app: App): void {
  const hidden = { config: { access: 'public' as const }, schema: { hide: true } };

  app.get('/recordings/:id', hidden, async (_, reply) => {
    reply.header('content-security-policy', POLICY).header('referrer-policy', 'no-referrer');
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
