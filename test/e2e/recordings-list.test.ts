// The list of recordings in a real browser: what there is, found by what it was, one click away from its replay.

import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Site, startSite } from '../../examples/site.mjs';
import { type Onlooker, startOnlooker } from '../fixtures/onlooker.ts';
import { type InProcessServer, startInProcess } from '../server.ts';
import { api } from './api.ts';

let server: InProcessServer;
let site: Site;
let onlooker: Onlooker;
const ids: Record<string, string> = {};

beforeAll(async () => {
  site = await startSite();
  server = await startInProcess({ backends: { chrome: { capacity: 2, warm: { chrome: 0 } } } });
  await record('login', {}, 'document.body.append("all is well")');
  await record('rows', { run: '7' }, 'console.error("it broke")');
  onlooker = await startOnlooker();
}, 90_000);

afterAll(async () => {
  await onlooker?.close();
  await server.expectNothingLeft();
  await site.close();
});

async function record(path: string, tags: Record<string, string>, script: string): Promise<void> {
  const session = await api(server).create({ record: true, keepAlive: true, tags });
  const client = await chromium.connectOverCDP(session.connectUrl ?? '');
  const page = client.contexts()[0]?.pages()[0];
  await page?.goto(`${site.url}/${path}`);
  await page?.evaluate(script);
  await client.close();
  await api(server).destroy(session.id);
  ids[path] = session.recordingId ?? '';
}

async function open(query = '', options: Parameters<Browser['newPage']>[0] = {}) {
  const page = await onlooker.browser.newPage({ viewport: { width: 1200, height: 800 }, ...options });
  const policies: string[] = [];
  page.on('console', (line) => {
    if (line.type() === 'error') policies.push(line.text());
  });
  await page.goto(`${server.url}/recordings${query}`);
  await page.locator('#message', { hasText: 'Loading' }).waitFor({ state: 'hidden' });
  return { page, policies };
}

it('shows each with its picture, where it was and what failed, newest first, and leads to its replay', async () => {
  const { page, policies } = await open();
  const cards = page.locator('#recordings > li');
  expect(await cards.count()).toBe(2);
  expect(await cards.first().textContent()).toContain(`${site.url}/rows`);
  expect(await cards.first().textContent()).toContain('1 error');
  expect(await cards.first().textContent()).toContain('run=7');
  const width = () => page.evaluate("document.querySelector('#recordings img').naturalWidth");
  await expect.poll(width).toBe(320);
  await cards.first().locator('a.watch').click();
  await page.waitForURL(`${server.url}/recordings/${ids.rows}`);
  await page.locator('.replayer-wrapper iframe').waitFor();
  expect(policies.filter((text) => text.includes('/assets/recordings'))).toEqual([]);
  await page.close();
});

it('finds by address, tag and errors, keeps what was asked in its address, and says when nothing is like that', async () => {
  const { page } = await open();
  await page.getByLabel('Part of the address').fill('login');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.waitForURL(/url=login/);
  await expect.poll(() => page.locator('#recordings > li').count()).toBe(1);
  await page.goBack();
  await expect.poll(() => page.locator('#recordings > li').count()).toBe(2);
  await page.getByLabel('With errors').check();
  await page.waitForURL(/hasErrors=true/);
  await expect.poll(() => page.locator('#recordings .watch').getAttribute('href')).toContain(ids.rows);
  await page.close();

  const shared = await open('?tag=run%3D8');
  await expect
    .poll(() => shared.page.locator('#message').textContent())
    .toContain('No recording is like that');
  expect(await shared.page.getByLabel('Tag').inputValue()).toBe('run=8');
  await shared.page.close();
});

it('fits a phone, in dark as well', async () => {
  const { page } = await open('', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  const box = await page.locator('#recordings > li').first().boundingBox();
  expect(box?.width).toBeGreaterThan(300);
  expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).not.toBe(
    'rgb(255, 255, 255)',
  );
  await page.close();
});
