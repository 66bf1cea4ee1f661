// What pages have to say: messages on the console, and errors that no script caught.

import type { ConsoleMessage } from 'playwright-core';
import { type Static, Type } from 'typebox';
import { type CommandDefinition, defineCommand } from '../command.ts';
import { NoParams, Nothing, params, record } from './shapes.ts';

const Message = record({
  type: Type.String(),
  text: Type.String(),
  location: record({
    url: Type.String(),
    line: Type.Integer(),
    column: Type.Integer(),
    lineNumber: Type.Optional(Type.Integer()),
    columnNumber: Type.Optional(Type.Integer()),
  }),
  timestamp: Type.Number({ description: 'Milliseconds since 1970.' }),
});
const Since = { filter: Type.Optional(Type.Enum(['all', 'since-navigation'])) };
const ErrorView = record({ name: Type.String(), message: Type.String(), stack: Type.String() });

export const messages: readonly CommandDefinition[] = [
  defineCommand({
    action: 'clearConsoleMessages',
    summary: 'Forgets the console messages that consoleMessages gives.',
    covers: ['Page.clearConsoleMessages'],
    params: NoParams,
    result: Nothing,
    effect: 'write',
    run: ({ page }) => page.clearConsoleMessages(),
  }),
  defineCommand({
    action: 'clearPageErrors',
    summary: 'Forgets the errors that pageErrors gives.',
    covers: ['Page.clearPageErrors'],
    params: NoParams,
    result: Nothing,
    effect: 'write',
    run: ({ page }) => page.clearPageErrors(),
  }),
  defineCommand({
    action: 'consoleMessages',
    summary: 'The latest console messages, at most 200.',
    covers: [
      'Page.consoleMessages',
      'ConsoleMessage.location',
      'ConsoleMessage.text',
      'ConsoleMessage.timestamp',
      'ConsoleMessage.type',
    ],
    params: params(Since),
    result: Type.Array(Message),
    effect: 'read',
    run: async ({ page }, options) => (await page.consoleMessages(options)).map(messageData),
  }),
  defineCommand({
    action: 'pageErrors',
    summary: 'The latest errors that no script caught, at most 200.',
    covers: ['Page.pageErrors'],
    params: params(Since),
    result: Type.Array(ErrorView),
    effect: 'read',
    run: async ({ page }, options) => (await page.pageErrors(options)).map(errorData),
  }),
];

export function messageData(message: ConsoleMessage): Static<typeof Message> {
  return {
    type: message.type(),
    text: message.text(),
    location: message.location(),
    timestamp: message.timestamp(),
  };
}

export function errorData({ name, message, stack = '' }: Error): Static<typeof ErrorView> {
  return { name, message, stack };
}
