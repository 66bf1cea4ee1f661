// THE table of page commands: one entry each, under Playwright's own name. It drives REST, openapi.json, both clients,
// the CLI and the docs. A test walks playwright-core's public classes and fails for a method that is neither here nor in
// `omissions.ts`.

import type { TSchema } from 'typebox';
import type { CommandDefinition } from './command.ts';
import { apiRequest } from './commands/api-request.ts';
import { bindings } from './commands/bindings.ts';
import { content } from './commands/content.ts';
import { context } from './commands/context.ts';
import { dialogs } from './commands/dialogs.ts';
import { downloads } from './commands/downloads.ts';
import { elementActions } from './commands/element-actions.ts';
import { elements } from './commands/elements.ts';
import { evaluation } from './commands/evaluation.ts';
import { events } from './commands/events.ts';
import { input } from './commands/input.ts';
import { Files } from './commands/input-files.ts';
import { locator } from './commands/locator.ts';
import { messages } from './commands/messages.ts';
import { navigation } from './commands/navigation.ts';
import { network, RequestView, ResponseView } from './commands/network.ts';
import { routes } from './commands/routes.ts';
import { scripts } from './commands/scripts.ts';
import { tracing } from './commands/tracing.ts';
import { HandleView } from './commands/values.ts';
import { workers } from './commands/workers.ts';
import { FrameSpec, LocatorSpec } from './locators.ts';
import { UrlMatch } from './url-patterns.ts';

export type { CommandDefinition } from './command.ts';

/** Every command, by its action in alphabetical order. */
export const COMMANDS: readonly CommandDefinition[] = [
  ...apiRequest,
  ...bindings,
  ...content,
  ...context,
  ...dialogs,
  ...downloads,
  ...elementActions,
  ...elements,
  ...evaluation,
  ...events,
  ...input,
  ...locator,
  ...messages,
  ...navigation,
  ...network,
  ...routes,
  ...scripts,
  ...tracing,
  ...workers,
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

/** Shapes that stand in many commands, by the names under which openapi.json holds them. */
const SHARED: Readonly<Record<string, TSchema>> = {
  Frame: FrameSpec,
  Handle: HandleView,
  InputFiles: Files,
  Locator: LocatorSpec,
  PageRequest: RequestView,
  PageResponse: ResponseView,
  UrlPattern: UrlMatch,
};

/**
 * What openapi.json says of commands: a component for each shape that many share, and `Commands` with the parameters and
 * the result of every action.
 */
export function commandSchemas(): Record<string, object> {
  const names = new Map(Object.entries(SHARED).map(([name, schema]) => [JSON.stringify(schema), name]));
  const actions = describeCommands().map(({ action, summary, params, result, effect }) => {
    const properties = { effect: { const: effect }, params, result };
    const required = Object.keys(properties);
    return [action, { type: 'object', description: summary, properties, required }];
  });
  const components: Record<string, object> = {
    ...SHARED,
    Commands: {
      type: 'object',
      description:
        'What `action` of a command can be, and what each takes as `params` and gives as `result`.',
      properties: Object.fromEntries(actions),
    },
  };
  return Object.fromEntries(
    Object.entries(components).map(([name, schema]) => [name, withReferences(schema, names, name)]),
  );
}

/** A copy in which shared shapes, but for `own`, and artifacts are referred to. */
function withReferences(schema: unknown, names: ReadonlyMap<string, string>, own?: string): object {
  const copy = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(copy);
    const name = isShareable(value) ? names.get(JSON.stringify(value)) : undefined;
    if (name !== undefined && name !== own) return { $ref: `#/components/schemas/${name}` };
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) =>
        key === '$ref' ? [key, `#/components/schemas/${member}`] : [key, copy(member)],
      ),
    );
  };
  return copy(schema) as object; // an object goes in
}

/** Cheap to know: the server does this at its start. */
function isShareable(value: object): boolean {
  return 'anyOf' in value || ('properties' in value && 'handle' in Object(value.properties));
}
