// The replay of one page at a time: rrweb's replayer, in a frame that runs no scripts, fed as it plays.

import { type eventWithTime, Replayer } from 'rrweb';
import { Feed } from './feed.ts';

export interface StageOptions {
  root: HTMLElement;
  /** What to tell who looks; empty when there is something to see. */
  say: (message: string) => void;
  /** Nothing more is to be played of this page. */
  onFinish: () => void;
  onError: (error: unknown) => void;
}

/** How close to the last event a replay has ended. */
const FINISH_MS = 50;

interface Shown {
  pageId: string;
  feed: Feed;
  replayer: Replayer;
  firstAt: number;
  isFollowing: boolean;
}

export class Stage {
  speed = 1;
  skipsIdle = true;
  isPlaying = false;
  readonly #options: StageOptions;
  #shown: Shown | undefined;
  /** The page that is being loaded, and where; whatever was asked for before is given up. */
  #loading: { pageId: string; at: number; feed: Feed } | undefined;
  /** Played to the end of what came so far. */
  #isStarved = false;

  constructor(options: StageOptions) {
    this.#options = options;
    new ResizeObserver(() => this.#fit()).observe(options.root);
  }

  get pageId(): string | undefined {
    return this.#loading?.pageId ?? this.#shown?.pageId;
  }

  /** Where the replay is, epoch milliseconds. */
  get now(): number | undefined {
    if (this.#loading) return this.#loading.at;
    const shown = this.#shown;
    if (!shown) return undefined;
    if (shown.isFollowing) return shown.feed.lastAt;
    return shown.firstAt + shown.replayer.getCurrentTime();
  }

  /** The newest that came of the page that is shown, epoch milliseconds. */
  get lastAt(): number {
    return this.#shown?.feed.lastAt ?? 0;
  }

  get isFollowing(): boolean {
    return this.#shown?.isFollowing ?? false;
  }

  /** Shows `pageId` as it was at `at`; `isLive` where events of it still come, `isFollowing` to show them as they come. */
  async show(
    pageId: string,
    at: number,
    { isLive, isFollowing = false }: { isLive: boolean; isFollowing?: boolean },
  ): Promise<void> {
    const shown = this.#shown;
    const isSame = shown?.pageId === pageId && shown.isFollowing === isFollowing && !this.#loading;
    if (isSame && !isFollowing && shown.feed.has(at)) {
      this.#go(at - shown.firstAt);
      return;
    }
    await this.#load(pageId, at, isLive, isFollowing);
  }

  play(): void {
    this.isPlaying = true;
    const shown = this.#shown;
    if (!shown || shown.isFollowing) return;
    const offset = shown.replayer.getCurrentTime();
    const isOver = shown.feed.isComplete && offset >= shown.replayer.getMetaData().totalTime;
    this.#go(isOver ? 0 : offset);
  }

  pause(): void {
    this.isPlaying = false;
    this.#isStarved = false;
    if (!this.#shown?.isFollowing) this.#shown?.replayer.pause();
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    if (!this.isFollowing) this.#shown?.replayer.setConfig({ speed });
  }

  setSkip(skipsIdle: boolean): void {
    this.skipsIdle = skipsIdle;
    if (!this.isFollowing) this.#shown?.replayer.setConfig({ skipInactive: skipsIdle });
  }

  /** Called for every frame: sees that the feed goes on, and the replay after a wait for it. */
  tick(): void {
    const shown = this.#shown;
    const { now } = this;
    if (!shown || now === undefined || shown.isFollowing) return;
    shown.feed.advance(now);
    if (!this.#isStarved) return;
    const hasMore = (shown.feed.lastAt ?? 0) > now + 1;
    if (hasMore) this.#go(now - shown.firstAt);
    else if (shown.feed.isComplete) this.#finish();
  }

  close(): void {
    this.#loading?.feed.close();
    this.#loading = undefined;
    this.#shown?.feed.close();
    this.#shown?.replayer.destroy();
    this.#shown = undefined;
  }

  async #load(pageId: string, at: number, isLive: boolean, isFollowing: boolean): Promise<void> {
    this.#loading?.feed.close();
    const { say, onError } = this.#options;
    const early: eventWithTime[] = [];
    let take: (event: eventWithTime) => unknown = (event) => early.push(event);
    const feed = new Feed({ pageId, from: at, isLive, take: (event) => take(event), onError });
    const loading = { pageId, at, feed };
    this.#loading = loading;
    await feed.isReady;
    if (this.#loading !== loading) return; // something else was asked for meanwhile
    this.#loading = undefined;
    this.close();
    const [first] = early;
    if (!first || early.length < 2) {
      feed.close();
      say('Nothing was recorded of this page yet.');
      return;
    }
    say('');
    const replayer = this.#replayer(early, isFollowing);
    take = (event) => replayer.addEvent(event);
    this.#shown = { pageId, feed, replayer, firstAt: first.timestamp, isFollowing };
    // In step with the page: what comes is shown when it is there.
    if (isFollowing) replayer.startLive(early.at(-1)?.timestamp ?? first.timestamp);
    else this.#go(Math.max(0, at - first.timestamp));
    this.#fit();
  }

  #replayer(events: eventWithTime[], isFollowing: boolean): Replayer {
    const replayer = new Replayer(events, {
      root: this.#options.root,
      skipInactive: this.skipsIdle && !isFollowing,
      speed: isFollowing ? 1 : this.speed,
      liveMode: isFollowing,
      showWarning: false,
      triggerFocus: false,
    });
    // A recorded page is for looking at; with a mouse in it, it would follow links and open menus of its own.
    replayer.disableInteract();
    replayer.on('resize', () => this.#fit());
    replayer.on('finish', () => {
      if (this.#shown?.replayer !== replayer || !this.isPlaying) return;
      const { feed } = this.#shown;
      // Of what there was when it began to play; more may have come since.
      const isOver = feed.isComplete && (feed.lastAt ?? 0) <= (this.now ?? 0) + FINISH_MS;
      if (isOver) this.#finish();
      else this.#isStarved = true;
    });
    return replayer;
  }

  #go(offset: number): void {
    this.#isStarved = false;
    if (this.isPlaying) this.#shown?.replayer.play(offset);
    // rrweb shows what came before a moment: with the next one, what happened at this one is there too.
    else this.#shown?.replayer.pause(offset + 1);
  }

  #finish(): void {
    this.pause();
    this.#options.onFinish();
  }

  /** Scales the replayed page into the stage. */
  #fit(): void {
    const { root } = this.#options;
    const wrapper = root.querySelector<HTMLElement>('.replayer-wrapper');
    const frame = wrapper?.querySelector('iframe');
    if (!wrapper || !frame) return;
    const scale = Math.min(root.clientWidth / frame.clientWidth, root.clientHeight / frame.clientHeight, 1);
    wrapper.style.transform = `scale(${scale}) translate(-50%, -50%)`;
  }
}
