// The folder of one browser: its profile, its temporary files, its log, and the stamp that says whose it is. Whoever
// finds the folder after a crash can end the browser by it.

import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { ProxySettings } from '../../protocol/sessions.ts';
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

const LOG_TAIL_BYTES = 2048;

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

  /** Replaces the stamp as a whole. Only the owner may read it: it can hold the password of a proxy. */
  async writeStamp(stamp: Stamp): Promise<void> {
    const file = join(this.path, 'browser.json');
    const next = `${file}.${randomBytes(4).toString('hex')}`;
    const handle = await open(next, 'wx', 0o600);
    try {
      await handle.writeFile(JSON.stringify(stamp));
    } finally {
      await handle.close();
    }
    await rename(next, file);
  }

  /** `undefined` where there is none, or none that can be read. */
  async readStamp(): Promise<Stamp | undefined> {
    try {
      const stamp: unknown = JSON.parse(await readFile(join(this.path, 'browser.json'), 'utf8'));
      return Value.Check(Stamp, stamp) ? stamp : undefined;
    } catch {
      return undefined; // a server died before it wrote one
    }
  }

  /** The end of what the browser wrote, for people. */
  async readLogTail(): Promise<string> {
    try {
      const log = await open(this.logFile, 'r');
      try {
        const { size } = await log.stat();
        const position = Math.max(0, size - LOG_TAIL_BYTES);
        const { buffer, bytesRead } = await log.read({ position, length: LOG_TAIL_BYTES });
        return buffer.subarray(0, bytesRead).toString('utf8').trim();
      } finally {
        await log.close();
      }
    } catch {
      return ''; // it wrote none
    }
  }

  async exists(): Promise<boolean> {
    return (await stat(this.path).catch(() => undefined)) !== undefined;
  }

  /** Removes everything. Tries again for a while: what a dying process still writes makes a folder not empty. */
  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true, maxRetries: 20, retryDelay: 25 });
  }
}

/** The folders that there are under `root`. */
export async function listSessionFolders(root: string): Promise<SessionFolder[]> {
  const names = await readdir(root).catch(() => []);
  return names.map((name) => new SessionFolder(root, name));
}
