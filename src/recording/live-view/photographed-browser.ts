// A watched browser that gives pictures only when it is asked for one: its tabs are looked for once a second.

import type { Lens, LensPage } from '../../backends/support/lens.ts';
import { PhotographedPage } from './photographed-page.ts';
import {
  OUT_OF_REACH_MS,
  RECONNECT_MS,
  type WatchedBrowser,
  type WatchedBrowserOptions,
} from './watched-browser.ts';

/** A browser that is out of reach for so long is given up. */
const GIVE_UP_MS = 120_000;

/** A lens that is closed by whoever watches through it. */
export interface OpenLens extends Lens {
  close?(): void;
}

export class PhotographedBrowser implements WatchedBrowser {
  readonly #options: WatchedBrowserOptions;
  readonly #lens: OpenLens;
  #pages: PhotographedPage[] = [];
  #front: PhotographedPage | undefined;
  #looking: Promise<void> | undefined;
  #isConnected = false;
  #isDriven = false;
  #isClosed = false;
  #lostAt: number | undefined;
  #cancelRetry: () => void = () => {};

  constructor(lens: OpenLens, options: WatchedBrowserOptions) {
    this.#lens = lens;
    this.#options = options;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  get pages(): readonly PhotographedPage[] {
    return this.#pages;
  }

  get front(): PhotographedPage | undefined {
    return this.#front;
  }

  connect(): void {
    void this.#look();
  }

  async openPage(beside: PhotographedPage | undefined, url: string | undefined): Promise<void> {
    await this.#lens.open(url, (beside ?? this.#front)?.lensId);
    await this.#look();
  }

  async activate(page: PhotographedPage): Promise<void> {
    await page.act('activate');
    this.#moveFront(page);
  }

  setDriven(isDriven: boolean): void {
    this.#isDriven = isDriven;
    for (const page of this.#pages) {
      if (isDriven) page.take();
      else page.let();
    }
  }

  tick(): void {
    if (this.#isConnected) void this.#look();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelRetry();
    this.#forgetPages();
    this.#lens.close?.();
  }

  /** One look at a time. Never rejects. */
  #look(): Promise<void> {
    this.#looking ??= this.#lens
      .list()
      .then(
        (pages) => this.#found(pages),
        (error: unknown) => this.#notFound(error),
      )
      .finally(() => {
        this.#looking = undefined;
      });
    return this.#looking;
  }

  #found(seen: readonly LensPage[]): void {
    if (this.#isClosed) return;
    const { clock, onConnected, onPages } = this.#options;
    const wasConnected = this.#isConnected;
    const gone = this.#pages.filter(({ lensId }) => !seen.some(({ id }) => id === lensId));
    const known = new Map(this.#pages.map((page) => [page.lensId, page]));
    let newest: PhotographedPage | undefined;
    let hasChanged = gone.length > 0;
    this.#pages = seen.map((each) => {
      const page = known.get(each.id);
      if (page) {
        hasChanged ||= page.note(each);
        return page;
      }
      hasChanged = true;
      newest = new PhotographedPage(this.#lens, each, clock, onPages);
      if (this.#isDriven) newest.take();
      return newest;
    });
    this.#lostAt = undefined;
    this.#isConnected = true;
    if (!wasConnected) {
      this.#front = this.#pages.at(-1);
      onConnected();
      return;
    }
    for (const page of gone) this.#closed(page);
    if (newest) this.#moveFront(newest);
    if (hasChanged) onPages();
  }

  #closed(page: PhotographedPage): void {
    if (this.#front === page) this.#front = this.#pages.at(-1);
    page.close();
    this.#options.onClosed(page);
  }

  #notFound(error: unknown): void {
    if (this.#isClosed) return;
    const { clock, log, onDisconnected, onLost, session } = this.#options;
    const now = clock.monotonic();
    if (this.#lostAt === undefined) {
      log.info({ event: 'live-view.not-connected', sessionId: session.id, err: error });
      this.#lostAt = now;
    }
    const silentMs = now - this.#lostAt;
    if (silentMs > GIVE_UP_MS) {
      onLost();
      return;
    }
    // A driver that loads a page may do nothing else for long.
    if (this.#isConnected && silentMs > OUT_OF_REACH_MS) {
      this.#isConnected = false;
      this.#forgetPages();
      onDisconnected();
    }
    this.#cancelRetry = clock.after(RECONNECT_MS, () => void this.#look());
  }

  #forgetPages(): void {
    for (const page of this.#pages) page.close();
    this.#pages = [];
    this.#front = undefined;
  }

  #moveFront(page: PhotographedPage): void {
    this.#front = page;
    this.#options.onFront();
  }
}
