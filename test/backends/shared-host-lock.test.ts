// Locks that many share or one has alone: never both, whoever comes in the same moment.

import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostLock } from '../../src/backends/support/host-lock.ts';
import { shareHostLock, takeHostLockAlone } from '../../src/backends/support/shared-host-lock.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moorage-shared-locks-'));
});

afterEach(async () => {
  if (existsSync(folder)) expect(readdirSync(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});

describe('a lock that can be shared', () => {
  it('is shared by many, and had alone when all of them have let go', async () => {
    const shares = await Promise.all(['one', 'two', 'three'].map((id) => had(share(id))));
    expect(await alone(50)).toMatchObject({
      isShare: true,
      heldBy: { purpose: expect.stringMatching(/copy/) },
    });
    const taking = had(alone(10_000));
    for (const each of shares) await each.release();
    await (await taking).release();
  });

  it('is not shared while somebody has it alone or waits for it', async () => {
    const first = await had(share('first'));
    const taking = had(alone(10_000));
    while (!('heldBy' in (await tried(share('late'))))); // until the other one waits
    await first.release();
    const owner = await taking;
    expect(await share('later')).toMatchObject({ heldBy: { purpose: 'baking' } });
    expect(await alone(0)).toMatchObject({ isShare: false, heldBy: { purpose: 'baking' } });
    await owner.release();
    await (await had(share('last'))).release();
  });

  it('is given up with the wait for it', async () => {
    const first = await had(share('first'));
    const giveUp = new AbortController();
    const taking = alone(10_000, giveUp.signal);
    giveUp.abort(new Error('given up'));
    await expect(taking).rejects.toThrow('given up');
    await first.release();
    await (await had(share('next'))).release();
  });

  it('is never shared and had alone at a time, whoever comes in the same moment', async () => {
    let sharing = 0;
    let owning = 0;
    const use = async (id: number, round: number) => {
      const isOwner = id % 4 === 3;
      for (let left = (id * round) % 20; left > 0; left -= 1) await new Promise(setImmediate);
      const lock = isOwner ? await alone(5) : await share(String(id));
      if ('heldBy' in lock) return 'refused';
      if (isOwner) owning += 1;
      else sharing += 1;
      expect(owning === 0 || (owning === 1 && sharing === 0)).toBe(true);
      await new Promise(setImmediate);
      if (isOwner) owning -= 1;
      else sharing -= 1;
      await lock.release();
      return isOwner ? 'alone' : 'shared';
    };
    const outcomes = new Set<string>();
    for (let round = 0; round < 25; round += 1) {
      for (const outcome of await Promise.all(Array.from({ length: 8 }, (_, id) => use(id, round))))
        outcomes.add(outcome);
    }
    expect([...outcomes].sort()).toEqual(['alone', 'refused', 'shared']);
  });

  it('of somebody who ended with a share is had, and cleaned up', async () => {
    mkdirSync(folder, { recursive: true });
    const gone = { pid: 4_000_000, startTime: '1', bootId: 'before', purpose: 'long ago' };
    writeFileSync(join(folder, 'template.shared-by-one.lock'), JSON.stringify(gone));
    await (await had(alone(0))).release();
  });
});

const share = (id: string) => shareHostLock(folder, 'template', { id, purpose: `a copy for ${id}` });

const alone = (timeoutMs: number, signal = new AbortController().signal) =>
  takeHostLockAlone(folder, 'template', { purpose: 'baking', timeoutMs, signal });

async function had(taking: Promise<HostLock | object>): Promise<HostLock> {
  const lock = await taking;
  if ('release' in lock) return lock;
  throw new Error(`it is had by another: ${JSON.stringify(lock)}`);
}

/** Lets go of what it gets. */
async function tried<T extends object>(taking: Promise<T>): Promise<T> {
  const lock = await taking;
  if ('release' in lock && typeof lock.release === 'function') await lock.release();
  return lock;
}
