// Checks what comes in against its schema and says what is wrong in words: the member, what it must be, and for an
// unknown one which it may have been meant to be.

import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { type Problem, problem } from '../errors.ts';
import { describeFaults } from '../schema-faults.ts';
import { sharedSchemas } from './schemas.ts';

export type Part = 'body' | 'headers' | 'params' | 'querystring';

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
  const faults = describeFaults(errors)
    .slice(0, MOST_FAULTS)
    .map(({ path, message }) => ({ path: pathIn(part, path), message }));
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

/** A query parameter is named as it stands in the URL. */
function pathIn(part: Part, path: string): string {
  return part === 'querystring' ? path.replace(/^\//, '?') : path;
}
