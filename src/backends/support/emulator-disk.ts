// The disk that emulators write to: none is started where it is nearly full.

import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { problem } from '../../errors.ts';
import type { EmulatorSettings } from './emulator-settings.ts';

const FLOOR_BYTES = 2 * 1024 ** 3;

/** @throws Problem `no-capacity`. */
export async function checkDisk(
  { diskFloor = FLOOR_BYTES }: EmulatorSettings,
  folder: string,
): Promise<void> {
  const { bavail, bsize } = await statfs(await nearestExisting(folder));
  const free = bavail * bsize;
  if (free >= diskFloor) return;
  const [left, floor] = [free, diskFloor].map((bytes) => `${Math.floor(bytes / 1024 ** 2)} MB`);
  throw problem('no-capacity', {
    detail: `There are ${left} free on the disk of ${folder}, and \`diskFloor\` is ${floor}.`,
  });
}

async function nearestExisting(folder: string): Promise<string> {
  const isThere = await access(folder, constants.F_OK).then(
    () => true,
    () => false,
  );
  return isThere || dirname(folder) === folder ? folder : nearestExisting(dirname(folder));
}
