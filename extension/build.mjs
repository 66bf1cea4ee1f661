// Builds the recorder: one script without imports, and the manifest of the extension around it. The script is the body of
// a function of its options, so that the server can put them in front for each session (`wrapRecorder`).

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import esbuild from 'esbuild';

const SOURCE = join(import.meta.dirname, 'src');

/**
 * Builds into `folder`: `recorder.js` and `manifest.json`.
 * @param {string} folder
 */
export async function buildExtension(folder) {
  mkdirSync(folder, { recursive: true });
  const seen = { prototypes: 0, shadowRoots: 0 };
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(SOURCE, 'recorder.ts')],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'chrome120',
    legalComments: 'none',
    logLevel: 'error',
    write: false,
    plugins: [changeRrweb(seen)],
  });
  // Three copies of rrweb's accessors are in its bundle. Another number means another rrweb, to be looked at again.
  if (seen.prototypes !== 3 || seen.shadowRoots !== 3) {
    throw new Error(`rrweb is not the one that the recorder knows: ${JSON.stringify(seen)}`);
  }
  writeFileSync(join(folder, 'recorder.js'), outputFiles[0]?.text ?? '');
  copyFileSync(join(import.meta.dirname, 'manifest.json'), join(folder, 'manifest.json'));
}

/**
 * Two small changes to rrweb 2.2.2. It looks for untainted prototypes in a frame that it adds to the page, visibly and at
 * the cost of a document: ours were taken before any script ran. And it sees no closed shadow roots: ours are noted.
 * @param {{prototypes: number, shadowRoots: number}} seen
 * @returns {import('esbuild').Plugin}
 */
function changeRrweb(seen) {
  return {
    name: 'change-rrweb',
    setup(build) {
      build.onLoad({ filter: /rrweb[\\/]dist[\\/]rrweb\.js$/ }, ({ path }) => {
        const contents = readFileSync(path, 'utf8')
          .replace(/function getUntaintedPrototype\S*\(key\) \{/g, (head) => {
            seen.prototypes += 1;
            return `${head} return moorageGlobals[key].prototype;`;
          })
          .replace(/return (getUntaintedAccessor\S*)\("Element", n, "shadowRoot"\);/g, (_, accessor) => {
            seen.shadowRoots += 1;
            return `return ${accessor}("Element", n, "shadowRoot") ?? moorageClosedShadowRoot(n);`;
          });
        const imports = [
          `import { closedShadowRootOf as moorageClosedShadowRoot } from ${JSON.stringify(join(SOURCE, 'shadow-roots.ts'))};`,
          'const moorageGlobals = { Node, ShadowRoot, Element, MutationObserver };',
        ];
        return { contents: `${imports.join('\n')}\n${contents}`, loader: 'js' };
      });
    },
  };
}
