// What only locators have, beside what element-actions.ts gives them.

import { Type } from 'typebox';
import { type CommandDefinition, defineCommand } from '../command.ts';
import { LocatorSpec } from '../locators.ts';
import { SnapshotParams } from './content.ts';
import { Expression } from './evaluation.ts';
import { Frame, find, findAll, Where } from './finding.ts';
import { Files, inputFiles } from './input-files.ts';
import { pageFunction } from './page-functions.ts';
import { NoParams, Nothing, Point, params, Timeout, upTo, within } from './shapes.ts';
import { fromJson, HandleView, keepElement, keepHandle, toJson, Value } from './values.ts';

const { strict: _strict, ...Several } = Where;
const Drag = {
  force: Type.Optional(Type.Boolean()),
  noWaitAfter: Type.Optional(Type.Boolean()),
  scroll: Type.Optional(Type.Enum(['auto', 'none'])),
  sourcePosition: Type.Optional(Point),
  steps: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  targetPosition: Type.Optional(Point),
  trial: Type.Optional(Type.Boolean()),
  ...Timeout,
};

export const locator: readonly CommandDefinition[] = [
  defineCommand({
    action: 'dragAndDrop',
    summary: 'Drags one element onto another.',
    covers: ['Page.dragAndDrop', 'Frame.dragAndDrop', 'Locator.dragTo'],
    params: params({ source: LocatorSpec, target: LocatorSpec, ...Frame, ...Drag }),
    result: Nothing,
    effect: 'write',
    run: (target, { source, target: to, frame, ...options }) =>
      target
        .locator(source, frame)
        .dragTo(target.locator(to, frame), { ...options, ...within(target, options) }),
  }),
  defineCommand({
    action: 'hideHighlight',
    summary: 'Takes all highlights off the page.',
    covers: ['Page.hideHighlight'],
    params: NoParams,
    result: Nothing,
    effect: 'write',
    run: ({ page }) => page.hideHighlight(),
  }),
  defineCommand({
    action: 'locator.allInnerTexts',
    summary: 'The rendered text of every match.',
    covers: ['Locator.allInnerTexts'],
    params: params(Several),
    result: Type.Array(Type.String()),
    effect: 'read',
    run: (target, place) => findAll(target, place).allInnerTexts(),
  }),
  defineCommand({
    action: 'locator.allTextContents',
    summary: 'The text of every match.',
    covers: ['Locator.allTextContents'],
    params: params(Several),
    result: Type.Array(Type.String()),
    effect: 'read',
    run: (target, place) => findAll(target, place).allTextContents(),
  }),
  defineCommand({
    action: 'locator.ariaSnapshot',
    summary: 'What assistive technology sees of an element, as YAML.',
    covers: ['Locator.ariaSnapshot'],
    params: params({ ...Where, ...SnapshotParams }),
    result: Type.String(),
    effect: 'read',
    run: (target, { locator: spec, selector, strict, frame, ...options }) =>
      find(target, { locator: spec, selector, strict, frame }).ariaSnapshot({
        ...options,
        ...within(target, options),
      }),
  }),
  defineCommand({
    action: 'locator.ariaSnapshotJSON',
    summary: 'What assistive technology sees of an element, as JSON.',
    covers: ['Locator.ariaSnapshotJSON'],
    params: params({ ...Where, ...SnapshotParams }),
    result: Value,
    effect: 'read',
    run: async (target, { locator: spec, selector, strict, frame, ...options }) => {
      const found = find(target, { locator: spec, selector, strict, frame });
      return toJson(await found.ariaSnapshotJSON({ ...options, ...within(target, options) }));
    },
  }),
  defineCommand({
    action: 'locator.blur',
    summary: 'Takes the focus off an element.',
    covers: ['Locator.blur'],
    params: params({ ...Where, ...Timeout }),
    result: Nothing,
    effect: 'write',
    run: (target, given) => find(target, given).blur(within(target, given)),
  }),
  defineCommand({
    action: 'locator.clear',
    summary: 'Empties an input.',
    covers: ['Locator.clear'],
    params: params({ ...Where, force: Type.Optional(Type.Boolean()), ...Timeout }),
    result: Nothing,
    effect: 'write',
    run: (target, { force, ...given }) =>
      find(target, given).clear({ ...(force !== undefined && { force }), ...within(target, given) }),
  }),
  defineCommand({
    action: 'locator.count',
    summary: 'How many elements match.',
    covers: ['Locator.count', 'Locator.all'],
    params: params(Several),
    result: Type.Integer(),
    effect: 'read',
    run: (target, place) => findAll(target, place).count(),
  }),
  defineCommand({
    action: 'locator.dragTo',
    summary: 'Drags an element onto another.',
    covers: ['Locator.dragTo'],
    params: params({ ...Where, target: LocatorSpec, ...Drag }),
    result: Nothing,
    effect: 'write',
    run: (target, { locator: spec, selector, strict, frame, target: to, ...options }) =>
      find(target, { locator: spec, selector, strict, frame }).dragTo(target.locator(to, frame), {
        ...options,
        ...within(target, options),
      }),
  }),
  defineCommand({
    action: 'locator.drop',
    summary: 'Drops files or data onto an element, as if they came from outside of the browser.',
    covers: ['Locator.drop'],
    params: params({
      ...Where,
      files: Type.Optional(Files),
      data: Type.Optional(
        Type.Record(Type.String(), Type.String(), { description: 'Texts by their MIME type.' }),
      ),
      position: Type.Optional(Point),
      ...Timeout,
    }),
    result: Nothing,
    effect: 'write',
    run: async (target, { files, data, position, ...given }) => {
      const payload = {
        ...(files !== undefined && { files: await inputFiles(target, files) }),
        ...(data && { data }),
      };
      await find(target, given).drop(payload, { ...(position && { position }), ...within(target, given) });
    },
  }),
  defineCommand({
    action: 'locator.elementHandle',
    summary: 'A handle of the element that a locator finds.',
    covers: ['Locator.elementHandle'],
    params: params({ ...Where, ...Timeout }),
    result: HandleView,
    effect: 'read',
    run: async (target, given) =>
      keepHandle(target, await find(target, given).elementHandle(within(target, given))),
  }),
  defineCommand({
    action: 'locator.elementHandles',
    summary: 'Handles of every match.',
    covers: ['Locator.elementHandles'],
    params: params(Several),
    result: Type.Array(HandleView),
    effect: 'read',
    run: async (target, place) =>
      (await findAll(target, place).elementHandles()).map((element) => keepElement(target, element)),
  }),
  defineCommand({
    action: 'locator.evaluate',
    summary: 'Calls a function with an element.',
    covers: ['Locator.evaluate'],
    params: params({ ...Where, ...Expression, ...Timeout }),
    result: Value,
    effect: 'write',
    run: async (target, { expression, arg, ...given }) =>
      toJson(
        await find(target, given).evaluate(
          pageFunction(expression),
          fromJson(target, arg),
          within(target, given),
        ),
      ),
  }),
  defineCommand({
    action: 'locator.evaluateAll',
    summary: 'Calls a function with the list of every match.',
    covers: ['Locator.evaluateAll'],
    params: params({ ...Several, ...Expression }),
    result: Value,
    effect: 'write',
    run: async (target, { expression, arg, ...place }) =>
      toJson(await findAll(target, place).evaluateAll(pageFunction(expression), fromJson(target, arg))),
  }),
  defineCommand({
    action: 'locator.evaluateHandle',
    summary: 'Calls a function with an element; what comes out gets a handle.',
    covers: ['Locator.evaluateHandle'],
    params: params({ ...Where, ...Expression, ...Timeout }),
    result: HandleView,
    effect: 'write',
    run: async (target, { expression, arg, ...given }) =>
      keepHandle(
        target,
        await find(target, given).evaluateHandle(
          pageFunction(expression),
          fromJson(target, arg),
          within(target, given),
        ),
      ),
  }),
  defineCommand({
    action: 'locator.hideHighlight',
    summary: 'Takes the highlight off the matches of a locator.',
    covers: ['Locator.hideHighlight'],
    params: params(Several),
    result: Nothing,
    effect: 'write',
    run: (target, place) => findAll(target, place).hideHighlight(),
  }),
  defineCommand({
    action: 'locator.highlight',
    summary: 'Marks every match on the screen, for people who look at it.',
    covers: ['Locator.highlight'],
    params: params({ ...Several, style: Type.Optional(Type.String()) }),
    result: Nothing,
    effect: 'write',
    run: async (target, { style, ...place }) => {
      await findAll(target, place).highlight(style === undefined ? {} : { style });
    },
  }),
  defineCommand({
    action: 'locator.normalize',
    summary: 'A better locator of the same element, as the code that makes it.',
    covers: ['Locator.normalize'],
    params: params(Where),
    result: Type.String(),
    effect: 'read',
    run: async (target, given) => String(await find(target, given).normalize()),
  }),
  defineCommand({
    action: 'locator.pressSequentially',
    summary: 'Focuses an element and types a text key by key.',
    covers: ['Locator.pressSequentially'],
    params: params({
      ...Where,
      text: Type.String(),
      delay: Type.Optional(Type.Number({ minimum: 0, maximum: 60_000 })),
      ...Timeout,
    }),
    result: Nothing,
    effect: 'write',
    run: (target, { text, delay, ...given }) =>
      find(target, given).pressSequentially(text, {
        ...(delay !== undefined && { delay }),
        ...within(target, given),
      }),
  }),
  defineCommand({
    action: 'locator.waitFor',
    summary: 'Waits until an element is attached, detached, visible or hidden; visible unless told.',
    covers: ['Locator.waitFor'],
    params: params({
      ...Where,
      state: Type.Optional(Type.Enum(['attached', 'detached', 'visible', 'hidden'])),
      ...Timeout,
    }),
    result: Nothing,
    effect: 'read',
    run: (target, { state, ...given }) =>
      find(target, given).waitFor({ ...(state && { state }), ...within(target, given) }),
  }),
  defineCommand({
    action: 'locator.waitForFunction',
    summary: 'Waits until a function that is called with the element gives something true.',
    covers: ['Locator.waitForFunction'],
    params: params({ ...Where, ...Expression, ...Timeout }),
    result: Nothing,
    effect: 'write',
    run: (target, { expression, arg, ...given }) =>
      find(target, given).waitForFunction(
        pageFunction(expression),
        fromJson(target, arg),
        within(target, given),
      ),
  }),
  defineCommand({
    action: 'addLocatorHandler',
    summary: 'Whenever an element is in the way of an action, clicks it, or what `click` says, and goes on.',
    covers: ['Page.addLocatorHandler'],
    params: params({
      ...Where,
      click: Type.Optional(LocatorSpec),
      noWaitAfter: Type.Optional(Type.Boolean()),
      times: Type.Optional(Type.Integer({ minimum: 1 })),
    }),
    result: Nothing,
    effect: 'write',
    journal: ({ locator: spec, selector, frame }) => ({
      scope: 'page',
      key: `locator-handler:${JSON.stringify([spec ?? selector, frame])}`,
    }),
    run: async (target, { click, noWaitAfter, times, ...place }) => {
      const watched = find(target, place);
      const clicked = click === undefined ? watched : target.locator(click, place.frame);
      const { timeout } = upTo(target);
      await target.page.addLocatorHandler(
        watched,
        // An element that cannot be clicked stays in the way, which the action itself reports.
        () => clicked.click({ timeout }).catch(() => {}),
        { ...(noWaitAfter !== undefined && { noWaitAfter }), ...(times !== undefined && { times }) },
      );
    },
  }),
  defineCommand({
    action: 'removeLocatorHandler',
    summary: 'Ends what addLocatorHandler began for an element.',
    covers: ['Page.removeLocatorHandler'],
    params: params(Where),
    result: Nothing,
    effect: 'write',
    journal: ({ locator: spec, selector, frame }) => ({
      scope: 'page',
      key: `locator-handler:${JSON.stringify([spec ?? selector, frame])}`,
      drops: true,
    }),
    run: (target, place) => target.page.removeLocatorHandler(find(target, place)),
  }),
];
