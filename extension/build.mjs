// Builds the recorder: one script without imports, and the manifest of the extension around it. The script is the body of
// a function of its options, so that the server can put them in front for each session (`wrapRecorder`).

import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import esbuild from 'esbuild';

const SOURCE = join(import.meta.dirname, 'src');

/**
 * Builds into `folder`: `recorder.js` and `manifest.json`.
 * @param {string} folder
 */
export async function buildExtension(folder) {
  mkdirSync(folder, { recursive: true });
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(SOURCE, 'recorder.ts')],
    bundle: true,
    minify: true,
    // No function around it: the server puts one there, and within another it would be parsed once more.
    format: 'esm',
    target: 'chrome120',
    legalComments: 'none',
    logLevel: 'error',
    write: false,
    plugins: [changeRrweb],
  });
  // A test that runs meanwhile finds the one before, or this one.
  const script = join(folder, 'recorder.js');
  writeFileSync(`${script}.new`, `'use strict';${outputFiles[0]?.text ?? ''}`);
  renameSync(`${script}.new`, script);
  copyFileSync(join(import.meta.dirname, 'manifest.json'), join(folder, 'manifest.json'));
}

/** @typedef {{why: string, times: number, from: RegExp, to: string}} Change */

/**
 * What of rrweb 2.2.2 is other than published. Another number of places means another rrweb, to be looked at again.
 * ADR 20 says what was reported, and what each is for.
 * @type {Change[]}
 */
const CHANGES = [
  {
    why: 'untainted prototypes were taken before any script; a frame added for them would be seen',
    times: 3,
    from: /(function getUntaintedPrototype\S*\(key\) \{)/g,
    to: '$1 return seams.prototypes[key].prototype;',
  },
  {
    why: 'closed shadow roots are noted when they are made',
    times: 3,
    from: /return (getUntaintedAccessor\S*)\("Element", n, "shadowRoot"\);/g,
    to: 'return $1("Element", n, "shadowRoot") ?? seams.closedShadowRootOf(n);',
  },
  {
    why: 'accessors of nodes are looked up once, not by their names for each look at a node',
    times: 27,
    from: /return getUntaintedAccessor\S*\("Node", n, "(\w+)"\);/g,
    to: 'return seams.getters.$1.call(n);',
  },
  {
    why: 'as above: methods',
    times: 6,
    from: /return getUntaintedMethod\S*\("Node", n, "(\w+)"\)\((other)?\);/g,
    to: 'return seams.methods.$1.call(n, $2);',
  },
  {
    why: 'frames tell their parents over a channel that pages do not hear',
    times: 1,
    from: /window\.parent\.postMessage\(message, "\*"\);/g,
    to: 'seams.tellParent(message);',
  },
  {
    why: 'as above: the parent',
    times: 1,
    from: /if \(this\.recordCrossOriginIframes\) window\.addEventListener\("message", this\.messageHandler\);/g,
    to: 'if (this.recordCrossOriginIframes) seams.hearFrames(this.messageHandler);',
  },
  {
    why: 'as above: what frames of the same origin hear comes by their recorders',
    times: 1,
    from: /if \(this\.recordCrossOriginIframes\) handlers\.push\(on\("message", this\.messageHandler, win\)\);/g,
    to: '',
  },
  {
    why: 'as above: the end',
    times: 1,
    from: /window\.removeEventListener\("message", this\.messageHandler\);/g,
    to: 'seams.hearFrames(undefined);',
  },
  {
    why: 'nothing of ours is said on the console of the page',
    times: 39,
    from: /\bconsole\.(?:debug|error|warn)\(/g,
    to: 'seams.silent(',
  },
  {
    why: 'whether a field was a password is noted outside of the page',
    times: 1,
    from: /element\.hasAttribute\("data-rr-is-password"\)/g,
    to: 'seams.isPassword(element)',
  },
  {
    why: 'as above',
    times: 1,
    from: /target\.setAttribute\("data-rr-is-password", "true"\);/g,
    to: 'seams.isPassword(target, true);',
  },
  {
    why: 'attributes show what is masked, too',
    times: 1,
    from: /(attributes\[attr\.name\] = )(transformAttribute\(doc, tagName, toLowerCase\(attr\.name\), attr\.value\));/g,
    to: '$1seams.maskAttribute(n, attr.name, $2);',
  },
  {
    why: 'as above, when they change',
    times: 1,
    from: /(item\.attributes\[attributeName\] = )(transformAttribute\(this\.doc, tagNameLower, toLowerCase\(attributeName\), value\));/g,
    to: '$1seams.maskAttribute(target, attributeName, $2);',
  },
  {
    why: 'a page that changes without end is recorded now and then',
    times: 1,
    from: /(processMutations = \(mutations\) => \{)/g,
    to: '$1 if (seams.isTooMuch(mutations.length)) return;',
  },
  {
    why: 'to ask every element where it has scrolled to takes longer than all the rest of a snapshot',
    times: 2,
    from: /if \(n\.(scrollLeft|scrollTop)\) attributes\./g,
    to: 'if (seams.mayHaveScrolled() && n.$1) attributes.',
  },
  {
    why: 'the recorder says when: also of documents that are never complete',
    times: 1,
    from: /if \(\["interactive", "complete"\]\.includes\(document\.readyState\)\) init\(\);/g,
    to: 'if (true) init();',
  },
  {
    why: 'a failure of the recorder is no failure of the page, and the page takes no part in its work',
    times: 1,
    from: /(var callbackWrapper = \(cb\) => \{)/g,
    to: '$1 return seams.harmless(cb);',
  },
  {
    why: 'what the page calls must fail as the platform does',
    times: 8,
    from: /apply: callbackWrapper\(/g,
    to: 'apply: (',
  },
  {
    why: 'libraries that replace addEventListener would act on every event of ours',
    times: 1,
    from: /(function on\(type, fn, target = document\) \{)(?=\s+const options = \{\s+capture)/g,
    to: '$1 return seams.listen(type, fn, target);',
  },
  {
    why: 'methods are replaced where they are defined, and look native',
    times: 3,
    from: /(function patch\S*\(source, name, replacement\) \{)/g,
    to: '$1 return seams.patch(source, name, replacement);',
  },
  {
    why: 'setters look native, and keep the timers of the page out',
    times: 1,
    from: /(function hookSetter\(target, key, d, isRevoked, win = window\) \{)/g,
    to: '$1 return seams.hookSetter(target, key, d);',
  },
  {
    why: 'these look native, too, and give what the platform gives',
    times: 1,
    from: /win\.CSSStyleSheet\.prototype\.addRule = function(\(selector, styleBlock, index = this\.cssRules\.length\) \{\s+const rule = [^\n]+\n)\s+return ([^\n]+)\n\s+\};/g,
    to: 'win.CSSStyleSheet.prototype.addRule = seams.disguise({ addRule$1 $2\n return -1; } }.addRule, win.CSSStyleSheet.prototype.addRule);',
  },
  {
    why: 'as above',
    times: 1,
    from: /win\.CSSStyleSheet\.prototype\.removeRule = function(\(index\) \{[^}]+\});/g,
    to: 'win.CSSStyleSheet.prototype.removeRule = seams.disguise({ removeRule$1 }.removeRule, win.CSSStyleSheet.prototype.removeRule);',
  },
  {
    why: 'fonts are instances of the class that the page sees',
    times: 1,
    from: /win\.FontFace = function FontFace\(family, source, descriptors\) \{\s+const fontFace = new originalFontFace\(family, source, descriptors\);/g,
    to: 'win.FontFace = seams.watchConstructor(originalFontFace, (fontFace, [family, source, descriptors]) => {',
  },
  {
    why: 'as above: the end of it',
    times: 1,
    from: /return fontFace;\n\t\};/g,
    to: '});',
  },
  {
    why: 'an own property of the document would be seen',
    times: 1,
    from: /(function initAdoptedStyleSheetObserver\(\{ mirror, stylesheetManager \}, host\) \{)/g,
    to: `$1 return seams.watchAdoptedSheets(host, (sheets) => {
      const id = mirror.getId(host.nodeName === "#document" ? host : src_default.host(host));
      if (id !== -1) stylesheetManager.adoptStyleSheets(sheets, id);
    });`,
  },
  {
    why: 'a worker out of a blob breaks the policies of pages, and the recorder with them',
    times: 1,
    from: /const worker = new WorkerWrapper\(\);/g,
    to: 'const worker = seams.newCanvasEncoder();',
  },
  {
    why: 'as above: made as soon as the script runs',
    times: 1,
    from: /^var blob = typeof self [^\n]+$/gm,
    to: 'var blob;',
  },
  {
    why: 'a parser of styles that only players need',
    times: 49,
    from: /^import_postcss(?:\$1)?\.default(?:\.\w+)?;$/gm,
    to: '',
  },
  {
    why: 'as above',
    times: 1,
    from: /^var postcss_default = (import_postcss\$1\.default);$/gm,
    to: 'var postcss_default = /* @__PURE__ */ (() => $1)();',
  },
  {
    why: 'as above',
    times: 2,
    from: /(__toESM\S*\()(\(\/\* @__PURE__ \*\/ __commonJSMin)/g,
    to: '$1/* @__PURE__ */ $2',
  },
];

/** Names of the platform are ours in rrweb: those of the page may be anything by the time that they are used. */
const PLATFORM =
  'const { Array, Date, JSON, Map, Proxy, Reflect, Set, WeakMap, WeakSet, cancelAnimationFrame, clearTimeout, requestAnimationFrame, setTimeout } = seams.platform;';

/** @type {import('esbuild').Plugin} */
const changeRrweb = {
  name: 'change-rrweb',
  setup(build) {
    build.onLoad({ filter: /rrweb[\\/]dist[\\/]rrweb\.js$/ }, ({ path }) => {
      let contents = readFileSync(path, 'utf8');
      for (const { why, times, from, to } of CHANGES) {
        const found = [...contents.matchAll(from)].length;
        if (found !== times) {
          throw new Error(
            `rrweb is not the one that the recorder knows: ${found} places, not ${times}, for: ${why}`,
          );
        }
        contents = contents.replaceAll(from, to);
      }
      const seams = JSON.stringify(join(SOURCE, 'rrweb-seams.ts'));
      const head = `import * as seams from ${seams};\n${PLATFORM}\n`;
      return { contents: head + contents, loader: 'js' };
    });
  },
};
