// Handles of elements: found in a page or below another one, waited for, and where they are.

import type { ElementHandle } from 'playwright-core';
import { Type } from 'typebox';
import { type CommandDefinition, defineCommand } from '../command.ts';
import { Frame, rootOf } from './finding.ts';
import { HandleId, Nothing, params, record, Timeout, within } from './shapes.ts';
import { HandleView, keepElement } from './values.ts';

export const elements: readonly CommandDefinition[] = [
  defineCommand({
    action: '$',
    summary: 'A handle of the first match; null where there is none.',
    covers: ['Page.$', 'Frame.$'],
    params: params({ selector: Type.String(), strict: Type.Optional(Type.Boolean()), ...Frame }),
    result: Type.Union([HandleView, Type.Null()]),
    effect: 'read',
    run: async (target, { selector, strict = false, frame }) =>
      keepElement(target, await rootOf(target, frame).$(selector, { strict })),
  }),
  defineCommand({
    action: '$$',
    summary: 'Handles of every match.',
    covers: ['Page.$$', 'Frame.$$'],
    params: params({ selector: Type.String(), ...Frame }),
    result: Type.Array(HandleView),
    effect: 'read',
    run: async (target, { selector, frame }) =>
      (await rootOf(target, frame).$$(selector)).map((element) => keepElement(target, element)),
  }),
  defineCommand({
    action: 'elementHandle.$',
    summary: 'A handle of the first match below an element; null where there is none.',
    covers: ['ElementHandle.$'],
    params: params({ handle: HandleId, selector: Type.String(), strict: Type.Optional(Type.Boolean()) }),
    result: Type.Union([HandleView, Type.Null()]),
    effect: 'read',
    run: async (target, { handle, selector, strict = false }) =>
      keepElement(target, await target.handles.get<ElementHandle>(handle, 'element').$(selector, { strict })),
  }),
  defineCommand({
    action: 'elementHandle.$$',
    summary: 'Handles of every match below an element.',
    covers: ['ElementHandle.$$'],
    params: params({ handle: HandleId, selector: Type.String() }),
    result: Type.Array(HandleView),
    effect: 'read',
    run: async (target, { handle, selector }) =>
      (await target.handles.get<ElementHandle>(handle, 'element').$$(selector)).map((element) =>
        keepElement(target, element),
      ),
  }),
  defineCommand({
    action: 'elementHandle.contentFrame',
    summary: 'The frame of an iframe; null for other elements.',
    covers: ['ElementHandle.contentFrame'],
    params: params({ handle: HandleId }),
    result: Type.Union([record({ name: Type.String(), url: Type.String() }), Type.Null()]),
    effect: 'read',
    run: async ({ handles }, { handle }) =>
      describeFrame(await handles.get<ElementHandle>(handle, 'element').contentFrame()),
  }),
  defineCommand({
    action: 'elementHandle.ownerFrame',
    summary: 'The frame that an element is in.',
    covers: ['ElementHandle.ownerFrame'],
    params: params({ handle: HandleId }),
    result: Type.Union([record({ name: Type.String(), url: Type.String() }), Type.Null()]),
    effect: 'read',
    run: async ({ handles }, { handle }) =>
      describeFrame(await handles.get<ElementHandle>(handle, 'element').ownerFrame()),
  }),
  defineCommand({
    action: 'elementHandle.waitForElementState',
    summary: 'Waits until an element is visible, hidden, stable, enabled, disabled or editable.',
    covers: ['ElementHandle.waitForElementState'],
    params: params({
      handle: HandleId,
      state: Type.Enum(['visible', 'hidden', 'stable', 'enabled', 'disabled', 'editable']),
      ...Timeout,
    }),
    result: Nothing,
    effect: 'read',
    run: (target, { handle, state, ...given }) =>
      target.handles.get<ElementHandle>(handle, 'element').waitForElementState(state, within(target, given)),
  }),
  defineCommand({
    action: 'elementHandle.waitForSelector',
    summary: 'Waits for a match below an element, and gives its handle; null when it waited for its end.',
    covers: ['ElementHandle.waitForSelector'],
    params: params({
      handle: HandleId,
      selector: Type.String(),
      state: Type.Optional(Type.Enum(['attached', 'detached', 'visible', 'hidden'])),
      strict: Type.Optional(Type.Boolean()),
      ...Timeout,
    }),
    result: Type.Union([HandleView, Type.Null()]),
    effect: 'read',
    run: async (target, { handle, selector, ...given }) => {
      const element = target.handles.get<ElementHandle>(handle, 'element');
      // Playwright's type ties what comes back to `state`; both are covered by the result.
      const options = { ...given, ...within(target, given) } as { state?: 'visible' };
      return keepElement(target, await element.waitForSelector(selector, options));
    },
  }),
  defineCommand({
    action: 'waitForSelector',
    summary: 'Waits for an element, and gives its handle; null when it waited for its end.',
    covers: ['Page.waitForSelector', 'Frame.waitForSelector'],
    params: params({
      selector: Type.String(),
      state: Type.Optional(Type.Enum(['attached', 'detached', 'visible', 'hidden'])),
      strict: Type.Optional(Type.Boolean()),
      ...Frame,
      ...Timeout,
    }),
    result: Type.Union([HandleView, Type.Null()]),
    effect: 'read',
    run: async (target, { selector, frame, ...given }) => {
      // Playwright's type ties what comes back to `state`; both are covered by the result.
      const options = { ...given, ...within(target, given) } as { state?: 'visible' };
      return keepElement(target, await rootOf(target, frame).waitForSelector(selector, options));
    },
  }),
];

function describeFrame(frame: { name(): string; url(): string } | null) {
  return frame && { name: frame.name(), url: frame.url() };
}
