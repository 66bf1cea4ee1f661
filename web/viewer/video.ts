// The video of a page over its replay, in step with it, where one was made.

import type { RecordedPage } from '../../src/protocol/recordings.ts';
import { fileUrl, mediaUrl } from './recording.ts';

/** How far the two may part before the video is set right. */
const TOLERANCE_S = 0.3;

export class VideoScreen {
  readonly #root: HTMLElement;
  #shown: { pageId: string; startedAt: number; video: HTMLVideoElement } | undefined;

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  /** Shows the video of `page`, or takes it away. Returns whether it is there now. */
  toggle({ id: pageId, video: made }: RecordedPage): boolean {
    const isOn = this.#shown?.pageId !== pageId && made !== undefined;
    this.#shown?.video.remove();
    this.#shown = undefined;
    if (!isOn) return false;
    const video = document.createElement('video');
    video.muted = true;
    video.playsInline = true;
    void mediaUrl(fileUrl('video', { page: pageId })).then((url) => {
      video.src = url;
    });
    this.#root.append(video);
    this.#shown = { pageId, startedAt: made.startedAt, video };
    return true;
  }

  /** The replay is at `now`, epoch milliseconds. */
  place(now: number, isPlaying: boolean, speed: number): void {
    if (!this.#shown) return;
    const { video, startedAt } = this.#shown;
    const at = Math.max(0, (now - startedAt) / 1000);
    if (Math.abs(video.currentTime - at) > TOLERANCE_S * speed && !video.seeking) video.currentTime = at;
    video.playbackRate = Math.min(16, speed);
    if (isPlaying === video.paused && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
      if (isPlaying)
        void video.play().catch(() => {}); // it tries again with the next frame
      else video.pause();
    }
  }
}
