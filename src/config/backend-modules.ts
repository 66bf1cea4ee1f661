// Backends that are not of Moorage: a kind that is the name of an npm package or the path of a file. Only a configuration
// file can name one; it is imported once, and its settings are then checked like those of any other kind.

import { access } from 'node:fs/promises';
import { extname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createJiti } from 'jiti';
import { type BackendDefinition, SEAM_VERSION } from '../backends/backend.ts';
import { ConfigError, type Fault } from './faults.ts';
import { settingsSchema } from './json-schema.ts';
import type { KeyPath } from './keys.ts';
import { isRecord } from './tree.ts';
import { findSchemaFault } from './validation.ts';

const NATIVE_EXTENSIONS = ['.cjs', '.js', '.mjs'];
const KIND = /^[a-z][a-z0-9-]{0,63}$/;

/** Whether a kind is to be imported. Others are names, so that a misspelt one is told as such. */
export function isModule(kind: unknown): kind is string {
  return typeof kind === 'string' && (/^(@|moorage-backend-|\.{1,2}\/|file:)/.test(kind) || isAbsolute(kind));
}

/**
 * Imports what `backends` names, with paths and packages as seen from `folder`, and replaces each such kind by that of
 * the definition. Resolves with all that there is then.
 * @throws ConfigError that says what is wrong with each.
 */
export async function importBackends(
  backends: unknown,
  known: readonly BackendDefinition[],
  { folder, locate }: { folder: string; locate: (path: KeyPath) => string },
): Promise<readonly BackendDefinition[]> {
  const imported = new Map<string, BackendDefinition>();
  const faults: Fault[] = [];
  for (const [name, backend] of Object.entries(isRecord(backends) ? backends : {})) {
    if (!isRecord(backend) || !isModule(backend.kind)) continue;
    const specifier = backend.kind;
    try {
      const definition = imported.get(specifier) ?? (await importBackend(specifier, folder));
      const namesake = [...known, ...imported.values()].find(({ kind }) => kind === definition.kind);
      if (namesake && namesake !== definition) {
        throw new Error(
          `There is a backend of kind ${definition.kind} already; it has to call itself otherwise.`,
        );
      }
      imported.set(specifier, definition);
      backend.kind = definition.kind;
    } catch (error) {
      const path = ['backends', name, 'kind'];
      const message = `Given: ${specifier}. ${error instanceof Error ? error.message : String(error)}`;
      faults.push({ key: path.join('.'), where: locate(path), message });
    }
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return [...known, ...imported.values()];
}

/** @throws Error that says what is wrong with it, and what to do. */
async function importBackend(specifier: string, folder: string): Promise<BackendDefinition> {
  const file = await resolveModule(specifier, folder);
  const exported = await importDefault(file);
  if (!isRecord(exported)) {
    throw new Error(
      'Its default export is no backend. Allowed: what defineBackend of moorage/backend returns, as `export default`.',
    );
  }
  const { seamVersion } = exported;
  if (typeof seamVersion !== 'number') {
    throw new Error('Its default export was not made by defineBackend of moorage/backend.');
  }
  if (seamVersion !== SEAM_VERSION) {
    const remedy = seamVersion < SEAM_VERSION ? 'a newer version of it' : 'a newer Moorage';
    throw new Error(
      `It was made for version ${seamVersion} of the seam, and this Moorage has version ${SEAM_VERSION}. Install ${remedy}.`,
    );
  }
  return checkDefinition(exported);
}

async function resolveModule(specifier: string, folder: string): Promise<string> {
  const isPath = !/^(@|moorage-backend-)/.test(specifier);
  if (isPath) {
    const file = specifier.startsWith('file:') ? fileURLToPath(specifier) : resolve(folder, specifier);
    await access(file).catch(() => {
      throw new Error(`There is no file ${file}.`);
    });
    return file;
  }
  const jiti = createJiti(join(folder, 'moorage.config.js'), { fsCache: false });
  const url = jiti.esmResolve(specifier, { try: true });
  if (url) return fileURLToPath(url);
  throw new Error(`It is not installed where ${folder} would find it: npm install ${specifier}`);
}

async function importDefault(file: string): Promise<unknown> {
  try {
    if (NATIVE_EXTENSIONS.includes(extname(file))) return await importNatively(file);
    return await importByJiti(file);
  } catch (error) {
    throw new Error(`It cannot be imported: ${describe(error)}`, { cause: error });
  }
}

/** A package that lies elsewhere than Moorage may not find it, and a file in TypeScript is not for Node at all. */
async function importNatively(file: string): Promise<unknown> {
  try {
    const { default: exported } = await import(pathToFileURL(file).href);
    return exported;
  } catch (error) {
    if (!isRecord(error) || error.code !== 'ERR_MODULE_NOT_FOUND' || !/'moorage'/.test(describe(error)))
      throw error;
    return importByJiti(file);
  }
}

async function importByJiti(file: string): Promise<unknown> {
  const jiti = createJiti(import.meta.url, {
    // Moorage writes nothing outside of its data folder.
    fsCache: false,
    moduleCache: false,
    // The very same as ours, wherever the file lies.
    virtualModules: { 'moorage/backend': await import('../backends/kit.ts') },
  });
  return jiti.import(file, { default: true });
}

function checkDefinition(exported: Record<string, unknown>): BackendDefinition {
  const { kind, summary, settings, detect, create, bake } = exported;
  const wrong = [
    ...(typeof kind === 'string' && KIND.test(kind)
      ? []
      : [`kind must be a text that matches ${KIND.source}`]),
    ...(typeof summary === 'string' && summary !== '' ? [] : ['summary must be a sentence']),
    ...(isRecord(settings) && settings.type === 'object' ? [] : ['settings must be a schema of an object']),
    ...(typeof detect === 'function' ? [] : ['detect must be a function']),
    ...(typeof create === 'function' ? [] : ['create must be a function']),
    ...(bake === undefined || typeof bake === 'function' ? [] : ['bake must be a function, if it is there']),
  ];
  if (wrong.length > 0) throw new Error(`Its definition is not right: ${wrong.join('; ')}.`);
  const definition = exported as unknown as BackendDefinition; // as just seen
  const fault = findSchemaFault(settingsSchema(definition));
  if (fault !== undefined) throw new Error(`The schema of its settings is not right: ${fault}.`);
  return definition;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
