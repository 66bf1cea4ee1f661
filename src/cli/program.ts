// The tree of commands, from which parsing, help and completion are made. Loading it must stay cheap: what a command
// needs beyond its options, it imports when it runs.

import type { Command } from 'commander';
import { createRoot, runWords, STANDARD_OUTPUT } from './command-line.ts';
import { addAndroid } from './commands/android.ts';
import { addBackends } from './commands/backends.ts';
import { addBench } from './commands/bench.ts';
import { addCompletion } from './commands/completion.ts';
import { addConfig } from './commands/config.ts';
import { addDevices } from './commands/devices.ts';
import { addDoctor } from './commands/doctor.ts';
import { addIos } from './commands/ios.ts';
import { addKeys } from './commands/keys.ts';
import { addLive } from './commands/live.ts';
import { addPages } from './commands/pages.ts';
import { addRecord } from './commands/record.ts';
import { addRecordings } from './commands/recordings.ts';
import { addRepl } from './commands/repl.ts';
import { addServe } from './commands/serve.ts';
import { addSessions } from './commands/sessions.ts';
import { addSurfaces } from './commands/surfaces.ts';
import type { Output } from './terminal.ts';

/** Runs a command line. Resolves to its exit code and never rejects. */
export function runCommandLine(words: readonly string[], output: Output = STANDARD_OUTPUT): Promise<number> {
  return runWords(createProgram, words, output);
}

export function createProgram(output: Output = STANDARD_OUTPUT): Command {
  const program = createRoot(output);
  addServe(program);
  addSessions(program);
  addSurfaces(program);
  addRecord(program);
  addRecordings(program);
  addLive(program);
  addPages(program);
  addRepl(program);
  addBackends(program);
  addDevices(program);
  addAndroid(program);
  addIos(program);
  addKeys(program);
  addConfig(program);
  addDoctor(program);
  addBench(program);
  addCompletion(program);
  return program;
}
