// What a key is to Chrome. Members as CDP's Input.dispatchKeyEvent has them.

import type { KeyMessage } from '../../protocol/live-view.ts';

/** Virtual key codes of keys that write no character, for senders that do not say. */
const KEY_CODES: Readonly<Record<string, number>> = {
  Alt: 18,
  ArrowDown: 40,
  ArrowLeft: 37,
  ArrowRight: 39,
  ArrowUp: 38,
  Backspace: 8,
  CapsLock: 20,
  ContextMenu: 93,
  Control: 17,
  Delete: 46,
  End: 35,
  Enter: 13,
  Escape: 27,
  Home: 36,
  Insert: 45,
  Meta: 91,
  NumLock: 144,
  PageDown: 34,
  PageUp: 33,
  Pause: 19,
  ScrollLock: 145,
  Shift: 16,
  Tab: 9,
};

const SHIFT = 8;
const KEYPAD = 3;

/** The parameters of `Input.dispatchKeyEvent`. */
export function keyEventOf({
  action,
  key,
  code = '',
  keyCode = keyCodeOf(key),
  location = 0,
  isRepeat = false,
  modifiers = 0,
}: KeyMessage): Record<string, unknown> {
  const text = action === 'down' ? textOf(key, modifiers) : undefined;
  return {
    // A key with text is what a page sees as keydown, keypress and input; without, it is keydown alone.
    type: action === 'up' ? 'keyUp' : text === undefined ? 'rawKeyDown' : 'keyDown',
    modifiers,
    key,
    code,
    windowsVirtualKeyCode: keyCode,
    nativeVirtualKeyCode: keyCode,
    // CDP knows left and right only; the number pad is a flag of its own.
    location: location === KEYPAD ? 0 : location,
    isKeypad: location === KEYPAD,
    autoRepeat: isRepeat,
    ...(text !== undefined && { text, unmodifiedText: text }),
  };
}

function textOf(key: string, modifiers: number): string | undefined {
  if ((modifiers & ~SHIFT) !== 0) return undefined;
  if (key === 'Enter') return '\r';
  return [...key].length === 1 ? key : undefined;
}

function keyCodeOf(key: string): number {
  const known = KEY_CODES[key];
  if (known !== undefined) return known;
  const [, functionKey] = /^F([1-9]|1\d|2[0-4])$/.exec(key) ?? [];
  if (functionKey !== undefined) return 111 + Number(functionKey);
  return /^[A-Za-z0-9 ]$/.test(key) ? key.toUpperCase().charCodeAt(0) : 0;
}
