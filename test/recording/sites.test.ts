// Popular libraries and features of the platform, recorded and unrecorded by the same script: the page has to end the same,
// say the same, and see the same; and its recording has to hold what it shows.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENT_TYPE } from '../../src/protocol/recorder.ts';
import { type TestChromes, testChromes } from '../backends/chromes.ts';
import { until } from '../server.ts';
import { type RecordedChrome, recordChrome } from './rig.ts';
import { type Site, startSite } from './site.ts';
import { SITES, startSites } from './sites.ts';

let other: Site;
let site: Site;
let rig: RecordedChrome;
let chromes: TestChromes;
let plain: Browser;

beforeAll(async () => {
  other = await startSite(
    { '/inner': '<script>onmessage = ({ data }) => parent.postMessage({ answer: data.ask }, "*")</script>' },
    '127.0.0.2',
  );
  site = await startSites(other.url);
  rig = await recordChrome();
  chromes = await testChromes();
  plain = await chromes.connect(await chromes.start());
});

afterAll(async () => {
  await rig?.end();
  await chromes?.end();
  await site?.close();
  await other?.close();
});

interface Outcome {
  html: string;
  seen: string[];
  said: string[];
  failed: string[];
}

/** Clicks and types as a person would, and tells how the page ended. */
async function drive(browser: Browser, name: string): Promise<Outcome> {
  const page = (await browser.contexts()[0]?.newPage()) as Page; // a connected Chrome has a context
  const said: string[] = [];
  const failed: string[] = [];
  page.on('console', (message) => {
    // What the driver of the graphics says depends on its load.
    if (!message.text().startsWith('[.WebGL')) said.push(`${message.type()} ${message.text()}`);
  });
  page.on('pageerror', (error) => void failed.push(error.message));
  await page.goto(`${site.url}/${name}`);
  const button = page.locator('#go').first();
  await button.waitFor();
  for (let round = 0; round < 4; round += 1) await button.click();
  await page.locator('input').first().pressSequentially('abc');
  let before = '';
  let html = await page.content();
  await until(async () => {
    before = html;
    await page.waitForTimeout(150);
    html = await page.content();
    return html === before;
  }, `${name} at rest`);
  const seen = (await page.evaluate('seen.map(String)')) as string[]; // by the fixture
  const open = page.url();
  await page.close();
  return { html: `${open}\n${html}`, seen: name === 'frames' ? seen.sort() : seen, said, failed };
}

describe('the same comes of a page, recorded or not:', () => {
  for (const name of SITES) {
    it(name, async () => {
      rig.batches.length = 0;
      const [recorded, unrecorded] = [await drive(rig.browser, name), await drive(plain, name)];
      expect(recorded).toEqual(unrecorded);
      expect(recorded.html.length).toBeGreaterThan(100);
      await until(() => rig.events().some(({ type }) => type === EVENT_TYPE.fullSnapshot), 'its snapshot');
      expect(rig.notes('moorage.recorder-failed')).toEqual([]);
      expect(rig.gaps).toEqual([]);
    });
  }
});
