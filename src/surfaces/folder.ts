// The folder of one surface: its profile, which stays, and what is known of the Chrome that runs on it. Everything that
// a later server needs to take that Chrome over, or to bring its tabs back, lies here.

import { randomBytes } from 'node:crypto';
import { mkdir, opendir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Static, Type } from 'typebox';
import { readJson, writeJson } from '../backends/support/json-file.ts';
import { readLogTail } from '../backends/support/log-tail.ts';
import { LOSSES, type Loss } from '../protocol/pages.ts';
import { ProxySettings } from '../protocol/sessions.ts';
import type { SavedState } from './keeper.ts';

const ProcessIdentity = Type.Object({
  pid: Type.Integer(),
  startTime: Type.String(),
  bootId: Type.String(),
});

/** What is known of the latest launch. Written before the process is there, and completed as it comes up. */
export const LaunchStamp = Type.Object({
  name: Type.String(),
  client: Type.String(),
  /** The session that the launch, or its latest adoption, was for. */
  sessionId: Type.String(),
  generation: Type.Integer({ minimum: 1 }),
  host: Type.String(),
  profileDir: Type.String(),
  /** Somebody else started it: nobody here may stop it. */
  isAttached: Type.Optional(Type.Literal(true)),
  browser: Type.String(),
  browserVersion: Type.String(),
  flags: Type.Array(Type.String()),
  /** Epoch milliseconds. */
  createdAt: Type.Number(),
  lastConnectedAt: Type.Number(),
  process: Type.Optional(ProcessIdentity),
  address: Type.Optional(Type.Object({ port: Type.Integer(), wsPath: Type.String() })),
  keeper: Type.Optional(ProcessIdentity),
  /** The port of its egress and where that leads to, so that a later server can listen there again. */
  egress: Type.Optional(Type.Object({ port: Type.Integer(), proxy: Type.Optional(ProxySettings) })),
  /** Whether it has all that the generation before had, as far as that can be brought back. */
  isUp: Type.Boolean(),
  /** Present target ids of tabs, by those under which they were first known. */
  successors: Type.Record(Type.String(), Type.String()),
  losses: Type.Array(Type.Enum(Object.keys(LOSSES) as Loss[])),
  /** Of the saved state when it was stopped and had written everything; absent when it crashed. */
  stoppedWith: Type.Optional(Type.Number()),
});
export type LaunchStamp = Static<typeof LaunchStamp>;

/** No name of a surface begins with a dot. */
const TRASH = '.removed-';

export class SurfaceFolder {
  readonly name: string;
  readonly path: string;

  /** `root` holds the folders of all surfaces. */
  constructor(root: string, name: string) {
    this.name = name;
    this.path = join(root, name);
  }

  /** The `--user-data-dir` of its Chrome. */
  get profile(): string {
    return join(this.path, 'profile');
  }

  /** What the keeper saves. */
  get stateFile(): string {
    return join(this.path, 'state.json');
  }

  /** What a copied profile brings along; see `brought-storage.ts`. */
  get storageFile(): string {
    return join(this.path, 'storage.json');
  }

  get logFile(): string {
    return join(this.path, 'browser.log');
  }

  /** Makes what a launch needs, and throws the temporary files of the launch before away. */
  async create(): Promise<void> {
    await mkdir(this.profile, { recursive: true, mode: 0o700 });
    await rm(this.#temporary, { recursive: true, force: true });
    await mkdir(this.#temporary, { mode: 0o700 });
    // Each launch has a log of its own; a Chrome that runs for months writes into it.
    await rm(this.logFile, { force: true });
  }

  async exists(): Promise<boolean> {
    return (await stat(this.path).catch(() => undefined)) !== undefined;
  }

  /** Whether a Chrome has lived in it. */
  async hasProfile(): Promise<boolean> {
    return (await stat(join(this.profile, 'Default')).catch(() => undefined)) !== undefined;
  }

  readStamp(): Promise<LaunchStamp | undefined> {
    return readJson(join(this.path, 'surface.json'), LaunchStamp);
  }

  writeStamp(stamp: LaunchStamp): Promise<void> {
    return writeJson(join(this.path, 'surface.json'), stamp);
  }

  /** The journal of the pages, as it was given to `writeJournal`. */
  readJournal(): Promise<unknown> {
    return readJson(join(this.path, 'journal.json'), Type.Unknown());
  }

  writeJournal(journal: unknown): Promise<void> {
    return writeJson(join(this.path, 'journal.json'), journal);
  }

  /** What is still to be brought back into the present Chrome: a copy, since the keeper overwrites its own file. */
  readRestoration(): Promise<SavedState | undefined> {
    // Written by the method below, and by nobody else.
    return readJson(join(this.path, 'restore.json'), Type.Unsafe<SavedState>(Type.Object({})));
  }

  writeRestoration(state: SavedState): Promise<void> {
    return writeJson(join(this.path, 'restore.json'), state);
  }

  async clearRestoration(): Promise<void> {
    await rm(join(this.path, 'restore.json'), { force: true });
  }

  /** For a profile that is about to be replaced: what was known of its tabs does not hold for the new one. */
  async forget(): Promise<void> {
    for (const name of ['surface.json', 'journal.json', 'restore.json']) {
      await rm(join(this.path, name), { force: true });
    }
  }

  /** The end of what its Chrome wrote, for people. */
  readLogTail(): Promise<string> {
    return readLogTail(this.logFile);
  }

  /** What all of it takes on disk, in bytes. */
  sizeBytes(): Promise<number> {
    return sizeOf(this.path);
  }

  /** Removes everything. No half of it is ever left under its name: it is renamed first. */
  async remove(): Promise<void> {
    const trash = join(dirname(this.path), `${TRASH}${randomBytes(8).toString('hex')}`);
    try {
      await rename(this.path, trash);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // what rename throws carries errno's name
      throw error;
    }
    await removeAll(trash);
  }

  get #temporary(): string {
    return join(this.path, 'tmp');
  }
}

/** The folders of surfaces under `root`. */
export async function listSurfaceFolders(root: string): Promise<SurfaceFolder[]> {
  const names = await readdir(root).catch(() => []); // there was never one
  return names.filter((name) => !name.startsWith('.')).map((name) => new SurfaceFolder(root, name));
}

/** Removes what a server was removing when it was killed. */
export async function finishRemovals(root: string): Promise<void> {
  const names = await readdir(root).catch(() => []); // there was never one
  for (const name of names) if (name.startsWith(TRASH)) await removeAll(join(root, name));
}

/** Tries again for a while: what a dying process still writes makes a folder not empty. */
async function removeAll(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 25 });
}

async function sizeOf(path: string): Promise<number> {
  let total = 0;
  const entries = await opendir(path).catch(() => undefined); // gone meanwhile
  if (!entries) return 0;
  for await (const entry of entries) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) total += await sizeOf(inner);
    else if (entry.isFile()) total += (await stat(inner).catch(() => undefined))?.size ?? 0;
  }
  return total;
}
