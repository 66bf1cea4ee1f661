// What a backend notes of each session on disk, for the server that comes after a crash: where the browser is, by which
// that can end it with nothing but the id of the session.

import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSessionId, type SessionId } from '../../ids.ts';

export class SessionNotes {
  readonly #folder: string;

  /** `folder` is the backend's own; it need not exist yet. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Replaces the note as a whole. Only the owner may read it. */
  async write(id: SessionId, note: Readonly<Record<string, unknown>>): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const file = this.#fileOf(id);
    const next = `${file}.${randomBytes(4).toString('hex')}`;
    await writeFile(next, JSON.stringify(note), { mode: 0o600 });
    await rename(next, file);
  }

  /** `undefined` where there is none, or none that can be read. */
  async read(id: SessionId): Promise<Record<string, unknown> | undefined> {
    try {
      const note: unknown = JSON.parse(await readFile(this.#fileOf(id), 'utf8'));
      return typeof note === 'object' && note !== null ? { ...note } : undefined;
    } catch {
      return undefined;
    }
  }

  async remove(id: SessionId): Promise<void> {
    await rm(this.#fileOf(id), { force: true });
  }

  /** The sessions of which there are notes. */
  async list(): Promise<SessionId[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names.map((name) => name.replace(/\.json$/, '')).filter(isSessionId);
  }

  #fileOf(id: SessionId): string {
    return join(this.#folder, `${id}.json`);
  }
}
