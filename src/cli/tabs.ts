// The tab that a page command acts on: the one that is named, else the one opened or chosen last, else the only one.

import type { Browser, CommandReply, Page, PageView } from '@moorage/client';
import { CommandFailure, usageFailure } from './failure.ts';
import type { TabMemory } from './tab-memory.ts';
import type { Terminal } from './terminal.ts';

export interface TabChoice {
  browser: Browser;
  surface: string;
  memory: TabMemory;
}

/** @throws CommandFailure where nothing says which of several tabs is meant, listing them. */
export async function chooseTab(choice: TabChoice, named: string | undefined): Promise<Page> {
  if (named !== undefined) return findTab(choice, named);
  const remembered = await choice.memory.recall();
  // Without a look at the list: a command is one request, and says so when the tab is gone.
  if (remembered !== undefined) return choice.browser.page(remembered);
  return onlyTab(choice);
}

/** The tab by its id, or by its number in `moorage tabs`. */
export async function findTab({ browser, surface }: TabChoice, named: string): Promise<Page> {
  if (named.startsWith('pag_')) return browser.page(named);
  const pages = await browser.pages();
  const page = /^\d+$/.test(named) ? pages[Number(named) - 1] : undefined;
  if (page) return page;
  throw usageFailure(
    `${surface} has no tab ${named}.`,
    pages.length === 0 ? 'It has none: `moorage open`.' : `Give an id or a number:\n${tabLines(pages)}`,
  );
}

async function onlyTab({ browser, surface, memory }: TabChoice): Promise<Page> {
  const pages = await browser.pages();
  const [page, ...others] = pages;
  if (page && others.length === 0) {
    await memory.remember(page.id);
    return page;
  }
  if (!page) throw usageFailure(`${surface} has no tab.`, 'Open one by `moorage open URL`.');
  throw new CommandFailure(
    `${surface} has ${pages.length} tabs. Say which, by --page or once by \`moorage tab\`:
${tabLines(pages)}`,
    { code: 'several-tabs' },
  );
}

export function tabLines(pages: readonly Page[], currentId?: string): string {
  return pages
    .map(
      (page, index) =>
        `${page.id === currentId ? '*' : ' '} ${index + 1}  ${page.id}  ${lineOf(page.view())}`,
    )
    .join('\n');
}

/** A page in a line. */
export function lineOf({ url, title }: Pick<PageView, 'title' | 'url'>): string {
  return title === '' ? url : `${url}  ${title}`;
}

/** Warns of what a reconnect cost, on stderr, so that it is seen whatever is done with the result. */
export async function warnOfLosses(reply: CommandReply | undefined, terminal: Terminal): Promise<void> {
  const lost = reply?.reconnected?.lost ?? [];
  if (lost.length === 0 || terminal.isJson) return; // the reply itself says so as JSON
  const { LOSSES } = await import('@moorage/client');
  terminal.note(terminal.colors.yellow(`The browser was connected to anew; lost: ${lost.join(', ')}.`));
  for (const loss of lost) terminal.note(`  ${LOSSES[loss]}`);
}
