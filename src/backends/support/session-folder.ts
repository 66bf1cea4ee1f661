// The folder of one browser: its profile, its temporary files, its log, and the stamp that says whose it is. Whoever
// finds the folder after a crash can end the browser by it.

import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import type { Log } from '../../log.ts';
import { ProxySettings } from '../../protocol/sessions.ts';
import { readJson, writeJson } from './json-file.ts';
import { readLogTail } from './log-tail.ts';
import { VirtualDisplay } from './virtual-display.ts';

const Stamp = Type.Object({
  /** Absent while it waits in the warm pool. */
  sessionId: Type.Optional(Type.String()),
  process: Type.Object({ pid: Type.Integer(), startTime: Type.String(), bootId: Type.String() }),
  /** The port of its egress and where that leads to, so that a later server can listen there again. */
  egress: Type.Optional(Type.Object({ port: Type.Integer(), proxy: Type.Optional(ProxySettings) })),
  /** Of a driver whose browser is no child of it, and is ended by ending its session. */
  driver: Type.Optional(Type.Object({ port: Type.Integer(), sessionId: Type.String() })),
  /** The display that was started for it. */
  display: Type.Optional(VirtualDisplay),
});
export type Stamp = Static<typeof Stamp>;

export class SessionFolder {
  readonly name: string;
  readonly path: string;

  /** `root` holds the folders of all sessions of a backend. */
  constructor(root: string, name: string) {
    this.name = name;
    this.path = join(root, name);
  }

  get profile(): string {
    return join(this.path, 'profile');
  }

  get logFile(): string {
    return join(this.path, 'browser.log');
  }

  async create(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    await mkdir(join(this.path, 'tmp'), { mode: 0o700 });
  }

  writeStamp(stamp: Stamp): Promise<void> {
    return writeJson(this.#stampFile, stamp);
  }

  /** `undefined` where there is none, or none that can be read. */
  readStamp(): Promise<Stamp | undefined> {
    return readJson(this.#stampFile, Stamp);
  }

  /** The end of what the browser wrote, for people. */
  readLogTail(): Promise<string> {
    return readLogTail(this.logFile);
  }

  async exists(): Promise<boolean> {
    return (await stat(this.path).catch(() => undefined)) !== undefined;
  }

  /** Removes everything. Tries again for a while: what a dying process still writes makes a folder not empty. */
  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true, maxRetries: 20, retryDelay: 25 });
  }

  get #stampFile(): string {
    return join(this.path, 'browser.json');
  }
}

/** Has `sweep` end and remove each of them. One that cannot be removed now keeps no other one. */
export async function sweepAll(
  folders: readonly SessionFolder[],
  sweep: (folder: SessionFolder) => Promise<void>,
  { name: backend, log }: { name: string; log: Log },
): Promise<void> {
  for (const folder of folders) {
    try {
      await sweep(folder);
      log.info({ event: 'browser.swept', backend, folder: folder.name });
    } catch (error) {
      log.warn({ event: 'browser.destroy-failed', backend, folder: folder.name, err: error });
    }
  }
}

/** The folders that there are under `root`. */
export async function listSessionFolders(root: string): Promise<SessionFolder[]> {
  const names = await readdir(root).catch(() => []);
  return names.map((name) => new SessionFolder(root, name));
}
