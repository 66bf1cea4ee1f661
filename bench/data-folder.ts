// A data folder for one server of a benchmark, with the configuration that it is started with.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConfigFile } from '../src/config.ts';

export interface BenchFolder {
  path: string;
  configFile: string;
  remove(): Promise<void>;
}

/** Makes a folder whose server listens on a free port, logs only what goes wrong, and holds no benchmark back. */
export async function makeDataFolder(settings: ConfigFile): Promise<BenchFolder> {
  const path = await mkdtemp(join(tmpdir(), 'moorage-bench-'));
  const configFile = join(path, 'moorage.config.json');
  const config = {
    port: 0,
    dataFolder: path,
    log: { level: 'warn', format: 'json' },
    http: { rateLimit: 1_000_000 },
    drain: { grace: 0 },
    ...settings,
  } satisfies ConfigFile;
  await writeFile(configFile, JSON.stringify(config));
  return { path, configFile, remove: () => rm(path, { recursive: true, force: true, maxRetries: 20 }) };
}
