// What a `moorage.config.ts` imports, as `moorage/config`: the types of a configuration and nothing that runs.

import type { ConfigFile } from './schema.ts';

export type { ConfigFile };

/** Types the configuration in a `moorage.config.ts`: `export default defineConfig({ … })`. */
export function defineConfig(config: ConfigFile): ConfigFile {
  return config;
}
