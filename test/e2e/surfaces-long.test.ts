// What a surface survives that takes minutes: frozen processes, and one kill after the other. Side by side, each with a
// server of its own, since a freeze is nothing but waiting.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Site, startSite } from '../../examples/site.mjs';
import { processesOf, until } from '../server.ts';
import { startWithAlice } from './alice.ts';

let site: Site;

beforeAll(async () => {
  site = await startSite();
});

afterAll(() => site.close());

describe.concurrent('a surface survives', () => {
  it.for([20, 120])(
    'a freeze of %i seconds: nothing is lost, and what was sent meanwhile is answered',
    { timeout: 200_000 },
    async (seconds, { expect, onTestFinished }) => {
      const { alice, command, logIn, chromePid, expectNothingLeft } = await startWithAlice(site);
      onTestFinished(expectNothingLeft);
      await alice.open();
      const id = await logIn();
      const pid = await chromePid();
      process.kill(-pid, 'SIGSTOP');
      const sent = command(id, 'evaluate', { expression: 'window.secret' }, { timeoutMs: 180_000 });
      await until(async () => (await alice.look()).status === 'suspended', 'the state suspended');
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      process.kill(-pid, 'SIGCONT');
      expect(await sent).toMatchObject({ result: 42, generation: 1 });
      expect(await chromePid()).toBe(pid);
    },
  );

  it('twenty rounds of kill -9: no orphan Chrome, no orphan profile, no lost surface', {
    timeout: 480_000,
  }, async ({ expect, onTestFinished }) => {
    const rig = await startWithAlice(site);
    onTestFinished(() => rig.expectNothingLeft());
    const { alice, command, dataFolder } = rig;
    await alice.open();
    await rig.logIn();
    await rig.untilSaved('/account');
    for (let round = 0; round < 20; round += 1) {
      // Every third round Chrome dies as well, every fifth both in the middle of a wake.
      if (round % 3 === 0) process.kill(await rig.chromePid(), 'SIGKILL');
      const waking = round % 5 === 0 ? alice.open().catch(() => {}) : undefined;
      await rig.killServer();
      await waking;
      await alice.open();
    }
    const chromes = processesOf(dataFolder).filter(
      (line) => line.includes('/surfaces/alice/profile') && !line.includes('--type='),
    );
    expect(chromes).toHaveLength(1);
    expect(existsSync(join(dataFolder, 'surfaces', 'alice'))).toBe(true);
    const { id } = await alice.newPage(`${site.url}/account`);
    expect((await command(id, 'textContent', { locator: 'h1' })).result).toBe('Hello alice');
  });
});
