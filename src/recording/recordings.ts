// The recordings of this server: begun with their sessions, gone on with after a restart, read, listed, deleted and, by
// age, number and size, pruned.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackendSession } from '../backends/backend.ts';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { EventLog } from '../events/events.ts';
import { newId, type SessionId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { RecordedEvent } from '../protocol/recorder.ts';
import {
  RECORDING_TAGS,
  type RecordedPage,
  type Recording,
  type RecordOptions,
  type RecordWish,
} from '../protocol/recordings.ts';
import type { Session } from '../sessions/session.ts';
import type { RecordingRecord, Store } from '../store/store.ts';
import { Challenges } from './challenges.ts';
import { LiveRecording, pageFolder } from './live-recording.ts';
import { newBindingName } from './script.ts';
import { type EventQuery, readSegments, segmentBytes } from './segments.ts';
import { customOf, isObject } from './trouble.ts';

export { consoleTextOf, harOf } from './har.ts';

export interface RecordingLimits {
  /** Recordings that ended longer ago than this are deleted, in milliseconds. */
  maxAgeMs: number;
  /** Of each client: the oldest are deleted beyond these. */
  maxCount: number;
  maxBytes: number;
}

export interface RecordingQuery {
  status?: readonly string[];
  sessionId?: string;
  surface?: string;
  /** Part of the URL of a page. */
  url?: string;
  hasErrors?: boolean;
  tags?: Record<string, string>;
  cursor?: string;
  limit: number;
}

/** An event of a recording, with the page that it is of. */
export type PlacedEvent = RecordedEvent & { pageId: string };

export interface RecordingListener {
  event(event: PlacedEvent): void;
  /** Nothing comes any more. */
  end(): void;
}

export class Recordings {
  readonly #root: string;
  readonly #node: string;
  readonly #limits: RecordingLimits;
  readonly #store: Store['recordings'];
  readonly #events: EventLog;
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  readonly #log: Log;
  readonly #background: Background;
  readonly #challenges: Challenges;
  /** By session. */
  readonly #live = new Map<string, LiveRecording>();
  /** By recording. */
  readonly #listeners = new Map<string, Set<RecordingListener>>();
  #stopPruning: () => void = () => {};

  /** `root` holds a folder for each recording. */
  constructor(options: {
    root: string;
    node: string;
    limits: RecordingLimits;
    store: Store;
    events: EventLog;
    clock: Clock;
    metrics: Metrics;
    log: Log;
    background: Background;
    /** Where a person sees a session and takes it over, for bot checks. */
    linkTo?: (sessionId: SessionId) => string | undefined;
  }) {
    this.#root = options.root;
    this.#node = options.node;
    this.#limits = options.limits;
    this.#store = options.store.recordings;
    this.#events = options.events;
    this.#clock = options.clock;
    this.#metrics = options.metrics;
    this.#log = options.log;
    this.#background = options.background;
    this.#challenges = new Challenges(options);
    options.store.restoreFrom?.(() => ({ recordings: [...this.#live.values()].map(({ record }) => record) }));
  }

  /** Ends what an earlier run left unfinished and has no session any more. Called when sessions were taken over. */
  async start(): Promise<void> {
    for await (const record of this.#all({ status: ['recording'] })) {
      if (record.node !== this.#node || this.#live.has(record.sessionId)) continue;
      await this.#finish({ ...record, status: 'complete', endDetail: 'The server ended before it did.' });
    }
    await this.prune();
    this.#stopPruning = this.#clock.every(PRUNE_MS, () =>
      this.#background.run('prune recordings', this.prune()),
    );
  }

  /** Lets go of every browser. The recordings of those that run on are gone on with after the next start. */
  async stop(): Promise<void> {
    this.#stopPruning();
    await Promise.all([...this.#live.values()].map((live) => live.suspend()));
    this.#live.clear();
  }

  /**
   * Begins to record a session whose browser has just started, before anybody uses it.
   * @throws Problem `unsupported-operation` for browsers that cannot be recorded; whatever the browser refuses.
   */
  async begin(session: Session, browser: BackendSession, wish: RecordWish | undefined): Promise<void> {
    if (wish === undefined || wish === false) return;
    const { id: sessionId, terms } = session;
    if (browser.endpoint.protocol !== 'cdp') {
      throw problem('unsupported-operation', {
        detail: `A session over ${browser.endpoint.protocol} cannot be recorded; those of Chrome can.`,
      });
    }
    const record: RecordingRecord = {
      id: newId('rec'),
      client: terms.client,
      node: this.#node,
      status: 'recording',
      sessionId,
      browser: browser.browser,
      options: optionsOf(wish),
      binding: newBindingName(),
      pages: [],
      sizeBytes: 0,
      createdAt: this.#clock.now(),
      tags: terms.tags,
      ...(terms.surface !== undefined && { surface: terms.surface }),
    };
    await this.#store.put(record);
    try {
      this.#live.set(sessionId, await this.#record(record, browser));
    } catch (error) {
      await this.#remove(record);
      throw error;
    }
    session.recordingId = record.id;
    this.#publish('recording.started', record);
  }

  /** Goes on with a recording after our own restart. What its pages kept meanwhile comes first. */
  async resume(session: Session, browser: BackendSession): Promise<void> {
    if (session.recordingId === undefined) return;
    const record = await this.#store.get(session.recordingId);
    if (record?.status !== 'recording') return;
    const progress = new Map<string, Map<string, number>>();
    for (const { id } of record.pages) progress.set(id, await this.#progressOf(record, id));
    this.#live.set(session.id, await this.#record(record, browser, progress));
  }

  /** Ends the recording of a session, whose browser is still there where it did not end by itself. Never rejects. */
  async end({ id }: Pick<Session, 'id'>): Promise<void> {
    const live = this.#live.get(id);
    if (!live) return;
    await live.end();
    this.#live.delete(id);
    this.#challenges.forget(id);
    await this.#finish(live.record);
  }

  /** Newest first. */
  async list(
    client: string,
    query: RecordingQuery,
  ): Promise<{ data: Recording[]; nextCursor: string | null }> {
    const { limit, status } = query;
    const data: Recording[] = [];
    let cursor: string | null | undefined = query.cursor;
    while (data.length < limit && cursor !== null) {
      const page = await this.#store.list({
        client,
        limit: limit - data.length,
        ...(status && { status }),
        ...(cursor !== undefined && { cursor }),
      });
      data.push(...page.data.filter((record) => isWanted(record, query)).map(describe));
      cursor = page.nextCursor;
    }
    return { data, nextCursor: cursor ?? null };
  }

  /** @throws Problem `recording-not-found`. */
  async get(client: string, id: string): Promise<Recording> {
    return describe(await this.#getRecord(client, id));
  }

  /** Removes it with everything of it. @throws Problem `recording-not-found`, `invalid-argument` while it goes on. */
  async delete(client: string, id: string): Promise<Recording> {
    const record = await this.#getRecord(client, id);
    if (record.status === 'recording') {
      throw problem('invalid-argument', {
        detail: `Recording ${id} goes on. Destroy session ${record.sessionId} first.`,
      });
    }
    await this.#remove(record);
    return describe(record);
  }

  /**
   * The events of one page, or of all in the order of time, those of the present included. With `from`, everything that a
   * replay needs to begin there comes along.
   * @throws Problem `recording-not-found`, `page-not-found`.
   */
  async events(
    client: string,
    id: string,
    { pageId, ...query }: EventQuery & { pageId?: string },
  ): Promise<AsyncGenerator<PlacedEvent>> {
    const record = await this.#getRecord(client, id);
    if (pageId !== undefined && !record.pages.some((page) => page.id === pageId)) {
      throw problem('page-not-found', { detail: `Recording ${id} has no page ${pageId}.` });
    }
    const pages = record.pages
      .map((page) => page.id)
      .filter((page) => pageId === undefined || page === pageId);
    return inOrder(pages.map((page) => placed(page, readSegments(this.#pageFolder(record, page), query))));
  }

  /**
   * Tells `listener` every event from now on. Resolves to the function that ends it.
   * @throws Problem `recording-not-found`.
   */
  async subscribe(client: string, id: string, listener: RecordingListener): Promise<() => void> {
    const { status } = await this.#getRecord(client, id);
    if (status !== 'recording') {
      listener.end();
      return () => {};
    }
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(id);
    };
  }

  /** Deletes what is too old or too much. With `isDryRun` only says what it would delete. */
  async prune({ isDryRun = false } = {}): Promise<Recording[]> {
    const totals = new Map<string, { count: number; bytes: number }>();
    const pruned: Recording[] = [];
    for await (const record of this.#all({})) {
      const total = totals.get(record.client) ?? { count: 0, bytes: 0 };
      totals.set(record.client, total);
      total.count += 1;
      total.bytes += record.sizeBytes;
      if (record.status === 'recording') continue;
      const age = this.#clock.now() - (record.endedAt ?? record.createdAt);
      const { maxAgeMs, maxCount, maxBytes } = this.#limits;
      if (age <= maxAgeMs && total.count <= maxCount && total.bytes <= maxBytes) continue;
      pruned.push(describe(record));
      if (!isDryRun) await this.#remove(record);
    }
    return pruned;
  }

  #record(
    record: RecordingRecord,
    browser: BackendSession,
    progress?: ReadonlyMap<string, ReadonlyMap<string, number>>,
  ): Promise<LiveRecording> {
    return LiveRecording.start({
      record,
      folder: this.#folder(record),
      url: browser.endpoint.url,
      clock: this.#clock,
      log: this.#log.child({ recordingId: record.id }),
      metrics: this.#metrics,
      ...(progress && { progress }),
      onChange: () => this.#save(record),
      onEvents: (pageId, events) => {
        this.#tell(record.id, pageId, events);
        this.#seeChallenges(record, pageId, events);
      },
    });
  }

  /** What is stored of each document of a page, found in what was written last. */
  async #progressOf(record: RecordingRecord, pageId: string): Promise<Map<string, number>> {
    const next = new Map<string, number>();
    const query = { from: Number.MAX_SAFE_INTEGER };
    for await (const event of readSegments(this.#pageFolder(record, pageId), query)) {
      const custom = customOf(event);
      if (custom?.tag !== RECORDING_TAGS.batch || !isObject(custom.payload)) continue;
      next.set(String(custom.payload.document), Number(custom.payload.sequence) + 1);
    }
    return next;
  }

  async #finish(record: RecordingRecord): Promise<void> {
    record.endedAt ??= this.#clock.now();
    await rm(join(this.#folder(record), 'recorder'), { recursive: true, force: true });
    await this.#save(record);
    for (const listener of this.#listeners.get(record.id) ?? []) listener.end();
    this.#publish(record.status === 'failed' ? 'recording.failed' : 'recording.ready', record);
  }

  async #save(record: RecordingRecord): Promise<void> {
    const folder = this.#folder(record);
    const sizes = await Promise.all(record.pages.map(({ id }) => segmentBytes(pageFolder(folder, id))));
    record.sizeBytes = sizes.reduce((sum, size) => sum + size, 0);
    await this.#store.put(record).catch((error: unknown) => {
      // The next save tries again; the events themselves are files.
      this.#metrics.backgroundFailures.inc({ task: 'store recording' });
      this.#log.error({ event: 'recording.not-stored', recordingId: record.id, err: error });
    });
  }

  async #remove(record: RecordingRecord): Promise<void> {
    await rm(this.#folder(record), { recursive: true, force: true });
    await this.#store.delete(record.id);
  }

  #seeChallenges(record: RecordingRecord, pageId: string, events: readonly RecordedEvent[]): void {
    const { id: recordingId, client, sessionId, surface } = record;
    const session = { recordingId, client, sessionId, ...(surface !== undefined && { surface }) };
    this.#challenges.take(session, pageId, events);
  }

  #tell(id: string, pageId: string, events: readonly RecordedEvent[]): void {
    const listeners = this.#listeners.get(id);
    if (!listeners) return;
    for (const event of events) {
      if (customOf(event)?.tag === RECORDING_TAGS.batch) continue;
      for (const listener of listeners) listener.event({ ...event, pageId });
    }
  }

  async #getRecord(client: string, id: string): Promise<RecordingRecord> {
    const live = [...this.#live.values()].find(({ record }) => record.id === id)?.record;
    const record = live ?? (await this.#store.get(id));
    if (record?.client === client) return record;
    throw problem('recording-not-found', { detail: `There is no recording ${id}.` });
  }

  async *#all(query: { status?: readonly string[] }): AsyncGenerator<RecordingRecord> {
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const page = await this.#store.list({ ...query, limit: 200, ...(cursor !== undefined && { cursor }) });
      yield* page.data;
      cursor = page.nextCursor;
    }
  }

  #publish(
    type: 'recording.failed' | 'recording.ready' | 'recording.started',
    record: RecordingRecord,
  ): void {
    const { id, client, sessionId, surface, tags, endDetail } = record;
    const data = {
      recordingId: id,
      tags,
      ...(surface !== undefined && { surface }),
      ...(endDetail !== undefined && { detail: endDetail }),
    };
    this.#background.run('publish event', this.#events.publish({ type, client, sessionId, data }));
  }

  #folder({ id }: Pick<RecordingRecord, 'id'>): string {
    return join(this.#root, id);
  }

  #pageFolder(record: RecordingRecord, pageId: string): string {
    return pageFolder(this.#folder(record), pageId);
  }
}

const PRUNE_MS = 60_000;

function optionsOf(wish: true | RecordOptions): RecordOptions {
  return wish === true ? {} : wish;
}

/** What others see of a record: without the binding. */
function describe(record: RecordingRecord): Recording {
  const { id, status, sessionId, surface, browser, options, sizeBytes, endDetail, tags } = record;
  return {
    id,
    status,
    sessionId,
    ...(surface !== undefined && { surface }),
    browser,
    options,
    pages: record.pages.map((page: RecordedPage) => ({ ...page })),
    sizeBytes,
    createdAt: new Date(record.createdAt).toISOString(),
    ...(record.endedAt !== undefined && { endedAt: new Date(record.endedAt).toISOString() }),
    ...(endDetail !== undefined && { endDetail }),
    tags,
  };
}

function isWanted(
  record: RecordingRecord,
  { sessionId, surface, url, hasErrors, tags = {} }: RecordingQuery,
): boolean {
  return (
    (sessionId === undefined || record.sessionId === sessionId) &&
    (surface === undefined || record.surface === surface) &&
    (url === undefined || record.pages.some((page) => page.url.includes(url))) &&
    (hasErrors === undefined || hasErrors === record.pages.some(({ errors }) => errors > 0)) &&
    Object.entries(tags).every(([name, value]) => record.tags[name] === value)
  );
}

async function* placed(pageId: string, events: AsyncIterable<RecordedEvent>): AsyncGenerator<PlacedEvent> {
  for await (const event of events) {
    if (customOf(event)?.tag !== RECORDING_TAGS.batch) yield { ...event, pageId };
  }
}

/** Merges sources, each in order of time, into one. */
async function* inOrder(sources: AsyncGenerator<PlacedEvent>[]): AsyncGenerator<PlacedEvent> {
  const heads: { source: AsyncGenerator<PlacedEvent>; event: PlacedEvent }[] = [];
  try {
    for (const source of sources) await advance(heads, source);
    for (;;) {
      const [first, ...rest] = heads;
      if (!first) return;
      const next = rest.reduce((a, b) => (b.event.timestamp < a.event.timestamp ? b : a), first);
      yield next.event;
      heads.splice(heads.indexOf(next), 1);
      await advance(heads, next.source);
    }
  } finally {
    for (const source of sources) await source.return(undefined);
  }
}

async function advance(
  heads: { source: AsyncGenerator<PlacedEvent>; event: PlacedEvent }[],
  source: AsyncGenerator<PlacedEvent>,
): Promise<void> {
  const { done, value } = await source.next();
  if (!done) heads.push({ source, event: value });
}
