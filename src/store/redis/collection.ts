// One collection of records in Redis: each record under its id, and in an index for every way in which it is listed.

import { formatCursor, parseCursor } from '../cursor.ts';
import type { Collection, Collections, ListQuery, StoredRecord } from '../store.ts';
import { type Content, placeOf, positionOf } from './content.ts';
import { STEPS } from './scripts.ts';

/** How many records are pruned in one step, which keeps Redis from everything else. */
const PRUNE_BATCH = 500;

/** As `positionOf` makes them. */
const POSITION = /^\d{16}:./s;

export class RedisCollection<T extends StoredRecord> implements Collection<T> {
  readonly #content: Content;
  readonly #kind: keyof Collections;

  constructor(content: Content, kind: keyof Collections) {
    this.#content = content;
    this.#kind = kind;
  }

  async get(id: string): Promise<T | undefined> {
    const body = await this.#content.run<string | null>(STEPS.get, { kind: this.#kind, id });
    return body === null ? undefined : this.#parse(body);
  }

  async put(record: T): Promise<void> {
    const given = { kind: this.#kind, id: record.id, place: placeOf(record) };
    await this.#content.run(STEPS.put, given, JSON.stringify(record));
  }

  async delete(id: string): Promise<boolean> {
    return (await this.#content.run<number>(STEPS.delete, { kind: this.#kind, id })) > 0;
  }

  async list({
    client,
    status,
    cursor,
    limit,
  }: ListQuery): Promise<{ data: T[]; nextCursor: string | null }> {
    const indexes = indexesFor(client, status);
    if (indexes.length === 0) return { data: [], nextCursor: null };
    const from = cursor === undefined ? '+' : `(${parseCursor(this.#kind, cursor, POSITION)}`;
    // One more than asked for tells whether there is a next page.
    const given = { kind: this.#kind, indexes, from, limit: limit + 1 };
    const rows = await this.#content.run<[position: string, body: string][]>(STEPS.list, given);
    rows.sort(([a], [b]) => (a < b ? 1 : -1));
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      data: page.map(([, body]) => this.#parse(body)),
      nextCursor: rows.length > limit && last ? formatCursor(this.#kind, last[0]) : null,
    };
  }

  async prune({ createdBefore, status }: { createdBefore: number; status?: string }): Promise<number> {
    const [index] = indexesFor(undefined, status === undefined ? undefined : [status]);
    const before = `(${positionOf(Math.max(0, createdBefore))}`;
    let total = 0;
    for (let count = PRUNE_BATCH; count === PRUNE_BATCH; total += count) {
      const given = { kind: this.#kind, index, before, limit: PRUNE_BATCH };
      count = await this.#content.run<number>(STEPS.prune, given);
    }
    return total;
  }

  #parse(body: string): T {
    return JSON.parse(body) as T; // `put` wrote it from a T
  }
}

/** The indexes (index_names in records.lua) that together hold what was asked for, each record in one of them. */
function indexesFor(client: string | undefined, status: readonly string[] | undefined): string[] {
  const ofClient = client === undefined ? undefined : `client:${client}`;
  if (status === undefined) return [ofClient ?? 'all'];
  return [...new Set(status)].map((each) => [`status:${each}`, ofClient].filter(Boolean).join(':'));
}
