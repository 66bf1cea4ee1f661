// What Moorage remembers, behind one interface: records, atomic reservations, and the event log. A store is one file
// that implements this and passes test/contract/store.ts.

import type { Endpoint, Handle } from '../backends/backend.ts';
import { type Problem, problem } from '../errors.ts';
import type { LeaseId, RecordingId, SessionId, SurfaceId } from '../ids.ts';
import type { Event } from '../protocol/events.ts';
import type {
  RecordedPage,
  RecordingEndReason,
  RecordingState,
  RecordOptions,
} from '../protocol/recordings.ts';
import type { SessionEndReason, SessionStatus } from '../protocol/sessions.ts';
import type { SurfaceAttachment, SurfaceOptions } from '../protocol/surfaces.ts';

/** A session as it is remembered. Times are epoch milliseconds. */
export interface SessionRecord {
  id: SessionId;
  client: string;
  /** Which server holds the browser. */
  node: string;
  /** `queued` sessions live in memory only. */
  status: Exclude<SessionStatus, 'queued'>;
  browser: string;
  browserVersion?: string;
  backend: string;
  endpoint?: Endpoint;
  handle?: Handle;
  keepAlive: boolean;
  idleTimeoutMs: number;
  createdAt: number;
  lastActivityAt: number;
  expiresAt: number;
  endedAt?: number;
  endReason?: SessionEndReason;
  endDetail?: string;
  tags: Record<string, string>;
  surface?: string;
  recordingId?: RecordingId;
  /** Of one that is watched for bot checks without being recorded. */
  recorderKeys?: { binding: string; secret: string };
}

/** A surface, whether it runs or not. Times are epoch milliseconds. */
export interface SurfaceRecord {
  id: SurfaceId;
  client: string;
  /** Unique among the surfaces of a client. */
  name: string;
  /** Which server holds the profile. */
  node: string;
  /** Of its profile, under the folder of surfaces. Unique in a server. */
  folder: string;
  browser: string;
  options: SurfaceOptions;
  /** Where it is a Chrome that somebody else started. */
  attached?: SurfaceAttachment;
  /** How many times its Chrome was launched. */
  generation: number;
  /** The options of the latest launch, which may have changed since. */
  launchedWith?: SurfaceOptions;
  lease?: LeaseRecord;
  createdAt: number;
  lastUsedAt: number;
}

/** Who alone may send commands to a surface at present. Times are epoch milliseconds. */
export interface LeaseRecord {
  id: LeaseId;
  holder: string;
  kind: 'agent' | 'human';
  /** Of its token, which is never kept: hex of SHA-256. */
  tokenHash: string;
  acquiredAt: number;
  expiresAt: number;
}

/** A recording. Its events are files beside the store. Times are epoch milliseconds. */
export interface RecordingRecord {
  id: RecordingId;
  client: string;
  node: string;
  status: RecordingState;
  /** Absent, or of another server, for imported ones. */
  sessionId?: SessionId;
  surface?: string;
  browser: string;
  options: RecordOptions;
  /** What the recorders of its pages push to; a secret from these pages. */
  binding: string;
  /** What its recorders know each other by; absent where nothing is recorded any more. */
  secret?: string;
  pages: RecordedPage[];
  sizeBytes: number;
  createdAt: number;
  endedAt?: number;
  endReason?: RecordingEndReason;
  endDetail?: string;
  isImported?: boolean;
  /** Where the files of one that ended lie; on the disk of its node unless given. */
  storedIn?: 's3';
  tags: Record<string, string>;
}

/** An API key, never in clear. */
export interface KeyRecord {
  id: string;
  client: string;
  /** `sha256:` and the hex digest. */
  hash: string;
  name: string;
  isAdmin: boolean;
  createdAt: number;
}

/** A small fact under a fixed id: drained backends, the server's secret, the last heartbeat. */
export interface SettingRecord {
  id: string;
  client: '';
  value: unknown;
  createdAt: number;
}

/** What an Idempotency-Key answered. `id` is client and key. */
export interface ReplyRecord {
  id: string;
  client: string;
  requestHash: string;
  sessionId: SessionId;
  createdAt: number;
}

export interface Collections {
  keys: KeyRecord;
  recordings: RecordingRecord;
  replies: ReplyRecord;
  sessions: SessionRecord;
  settings: SettingRecord;
  surfaces: SurfaceRecord;
}

/** What every record has, whatever its kind: collections are listed by it. */
export interface StoredRecord {
  id: string;
  client: string;
  status?: string;
  /** Epoch milliseconds. */
  createdAt: number;
}

export interface ListQuery {
  client?: string;
  status?: readonly string[];
  /** Only those created before this moment, in epoch milliseconds. */
  createdBefore?: number;
  /** Records created strictly before this position, newest first. From `nextCursor`. */
  cursor?: string;
  limit: number;
}

/** Records that are none (nonsense that somebody wrote there) are kept aside once they are met, and are in no answer. */
export interface Collection<T> {
  get(id: string): Promise<T | undefined>;
  /** Inserts or replaces, durably on return. */
  put(record: T): Promise<void>;
  delete(id: string): Promise<boolean>;
  /**
   * Newest first; `nextCursor` is null at the end.
   * @throws Problem `invalid-argument` for a cursor that this store did not give.
   */
  list(query: ListQuery): Promise<{ data: T[]; nextCursor: string | null }>;
  /** Deletes those created before `createdBefore`, of one status where given. Returns how many. */
  prune(query: { createdBefore: number; status?: string }): Promise<number>;
  /** The ids of what is kept aside, which nothing brings back. */
  unreadable(): Promise<string[]>;
}

/** Events after the sequence number `after`; of all clients unless one is named. */
export interface EventQuery {
  after: number;
  limit: number;
  client?: string;
}

/** One slot of a backend, one of a client and one of all, taken or refused as a whole. */
export interface Reservation {
  sessionId: SessionId;
  node: string;
  backend: string;
  client: string;
  limits: { backend: number; client: number; global: number };
  /** Epoch milliseconds after which another node may take the slot. */
  leaseUntil: number;
}

export type ReserveOutcome = { reserved: true } | { reserved: false; full: 'backend' | 'client' | 'global' };

export interface ReservationCounts {
  global: number;
  backends: Record<string, number>;
  clients: Record<string, number>;
}

/** What a server holds in its memory, and what the store must hold because of it. */
export interface Holdings {
  keys?: KeyRecord[];
  recordings?: RecordingRecord[];
  sessions?: SessionRecord[];
  settings?: SettingRecord[];
  surfaces?: SurfaceRecord[];
  /** Put as they are, whatever their limits. */
  reservations?: Reservation[];
}

export interface Store extends Readonly<{ [Name in keyof Collections]: Collection<Collections[Name]> }> {
  /**
   * Takes a slot in one atomic step. Reserving again for the same session replaces its reservation. Slots of other
   * nodes whose lease has run out are free; those of `node` itself never lapse here, however long it slept.
   */
  reserve(reservation: Reservation): Promise<ReserveOutcome>;
  /** Gives the slot back. Idempotent: false where there was none. */
  release(sessionId: SessionId): Promise<boolean>;
  /** Extends the leases of all slots of `node`. */
  renew(node: string, leaseUntil: number): Promise<void>;
  reservations(): Promise<ReservationCounts>;
  /** The sessions that hold a slot of `node`. */
  reservedSessions(node: string): Promise<SessionId[]>;

  /** Appends to the event log, which keeps the newest `EVENT_LOG_SIZE`; gives it its sequence number. */
  appendEvent(event: Omit<Event, 'sequence'>): Promise<Event>;
  /** Events after `sequence`, oldest first. */
  readEvents(query: EventQuery): Promise<Event[]>;
  /** Calls `listener` for every event appended from now on. Returns the function that ends it. */
  subscribe(listener: (event: Event) => void): () => void;

  /**
   * Of stores that can lose everything while they are in use (a flushed Redis): `source` is asked what to put again,
   * before anything else is granted. It may be asked at any time, and what it gives may be there already.
   */
  restoreFrom?(source: () => Holdings): void;

  /** @throws when the store cannot be written. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export const EVENT_LOG_SIZE = 10_000;

/** The store could not do what it was asked; the message says what was seen and what to do. */
export class StoreFailure extends Error {
  override readonly name: string = 'StoreFailure';
}

/** What a failure of the store is to whoever asked for something that needs it. */
export function storeUnavailable(cause: unknown): Problem {
  const seen = cause instanceof Error ? cause.message : String(cause);
  return problem('store-unavailable', {
    detail: `The store cannot be used: ${seen}.`,
    cause,
    retryAfterSeconds: 5,
  });
}
