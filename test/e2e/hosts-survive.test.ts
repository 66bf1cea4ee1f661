// Browsers with hosts outlive the server like Chromes: a killed server finds them again, with everything that their pages
// said meanwhile, and leaves nothing when they end.

import { chromium } from 'playwright-core';
import puppeteer from 'puppeteer-core';
import { afterEach, describe, expect, it } from 'vitest';
import { type Site, startSite } from '../../examples/site.mjs';
import { firefoxBidi } from '../../src/backends/firefox-bidi.ts';
import { EVENT_TYPE } from '../../src/protocol/recorder.ts';
import type { Recording } from '../../src/protocol/recordings.ts';
import type { Session } from '../../src/protocol/sessions.ts';
import { type ChildServer, processesOf, startChild, until } from '../server.ts';
import { api } from './api.ts';

/** Writes a line into the page ten times a second. */
const TICK = `globalThis.ticks = 0; setInterval(() => {
  document.body.append(Object.assign(document.createElement('p'), { textContent: 'tick ' + ++ticks + ';' }));
}, 100)`;

let server: ChildServer;
let site: Site;

afterEach(async () => {
  await site.close();
  await server.expectNothingLeft();
});

const restart = async () => {
  await server.kill();
  server = await startChild({ dataFolder: server.dataFolder });
};

/** The session's address at the present server, which listens on another port. */
function addressOf({ connectUrl = '' }: Session): string {
  const { pathname, search } = new URL(connectUrl);
  return `ws://${new URL(server.url).host}${pathname}${search}`;
}

const eventsOf = async (id = '') => (await fetch(`${server.url}/v1/recordings/${id}/events`)).text();

async function recordingOf({ recordingId = '' }: Session): Promise<Recording> {
  return api(server).call<Recording>('GET', `/v1/recordings/${recordingId}`);
}

const firefoxIsHere = (await firefoxBidi.detect({})).found;
if (!firefoxIsHere) console.warn('SKIPPED: there is no Firefox here');

describe.skipIf(!firefoxIsHere)('a session of Firefox', { timeout: 180_000 }, () => {
  it('goes on after the server was killed, its page and its recording too, without a gap', async () => {
    site = await startSite();
    server = await startChild({ backends: { firefox: { kind: 'firefox-bidi' } } });
    const session = await api(server).create({ browser: 'firefox', record: true, keepAlive: true });
    const browser = await puppeteer.connect({
      browserWSEndpoint: session.connectUrl ?? '',
      protocol: 'webDriverBiDi',
    });
    const page = await browser.newPage();
    await page.goto(`${site.url}/login`);
    await page.evaluate(TICK);
    await restart();

    expect(await api(server).get(session.id)).toMatchObject({ status: 'ready', protocol: 'bidi' });
    const again = await puppeteer.connect({
      browserWSEndpoint: addressOf(session),
      protocol: 'webDriverBiDi',
    });
    const sameTab = (await again.pages()).find((each) => each.url() === `${site.url}/login`);
    const ticks = Number(await sameTab?.evaluate('ticks'));
    expect(ticks).toBeGreaterThan(0);
    await until(async () => Number(await sameTab?.evaluate('ticks')) > ticks + 5, 'the page goes on');
    await again.disconnect();
    await api(server).destroy(session.id);

    await expectAllTicks(session, ticks);
  });
});

describe("a session over Playwright's protocol", { timeout: 180_000 }, () => {
  it('takes clients again after the server was killed, and is recorded further', async () => {
    site = await startSite();
    server = await startChild({ backends: { 'playwright-chromium': {} } });
    const session = await api(server).create({ browser: 'chromium', record: true, keepAlive: true });
    const first = await chromium.connect(session.connectUrl ?? '');
    const page = await first.newPage();
    await page.goto(`${site.url}/login`);
    await page.evaluate('document.body.append("before the kill")');
    await restart();

    expect(await api(server).get(session.id)).toMatchObject({ status: 'ready', protocol: 'playwright' });
    const second = await chromium.connect(addressOf(session));
    const other = await second.newPage();
    await other.goto(`${site.url}/login`);
    await other.evaluate('document.body.append("after the kill")');
    await second.close();
    const areClosed = async () => (await recordingOf(session)).pages.every(({ end }) => end === 'closed');
    await until(areClosed, 'the pages of clients that went are closed');
    await api(server).destroy(session.id);

    const text = await eventsOf(session.recordingId);
    expect(text).toContain('before the kill');
    expect(text).toContain('after the kill');
    const { pages } = await recordingOf(session);
    expect(pages.map(({ gaps, end }) => ({ gaps, end }))).toEqual([
      { gaps: 0, end: 'closed' },
      { gaps: 0, end: 'closed' },
    ]);
    expect(processesOf(server.dataFolder).filter((line) => line.includes('/sessions/'))).toEqual([]);
  });
});

/** Every line that the page wrote up to then, each told once; snapshots hold all of them again. */
async function expectAllTicks(session: Session, upTo: number): Promise<void> {
  const recording = await recordingOf(session);
  expect(recording.pages.every(({ gaps }) => gaps === 0)).toBe(true);
  const lines = (await eventsOf(session.recordingId)).split('\n');
  const changes = lines
    .filter((line) => line.startsWith(`{"type":${EVENT_TYPE.incrementalSnapshot},`))
    .join();
  const counts = Array.from({ length: upTo }, (_, tick) => changes.split(`"tick ${tick + 1};"`).length - 1);
  expect(counts).toEqual(counts.map(() => 1));
}
