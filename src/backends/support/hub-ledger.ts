// What a hub was asked for and is not known to be rid of: a file a session, written before the hub is asked. By it a later
// server finds what the hub made for one that was killed, and never got its hands on.

import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { SessionId } from '../../ids.ts';

const HubEntry = Type.Object({
  sessionId: Type.String({ pattern: '^[\\w-]+$' }),
  /** Which hub, as `Hub.name`: the configuration may lead to another one meanwhile. */
  hub: Type.String(),
  /** When it was asked for, in milliseconds since 1970. */
  since: Type.Number(),
  /** What the hub calls it, once that is known. */
  hubSessionId: Type.Optional(Type.String()),
});
export type HubEntry = Omit<Static<typeof HubEntry>, 'sessionId'> & { sessionId: SessionId };

export class HubLedger {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async write(entry: HubEntry): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const file = this.#fileOf(entry.sessionId);
    const next = `${file}.${randomBytes(4).toString('hex')}`;
    await writeFile(next, JSON.stringify(entry), { mode: 0o600 });
    await rename(next, file);
  }

  async read(sessionId: string): Promise<HubEntry | undefined> {
    try {
      const entry: unknown = JSON.parse(await readFile(this.#fileOf(sessionId), 'utf8'));
      return Value.Check(HubEntry, entry) ? (entry as HubEntry) : undefined; // ids of ours, as we wrote them
    } catch {
      return undefined; // there is none, or a server died before it was written
    }
  }

  async remove(sessionId: string): Promise<void> {
    await rm(this.#fileOf(sessionId), { force: true });
  }

  async list(): Promise<HubEntry[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const entries = await Promise.all(
      names.flatMap((name) => (name.endsWith('.json') ? [this.read(name.slice(0, -'.json'.length))] : [])),
    );
    return entries.filter((entry) => entry !== undefined);
  }

  #fileOf(sessionId: string): string {
    return join(this.#folder, `${sessionId}.json`);
  }
}
