// Keyboard, mouse and touch screen, without an element.

import { Type } from 'typebox';
import { type CommandDefinition, defineCommand } from '../command.ts';
import { Nothing, params } from './shapes.ts';

const Delay = { delay: Type.Optional(Type.Number({ minimum: 0, maximum: 60_000 })) };
const Button = { button: Type.Optional(Type.Enum(['left', 'right', 'middle'])) };
const ClickCount = { clickCount: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })) };
const At = { x: Type.Number(), y: Type.Number() };

export const input: readonly CommandDefinition[] = [
  defineCommand({
    action: 'keyboard.down',
    summary: 'Presses a key down and holds it.',
    covers: ['Keyboard.down'],
    params: params({ key: Type.String() }),
    result: Nothing,
    effect: 'write',
    run: ({ page }, { key }) => page.keyboard.down(key),
  }),
  defineCommand({
    action: 'keyboard.insertText',
    summary: 'Inserts a text where the focus is, without keys.',
    covers: ['Keyboard.insertText'],
    params: params({ text: Type.String() }),
    result: Nothing,
    effect: 'write',
    run: ({ page }, { text }) => page.keyboard.insertText(text),
  }),
  defineCommand({
    action: 'keyboard.press',
    summary: 'Presses a key, such as `Enter` or `Control+A`.',
    covers: ['Keyboard.press'],
    params: params({ key: Type.String(), ...Delay }),
    result: Nothing,
    effect: 'write',
    run: ({ page }, { key, ...options }) => page.keyboard.press(key, options),
  }),
  defineCommand({
    action: 'keyboard.type',
    summary: 'Types a text key by key where the focus is.',
    covers: ['Keyboard.type'],
    params: params({ text: Type.String(), ...Delay }),
    result: Nothing,
    effect: 'write',
    run: ({ page }, { text, ...options }) => page.keyboard.type(text, options),
  }),
  defineCommand({
    action: 'keyboard.up',
    summary: 'Lets go of a key.',
    covers: ['Keyboard.up'],
    params: params({ key: Type.String() }),
    result: Nothing,
    effect: 'write',
    run: ({ page }, { key }) => page.keyboard.up(key),
  }),
  defineCommand({
    action: 'mouse.click',
    summary: 'Clicks a point of the page.',
    covers: ['Mouse.click'],
    params: params({ ...At, ...Button, ...ClickCount, ...Delay }),
    result: Nothing,
    effect: 'write',
    run: ({ page }, { x, y, ...options }) => page.mouse.click(x, y, options),
  }),
  defineCommand({
    action: 'mouse.dblclick',
    summary: 'Clicks a point of the page twice.',
    covers: ['Mouse.dblclick'],
    params: params({ ...At, ...Button, ...Delay }),
    result: Nothing,
    effect: 'write',
    run: ({ page }, { x, y, ...options }) => page.mouse.dblclick(x, y, options),
  }),
  defineCommand({
    action: 'mouse.down',
    summary: 'Presses a mouse button down and holds it.',
    covers: ['Mouse.down'],
    params: params({ ...Button, ...ClickCount }),
    result: Nothing,
    effect: 'write',
    run: ({ page }, options) => page.mouse.down(options),
  }),
  defineCommand({
    action: 'mouse.move',
    summary: 'Moves the mouse to a point of the page.',
    covers: ['Mouse.move'],
    params: params({ ...At, steps: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })) }),
    result: Nothing,
    effect: 'write',
    run: ({ page }, { x, y, ...options }) => page.mouse.move(x, y, options),
  }),
  defineCommand({
    action: 'mouse.up',
    summary: 'Lets go of a mouse button.',
    covers: ['Mouse.up'],
    params: params({ ...Button, ...ClickCount }),
    result: Nothing,
    effect: 'write',
    run: ({ page }, options) => page.mouse.up(options),
  }),
  defineCommand({
    action: 'mouse.wheel',
    summary: 'Turns the wheel where the mouse is.',
    covers: ['Mouse.wheel'],
    params: params({ deltaX: Type.Number(), deltaY: Type.Number() }),
    result: Nothing,
    effect: 'write',
    run: ({ page }, { deltaX, deltaY }) => page.mouse.wheel(deltaX, deltaY),
  }),
  defineCommand({
    action: 'touchscreen.tap',
    summary: 'Taps a point of the page; the session has to have a touch screen.',
    covers: ['Touchscreen.tap'],
    params: params(At),
    result: Nothing,
    effect: 'write',
    run: ({ page }, { x, y }) => page.touchscreen.tap(x, y),
  }),
];
