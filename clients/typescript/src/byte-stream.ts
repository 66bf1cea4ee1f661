// Answers that are streams: read chunk by chunk or line by line, and cut off where their reader stops.

import { type ClientErrorCode, MoorageError } from './error.ts';
import type { FetchResponse, Transport } from './transport.ts';

/** Bytes, as Node's Buffer where there is one, so that `toString('base64')` works as it does with Playwright. */
export type Bytes = Uint8Array<ArrayBuffer> & { toString(encoding?: string): string };

/** The body of an answer; one that has none is an empty stream. */
export function bodyOf({ body }: FetchResponse): ReadableStream<Uint8Array> {
  return body ?? new ReadableStream({ start: (controller) => controller.close() });
}

/** By a reader, because not every run time iterates streams. */
export async function* chunksOf(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {}); // it has ended, or nobody reads on
  }
}

/** All of a stream, in memory. */
export async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Bytes> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksOf(stream)) chunks.push(chunk);
  return joined(chunks);
}

/**
 * The JSON values of an answer that has one a line.
 * @throws MoorageError `unreachable` when it breaks off, or the reason of `signal` when it aborts.
 */
export async function* jsonLines<Value>(
  transport: Transport,
  path: string,
  options: Parameters<Transport['stream']>[1],
): AsyncGenerator<Value, void, undefined> {
  const body = bodyOf(await transport.stream(path, options));
  const decoder = new TextDecoder();
  // A line may be megabytes long: its pieces are joined once, when it is whole.
  let pieces: string[] = [];
  for await (const chunk of unbroken(body, transport, options.signal)) {
    const [first = '', ...lines] = decoder.decode(chunk, { stream: true }).split('\n');
    pieces.push(first);
    for (const line of lines) {
      const whole = pieces.join('');
      pieces = [line];
      // The shape is the server's promise, written in openapi.json.
      if (whole !== '') yield JSON.parse(whole) as Value;
    }
  }
}

/** The chunks of a stream whose failure is told as everything that goes wrong on a connection. */
async function* unbroken(
  stream: ReadableStream<Uint8Array>,
  transport: Transport,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* chunksOf(stream);
  } catch (cause) {
    signal.throwIfAborted();
    throw new MoorageError({
      code: 'unreachable' satisfies ClientErrorCode,
      title: 'The connection was lost',
      detail: `${transport.url} broke off in the middle of an answer.`,
      retryable: true,
      cause,
    });
  }
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
