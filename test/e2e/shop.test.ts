// The README's tour of recordings, run as written: a program shops, a hand passes the check in the live view, the program
// goes on. What is left of it shows everything but secrets, in our viewer and in stock rrweb-player.

import esbuild from 'esbuild';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Shop, startShop } from '../../examples/shop.mjs';
import type { RecordedEvent } from '../../src/protocol/recorder.ts';
import type { Recording, RecordingList } from '../../src/protocol/recordings.ts';
import { type Onlooker, startOnlooker } from '../fixtures/onlooker.ts';
import { LiveWatcher } from '../recording/live-watcher.ts';
import { type ChildServer, startChild, until } from '../server.ts';
import { api } from './api.ts';
import { ReadmePrograms } from './readme-programs.ts';

let programs: ReadmePrograms;
let shop: Shop;
let server: ChildServer;
let onlooker: Onlooker;
let recording: Recording;

beforeAll(async () => {
  programs = await ReadmePrograms.prepare();
  shop = await startShop();
  server = await startChild({ backends: { chrome: { capacity: 1, warm: { chrome: 0 } } } });
  onlooker = await startOnlooker();
}, 60_000);

afterAll(async () => {
  await LiveWatcher.closeAll();
  await onlooker?.close();
  await server.expectNothingLeft();
  await shop.close();
  await programs.remove();
}, 60_000);

/** Ticks the box of the check, as a person does who opened `link`. */
async function passByHand(link: string): Promise<void> {
  const watcher = await LiveWatcher.open(link, { name: 'Ada' });
  const sessionId = new URL(link).pathname.split('/').at(-1);
  const { data: pages } = await api(server).call<{ data: { id: string; url: string }[] }>(
    'GET',
    `/v1/sessions/${sessionId}/pages`,
  );
  const page = pages.find(({ url }) => url.endsWith('/login'));
  const ask = async <T>(action: string) => {
    const command = { action, params: { locator: '#person' } };
    return (await api(server).call<{ result: T }>('POST', `/v1/pages/${page?.id}/command`, command)).result;
  };
  const box = await ask<{ x: number; y: number; width: number; height: number }>('locator.boundingBox');
  await watcher.firstPicture();
  await watcher.takeOver();
  watcher.click(box.x + box.width / 2, box.y + box.height / 2);
  await until(() => ask<boolean>('isChecked'), 'the tick');
  watcher.send({ type: 'hand-back' });
  await until(() => !watcher.isDriving, 'the hand-back');
  await watcher.close();
}

const list = () => api(server).call<RecordingList>('GET', '/v1/recordings');
const run = (file: string, onOutput?: (text: string) => void) =>
  programs.run(file, { MOORAGE_URL: server.url, SHOP: shop.url }, onOutput);

it('is told of the check, goes on when a hand has passed it, and ends with the address of its recording', async () => {
  let begin = (_link: string) => {};
  const hand = new Promise<string>((resolve) => {
    begin = resolve;
  }).then(passByHand);
  const program = run('shop-1.ts', (text) => {
    const [, link] = /A person is needed: (\S+)\n/.exec(text) ?? [];
    if (link !== undefined) begin(link);
  });
  const [output] = await Promise.all([program, hand]);
  const [, id] = /What went wrong: \S+\/(rec_\w+)\n$/.exec(output) ?? [];
  recording = await api(server).call('GET', `/v1/recordings/${id}`);
  expect(recording.status).toBe('complete');
}, 120_000);

it('leaves the error, the frame and both hands in the recording, and no secret', async () => {
  const exported = await fetch(`${server.url}/v1/recordings/${recording.id}/export`);
  const text = await exported.text();
  for (const shown of ['Payment by card', 'Add Tea', '4.20', 'Something went wrong', 'The order failed'])
    expect(text).toContain(shown);
  for (const secret of ['4242', '"737"', 'correct horse', 'passed-']) expect(text).not.toContain(secret);

  const events: RecordedEvent[] = JSON.parse(text);
  const marks = events.flatMap(({ data }) => {
    const { tag, payload } = data as { tag?: string; payload?: { state?: string; by?: string } }; // of custom events
    return tag === 'moorage.challenge' || tag === 'moorage.take-over' ? [payload?.state] : [];
  });
  expect(marks).toEqual(['appeared', 'waiting', 'taken-over', 'passed', 'handed-back']);
});

it('is shown by the viewer, with marks for what happened', async () => {
  const page = await onlooker.browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`${server.url}/recordings/${recording.id}`);
  await page.locator('.mark.error').first().waitFor();
  expect(await page.locator('.mark.challenge').count()).toBeGreaterThan(0);
  expect(await page.locator('.mark.take-over').count()).toBeGreaterThan(0);
  await page.keyboard.press('End');
  const replay = page.frameLocator('.replayer-wrapper > iframe');
  await replay.getByText('Something went wrong').waitFor();
  await replay.frameLocator('iframe').getByText('Payment by card').waitFor();
  await page.close();
});

it('is exported to what stock rrweb-player shows', async () => {
  const [shown] = recording.pages.toSorted((a, b) => b.events - a.events);
  const events = await (
    await fetch(`${server.url}/v1/recordings/${recording.id}/export?page=${shown?.id}`)
  ).json();
  const page = await onlooker.browser.newPage();
  await page.setContent('<div id="player"></div>');
  await page.addScriptTag({ content: await stockPlayer() });
  await play(page, events);
  const replay = page.frameLocator('.replayer-wrapper > iframe');
  await replay.getByText('Something went wrong').waitFor();
  await replay.frameLocator('iframe').getByText('Accepted').waitFor();
  await page.close();
});

it('can be read, taken along and brought back from a shell', async () => {
  expect(await run('shop-2.sh')).toMatch(/error.*The order failed/);
  const { data } = await list();
  expect(data).toHaveLength(2);
}, 60_000);

/** rrweb-player as it comes from the registry, as a script that defines `Player`. */
async function stockPlayer(): Promise<string> {
  const { outputFiles } = await esbuild.build({
    stdin: {
      contents: "import Player from 'rrweb-player'; globalThis.Player = Player;",
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    format: 'iife',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

/** Plays to the end, at once. */
async function play(page: Page, events: unknown): Promise<void> {
  await page.evaluate(`(events => {
    const player = new Player({ target: document.getElementById('player'), props: { events, autoPlay: false } });
    player.goto(player.getMetaData().totalTime + 1);
  })(${JSON.stringify(events)})`);
}
