// The recordings of this server: begun with their sessions, gone on with after a restart, read, followed, listed,
// imported, deleted and, by age, number and size, pruned.

import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type BackendSession, devToolsOf } from '../backends/backend.ts';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { EventLog } from '../events/events.ts';
import { newId, type SessionId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { RecordedEvent } from '../protocol/recorder.ts';
import type {
  RecordedPage,
  Recording,
  RecordingsPruned,
  RecordOptions,
  RecordWish,
} from '../protocol/recordings.ts';
import type { Session } from '../sessions/session.ts';
import type { RecordingRecord, Store } from '../store/store.ts';
import { Challenges } from './challenges.ts';
import { exported } from './export.ts';
import { importEvents } from './import.ts';
import { describe, isWanted, type RecordingQuery } from './listing.ts';
import { LiveRecording, pageFolder } from './live-recording.ts';
import { type PruneReason, Retention, type RetentionLimits } from './retention.ts';
import { newBindingName, newRecorderSecret } from './script.ts';
import { type Batch, type EventQuery, type PageFiles, readBatches, readSegments } from './segments.ts';
import { DRAFT, FolderStorage, type RecordingBucket, TieredStorage } from './storage.ts';
import { LATEST, type Read, type TailPosition, type TailQuery, Tails } from './tails.ts';
import { inOrderOfNumbers, type PlacedBatch, type PlacedEvent, timelineOf } from './timeline.ts';
import { Uploads } from './uploads.ts';
import { finishVideo } from './video.ts';
import { type EncoderLimits, Encoders } from './video-encoder.ts';
import { openThumbnail, openVideo, VideoNews, type VideoSource } from './video-source.ts';

export { consoleTextOf, harOf } from './har.ts';
export type { TailPosition } from './tails.ts';
export type { PlacedEvent } from './timeline.ts';

export interface RecordingLimits extends RetentionLimits {
  /** Of one recording. */
  maxBytesEach: number;
  /** Of one client at a time. */
  maxLive: number;
  /** Of the body of an import. */
  importBytes: number;
}

export class Recordings {
  readonly #root: string;
  readonly #disk: FolderStorage;
  readonly #bucket: RecordingBucket | undefined;
  readonly #uploads: Uploads | undefined;
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
  readonly #tails: Tails;
  /** Imports that are under way, by the id that they will have. */
  readonly #imports = new Map<string, { client: string }>();
  readonly #encoders: Encoders;
  readonly #frameRate: number;
  readonly #videoNews = new VideoNews();
  /** Records that the store did not take. */
  readonly #unstored = new Map<string, RecordingRecord>();
  #stopPruning: () => void = () => {};

  /** `root` holds a folder for each recording. */
  constructor(options: {
    root: string;
    node: string;
    limits: RecordingLimits;
    /** Where finished recordings are kept besides, or instead of, the disk. */
    bucket?: { storage: RecordingBucket; keepsLocal: boolean };
    video: EncoderLimits & { frameRate: number };
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
    this.#disk = new FolderStorage(options.root);
    this.#bucket = options.bucket?.storage;
    this.#node = options.node;
    this.#limits = options.limits;
    this.#store = options.store.recordings;
    this.#events = options.events;
    this.#clock = options.clock;
    this.#metrics = options.metrics;
    this.#log = options.log;
    this.#background = options.background;
    this.#tails = new Tails({ onOverrun: () => this.#metrics.limitHits.inc({ limit: 'recording-feed' }) });
    this.#challenges = new Challenges(options);
    this.#encoders = new Encoders({ ...options, limits: options.video });
    this.#frameRate = options.video.frameRate;
    this.#uploads =
      options.bucket &&
      new Uploads({
        ...options,
        bucket: options.bucket.storage,
        keepsLocal: options.bucket.keepsLocal,
        disk: this.#disk,
        onStored: (id) => this.#noteStored(id),
      });
    options.store.restoreFrom?.(() => ({ recordings: [...this.#live.values()].map(({ record }) => record) }));
  }

  /** Ends what an earlier run left unfinished and has no session any more. Called when sessions were taken over. */
  async start(): Promise<void> {
    const known = new Set<string>();
    for await (const record of this.#all({})) {
      known.add(record.id);
      if (record.node !== this.#node || this.#isLive(record)) continue;
      if (record.status === 'recording') await this.#finish({ ...record, ...LEFT_UNFINISHED });
      else if (record.storedIn === undefined) this.#uploads?.finish(record.id);
    }
    for (const name of await this.#disk.removeLeftovers()) {
      this.#log.info({ event: 'recording.leftover-removed', name });
    }
    await this.#sweep();
    this.#uploads?.start(known);
    this.#stopPruning = this.#clock.every(PRUNE_MS, () =>
      this.#background.run('prune recordings', this.#sweep()),
    );
  }

  /** Lets go of every browser. The recordings of those that run on are gone on with after the next start. */
  async stop(): Promise<void> {
    this.#stopPruning();
    await Promise.all([...this.#live.values()].map((live) => live.suspend()));
    this.#live.clear();
    this.#tails.close();
    await this.#uploads?.stop();
    this.#bucket?.close();
  }

  /**
   * Whether a session can be recorded like that, whatever its browser; asked before one is started.
   * @throws Problem `invalid-argument`; `unsupported-operation` where videos cannot be made.
   */
  async check(wish: RecordWish | undefined): Promise<void> {
    const { video = false, mask = [] } = typeof wish === 'object' ? wish : {};
    if (!video) return;
    if (mask.length > 0) {
      throw problem('invalid-argument', {
        detail: 'A video shows all that the page shows: give `video` or `mask`, not both.',
      });
    }
    await this.#encoders.expectAvailable();
  }

  /**
   * Begins to record a session whose browser has just started, before anybody uses it.
   * @throws Problem `unsupported-operation` for browsers that cannot be recorded, `quota-exceeded`; whatever the browser
   * refuses.
   */
  async begin(session: Session, browser: BackendSession, wish: RecordWish | undefined): Promise<void> {
    if (wish === undefined || wish === false) return;
    const { id: sessionId, terms } = session;
    expectRecordable(browser, wish);
    this.#checkLive(terms.client);
    const record: RecordingRecord = {
      id: newId('rec'),
      client: terms.client,
      node: this.#node,
      status: 'recording',
      sessionId,
      browser: browser.browser,
      options: optionsOf(wish),
      binding: newBindingName(),
      secret: newRecorderSecret(),
      pages: [],
      sizeBytes: 0,
      createdAt: this.#clock.now(),
      tags: terms.tags,
      ...(terms.surface !== undefined && { surface: terms.surface }),
    };
    await this.#store.put(record);
    try {
      this.#live.set(sessionId, await this.#record(record, sessionId, browser));
    } catch (error) {
      await this.#remove(record, 'failed-start');
      throw isDiskFull(error) ? diskFull(error) : error;
    }
    session.recordingId = record.id;
    this.#publish('recording.started', record);
  }

  /** Goes on with a recording after our own restart. What its pages kept meanwhile comes first. */
  async resume(session: Session, browser: BackendSession): Promise<void> {
    if (session.recordingId === undefined) return;
    const record = await this.#store.get(session.recordingId);
    if (record?.status !== 'recording') return;
    const { progress, newest } = await this.#progressOf(record);
    this.#tails.remember(record.id, newest);
    this.#live.set(session.id, await this.#record(record, session.id, browser, progress));
  }

  /** Ends the recording of a session, whose browser is still there where it did not end by itself. Never rejects. */
  async end({ id }: Pick<Session, 'id'>): Promise<void> {
    const live = this.#live.get(id);
    if (!live) return;
    await live.end();
    await this.#finishLive(id, live);
  }

  /** Puts a mark into the recording of a session, on one of its pages. Nothing where it is not recorded. */
  note(sessionId: string, pageId: string, tag: string, payload: unknown): void {
    this.#live.get(sessionId)?.note(pageId, tag, payload);
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
      const oldest = page.data.at(-1);
      const isOver = oldest !== undefined && oldest.createdAt < (query.after ?? 0);
      cursor = isOver ? null : page.nextCursor;
    }
    return { data, nextCursor: cursor ?? null };
  }

  /** @throws Problem `recording-not-found`. */
  async get(client: string, id: string): Promise<Recording> {
    return describe(await this.#getRecord(client, id));
  }

  /**
   * Removes it with everything of it.
   * @throws Problem `recording-not-found`, `invalid-argument` while it goes on, `store-unavailable` where its files
   * cannot be removed at present: then it is still there.
   */
  async delete(client: string, id: string): Promise<Recording> {
    const record = await this.#getRecord(client, id);
    if (record.status === 'recording') {
      throw problem('invalid-argument', {
        detail: `Recording ${id} goes on. Destroy session ${record.sessionId} first.`,
      });
    }
    this.#checkPlace(record);
    await this.#remove(record, 'client');
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
    const pages = pagesOf(record, pageId).filter((page) => !isOver(page, query.from));
    this.#checkPlace(record);
    return timelineOf(
      pages.map((page) => ({
        startsAt: page.firstAt ?? 0,
        open: () => placed(page.id, readSegments(this.#filesOf(record, page.id), query)),
      })),
    );
  }

  /**
   * The events as they are stored, in the order of that, until the recording ends: those since the last full snapshot
   * of each page, or from where the reader was. None is missed and none is told twice, however slow the reader.
   * @throws Problem `recording-not-found`, `page-not-found`.
   */
  async follow(
    client: string,
    id: string,
    query: TailQuery,
    signal: AbortSignal,
  ): Promise<AsyncGenerator<{ position: TailPosition; event: PlacedEvent }>> {
    const record = await this.#getRecord(client, id);
    pagesOf(record, query.pageId); // told now, before there is a stream
    this.#checkPlace(record);
    const read: Read = (start) => this.#batches(record, query.pageId, start);
    return this.#tails.follow({ id: record.id, isLive: this.#isLive(record), query, read, signal });
  }

  /**
   * The video of a page, of the one with the most pictures unless named.
   * @throws Problem `recording-not-found`, `page-not-found`, `video-not-found`, `store-unavailable`.
   */
  async video(client: string, id: string, pageId: string | undefined): Promise<VideoSource> {
    const record = await this.#getRecord(client, id);
    this.#checkPlace(record);
    const { storage } = this.#filesOf(record, '');
    return openVideo({ record, pageId, storage, isLive: () => this.#isLive(record), news: this.#videoNews });
  }

  /**
   * A small JPEG of a page, of that whose picture is the newest unless named.
   * @throws Problem `recording-not-found`, `page-not-found`, `video-not-found`, `store-unavailable`.
   */
  async thumbnail(client: string, id: string, pageId: string | undefined): Promise<Readable> {
    const record = await this.#getRecord(client, id);
    this.#checkPlace(record);
    return openThumbnail(record, pageId, this.#filesOf(record, '').storage);
  }

  /** The events with the description of the recording in front. @throws Problem `recording-not-found`, `page-not-found`. */
  async export(client: string, id: string, pageId: string | undefined): Promise<ReturnType<typeof exported>> {
    const events = await this.events(client, id, pageId === undefined ? {} : { pageId });
    return exported(await this.get(client, id), events);
  }

  /**
   * Takes in a list of events as a recording of `client`. Leaves nothing behind when it fails.
   * @throws Problem `invalid-argument`, `payload-too-large`, `quota-exceeded`, `store-unavailable`.
   */
  async import(client: string, source: Readable): Promise<Recording> {
    const { importBytes: bytes } = this.#limits;
    const onLimit = (limit: string) => this.#metrics.limitHits.inc({ limit });
    const underWay = [...this.#imports.values()].filter((other) => other.client === client).length;
    if (underWay >= MAX_IMPORTS) {
      onLimit('imports-at-a-time');
      throw problem('quota-exceeded', { detail: `${MAX_IMPORTS} imports of this client are under way.` });
    }
    const id = newId('rec');
    this.#imports.set(id, { client });
    // It may fail before it is read, when nobody would hear its error; reading it throws the error again.
    source.once('error', () => {});
    try {
      const limits = { ...IMPORT_LIMITS, bytes };
      const { description, pages } = await importEvents({
        // The answer needs its connection.
        source: source.iterator({ destroyOnReturn: false }),
        folder: join(this.#root, id + DRAFT),
        limits,
        onLimit,
      });
      await this.#disk.move(id + DRAFT, id);
      const now = this.#clock.now();
      const { options = {}, browser = 'unknown', tags = {}, pages: _, ...told } = description;
      const record: RecordingRecord = {
        id,
        client,
        node: this.#node,
        status: 'complete',
        ...told,
        browser,
        options,
        binding: '',
        pages,
        sizeBytes: await this.#sizeOf({ id }),
        createdAt: now,
        endedAt: now,
        isImported: true,
        tags,
      };
      await this.#store.put(record);
      this.#uploads?.finish(id);
      this.#publish('recording.ready', record);
      return describe(record);
    } catch (error) {
      source.resume(); // whoever still sends hears the answer when all is sent
      await this.#disk.remove(id + DRAFT);
      await this.#disk.remove(id);
      throw isDiskFull(error) ? diskFull(error) : error;
    } finally {
      this.#imports.delete(id);
    }
  }

  /**
   * Deletes what is too old or too much, of one client or of all, newest first. With `isDryRun` only says what it would
   * delete.
   */
  async prune({
    client,
    isDryRun = false,
    ...limits
  }: Partial<RetentionLimits> & { client?: string; isDryRun?: boolean } = {}): Promise<RecordingsPruned> {
    const retention = new Retention({ ...this.#limits, ...limits }, this.#clock.now());
    const data: Recording[] = [];
    for await (const record of this.#all(client === undefined ? {} : { client })) {
      const reason = retention.judge(record);
      if (reason === undefined || !this.#isWithin(record)) continue;
      if (isDryRun || (await this.#pruneOne(record, reason))) data.push(describe(record));
    }
    return { data, freedBytes: data.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
  }

  async #sweep(): Promise<void> {
    for (const record of this.#unstored.values()) await this.#put(record);
    await this.prune();
  }

  /** Whether it went; one whose files cannot be removed now goes with the next sweep. */
  async #pruneOne(record: RecordingRecord, reason: PruneReason): Promise<boolean> {
    try {
      await this.#remove(record, reason);
      return true;
    } catch (error) {
      this.#metrics.backgroundFailures.inc({ task: 'prune recordings' });
      this.#log.error({ event: 'recording.not-removed', recordingId: record.id, err: error });
      return false;
    }
  }

  /** @throws Problem `quota-exceeded`. */
  #checkLive(client: string): void {
    const live = [...this.#live.values()].filter(({ record }) => record.client === client).length;
    if (live < this.#limits.maxLive) return;
    this.#metrics.limitHits.inc({ limit: 'recordings-at-a-time' });
    throw problem('quota-exceeded', {
      detail: `${live} sessions of this client are being recorded, as many as may be. End one, or create the session without \`record\`.`,
    });
  }

  /** @throws Problem `store-unavailable` where its files are out of reach from here. */
  #checkPlace(record: RecordingRecord): void {
    if (this.#isWithin(record)) return;
    const detail =
      record.storedIn === 's3'
        ? `Recording ${record.id} lies in S3, and this server has no recordings.s3 in its configuration.`
        : `Recording ${record.id} lies on the disk of server ${record.node}. Ask that one.`;
    throw problem('store-unavailable', { detail });
  }

  #isWithin({ node, storedIn }: RecordingRecord): boolean {
    return storedIn === 's3' ? this.#bucket !== undefined : node === this.#node;
  }

  #isLive({ id }: RecordingRecord): boolean {
    return [...this.#live.values()].some(({ record }) => record.id === id);
  }

  async #record(
    record: RecordingRecord,
    sessionId: SessionId,
    browser: BackendSession,
    progress?: ReadonlyMap<string, ReadonlyMap<string, number>>,
  ): Promise<LiveRecording> {
    const live = await LiveRecording.start({
      record,
      folder: this.#folder(record),
      url: devToolsOf(browser) ?? browser.endpoint.url,
      isRemote: browser.isRemote,
      host: browser.recorderUrl,
      nextNumber: this.#tails.newestOf(record.id) + 1,
      clock: this.#clock,
      log: this.#log.child({ recordingId: record.id }),
      metrics: this.#metrics,
      ...(progress && { progress }),
      onChange: async () => {
        await this.#save(record);
        this.#checkSize(sessionId, record);
      },
      onBatch: (pageId, batch, chars) => {
        this.#tails.tell(record.id, { ...batch, pageId }, chars);
        this.#seeChallenges(record, sessionId, pageId, batch.events);
      },
      video: { encoders: this.#encoders, frameRate: this.#frameRate },
      onVideo: () => this.#videoNews.tell(record.id),
      onSealed: (path) => {
        this.#metrics.recordingSegments.inc();
        this.#uploads?.add(record.id, this.#disk.nameOf(path));
      },
      onFailed: () => this.#background.run('finish recording', this.#finishLive(sessionId, live)),
    });
    return live;
  }

  /** What is stored of each document of each page, found in what was written last, and the number of the last batch. */
  async #progressOf(
    record: RecordingRecord,
  ): Promise<{ progress: Map<string, Map<string, number>>; newest: number }> {
    const progress = new Map<string, Map<string, number>>();
    let newest = -1;
    for (const { id } of record.pages) {
      const documents = new Map<string, number>();
      progress.set(id, documents);
      for await (const { number, origin } of readBatches(this.#filesOf(record, id), { from: LATEST })) {
        newest = Math.max(newest, number);
        if (origin) documents.set(origin.document, origin.sequence + 1);
      }
    }
    return { progress, newest };
  }

  #batches(
    record: RecordingRecord,
    pageId: string | undefined,
    start: Parameters<Read>[0],
  ): AsyncGenerator<PlacedBatch> {
    const pages = pagesOf(record, pageId).filter((page) => !isOver(page, start.from));
    return inOrderOfNumbers(
      pages.map((page) => placedBatches(page.id, readBatches(this.#filesOf(record, page.id), start))),
    );
  }

  /** Once, whether it failed before or its session ends now. */
  async #finishLive(sessionId: SessionId, live: LiveRecording): Promise<void> {
    if (this.#live.get(sessionId) !== live) return;
    this.#live.delete(sessionId);
    this.#challenges.forget(sessionId);
    await this.#finish(live.record);
  }

  async #finish(record: RecordingRecord): Promise<void> {
    record.endedAt ??= this.#clock.now();
    const folder = this.#folder(record);
    await Promise.all(record.pages.map((page) => finishVideo(page, pageFolder(folder, page.id))));
    await this.#disk.remove(`${record.id}/recorder`);
    await this.#save(record);
    this.#tails.end(record.id);
    this.#uploads?.finish(record.id);
    this.#publish(record.status === 'failed' ? 'recording.failed' : 'recording.ready', record);
  }

  /** Ends what alone is more than its client may store, of which nothing could be pruned. */
  #checkSize(sessionId: SessionId, record: RecordingRecord): void {
    if (record.status !== 'recording') return;
    const { maxBytes, maxBytesEach } = this.#limits;
    const ofClient = [...this.#live.values()].filter(({ record: other }) => other.client === record.client);
    const bytes = ofClient.reduce((sum, { record: other }) => sum + other.sizeBytes, 0);
    const isTooLarge = record.sizeBytes > maxBytesEach;
    if (!isTooLarge && bytes <= maxBytes) return;
    this.#metrics.limitHits.inc({ limit: isTooLarge ? 'recording-size' : 'recording-quota' });
    this.#live
      .get(sessionId)
      ?.fail(
        'quota-exceeded',
        isTooLarge
          ? `It has ${record.sizeBytes} bytes; a recording may have ${maxBytesEach}.`
          : `The recordings of this client that go on have ${bytes} bytes; it may store ${maxBytes}.`,
      );
  }

  async #save(record: RecordingRecord): Promise<void> {
    record.sizeBytes = await this.#sizeOf(record);
    await this.#put(record);
  }

  async #put(record: RecordingRecord): Promise<void> {
    try {
      await this.#store.put(record);
      this.#unstored.delete(record.id);
    } catch (error) {
      // The next save tries again, or the next sweep; the events themselves are files.
      this.#unstored.set(record.id, record);
      this.#metrics.backgroundFailures.inc({ task: 'store recording' });
      this.#log.error({ event: 'recording.not-stored', recordingId: record.id, err: error });
    }
  }

  /** The bucket has all of it now. */
  async #noteStored(id: string): Promise<void> {
    const record = await this.#store.get(id);
    if (record) await this.#store.put({ ...record, storedIn: 's3' });
  }

  /** The record goes last: as long as it is there, the rest can be removed again. */
  async #remove(record: RecordingRecord, reason: PruneReason | 'client' | 'failed-start'): Promise<void> {
    await this.#uploads?.forget(record.id);
    try {
      if (reason !== 'failed-start') await this.#bucket?.remove(record.id);
    } catch (error) {
      if (record.storedIn === undefined) this.#uploads?.finish(record.id); // it stays, and goes where it went
      throw error;
    }
    await this.#disk.remove(record.id);
    await this.#store.delete(record.id);
    this.#unstored.delete(record.id);
    this.#tails.end(record.id);
    this.#metrics.recordingsDeleted.inc({ reason });
  }

  #seeChallenges(
    record: RecordingRecord,
    sessionId: SessionId,
    pageId: string,
    events: readonly RecordedEvent[],
  ): void {
    const { id: recordingId, client, surface } = record;
    const session = { recordingId, client, sessionId, ...(surface !== undefined && { surface }) };
    this.#challenges.take(session, pageId, events);
  }

  async #getRecord(client: string, id: string): Promise<RecordingRecord> {
    const live = [...this.#live.values()].find(({ record }) => record.id === id)?.record;
    const record = live ?? (await this.#store.get(id));
    if (record?.client === client) return record;
    throw problem('recording-not-found', { detail: `There is no recording ${id}.` });
  }

  async *#all(query: { client?: string; status?: readonly string[] }): AsyncGenerator<RecordingRecord> {
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

  /** Videos included. */
  async #sizeOf({ id }: Pick<RecordingRecord, 'id'>): Promise<number> {
    const files = await this.#disk.list(id);
    return files.reduce((sum, { name, sizeBytes }) => sum + (isRecorder(name) ? 0 : sizeBytes), 0);
  }

  #filesOf(record: RecordingRecord, pageId: string): PageFiles {
    const storage = this.#bucket
      ? new TieredStorage({
          disk: this.#disk,
          bucket: this.#bucket,
          isInBucket: record.storedIn === 's3',
        })
      : this.#disk;
    return { storage, folder: `${record.id}/pages/${pageId}` };
  }
}

const PRUNE_MS = 60_000;
/** Of one client at a time. */
const MAX_IMPORTS = 2;
const IMPORT_LIMITS = { events: 10_000_000, pages: 500, eventBytes: 64 * 1024 * 1024, depth: 2000 };
const LEFT_UNFINISHED = {
  status: 'complete',
  endReason: 'server-ended',
  endDetail: 'The server ended before it did.',
} as const;

/** @throws Problem `unsupported-operation`. */
function expectRecordable(browser: BackendSession, wish: true | RecordOptions): void {
  if (devToolsOf(browser) !== undefined) return;
  const what = `A session over ${browser.endpoint.protocol}`;
  if (browser.recorderUrl === undefined) {
    throw problem('unsupported-operation', {
      detail: `${what} cannot be recorded; those over CDP, BiDi and Playwright can.`,
    });
  }
  if (wish !== true && wish.video === true) {
    throw problem('unsupported-operation', {
      detail: `${what} has no video; its recording has everything else.`,
    });
  }
}

function optionsOf(wish: true | RecordOptions): RecordOptions {
  return wish === true ? {} : wish;
}

/** @throws Problem `page-not-found`. */
function pagesOf({ id, pages }: RecordingRecord, pageId: string | undefined): RecordedPage[] {
  if (pageId === undefined) return pages;
  const page = pages.find((each) => each.id === pageId);
  if (page) return [page];
  throw problem('page-not-found', { detail: `Recording ${id} has no page ${pageId}.` });
}

/** Whether a replay from then on has nothing of this page. */
function isOver({ end, lastAt }: RecordedPage, from: number | undefined): boolean {
  return end === 'closed' && from !== undefined && (lastAt ?? 0) < from;
}

async function* placed(pageId: string, events: AsyncIterable<RecordedEvent>): AsyncGenerator<PlacedEvent> {
  for await (const event of events) yield { ...event, pageId };
}

async function* placedBatches(pageId: string, batches: AsyncIterable<Batch>): AsyncGenerator<PlacedBatch> {
  for await (const batch of batches) yield { ...batch, pageId };
}

function isRecorder(name: string): boolean {
  return name.split('/')[1] === 'recorder';
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

function diskFull(cause: unknown): Error {
  return problem('store-unavailable', { detail: 'The disk of the server takes no more.', cause });
}
