// One run of a page command: the tab that it acts on, sending to it, and telling what came of it.

import type { Browser, CommandReply, Moorage, Page } from '@moorage/client';
import { type Command, Option } from 'commander';
import { parseDuration } from './duration.ts';
import { type Invocation, perform } from './invocation.ts';
import { TabMemory } from './tab-memory.ts';
import { chooseTab, lineOf, type TabChoice, warnOfLosses } from './tabs.ts';

export interface PageOptions {
  surface: string;
  page?: string;
  timeout?: string;
  lease?: string;
  data?: string;
}

export interface PageInvocation<Options = unknown> extends Invocation<Options & PageOptions> {
  moorage: Moorage;
  /** The surface, or the session, that the options name. */
  browser: Browser;
  tabs: TabChoice;
  timeoutMs: number | undefined;
  /** The tab that the options name, or the one opened or chosen last. */
  page(): Promise<Page>;
  /** Sends a command to that tab, and warns of what was lost on the way. */
  send(action: string, params?: Record<string, unknown>): Promise<CommandReply>;
  /** Tells where the page is after a command that gives nothing. */
  tell(reply: CommandReply): void;
  /** Prints what a command gave: text as it is, all else as JSON. */
  give(reply: CommandReply): void;
}

/** Gives a command the options that say which page is meant. */
export function pageCommand(program: Command, usage: string, about: string): Command {
  return program
    .command(usage)
    .description(about)
    .helpGroup('Commands for pages:')
    .addOption(
      new Option('-s, --surface <name>', 'the surface, or the id of a session')
        .env('MOORAGE_SURFACE')
        .default('default'),
    )
    .option(
      '--page <id or number>',
      'the tab, as `moorage tabs` shows it (default: the one opened or chosen last)',
    )
    .option('--timeout <duration>', 'how long it may take (default: 30s)')
    .addOption(new Option('--lease <token>', 'of the lease that you hold').env('MOORAGE_LEASE'))
    .addOption(new Option('--data <folder>').env('MOORAGE_DATA').hideHelp());
}

/** Lets `action` run when the page command is called. */
export function performOnPage<Options>(
  command: Command,
  action: (invocation: PageInvocation<Options>) => Promise<void>,
): void {
  perform<Options & PageOptions>(command, async (invocation) => action(await onPage<Options>(invocation)));
}

async function onPage<Options>(
  invocation: Invocation<Options & PageOptions>,
): Promise<PageInvocation<Options>> {
  const { connect, options, terminal } = invocation;
  const { data: dataFolder, lease, page: named, surface } = options;
  const timeoutMs = await parseDuration('--timeout', options.timeout);
  const moorage = await connect();
  const browser = moorage.browser(surface, lease === undefined ? {} : { lease });
  const tabs = { browser, surface, memory: new TabMemory({ dataFolder, serverUrl: moorage.url, surface }) };
  let chosen: Promise<Page> | undefined;
  const page = () => {
    chosen ??= chooseTab(tabs, named);
    return chosen;
  };
  return {
    ...invocation,
    moorage,
    browser,
    tabs,
    timeoutMs,
    page,
    async send(action, params = {}) {
      const target = await page();
      try {
        const reply = await target.command(action, params, { timeoutMs });
        await warnOfLosses(reply, terminal);
        return reply;
      } catch (error) {
        // The next command looks at the list again, instead of the tab that is gone.
        if (isGone(error)) await tabs.memory.forget();
        throw error;
      }
    },
    tell: (reply) => (terminal.isJson ? terminal.printJson(reply) : terminal.print(lineOf(reply.page))),
    give: (reply) => (terminal.isJson ? terminal.printJson(reply) : terminal.print(textOf(reply.result))),
  };
}

function textOf(result: unknown): string {
  return typeof result === 'string' ? result : JSON.stringify(result, undefined, 2);
}

function isGone(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    ['page-closed', 'page-not-found'].includes(String(error.code))
  );
}
