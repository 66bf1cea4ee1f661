// Checks a configuration against its schema and tells every fault in terms of keys: what was given, what is allowed,
// and what was probably meant.

import { Ajv, type ErrorObject } from 'ajv';
import { nearestName } from '../nearest-name.ts';
import { writeDuration, writeSize } from '../notation.ts';
import type { Fault } from './faults.ts';
import { type JsonSchema, OWN_KEYWORDS } from './json-schema.ts';
import { type KeyPath, listKeys, writePath } from './keys.ts';
import { isSecretName, maskSecrets } from './secrets.ts';

/** The faults of `tree`, one for each key. `locate` says where the value of a key stands. */
export function validate(tree: unknown, schema: JsonSchema, locate: (path: KeyPath) => string): Fault[] {
  const check = createAjv().compile(schema);
  if (check(tree)) return [];

  // What a backend takes is no hint for a key that stands elsewhere, nor the other way round.
  const elsewhere = listKeys(schema)
    .map(({ path }) => path)
    .filter(([section]) => section !== 'backends');
  const faults = new Map<string, Fault>();
  for (const error of decisive(check.errors ?? [])) {
    const path = pathOf(error);
    const key = writePath(path);
    // Several keywords of one value make one fault: it tells all that is allowed anyhow.
    if (faults.has(key)) continue;
    faults.set(key, { key, where: locate(path), message: describe(error, path, elsewhere) });
  }
  return [...faults.values()];
}

/** What is wrong with a schema that somebody else wrote. */
export function findSchemaFault(schema: JsonSchema): string | undefined {
  try {
    createAjv().compile(schema);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function createAjv(): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    allowUnionTypes: true,
    allowMatchingProperties: true,
    verbose: true,
  });
  for (const keyword of OWN_KEYWORDS) ajv.addKeyword(keyword);
  return ajv;
}

/** Leaves out what only repeats another error: the options of a failed `anyOf`. */
function decisive(errors: readonly ErrorObject[]): ErrorObject[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf').map(({ schemaPath }) => schemaPath);
  return errors.filter(
    ({ schemaPath }) => !unions.some((union) => schemaPath !== union && schemaPath.startsWith(`${union}/`)),
  );
}

function pathOf({ instancePath, params, keyword }: ErrorObject): KeyPath {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (keyword === 'additionalProperties') return [...path, String(params.additionalProperty)];
  if (keyword === 'required') return [...path, String(params.missingProperty)];
  return path;
}

function describe(error: ErrorObject, path: KeyPath, elsewhere: readonly KeyPath[]): string {
  const { data, keyword, message } = error;
  const schema = error.parentSchema as JsonSchema; // `verbose` gives every error its schema
  switch (keyword) {
    case 'additionalProperties':
      return describeUnknown(path, schema, elsewhere);
    case 'required': {
      const missing = schema.properties?.[path.at(-1) ?? ''] ?? {};
      const allowed = describeAllowed(missing);
      // A backend without a kind is called like one, or was meant to be.
      const nearest = nearestName(path.at(-2) ?? '', textsOf(missing));
      const meant = nearest === undefined ? '' : ` Did you mean ${nearest} by ${path.at(-2)}?`;
      return allowed ? `It is missing. Allowed: ${allowed}.${meant}` : 'It is missing.';
    }
    default: {
      const allowed = describeAllowed(schema) || message;
      const nearest = typeof data === 'string' ? nearestName(data, textsOf(schema)) : undefined;
      const meant = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
      return `Given: ${describeGiven(path, data, schema)}. Allowed: ${allowed}.${meant}`;
    }
  }
}

function describeUnknown(path: KeyPath, schema: JsonSchema, elsewhere: readonly KeyPath[]): string {
  const name = path.at(-1) ?? '';
  const [pattern] = Object.keys(schema.patternProperties ?? {});
  if (pattern !== undefined) return `${JSON.stringify(name)} cannot be a name here. Allowed: ${pattern}.`;

  const known = Object.keys(schema.properties ?? {});
  const section = path.slice(0, -1);
  const nearest = nearestName(name, known);
  const candidates = path[0] === 'backends' ? [] : elsewhere;
  const namesakes = candidates.filter((other) => other.at(-1)?.toLowerCase() === name.toLowerCase());
  const meant = nearest ? [writePath([...section, nearest])] : namesakes.map(writePath);
  return [
    'There is no such key.',
    ...(meant.length > 0 ? [` Did you mean ${meant.join(' or ')}?`] : []),
    ` Allowed${section.length > 0 ? ` in ${writePath(section)}` : ''}: ${known.join(', ')}.`,
  ].join('');
}

function describeGiven(path: KeyPath, value: unknown, { notation }: JsonSchema): string {
  if (path.some(isSecretName)) return `(hidden) ${Array.isArray(value) ? 'a list' : `a ${typeof value}`}`;
  if (typeof value === 'number' && notation === 'duration') return writeDuration(value);
  if (typeof value === 'number' && notation === 'size') return writeSize(value);
  const text = JSON.stringify(maskSecrets(value)) ?? String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

/** What a schema admits, in words. */
export function describeAllowed(schema: JsonSchema): string {
  if (schema.allowed) return schema.allowed;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map(writeOption).join(', ');
  if (schema.anyOf) return schema.anyOf.map(describeAllowed).join(' or ');
  switch (schema.notation) {
    case 'duration':
      return `a duration such as 30s, 5m or 1h, or a whole number of milliseconds${describeRange(schema, writeDuration)}`;
    case 'size':
      return `a size such as 500MB or 2GB, or a whole number of bytes${describeRange(schema, writeSize)}`;
    case 'path':
      return 'a path';
  }
  switch (schema.type) {
    case 'array':
      return schema.items ? `a list, each ${describeAllowed(schema.items)}` : 'a list';
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `a whole number${describeRange(schema, String)}`;
    case 'number':
      return `a number${describeRange(schema, String)}`;
    case 'object':
      return schema.properties
        ? `a section with the keys ${Object.keys(schema.properties).join(', ')}`
        : 'a section';
    case 'string':
      return describeText(schema);
    default:
      return '';
  }
}

function describeRange({ minimum, maximum }: JsonSchema, write: (value: number) => string): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${write(minimum)} to ${write(maximum)}`;
  if (minimum !== undefined) return ` of at least ${write(minimum)}`;
  return maximum === undefined ? '' : ` of at most ${write(maximum)}`;
}

function describeText({ minLength, maxLength, pattern }: JsonSchema): string {
  if (pattern !== undefined) return `a text that matches ${pattern}`;
  if (minLength !== undefined && minLength > 1) return `a text of at least ${minLength} characters`;
  return maxLength === undefined ? 'a text' : `a text of at most ${maxLength} characters`;
}

function writeOption(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function textsOf(schema: JsonSchema): string[] {
  const options = [...(schema.enum ?? []), ...(schema.anyOf ?? []).flatMap(textsOf)];
  return options.filter((option) => typeof option === 'string');
}
