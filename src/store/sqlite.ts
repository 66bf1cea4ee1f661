// The embedded store: one SQLite file in the data folder. Every call is one short synchronous step on one connection, so
// the order of calls is the order of effects.

import { chmod, open } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import type { SessionId } from '../ids.ts';
import type { Event } from '../protocol/events.ts';
import { readEvent, type Unreadable } from './record-shapes.ts';
import { SqliteCollection } from './sqlite/collection.ts';
import { SqliteFile } from './sqlite/file.ts';
import { migrate } from './sqlite/schema.ts';
import {
  type Collection,
  EVENT_LOG_SIZE,
  type EventQuery,
  type KeyRecord,
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
  /** Hears of nonsense that is put aside. */
  onUnreadable?: (found: Unreadable) => void;
  /** The most that the file may grow to; without it, what the disk has. */
  maxSizeBytes?: number;
}): Promise<Store> {
  const { file, clock, maxSizeBytes, onUnreadable = () => {} } = options;
  try {
    // Made before SQLite opens it, because SQLite has no say over the mode; -wal and -shm take that of the file.
    await (await open(file, 'a', 0o600)).close();
    await chmod(file, 0o600);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the store ${file} cannot be opened: ${reason}. Let the user of this server own it.`, {
      cause,
    });
  }

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
    return new SqliteStore(database, clock, onUnreadable);
  } catch (error) {
    database.close();
    throw error;
  }
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
  readonly #onUnreadable: (found: Unreadable) => void;
  readonly #listeners = new Set<{ call: (event: Event) => void }>();

  constructor(database: SqliteFile, clock: Clock, onUnreadable: (found: Unreadable) => void) {
    this.#database = database;
    this.#clock = clock;
    this.#onUnreadable = onUnreadable;
    this.keys = new SqliteCollection(database, 'keys', onUnreadable);
    this.recordings = new SqliteCollection(database, 'recordings', onUnreadable);
    this.replies = new SqliteCollection(database, 'replies', onUnreadable);
    this.sessions = new SqliteCollection(database, 'sessions', onUnreadable);
    this.settings = new SqliteCollection(database, 'settings', onUnreadable);
    this.surfaces = new SqliteCollection(database, 'surfaces', onUnreadable);
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

  async readEvents(query: EventQuery): Promise<Event[]> {
    for (;;) {
      const rows = this.#eventRows(query);
      const events = rows.map(({ sequence, body }) => readEvent(sequence, body));
      const read = events.filter((event) => event !== undefined);
      if (read.length === rows.length) return read;
      for (const [index, { sequence }] of rows.entries()) {
        if (events[index] === undefined) this.#dropEvent(sequence);
      }
    }
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

  #eventRows({ after, limit, client }: EventQuery): EventRow[] {
    const newest = this.#database.get<{ sequence: number | null }>(
      'SELECT max(sequence) AS sequence FROM events',
    );
    // Events go in batches; those beyond the size of the log are gone for readers already.
    const from = Math.max(after, (newest?.sequence ?? 0) - EVENT_LOG_SIZE);
    return client === undefined
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
  }

  /** Nonsense. It would have gone with time as well, so it is not kept aside. */
  #dropEvent(sequence: number): void {
    this.#database.run('DELETE FROM events WHERE sequence = ?', sequence);
    this.#onUnreadable({ collection: 'events', id: String(sequence) });
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
