// One collection of records in Redis: each record under its id, and in an index for every way in which it is listed.

import { formatCursor, parseCursor } from '../cursor.ts';
import { readRecord, type Unreadable } from '../record-shapes.ts';
import type { Collection, Collections, ListQuery } from '../store.ts';
import { type Content, idAt, placeOf, positionOf } from './content.ts';
import { STEPS } from './scripts.ts';

/** How many records are pruned in one step, which keeps Redis from everything else. */
const PRUNE_BATCH = 500;

/** As `positionOf` makes them. */
const POSITION = /^\d{16}:./s;

export class RedisCollection<Kind extends keyof Collections> implements Collection<Collections[Kind]> {
  readonly #content: Content;
  readonly #kind: Kind;
  readonly #onUnreadable: (found: Unreadable) => void;

  constructor(content: Content, kind: Kind, onUnreadable: (found: Unreadable) => void) {
    this.#content = content;
    this.#kind = kind;
    this.#onUnreadable = onUnreadable;
  }

  async get(id: string): Promise<Collections[Kind] | undefined> {
    const body = await this.#content.run<string | null>(STEPS.get, { kind: this.#kind, id });
    const record = body === null ? undefined : readRecord(this.#kind, id, body);
    if (body !== null && !record) await this.#setAside({ id, body });
    return record;
  }

  async put(record: Collections[Kind]): Promise<void> {
    const given = { kind: this.#kind, id: record.id, place: placeOf(record) };
    await this.#content.run(STEPS.put, given, JSON.stringify(record));
  }

  async delete(id: string): Promise<boolean> {
    return (await this.#content.run<number>(STEPS.delete, { kind: this.#kind, id })) > 0;
  }

  async list({
    client,
    status,
    createdBefore,
    cursor,
    limit,
  }: ListQuery): Promise<{ data: Collections[Kind][]; nextCursor: string | null }> {
    const indexes = indexesFor(client, status);
    if (indexes.length === 0) return { data: [], nextCursor: null };
    const newest = createdBefore === undefined ? '+' : `(${positionOf(Math.max(0, createdBefore))}`;
    const from = cursor === undefined ? newest : `(${parseCursor(this.#kind, cursor, POSITION)}`;
    // One more than asked for tells whether there is a next page.
    const given = { kind: this.#kind, indexes, from, limit: limit + 1 };
    for (;;) {
      const rows = await this.#content.run<[position: string, body: string | null][]>(STEPS.list, given);
      rows.sort(([a], [b]) => (a < b ? 1 : -1));
      const page = rows.slice(0, limit);
      const data: Collections[Kind][] = [];
      const unreadable: { id: string; body: string; position: string }[] = [];
      for (const [position, body] of page) {
        const id = idAt(position);
        const record = body === null ? undefined : readRecord(this.#kind, id, body);
        if (record) data.push(record);
        else unreadable.push({ id, body: body ?? '', position });
      }
      const last = page.at(-1);
      const hasMore = rows.length > limit && last;
      if (unreadable.length === 0) {
        return { data, nextCursor: hasMore ? formatCursor(this.#kind, last[0]) : null };
      }
      for (const row of unreadable) await this.#setAside({ ...row, indexes });
    }
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

  async unreadable(): Promise<string[]> {
    return this.#content.run<string[]>(STEPS.unreadable, { kind: this.#kind });
  }

  /** `body` is what was found, empty where an index leads to nothing. */
  async #setAside({
    body,
    position = '',
    indexes = [],
    id,
  }: {
    id: string;
    body: string;
    position?: string;
    indexes?: string[];
  }): Promise<void> {
    const given = { kind: this.#kind, id, position, indexes };
    const wasThere = await this.#content.run<number>(STEPS.setAside, given, body);
    if (wasThere > 0) this.#onUnreadable({ collection: this.#kind, id });
  }
}

/** The indexes (index_names in records.lua) that together hold what was asked for, each record in one of them. */
function indexesFor(client: string | undefined, status: readonly string[] | undefined): string[] {
  const ofClient = client === undefined ? undefined : `client:${client}`;
  if (status === undefined) return [ofClient ?? 'all'];
  return [...new Set(status)].map((each) => [`status:${each}`, ofClient].filter(Boolean).join(':'));
}
