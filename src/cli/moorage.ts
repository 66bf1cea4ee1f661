#!/usr/bin/env node
// The command `moorage`.

import { PAGE_VERBS } from './page-verbs.ts';

// `moorage sessions list | head` closes the pipe early, which is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const words = process.argv.slice(2);
// Behind an option that takes a value, the whole tree finds the verb.
const first = words.find((word) => word !== '--json' && word !== '--no-color') ?? '';
const { runCommandLine } = await (PAGE_VERBS.has(first)
  ? import('./page-program.ts')
  : import('./program.ts'));

process.exitCode = await runCommandLine(words);
