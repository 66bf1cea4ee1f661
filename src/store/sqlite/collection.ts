// One collection of records in the embedded store: all of them in one table, told apart by their kind.

import { formatCursor, parseCursor } from '../cursor.ts';
import { readRecord, type Unreadable } from '../record-shapes.ts';
import type { Collection, Collections, ListQuery } from '../store.ts';
import type { SqliteFile, Value } from './file.ts';

export class SqliteCollection<Kind extends keyof Collections> implements Collection<Collections[Kind]> {
  readonly #database: SqliteFile;
  readonly #kind: Kind;
  readonly #onUnreadable: (found: Unreadable) => void;

  constructor(database: SqliteFile, kind: Kind, onUnreadable: (found: Unreadable) => void) {
    this.#database = database;
    this.#kind = kind;
    this.#onUnreadable = onUnreadable;
  }

  async get(id: string): Promise<Collections[Kind] | undefined> {
    const sql = 'SELECT id, created_at, body FROM records WHERE kind = ? AND id = ?';
    const row = this.#database.get<RecordRow>(sql, this.#kind, id);
    const record = row && readRecord(this.#kind, id, row.body);
    if (row && !record) this.#setAside(row);
    return record;
  }

  async put(record: Collections[Kind]): Promise<void> {
    this.#database.run(
      `INSERT INTO records (kind, id, client, status, created_at, body) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET
         client = excluded.client, status = excluded.status, created_at = excluded.created_at, body = excluded.body`,
      this.#kind,
      record.id,
      record.client,
      ('status' in record && record.status) || '',
      record.createdAt,
      JSON.stringify(record),
    );
  }

  async delete(id: string): Promise<boolean> {
    return this.#database.run('DELETE FROM records WHERE kind = ? AND id = ?', this.#kind, id) > 0;
  }

  async list(query: ListQuery): Promise<{ data: Collections[Kind][]; nextCursor: string | null }> {
    for (;;) {
      const rows = this.#rows(query);
      const page = rows.slice(0, query.limit);
      const data: Collections[Kind][] = [];
      const unreadable: RecordRow[] = [];
      for (const row of page) {
        const record = readRecord(this.#kind, row.id, row.body);
        if (record) data.push(record);
        else unreadable.push(row);
      }
      const last = page.at(-1);
      const hasMore = rows.length > query.limit && last;
      if (unreadable.length === 0) {
        return {
          data,
          nextCursor: hasMore ? formatCursor(this.#kind, `${last.created_at} ${last.id}`) : null,
        };
      }
      for (const row of unreadable) this.#setAside(row);
    }
  }

  async prune({ createdBefore, status }: { createdBefore: number; status?: string }): Promise<number> {
    const sql = 'DELETE FROM records WHERE kind = ? AND created_at < ?';
    return status === undefined
      ? this.#database.run(sql, this.#kind, createdBefore)
      : this.#database.run(`${sql} AND status = ?`, this.#kind, createdBefore, status);
  }

  async unreadable(): Promise<string[]> {
    const sql = 'SELECT id, created_at, body FROM records WHERE kind = ?';
    return this.#database.all<RecordRow>(sql, asideOf(this.#kind)).map(({ id }) => id);
  }

  /** One more than asked for, which tells whether there is a next page. */
  #rows({ client, status, createdBefore, cursor, limit }: ListQuery): RecordRow[] {
    const conditions = ['kind = ?'];
    const values: Value[] = [this.#kind];
    if (client !== undefined) {
      conditions.push('client = ?');
      values.push(client);
    }
    if (status !== undefined) {
      conditions.push(`status IN (${status.map(() => '?').join(', ')})`);
      values.push(...status);
    }
    if (createdBefore !== undefined) {
      conditions.push('created_at < ?');
      values.push(createdBefore);
    }
    if (cursor !== undefined) {
      const position = parseCursor(this.#kind, cursor, POSITION);
      const blank = position.indexOf(' ');
      conditions.push('(created_at, id) < (?, ?)');
      values.push(Number(position.slice(0, blank)), position.slice(blank + 1));
    }
    const where = conditions.join(' AND ');
    return this.#database.all<RecordRow>(
      `SELECT id, created_at, body FROM records WHERE ${where} ORDER BY created_at DESC, id DESC LIMIT ?`,
      ...values,
      limit + 1,
    );
  }

  #setAside({ id }: RecordRow): void {
    const sql = 'UPDATE OR REPLACE records SET kind = ? WHERE kind = ? AND id = ?';
    this.#database.run(sql, asideOf(this.#kind), this.#kind, id);
    this.#onUnreadable({ collection: this.#kind, id });
  }
}

/** The kind of those that are kept aside. */
function asideOf(kind: string): string {
  return `unreadable:${kind}`;
}

/** A position is when the last record of a page was made, and its id. */
const POSITION = /^\d{1,16} ./s;

interface RecordRow {
  id: string;
  created_at: number;
  body: string;
}
