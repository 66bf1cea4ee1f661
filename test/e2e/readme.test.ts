// The programs of the README, run as written against a running server.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type InProcessServer, startInProcess } from '../server.ts';

const ROOT = join(import.meta.dirname, '..', '..');

let server: InProcessServer;
let folder: string;

beforeAll(async () => {
  server = await startInProcess({ backends: { chrome: { capacity: 2 } } });
  folder = await mkdtemp(join(tmpdir(), 'moorage-readme-'));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});

afterAll(async () => {
  await server.expectNothingLeft();
  await rm(folder, { recursive: true });
});

const RUNNERS: Record<string, { command: string; args: string[] }> = {
  mjs: { command: process.execPath, args: [] },
  py: { command: 'python3', args: [] },
  sh: { command: 'bash', args: ['-eu'] },
  ts: { command: process.execPath, args: ['--import', 'tsx'] },
};

const cases: [file: string, output: RegExp][] = [
  ['playwright.mjs', /^Hello from Playwright\n$/],
  ['puppeteer.mjs', /^Hello from Puppeteer\n$/],
  ['curl.sh', /"status":"ready".*"webSocketDebuggerUrl".*"status":"ended"/s],
  ['session.ts', /^Europe\/Zurich\n$/],
  ['stays.py', /^Still here\n$/],
];

it.each(cases)('%s does what it says', async (file, output) => {
  const path = join(folder, file.replace(/\.ts$/, '.mts'));
  await writeFile(path, await programOf(file));
  expect(await run(path, file.split('.').at(-1) ?? '')).toMatch(output);
});

/** The fenced block of the README whose first line names `file` in a comment. */
async function programOf(file: string): Promise<string> {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/```\w+\n([^\n]+)\n(.*?)```/gs)];
  const block = blocks.find(([, firstLine]) => firstLine === `// ${file}` || firstLine === `# ${file}`);
  if (!block) throw new Error(`the README has no program ${file}`);
  return `${block[2]}`;
}

async function run(path: string, kind: string): Promise<string> {
  const runner = RUNNERS[kind];
  if (!runner) throw new Error(`nothing runs ${path}`);
  const program = spawn(runner.command, [...runner.args, path], {
    env: { ...process.env, MOORAGE_URL: server.url, PYTHONPATH: join(ROOT, 'clients', 'python') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  program.stdout.on('data', (chunk) => (output += chunk));
  program.stderr.on('data', (chunk) => (errors += chunk));
  const [code] = await once(program, 'close');
  if (code !== 0) throw new Error(`${path} ended with ${code}:\n${errors}`);
  return output;
}
