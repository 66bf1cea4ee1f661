// `npm run dev [-- flags]`: serves from the sources and starts anew whenever one of them changes.

import { join } from 'node:path';
import { ROOT, run } from './run.mjs';
import { setUp } from './setup.mjs';

await setUp();
const watch = [join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs'), 'watch', '--clear-screen=false'];
process.exitCode = await run(
  process.execPath,
  // The condition finds the client's sources, so that nothing has to be built.
  [...watch, '--conditions', 'moorage-source', 'src/cli/moorage.ts', 'serve', ...process.argv.slice(2)],
  { stdout: 'inherit' },
);
