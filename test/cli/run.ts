// Runs the command line from source, as a process of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

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

/** Runs a command to its end. */
export function run(words: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return start(words, options).ended;
}

/** The same on a terminal, of which stdout is all that is seen. */
export function startOnTerminal(words: readonly string[], options: RunOptions = {}): Running {
  const line = [...COMMAND, ...words].map((word) => `'${word}'`).join(' ');
  return startProcess('script', ['-qefc', `stty cols 120 rows 30; exec ${line}`, '/dev/null'], {
    ...options,
    env: { TERM: 'xterm-256color', ...options.env },
  });
}

function startProcess(command: string, words: readonly string[], options: RunOptions): Running {
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
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    running.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    running.stderr += text;
  });
  child.stdin.on('error', () => {}); // a command that does not read it may have ended
  child.stdin.end(options.input ?? '');
  return running;
}

/** The environment without what would change the output. */
function environment(): Record<string, string | undefined> {
  const quiet = Object.entries(process.env).filter(
    ([name]) => !/^(MOORAGE_|FORCE_COLOR|NO_COLOR|CI$|TERM$)/.test(name),
  );
  return Object.fromEntries(quiet);
}
