// The shared store: Redis or Valkey. Every step is one Lua script, so that several servers can use it at once, and a step
// whose answer was lost has been done once or not at all.

import type { Clock } from '../clock.ts';
import type { SessionId } from '../ids.ts';
import type { Event } from '../protocol/events.ts';
import { readEvent, type Unreadable } from './record-shapes.ts';
import { RedisCollection } from './redis/collection.ts';
import { Content, type LeaseTime, slotParameters } from './redis/content.ts';
import { EventFeed } from './redis/feed.ts';
import { RedisLink } from './redis/link.ts';
import { STEPS } from './redis/scripts.ts';
import {
  type Collection,
  EVENT_LOG_SIZE,
  type EventQuery,
  type Holdings,
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
  /** Hears of nonsense that is put aside. */
  onUnreadable?: (found: Unreadable) => void;
}): Promise<Store> {
  const { url, clock, prefix = 'moorage', time = 'redis', onUnreadable = () => {} } = options;
  const link = new RedisLink({ url, clock });
  // In braces it is the hash tag of a cluster: all keys that begin with it lie on one node.
  const root = `{${prefix}}`;
  const store = new RedisStore({
    link,
    content: new Content({ link, root, clock, time }),
    channel: `${root}:events:${link.database}`,
    onUnreadable,
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
  readonly #onUnreadable: (found: Unreadable) => void;
  readonly #feed: EventFeed;

  constructor(options: {
    link: RedisLink;
    content: Content;
    channel: string;
    onUnreadable: (found: Unreadable) => void;
  }) {
    const { link, content, channel, onUnreadable } = options;
    this.#onUnreadable = onUnreadable;
    this.#link = link;
    this.#content = content;
    this.#channel = channel;
    this.#feed = new EventFeed((query) => this.readEvents(query));
    this.keys = new RedisCollection(content, 'keys', onUnreadable);
    this.recordings = new RedisCollection(content, 'recordings', onUnreadable);
    this.replies = new RedisCollection(content, 'replies', onUnreadable);
    this.sessions = new RedisCollection(content, 'sessions', onUnreadable);
    this.settings = new RedisCollection(content, 'settings', onUnreadable);
    this.surfaces = new RedisCollection(content, 'surfaces', onUnreadable);
  }

  async open(): Promise<void> {
    await this.#link.open(this.#channel, {
      onReconnected: () => this.#content.doubt(),
      onResubscribed: () => void this.#feed.catchUp(),
      onMessage: (text) => {
        const event = parseMessage(text);
        if (event) void this.#notice(event);
      },
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

  async readEvents({ after, limit, client }: EventQuery): Promise<Event[]> {
    const given = { after: String(after), limit, client };
    for (;;) {
      const rows = await this.#content.run<[streamId: string, body: string][]>(STEPS.readEvents, given);
      const events = rows.map(([streamId, body]) => parseEvent(streamId, body));
      const read = events.filter((event) => event !== undefined);
      if (read.length === rows.length) return read;
      for (const [index, [streamId]] of rows.entries()) {
        if (events[index] === undefined) await this.#dropEvent(streamId);
      }
    }
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

  /** Nonsense. It would have gone with time as well, so it is not kept aside. */
  async #dropEvent(streamId: string): Promise<void> {
    const dropped = await this.#content.run<number>(STEPS.dropEvent, { streamId });
    if (dropped > 0) this.#onUnreadable({ collection: 'events', id: streamId });
  }

  #notice(event: Event): Promise<void> {
    this.#content.noteSequence(event.sequence);
    return this.#feed.notice(event);
  }
}

/** What append-event.lua announces: the number, a blank, the body. */
function parseMessage(text: string): Event | undefined {
  const blank = text.indexOf(' ');
  return parseEvent(text.slice(0, blank), text.slice(blank + 1));
}

/** `numbered` begins with the number: it is a stream id such as `12-0`, or the number alone. */
function parseEvent(numbered: string, body: string): Event | undefined {
  return readEvent(Number.parseInt(numbered, 10), body);
}
