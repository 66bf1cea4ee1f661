// What a person does on the canvas, as messages: mouse, wheel, touch, keys, input methods and the clipboard.

import type { WatcherMessage } from '../../src/protocol/live-view.ts';
import { MAX_TEXT_CHARS } from '../../src/protocol/live-wire.ts';
import type { Screen } from './screen.ts';

const BUTTONS = ['left', 'middle', 'right', 'back', 'forward'] as const;
/** The keyboards of Apple have Command where those of the browsers here have Control. */
const isApple = /Mac|iPhone|iPad/.test(navigator.platform);
const CONTROL_CODE = 17;
const MODIFIERS: readonly string[] = ['Alt', 'AltGraph', 'CapsLock', 'Control', 'Meta', 'Shift'];
const LINE_PIXELS = 40;

export class Hand {
  readonly #screen: Screen;
  /** Keys and input methods write into it; it is emptied at once. */
  readonly #field: HTMLTextAreaElement;
  readonly #send: (message: WatcherMessage) => void;
  #isDriving = false;
  #isComposing = false;
  #nextMove: WatcherMessage | undefined;
  readonly #touches = new Map<number, { x: number; y: number }>();
  /** By their codes, both as the page was told. */
  readonly #downKeys = new Map<string, string>();

  constructor(screen: Screen, field: HTMLTextAreaElement, send: (message: WatcherMessage) => void) {
    this.#screen = screen;
    this.#field = field;
    this.#send = send;
    this.#listenToPointers();
    this.#listenToKeys();
  }

  set isDriving(isDriving: boolean) {
    this.#isDriving = isDriving;
    if (!isDriving) {
      this.#touches.clear();
      this.#downKeys.clear();
      this.#nextMove = undefined;
    }
  }

  /** Keys go to the page; on a phone its keyboard comes. */
  focus(): void {
    this.#field.focus({ preventScroll: true });
  }

  #listenToPointers(): void {
    const { canvas } = this.#screen;
    const onHand = (take: (event: PointerEvent) => void) => (event: PointerEvent) => {
      if (!this.#isDriving) return;
      event.preventDefault();
      take(event);
    };
    canvas.addEventListener(
      'pointerdown',
      onHand((event) => {
        canvas.setPointerCapture(event.pointerId);
        if (event.pointerType === 'touch') this.#touch(event, 'start');
        else {
          this.focus();
          this.#mouse(event, 'down');
        }
      }),
    );
    canvas.addEventListener(
      'pointermove',
      onHand((event) => {
        if (event.pointerType === 'touch') this.#touch(event, 'move');
        // A button that is pressed while another one is held comes as a move.
        else if (event.button >= 0)
          this.#mouse(event, (event.buttons & bitOf(event.button)) === 0 ? 'up' : 'down');
        else this.#mouse(event, 'move');
      }),
    );
    canvas.addEventListener(
      'pointerup',
      onHand((event) => {
        if (event.pointerType === 'touch') this.#touch(event, 'end');
        else this.#mouse(event, 'up');
      }),
    );
    canvas.addEventListener(
      'pointercancel',
      onHand((event) => {
        if (event.pointerType === 'touch') this.#touch(event, 'cancel');
        else this.#mouse(event, 'up');
      }),
    );
    // Without this the textarea that takes keys would lose them to the canvas.
    canvas.addEventListener('mousedown', (event) => event.preventDefault());
    canvas.addEventListener('contextmenu', (event) => {
      if (this.#isDriving) event.preventDefault();
    });
    canvas.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
  }

  #mouse(event: PointerEvent, action: 'down' | 'move' | 'up'): void {
    const message = {
      type: 'mouse' as const,
      action,
      ...this.#screen.onPage(event),
      modifiers: modifiersOf(event),
      ...(action !== 'move' && {
        button: BUTTONS[event.button] ?? 'left',
        clickCount: this.#clicks(event, action),
      }),
    };
    if (action === 'move') {
      this.#later(message);
      return;
    }
    this.#flush();
    this.#send(message);
  }

  #lastDown = { at: 0, x: 0, y: 0, button: -1, count: 0 };

  /** How many clicks in a row this is, as a page counts them. */
  #clicks({ button, clientX: x, clientY: y, timeStamp: at }: PointerEvent, action: 'down' | 'up'): number {
    const last = this.#lastDown;
    if (action === 'up') return Math.max(1, last.count);
    const isNext =
      button === last.button &&
      at - last.at < 500 &&
      Math.hypot(x - last.x, y - last.y) < 5 &&
      last.count < 3;
    this.#lastDown = { at, x, y, button, count: isNext ? last.count + 1 : 1 };
    return this.#lastDown.count;
  }

  #wheel(event: WheelEvent): void {
    if (!this.#isDriving) return;
    event.preventDefault();
    const unit =
      event.deltaMode === WheelEvent.DOM_DELTA_LINE
        ? LINE_PIXELS
        : event.deltaMode === WheelEvent.DOM_DELTA_PAGE
          ? this.#screen.canvas.clientHeight
          : 1;
    this.#flush();
    this.#send({
      type: 'wheel',
      ...this.#screen.onPage(event),
      deltaX: event.deltaX * unit,
      deltaY: event.deltaY * unit,
      modifiers: modifiersOf(event),
    });
  }

  #touch(event: PointerEvent, action: 'cancel' | 'end' | 'move' | 'start'): void {
    const isOver = action === 'end' || action === 'cancel';
    if (isOver) this.#touches.delete(event.pointerId);
    else this.#touches.set(event.pointerId, this.#screen.onPage(event));
    const points = [...this.#touches].slice(0, 10).map(([id, at]) => ({ id: id & 0x7fffffff, ...at }));
    // CDP's end is that of all fingers; one that leaves others behind is a change of those that are there.
    const told = isOver && points.length > 0 ? 'move' : action;
    const message: WatcherMessage = { type: 'touch', action: told, points, modifiers: modifiersOf(event) };
    if (told === 'move') {
      this.#later(message);
      return;
    }
    this.#flush();
    this.#send(message);
  }

  /** Moves are sent once a picture of this screen, the latest one. */
  #later(message: WatcherMessage): void {
    if (this.#nextMove === undefined) requestAnimationFrame(() => this.#flush());
    this.#nextMove = message;
  }

  #flush(): void {
    if (this.#nextMove) this.#send(this.#nextMove);
    this.#nextMove = undefined;
  }

  #listenToKeys(): void {
    const field = this.#field;
    field.addEventListener('keydown', (event) => this.#key(event, 'down'));
    field.addEventListener('keyup', (event) => this.#key(event, 'up'));
    field.addEventListener('compositionstart', () => {
      this.#isComposing = true;
    });
    field.addEventListener('compositionend', () => {
      this.#isComposing = false;
      this.#sendField();
    });
    // What no key wrote: keyboards of phones, emoji, dictation.
    field.addEventListener('input', () => {
      if (!this.#isComposing) this.#sendField();
    });
    field.addEventListener('paste', (event) => {
      event.preventDefault();
      const text = event.clipboardData?.getData('text/plain') ?? '';
      if (this.#isDriving) this.#text(text);
    });
    field.addEventListener('blur', () => this.#releaseKeys());
  }

  #key(event: KeyboardEvent, action: 'down' | 'up'): void {
    if (!this.#isDriving || event.isComposing || event.keyCode === 229 || event.key === 'Unidentified')
      return;
    const isCommand = event.ctrlKey || (isApple && event.metaKey);
    const letter = event.key.toLowerCase();
    // Left to this browser, whose `paste` follows.
    if (isCommand && letter === 'v') return;
    if (action === 'down' && isCommand && (letter === 'c' || letter === 'x')) this.#send({ type: 'copy' });
    event.preventDefault();
    const told = keyOf(event);
    if (action === 'down') this.#downKeys.set(told.code, told.key);
    else this.#downKeys.delete(told.code);
    this.#flush();
    // macOS does not say what is let go of while Command is held.
    if (isApple && event.key === 'Meta' && action === 'up') {
      this.#releaseKeys((key) => !MODIFIERS.includes(key));
    }
    this.#send({
      type: 'key',
      action,
      ...told,
      location: event.location,
      isRepeat: event.repeat,
      modifiers: modifiersOf(event),
    });
  }

  /** Keys that are let go of elsewhere must not stay down in the page. */
  #releaseKeys(isMeant: (key: string) => boolean = () => true): void {
    for (const [code, key] of this.#downKeys) {
      if (!isMeant(key)) continue;
      this.#downKeys.delete(code);
      if (this.#isDriving) this.#send({ type: 'key', action: 'up', key, code });
    }
  }

  #sendField(): void {
    const text = this.#field.value;
    this.#field.value = '';
    if (this.#isDriving) this.#text(text);
  }

  #text(text: string): void {
    this.#flush();
    for (let start = 0; start < text.length; start += MAX_TEXT_CHARS) {
      this.#send({ type: 'text', text: text.slice(start, start + MAX_TEXT_CHARS) });
    }
  }
}

/** The key as the page is told of it, where Command is Control. */
function keyOf({ key, code, keyCode }: KeyboardEvent): { key: string; code: string; keyCode: number } {
  if (isApple && key === 'Meta') {
    return { key: 'Control', code: code.replace('Meta', 'Control'), keyCode: CONTROL_CODE };
  }
  return { key: key.slice(0, 32), code: code.slice(0, 32), keyCode: keyCode & 255 };
}

function modifiersOf(event: MouseEvent | KeyboardEvent): number {
  const isControl = event.ctrlKey || (isApple && event.metaKey);
  const isMeta = event.metaKey && !isApple;
  return (event.altKey ? 1 : 0) + (isControl ? 2 : 0) + (isMeta ? 4 : 0) + (event.shiftKey ? 8 : 0);
}

/** The bit of `buttons` that stands for `button`. */
function bitOf(button: number): number {
  return [1, 4, 2, 8, 16][button] ?? 0;
}
