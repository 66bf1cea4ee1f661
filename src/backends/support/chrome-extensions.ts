// Extensions of a session: the operator's by name, the client's unpacked from a zip that may mean harm, both loaded
// over DevTools, which alone also lets them into the contexts that clients make.

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type UnzipFileInfo, unzip } from 'fflate';
import { problem } from '../../errors.ts';
import type { Extension } from '../../protocol/sessions.ts';
import { type CdpConnection, CdpError } from './cdp.ts';

const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;
const MAX_FILES = 5000;

/** An extension that was looked at: a folder of the operator's, or files that are still in memory. */
export type ReadExtension = { path: string } | { files: Readonly<Record<string, Uint8Array>>; root: string };

/** @throws Problem `invalid-argument` for a name that the operator did not configure, or a zip that cannot be used. */
export async function readExtensions(
  extensions: readonly Extension[],
  named: Readonly<Record<string, string>>,
): Promise<ReadExtension[]> {
  const read: ReadExtension[] = [];
  for (const [index, extension] of extensions.entries()) {
    read.push(
      typeof extension === 'string'
        ? { path: getNamed(extension, named, index) }
        : await readPacked(extension.zip, index),
    );
  }
  return read;
}

/** Gives the folder of each extension, writing those that came as a zip below `folder`. */
export async function writeExtensions(
  extensions: readonly ReadExtension[],
  folder: string,
): Promise<string[]> {
  const paths: string[] = [];
  for (const [index, extension] of extensions.entries()) {
    if ('path' in extension) paths.push(extension.path);
    else paths.push(await write(extension, join(folder, String(index))));
  }
  return paths;
}

/** @throws Problem `invalid-argument` for one that Chrome does not take. */
export async function loadExtensions(cdp: CdpConnection, paths: readonly string[]): Promise<void> {
  for (const [index, path] of paths.entries()) {
    try {
      await cdp.send('Extensions.loadUnpacked', { path, enableInIncognito: true });
    } catch (error) {
      if (!(error instanceof CdpError)) throw error;
      throw refuse(
        index,
        `Chrome does not load it: ${error.message.replaceAll(path, 'the extension')}`,
        error,
      );
    }
  }
}

function getNamed(name: string, named: Readonly<Record<string, string>>, index: number): string {
  const path = Object.hasOwn(named, name) ? named[name] : undefined;
  if (path !== undefined) return path;
  const known = Object.keys(named).join(', ') || 'none';
  throw refuse(index, `the server has no extension ${name}; it has ${known}`);
}

async function readPacked(base64: string, index: number): Promise<ReadExtension> {
  const files = await readZip(Buffer.from(base64, 'base64'), index);
  const root = rootOf(Object.keys(files));
  if (root === undefined)
    throw refuse(index, 'the zip has no manifest.json at its top, nor in its one folder');
  return { files, root };
}

async function write(
  { files, root }: Extract<ReadExtension, { root: string }>,
  folder: string,
): Promise<string> {
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, { mode: 0o600 });
  }
  return join(folder, root);
}

/** The files of a zip by their names, none of which leads out of the folder that they are written to. */
async function readZip(zip: Buffer, index: number): Promise<Record<string, Uint8Array>> {
  let left = MAX_UNPACKED_BYTES;
  let count = 0;
  let refusal: string | undefined;
  const isWanted = ({ name, originalSize, size }: UnzipFileInfo): boolean => {
    // fflate unpacks into exactly as many bytes as the zip promises, so a promise that lies cannot swell.
    left -= Math.max(originalSize, size);
    count += 1;
    if (left < 0) refusal ??= `it unpacks to more than ${MAX_UNPACKED_BYTES / 1024 / 1024} MB`;
    else if (count > MAX_FILES) refusal ??= `it holds more than ${MAX_FILES} files`;
    else if (!isSafeName(name)) refusal ??= `it holds the name ${JSON.stringify(name.slice(0, 100))}`;
    return refusal === undefined && !name.endsWith('/');
  };
  try {
    const files = await new Promise<Record<string, Uint8Array>>((resolve, reject) => {
      unzip(zip, { filter: isWanted }, (error, unzipped) => (error ? reject(error) : resolve(unzipped)));
    });
    if (refusal === undefined) return files;
  } catch (error) {
    throw refuse(index, `it is no zip: ${error instanceof Error ? error.message : String(error)}`, error);
  }
  throw refuse(index, refusal);
}

/** Only relative names that stay below. Windows' separators and drives are refused on every system. */
function isSafeName(name: string): boolean {
  return !/^\/|[\\\0:]/.test(name) && !name.split('/').includes('..');
}

/** Where the manifest lies: at the top, or in the one folder that zipping a folder makes. */
function rootOf(names: readonly string[]): string | undefined {
  if (names.includes('manifest.json')) return '.';
  const folders = new Set(names.map((name) => name.split('/')[0]));
  const [only] = folders;
  return folders.size === 1 && only !== undefined && names.includes(`${only}/manifest.json`)
    ? only
    : undefined;
}

function refuse(index: number, reason: string, cause?: unknown) {
  return problem('invalid-argument', {
    detail: `Extension ${index} cannot be used: ${reason}.`,
    cause,
    members: { errors: [{ path: `/extensions/${index}`, message: reason }] },
  });
}
