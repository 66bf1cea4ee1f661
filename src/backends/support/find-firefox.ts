// Where Firefox is on this machine.

import { homedir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './driver-settings.ts';
import { readVersionOf } from './program-version.ts';

const PATHS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: [
    '/usr/bin/firefox',
    '/usr/bin/firefox-esr',
    '/usr/lib/firefox/firefox',
    '/opt/firefox/firefox',
    '/snap/bin/firefox',
  ],
  darwin: [
    '/Applications/Firefox.app/Contents/MacOS/firefox',
    join(homedir(), 'Applications/Firefox.app/Contents/MacOS/firefox'),
  ],
};

export const FIREFOX_ADVICE =
  process.platform === 'darwin'
    ? 'Install Firefox (`brew install --cask firefox`), or set executablePath of the backend.'
    : 'Install it (Debian: `apt-get install firefox-esr`), or set executablePath of the backend.';

/** `path`, or the first of the usual places. The reason as a string, to follow `There is`, when there is none that runs. */
export async function findFirefox(
  path: string | undefined,
  signal?: AbortSignal,
): Promise<{ path: string; version: string } | string> {
  const candidates = path === undefined ? (PATHS[process.platform] ?? []) : [path];
  let found: { path: string; version: string } | string = 'no Firefox in any of the usual places';
  for (const candidate of candidates) {
    if (path === undefined && !(await findProgram([candidate]))) continue;
    found = await readVersionOf(candidate, signal);
    if (typeof found !== 'string') break;
  }
  return found;
}
