// `npm test [-- vitest arguments]`: makes the machine ready, builds, checks, and runs the tests. The last line counts
// them, and the exit code is 0 only when all of it went well.

import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { testPython } from './python-tests.mjs';
import { heading, ROOT, run, say } from './run.mjs';
import { setUp } from './setup.mjs';

const REPORT_FILE = join(ROOT, '.cache', 'vitest.json');

heading('Making the machine ready');
await setUp({
  wished: [
    'chromedriver',
    'chromium-headless-shell',
    'ffmpeg',
    'firefox',
    'python3',
    'redis-server',
    'swift',
    'swift-account',
    'swift-container',
    'swift-object',
    'webkitgtk',
    'xvfb',
  ],
});
heading('Building');
await build();
heading('Checking (npm run check)');
const check = await run(process.execPath, [join('scripts', 'check.mjs')]);

heading('Testing (vitest run, and beside it python3 -m tests in clients/python)');
mkdirSync(join(ROOT, '.cache'), { recursive: true });
rmSync(REPORT_FILE, { force: true });
const isPart = process.argv.length > 2; // of the tests of vitest, whose arguments these are
const python = isPart ? undefined : testPython();
const vitest = await run(
  process.execPath,
  [
    join('node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${REPORT_FILE}`,
    ...process.argv.slice(2),
  ],
  { stdout: 'inherit' },
);

const pythonCount = (await python) ?? { passed: 0, failed: 0 };
if (check !== 0) say('\nThe check failed: see above, or run `npm run check`.');
const count = countTests();
console.log(`${count.passed + pythonCount.passed} passed, ${count.failed + pythonCount.failed} failed`);
process.exitCode = check || vitest || (pythonCount.failed > 0 ? 1 : 0);

/** Vitest counts a file that cannot be loaded as no test at all, so it is counted as one that failed. */
function countTests() {
  try {
    const report = JSON.parse(readFileSync(REPORT_FILE, 'utf8'));
    const broken = report.testResults.filter(
      (/** @type {{status: string, assertionResults: unknown[]}} */ file) =>
        file.status === 'failed' && file.assertionResults.length === 0,
    );
    return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length };
  } catch {
    return { passed: 0, failed: 1 }; // vitest itself did not run to its end
  }
}
