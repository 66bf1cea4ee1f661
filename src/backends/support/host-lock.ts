// Locks for what a machine has once, such as its Safari or a phone on a cable: two servers on one machine must not both
// have it, whatever their data folders. A lock names a process, and is worth nothing once that has ended.

import { randomUUID } from 'node:crypto';
import { chmod, link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bootId, identify, isRunning, type ProcessIdentity } from '../../process-identity.ts';

export interface HostLock {
  /** From now on it lasts as long as this process, which outlives us. */
  passTo(holder: ProcessIdentity): Promise<void>;
  /** Idempotent. */
  release(): Promise<void>;
}

/** Who has it, as the lock tells. */
export interface LockHolder extends ProcessIdentity {
  /** For people: whose data folder and which session. */
  purpose: string;
}

/** Many want one that is stale at once; more in vain means that it cannot be removed, or not be read. */
const TRIES = 100;

/**
 * Takes the lock `name` in `folder` for this process, or tells who has it.
 * @throws Error where one is in the way that is not ours to read or remove, as that of another user's dead server.
 */
export async function takeHostLock(
  folder: string,
  name: string,
  purpose: string,
): Promise<HostLock | { heldBy: LockHolder }> {
  // Servers of several users share it; nobody can remove another one's lock.
  const isNew = (await mkdir(folder, { recursive: true })) !== undefined;
  if (isNew) await chmod(folder, 0o1777); // the umask would have its say in what mkdir is told
  const file = fileOf(folder, name);
  const self = await identify(process.pid);
  const own: LockHolder = {
    ...(self ?? { pid: process.pid, startTime: '', bootId: await bootId() }),
    purpose,
  };
  for (let tries = 1; tries <= TRIES; tries += 1) {
    if (await create(file, own)) return lockAt(file, own);
    const heldBy = await read(file);
    if (heldBy === undefined) continue; // released meanwhile
    if (heldBy !== 'damaged' && (await isRunning(heldBy))) return { heldBy };
    await removeStale(file, heldBy);
  }
  throw new Error(`${file} can neither be read nor removed: see whose it is, and that no server has it`);
}

/** The lock as a process left it that ran before us, whose browser lives on. `undefined` where it is another's. */
export async function findHostLock(
  folder: string,
  name: string,
  holder: ProcessIdentity,
): Promise<HostLock | undefined> {
  const file = fileOf(folder, name);
  const heldBy = await read(file);
  const isIts =
    typeof heldBy === 'object' && heldBy.pid === holder.pid && heldBy.startTime === holder.startTime;
  return isIts ? lockAt(file, heldBy) : undefined;
}

/** Who has the lock now; `undefined` where nobody that still runs has it. */
export async function readHostLock(folder: string, name: string): Promise<LockHolder | undefined> {
  const heldBy = await read(fileOf(folder, name));
  return typeof heldBy === 'object' && (await isRunning(heldBy)) ? heldBy : undefined;
}

/** Who has locks now whose names begin with `prefix`. What nobody has that still runs is removed. */
export async function listHostLocks(folder: string, prefix: string): Promise<LockHolder[]> {
  const beginning = asFileName(prefix);
  const files = await readdir(folder).catch(() => []); // nobody has had a lock yet
  const holders: LockHolder[] = [];
  for (const name of files.filter((each) => each.startsWith(beginning) && each.endsWith(SUFFIX))) {
    const file = join(folder, name);
    const heldBy = await read(file);
    if (heldBy === undefined) continue; // released meanwhile
    if (heldBy !== 'damaged' && (await isRunning(heldBy))) holders.push(heldBy);
    else await removeStale(file, heldBy);
  }
  return holders;
}

const SUFFIX = '.lock';

function fileOf(folder: string, name: string): string {
  return join(folder, `${asFileName(name)}${SUFFIX}`);
}

function asFileName(name: string): string {
  return name.replace(/[^\w.-]/g, '_');
}

function lockAt(file: string, own: LockHolder): HostLock {
  let current = own;
  return {
    async passTo(holder) {
      current = { ...holder, purpose: own.purpose };
      await rename(await writeDraft(file, current), file);
    },
    async release() {
      const heldBy = await read(file);
      if (typeof heldBy !== 'object') return;
      if (heldBy.pid === current.pid && heldBy.startTime === current.startTime)
        await rm(file, { force: true });
    },
  };
}

/** It appears with its content, so that nobody reads half of it. */
async function create(file: string, holder: LockHolder): Promise<boolean> {
  const draft = await writeDraft(file, holder);
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false; // what link throws carries errno's name
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Only what was seen to be stale: between look and removal somebody faster may have taken it. */
async function removeStale(file: string, stale: LockHolder | 'damaged'): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return; // somebody else was faster
  }
  const moved = await read(aside);
  if (JSON.stringify(moved) !== JSON.stringify(stale)) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
}

async function writeDraft(file: string, holder: LockHolder): Promise<string> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(holder), { mode: 0o644 });
  return draft;
}

async function read(file: string): Promise<LockHolder | 'damaged' | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    const holder: unknown = JSON.parse(text);
    return isHolder(holder) ? holder : 'damaged';
  } catch {
    return 'damaged'; // a power cut
  }
}

function isHolder(value: unknown): value is LockHolder {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, startTime, bootId: boot, purpose } = value as Record<string, unknown>; // checked right here
  return Number.isInteger(pid) && [startTime, boot, purpose].every((text) => typeof text === 'string');
}
