// What is left of an emulator in its session's folder, whoever started it: where it is, from before its first process on, and
// how all of it is ended and removed.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { identify } from '../../process-identity.ts';
import { removeForwards } from './android-chrome.ts';
import { type EmulatorSetup, portLockOf, stopEmulator } from './emulator.ts';
import { findHostLock } from './host-lock.ts';
import { findWorkersIn, killGroup } from './process.ts';
import type { SessionFolder } from './session-folder.ts';

/** Its console's port, and the socket of Chrome in it. */
const Place = Type.Object({ port: Type.Integer(), socketName: Type.String() });
type Place = Static<typeof Place>;

const FORWARDS_MS = 10_000;

/** To be written before Chrome starts in it. */
export async function writePlace(folder: SessionFolder, place: Place): Promise<void> {
  await writeFile(placeFileOf(folder), JSON.stringify(place), { mode: 0o600 });
}

/**
 * Ends and removes what a folder tells of, and what a server that died had no time to write there. What has its ports
 * by now and is not ours is left alone.
 */
export async function sweepEmulator(
  folder: SessionFolder,
  setup: Pick<EmulatorSetup, 'adb' | 'avd' | 'home' | 'hostLocks' | 'ports'>,
): Promise<void> {
  const [stamp, place] = [await folder.readStamp(), await readPlace(folder)];
  if (stamp && place) {
    await stopEmulator(setup, { identity: stamp.process, port: place.port });
    const lock = await findHostLock(setup.hostLocks, portLockOf(place.port), stamp.process);
    await lock?.release();
    setup.ports.release(place.port);
  } else if (stamp) await killGroup(stamp.process);
  for (const { pid } of await findWorkersIn(folder.path)) {
    const identity = await identify(pid);
    if (identity) await killGroup(identity);
  }
  if (place) {
    const isIts = ({ remote }: { remote: string }) => remote === `localabstract:${place.socketName}`;
    // They go with the emulator; adb may be gone too.
    await removeForwards(setup.adb, isIts, AbortSignal.timeout(FORWARDS_MS)).catch(() => {});
  }
  await folder.remove();
}

async function readPlace(folder: SessionFolder): Promise<Place | undefined> {
  try {
    const place: unknown = JSON.parse(await readFile(placeFileOf(folder), 'utf8'));
    return Value.Check(Place, place) ? place : undefined;
  } catch {
    return undefined; // a server died before it wrote it
  }
}

function placeFileOf(folder: SessionFolder): string {
  return join(folder.path, 'emulator.json');
}
