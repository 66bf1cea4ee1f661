// What only a store behind a network can suffer: Redis killed, frozen, flushed, or shared. The contract of every store is
// in test/contract.

import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { newId } from '../../src/ids.ts';
import type { Event } from '../../src/protocol/events.ts';
import { openRedisStore } from '../../src/store/redis.ts';
import type { Holdings, Reservation, SessionRecord, Store } from '../../src/store/store.ts';
import { ManualClock } from '../manual-clock.ts';
import { freePort, RedisServer } from '../redis-server.ts';

const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always'];

const clock = new ManualClock();
const stores: Store[] = [];
let redis: RedisServer;

async function start(settings: readonly string[] = []): Promise<void> {
  redis = await RedisServer.start(settings);
}

async function open(options: Partial<Parameters<typeof openRedisStore>[0]> = {}): Promise<Store> {
  const store = await openRedisStore({ url: redis.url, clock, ...options });
  stores.push(store);
  return store;
}

// The last one goes first.
afterEach(() => redis.stop());
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
});

describe('while Redis is gone', () => {
  it('every call fails saying so, those under way included, and what was answered is there afterwards', async () => {
    await start(DURABLE);
    const store = await open();
    const answered: SessionRecord[] = [];
    const failures: unknown[] = [];
    const work = Array.from({ length: 20 }, async () => {
      while (failures.length === 0) {
        const record = sessionRecord();
        await store.sessions.put(record);
        await store.reserve(reservation({ sessionId: record.id }));
        answered.push(record);
      }
    }).map((each) => each.catch((error: unknown) => failures.push(error)));
    await until(() => answered.length > 100, 'the work');
    await redis.kill();
    await Promise.all(work);

    expect(failures.map(String)).toContainEqual(expect.stringContaining(`unix:${redis.folder}`));
    await expect(store.ping()).rejects.toThrow(/cannot be reached/);
    await expect(store.sessions.get('ses_x')).rejects.toThrow(/cannot be reached/);
    await expect(store.reserve(reservation({}))).rejects.toThrow(/cannot be reached/);
    await expect(store.release('ses_x')).rejects.toThrow(/cannot be reached/);
    await expect(store.appendEvent(event(1))).rejects.toThrow(/cannot be reached/);

    await redis.start();
    await untilItAnswers(store);
    for (const record of answered) expect(await store.sessions.get(record.id)).toEqual(record);
    const held = await store.reservedSessions('us');
    expect(held).toEqual(expect.arrayContaining(answered.map(({ id }) => id)));
    // What was done but not answered counts once as well, and can be taken again.
    for (const sessionId of held) await store.reserve(reservation({ sessionId }));
    expect((await store.reservations()).global).toBe(held.length);
  });

  it('a call that it does not answer fails, and what it did after all is counted once', async () => {
    await start();
    const store = await open();
    const late = reservation({});
    redis.freeze();
    await expect(store.reserve(late)).rejects.toThrow(/did not answer within 2000 ms/);
    redis.thaw();
    await untilItAnswers(store);
    expect(await store.reserve(late)).toEqual({ reserved: true });
    expect((await store.reservations()).global).toBe(1);
    expect(await store.release(late.sessionId)).toBe(true);
    expect(await store.release(late.sessionId)).toBe(false);
  });

  it('a store can be closed, and says that it is', async () => {
    await start();
    const store = await open();
    await redis.kill();
    await store.close();
    await expect(store.ping()).rejects.toThrow(/is closed/);
  });

  it('none can be opened', async () => {
    await start();
    await redis.kill();
    await expect(open()).rejects.toThrow(/cannot be reached: connect/);
  });
});

describe('a Redis that lost everything', () => {
  const held = sessionRecord();
  const holdings = (): Holdings => ({
    sessions: [held],
    settings: [{ id: 'draining:chrome', client: '', value: true, createdAt: 1 }],
    keys: [{ id: 'key_1', client: 'alice', hash: 'sha256:0', name: '', isAdmin: false, createdAt: 1 }],
    reservations: [reservation({ sessionId: held.id })],
  });
  const limits = { backend: 1, client: 9, global: 9 };

  async function fill(store: Store): Promise<void> {
    const { sessions = [], reservations = [] } = holdings();
    for (const record of sessions) await store.sessions.put(record);
    for (const each of reservations) await store.reserve(each);
  }

  async function expectRestored(store: Store): Promise<void> {
    expect(await store.reserve(reservation({ limits }))).toEqual({ reserved: false, full: 'backend' });
    expect((await store.reservations()).global).toBe(1);
    expect(await store.sessions.get(held.id)).toEqual(held);
    expect((await store.sessions.list({ client: 'alice', status: ['ready'], limit: 9 })).data).toEqual([
      held,
    ]);
    expect((await store.settings.get('draining:chrome'))?.value).toBe(true);
    expect((await store.keys.list({ limit: 9 })).data).toHaveLength(1);
  }

  it.each(['FLUSHALL', 'FLUSHDB'])(
    'by %s is given again what is held before it grants anything',
    async (command) => {
      await start();
      const store = await open();
      store.restoreFrom?.(holdings);
      await fill(store);
      await redis.command(command);
      await expectRestored(store);
    },
  );

  it('by a restart is given again what is held before it grants anything', async () => {
    await start();
    const store = await open();
    store.restoreFrom?.(holdings);
    await fill(store);
    await redis.kill();
    await redis.start();
    await untilItAnswers(store);
    await expectRestored(store);
  });

  it('is restored by everyone who finds it lost, whoever comes first', async () => {
    await start();
    const [first, second] = [await open(), await open()];
    const ours = reservation({ node: 'first' });
    const theirs = reservation({ node: 'second' });
    first.restoreFrom?.(() => ({ reservations: [ours] }));
    second.restoreFrom?.(() => ({ reservations: [theirs] }));
    await first.reserve(ours);
    await second.reserve(theirs);
    for (let round = 0; round < 3; round += 1) {
      await redis.command('FLUSHALL');
      await Promise.all([first.ping(), second.ping(), first.ping(), second.ping()]);
      expect(await first.reservedSessions('second')).toEqual([theirs.sessionId]);
      expect(await second.reservedSessions('first')).toEqual([ours.sessionId]);
    }
  });

  it('of more than a thousand sessions is restored as a whole', async () => {
    await start();
    const store = await open();
    const sessions = Array.from({ length: 1234 }, () => sessionRecord());
    const reservations = sessions.map(({ id }) => reservation({ sessionId: id }));
    store.restoreFrom?.(() => ({ sessions, reservations }));
    await redis.command('FLUSHALL');
    expect((await store.reservations()).global).toBe(1234);
    expect((await store.sessions.list({ limit: 2000 })).data).toHaveLength(1234);
  });

  it('numbers events on from where readers stand', async () => {
    await start();
    const store = await open();
    const seen: number[] = [];
    store.subscribe(({ sequence }) => seen.push(sequence));
    for (let index = 0; index < 10; index += 1) await store.appendEvent(event(index));
    await redis.command('FLUSHALL');
    const next = await store.appendEvent(event(10));
    expect(next.sequence).toBe(11);
    expect(await store.readEvents({ after: 10, limit: 9 })).toEqual([next]);
    expect(seen).toEqual(Array.from({ length: 11 }, (_, index) => index + 1));
  });

  it('may have forgotten its scripts alone', async () => {
    await start();
    const store = await open();
    await redis.command('SCRIPT', 'FLUSH');
    expect(await store.reserve(reservation({ limits }))).toEqual({ reserved: true });
    await redis.command('SCRIPT', 'FLUSH');
    expect(await store.reserve(reservation({ limits }))).toEqual({ reserved: false, full: 'backend' });
  });
});

describe('two servers over one Redis', () => {
  it('hand out exactly 5 slots to 200 who ask at once', async () => {
    await start();
    const both = [await open(), await open()];
    const limits = { backend: 5, client: 500, global: 500 };
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, () =>
        both.map((store, node) => store.reserve(reservation({ node: `${node}`, limits }))),
      ).flat(),
    );
    expect(outcomes.filter(({ reserved }) => reserved)).toHaveLength(5);
    expect((await both[0]?.reservations())?.backends).toEqual({ chrome: 5 });
  });

  it('see all events, each once, in one order', async () => {
    await start();
    const both = [await open(), await open()];
    const seen = both.map((store) => recorded(store));
    await Promise.all(
      Array.from({ length: 200 }, (_, index) => both.map((store) => store.appendEvent(event(index)))).flat(),
    );
    for (const events of seen) await until(() => events.length === 400, 'the events');
    const log = await both[0]?.readEvents({ after: 0, limit: 1000 });
    expect(seen[0]).toEqual(log);
    expect(seen[1]).toEqual(log);
  });

  it('see what was appended while their connection for announcements was cut', async () => {
    await start();
    const [writer, reader] = [await open(), await open()];
    const seen = recorded(reader);
    for (let index = 0; index < 30; index += 1) {
      if (index % 10 === 5) await redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await writer.appendEvent(event(index));
    }
    await until(() => seen.length === 30, 'the events');
    expect(seen.map(({ data }) => data.index)).toEqual(Array.from({ length: 30 }, (_, index) => index));
  });

  it('go on hearing each other when Redis was restarted', async () => {
    await start(DURABLE);
    const [writer, reader] = [await open(), await open()];
    const seen = recorded(reader);
    await writer.appendEvent(event(1));
    await redis.kill();
    await redis.start();
    await untilItAnswers(writer);
    await writer.appendEvent(event(2));
    await until(() => seen.length === 2, 'the events');
    expect(seen.map(({ data }) => data.index)).toEqual([1, 2]);
  });

  it('in two databases are strangers', async () => {
    await start();
    const [here, there] = [await open(), await open({ url: `${redis.url}?db=1` })];
    const seen = recorded(there);
    await here.appendEvent(event(1));
    const own = await there.appendEvent(event(2));
    expect(seen).toEqual([own]);
    expect(own.sequence).toBe(1);
  });

  it('agree by the time of Redis on when a lease has run out, whatever their clocks say', async () => {
    await start();
    const ahead = new ManualClock(clock.now() + 3_600_000);
    const [theirs, ours] = [await open(), await open({ clock: ahead })];
    const limits = { backend: 1, client: 9, global: 9 };
    await theirs.reserve(reservation({ node: 'them', limits, leaseUntil: clock.now() + 60_000 }));
    const wanted = () => reservation({ node: 'us', limits, leaseUntil: ahead.now() + 60_000 });
    expect(await ours.reserve(wanted())).toEqual({ reserved: false, full: 'backend' });

    const [held = ''] = await theirs.reservedSessions('them');
    await theirs.release(held as `ses_${string}`); // it was reserved above
    await theirs.reserve(reservation({ node: 'them', limits, leaseUntil: clock.now() + 50 }));
    await until(async () => (await ours.reserve(wanted())).reserved, 'the end of the lease');
  });
});

describe('the address of a Redis', () => {
  const PASSWORD = 'hunter2-and-more';

  it('stands in errors, its password never', async () => {
    const port = await freePort();
    await start(['--port', String(port), '--bind', '127.0.0.1', '--requirepass', PASSWORD]);
    const store = await open({ url: `redis://:${PASSWORD}@127.0.0.1:${port}/2` });
    await store.ping();
    await redis.kill();

    const closedPort = await freePort();
    const failures = [
      await failureOf(store.ping()),
      await failureOf(open({ url: `redis://user:${PASSWORD}@127.0.0.1:${closedPort}` })),
      await failureOf(open({ url: `redis://:${PASSWORD}@not a host` })),
      await failureOf(open({ url: `redis://:100%${PASSWORD}@127.0.0.1` })),
      await failureOf(open({ url: `redis://:${PASSWORD}@127.0.0.1/database` })),
    ];
    expect(failures[0]?.message).toContain(`redis://127.0.0.1:${port}/2`);
    expect(failures[1]?.message).toContain(`redis://127.0.0.1:${closedPort}/0`);
    expect(failures[1]?.message).toContain('ECONNREFUSED');
    for (const failure of failures.slice(2)) expect(failure.message).toContain('redis.url is not an address');
    for (const failure of failures) expect(inspect(failure, { depth: 9 })).not.toContain(PASSWORD);
  });

  it('with a wrong password is refused by Redis, and the error does not repeat it', async () => {
    const port = await freePort();
    await start(['--port', String(port), '--bind', '127.0.0.1', '--requirepass', PASSWORD]);
    const failure = await failureOf(open({ url: `redis://:wrong-${PASSWORD}@127.0.0.1:${port}` }));
    expect(failure.message).toMatch(/WRONGPASS/);
    expect(inspect(failure, { depth: 9 })).not.toContain(PASSWORD);
    const without = await failureOf(open({ url: `redis://127.0.0.1:${port}` }));
    expect(without.message).toMatch(/NOAUTH/);
  });

  it('has no connection left when the store is closed', async () => {
    await start();
    const before = await connections();
    const store = await open();
    expect(await connections()).toBe(before + 2);
    await store.close();
    await until(async () => (await connections()) === before, 'the end of the connections');
  });

  async function connections(): Promise<number> {
    return String(await redis.command('CLIENT', 'LIST'))
      .trim()
      .split('\n').length;
  }
});

/** The events that reach `store` from now on. */
function recorded(store: Store): Event[] {
  const events: Event[] = [];
  store.subscribe((each) => events.push(each));
  return events;
}

async function untilItAnswers(store: Store): Promise<void> {
  await until(
    () =>
      store.ping().then(
        () => true,
        () => false,
      ),
    'Redis to be back',
  );
}

/** Waits until `condition` holds, for at most thirty seconds. */
async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`it never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function failureOf(work: Promise<unknown>): Promise<Error> {
  const error = await work.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  if (error instanceof Error) return error;
  throw new Error('what was thrown is no error');
}

function reservation(members: Partial<Reservation>): Reservation {
  return {
    sessionId: newId('ses'),
    node: 'us',
    backend: 'chrome',
    client: 'alice',
    limits: { backend: 100_000, client: 100_000, global: 100_000 },
    leaseUntil: clock.now() + 60_000,
    ...members,
  };
}

function sessionRecord(): SessionRecord {
  return {
    id: newId('ses'),
    client: 'alice',
    node: 'us',
    status: 'ready',
    browser: 'chrome',
    backend: 'chrome',
    keepAlive: false,
    idleTimeoutMs: 300_000,
    createdAt: 1_767_225_600_000,
    lastActivityAt: 1_767_225_600_000,
    expiresAt: 1_767_225_900_000,
    tags: {},
  };
}

function event(index: number): Omit<Event, 'sequence'> {
  return { id: newId('evt'), type: 'session.ready', at: '2026-01-01T00:00:00.000Z', data: { index } };
}
