// The tree of commands with nothing but the verbs for pages: they are run by the hundred, and loading the other commands
// takes as long as a verb does.

import type { Command } from 'commander';
import { createRoot, runWords, STANDARD_OUTPUT } from './command-line.ts';
import { addPages } from './commands/pages.ts';
import type { Output } from './terminal.ts';

/** Runs a command line whose command is a verb. Resolves to its exit code and never rejects. */
export function runCommandLine(words: readonly string[], output: Output = STANDARD_OUTPUT): Promise<number> {
  return runWords(createPageProgram, words, output);
}

export function createPageProgram(output: Output = STANDARD_OUTPUT): Command {
  const program = createRoot(output);
  addPages(program);
  return program;
}
