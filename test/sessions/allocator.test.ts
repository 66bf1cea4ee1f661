// The allocator over a real store and fake backends: whatever goes wrong, no slot, browser or record is left over.

import { afterEach, describe, expect, it } from 'vitest';
import type { Backend, BackendSession } from '../../src/backends/backend.ts';
import { Problem, problem } from '../../src/errors.ts';
import type { CloseName } from '../../src/protocol/close-codes.ts';
import type { SessionCreate } from '../../src/protocol/sessions.ts';
import type { ClientTerms, SessionSettings } from '../../src/sessions/allocator.ts';
import type { Session } from '../../src/sessions/session.ts';
import { ALICE, Allocation, BOB, never, settle, until } from './allocation.ts';

let farm: Allocation;

afterEach(async () => {
  await farm.expectNothingLeft();
});

const open = async (members?: Parameters<typeof Allocation.open>[0], settings?: Partial<SessionSettings>) => {
  farm = await Allocation.open(members, settings);
  return farm;
};

const create = (request: SessionCreate = {}, client: ClientTerms = ALICE, signal: AbortSignal = never()) =>
  farm.allocator.createSession(client, request, signal);

/** The problem with which `work` fails. */
async function failureOf(work: Promise<unknown>): Promise<Problem> {
  const error = await work.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  if (error instanceof Problem) return error;
  throw error;
}

const backendOf = ({ state }: Session) => (state.status === 'queued' ? undefined : state.backend);

describe('a session', () => {
  it('holds one slot from its creation to its end', async () => {
    await open();
    const session = await create();
    expect(session.state.status).toBe('ready');
    expect(await farm.store.reservations()).toEqual({
      global: 1,
      backends: { fake: 1 },
      clients: { alice: 1 },
    });

    await farm.allocator.destroySession('alice', session.id);
    expect(await farm.store.reservations()).toEqual({ global: 0, backends: {}, clients: {} });
    expect(await farm.allocator.describeSession('alice', session.id)).toMatchObject({
      status: 'ended',
      endReason: 'destroyed',
    });
  });

  it('is stored as starting before the backend is asked', async () => {
    const seen: (string | undefined)[] = [];
    const watching = custom(async ({ id }) => {
      seen.push((await farm.store.sessions.get(id))?.status);
      throw new Error('no browser today');
    });
    await open({ watching });
    expect((await failureOf(create())).code).toBe('session-not-created');
    expect(seen).toEqual(['starting']);
  });

  it('is unknown to every other client', async () => {
    await open();
    const { id } = await create();
    expect((await failureOf(farm.allocator.getSession('bob', id))).code).toBe('session-not-found');
    expect((await failureOf(farm.allocator.describeSession('bob', id))).code).toBe('session-not-found');
    expect((await failureOf(farm.allocator.destroySession('bob', id))).code).toBe('session-not-found');
    expect(await farm.allocator.listSessions('bob', { limit: 10 })).toEqual({ data: [], nextCursor: null });
  });

  it('says after its end why it ended', async () => {
    await open();
    const { id } = await create();
    farm.fake('fake').crash(id);
    await until(() => farm.allocator.findSession(id) === undefined, 'the end of the session');
    const failure = await failureOf(farm.allocator.getSession('alice', id));
    expect(failure.code).toBe('session-ended');
    expect(failure.message).toContain('the browser crashed');
  });

  it('never lives longer than its client may have it', async () => {
    await open();
    const session = await create({ timeoutMs: 600_000 }, { ...ALICE, maxTimeoutMs: 60_000 });
    expect(session.expiresAt - farm.clock.now()).toBe(60_000);
  });

  it('can be destroyed twice at once', async () => {
    await open();
    const { id } = await create();
    const ends = await Promise.all([1, 2, 3].map(() => farm.allocator.destroySession('alice', id)));
    expect(ends.map(({ status }) => status)).toEqual(['ended', 'ended', 'ended']);
  });

  it('is listed newest first, the queued ones at the head, page by page', async () => {
    await open({ fake: { capacity: 3 } });
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      ids.unshift((await create({ tags: { name } })).id);
      farm.clock.advance(10);
    }
    const queued = create({ tags: { name: 'd' } });
    await settle();

    const first = await farm.allocator.listSessions('alice', { limit: 2 });
    expect(first.data.map(({ status, tags }) => [status, tags.name])).toEqual([
      ['queued', 'd'],
      ['ready', 'c'],
    ]);
    const second = await farm.allocator.listSessions('alice', { limit: 10, cursor: first.nextCursor ?? '' });
    expect(second.data.map(({ id }) => id)).toEqual(ids.slice(1));
    expect(second.nextCursor).toBeNull();
    expect(
      (await farm.allocator.listSessions('alice', { limit: 10, tags: { name: 'b' } })).data,
    ).toHaveLength(1);

    await farm.allocator.destroySession('alice', ids[0] ?? '');
    await queued;
  });

  it('is on a later page where the queue fills the first ones', async () => {
    await open({ fake: { capacity: 1 } });
    const { id } = await create({ tags: { name: 'a' } });
    const leaving = new AbortController();
    const queued = ['b', 'c'].map((name) => create({ tags: { name } }, ALICE, leaving.signal));
    await settle();

    const names: (string | undefined)[] = [];
    let cursor: string | null | undefined;
    while (cursor !== null && names.length < 10) {
      const page = await farm.allocator.listSessions('alice', { limit: 1, ...(cursor && { cursor }) });
      names.push(...page.data.map(({ tags }) => tags.name));
      cursor = page.nextCursor;
    }
    expect(names).toEqual(['c', 'b', 'a']);
    leaving.abort();
    await Promise.allSettled(queued);
    expect(farm.allocator.findSession(id)).toBeDefined();
  });
});

describe('choosing a backend', () => {
  it('tries the next one when one fails, and leaves nothing on the first', async () => {
    await open({ a: { failStarts: 1 }, b: {} });
    const session = await create();
    expect(backendOf(session)).toBe('b');
    expect((await farm.store.reservations()).backends).toEqual({ b: 1 });
  });

  it('tells the last failure when every one failed', async () => {
    await open({ a: { failStarts: 1 }, b: { failStarts: 1 } });
    const failure = await failureOf(create());
    expect(failure.code).toBe('session-not-created');
    expect(failure.message).toContain('failStarts');
  });

  it('does not ask another backend for what is wrong with the request', async () => {
    let asked = 0;
    const refusing = () =>
      custom(async () => {
        asked += 1;
        throw problem('invalid-argument', { detail: '--user-data-dir is refused.' });
      });
    await open({ a: refusing(), b: refusing() });
    expect((await failureOf(create())).code).toBe('invalid-argument');
    expect(asked).toBe(1);
  });

  it('names every backend that lost when none offers what was asked', async () => {
    await open({ a: {}, b: {} });
    const failure = await failureOf(create({ browser: 'safari' }));
    expect(failure.code).toBe('capabilities-unmatched');
    expect(failure.members.rejected).toEqual([
      { backend: 'a', reason: 'offers fake, not safari' },
      { backend: 'b', reason: 'offers fake, not safari' },
    ]);
  });

  it('goes past a drained backend, and remembers over a restart that it is', async () => {
    await open({ a: {}, b: {} });
    await farm.allocator.drainBackend('a');
    expect(backendOf(await create())).toBe('b');

    await farm.die();
    farm = await farm.restart();
    expect(backendOf(await create())).toBe('b');
    await farm.allocator.resumeBackend('a');
    expect(backendOf(await create())).toBe('a');
    expect((await failureOf(farm.allocator.drainBackend('c'))).code).toBe('backend-not-found');
  });

  it('goes past a backend that is down after two failed probes, and comes back after two good ones', async () => {
    await open({ a: {}, b: {} });
    farm.fake('a').setHealthy(false);
    await farm.pass(10_000);
    expect(farm.allocator.listBackends()[0]?.availability).toBe('up');
    await farm.pass(10_000);
    expect(farm.allocator.listBackends()[0]).toMatchObject({ name: 'a', availability: 'down' });
    expect(backendOf(await create())).toBe('b');

    farm.fake('a').setHealthy(true);
    await farm.pass(20_000);
    expect(backendOf(await create())).toBe('a');
  });

  it('counts a probe that never answers as a failure', async () => {
    const deaf = custom(async () => Promise.reject(new Error('unused')));
    deaf.healthCheck = () => new Promise(() => {});
    await open({ deaf });
    expect(farm.allocator.readiness()).toMatchObject({ ready: false });
  });
});

describe('the queue', () => {
  it('serves who waits as soon as a slot is free', async () => {
    await open({ fake: { capacity: 1 } });
    const first = await create();
    const second = create();
    await settle();
    await farm.allocator.destroySession('alice', first.id);
    expect((await second).state.status).toBe('ready');
  });

  describe('for what the machine has once', () => {
    let isTaken: boolean;
    let free: () => void;
    const shared = (): Backend => {
      isTaken = false;
      const backend = custom(async () => {
        // Another server was faster, which only now can be seen.
        if (farm.clock.monotonic() < 2000) isTaken = true;
        if (isTaken) throw problem('no-capacity', { detail: 'Another server has it.' });
        return {
          endpoint: { protocol: 'cdp', url: 'ws://127.0.0.1:1/' },
          handle: {},
          browser: 'fake',
          browserVersion: '1',
        };
      });
      const { status } = backend;
      backend.status = () => ({ ...status(), capacity: isTaken ? 0 : 1 });
      backend.watch = (onChange) => {
        free = () => {
          isTaken = false;
          onChange();
        };
      };
      return backend;
    };

    it('has those again who found it taken a moment later, and serves them when it is free', async () => {
      await open({ shared: shared() });
      const waiting = create({ waitMs: 10_000 });
      await farm.pass(3000);
      expect(isTaken).toBe(true);
      free();
      expect((await waiting).state.status).toBe('ready');
    });

    it('lets them wait no longer than they said', async () => {
      await open({ shared: shared() });
      const failing = failureOf(create({ waitMs: 5000 }));
      await farm.pass(5000);
      expect((await failing).code).toBe('no-capacity');
    });
  });

  it('refuses after the deadline with when to come back', async () => {
    await open({ fake: { capacity: 1 } });
    await create({ timeoutMs: 20_000 });
    const failing = failureOf(create({ waitMs: 5000 }));
    await farm.pass(5000);
    const failure = await failing;
    expect(failure.code).toBe('no-capacity');
    expect(failure.retryAfterSeconds).toBe(15);
  });

  it('refuses at once where the client does not want to wait', async () => {
    await open({ fake: { capacity: 1 } });
    await create();
    expect((await failureOf(create({ waitMs: 0 }))).code).toBe('no-capacity');
  });

  it('refuses for the quota of the client while others are served', async () => {
    await open({ fake: { capacity: 5 } });
    const limited = { ...ALICE, maxSessions: 1 };
    await create({}, limited);
    expect((await failureOf(create({ waitMs: 0 }, limited))).code).toBe('quota-exceeded');
    await create({}, BOB);
  });

  it('holds the global limit over all backends', async () => {
    await open({ a: {}, b: {} }, { max: 2 });
    await create();
    await create();
    const failure = await failureOf(create({ waitMs: 0 }));
    expect(failure.code).toBe('no-capacity');
    expect(failure.message).toContain('sessions.max');
  });

  it('waits for a backend that is down, and says so when it stays down', async () => {
    await open({ fake: { healthy: false } });
    const failing = failureOf(create({ waitMs: 3000 }));
    const served = create({ waitMs: 60_000 });
    await farm.pass(3000);
    expect((await failing).code).toBe('backend-unavailable');
    farm.fake('fake').setHealthy(true);
    await farm.pass(30_000);
    expect((await served).state.status).toBe('ready');
  });

  it('is left by a client that hangs up', async () => {
    await open({ fake: { capacity: 1 } });
    const first = await create();
    const hangUp = new AbortController();
    const leaving = failureOf(create({}, ALICE, hangUp.signal));
    await settle();
    hangUp.abort();
    await leaving;
    await farm.allocator.destroySession('alice', first.id);
    expect((await farm.store.reservations()).global).toBe(0);
  });

  it('is full at its length', async () => {
    await open({ fake: { capacity: 1 } }, { queueLength: 1 });
    const first = await create();
    const second = create();
    await settle();
    expect((await failureOf(create())).message).toContain('sessions.queueLength');
    await farm.allocator.destroySession('alice', first.id);
    await second;
  });

  it('takes turns between clients', async () => {
    await open({ fake: { capacity: 1 } });
    const order: string[] = [];
    const holder = await create();
    const waiting = (
      [
        ['alice 1', ALICE],
        ['alice 2', ALICE],
        ['bob 1', BOB],
        ['bob 2', BOB],
      ] as const
    ).map(async ([name, client]) => {
      const session = await create({}, client);
      order.push(name);
      await farm.allocator.destroySession(client.name, session.id);
    });
    await settle();
    await farm.allocator.destroySession('alice', holder.id);
    await Promise.all(waiting);
    expect(order).toEqual(['alice 1', 'bob 1', 'alice 2', 'bob 2']);
  });

  it('lets a client that waits for one backend not stand before one that waits for another', async () => {
    await open({ a: { capacity: 1 }, b: { capacity: 1, browserName: 'other' } });
    await create();
    const other = await create({ browser: 'other' });
    const first = create();
    const second = create({ browser: 'other' });
    await settle();
    await farm.allocator.destroySession('alice', other.id);
    expect(backendOf(await second)).toBe('b');
    farm.allocator.beginDrain();
    expect((await failureOf(first)).code).toBe('server-draining');
  });

  it('gives five slots to two hundred requests, five at a time, and each exactly one', async () => {
    await open({ fake: { capacity: 5 } });
    let most = 0;
    const all = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const session = await create();
        most = Math.max(most, farm.fake('fake').status().active);
        await farm.allocator.destroySession('alice', session.id);
        return session.id;
      }),
    );
    expect(new Set(all).size).toBe(200);
    expect(most).toBe(5);
  });

  it('refuses 195 of two hundred that do not wait', async () => {
    await open({ fake: { capacity: 5 } });
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, () =>
        create({ waitMs: 0 }).then(
          () => 'ready',
          (failure: Problem) => failure.code,
        ),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'ready')).toHaveLength(5);
    expect(outcomes.filter((outcome) => outcome === 'no-capacity')).toHaveLength(195);
  });
});

describe('a start that does not come about', () => {
  it('is undone when the client hangs up', async () => {
    await open({ fake: { hangStarts: true } });
    const hangUp = new AbortController();
    const failing = failureOf(create({}, ALICE, hangUp.signal));
    await until(() => farm.fake('fake').sessionIds.length === 1, 'the start');
    hangUp.abort();
    await failing;
    expect(farm.fake('fake').sessionIds).toEqual([]);
  });

  it('is undone when the session is destroyed meanwhile', async () => {
    await open({ fake: { hangStarts: true } });
    const failing = failureOf(create());
    await until(() => farm.fake('fake').sessionIds.length === 1, 'the start');
    const [id = ''] = farm.fake('fake').sessionIds;
    expect(await farm.allocator.destroySession('alice', id)).toMatchObject({
      status: 'ended',
      endReason: 'destroyed',
    });
    expect((await failing).code).toBe('session-ended');
  });

  it('is given up after the start timeout', async () => {
    await open({ fake: { hangStarts: true } }, { startTimeoutMs: 5000 });
    const failing = failureOf(create());
    await farm.pass(6000);
    expect((await failing).message).toContain('sessions.startTimeout');
  });

  it('is given up on by a backend that does not listen to its signal, whose late browser is ended', async () => {
    const destroyed: string[] = [];
    let finish = (_: BackendSession) => {};
    const deaf = custom(() => new Promise((resolve) => (finish = resolve)));
    deaf.destroySession = async ({ id }) => {
      destroyed.push(id);
    };
    await open({ deaf }, { startTimeoutMs: 5000 });
    const failing = failureOf(create());
    await farm.pass(20_000);
    expect((await failing).code).toBe('session-not-created');
    const before = destroyed.length;
    finish({
      endpoint: { protocol: 'cdp', url: 'ws://127.0.0.1:1/' },
      handle: {},
      browser: 'fake',
      browserVersion: '1',
    });
    await until(() => destroyed.length > before, 'the end of the late browser');
  });
});

describe('connections', () => {
  it('end an ephemeral session with the last of them', async () => {
    await open();
    const session = await create();
    const first = session.join({ close: () => {} });
    const second = session.join({ close: () => {} });
    first();
    await settle();
    expect(session.state.status).toBe('ready');
    second();
    await until(() => session.state.status === 'ended', 'the end of the session');
    expect(await farm.allocator.describeSession('alice', session.id)).toMatchObject({
      endReason: 'disconnected',
    });
  });

  it('leave a kept session alive', async () => {
    await open();
    const session = await create({ keepAlive: true });
    session.join({ close: () => {} })();
    await settle();
    expect(session.state.status).toBe('ready');
  });

  const ends: [string, CloseName, (session: Session) => void | Promise<void>][] = [
    ['a crash', 'backend-lost', ({ id }) => farm.fake('fake').crash(id)],
    [
      'its destruction',
      'destroyed',
      async ({ id }) => void (await farm.allocator.destroySession('alice', id)),
    ],
    ['its expiry', 'idle-or-expired', () => farm.pass(300_000)],
    ['a stop of the server', 'drain', () => farm.allocator.stop()],
  ];
  it.each(ends)('are closed after %s with %s', async (_, expected, end) => {
    await open();
    const session = await create();
    const closed: [CloseName, string][] = [];
    session.join({ close: (name, reason) => closed.push([name, reason]) });
    await end(session);
    await until(() => session.state.status === 'ended', 'the end of the session');
    expect(closed).toHaveLength(1);
    expect(closed[0]?.[0]).toBe(expected);
    expect(closed[0]?.[1]).not.toBe('');
  });
});

describe('the reaper', () => {
  it('ends what expired, however busy', async () => {
    await open();
    const session = await create({ timeoutMs: 20_000 });
    for (let second = 0; second < 19; second += 1) {
      await farm.pass(1000);
      session.touch(farm.clock.now());
    }
    expect(session.state.status).toBe('ready');
    await farm.pass(2000);
    expect(await farm.allocator.describeSession('alice', session.id)).toMatchObject({ endReason: 'expired' });
  });

  it('ends what idled, and only that', async () => {
    await open();
    const idle = await create({ idleTimeoutMs: 10_000 });
    const busy = await create({ idleTimeoutMs: 10_000 });
    for (let second = 0; second < 12; second += 1) {
      await farm.pass(1000);
      busy.touch(farm.clock.now());
    }
    expect(await farm.allocator.describeSession('alice', idle.id)).toMatchObject({ endReason: 'idle' });
    expect(busy.state.status).toBe('ready');
  });

  it('hears of backends who uses a browser past the server', async () => {
    let seenAt: number | undefined;
    const direct = custom(async () => ({
      endpoint: { protocol: 'cdp', url: 'ws://127.0.0.1:1/' },
      handle: {},
      browser: 'fake',
      browserVersion: '1',
      lastActivityAt: () => seenAt,
    }));
    await open({ direct });
    const session = await create({ idleTimeoutMs: 10_000 });
    for (let second = 0; second < 30; second += 1) {
      await farm.pass(1000);
      seenAt = farm.clock.now();
    }
    expect(session.state.status).toBe('ready');
    expect(session.lastActivityAt).toBeGreaterThan(farm.clock.now() - 2000);
    await farm.pass(11_000);
    expect(await farm.allocator.describeSession('alice', session.id)).toMatchObject({ endReason: 'idle' });
  });

  it('does not count an hour of sleep', async () => {
    await open();
    const session = await create({ timeoutMs: 60_000, idleTimeoutMs: 30_000 });
    await farm.pass(10_000);
    farm.clock.jump(3_600_000);
    await farm.pass(15_000);
    expect(session.state.status).toBe('ready');
    await farm.pass(10_000);
    expect(await farm.allocator.describeSession('alice', session.id)).toMatchObject({ endReason: 'idle' });
  });

  it('ends a session whose backend says that its browser is gone', async () => {
    const silent = custom(async () => ({
      endpoint: { protocol: 'cdp', url: 'ws://127.0.0.1:1/' },
      handle: { n: 1 },
      browser: 'fake',
      browserVersion: '1',
    }));
    silent.recoverSession = async () => 'gone';
    await open({ silent });
    const session = await create();
    await farm.pass(31_000);
    expect(await farm.allocator.describeSession('alice', session.id)).toMatchObject({
      endReason: 'backend-lost',
    });
  });

  it('goes on with its rounds though a backend never says whether a browser runs', async () => {
    const silent = custom(async () => ({
      endpoint: { protocol: 'cdp', url: 'ws://127.0.0.1:1/' },
      handle: {},
      browser: 'fake',
      browserVersion: '1',
    }));
    let asked = 0;
    silent.recoverSession = () => {
      asked += 1;
      return new Promise(() => {});
    };
    await open({ silent });
    await create({ idleTimeoutMs: 3_600_000, timeoutMs: 3_600_000 });
    await farm.pass(200_000);
    expect(asked).toBeGreaterThan(2);
  });

  it('gives back a slot that no session holds, and forgets old sessions', async () => {
    await open();
    const { id } = await create();
    await farm.allocator.destroySession('alice', id);
    await farm.store.reserve({
      sessionId: 'ses_00000000000000000000',
      node: 'node-1',
      backend: 'fake',
      client: 'alice',
      limits: { backend: 9, client: 9, global: 9 },
      leaseUntil: farm.clock.now() + 1e9,
    });
    await farm.pass(31_000);
    expect((await farm.store.reservations()).global).toBe(0);
    await farm.pass(3_600_000);
    expect((await failureOf(farm.allocator.describeSession('alice', id))).code).toBe('session-not-found');
  });

  it('remembers a session from its end on, however old it is', async () => {
    await open({ fake: {} }, { retentionMs: 100_000 });
    const { id } = await create({ idleTimeoutMs: 3_600_000, timeoutMs: 3_600_000 });
    await farm.pass(200_000);
    await farm.allocator.destroySession('alice', id);
    await farm.pass(65_000);
    expect((await farm.allocator.describeSession('alice', id)).status).toBe('ended');
    await farm.pass(70_000);
    expect((await failureOf(farm.allocator.describeSession('alice', id))).code).toBe('session-not-found');
  });

  it('tries again to end a browser that could not be ended, and holds its slot until then', async () => {
    let failures = 2;
    const stubborn = custom(async () => ({
      endpoint: { protocol: 'cdp', url: 'ws://127.0.0.1:1/' },
      handle: {},
      browser: 'fake',
      browserVersion: '1',
    }));
    stubborn.destroySession = async () => {
      if (failures-- > 0) throw new Error('it does not die');
    };
    await open({ stubborn });
    const session = await create();
    const ending = farm.allocator.destroySession('alice', session.id);
    await settle();
    expect((await farm.store.reservations()).global).toBe(1);
    await farm.pass(3000);
    await ending;
    expect((await farm.store.reservations()).global).toBe(0);
  });
});

describe('after the death of the server', () => {
  it('starts though a backend never ends clearing away, and tells it of the sessions that come meanwhile', async () => {
    const kept: ReadonlySet<string>[] = [];
    const stuck = custom(async () => {
      throw new Error('no browser today');
    });
    stuck.reconcile = (keep) => {
      kept.push(keep);
      return new Promise(() => {});
    };
    await open({ stuck, fake: {} });
    const { id } = await create();
    expect(kept.map((keep) => keep.has(id))).toEqual([true]);
  });

  it('takes over what still runs, with its slot counted once, and does not count the time between', async () => {
    await open();
    const before = await create({ timeoutMs: 60_000, keepAlive: true });
    await farm.die();
    farm = await farm.restart(3_600_000);
    const session = await farm.allocator.getSession('alice', before.id);
    expect(session.state.status).toBe('ready');
    expect(await farm.store.reservations()).toEqual({
      global: 1,
      backends: { fake: 1 },
      clients: { alice: 1 },
    });
    expect(session.expiresAt).toBeGreaterThan(farm.clock.now() + 50_000);

    farm.fake('fake').crash(session.id);
    await until(() => session.state.status === 'ended', 'the end of the session');
  });

  it('takes over what a server of another name left in the same folder, as a container made anew does', async () => {
    await open();
    const { id } = await create({ keepAlive: true });
    await farm.die();
    farm = await farm.restart(0, 'node-2');
    expect((await farm.allocator.getSession('alice', id)).state.status).toBe('ready');
    expect((await farm.store.reservations()).global).toBe(1);
    expect(await farm.store.reservedSessions('node-2')).toEqual([id]);
  });

  it('ends what died meanwhile, with a reason', async () => {
    await open();
    const { id } = await create();
    await farm.die();
    farm.fake('fake').crash(id);
    farm = await farm.restart();
    const { status, endReason } = await farm.allocator.describeSession('alice', id);
    expect({
      status,
      isKnownReason: ['browser-crashed', 'server-restarted'].includes(endReason ?? ''),
    }).toEqual({
      status: 'ended',
      isKnownReason: true,
    });
    expect((await farm.store.reservations()).global).toBe(0);
  });

  it('says of what a backend has left that is not configured any more, which ends it when it is again', async () => {
    await open();
    const { id } = await create({ keepAlive: true });
    await farm.die();
    farm = await farm.restart(0, 'node-1', { other: {} });
    expect(await farm.allocator.describeSession('alice', id)).toMatchObject({
      endReason: 'server-restarted',
      endDetail: expect.stringContaining('Backend fake is not configured any more'),
    });
    await farm.die();
    farm = await farm.restart(0, 'node-1', { fake: {} });
    expect(farm.fake('fake').sessionIds).toEqual([]);
  });

  it('ends what was being started', async () => {
    await open({ fake: { hangStarts: true } });
    const lost = create().catch(() => {});
    await until(() => farm.fake('fake').sessionIds.length === 1, 'the start');
    const [id = ''] = farm.fake('fake').sessionIds;
    await farm.die();
    farm = await farm.restart();
    expect(await farm.allocator.describeSession('alice', id)).toMatchObject({
      status: 'ended',
      endReason: 'server-restarted',
    });
    await lost;
  });
});

describe('a store that fails', () => {
  it('is a problem of its own, turns readiness red, and is used again when it works', async () => {
    await open();
    const { reserve } = farm.store;
    farm.store.reserve = async () => {
      throw new Error('the disk is full');
    };
    const failure = await failureOf(create());
    expect(failure.code).toBe('store-unavailable');
    expect(failure.retryAfterSeconds).toBeGreaterThan(0);
    expect(farm.allocator.readiness()).toEqual({ ready: false, reason: 'the store fails: the disk is full' });

    farm.store.reserve = reserve;
    await create();
    expect(farm.allocator.readiness()).toEqual({ ready: true });
  });
});

describe('a drain', () => {
  it('refuses new sessions and lets the old ones be', async () => {
    await open();
    const session = await create();
    farm.allocator.beginDrain();
    expect((await failureOf(create())).code).toBe('server-draining');
    expect(farm.allocator.readiness()).toEqual({ ready: false, reason: 'the server is shutting down' });
    expect(session.state.status).toBe('ready');
  });
});

describe('the end of a server', () => {
  it('comes to an end though a backend cannot let go of what it keeps', async () => {
    const stuck = custom(async () => {
      throw new Error('no browser today');
    });
    stuck.close = async () => {
      throw new Error('it does not let go');
    };
    await open({ stuck, fake: {} });
    await farm.allocator.stop();
  });

  it('comes to an end though a backend never ends letting go', async () => {
    const stuck = custom(async () => {
      throw new Error('no browser today');
    });
    let isStuck = true;
    stuck.close = () => (isStuck ? new Promise(() => {}) : Promise.resolve());
    await open({ stuck, fake: {} });
    const stopping = farm.allocator.stop();
    await farm.pass(31_000);
    await stopping;
    isStuck = false;
  });
});

/** A backend of one browser, `fake`, that starts as the test says. */
function custom(createSession: Backend['createSession']): Backend {
  return {
    createSession,
    destroySession: async () => {},
    status: () => ({
      capacity: 10,
      active: 0,
      warming: 0,
      warm: {},
      offers: [{ browser: 'fake', protocols: ['cdp'], features: ['headless'] }],
    }),
    healthCheck: async () => ({ state: 'healthy', reason: 'fine' }),
  };
}
