// What is wrong with data that does not fit its schema, in words: the member, what it must be, and for an unknown one
// which it may have been meant to be.

import type { ErrorObject } from 'ajv';
import { nearestName } from './nearest-name.ts';

export interface Fault {
  /** A JSON pointer into what was checked. */
  path: string;
  message: string;
}

/** Every fault once. A union's alternatives are told together. */
export function describeFaults(errors: readonly ErrorObject[]): Fault[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
  const faults = errors
    .filter((error) => !unions.some((union) => error !== union && isInside(error, union)))
    .map((error) => describeFault(error, errors));
  const unique = new Map(faults.map((fault) => [`${fault.path} ${fault.message}`, fault]));
  return [...unique.values()];
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
  const meant = nearestName(name, known);
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
