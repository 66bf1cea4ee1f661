// Clones of simulators on a machine whose CoreSimulator hangs: xcrun is one here that never ends.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Simctl } from '../../src/backends/support/simctl.ts';
import { SimulatorClones } from '../../src/backends/support/simulator-clones.ts';
import { createLog } from '../../src/log.ts';
import { until } from '../server.ts';

it('a trial that cannot be made is told, and is no end of the server', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'moorage-clones-'));
  try {
    const xcrun = join(folder, 'xcrun');
    await writeFile(xcrun, '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 });
    const hostLocks = join(folder, 'locks');
    await writeFile(hostLocks, 'a file where the locks of this machine should be');
    const told: unknown[] = [];
    const log = createLog({ level: 'silent', pretty: false });
    const clones = new SimulatorClones({
      simctl: new Simctl(xcrun, 50),
      bootTimeoutMs: 50,
      template: () => Promise.reject(new Error('nobody asks for it')),
      look: async () => {},
      hostLocks,
      backend: 'ios-simulator',
      log: { ...log, warn: (entry: unknown) => void told.push(entry) },
    });
    for (const udid of ['A', 'B']) await clones.discard(udid);
    expect(clones.trouble).toMatch(/CoreSimulator hangs/);
    await until(() => told.length > 0, 'what became of the trial');
    expect(told).toMatchObject([{ event: 'simulator.trial-failed', backend: 'ios-simulator' }]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
