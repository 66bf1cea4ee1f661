// What a launch has to bring back, decided before its Chrome is there: by Chrome itself where its disk has all of it, else
// from what the keeper saved. `restore.ts` does it.

import type { Loss } from '../protocol/pages.ts';
import type { LaunchStamp, SurfaceFolder } from './folder.ts';
import { readSavedState, type SavedState } from './keeper.ts';
import { isOnDisk } from './restore.ts';

export interface Restoration {
  /** Of the generation before; absent where none is known. */
  state: SavedState | undefined;
  /** Whether Chrome opens the tabs itself. */
  isByChrome: boolean;
  /** Whether the launch before ended with all that it had on the disk. */
  wasStopped: boolean;
  before: LaunchStamp | undefined;
  losses: Loss[];
}

/** What there is to be brought back, and how. `before` tells of the launch before. */
export async function planRestoration(
  folder: SurfaceFolder,
  before: LaunchStamp | undefined,
): Promise<Restoration> {
  // What the launch before had to bring back, and did not come to its end with.
  const unfinished = before?.isUp === false ? await folder.readRestoration() : undefined;
  const state = unfinished ?? (await readSavedState(folder.path));
  const wasStopped = before?.stoppedWith !== undefined && before.stoppedWith === (state?.at ?? 0);
  const isByChrome =
    unfinished === undefined &&
    (await folder.hasProfile()) &&
    (state === undefined || wasStopped || (await isOnDisk(state, folder.profile, before?.createdAt ?? 0)));
  const losses = lossesOf(before, { wasStopped, state });
  return { state, isByChrome, wasStopped: wasStopped && isByChrome, before, losses };
}

/** The same for a launch that was cut off while its Chrome came up. */
export async function resumeRestoration(folder: SurfaceFolder, stamp: LaunchStamp): Promise<Restoration> {
  const state = await folder.readRestoration();
  return { state, isByChrome: false, wasStopped: false, before: stamp, losses: stamp.losses };
}

function lossesOf(
  before: LaunchStamp | undefined,
  { wasStopped, state }: { wasStopped: boolean; state: SavedState | undefined },
): Loss[] {
  if (!before) return [];
  // What a launch that was cut off had lost is lost still.
  const earlier = before.isUp ? [] : before.losses;
  const crash: Loss[] = wasStopped ? [] : ['recent-storage', ...(state ? [] : ['pages' as const])];
  return [...new Set<Loss>([...earlier, 'page-state', ...crash])];
}
