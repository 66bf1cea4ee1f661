// A person's hand on one page: mouse, wheel, touch, keys and text as CDP's Input takes them. What Chrome has not answered
// yet is counted, because a page that hangs answers nothing.

import type { CdpConnection } from '../../backends/support/cdp.ts';
import type { InputMessage, MouseMessage, TouchMessage, WheelMessage } from '../../protocol/live-view.ts';
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
const MAX_UNANSWERED = 200;
const BUTTONS = { none: 0, left: 1, right: 2, middle: 4, back: 8, forward: 16 } as const;

export class Hand {
  readonly #cdp: CdpConnection;
  readonly #sessionId: string;
  readonly #area: () => Area;
  #unanswered = 0;
  /** The latest of several moves that came while one was under way. */
  #nextMove: MouseMessage | undefined;
  #isMoving = false;
  #buttons = 0;
  /** What is being dragged in the sense of HTML's drag and drop, once Chrome has said so. */
  #dragged: unknown;

  constructor(cdp: CdpConnection, sessionId: string, area: () => Area) {
    this.#cdp = cdp;
    this.#sessionId = sessionId;
    this.#area = area;
  }

  /**
   * Lets Chrome tell of drags instead of beginning them with the system, which in a headless one leads nowhere. For as long
   * as somebody drives.
   */
  take(): void {
    this.#dispatch('Input.setInterceptDrags', { enabled: true });
  }

  /** Nothing stays pressed that a person who left has pressed. */
  let(): void {
    if (this.#dragged !== undefined) void this.#drag('dragCancel', { x: 0, y: 0 }, 0);
    this.#dragged = undefined;
    for (const [button, bit] of Object.entries(BUTTONS)) {
      if ((this.#buttons & bit) === 0) continue;
      this.#buttons &= ~bit;
      this.#dispatch('Input.dispatchMouseEvent', {
        type: 'mouseReleased',
        x: 0,
        y: 0,
        button,
        clickCount: 1,
      });
    }
    this.#dispatch('Input.setInterceptDrags', { enabled: false });
  }

  /** `Input.dragIntercepted` came. */
  dragBegan(data: unknown): void {
    this.#dragged = data;
  }

  /** Whether it was passed on: a page that hangs takes no more. */
  put(message: InputMessage): boolean {
    if (this.#unanswered >= MAX_UNANSWERED) return false;
    switch (message.type) {
      case 'mouse':
        this.#mouse(message);
        break;
      case 'wheel':
        this.#wheel(message);
        break;
      case 'touch':
        this.#touch(message);
        break;
      case 'key':
        this.#dispatch('Input.dispatchKeyEvent', keyEventOf(message));
        break;
      default:
        this.#dispatch('Input.insertText', { text: message.text });
    }
    return true;
  }

  #mouse(message: MouseMessage): void {
    if (message.action === 'move') {
      this.#nextMove = message;
      if (!this.#isMoving) void this.#move();
      return;
    }
    void this.#sendMove(); // what is pressed is pressed where the mouse was moved to
    const { button = 'left', clickCount = 1, modifiers = 0 } = message;
    const point = this.#onPage(message);
    const isDown = message.action === 'down';
    if (isDown) this.#buttons |= BUTTONS[button];
    else this.#buttons &= ~BUTTONS[button];
    if (!isDown && this.#dragged !== undefined) {
      void this.#drag('dragOver', point, modifiers);
      void this.#drag('drop', point, modifiers);
      this.#dragged = undefined;
    }
    this.#dispatch('Input.dispatchMouseEvent', {
      type: isDown ? 'mousePressed' : 'mouseReleased',
      ...point,
      button,
      buttons: this.#buttons,
      clickCount,
      modifiers,
    });
  }

  /** One move at a time: a slow page gets the latest, never a queue of them. */
  async #move(): Promise<void> {
    this.#isMoving = true;
    while (this.#nextMove) await this.#sendMove();
    this.#isMoving = false;
  }

  #sendMove(): Promise<void> {
    const move = this.#nextMove;
    this.#nextMove = undefined;
    if (!move) return Promise.resolve();
    const point = this.#onPage(move);
    const { modifiers = 0 } = move;
    if (this.#dragged !== undefined) return this.#drag('dragOver', point, modifiers);
    return this.#send('Input.dispatchMouseEvent', {
      type: 'mouseMoved',
      ...point,
      button: heldButton(this.#buttons),
      buttons: this.#buttons,
      modifiers,
    });
  }

  #wheel({ deltaX, deltaY, modifiers = 0, ...at }: WheelMessage): void {
    this.#dispatch('Input.dispatchMouseEvent', {
      type: 'mouseWheel',
      ...this.#onPage(at),
      deltaX,
      deltaY,
      modifiers,
    });
  }

  #touch({ action, points, modifiers = 0 }: TouchMessage): void {
    const types = { start: 'touchStart', move: 'touchMove', end: 'touchEnd', cancel: 'touchCancel' } as const;
    const isOver = action === 'end' || action === 'cancel';
    this.#dispatch('Input.dispatchTouchEvent', {
      type: types[action],
      touchPoints: isOver ? [] : points.map(({ id, ...at }) => ({ id, ...this.#onPage(at) })),
      modifiers,
    });
  }

  #drag(type: 'dragCancel' | 'dragOver' | 'drop', point: Point, modifiers: number): Promise<void> {
    return this.#send('Input.dispatchDragEvent', { type, ...point, data: this.#dragged, modifiers });
  }

  /** A point of the picture as one of the page, never outside of it. */
  #onPage({ x, y }: Point): Point {
    const { width, height, offsetTop } = this.#area();
    const within = (at: number, most: number) => Math.max(0, most > 0 ? Math.min(at, most - 1) : at);
    return { x: within(x, width), y: within(y - offsetTop, height - offsetTop) };
  }

  #dispatch(method: string, params: Record<string, unknown>): void {
    void this.#send(method, params);
  }

  /** Never rejects. */
  async #send(method: string, params: Record<string, unknown>): Promise<void> {
    this.#unanswered += 1;
    try {
      await this.#cdp.send(method, params, this.#sessionId);
    } catch {
      // The page closed, hangs, or shows a dialog, which whoever watches sees.
    } finally {
      this.#unanswered -= 1;
    }
  }
}

function heldButton(buttons: number): string {
  return Object.entries(BUTTONS).find(([, bit]) => (buttons & bit) !== 0)?.[0] ?? 'none';
}
