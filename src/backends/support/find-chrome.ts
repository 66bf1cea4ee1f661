// Where Chrome lies on this machine, and which version it is.

import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Executable {
  path: string;
  /** Four numbers, as in `156.0.8078.79`. */
  version: string;
}

export type Program = 'chrome' | 'chrome-headless-shell';

// On Debian and its like the real program stands before the wrapper in /usr/bin, which adds switches of its own.
const PATHS: Readonly<Record<Program, Partial<Record<NodeJS.Platform, readonly string[]>>>> = {
  chrome: {
    linux: [
      '/usr/lib/chromium/chromium',
      '/usr/lib/chromium-browser/chromium-browser',
      '/opt/google/chrome/chrome',
      '/usr/lib64/chromium-browser/chromium-browser',
      '/opt/chromium.org/chromium/chromium',
      '/usr/bin/google-chrome-stable',
      '/usr/bin/chromium-browser',
      '/usr/bin/chromium',
      '/snap/bin/chromium',
    ],
    darwin: [
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      join(homedir(), 'Applications/Google Chrome.app/Contents/MacOS/Google Chrome'),
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
    ],
  },
  'chrome-headless-shell': {
    linux: [
      '/usr/lib/chromium/chromium-headless-shell',
      '/usr/lib64/chromium-browser/headless_shell',
      '/opt/chrome-headless-shell/chrome-headless-shell',
      '/usr/bin/chrome-headless-shell',
      '/usr/bin/chromium-headless-shell',
    ],
    darwin: ['/opt/homebrew/bin/chrome-headless-shell', '/usr/local/bin/chrome-headless-shell'],
  },
};

const VERSION_TIMEOUT_MS = 10_000;

/**
 * The program at `path`, or where that is not given the first of the usual places that has one.
 * Gives the reason as a string when there is none that runs.
 */
export async function findChrome(program: Program, path: string | undefined): Promise<Executable | string> {
  const candidates = path === undefined ? (PATHS[program][process.platform] ?? []) : [path];
  let reason = `no ${program} in any of the usual places`;
  for (const candidate of candidates) {
    if (path === undefined && !(await isExecutable(candidate))) continue;
    try {
      return { path: candidate, version: await readVersion(candidate) };
    } catch (error) {
      reason = `${candidate} cannot be run: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return reason;
}

/** Runs `--version`. Rejects when the program does not tell one. */
export async function readVersion(path: string, signal?: AbortSignal): Promise<string> {
  const { stdout } = await run(path, ['--version'], {
    timeout: VERSION_TIMEOUT_MS,
    killSignal: 'SIGKILL',
    ...(signal && { signal }),
  });
  const version = /\d+(\.\d+){3}/.exec(stdout)?.[0];
  if (version === undefined) throw new Error(`it does not tell its version but: ${stdout.slice(0, 200)}`);
  return version;
}

/** What to do to have a Chrome on this machine. */
export function installAdvice(): string {
  switch (process.platform) {
    case 'linux':
      return 'Install it (Debian: `apt-get install chromium`), or set executablePath of the backend.';
    case 'darwin':
      return 'Install Google Chrome (`brew install --cask google-chrome`), or set executablePath of the backend.';
    default:
      return 'Run Moorage on Linux or macOS; on Windows in WSL 2.';
  }
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
