// Where every value of a loaded configuration stands: a file with its line, a variable, a flag, or nowhere.

import { API_KEYS_VARIABLE } from './api-keys.ts';
import type { ParsedFile } from './files.ts';
import { type KeyPath, writePath } from './keys.ts';
import type { Config } from './schema.ts';
import { describeSource, type Setting, type Source } from './sources.ts';
import { deepFreeze, listLeaves } from './tree.ts';

/** Knows of every value where it stands. */
export class Origins {
  readonly #parsed: ParsedFile | undefined;
  readonly #settings = new Map<string, Source>();

  constructor(parsed: ParsedFile | undefined, settings: readonly Setting[]) {
    this.#parsed = parsed;
    for (const { path, source } of settings) this.#settings.set(writePath(path), source);
  }

  sourceOf(path: KeyPath): Source {
    const set = this.#settingAt(path);
    if (set) return set;
    if (this.#parsed && has(this.#parsed.content, path)) return { kind: 'file', file: this.#parsed.file };
    return { kind: 'default' };
  }

  /** In words and with the line; for what is missing in a file the section where it should stand. */
  locate(path: KeyPath): string {
    return this.#settingAt(path)
      ? describeSource(this.sourceOf(path))
      : (this.#parsed?.locate(path) ?? 'default');
  }

  folderOf(path: KeyPath, cwd: string): string {
    return this.sourceOf(path).kind === 'file' ? (this.#parsed?.folder ?? cwd) : cwd;
  }

  sourcesOf(config: Config, hasApiKeys: boolean): Readonly<Record<string, Source>> {
    const sources = listLeaves(config).map((path): [string, Source] => [
      writePath(path),
      this.sourceOf(path),
    ]);
    if (hasApiKeys) sources.push(['keys', { kind: 'environment', variable: API_KEYS_VARIABLE }]);
    return deepFreeze(Object.fromEntries(sources));
  }

  /** The variable or flag that set this value, or the list that it is an item of. */
  #settingAt(path: KeyPath): Source | undefined {
    for (let length = path.length; length > 0; length -= 1) {
      const source = this.#settings.get(writePath(path.slice(0, length)));
      if (source) return source;
    }
    return undefined;
  }
}

function has(tree: unknown, path: KeyPath): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return tree !== undefined;
  if (typeof tree !== 'object' || tree === null || !Object.hasOwn(tree, name)) return false;
  return has((tree as Record<string, unknown>)[name], rest); // it has this member
}
