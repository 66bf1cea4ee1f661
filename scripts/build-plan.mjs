// Whether a build is needed: by the content of what goes into it, so that a second start is instant and a touched file
// costs nothing.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * Every file under `folder`, as paths relative to it, sorted.
 *
 * @param {string} folder
 * @returns {string[]}
 */
export function listFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/**
 * @typedef {object} Stamp
 * @property {string} names Changes when a file comes or goes.
 * @property {string} content Changes when anything does.
 */

/**
 * @param {string} root
 * @param {readonly string[]} files Relative to `root`.
 * @returns {Stamp}
 */
export function stampOf(root, files) {
  const content = createHash('sha256');
  for (const file of files) {
    content
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  const names = createHash('sha256').update(files.join('\0'));
  return { names: names.digest('hex'), content: content.digest('hex') };
}

/**
 * `clean` removes what was built before: what is left of a deleted source would still be found by imports.
 *
 * @param {Stamp | undefined} built
 * @param {Stamp} now
 * @param {boolean} isComplete Whether everything that was built is still there.
 * @returns {'none' | 'incremental' | 'clean'}
 */
export function chooseBuild(built, now, isComplete) {
  if (!built || !isComplete || built.names !== now.names) return 'clean';
  return built.content === now.content ? 'none' : 'incremental';
}
