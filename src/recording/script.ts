// The recorder as a session gets it: the built script with the options of the session in front, by itself for documents
// that no extension reaches, and as an unpacked extension.

import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecorderOptions } from '../protocol/recorder.ts';

/** Where `npm run build` puts the extension; seen from the sources and from what is built of them. */
const BUILT = import.meta.url.endsWith('.ts')
  ? join(import.meta.dirname, '..', '..', 'dist', 'recording', 'extension')
  : join(import.meta.dirname, 'extension');

let bundle: Promise<string> | undefined;

/** The script for one way into the page. @throws Error that says what to do where it was not built. */
export async function recorderScript(options: RecorderOptions): Promise<string> {
  bundle ??= readFile(join(BUILT, 'recorder.js'), 'utf8');
  try {
    const { binding, secret } = options;
    // It comes twice to most documents, and to compile it takes longer than to ask whether it is there already. As a
    // function in parentheses it would be compiled all the same.
    const call = `{
  const question = { secret: '${secret}', document, isRecorded: false };
  if (Object.getOwnPropertyDescriptor(globalThis, '${binding}')?.set) globalThis.${binding} = question;
  const record = function (RECORDER_OPTIONS) {
${await bundle}
  };
  if (!question.isRecorded) record(${JSON.stringify(options)});
}`;
    // The recorder knows its own lines in stacks by a name that no page can guess.
    return `${call}\n//# sourceURL=moorage-${options.secret.slice(-16)}`;
  } catch (cause) {
    bundle = undefined;
    throw new Error('The recorder was not built: run `npm run build`.', { cause });
  }
}

/** Writes the extension of a session to `folder`, which Chrome loads as it is. */
export async function writeRecorderExtension(folder: string, options: RecorderOptions): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await Promise.all([
    copyFile(join(BUILT, 'manifest.json'), join(folder, 'manifest.json')),
    writeFile(join(folder, 'recorder.js'), await recorderScript({ ...options, path: 'extension' })),
  ]);
}

/** What recorders of one session know each other by. */
export function newRecorderSecret(): string {
  return randomBytes(32).toString('hex');
}

/** A name that no page can guess, in the letters of an identifier. */
export function newBindingName(): string {
  return `b${randomBytes(12).toString('hex')}`;
}
