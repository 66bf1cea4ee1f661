// The bytes of an artifact as an answer: whole or a range of them, and never as a page of our own origin.

import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problem } from '../errors.ts';
import type { Artifacts } from '../pages/artifacts.ts';
import type { Artifact } from '../protocol/pages.ts';

/** Streams `artifact`, or the part that the request asks for (RFC 9110, 14.2: one range of bytes). @throws Problem `range-not-satisfiable`. */
export function sendArtifact(
  { headers, method }: Pick<FastifyRequest, 'headers' | 'method'>,
  reply: FastifyReply,
  { client, artifact, artifacts }: { client: string; artifact: Artifact; artifacts: Artifacts },
): FastifyReply {
  const { id, sizeBytes } = artifact;
  const etag = `"${artifact.sha256}"`;
  reply.headers({
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    'content-disposition': disposition(artifact.name),
    // What pages made or served must not run where it could use this server's API.
    'content-security-policy': "sandbox; default-src 'none'",
    etag,
  });
  if (matches(headers['if-none-match'], etag)) return reply.code(304).send();

  reply.type(artifact.contentType);
  const range = requestedRange(headers, etag, sizeBytes);
  if (range === 'unsatisfiable') {
    reply.header('content-range', `bytes */${sizeBytes}`);
    throw problem('range-not-satisfiable', { detail: `The artifact has ${sizeBytes} bytes.` });
  }
  const { start, end } = range ?? { start: 0, end: sizeBytes - 1 };
  if (range) reply.code(206).header('content-range', `bytes ${start}-${end}/${sizeBytes}`);
  reply.header('content-length', end - start + 1);
  // An empty stream, because Fastify would count an empty text for Content-Length.
  if (method === 'HEAD' || end < start) return reply.send(Readable.from([]));
  return reply.send(artifacts.stream(client, id, { start, end }));
}

/** Both ends included; undefined where all is meant. `etag` names the bytes that there are now. */
export function requestedRange(
  headers: FastifyRequest['headers'],
  etag: string,
  sizeBytes: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  return isRangeMeant(headers, etag) ? rangeOf(headers.range ?? '', sizeBytes) : undefined;
}

/** RFC 6266: plain for old readers, UTF-8 for the rest. */
function disposition(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

function matches(given = '', etag: string): boolean {
  return given.split(',').some((tag) => [etag, `W/${etag}`, '*'].includes(tag.trim()));
}

/** `If-Range` makes a range depend on that it is of the same bytes. */
function isRangeMeant({ range, 'if-range': sameAs }: FastifyRequest['headers'], etag: string): boolean {
  return range !== undefined && (sameAs === undefined || sameAs === etag);
}

/** Undefined for what is to be ignored: other units, several ranges, nonsense. */
function rangeOf(text: string, size: number): { start: number; end: number } | 'unsatisfiable' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(text.trim()) ?? [];
  if (from === '' && to === '') return undefined;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  return start >= size ? 'unsatisfiable' : { start, end };
}
