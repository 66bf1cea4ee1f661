// The snapshot that emulators of sessions start from: whether it can be loaded, and how it is made. Nobody may write to its
// AVD meanwhile, so baking waits for no one and refuses while anything runs there.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Clock } from '../../clock.ts';
import { problem } from '../../errors.ts';
import type { SessionId } from '../../ids.ts';
import type { Baking } from '../backend.ts';
import { AndroidChrome, socketNameOf, stopAndroidChrome } from './android-chrome.ts';
import { type EmulatorSetup, explainStart, serialOf, startEmulator, stopEmulator } from './emulator.ts';
import { sweepEmulator } from './emulator-browser.ts';
import { askConsole } from './emulator-console.ts';
import { type LockHolder, readHostLock } from './host-lock.ts';
import { SessionFolder } from './session-folder.ts';
import { takeHostLockAlone } from './shared-host-lock.ts';

const run = promisify(execFile);

const QUESTION_MS = 30_000;
const CONSOLE_MS = 2000;
const SAVE_MS = 300_000;
const CHROME_MS = 60_000;
/** Those who begin to start sessions see at once that somebody bakes, and leave. Whoever does not is going to run. */
const STARTS_MS = 2000;

/** No animations, and a screen that neither goes dark nor locks. */
const SETTLE = [
  'settings put global window_animation_scale 0',
  'settings put global transition_animation_scale 0',
  'settings put global animator_duration_scale 0',
  'svc power stayon true',
  'wm dismiss-keyguard',
].join('; ');

/** The names of the AVDs that there are. It prints other things beside them. */
export async function listAvds(
  setup: Pick<EmulatorSetup, 'emulatorPath' | 'env' | 'home'>,
  signal?: AbortSignal,
): Promise<string[]> {
  const { stdout } = await ask(setup, ['-list-avds'], signal);
  return stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^[\w.-]+$/.test(line));
}

/** Why the snapshot cannot be loaded, in the emulator's own words; `undefined` when it can. */
export async function whyNotLoadable(
  setup: Pick<EmulatorSetup, 'args' | 'avd' | 'emulatorPath' | 'env' | 'home'>,
  snapshot: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  // With all that it will be started with: it compares renderers.
  const args = ['-avd', setup.avd, ...setup.args, '-check-snapshot-loadable', snapshot];
  const { stdout, stderr } = await ask(setup, args, signal);
  if (/^\s*Loadable\s*$/m.test(stdout)) return undefined;
  return (
    /Reason:\s*(.+)/.exec(stdout)?.[1]?.trim() ??
    (`${stderr}${stdout}`.trim().slice(-300) || 'it does not say why')
  );
}

/** The name of the lock that whoever bakes an AVD has alone, and whoever starts a session on it shares. */
export function bakeLockOf(avd: string): string {
  return `android-avd-${avd}`;
}

export interface SnapshotRecipe {
  setup: EmulatorSetup;
  snapshot: string;
  packageName: string;
  timeoutMs: number;
  clock: Clock;
  bakeCommand: string;
}

/** @throws Problem that says what is in the way. */
export async function bakeSnapshot(recipe: SnapshotRecipe, baking: Baking): Promise<void> {
  const { setup, snapshot, bakeCommand } = recipe;
  const { report, signal, hostLocks, isAnew } = baking;
  const { avd } = setup;
  if (!isAnew && (await whyNotLoadable(setup, snapshot, signal)) === undefined) {
    report(`The snapshot ${snapshot} of ${avd} is there and can be loaded; --anew makes it anew.`);
    return;
  }
  const wait = { purpose: `baking ${avd}`, timeoutMs: STARTS_MS, signal };
  const lock = await takeHostLockAlone(hostLocks, bakeLockOf(avd), wait);
  if ('heldBy' in lock) throw refused(whyNotAlone(avd, lock));
  try {
    const folder = bakingFolderOf(baking.dataFolder);
    await sweepEmulator(folder, setup);
    await refuseIfRunning(setup, signal);
    await checkAcceleration(setup, signal);
    await folder.create();
    try {
      await bakeIn(folder, recipe, baking);
    } catch (error) {
      throw signal.aborted ? signal.reason : await explainStart(error, folder, bakeCommand);
    } finally {
      await folder.remove();
    }
    const why = await whyNotLoadable(setup, snapshot, signal);
    if (why !== undefined) throw refused(`The emulator saved the snapshot and cannot load it: ${why}.`);
    report(`The snapshot ${snapshot} of ${avd} is ready.`);
  } finally {
    await lock.release();
  }
}

/** Ends and removes what a baking left that was killed. */
export async function sweepBaking(setup: EmulatorSetup, dataFolder: string): Promise<void> {
  const folder = bakingFolderOf(dataFolder);
  if (!(await folder.exists()) || (await readHostLock(setup.hostLocks, bakeLockOf(setup.avd)))) return;
  await sweepEmulator(folder, setup);
}

function bakingFolderOf(dataFolder: string): SessionFolder {
  return new SessionFolder(dataFolder, 'baking');
}

async function bakeIn(
  folder: SessionFolder,
  { setup, snapshot, packageName, timeoutMs, clock }: SnapshotRecipe,
  { report, signal }: Baking,
): Promise<void> {
  report(`Booting ${setup.avd} without a snapshot, which may take minutes.`);
  const emulator = await startEmulator(
    {
      setup,
      folder,
      args: ['-no-snapshot-load', '-no-snapshot-save'],
      purpose: `baking ${setup.avd}`,
      onSpawn: ({ identity }) => folder.writeStamp({ process: identity }),
      timeoutMs,
    },
    signal,
  );
  const { port } = emulator;
  const serial = serialOf(port);
  try {
    report(`Android is up as ${serial}. Starting Chrome for the first time.`);
    await setup.adb.shell(serial, SETTLE, signal);
    // No session has this name, which is of the form that clean-up looks for.
    const socketName = socketNameOf('baking', 'ses_first_run' as SessionId);
    const place = { serial, packageName, socketName };
    const chrome = await AndroidChrome.launch(
      setup.adb,
      { ...place, args: [], clearsData: false, timeoutMs: CHROME_MS },
      { clock, graceMs: 0 },
      signal,
    );
    chrome.release();
    await stopAndroidChrome(setup.adb, place, { clearsData: false });
    report(`Chrome ${chrome.browserVersion} is ready. Saving the snapshot ${snapshot}.`);
    const save = {
      port,
      home: setup.home,
      command: `avd snapshot save ${snapshot}`,
      timeoutMs: SAVE_MS,
      signal,
    };
    await askConsole(save);
  } finally {
    await stopEmulator(setup, emulator);
    await emulator.lock.release();
    setup.ports.release(port);
  }
}

function whyNotAlone(avd: string, { heldBy, isShare }: { heldBy: LockHolder; isShare: boolean }): string {
  const { pid, purpose } = heldBy;
  if (!isShare) return `${avd} is being baked already, by process ${pid}.`;
  return `${avd} is in use: process ${pid} is at ${purpose}. Drain the backends that have it, such as by \`moorage backends drain\`.`;
}

/** Whoever started it: an emulator that runs keeps others from writing to its AVD. */
async function refuseIfRunning({ adb, avd, home }: EmulatorSetup, signal: AbortSignal): Promise<void> {
  for (const { serial } of await adb.devices(signal)) {
    const port = Number(/^emulator-(\d+)$/.exec(serial)?.[1]);
    if (!(port > 0)) continue;
    const name = await askConsole({ port, home, command: 'avd name', timeoutMs: CONSOLE_MS, signal }).catch(
      () => '',
    );
    if (name === avd) {
      throw refused(
        `${serial} runs ${avd}. Stop it, or the server that has it, such as by \`moorage backends drain\`.`,
      );
    }
  }
}

async function checkAcceleration(setup: EmulatorSetup, signal: AbortSignal): Promise<void> {
  if (setup.args.includes('-accel')) return; // whoever sets it knows
  const { stdout, code } = await ask(setup, ['-accel-check'], signal);
  if (code === 0) return;
  const why = stdout
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^(accel:?|\d+|INFO.*)$/.test(line.trim()));
  throw refused(
    `This machine cannot run the emulator at a useful speed: ${why.join(' ') || `-accel-check ended with ${code}`}. On Linux it needs /dev/kvm and the right to use it (\`usermod -aG kvm\`).`,
  );
}

/** It exits with other codes than 0 for answers too. */
async function ask(
  { emulatorPath, env, home }: Pick<EmulatorSetup, 'emulatorPath' | 'env' | 'home'>,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<{ stdout: string; stderr: string; code: number }> {
  signal?.throwIfAborted();
  const options = {
    timeout: QUESTION_MS,
    killSignal: 'SIGKILL' as const,
    env: { HOME: home, LANG: 'C.UTF-8', PATH: '/usr/local/bin:/usr/bin:/bin', ...env },
    ...(signal && { signal }),
  };
  try {
    return { ...(await run(emulatorPath, args, options)), code: 0 };
  } catch (error) {
    signal?.throwIfAborted();
    // What execFile rejects with when the program itself ends badly.
    const { stdout = '', stderr = '', code } = error as { stdout?: string; stderr?: string; code?: unknown };
    if (typeof code === 'number') return { stdout, stderr, code };
    throw error;
  }
}

function refused(detail: string) {
  return problem('backend-unavailable', { detail });
}
