// The clock that other tests trust.

import { describe, expect, it } from 'vitest';
import { ManualClock } from './manual-clock.ts';

describe('the manual clock', () => {
  it('fires what falls due, in its order and at its time', () => {
    const clock = new ManualClock(1000);
    const fired: string[] = [];
    clock.after(20, () => fired.push(`b at ${clock.now()}`));
    clock.after(10, () => fired.push(`a at ${clock.now()}`));
    clock.after(20, () => fired.push(`c at ${clock.now()}`));
    clock.after(21, () => fired.push('too early'));
    clock.advance(20);
    expect(fired).toEqual(['a at 1010', 'b at 1020', 'c at 1020']);
    expect([clock.now(), clock.monotonic(), clock.timerCount]).toEqual([1020, 20, 1]);
  });

  it('repeats until it is stopped, also from inside', () => {
    const clock = new ManualClock();
    const times: number[] = [];
    const stop = clock.every(10, () => {
      times.push(clock.monotonic());
      if (times.length === 3) stop();
    });
    clock.advance(100);
    expect(times).toEqual([10, 20, 30]);
    expect(clock.timerCount).toBe(0);
  });

  it('fires what a callback sets, if that falls due as well', () => {
    const clock = new ManualClock();
    const times: number[] = [];
    clock.after(10, () => clock.after(5, () => times.push(clock.monotonic())));
    clock.advance(15);
    expect(times).toEqual([15]);
  });

  it('forgets what is cancelled', () => {
    const clock = new ManualClock();
    const cancel = clock.after(10, () => expect.unreachable());
    cancel();
    clock.advance(10);
    expect(clock.timerCount).toBe(0);
  });

  it('sleeps: the wall clock jumps, timers and the monotonic clock do not', () => {
    const clock = new ManualClock(0);
    const fired: number[] = [];
    clock.after(10, () => fired.push(clock.now()));
    clock.jump(3_600_000);
    expect([clock.now(), clock.monotonic(), fired.length]).toEqual([3_600_000, 0, 0]);
    clock.advance(10);
    expect(fired).toEqual([3_600_010]);
  });
});
