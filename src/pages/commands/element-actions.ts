// What can be done with one element and asked of it. Each stands in the table twice: for a locator, and for a handle.

import type { ElementHandle, Locator } from 'playwright-core';
import { type Static, type TObject, type TProperties, type TSchema, Type } from 'typebox';
import { type CommandDefinition, defineCommand } from '../command.ts';
import type { CommandTarget } from '../target.ts';
import { find, Where } from './finding.ts';
import { Files, inputFiles } from './input-files.ts';
import { MaskedPicture, Picture, pictureOptions, pictureResult } from './pictures.ts';
import { Box, HandleId, Nothing, Point, params, record, Timeout, within } from './shapes.ts';
import { Argument, fromJson, getHandle } from './values.ts';

interface ElementAction<Options extends TProperties, Result extends TSchema> {
  name: string;
  summary: string;
  effect: CommandDefinition['effect'];
  /** Which class has it. Those of pages are named bare. Without `handle` there is none for handles. */
  of: readonly ('handle' | 'locator' | 'page')[];
  options?: Options;
  result?: Result;
  run(
    element: Locator | ElementHandle,
    params: Static<TObject<Options>> & { timeout: number; signal: AbortSignal },
    target: CommandTarget,
  ): Promise<unknown>;
}

const Modifiers = Type.Array(Type.Enum(['Alt', 'Control', 'ControlOrMeta', 'Meta', 'Shift']));
const Button = Type.Enum(['left', 'right', 'middle']);
const Forced = {
  force: Type.Optional(Type.Boolean({ description: 'Without waiting until the element can be acted on.' })),
  noWaitAfter: Type.Optional(Type.Boolean()),
};
const Pointed = {
  ...Forced,
  position: Type.Optional(Point),
  scroll: Type.Optional(Type.Enum(['auto', 'none'])),
  trial: Type.Optional(Type.Boolean({ description: 'Only waits until it could be done.' })),
};
const Delay = { delay: Type.Optional(Type.Number({ minimum: 0, maximum: 60_000 })) };
const Choice = Type.Union([
  Type.String({ description: 'The value or the label of an option.' }),
  record({
    value: Type.Optional(Type.String()),
    label: Type.Optional(Type.String()),
    index: Type.Optional(Type.Integer({ minimum: 0 })),
  }),
  record({ handle: HandleId }),
]);

const ALL = ['page', 'locator', 'handle'] as const;
const BELOW = ['locator', 'handle'] as const;

export const elementActions: readonly CommandDefinition[] = [
  ...forElements({
    name: 'boundingBox',
    summary: 'Where an element is, from the top left of the main frame; null while it is not visible.',
    effect: 'read',
    of: BELOW,
    result: Type.Union([Box, Type.Null()]),
    run: (element, options) => element.boundingBox(options),
  }),
  ...forElements({
    name: 'check',
    summary: 'Checks a checkbox or radio button, unless it is already.',
    effect: 'write',
    of: ALL,
    options: Pointed,
    run: (element, options) => element.check(options),
  }),
  ...forElements({
    name: 'click',
    summary: 'Clicks an element, once it is visible, still and enabled.',
    effect: 'write',
    of: ALL,
    options: {
      ...Pointed,
      ...Delay,
      button: Type.Optional(Button),
      clickCount: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
      modifiers: Type.Optional(Modifiers),
      steps: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    },
    run: (element, options) => element.click(options),
  }),
  ...forElements({
    name: 'dblclick',
    summary: 'Clicks an element twice.',
    effect: 'write',
    of: ALL,
    options: {
      ...Pointed,
      ...Delay,
      button: Type.Optional(Button),
      modifiers: Type.Optional(Modifiers),
      steps: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    },
    run: (element, options) => element.dblclick(options),
  }),
  ...forElements({
    name: 'dispatchEvent',
    summary: 'Dispatches an event of this type to an element, however it looks.',
    effect: 'write',
    of: ALL,
    options: { type: Type.String(), eventInit: Type.Optional(Argument) },
    run: (element, { type, eventInit, ...options }, target) =>
      element.dispatchEvent(type, fromJson(target, eventInit) as object, options), // serialized by Playwright
  }),
  ...forElements({
    name: 'fill',
    summary: 'Sets the text of an input, text area or editable element, in the place of what is there.',
    effect: 'write',
    of: ALL,
    options: { value: Type.String(), ...Forced },
    run: (element, { value, ...options }) => element.fill(value, options),
  }),
  ...forElements({
    name: 'focus',
    summary: 'Focuses an element.',
    effect: 'write',
    of: ALL,
    run: (element, options) => element.focus(options),
  }),
  ...forElements({
    name: 'getAttribute',
    summary: 'The value of an attribute; null where the element has none of the name.',
    effect: 'read',
    of: ALL,
    options: { name: Type.String() },
    result: Type.Union([Type.String(), Type.Null()]),
    run: (element, { name, ...options }) => element.getAttribute(name, options),
  }),
  ...forElements({
    name: 'hover',
    summary: 'Moves the mouse over an element.',
    effect: 'write',
    of: ALL,
    options: { ...Pointed, modifiers: Type.Optional(Modifiers) },
    run: (element, options) => element.hover(options),
  }),
  ...forElements({
    name: 'innerHTML',
    summary: 'The HTML within an element.',
    effect: 'read',
    of: ALL,
    result: Type.String(),
    run: (element, options) => element.innerHTML(options),
  }),
  ...forElements({
    name: 'innerText',
    summary: 'The text of an element as it is rendered.',
    effect: 'read',
    of: ALL,
    result: Type.String(),
    run: (element, options) => element.innerText(options),
  }),
  ...forElements({
    name: 'inputValue',
    summary: 'The value of an input, text area or select.',
    effect: 'read',
    of: ALL,
    result: Type.String(),
    run: (element, options) => element.inputValue(options),
  }),
  ...forElements({
    name: 'isChecked',
    summary: 'Whether a checkbox or radio button is checked.',
    effect: 'read',
    of: ALL,
    result: Type.Boolean(),
    run: (element, options) => element.isChecked(options),
  }),
  ...forElements({
    name: 'isDisabled',
    summary: 'Whether an element is disabled.',
    effect: 'read',
    of: ALL,
    result: Type.Boolean(),
    run: (element, options) => element.isDisabled(options),
  }),
  ...forElements({
    name: 'isEditable',
    summary: 'Whether an element can be edited.',
    effect: 'read',
    of: ALL,
    result: Type.Boolean(),
    run: (element, options) => element.isEditable(options),
  }),
  ...forElements({
    name: 'isEnabled',
    summary: 'Whether an element is enabled.',
    effect: 'read',
    of: ALL,
    result: Type.Boolean(),
    run: (element, options) => element.isEnabled(options),
  }),
  ...forElements({
    name: 'isHidden',
    summary: 'Whether an element is hidden or not there; it does not wait.',
    effect: 'read',
    of: ALL,
    result: Type.Boolean(),
    run: (element, { timeout }) => element.isHidden({ timeout }),
  }),
  ...forElements({
    name: 'isVisible',
    summary: 'Whether an element is visible now; it does not wait.',
    effect: 'read',
    of: ALL,
    result: Type.Boolean(),
    run: (element, { timeout }) => element.isVisible({ timeout }),
  }),
  ...forElements({
    name: 'press',
    summary: 'Focuses an element and presses a key, such as `Enter` or `Control+A`.',
    effect: 'write',
    of: ALL,
    options: { key: Type.String(), ...Delay, noWaitAfter: Type.Optional(Type.Boolean()) },
    run: (element, { key, ...options }) => element.press(key, options),
  }),
  ...forElements({
    name: 'screenshot',
    summary: 'A picture of an element, as an artifact or as base64.',
    effect: 'read',
    of: BELOW,
    options: MaskedPicture,
    result: Picture,
    run: async (element, options, target) =>
      pictureResult(target, options, await element.screenshot(pictureOptions(target, options))),
  }),
  ...forElements({
    name: 'scrollIntoViewIfNeeded',
    summary: 'Scrolls until an element can be seen.',
    effect: 'write',
    of: BELOW,
    run: (element, options) => element.scrollIntoViewIfNeeded(options),
  }),
  ...forElements({
    name: 'selectOption',
    summary: 'Selects options of a select, and gives the values that are selected then.',
    effect: 'write',
    of: ALL,
    options: { values: Type.Union([Choice, Type.Array(Choice), Type.Null()]), ...Forced },
    result: Type.Array(Type.String()),
    run: (element, { values, ...options }, target) => element.selectOption(choices(target, values), options),
  }),
  ...forElements({
    name: 'selectText',
    summary: 'Focuses an element and selects all its text.',
    effect: 'write',
    of: BELOW,
    options: { force: Type.Optional(Type.Boolean()) },
    run: (element, options) => element.selectText(options),
  }),
  ...forElements({
    name: 'setChecked',
    summary: 'Checks or unchecks a checkbox or radio button.',
    effect: 'write',
    of: ALL,
    options: { checked: Type.Boolean(), ...Pointed },
    run: (element, { checked, ...options }) => element.setChecked(checked, options),
  }),
  ...forElements({
    name: 'setInputFiles',
    summary: 'Gives files to a file input: artifacts, or content with a name.',
    effect: 'write',
    of: ALL,
    options: { files: Files, noWaitAfter: Type.Optional(Type.Boolean()) },
    run: async (element, { files, ...options }, target) =>
      element.setInputFiles(await inputFiles(target, files), options),
  }),
  ...forElements({
    name: 'tap',
    summary: 'Taps an element; the session has to have a touch screen.',
    effect: 'write',
    of: ALL,
    options: { ...Pointed, modifiers: Type.Optional(Modifiers) },
    run: (element, options) => element.tap(options),
  }),
  ...forElements({
    name: 'textContent',
    summary: 'The text of an element and all below it.',
    effect: 'read',
    of: ALL,
    result: Type.Union([Type.String(), Type.Null()]),
    run: (element, options) => element.textContent(options),
  }),
  ...forElements({
    name: 'type',
    summary: 'Types a text key by key; `fill` is quicker, `locator.pressSequentially` the same.',
    effect: 'write',
    of: ALL,
    options: { text: Type.String(), ...Delay, noWaitAfter: Type.Optional(Type.Boolean()) },
    run: (element, { text, ...options }) => element.type(text, options),
  }),
  ...forElements({
    name: 'uncheck',
    summary: 'Unchecks a checkbox, unless it is already.',
    effect: 'write',
    of: ALL,
    options: Pointed,
    run: (element, options) => element.uncheck(options),
  }),
];

function forElements<Options extends TProperties, Result extends TSchema>(
  action: ElementAction<Options, Result>,
): CommandDefinition[] {
  const { name, summary, effect, of, run } = action;
  const options = { ...action.options, ...Timeout } as Options & typeof Timeout; // none is no options
  const result = action.result ?? Nothing;
  const isOfPage = of.includes('page');
  const byLocator = defineCommand({
    action: isOfPage ? name : `locator.${name}`,
    summary,
    covers: isOfPage ? [`Page.${name}`, `Frame.${name}`, `Locator.${name}`] : [`Locator.${name}`],
    params: params({ ...Where, ...options }),
    result,
    effect,
    run: (target, given) => {
      // Types do not see that a spread of two schemas has the members of both.
      const { locator, selector, strict, frame, ...rest } = given as Static<TObject<typeof Where>> &
        Given<Options>;
      return run(find(target, { locator, selector, strict, frame }), timed(target, rest), target);
    },
  });
  if (!of.includes('handle')) return [byLocator];
  const byHandle = defineCommand({
    action: `elementHandle.${name}`,
    summary,
    covers: [`ElementHandle.${name}`],
    params: params({ handle: HandleId, ...options }),
    result,
    effect,
    run: (target, given) => {
      const { handle, ...rest } = given as { handle: string } & Given<Options>; // as above
      return run(target.handles.get<ElementHandle>(handle, 'element'), timed(target, rest), target);
    },
  });
  return [byLocator, byHandle];
}

type Given<Options extends TProperties> = Static<TObject<Options>> & { timeout?: number };

function timed<Options extends TProperties>(target: CommandTarget, given: object) {
  return { ...given, ...within(target, given) } as Static<TObject<Options>> & ReturnType<typeof within>;
}

function choices(target: CommandTarget, values: Static<typeof Choice> | Static<typeof Choice>[] | null) {
  const read = (choice: Static<typeof Choice>) =>
    typeof choice === 'object' && 'handle' in choice ? getHandle(target, choice.handle) : choice;
  const chosen = Array.isArray(values) ? values.map(read) : values && read(values);
  return chosen as string[]; // Playwright's type takes lists of one kind; it checks what it is given
}
