// Checks what comes in against its schema and says what is wrong in words: the member, what it must be, and for an
// unknown one which it may have been meant to be.

import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { type Problem, problem } from '../errors.ts';
import { sharedSchemas } from './schemas.ts';

export type Part = 'body' | 'headers' | 'params' | 'querystring';

export interface Fault {
  /** A JSON pointer into the body, or `?name` for a query parameter. */
  path: string;
  message: string;
}

/** Faults beyond these are left out of the answer. */
const MOST_FAULTS = 20;
// Above this size only the first fault is looked for: a body of millions of wrong items would make millions of faults.
const ALL_FAULTS_LIMIT_CHARS = 100_000;

const exact = { strict: false, verbose: true } as const;
// Everything in a URL is text, so numbers and booleans are read from it; a single value also stands for a list.
const fromText = { ...exact, coerceTypes: 'array' } as const;

/** Compiles a schema for one part of a request. Body members are never converted nor dropped. */
export function compileValidator(schema: object, part: Part | undefined): ValidateFunction {
  const options = part === 'body' || part === undefined ? exact : fromText;
  const first = validators(options).first.compile(schema);
  let all: ValidateFunction | undefined;
  const validate = (data: unknown) => {
    const isValid = first(data);
    let told = first;
    if (!isValid && isSmall(data)) {
      all ??= validators(options).all.compile(schema);
      all(data);
      told = all;
    }
    (validate as ValidateFunction).errors = told.errors ?? null;
    return isValid;
  };
  return validate as ValidateFunction; // called for its verdict and `errors` alone
}

/** The problem that the faults of one part make together. */
export function faultyRequest(errors: readonly ErrorObject[], part: Part): Problem {
  const faults = describeFaults(errors, part).slice(0, MOST_FAULTS);
  const told = faults.slice(0, 3).map(({ path, message }) => `${path || 'The body'} ${message}`);
  const more = faults.length > told.length ? `; and ${faults.length - told.length} more` : '';
  return problem('invalid-argument', { detail: `${told.join('; ')}${more}.`, members: { errors: faults } });
}

const compiled = new Map<object, { first: Ajv; all: Ajv }>();

function validators(options: typeof exact | typeof fromText): { first: Ajv; all: Ajv } {
  const known = compiled.get(options);
  if (known) return known;
  const made = { first: new Ajv(options), all: new Ajv({ ...options, allErrors: true }) };
  for (const ajv of [made.first, made.all]) ajv.addSchema([...sharedSchemas]);
  compiled.set(options, made);
  return made;
}

function isSmall(data: unknown): boolean {
  try {
    return (JSON.stringify(data)?.length ?? 0) <= ALL_FAULTS_LIMIT_CHARS;
  } catch {
    return false; // nested too deeply to be written
  }
}

function describeFaults(errors: readonly ErrorObject[], part: Part): Fault[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
  const faults = errors
    .filter((error) => !unions.some((union) => error !== union && isInside(error, union)))
    .map((error) => describeFault(error, errors));
  const unique = new Map(faults.map((fault) => [`${fault.path} ${fault.message}`, fault]));
  return [...unique.values()].map(({ path, message }) => ({
    path: part === 'querystring' ? path.replace(/^\//, '?') : path,
    message,
  }));
}

/** Whether the error is about one of a union's alternatives, whose faults the union tells together. */
function isInside(error: ErrorObject, union: ErrorObject): boolean {
  return error.instancePath.startsWith(union.instancePath) && error.schemaPath.startsWith(union.schemaPath);
}

function describeFault(error: ErrorObject, all: readonly ErrorObject[]): Fault {
  const { instancePath: path, keyword, params, parentSchema = {}, data } = error;
  switch (keyword) {
    case 'additionalProperties': {
      const name = String(params.additionalProperty);
      return { path: `${path}/${pointerSegment(name)}`, message: unknownMember(name, parentSchema) };
    }
    case 'required':
      return { path: `${path}/${pointerSegment(String(params.missingProperty))}`, message: 'is missing' };
    case 'type':
      return { path, message: `must be ${withArticle(String(params.type))}, not ${typeName(data)}` };
    case 'enum':
      return { path, message: `must be one of ${params.allowedValues.join(', ')}` };
    case 'const':
      return { path, message: `must be ${JSON.stringify(params.allowedValue)}` };
    case 'pattern':
      return { path, message: patternMessage(params.pattern, parentSchema.description) };
    case 'anyOf':
    case 'oneOf': {
      const alternatives = all.filter((other) => other !== error && isInside(other, error));
      const messages = new Set(alternatives.map((other) => alternativeMessage(other, path, all)));
      return { path, message: [...messages].join(', or ') };
    }
    default:
      return { path, message: error.message ?? 'is wrong' };
  }
}

function alternativeMessage(error: ErrorObject, path: string, all: readonly ErrorObject[]): string {
  const fault = describeFault(error, all);
  return fault.path === path ? fault.message : `${fault.path} ${fault.message}`;
}

function unknownMember(name: string, { properties, patternProperties }: Record<string, unknown>): string {
  const known = Object.keys(properties ?? {});
  if (known.length === 0) {
    const [pattern = ''] = Object.keys(patternProperties ?? {});
    return pattern === '' ? 'is not known' : `is not a possible name: it must match ${pattern}`;
  }
  const meant = nearest(name, known);
  return meant === undefined
    ? `is not known; there are ${known.join(', ')}`
    : `is not known; is ${meant} meant?`;
}

function patternMessage(pattern: string, description: unknown): string {
  return `must match ${pattern}${typeof description === 'string' ? ` (${description.replace(/\.$/, '')})` : ''}`;
}

function withArticle(types: string): string {
  return types
    .split(',')
    .map((type) => (type === 'null' ? type : `${/^[aeio]/.test(type) ? 'an' : 'a'} ${type}`))
    .join(' or ');
}

function typeName(data: unknown): string {
  if (data === null) return 'null';
  if (Array.isArray(data)) return 'an array';
  return withArticle(typeof data);
}

function pointerSegment(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The known name that `name` is most likely a slip of. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  return best && best.distance <= Math.max(1, Math.floor(best.candidate.length / 3))
    ? best.candidate
    : undefined;
}

/** How many letters have to be put in, taken out or changed. Long names are compared by their beginnings. */
function editDistance(a: string, b: string): number {
  const [from, to] = [a.slice(0, 64), b.slice(0, 64)];
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let line = 1; line <= from.length; line += 1) {
    const next = [line];
    for (let column = 1; column <= to.length; column += 1) {
      const change = (row[column - 1] ?? 0) + (from[line - 1] === to[column - 1] ? 0 : 1);
      next.push(Math.min(change, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
