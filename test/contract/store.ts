// What every store promises: each sentence of src/store/store.ts is a test here. A new store is one line in
// store.test.ts.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { newId, type SessionId } from '../../src/ids.ts';
import type { Event } from '../../src/protocol/events.ts';
import type { Unreadable } from '../../src/store/record-shapes.ts';
import {
  type Collections,
  EVENT_LOG_SIZE,
  type KeyRecord,
  type Reservation,
  type SessionRecord,
  type Store,
} from '../../src/store/store.ts';
import { ManualClock } from '../manual-clock.ts';

/** Opens a store. The same `folder` is the same content; another one is another store. */
export type OpenStore = (place: {
  folder: string;
  clock: Clock;
  onUnreadable?: (found: Unreadable) => void;
}) => Promise<Store>;

/** Writes `body` in the place of a record, as whoever has the store's file or password can. */
export type Spoil = (
  place: { folder: string; kind: keyof Collections; id: string },
  body: string,
) => Promise<void>;

export function storeContract(name: string, openStore: OpenStore, spoil: Spoil): void {
  describe(`the ${name} store`, () => {
    let clock: ManualClock;
    let folder: string;
    let store: Store;
    const opened: Store[] = [];
    let unreadable: Unreadable[];

    /** Opens the same content once more, as another node or a restarted server does. */
    async function openAgain(): Promise<Store> {
      const another = await openStore({ folder, clock, onUnreadable: (found) => unreadable.push(found) });
      opened.push(another);
      return another;
    }

    beforeEach(async () => {
      clock = new ManualClock();
      unreadable = [];
      folder = await mkdtemp(join(tmpdir(), 'moorage-store-'));
      store = await openAgain();
    });

    afterEach(async () => {
      for (const each of opened.splice(0)) await each.close();
      await rm(folder, { recursive: true });
    });

    describe('records', () => {
      it('finds nothing under an unknown id', async () => {
        expect(await store.sessions.get('ses_unknown')).toBeUndefined();
      });

      it('gives back what was put, member by member', async () => {
        const record = sessionRecord({
          browserVersion: '156.0',
          endpoint: { protocol: 'cdp', url: 'ws://127.0.0.1:1/devtools/browser/x' },
          handle: { pid: 812, nested: { list: [1, 'two', null] } },
          tags: { team: 'Zürich ⚓', "quote'": '"; DROP TABLE records' },
        });
        await store.sessions.put(record);
        expect(await store.sessions.get(record.id)).toEqual(record);
      });

      it('replaces on a second put, dropping members that are gone', async () => {
        const record = sessionRecord({ endDetail: 'first' });
        await store.sessions.put(record);
        const { endDetail: _, ...later } = {
          ...record,
          status: 'ended' as const,
          client: 'bob',
          createdAt: 5,
        };
        await store.sessions.put(later);

        expect(await store.sessions.get(record.id)).toEqual(later);
        expect((await store.sessions.list({ client: 'alice', limit: 10 })).data).toEqual([]);
        expect((await store.sessions.list({ client: 'bob', status: ['ended'], limit: 10 })).data).toEqual([
          later,
        ]);
      });

      it('is not changed by what happens to the object that was put or given', async () => {
        const record = sessionRecord({ tags: { a: '1' } });
        await store.sessions.put(record);
        record.tags.a = 'changed';
        const given = await store.sessions.get(record.id);
        expect(given?.tags).toEqual({ a: '1' });
        if (given) given.tags.a = 'changed';
        expect((await store.sessions.get(record.id))?.tags).toEqual({ a: '1' });
      });

      it('deletes, and says whether there was something to delete', async () => {
        const record = sessionRecord({});
        await store.sessions.put(record);
        expect(await store.sessions.delete(record.id)).toBe(true);
        expect(await store.sessions.delete(record.id)).toBe(false);
        expect(await store.sessions.get(record.id)).toBeUndefined();
      });

      it('keeps the collections apart, even under one id', async () => {
        const key = keyRecord({ id: 'same' });
        const setting = { id: 'same', client: '' as const, value: { drained: true }, createdAt: 1 };
        await store.keys.put(key);
        await store.settings.put(setting);
        await store.settings.delete('same');
        expect(await store.keys.get('same')).toEqual(key);
        expect((await store.settings.list({ limit: 10 })).data).toEqual([]);
        expect((await store.keys.list({ limit: 10 })).data).toEqual([key]);
      });

      it('keeps every collection', async () => {
        const reply = {
          id: 'alice key with spaces/ü',
          client: 'alice',
          requestHash: 'abc',
          sessionId: newId('ses'),
          createdAt: 3,
        };
        await store.replies.put(reply);
        expect(await store.replies.get(reply.id)).toEqual(reply);
        await store.settings.put({ id: 'list', client: '', value: [1, { deep: null }], createdAt: 1 });
        expect((await store.settings.get('list'))?.value).toEqual([1, { deep: null }]);
        await store.settings.put({ id: 'list', client: '', value: false, createdAt: 1 });
        expect((await store.settings.get('list'))?.value).toBe(false);
      });
    });

    describe('lists', () => {
      it('are newest first, and by id where the moment is the same', async () => {
        await putKeys([
          ['b', 2000],
          ['a', 1000],
          ['d', 2000],
          ['c', 3000],
        ]);
        const { data, nextCursor } = await store.keys.list({ limit: 10 });
        expect(data.map(({ id }) => id)).toEqual(['c', 'd', 'b', 'a']);
        expect(nextCursor).toBeNull();
      });

      it('end with a null cursor, also when the last page is full', async () => {
        await putKeys([
          ['a', 1],
          ['b', 2],
          ['c', 3],
          ['d', 4],
        ]);
        const first = await store.keys.list({ limit: 2 });
        expect(first.nextCursor).toEqual(expect.any(String));
        const second = await store.keys.list({ limit: 2, ...cursorOf(first) });
        expect(second.data.map(({ id }) => id)).toEqual(['b', 'a']);
        expect(second.nextCursor).toBeNull();
      });

      it('are empty where there is nothing', async () => {
        expect(await store.sessions.list({ limit: 5 })).toEqual({ data: [], nextCursor: null });
      });

      it('give every record once while others are put and deleted between the pages', async () => {
        const ids = Array.from({ length: 30 }, (_, index) => `key-${String(index).padStart(2, '0')}`);
        await putKeys(ids.map((id, index) => [id, 1000 + Math.floor(index / 4)]));

        const seen: string[] = [];
        let page = await store.keys.list({ limit: 7 });
        for (let round = 0; ; round += 1) {
          seen.push(...page.data.map(({ id }) => id));
          await putKeys([[`new-${round}`, 9000 + round]]);
          // The very record that the cursor stands at goes away.
          await store.keys.delete(page.data.at(-1)?.id ?? '');
          if (page.nextCursor === null) break;
          page = await store.keys.list({ limit: 7, cursor: page.nextCursor });
        }
        expect(seen).toEqual([...ids].reverse());
      });

      it('narrow by client and by status, also across pages', async () => {
        const wanted: string[] = [];
        for (let index = 0; index < 12; index += 1) {
          const client = index % 2 === 0 ? 'alice' : 'bob';
          const status = (['starting', 'ready', 'ended'] as const)[index % 3] ?? 'ready';
          const record = sessionRecord({ client, status, createdAt: 1000 + index });
          await store.sessions.put(record);
          if (client === 'alice' && status !== 'ended') wanted.unshift(record.id);
        }
        const query = { client: 'alice', status: ['ready', 'starting'], limit: 3 };
        const first = await store.sessions.list(query);
        const second = await store.sessions.list({ ...query, ...cursorOf(first) });
        expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(wanted);
        expect(second.nextCursor).toBeNull();
        expect((await store.sessions.list({ client: 'nobody', limit: 3 })).data).toEqual([]);
        expect((await store.sessions.list({ status: [], limit: 3 })).data).toEqual([]);
      });

      it('give only what was made before a moment, also across pages and of one status', async () => {
        await putKeys([
          ['a', 1000],
          ['b', 1999],
          ['c', 2000],
          ['d', 3000],
        ]);
        const first = await store.keys.list({ createdBefore: 2000, limit: 1 });
        expect(first.data.map(({ id }) => id)).toEqual(['b']);
        const second = await store.keys.list({ createdBefore: 2000, limit: 1, ...cursorOf(first) });
        expect(second.data.map(({ id }) => id)).toEqual(['a']);
        expect(second.nextCursor).toBeNull();
        await store.sessions.put(sessionRecord({ status: 'ended', createdAt: 1000 }));
        const wanted = { status: ['ended'], limit: 1 };
        expect((await store.sessions.list({ ...wanted, createdBefore: 1000 })).data).toEqual([]);
        expect((await store.sessions.list({ ...wanted, createdBefore: 1001 })).data).toHaveLength(1);
      });

      it('refuse a cursor that this store did not give', async () => {
        await putKeys([
          ['a', 1],
          ['b', 2],
        ]);
        const { nextCursor } = await store.keys.list({ limit: 1 });
        for (const cursor of ['', 'x', '!!', 'bm90IGEgY3Vyc29y', `${nextCursor}=`, `${nextCursor}!`]) {
          await expect(store.keys.list({ limit: 1, cursor }), cursor).rejects.toMatchObject({
            code: 'invalid-argument',
          });
        }
        // Nor one of another collection.
        await expect(store.sessions.list({ limit: 1, cursor: nextCursor ?? '' })).rejects.toMatchObject({
          code: 'invalid-argument',
        });
      });

      it('lose what is pruned: only what is older, and of the status that was named', async () => {
        const old = sessionRecord({ status: 'ended', createdAt: 1000 });
        const oldButLive = sessionRecord({ status: 'ready', createdAt: 1000 });
        const atTheEdge = sessionRecord({ status: 'ended', createdAt: 2000 });
        for (const record of [old, oldButLive, atTheEdge]) await store.sessions.put(record);
        await putKeys([['old', 1]]);

        expect(await store.sessions.prune({ createdBefore: 2000, status: 'ended' })).toBe(1);
        expect(await store.sessions.get(old.id)).toBeUndefined();
        expect(await store.sessions.get(oldButLive.id)).toEqual(oldButLive);
        expect(await store.sessions.prune({ createdBefore: 2001 })).toBe(2);
        expect(await store.sessions.prune({ createdBefore: 2001 })).toBe(0);
        expect(await store.keys.get('old')).toBeDefined();
      });
    });

    describe('nonsense', () => {
      const NONSENSE = ['', 'not JSON', 'null', '[]', '{}', '"text"', '{"id":"b"}'];

      it.for(NONSENSE)('such as %j is put aside where a list meets it, which goes on', async (body) => {
        await putKeys([
          ['a', 1],
          ['b', 2],
          ['c', 3],
        ]);
        await spoil({ folder, kind: 'keys', id: 'b' }, body);
        const first = await store.keys.list({ limit: 2 });
        expect(first.data.map(({ id }) => id)).toEqual(['c', 'a']);
        expect(first.nextCursor).toBeNull();
        expect(unreadable).toEqual([{ collection: 'keys', id: 'b' }]);
        expect(await store.keys.unreadable()).toEqual(['b']);
        expect(await (await openAgain()).keys.unreadable()).toEqual(['b']);
        expect(await store.sessions.unreadable()).toEqual([]);
      });

      it('is put aside where it is asked for, and its place can be taken', async () => {
        const record = sessionRecord({ status: 'ready' });
        await store.sessions.put(record);
        await spoil({ folder, kind: 'sessions', id: record.id }, '{"id":1,"status":"ready"}');
        expect(await store.sessions.get(record.id)).toBeUndefined();
        expect(await store.sessions.get(record.id)).toBeUndefined();
        expect(unreadable).toEqual([{ collection: 'sessions', id: record.id }]);
        await store.sessions.put(record);
        expect((await store.sessions.list({ status: ['ready'], limit: 5 })).data).toEqual([record]);
      });

      it('of another time than was ever is put aside', async () => {
        const record = sessionRecord({});
        await store.sessions.put(record);
        await spoil(
          { folder, kind: 'sessions', id: record.id },
          JSON.stringify({ ...record, expiresAt: 1e300 }),
        );
        expect((await store.sessions.list({ limit: 5 })).data).toEqual([]);
      });
    });

    describe('reservations', () => {
      it('count for the backend, the client and the whole', async () => {
        expect(await store.reservations()).toEqual({ global: 0, backends: {}, clients: {} });
        await store.reserve(reservation({ backend: 'chrome', client: 'alice' }));
        await store.reserve(reservation({ backend: 'chrome', client: 'bob' }));
        await store.reserve(reservation({ backend: 'fake', client: 'bob' }));
        expect(await store.reservations()).toEqual({
          global: 3,
          backends: { chrome: 2, fake: 1 },
          clients: { alice: 1, bob: 2 },
        });
      });

      it.each([
        ['backend', { backend: 'chrome', client: 'other' }],
        ['client', { backend: 'other', client: 'alice' }],
        ['global', { backend: 'other', client: 'other' }],
      ] as const)('are refused as a whole when the %s is full', async (full, next) => {
        const limits = { backend: 9, client: 9, global: 9, [full]: 2 };
        for (let index = 0; index < 2; index += 1) {
          const outcome = await store.reserve(reservation({ backend: 'chrome', client: 'alice', limits }));
          expect(outcome).toEqual({ reserved: true });
        }
        const before = await store.reservations();
        expect(await store.reserve(reservation({ ...next, limits }))).toEqual({ reserved: false, full });
        expect(await store.reservations()).toEqual(before);
      });

      it('take nothing where a limit is 0', async () => {
        const limits = { backend: 0, client: 9, global: 9 };
        expect(await store.reserve(reservation({ limits }))).toEqual({ reserved: false, full: 'backend' });
        expect(await store.reservations()).toEqual({ global: 0, backends: {}, clients: {} });
      });

      it('hand out exactly 5 slots to 50 who ask at once, on two openings of one store', async () => {
        const other = await openAgain();
        const limits = { backend: 5, client: 50, global: 50 };
        const outcomes = await Promise.all(
          Array.from({ length: 50 }, (_, index) =>
            (index % 2 === 0 ? store : other).reserve(reservation({ node: `node-${index % 2}`, limits })),
          ),
        );
        expect(outcomes.filter(({ reserved }) => reserved)).toHaveLength(5);
        expect(outcomes.filter(({ reserved }) => !reserved)).toHaveLength(45);
        expect((await store.reservations()).backends).toEqual({ chrome: 5 });
      });

      it('give the slot back once, however often they are released', async () => {
        const first = reservation({});
        await store.reserve(first);
        await store.reserve(reservation({}));
        expect(await store.release(first.sessionId)).toBe(true);
        expect(await store.release(first.sessionId)).toBe(false);
        expect(await store.release(newId('ses'))).toBe(false);
        expect(await store.reservations()).toEqual({
          global: 1,
          backends: { chrome: 1 },
          clients: { alice: 1 },
        });
      });

      it('leave no name behind when the last slot of it is given back', async () => {
        const taken = reservation({ client: 'visitor' });
        await store.reserve(taken);
        await store.release(taken.sessionId);
        expect(await store.reservations()).toEqual({ global: 0, backends: {}, clients: {} });
      });

      it('of the same session replace each other, also where there is no room for two', async () => {
        const limits = { backend: 1, client: 1, global: 1 };
        const first = reservation({ backend: 'chrome', limits });
        await store.reserve(first);
        expect(await store.reserve(first)).toEqual({ reserved: true });
        expect(await store.reserve({ ...first, backend: 'fake' })).toEqual({ reserved: true });
        expect(await store.reservations()).toEqual({
          global: 1,
          backends: { fake: 1 },
          clients: { alice: 1 },
        });
        expect(await store.release(first.sessionId)).toBe(true);
        expect((await store.reservations()).global).toBe(0);
      });

      it('stay as they were when a replacement is refused', async () => {
        const limits = { backend: 1, client: 9, global: 9 };
        const mover = reservation({ backend: 'chrome', limits });
        await store.reserve(mover);
        await store.reserve(reservation({ backend: 'fake', limits }));
        expect(await store.reserve({ ...mover, backend: 'fake' })).toEqual({
          reserved: false,
          full: 'backend',
        });
        expect((await store.reservations()).backends).toEqual({ chrome: 1, fake: 1 });
      });

      it('of another node are free when their lease has run out, and not a moment sooner', async () => {
        const limits = { backend: 1, client: 9, global: 9 };
        const theirs = reservation({ node: 'them', limits, leaseUntil: clock.now() + 1000 });
        await store.reserve(theirs);

        clock.advance(999);
        const ours = reservation({ node: 'us', limits });
        expect(await store.reserve(ours)).toEqual({ reserved: false, full: 'backend' });
        clock.advance(1);
        expect(await store.reserve(ours)).toEqual({ reserved: true });
        expect(await store.reservedSessions('them')).toEqual([]);
        expect(await store.reservations()).toEqual({
          global: 1,
          backends: { chrome: 1 },
          clients: { alice: 1 },
        });
      });

      it('of the node itself never lapse, however long it slept', async () => {
        const limits = { backend: 1, client: 9, global: 9 };
        const held = reservation({ node: 'us', limits, leaseUntil: clock.now() + 1000 });
        await store.reserve(held);
        clock.jump(7 * 24 * 60 * 60 * 1000);
        expect(await store.reserve(reservation({ node: 'us', limits }))).toEqual({
          reserved: false,
          full: 'backend',
        });
        expect(await store.reservedSessions('us')).toEqual([held.sessionId]);
      });

      it('live on when their node renews, all of its slots and no one else’s', async () => {
        const limits = { backend: 3, client: 9, global: 9 };
        const leaseUntil = clock.now() + 1000;
        const renewed = [1, 2].map(() => reservation({ node: 'them', limits, leaseUntil }));
        for (const each of renewed) await store.reserve(each);
        await store.reserve(reservation({ node: 'others', limits, leaseUntil }));

        await store.renew('them', clock.now() + 5000);
        clock.advance(2000);
        expect(await store.reserve(reservation({ node: 'us', limits }))).toEqual({ reserved: true });
        expect((await store.reservedSessions('them')).sort()).toEqual(renewed.map((r) => r.sessionId).sort());
        expect(await store.reservedSessions('others')).toEqual([]);
        clock.advance(3000);
        expect(await store.reserve(reservation({ node: 'us', limits }))).toEqual({ reserved: true });
        expect(await store.reservedSessions('them')).toEqual([]);
      });

      it('are not shortened by a late renewal with an earlier end', async () => {
        const limits = { backend: 1, client: 9, global: 9 };
        await store.reserve(reservation({ node: 'them', limits, leaseUntil: clock.now() + 5000 }));
        await store.renew('them', clock.now() + 1000);
        clock.advance(2000);
        expect((await store.reserve(reservation({ node: 'us', limits }))).reserved).toBe(false);
      });

      it('are listed by node', async () => {
        const ours = [1, 2, 3].map(() => reservation({ node: 'us' }));
        for (const each of [...ours, reservation({ node: 'them' })]) await store.reserve(each);
        expect((await store.reservedSessions('us')).sort()).toEqual(ours.map((r) => r.sessionId).sort());
        expect(await store.reservedSessions('nobody')).toEqual([]);
      });
    });

    describe('events', () => {
      it('are numbered in ascending order and read oldest first', async () => {
        const appended: Event[] = [];
        for (let index = 0; index < 5; index += 1) appended.push(await store.appendEvent(event({ index })));
        const sequences = appended.map(({ sequence }) => sequence);
        expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
        expect(new Set(sequences).size).toBe(5);
        expect(await store.readEvents({ after: 0, limit: 10 })).toEqual(appended);
      });

      it('are read after a number, up to a limit', async () => {
        const appended = await Promise.all(
          [1, 2, 3, 4, 5].map((index) => store.appendEvent(event({ index }))),
        );
        const after = appended[1]?.sequence ?? 0;
        expect(await store.readEvents({ after, limit: 2 })).toEqual(appended.slice(2, 4));
        expect(await store.readEvents({ after: appended.at(-1)?.sequence ?? 0, limit: 2 })).toEqual([]);
        expect(await store.readEvents({ after: Number.MAX_SAFE_INTEGER, limit: 2 })).toEqual([]);
      });

      it('are read for one client alone, without those of the server', async () => {
        const [alices] = await Promise.all([
          store.appendEvent({ ...event({}), client: 'alice', sessionId: 'ses_1', backend: 'chrome' }),
          store.appendEvent({ ...event({}), client: 'bob' }),
          store.appendEvent(event({})),
        ]);
        expect(await store.readEvents({ after: 0, limit: 10, client: 'alice' })).toEqual([alices]);
        expect(await store.readEvents({ after: 0, limit: 10 })).toHaveLength(3);
      });

      it('reach every subscriber in the order of their numbers, from the subscription to its end', async () => {
        await store.appendEvent(event({ index: 'before' }));
        const first: unknown[] = [];
        const second: unknown[] = [];
        const leaveFirst = store.subscribe(({ data }) => first.push(data.index));
        const leaveSecond = store.subscribe(({ data }) => second.push(data.index));
        await Promise.all([1, 2, 3].map((index) => store.appendEvent(event({ index }))));
        leaveFirst();
        leaveFirst();
        await store.appendEvent(event({ index: 4 }));
        leaveSecond();
        await store.appendEvent(event({ index: 5 }));
        expect(first).toEqual([1, 2, 3]);
        expect(second).toEqual([1, 2, 3, 4]);
      });

      it('come to subscribers as they are read', async () => {
        const seen: Event[] = [];
        store.subscribe((each) => seen.push(each));
        await store.appendEvent({ ...event({ index: 1 }), client: 'alice' });
        expect(seen).toEqual(await store.readEvents({ after: 0, limit: 10 }));
      });

      it(`are kept up to the newest ${EVENT_LOG_SIZE}`, async () => {
        const extra = 200;
        const appended: Event[] = [];
        while (appended.length < EVENT_LOG_SIZE + extra) {
          const indexes = Array.from({ length: 100 }, (_, index) => appended.length + index);
          appended.push(...(await Promise.all(indexes.map((index) => store.appendEvent(event({ index }))))));
        }
        const newest = appended.at(-1);
        const kept = await store.readEvents({ after: 0, limit: 2 * EVENT_LOG_SIZE });
        expect(kept).toHaveLength(EVENT_LOG_SIZE);
        expect(kept[0]?.data.index).toBe(extra);
        expect(kept.at(-1)).toEqual(newest);
        expect(newest?.sequence).toBeGreaterThan(appended[0]?.sequence ?? 0);
      });
    });

    describe('opened again', () => {
      it('has kept everything', async () => {
        const session = sessionRecord({ status: 'ready' });
        await store.sessions.put(session);
        const held = reservation({ node: 'us' });
        await store.reserve(held);
        const first = await store.appendEvent(event({ index: 1 }));
        await putKeys([
          ['a', 1],
          ['b', 2],
        ]);
        const { nextCursor } = await store.keys.list({ limit: 1 });
        await store.close();

        const again = await openAgain();
        expect(await again.sessions.get(session.id)).toEqual(session);
        expect(await again.reservedSessions('us')).toEqual([held.sessionId]);
        expect(await again.reservations()).toEqual({
          global: 1,
          backends: { chrome: 1 },
          clients: { alice: 1 },
        });
        expect(await again.readEvents({ after: 0, limit: 10 })).toEqual([first]);
        const next = await again.keys.list({ limit: 1, cursor: nextCursor ?? '' });
        expect(next.data.map(({ id }) => id)).toEqual(['a']);
        expect((await again.appendEvent(event({ index: 2 }))).sequence).toBeGreaterThan(first.sequence);
        expect(await again.release(held.sessionId)).toBe(true);
      });

      it('without having been closed, as after a crash, has kept everything', async () => {
        const session = sessionRecord({});
        await store.sessions.put(session);
        await store.reserve(reservation({ node: 'us' }));
        const again = await openAgain();
        expect(await again.sessions.get(session.id)).toEqual(session);
        expect((await again.reservations()).global).toBe(1);
      });
    });

    describe('closing', () => {
      it('may be done twice', async () => {
        await store.close();
        await expect(store.close()).resolves.toBeUndefined();
      });

      it('makes every later call fail, saying why', async () => {
        await store.close();
        await expect(store.ping()).rejects.toThrow(/closed/);
        await expect(store.sessions.get('ses_x')).rejects.toThrow(/closed/);
        await expect(store.sessions.put(sessionRecord({}))).rejects.toThrow(/closed/);
        await expect(store.reserve(reservation({}))).rejects.toThrow(/closed/);
        await expect(store.appendEvent(event({}))).rejects.toThrow(/closed/);
      });
    });

    it('answers a ping while it can be written', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
      await expect(store.ping()).resolves.toBeUndefined();
    });

    async function putKeys(keys: Array<[id: string, createdAt: number]>): Promise<void> {
      for (const [id, createdAt] of keys) await store.keys.put(keyRecord({ id, createdAt }));
    }

    function reservation(members: Partial<Reservation>): Reservation {
      return {
        sessionId: newId('ses'),
        node: 'us',
        backend: 'chrome',
        client: 'alice',
        limits: { backend: 100, client: 100, global: 100 },
        leaseUntil: clock.now() + 60_000,
        ...members,
      };
    }
  });
}

function sessionRecord(members: Partial<SessionRecord>): SessionRecord {
  const id: SessionId = newId('ses');
  return {
    id,
    client: 'alice',
    node: 'us',
    status: 'starting',
    browser: 'chrome',
    backend: 'chrome',
    keepAlive: false,
    idleTimeoutMs: 300_000,
    createdAt: 1_767_225_600_000,
    lastActivityAt: 1_767_225_600_000,
    expiresAt: 1_767_225_900_000,
    tags: {},
    ...members,
  };
}

function keyRecord(members: Partial<KeyRecord>): KeyRecord {
  return {
    id: 'key_1',
    client: 'alice',
    hash: 'sha256:00',
    name: 'ci',
    isAdmin: false,
    createdAt: 1,
    ...members,
  };
}

function event(data: Record<string, unknown>): Omit<Event, 'sequence'> {
  return { id: newId('evt'), type: 'session.ready', at: '2026-01-01T00:00:00.000Z', data };
}

function cursorOf({ nextCursor }: { nextCursor: string | null }): { cursor?: string } {
  return nextCursor === null ? {} : { cursor: nextCursor };
}
