// `npm run bench [-- names]`: makes the machine ready, builds what is measured, and runs the benchmarks.

import { build } from './build.mjs';
import { run } from './run.mjs';
import { setUp } from './setup.mjs';

if (!process.argv.includes('--help')) {
  await setUp({ needed: ['chrome', 'ffmpeg', 'haproxy'] });
  await build();
}
process.exitCode = await run(
  process.execPath,
  ['--import', 'tsx', 'bench/index.ts', ...process.argv.slice(2)],
  { stdout: 'inherit' },
);
