// One recording while it goes on: the collector at its browser, a file for each page, and the record that says what there
// is. What cannot be stored ends the recording with the reason, never its session.

import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { EVENT_TYPE, type RecordedEvent, type RecorderBatch } from '../protocol/recorder.ts';
import { RECORDING_TAGS, type RecordedPage, type RecordingEndReason } from '../protocol/recordings.ts';
import { maskUrl } from '../protocol/secrets.ts';
import type { RecordingRecord } from '../store/store.ts';
import { challengeOf } from './challenges.ts';
import type { Collector } from './collector.ts';
import { collectorFor, installRecorder, type RecordedBrowser, recorderOptions } from './recorder-install.ts';
import { isDiskFull, RECORDER_FOLDER } from './recording-files.ts';
import { type Batch, type Progress, SegmentWriter } from './segments.ts';
import { Thumbnails } from './thumbnails.ts';
import { isError } from './trouble.ts';
import type { Encoders } from './video-encoder.ts';
import { Videos } from './videos.ts';

export interface LiveRecordingOptions {
  record: RecordingRecord;
  /** The folder of this recording. */
  folder: string;
  browser: RecordedBrowser;
  /** What is known of documents from before our own restart: the number of the next batch, by page and document. */
  progress?: ReadonlyMap<string, Progress>;
  /** Of the first batch that is written now. */
  nextNumber?: number;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  /** The record changed; it is told every few seconds, and at the end. */
  onChange: () => Promise<unknown>;
  /** A batch is stored. */
  onBatch: (pageId: string, batch: Batch, chars: number) => void;
  /** A file is complete, and nothing is added to it any more. */
  onSealed: (path: string) => void;
  /** What videos are made with, where they are wished for. */
  video: { encoders: Encoders; frameRate: number };
  /** The `video` of a page changed. */
  onVideo: () => void;
  /** It ended before its session, and everything is written that could be. */
  onFailed: (recording: LiveRecording) => void;
}

interface Track {
  page: RecordedPage;
  writer: Promise<SegmentWriter>;
}

/** Of the address of a page in its description, which lists hold; an address may be megabytes long. */
export const MAX_URL_CHARS = 65_536;
const SAVE_MS = 5000;
const DRAIN_TIMEOUT_MS = 2000;
/** Characters that wait for the disk; one that is that slow would fill the memory. */
const MAX_PENDING_CHARS = 64 * 1024 * 1024;

export class LiveRecording {
  readonly #options: LiveRecordingOptions;
  readonly #tracks = new Map<string, Track>();
  readonly #collector: Pick<Collector, 'drain' | 'start' | 'stop'>;
  readonly #videos: Videos | undefined;
  readonly #thumbnails: Thumbnails | undefined;
  #stopSaving: () => void = () => {};
  #pendingChars = 0;
  #nextNumber: number;
  #hasChanged = false;
  #writes: Promise<unknown> = Promise.resolve();
  #ending: Promise<void> | undefined;

  /**
   * Puts the recorder into the browser and begins to collect. Leaves nothing running when it fails.
   * @throws CdpError, or Error where the recorder was not built.
   */
  static async start(options: LiveRecordingOptions): Promise<LiveRecording> {
    const { record, browser, folder } = options;
    const { binding, secret = binding } = record;
    const recorder = recorderOptions({ binding, secret }, record.options);
    const script = await installRecorder(browser, recorder, join(folder, RECORDER_FOLDER));
    const recording = new LiveRecording(options, script);
    try {
      await recording.#collector.start();
    } catch (error) {
      await recording.#collector.stop();
      await recording.#videos?.end(record.pages);
      await recording.#thumbnails?.stop();
      // What is on its way to disk and store would come after its removal.
      await Promise.allSettled([...recording.#tracks.values()].map(({ writer }) => writer));
      await recording.#writes;
      throw error;
    }
    options.metrics.recordings.inc();
    if (!recording.isOver) {
      recording.#stopSaving = options.clock.every(SAVE_MS, () => void recording.#save());
    }
    return recording;
  }

  private constructor(options: LiveRecordingOptions, initScript: string) {
    const { record, browser, progress, nextNumber = 0, clock, log, metrics } = options;
    this.#options = options;
    this.#nextNumber = nextNumber;
    for (const page of record.pages) {
      this.#tracks.set(page.id, this.#openTrack(page, { documents: progress?.get(page.id) }));
    }
    if (record.options.video) this.#videos = this.#newVideos();
    // A picture shows what `mask` is to hide.
    if (browser.host === undefined && !record.options.mask?.length)
      this.#thumbnails = new Thumbnails(this.#pictureOptions());
    this.#collector = collectorFor(browser, {
      binding: record.binding,
      secret: record.secret ?? record.binding,
      stored: () => this.#writes,
      initScript,
      clock,
      log,
      metrics,
      ...(progress && { progress }),
      onTarget: ({ targetId, url: at, title }) => {
        const { page } = this.#trackOf(targetId);
        Object.assign(page, { url: maskUrl(at).slice(0, MAX_URL_CHARS), title });
        this.#videos?.begin(page);
        this.#thumbnails?.pageChanged(page);
        this.#hasChanged = true;
      },
      onTargetEnd: (targetId, how) => this.#pageEnded(targetId, how),
      onBatch: (targetId, batch, chars) => this.#take(targetId, batch, chars),
      onGap: (targetId, gap) => this.#noteGap(targetId, gap),
    });
  }

  get record(): RecordingRecord {
    return this.#options.record;
  }

  /** Whether it has ended, or is about to. */
  get isOver(): boolean {
    return this.#ending !== undefined;
  }

  /** Puts a mark on a page that is recorded. */
  note(pageId: string, tag: string, payload: unknown): void {
    if (this.isOver || !this.#tracks.has(pageId)) return;
    this.#append(pageId, [custom(this.#options.clock.now(), tag, payload)], 0);
  }

  /** Asks the pages for what they still hold, writes it down, and lets go of the browser. Never rejects. */
  async end(): Promise<void> {
    this.#ending ??= this.#end('complete');
    await this.#ending;
  }

  /** Ends the recording before its session, with the reason. */
  fail(reason: RecordingEndReason, detail: string): void {
    if (this.isOver) return;
    this.#options.log.error({ event: 'recording.failed', recordingId: this.record.id, reason, detail });
    // What waits for the disk must not wait for the end, which waits for it.
    this.#ending = Promise.resolve().then(() => this.#end('failed', { reason, detail }));
    void this.#ending.then(() => this.#options.onFailed(this));
  }

  /** The server goes and the browser stays: lets go, to go on after the next start. */
  async suspend(): Promise<void> {
    this.#ending ??= this.#let();
    await this.#ending;
  }

  async #end(
    status: 'complete' | 'failed',
    cause?: { reason: RecordingEndReason; detail: string },
  ): Promise<void> {
    const { record, clock } = this.#options;
    if (status === 'complete') {
      await Promise.all([this.#collector.drain(DRAIN_TIMEOUT_MS), this.#thumbnails?.end(record.pages)]);
    }
    const endedAt = clock.now();
    await this.#videos?.end(record.pages);
    Object.assign(record, { status, endedAt });
    if (cause) Object.assign(record, { endReason: cause.reason, endDetail: cause.detail });
    await this.#let();
  }

  async #let(): Promise<void> {
    this.#stopSaving();
    this.#options.metrics.recordings.dec();
    await this.#collector.stop();
    await this.#thumbnails?.stop();
    await this.#videos?.end(this.record.pages, { goesOn: true }); // nothing where it has ended
    await this.#writes;
    for (const { writer } of this.#tracks.values()) {
      await writer.then((open) => open.close()).catch(() => {}); // its failure was told when it wrote
    }
    this.#hasChanged = true;
    await this.#save();
  }

  #take(targetId: string, batch: RecorderBatch, chars: number): void {
    const { page } = this.#trackOf(targetId);
    if (!page.paths.includes(batch.path)) page.paths.push(batch.path);
    // Another document in it: the tab was loaded again.
    if (page.end === 'crashed' && batch.sequence === 0) delete page.end;
    this.#append(targetId, batch.events, chars, batch);
  }

  #noteGap(targetId: string, { document, from, to }: { document: string; from: number; to: number }): void {
    const { clock } = this.#options;
    this.#trackOf(targetId).page.gaps += 1;
    const gap = custom(clock.now(), RECORDING_TAGS.gap, { document, batches: to - from });
    this.#append(targetId, [gap], 0);
  }

  #pageEnded(targetId: string, how: 'closed' | 'crashed'): void {
    const { page } = this.#trackOf(targetId);
    page.end = how;
    if (how === 'closed') {
      void this.#videos?.endPage(targetId); // waited for at the end
      this.#thumbnails?.pageEnded(targetId);
    }
    if (how === 'closed') this.#rest(targetId);
    if (how === 'crashed')
      this.#append(targetId, [custom(this.#options.clock.now(), RECORDING_TAGS.crash, {})], 0);
    this.#hasChanged = true;
  }

  /** `origin` is the batch of the page that they came in; absent for what was noted here. */
  #append(targetId: string, events: RecordedEvent[], chars: number, origin?: RecorderBatch): void {
    const { page, writer } = this.#trackOf(targetId);
    for (const event of events) note(page, event);
    this.#hasChanged = true;
    this.#pendingChars += chars;
    if (this.#pendingChars > MAX_PENDING_CHARS) {
      this.fail('write-failed', 'The disk takes events more slowly than the pages make them.');
      return;
    }
    const before = this.#writes;
    const batch = { number: this.#nextNumber, events, ...(origin && { origin: originOf(origin) }) };
    this.#nextNumber += 1;
    const write = async () => {
      await before;
      await (await writer).append(batch);
      this.#pendingChars -= chars;
      this.#options.onBatch(targetId, batch, chars);
      if (origin) this.#noteDelay(origin.at);
    };
    this.#writes = write().catch((error: unknown) => {
      const said = error instanceof Error ? error.message : String(error);
      this.fail(
        isDiskFull(error) ? 'disk-full' : 'write-failed',
        `The recording cannot be written: ${said}.`,
      );
    });
  }

  /** A tab that was closed needs no memory for writing, unless something comes late. */
  #rest(targetId: string): void {
    const { writer } = this.#trackOf(targetId);
    const before = this.#writes;
    this.#writes = before.then(async () => (await writer).rest()).catch(() => {}); // told when it is written to
  }

  #noteDelay(madeAt: number): void {
    const { clock, metrics } = this.#options;
    metrics.recordingDelay.observe(Math.max(0, clock.now() - madeAt) / 1000); // a page may forge its clock
  }

  #newVideos(): Videos {
    const { onVideo, video, metrics } = this.#options;
    const { onChange, ...options } = this.#pictureOptions();
    return new Videos({
      ...{ ...options, ...video, metrics },
      onChange: () => {
        onChange();
        onVideo();
      },
    });
  }

  #pictureOptions() {
    const { folder, browser, clock, log } = this.#options;
    return {
      ...{ url: browser.url, clock, log },
      folderOf: (pageId: string) => pageFolder(folder, pageId),
      onChange: () => {
        this.#hasChanged = true;
      },
    };
  }

  #trackOf(pageId: string): Track {
    const known = this.#tracks.get(pageId);
    if (known) return known;
    const page: RecordedPage = { id: pageId, url: '', title: '', events: 0, errors: 0, gaps: 0, paths: [] };
    this.record.pages.push(page);
    this.#hasChanged = true;
    // Before there are events of it: whoever takes over after a kill asks what is stored of the pages in the record.
    const track = this.#openTrack(page, { saved: this.#save() });
    this.#tracks.set(pageId, track);
    return track;
  }

  #openTrack(
    page: RecordedPage,
    { saved = Promise.resolve(), documents }: { saved?: Promise<void>; documents?: Progress | undefined },
  ): Track {
    const { folder, onSealed } = this.#options;
    const writer = saved.then(() =>
      SegmentWriter.open(pageFolder(folder, page.id), { onSealed, ...(documents && { documents }) }),
    );
    writer.catch(() => {}); // whoever writes hears of it
    return { page, writer };
  }

  async #save(): Promise<void> {
    if (!this.#hasChanged) return;
    this.#hasChanged = false;
    await this.#options.onChange();
  }
}

export function pageFolder(folder: string, pageId: string): string {
  return join(folder, 'pages', pageId);
}

function originOf({ document, sequence }: RecorderBatch): NonNullable<Batch['origin']> {
  return { document, sequence };
}

/** Counts an event of a page. */
export function note(page: RecordedPage, event: RecordedEvent): void {
  page.events += 1;
  page.firstAt = Math.min(page.firstAt ?? event.timestamp, event.timestamp);
  page.lastAt = Math.max(page.lastAt ?? event.timestamp, event.timestamp);
  if (isError(event)) page.errors += 1;
  if (challengeOf(event)?.state === 'appeared') page.challenges = (page.challenges ?? 0) + 1;
}

function custom(timestamp: number, tag: string, payload: unknown): RecordedEvent {
  return { type: EVENT_TYPE.custom, timestamp, data: { tag, payload } };
}
