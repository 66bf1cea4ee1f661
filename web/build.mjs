// Builds the web pages that the server shows to people: one script and one style sheet a page, without imports.

import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import esbuild from 'esbuild';

const PAGES = ['live', 'recordings', 'viewer'];

/**
 * Builds into `folder`, for each page: `viewer.html`, `viewer.css` and `viewer.js`.
 * @param {string} folder
 */
export async function buildWeb(folder) {
  mkdirSync(folder, { recursive: true });
  for (const page of PAGES) await buildPage(page, folder);
}

/**
 * @param {string} page
 * @param {string} folder
 */
async function buildPage(page, folder) {
  const source = join(import.meta.dirname, page);
  await esbuild.build({
    entryPoints: [join(source, `${page}.ts`)],
    outfile: join(folder, `${page}.js`),
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['chrome120', 'firefox120', 'safari17'],
    legalComments: 'none',
    logLevel: 'error',
  });
  copyFileSync(join(source, 'index.html'), join(folder, `${page}.html`));
  copyFileSync(join(source, `${page}.css`), join(folder, `${page}.css`));
}
