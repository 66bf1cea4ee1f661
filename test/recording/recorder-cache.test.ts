// Pages that come back from the back/forward cache, which our own Chromes do without and those of others may have.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BackendSession } from '../../src/backends/backend.ts';
import { findChrome } from '../../src/backends/support/find-chrome.ts';
import { newId } from '../../src/ids.ts';
import { EVENT_TYPE } from '../../src/protocol/recorder.ts';
import { CHROMIUM_SWITCHES } from '../fixtures/chromium-switches.ts';
import { processesOf, until } from '../server.ts';
import { type RecordableChromes, type RecordedChrome, recordChrome } from './rig.ts';
import { type Site, startSite } from './site.ts';

let site: Site;
let rig: RecordedChrome;

beforeAll(async () => {
  site = await startSite({
    '/': `<h1>Kept alive</h1><script>
      addEventListener('pageshow', ({ persisted }) => { if (persisted) document.body.append('Back from the cache'); });
    </script>`,
    '/next': '<h1>The next one</h1>',
  });
  rig = await recordChrome({ chromes: await chromeWithCache() });
});

afterAll(async () => {
  await rig?.end();
  await site?.close();
});

it('a page that comes back from the cache is told from a full snapshot on', async () => {
  const { page } = rig;
  await page.goto(`${site.url}/`);
  await until(() => rig.text().includes('Kept alive'), 'the page');
  await page.evaluate(`location.href = '/next'`).catch(() => {}); // the answer may go with the page
  await until(() => rig.text().includes('The next one'), 'the next page');
  // The recorder may have told of it before Playwright knows it.
  await page.waitForURL(`${site.url}/next`);
  rig.batches.length = 0;
  await page.evaluate('history.back()').catch(() => {}); // as above
  await until(() => rig.text().includes('Back from the cache'), 'the page that came back');
  const snapshots = rig.events().filter(({ type }) => type === EVENT_TYPE.fullSnapshot);
  expect(JSON.stringify(snapshots)).toContain('Kept alive');
  const change = () => page.evaluate("document.body.append('and changed again')");
  await until(
    () =>
      change().then(
        () => true,
        () => false,
      ),
    'that Playwright knows the page again',
  );
  await until(() => rig.text().includes('and changed again'), 'the change after it');
  expect(rig.gaps).toEqual([]);
});

/** A Chrome as a person has it, with the cache on. */
async function chromeWithCache(): Promise<RecordableChromes> {
  const { path } = (await findChrome('chrome', undefined)) as { path: string }; // as other tests need it
  const dataFolder = await mkdtemp(join(tmpdir(), 'moorage-cache-'));
  const profile = join(dataFolder, 'profile');
  let context: BrowserContext | undefined;
  return {
    dataFolder,
    async start() {
      context = await chromium.launchPersistentContext(profile, {
        executablePath: path,
        args: [...CHROMIUM_SWITCHES, '--remote-debugging-port=0'],
        ignoreDefaultArgs: ['--disable-back-forward-cache', '--disable-extensions'],
      });
      const [port, address] = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).split('\n');
      const url = `ws://127.0.0.1:${port}${address}`;
      // What the rig asks of a session.
      return { id: newId('ses'), endpoint: { protocol: 'cdp', url } } as BackendSession & {
        id: `ses_${string}`;
      };
    },
    connect: ({ endpoint }) => chromium.connectOverCDP(endpoint.url),
    async end() {
      await context?.close();
      expect(processesOf(dataFolder)).toEqual([]);
      await rm(dataFolder, { recursive: true });
    },
  };
}
