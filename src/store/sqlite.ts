// The embedded store: one SQLite file in the data folder. Every call is one short synchronous step on one connection, so
// the order of calls is the order of effects.

import { chmod, open } from 'node:fs/promises';
import Database from 'libsql';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { SessionId } from '../ids.ts';
import type { Event } from '../protocol/events.ts';
import {
  type Collection,
  EVENT_LOG_SIZE,
  type KeyRecord,
  type ListQuery,
  type RecordingRecord,
  type ReplyRecord,
  type Reservation,
  type ReservationCounts,
  type ReserveOutcome,
  type SessionRecord,
  type SettingRecord,
  type Store,
  type SurfaceRecord,
} from './store.ts';

/**
 * Opens the store in `file`, which only its owner can read, and brings its schema up to date. What was written
 * survives a killed process; a power cut may cost the last moments but never corrupts (`synchronous = NORMAL`).
 * @throws Error for a file that is no store, or of a newer Moorage.
 */
export async function openSqliteStore(options: {
  file: string;
  clock: Clock;
  /** The most that the file may grow to; without it, what the disk has. */
  maxSizeBytes?: number;
}): Promise<Store> {
  const { file, clock, maxSizeBytes } = options;
  // Made before SQLite opens it, because SQLite has no say over the mode; -wal and -shm take that of the file.
  await (await open(file, 'a', 0o600)).close();
  await chmod(file, 0o600);

  const database = new SqliteFile(file);
  try {
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    database.pragma('busy_timeout = 5000');
    // 64 MB, of which only what is used is taken: SQLite's own 2 MB are too few for ten thousand sessions.
    database.pragma('cache_size = -65536');
    if (maxSizeBytes !== undefined) {
      const pageBytes = Number(database.pragma('page_size'));
      database.pragma(`max_page_count = ${Math.floor(maxSizeBytes / pageBytes)}`);
    }
    migrate(database);
    return new SqliteStore(database, clock);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** One entry a schema version, never changed once released. The number of those applied is SQLite's `user_version`. */
const MIGRATIONS = [
  `
  CREATE TABLE records (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    client TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX records_by_age ON records (kind, created_at, id);
  CREATE INDEX records_by_client ON records (kind, client, created_at, id);
  CREATE INDEX records_by_status ON records (kind, status, created_at, id);

  CREATE TABLE reservations (
    session_id TEXT NOT NULL PRIMARY KEY,
    node TEXT NOT NULL,
    backend TEXT NOT NULL,
    client TEXT NOT NULL,
    lease_until INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX reservations_by_lease ON reservations (lease_until, node);
  CREATE INDEX reservations_by_node ON reservations (node);

  -- Kept by triggers, so that a reservation costs the same whether ten or ten thousand are held.
  CREATE TABLE counts (
    scope TEXT NOT NULL CHECK (scope IN ('backend', 'client', 'global')),
    name TEXT NOT NULL,
    held INTEGER NOT NULL CHECK (held >= 0),
    PRIMARY KEY (scope, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER reservation_taken AFTER INSERT ON reservations BEGIN
    INSERT INTO counts VALUES ('global', '', 1), ('backend', NEW.backend, 1), ('client', NEW.client, 1)
      ON CONFLICT DO UPDATE SET held = held + 1;
  END;
  CREATE TRIGGER reservation_given_back AFTER DELETE ON reservations BEGIN
    UPDATE counts SET held = held - 1 WHERE scope = 'global' AND name = '';
    UPDATE counts SET held = held - 1 WHERE scope = 'backend' AND name = OLD.backend;
    UPDATE counts SET held = held - 1 WHERE scope = 'client' AND name = OLD.client;
    DELETE FROM counts WHERE scope = 'backend' AND name = OLD.backend AND held = 0;
    DELETE FROM counts WHERE scope = 'client' AND name = OLD.client AND held = 0;
  END;

  CREATE TABLE events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    client TEXT,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_by_client ON events (client, sequence);

  CREATE TABLE pings (id INTEGER PRIMARY KEY CHECK (id = 1), at INTEGER NOT NULL) STRICT;
  `,
];

function migrate(database: SqliteFile): void {
  database.transact(() => {
    const version = Number(database.pragma('user_version'));
    if (version > MIGRATIONS.length) {
      throw new Error(
        `${database.file} was written by a newer Moorage (schema ${version}, this one knows ${MIGRATIONS.length}). ` +
          'Run that version, or give another data folder.',
      );
    }
    for (const migration of MIGRATIONS.slice(version)) database.execute(migration);
    database.pragma(`user_version = ${MIGRATIONS.length}`);
  });
}

/** How many events are deleted at a time. */
const EVENT_BATCH = 500;

class SqliteStore implements Store {
  readonly keys: Collection<KeyRecord>;
  readonly recordings: Collection<RecordingRecord>;
  readonly replies: Collection<ReplyRecord>;
  readonly sessions: Collection<SessionRecord>;
  readonly settings: Collection<SettingRecord>;
  readonly surfaces: Collection<SurfaceRecord>;
  readonly #database: SqliteFile;
  readonly #clock: Clock;
  readonly #listeners = new Set<{ call: (event: Event) => void }>();

  constructor(database: SqliteFile, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.keys = new SqliteCollection(database, 'keys');
    this.recordings = new SqliteCollection(database, 'recordings');
    this.replies = new SqliteCollection(database, 'replies');
    this.sessions = new SqliteCollection(database, 'sessions');
    this.settings = new SqliteCollection(database, 'settings');
    this.surfaces = new SqliteCollection(database, 'surfaces');
  }

  async reserve(reservation: Reservation): Promise<ReserveOutcome> {
    const { sessionId, node, backend, client, limits, leaseUntil } = reservation;
    return this.#database.transact(() => {
      this.#freeLapsed(node);
      const own = this.#database.get<{ backend: string; client: string }>(
        'SELECT backend, client FROM reservations WHERE session_id = ?',
        sessionId,
      );
      const ownOf = (isCounted: boolean) => (isCounted ? 1 : 0);
      // What no choice of another backend would mend comes first, so that the caller need not try them all.
      if (this.#held('client', client) - ownOf(own?.client === client) >= limits.client) {
        return { reserved: false, full: 'client' };
      }
      if (this.#held('global', '') - ownOf(own !== undefined) >= limits.global) {
        return { reserved: false, full: 'global' };
      }
      if (this.#held('backend', backend) - ownOf(own?.backend === backend) >= limits.backend) {
        return { reserved: false, full: 'backend' };
      }
      // REPLACE would not run the trigger that gives the old slot back.
      if (own) this.#database.run('DELETE FROM reservations WHERE session_id = ?', sessionId);
      this.#database.run(
        'INSERT INTO reservations (session_id, node, backend, client, lease_until) VALUES (?, ?, ?, ?, ?)',
        sessionId,
        node,
        backend,
        client,
        leaseUntil,
      );
      return { reserved: true };
    });
  }

  async release(sessionId: SessionId): Promise<boolean> {
    return this.#database.run('DELETE FROM reservations WHERE session_id = ?', sessionId) > 0;
  }

  async renew(node: string, leaseUntil: number): Promise<void> {
    this.#database.run(
      'UPDATE reservations SET lease_until = ? WHERE node = ? AND lease_until < ?',
      leaseUntil,
      node,
      leaseUntil,
    );
  }

  async reservations(): Promise<ReservationCounts> {
    const counts: ReservationCounts = { global: 0, backends: {}, clients: {} };
    const rows = this.#database.all<{ scope: 'backend' | 'client' | 'global'; name: string; held: number }>(
      'SELECT scope, name, held FROM counts',
    );
    for (const { scope, name, held } of rows) {
      if (scope === 'global') counts.global = held;
      else counts[`${scope}s`][name] = held;
    }
    return counts;
  }

  async reservedSessions(node: string): Promise<SessionId[]> {
    return this.#database
      .all<{ id: SessionId }>('SELECT session_id AS id FROM reservations WHERE node = ? ORDER BY id', node)
      .map(({ id }) => id);
  }

  async appendEvent(draft: Omit<Event, 'sequence'>): Promise<Event> {
    const sequence = this.#database.transact(() => {
      const row = this.#database.get<{ sequence: number }>(
        'INSERT INTO events (client, body) VALUES (?, ?) RETURNING sequence',
        draft.client ?? null,
        JSON.stringify(draft),
      );
      if (!row) throw new Error('the event log gave no sequence number');
      if (row.sequence % EVENT_BATCH === 0) {
        this.#database.run('DELETE FROM events WHERE sequence <= ?', row.sequence - EVENT_LOG_SIZE);
      }
      return row.sequence;
    });
    const event = { ...draft, sequence };
    for (const { call } of [...this.#listeners]) call(event);
    return event;
  }

  async readEvents({
    after,
    limit,
    client,
  }: {
    after: number;
    limit: number;
    client?: string;
  }): Promise<Event[]> {
    const newest = this.#database.get<{ sequence: number | null }>(
      'SELECT max(sequence) AS sequence FROM events',
    );
    // Events go in batches; those beyond the size of the log are gone for readers already.
    const from = Math.max(after, (newest?.sequence ?? 0) - EVENT_LOG_SIZE);
    const rows =
      client === undefined
        ? this.#database.all<EventRow>(
            'SELECT sequence, body FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?',
            from,
            limit,
          )
        : this.#database.all<EventRow>(
            'SELECT sequence, body FROM events WHERE sequence > ? AND client = ? ORDER BY sequence LIMIT ?',
            from,
            client,
            limit,
          );
    return rows.map(({ sequence, body }) => ({ ...JSON.parse(body), sequence }));
  }

  subscribe(listener: (event: Event) => void): () => void {
    // Wrapped, so that a function that subscribes twice is called twice and leaves one by one.
    const subscription = { call: listener };
    this.#listeners.add(subscription);
    return () => this.#listeners.delete(subscription);
  }

  async ping(): Promise<void> {
    this.#database.run(
      'INSERT INTO pings (id, at) VALUES (1, ?) ON CONFLICT DO UPDATE SET at = excluded.at',
      this.#clock.now(),
    );
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    this.#database.close();
  }

  /** Our own slots never lapse here, however long we slept: only we know whether their browsers live. */
  #freeLapsed(node: string): void {
    this.#database.run(
      'DELETE FROM reservations WHERE lease_until <= ? AND node <> ?',
      this.#clock.now(),
      node,
    );
  }

  #held(scope: 'backend' | 'client' | 'global', name: string): number {
    const sql = 'SELECT held FROM counts WHERE scope = ? AND name = ?';
    return this.#database.get<{ held: number }>(sql, scope, name)?.held ?? 0;
  }
}

interface EventRow {
  sequence: number;
  body: string;
}

interface StoredRecord {
  id: string;
  client: string;
  status?: string;
  createdAt: number;
}

class SqliteCollection<T extends StoredRecord> implements Collection<T> {
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
      const { createdAt, id } = this.#parseCursor(cursor);
      conditions.push('(created_at, id) < (?, ?)');
      values.push(createdAt, id);
    }
    const rows = this.#database.all<RecordRow>(
      `SELECT body FROM records WHERE ${conditions.join(' AND ')} ORDER BY created_at DESC, id DESC LIMIT ?`,
      ...values,
      // One more than asked for tells whether there is a next page.
      limit + 1,
    );
    const data = rows.slice(0, limit).map((row) => this.#parse(row));
    const last = data.at(-1);
    return { data, nextCursor: rows.length > limit && last ? this.#formatCursor(last) : null };
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

  #formatCursor({ createdAt, id }: StoredRecord): string {
    return Buffer.from(`${this.#kind} ${createdAt} ${id}`).toString('base64url');
  }

  #parseCursor(cursor: string): { createdAt: number; id: string } {
    const text = Buffer.from(cursor, 'base64url').toString();
    const [, kind, createdAt, id] = /^([a-z]+) (\d{1,16}) (.+)$/s.exec(text) ?? [];
    // Decoding forgives a lot; only what encodes to the same text was given by us.
    const isOurs = Buffer.from(text).toString('base64url') === cursor;
    if (!isOurs || kind !== this.#kind || id === undefined) {
      throw problem('invalid-argument', {
        detail: `This is no cursor of ${this.#kind}. Take nextCursor of the page before, unchanged.`,
        members: { errors: [{ path: '/cursor', message: 'must be the nextCursor of an earlier page' }] },
      });
    }
    return { createdAt: Number(createdAt), id };
  }
}

interface RecordRow {
  body: string;
}

type Value = string | number | null;

/** One open SQLite file: prepares each statement once and says plainly what went wrong. */
class SqliteFile {
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
    if (!this.#database) throw new Error(`the store ${this.file} is closed`);
    return this.#database;
  }

  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      if (!(cause instanceof Database.SqliteError)) throw cause;
      const advice = ADVICE[cause.code] ?? `${cause.message}.`;
      throw new Error(`the store ${this.file} failed with ${cause.code}: ${advice}`, { cause });
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
