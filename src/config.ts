// The door of the configuration: everything that can be set, from defaults, a file, the environment and flags.
// Nobody else reads process.env.

import { isIP } from 'node:net';
import type { Config, ConfigFile } from './config/schema.ts';
import type { Source } from './config/sources.ts';

export { ConfigError, type Fault } from './config/faults.ts';
export type { BackendSettings, Config, ConfigFile } from './config/schema.ts';
export type { Source } from './config/sources.ts';
export type { Bytes, Milliseconds } from './notation.ts';

export interface LoadedConfig {
  /** Deeply frozen. */
  config: Config;
  /** Where each value came from, by key path such as `sessions.idleTimeout`. */
  sources: Readonly<Record<string, Source>>;
  /** The configuration file that was read. */
  file: string | undefined;
  /** What looks like a mistake but is not refused, such as an unknown MOORAGE_ variable. For the log. */
  warnings: readonly string[];
}

/** Types the configuration in a `moorage.config.ts`: `export default defineConfig({ … })`. */
export function defineConfig(config: ConfigFile): ConfigFile {
  return config;
}

/** Whether listening on `host` reaches this machine alone: 127.0.0.0/8, ::1 or localhost. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  if (bare === 'localhost' || bare.endsWith('.localhost')) return true;
  switch (isIP(bare)) {
    case 4:
      return bare.startsWith('127.');
    case 6:
      return /^(0*:)*:?0*1$/.test(bare) || /^::ffff:127\./.test(bare);
    default:
      return false;
  }
}
