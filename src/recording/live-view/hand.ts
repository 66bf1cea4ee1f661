// A person's hand on one page: mouse, wheel, touch, keys and text as CDP's Input takes them, in the order in which they
// came.

import type { CdpConnection } from '../../backends/support/cdp.ts';
import type { Clock } from '../../clock.ts';
import type {
  InputMessage,
  KeyMessage,
  MouseMessage,
  TouchMessage,
  WheelMessage,
} from '../../protocol/live-view.ts';
import { keyEventOf } from './keys.ts';

/** Where the page area is, in CSS pixels, as its last picture says. */
export interface Area {
  width: number;
  height: number;
  /** How far down in the picture it begins. */
  offsetTop: number;
}

interface Point {
  x: number;
  y: number;
}

/** Beyond these a page hangs, and what is done to it is dropped. */
const MAX_WAITING = 200;
/** No keyboard has more of them down. */
const MAX_KEYS = 100;
/** Chrome tells that a drag began a moment after the move that began it. */
const DRAG_MS = 50;
const BUTTONS = { none: 0, left: 1, right: 2, middle: 4, back: 8, forward: 16 } as const;

export class Hand {
  readonly #cdp: CdpConnection;
  readonly #sessionId: string;
  readonly #area: () => Area;
  readonly #clock: Clock;
  /** Done one after the other: a click that gives a field the focus comes before the key that is meant for it. */
  readonly #waiting: InputMessage[] = [];
  #isWorking = false;
  #buttons = 0;
  /** Those that are down, by their codes. */
  readonly #keys = new Map<string, KeyMessage>();
  /** Whether the mouse was moved since its button went down. */
  #hasMoved = false;
  /** What is being dragged in the sense of HTML's drag and drop, once Chrome has said so. */
  #dragged: unknown;
  #hasEntered = false;
  #dragBegan: () => void = () => {};

  constructor(cdp: CdpConnection, sessionId: string, area: () => Area, clock: Clock) {
    this.#cdp = cdp;
    this.#sessionId = sessionId;
    this.#area = area;
    this.#clock = clock;
  }

  /**
   * Lets Chrome tell of drags instead of beginning them with the system, which in a headless one leads nowhere. For as long
   * as somebody drives.
   */
  take(): void {
    void this.#send('Input.setInterceptDrags', { enabled: true });
  }

  /** Nothing stays pressed that a person who left has pressed. */
  let(): void {
    this.#waiting.length = 0;
    if (this.#dragged !== undefined) void this.#drag('dragCancel', { x: 0, y: 0 }, 0);
    this.#dragged = undefined;
    for (const [button, bit] of Object.entries(BUTTONS)) {
      if ((this.#buttons & bit) === 0) continue;
      this.#buttons &= ~bit;
      const params = { type: 'mouseReleased', x: 0, y: 0, button, clickCount: 1 };
      void this.#send('Input.dispatchMouseEvent', params);
    }
    for (const key of [...this.#keys.values()]) {
      void this.#key({ ...key, action: 'up', isRepeat: false, modifiers: 0 });
    }
    void this.#send('Input.setInterceptDrags', { enabled: false });
  }

  /** `Input.dragIntercepted` came. */
  dragBegan(data: unknown): void {
    this.#dragged = data;
    this.#hasEntered = false;
    this.#dragBegan();
  }

  /** Whether it will be done: a page that hangs takes no more. */
  put(message: InputMessage): boolean {
    const last = this.#waiting.at(-1);
    // A slow page gets the latest position, never a queue of them.
    if (last && isMove(last) && isMove(message)) this.#waiting.pop();
    if (this.#waiting.length >= MAX_WAITING) return false;
    this.#waiting.push(message);
    if (!this.#isWorking) void this.#work();
    return true;
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) await this.#do(next);
    this.#isWorking = false;
  }

  #do(message: InputMessage): Promise<void> {
    switch (message.type) {
      case 'mouse':
        return this.#mouse(message);
      case 'wheel':
        return this.#wheel(message);
      case 'touch':
        return this.#touch(message);
      case 'key':
        return this.#key(message);
      default:
        return this.#send('Input.insertText', { text: message.text });
    }
  }

  #mouse(message: MouseMessage): Promise<void> {
    switch (message.action) {
      case 'move':
        return this.#move(message);
      case 'down':
        return this.#press(message);
      default:
        return this.#release(message);
    }
  }

  async #move({ modifiers = 0, ...at }: MouseMessage): Promise<void> {
    const point = this.#onPage(at);
    this.#hasMoved = true;
    if (this.#dragged !== undefined) {
      await this.#dragTo(point, modifiers);
      return;
    }
    await this.#send('Input.dispatchMouseEvent', {
      type: 'mouseMoved',
      ...point,
      button: heldButton(this.#buttons),
      buttons: this.#buttons,
      modifiers,
    });
  }

  async #press({ button = 'left', clickCount = 1, modifiers = 0, ...at }: MouseMessage): Promise<void> {
    this.#buttons |= BUTTONS[button];
    this.#hasMoved = false;
    const buttons = this.#buttons;
    const params = { type: 'mousePressed', ...this.#onPage(at), button, buttons, clickCount, modifiers };
    await this.#send('Input.dispatchMouseEvent', params);
  }

  async #release({ button = 'left', clickCount = 1, modifiers = 0, ...at }: MouseMessage): Promise<void> {
    const point = this.#onPage(at);
    const mayDrag = button === 'left' && this.#hasMoved && (this.#buttons & BUTTONS.left) !== 0;
    if (mayDrag && this.#dragged === undefined) await this.#awaitDrag();
    this.#buttons &= ~BUTTONS[button];
    if (this.#dragged !== undefined) {
      await this.#dragTo(point, modifiers);
      await this.#drag('drop', point, modifiers);
      this.#dragged = undefined;
    }
    const buttons = this.#buttons;
    const params = { type: 'mouseReleased', ...point, button, buttons, clickCount, modifiers };
    await this.#send('Input.dispatchMouseEvent', params);
  }

  async #awaitDrag(): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(DRAG_MS, resolve);
      this.#dragBegan = () => {
        cancel();
        resolve();
      };
    });
    this.#dragBegan = () => {};
  }

  #key(message: KeyMessage): Promise<void> {
    const { action, key, code = key } = message;
    if (action === 'up') this.#keys.delete(code);
    else if (this.#keys.size < MAX_KEYS) this.#keys.set(code, message);
    return this.#send('Input.dispatchKeyEvent', keyEventOf(message));
  }

  #wheel({ deltaX, deltaY, modifiers = 0, ...at }: WheelMessage): Promise<void> {
    const params = { type: 'mouseWheel', ...this.#onPage(at), deltaX, deltaY, modifiers };
    return this.#send('Input.dispatchMouseEvent', params);
  }

  #touch({ action, points, modifiers = 0 }: TouchMessage): Promise<void> {
    const types = { start: 'touchStart', move: 'touchMove', end: 'touchEnd', cancel: 'touchCancel' } as const;
    const isOver = action === 'end' || action === 'cancel';
    return this.#send('Input.dispatchTouchEvent', {
      type: types[action],
      touchPoints: isOver ? [] : points.map(({ id, ...at }) => ({ id, ...this.#onPage(at) })),
      modifiers,
    });
  }

  async #dragTo(point: Point, modifiers: number): Promise<void> {
    if (!this.#hasEntered) await this.#drag('dragEnter', point, modifiers);
    this.#hasEntered = true;
    await this.#drag('dragOver', point, modifiers);
  }

  #drag(
    type: 'dragCancel' | 'dragEnter' | 'dragOver' | 'drop',
    point: Point,
    modifiers: number,
  ): Promise<void> {
    return this.#send('Input.dispatchDragEvent', { type, ...point, data: this.#dragged, modifiers });
  }

  /** A point of the picture as one of the page, never outside of it. */
  #onPage({ x, y }: Point): Point {
    const { width, height, offsetTop } = this.#area();
    const within = (at: number, most: number) => Math.max(0, most > 0 ? Math.min(at, most - 1) : at);
    return { x: within(x, width), y: within(y - offsetTop, height - offsetTop) };
  }

  /** Never rejects: the page closed, hangs, or shows a dialog, which whoever watches sees. */
  async #send(method: string, params: Record<string, unknown>): Promise<void> {
    await this.#cdp.send(method, params, this.#sessionId).catch(() => {});
  }
}

function isMove(message: InputMessage): boolean {
  return (message.type === 'mouse' || message.type === 'touch') && message.action === 'move';
}

function heldButton(buttons: number): string {
  return Object.entries(BUTTONS).find(([, bit]) => (buttons & bit) !== 0)?.[0] ?? 'none';
}
