// `npm run generate`: writes every file that is made from code. With `--check` it writes none and names those that are
// not what they should be.

import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { renderOpenApi } from '../src/http/openapi.ts';
import { describeCommands } from '../src/pages/commands.ts';
import { renderClientCommands } from './client-commands.ts';
import { renderClientTypes } from './client-types.ts';
import { renderCommandList, renderCommands } from './command-documents.ts';
import {
  renderBackends,
  renderConfigSchema,
  renderConfiguration,
  renderErrors,
  renderEvents,
  renderMetrics,
} from './documents.ts';
import { pythonFiles } from './python-client.ts';
import { ROOT } from './run.mjs';

interface GeneratedFile {
  /** Relative to the repository. */
  file: string;
  /** The whole text, given the committed one: some files are written by hand around their generated part. */
  render(current: string): Promise<string>;
}

/** Every generated file. None is made from another one, so that one run of all makes all fresh. */
export const generated: readonly GeneratedFile[] = [
  { file: 'clients/commands.json', render: renderCommandList },
  {
    file: 'clients/typescript/src/api.ts',
    render: async () => renderClientTypes(await renderOpenApi()),
  },
  {
    file: 'clients/typescript/src/commands.ts',
    render: async () => renderClientCommands(describeCommands()),
  },
  { file: 'docs/backends.md', render: renderBackends },
  { file: 'docs/commands.md', render: renderCommands },
  { file: 'docs/configuration.md', render: renderConfiguration },
  { file: 'docs/errors.md', render: renderErrors },
  { file: 'docs/events.md', render: renderEvents },
  { file: 'docs/metrics.md', render: renderMetrics },
  { file: 'moorage.config.schema.json', render: renderConfigSchema },
  { file: 'openapi.json', render: renderOpenApi },
  ...pythonFiles,
];

if (import.meta.filename === process.argv[1]) {
  process.exitCode = process.argv.includes('--check') ? await checkAll() : await writeAll();
}

async function writeAll(): Promise<number> {
  for (const { file, render } of generated) {
    const current = await read(file);
    const text = await render(current);
    if (text === current) continue;
    await mkdir(dirname(join(ROOT, file)), { recursive: true });
    await writeFile(join(ROOT, file), text);
    console.log(`wrote ${file}`);
  }
  return 0;
}

async function checkAll(): Promise<number> {
  const stale: string[] = [];
  for (const { file, render } of generated) {
    const current = await read(file);
    if ((await render(current)) !== current) stale.push(file);
  }
  for (const file of stale) console.error(`${file} is not what \`npm run generate\` writes.`);
  return stale.length > 0 ? 1 : 0;
}

async function read(file: string): Promise<string> {
  const path = join(ROOT, file);
  return existsSync(path) ? await readFile(path, 'utf8') : '';
}
