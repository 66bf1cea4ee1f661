// `moorage doctor`: what is installed, what is missing, and how to get it.

import type { Command } from 'commander';
import { addConfigOptions } from '../config-options.ts';
import type { Check } from '../doctor.ts';
import { CommandFailure } from '../failure.ts';
import { perform } from '../invocation.ts';
import type { Colors } from '../terminal.ts';

export function addDoctor(program: Command): void {
  const doctor = program
    .command('doctor')
    .description('find out what is missing on this machine, and how to get it')
    .addHelpText(
      'after',
      `
Takes the flags of \`moorage serve\`, to examine what it would do. Exits with 1 if a server could not run.

Examples:
  $ moorage doctor
  $ moorage doctor --json | jq '.checks[] | select(.status != "ok")'`,
    );
  addConfigOptions(program, doctor);
  perform(doctor, async ({ options, connect, terminal }) => {
    const { examine } = await import('../doctor.ts');
    const checks = await examine({ argv: { ...options }, moorage: await connect() });
    if (terminal.isJson) terminal.printJson({ checks });
    else for (const check of checks) terminal.print(formatCheck(check, terminal.colors));

    const failed = checks.filter(({ status }) => status === 'failed').map(({ name }) => name);
    if (failed.length > 0) throw new CommandFailure(`A server could not run here: ${failed.join(', ')}.`);
  });
}

function formatCheck({ name, status, detail, fix }: Check, colors: Colors): string {
  const lines = detail.split('\n').join(`\n${' '.repeat(20)}`);
  const mended = fix === undefined ? '' : `\n${' '.repeat(20)}${colors.dim(fix)}`;
  return `${markOf(status, colors)} ${name.padEnd(17)} ${lines}${mended}`;
}

function markOf(status: Check['status'], { green, red, yellow }: Colors): string {
  switch (status) {
    case 'ok':
      return green('✓');
    case 'warning':
      return yellow('!');
    case 'failed':
      return red('✗');
  }
}
