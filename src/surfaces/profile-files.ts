// Which files of a Chrome profile are the user's: what clones and archives carry. Caches are fetched again, locks and
// ports belong to one process, and programs that Chrome would load never come from outside.

import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

export interface ProfileFile {
  /** Below the profile, with `/` between. */
  path: string;
  sizeBytes: number;
}

const TOP = new Set(['First Run', 'Last Version', 'Local State']);
/** The one profile that Moorage's Chromes have in their user data folder. */
const PROFILE = 'Default';
const CACHES = new Set([
  'Cache',
  'Code Cache',
  'DawnCache',
  'DawnGraphiteCache',
  'DawnWebGPUCache',
  'GPUCache',
  'GrShaderCache',
  'GraphiteDawnCache',
  'ShaderCache',
  'blob_storage',
]);
const LOCKS = /^(LOCK|lockfile|Singleton.*|DevToolsActivePort|\.org\.chromium\..*)$/;

/** Whether clones and archives carry the file at `path`, below the profile. */
export function isCarried(path: string): boolean {
  const [first = '', second, ...deeper] = path.split('/');
  if (second === undefined) return TOP.has(first);
  const name = deeper.at(-1) ?? second;
  return first === PROFILE && !CACHES.has(second) && !LOCKS.test(name);
}

/** The files that are carried. Links and whatever else is no plain file are not. */
export async function* carriedFiles(profile: string): AsyncGenerator<ProfileFile, void, undefined> {
  for (const name of TOP) {
    const file = await lookAt(profile, name);
    if (file) yield file;
  }
  yield* filesBelow(profile, PROFILE);
}

async function* filesBelow(profile: string, folder: string): AsyncGenerator<ProfileFile, void, undefined> {
  const entries = await opendir(join(profile, folder)).catch(() => undefined); // a young profile has none
  if (!entries) return;
  for await (const entry of entries) {
    const path = `${folder}/${entry.name}`;
    // Of a folder no file is carried where one right in it would not be.
    if (entry.isDirectory() && isCarried(`${path}/file`)) yield* filesBelow(profile, path);
    const file = entry.isFile() && isCarried(path) ? await lookAt(profile, path) : undefined;
    if (file) yield file;
  }
}

async function lookAt(profile: string, path: string): Promise<ProfileFile | undefined> {
  const seen = await lstat(join(profile, path)).catch(() => undefined); // it may be gone by now
  return seen?.isFile() ? { path, sizeBytes: seen.size } : undefined;
}
