// Walks over a configuration that is still untyped, side by side with its schema.

import { parsePath, parseWritten } from '../notation.ts';
import type { JsonSchema } from './json-schema.ts';
import type { KeyPath } from './keys.ts';

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Sets what is not set to its default, in place. */
export function fillDefaults(tree: unknown, schema: JsonSchema): void {
  if (isRecord(tree)) {
    for (const [name, { default: value }] of Object.entries(schema.properties ?? {})) {
      if (tree[name] === undefined && value !== undefined) tree[name] = structuredClone(value);
    }
  }
  for (const { value, schema: child } of childrenOf(tree, schema)) fillDefaults(value, child);
}

/**
 * Replaces durations, sizes and paths by their one form, in place. `folderOf` says where relative paths start. What is
 * not written as it should be is left for validation to refuse.
 */
export function normalize(
  tree: unknown,
  schema: JsonSchema,
  options: { home: string; folderOf(path: KeyPath): string },
  path: KeyPath = [],
): void {
  for (const { name, value, schema: child, replace } of childrenOf(tree, schema)) {
    const here = [...path, name];
    const { notation } = child;
    if (notation === undefined) normalize(value, child, options, here);
    else if (typeof value !== 'string' || value === '') continue;
    else if (notation === 'path') replace(parsePath(value, options.folderOf(here), options.home));
    else replace(parseWritten(notation, value) ?? value);
  }
}

/** The paths of all values that are no sections. */
export function listLeaves(tree: unknown, path: KeyPath = []): KeyPath[] {
  if (!isRecord(tree) || (Object.keys(tree).length === 0 && path.length > 0)) return [path];
  return Object.entries(tree)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => listLeaves(value, [...path, name]));
}

/** Freezes an object and everything in it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}

interface Child {
  name: string;
  value: unknown;
  schema: JsonSchema;
  replace(value: unknown): void;
}

/** The members that both the value and its schema have. */
function childrenOf(tree: unknown, schema: JsonSchema): Child[] {
  if (Array.isArray(tree)) {
    const { items = {} } = schema;
    return tree.map((value: unknown, index) => ({
      name: String(index),
      value,
      schema: items,
      replace: (replacement) => tree.splice(index, 1, replacement),
    }));
  }
  if (!isRecord(tree)) return [];
  const [named] = Object.values(schema.patternProperties ?? {});
  return Object.entries(tree).flatMap(([name, value]) => {
    const child = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : named;
    return child ? { name, value, schema: child, replace: (replacement) => (tree[name] = replacement) } : [];
  });
}
