// What the reaper makes of late ticks: sleep, a stopped process, a corrected clock.

import { describe, expect, it } from 'vitest';
import { lostTime } from '../../src/sessions/reaper.ts';

const HOUR_MS = 3_600_000;

describe('lost time', () => {
  const cases = [
    { claim: 'a tick in time loses nothing', wallMs: 1000, monotonicMs: 1000, lostMs: 0 },
    { claim: 'a tick a little late loses nothing', wallMs: 4000, monotonicMs: 4000, lostMs: 0 },
    {
      claim: 'a stopped process loses what both clocks saw',
      wallMs: 21_000,
      monotonicMs: 21_000,
      lostMs: 20_000,
    },
    {
      claim: 'a suspended machine loses what only the wall saw',
      wallMs: HOUR_MS,
      monotonicMs: 1000,
      lostMs: HOUR_MS - 1000,
    },
    {
      claim: 'a clock set back moves deadlines back with it',
      wallMs: 1000 - HOUR_MS,
      monotonicMs: 1000,
      lostMs: -HOUR_MS,
    },
    { claim: 'a clock set forward ends nobody', wallMs: HOUR_MS + 1000, monotonicMs: 1000, lostMs: HOUR_MS },
  ];
  it.each(cases)('$claim', ({ wallMs, monotonicMs, lostMs }) => {
    expect(lostTime({ wallMs, monotonicMs, intervalMs: 1000, lateTickMs: 5000 })).toBe(lostMs);
  });
});
