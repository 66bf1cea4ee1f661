// How the Chrome of a surface ends: asked politely, so that its profile has everything; and how one sees afterwards whether
// it had. SIGTERM is none of the ways: after that one the cookies of the last half minute are not written.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CdpConnection } from '../backends/support/cdp.ts';
import { exitedNormally } from '../backends/support/chrome-process.ts';
import { waitUntil, within } from '../backends/support/waiting.ts';
import { isRunning, isStopped, type ProcessIdentity } from '../process-identity.ts';
import type { SurfaceFolder } from './folder.ts';

// Together, with the saving of the state (10 s), less than the allocator waits for the end of a browser, 20 s.
const CLOSE_TIMEOUT_MS = 5000;
const INTERRUPT_TIMEOUT_MS = 3000;
const CHILDREN_TIMEOUT_MS = 1000;
const EXIT_POLL_MS = 10;

/**
 * Ends a Chrome that runs, frozen or not, after it was given the time to `save`. False when it did not end by itself:
 * then it may still run.
 */
export async function closePolitely(
  chrome: { identity: ProcessIdentity; url: string },
  save: () => Promise<void>,
): Promise<boolean> {
  const { identity, url } = chrome;
  // A frozen process takes no signal but SIGKILL before it is continued, and that one would cost its cookies.
  if (await isStopped(identity)) signalGroup(identity.pid, 'SIGCONT');
  await save();
  await within(CLOSE_TIMEOUT_MS, closeBrowser(url)).catch(() => {}); // the connection ends with the browser
  if (await exits(identity, CLOSE_TIMEOUT_MS)) return true;
  signalGroup(identity.pid, 'SIGCONT');
  // The head alone: it ends its children itself.
  signalProcess(identity.pid, 'SIGINT');
  return exits(identity, INTERRUPT_TIMEOUT_MS);
}

/** What a Chrome that has ended still has to write is written by its children. */
export async function childrenEnded({ pid }: ProcessIdentity): Promise<void> {
  await waitUntil(() => !signalGroup(pid, 0), { everyMs: EXIT_POLL_MS, timeoutMs: CHILDREN_TIMEOUT_MS });
}

/**
 * Whether the Chrome that was launched at `launchedAt` (epoch milliseconds) wrote everything before it ended by itself:
 * after a SIGTERM it has not, though its exit code is 0.
 */
export async function hasWrittenAll(folder: SurfaceFolder, launchedAt: number): Promise<boolean> {
  const file = join(folder.profile, 'Default', 'Preferences');
  const preferences = await stat(file).catch(() => undefined); // a young profile has none
  // A note of the launch before says nothing of this one.
  const isRecent = preferences !== undefined && preferences.mtimeMs > launchedAt;
  return isRecent && exitedNormally(folder);
}

async function closeBrowser(url: string): Promise<void> {
  const cdp = await CdpConnection.open(url, AbortSignal.timeout(CLOSE_TIMEOUT_MS));
  try {
    await cdp.send('Browser.close');
  } finally {
    cdp.close();
  }
}

async function exits(identity: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const hasExited = async () => !(await isRunning(identity));
  return (await waitUntil(hasExited, { everyMs: EXIT_POLL_MS, timeoutMs })) === true;
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  return signalProcess(-pid, signal);
}

/** False when there is nobody to take it. */
function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
