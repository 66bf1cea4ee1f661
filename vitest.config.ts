// How tests run: two files at a time, because most of them start browsers, and in two processes that stay, because each
// would take a second of processor time to load the server anew. What a file changes of its process it changes back.

import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The client is tested and used from its sources, so that no test sees a stale build of it.
  // Without `module`, because packages may mean bundlers by it and not Node, which runs them here.
  ssr: { resolve: { conditions: ['moorage-source', 'node', 'development|production'] } },
  // The package by its own name, as authors of backends import it: from the sources as well.
  resolve: {
    alias: [
      { find: /^moorage\/backend$/, replacement: join(import.meta.dirname, 'src/backends/kit.ts') },
      {
        find: /^moorage\/backend-contract$/,
        replacement: join(import.meta.dirname, 'src/backends/contract.ts'),
      },
    ],
  },
  cacheDir: '.cache/vitest',
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts', 'clients/typescript/test/**/*.test.ts'],
    pool: 'forks',
    isolate: false,
    maxWorkers: 2,
    unstubEnvs: true,
    // What hangs is told late by these; what a busy machine delays is not failed by them.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
