// What a keeper is told at its start, and who it is: the file by which every later server finds it.

import { readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessIdentity } from '../../process-identity.ts';

export interface KeeperOrders {
  /** `ws://…` */
  browserUrl: string;
  chrome: ProcessIdentity;
  saveEveryMs: number;
  /** The keeper itself, once it runs. */
  keeper?: ProcessIdentity;
}

/** `undefined` where there are none. */
export function readOrders(folder: string): KeeperOrders | undefined {
  try {
    // Only servers of ours write it, as a whole.
    return JSON.parse(readFileSync(fileIn(folder), 'utf8')) as KeeperOrders;
  } catch {
    return undefined; // there was never a keeper
  }
}

export async function writeOrders(folder: string, orders: KeeperOrders): Promise<void> {
  // The address of the browser is all that it takes to drive it.
  await writeFile(`${fileIn(folder)}.new`, JSON.stringify(orders), { mode: 0o600 });
  await rename(`${fileIn(folder)}.new`, fileIn(folder));
}

export async function removeOrders(folder: string): Promise<void> {
  await rm(fileIn(folder), { force: true });
}

function fileIn(folder: string): string {
  return join(folder, 'keeper.json');
}
