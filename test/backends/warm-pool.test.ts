import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LaunchGate } from '../../src/backends/support/launch-gate.ts';
import { WarmPool } from '../../src/backends/support/warm-pool.ts';
import { createLog } from '../../src/log.ts';
import { ManualClock } from '../manual-clock.ts';
import { until } from '../server.ts';

class Stub {
  hasEnded = false;
  readonly gone: Promise<void>;
  #end: () => void = () => {};

  constructor() {
    this.gone = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  async destroy(): Promise<void> {
    this.hasEnded = true;
    this.#end();
  }
}

describe('the warm pool', () => {
  let clock: ManualClock;
  let started: Stub[];
  let attempts: number;
  let isFailing: boolean;
  let pool: WarmPool<Stub>;

  beforeEach(() => {
    clock = new ManualClock();
    started = [];
    attempts = 0;
    isFailing = false;
    pool = new WarmPool({
      size: 2,
      maxAgeMs: 60_000,
      clock,
      log: createLog({ level: 'silent', pretty: false }),
      async launch() {
        attempts += 1;
        if (isFailing) throw new Error('told to fail');
        const browser = new Stub();
        started.push(browser);
        return browser;
      },
    });
  });

  afterEach(async () => {
    await pool.close();
    expect(started.filter(({ hasEnded }) => !hasEnded)).toEqual([]);
    expect(clock.timerCount).toBe(0);
  });

  const filled = () => until(() => pool.ready === 2 && pool.warming === 0, 'a full pool');

  it('starts nothing before it is opened', () => {
    clock.advance(120_000);
    expect(attempts).toBe(0);
  });

  it('gives the one that waited longest, and fills its place after a pause', async () => {
    pool.open();
    await filled();
    const taken = pool.take();
    expect(taken).toBe(started[0]);
    expect(pool.ready).toBe(1);
    expect(attempts).toBe(2);
    clock.advance(500);
    await filled();
    expect(attempts).toBe(3);
    await taken?.destroy();
  });

  it('does not put the refill off because more are taken', async () => {
    pool.open();
    await filled();
    const first = pool.take();
    clock.advance(400);
    const second = pool.take();
    clock.advance(100);
    await filled();
    await first?.destroy();
    await second?.destroy();
  });

  it('replaces one that died while it waited', async () => {
    pool.open();
    await filled();
    await started[0]?.destroy();
    await until(() => pool.ready === 1, 'the dead one to be noticed');
    clock.advance(1000);
    await filled();
    expect(pool.take()).toBe(started[1]);
    await started[1]?.destroy();
  });

  it('replaces old ones, which wait on until their successors are there', async () => {
    pool.open();
    await filled();
    const old = [...started];
    clock.advance(45_000);
    expect(attempts).toBe(2);
    isFailing = true;
    clock.advance(30_000);
    await until(() => attempts === 4 && pool.warming === 0, 'attempts that fail');
    expect(pool.ready).toBe(2);
    isFailing = false;
    clock.advance(2000);
    await until(() => old.every(({ hasEnded }) => hasEnded), 'the end of the old ones');
    await filled();
    expect(started).toHaveLength(4);
  });

  it('waits longer after each failure', async () => {
    isFailing = true;
    pool.open();
    await until(() => pool.warming === 0, 'the first failures');
    const failures = async (count: number) =>
      until(() => attempts === count && pool.warming === 0, `${count} attempts`);
    await failures(2);
    clock.advance(999);
    expect(attempts).toBe(2);
    clock.advance(1);
    await failures(4);
    clock.advance(3999);
    expect(attempts).toBe(4);
    clock.advance(1);
    await failures(6);
  });

  it('ends what comes up after it was closed', async () => {
    pool.open();
    await pool.close();
    expect(pool.ready).toBe(0);
    pool.open();
    clock.advance(60_000);
    expect(pool.warming).toBe(0);
  });
});

describe('the launch gate', () => {
  it('lets a few in at a time, the urgent ones first', async () => {
    const gate = new LaunchGate(1);
    const order: string[] = [];
    const finish: Array<() => void> = [];
    const enter = (name: string, isUrgent: boolean) =>
      gate.run(
        async () => {
          order.push(name);
          await new Promise<void>((resolve) => finish.push(resolve));
        },
        { isUrgent, signal: new AbortController().signal },
      );
    const all = [enter('first', false), enter('warm', false), enter('urgent', true), enter('urgent 2', true)];
    for (let done = 1; done <= all.length; done += 1) {
      await until(() => order.length === done, `${done} to have entered`);
      finish[done - 1]?.();
    }
    await Promise.all(all);
    expect(order).toEqual(['first', 'urgent', 'urgent 2', 'warm']);
  });

  it('lets one that gives up leave, and the next one in after a failure', async () => {
    const gate = new LaunchGate(1);
    const signal = new AbortController().signal;
    let fail: (error: Error) => void = () => {};
    const first = gate.run(() => new Promise((_, reject) => (fail = reject)), { isUrgent: true, signal });
    const giveUp = new AbortController();
    const second = gate.run(async () => 'second', { isUrgent: true, signal: giveUp.signal });
    const third = gate.run(async () => 'third', { isUrgent: true, signal });
    giveUp.abort(new Error('gave up'));
    await expect(second).rejects.toThrow('gave up');
    fail(new Error('failed'));
    await expect(first).rejects.toThrow('failed');
    expect(await third).toBe('third');
  });
});
