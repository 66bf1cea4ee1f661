// The command table as types of the TypeScript client: for each action its parameters and its result.

import type { CommandDescription } from '../src/pages/commands.ts';
import { FrameSpec, LocatorSpec } from '../src/pages/locators.ts';
import { LOSSES } from '../src/protocol/pages.ts';

const HEADER = `// The command table, as types. Generated from src/pages/commands.ts by \`npm run generate\`; not edited by hand.
`;

/** As much of JSON Schema as the command table uses. */
interface Schema {
  $ref?: string;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  const?: unknown;
  enum?: unknown[];
  type?: string | string[];
  items?: Schema | Schema[];
  prefixItems?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  patternProperties?: Record<string, Schema>;
  description?: string;
}

/** Shapes that many commands share, under the names that the client has for them. */
const NAMED = new Map([
  [JSON.stringify(FrameSpec), 'FrameSpec'],
  [JSON.stringify(LocatorSpec), 'LocatorSpec'],
]);

/** The text of clients/typescript/src/commands.ts. */
export function renderClientCommands(commands: readonly CommandDescription[]): string {
  const sorted = [...commands].sort((a, b) => (a.action < b.action ? -1 : 1));
  const entries = sorted.flatMap(({ action, summary, params, result }) => [
    `  /** ${summary} */`,
    `  ${propertyName(action)}: {`,
    `    params: ${typeOf(params as Schema, 2, 'readonly ')};`,
    `    result: ${typeOf(result as Schema, 2, '')};`,
    '  };',
  ]);
  const reads = sorted.filter(({ effect }) => effect === 'read').map(({ action }) => `  '${action}',`);
  const losses = Object.entries(LOSSES).map(
    ([loss, meaning]) => `  ${propertyName(loss)}: ${quoted(meaning)},`,
  );
  return [
    HEADER,
    "import type { FrameSpec } from './actions.ts';",
    "import type { LocatorSpec } from './locator-steps.ts';",
    "import type { Artifact } from './schemas.ts';",
    '',
    '/** Every action, with what it takes and gives. */',
    'export interface Commands {',
    ...entries,
    '}',
    '',
    '/** Actions that change nothing, so that they may be sent again when their reply was lost. */',
    'export const READ_ACTIONS: ReadonlySet<string> = new Set([',
    ...reads,
    ']);',
    '',
    '/** What a reconnect or a relaunch can cost. */',
    'export const LOSSES = {',
    ...losses,
    '} as const;',
    '',
  ].join('\n');
}

/** `array` stands before the types of arrays. */
function typeOf(schema: Schema, depth: number, array: string): string {
  const name = NAMED.get(JSON.stringify(schema));
  if (name) return name;
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return unionOf(alternatives.map((item) => typeOf(item, depth, array)));
  if (schema.allOf) return schema.allOf.map((item) => parenthesized(typeOf(item, depth, array))).join(' & ');
  if ('const' in schema) return literal(schema.const);
  if (schema.enum) return unionOf(schema.enum.map(literal));
  // Only artifacts are referred to.
  if (schema.$ref) return schema.$ref.replace(/^.*\//, '');
  if (Array.isArray(schema.type)) {
    return unionOf(schema.type.map((type) => typeOf({ ...schema, type }, depth, array)));
  }
  switch (schema.type) {
    case 'string':
      return 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    case 'array':
      return arrayOf(schema, depth, array);
    case 'object':
      return objectOf(schema, depth, array);
    default:
      return 'unknown';
  }
}

function arrayOf({ items, prefixItems }: Schema, depth: number, array: string): string {
  const tuple = prefixItems ?? (Array.isArray(items) ? items : undefined);
  if (tuple) return `[${tuple.map((item) => typeOf(item, depth, array)).join(', ')}]`;
  const item = items && !Array.isArray(items) ? typeOf(items, depth, array) : 'unknown';
  return `${array}${parenthesized(item)}[]`;
}

function objectOf(schema: Schema, depth: number, array: string): string {
  const { properties = {}, required = [], additionalProperties, patternProperties } = schema;
  const names = Object.keys(properties);
  const [pattern] = Object.values(patternProperties ?? {});
  const rest = pattern ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
  if (names.length === 0) {
    if (rest) return `Record<string, ${typeOf(rest, depth, array)}>`;
    return additionalProperties === false ? 'Record<string, never>' : 'Record<string, unknown>';
  }
  const indent = '  '.repeat(depth + 1);
  const members = names.flatMap((name) => {
    const member = properties[name] ?? {};
    const about = member.description ? [`${indent}/** ${member.description.replaceAll('*/', '* /')} */`] : [];
    const type = typeOf(member, depth + 1, array);
    return [...about, `${indent}${propertyName(name)}${required.includes(name) ? '' : '?'}: ${type};`];
  });
  return ['{', ...members, `${'  '.repeat(depth)}}`].join('\n');
}

function unionOf(types: readonly string[]): string {
  return [...new Set(types)].join(' | ');
}

function parenthesized(type: string): string {
  return /[|&]/.test(type) ? `(${type})` : type;
}

function literal(value: unknown): string {
  return typeof value === 'string' ? quoted(value) : JSON.stringify(value);
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}
