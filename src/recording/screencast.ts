// The pictures of one page as Chrome draws them, over CDP. An idle page draws nothing and costs nothing; whoever takes
// pictures slowly gets fewer of them. https://chromedevtools.github.io/devtools-protocol/tot/Page/#method-startScreencast

import type { CdpConnection, CdpEvent } from '../backends/support/cdp.ts';
import { type Clock, systemClock } from '../clock.ts';

export interface Frame {
  /** The image. */
  data: Buffer;
  /** When Chrome drew it, epoch milliseconds. */
  at: number;
  format: 'jpeg' | 'png';
  /** Of the page area, in CSS pixels; the image may be smaller. */
  width: number;
  height: number;
  pageScale: number;
  /** How far down in the image the page begins, in CSS pixels. */
  offsetTop: number;
  scrollX: number;
  scrollY: number;
}

export interface ScreencastOptions {
  format: 'jpeg' | 'png';
  /** Of JPEG, 1 to 100. */
  quality: number;
  /** The image is scaled down until it fits, in pixels. */
  maxWidth: number;
  maxHeight: number;
  /** Leaves out the others, also the last one before a page comes to rest. Taking pictures slowly does not. */
  everyNthFrame?: number;
}

/** Members of the event's metadata, as the protocol has them. */
interface Metadata {
  deviceWidth: number;
  deviceHeight: number;
  offsetTop: number;
  pageScaleFactor: number;
  scrollOffsetX: number;
  scrollOffsetY: number;
  /** Seconds since the epoch. */
  timestamp?: number;
}

// Chrome has three frames on their way at most and drops what it draws meanwhile: of a page that comes to rest then, the last
// picture would be missing. So where frames came that close together, a rest is answered by asking for the page as it is.
const CLOSE_TOGETHER_MS = 100;
const REST_MS = 250;
// Of a cast that begins while its page changes over to another renderer, the first picture can be missing for good. So it is
// begun again; less and less often, since a tab that nobody shows draws none at all.
const FIRST_FRAME_MS = 1000;
const FIRST_FRAME_TRIES = 5;
const PNG_FIRST_BYTE = 0x89;

/** Over an attached CDP session of its own: several can run on one page, each over another session. */
export class Screencast {
  readonly #cdp: CdpConnection;
  readonly #sessionId: string;
  readonly #onFrame: (frame: Frame) => void | Promise<void>;
  readonly #clock: Clock;
  #options: ScreencastOptions;
  #isStopped = false;
  #stopListening: () => void = () => {};
  /** The commands that were asked for, one after the other. */
  #commands: Promise<unknown> = Promise.resolve();
  /** A new begin that waits for its turn; it will heed what is asked for until then. */
  #anew: Promise<void> | undefined;
  /** Frames that were not asked for again yet, and when the last two were drawn. */
  #underWay = 0;
  #lastAt: [number, number] = [0, 0];
  #mayHaveDropped = false;
  #cancelRest: () => void = () => {};
  #cancelFirst: () => void = () => {};

  /**
   * Begins, with a picture of the page as it is. The next picture comes when `onFrame`, which must not
   * reject, has resolved; Chrome draws two ahead.
   * @throws CdpError when the page cannot be cast or is gone.
   */
  static async start(
    cdp: CdpConnection,
    sessionId: string,
    options: ScreencastOptions,
    onFrame: (frame: Frame) => void | Promise<void>,
    clock: Clock = systemClock,
  ): Promise<Screencast> {
    const screencast = new Screencast(cdp, sessionId, options, onFrame, clock);
    screencast.#stopListening = cdp.onEvent((event) => screencast.#take(event));
    try {
      // Events of a domain are for sessions in which it is enabled.
      await Promise.all([cdp.send('Page.enable', {}, sessionId), screencast.#send('Page.startScreencast')]);
    } catch (error) {
      screencast.#stopListening();
      throw error;
    }
    if (screencast.#lastAt[1] === 0) screencast.#awaitFirst(1);
    return screencast;
  }

  private constructor(
    cdp: CdpConnection,
    sessionId: string,
    options: ScreencastOptions,
    onFrame: (frame: Frame) => void | Promise<void>,
    clock: Clock,
  ) {
    this.#cdp = cdp;
    this.#sessionId = sessionId;
    this.#options = options;
    this.#onFrame = onFrame;
    this.#clock = clock;
  }

  /** Goes on with other options, beginning with a picture of the page as it is. @throws CdpError when it is gone. */
  async change(options: Partial<ScreencastOptions>): Promise<void> {
    this.#options = { ...this.#options, ...options };
    await this.#startAnew();
  }

  /** No frame comes any more. Never rejects: a page that is gone is not cast. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelRest();
    this.#cancelFirst();
    this.#stopListening();
    await this.#inTurn(() => this.#send('Page.stopScreencast')).catch(() => {});
  }

  async #startAnew(): Promise<void> {
    this.#anew ??= this.#inTurn(() => {
      this.#anew = undefined;
      if (this.#isStopped) return Promise.resolve();
      // In one burst. A second start alone is refused.
      return Promise.all([this.#send('Page.stopScreencast'), this.#send('Page.startScreencast')]);
    });
    await this.#anew;
  }

  async #inTurn(command: () => Promise<unknown>): Promise<void> {
    this.#commands = this.#commands.then(command, command);
    await this.#commands;
  }

  /** Always a promise: a connection that was aborted throws at once. */
  async #send(
    method: 'Page.screencastFrameAck' | 'Page.startScreencast' | 'Page.stopScreencast',
    params: Record<string, unknown> = method === 'Page.startScreencast' ? { ...this.#options } : {},
  ): Promise<void> {
    await this.#cdp.send(method, params, this.#sessionId);
  }

  #take({ method, params, sessionId }: CdpEvent): void {
    if (method !== 'Page.screencastFrame' || sessionId !== this.#sessionId) return;
    const frame = frameOf(params, this.#clock);
    this.#underWay += 1;
    this.#cancelFirst();
    this.#cancelRest();
    const [beforeLast, last] = this.#lastAt;
    this.#lastAt = [last, frame.at];
    if (this.#underWay > 1 || frame.at - beforeLast < CLOSE_TOGETHER_MS) this.#mayHaveDropped = true;
    void this.#hand(frame, params.sessionId);
  }

  async #hand(frame: Frame, number: unknown): Promise<void> {
    try {
      await this.#onFrame(frame);
    } finally {
      this.#underWay -= 1;
      // The connection or the page may have ended; then there is nobody to ask for more.
      this.#send('Page.screencastFrameAck', { sessionId: number }).catch(() => {});
      if (this.#mayHaveDropped && this.#underWay === 0 && !this.#isStopped) this.#awaitRest();
    }
  }

  #awaitFirst(attempt: number): void {
    this.#cancelFirst = this.#clock.after(FIRST_FRAME_MS * 2 ** (attempt - 1), () => {
      if (attempt < FIRST_FRAME_TRIES) this.#awaitFirst(attempt + 1);
      this.#startAnew().catch(() => {}); // the page is gone
    });
  }

  #awaitRest(): void {
    this.#cancelRest();
    this.#cancelRest = this.#clock.after(REST_MS, () => {
      this.#mayHaveDropped = false;
      this.#startAnew().catch(() => {}); // the page is gone
    });
  }
}

function frameOf(params: Record<string, unknown>, clock: Clock): Frame {
  const metadata = params.metadata as Metadata; // as the protocol says
  const data = Buffer.from(String(params.data), 'base64');
  return {
    data,
    at: metadata.timestamp === undefined ? clock.now() : metadata.timestamp * 1000,
    // Looked at, because frames of the options before a change may still be on their way.
    format: data[0] === PNG_FIRST_BYTE ? 'png' : 'jpeg',
    width: metadata.deviceWidth,
    height: metadata.deviceHeight,
    pageScale: metadata.pageScaleFactor,
    offsetTop: metadata.offsetTop,
    scrollX: metadata.scrollOffsetX,
    scrollY: metadata.scrollOffsetY,
  };
}
