// The viewer in a real browser: what was recorded is shown, in step with what happened, and nothing recorded runs.

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findChrome } from '../../src/backends/support/find-chrome.ts';
import { type InProcessServer, startInProcess, until } from '../server.ts';
import { api } from './api.ts';

let server: InProcessServer;
let site: Server;
let siteUrl: string;
let browser: Browser;
let scratch: string;
let recordingId: string;
const beacons: string[] = [];

beforeAll(async () => {
  site = createServer((request, response) => {
    if (request.url?.startsWith('/beacon')) beacons.push(request.url);
    if (request.url === '/fails') {
      response.writeHead(500).end('no');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(
      `<title>${request.url}</title><h1>Page ${request.url}</h1><img src="/beacon?recorded" onerror="fetch('/beacon?ran')">
       <script>fetch('/beacon?script')</script>`,
    );
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  server = await startInProcess({ backends: { chrome: { capacity: 1, warm: { chrome: 0 } } } });
  recordingId = await recordTwoPages();

  const found = await findChrome('chrome', undefined);
  if (typeof found === 'string') throw new Error(found);
  scratch = await mkdtemp(join(tmpdir(), 'moorage-viewer-'));
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  browser = await chromium.launch({ executablePath: found.path, args, artifactsDir: scratch });
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await rm(scratch, { recursive: true, force: true });
  await server.expectNothingLeft();
  site.close();
  site.closeAllConnections();
});

async function recordTwoPages(): Promise<string> {
  const session = await api(server).create({ record: true, keepAlive: true });
  const client = await chromium.connectOverCDP(session.connectUrl ?? '');
  const context = client.contexts()[0];
  const [first, second] = [context?.pages()[0], await context?.newPage()];
  await first?.goto(`${siteUrl}/one`);
  await second?.goto(`${siteUrl}/two`);
  await second?.evaluate("fetch('/fails')");
  await second?.evaluate("console.error('it broke'); document.body.append('after the error')");
  await client.close();
  await api(server).destroy(session.id);
  return session.recordingId ?? '';
}

async function open(hash = '', size = { width: 1200, height: 800 }): Promise<Page> {
  const page = await browser.newPage({ viewport: size });
  await page.goto(`${server.url}/recordings/${recordingId}${hash}`);
  await page.locator('.replayer-wrapper iframe').waitFor();
  return page;
}

const replay = (page: Page) => page.frameLocator('.replayer-wrapper > iframe');

it('shows the pages of the session as lanes, and the one that is chosen', async () => {
  const page = await open();
  expect(await page.locator('.lane').count()).toBeGreaterThanOrEqual(2);
  await page.locator(`.lane[title*="/one"]`).click();
  await replay(page).getByText('Page /one').waitFor();
  await page.close();
});

it('jumps to an error, with the list beside it in step, and can be searched', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Next error' }).click();
  await replay(page).getByText('Page /two').waitFor();
  expect(await page.locator('#moments .is-error').count()).toBeGreaterThanOrEqual(2);
  await page.getByRole('searchbox').fill('broke');
  expect(await page.locator('#moments li:visible').allTextContents()).toEqual([
    expect.stringContaining('it broke'),
  ]);
  await page.locator('#moments li:visible button').click();
  await page.getByRole('button', { name: 'Copy link' }).click();
  const { hash } = new URL(page.url());
  await page.close();

  const again = await open(hash);
  await replay(again).getByText('Page /two').waitFor();
  await again.close();
});

it('is driven by the keyboard, and fits a phone', async () => {
  const page = await open('', { width: 390, height: 844 });
  await page.keyboard.press('e');
  await replay(page).getByText('Page /two').waitFor();
  const isWide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
  expect(isWide).toBe(false);
  await page.close();
});

it('runs nothing that was recorded', async () => {
  beacons.length = 0;
  const page = await open();
  await page.locator(`.lane[title*="/two"]`).click();
  await replay(page).getByText('Page /two').waitFor();
  await until(() => beacons.includes('/beacon?recorded'), 'the picture of the page');
  expect(beacons.filter((url) => url !== '/beacon?recorded')).toEqual([]);
  expect(await page.locator('.replayer-wrapper iframe').getAttribute('sandbox')).not.toContain(
    'allow-scripts',
  );
  await page.close();
});

it('says so where there is no such recording', async () => {
  const page = await browser.newPage();
  await page.goto(`${server.url}/recordings/rec_none`);
  await page.getByText('There is no recording rec_none.').waitFor();
  await page.close();
});
