// The video of a page over its replay, in step with it, where one was made.

import type { RecordedPage } from '../../src/protocol/recordings.ts';
import { fileUrl, mediaUrl } from './recording.ts';

/** How far the two may part before the video is set right. */
const TOLERANCE_S = 0.3;

export class VideoScreen {
  readonly #root: HTMLElement;
  readonly #onError: (error: unknown) => void;
  #shown: { pageId: string; startedAt: number; video: HTMLVideoElement } | undefined;

  constructor(root: HTMLElement, onError: (error: unknown) => void) {
    this.#root = root;
    this.#onError = onError;
  }

  /** The page whose video is shown. */
  get pageId(): string | undefined {
    return this.#shown?.pageId;
  }

  /** The replay of `page` goes behind its video. */
  show({ id: pageId, video: made }: RecordedPage): void {
    this.hide();
    if (!made) return;
    const video = document.createElement('video');
    video.muted = true;
    video.playsInline = true;
    mediaUrl(fileUrl('video', { page: pageId })).then((url) => {
      video.src = url;
    }, this.#onError);
    this.#root.append(video);
    this.#shown = { pageId, startedAt: made.startedAt, video };
  }

  hide(): void {
    if (!this.#shown) return;
    const { video } = this.#shown;
    this.#shown = undefined;
    video.remove();
    URL.revokeObjectURL(video.src); // nothing, where it is an address of the server
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
