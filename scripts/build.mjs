// Builds all that is shipped: the TypeScript client, the server and the CLI, the recorder for pages and the viewer. Does nothing when
// nothing changed.

import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chooseBuild, listFiles, stampOf } from './build-plan.mjs';
import { heading, ROOT, run, say } from './run.mjs';

const STAMP_FILE = join(ROOT, '.cache', 'build.json');
const PROJECTS = [
  { name: 'the client', config: 'clients/typescript/tsconfig.json', cache: '.cache/client.tsbuildinfo' },
  { name: 'the server', config: 'tsconfig.build.json', cache: '.cache/build.tsbuildinfo' },
];
const OUTPUTS = ['clients/typescript/dist', 'dist'];
const ENTRIES = [
  'clients/typescript/dist/index.js',
  'dist/cli/moorage.js',
  'dist/recording/extension/recorder.js',
  'dist/web/viewer.js',
];
const SOURCES = ['clients/typescript/src', 'extension', 'src', 'web'];

/** Builds where that is needed; ends the process with exit code 1 where it cannot be done. */
export async function build() {
  const stamp = stampOf(ROOT, [
    'package-lock.json',
    'tsconfig.json',
    ...PROJECTS.map(({ config }) => config),
    ...SOURCES.flatMap((folder) => listFiles(join(ROOT, folder)).map((file) => join(folder, file))),
  ]);
  const isComplete = ENTRIES.every((file) => existsSync(join(ROOT, file)));
  const kind = chooseBuild(readStamp(), stamp, isComplete);
  if (kind === 'none') return;

  // A build that fails half-way has no stamp.
  rmSync(STAMP_FILE, { force: true });
  if (kind === 'clean') {
    for (const path of [...OUTPUTS, ...PROJECTS.map(({ cache }) => cache)]) {
      rmSync(join(ROOT, path), { recursive: true, force: true });
    }
  }
  for (const { name, config } of PROJECTS) {
    heading(`Building ${name}`);
    const code = await run(process.execPath, [
      join('node_modules', 'typescript', 'bin', 'tsc'),
      '-p',
      config,
    ]);
    if (code !== 0) {
      say(`tsc -p ${config} ended with exit code ${code}.`);
      process.exit(1);
    }
  }
  copyAssets();
  heading('Building the recorder and the viewer');
  // Not at the top: this file is also read before the npm packages are there.
  const { buildExtension } = await import('../extension/build.mjs');
  await buildExtension(join(ROOT, 'dist', 'recording', 'extension'));
  const { buildWeb } = await import('../web/build.mjs');
  await buildWeb(join(ROOT, 'dist', 'web'));
  const { bundleVerbs } = await import('./bundle-verbs.mjs');
  await bundleVerbs(join(ROOT, 'dist', 'cli'));
  chmodSync(join(ROOT, 'dist', 'cli', 'moorage.js'), 0o755);
  mkdirSync(dirname(STAMP_FILE), { recursive: true });
  writeFileSync(STAMP_FILE, JSON.stringify(stamp));
}

/** What lies among the sources and is not TypeScript, such as Lua scripts, is found beside the built file. */
function copyAssets() {
  for (const file of listFiles(join(ROOT, 'src')).filter((name) => !name.endsWith('.ts'))) {
    const target = join(ROOT, 'dist', file);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(ROOT, 'src', file), target);
  }
}

/** @returns {import('./build-plan.mjs').Stamp | undefined} */
function readStamp() {
  try {
    return JSON.parse(readFileSync(STAMP_FILE, 'utf8'));
  } catch {
    return undefined; // never built, or no stamp of ours
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.length > 2) say('npm run build takes no options: it builds whatever changed.');
  else await build();
}
