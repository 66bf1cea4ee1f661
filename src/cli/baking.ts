// `bake`, as a subcommand of `moorage android` and `moorage ios`: makes what sessions of a kind of backend are copied
// from, by the configuration and without a server.

import { join } from 'node:path';
import type { Command } from 'commander';
import type { BackendDefinition } from '../backends/backend.ts';
import { addConfigOptions } from './config-options.ts';
import { usageFailure } from './failure.ts';
import { awaitInterruption } from './interruption.ts';
import { type Invocation, perform } from './invocation.ts';
import { whileSpinning } from './spinner.ts';
import type { Terminal } from './terminal.ts';

export interface BakeCommand {
  /** Of the backends that it is for. */
  kind: string;
  description: string;
  /** What is done, how long it takes and when it is to be done again. */
  help: string;
}

interface BakeOptions {
  anew?: boolean;
}

/** One backend of the configuration, or the kind itself where there is none. */
interface Chosen {
  name: string;
  settings: Record<string, unknown>;
  definition: BackendDefinition;
}

export function addBake(parent: Command, { kind, description, help }: BakeCommand): void {
  const bake = parent
    .command('bake')
    .description(description)
    .argument('[backend]', `its name in the configuration; every backend of kind ${kind} unless given`)
    .option('--anew', 'make it again though it is there')
    .addHelpText('after', help);
  addConfigOptions(parent, bake);
  perform<BakeOptions>(bake, (invocation) => bakeAll(kind, invocation));
}

async function bakeAll(kind: string, { options, args, terminal }: Invocation<BakeOptions>): Promise<void> {
  const { loadConfig } = await import('../config.ts');
  const { anew: isAnew = false, ...argv } = options;
  const { config, definitions } = await loadConfig({ argv });
  const interruption = awaitInterruption();
  const done: { backend: string; steps: string[] }[] = [];
  try {
    for (const { name, settings, definition } of choose(kind, args[0], { config, definitions })) {
      const steps: string[] = [];
      await whileSpinning(`Baking for ${name}`, terminal, async (say) => {
        const report = (step: string) => {
          steps.push(step);
          tell(step, say, terminal);
        };
        const baking = {
          dataFolder: join(config.dataFolder, 'backends', name),
          hostLocks: config.lockFolder,
          isAnew,
          report,
          signal: interruption.first,
        };
        await definition.bake?.(settings, baking);
      });
      done.push({ backend: name, steps });
      if (!terminal.isJson)
        terminal.print(`${terminal.colors.green('✓')} ${name}: ${steps.at(-1) ?? 'done'}`);
    }
  } finally {
    interruption.close();
  }
  if (terminal.isJson) terminal.printJson({ baked: done });
}

/** @throws CommandFailure for a name that is none of this kind. */
function choose(
  kind: string,
  wanted: string | undefined,
  {
    config,
    definitions,
  }: {
    config: { backends: Record<string, { kind: string; [setting: string]: unknown }> };
    definitions: readonly BackendDefinition[];
  },
): Chosen[] {
  const definition = definitions.find((known) => known.kind === kind);
  if (!definition) throw new Error(`there is no kind ${kind}`);
  const configured = Object.entries(config.backends).flatMap(([name, { kind: its, ...settings }]) =>
    its === kind ? [{ name, settings, definition }] : [],
  );
  const all = configured.length > 0 ? configured : [{ name: kind, settings: {}, definition }];
  if (wanted === undefined) return all;
  const chosen = all.filter(({ name }) => name === wanted);
  if (chosen.length > 0) return chosen;
  const names = all.map(({ name }) => name).join(', ');
  throw usageFailure(`There is no backend ${wanted} of kind ${kind}.`, `Those that there are: ${names}`);
}

/** Where nobody watches a spinner, each step is a line of its own. */
function tell(step: string, say: (step: string) => void, terminal: Terminal): void {
  if (!terminal.isJson && process.stderr.isTTY !== true) terminal.note(step);
  say(step);
}
