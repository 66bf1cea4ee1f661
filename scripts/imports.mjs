// Which part of src may import which, as the table in ARCHITECTURE.md says it, and where the code does otherwise.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { listFiles } from './build-plan.mjs';

/**
 * @typedef {object} Part
 * @property {string[]} paths Folders with a slash at their end, and files; relative to src.
 * @property {string[]} doors The files and folders by which other parts enter; any file where there are none.
 * @property {string[]} imports Parts, folders of parts and single files that it may import.
 */

const BEGIN = '<!-- imports:begin -->';
const END = '<!-- imports:end -->';
const ENVIRONMENT_READERS = ['config.ts'];

/**
 * The parts that ARCHITECTURE.md lists: a table of three columns between two markers, whose paths are in backticks.
 *
 * @param {string} markdown
 * @returns {Part[]}
 */
export function parseTable(markdown) {
  const begin = markdown.indexOf(BEGIN);
  const end = markdown.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`ARCHITECTURE.md has no table between ${BEGIN} and ${END}`);
  const rows = markdown
    .slice(begin, end)
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  if (rows.length === 0) throw new Error('the table of imports in ARCHITECTURE.md is empty');
  return rows.map((row) => {
    const [paths = [], doors = [], imports = []] = row.split('|').slice(1, -1).map(pathsIn);
    return { paths, doors, imports };
  });
}

/**
 * What is wrong with the imports under `source`, one sentence each.
 *
 * @param {string} source
 * @param {readonly Part[]} parts
 * @returns {string[]}
 */
export function checkImports(source, parts) {
  const files = listFiles(source)
    .map((file) => file.split(sep).join('/'))
    .filter((file) => file.endsWith('.ts'));
  return [...checkTable(source, parts), ...files.flatMap((file) => checkFile(source, file, parts))];
}

/**
 * @param {string} source
 * @param {readonly Part[]} parts
 */
function checkTable(source, parts) {
  return parts
    .flatMap(({ paths, doors, imports }) => [...paths, ...doors, ...imports])
    .filter((path) => !existsSync(join(source, path)))
    .map((path) => `ARCHITECTURE.md: \`${path}\` is in the table of imports and not in src.`);
}

/**
 * @param {string} source
 * @param {string} file
 * @param {readonly Part[]} parts
 */
function checkFile(source, file, parts) {
  const own = partOf(file, parts);
  if (!own) return [`src/${file}: it belongs to no part in the table of ARCHITECTURE.md.`];

  const text = readFileSync(join(source, file), 'utf8');
  const findings = importsIn(text).flatMap((specifier) => {
    const target = relative(source, resolve(source, dirname(file), specifier))
      .split(sep)
      .join('/');
    const finding = judge(target, own, parts);
    return finding ? [`src/${file}: ${finding}`] : [];
  });
  if (/\bprocess\.env\b/.test(withoutTexts(text)) && !ENVIRONMENT_READERS.includes(file)) {
    findings.push(`src/${file}: it reads process.env, which only ${ENVIRONMENT_READERS.join(', ')} may.`);
  }
  return findings;
}

/**
 * @param {string} target
 * @param {Part} own
 * @param {readonly Part[]} parts
 */
function judge(target, own, parts) {
  if (target.startsWith('../')) return `it imports ${target}, which is not in src.`;
  const part = partOf(target, parts);
  if (!part || part === own) return undefined;
  const isAllowed = covers(own.imports, target) || part.paths.some((path) => own.imports.includes(path));
  if (!isAllowed) {
    const allowed = own.imports.join(', ') || 'nothing of ours';
    return `it imports ${target}. ${own.paths[0]} may import ${allowed}.`;
  }
  if (part.doors.length === 0 || covers(part.doors, target)) return undefined;
  return `it imports ${target}. ${part.paths[0]} is entered by ${part.doors.join(', ')}.`;
}

/**
 * @param {string} file
 * @param {readonly Part[]} parts
 */
function partOf(file, parts) {
  return parts.find(({ paths }) => covers(paths, file));
}

/**
 * @param {readonly string[]} paths
 * @param {string} file
 */
function covers(paths, file) {
  return paths.some((path) => (path.endsWith('/') ? file.startsWith(path) : file === path));
}

/**
 * The relative specifiers of `import … from`, `export … from`, `import()` and bare imports.
 *
 * @param {string} text
 */
function importsIn(text) {
  const matches = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*(['"])(\.[^'"]+)\1/g);
  return [...matches].map(([, , specifier = '']) => specifier);
}

/**
 * Comments and texts may speak of what code may not do.
 *
 * @param {string} text
 */
function withoutTexts(text) {
  return text
    .replace(/^\s*(\/\/|\*|\/\*).*$/gm, '')
    .replace(/\\./g, '')
    .replace(/'[^'\n]*'|"[^"\n]*"|`[^`]*`/g, '');
}

/** @param {string} cell */
function pathsIn(cell) {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);
}
