// The disk of simulators, of which each clone takes some: none is made where it is nearly full.

import { statfs } from 'node:fs/promises';
import { homedir } from 'node:os';
import { problem } from '../../errors.ts';
import type { IosSimulatorSettings } from './simulator-settings.ts';

const FLOOR_PERCENT = 10;

/** @throws Problem `session-not-created`. */
export async function checkDisk(settings: IosSimulatorSettings): Promise<void> {
  const shortage = await readShortage(settings);
  if (shortage !== undefined) throw problem('session-not-created', { detail: shortage });
}

/** What is to be said where the disk is too full for another simulator. */
export async function readShortage({
  diskFloorPercent = FLOOR_PERCENT,
}: IosSimulatorSettings): Promise<string | undefined> {
  const { bavail, blocks } = await statfs(homedir());
  const free = (100 * bavail) / blocks;
  if (free >= diskFloorPercent) return undefined;
  return (
    `${free.toFixed(1)} % of the disk is free, and simulators need ${diskFloorPercent} %. ` +
    'Free some (`xcrun simctl delete unavailable`), or lower `diskFloorPercent`.'
  );
}
