// How the wire schemas read in Python: type annotations, and snake_case names.

/** What of JSON Schema the wire schemas use. */
export interface WireSchema {
  $id?: string;
  $ref?: string;
  type?: string | readonly string[];
  const?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly WireSchema[];
  items?: WireSchema | readonly WireSchema[];
  prefixItems?: readonly WireSchema[];
  properties?: Record<string, WireSchema>;
  required?: readonly string[];
  patternProperties?: Record<string, WireSchema>;
  additionalProperties?: boolean | WireSchema;
  description?: string;
  default?: unknown;
}

// Every word that Python keeps for itself and that is not capitalized.
const KEYWORDS = new Set(
  `and as assert async await break class continue def del elif else except finally for from global if import in is
   lambda nonlocal not or pass raise return try while with yield`.split(/\s+/),
);

/** `waitUntil` as `wait_until`, `addInitScript` as `add_init_script`, `waitForURL` as `wait_for_url`. */
export function snakeCase(name: string): string {
  const snake = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
  return KEYWORDS.has(snake) ? `${snake}_` : snake;
}

/** The annotation of a schema's values. `isRecord` says of which `$id`s there is a class of that name. */
export function pythonType(schema: WireSchema, isRecord: (id: string) => boolean = () => false): string {
  const typeOf = (member: WireSchema) => pythonType(member, isRecord);
  const id = schema.$id ?? schema.$ref;
  if (id !== undefined && isRecord(id)) return id;
  if (schema.const !== undefined) return literal([schema.const]);
  if (schema.enum) return literal(schema.enum);
  if (schema.anyOf) return union(schema.anyOf.map(typeOf));
  if (Array.isArray(schema.type)) return union(schema.type.map((type: string) => typeOf({ type })));
  switch (schema.type) {
    case 'string':
      return 'str';
    case 'integer':
      return 'int';
    case 'number':
      return 'float';
    case 'boolean':
      return 'bool';
    case 'null':
      return 'None';
    case 'array':
      return `List[${itemType(schema, typeOf)}]`;
    case 'object':
      return `Dict[str, ${valueType(schema, typeOf)}]`;
    default:
      return 'Any';
  }
}

/** An annotation that allows None as well. */
export function optional(type: string): string {
  return type === 'Any' || type === 'None' || type.startsWith('Optional[') ? type : `Optional[${type}]`;
}

/** Text as a Python string literal. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** Sentences as a docstring of one indentation, wrapped at 120 columns. */
export function docstring(text: string, indent: string): string {
  const words = text.replaceAll('\\', '\\\\').replaceAll('"""', "'''").split(/\s+/);
  const lines = [''];
  for (const word of words) {
    const line = lines[lines.length - 1] ?? '';
    const limit = 120 - indent.length - (lines.length === 1 ? 6 : 0);
    if (line !== '' && line.length + 1 + word.length > limit) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  if (lines.length === 1) return `${indent}"""${lines[0]}"""`;
  return [
    `${indent}"""${lines[0]}`,
    ...lines.slice(1).map((line) => `${indent}${line}`),
    `${indent}"""`,
  ].join('\n');
}

function itemType(schema: WireSchema, typeOf: (member: WireSchema) => string): string {
  const { items } = schema;
  if (items === undefined || Array.isArray(items)) return 'Any';
  return typeOf(items as WireSchema); // an array was ruled out; the compiler does not narrow readonly ones
}

function valueType(schema: WireSchema, typeOf: (member: WireSchema) => string): string {
  if (schema.properties && Object.keys(schema.properties).length > 0) return 'Any';
  const [pattern] = Object.values(schema.patternProperties ?? {});
  if (pattern) return typeOf(pattern);
  const { additionalProperties } = schema;
  return typeof additionalProperties === 'object' ? typeOf(additionalProperties) : 'Any';
}

function literal(values: readonly unknown[]): string {
  const texts = values.map((value) => {
    if (value === null) return 'None';
    if (typeof value === 'boolean') return value ? 'True' : 'False';
    return JSON.stringify(value);
  });
  return `Literal[${texts.join(', ')}]`;
}

/** Literals of one union become one, and None makes it Optional. */
function union(types: readonly string[]): string {
  const literals = types.filter((type) => type.startsWith('Literal['));
  const merged =
    literals.length > 0 ? [`Literal[${literals.map((type) => type.slice(8, -1)).join(', ')}]`] : [];
  const rest = types.filter((type) => !type.startsWith('Literal[') && type !== 'None');
  const members = [...new Set([...rest, ...merged])];
  if (members.includes('Any')) return 'Any';
  const whole = members.length === 1 ? (members[0] ?? 'Any') : `Union[${members.join(', ')}]`;
  if (members.length === 0) return 'None';
  return types.includes('None') ? optional(whole) : whole;
}
