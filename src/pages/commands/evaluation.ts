// Code of clients in a page: evaluated there, with values as JSON, or with handles where things stay in the page.

import type { JSHandle } from 'playwright-core';
import { Type } from 'typebox';
import { type CommandDefinition, defineCommand } from '../command.ts';
import type { CommandTarget } from '../target.ts';
import { Frame, rootOf } from './finding.ts';
import { type PageFunction, pageFunction } from './page-functions.ts';
import { ByHandle, HandleId, Nothing, params, Timeout, within } from './shapes.ts';
import { Argument, fromJson, getHandle, HandleView, keepHandle, toJson, Value } from './values.ts';

export const Expression = {
  expression: Type.String({
    maxLength: 10_000_000,
    description: 'An expression, the source of a function, or statements whose last value counts.',
  }),
  arg: Type.Optional(Argument),
};

/** Whatever code can be evaluated in: a page, a frame, a worker, what a handle names. */
interface Scope {
  evaluate(code: PageFunction, arg: unknown): Promise<unknown>;
  evaluateHandle(code: PageFunction, arg: unknown): Promise<JSHandle>;
}

interface Code {
  expression: string;
  arg?: unknown;
}

export const evaluation: readonly CommandDefinition[] = [
  defineCommand({
    action: '$$eval',
    summary: 'Calls a function with the list of every match.',
    covers: ['Page.$$eval', 'Frame.$$eval'],
    params: params({ selector: Type.String(), ...Expression, ...Frame }),
    result: Value,
    effect: 'write',
    run: async (target, { selector, expression, arg, frame }) =>
      toJson(await rootOf(target, frame).$$eval(selector, pageFunction(expression), fromJson(target, arg))),
  }),
  defineCommand({
    action: '$eval',
    summary: 'Calls a function with the first match.',
    covers: ['Page.$eval', 'Frame.$eval'],
    params: params({ selector: Type.String(), ...Expression, ...Frame }),
    result: Value,
    effect: 'write',
    run: async (target, { selector, expression, arg, frame }) =>
      toJson(await rootOf(target, frame).$eval(selector, pageFunction(expression), fromJson(target, arg))),
  }),
  defineCommand({
    action: 'evaluate',
    summary:
      'Evaluates an expression or calls a function in the page, waits for its promise, and gives the value.',
    covers: ['Page.evaluate', 'Frame.evaluate'],
    params: params({ ...Expression, ...Frame }),
    result: Value,
    effect: 'write',
    run: (target, { frame, ...code }) => evaluate(rootOf(target, frame), target, code),
  }),
  defineCommand({
    action: 'evaluateHandle',
    summary: 'As evaluate, but what comes out stays in the page and gets a handle.',
    covers: ['Page.evaluateHandle', 'Frame.evaluateHandle'],
    params: params({ ...Expression, ...Frame }),
    result: HandleView,
    effect: 'write',
    run: (target, { frame, ...code }) => evaluateHandle(rootOf(target, frame), target, code),
  }),
  defineCommand({
    action: 'jsHandle.dispose',
    summary: 'Lets go of what a handle names.',
    covers: ['JSHandle.dispose'],
    params: ByHandle,
    result: Nothing,
    effect: 'read',
    run: ({ handles }, { handle }) => handles.dispose(handle),
  }),
  defineCommand({
    action: 'jsHandle.evaluate',
    summary: 'Calls a function with what a handle names.',
    covers: ['JSHandle.evaluate'],
    params: params({ handle: HandleId, ...Expression }),
    result: Value,
    effect: 'write',
    run: (target, { handle, ...code }) => evaluate(getHandle(target, handle), target, code),
  }),
  defineCommand({
    action: 'jsHandle.evaluateHandle',
    summary: 'As jsHandle.evaluate, but what comes out gets a handle.',
    covers: ['JSHandle.evaluateHandle'],
    params: params({ handle: HandleId, ...Expression }),
    result: HandleView,
    effect: 'write',
    run: (target, { handle, ...code }) => evaluateHandle(getHandle(target, handle), target, code),
  }),
  defineCommand({
    action: 'jsHandle.getProperties',
    summary: 'Handles of all own properties of what a handle names, by their names.',
    covers: ['JSHandle.getProperties'],
    params: ByHandle,
    result: Type.Record(Type.String(), HandleView),
    effect: 'read',
    run: async (target, { handle }) => {
      const properties = await getHandle(target, handle).getProperties();
      return Object.fromEntries([...properties].map(([name, value]) => [name, keepHandle(target, value)]));
    },
  }),
  defineCommand({
    action: 'jsHandle.getProperty',
    summary: 'A handle of one property of what a handle names.',
    covers: ['JSHandle.getProperty'],
    params: params({ handle: HandleId, propertyName: Type.String() }),
    result: HandleView,
    effect: 'read',
    run: async (target, { handle, propertyName }) =>
      keepHandle(target, await getHandle(target, handle).getProperty(propertyName)),
  }),
  defineCommand({
    action: 'jsHandle.jsonValue',
    summary: 'The value that a handle names.',
    covers: ['JSHandle.jsonValue'],
    params: ByHandle,
    result: Value,
    effect: 'read',
    run: async (target, { handle }) => toJson(await getHandle(target, handle).jsonValue()),
  }),
  defineCommand({
    action: 'waitForFunction',
    summary: 'Waits until a function in the page gives something true, and gives a handle of that.',
    covers: ['Page.waitForFunction', 'Frame.waitForFunction'],
    params: params({
      ...Expression,
      polling: Type.Optional(
        Type.Union([Type.Literal('raf'), Type.Number({ minimum: 1, description: 'Milliseconds.' })]),
      ),
      ...Frame,
      ...Timeout,
    }),
    result: HandleView,
    effect: 'write',
    run: async (target, { expression, arg, frame, polling, ...given }) => {
      const options = { ...(polling !== undefined && { polling }), ...within(target, given) };
      return keepHandle(
        target,
        await rootOf(target, frame).waitForFunction(pageFunction(expression), fromJson(target, arg), options),
      );
    },
  }),
];

/** @throws Problem `handle-not-found`, `invalid-argument` for a value that JSON cannot hold; whatever the code throws. */
export async function evaluate(scope: Scope, target: CommandTarget, { expression, arg }: Code) {
  return toJson(await scope.evaluate(pageFunction(expression), fromJson(target, arg)));
}

/** Keeps what comes out. @throws Problem `handle-not-found`; whatever the code throws. */
export async function evaluateHandle(scope: Scope, target: CommandTarget, { expression, arg }: Code) {
  return keepHandle(target, await scope.evaluateHandle(pageFunction(expression), fromJson(target, arg)));
}
