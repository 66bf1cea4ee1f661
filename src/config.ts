// The door of the configuration: everything that can be set, out of defaults, a file, the environment and flags.
// Nobody else reads process.env.

import { homedir } from 'node:os';
import type { BackendDefinition } from './backends/backend.ts';
import { backendDefinitions } from './backends/index.ts';
import { API_KEYS_VARIABLE, parseApiKeys } from './config/api-keys.ts';
import { importBackends } from './config/backend-modules.ts';
import { ConfigError } from './config/faults.ts';
import { findConfigFile, type ParsedFile, readConfigFile } from './config/files.ts';
import { configSchema, editorSchema } from './config/json-schema.ts';
import { type Key, listKeys, writePath } from './config/keys.ts';
import { Origins } from './config/origins.ts';
import { breaches, complete } from './config/rules.ts';
import type { Config } from './config/schema.ts';
import {
  applySettings,
  type Environment,
  type Flags,
  type Setting,
  type Source,
  settingsOfEnvironment,
  settingsOfFlags,
  warnOfUnknownVariables,
} from './config/sources.ts';
import { deepFreeze, fillDefaults, isRecord, normalize } from './config/tree.ts';
import { validate } from './config/validation.ts';
import { parsePath, writeDuration, writeSize } from './notation.ts';

export { hashApiKey } from './config/api-keys.ts';
export { type ConfigFile, defineConfig } from './config/define.ts';
export { ConfigError, type Fault } from './config/faults.ts';
export { isLoopbackHost } from './config/rules.ts';
export type { BackendSettings, Config } from './config/schema.ts';
export { maskSecrets } from './config/secrets.ts';
export { describeSource, type Source } from './config/sources.ts';
export type { Bytes, Milliseconds } from './notation.ts';

export interface LoadedConfig {
  /** Deeply frozen. */
  config: Config;
  /** Where each value came from, by key path such as `sessions.idleTimeout`. */
  sources: Readonly<Record<string, Source>>;
  /** The configuration file that was read. */
  file: string | undefined;
  /** Every kind of backend that there is: those of Moorage, and those that the file had imported. */
  definitions: readonly BackendDefinition[];
  /** What looks like a mistake but is not refused, such as an unknown MOORAGE_ variable. For the log. */
  warnings: readonly string[];
}

export interface LoadOptions {
  /** Flags as commander gives them (`{ port: '0', sessionsIdleTimeout: '5m' }`), `config` and foreign ones included. */
  argv?: Flags;
  env?: Environment;
  cwd?: string;
  home?: string;
  /** The configuration file; else that of `argv.config`, of MOORAGE_CONFIG, or the one that is found. */
  file?: string;
  definitions?: readonly BackendDefinition[];
}

/** Variables that are not of the server but of its clients and scripts. */
const FOREIGN_VARIABLES = ['MOORAGE_API_KEY', 'MOORAGE_URL'];

/**
 * Variables of other programs that set something of a kind of backend. `ambient` ones describe the desktop rather
 * than the wish of the operator, so that they only fill a gap.
 */
const BORROWED_VARIABLES = [
  { kind: 'chrome', setting: 'executablePath', variable: 'CHROME_PATH', isAmbient: false },
  { kind: 'chrome', setting: 'display', variable: 'DISPLAY', isAmbient: true },
];

/**
 * The configuration: defaults, then the file, the environment and flags, each over the one before.
 * @throws ConfigError with everything that is wrong.
 */
export async function loadConfig(options: LoadOptions = {}): Promise<LoadedConfig> {
  const { argv = {}, env = process.env, cwd = process.cwd(), home = homedir() } = options;
  const { definitions: known = backendDefinitions } = options;

  const parsed = await readFile({ ...options, argv, env, cwd, home });
  const tree = rootOf(parsed);
  tree.backends ??= defaultBackends(known);
  const definitions = await importBackends(tree.backends, known, {
    folder: parsed?.folder ?? cwd,
    locate: (path) => parsed?.locate(path) ?? 'default',
  });
  nameKinds(tree.backends, definitions);

  const schema = configSchema(definitions, tree.backends);
  const keys = listKeys(schema);
  const settings = [
    ...borrowedSettings(tree.backends, keys, env),
    ...settingsOfEnvironment(keys, env),
    ...settingsOfFlags(keys, argv),
  ];
  applySettings(tree, settings);
  fillDefaults(tree, schema);

  const origins = new Origins(parsed, settings);
  normalize(tree, schema, { home, folderOf: (path) => origins.folderOf(path, cwd) });
  const apiKeys = parseApiKeys(env[API_KEYS_VARIABLE] ?? '');
  const faults = [...validate(tree, schema, (path) => origins.locate(path)), ...apiKeys.faults];
  if (faults.length > 0) throw new ConfigError(faults);

  const config = complete(tree as Partial<Config>); // validation has seen to it
  config.keys.push(...apiKeys.keys);
  const broken = await breaches(config, origins);
  if (broken.length > 0) throw new ConfigError(broken);

  return {
    config: deepFreeze(config),
    sources: origins.sourcesOf(config, apiKeys.keys.length > 0),
    file: parsed?.file,
    definitions,
    warnings: warnOfUnknownVariables(env, [
      ...keys.flatMap(({ variables }) => variables),
      'MOORAGE_CONFIG',
      API_KEYS_VARIABLE,
      ...FOREIGN_VARIABLES,
    ]),
  };
}

/** A flag for every key that fits into one word, for the command line. */
export function configFlags(
  definitions: readonly BackendDefinition[] = backendDefinitions,
): Array<{ flag: string; key: string; description: string }> {
  return serverKeys(definitions).map(({ path, schema, flags }) => ({
    flag: flags[0] ?? '',
    key: writePath(path),
    description: schema.description ?? '',
  }));
}

/** Writes values of `config` as a file would hold them, given their key paths: `90s` for a duration of `90000`. */
export function configWriter(
  config: Config,
  definitions: readonly BackendDefinition[] = backendDefinitions,
): (key: string, value: unknown) => string {
  const keys = listKeys(configSchema(definitions, config.backends));
  const notations = new Map(keys.map(({ path, schema }) => [writePath(path), schema.notation]));
  return (key, value) => {
    const notation = notations.get(key);
    if (typeof value === 'number' && notation === 'duration') return writeDuration(value);
    if (typeof value === 'number' && notation === 'size') return writeSize(value);
    return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  };
}

/** The JSON Schema of configuration files, for editors. */
export function configFileSchema(definitions: readonly BackendDefinition[] = backendDefinitions): object {
  return editorSchema(definitions);
}

/** The keys of everything but backends, whose names only a file can tell. */
function serverKeys(definitions: readonly BackendDefinition[]): Key[] {
  return listKeys(configSchema(definitions, {}));
}

async function readFile(
  options: Required<Pick<LoadOptions, 'argv' | 'cwd' | 'env' | 'home'>> & LoadOptions,
): Promise<ParsedFile | undefined> {
  const { argv, cwd, env, home } = options;
  const given = givenFile(options);
  const file = findConfigFile(given, cwd, [cwd, dataFolderOf(argv, env, cwd, home)]);
  return file === undefined ? undefined : await readConfigFile(file);
}

function givenFile({
  file,
  argv,
  env,
}: Pick<LoadOptions, 'argv' | 'env' | 'file'>): { path: string; where: string } | undefined {
  if (file !== undefined) return { path: file, where: 'file' };
  if (typeof argv?.config === 'string') return { path: argv.config, where: '--config' };
  return env?.MOORAGE_CONFIG ? { path: env.MOORAGE_CONFIG, where: 'MOORAGE_CONFIG' } : undefined;
}

/** The data folder as far as it is known before the file is found. */
function dataFolderOf(argv: Flags, env: Environment, cwd: string, home: string): string {
  const keys = serverKeys([]).filter(({ path }) => path[0] === 'dataFolder');
  const settings = [...settingsOfEnvironment(keys, env), ...settingsOfFlags(keys, argv)];
  const [key] = keys;
  const value = settings.at(-1)?.value ?? key?.schema.default;
  return parsePath(String(value), cwd, home);
}

function rootOf(parsed: ParsedFile | undefined): Record<string, unknown> {
  if (!parsed) return {};
  if (!isRecord(parsed.content)) {
    const message = 'It must hold one object with the keys of the configuration.';
    throw new ConfigError([{ key: '', where: parsed.file, message }]);
  }
  const { $schema: _, ...tree } = copyOf(parsed.content, parsed.file);
  return tree;
}

/** A TypeScript configuration may hand out an object that it keeps, or that is more than data. */
function copyOf(content: Record<string, unknown>, file: string): Record<string, unknown> {
  try {
    return structuredClone(content);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([{ key: '', where: file, message: `It must hold plain data: ${reason}` }]);
  }
}

function defaultBackends(definitions: readonly BackendDefinition[]): Record<string, { kind: string }> {
  const kinds = definitions.filter(({ byDefault }) => byDefault).map(({ kind }) => kind);
  return Object.fromEntries(kinds.map((kind) => [kind, { kind }]));
}

/** A backend that is called like a kind is of this kind, unless it says otherwise. */
function nameKinds(backends: unknown, definitions: readonly BackendDefinition[]): void {
  if (!isRecord(backends)) return;
  for (const [name, backend] of Object.entries(backends)) {
    const isKind = definitions.some(({ kind }) => kind === name);
    if (isKind && backend === null)
      backends[name] = { kind: name }; // `chrome:` in YAML, and nothing more
    else if (isKind && isRecord(backend)) backend.kind ??= name;
  }
}

function borrowedSettings(backends: unknown, keys: readonly Key[], env: Environment): Setting[] {
  return BORROWED_VARIABLES.flatMap(({ kind, setting, variable, isAmbient }) => {
    const value = env[variable];
    if (!value || !isRecord(backends)) return [];
    const names = Object.entries(backends).filter(
      ([, backend]) =>
        isRecord(backend) && backend.kind === kind && !(isAmbient && backend[setting] !== undefined),
    );
    return names
      .map(([name]) => ['backends', name, setting])
      .filter((path) => keys.some((key) => writePath(key.path) === writePath(path)))
      .map((path) => ({ path, value, source: { kind: 'environment', variable } as const }));
  });
}
