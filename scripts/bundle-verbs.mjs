// The verbs for pages as one file and what they load when they need it: a command is run by the hundred, and half of what
// it cost was to find and read the forty files that it is made of.

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import esbuild from 'esbuild';
import { ROOT } from './run.mjs';

const NAME = 'page-program';

/**
 * Puts the bundle in the place of the module that tsc has written into `folder`, dist/cli. Its parts lie beside it, so that
 * what they find from where they are is where it was.
 *
 * @param {string} folder
 */
export async function bundleVerbs(folder) {
  for (const file of readdirSync(folder)) {
    if (file.startsWith(`${NAME}-`)) rmSync(join(folder, file));
  }
  await esbuild.build({
    entryPoints: [join(ROOT, 'src', 'cli', `${NAME}.ts`)],
    outdir: folder,
    chunkNames: `${NAME}-[hash]`,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Names stay: they are what a stack trace is read by.
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: true,
    logLevel: 'warning',
    // Commander is CommonJS, and asks for Node's own modules by `require`.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
}
