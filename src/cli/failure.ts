// How commands fail: the exit code, and what is said on stderr, in words or as a problem.

import type { MoorageError } from '@moorage/client';
import { CommanderError } from 'commander';
import { colorsOf, type Output } from './terminal.ts';

/** The exit codes of every command; those above 2 are of sysexits(3). */
export const EXIT = { ok: 0, failed: 1, usage: 2, unreachable: 69, badConfig: 78 } as const;

/** A failure whose exit code is not 1, or that has advice. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly code: string;
  readonly exitCode: number;
  readonly hint: string | undefined;

  constructor(message: string, options: { code?: string; exitCode?: number; hint?: string } = {}) {
    super(message);
    this.code = options.code ?? 'command-failed';
    this.exitCode = options.exitCode ?? EXIT.failed;
    this.hint = options.hint;
  }
}

/** A command line that asks for what cannot be. */
export function usageFailure(message: string, hint?: string): CommandFailure {
  return new CommandFailure(message, { code: 'invalid-usage', exitCode: EXIT.usage, hint });
}

/** What is told of a failure; the members are those of problem details, as far as there are any. */
interface Report {
  exitCode: number;
  problem: {
    code: string;
    detail: string;
    title?: string;
    status?: number;
    retryable: boolean;
    hint?: string;
    requestId?: string;
    errors?: readonly { path: string; message: string }[];
    rejected?: readonly { backend: string; reason: string }[];
  };
}

/** Says on stderr why a command failed. Returns the exit code. */
export function reportFailure(error: unknown, output: Output, { isJson }: { isJson: boolean }): number {
  const report = reportOf(error);
  // Help and version are printed by then, and a command without its subcommand has shown its help.
  if (report === undefined) return EXIT.ok;
  const { exitCode, problem } = report;
  if (error instanceof CommanderError && error.code === 'commander.help') return exitCode;
  output.writeErr(`${isJson ? JSON.stringify(problem) : inWords(problem)}\n`);
  return exitCode;
}

/** Nothing for what commander throws after help and version. */
function reportOf(error: unknown): Report | undefined {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return undefined;
    const detail = error.message.replace(/^error: /, '');
    const hint = 'Add --help for what there is.';
    return { exitCode: EXIT.usage, problem: { code: 'invalid-usage', detail, retryable: false, hint } };
  }
  if (error instanceof CommandFailure) {
    const { exitCode, code, message: detail, hint } = error;
    return { exitCode, problem: { code, detail, retryable: false, ...(hint && { hint }) } };
  }
  if (isConfigError(error)) {
    const errors = error.faults.map(({ key, where, message }) => ({
      path: key,
      message: `${message} [${where}]`,
    }));
    const problem = { code: 'invalid-config', detail: error.message, retryable: false };
    return { exitCode: EXIT.badConfig, problem: { ...problem, errors } };
  }
  if (isMoorageError(error)) {
    const { code, title, status, detail, retryable, hint, requestId, errors, rejected } = error;
    const exitCode = code === 'unreachable' ? EXIT.unreachable : EXIT.failed;
    return {
      exitCode,
      problem: { code, title, status, detail, retryable, hint, requestId, errors, rejected },
    };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return { exitCode: EXIT.failed, problem: { code: 'command-failed', detail, retryable: false } };
}

function inWords({ code, detail, hint, requestId, errors, rejected }: Report['problem']): string {
  const { red, dim } = colorsOf(process.stderr);
  const lines = [`${red('error:')} ${detail}`];
  // A bad configuration lists its faults in its message.
  if (code !== 'invalid-config') {
    for (const { path, message } of errors ?? []) lines.push(`  ${path || '(the whole)'}: ${message}`);
  }
  for (const { backend, reason } of rejected ?? []) lines.push(`  ${backend}: ${reason}`);
  if (hint) lines.push(dim(hint));
  if (requestId) lines.push(dim(`${code}, request ${requestId}`));
  return lines.join('\n');
}

// Known by their names: their classes are loaded by the commands that need them, and not for `--help`.

function isMoorageError(error: unknown): error is MoorageError {
  return error instanceof Error && error.name === 'MoorageError';
}

interface BadConfig extends Error {
  faults: { key: string; where: string; message: string }[];
}

function isConfigError(error: unknown): error is BadConfig {
  return error instanceof Error && error.name === 'ConfigError';
}
