// Artifacts: files that commands made, and files that commands are to use. Bytes are streamed, never held whole, unless
// they are asked for as bytes.

import { bodyOf, chunksOf } from './byte-stream.ts';
import { type FileSource, readLocalFile, writeLocalFile } from './local-files.ts';
import type { Artifact, ArtifactList } from './schemas.ts';
import type { Transport } from './transport.ts';

/** Bytes, as Node's Buffer where there is one, so that `toString('base64')` works as it does with Playwright. */
export type Bytes = Uint8Array<ArrayBuffer> & { toString(encoding?: string): string };

export class Artifacts {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Uploads a file, for commands that take one. @throws MoorageError `quota-exceeded`, … */
  async upload(source: FileSource, { signal = new AbortController().signal } = {}): Promise<Artifact> {
    const file = await contentOf(source);
    const response = await this.#transport.stream(
      '/v1/artifacts',
      {
        query: { name: file.name },
        headers: { 'content-type': file.mimeType },
        rawBody: file.content,
        signal,
      },
      'POST',
    );
    // The shape is the server's promise, written in openapi.json.
    return JSON.parse(await response.text()) as Artifact;
  }

  /** Every artifact of this client that has not expired, newest first, fetched page by page. */
  async *list({ limit }: { limit?: number } = {}): AsyncGenerator<Artifact, void, undefined> {
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const query = { limit, ...(cursor !== undefined && { cursor }) };
      const page = await this.#transport.json<ArtifactList>('GET', '/v1/artifacts', { query });
      yield* page.data;
      cursor = page.nextCursor;
    }
  }

  async delete(id: string): Promise<void> {
    await this.#transport.json('DELETE', artifactPath(id));
  }

  /** Its bytes as a stream. @throws MoorageError `artifact-not-found`. */
  async stream(
    id: string,
    { signal = new AbortController().signal } = {},
  ): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#transport.stream(artifactPath(id), { headers: { accept: '*/*' }, signal });
    return bodyOf(response);
  }

  /** Its bytes in memory. */
  async bytes(id: string): Promise<Bytes> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of chunksOf(await this.stream(id))) chunks.push(chunk);
    return joined(chunks);
  }

  /** Streams its bytes to a local file, with the folders above it. */
  async saveAs(id: string, path: string): Promise<void> {
    await writeLocalFile(path, chunksOf(await this.stream(id)));
  }
}

async function contentOf(source: FileSource) {
  if (typeof source !== 'string') {
    const { name, mimeType = 'application/octet-stream', buffer } = source;
    return { name, mimeType, content: new Uint8Array(buffer) };
  }
  const { name, stream } = await readLocalFile(source);
  return { name, mimeType: 'application/octet-stream', content: stream };
}

function joined(chunks: readonly Uint8Array[]): Bytes {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return asBuffer(bytes);
}

function asBuffer(bytes: Uint8Array<ArrayBuffer>): Bytes {
  const { Buffer } = globalThis as { Buffer?: { from(bytes: ArrayBuffer): Bytes } };
  return Buffer ? Buffer.from(bytes.buffer) : bytes;
}

function artifactPath(id: string): string {
  return `/v1/artifacts/${encodeURIComponent(id)}`;
}
