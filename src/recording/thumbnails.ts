// A small picture of each page for lists: taken when its content has come, at most once a minute as it goes elsewhere, and
// at the end. Each is a screencast of one picture over a connection of its own, so that the one that collects sends
// nothing, and the page notices nothing.

import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CdpConnection } from '../backends/support/cdp.ts';
import { abortAfter } from '../backends/support/waiting.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { RecordedPage } from '../protocol/recordings.ts';
import { isBlankPage } from './blank-pages.ts';
import { type Frame, Screencast, type ScreencastOptions } from './screencast.ts';

export const THUMBNAIL_FILE = 'thumbnail.jpg';

export interface ThumbnailsOptions {
  /** The WebSocket of the browser. */
  url: string;
  folderOf: (pageId: string) => string;
  clock: Clock;
  log: Log;
  /** The `thumbnailAt` of a page changed. */
  onChange: () => void;
}

const PICTURE: ScreencastOptions = { format: 'jpeg', quality: 60, maxWidth: 320, maxHeight: 320 };
/** What a page needs to look like something. */
const SETTLE_MS = 1000;
const INTERVAL_MS = 60_000;
/** A page in the background draws nothing. */
const TAKE_TIMEOUT_MS = 1500;
/** At the end, when somebody waits. */
const MAX_LAST_PICTURES = 8;

export class Thumbnails {
  readonly #options: ThumbnailsOptions;
  readonly #planned = new Map<string, () => void>();
  readonly #abort = new AbortController();
  readonly #taking = new Set<Promise<void>>();

  constructor(options: ThumbnailsOptions) {
    this.#options = options;
  }

  /** The page went somewhere, or told its title. */
  pageChanged(page: RecordedPage): void {
    const { clock } = this.#options;
    if (isBlankPage(page.url) || this.#planned.has(page.id) || this.#abort.signal.aborted) return;
    const dueMs = (page.thumbnailAt ?? 0) + INTERVAL_MS - clock.now();
    const cancel = clock.after(Math.max(SETTLE_MS, dueMs), () => {
      this.#planned.delete(page.id);
      void this.#take([page]);
    });
    this.#planned.set(page.id, cancel);
  }

  pageEnded(pageId: string): void {
    this.#planned.get(pageId)?.();
    this.#planned.delete(pageId);
  }

  /** Takes the last pictures of pages that are still open, and lets go of the browser. Never rejects. */
  async end(pages: readonly RecordedPage[]): Promise<void> {
    this.#cancelPlanned();
    const changed = pages.filter(
      ({ end, lastAt = 0, thumbnailAt = 0, url }) =>
        end === undefined && !isBlankPage(url) && lastAt > thumbnailAt,
    );
    if (changed.length > 0) await this.#take(changed.slice(-MAX_LAST_PICTURES));
    await this.stop();
  }

  /** Never rejects. */
  async stop(): Promise<void> {
    this.#cancelPlanned();
    this.#abort.abort();
    await Promise.all(this.#taking);
  }

  #cancelPlanned(): void {
    for (const cancel of this.#planned.values()) cancel();
    this.#planned.clear();
  }

  async #take(pages: readonly RecordedPage[]): Promise<void> {
    const taking = this.#takeAll(pages).finally(() => this.#taking.delete(taking));
    this.#taking.add(taking);
    await taking;
  }

  async #takeAll(pages: readonly RecordedPage[]): Promise<void> {
    const signal = abortAfter(TAKE_TIMEOUT_MS, this.#abort.signal);
    // The browser is gone or hangs, or a page closed: there is the picture before, or none.
    const giveUp = (error: unknown) =>
      this.#options.log.debug({ event: 'recording.no-thumbnail', err: error });
    try {
      const cdp = await CdpConnection.open(this.#options.url, signal);
      await Promise.all(pages.map((page) => this.#takeOne(cdp, page, signal).catch(giveUp)));
      cdp.close();
    } catch (error) {
      giveUp(error);
    }
  }

  async #takeOne(cdp: CdpConnection, page: RecordedPage, signal: AbortSignal): Promise<void> {
    const { sessionId } = await cdp.send('Target.attachToTarget', { targetId: page.id, flatten: true });
    const frame = await firstFrame(cdp, String(sessionId), signal);
    const folder = this.#options.folderOf(page.id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, THUMBNAIL_FILE);
    await writeFile(`${path}.new`, frame.data, { mode: 0o600 });
    await rename(`${path}.new`, path);
    page.thumbnailAt = this.#options.clock.now();
    this.#options.onChange();
  }
}

/** Rejects when `signal` aborts. The screencast ends with its connection. */
function firstFrame(cdp: CdpConnection, sessionId: string, signal: AbortSignal): Promise<Frame> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    Screencast.start(cdp, sessionId, PICTURE, resolve).catch(reject);
  });
}
