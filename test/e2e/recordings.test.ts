// Sessions that are recorded: what is there while they go on and afterwards, and that nothing stays in the way of sessions
// that are not. What a killed server and a killed browser cost is in recording-loss.test.ts.

import { chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Site, startSite } from '../../examples/site.mjs';
import type { RecordedEvent } from '../../src/protocol/recorder.ts';
import type { Recording, RecordingList } from '../../src/protocol/recordings.ts';
import type { Session } from '../../src/protocol/sessions.ts';
import { type ChildServer, processesOf, startChild, until } from '../server.ts';
import { api, refusalOf } from './api.ts';
import { commandOf, surfaceOf } from './browser.ts';

let site: Site;
let server: ChildServer;

beforeAll(async () => {
  site = await startSite();
  const chrome = { capacity: 2, warm: { chrome: 0 } };
  server = await startChild({ backends: { chrome, fake: { protocol: 'webdriver' } } });
}, 60_000);

afterAll(async () => {
  await server.expectNothingLeft();
  await site.close();
});

// The server goes on for the next test; what one that failed has left ends here.
afterEach(async () => {
  const { data } = await api(server).list('ready,starting');
  await Promise.all(data.map(({ id }) => api(server).destroy(id)));
  await until(() => browsersOf(server).length === 0, 'the end of every Chrome');
}, 60_000);

const browsersOf = ({ dataFolder }: ChildServer) =>
  processesOf(dataFolder).filter((each) => each.includes('chrom'));
const restart = async () => {
  await server.kill();
  server = await startChild({ dataFolder: server.dataFolder });
};

const look = (id = '') => api(server).call<Recording>('GET', `/v1/recordings/${id}`);

async function readEvents(id = '', query = ''): Promise<(RecordedEvent & { pageId: string })[]> {
  const response = await fetch(`${server.url}/v1/recordings/${id}/events?${query}`);
  const text = await response.text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

const textOf = async (id = '') => JSON.stringify(await readEvents(id));

/** A page of the session, driven by Playwright as by any client. */
async function drive(session: Session, work: (page: Page) => Promise<void>): Promise<void> {
  const { pathname, search } = new URL(session.connectUrl ?? '');
  const browser = await chromium.connectOverCDP(`ws://${new URL(server.url).host}${pathname}${search}`);
  try {
    const context = browser.contexts()[0];
    const page = context?.pages().find((each) => each.url().startsWith('http')) ?? (await context?.newPage());
    if (page) await work(page);
  } finally {
    await browser.close();
  }
}

// One of them kills the server and starts it again.
describe('a recorded session', { timeout: 120_000 }, () => {
  it('leaves a recording with its pages, requests and console, as events, HAR and text', async () => {
    const session = await api(server).create({ record: true, keepAlive: true, tags: { run: '7' } });
    expect(session.recordingId).toMatch(/^rec_/);
    expect((await look(session.recordingId)).status).toBe('recording');
    await drive(session, async (page) => {
      await page.goto(`${site.url}/login`);
      await page.getByLabel('Name').fill('alice');
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.waitForURL(`${site.url}/account`);
      await page.evaluate("fetch('/rows?a=1').then((r) => r.text())");
      await page.evaluate("console.error('something broke')");
    });
    await api(server).destroy(session.id);

    const recording = await look(session.recordingId);
    expect(recording).toMatchObject({ status: 'complete', sessionId: session.id, tags: { run: '7' } });
    const page = recording.pages.find(({ url }) => url === `${site.url}/account`);
    expect(page).toMatchObject({ gaps: 0 });
    expect(page?.errors).toBeGreaterThanOrEqual(1);
    expect(recording.sizeBytes).toBeGreaterThan(1000);

    const events = await readEvents(recording.id, `page=${page?.id}`);
    const types = events.map(({ type }) => type);
    expect(types.indexOf(4)).toBeLessThan(types.indexOf(2));
    expect(JSON.stringify(events)).toContain('Hello alice');
    expect(JSON.stringify(events)).not.toContain('moorage.batch');
    const times = events.map(({ timestamp }) => timestamp);
    expect(times).toEqual([...times].sort((a, b) => a - b));

    const array = await fetch(
      `${server.url}/v1/recordings/${recording.id}/events?format=json&page=${page?.id}`,
    );
    expect(await array.json()).toEqual(events);
    const { log } = await api(server).call<{ log: { entries: object[] } }>(
      'GET',
      `/v1/recordings/${recording.id}/har`,
    );
    expect(log.entries).toContainEqual(
      expect.objectContaining({
        request: expect.objectContaining({
          url: `${site.url}/rows?a=1`,
          queryString: [{ name: 'a', value: '1' }],
        }),
        response: expect.objectContaining({ status: 200 }),
      }),
    );
    const text = await (await fetch(`${server.url}/v1/recordings/${recording.id}/console`)).text();
    expect(text).toMatch(/^\S+Z error something broke/m);
  });

  it('is found by session, tag, address and errors, and can be deleted when it has ended', async () => {
    const plain = await api(server).create();
    expect(plain.recordingId).toBeUndefined();
    const session = await api(server).create({
      record: { console: false },
      keepAlive: true,
      tags: { run: '8' },
    });
    await drive(session, async (page) => void (await page.goto(`${site.url}/rows`)));
    await until(
      async () => (await look(session.recordingId)).pages.some(({ url }) => url.endsWith('/rows')),
      'the page',
    );
    const refusal = await refusalOf(api(server).call('DELETE', `/v1/recordings/${session.recordingId}`));
    expect(refusal.details.code).toBe('invalid-argument');
    await api(server).destroy(session.id);
    await api(server).destroy(plain.id);

    const list = async (query: string) =>
      (await api(server).call<RecordingList>('GET', `/v1/recordings?${query}`)).data.map(({ id }) => id);
    expect(await list(`session=${session.id}&tag=run%3D8&url=rows&status=complete`)).toEqual([
      session.recordingId,
    ]);
    expect(await list(`session=${session.id}&hasErrors=true`)).toEqual([]);
    await api(server).call('DELETE', `/v1/recordings/${session.recordingId}`);
    expect((await refusalOf(look(session.recordingId))).details.code).toBe('recording-not-found');
    expect(await list('')).not.toContain(session.recordingId);
  });

  it('is told while it goes on, until it ends', async () => {
    const session = await api(server).create({ record: true, keepAlive: true });
    const stream = await fetch(`${server.url}/v1/recordings/${session.recordingId}/events`, {
      headers: { accept: 'text/event-stream' },
    });
    const told = stream.text();
    await drive(session, async (page) => void (await page.goto(`${site.url}/rows`)));
    await until(async () => (await textOf(session.recordingId)).includes('Row 999'), 'the snapshot');
    await api(server).destroy(session.id);
    expect(await told).toContain('Row 999');
  });

  it('can be that of a surface: one for each launch, which goes on over a kill of the server', async () => {
    const surface = surfaceOf(() => server, 'taped');
    await surface.open({ record: true });
    const { recordingId: first } = await api(server).get('taped');
    const { id } = await surface.newPage(`${site.url}/account`);
    await restart();
    await commandOf(() => server)(id, 'evaluate', { expression: "document.body.append('after the kill')" });
    await until(async () => (await textOf(first)).includes('after the kill'), 'the change');
    await surface.stop();
    expect(await look(first)).toMatchObject({ status: 'complete', surface: 'taped' });

    await surface.open();
    const { recordingId: second } = await api(server).get('taped');
    expect(second).not.toBe(first);
    await until(async () => (await textOf(second)).includes('Hello stranger'), 'the restored tab');
    await surface.delete();
  });

  it('is refused to browsers that cannot be recorded', async () => {
    const refusal = await refusalOf(api(server).create({ browser: 'fake', record: true }));
    expect(refusal.details.code).toBe('unsupported-operation');
  });
});
