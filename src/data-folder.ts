// The data folder: where everything lies that Moorage writes, and whose it is. One server at a time owns it, by a lock
// file that a dead owner cannot keep.

import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, statfs, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { Clock } from './clock.ts';
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts';

export interface DataFolder {
  /** Absolute. */
  readonly path: string;
  readonly storeFile: string;
  readonly logs: string;
  /** Files of clients. It may not exist yet. */
  readonly artifacts: string;
  readonly recordings: string;
  /** The part of one backend, by its name in the configuration. It may not exist yet. */
  backend(name: string): string;
  /** What is left on its disk for us, in bytes. */
  freeBytes(): Promise<number>;
  /** Lets the next owner in. Idempotent. */
  release(): Promise<void>;
}

/**
 * Makes the folder if need be, for its owner's eyes only, and takes its lock.
 * @throws Error naming the owner's pid and host when the folder is in use.
 */
export async function openDataFolder(path: string, { clock }: { clock: Clock }): Promise<DataFolder> {
  const folder = resolve(path);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unusable(folder, 'made', cause);
  }

  const lockFile = join(folder, 'owner.json');
  const self: Owner = {
    ...(await identifyOurselves()),
    host: hostname(),
    startedAt: new Date(clock.now()).toISOString(),
  };
  try {
    await takeLock(lockFile, self, clock, (owner) => inUse(folder, owner, self));
  } catch (error) {
    throw codeOf(error) === undefined ? error : unusable(folder, 'used', error);
  }
  const stopShowing = showLife(lockFile, clock);
  let isReleased = false;

  return {
    path: folder,
    storeFile: join(folder, 'moorage.db'),
    logs: join(folder, 'logs'),
    artifacts: join(folder, 'artifacts'),
    recordings: join(folder, 'recordings'),
    backend: (name) => join(folder, 'backends', name),
    async freeBytes() {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    },
    async release() {
      if (isReleased) return;
      isReleased = true;
      stopShowing();
      // Somebody may have deleted it by hand, and another server may hold the folder by now.
      if (nameOf(await readOwner(lockFile)) === nameOf(self)) await rm(lockFile, { force: true });
    },
  };
}

interface Owner extends ProcessIdentity {
  host: string;
  startedAt: string;
}

/**
 * Makes `file` say that `self` holds it, or throws what `refuse` gives when a living process does.
 *
 * A dead holder is replaced in one rename, and only by whoever holds the claim to succeed this very holder: a second
 * lock, named after it and taken by this same function, since a claimant may die as well. Without it two takers could
 * both see the dead holder, and the slower one would replace the faster.
 */
async function takeLock(
  file: string,
  self: Owner,
  clock: Clock,
  refuse: (owner: Owner) => Error,
): Promise<void> {
  while (!(await createLock(file, self))) {
    const holder = await readOwner(file);
    if (holder === undefined) continue;
    if (holder !== 'damaged' && (await isAlive(holder, self, file, clock))) throw refuse(holder);

    const claim = `${file}.${nameOf(holder)}`;
    await takeLock(claim, self, clock, refuse);
    try {
      if (nameOf(await readOwner(file)) === nameOf(holder)) return await replaceLock(file, self);
    } finally {
      await rm(claim, { force: true });
    }
  }
}

/** False where there is one already. It appears with its content, so that nobody reads half of it. */
async function createLock(file: string, self: Owner): Promise<boolean> {
  const draft = await writeDraft(file, self);
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function replaceLock(file: string, self: Owner): Promise<void> {
  await rename(await writeDraft(file, self), file);
}

async function writeDraft(file: string, self: Owner): Promise<string> {
  const draft = `${file}.draft-${randomUUID()}`;
  await writeFile(draft, `${JSON.stringify(self, null, 2)}\n`, { mode: 0o600 });
  return draft;
}

/** `damaged` is what a power cut may leave. */
async function readOwner(file: string): Promise<Owner | 'damaged' | undefined> {
  try {
    const owner: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isOwner(owner) ? owner : 'damaged';
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (error instanceof SyntaxError) return 'damaged';
    throw error;
  }
}

function isOwner(value: unknown): value is Owner {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, startTime, bootId, host, startedAt } = value as Record<string, unknown>; // checked right below
  const texts = [startTime, bootId, host, startedAt];
  return Number.isInteger(pid) && texts.every((text) => typeof text === 'string');
}

/** Unlike for any two processes, and fit for the name of a file. */
function nameOf(owner: Owner | 'damaged' | undefined): string | undefined {
  if (owner === undefined || owner === 'damaged') return owner;
  return `${owner.pid}-${owner.startTime}-${owner.bootId}`.replaceAll(/[^\w-]+/g, '-');
}

// The processes of another host cannot be seen from here. A container that was made anew is such a host: it has a new
// name and the old folder. So an owner touches its lock every now and then, and one that stopped doing so is dead.
const LIFE_SIGN_MS = 10_000;
const DEAD_AFTER_MS = 60_000;

/** Touches the lock as long as it is held. Returns the function that stops it. */
function showLife(file: string, clock: Clock): () => void {
  return clock.every(LIFE_SIGN_MS, () => {
    const now = new Date(clock.now());
    // A folder that was taken away is noticed by whoever writes to it.
    utimes(file, now, now).catch(() => {});
  });
}

async function isAlive(owner: Owner, self: Owner, file: string, clock: Clock): Promise<boolean> {
  if (owner.host !== self.host) {
    const lastSign = await stat(file).catch(() => undefined); // given back meanwhile
    return lastSign !== undefined && clock.now() - lastSign.mtimeMs < DEAD_AFTER_MS;
  }
  return isRunning(owner);
}

function inUse(folder: string, owner: Owner, self: Owner): Error {
  const advice =
    owner.host === self.host
      ? 'stop it or give another --data'
      : `stop it or give another --data; if it is dead, try again in ${DEAD_AFTER_MS / 1000} s`;
  const { pid, host, startedAt } = owner;
  return new Error(
    `Data folder ${folder} is in use by pid ${pid} on host ${host} since ${startedAt}; ${advice}`,
  );
}

/** Of a failure of the file system, which says what was tried where. */
function unusable(folder: string, verb: 'made' | 'used', cause: unknown): Error {
  const advice = ADVICE[String(codeOf(cause))] ?? '';
  const message = `Data folder ${folder} cannot be ${verb}: ${reasonOf(cause)}; ${advice}give another --data`;
  return new Error(message, { cause });
}

const ADVICE: Record<string, string> = {
  EACCES: 'let the user of this server write it, or ',
  ENOSPC: 'free some room on its disk, or ',
};

async function identifyOurselves(): Promise<ProcessIdentity> {
  const identity = await identify(process.pid);
  if (!identity)
    throw new Error(`pid ${process.pid}, which is ours, cannot be looked up on ${process.platform}`);
  return identity;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
