// Backends that are not of Moorage: what the configuration file may name, what is refused and in which words, and the
// example of docs/writing-a-backend.md as its readers use it.

import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import plainChromium from '../../examples/backend/plain-chromium.ts';
import { backendContract } from '../../src/backends/contract.ts';
import { ConfigError, configFileSchema, loadConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { startServer } from '../../src/main.ts';
import { processesOf } from '../server.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const EXAMPLE = join(ROOT, 'examples', 'backend');
const run = promisify(execFile);

let folder: string;
/** The example, compiled where a reader would have installed it; it takes a while beside the other tests. */
let installed: Promise<string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moorage-imported-'));
  installed = installExample();
  installed.catch(() => {}); // its test tells
});
afterAll(async () => {
  expect(processesOf(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});

/** Loads a configuration whose one backend, `mine`, is of this kind; in a folder of its own, as `files` say. */
async function load(kind: string, files: Record<string, string> = {}, settings: object = {}) {
  const place = await mkdtemp(join(folder, 'case-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(place, name, '..'), { recursive: true });
    await writeFile(join(place, name), text);
  }
  const config = { dataFolder: join(place, 'data'), backends: { mine: { kind, ...settings } } };
  await writeFile(join(place, 'moorage.config.json'), JSON.stringify(config));
  return loadConfig({ cwd: place, env: {} });
}

/** The one fault that there is, without where it stands. */
async function refusal(...given: Parameters<typeof load>): Promise<string> {
  const error = await load(...given).catch((reason: unknown) => reason);
  if (!(error instanceof ConfigError)) throw new Error(`it was not refused: ${error}`);
  expect(error.faults.map(({ key }) => key)).toEqual(['backends.mine.kind']);
  expect(error.faults[0]?.where).toMatch(/moorage\.config\.json:1$/);
  return error.faults[0]?.message ?? '';
}

/** As `npm install` of packed packages leaves them: Moorage beside the example, with what is built. */
async function installExample(): Promise<string> {
  const place = await mkdtemp(join(folder, 'user-'));
  const modules = join(place, 'node_modules');
  const example = join(modules, 'moorage-backend-plain-chromium');
  await cp(EXAMPLE, example, { recursive: true });
  await symlink(ROOT, join(modules, 'moorage'));
  await mkdir(join(modules, '@types'));
  await symlink(join(ROOT, 'node_modules', '@types', 'node'), join(modules, '@types', 'node'));
  await run(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', example]);
  return place;
}

const BACKEND = `
import { defineBackend, problem, Type } from 'moorage/backend';
export default defineBackend({
  kind: 'mine', summary: 'One of mine.', byDefault: false,
  settings: Type.Object({ size: Type.Optional(Type.Integer({ minimum: 1, default: 3 })) }, { additionalProperties: false }),
  detect: async () => ({ found: true, detail: 'always' }),
  create: async () => { throw problem('no-capacity', { detail: 'none yet' }); },
});
`;

describe('a kind of a configuration file', () => {
  it.each(['ts', 'mjs'])('may be the path of a .%s file beside it', async (extension) => {
    const file = `./own.${extension}`;
    const { config, definitions } = await load(file, { [file]: BACKEND }, { size: 5 });
    expect(config.backends).toEqual({ mine: { kind: 'mine', size: 5 } });
    const own = definitions.find(({ kind }) => kind === 'mine');
    expect(await own?.detect({})).toEqual({ found: true, detail: 'always' });
  });

  it('may be a package that is installed beside it', async () => {
    const { config } = await load('@acme/moorage-backend-own', {
      'node_modules/@acme/moorage-backend-own/package.json': JSON.stringify({
        name: '@acme/moorage-backend-own',
        type: 'module',
        exports: { import: './index.js' },
      }),
      'node_modules/@acme/moorage-backend-own/index.js': BACKEND,
    });
    expect(config.backends).toEqual({ mine: { kind: 'mine', size: 3 } });
  });

  it('has its settings checked as those of any other kind', async () => {
    const error = await load('./own.ts', { 'own.ts': BACKEND }, { size: 0, colour: 'red' }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(ConfigError);
    const faults = (error as ConfigError).faults.map(({ key, message }) => `${key}: ${message}`);
    expect(faults.sort()).toEqual([
      'backends.mine.colour: There is no such key. Allowed in backends.mine: kind, size.',
      'backends.mine.size: Given: 0. Allowed: a whole number of at least 1.',
    ]);
  });

  it('is taken by the schema for editors', () => {
    expect(JSON.stringify(configFileSchema())).toContain('moorage-backend-');
  });

  it.each<[string, string, Record<string, string>, RegExp]>([
    ['a path where nothing is', './none.ts', {}, /There is no file .*none\.ts/],
    ['a package that is not installed', '@acme/none', {}, /not installed .*npm install @acme\/none$/],
    [
      'a file that throws',
      './own.ts',
      { 'own.ts': 'throw new Error("no luck");' },
      /cannot be imported: no luck/,
    ],
    ['a file that is no TypeScript', './own.ts', { 'own.ts': 'export default {{' }, /cannot be imported/],
    [
      'a file without a default export',
      './own.mjs',
      { 'own.mjs': 'export const a = 1;' },
      /default export is no backend/,
    ],
    [
      'what defineBackend has not made',
      './own.mjs',
      { 'own.mjs': 'export default { kind: "mine" };' },
      /not made by defineBackend/,
    ],
    [
      'a backend for a later Moorage',
      './own.mjs',
      { 'own.mjs': 'export default { kind: "mine", seamVersion: 99 };' },
      /version 99 of the seam, and this Moorage has version \d+\. Install a newer Moorage/,
    ],
    [
      'half a definition',
      './own.mjs',
      { 'own.mjs': 'export default { kind: "My Own", seamVersion: 1, settings: { type: "object" } };' },
      /kind must be .*; summary must be .*; detect must be .*; create must be/,
    ],
    [
      'a schema that is none',
      './own.ts',
      { 'own.ts': BACKEND.replace('Type.Integer({ minimum: 1,', 'Type.Integer({ minimun: 1,') },
      /schema of its settings is not right: .*minimun/,
    ],
    [
      'the kind of another backend',
      './own.ts',
      { 'own.ts': BACKEND.replace("kind: 'mine'", "kind: 'chrome'") },
      /a backend of kind chrome already/,
    ],
  ])('is refused where it is %s', async (_, kind, files, words) => {
    expect(await refusal(kind, files)).toMatch(words);
  });

  it('that fails to be made is named when the server does not start, and the others are closed', async () => {
    const { config, definitions } = await load('./own.ts', { 'own.ts': BACKEND });
    let isClosed = false;
    const kinds = definitions.map((definition) => {
      if (definition.kind !== 'fake') return definition;
      const create: typeof definition.create = async (settings, context) => {
        const backend = await definition.create(settings, context);
        const close = async () => {
          isClosed = true;
        };
        return Object.assign(backend, { close });
      };
      return { ...definition, create };
    });
    const backends = { ...config.backends, other: { kind: 'fake' } };
    const log = createLog({ level: 'silent', pretty: false });
    const started = startServer({ ...config, backends, port: 0 }, { definitions: kinds, log });
    await expect(started).rejects.toThrow(/^backend mine cannot be made: .*none yet/);
    expect(isClosed).toBe(true);
  });

  it('is imported only where the file says so, not where a variable does', async () => {
    const place = await mkdtemp(join(folder, 'case-'));
    await writeFile(join(place, 'own.ts'), 'throw new Error("imported");');
    await writeFile(join(place, 'moorage.config.json'), '{"backends": {"chrome": {}}}');
    const env = { MOORAGE_BACKENDS_CHROME_KIND: join(place, 'own.ts') };
    const refused = loadConfig({ cwd: place, env });
    await expect(refused).rejects.toThrow(/MOORAGE_BACKENDS_CHROME_KIND.*\n.*Allowed: "chrome"\.$/);
  });
});

// The headless shell starts in half the time; the example above has Chromium.
await backendContract(plainChromium, { capacity: 2, command: 'chromium-headless-shell' });

describe('the example of docs/writing-a-backend.md', () => {
  it('has at most 120 lines', async () => {
    const text = await readFile(join(EXAMPLE, 'plain-chromium.ts'), 'utf8');
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(120);
  });

  it('is compiled by its own tsconfig.json, installed, named by a configuration, and gives a session that is driven', async () => {
    const place = await installed;
    await writeFile(
      join(place, 'moorage.config.yaml'),
      `port: 0\ndataFolder: data\nbackends:\n  plain:\n    kind: moorage-backend-plain-chromium\n    capacity: 1\n`,
    );
    const { config, definitions } = await loadConfig({ cwd: place, env: {} });
    const log = createLog({ level: 'silent', pretty: false });
    const server = await startServer(config, { definitions, log });
    try {
      const browser = await chromium.connectOverCDP(
        `${server.url.replace('http', 'ws')}/connect?browser=chromium`,
      );
      const page = await browser.contexts()[0]?.newPage();
      await page?.goto('data:text/html,<title>Mine</title>');
      expect(await page?.title()).toBe('Mine');
      const refused = await fetch(`${server.url}/v1/sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ backend: 'plain', browser: 'chromium', waitMs: 0 }),
      });
      expect(await refused.json()).toMatchObject({ code: 'no-capacity' });
      await browser.close();
    } finally {
      await server.stop({ graceMs: 0 });
    }
    expect(processesOf(place)).toEqual([]);
  }, 120_000);
});
