// The tables of the embedded store, and how a file of an earlier version comes to have them.

import type { SqliteFile } from './file.ts';

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

/** Brings a file up to date. @throws Error for one of a newer Moorage or of another program. */
export function migrate(database: SqliteFile): void {
  database.transact(() => {
    const version = Number(database.pragma('user_version'));
    if (version > MIGRATIONS.length) {
      throw new Error(
        `${database.file} was written by a newer Moorage (schema ${version}, this one knows ${MIGRATIONS.length}). ` +
          'Run that version, or give another data folder.',
      );
    }
    if (version === 0 && database.get('SELECT 1 FROM sqlite_master')) {
      throw new Error(
        `${database.file} is a database of another program. Move it away to begin with an empty one, or give another data folder.`,
      );
    }
    for (const migration of MIGRATIONS.slice(version)) database.execute(migration);
    database.pragma(`user_version = ${MIGRATIONS.length}`);
  });
}
