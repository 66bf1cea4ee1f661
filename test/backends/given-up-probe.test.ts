// What a backend offers when a probe of its health takes too long, as on a machine that is busy: as much as before.

import { once } from 'node:events';
import { expect, it } from 'vitest';
import type { Backend, BackendContext } from '../../src/backends/backend.ts';
import { DriverBackend } from '../../src/backends/support/driver-backend.ts';
import { HostedBackend } from '../../src/backends/support/hosted-backend.ts';
import { PortLeases } from '../../src/backends/support/ports.ts';
import { ManualClock } from '../manual-clock.ts';
import { testContext } from './context.ts';

/** At first it is there; whoever looks again is told so only when he has given up. */
async function find(signal?: AbortSignal) {
  if (!signal) return { path: '/usr/bin/browser', features: [] };
  if (!signal.aborted) await once(signal, 'abort');
  return 'its version could not be read: the operation was aborted';
}

const kinds: Record<string, (context: BackendContext) => Promise<Backend>> = {
  'a driver': (context) => {
    const kind = { browser: 'x', capacity: 1, startTimeoutMs: 1000, find };
    const plan = () => Promise.reject(new Error('nobody asks for it'));
    return DriverBackend.create({ ...kind, plan }, new PortLeases({ from: 1, to: 1 }, () => 0), context);
  },
  'a host': (context) => {
    const kind = { host: 'firefox', browser: 'x', protocol: 'bidi', features: [], find } as const;
    const ordersFor = () => {
      throw new Error('nobody asks for it');
    };
    return HostedBackend.create({ ...kind, features: [], ordersFor }, {}, context);
  },
};

it.each(Object.keys(kinds))('a backend with %s keeps its offers when a probe is given up', async (name) => {
  const clock = new ManualClock();
  const backend = await kinds[name]?.(testContext('x', '/nowhere', { clock }));
  clock.advance(5 * 60_000);
  const probe = backend?.healthCheck(AbortSignal.timeout(50));
  await expect(probe).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(backend?.status().offers).toMatchObject([{ browser: 'x' }]);
});
