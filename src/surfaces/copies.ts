// Copies of a surface's profile, for clones and archives. A surface that runs is frozen while its files are copied, some
// tenths of a second, and nothing of it is lost: what Chrome has not written yet stands in the keeper's saved state.

import { constants, existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { newId } from '../ids.ts';
import type { Log } from '../log.ts';
import { identify, isRunning, isStopped, type ProcessIdentity } from '../process-identity.ts';
import type { ArchivedPlace } from './archive.ts';
import { carriedFiles } from './profile-files.ts';

/** A place of our own that whoever got it has to remove. */
export interface Copy extends ArchivedPlace {
  remove(): Promise<void>;
}

/** No name of a surface begins with a dot. */
const FOLDER = '.copies';
const FROZEN = 'frozen.json';
const STATE_BYTES = 256 * 1024 * 1024;

/** As far as a launch relies on it; see `keeper/state-file.ts`. */
const State = Type.Object({
  at: Type.Number(),
  tabs: Type.Array(
    Type.Object({
      url: Type.String(),
      title: Type.String(),
      targetId: Type.String(),
      sessionStorage: Type.Optional(Type.Record(Type.String(), Type.String())),
    }),
    { maxItems: 1000 },
  ),
  cookies: Type.Array(
    Type.Object({
      name: Type.String(),
      value: Type.String(),
      domain: Type.String(),
      path: Type.String(),
      expires: Type.Number(),
      session: Type.Boolean(),
    }),
  ),
});

export class Copies {
  readonly #folder: string;
  readonly #log: Log;

  constructor({ root, log }: { root: string; log: Log }) {
    this.#folder = join(root, FOLDER);
    this.#log = log;
  }

  /** Removes what a killed server left, and lets go on what it had frozen. */
  async clear(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []); // nothing was ever copied
    for (const name of names) await thaw(join(this.#folder, name, FROZEN));
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** An empty one, to be filled by an import. */
  async empty(): Promise<Copy> {
    const folder = join(this.#folder, newId('srf'));
    await mkdir(join(folder, 'profile'), { recursive: true, mode: 0o700 });
    return {
      profile: join(folder, 'profile'),
      stateFile: join(folder, 'state.json'),
      storageFile: join(folder, 'storage.json'),
      remove: () => rm(folder, { recursive: true, force: true }),
    };
  }

  /** What lies at `source` at one moment. `pid` is the Chrome that writes there, where there is one. */
  async take(source: ArchivedPlace, pid: number | undefined): Promise<Copy> {
    const copy = await this.empty();
    const marker = join(dirname(copy.profile), FROZEN);
    try {
      if (pid !== undefined) await freeze(pid, marker);
      try {
        await copyFiles(source, copy);
      } finally {
        await thaw(marker);
      }
      return copy;
    } catch (error) {
      await copy.remove();
      throw error;
    }
  }

  /** Puts a copy where a surface's profile is, which no Chrome may be using, in place of what lies there. */
  async install(copy: ArchivedPlace, target: ArchivedPlace, now: number): Promise<void> {
    const old = await this.empty();
    try {
      await mkdir(dirname(target.profile), { recursive: true, mode: 0o700 });
      if (existsSync(target.profile)) await rename(target.profile, join(old.profile, 'replaced'));
      await rm(target.stateFile, { force: true });
      await rm(target.storageFile, { force: true });
      await rename(copy.profile, target.profile);
      if (existsSync(copy.storageFile)) await rename(copy.storageFile, target.storageFile);
      if (existsSync(copy.stateFile)) await writeRenewed(copy.stateFile, target.stateFile, now);
    } finally {
      await old.remove().catch((err: unknown) => this.#log.warn({ event: 'copy.left', err }));
    }
  }
}

async function copyFiles(source: ArchivedPlace, target: ArchivedPlace): Promise<void> {
  for await (const { path } of carriedFiles(source.profile)) {
    const file = join(target.profile, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    // Shares the blocks where the file system can.
    await copyFile(join(source.profile, path), file, constants.COPYFILE_FICLONE);
  }
  for (const name of ['stateFile', 'storageFile'] as const) {
    if (existsSync(source[name])) await copyFile(source[name], target[name]);
  }
}

/**
 * Writes a saved state as one of now, so that its cookies count more than those on the disk, which were copied later but
 * written earlier. It may come from an archive: what is none is left out, and so are tabs where nobody could have gone.
 */
async function writeRenewed(from: string, to: string, now: number): Promise<void> {
  const state: unknown =
    (await stat(from)).size > STATE_BYTES ? undefined : parseJson(await readFile(from, 'utf8'));
  if (!Value.Check(State, state)) return;
  const tabs = state.tabs.filter(({ url }) => /^(https?:|about:blank|data:)/.test(url));
  await writeFile(to, JSON.stringify({ ...state, at: now, tabs }), { mode: 0o600 });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Stops a Chrome with all its children. The marker lets the next server go on where this one is killed meanwhile. */
async function freeze(pid: number, marker: string): Promise<void> {
  const identity = await identify(pid);
  // Who froze it before us wants it frozen, and then it is copied as it is.
  if (!identity || (await isStopped(identity))) return;
  await writeFile(marker, JSON.stringify(identity), { mode: 0o600 });
  process.kill(-pid, 'SIGSTOP');
}

async function thaw(marker: string): Promise<void> {
  if (!existsSync(marker)) return;
  const identity = JSON.parse(await readFile(marker, 'utf8')) as ProcessIdentity; // written by `freeze`
  if (await isRunning(identity)) process.kill(-identity.pid, 'SIGCONT');
  await rm(marker);
}
