// Finds commands in the table and holds what clients send against the schema of each, compiled at its first use.

import { Ajv, type ValidateFunction } from 'ajv';
import { problem } from '../errors.ts';
import { nearestNames } from '../nearest-name.ts';
import { describeFaults } from '../schema-faults.ts';
import type { CommandDefinition } from './command.ts';

/** Faults beyond these are left out of the answer. */
const MOST_FAULTS = 20;

export class CommandCheck {
  readonly #definitions: ReadonlyMap<string, CommandDefinition>;
  readonly #ajv = new Ajv({ strict: false, verbose: true });
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(commands: readonly CommandDefinition[]) {
    this.#definitions = new Map(commands.map((definition) => [definition.action, definition]));
  }

  /** @throws Problem `invalid-argument` with the nearest names. */
  getCommand(action: string): CommandDefinition {
    const definition = this.#definitions.get(action);
    if (definition) return definition;
    // Page methods stand bare in the table, whichever object of Playwright they are called on elsewhere.
    const bare = action.slice(action.indexOf('.') + 1);
    const near = this.#definitions.has(bare)
      ? [bare]
      : nearestNames(action, [...this.#definitions.keys()], 3);
    const hint = near.length > 0 ? ` Is ${near.join(', ')} meant?` : '';
    const message = `is no action of the command table.${hint}`;
    throw problem('invalid-argument', {
      detail: `${JSON.stringify(action)} ${message}`,
      members: { errors: [{ path: '/action', message }] },
    });
  }

  /** @throws Problem `invalid-argument` that names each wrong member. */
  checkParams({ action, params: schema }: CommandDefinition, params: unknown): void {
    let validate = this.#validators.get(action);
    if (!validate) {
      validate = this.#ajv.compile(schema);
      this.#validators.set(action, validate);
    }
    if (validate(params)) return;
    const errors = describeFaults(validate.errors ?? [])
      .slice(0, MOST_FAULTS)
      .map(({ path, message }) => ({ path: `/params${path}`, message }));
    const [first] = errors;
    throw problem('invalid-argument', {
      detail: `${first?.path ?? '/params'} of ${action} ${first?.message ?? 'is wrong'}.`,
      members: { errors },
    });
  }
}
