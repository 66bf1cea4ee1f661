// `npm run check`: everything about the code that needs no run of it, all at once, with what is wrong at the end.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { capture, heading, ROOT, say } from './run.mjs';

const CHECKS = [
  {
    name: 'format and lint',
    fix: 'npm run format',
    args: [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings'],
  },
  { name: 'types', args: [bin('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.json'] },
  {
    name: 'types of the recorder',
    args: [bin('typescript/bin/tsc'), '--noEmit', '-p', 'extension/tsconfig.json'],
  },
  {
    name: 'types of the viewer',
    args: [bin('typescript/bin/tsc'), '--noEmit', '-p', 'web/tsconfig.json'],
  },
  { name: 'import direction', args: ['scripts/check-imports.mjs'] },
  {
    name: 'generated files',
    fix: 'npm run generate',
    args: [bin('tsx/dist/cli.mjs'), 'scripts/generate.ts', '--check'],
  },
];

if (!existsSync(join(ROOT, bin('typescript/bin/tsc')))) {
  say('The npm packages are missing: run `npm ci`, or `node scripts/setup.mjs`.');
  process.exit(1);
}
const since = performance.now();
const results = await Promise.all(CHECKS.map(check));
for (const { name, fix, code, output, seconds } of results) {
  heading(`${name}: ${code === 0 ? 'ok' : 'failed'} (${seconds} s)`);
  if (code === 0) continue;
  say(output.trimEnd());
  if (fix) say(`\`${fix}\` may mend it.`);
}
const failed = results.filter(({ code }) => code !== 0);
say(`${results.length - failed.length} of ${results.length} checks passed in ${secondsSince(since)} s`);
process.exitCode = failed.length > 0 ? 1 : 0;

/** @param {{name: string, fix?: string, args: string[]}} check */
async function check({ name, fix, args }) {
  const started = performance.now();
  const { code, output } = await capture(process.execPath, args);
  return { name, fix, code, output, seconds: secondsSince(started) };
}

/** @param {number} started */
function secondsSince(started) {
  return ((performance.now() - started) / 1000).toFixed(1);
}

/** @param {string} path */
function bin(path) {
  return join('node_modules', ...path.split('/'));
}
