// `moorage serve`: runs a server until it is told to stop.

import type { Command } from 'commander';
import { addConfigOptions, CONFIG_OPTIONS_HELP } from '../config-options.ts';
import { EXIT } from '../failure.ts';
import { type Invocation, perform } from '../invocation.ts';
import type { Colors } from '../terminal.ts';

/** For what is said of a failure to be written. */
const LAST_WORDS_MS = 500;

export function addServe(program: Command): void {
  const serve = program
    .command('serve')
    .description('start a server')
    .addHelpText(
      'after',
      `${CONFIG_OPTIONS_HELP}

The first Ctrl-C or SIGTERM lets sessions end, for at most drain.grace; the second ends them at once.

Examples:
  $ moorage serve
  $ moorage serve --port 0 --data /tmp/moorage --json
  $ moorage serve --config moorage.config.yaml --log-level debug`,
    );
  addConfigOptions(program, serve);
  perform(serve, runServer);
}

async function runServer({ options, terminal }: Invocation): Promise<void> {
  const [{ loadConfig }, { startServer }] = await Promise.all([
    import('../../config.ts'),
    import('../../main.ts'),
  ]);
  const { config, definitions, warnings } = await loadConfig({ argv: { ...options } });
  for (const warning of warnings) terminal.note(`warning: ${warning}`);

  // Listened to from the start: a signal while browsers are being taken over must not leave them alone.
  const signals = new StopSignals();
  try {
    const server = await startServer(config, { definitions }).catch((error: unknown) => {
      endSoon();
      throw error;
    });
    const url = config.publicUrl ?? server.url;
    if (terminal.isJson) terminal.printJson({ event: 'server.ready', url: server.url });
    else terminal.print(banner(url, await needsKey(server.url, config.keys.length > 0), terminal.colors));

    await signals.first;
    const stopping = server.stop();
    signals.onMore(() => server.stopNow());
    await stopping;
  } finally {
    signals.close();
  }
}

/**
 * Ends this process when it has said what failed. Browsers that were taken over run on, for the next start, and what
 * leads to them would keep it here.
 */
function endSoon(): void {
  setTimeout(() => process.exit(), LAST_WORDS_MS).unref();
}

/** SIGINT and SIGTERM: the first asks for a stop, the second for one at once, and the third does not ask. */
class StopSignals {
  readonly first: Promise<void>;
  #count = 0;
  #resolveFirst = () => {};
  #onMore = () => {};
  readonly #listener = () => this.#receive();

  constructor() {
    this.first = new Promise((resolve) => {
      this.#resolveFirst = resolve;
    });
    process.on('SIGINT', this.#listener).on('SIGTERM', this.#listener);
  }

  /** Calls `listener` for the second signal, which may have come already. */
  onMore(listener: () => void): void {
    this.#onMore = listener;
    if (this.#count > 1) listener();
  }

  close(): void {
    process.off('SIGINT', this.#listener).off('SIGTERM', this.#listener);
  }

  #receive(): void {
    this.#count += 1;
    if (this.#count === 1) this.#resolveFirst();
    else if (this.#count === 2) this.#onMore();
    else process.exit(EXIT.failed);
  }
}

/** Whether the lines to paste need a key. The server knows; where it cannot be asked, the configuration must do. */
async function needsKey(url: string, isConfigured: boolean): Promise<boolean> {
  const { Moorage, MoorageError } = await import('@moorage/client');
  try {
    await new Moorage({ url, apiKey: '', retries: 0 }).backends.list();
    return false;
  } catch (error) {
    return (error instanceof MoorageError && error.code === 'unauthorized') || isConfigured;
  }
}

function banner(url: string, isKeyNeeded: boolean, { bold, cyan, dim, green }: Colors): string {
  const header = isKeyNeeded ? ` -H "authorization: Bearer $MOORAGE_API_KEY"` : '';
  const token = isKeyNeeded ? `&token=\${process.env.MOORAGE_API_KEY}` : '';
  const quote = isKeyNeeded ? '`' : "'";
  const connect = `${quote}${url.replace(/^http/, 'ws')}/connect?browser=chrome${token}${quote}`;
  return [
    `${green('●')} ${bold(`Moorage is ready on ${cyan(url)}`)}`,
    '',
    `  ${dim('Playwright')}  await chromium.connectOverCDP(${connect})`,
    `  ${dim('Puppeteer')}   await puppeteer.connect({ browserWSEndpoint: ${connect} })`,
    `  ${dim('curl')}        curl -X POST ${url}/v1/sessions -H 'content-type: application/json' -d '{"browser":"chrome"}'${header}`,
    '',
    `  ${dim('API')}         ${url}/docs`,
    `  ${dim('Metrics')}     ${url}/metrics`,
    `  ${dim('Live')}        npx moorage sessions watch`,
    '',
    dim('Ctrl-C stops it and lets sessions end; twice stops it at once.'),
  ].join('\n');
}
