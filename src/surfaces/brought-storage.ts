// localStorage that a copy of a profile brings along in clear: Chrome writes its own to the disk some seconds late, and
// what it had not written yet would be missing in the copy. It is put into the Chrome that is launched on the copy first.

import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { StorageState } from '../protocol/sessions.ts';

export type BroughtStorage = Pick<StorageState, 'origins'>;

/** Chrome keeps at most 10 MB of an origin; what comes from an archive may be anything. */
const LARGEST_BYTES = 256 * 1024 * 1024;

const Brought = Type.Pick(StorageState, ['origins']);

/** What is still to be brought in; nothing where that is done, or where it is nothing of the kind. */
export async function readBroughtStorage(file: string): Promise<BroughtStorage | undefined> {
  try {
    if ((await stat(file)).size > LARGEST_BYTES) return undefined;
    const storage: unknown = JSON.parse(await readFile(file, 'utf8'));
    return Value.Check(Brought, storage) ? storage : undefined;
  } catch {
    return undefined; // most surfaces were never copied
  }
}

export function writeBroughtStorage(file: string, storage: BroughtStorage): Promise<void> {
  return writeFile(file, JSON.stringify(storage), { mode: 0o600 });
}

export function clearBroughtStorage(file: string): Promise<void> {
  return rm(file, { force: true });
}
