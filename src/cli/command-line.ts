// The root of the tree of commands, and how a command line runs over a tree.

import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { EXIT, reportFailure } from './failure.ts';
import { colorsOf, type Output } from './terminal.ts';

const EXAMPLES = `
Examples:
  $ moorage serve                                  start a server on 127.0.0.1:4477
  $ moorage open https://example.com -s alice      a browser that stays, with a page
  $ moorage click "text=More" -s alice             … and do something in it
  $ moorage sessions create --browser chrome       get a browser, and the line to drive it with
  $ moorage record https://example.com -o it.json  what happened there, to be replayed
  $ moorage sessions watch                         see what happens, live
  $ moorage doctor                                 find out what is missing on this machine

Exit codes:
  0 done   1 failed   2 wrong usage   69 no server to be reached   78 wrong configuration   130 interrupted`;

export const STANDARD_OUTPUT: Output = {
  writeOut: (text) => void process.stdout.write(text),
  writeErr: (text) => void process.stderr.write(text),
};

/** Runs a command line over the tree that `create` makes. Resolves to its exit code and never rejects. */
export async function runWords(
  create: (output: Output) => Command,
  words: readonly string[],
  output: Output,
): Promise<number> {
  try {
    await create(output).parseAsync(words, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    // Looked for in the words themselves: a wrong option may stand before --json.
    return reportFailure(error, output, { isJson: words.includes('--json') });
  }
}

/** The command `moorage` with its options, and no subcommands yet. */
export function createRoot(output: Output): Command {
  return (
    new Command('moorage')
      .description('Browsers that stay: one API that hands out real browser sessions.')
      .version(readVersion(), '-V, --version', 'print the version')
      .option('--url <url>', 'the server to talk to (default: $MOORAGE_URL, else http://127.0.0.1:4477)')
      .option(
        '--api-key <key>',
        'the key to show it (default: $MOORAGE_API_KEY, which other users cannot see)',
      )
      .option('--json', 'print nothing but JSON on stdout, and problems as JSON on stderr')
      .option('--no-color', 'print without colours; so does NO_COLOR=1')
      .helpOption('-h, --help', 'show what a command does, with examples')
      .helpCommand('help [command]', 'show what a command does')
      .configureHelp({ showGlobalOptions: true, styleTitle: (title) => colorsOf(process.stdout).bold(title) })
      // Failures are told once, by reportFailure.
      .configureOutput({ ...output, outputError: () => {} })
      .exitOverride()
      .addHelpText('after', EXAMPLES)
  );
}

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string }; // our own package.json
  return version;
}
