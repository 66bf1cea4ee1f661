// One collection of records in the embedded store: all of them in one table, told apart by their kind.

import { formatCursor, parseCursor } from '../cursor.ts';
import type { Collection, ListQuery, StoredRecord } from '../store.ts';
import type { SqliteFile, Value } from './file.ts';

export class SqliteCollection<T extends StoredRecord> implements Collection<T> {
  readonly #database: SqliteFile;
  readonly #kind: string;

  constructor(database: SqliteFile, kind: string) {
    this.#database = database;
    this.#kind = kind;
  }

  async get(id: string): Promise<T | undefined> {
    const sql = 'SELECT body FROM records WHERE kind = ? AND id = ?';
    const row = this.#database.get<RecordRow>(sql, this.#kind, id);
    return row && this.#parse(row);
  }

  async put(record: T): Promise<void> {
    this.#database.run(
      `INSERT INTO records (kind, id, client, status, created_at, body) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET
         client = excluded.client, status = excluded.status, created_at = excluded.created_at, body = excluded.body`,
      this.#kind,
      record.id,
      record.client,
      record.status ?? '',
      record.createdAt,
      JSON.stringify(record),
    );
  }

  async delete(id: string): Promise<boolean> {
    return this.#database.run('DELETE FROM records WHERE kind = ? AND id = ?', this.#kind, id) > 0;
  }

  async list({
    client,
    status,
    cursor,
    limit,
  }: ListQuery): Promise<{ data: T[]; nextCursor: string | null }> {
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
    if (cursor !== undefined) {
      const position = parseCursor(this.#kind, cursor, POSITION);
      const blank = position.indexOf(' ');
      conditions.push('(created_at, id) < (?, ?)');
      values.push(Number(position.slice(0, blank)), position.slice(blank + 1));
    }
    const rows = this.#database.all<RecordRow>(
      `SELECT body FROM records WHERE ${conditions.join(' AND ')} ORDER BY created_at DESC, id DESC LIMIT ?`,
      ...values,
      // One more than asked for tells whether there is a next page.
      limit + 1,
    );
    const data = rows.slice(0, limit).map((row) => this.#parse(row));
    const last = data.at(-1);
    const hasMore = rows.length > limit && last;
    return { data, nextCursor: hasMore ? formatCursor(this.#kind, `${last.createdAt} ${last.id}`) : null };
  }

  async prune({ createdBefore, status }: { createdBefore: number; status?: string }): Promise<number> {
    const sql = 'DELETE FROM records WHERE kind = ? AND created_at < ?';
    return status === undefined
      ? this.#database.run(sql, this.#kind, createdBefore)
      : this.#database.run(`${sql} AND status = ?`, this.#kind, createdBefore, status);
  }

  #parse({ body }: RecordRow): T {
    return JSON.parse(body) as T; // `put` wrote it from a T
  }
}

/** A position is when the last record of a page was made, and its id. */
const POSITION = /^\d{1,16} ./s;

interface RecordRow {
  body: string;
}
