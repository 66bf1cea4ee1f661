// A script for Playwright runs with Moorage by changing its first lines.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Moorage } from '@moorage/client';
import { chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Site, startSite } from '../../examples/site.mjs';
import { script } from '../fixtures/playwright-script.ts';
import { type InProcessServer, startInProcess } from '../server.ts';

let server: InProcessServer;
let site: Site;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moorage-script-'));
  site = await startSite();
  server = await startInProcess();
});
afterAll(async () => {
  await site.close();
  await rm(folder, { recursive: true });
  await server.expectNothingLeft();
});

it('sees through the page API what it sees through Playwright', { timeout: 120_000 }, async () => {
  const moorage = new Moorage({ url: server.url });

  // With Playwright:
  await using lent = await moorage.sessions.create({ browser: 'chrome' });
  const browser = await chromium.connectOverCDP(lent.connectUrl ?? '');
  const expected = await script(await browser.newPage(), site.url, folder);
  await browser.close();
  expect(expected).toMatchObject({
    greeting: 'Hello alice',
    clicks: 3,
    answer: 'yes',
    file: 'hello',
    missing: true,
  });

  // With Moorage. That the types are not Playwright's own is no matter to a script in JavaScript.
  await using session = await moorage.sessions.create({ browser: 'chrome' });
  const page = (await session.newPage()) as unknown as Page;
  expect(await script(page, site.url, folder)).toEqual(expected);
});
