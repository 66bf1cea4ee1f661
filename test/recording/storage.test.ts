// What recordings take: disks that fill, quotas, and readers who follow one that goes on, with a real Chrome on a real disk.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConfigFile } from '../../src/config.ts';
import type { RecordedEvent } from '../../src/protocol/recorder.ts';
import type { Recording } from '../../src/protocol/recordings.ts';
import type { Session } from '../../src/protocol/sessions.ts';
import { api, refusalOf } from '../e2e/api.ts';
import { type InProcessServer, startInProcess, until } from '../server.ts';
import { COUNTING_PAGE, marksIn } from './marks.ts';

let site: Server;
let url: string;
let server: InProcessServer;

beforeAll(async () => {
  site = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(COUNTING_PAGE);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(site.address() as AddressInfo).port}`; // it listens on TCP
});

afterAll(() => {
  site.close();
  site.closeAllConnections();
});

afterEach(() => server.expectNothingLeft());

const start = async (recordings: ConfigFile['recordings'] = {}) => {
  server = await startInProcess({
    backends: { chrome: { kind: 'chrome', capacity: 3, warm: { chrome: 0 } } },
    recordings,
  });
};
const look = (id = '') => api(server).call<Recording>('GET', `/v1/recordings/${id}`);
const record = () => api(server).create({ record: true, keepAlive: true });

async function drive<T>(session: Session, work: (page: Page) => Promise<T>): Promise<T> {
  const browser = await chromium.connectOverCDP(session.connectUrl ?? '');
  try {
    const context = browser.contexts()[0];
    const page = context?.pages().find((each) => each.url().startsWith(url)) ?? (await context?.newPage());
    if (!page) throw new Error('there is no page');
    if (!page.url().startsWith(url)) await page.goto(url);
    return await work(page);
  } finally {
    await browser.close();
  }
}

/** Text that does not compress, in the page. */
const swell = (page: Page, kilobytes: number) =>
  page.evaluate(`for (let n = 0; n < ${kilobytes}; n += 1) {
    const bytes = crypto.getRandomValues(new Uint8Array(1024));
    document.body.append(String.fromCharCode(...bytes.map((b) => 33 + (b % 90))));
  }`);

describe('a recording that cannot go on', () => {
  it('ends with the reason when the disk is full, can be read up to there, and its session goes on', async () => {
    await start();
    const folder = join(server.dataFolder, 'recordings');
    mkdirSync(folder, { recursive: true });
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder]);
    } catch (cause) {
      throw new Error('this test mounts a small disk, which takes root and CAP_SYS_ADMIN', { cause });
    }
    try {
      const session = await record();
      await drive(session, (page) => page.evaluate('mark(0, 10)'));
      await until(async () => (await marksOf(session)).length === 10, 'the marks');
      await drive(session, (page) => swell(page, 6000));
      await until(async () => (await look(session.recordingId)).status === 'failed', 'its end');
      expect(await look(session.recordingId)).toMatchObject({
        endReason: 'disk-full',
        endDetail: expect.stringContaining('ENOSPC'),
      });
      expect(await marksOf(session)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(await drive(session, (page) => page.evaluate('1 + 1'))).toBe(2);
      expect(await failuresOf(session)).toEqual([expect.stringContaining('ENOSPC')]);

      execFileSync('dd', ['if=/dev/zero', `of=${join(folder, 'filler')}`, 'bs=4k', 'status=none'], {
        stdio: 'ignore',
      });
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('Command failed: dd'))) throw error;
    }
    try {
      expect((await refusalOf(record())).details.code).toBe('store-unavailable');
    } finally {
      const { data } = await api(server).list('ready');
      for (const { id } of data) await api(server).destroy(id);
      execFileSync('umount', [folder]);
    }
  });

  it('ends with the reason when it grows past what a recording may have, and its session goes on', async () => {
    await start({ maxSize: '500KB' });
    const session = await record();
    await drive(session, (page) => swell(page, 1000));
    await until(async () => (await look(session.recordingId)).status === 'failed', 'its end');
    expect(await look(session.recordingId)).toMatchObject({ endReason: 'quota-exceeded' });
    expect(await drive(session, (page) => page.evaluate('1 + 1'))).toBe(2);
    await api(server).destroy(session.id);
    expect(await metric('moorage_limit_hits_total{limit="recording-size"}')).toBe(1);
    expect(await failuresOf(session)).toHaveLength(1);
  });

  it('takes the room of older ones of its client, and ends when it alone is more than that', async () => {
    await start({ maxSizePerClient: '1MB' });
    const first = await record();
    await drive(first, (page) => swell(page, 500));
    await api(server).destroy(first.id);
    const second = await record();
    await drive(second, (page) => swell(page, 1500));
    await until(async () => (await look(second.recordingId)).status === 'failed', 'its end');
    expect(await look(second.recordingId)).toMatchObject({ endReason: 'quota-exceeded' });
    await api(server).destroy(second.id);
    await api(server).call('POST', '/v1/recordings/prune', {});
    expect((await refusalOf(look(first.recordingId))).details.code).toBe('recording-not-found');
  });

  it('does not begin where its client has as many as may be, and holds no slot then', async () => {
    await start({ maxLivePerClient: 1 });
    const session = await record();
    const refusal = await refusalOf(record());
    expect(refusal.details.code).toBe('quota-exceeded');
    expect((await api(server).list('ready')).data.map(({ id }) => id)).toEqual([session.id]);
    const plain = await api(server).create();
    await api(server).destroy(plain.id);
    await api(server).destroy(session.id);
    await api(server).destroy((await record()).id);
  });
});

describe('who follows a recording', () => {
  it('begins with a full snapshot, misses nothing and sees nothing twice, also over broken connections', async () => {
    await start();
    const session = await record();
    await drive(session, async (page) => {
      const tails: Tail[] = [];
      for (let round = 0; round < 5; round += 1) {
        const last = tails.at(-1)?.lastId;
        const tail = await follow(session.recordingId, last);
        tails.push(tail);
        await page.evaluate(`mark(${round * 100}, ${round * 100 + 50})`);
        await until(() => marksIn(tail.events).includes(round * 100 + 49), 'the mark');
        tail.cut();
        await page.evaluate(`mark(${round * 100 + 50}, ${round * 100 + 100})`);
      }
      const last = await follow(session.recordingId, tails.at(-1)?.lastId);
      tails.push(last);
      await until(() => marksIn(last.events).includes(499), 'the last mark');
      await api(server).destroy(session.id);
      await last.ended;
      expect(last.text).toContain('event: end\n');
      expect(tails[0]?.events.some(({ type }) => type === 2)).toBe(true);
      const marks = tails.flatMap(({ events }) => marksIn(events));
      expect(marks).toEqual(Array.from({ length: 500 }, (_, index) => index));
      const ids = tails.flatMap(({ ids: all }) => all);
      expect(new Set(ids).size).toBe(ids.length);
    });
  });

  it('may be as slow as can be: what is too much for memory comes from the files', async () => {
    await start();
    const session = await record();
    const response = await fetch(`${server.url}/v1/recordings/${session.recordingId}/events`, {
      headers: { accept: 'text/event-stream' },
    });
    const reader = response.body?.getReader();
    await drive(session, async (page) => {
      for (let round = 0; round < 4; round += 1) {
        await swell(page, 3000);
        await page.evaluate(`mark(${round}, ${round + 1})`);
      }
      // It is read as soon as that is too much: who takes nothing for half a minute is cut off.
      await until(() => storedBytes() > 8_000_000, 'more than is kept in memory');
    });
    const reading = readAll(reader);
    await until(async () => (await marksOf(session)).includes(3), 'the last mark');
    await api(server).destroy(session.id);
    const text = await reading;
    expect(marksIn(eventsIn(text))).toEqual([0, 1, 2, 3]);
    expect(await metric('moorage_limit_hits_total{limit="recording-feed"}')).toBeGreaterThan(0);
  }, 90_000);
});

/** What is on the disk of all recordings. */
function storedBytes(): number {
  const folder = join(server.dataFolder, 'recordings');
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const sizeOf = (path: string) => statSync(join(folder, path), { throwIfNoEntry: false })?.size ?? 0;
  return paths.reduce((sum, path) => sum + sizeOf(path), 0);
}

async function readAll(reader?: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for (let chunk = await reader?.read(); chunk && !chunk.done; chunk = await reader?.read()) {
    text += decoder.decode(chunk.value, { stream: true });
  }
  return text;
}

interface Tail {
  events: RecordedEvent[];
  ids: string[];
  text: string;
  lastId: string | undefined;
  ended: Promise<void>;
  cut(): void;
}

async function follow(id = '', lastId?: string): Promise<Tail> {
  const abort = new AbortController();
  const response = await fetch(`${server.url}/v1/recordings/${id}/events`, {
    headers: { accept: 'text/event-stream', ...(lastId !== undefined && { 'last-event-id': lastId }) },
    signal: abort.signal,
  });
  expect(response.status).toBe(200);
  let text = '';
  const decoder = new TextDecoder();
  const read = async () => {
    const reader = response.body?.getReader();
    for (let chunk = await reader?.read(); chunk && !chunk.done; chunk = await reader?.read()) {
      text += decoder.decode(chunk.value, { stream: true });
    }
  };
  const ended = read().catch(() => {}); // it was cut
  return {
    get events() {
      return eventsIn(text);
    },
    get ids() {
      return idsIn(text);
    },
    get text() {
      return text;
    },
    get lastId() {
      return idsIn(text).at(-1);
    },
    ended,
    cut: () => abort.abort(),
  };
}

const idsIn = (text: string) =>
  [...text.matchAll(/^id: (\S+)\nevent: event\ndata: .*\n\n/gm)].map(([, id = '']) => id);
const eventsIn = (text: string): RecordedEvent[] =>
  [...text.matchAll(/^event: event\ndata: (.*)\n\n/gm)].map(([, data = '']) => JSON.parse(data));

async function marksOf({ recordingId }: Session): Promise<number[]> {
  const response = await fetch(`${server.url}/v1/recordings/${recordingId}/events?format=json`);
  return marksIn((await response.json()) as RecordedEvent[]); // as the route says
}

/** What the events say of recordings that failed: all that there are by the time that there is one. */
async function failuresOf(session: Session): Promise<string[]> {
  let failures: string[] = [];
  await until(async () => {
    failures = await toldOf(session);
    return failures.length > 0;
  }, 'the event');
  return failures;
}

async function toldOf({ id }: Session): Promise<string[]> {
  const abort = AbortSignal.timeout(1000);
  const response = await fetch(`${server.url}/v1/events`, {
    headers: { accept: 'text/event-stream', 'last-event-id': '0' },
    signal: abort,
  });
  let text = '';
  try {
    for await (const chunk of response.body ?? []) text += new TextDecoder().decode(chunk);
  } catch {
    // It goes on.
  }
  return [...text.matchAll(/^event: recording\.failed\ndata: (.*)\n/gm)]
    .map(([, data = '']) => JSON.parse(data))
    .filter(({ sessionId }) => sessionId === id)
    .map(({ data }) => data.detail);
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(name)) ?? '';
  return Number(line.split(' ').at(-1));
}
