// One page that is watched over DevTools: its screencast, shared by all who look at it, and what is done to it by hand.

import { assertNever } from '../../assert-never.ts';
import type { CdpConnection, CdpEvent } from '../../backends/support/cdp.ts';
import type { Clock } from '../../clock.ts';
import { problem } from '../../errors.ts';
import type { InputMessage, LiveMessage, LivePage } from '../../protocol/live-view.ts';
import { type Frame, Screencast, type ScreencastOptions } from '../screencast.ts';
import { type Area, Hand } from './hand.ts';
import { FIRST_LEVEL, nextPace, type Pace, picturesOf } from './quality.ts';
import {
  type Dialog,
  type PageAction,
  quickest,
  SELECTION,
  sizeFor,
  type Viewer,
  type WatchedPage,
} from './watched-page.ts';

export interface TargetInfo {
  targetId: string;
  type: string;
  url: string;
  title: string;
  openerId?: string;
  browserContextId?: string;
}

/** How long a page that was asked for a picture may stay silent before it is asked in another way. */
const FIRST_PICTURE_MS = 400;
/** How long a page may stay silent at all before people are told. */
const SILENT_MS = 2000;
const AGAIN_MS = 500;
/** With no more of them in a second the page is at rest, and is worth the best ones. */
const REST_PICTURES = 2;
const WORLD = 'moorage-live-view';

export class DevToolsPage implements WatchedPage {
  info: TargetInfo;
  isCrashed = false;
  /** It hangs, or shows a dialog that opened before anybody watched. */
  isSilent = false;
  dialog: Dialog | undefined;
  readonly #cdp: CdpConnection;
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #viewers = new Set<Viewer>();
  readonly #attached: Promise<string>;
  #sessionId: string | undefined;
  #hand: Hand | undefined;
  #isHeld = false;
  #isClosed = false;
  #cast: Promise<Screencast | undefined> | undefined;
  /** The one before it has stopped: its stop would end this one, too. */
  #stopped: Promise<unknown> = Promise.resolve();
  #latest: Frame | undefined;
  #pace: Pace = { level: FIRST_LEVEL, quickSeconds: 0 };
  #asked: ScreencastOptions | undefined;
  #pictures = 0;
  #isAtRest = false;
  #cancelFirst: () => void = () => {};
  #roomWanted: (() => void)[] = [];

  /** `onChange` hears of what `describe` says anew. */
  constructor(cdp: CdpConnection, info: TargetInfo, clock: Clock, onChange: () => void) {
    this.#cdp = cdp;
    this.info = info;
    this.#clock = clock;
    this.#onChange = onChange;
    this.#attached = this.#attach();
    this.#attached.catch(() => {}); // who needs it hears of it
  }

  get id(): string {
    return `pag_${this.info.targetId}`;
  }

  get targetId(): string {
    return this.info.targetId;
  }

  get isSeen(): boolean {
    return this.#viewers.size > 0;
  }

  describe(): LivePage {
    const { url, title } = this.info;
    return { id: this.id, url, title, isCrashed: this.isCrashed, isSilent: this.isSilent };
  }

  /** Whether the page is in front of its window. */
  async isVisible(): Promise<boolean> {
    const value = await this.#evaluate('document.visibilityState').catch(() => '');
    return value === 'visible';
  }

  /** Shows it to one more, who gets the present picture at once. */
  show(viewer: Viewer): void {
    this.#viewers.add(viewer);
    if (this.#latest) viewer.offer(this.#latest);
    if (this.#cast) this.fit();
    else this.#begin();
  }

  hide(viewer: Viewer): void {
    if (!this.#viewers.delete(viewer)) return;
    this.roomAgain();
    if (this.isSeen) this.fit();
    else this.#end();
  }

  /** A viewer can take another picture. */
  roomAgain(): void {
    for (const resolve of this.#roomWanted.splice(0)) resolve();
  }

  /** Called once a second: makes pictures better or cheaper. Gives what was shown meanwhile, if anything. */
  adapt(reference: Viewer | undefined): Extract<LiveMessage, { type: 'quality' }> | undefined {
    const pictures = this.#pictures;
    this.#pictures = 0;
    const judge = reference && this.#viewers.has(reference) ? reference : quickest(this.#viewers);
    const delayMs = judge?.delayMs;
    this.#isAtRest = pictures <= REST_PICTURES;
    if (!this.#isAtRest) this.#pace = nextPace(this.#pace, delayMs);
    this.fit();
    if (pictures === 0 || delayMs === undefined || !this.#asked) return undefined;
    const { quality, maxWidth: width, maxHeight: height } = this.#asked;
    return {
      type: 'quality',
      framesPerSecond: pictures,
      quality,
      width,
      height,
      delayMs: Math.round(delayMs),
    };
  }

  /** Asks for pictures as the largest of its viewers can show them. */
  fit(): void {
    const wanted = this.#wanted();
    if (!this.#cast || !this.isSeen || isSame(wanted, this.#asked)) return;
    this.#asked = wanted;
    void this.#cast.then((cast) => cast?.change(wanted)).catch(() => {}); // the page is gone
  }

  /** Somebody drives from now on. */
  take(): void {
    this.#isHeld = true;
    this.#hand?.take();
  }

  let(): void {
    this.#isHeld = false;
    this.#hand?.let();
  }

  /** Whether the page took it. */
  put(message: InputMessage): boolean {
    if (this.dialog || this.isCrashed) return true; // there is nothing to do it to
    return this.#hand?.put(message) ?? false;
  }

  /** What is selected there, also in a field. In frames of other origins nothing is seen. */
  async selection(): Promise<string> {
    const value = await this.#evaluate(SELECTION);
    return typeof value === 'string' ? value : '';
  }

  async send(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    return this.#cdp.send(method, params, await this.#attached);
  }

  async navigate(url: string): Promise<void> {
    const { errorText } = await this.send('Page.navigate', { url });
    // Aborted: a download, or another navigation that came first.
    if (typeof errorText !== 'string' || errorText === '' || errorText === 'net::ERR_ABORTED') return;
    throw problem('navigation-failed', { detail: `The page could not be loaded: ${errorText}.` });
  }

  async act(action: PageAction): Promise<void> {
    const { targetId } = this.info;
    switch (action) {
      case 'activate':
        await this.#cdp.send('Target.activateTarget', { targetId });
        return;
      case 'close':
        await this.#cdp.send('Target.closeTarget', { targetId });
        return;
      case 'reload':
        await this.#reload();
        return;
      case 'stop':
        await this.send('Page.stopLoading');
        return;
      case 'back':
      case 'forward':
        await this.#step(action === 'back' ? -1 : 1);
        return;
      default:
        assertNever(action);
    }
  }

  async answerDialog(accept: boolean, promptText: string | undefined): Promise<void> {
    const params = { accept, ...(promptText !== undefined && { promptText }) };
    await this.send('Page.handleJavaScriptDialog', params);
  }

  /** Takes an event of its CDP session. Gives what has changed for those who watch. */
  takeEvent({ method, params, sessionId }: CdpEvent): 'dialog' | 'dialog-closed' | 'loaded' | undefined {
    if (sessionId === undefined || sessionId !== this.#sessionId) return undefined;
    switch (method) {
      case 'Page.javascriptDialogOpening':
        this.dialog = {
          kind: String(params.type),
          message: String(params.message),
          defaultText: String(params.defaultPrompt ?? ''),
          url: String(params.url),
        };
        return 'dialog';
      case 'Page.javascriptDialogClosed':
        this.dialog = undefined;
        return 'dialog-closed';
      case 'Input.dragIntercepted':
        this.#hand?.dragBegan(params.data);
        return undefined;
      case 'Page.domContentEventFired':
      case 'Page.loadEventFired':
      case 'Page.navigatedWithinDocument':
        return 'loaded';
      default:
        return undefined;
    }
  }

  crashed(): void {
    this.isCrashed = true;
    this.dialog = undefined;
  }

  /** The page is gone, or nobody watches the session any more. */
  close(): void {
    this.#isClosed = true;
    this.#viewers.clear();
    this.roomAgain();
    this.#end();
  }

  async #attach(): Promise<string> {
    const { targetId } = this.info;
    const { sessionId } = await this.#cdp.send('Target.attachToTarget', { targetId, flatten: true });
    this.#sessionId = String(sessionId);
    this.#hand = new Hand(this.#cdp, this.#sessionId, () => this.#area(), this.#clock);
    void this.#enable(this.#sessionId);
    if (this.#isHeld) this.#hand.take();
    return this.#sessionId;
  }

  /** Without it nobody hears of dialogs. While one is open that opened before, it is not answered. Never rejects. */
  async #enable(sessionId: string): Promise<void> {
    const cancel = this.#clock.after(SILENT_MS, () => this.#setSilent(true));
    try {
      await this.#cdp.send('Page.enable', {}, sessionId);
      this.#setSilent(false);
    } catch {
      if (this.isSilent && !this.#isClosed) this.#clock.after(AGAIN_MS, () => void this.#enable(sessionId));
    } finally {
      cancel();
    }
  }

  /** Also after a crash. */
  async #reload(): Promise<void> {
    await this.send('Page.reload');
    if (!this.isCrashed) return;
    this.isCrashed = false;
    this.#onChange();
    this.#end();
    if (this.isSeen) this.#begin();
  }

  async #step(by: -1 | 1): Promise<void> {
    const history = await this.send('Page.getNavigationHistory');
    const { currentIndex, entries } = history as { currentIndex: number; entries: { id: number }[] }; // as the protocol says
    const entry = entries[currentIndex + by];
    if (entry) await this.send('Page.navigateToHistoryEntry', { entryId: entry.id });
  }

  #setSilent(isSilent: boolean): void {
    if (this.isSilent === isSilent || this.#isClosed) return;
    this.isSilent = isSilent;
    this.#onChange();
  }

  #area(): Area {
    return this.#latest ?? { width: 0, height: 0, offsetTop: 0 };
  }

  #begin(): void {
    const options = this.#wanted();
    this.#asked = options;
    const start = async () => {
      await this.#stopped;
      return this.#start(options);
    };
    const cast = start().catch(() => {
      // It is gone, or silent: then it was drawn once, and is asked again.
      this.#clock.after(AGAIN_MS, () => {
        if (this.#cast === cast) this.#beginAgain(cast);
      });
      return undefined;
    });
    this.#cast = cast;
  }

  #beginAgain(cast: Promise<Screencast | undefined>): void {
    if (!this.isSeen || this.#isClosed) return;
    // The first attempt may have begun.
    this.send('Page.stopScreencast').then(
      () => {
        if (this.#cast === cast) this.#begin();
      },
      () => {}, // the page is gone
    );
  }

  async #start(options: ScreencastOptions): Promise<Screencast> {
    const sessionId = await this.#attached;
    // A tab behind another one draws nothing. So it counts as seen while it is, without being brought to the front.
    this.#cdp.send('Emulation.setFocusEmulationEnabled', { enabled: true }, sessionId).catch(() => {});
    const take = (frame: Frame) => this.#show(frame);
    const cast = await Screencast.start(this.#cdp, sessionId, options, take, this.#clock);
    // A page that hangs, or shows a dialog, may still be photographed.
    this.#cancelFirst = this.#clock.after(FIRST_PICTURE_MS, () => void this.#photograph(options));
    return cast;
  }

  #end(): void {
    this.#cancelFirst();
    this.#latest = undefined;
    this.#asked = undefined;
    const cast = this.#cast;
    this.#cast = undefined;
    const stop = async () => {
      await (await cast)?.stop();
      if (this.#cast || this.#sessionId === undefined) return;
      await this.#cdp.send('Emulation.setFocusEmulationEnabled', { enabled: false }, this.#sessionId);
    };
    if (cast) this.#stopped = stop().catch(() => {}); // the page or the connection is gone
  }

  /** Resolves when one of its viewers can take another one, and so is when Chrome draws it. */
  async #show(frame: Frame): Promise<void> {
    this.#cancelFirst();
    this.#latest = frame;
    this.#pictures += 1;
    for (const viewer of this.#viewers) viewer.offer(frame);
    const hasRoom = [...this.#viewers].some((viewer) => viewer.hasRoom);
    if (!hasRoom && this.isSeen) await new Promise<void>((resolve) => this.#roomWanted.push(resolve));
  }

  async #photograph({ format, quality }: ScreencastOptions): Promise<void> {
    try {
      const [shot, metrics] = await Promise.all([
        this.send('Page.captureScreenshot', { format, quality, optimizeForSpeed: true }),
        this.send('Page.getLayoutMetrics'),
      ]);
      if (this.#latest || !this.isSeen) return;
      const { cssVisualViewport } = metrics as { cssVisualViewport: VisualViewport }; // as the protocol says
      const { clientWidth, clientHeight, scale, pageX, pageY } = cssVisualViewport;
      void this.#show({
        data: Buffer.from(String(shot.data), 'base64'),
        at: this.#clock.now(),
        format,
        width: Math.round(clientWidth * scale),
        height: Math.round(clientHeight * scale),
        pageScale: scale,
        offsetTop: 0,
        scrollX: pageX,
        scrollY: pageY,
      });
    } catch {
      // It is gone, or does not answer; those who watch see no picture of it.
    }
  }

  async #evaluate(expression: string): Promise<unknown> {
    // In a world of its own, where no page has changed what the words mean.
    const frameId = this.info.targetId;
    const { executionContextId } = await this.send('Page.createIsolatedWorld', { frameId, worldName: WORLD });
    const params = { expression, contextId: executionContextId, returnByValue: true };
    const { result } = await this.send('Runtime.evaluate', params);
    return (result as { value?: unknown }).value; // as the protocol says
  }

  #wanted(): ScreencastOptions {
    return picturesOf(this.#isAtRest ? 0 : this.#pace.level, sizeFor(this.#viewers));
  }
}

/** Of CDP's Page.getLayoutMetrics, in CSS pixels. */
interface VisualViewport {
  clientWidth: number;
  clientHeight: number;
  scale: number;
  pageX: number;
  pageY: number;
}

function isSame(a: ScreencastOptions, b: ScreencastOptions | undefined): boolean {
  return a.quality === b?.quality && a.maxWidth === b.maxWidth && a.maxHeight === b.maxHeight;
}
