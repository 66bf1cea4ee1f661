// The environment and flags as sources of values: which variables and flags set what, in the order in which they count.

import { nearestName } from '../nearest-name.ts';
import { type Key, type KeyPath, parseWord } from './keys.ts';
import { isRecord } from './tree.ts';

/** Where a value came from. */
export type Source =
  | { kind: 'default' }
  | { kind: 'file'; file: string }
  | { kind: 'environment'; variable: string }
  | { kind: 'flag'; flag: string };

/** A source in words: `MOORAGE_PORT`, `--port`, `/etc/moorage.config.yaml`, `default`. */
export function describeSource(source: Source): string {
  switch (source.kind) {
    case 'default':
      return 'default';
    case 'file':
      return source.file;
    case 'environment':
      return source.variable;
    case 'flag':
      return source.flag;
  }
}

/** One value that was set by a variable or flag. */
export interface Setting {
  path: KeyPath;
  value: unknown;
  source: Source;
}

export type Environment = Readonly<Record<string, string | undefined>>;
/** Flags by their names in camel case, as commander gives them; what is no key of the configuration is ignored. */
export type Flags = Readonly<Record<string, unknown>>;

/** What the environment sets of `keys`. Empty variables count as unset. */
export function settingsOfEnvironment(keys: readonly Key[], env: Environment): Setting[] {
  return keys.flatMap(({ path, schema, variables }) => {
    const variable = variables.find((name) => env[name]);
    const text = variable && env[variable];
    if (!text) return [];
    return { path, value: parseWord(text.trim(), schema), source: { kind: 'environment', variable } };
  });
}

export function settingsOfFlags(keys: readonly Key[], flags: Flags): Setting[] {
  return keys.flatMap(({ path, schema, flags: names }) => {
    const name = names.find((flag) => flags[camelCase(flag)] !== undefined);
    if (name === undefined) return [];
    const given = flags[camelCase(name)];
    const value = typeof given === 'string' ? parseWord(given, schema) : given;
    return { path, value, source: { kind: 'flag', flag: `--${name}` } };
  });
}

/** Sets what `settings` say in `tree`, the later over the earlier. A wrong section is left for validation to refuse. */
export function applySettings(tree: Record<string, unknown>, settings: readonly Setting[]): void {
  for (const { path, value } of settings) {
    let section: unknown = tree;
    for (const name of path.slice(0, -1)) {
      if (!isRecord(section)) break;
      section[name] ??= {};
      section = section[name];
    }
    const last = path.at(-1);
    if (isRecord(section) && last !== undefined) section[last] = value;
  }
}

/**
 * A warning for each MOORAGE_ variable that sets nothing. They are not refused, because Kubernetes puts variables such
 * as MOORAGE_SERVICE_HOST into every container beside a service of this name.
 */
export function warnOfUnknownVariables(env: Environment, known: readonly string[]): string[] {
  const unknown = Object.keys(env).filter((name) => name.startsWith('MOORAGE_') && !known.includes(name));
  return unknown.sort().map((name) => {
    const nearest = nearestName(name, known);
    return `The variable ${name} sets nothing.${nearest ? ` Did you mean ${nearest}?` : ''}`;
  });
}

function camelCase(flag: string): string {
  return flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
