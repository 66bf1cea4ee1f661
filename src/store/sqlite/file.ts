// One open SQLite file: prepares each statement once and says plainly what went wrong.

import Database from 'libsql';
import { StoreFailure } from '../store.ts';

export type Value = string | number | null;

export class SqliteFile {
  readonly file: string;
  readonly #statements = new Map<string, Database.Statement>();
  #database: Database.Database | undefined;

  constructor(file: string) {
    this.file = file;
    this.#database = new Database(file);
  }

  /** Runs a statement that gives no rows. Returns how many it changed. */
  run(sql: string, ...values: Value[]): number {
    return this.#attempt(() => this.#prepare(sql).run(...values).changes);
  }

  get<Row>(sql: string, ...values: Value[]): Row | undefined {
    return this.#attempt(() => this.#prepare(sql).get(...values) as Row | undefined); // Row is what `sql` selects
  }

  all<Row>(sql: string, ...values: Value[]): Row[] {
    return this.#attempt(() => this.#prepare(sql).all(...values) as Row[]); // Row is what `sql` selects
  }

  execute(script: string): void {
    this.#attempt(() => this.#open().exec(script));
  }

  /** Reads or sets a pragma. Returns its value. */
  pragma(source: string): unknown {
    return this.#attempt(() => {
      const rows = this.#open().pragma(source) as Array<Record<string, unknown>>; // one row, one column, or none
      return Object.values(rows[0] ?? {})[0];
    });
  }

  /** Runs `work` as one step: all of it or nothing, with no writer of another process in between. */
  transact<T>(work: () => T): T {
    this.execute('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.execute('COMMIT');
      return result;
    } catch (error) {
      // A full disk may have rolled it back already.
      if (this.#open().inTransaction) this.execute('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    if (!this.#database) return;
    const database = this.#database;
    this.#database = undefined;
    // The binding keeps the file open until its statements are collected, so the log is folded in by hand.
    this.#statements.clear();
    try {
      database.pragma('wal_checkpoint(TRUNCATE)');
    } catch {
      // Nothing is lost: the next opening folds it in.
    }
    database.close();
  }

  #prepare(sql: string): Database.Statement {
    const database = this.#open();
    const statement = this.#statements.get(sql) ?? database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #open(): Database.Database {
    if (!this.#database) throw new StoreFailure(`the store ${this.file} is closed`);
    return this.#database;
  }

  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      if (!(cause instanceof Database.SqliteError)) throw cause;
      const advice = ADVICE[cause.code] ?? `${cause.message}.`;
      throw new StoreFailure(`the store ${this.file} failed with ${cause.code}: ${advice}`, { cause });
    }
  }
}

/** What to do about the failures of SQLite that an operator can mend. */
const ADVICE: Record<string, string> = {
  SQLITE_BUSY: 'another process writes to it. Stop that process.',
  SQLITE_CANTOPEN: 'it cannot be opened. Check that its folder exists and may be written.',
  SQLITE_CORRUPT: 'its content is damaged. Move it away to begin with an empty one.',
  SQLITE_FULL: 'the disk is full. Nothing was changed; free some room and try again.',
  SQLITE_NOTADB: 'it is not a store. Move it away to begin with an empty one.',
  SQLITE_READONLY: 'it may not be written. Check its owner and mode.',
};
