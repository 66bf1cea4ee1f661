// The flags that set keys of the configuration. A few are shown in the help; every other key has one as well.

import { type Command, Option } from 'commander';

/** As src/log.ts has them, which is not loaded for the sake of help and completion. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** Shown in help and completion: what is set on a command line now and then. */
export const SHOWN_OPTIONS: readonly Option[] = [
  new Option(
    '--config <file>',
    'the configuration file (default: moorage.config.* here or in the data folder)',
  ),
  new Option(
    '--host <address>',
    'where to listen; anything but this machine needs an API key (default: 127.0.0.1)',
  ),
  new Option('--port <number>', 'the port; 0 takes a free one (default: 4477)'),
  new Option('--data <folder>', 'where everything lies that Moorage writes (default: ~/.moorage)'),
  new Option('--max-sessions <count>', 'the most sessions at a time (default: by cores and memory)'),
  new Option('--public-url <url>', 'how clients reach this server, for the addresses in replies'),
  new Option('--drain-grace <duration>', 'how long sessions may go on after the first Ctrl-C (default: 30s)'),
  new Option('--log-level <level>', 'the least that is logged (default: info)').choices(LOG_LEVELS),
  new Option('--log-format <format>', 'of the log on stderr (default: auto)').choices([
    'auto',
    'json',
    'pretty',
  ]),
];

export const CONFIG_OPTIONS_HELP = `
Every key of the configuration is a flag and a variable as well: sessions.idleTimeout is
--sessions-idle-timeout 10m and MOORAGE_SESSIONS_IDLE_TIMEOUT=10m. \`moorage config show\` lists them.`;

/** Gives `command`, a subcommand of `parent`, a flag for every key of the configuration. */
export function addConfigOptions(parent: Command, command: Command): void {
  for (const option of SHOWN_OPTIONS) command.addOption(option);
  parent.hook('preSubcommand', async (_, called) => {
    if (called !== command) return;
    const { configFlags } = await import('../config.ts');
    const isShown = (name: string) => SHOWN_OPTIONS.some(({ long }) => long === name);
    for (const { flag, description } of configFlags()) {
      if (!isShown(`--${flag}`)) command.addOption(new Option(`--${flag} <value>`, description).hideHelp());
    }
  });
}
