// What a backend under test is made with: all of it below one folder, in silence.

import { join } from 'node:path';
import type { BackendContext } from '../../src/backends/backend.ts';
import { systemClock } from '../../src/clock.ts';
import { createLog } from '../../src/log.ts';

export function testContext(
  name: string,
  folder: string,
  different: Partial<BackendContext> = {},
): BackendContext {
  return {
    name,
    dataFolder: folder,
    hostLocks: join(folder, 'locks'),
    network: { allowMetadata: false, allowPrivate: true },
    clock: systemClock,
    log: createLog({ level: 'silent', pretty: false }),
    ...different,
  };
}
