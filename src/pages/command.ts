// One page command: an entry of the table in `commands.ts`, under Playwright's own name.

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
   * Of commands whose effect ends with the connection: under which key it is kept to be set again. A later command with
   * the same key takes its place. With `drops`, what is under the key is forgotten; a key that ends in `*` then stands
   * for all that begin as it does.
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
