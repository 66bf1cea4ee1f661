// The video of one page while it is made: frames as Chrome draws them go through an encoder into a file, each at its true
// time. A page that rests draws nothing; its last picture lasts until the next one, or until the end.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { RecordedPage, RecordedVideo } from '../protocol/recordings.ts';
import { isBlankPage } from './blank-pages.ts';
import { sizeOfJpeg } from './jpeg.ts';
import type { Frame } from './screencast.ts';
import type { Encoder, Encoders } from './video-encoder.ts';
import { type EncodedPicture, VideoFile } from './video-file.ts';

export const VIDEO_FILE = 'video.webm';

export interface PageVideoOptions {
  /** Its `video` says how it goes. */
  page: RecordedPage;
  /** The folder of the page. */
  folder: string;
  encoders: Encoders;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  /** `page.video` changed. */
  onChange: () => void;
}

/** A picture that lasts is written again so often: what a killed server costs of it at most. */
const REPEAT_MS = 10_000;
/** A page that looks in any other way than a blank one is drawn by then. */
const DRAWN_MS = 1000;

export class PageVideo {
  readonly #options: PageVideoOptions;
  /** What a page shows that nobody has sent anywhere: not worth an encoder. */
  #blank: Frame | undefined;
  #last: Frame | undefined;
  #lastMs = -1;
  #making: { encoder: Encoder; file: VideoFile; startedAt: number } | undefined;
  #isOver = false;
  /** Frames and the end, one after the other; then what is written. */
  #turn: Promise<unknown> = Promise.resolve();
  #writes: Promise<void> = Promise.resolve();
  #stopRepeating: () => void = () => {};
  #cancelLook: () => void = () => {};
  #failing: Promise<void> | undefined;

  constructor(options: PageVideoOptions) {
    this.#options = options;
  }

  /** Whether no frame is of use any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Takes a frame. Resolves when there is room for the next; never rejects. */
  take(frame: Frame): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#isOver && !this.#isBlank(frame)) await this.#film(frame);
    });
  }

  /**
   * The page may be elsewhere now. Where it looks as the blank page did, Chrome drew it before the news of that came, and
   * will not draw it again.
   */
  moved(): void {
    const { clock, page } = this.#options;
    if (!this.#blank || this.#making || this.#isOver || isBlankPage(page.url)) return;
    this.#cancelLook();
    this.#cancelLook = clock.after(DRAWN_MS, () => {
      void this.#inTurn(async () => {
        if (this.#blank && !this.#making && !this.#isOver) {
          await this.#film({ ...this.#blank, at: clock.now() });
        }
      });
    });
  }

  /**
   * The last picture lasts until now. The video is complete, or `goesOn` after a restart of the server. Never rejects.
   */
  end({ goesOn = false } = {}): Promise<void> {
    return this.#inTurn(async () => {
      await this.#failing;
      if (this.#isOver) return;
      const { page, folder, clock, onChange } = this.#options;
      // Its only picture came before the news of where it is.
      if (!this.#making && this.#blank && !isBlankPage(page.url)) await this.#film(this.#blank);
      this.#isOver = true;
      this.#stopRepeating();
      this.#cancelLook();
      const making = this.#making;
      if (!making) {
        if (!goesOn) await finishVideo(page, folder);
        onChange();
        return;
      }
      const { encoder, file, startedAt } = making;
      if (this.#last) await this.#show(this.#last, clock.now());
      const failure = await encoder.end();
      await this.#writes;
      if (failure !== undefined) await this.#fail(failure);
      await this.#failing;
      if (page.video?.state !== 'recording') return;
      const durationMs = Math.max(file.lastMs, Math.round(clock.now() - startedAt));
      await this.#finish(goesOn ? 'recording' : 'complete', durationMs);
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work).catch((error: unknown) => this.#fail(messageOf(error)));
    this.#turn = turn;
    return turn;
  }

  #isBlank(frame: Frame): boolean {
    if (this.#making || !isBlankPage(this.#options.page.url)) return false;
    this.#blank ??= frame;
    return this.#blank.data.equals(frame.data);
  }

  async #film(frame: Frame): Promise<void> {
    if (!this.#making) await this.#begin(frame);
    this.#last = frame;
    await this.#show(frame, frame.at);
  }

  async #begin(frame: Frame): Promise<void> {
    const { page, folder, encoders, clock } = this.#options;
    const before = page.video?.state === 'recording' ? page.video : undefined;
    const size = sizeOfJpeg(frame.data);
    const { width, height, startedAt } = before ?? {
      // VP8 in 4:2:0 wants even numbers.
      width: Math.max(2, size.width & ~1),
      height: Math.max(2, size.height & ~1),
      startedAt: Math.round(frame.at),
    };
    const encoder = encoders.start(
      { width, height },
      { onPicture: (picture) => this.#write(picture), onFailure: (detail) => void this.#fail(detail) },
    );
    if (!encoder) {
      this.#refuse(`${encoders.max} videos are made at a time (recordings.maxVideos), and all of them were.`);
      return;
    }
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const path = join(folder, VIDEO_FILE);
      const about = { width, height, startedAt };
      const file = before ? await VideoFile.reopen(path, about) : await VideoFile.create(path, about);
      if (this.#failing !== undefined) {
        await file.finish(Math.max(0, file.lastMs)); // the encoder could not even begin
        return;
      }
      this.#making = { encoder, file, startedAt };
      this.#lastMs = file.lastMs;
    } catch (error) {
      await encoder.kill();
      throw error;
    }
    page.video = before ?? { state: 'recording', width, height, startedAt, frames: 0, sizeBytes: 0 };
    this.#stopRepeating = clock.every(REPEAT_MS, () => this.#repeat());
  }

  async #show(frame: Frame, at: number): Promise<void> {
    if (!this.#making) return;
    const { encoder, startedAt } = this.#making;
    this.#lastMs = Math.max(this.#lastMs + 1, Math.round(at - startedAt));
    await encoder.write(frame.data, this.#lastMs);
    await this.#writes; // a slow disk slows the page's pictures, and fills no memory
  }

  #repeat(): void {
    void this.#inTurn(async () => {
      const { clock } = this.#options;
      const restsMs = clock.now() - (this.#making?.startedAt ?? 0) - this.#lastMs;
      if (this.#isOver || !this.#last || restsMs < REPEAT_MS) return;
      await this.#show(this.#last, clock.now());
    });
  }

  #write(picture: EncodedPicture): void {
    this.#writes = this.#writes
      .then(async () => {
        const { file } = this.#making ?? {};
        const { page, metrics, onChange } = this.#options;
        if (!file || page.video?.state !== 'recording') return;
        await file.append(picture);
        metrics.videoFrames.inc();
        metrics.videoBytes.inc(picture.data.length);
        page.video.frames += 1;
        page.video.sizeBytes = file.sizeBytes;
        onChange();
      })
      .catch((error: unknown) => void this.#fail(`The video cannot be written: ${messageOf(error)}`));
  }

  /** What is there stays and can be played. */
  #fail(detail: string): Promise<void> {
    this.#failing ??= this.#endFailed(detail);
    return this.#failing;
  }

  async #endFailed(detail: string): Promise<void> {
    const { page, log, metrics, onChange } = this.#options;
    this.#isOver = true;
    this.#stopRepeating();
    log.warn({ event: 'recording.video-failed', pageId: page.id, detail });
    metrics.videoFailures.inc();
    const making = this.#making;
    page.video = { ...(page.video ?? NO_VIDEO), state: 'failed', detail };
    if (making) {
      await making.encoder.kill();
      await this.#writes;
      await this.#finish('failed', Math.max(0, making.file.lastMs)).catch(() => {}); // told already
    }
    onChange();
  }

  async #finish(state: RecordedVideo['state'], durationMs: number): Promise<void> {
    const { page, onChange } = this.#options;
    const file = this.#making?.file;
    this.#making = undefined;
    if (!file || !page.video) return;
    await file.finish(durationMs);
    page.video = { ...page.video, state, durationMs, sizeBytes: file.sizeBytes };
    onChange();
  }

  #refuse(detail: string): void {
    const { page, onChange } = this.#options;
    this.#isOver = true;
    page.video = { ...NO_VIDEO, state: 'none', detail };
    onChange();
  }
}

const NO_VIDEO = { width: 0, height: 0, startedAt: 0, frames: 0, sizeBytes: 0 };

/** Completes what a server that was killed left of a video. Never rejects. */
export async function finishVideo(page: RecordedPage, folder: string): Promise<void> {
  const { video } = page;
  if (video?.state !== 'recording') return;
  try {
    const file = await VideoFile.reopen(join(folder, VIDEO_FILE), video);
    const durationMs = Math.max(0, file.lastMs);
    await file.finish(durationMs);
    page.video = { ...video, state: 'complete', durationMs, sizeBytes: file.sizeBytes };
  } catch (error) {
    page.video = { ...video, state: 'failed', detail: `Its end cannot be written: ${messageOf(error)}` };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
