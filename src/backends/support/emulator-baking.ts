// How the snapshot is made that emulators of sessions start from. Nobody may run its AVD meanwhile, so baking refuses while
// anything does, and whoever wants to start is refused while it lasts.

import type { Clock } from '../../clock.ts';
import { problem } from '../../errors.ts';
import type { SessionId } from '../../ids.ts';
import type { Baking } from '../backend.ts';
import { AndroidChrome, socketNameOf, stopAndroidChrome } from './android-chrome.ts';
import { type EmulatorSetup, explainStart, serialOf, startEmulator, stopEmulator } from './emulator.ts';
import { askConsole } from './emulator-console.ts';
import { sweepEmulator } from './emulator-place.ts';
import { whyNotAccelerated, whyNotLoadable } from './emulator-snapshot.ts';
import { type LockHolder, readHostLock } from './host-lock.ts';
import { SessionFolder } from './session-folder.ts';
import { takeHostLockAlone } from './shared-host-lock.ts';

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
    const slow = await whyNotAccelerated(setup, signal);
    if (slow !== undefined) throw refused(slowText(slow));
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

function slowText(why: string): string {
  return `This machine cannot run the emulator at a useful speed: ${why}. On Linux it needs /dev/kvm and the right to use it (\`usermod -aG kvm\`).`;
}

function refused(detail: string) {
  return problem('backend-unavailable', { detail });
}
