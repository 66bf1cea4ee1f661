// One page that is watched by pictures that are asked for one after the other: as often as the browser gives them without
// being kept from its own work, seldom while nothing changes, and at once after a person did something.

import type { Lens, LensButton, LensPage, LensPicture, LensStep } from '../../backends/support/lens.ts';
import type { Clock } from '../../clock.ts';
import { asProblem, problem } from '../../errors.ts';
import type { InputMessage, LiveMessage, LivePage, MouseMessage } from '../../protocol/live-view.ts';
import { sizeOfJpeg } from '../jpeg.ts';
import type { Frame } from '../screencast.ts';
import { FIRST_LEVEL, nextPace, type Pace, picturesOf } from './quality.ts';
import {
  type PageAction,
  quickest,
  SELECTION,
  sizeFor,
  type Viewer,
  type WatchedPage,
} from './watched-page.ts';

/** Between two pictures: at least this, and as long as the last one took, so that the browser has half of its time. */
const MIN_PAUSE_MS = 30;
/** Between two pictures of a page in which nothing changes, at most. */
const MAX_PAUSE_MS = 1000;
const AGAIN_MS = 500;
/** How long a page may owe a picture before people are told. */
const SILENT_MS = 3000;
/** Beyond these a page hangs, and what is done to it is dropped. */
const MAX_WAITING = 200;
const PNG_SIZE_AT = 16;

export class PhotographedPage implements WatchedPage {
  readonly #lens: Lens;
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #viewers = new Set<Viewer>();
  #seen: LensPage;
  #isSilent = false;
  #isClosed = false;
  #isLooking = false;
  #latest: Frame | undefined;
  #pace: Pace = { level: FIRST_LEVEL, quickSeconds: 0 };
  #pictures = 0;
  /** Pictures in a row in which nothing had changed. */
  #still = 0;
  #wake: () => void = () => {};
  #roomWanted: (() => void)[] = [];
  readonly #waiting: InputMessage[] = [];
  #isWorking = false;
  readonly #pressedButtons = new Set<LensButton>();
  readonly #pressedKeys = new Set<string>();

  /** `onChange` hears of what `describe` says anew. */
  constructor(lens: Lens, seen: LensPage, clock: Clock, onChange: () => void) {
    this.#lens = lens;
    this.#seen = seen;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** As the lens names it. */
  get lensId(): string {
    return this.#seen.id;
  }

  get id(): string {
    return `pag_${this.targetId}`;
  }

  get targetId(): string {
    return this.#seen.id.replace(/^pag_/, '');
  }

  get isSeen(): boolean {
    return this.#viewers.size > 0;
  }

  /** Browsers that are watched like this tell of none. */
  get dialog(): undefined {
    return undefined;
  }

  /** Whether anything is new. */
  note(seen: LensPage): boolean {
    const isNew = seen.url !== this.#seen.url || seen.title !== this.#seen.title;
    this.#seen = seen;
    if (isNew) this.#hurry();
    return isNew;
  }

  describe(): LivePage {
    const { url, title } = this.#seen;
    return { id: this.id, url, title, isCrashed: false, isSilent: this.#isSilent };
  }

  show(viewer: Viewer): void {
    this.#viewers.add(viewer);
    if (this.#latest) viewer.offer(this.#latest);
    if (!this.#isLooking) void this.#look();
  }

  hide(viewer: Viewer): void {
    if (!this.#viewers.delete(viewer)) return;
    this.roomAgain();
    if (!this.isSeen) this.#wake();
  }

  fit(): void {} // pictures come in the size of the window

  roomAgain(): void {
    for (const resolve of this.#roomWanted.splice(0)) resolve();
  }

  adapt(reference: Viewer | undefined): Extract<LiveMessage, { type: 'quality' }> | undefined {
    const pictures = this.#pictures;
    this.#pictures = 0;
    const judge = reference && this.#viewers.has(reference) ? reference : quickest(this.#viewers);
    const delayMs = judge?.delayMs;
    if (pictures > 0) this.#pace = nextPace(this.#pace, delayMs);
    if (pictures === 0 || delayMs === undefined || !this.#latest) return undefined;
    const { width, height } = this.#latest;
    return {
      type: 'quality',
      framesPerSecond: pictures,
      quality: this.#quality,
      ...{ width, height },
      delayMs: Math.round(delayMs),
    };
  }

  take(): void {} // nothing has to be prepared

  /** Nothing stays pressed that a person who left has pressed. */
  let(): void {
    this.#waiting.length = 0;
    const buttons = [...this.#pressedButtons].map(
      (button): LensStep => ({ step: 'release', button, clickCount: 1 }),
    );
    const keys = [...this.#pressedKeys].map((key): LensStep => ({ step: 'key-up', key }));
    for (const step of [...buttons, ...keys]) void this.#put(step);
  }

  put(message: InputMessage): boolean {
    const last = this.#waiting.at(-1);
    // A slow page gets the latest position, never a queue of them.
    if (last && isMove(last) && isMove(message)) this.#waiting.pop();
    if (this.#waiting.length >= MAX_WAITING) return false;
    this.#waiting.push(message);
    if (!this.#isWorking) void this.#work();
    return true;
  }

  async selection(): Promise<string> {
    const value = await this.#lens.evaluate(this.lensId, SELECTION);
    return typeof value === 'string' ? value : '';
  }

  async navigate(url: string): Promise<void> {
    try {
      await this.#lens.navigate(this.lensId, url);
    } catch (error) {
      if (asProblem(error)) throw error;
      const said = error instanceof Error ? error.message : String(error);
      throw problem('navigation-failed', { detail: `The page could not be loaded: ${said}.`, cause: error });
    } finally {
      this.#hurry();
    }
  }

  async act(action: PageAction): Promise<void> {
    await this.#lens.act(this.lensId, action);
    this.#hurry();
  }

  async answerDialog(): Promise<void> {
    throw problem('unsupported-operation', {
      detail: 'Dialogs of this browser are seen by its clients alone.',
    });
  }

  /** The page is gone, or nobody watches the session any more. */
  close(): void {
    this.#isClosed = true;
    this.#viewers.clear();
    this.#waiting.length = 0;
    this.roomAgain();
    this.#wake();
  }

  get #quality(): number {
    return picturesOf(this.#pace.level, sizeFor(this.#viewers)).quality;
  }

  /** For as long as somebody looks. Never rejects. */
  async #look(): Promise<void> {
    this.#isLooking = true;
    while (this.isSeen && !this.#isClosed) {
      const startedAt = this.#clock.monotonic();
      const frame = await this.#photograph();
      if (!this.isSeen || this.#isClosed) break;
      if (frame === undefined) {
        await this.#pause(AGAIN_MS);
        continue;
      }
      const tookMs = this.#clock.monotonic() - startedAt;
      const hasChanged = !this.#latest?.data.equals(frame.data);
      this.#still = hasChanged ? 0 : this.#still + 1;
      if (hasChanged) await this.#show(frame);
      await this.#pause(Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, tookMs) * 2 ** this.#still));
    }
    this.#isLooking = false;
    this.#latest = undefined;
    if (this.isSeen && !this.#isClosed) void this.#look();
  }

  async #photograph(): Promise<Frame | undefined> {
    const cancel = this.#clock.after(SILENT_MS, () => this.#setSilent(true));
    try {
      const picture = await this.#lens.picture(this.lensId, this.#quality);
      this.#setSilent(false);
      return frameOf(picture, this.#clock.now());
    } catch {
      return undefined; // it is going elsewhere, hangs or shows a dialog; or it is gone, which the next look finds
    } finally {
      cancel();
    }
  }

  #setSilent(isSilent: boolean): void {
    if (this.#isSilent === isSilent || this.#isClosed) return;
    this.#isSilent = isSilent;
    this.#onChange();
  }

  /** Resolves when one of its viewers can take another one. */
  async #show(frame: Frame): Promise<void> {
    this.#latest = frame;
    this.#pictures += 1;
    for (const viewer of this.#viewers) viewer.offer(frame);
    const hasRoom = [...this.#viewers].some((viewer) => viewer.hasRoom);
    if (!hasRoom && this.isSeen) await new Promise<void>((resolve) => this.#roomWanted.push(resolve));
  }

  /** Something has happened that is worth a picture. */
  #hurry(): void {
    this.#still = 0;
    this.#wake();
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
    this.#wake = () => {};
  }

  /** One after the other: a click that gives a field the focus comes before the key that is meant for it. */
  async #work(): Promise<void> {
    this.#isWorking = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      for (const step of stepsOf(next)) await this.#put(step);
      this.#hurry();
    }
    this.#isWorking = false;
  }

  /** Never rejects: the page closed or hangs, which whoever watches sees. */
  async #put(step: LensStep): Promise<void> {
    if (step.step === 'press') this.#pressedButtons.add(step.button);
    if (step.step === 'release') this.#pressedButtons.delete(step.button);
    if (step.step === 'key-down') this.#pressedKeys.add(step.key);
    if (step.step === 'key-up' && !this.#pressedKeys.delete(step.key)) return;
    try {
      await this.#lens.put(this.lensId, step);
    } catch {
      if (step.step !== 'key-down') return;
      this.#pressedKeys.delete(step.key);
      // Drivers know the keys of a keyboard of the United States; other letters are written.
      if ([...step.key].length === 1) await this.#put({ step: 'text', text: step.key });
    }
  }
}

/** What a hand did, in steps. A finger is a mouse with its left button down. */
export function stepsOf(message: InputMessage): LensStep[] {
  switch (message.type) {
    case 'mouse':
      return mouseSteps(message);
    case 'wheel': {
      const { x, y, deltaX, deltaY } = message;
      return [{ step: 'wheel', x: within(x), y: within(y), deltaX, deltaY }];
    }
    case 'touch': {
      const [finger] = message.points;
      if (message.action === 'end' || message.action === 'cancel') {
        return [{ step: 'release', button: 'left', clickCount: 1 }];
      }
      if (!finger) return [];
      const move: LensStep = { step: 'move', x: within(finger.x), y: within(finger.y) };
      if (message.action === 'move') return [move];
      return [move, { step: 'press', button: 'left', clickCount: 1 }];
    }
    case 'key':
      return [{ step: message.action === 'down' ? 'key-down' : 'key-up', key: message.key }];
    default:
      return [{ step: 'text', text: message.text }];
  }
}

function mouseSteps({ action, x, y, button = 'left', clickCount = 1 }: MouseMessage): LensStep[] {
  const move: LensStep = { step: 'move', x: within(x), y: within(y) };
  if (action === 'move') return [move];
  // The others lead back and forward, which the bar of the live view does.
  if (button !== 'left' && button !== 'middle' && button !== 'right') return [];
  return [move, { step: action === 'down' ? 'press' : 'release', button, clickCount }];
}

function within(position: number): number {
  return Math.max(0, position);
}

function isMove(message: InputMessage): boolean {
  return (message.type === 'mouse' || message.type === 'touch') && message.action === 'move';
}

/** @throws RangeError for what is no picture. */
function frameOf({ data: base64, format, ...css }: LensPicture, at: number): Frame {
  const data = Buffer.from(base64, 'base64');
  const image = format === 'jpeg' ? sizeOfJpeg(data) : sizeOfPng(data);
  const { width = image.width, height = image.height } = css;
  return { data, at, format, width, height, pageScale: 1, offsetTop: 0, scrollX: 0, scrollY: 0 };
}

/** @throws RangeError for what is no PNG. */
function sizeOfPng(data: Buffer): { width: number; height: number } {
  return { width: data.readUInt32BE(PNG_SIZE_AT), height: data.readUInt32BE(PNG_SIZE_AT + 4) };
}
