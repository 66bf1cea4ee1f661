// Artifacts: files that commands made, and files that commands are to use. Bytes are streamed, never held whole, unless
// they are asked for as bytes.

import { type Bytes, bodyOf, bytesOf, chunksOf } from './byte-stream.ts';
import { type FileSource, readLocalFile, writeLocalFile } from './local-files.ts';
import type { Artifact, ArtifactList } from './schemas.ts';
import type { Transport } from './transport.ts';

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
    return bytesOf(await this.stream(id));
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

function artifactPath(id: string): string {
  return `/v1/artifacts/${encodeURIComponent(id)}`;
}
