// Streams from the server, written to a file or to stdout. A file appears when it is whole, and none is written over
// unless one asks for that.

import { randomUUID } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { usageFailure } from './failure.ts';
import { formatSize } from './size.ts';

/** The name that means stdout. */
export const STDOUT = '-';

/**
 * Called before the work begins whose result goes there.
 * @throws CommandFailure where `file` is there already, or its folder is not.
 */
export function refuseToOverwrite(file: string, isForced = false): void {
  if (file === STDOUT) return;
  if (!existsSync(dirname(file))) {
    throw usageFailure(`The folder of ${file} is not there.`, 'Make it, or take another one.');
  }
  if (isForced || !existsSync(file)) return;
  throw usageFailure(`${file} is there already.`, 'Take another name, or --force to replace it.');
}

/** Writes `stream` to `file`, and gives its size in bytes. `say` hears how far it is. A failure leaves no file. */
export async function writeStream(
  stream: ReadableStream<Uint8Array>,
  file: string,
  { say, signal }: { say: (text: string) => void; signal: AbortSignal },
): Promise<number> {
  let sizeBytes = 0;
  const isScreen = file === STDOUT && process.stdout.isTTY === true;
  const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      sizeBytes += chunk.length;
      if (file !== STDOUT) say(`Writing ${basename(file)}: ${formatSize(sizeBytes)}`);
      yield isScreen ? inert(chunk) : chunk;
    }
  };
  // The web's type and Node's own are the same stream.
  const source = Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0]);
  if (file === STDOUT) {
    await pipeline(source, counted, process.stdout, { end: false, signal });
    return sizeBytes;
  }
  const draft = `${file}.${randomUUID().slice(0, 8)}.part`;
  try {
    // What a page shows and asks for is nobody else's business.
    await pipeline(source, counted, createWriteStream(draft, { flags: 'wx', mode: 0o600 }), { signal });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    signal.throwIfAborted();
    throw error;
  }
  return sizeBytes;
}

/** What a page wrote must not command the terminal that shows it. */
function inert(bytes: Uint8Array): Uint8Array {
  const isText = (byte: number) => byte === 0x0a || byte === 0x09 || (byte >= 0x20 && byte !== 0x7f);
  return bytes.map((byte) => (isText(byte) ? byte : 0x3f));
}
