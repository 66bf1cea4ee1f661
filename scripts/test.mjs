// `npm test [-- vitest arguments]`: makes the machine ready, builds, checks, and runs the tests; the few files that failed
// once more, alone. The last line counts the tests, and the exit code is 0 only when all of it went well.

import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from './build.mjs';
import { testPython } from './python-tests.mjs';
import { heading, ROOT, run, say } from './run.mjs';
import { setUp } from './setup.mjs';

const REPORT_FILE = join(ROOT, '.cache', 'vitest.json');
/** More than a busy machine explains. */
const MOST_SUSPECTS = 6;

heading('Making the machine ready');
await setUp({
  wished: [
    'adb',
    'chromedriver',
    'chromium-headless-shell',
    'ffmpeg',
    'firefox',
    'java',
    'lsof',
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
const isPart = process.argv.length > 2; // of the tests of vitest, whose arguments these are
const python = isPart ? undefined : testPython();
const first = await runVitest(process.argv.slice(2));
const pythonCount = (await python) ?? { passed: 0, failed: 0 };

// Browsers on a machine with few cores can be too slow for a test whose neighbours keep them busy. A defect fails alone too.
const suspects = !isPart && first.failedFiles.length <= MOST_SUSPECTS ? first.failedFiles : [];
let { passed, failed } = first;
let vitest = first.exitCode;
if (suspects.length > 0) {
  heading(`Running again, alone, what failed: ${suspects.join(', ')}`);
  const second = await runVitest([...suspects, '--no-file-parallelism']);
  passed = first.passedElsewhere + second.passed;
  failed = second.failed;
  vitest = second.exitCode;
  const mended = first.failedTests.filter((name) => !second.failedTests.includes(name));
  if (mended.length > 0) {
    say(`\nFailed beside other tests and passed alone; each is to be made to stand a busy machine:`);
    for (const name of mended) say(`  ${name}`);
  }
}
if (check !== 0) say('\nThe check failed: see above, or run `npm run check`.');
console.log(`${passed + pythonCount.passed} passed, ${failed + pythonCount.failed} failed`);
process.exitCode = check || vitest || (pythonCount.failed > 0 ? 1 : 0);

/**
 * Vitest counts a file that cannot be loaded as no test at all, so it is counted as one that failed.
 *
 * @param {string[]} args
 */
async function runVitest(args) {
  rmSync(REPORT_FILE, { force: true });
  const exitCode = await run(
    process.execPath,
    [
      join('node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${REPORT_FILE}`,
      ...args,
    ],
    { stdout: 'inherit' },
  );
  return { exitCode, ...readReport() };
}

/**
 * @typedef {object} FileReport
 * @property {string} name
 * @property {string} status
 * @property {{ fullName: string, status: string }[]} assertionResults
 */

function readReport() {
  /** @type {FileReport[]} */
  let files;
  try {
    files = JSON.parse(readFileSync(REPORT_FILE, 'utf8')).testResults;
  } catch {
    // Vitest itself did not run to its end.
    return { passed: 0, failed: 1, passedElsewhere: 0, failedFiles: [], failedTests: ['vitest'] };
  }
  const failedFiles = files.filter(({ status }) => status === 'failed');
  const passedIn = (/** @type {FileReport[]} */ some) =>
    some.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === 'passed')
      .length;
  const failedTests = failedFiles.flatMap(({ name, assertionResults }) => {
    const own = assertionResults.filter(({ status }) => status === 'failed');
    return own.length > 0 ? own.map(({ fullName }) => fullName) : [relative(ROOT, name)];
  });
  return {
    passed: passedIn(files),
    failed: failedTests.length,
    passedElsewhere: passedIn(files.filter((file) => !failedFiles.includes(file))),
    failedFiles: failedFiles.map(({ name }) => relative(ROOT, name)),
    failedTests,
  };
}
