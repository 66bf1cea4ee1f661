// How tests run: one process a file, two files at a time, because most of them start browsers.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The client is tested and used from its sources, so that no test sees a stale build of it.
  // Without `module`, because packages may mean bundlers by it and not Node, which runs them here.
  ssr: { resolve: { conditions: ['moorage-source', 'node', 'development|production'] } },
  cacheDir: '.cache/vitest',
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts', 'clients/typescript/test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
