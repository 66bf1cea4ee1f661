// Playwright's own protocol changes with every minor version, so that a client of another one would fail at some odd call.
// It is told so before a browser is started for it, in words that its error shows.

import { createRequire } from 'node:module';
import { problem } from '../errors.ts';

// A package file of any shape could be there; this one has a version.
const { version } = createRequire(import.meta.url)('playwright-core/package.json') as { version: string };

/**
 * Clients name their version in `User-Agent`; those that do not are let in, and the server of Playwright sees to them.
 * @throws Problem `capabilities-unmatched`.
 */
export function checkPlaywrightClient(userAgent: string | undefined): void {
  const [, theirs] = /^Playwright\/(\d+\.\d+)\./.exec(userAgent ?? '') ?? [];
  const ours = version.split('.').slice(0, 2).join('.');
  if (theirs === undefined || theirs === ours) return;
  throw problem('capabilities-unmatched', {
    detail: `This server speaks the protocol of Playwright ${ours}, and this client is Playwright ${theirs}. Install playwright@${ours}, or ask for a browser over CDP and connect with connectOverCDP.`,
  });
}
