// The tests of the Python client, run and counted.

import { join } from 'node:path';
import { capture, findExecutable, heading, ROOT, say } from './run.mjs';
import { TOOLS } from './setup-plan.mjs';

/**
 * Runs them and resolves with how many there were, by the last line that they print. What they print is seen when they
 * are over, because the other tests print at the same time.
 *
 * @returns {Promise<{passed: number, failed: number}>}
 */
export async function testPython() {
  const python = findExecutable(TOOLS.python3.executables);
  if (!python) {
    say('There is no python3 on this machine: the Python client is NOT TESTED.');
    return { passed: 0, failed: 0 };
  }
  const { code, output } = await capture(python, ['-m', 'tests'], join(ROOT, 'clients', 'python'));
  heading(`Python: ${code === 0 ? 'ok' : 'failed'}`);
  say(output.trimEnd());
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(output) ?? [];
  // Tests that did not run to their end have failed.
  return { passed: Number(passed ?? 0), failed: Number(failed ?? 1) };
}
