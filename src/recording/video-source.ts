// The video of one page as readers get it: complete, or as it is made.

import type { Readable } from 'node:stream';
import { problem } from '../errors.ts';
import type { RecordedPage, RecordedVideo } from '../protocol/recordings.ts';
import type { RecordingRecord } from '../store/store.ts';
import type { ByteRange, RecordingStorage } from './storage.ts';
import { THUMBNAIL_FILE } from './thumbnails.ts';
import { VIDEO_FILE } from './video.ts';

export interface VideoSource {
  pageId: string;
  /** Of a video that is complete; of one that goes on, so far. */
  sizeBytes: number;
  isGoingOn: boolean;
  /** @throws Error, also as the error of the stream, where the file is gone. */
  read(range?: ByteRange): Promise<Readable>;
  /** From the beginning up to the end of the video, as it comes. */
  follow(signal: AbortSignal): AsyncGenerator<Buffer>;
}

/** Who waits for what is added to videos, by recording. */
export class VideoNews {
  readonly #waiting = new Map<string, Set<() => void>>();

  tell(recordingId: string): void {
    for (const go of this.#waiting.get(recordingId) ?? []) go();
  }

  /** Resolves with the next news, or when `signal` aborts. */
  async next(recordingId: string, signal: AbortSignal): Promise<void> {
    const waiting = this.#waiting.get(recordingId) ?? new Set();
    this.#waiting.set(recordingId, waiting);
    let go = () => {};
    await new Promise<void>((resolve) => {
      go = resolve;
      waiting.add(go);
      signal.addEventListener('abort', go, { once: true });
      if (signal.aborted) go();
    });
    signal.removeEventListener('abort', go);
    waiting.delete(go);
    if (waiting.size === 0 && this.#waiting.get(recordingId) === waiting) this.#waiting.delete(recordingId);
  }
}

/**
 * The video of a page; of the one with the most pictures, where none is named.
 * @throws Problem `page-not-found`, `video-not-found` that says why there is none.
 */
export function openVideo(options: {
  record: RecordingRecord;
  pageId: string | undefined;
  storage: RecordingStorage;
  isLive: () => boolean;
  news: VideoNews;
}): VideoSource {
  const { record, storage, isLive, news } = options;
  const page = pageOf(record, options.pageId);
  const name = `${record.id}/pages/${page.id}/${VIDEO_FILE}`;
  const look = () => videoOf(record, page);
  const isGoingOn = () => look().state === 'recording' && isLive();
  return {
    pageId: page.id,
    sizeBytes: look().sizeBytes,
    isGoingOn: isGoingOn(),
    read: (range) => storage.read(name, range),
    async *follow(signal) {
      let start = 0;
      while (!signal.aborted) {
        const wasGoingOn = isGoingOn();
        const { sizeBytes: end } = look();
        if (start < end) {
          for await (const chunk of await storage.read(name, { start, end })) yield chunk as Buffer; // of a file
          start = end;
        } else if (wasGoingOn) {
          await news.next(record.id, signal);
        } else {
          return;
        }
      }
    },
  };
}

/**
 * The JPEG that shows a page in lists; of the page whose picture is the newest, where none is named.
 * @throws Problem `page-not-found`, `video-not-found` where none was taken.
 */
export async function openThumbnail(
  record: RecordingRecord,
  pageId: string | undefined,
  storage: RecordingStorage,
): Promise<Readable> {
  const page =
    pageId === undefined
      ? [...record.pages].sort((a, b) => (b.thumbnailAt ?? 0) - (a.thumbnailAt ?? 0))[0]
      : pageOf(record, pageId);
  if (page?.thumbnailAt !== undefined) {
    return storage.read(`${record.id}/pages/${page.id}/${THUMBNAIL_FILE}`);
  }
  const why = record.options.mask?.length
    ? 'none is taken of sessions with `mask`, which no picture heeds'
    : 'a page gets one when its content is there and it is in front';
  throw problem('video-not-found', { detail: `There is no thumbnail in recording ${record.id}: ${why}.` });
}

function pageOf({ id, pages }: RecordingRecord, pageId: string | undefined): RecordedPage {
  if (pageId === undefined) {
    const page = [...pages].sort((a, b) => (b.video?.frames ?? -1) - (a.video?.frames ?? -1))[0];
    if (page) return page;
    throw problem('video-not-found', { detail: `Recording ${id} has no pages yet.` });
  }
  const page = pages.find((each) => each.id === pageId);
  if (page) return page;
  throw problem('page-not-found', { detail: `Recording ${id} has no page ${pageId}.` });
}

function videoOf(
  { id, options, status }: RecordingRecord,
  { id: pageId, video }: RecordedPage,
): RecordedVideo {
  if (video && video.frames > 0) return video;
  if (!options.video) {
    throw problem('video-not-found', {
      detail: `Recording ${id} was made without video. Create the session with \`record: {"video": true}\`.`,
    });
  }
  const why = video?.detail ?? `nothing was drawn in it${status === 'recording' ? ' yet' : ''}.`;
  throw problem('video-not-found', { detail: `Page ${pageId} of recording ${id} has no video: ${why}` });
}
