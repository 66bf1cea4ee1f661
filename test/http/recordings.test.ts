// Recordings over HTTP, by lists of events that are imported: what goes in comes out, what is wrong leaves nothing, and
// nobody sees those of others.

import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../src/protocol/recorder.ts';
import type { Recording, RecordingList, RecordingsPruned } from '../../src/protocol/recordings.ts';
import { until } from '../server.ts';
import { Door, type DoorOptions, KEYS, WITH_KEYS } from './door.ts';

let door: Door;

const open = async (recordings: DoorOptions['recordings'] = {}) => {
  door = await Door.open({ config: WITH_KEYS, recordings });
};
beforeEach(() => open());
afterEach(() => door.expectNothingLeft());

type Placed = RecordedEvent & { pageId?: string };

const T = 1_760_000_000_000;
const meta = (at: number, href = 'http://site/'): Placed => ({
  type: 4,
  timestamp: T + at,
  data: { href, width: 800, height: 600 },
});
const snapshot = (at: number): Placed => ({
  type: 2,
  timestamp: T + at,
  data: { node: { type: 0, childNodes: [], id: 1 }, initialOffset: { top: 0, left: 0 } },
});
const change = (at: number, text = ''): Placed => ({
  type: 3,
  timestamp: T + at,
  data: { source: 0, adds: [], removes: [], texts: [{ id: 1, value: text }], attributes: [] },
});
const of = (pageId: string, ...events: Placed[]) => events.map((event) => ({ ...event, pageId }));
const LIST = [meta(0), snapshot(1), change(2, 'a'), change(3, 'b')];

async function post(list: unknown, { key = KEYS.alice, type = 'application/json' } = {}) {
  const text = typeof list === 'string' ? list : JSON.stringify(list);
  return door.call<Recording>('POST', '/v1/recordings', {
    key,
    text,
    headers: { 'content-type': type },
  });
}
async function imported(list: unknown = LIST, key: string = KEYS.alice): Promise<Recording> {
  const { status, body } = await post(list, { key });
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}
const get = <T>(path: string, key: string = KEYS.alice) =>
  door.call<T>('GET', `/v1/recordings${path}`, { key });
const ids = async (query = '', key: string = KEYS.alice) =>
  (await get<RecordingList>(`?${query}`, key)).body.data.map(({ id }) => id);
const folders = () => readdir(join(door.farm.folder, 'recordings')).catch(() => []);

describe('an imported recording', () => {
  it('is listed and read like others, with what its events say of it', async () => {
    const recording = await imported();
    expect(recording).toMatchObject({
      status: 'complete',
      isImported: true,
      pages: [{ id: 'page', url: 'http://site/', events: 4, firstAt: T, lastAt: T + 3 }],
    });
    expect(recording.sessionId).toBeUndefined();
    expect(await ids()).toEqual([recording.id]);
    const { body } = await get<Placed[]>(`/${recording.id}/events?format=json`);
    expect(body).toEqual(LIST.map((event) => ({ ...event, pageId: 'page' })));
  });

  it('may be a list in an object, as other recorders send it, one after the other, and begin with a mark', async () => {
    const events = JSON.stringify(LIST);
    const [first, ...rest] = LIST;
    for (const text of [
      `\uFEFF${events}`,
      `{"events":${events}}`,
      `\uFEFF\n{ "version": 2, "session" : {"events": []},\n "events" : ${events}, "more": {"events": [1, [2]]} }\n`,
      `{"events":[]}{"events":[${JSON.stringify(first)}]}\n{"events":${JSON.stringify(rest)},"id":"\\"]}"}`,
      `${JSON.stringify(first)}\n{"of":",\\"events\\":[","events":${JSON.stringify(rest)}}`,
    ]) {
      const { id, pages } = await imported(text);
      expect(pages, text).toMatchObject([{ id: 'page', events: 4 }]);
      const { body } = await get<Placed[]>(`/${id}/events?format=json`);
      expect(body, text).toEqual(LIST.map((event) => ({ ...event, pageId: 'page' })));
    }
  });

  it('has addresses that lists can hold, however long they were', async () => {
    const { pages } = await imported([meta(0, `http://site/#${'x'.repeat(200_000)}`), snapshot(1)]);
    expect(pages[0]?.url).toHaveLength(65_536);
  });

  it('comes out as it went in, as an array and a line an event, and goes in again', async () => {
    const two = [
      ...of('A', meta(0, 'http://site/a'), snapshot(1), change(5)),
      ...of('B', meta(2, 'http://site/b'), snapshot(3), change(4)),
    ];
    const first = await imported(two);
    const { headers, body } = await get<Placed[]>(`/${first.id}/export`);
    expect(headers.get('content-disposition')).toBe(`attachment; filename="${first.id}.json"`);
    const [description, ...events] = body;
    expect(description).toMatchObject({
      type: 5,
      timestamp: T,
      data: { tag: 'moorage.recording', payload: { id: first.id } },
    });
    expect(events.map(({ timestamp, pageId }) => [timestamp - T, pageId])).toEqual([
      [0, 'A'],
      [1, 'A'],
      [2, 'B'],
      [3, 'B'],
      [4, 'B'],
      [5, 'A'],
    ]);
    const response = await fetch(`${door.url}/v1/recordings/${first.id}/export?format=ndjson`, {
      headers: { authorization: `Bearer ${KEYS.alice}` },
    });
    const lines = await response.text();
    const second = await post(lines, { type: 'application/x-ndjson' });
    expect(second.status).toBe(201);
    expect(second.body.pages).toEqual(first.pages);
    const again = await get<Placed[]>(`/${second.body.id}/export?page=B`);
    expect(again.body.slice(1)).toEqual(two.slice(3));
    expect(
      (await door.refusal('GET', `/v1/recordings/${first.id}/export?page=C`, { key: KEYS.alice })).body.code,
    ).toBe('page-not-found');
  });

  it('keeps what an export says of its session, and believes nothing that is wrong', async () => {
    const told = (payload: object) => ({
      type: 5,
      timestamp: T,
      data: { tag: 'moorage.recording', payload },
    });
    const sessionId = `ses_${'0'.repeat(20)}`;
    const page = { id: 'page', url: 'http://last/', title: 'Shop', end: 'closed' };
    const good = {
      sessionId,
      browser: 'firefox',
      tags: { run: '1' },
      options: { video: true },
      pages: [page],
    };
    expect(await imported([told(good), ...LIST])).toMatchObject({
      sessionId,
      browser: 'firefox',
      tags: { run: '1' },
      pages: [page],
    });
    expect(await ids(`session=${sessionId}&tag=run%3D1`)).toHaveLength(1);
    const bad = {
      id: '../../x',
      client: 'bob',
      sessionId: '../..',
      browser: 7,
      tags: { a: 1 },
      storedIn: 's3',
      status: 'recording',
      pages: [{ id: '..' }, 3],
    };
    const recording = await imported([told(bad), ...LIST]);
    expect(recording).toMatchObject({ status: 'complete', browser: 'unknown', tags: {} });
    expect(recording).not.toHaveProperty('storedIn');
    expect(await ids('', KEYS.bob)).toEqual([]);
  });

  it('has crashed until it was loaded again', async () => {
    const crash = { type: 5, timestamp: T + 4, data: { tag: 'moorage.crash', payload: {} } };
    expect((await imported([...LIST, crash])).pages[0]?.end).toBe('crashed');
    const again = [...LIST, crash, meta(5), snapshot(6)];
    expect((await imported(again)).pages[0]).not.toHaveProperty('end');
  });

  it('is refused with the reason, and leaves nothing, whatever is wrong with it', async () => {
    const event = JSON.stringify(LIST[2]);
    const deep = `${'['.repeat(3000)}${']'.repeat(3000)}`;
    const wrong: [string, RegExp][] = [
      ['', /no event/],
      ['[]', /no event/],
      ['{}', /Event 1/],
      ['7', /neither an array/],
      ['[1]', /neither an array/],
      ['null', /neither an array/],
      [`[${event}`, /breaks off/],
      [`[${event},]`, /neither an array/],
      [`[${event}]]`, /neither an array/],
      [`[${event} ${event}]`, /neither an array/],
      [event.slice(0, -3), /breaks off/],
      [`[${event},{"type":3,}]`, /Event 2 is not JSON/],
      [`[${event},{"type":9,"timestamp":1,"data":{}}]`, /Event 2/],
      [`[{"type":3,"timestamp":-1,"data":{"source":0}}]`, /Event 1/],
      [`[{"type":3,"timestamp":1e300,"data":{"source":0}}]`, /past all dates/],
      [`[{"type":3,"timestamp":1,"data":null}]`, /`data`/],
      [`[{"type":2,"timestamp":1,"data":{}}]`, /`data`/],
      [`[{"type":4,"timestamp":1,"data":{"href":7}}]`, /`data`/],
      [`[{"type":3,"timestamp":1,"data":{"source":0},"pageId":"../../etc"}]`, /pageId/],
      [`[{"type":5,"timestamp":1,"data":{"tag":"x","payload":${deep}}}]`, /deeper/],
      [`[${event},\u0000]`, /neither an array/],
      [`{"events":[${event}]`, /breaks off/],
      [`{"events":[${event}`, /breaks off/],
      [`{"events":[${event}],}`, /around `events`/],
      [`{"version:2,"events":[${event}]}`, /breaks off|around `events`|not JSON/],
      [`{version:2,"events":[${event}]}`, /around `events`/],
      [`{"events":[{"events":[${event}]}]}`, /Event 1/],
      [`{"events":[7]}`, /neither an array/],
      [`{"events":[]}`, /no event/],
      [`[${event}]\uFEFF`, /neither an array/],
    ];
    for (const [text, reason] of wrong) {
      const { status, body } = await post(text);
      expect(status, text.slice(0, 80)).toBe(400);
      expect((body as unknown as { detail: string }).detail, text.slice(0, 80)).toMatch(reason);
    }
    expect(await ids()).toEqual([]);
    expect(await folders()).toEqual([]);
  });

  it('may only be so large, have so many pages, and come as it is', async () => {
    await door.expectNothingLeft();
    await open({ importBytes: 200_000 });
    const large = await post([...LIST, change(9, 'x'.repeat(300_000))]);
    expect(large.status).toBe(413);
    const pages = await post(Array.from({ length: 501 }, (_, index) => of(`p${index}`, change(index))[0]));
    expect(pages.status).toBe(413);
    expect((await post(LIST, { type: 'text/plain' })).status).toBe(415);
    const packed = await door.refusal('POST', '/v1/recordings', {
      key: KEYS.alice,
      text: '[]',
      headers: { 'content-encoding': 'gzip' },
    });
    expect(packed.status).toBe(415);
    expect(await folders()).toEqual([]);
    expect(await door.metrics.registry.metrics()).toMatch(/limit_hits_total\{limit="import-bytes"\} 1/);
  });

  it('leaves nothing when its sender hangs up in the middle', async () => {
    const sending = request(`${door.url}/v1/recordings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEYS.alice}`, 'content-type': 'application/json' },
    });
    sending.on('error', () => {});
    sending.write(`[${Array.from({ length: 2000 }, (_, index) => JSON.stringify(change(index))).join()}`);
    await until(async () => (await folders()).length === 1, 'its folder');
    sending.destroy();
    await until(async () => (await folders()).length === 0, 'its removal');
    expect(await ids()).toEqual([]);
  });

  it('takes large events and many pages in pieces, in order', async () => {
    const list = Array.from({ length: 4000 }, (_, index) => ({
      ...change(index, `ä${'x'.repeat(index % 100)}`),
      pageId: `p${index % 40}`,
    }));
    await door.expectNothingLeft();
    await open({ importBytes: 10_000_000 });
    const recording = await imported(list);
    const { body } = await get<Placed[]>(`/${recording.id}/events?format=json`);
    expect(body).toEqual(list);
  });
});

describe('recordings', () => {
  it('of others are not there: neither to look at, nor to read, nor to delete, nor to prune', async () => {
    const { id } = await imported();
    for (const path of ['', '/events', '/export', '/har', '/console']) {
      const refusal = await door.refusal('GET', `/v1/recordings/${id}${path}`, { key: KEYS.bob });
      expect(refusal.body.code, path).toBe('recording-not-found');
    }
    const followed = await door.refusal('GET', `/v1/recordings/${id}/events`, {
      key: KEYS.bob,
      headers: { accept: 'text/event-stream' },
    });
    expect(followed.body.code).toBe('recording-not-found');
    const deleted = await door.refusal('DELETE', `/v1/recordings/${id}`, { key: KEYS.bob });
    expect(deleted.body.code).toBe('recording-not-found');
    const all = await door.refusal('POST', '/v1/recordings/prune', {
      key: KEYS.bob,
      body: { maxCount: 0, allClients: true },
    });
    expect(all.body.code).toBe('permission-denied');
    await prune({ maxCount: 0 }, KEYS.bob);
    await prune({ maxCount: 0 }, KEYS.admin);
    expect(await ids()).toEqual([id]);
    expect((await prune({ maxCount: 0, allClients: true }, KEYS.admin)).data).toHaveLength(1);
    expect(await ids()).toEqual([]);
  });

  it('are found by the time of their beginning', async () => {
    const first = await imported();
    door.farm.clock.advance(60_000);
    const second = await imported();
    const from = (recording: Recording) => Date.parse(recording.createdAt);
    expect(await ids(`after=${from(second)}`)).toEqual([second.id]);
    expect(await ids(`before=${encodeURIComponent(second.createdAt)}`)).toEqual([first.id]);
    expect(await ids(`after=${from(first)}&before=${from(second) + 1}`)).toEqual([second.id, first.id]);
    for (const query of [
      'after=yesterday',
      'before=-1',
      'after=2026-99-99',
      'hasErrors=perhaps',
      'x=1',
      'limit=0',
    ]) {
      expect((await door.refusal('GET', `/v1/recordings?${query}`, { key: KEYS.alice })).status, query).toBe(
        400,
      );
    }
  });

  it('are read from a time, up to a time, of some types, and not by nonsense', async () => {
    const list = [
      meta(0),
      snapshot(1),
      change(2),
      meta(10_000),
      snapshot(10_001),
      change(20_000),
      change(30_000),
    ];
    const { id } = await imported(list);
    const times = async (query: string) =>
      (await get<Placed[]>(`/${id}/events?format=json&${query}`)).body.map(({ timestamp }) => timestamp - T);
    expect(await times(`from=${T + 15_000}`)).toEqual([10_000, 10_001, 20_000, 30_000]);
    expect(await times(`from=${T + 15_000}&to=${T + 20_000}`)).toEqual([10_000, 10_001, 20_000]);
    expect(await times('types=4,2')).toEqual([0, 1, 10_000, 10_001]);
    expect(await times('page=page&types=4')).toEqual([0, 10_000]);
    for (const query of ['from=x', 'types=7', 'types=a', 'format=xml', 'from=-1', 'y=1']) {
      const refusal = await door.refusal('GET', `/v1/recordings/${id}/events?${query}`, { key: KEYS.alice });
      expect(refusal.body.code, query).toBe('invalid-argument');
    }
    const refusal = await door.refusal('GET', `/v1/recordings/${id}/events?page=x`, { key: KEYS.alice });
    expect(refusal.body.code).toBe('page-not-found');
  });

  it('that have ended are followed to their end, from the last snapshot or from where the reader was', async () => {
    const { id } = await imported([meta(0), snapshot(1), change(2), meta(10), snapshot(11), change(12)]);
    const follow = async (query = '', headers: Record<string, string> = {}) => {
      const { body } = await door.call<string>('GET', `/v1/recordings/${id}/events?${query}`, {
        key: KEYS.alice,
        headers: { accept: 'text/event-stream', ...headers },
      });
      expect(body).toMatch(/event: end\n/);
      return [...body.matchAll(/id: (\S+)\nevent: event\ndata: (.*)\n/g)].map(
        ([, position = '', data = '']) => ({
          position,
          at: JSON.parse(data).timestamp - T,
        }),
      );
    };
    expect((await follow()).map(({ at }) => at)).toEqual([10, 11, 12]);
    const all = await follow('from=0');
    expect(all.map(({ at }) => at)).toEqual([0, 1, 2, 10, 11, 12]);
    const { position = '' } = all[2] ?? {};
    expect((await follow('', { 'last-event-id': position })).map(({ at }) => at)).toEqual([10, 11, 12]);
    const refusal = await door.refusal('GET', `/v1/recordings/${id}/events`, {
      key: KEYS.alice,
      headers: { accept: 'text/event-stream', 'last-event-id': 'evt_1' },
    });
    expect(refusal.body.code).toBe('invalid-argument');
  });

  const prune = async (body: object, key: string = KEYS.alice) =>
    (await door.call<RecordingsPruned>('POST', '/v1/recordings/prune', { key, body })).body;

  it('are pruned by age, count and size, the oldest first, and not by a dry run', async () => {
    const made: Recording[] = [];
    for (let index = 0; index < 4; index += 1) {
      made.unshift(await imported());
      door.farm.clock.advance(1000);
    }
    const [newest, second, third, oldest] = made.map(({ id }) => id);
    const size = made[0]?.sizeBytes ?? 0;
    const dry = await prune({ maxCount: 2, isDryRun: true });
    expect(dry.data.map(({ id }) => id)).toEqual([third, oldest]);
    expect(dry.freedBytes).toBe(2 * size);
    expect(await ids()).toHaveLength(4);
    expect((await prune({ maxCount: 3 })).data.map(({ id }) => id)).toEqual([oldest]);
    expect((await prune({ maxBytes: 2 * size })).data.map(({ id }) => id)).toEqual([third]);
    expect((await prune({ maxAgeMs: 1500 })).data.map(({ id }) => id)).toEqual([second]);
    expect(await prune({})).toEqual({ data: [], freedBytes: 0 });
    expect(await ids()).toEqual([newest]);
    expect(await folders()).toEqual([newest]);
    expect(await door.metrics.registry.metrics()).toMatch(/recordings_deleted_total\{reason="size"\} 1/);
    for (const body of [{ maxCount: -1 }, { maxAgeMs: 'x' }, { older: 1 }, []]) {
      const refusal = await door.refusal('POST', '/v1/recordings/prune', { key: KEYS.alice, body });
      expect(refusal.body.code).toBe('invalid-argument');
    }
  });
});
