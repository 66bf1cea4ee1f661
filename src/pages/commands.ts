// THE table of page commands: one entry each, under Playwright's own name. It drives REST, openapi.json, both clients,
// the CLI and the docs. A test walks playwright-core's public classes and fails for a method that is neither here nor in
// `omissions.ts`.

import type { Static, TSchema } from 'typebox';
import type { CommandTarget } from './target.ts';

export interface CommandDefinition<Params extends TSchema = TSchema, Result extends TSchema = TSchema> {
  /** `goto`, `locator.boundingBox`, `context.cookies`, … */
  action: string;
  /** One sentence for docs and clients. */
  summary: string;
  /** The methods of playwright-core that it exposes, such as `Page.goto`. */
  covers: readonly string[];
  params: Params;
  result: Result;
  /** `read` commands change nothing, so they are sent again when their reply was lost, and a lease does not stop them. */
  effect: 'read' | 'write';
  /**
   * Of commands whose effect ends with the connection: under which key it is kept to be set again; a later command with
   * the same key takes its place, and `null` means that this one takes `drops` away.
   */
  journal?: (params: Static<Params>) => { scope: 'context' | 'page'; key: string; drops?: boolean };
  run(target: CommandTarget, params: Static<Params>): Promise<unknown>;
}

export function defineCommand<Params extends TSchema, Result extends TSchema>(
  definition: CommandDefinition<Params, Result>,
): CommandDefinition {
  // The table holds commands of many shapes; whoever runs one has validated its params by this very schema.
  return definition as unknown as CommandDefinition;
}
