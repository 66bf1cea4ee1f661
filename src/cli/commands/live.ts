// `moorage live`: a link by which people watch a browser, and drive it where they may.

import type { Moorage, Session } from '@moorage/client';
import type { Command } from 'commander';
import { addDesktopOptions, type DesktopOptions, showAddress } from '../desktop.ts';
import { parseDuration } from '../duration.ts';
import { CommandFailure, usageFailure } from '../failure.ts';
import { perform } from '../invocation.ts';

interface LiveOptions extends DesktopOptions {
  control?: boolean;
  expires?: string;
}

export function addLive(program: Command): void {
  const live = program
    .command('live')
    .description('give a link by which people watch a browser live, and drive it if they may')
    .argument('[session or surface]', 'an id or a name (default: the one that runs)')
    .option('--control', 'whoever has the link may use mouse and keyboard')
    .option('--expires <duration>', 'how long the link holds, such as 10m (default: 1h)')
    .addHelpText(
      'after',
      `
Whoever has the link needs no key: hand it out as you would the browser itself. On a desktop it is opened as well.

Examples:
  $ moorage live                                   the only browser that runs
  $ moorage live alice --control --expires 10m     somebody else may solve what is in the way
  $ moorage live ses_4q0v8x2k9d7m1c5t3b6h --json | jq -r .url`,
    );
  perform<LiveOptions>(addDesktopOptions(live), async ({ args: [named], options, connect, terminal }) => {
    const expiresInMs = await parseDuration('--expires', options.expires);
    const moorage = await connect();
    const browser = moorage.browser(named ?? (await onlyBrowser(moorage)));
    const link = await browser.liveLink({ canControl: options.control, expiresInMs });
    if (terminal.isJson) return terminal.printJson(link);
    await showAddress(link.url, terminal, options);
    terminal.note(`${link.canControl ? 'To watch and to drive' : 'To watch'}, until ${link.expiresAt}.`);
  });
}

async function onlyBrowser({ sessions }: Moorage): Promise<string> {
  const { data } = await sessions.page({ status: 'ready', limit: 20 });
  const [session, ...others] = data;
  if (!session) throw usageFailure('No browser runs.', '`moorage open URL` starts one.');
  if (others.length === 0) return nameOf(session);
  throw new CommandFailure(
    `${data.length} browsers run. Say which:\n${data.map((each) => `  ${nameOf(each)}`).join('\n')}`,
    { code: 'several-sessions' },
  );
}

function nameOf({ id, surface }: Session): string {
  return surface ?? id;
}
