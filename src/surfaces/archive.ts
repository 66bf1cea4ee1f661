// A surface as a .tar.gz: its profile and its saved state behind a manifest. Both ways it is streamed, never whole in
// memory. What comes in may be hostile: only known places are written, as plain files, within limits.

import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { type Extract, extract, type Header, pack } from 'tar-stream';
import { Value } from 'typebox/value';
import { asProblem, type Problem, problem } from '../errors.ts';
import { SurfaceOptions, SurfacePut } from '../protocol/surfaces.ts';
import { carriedFiles, isCarried } from './profile-files.ts';

/** What lies in a folder that is packed or unpacked. */
export interface ArchivedPlace {
  profile: string;
  /** The keeper's saved state; it may not exist. */
  stateFile: string;
  /** localStorage in clear; it may not exist. */
  storageFile: string;
}

export interface Manifest {
  format: 'moorage-surface';
  version: 1;
  browser: string;
  browserVersion?: string;
  /** As they were; an import leaves those of its surface alone. */
  options: SurfaceOptions;
}

export interface ArchiveLimits {
  /** Unpacked. */
  sizeBytes: number;
  files: number;
}

/** The bytes of one file. Who does not read them has to let them go. */
type Entry = Extract extends AsyncIterable<infer Each> ? Each : never;

const MANIFEST = 'manifest.json';
const STATE = 'state.json';
const STORAGE = 'storage.json';
const PROFILE = 'profile/';
const MANIFEST_BYTES = 1024 * 1024;
const DEPTH = 32;
const PATH_BYTES = 1024;

/** The bytes of the archive. They end with an error where a file cannot be read. */
export function packArchive(place: ArchivedPlace, manifest: Manifest): Readable {
  const archive = pack();
  const packed = archive.pipe(createGzip({ level: 6 }));
  archive.on('error', (error) => packed.destroy(error));
  packed.on('close', () => archive.destroy());
  fill(archive, place, manifest).catch((error: Error) => archive.destroy(error));
  return packed;
}

/**
 * Writes what `source` holds to `place`, whose folders are made.
 * @throws Problem `invalid-argument` for what is no such archive, holds what it may not, or is over `limits`; part of it
 *   may lie at `place` by then.
 */
export async function unpackArchive(
  source: Readable,
  place: ArchivedPlace,
  limits: ArchiveLimits,
): Promise<Pick<Manifest, 'browser' | 'options'>> {
  const entries = extract();
  const unzipped = pipeline(source, createGunzip(), counted(limits.sizeBytes), entries);
  // Told by the loop below, which ends when this does.
  unzipped.catch(() => {});
  let manifest: Pick<Manifest, 'browser' | 'options'> | undefined;
  let files = 0;
  try {
    for await (const entry of entries) {
      const { header } = entry;
      if (!manifest) manifest = await readManifest(header, entry);
      else await writeEntry(header, entry, place);
      files += 1;
      if (files > limits.files) throw refuse(`it holds more than ${limits.files} files`);
    }
    await unzipped;
  } catch (error) {
    source.destroy();
    throw asProblem(error) ?? refuse(reasonOf(error), error);
  }
  if (!manifest) throw refuse('it is empty');
  return manifest;
}

async function fill(archive: ReturnType<typeof pack>, place: ArchivedPlace, manifest: Manifest) {
  archive.entry({ name: MANIFEST }, JSON.stringify(manifest));
  for (const [name, file] of [
    [STATE, place.stateFile],
    [STORAGE, place.storageFile],
  ] as const) {
    const found = await stat(file).catch(() => undefined); // of a surface that never ran
    if (found) await put(archive, name, file, found.size);
  }
  for await (const { path, sizeBytes } of carriedFiles(place.profile)) {
    await put(archive, PROFILE + path, join(place.profile, path), sizeBytes);
  }
  archive.finalize();
}

async function put(
  archive: ReturnType<typeof pack>,
  name: string,
  file: string,
  size: number,
): Promise<void> {
  if (size === 0) {
    archive.entry({ name, mode: 0o600 }, '');
    return;
  }
  // No more than was announced: the file is a copy of ours, but a tar cannot be mended later.
  await pipeline(createReadStream(file, { end: size - 1 }), archive.entry({ name, size, mode: 0o600 }));
}

/** What it was launched with is taken over where this server knows it all, else it is launched with defaults. */
async function readManifest(
  { name, type, size = 0 }: Header,
  entry: Entry,
): Promise<Pick<Manifest, 'browser' | 'options'>> {
  if (name !== MANIFEST || type !== 'file' || size > MANIFEST_BYTES) {
    throw refuse('it does not begin with the manifest of a surface');
  }
  let text = '';
  for await (const chunk of entry) text += String(chunk);
  const { format, version, browser, options } = JSON.parse(text) as Record<string, unknown>; // an object or nothing we take
  if (format !== 'moorage-surface') throw refuse('it is no archive of a surface');
  if (version !== 1) throw refuse(`it has version ${version}, and this server reads version 1`);
  return {
    browser:
      Value.Check(SurfacePut.properties.browser, browser) && browser !== undefined ? browser : 'chrome',
    options: Value.Check(SurfaceOptions, options) ? options : {},
  };
}

async function writeEntry({ name, type }: Header, entry: Entry, place: ArchivedPlace): Promise<void> {
  if (type === 'directory') {
    // Folders come into being with their files.
    entry.resume();
    return;
  }
  if (type !== 'file') throw refuse(`${shown(name)} is a ${type}, and only plain files are taken`);
  const file = placeOf(name, place);
  if (file === undefined) {
    entry.resume();
    return;
  }
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await pipeline(entry, createWriteStream(file, { mode: 0o600, flags: 'w' }));
}

/** Where an entry is written; nothing for what is not carried. @throws Problem for a path that leads elsewhere. */
function placeOf(name: string, { profile, stateFile, storageFile }: ArchivedPlace): string | undefined {
  const parts = name.split('/');
  const leadsOut =
    name.startsWith('/') ||
    name.includes('\\') ||
    name.includes('\0') ||
    parts.some((part) => part === '' || part === '.' || part === '..');
  if (leadsOut) throw refuse(`${shown(name)} is not a path inside it`);
  if (parts.length > DEPTH || Buffer.byteLength(name) > PATH_BYTES) {
    throw refuse(`${shown(name)} is too long or too deep`);
  }
  if (name === STATE) return stateFile;
  if (name === STORAGE) return storageFile;
  const path = name.startsWith(PROFILE) ? name.slice(PROFILE.length) : '';
  return isCarried(path) ? join(profile, path) : undefined;
}

/** Passes on at most `most` bytes, so that a small file cannot swell without end. */
function counted(most: number): Writable & Readable {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      seen += chunk.length;
      if (seen > most) done(refuse(`it unpacks to more than ${most} bytes (surfaces.archiveLimit)`));
      else done(null, chunk);
    },
  });
}

function refuse(reason: string, cause?: unknown): Problem {
  return problem('invalid-argument', { detail: `The archive cannot be taken: ${reason}.`, cause });
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 120));
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
