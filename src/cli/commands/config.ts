// `moorage config`: what is set, by what, and whether it is right.

import type { Command } from 'commander';
import { addConfigOptions, CONFIG_OPTIONS_HELP } from '../config-options.ts';
import { type Invocation, perform } from '../invocation.ts';
import { formatTable } from '../table.ts';

export function addConfig(program: Command): void {
  const config = program.command('config').description('see and check the configuration');

  const show = config
    .command('show')
    .description('show every value and where it comes from, secrets hidden')
    .addHelpText('after', `${CONFIG_OPTIONS_HELP}\n\nExample:\n  $ MOORAGE_PORT=8080 moorage config show`);
  addConfigOptions(config, show);
  perform(show, showConfig);

  const check = config
    .command('check')
    .description('check the configuration without starting anything')
    .addHelpText('after', '\nExample:\n  $ moorage config check --config moorage.config.yaml');
  addConfigOptions(config, check);
  perform(check, checkConfig);

  const schema = config
    .command('schema')
    .description('print the JSON Schema of configuration files, for editors')
    .addHelpText('after', '\nExample:\n  $ moorage config schema > moorage.config.schema.json');
  perform(schema, async ({ terminal }) => {
    const { configFileSchema } = await import('../../config.ts');
    if (terminal.isJson) terminal.printJson(configFileSchema());
    else terminal.print(JSON.stringify(configFileSchema(), null, 2));
  });
}

async function showConfig({ options, terminal }: Invocation): Promise<void> {
  const { configWriter, describeSource, loadConfig, maskSecrets } = await import('../../config.ts');
  const { config, definitions, sources, file, warnings } = await loadConfig({ argv: { ...options } });
  for (const warning of warnings) terminal.note(`warning: ${warning}`);
  const masked = maskSecrets(config);
  const origins = Object.fromEntries(
    Object.entries(sources).map(([key, source]) => [key, describeSource(source)]),
  );
  if (terminal.isJson) return terminal.printJson({ config: masked, sources: origins, file: file ?? null });

  const write = configWriter(config, definitions);
  const { bold, dim } = terminal.colors;
  const rows = Object.entries(origins)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([key, origin]) => [
      bold(key),
      write(key, valueAt(masked, key)),
      origin === 'default' ? dim(origin) : origin,
    ]);
  terminal.print(await formatTable(terminal.colors, ['KEY', 'VALUE', 'FROM'], rows));
}

async function checkConfig({ options, terminal }: Invocation): Promise<void> {
  const { loadConfig } = await import('../../config.ts');
  const { file, warnings } = await loadConfig({ argv: { ...options } });
  if (terminal.isJson) return terminal.printJson({ valid: true, file: file ?? null, warnings });
  for (const warning of warnings) terminal.note(`warning: ${warning}`);
  terminal.print(`The configuration is valid (${file ?? 'there is no file, the defaults hold'}).`);
}

/** The value under a key path such as `keys[0].hash`. */
function valueAt(tree: unknown, key: string): unknown {
  return key
    .split(/[.[\]]+/)
    .filter((name) => name !== '')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], tree);
}
