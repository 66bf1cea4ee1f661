// Builds the web pages that the server shows to people: one script and one style sheet a page, without imports.

import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import esbuild from 'esbuild';

/**
 * Builds into `folder`: `viewer.html`, `viewer.css` and `viewer.js`.
 * @param {string} folder
 */
export async function buildWeb(folder) {
  mkdirSync(folder, { recursive: true });
  const source = join(import.meta.dirname, 'viewer');
  await esbuild.build({
    entryPoints: [join(source, 'viewer.ts')],
    outfile: join(folder, 'viewer.js'),
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['chrome120', 'firefox120', 'safari17'],
    legalComments: 'none',
    logLevel: 'error',
  });
  copyFileSync(join(source, 'index.html'), join(folder, 'viewer.html'));
  copyFileSync(join(source, 'viewer.css'), join(folder, 'viewer.css'));
}
