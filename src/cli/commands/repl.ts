// `moorage repl`: a live prompt for one browser, with `page`, `browser` and `moorage` at hand.

import type { Command } from 'commander';
import { pageCommand, performOnPage } from '../page-invocation.ts';

export function addRepl(program: Command): void {
  const repl = pageCommand(program, 'repl', 'a live prompt for a surface: page, browser, await').addHelpText(
    'after',
    `
\`page\` is the tab, as in Playwright; \`browser\` the surface; \`moorage\` the server. \`await\` works as it stands, what
comes out last is in \`_\`, Tab completes, and the history is kept in the data folder. The browser stays when you leave.

Examples:
  $ moorage repl -s alice
  alice> await page.goto('https://example.com')
  alice> await page.getByRole('link').allTextContents()
  alice> page = await browser.newPage()`,
  );
  performOnPage(repl, async (invocation) => {
    const { runRepl } = await import('../repl.ts');
    await runRepl(invocation);
  });
}
