// API keys: those of the configuration and those made over HTTP. Only hashes are kept, and only hashes are compared.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { problem } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Key, KeyCreate, KeyCreated } from '../protocol/keys.ts';
import type { KeyRecord, Store } from '../store/store.ts';

/** Who sends a request. */
export interface Requester {
  client: string;
  isAdmin: boolean;
}

interface Entry extends Requester {
  id: string;
  digest: Buffer;
  name: string;
  /** Epoch milliseconds; absent for keys of the configuration. */
  createdAt?: number;
}

/** Within this time a key is refused that another server over the same store has deleted. */
const READ_EVERY_MS = 2000;

export class Keys {
  readonly #store: Store['keys'];
  readonly #clock: Clock;
  readonly #mayBeEmpty: boolean;
  readonly #entries = new Map<string, Entry>();
  readonly #stopReading: () => void;
  /** Whether there are keys in the store of which nobody can tell whose they are. */
  #hasUnreadable = false;
  /** How often something here began or ceased to be on its way to the store. */
  #changes = 0;
  #reading: Promise<void> | undefined;

  private constructor(options: { store: Store['keys']; clock: Clock; mayBeEmpty: boolean }) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#mayBeEmpty = options.mayBeEmpty;
    this.#stopReading = options.clock.every(READ_EVERY_MS, () => this.#readAgain());
  }

  /**
   * Reads the keys of configuration and store, and goes on reading the store. `mayBeEmpty` on servers that nobody else can
   * reach.
   */
  static async open(options: {
    configured: Config['keys'];
    store: Store;
    clock: Clock;
    mayBeEmpty: boolean;
  }): Promise<Keys> {
    const { configured, store, clock, mayBeEmpty } = options;
    const keys = new Keys({ store: store.keys, clock, mayBeEmpty });
    for (const [index, { client, hash, name = '', admin = false }] of configured.entries()) {
      keys.#add({ id: `config:${index}`, client, digest: digestIn(hash), name, isAdmin: admin });
    }
    try {
      await keys.#read();
    } catch (error) {
      await keys.close();
      throw error;
    }
    store.restoreFrom?.(() => ({ keys: keys.#records() }));
    return keys;
  }

  /** Without keys everybody who reaches the server is its admin. Keys that cannot be read keep it closed. */
  get isEmpty(): boolean {
    return this.#entries.size === 0 && !this.#hasUnreadable;
  }

  /** Stops reading the store. */
  async close(): Promise<void> {
    this.#stopReading();
    await this.#reading;
  }

  /** Whose key this is. Takes equally long for every wrong one. */
  find(key: string): Requester | undefined {
    const digest = digestOf(key);
    let found: Entry | undefined;
    for (const entry of this.#entries.values()) {
      // What is not as long is no digest: nobody has that key.
      if (entry.digest.length === digest.length && timingSafeEqual(entry.digest, digest)) found = entry;
    }
    return found;
  }

  /** Newest first, those of the configuration last. */
  list(): Key[] {
    return [...this.#entries.values()]
      .sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0) || a.id.localeCompare(b.id))
      .map(describe);
  }

  /**
   * Makes a key, which is valid from now on.
   * @throws Problem `invalid-argument` for a first key that is no admin's: nobody could manage keys any more.
   */
  async create({ client, name = '', admin = false }: KeyCreate): Promise<KeyCreated> {
    if (this.isEmpty && !admin) {
      const message = 'must be true for the first key, because from then on only admins can make keys';
      throw problem('invalid-argument', {
        detail: `/admin ${message}.`,
        members: { errors: [{ path: '/admin', message }] },
      });
    }
    const key = `mrg_${randomBytes(32).toString('base64url')}`;
    const digest = digestOf(key);
    const record: KeyRecord = {
      id: newId('key'),
      client,
      hash: `sha256:${digest.toString('hex')}`,
      name,
      isAdmin: admin,
      createdAt: this.#clock.now(),
    };
    const entry = { ...record, digest };
    await this.#change(async () => {
      await this.#store.put(record);
      this.#add(entry);
    });
    return { ...describe(entry), key };
  }

  /**
   * Deletes a key, which is refused from now on.
   * @throws Problem `key-not-found`; `invalid-argument` for keys of the configuration and the last admin's.
   */
  async delete(id: string): Promise<Key> {
    const entry = this.#entries.get(id);
    if (!entry) throw problem('key-not-found', { detail: `There is no key ${id}.` });
    if (entry.createdAt === undefined) {
      throw problem('invalid-argument', {
        detail: `Key ${id} stands in the configuration; take it out there.`,
      });
    }
    const others = [...this.#entries.values()].filter((other) => other !== entry);
    const isLastAdmin = entry.isAdmin && !others.some(({ isAdmin }) => isAdmin);
    if (isLastAdmin && (others.length > 0 || !this.#mayBeEmpty)) {
      throw problem('invalid-argument', {
        detail: `Key ${id} is the last admin's: without it nobody could manage keys. Make another one first.`,
      });
    }
    await this.#change(async () => {
      // First here: of two admins that are deleted at once one stays.
      this.#entries.delete(id);
      try {
        await this.#store.delete(id);
      } catch (error) {
        this.#add(entry);
        throw error;
      }
    });
    return describe(entry);
  }

  /** While the store fails, what was read before holds; the server says elsewhere that it fails. */
  #readAgain(): void {
    this.#reading ??= this.#read()
      .catch(() => {})
      .finally(() => {
        this.#reading = undefined;
      });
  }

  async #read(): Promise<void> {
    const changes = this.#changes;
    const stored = new Map<string, Entry>();
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const page = await this.#store.list({ limit: 500, ...(cursor ? { cursor } : {}) });
      for (const { hash, ...record } of page.data) {
        stored.set(record.id, { ...record, digest: digestIn(hash) });
      }
      cursor = page.nextCursor;
    }
    const hasUnreadable = (await this.#store.unreadable()).length > 0;
    // What changed here meanwhile may not have been in the store yet, or still.
    if (this.#changes !== changes) return;
    for (const { id, createdAt } of this.#entries.values()) {
      if (createdAt !== undefined && !stored.has(id)) this.#entries.delete(id);
    }
    for (const entry of stored.values()) this.#add(entry);
    this.#hasUnreadable = hasUnreadable;
  }

  async #change(change: () => Promise<void>): Promise<void> {
    this.#changes += 1;
    try {
      await change();
    } finally {
      this.#changes += 1;
    }
  }

  /** What the store has to know. */
  #records(): KeyRecord[] {
    return [...this.#entries.values()].flatMap(({ digest, createdAt, ...entry }) =>
      createdAt === undefined ? [] : [{ ...entry, hash: `sha256:${digest.toString('hex')}`, createdAt }],
    );
  }

  #add(entry: Entry): void {
    this.#entries.set(entry.id, entry);
  }
}

function describe({ id, client, name, isAdmin, createdAt }: Entry): Key {
  return {
    id,
    client,
    name,
    admin: isAdmin,
    ...(createdAt !== undefined && { createdAt: new Date(createdAt).toISOString() }),
  };
}

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

function digestIn(hash: string): Buffer {
  return Buffer.from(hash.replace(/^sha256:/, ''), 'hex');
}
