// The clock of a running server.

import { expect, it } from 'vitest';
import { systemClock } from '../src/clock.ts';

it('takes no delay that is too long for a timer for none', async () => {
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  const cancels = [systemClock.after(2 ** 31, end), systemClock.every(2 ** 31, end)];
  await new Promise<void>((resolve) => systemClock.after(5, resolve));
  for (const cancel of cancels) cancel();
  expect(isOver).toBe(false);
});
