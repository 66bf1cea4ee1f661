// THE table of page commands: one entry each, under Playwright's own name. It drives REST, openapi.json, both clients,
// the CLI and the docs. A test walks playwright-core's public classes and fails for a method that is neither here nor in
// `omissions.ts`.

import type { TSchema } from 'typebox';
import type { CommandDefinition } from './command.ts';
import { apiRequest } from './commands/api-request.ts';
import { content } from './commands/content.ts';
import { context } from './commands/context.ts';
import { elementActions } from './commands/element-actions.ts';
import { events } from './commands/events.ts';
import { input } from './commands/input.ts';
import { locator } from './commands/locator.ts';
import { navigation } from './commands/navigation.ts';
import { network } from './commands/network.ts';
import { routes } from './commands/routes.ts';
import { tracing } from './commands/tracing.ts';

export type { CommandDefinition } from './command.ts';

/** Every command, by its action in alphabetical order. */
export const COMMANDS: readonly CommandDefinition[] = [
  ...apiRequest,
  ...content,
  ...context,
  ...elementActions,
  ...events,
  ...input,
  ...locator,
  ...navigation,
  ...network,
  ...routes,
  ...tracing,
].sort((a, b) => (a.action < b.action ? -1 : 1));

/** A command as docs and clients are told of it. The schemas are JSON Schema; artifacts are `{$ref: 'Artifact'}`. */
export interface CommandDescription {
  action: string;
  summary: string;
  params: TSchema;
  result: TSchema;
  effect: 'read' | 'write';
}

export function describeCommands(): CommandDescription[] {
  return COMMANDS.map(({ action, summary, params, result, effect }) => ({
    action,
    summary,
    params,
    result,
    effect,
  }));
}
