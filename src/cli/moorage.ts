#!/usr/bin/env node
// The command `moorage`.

import { runCommandLine } from './program.ts';

// `moorage sessions list | head` closes the pipe early, which is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2));
