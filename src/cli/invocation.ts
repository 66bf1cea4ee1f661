// One run of a command: its options, what it writes to, and the server that it talks to.

import type { Moorage } from '@moorage/client';
import type { Command } from 'commander';
import { usageFailure } from './failure.ts';
import { createTerminal, type Output, type Terminal } from './terminal.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  url?: string;
  apiKey?: string;
  json?: boolean;
}

export interface Invocation<Options = unknown> {
  options: Options & GlobalOptions;
  /** The words after the command, options excluded. */
  args: readonly string[];
  command: Command;
  terminal: Terminal;
  /** A client of the server that the options, or the environment, name. */
  connect(): Promise<Moorage>;
}

/** Lets `action` run when the command is called. Whatever it throws is reported, and decides the exit code. */
export function perform<Options>(
  command: Command,
  action: (invocation: Invocation<Options>) => Promise<void>,
): void {
  command.action(async () => {
    const options = command.optsWithGlobals<Options & GlobalOptions>();
    await action({
      options,
      args: command.args,
      command,
      terminal: createTerminal(outputOf(command), { isJson: options.json === true }),
      connect: () => connect(options),
    });
  });
}

/** Commander writes help to the same places. */
function outputOf(command: Command): Output {
  const { writeOut, writeErr } = command.configureOutput();
  if (!writeOut || !writeErr) throw new Error('the program was made without an output');
  return { writeOut, writeErr };
}

async function connect({ url, apiKey }: GlobalOptions): Promise<Moorage> {
  const [{ Moorage }, { httpFetch }] = await Promise.all([
    import('@moorage/client'),
    import('./http-fetch.ts'),
  ]);
  try {
    return new Moorage({
      fetch: httpFetch,
      ...(url !== undefined && { url }),
      ...(apiKey !== undefined && { apiKey }),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageFailure(`The address of the server is wrong: ${reason}`, 'Look at --url and MOORAGE_URL.');
  }
}
