// What gets lost of a recorded session when its server restarts, its Chrome freezes or dies, and a client floods its
// socket; and that nothing is asked of pages meanwhile.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CdpConnection } from '../../src/backends/support/cdp.ts';
import type { Page } from '../../src/protocol/pages.ts';
import type { RecordedEvent } from '../../src/protocol/recorder.ts';
import type { Recording } from '../../src/protocol/recordings.ts';
import type { Session } from '../../src/protocol/sessions.ts';
import { COUNTING_PAGE, marksIn, STOP_COUNTING } from '../recording/marks.ts';
import { type ChildServer, processesOf, startChild, until } from '../server.ts';
import { api } from './api.ts';
import { commandOf, surfaceOf } from './browser.ts';

let site: Server;
let url: string;
let server: ChildServer;
let session: Session;
let page: Page;

beforeAll(async () => {
  site = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(COUNTING_PAGE);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(site.address() as AddressInfo).port}`; // it listens on TCP
  server = await startChild({ backends: { chrome: { capacity: 1, warm: { chrome: 0 } } } });
}, 60_000);

afterAll(async () => {
  await server.expectNothingLeft();
  site.close();
  site.closeAllConnections();
});

beforeEach(async () => {
  session = await api(server).create({ record: true, keepAlive: true });
  const body = { url: `${url}/?every=20` };
  page = await api(server).call<Page>('POST', `/v1/sessions/${session.id}/pages`, body);
}, 60_000);

/** The server goes on for the next test; where one failed its session ends here. */
afterEach(async () => {
  await api(server)
    .destroy(session.id)
    .catch(() => {}); // it has ended
  await until(() => browsersOf(server.dataFolder).length === 0, 'the end of its Chrome');
}, 60_000);

/** The whole recording is read each time that it is looked at. */
const PATIENCE_S = 40;

const look = () => api(server).call<Recording>('GET', `/v1/recordings/${session.recordingId}`);
const evaluate = async (expression: string) =>
  (await commandOf(() => server)(page.id, 'evaluate', { expression })).result;

async function marks(): Promise<number[]> {
  const response = await fetch(
    `${server.url}/v1/recordings/${session.recordingId}/events?page=${page.targetId}`,
  );
  const lines = (await response.text()).split('\n').filter((line) => line !== '');
  return marksIn(lines.map((line) => JSON.parse(line) as RecordedEvent));
}

/** Lets the page come to rest, ends the recording, and compares what was made with what was recorded. */
async function expectNothingLost(end: () => Promise<unknown>): Promise<void> {
  const count = Number(await evaluate(STOP_COUNTING));
  await end();
  expect(await marks()).toEqual(Array.from({ length: count }, (_, index) => index));
  const { status, pages } = await look();
  expect(status).toBe('complete');
  expect(pages.every(({ gaps }) => gaps === 0)).toBe(true);
}

const moreMarks = async () => {
  const before = (await marks()).length;
  await until(async () => (await marks()).length > before, 'the next marks', PATIENCE_S);
};

/** The process group of the session's Chrome. */
function chromeGroup(): number {
  const isMain = (each: string) => each.includes('--remote-debugging-port') && !each.includes('--type=');
  const line = processesOf(server.dataFolder).find(isMain);
  return Number(line?.split(' ')[0]);
}

function browsersOf(dataFolder: string): string[] {
  return processesOf(dataFolder).filter((each) => each.includes('chrom'));
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(text.match(new RegExp(`^${name} (\\S+)$`, 'm'))?.[1]);
}

describe('a recording loses nothing', () => {
  it('when its server is killed in the middle', { timeout: 180_000 }, async () => {
    for (let round = 0; round < 2; round += 1) {
      await moreMarks();
      await server.kill();
      server = await startChild({ dataFolder: server.dataFolder });
    }
    await moreMarks();
    await expectNothingLost(() => api(server).destroy(session.id));
  });

  it('when the server of its surface stops and starts again', { timeout: 180_000 }, async () => {
    await api(server).destroy(session.id);
    const surface = surfaceOf(() => server, 'counted');
    await surface.open({ record: true });
    session = await api(server).get('counted');
    page = await surface.newPage(`${url}/?every=20`);
    await moreMarks();
    await server.stop();
    server = await startChild({ dataFolder: server.dataFolder });
    await moreMarks();
    await expectNothingLost(() => surface.stop());
    await surface.delete();
  });

  it('when its Chrome freezes, which is not taken for dead', { timeout: 180_000 }, async () => {
    await moreMarks();
    const group = chromeGroup();
    process.kill(-group, 'SIGSTOP');
    const thawAt = performance.now() + 4000;
    await until(() => performance.now() > thawAt, 'the end of the frost');
    process.kill(-group, 'SIGCONT');
    await moreMarks();
    await expectNothingLost(() => api(server).destroy(session.id));
  });

  it('while a client floods the socket of the session', { timeout: 180_000 }, async () => {
    const { pathname, search } = new URL(session.connectUrl ?? '');
    const abort = new AbortController();
    const cdp = await CdpConnection.open(
      `ws://${new URL(server.url).host}${pathname}${search}`,
      abort.signal,
    );
    const { sessionId } = await cdp.send('Target.attachToTarget', { targetId: page.targetId, flatten: true });
    const flood = async () => {
      while (!abort.signal.aborted) {
        await cdp.send(
          'Runtime.evaluate',
          { expression: "'x'.repeat(1e6)", returnByValue: true },
          String(sessionId),
        );
      }
    };
    const flooding = Promise.all([1, 2, 3, 4].map(flood)).catch(() => {});
    for (let round = 0; round < 5; round += 1) await moreMarks();
    abort.abort();
    await flooding;
    await expectNothingLost(() => api(server).destroy(session.id));
  });
});

describe('a recording', () => {
  it('costs no command while pages are recorded', { timeout: 90_000 }, async () => {
    await moreMarks();
    const before = await metric('moorage_recording_commands_total');
    const batches = await metric('moorage_recording_batches_total');
    for (let round = 0; round < 3; round += 1) await moreMarks();
    expect(await metric('moorage_recording_commands_total')).toBe(before);
    expect(await metric('moorage_recording_batches_total')).toBeGreaterThan(batches);
    expect(await metric('moorage_recordings')).toBe(1);
    await api(server).destroy(session.id);
    expect(await metric('moorage_recordings')).toBe(0);
  });

  it('keeps all but the last moments of a Chrome that is killed', { timeout: 90_000 }, async () => {
    await moreMarks();
    const seen = Number(await evaluate('marks'));
    await until(async () => (await marks()).includes(seen), 'what was seen');
    process.kill(-chromeGroup(), 'SIGKILL');
    await until(async () => (await look()).status === 'complete', 'its end');
    const kept = await marks();
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => index));
    expect(kept).toContain(seen);
  });

  it('goes on in a tab that crashed and is loaded again', { timeout: 90_000 }, async () => {
    await moreMarks();
    const { pathname, search } = new URL(session.connectUrl ?? '');
    const host = new URL(server.url).host;
    const cdp = await CdpConnection.open(`ws://${host}${pathname}${search}`, AbortSignal.timeout(60_000));
    const attach = { targetId: page.targetId, flatten: true };
    const { sessionId } = await cdp.send('Target.attachToTarget', attach);
    cdp.send('Page.crash', {}, String(sessionId)).catch(() => {}); // who crashes does not answer
    const isCrashed = async () => (await look()).pages.some(({ end }) => end === 'crashed');
    await until(isCrashed, 'the crash', PATIENCE_S);
    const before = (await marks()).length;
    await cdp.send('Page.navigate', { url: `${url}/?every=20` }, String(sessionId));
    await until(async () => (await marks()).length > before + 10, 'marks after the crash', PATIENCE_S);
    expect(await isCrashed()).toBe(false);
    cdp.close();
    await api(server).destroy(session.id);
  });
});
