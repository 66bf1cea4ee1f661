// Runs the command line from source: in this process where that shows all there is to see, else as one of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { runCommandLine } from '../../src/cli/program.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** What runs the command line, without its words. */
export const COMMAND = [
  process.execPath,
  '--conditions=moorage-source',
  '--import',
  import.meta.resolve('tsx'),
  join(ROOT, 'src', 'cli', 'moorage.ts'),
] as const;

export interface RunOptions {
  env?: Record<string, string>;
  /** Written to stdin, which is closed after it. */
  input?: string;
  cwd?: string;
}

export interface Outcome {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** A command that runs, with what it has written so far. */
export interface Running extends Outcome {
  process: ChildProcess;
  ended: Promise<Outcome>;
}

export function start(words: readonly string[], options: RunOptions = {}): Running {
  const [node, ...rest] = COMMAND;
  return startProcess(node, [...rest, ...words], options);
}

/** Runs a command in this process to its end. It sees this process's environment and no stdin. */
export async function runHere(words: readonly string[]): Promise<Outcome> {
  const outcome = { exitCode: null, stdout: '', stderr: '' };
  const exitCode = await runCommandLine(words, {
    writeOut: (text) => {
      outcome.stdout += text;
    },
    writeErr: (text) => {
      outcome.stderr += text;
    },
  });
  return { ...outcome, exitCode };
}

/** Runs a command as a process to its end. */
export function run(words: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return start(words, options).ended;
}

/** The same on a terminal: all that is seen is in `stdout`. */
export function startOnTerminal(words: readonly string[], options: RunOptions = {}): Running {
  const line = [...COMMAND, ...words].map((word) => `'${word}'`).join(' ');
  return startProcess('script', ['-qefc', `stty cols 120 rows 30; exec ${line}`, '/dev/null'], {
    isTyped: true,
    env: { TERM: 'xterm-256color', ...options.env },
  });
}

/** Types Ctrl-C on the terminal of a command. */
export function interrupt({ process: { stdin } }: Running): void {
  stdin?.write('\x03');
}

function startProcess(
  command: string,
  words: readonly string[],
  options: RunOptions & { isTyped?: boolean },
): Running {
  const child = spawn(command, words, {
    cwd: options.cwd ?? ROOT,
    env: { ...environment(), ...options.env },
  });
  const running: Running = {
    process: child,
    exitCode: null,
    stdout: '',
    stderr: '',
    ended: once(child, 'close').then(() => {
      running.exitCode = child.exitCode;
      return { exitCode: child.exitCode, stdout: running.stdout, stderr: running.stderr };
    }),
  };
  // A test that fails half-way leaves nothing running.
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    running.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    running.stderr += text;
  });
  child.stdin.on('error', () => {}); // a command that does not read it may have ended
  if (!options.isTyped) child.stdin.end(options.input ?? '');
  return running;
}

/** The environment without what would change the output. */
function environment(): Record<string, string | undefined> {
  const quiet = Object.entries(process.env).filter(
    ([name]) => !/^(MOORAGE_|FORCE_COLOR|NO_COLOR|CI$|TERM$)/.test(name),
  );
  return Object.fromEntries(quiet);
}
