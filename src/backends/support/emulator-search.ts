// What a machine has of the Android emulator: its program, adb, an AVD, and whether sessions can start from the snapshot.

import { homedir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './driver-settings.ts';
import type { EmulatorSetup } from './emulator.ts';
import { adbOf, type EmulatorSettings, snapshotOf } from './emulator-settings.ts';
import { listAvds, whyNotLoadable } from './emulator-snapshot.ts';

/** What there is on this machine. */
export interface EmulatorFound {
  setup: EmulatorSetup;
  /** Why sessions cannot start from the snapshot. */
  fault?: string;
}

const SDK_FOLDERS = [
  join(homedir(), 'Android/Sdk'),
  join(homedir(), 'Library/Android/sdk'),
  '/opt/android-sdk',
  '/usr/lib/android-sdk',
];

/** Gives the reason as a string where there is no emulator to start. */
export async function findEmulator(
  settings: EmulatorSettings,
  shared: Pick<EmulatorSetup, 'hostLocks' | 'ports'>,
  signal?: AbortSignal,
): Promise<EmulatorFound | string> {
  const snapshot = snapshotOf(settings);
  try {
    const setup = await findSetup(settings, shared, signal);
    if (typeof setup === 'string') return setup;
    const why = await whyNotLoadable(setup, snapshot, signal);
    if (why === undefined) return { setup };
    return { setup, fault: `The snapshot ${snapshot} of ${setup.avd} cannot be loaded: ${why}.` };
  } catch (error) {
    signal?.throwIfAborted();
    return `The emulator does not answer: ${error instanceof Error ? error.message : String(error)}.`;
  }
}

/** Gives the reason as a string where something is missing. */
export async function findSetup(
  settings: EmulatorSettings,
  shared: Pick<EmulatorSetup, 'hostLocks' | 'ports'>,
  signal?: AbortSignal,
): Promise<EmulatorSetup | string> {
  const { adbServerPort, avdFolder, gpu = 'swiftshader_indirect', args = [], env = {} } = settings;
  const emulatorPath = await findIn('emulator/emulator', settings.emulatorPath);
  if (emulatorPath === undefined) return 'There is no Android emulator.';
  const adbPath = await findIn('platform-tools/adb', settings.adbPath);
  if (adbPath === undefined) return `There is ${emulatorPath}, and no adb.`;
  const setup = {
    ...shared,
    emulatorPath,
    adb: adbOf(adbPath, settings),
    args: ['-no-window', '-no-audio', '-no-boot-anim', '-gpu', gpu, ...args],
    env: {
      ...(avdFolder !== undefined && { ANDROID_AVD_HOME: avdFolder }),
      ...(adbServerPort !== undefined && { ANDROID_ADB_SERVER_PORT: String(adbServerPort) }),
      ...env,
    },
    home: env.HOME ?? homedir(),
  };
  const avds = await listAvds(setup, signal);
  const [first] = avds;
  const avd = settings.avd ?? (avds.length === 1 ? first : undefined);
  if (avd !== undefined && avds.includes(avd)) return { ...setup, avd };
  const there = avds.length === 0 ? 'There is no AVD' : `There are the AVDs ${avds.join(', ')}`;
  return avd === undefined ? `${there}; \`avd\` is to name one.` : `${there}, and none is ${avd}.`;
}

/** The one that is set, one in the usual folders of programs, or one in the usual folders of the SDK. */
function findIn(part: string, path: string | undefined): Promise<string | undefined> {
  if (path !== undefined) return findProgram([path]);
  const name = part.replace(/^.*\//, '');
  return findProgram([name, ...SDK_FOLDERS.map((folder) => join(folder, part))]);
}
