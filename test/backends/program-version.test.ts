// Asking programs for their version.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readVersionOf } from '../../src/backends/support/program-version.ts';
import { processesOf, until } from '../server.ts';

it('a program that neither tells its version nor ends when it is asked to is ended', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'moorage-version-'));
  try {
    const program = join(folder, 'stubborn');
    await writeFile(program, "#!/bin/sh\ntrap '' TERM\nwhile :; do sleep 0.1; done\n", { mode: 0o755 });
    expect(await readVersionOf(program, undefined, 300)).toContain('which cannot be run');
    await until(() => processesOf(program).length === 0, 'its end');
  } finally {
    await rm(folder, { recursive: true });
  }
});
