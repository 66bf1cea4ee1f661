// `moorage bench`: the benchmarks of a source checkout.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { CommandFailure } from '../failure.ts';
import { perform } from '../invocation.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export function addBench(program: Command): void {
  const bench = program
    .command('bench')
    .description('run the benchmarks, in a source checkout')
    .argument('[names...]', 'only these, such as relay')
    .option('--check', 'fail where a target is missed')
    .addHelpText(
      'after',
      `
Examples:
  $ moorage bench
  $ moorage bench relay`,
    );
  perform<{ check?: boolean }>(bench, async ({ args, options }) => {
    if (!existsSync(`${ROOT}bench/index.ts`)) {
      throw new CommandFailure('The benchmarks are not part of the installed package.', {
        hint: 'Clone the repository and run `npm run bench` in it.',
      });
    }
    const flags = options.check ? ['--check'] : [];
    const child = spawn(process.execPath, [`${ROOT}scripts/bench.mjs`, ...flags, ...args], {
      cwd: ROOT,
      stdio: 'inherit',
    });
    const [exitCode] = await once(child, 'exit');
    if (exitCode !== 0) throw new CommandFailure(`The benchmarks ended with exit code ${exitCode}.`);
  });
}
