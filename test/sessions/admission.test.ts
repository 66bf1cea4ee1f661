// Requests that come to the queue at every moment of a pass over it: none is passed over.

import { expect, it } from 'vitest';
import { ALICE, Allocation, BOB, never, settle } from './allocation.ts';

it('serves who comes to the queue at the very end of a pass', async () => {
  const farm = await Allocation.open({ busy: { capacity: 1 }, free: {} });
  const waitForBusy = (signal: AbortSignal) =>
    farm.allocator.createSession(ALICE, { backend: 'busy' }, signal).catch(() => {});
  const leaving = new AbortController();
  await waitForBusy(never());
  const waiting = waitForBusy(leaving.signal);
  await settle();

  for (let moments = 0; moments < 40; moments += 1) {
    // Whoever joins the queue starts a pass.
    const joining = new AbortController();
    const joined = waitForBusy(joining.signal);
    for (let moment = 0; moment < moments; moment += 1) await Promise.resolve();
    let isServed = false;
    const free = farm.allocator.createSession(BOB, { backend: 'free' }, never()).then((session) => {
      isServed = true;
      return session;
    });
    await settle();
    expect([moments, isServed]).toEqual([moments, true]);
    await farm.allocator.destroySession('bob', (await free).id);
    joining.abort();
    await joined;
  }
  leaving.abort();
  await waiting;
  await farm.expectNothingLeft();
});
