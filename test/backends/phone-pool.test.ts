// The pool of phones, whatever their system: what is shown of each, whose turn it is, and what is done after failures.

import { describe, expect, it } from 'vitest';
import { PhonePool, type PooledPhone } from '../../src/backends/support/phone-pool.ts';
import { RepairLadder } from '../../src/backends/support/repair-ladder.ts';
import { newId } from '../../src/ids.ts';
import { ManualClock } from '../manual-clock.ts';

const LOCKED = { problem: 'It is locked.', fix: 'Unlock it.' };

describe('the ladder of repairs', () => {
  const open = (clock = new ManualClock()) => {
    const options = { firstRestMs: 1000, longestRestMs: 3000, clock };
    return { clock, ladder: new RepairLadder({ ...options, rungs: ['reconnect', 'reboot'] }) };
  };

  it('has a rung for each failure in a row, and then rests, twice as long each time, up to a limit', () => {
    const { clock, ladder } = open();
    expect([ladder.fail(), ladder.fail()]).toEqual(['reconnect', 'reboot']);
    expect(ladder.restMs).toBe(0);
    const rests: number[] = [];
    for (const _ of [1, 2, 3, 4]) {
      expect(ladder.fail()).toBeUndefined();
      rests.push(ladder.restMs);
      clock.advance(ladder.restMs);
      expect(ladder.restMs).toBe(0);
    }
    expect(rests).toEqual([1000, 2000, 3000, 3000]);
    expect(ladder.failures).toBe(6);
  });

  it('is begun anew by a success', () => {
    const { ladder } = open();
    for (const _ of [1, 2, 3, 4]) ladder.fail();
    ladder.succeed();
    expect({ failures: ladder.failures, restMs: ladder.restMs }).toEqual({ failures: 0, restMs: 0 });
    expect(ladder.fail()).toBe('reconnect');
  });

  it('rests at once where no repair would help, and keeps its rungs for failures that may be mended', () => {
    const { ladder } = open();
    expect(ladder.fail({ canBeRepaired: false })).toBeUndefined();
    expect(ladder.restMs).toBe(1000);
    expect(ladder.fail()).toBe('reconnect');
  });
});

describe('the pool of phones', () => {
  const open = () => {
    const clock = new ManualClock();
    const changes: string[][] = [];
    const pool: PhonePool<PooledPhone> = new PhonePool<PooledPhone>({
      platform: 'android',
      factsOf: () => ({ model: 'A phone' }),
      whyResting: (_phone, seconds) => ({ problem: `It rests for ${seconds} s.`, fix: 'Wait.' }),
      clock,
      onChange: () => changes.push(pool.devices().map(({ state }) => state)),
    });
    const add = (id: string, members: Partial<PooledPhone> = {}): PooledPhone => {
      const phone: PooledPhone = {
        id,
        presence: 'ready',
        needs: [],
        tasks: 0,
        slot: undefined,
        sessionId: undefined,
        lastTakenAt: 0,
        ladder: new RepairLadder({ rungs: [], firstRestMs: 5000, longestRestMs: 5000, clock }),
        ...members,
      };
      pool.add(phone);
      return phone;
    };
    return { pool, add, clock, changes };
  };

  it.each([
    ['free', 'is ready', {}],
    ['in-use', 'has a session, be it away', { sessionId: newId('ses'), presence: 'away' as const }],
    ['preparing', 'was not looked at yet', { presence: 'there' as const }],
    ['preparing', 'will be there by itself', { presence: 'coming' as const, needs: [LOCKED] }],
    ['preparing', 'is repaired, be it away', { tasks: 1, presence: 'away' as const, needs: [LOCKED] }],
    ['unusable', 'needs somebody', { needs: [LOCKED] }],
    ['unusable', 'is away', { presence: 'away' as const }],
  ])('shows as %s one that %s', (state, _why, members) => {
    const { pool, add } = open();
    add('A', members);
    expect(pool.devices()).toMatchObject([{ id: 'A', state, model: 'A phone' }]);
    expect(pool.capacity).toBe(state === 'free' || state === 'in-use' ? 1 : 0);
  });

  it('gives first on which sessions failed least, then which has rested longest', () => {
    const { pool, add } = open();
    const failed = add('failed', { lastTakenAt: 0 });
    failed.ladder = new RepairLadder({
      rungs: ['again'],
      firstRestMs: 1,
      longestRestMs: 1,
      clock: new ManualClock(),
    });
    failed.ladder.fail();
    add('late', { lastTakenAt: 2 });
    add('early', { lastTakenAt: 1 });
    add('locked', { needs: [LOCKED] });
    expect(pool.free().map(({ id }) => id)).toEqual(['early', 'late', 'failed']);
  });

  it('tells of a rest and of its end, once each, and says how long it lasts', () => {
    const { pool, add, clock, changes } = open();
    const phone = add('A');
    pool.announce();
    phone.ladder.fail();
    pool.announce();
    pool.announce();
    expect(pool.devices()[0]?.needs).toEqual([{ problem: 'It rests for 5 s.', fix: 'Wait.' }]);
    clock.advance(3000);
    expect(pool.devices()[0]?.needs[0]?.problem).toBe('It rests for 2 s.');
    clock.advance(2001);
    expect(changes).toEqual([['free'], ['quarantined'], ['free']]);
    pool.close();
  });

  it('forgets one that is away when nothing is to become of it any more', async () => {
    const { pool, add, clock } = open();
    const phone = add('A', { presence: 'away', sessionId: newId('ses') });
    const isKnown = () => {
      pool.forget(phone);
      return pool.find('A') !== undefined;
    };
    expect(isKnown()).toBe(true);
    phone.sessionId = undefined;
    phone.ladder.fail();
    expect(isKnown()).toBe(true);
    clock.advance(5000);
    await pool.work(phone, async () => expect(isKnown()).toBe(true));
    expect(isKnown()).toBe(false);
    pool.close();
  });

  it('says of each why it cannot be had', () => {
    const { pool, add } = open();
    expect(pool.refusal('phones', 'Plug one in.').message).toContain('Plug one in.');
    add('A', { needs: [LOCKED] });
    add('B', { presence: 'coming' });
    const refusal = pool.refusal('phones', 'Plug one in.');
    expect(refusal).toMatchObject({ code: 'no-capacity', retryAfterSeconds: 10 });
    expect(refusal.message).toContain('A is unusable: It is locked. B is preparing.');
  });
});
