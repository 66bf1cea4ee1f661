// The shared store: Redis or Valkey. Every step is one Lua script, so that several servers can use it at once, and a step
// whose answer was lost has been done once or not at all.

import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { SessionId } from '../ids.ts';
import type { Event } from '../protocol/events.ts';
import {
  Content,
  type LeaseTime,
  placeOf,
  positionOf,
  type StoredRecord,
  slotParameters,
} from './redis/content.ts';
import { EventFeed } from './redis/feed.ts';
import { RedisLink } from './redis/link.ts';
import { STEPS } from './redis/scripts.ts';
import {
  type Collection,
  type Collections,
  EVENT_LOG_SIZE,
  type Holdings,
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
 * Opens the store at `url` (`redis://…`, `rediss://…` for TLS, `unix:/path`), in which servers with the same `prefix`
 * share everything. While Redis is away every call fails within about 2 s; the store comes back with it. A Redis that
 * comes back without its content is given again what its servers hold.
 * @throws Error with the address, never with the password, when Redis cannot be used now.
 */
export async function openRedisStore(options: {
  url: string;
  clock: Clock;
  prefix?: string;
  /**
   * Servers whose clocks differ must agree on when a lease has run out, so that it is Redis' own time that counts.
   * `clock` is for tests that move time.
   */
  time?: LeaseTime;
}): Promise<Store> {
  const { url, clock, prefix = 'moorage', time = 'redis' } = options;
  const link = new RedisLink({ url, clock });
  // In braces it is the hash tag of a cluster: all keys that begin with it lie on one node.
  const root = `{${prefix}}`;
  const store = new RedisStore({
    link,
    content: new Content({ link, root, clock, time }),
    channel: `${root}:events:${link.database}`,
  });
  await store.open();
  return store;
}

class RedisStore implements Store {
  readonly keys: Collection<KeyRecord>;
  readonly recordings: Collection<RecordingRecord>;
  readonly replies: Collection<ReplyRecord>;
  readonly sessions: Collection<SessionRecord>;
  readonly settings: Collection<SettingRecord>;
  readonly surfaces: Collection<SurfaceRecord>;
  readonly #link: RedisLink;
  readonly #content: Content;
  readonly #channel: string;
  readonly #feed: EventFeed;

  constructor({ link, content, channel }: { link: RedisLink; content: Content; channel: string }) {
    this.#link = link;
    this.#content = content;
    this.#channel = channel;
    this.#feed = new EventFeed((query) => this.readEvents(query));
    this.keys = new RedisCollection(content, 'keys');
    this.recordings = new RedisCollection(content, 'recordings');
    this.replies = new RedisCollection(content, 'replies');
    this.sessions = new RedisCollection(content, 'sessions');
    this.settings = new RedisCollection(content, 'settings');
    this.surfaces = new RedisCollection(content, 'surfaces');
  }

  async open(): Promise<void> {
    await this.#link.open(this.#channel, {
      onReconnected: () => this.#content.doubt(),
      onResubscribed: () => void this.#feed.catchUp(),
      onMessage: (text) => void this.#notice(parseMessage(text)),
    });
    try {
      const sequence = await this.#content.run<number>(STEPS.lastSequence);
      this.#content.noteSequence(sequence);
      await this.#feed.start(sequence);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async reserve(reservation: Reservation): Promise<ReserveOutcome> {
    const { node, backend, client, limits, leaseUntil } = reservation;
    const slot = { ...slotParameters(reservation), leaseMs: this.#content.leaseMs(leaseUntil) };
    const outcome = await this.#content.run<'reserved' | 'backend' | 'client' | 'global'>(STEPS.reserve, {
      ...slot,
      node,
      backend,
      client,
      limits,
    });
    return outcome === 'reserved' ? { reserved: true } : { reserved: false, full: outcome };
  }

  async release(sessionId: SessionId): Promise<boolean> {
    return (await this.#content.run<number>(STEPS.release, { id: sessionId })) > 0;
  }

  async renew(node: string, leaseUntil: number): Promise<void> {
    await this.#content.run(STEPS.renew, { node, leaseMs: this.#content.leaseMs(leaseUntil) });
  }

  async reservations(): Promise<ReservationCounts> {
    const counts: ReservationCounts = { global: 0, backends: {}, clients: {} };
    for (const text of await this.#content.run<string[]>(STEPS.holders)) {
      const { backend, client } = JSON.parse(text);
      counts.global += 1;
      counts.backends[backend] = (counts.backends[backend] ?? 0) + 1;
      counts.clients[client] = (counts.clients[client] ?? 0) + 1;
    }
    return counts;
  }

  async reservedSessions(node: string): Promise<SessionId[]> {
    return (await this.#content.run<SessionId[]>(STEPS.nodeSlots, { node })).sort();
  }

  async appendEvent(draft: Omit<Event, 'sequence'>): Promise<Event> {
    const { client } = draft;
    const given = { client, size: EVENT_LOG_SIZE, channel: this.#channel };
    const sequence = await this.#content.run<number>(STEPS.appendEvent, given, JSON.stringify(draft));
    const event = { ...draft, sequence };
    await this.#notice(event);
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
    const given = { after: String(after), limit, client };
    const rows = await this.#content.run<[streamId: string, body: string][]>(STEPS.readEvents, given);
    return rows.map(([streamId, body]) => parseEvent(streamId, body));
  }

  subscribe(listener: (event: Event) => void): () => void {
    return this.#feed.subscribe(listener);
  }

  restoreFrom(source: () => Holdings): void {
    this.#content.addSource(source);
  }

  async ping(): Promise<void> {
    await this.#content.run(STEPS.ping);
  }

  async close(): Promise<void> {
    this.#feed.close();
    await this.#link.close();
  }

  #notice(event: Event): Promise<void> {
    this.#content.noteSequence(event.sequence);
    return this.#feed.notice(event);
  }
}

/** What append-event.lua announces: the number, a blank, the body. */
function parseMessage(text: string): Event {
  const blank = text.indexOf(' ');
  return parseEvent(text.slice(0, blank), text.slice(blank + 1));
}

/** `numbered` begins with the number: it is a stream id such as `12-0`, or the number alone. */
function parseEvent(numbered: string, body: string): Event {
  return { ...JSON.parse(body), sequence: Number.parseInt(numbered, 10) };
}

/** How many records are pruned in one step, which keeps Redis from everything else. */
const PRUNE_BATCH = 500;

class RedisCollection<T extends StoredRecord> implements Collection<T> {
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
    const from = cursor === undefined ? '+' : `(${this.#parseCursor(cursor)}`;
    // One more than asked for tells whether there is a next page.
    const given = { kind: this.#kind, indexes, from, limit: limit + 1 };
    const rows = await this.#content.run<[position: string, body: string][]>(STEPS.list, given);
    rows.sort(([a], [b]) => (a < b ? 1 : -1));
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      data: page.map(([, body]) => this.#parse(body)),
      nextCursor: rows.length > limit && last ? this.#formatCursor(last[0]) : null,
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

  #formatCursor(position: string): string {
    return Buffer.from(`${this.#kind} ${position}`).toString('base64url');
  }

  #parseCursor(cursor: string): string {
    const text = Buffer.from(cursor, 'base64url').toString();
    const [, kind, position] = /^([a-z]+) (\d{16}:.+)$/s.exec(text) ?? [];
    // Decoding forgives a lot; only what encodes to the same text was given by us.
    const isOurs = Buffer.from(text).toString('base64url') === cursor;
    if (!isOurs || kind !== this.#kind || position === undefined) {
      throw problem('invalid-argument', {
        detail: `This is no cursor of ${this.#kind}. Take nextCursor of the page before, unchanged.`,
        members: { errors: [{ path: '/cursor', message: 'must be the nextCursor of an earlier page' }] },
      });
    }
    return position;
  }
}

/** The indexes (index_names in records.lua) that together hold what was asked for, each record in one of them. */
function indexesFor(client: string | undefined, status: readonly string[] | undefined): string[] {
  const ofClient = client === undefined ? undefined : `client:${client}`;
  if (status === undefined) return [ofClient ?? 'all'];
  return [...new Set(status)].map((each) => [`status:${each}`, ofClient].filter(Boolean).join(':'));
}
