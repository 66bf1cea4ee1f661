// What is the same of every Chrome process of ours, whoever keeps it: its environment, its DevTools address, how its start
// and its end are told, and how it is killed.

import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asProblem, problem } from '../../errors.ts';
import type { ProcessIdentity } from '../../process-identity.ts';
import type { BrowserGone } from '../backend.ts';
import { killGroup, killNamed, type ProcessExit } from './process.ts';
import { waitUntil } from './waiting.ts';

/** Where one Chrome keeps its things. */
export interface ChromeFolder {
  readonly path: string;
  /** Its `--user-data-dir`. */
  readonly profile: string;
  /** The end of what it wrote, for people. */
  readLogTail(): Promise<string>;
}

export interface DevToolsAddress {
  port: number;
  wsPath: string;
}

const PORT_POLL_MS = 5;
const PROBE_TIMEOUT_MS = 2000;

/** Ends a Chrome at once, and resolves when no process of it is left. */
export async function killChrome(identity: ProcessIdentity, folder: ChromeFolder): Promise<void> {
  await killGroup(identity);
  // Every Chrome has two of them, each in a session of its own. They would end by themselves within a second; without
  // them Chrome 156 does not work (--disable-crashpad-for-testing makes its network service crash).
  await killNamed('chrome_crashpad', `${folder.path}/`);
}

/** Nothing of the server's own environment: a page can read that of its browser through file:///proc. */
export function chromeEnvironment(folder: ChromeFolder): Record<string, string> {
  return {
    // Also what tells whose its crash handlers are, which keep their files there.
    HOME: folder.path,
    LANG: 'C.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    // A killed Chrome leaves folders in it. Chrome opens a socket in it as well, whose address may have 107 characters;
    // under the real path of a session's folder that would be too long.
    ...(process.platform === 'linux' && { TMPDIR: '/proc/self/cwd/tmp' }),
  };
}

/** @throws Error when Chrome ends before, or does not open its port in time. */
export async function waitForAddress(
  folder: ChromeFolder,
  exited: Promise<ProcessExit>,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<DevToolsAddress> {
  let exit: ProcessExit | undefined;
  void exited.then((seen) => {
    exit = seen;
  });
  const find = () => {
    if (exit) throw new Error(`Chrome ended with ${nameExit(exit)} before its DevTools port was open.`);
    return readAddress(folder);
  };
  const address = await waitUntil(find, { everyMs: PORT_POLL_MS, timeoutMs, signal });
  if (address) return address;
  throw new Error(`Chrome did not open its DevTools port within ${timeoutMs} ms.`);
}

/** Chrome writes the port that it chose and the path of its WebSocket, one line each. */
export function readAddress({ profile }: Pick<ChromeFolder, 'profile'>): DevToolsAddress | undefined {
  try {
    const text = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8');
    const [, port, wsPath] = /^(\d+)\n(\/devtools\/browser\/[\da-f-]{36})/.exec(text) ?? [];
    return port === undefined || wsPath === undefined ? undefined : { port: Number(port), wsPath };
  } catch {
    return undefined; // not yet
  }
}

/** A failed start as a problem, with the end of the log. */
export async function explainFailure(error: unknown, folder: ChromeFolder): Promise<unknown> {
  if (asProblem(error)) return error;
  if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
    return problem('no-capacity', {
      detail: 'The disk of the data folder is full; no profile can be made on it.',
      cause: error,
      retryAfterSeconds: 30,
    });
  }
  const seen = error instanceof Error ? error.message : String(error);
  const log = await folder.readLogTail();
  const ending = log === '' ? 'It wrote no log.' : `The end of its log:\n${log}`;
  return problem('session-not-created', { detail: `${seen} ${adviceFor(log)}${ending}`, cause: error });
}

function adviceFor(log: string): string {
  if (/No usable sandbox|without --no-sandbox/.test(log)) {
    return 'Its sandbox does not work here: run Moorage as a user with user namespaces, or set `sandbox` to false. ';
  }
  if (/error while loading shared libraries/.test(log)) return 'Install the library that its log names. ';
  if (/Missing X server|cannot open display/i.test(log)) return 'Set `display` to one that runs. ';
  return '';
}

/** How a Chrome that is our child ended. */
export function describeExit(exit: ProcessExit): BrowserGone {
  return exit.code === 0
    ? { reason: 'browser-closed', detail: 'Chrome was closed.' }
    : { reason: 'browser-crashed', detail: `Chrome ended with ${nameExit(exit)}.` };
}

function nameExit({ code, signal }: ProcessExit): string {
  return signal === null ? `code ${code}` : `signal ${signal}`;
}

/** Whether the browser behind `address` answers there, within two seconds. */
export async function hasWebSocket({ port, wsPath }: DevToolsAddress): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/json/version`, {
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    });
    const { webSocketDebuggerUrl } = (await response.json()) as { webSocketDebuggerUrl?: unknown }; // checked below
    return typeof webSocketDebuggerUrl === 'string' && webSocketDebuggerUrl.endsWith(wsPath);
  } catch {
    return false;
  }
}

/** Chrome notes in its profile how it ended. */
export async function exitedNormally(folder: ChromeFolder): Promise<boolean> {
  try {
    const text = await readFile(join(folder.profile, 'Default', 'Preferences'), 'utf8');
    return JSON.parse(text).profile?.exit_type === 'Normal';
  } catch {
    return false;
  }
}
