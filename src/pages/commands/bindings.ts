// Functions that a page can call: each call is an event of the page.

import type { BrowserContext, Page } from 'playwright-core';
import { Type } from 'typebox';
import { type CommandDefinition, defineCommand } from '../command.ts';
import type { CommandTarget } from '../target.ts';
import { Nothing, params } from './shapes.ts';
import { toJson, Value } from './values.ts';

export const bindings: readonly CommandDefinition[] = [
  defineCommand({
    action: 'context.exposeBinding',
    summary:
      'Gives every page a function; its calls are events of the page, and it returns what `result` says.',
    covers: ['BrowserContext.exposeBinding', 'BrowserContext.exposeFunction'],
    params: params({ name: Type.String({ maxLength: 256 }), result: Type.Optional(Value) }),
    result: Nothing,
    effect: 'write',
    journal: ({ name }) => ({ scope: 'context', key: `binding:${name}` }),
    run: (target, binding) => exposeBinding(target, target.context, binding),
  }),
  defineCommand({
    action: 'exposeBinding',
    summary:
      'Gives the page a function; its calls are events of the page, and it returns what `result` says.',
    covers: ['Page.exposeBinding', 'Page.exposeFunction'],
    params: params({ name: Type.String({ maxLength: 256 }), result: Type.Optional(Value) }),
    result: Nothing,
    effect: 'write',
    journal: ({ name }) => ({ scope: 'page', key: `binding:${name}` }),
    run: (target, binding) => exposeBinding(target, target.page, binding),
  }),
];

async function exposeBinding(
  target: CommandTarget,
  on: BrowserContext | Page,
  { name, result = null }: { name: string; result?: unknown },
): Promise<void> {
  const { desk } = target;
  await on.exposeBinding(name, ({ frame }, ...args: unknown[]) => {
    desk.record('binding', { name, args: args.map(jsonOrText), url: frame.url() });
    return result;
  });
}

function jsonOrText(value: unknown): unknown {
  try {
    return toJson(value);
  } catch {
    return String(value);
  }
}
