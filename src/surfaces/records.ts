// The records of surfaces: all of this server in memory, because every request asks for one, and each change in the
// store before it is told.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { asProblem, problem } from '../errors.ts';
import { newId } from '../ids.ts';
import type { SurfaceAttachment, SurfaceOptions } from '../protocol/surfaces.ts';
import { type Store, type SurfaceRecord, storeUnavailable } from '../store/store.ts';
import type { SurfaceBook } from './backend.ts';

export class SurfaceRecords implements SurfaceBook {
  readonly #root: string;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #node: string;
  readonly #isSoleServer: boolean;
  /** By client, then by name. */
  readonly #clients = new Map<string, Map<string, SurfaceRecord>>();

  constructor(options: {
    /** The folder of all surfaces. */
    root: string;
    store: Store;
    clock: Clock;
    node: string;
    /** Whether no other server uses this store, so that whatever it holds is this one's. */
    isSoleServer: boolean;
  }) {
    this.#root = options.root;
    this.#store = options.store;
    this.#clock = options.clock;
    this.#node = options.node;
    this.#isSoleServer = options.isSoleServer;
  }

  /** Reads them from the store. To be called once, before anything else. */
  async load(): Promise<void> {
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const page = await this.#store.surfaces.list({ limit: 500, ...(cursor !== undefined && { cursor }) });
      for (const record of page.data) {
        if (this.#isSoleServer || record.node === this.#node) this.#add(record);
      }
      cursor = page.nextCursor;
    }
    this.#store.restoreFrom?.(() => ({ surfaces: [...this.all()] }));
  }

  find(client: string, name: string): SurfaceRecord | undefined {
    return this.#clients.get(client)?.get(name);
  }

  /** @throws Problem `surface-not-found`. */
  get(client: string, name: string): SurfaceRecord {
    const record = this.find(client, name);
    if (record) return record;
    throw problem('surface-not-found', { detail: `There is no surface ${name}.` });
  }

  /** Those of a client, by name. */
  of(client: string): SurfaceRecord[] {
    const own = [...(this.#clients.get(client)?.values() ?? [])];
    return own.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Those of all clients that have this name. */
  named(name: string): SurfaceRecord[] {
    return [...this.#clients.values()].flatMap((names) => names.get(name) ?? []);
  }

  *all(): Iterable<SurfaceRecord> {
    for (const names of this.#clients.values()) yield* names.values();
  }

  /** Makes a surface that has never run. */
  async create(made: {
    client: string;
    name: string;
    browser: string;
    options: SurfaceOptions;
    attached?: SurfaceAttachment;
  }): Promise<SurfaceRecord> {
    const id = newId('srf');
    const now = this.#clock.now();
    const record: SurfaceRecord = {
      ...made,
      id,
      node: this.#node,
      folder: this.#freeFolder(made.name, id),
      generation: 0,
      createdAt: now,
      lastUsedAt: now,
    };
    // At once, so that whoever asks meanwhile finds this one and makes no other.
    this.#add(record);
    try {
      await this.#put(record);
    } catch (error) {
      this.#clients.get(record.client)?.delete(record.name);
      throw error;
    }
    return record;
  }

  /**
   * Changes a record, here and in the store, or not at all; a member that is given as `undefined` is taken away. One that
   * was deleted meanwhile stays so.
   */
  async update(record: SurfaceRecord, changes: Partial<SurfaceRecord>): Promise<void> {
    if (this.find(record.client, record.name) !== record) return;
    const names = Object.keys(changes) as (keyof SurfaceRecord)[]; // of the record's own members
    const before = Object.fromEntries(names.map((name) => [name, record[name]]));
    assign(record, changes);
    try {
      await this.#put(record);
    } catch (error) {
      assign(record, before);
      throw error;
    }
  }

  async launched(record: SurfaceRecord, generation: number): Promise<void> {
    await this.update(record, { generation, launchedWith: record.options });
  }

  async delete(record: SurfaceRecord): Promise<void> {
    // Here first: a change that is on its way meanwhile would put it again.
    this.#clients.get(record.client)?.delete(record.name);
    try {
      await this.#stored(() => this.#store.surfaces.delete(record.id));
    } catch (error) {
      this.#add(record);
      throw error;
    }
  }

  #add(record: SurfaceRecord): void {
    const names = this.#clients.get(record.client) ?? new Map<string, SurfaceRecord>();
    this.#clients.set(record.client, names.set(record.name, record));
  }

  /** Its name, unless a surface of another client has that, or something lies there that nobody knows the owner of. */
  #freeFolder(name: string, id: string): string {
    const isTaken =
      [...this.all()].some(({ folder }) => folder === name) || existsSync(join(this.#root, name));
    return isTaken ? `${name}~${id.slice('srf_'.length, 'srf_'.length + 8)}` : name;
  }

  #put(record: SurfaceRecord): Promise<void> {
    return this.#stored(() => this.#store.surfaces.put(record));
  }

  async #stored<T>(operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (cause) {
      throw asProblem(cause) ?? storeUnavailable(cause);
    }
  }
}

/** Whoever holds the record is to see the change, so it is the same object before and after. */
function assign(record: SurfaceRecord, changes: Partial<SurfaceRecord>): void {
  Object.assign(record, changes);
  for (const name of Object.keys(changes) as (keyof SurfaceRecord)[]) {
    if (record[name] === undefined) delete record[name];
  }
}
