// The keys of the configuration one by one, with the variable and the flag that set each.

import type { JsonSchema } from './json-schema.ts';

export type KeyPath = readonly string[];

export interface Key {
  path: KeyPath;
  schema: JsonSchema;
  /** Environment variables, the first one that is set counts. */
  variables: string[];
  /** Flags without their dashes, the first one that is given counts. */
  flags: string[];
}

/** Keys that are set so often that they have a short name as well. */
const SHORT_NAMES: Record<string, string> = {
  dataFolder: 'data',
  'sessions.max': 'max-sessions',
};

/** Keys whose variable is called what everybody calls it. */
const CUSTOMARY_VARIABLES: Record<string, string> = {
  'redis.url': 'REDIS_URL',
};

/** Every key under `schema` whose value fits into one word: numbers, texts, switches, and lists of them. */
export function listKeys(schema: JsonSchema, path: KeyPath = []): Key[] {
  const keys: Key[] = [];
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const here = [...path, name];
    if (property.properties) keys.push(...listKeys(property, here));
    else if (isOneWord(property)) keys.push({ path: here, schema: property, ...namesOf(here) });
  }
  return keys;
}

/** `['keys', '0', 'hash']` as `keys[0].hash`. */
export function writePath(path: KeyPath): string {
  let text = '';
  for (const name of path) {
    if (/^\d+$/.test(name)) text += `[${name}]`;
    else text += text === '' ? name : `.${name}`;
  }
  return text;
}

/** The value that `text` means for a key of this schema; what fits nothing stays text, for validation to refuse. */
export function parseWord(text: string, schema: JsonSchema): unknown {
  const types = jsonTypes(schema);
  if (types.has('array')) {
    const words = text
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== '');
    return words.map((word) => parseWord(word, schema.items ?? {}));
  }
  if ((types.has('integer') || types.has('number')) && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (types.has('boolean') && /^(true|1)$/.test(text)) return true;
  if (types.has('boolean') && /^(false|0)$/.test(text)) return false;
  return text;
}

/** The JSON types that a schema admits. */
export function jsonTypes(schema: JsonSchema): Set<string> {
  const types = new Set<string>();
  for (const type of [schema.type ?? []].flat()) types.add(type);
  for (const value of schema.enum ?? []) types.add(jsonTypeOf(value));
  if (schema.const !== undefined) types.add(jsonTypeOf(schema.const));
  for (const option of schema.anyOf ?? []) for (const type of jsonTypes(option)) types.add(type);
  return types;
}

function isOneWord(schema: JsonSchema): boolean {
  const types = jsonTypes(schema);
  if (types.has('array')) return types.size === 1 && schema.items !== undefined && isScalar(schema.items);
  return isScalar(schema);
}

function isScalar(schema: JsonSchema): boolean {
  const types = [...jsonTypes(schema)];
  return types.length > 0 && types.every((type) => ['boolean', 'integer', 'number', 'string'].includes(type));
}

function jsonTypeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

function namesOf(path: KeyPath): Pick<Key, 'flags' | 'variables'> {
  const short = SHORT_NAMES[path.join('.')];
  const flags = [...(short ? [short] : []), kebab(path)];
  const own = flags.map((flag) => `MOORAGE_${flag.toUpperCase().replaceAll('-', '_')}`);
  const customary = CUSTOMARY_VARIABLES[path.join('.')];
  return { flags, variables: customary ? [...own, customary] : own };
}

/** `['sessions', 'idleTimeout']` as `sessions-idle-timeout`. */
function kebab(path: KeyPath): string {
  return path
    .join('-')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase();
}
