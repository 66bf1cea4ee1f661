// Ports of emulators: that none is lost to a start that cannot even lock it.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Adb } from '../../src/backends/support/adb.ts';
import { startEmulator } from '../../src/backends/support/emulator.ts';
import { PortLeases } from '../../src/backends/support/ports.ts';
import { SessionFolder } from '../../src/backends/support/session-folder.ts';
import { freePort } from '../redis-server.ts';

it('a pair of ports that cannot be locked is to be had again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'moorage-emulator-ports-'));
  try {
    const hostLocks = join(folder, 'locks');
    await writeFile(hostLocks, 'a file where the locks of this machine should be');
    let now = 0;
    const from = (await freePort()) & ~1;
    const ports = new PortLeases({ from, to: from + 1, count: 2 }, () => now);
    const setup = {
      ...{ emulatorPath: '/bin/false', avd: 'x', adb: new Adb({ adbPath: '/bin/false' }), args: [], env: {} },
      ...{ home: folder, hostLocks, ports },
    };
    const start = {
      ...{ setup, folder: new SessionFolder(folder, 'x'), args: [], purpose: 'a test' },
      ...{ onSpawn: async () => {}, timeoutMs: 1000 },
    };
    await expect(startEmulator(start, AbortSignal.timeout(10_000))).rejects.toThrow(/EEXIST|ENOTDIR/);
    now += 10 * 60_000;
    expect(await ports.lease()).toBe(from);
  } finally {
    await rm(folder, { recursive: true });
  }
});
