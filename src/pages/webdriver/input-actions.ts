// Playwright's keys and mouse as WebDriver's actions. https://www.w3.org/TR/webdriver2/#actions

import { notPossible, type Params } from './cdp.ts';

/** Keys without a character of their own. https://www.w3.org/TR/webdriver2/#keyboard-actions */
const KEYS: Readonly<Record<string, string>> = {
  Alt: '\uE00A',
  ArrowDown: '\uE015',
  ArrowLeft: '\uE012',
  ArrowRight: '\uE014',
  ArrowUp: '\uE013',
  Backspace: '\uE003',
  Cancel: '\uE001',
  Clear: '\uE005',
  Control: '\uE009',
  Delete: '\uE017',
  End: '\uE010',
  Enter: '\uE006',
  Escape: '\uE00C',
  F1: '\uE031',
  F10: '\uE03A',
  F11: '\uE03B',
  F12: '\uE03C',
  F2: '\uE032',
  F3: '\uE033',
  F4: '\uE034',
  F5: '\uE035',
  F6: '\uE036',
  F7: '\uE037',
  F8: '\uE038',
  F9: '\uE039',
  Help: '\uE002',
  Home: '\uE011',
  Insert: '\uE016',
  Meta: '\uE03D',
  PageDown: '\uE00F',
  PageUp: '\uE00E',
  Pause: '\uE00B',
  Shift: '\uE008',
  Tab: '\uE004',
};
/** Those that stand twice on a keyboard, by their codes. */
const CODES: Readonly<Record<string, string>> = {
  AltRight: '\uE052',
  ControlRight: '\uE051',
  MetaRight: '\uE053',
  Numpad0: '\uE01A',
  Numpad1: '\uE01B',
  Numpad2: '\uE01C',
  Numpad3: '\uE01D',
  Numpad4: '\uE01E',
  Numpad5: '\uE01F',
  Numpad6: '\uE020',
  Numpad7: '\uE021',
  Numpad8: '\uE022',
  Numpad9: '\uE023',
  NumpadAdd: '\uE025',
  NumpadDecimal: '\uE028',
  NumpadDivide: '\uE029',
  NumpadEnter: '\uE007',
  NumpadMultiply: '\uE024',
  NumpadSubtract: '\uE027',
  ShiftRight: '\uE050',
};
const BUTTONS: Readonly<Record<string, number>> = { left: 0, middle: 1, right: 2 };

/** For `Input.dispatchKeyEvent`. @throws Refusal for a key that WebDriver does not know. */
export function keyActions({ type, key, code }: Params): object {
  const value = CODES[String(code)] ?? KEYS[String(key)] ?? String(key);
  if ([...value].length !== 1) throw notPossible(`Pressing ${JSON.stringify(key)}`);
  return {
    actions: [
      { type: 'key', id: 'keys', actions: [{ type: type === 'keyUp' ? 'keyUp' : 'keyDown', value }] },
    ],
  };
}

/** For `Input.dispatchMouseEvent` of a wheel. */
export function wheelActions({ x, y, deltaX, deltaY }: Params): object {
  const scroll = {
    ...{ type: 'scroll', ...pointAt(x, y) },
    ...{ deltaX: Math.round(Number(deltaX)), deltaY: Math.round(Number(deltaY)) },
  };
  return { actions: [{ type: 'wheel', id: 'wheel', actions: [scroll] }] };
}

/** For any other `Input.dispatchMouseEvent`: one step of `mouseActions`. */
export function mouseStep({ type, x, y, button }: Params): object {
  if (type === 'mouseMoved') return { type: 'pointerMove', ...pointAt(x, y) };
  const number = BUTTONS[String(button)] ?? 0;
  return { type: type === 'mousePressed' ? 'pointerDown' : 'pointerUp', button: number };
}

export function mouseActions(steps: readonly object[]): object {
  return {
    actions: [{ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions: steps }],
  };
}

function pointAt(x: unknown, y: unknown) {
  return { x: Math.round(Number(x)), y: Math.round(Number(y)), origin: 'viewport', duration: 0 };
}

/** For `Input.insertText`, in the frame that has the focus. */
export const INSERT_TEXT = `(text) => document.execCommand('insertText', false, text)`;
