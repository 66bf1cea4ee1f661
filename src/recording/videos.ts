// The videos of one recording: one for each page, filmed by one camera.

import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { RecordedPage } from '../protocol/recordings.ts';
import { finishVideo, PageVideo } from './video.ts';
import { Camera } from './video-camera.ts';
import type { Encoders } from './video-encoder.ts';

export interface VideosOptions {
  /** The WebSocket of the browser. */
  url: string;
  folderOf: (pageId: string) => string;
  encoders: Encoders;
  frameRate: number;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  /** The `video` of a page changed. */
  onChange: () => void;
}

export class Videos {
  readonly #options: VideosOptions;
  readonly #camera: Camera;
  readonly #videos = new Map<string, { page: RecordedPage; video: PageVideo }>();

  constructor(options: VideosOptions) {
    this.#options = options;
    this.#camera = new Camera(options);
  }

  /** Films a page from now on, or goes on with it; one that is filmed already may have gone elsewhere. */
  begin(page: RecordedPage): void {
    const known = this.#videos.get(page.id);
    known?.video.moved();
    if (known) return;
    if (page.video && page.video.state !== 'recording') return;
    const video = new PageVideo({ ...this.#options, page, folder: this.#options.folderOf(page.id) });
    this.#videos.set(page.id, { page, video });
    this.#camera.film(page.id, async (frame) => {
      await video.take(frame);
      if (video.isOver) this.#camera.release(page.id);
    });
  }

  /** The page was closed. */
  async endPage(pageId: string): Promise<void> {
    this.#camera.release(pageId);
    await this.#videos.get(pageId)?.video.end();
    this.#videos.delete(pageId); // it has pictures in memory
  }

  /** Completes the videos of `pages`, or lets them go on after a restart of the server. Never rejects. */
  async end(pages: readonly RecordedPage[], { goesOn = false } = {}): Promise<void> {
    await this.#camera.stop();
    await Promise.all([...this.#videos.values()].map(({ video }) => video.end({ goesOn })));
    if (goesOn) return;
    // Those of pages that closed while no server was there.
    await Promise.all(pages.map((page) => finishVideo(page, this.#options.folderOf(page.id))));
  }
}
