// The recordings of this server: begun with their sessions, gone on with after a restart, ended with them. Beside them are
// those who read, import and remove recordings, and the watches for bot checks in sessions that are not recorded.

import { type BackendSession, devToolsOf } from '../backends/backend.ts';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { EventLog } from '../events/events.ts';
import { newId, type SessionId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Recording, RecordOptions } from '../protocol/recordings.ts';
import type { SessionCreate } from '../protocol/sessions.ts';
import type { Session } from '../sessions/session.ts';
import type { RecordingRecord, Store } from '../store/store.ts';
import { ChallengeWatch } from './challenge-watch.ts';
import { type ChallengedSession, Challenges } from './challenges.ts';
import { Imports } from './imports.ts';
import { describe, type RecordingQuery } from './listing.ts';
import { LiveRecording, pageFolder } from './live-recording.ts';
import { RecordBook } from './record-book.ts';
import type { RecordedBrowser } from './recorder-install.ts';
import { asDiskProblem, RecordingFiles } from './recording-files.ts';
import { RecordingReader } from './recording-reader.ts';
import { Removals } from './removals.ts';
import type { RetentionLimits } from './retention.ts';
import { newBindingName, newRecorderSecret } from './script.ts';
import { type Progress, readProgress } from './segments.ts';
import type { RecordingBucket } from './storage.ts';
import { Tails } from './tails.ts';
import { finishVideo } from './video.ts';
import { type EncoderLimits, Encoders } from './video-encoder.ts';
import { VideoNews } from './video-source.ts';

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

/** What a session asks of us. */
type Wishes = Pick<SessionCreate, 'challenges' | 'record'>;

export class Recordings {
  readonly reader: RecordingReader;
  readonly imports: Imports;
  readonly removals: Removals;
  readonly #book: RecordBook;
  readonly #files: RecordingFiles;
  readonly #node: string;
  readonly #limits: RecordingLimits;
  readonly #events: EventLog;
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  readonly #log: Log;
  readonly #background: Background;
  readonly #challenges: Challenges;
  /** By session. */
  readonly #live = new Map<string, LiveRecording>();
  /** By session, of those that are not recorded. */
  readonly #watches = new Map<string, ChallengeWatch>();
  readonly #tails: Tails;
  readonly #encoders: Encoders;
  readonly #frameRate: number;
  readonly #videoNews = new VideoNews();
  #stopSweeping: () => void = () => {};

  /** `root` holds a folder for each recording. */
  constructor(options: {
    root: string;
    node: string;
    /** Whether no other server has this store. */
    isSoleServer: boolean;
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
    const { limits, video } = options;
    this.#node = options.node;
    this.#limits = limits;
    this.#events = options.events;
    this.#clock = options.clock;
    this.#metrics = options.metrics;
    this.#log = options.log;
    this.#background = options.background;
    this.#tails = new Tails({ onOverrun: () => this.#metrics.limitHits.inc({ limit: 'recording-feed' }) });
    this.#challenges = new Challenges(options);
    this.#encoders = new Encoders({ ...options, limits: video });
    this.#frameRate = video.frameRate;
    this.#book = new RecordBook(options);
    this.#files = new RecordingFiles({
      ...options,
      onStored: (id) => this.#noteStored(id),
      isStored: async (id) => (await this.#book.find(id))?.storedIn === 's3',
    });
    const parts = { ...options, book: this.#book, files: this.#files };
    this.reader = new RecordingReader({ ...parts, tails: this.#tails, videoNews: this.#videoNews });
    this.removals = new Removals({ ...parts, onRemoved: ({ id }) => this.#tails.end(id) });
    this.imports = new Imports({
      ...parts,
      maxBytes: limits.importBytes,
      onReady: (record) => this.#publish('recording.ready', record),
    });
  }

  /** Ends what an earlier run left unfinished and has no session any more. Called when sessions were taken over. */
  async start(): Promise<void> {
    const known = new Set<string>();
    for await (const record of this.#book.all()) {
      known.add(record.id);
      if (!this.#files.areOwn(record) || this.#book.goesOn(record)) continue;
      if (record.status === 'recording') await this.#finish({ ...record, ...LEFT_UNFINISHED });
      else if (await this.#files.areToFinish(record)) this.#files.finish(record);
    }
    // Of these nobody can read what they are, which is no reason to lose what was recorded.
    for (const id of await this.#book.unreadable()) known.add(id);
    for (const name of await this.#files.start(known, new Set(this.#watches.keys()))) {
      this.#log.info({ event: 'recording.leftover-removed', name });
    }
    await this.#sweep();
    this.#stopSweeping = this.#clock.every(SWEEP_MS, () =>
      this.#background.run('prune recordings', this.#sweep()),
    );
  }

  /** People can be led to this server from now on, for bot checks. */
  open(): void {
    this.#challenges.open();
  }

  /** Lets go of every browser. The recordings of those that run on are gone on with after the next start. */
  async stop(): Promise<void> {
    this.#stopSweeping();
    await Promise.all([
      ...[...this.#live.values()].map((live) => live.suspend()),
      ...[...this.#watches.values()].map((watch) => watch.stop()),
    ]);
    this.#live.clear();
    this.#watches.clear();
    this.#tails.close();
    await this.#files.stop();
  }

  /**
   * Whether a session can be recorded like that, whatever its browser; asked before one is started.
   * @throws Problem `invalid-argument`; `unsupported-operation` where videos cannot be made.
   */
  async check({ record }: Wishes): Promise<void> {
    const { video = false, mask = [] } = typeof record === 'object' ? record : {};
    if (!video) return;
    if (mask.length > 0) {
      throw problem('invalid-argument', {
        detail: 'A video shows all that the page shows: give `video` or `mask`, not both.',
      });
    }
    await this.#encoders.expectAvailable();
  }

  /**
   * Begins to record a session whose browser has just started, or to watch it for bot checks, before anybody uses it.
   * @throws Problem `unsupported-operation` for browsers with which that cannot be done, `quota-exceeded`; whatever the
   * browser refuses.
   */
  async begin(session: Session, browser: BackendSession, { record, challenges }: Wishes): Promise<void> {
    if (record !== undefined && record !== false) await this.#begin(session, browser, record);
    else if (challenges) await this.#beginWatch(session, browser);
  }

  /** Goes on with a recording after our own restart. What its pages kept meanwhile comes first. */
  async resume(session: Session, browser: BackendSession): Promise<void> {
    if (session.recorderKeys) await this.#watch(session, browser, session.recorderKeys);
    if (session.recordingId === undefined) return;
    const record = await this.#book.find(session.recordingId);
    if (record?.status !== 'recording') return;
    const { progress, newest } = await this.#progressOf(record);
    this.#tails.remember(record.id, newest);
    this.#book.begin(record);
    try {
      await this.#record(record, session.id, browser, progress);
    } catch (error) {
      this.#book.end(record);
      throw error;
    }
  }

  /** Ends the recording of a session, whose browser is still there where it did not end by itself. Never rejects. */
  async end({ id }: Pick<Session, 'id'>): Promise<void> {
    await this.#endWatch(id);
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
    return this.#book.list(client, query);
  }

  /** @throws Problem `recording-not-found`. */
  async get(client: string, id: string): Promise<Recording> {
    return describe(await this.#book.get(client, id));
  }

  async #sweep(): Promise<void> {
    await this.#book.putLate();
    await this.removals.prune();
  }

  async #begin(session: Session, browser: BackendSession, wish: true | RecordOptions): Promise<void> {
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
      options: wish === true ? {} : wish,
      ...newKeys(),
      pages: [],
      sizeBytes: 0,
      createdAt: this.#clock.now(),
      tags: terms.tags,
      ...(terms.surface !== undefined && { surface: terms.surface }),
    };
    this.#book.begin(record); // at once: of many that begin together, no more are let in than may be
    try {
      await this.#book.put(record);
      await this.#record(record, sessionId, browser);
    } catch (error) {
      this.#book.end(record);
      await this.removals.remove(record, 'failed-start');
      throw asDiskProblem(error);
    }
    session.recordingId = record.id;
    this.#publish('recording.started', record);
  }

  /** @throws Problem `quota-exceeded`. */
  #checkLive(client: string): void {
    const live = this.#book.presentOf(client).length;
    if (live < this.#limits.maxLive) return;
    this.#metrics.limitHits.inc({ limit: 'recordings-at-a-time' });
    throw problem('quota-exceeded', {
      detail: `${live} sessions of this client are being recorded, as many as may be. End one, or create the session without \`record\`.`,
    });
  }

  async #record(
    record: RecordingRecord,
    sessionId: SessionId,
    browser: BackendSession,
    progress?: ReadonlyMap<string, Progress>,
  ): Promise<void> {
    const challenged = { ...challengedSession(sessionId, record), recordingId: record.id };
    const live = await LiveRecording.start({
      record,
      folder: this.#files.folderOf(record),
      browser: recordedBrowser(browser),
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
        this.#challenges.take(challenged, pageId, batch.events);
      },
      video: { encoders: this.#encoders, frameRate: this.#frameRate },
      onVideo: () => this.#videoNews.tell(record.id),
      onSealed: (path) => {
        this.#metrics.recordingSegments.inc();
        this.#files.sealed(record, path);
      },
      onFailed: (failed) => this.#background.run('finish recording', this.#finishLive(sessionId, failed)),
    });
    this.#live.set(sessionId, live);
    // It failed before it was here to be finished.
    if (live.isOver) this.#background.run('finish recording', this.end({ id: sessionId }));
  }

  /** What is stored of each document of each page, and the number of the last batch. */
  async #progressOf(record: RecordingRecord): Promise<{ progress: Map<string, Progress>; newest: number }> {
    const progress = new Map<string, Progress>();
    let newest = -1;
    for (const { id } of record.pages) {
      const ofPage = await readProgress(this.#files.ofPage(record, id));
      progress.set(id, ofPage.documents);
      newest = Math.max(newest, ofPage.newest);
    }
    return { progress, newest };
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
    const folder = this.#files.folderOf(record);
    await Promise.all(record.pages.map((page) => finishVideo(page, pageFolder(folder, page.id))));
    await this.#files.removeRecorder(record).catch((error: unknown) => {
      this.#log.error({ event: 'recording.not-removed', recordingId: record.id, err: error });
    });
    await this.#save(record);
    this.#book.end(record);
    this.#tails.end(record.id);
    this.#files.finish(record);
    this.#publish(record.status === 'failed' ? 'recording.failed' : 'recording.ready', record);
  }

  /** Ends what alone is more than its client may store, of which nothing could be pruned. */
  #checkSize(sessionId: SessionId, record: RecordingRecord): void {
    if (record.status !== 'recording') return;
    const { maxBytes, maxBytesEach } = this.#limits;
    const bytes = this.#book.presentOf(record.client).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
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
    record.sizeBytes = await this.#files.sizeOf(record);
    await this.#book.putOrKeep(record);
  }

  /** The bucket has all of it now. */
  async #noteStored(id: string): Promise<void> {
    const record = await this.#book.find(id);
    if (record) await this.#book.put({ ...record, storedIn: 's3' });
  }

  async #beginWatch(session: Session, browser: BackendSession): Promise<void> {
    expectRecorder(browser, 'be watched for bot checks');
    const keys = newKeys();
    try {
      await this.#watch(session, browser, keys);
    } catch (error) {
      await this.#files.removeWatch(session.id);
      throw asDiskProblem(error);
    }
    session.recorderKeys = keys;
  }

  async #watch(
    { id: sessionId, terms }: Session,
    browser: BackendSession,
    keys: NonNullable<Session['recorderKeys']>,
  ): Promise<void> {
    const session = challengedSession(sessionId, terms);
    const watch = await ChallengeWatch.start({
      browser: recordedBrowser(browser),
      keys,
      folder: this.#files.watchFolderOf(sessionId),
      onEvents: (pageId, events) => this.#challenges.take(session, pageId, events),
      clock: this.#clock,
      log: this.#log.child({ sessionId }),
      metrics: this.#metrics,
    });
    this.#watches.set(sessionId, watch);
  }

  /** Never rejects. */
  async #endWatch(sessionId: SessionId): Promise<void> {
    const watch = this.#watches.get(sessionId);
    if (!watch) return;
    await watch.drain();
    await watch.stop();
    this.#watches.delete(sessionId);
    this.#challenges.forget(sessionId);
    await this.#files.removeWatch(sessionId).catch((error: unknown) => {
      this.#log.error({ event: 'recording.not-removed', sessionId, err: error });
    });
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
}

const SWEEP_MS = 60_000;
const LEFT_UNFINISHED = {
  status: 'complete',
  endReason: 'server-ended',
  endDetail: 'The server ended before it did.',
} as const;

/** What the recorders of one session know each other by. */
function newKeys(): { binding: string; secret: string } {
  return { binding: newBindingName(), secret: newRecorderSecret() };
}

/** @throws Problem `unsupported-operation`. */
function expectRecordable(browser: BackendSession, wish: true | RecordOptions): void {
  expectRecorder(browser, 'be recorded');
  if (devToolsOf(browser) === undefined && wish !== true && wish.video === true) {
    throw problem('unsupported-operation', {
      detail: `A session over ${browser.endpoint.protocol} has no video; its recording has everything else.`,
    });
  }
}

/** @throws Problem `unsupported-operation`. */
function expectRecorder(browser: BackendSession, what: string): void {
  if (devToolsOf(browser) !== undefined || browser.recorderUrl !== undefined) return;
  throw problem('unsupported-operation', {
    detail: `A session over ${browser.endpoint.protocol} cannot ${what}; those over CDP, BiDi and Playwright can.`,
  });
}

function recordedBrowser(browser: BackendSession): RecordedBrowser {
  const { browser: name, endpoint, isRemote, recorderUrl: host } = browser;
  return { name, url: devToolsOf(browser) ?? endpoint.url, host, isRemote };
}

function challengedSession(
  sessionId: SessionId,
  { client, surface }: { client: string; surface?: string },
): ChallengedSession {
  return { client, sessionId, ...(surface !== undefined && { surface }) };
}
