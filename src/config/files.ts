// The configuration file: found, read and parsed, with the line of each key where the format has lines.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createJiti } from 'jiti';
import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import { ConfigError } from './faults.ts';
import type { KeyPath } from './keys.ts';

export interface ParsedFile {
  file: string;
  /** Relative paths in it start here. */
  folder: string;
  content: unknown;
  /** The file and, where it is known, the line of a key. */
  locate(path: KeyPath): string;
}

const here = fileURLToPath(import.meta.url);
const NAMES = ['json', 'yaml', 'yml', 'ts', 'js'].map((extension) => `moorage.config.${extension}`);

/**
 * The configuration file to read: `given`, else the one in the first of `folders` that has one.
 * @throws ConfigError when `given` is not there, or when a folder has more than one.
 */
export function findConfigFile(
  given: { path: string; where: string } | undefined,
  cwd: string,
  folders: readonly string[],
): string | undefined {
  if (given) {
    const file = resolve(cwd, given.path);
    if (existsSync(file)) return file;
    throw new ConfigError([{ key: '', where: given.where, message: `There is no file ${file}.` }]);
  }
  for (const folder of folders) {
    const found = NAMES.map((name) => join(folder, name)).filter((file) => existsSync(file));
    const [file, ...others] = found;
    if (others.length > 0) {
      const message = `Found ${found.join(' and ')}. Keep one, or say which by --config.`;
      throw new ConfigError([{ key: '', where: folder, message }]);
    }
    if (file) return file;
  }
  return undefined;
}

/** @throws ConfigError when the file cannot be read, parsed or run. */
export async function readConfigFile(file: string): Promise<ParsedFile> {
  switch (extname(file)) {
    case '.json':
    case '.yaml':
    case '.yml':
      return parseText(file, await readText(file));
    case '.cjs':
    case '.cts':
    case '.js':
    case '.mjs':
    case '.mts':
    case '.ts':
      return {
        file,
        folder: dirname(file),
        content: await runModule(file),
        locate: () => file,
      };
    default:
      throw fileFault(file, 'It is neither .json, .yaml, .yml, .ts nor .js.');
  }
}

async function readText(file: string): Promise<string> {
  try {
    // Editors of Windows begin files with a mark that neither JSON nor a reader sees.
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    throw fileFault(file, `It cannot be read: ${messageOf(error)}.`);
  }
}

/** JSON is read as the YAML that it is, after the stricter parser has accepted it: that gives lines to both. */
function parseText(file: string, text: string): ParsedFile {
  if (extname(file) === '.json') checkJson(file, text);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    // What is JSON by its grammar may still say a key twice.
    const format = extname(file) === '.json' ? 'JSON' : 'YAML';
    throw fileFault(`${file}:${line}:${col}`, `It is not ${format}: ${error.message}.`);
  }
  return {
    file,
    folder: dirname(file),
    content: contentOf(document, file) ?? {},
    locate(path) {
      const offset = offsetOf(document, path);
      return offset === undefined ? file : `${file}:${lines.linePos(offset).line}`;
    },
  };
}

/** @throws ConfigError for aliases of nothing. */
function contentOf(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw fileFault(file, `It is not YAML: ${messageOf(error)}.`);
  }
}

function checkJson(file: string, text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    const message = messageOf(error);
    throw fileFault(`${file}${placeIn(text, message)}`, `It is not JSON: ${message}.`);
  }
}

/** Line and column, where the parser tells a position; for short texts it quotes them instead. */
function placeIn(text: string, message: string): string {
  const position = /position (\d+)/.exec(message)?.[1];
  if (position === undefined) return '';
  const before = text.slice(0, Number(position)).split('\n');
  return `:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

/** Where a key stands in the text; the nearest one above it that is there. */
function offsetOf(document: Document, path: KeyPath): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const name = path[length - 1];
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === name)
      : undefined;
    if (isPair(pair) && isNode(pair.key)) return pair.key.range?.[0];
    const item = document.getIn(path.slice(0, length), true);
    if (isNode(item)) return item.range?.[0];
  }
  return undefined;
}

async function runModule(file: string): Promise<unknown> {
  const jiti = createJiti(import.meta.url, {
    // Moorage writes nothing outside of its data folder.
    fsCache: false,
    moduleCache: false,
    // So that a configuration can import `defineConfig` wherever it lies.
    alias: { 'moorage/config': join(dirname(here), `define${extname(here)}`) },
  });
  try {
    const content = await jiti.import(file, { default: true });
    return typeof content === 'function' ? await content() : content;
  } catch (error) {
    throw fileFault(file, `It cannot be run: ${messageOf(error)}`);
  }
}

function fileFault(where: string, message: string): ConfigError {
  return new ConfigError([{ key: '', where, message }]);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
