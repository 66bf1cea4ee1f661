// Makes a machine ready: the right Node, the npm packages, a browser, and whatever else is asked for. Plain Node without
// packages, because it runs before there are any. `node scripts/setup.mjs` alone readies it for the server.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { capture, findExecutable, heading, ROOT, run, say } from './run.mjs';
import { explainTools, planSetup, TOOLS } from './setup-plan.mjs';

/** @typedef {import('./setup-plan.mjs').Machine} Machine */
/** @typedef {import('./setup-plan.mjs').ToolName} ToolName */

const PACKAGE_TOOLS = ['apt-get', 'dnf', 'pacman', 'zypper', 'apk', 'brew', 'winget'];
const LOCK_FILE = join(ROOT, 'package-lock.json');
// What npm itself writes at the end of an installation.
const INSTALLED_FILE = join(ROOT, 'node_modules', '.package-lock.json');
const STAMP_FILE = join(ROOT, 'node_modules', '.moorage-setup');

/**
 * Does what is missing, and ends the process with exit code 1 and what to do where it cannot.
 *
 * @param {{needed?: readonly ToolName[], wished?: readonly ToolName[]}} [tools]
 * @returns {Promise<void>}
 */
export async function setUp({ needed = ['chrome'], wished = [] } = {}) {
  const machine = inspectMachine([...needed, ...wished]);
  const plan = planSetup(machine, { needed, wished });
  if ('refusal' in plan) return refuse(plan.refusal);

  for (const { heading: title, command, args, env, mayFail } of plan.steps) {
    heading(`${title}: ${command} ${args.join(' ')}`);
    const code = await run(command, args, { env });
    if (code !== 0 && !mayFail)
      return refuse(`\`${command} ${args.join(' ')}\` ended with exit code ${code}.`);
    if (command === 'npm') writeFileSync(STAMP_FILE, lockHash());
  }
  if (plan.note) say(plan.note);
  await verify(machine, needed);
}

/**
 * @param {readonly ToolName[]} tools
 * @returns {Machine}
 */
function inspectMachine(tools) {
  const { CHROME_PATH } = process.env;
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return {
    nodeVersion: process.versions.node,
    nodeNeeded: engines.node.replace(/^\D+/, ''),
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    packageTools: PACKAGE_TOOLS.filter((tool) => findExecutable([tool])),
    packages: packagesState(),
    found: tools.filter((tool) => findTool(tool)),
    ...(CHROME_PATH && !findExecutable([CHROME_PATH]) && { chromePath: CHROME_PATH }),
  };
}

/** @param {ToolName} tool */
function findTool(tool) {
  const { CHROME_PATH } = process.env;
  const given = tool === 'chrome' && CHROME_PATH ? [CHROME_PATH] : [];
  return findExecutable([...given, ...TOOLS[tool].executables]);
}

/**
 * Packages are fresh where the lock file is the one that was installed here, or older than an installation by hand.
 *
 * @returns {Machine['packages']}
 */
function packagesState() {
  if (!existsSync(INSTALLED_FILE)) return 'missing';
  if (existsSync(STAMP_FILE) && readFileSync(STAMP_FILE, 'utf8') === lockHash()) return 'fresh';
  return statSync(INSTALLED_FILE).mtimeMs >= statSync(LOCK_FILE).mtimeMs ? 'fresh' : 'stale';
}

function lockHash() {
  return createHash('sha256').update(readFileSync(LOCK_FILE)).digest('hex');
}

/**
 * An installation that ended well may still have brought nothing that runs: Ubuntu's chromium is an empty package.
 *
 * @param {Machine} machine
 * @param {readonly ToolName[]} needed
 */
async function verify(machine, needed) {
  for (const tool of needed) {
    const file = findTool(tool);
    if (!file) return refuse(explainTools(machine, [tool]));
    if (machine.found.includes(tool)) continue;
    const { code, output } = await capture(file, [tool === 'haproxy' ? '-v' : '--version']);
    if (code !== 0) return refuse(`${file} was installed and does not run:\n${output}`);
    say(`Found ${output.trim().split('\n')[0]} at ${file}.`);
  }
}

/**
 * @param {string} reason
 * @returns {never}
 */
function refuse(reason) {
  say(reason);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setUp();
