// The configuration as JSON Schema: what ajv checks files against, and what editors complete and check them by.

import type { BackendDefinition } from '../backends/backend.ts';
import type { Notation } from '../notation.ts';
import { BACKEND_NAME, ConfigSchema } from './schema.ts';
import { isRecord } from './tree.ts';

/** The parts of JSON Schema that configurations are written in, with the three keywords of our own. */
export interface JsonSchema {
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  patternProperties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  required?: string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  allOf?: JsonSchema[];
  if?: JsonSchema;
  then?: JsonSchema;
  not?: JsonSchema;
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
  description?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minProperties?: number;
  /** How the value is written: `duration`, `size` or `path`. */
  notation?: Notation;
  /** The default in words, where it is computed at the start. */
  computed?: string;
  /** What is allowed in words, where a pattern would not tell it. */
  allowed?: string;
}

/** Keywords that ajv is told of and editors are not. */
export const OWN_KEYWORDS = ['allowed', 'computed', 'notation'] as const;

/**
 * The schema of a configuration with these very backends, which have their kinds already: an error then speaks of the
 * settings of the right kind.
 */
export function configSchema(definitions: readonly BackendDefinition[], backends: unknown): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  for (const [name, backend] of Object.entries(isRecord(backends) ? backends : {})) {
    if (!BACKEND_NAME.test(name)) continue;
    const kind = isRecord(backend) ? backend.kind : undefined;
    const definition = definitions.find((candidate) => candidate.kind === kind);
    properties[name] = definition ? settingsSchema(definition) : kindSchema(definitions);
  }
  return withBackends({ properties });
}

/** The schema for editors: `kind` may be left out where the name is a kind. Self-contained and in a stable order. */
export function editorSchema(definitions: readonly BackendDefinition[]): object {
  const properties = Object.fromEntries(
    definitions.map((definition) => [definition.kind, branchingSchema(definitions, definition)]),
  );
  const schema = withBackends({
    properties,
    patternProperties: {
      // Names of kinds have their own line above, so the pattern must not speak of them as well.
      [`^(?!(${Object.keys(properties).join('|')})$)[a-z][a-z0-9-]{0,63}$`]: {
        ...branchingSchema(definitions),
        required: ['kind'],
      },
    },
  });
  const $schema = { type: 'string', description: 'The address of this schema, for editors.' };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Moorage configuration',
    ...(withoutOwnKeywords({ ...schema, properties: { $schema, ...schema.properties } }) as object), // as it was given
  };
}

/** What one kind of backend takes, `kind` included. */
export function settingsSchema({ kind, settings, summary }: BackendDefinition): JsonSchema {
  const schema = asJsonSchema(settings);
  return {
    ...schema,
    description: summary,
    properties: { kind: { const: kind, description: 'The kind of backend.' }, ...schema.properties },
  };
}

/** TypeBox schemas are JSON Schema with their TypeScript types; here the JSON is what is read. */
function asJsonSchema(schema: object): JsonSchema {
  return schema as JsonSchema;
}

function withBackends(backends: JsonSchema): JsonSchema {
  const whole = asJsonSchema(ConfigSchema);
  const section = asJsonSchema(ConfigSchema.properties.backends);
  return optional({ ...whole, properties: { ...whole.properties, backends: { ...section, ...backends } } });
}

/** How the kinds look that are imported; config/backend-modules.ts does that. */
const IMPORTED_KIND: JsonSchema = {
  type: 'string',
  pattern: '^(@|moorage-backend-|\\.{1,2}/|/|file:)',
  allowed: 'a package such as @acme/moorage-backend-x or a file such as ./my-backend.ts',
};

/** Any kind of backend, while nothing is known but that it must have one. */
function kindSchema(definitions: readonly BackendDefinition[]): JsonSchema {
  const kinds = definitions.map(({ kind }) => kind);
  return {
    type: 'object',
    properties: { kind: { anyOf: [{ enum: kinds }, IMPORTED_KIND], description: 'The kind of backend.' } },
    required: ['kind'],
  };
}

/** Each kind with its own settings, chosen by the value of `kind`; without one it is `unnamed`. */
function branchingSchema(definitions: readonly BackendDefinition[], unnamed?: BackendDefinition): JsonSchema {
  const branches = definitions.map((definition) =>
    branch(
      { type: 'object', properties: { kind: { const: definition.kind } }, required: ['kind'] },
      definition,
    ),
  );
  const { required: _, ...schema } = kindSchema(definitions);
  if (!unnamed) return { ...schema, allOf: branches };
  const isUnnamed = { type: 'object', properties: { kind: { not: {} } } };
  return { ...schema, allOf: [branch(isUnnamed, unnamed), ...branches] };
}

function branch(condition: JsonSchema, definition: BackendDefinition): JsonSchema {
  // biome-ignore lint/suspicious/noThenProperty: it is the keyword of JSON Schema, and nobody awaits a schema.
  return { if: condition, then: settingsSchema(definition) };
}

/** Nothing is required that has a default. */
function optional(schema: JsonSchema): JsonSchema {
  if (!schema.properties) return schema;
  const properties = Object.fromEntries(
    Object.entries(schema.properties).map(([key, property]) => [key, optional(property)]),
  );
  const required = (schema.required ?? []).filter((key) => !hasDefault(schema.properties?.[key] ?? {}));
  const { required: _, ...rest } = schema;
  return { ...rest, properties, ...(required.length > 0 && { required }) };
}

function hasDefault(schema: JsonSchema): boolean {
  return schema.default !== undefined || schema.computed !== undefined;
}

function withoutOwnKeywords(value: unknown, isSchema = true): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutOwnKeywords(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(
    ([key, member]) => member !== undefined && !(isSchema && OWN_KEYWORDS.some((own) => own === key)),
  );
  // Inside `properties` the keys are names of settings, which may well be called like a keyword.
  return Object.fromEntries(
    entries.map(([key, member]) => [
      key,
      withoutOwnKeywords(member, key !== 'properties' && key !== 'patternProperties'),
    ]),
  );
}
