// What a session asked for, seen from inside a page of a real Chrome.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SessionRequest } from '../../src/backends/backend.ts';
import { processesOf } from '../server.ts';
import { firstPage, type TestChromes, testChromes } from './chromes.ts';

let chromes: TestChromes;
let site: Server;
let siteUrl: string;
let lastHeaders: IncomingHttpHeaders = {};
let extensionFolder: string;

beforeAll(async () => {
  site = createServer((request, response) => {
    if (request.url === '/') lastHeaders = request.headers;
    response.setHeader('content-type', 'text/html').end('<title>site</title>');
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`; // TCP, so never a path
  extensionFolder = await mkdtemp(join(tmpdir(), 'moorage-extension-'));
  for (const [name, content] of Object.entries(extensionFiles('named'))) {
    await writeFile(join(extensionFolder, name), content);
  }
  chromes = await testChromes({
    capacity: 50,
    extensions: { marker: extensionFolder },
    args: ['--enable-features=OperatorFeature'],
  });
});

afterAll(async () => {
  await chromes.end();
  await rm(extensionFolder, { recursive: true });
  site.closeAllConnections();
  await new Promise((resolve) => site.close(resolve));
});

async function visit(wishes: Partial<SessionRequest>) {
  const session = await chromes.start(wishes);
  const browser = await chromes.connect(session);
  const page = firstPage(browser);
  await page.goto(`${siteUrl}/`);
  const end = () => chromes.backend.destroySession({ id: session.id });
  return { browser, page, end };
}

describe.each(['chrome', 'chrome-headless-shell'])('%s', (browserName) => {
  it('shows its user agent, locale and time zone to pages and servers', async () => {
    const { page, end } = await visit({
      browser: browserName,
      userAgent: 'Moorage/1.0 (test)',
      locale: 'de_CH',
      timezone: 'Asia/Tokyo',
    });
    expect(await page.evaluate('navigator.userAgent')).toBe('Moorage/1.0 (test)');
    expect(await page.evaluate('[navigator.language, navigator.languages[0]].join()')).toBe('de-CH,de-CH');
    expect(await page.evaluate('Intl.DateTimeFormat().resolvedOptions().timeZone')).toBe('Asia/Tokyo');
    expect(await page.evaluate('new Date(0).getHours()')).toBe(9);
    expect(lastHeaders['user-agent']).toBe('Moorage/1.0 (test)');
    expect(lastHeaders['accept-language']).toMatch(/^de-CH/);
    await end();
  });

  it('has pages of exactly the size of its viewport, the first, new ones and those of new contexts', async () => {
    const session = await chromes.start({ browser: browserName, viewport: { width: 903, height: 701 } });
    const browser = await chromes.connect(session);
    const sizes = [firstPage(browser)];
    const [context] = browser.contexts();
    if (context) sizes.push(await context.newPage());
    sizes.push(await (await browser.newContext({ viewport: null })).newPage());
    for (const page of sizes) expect(await page.evaluate('[innerWidth, innerHeight].join()')).toBe('903,701');
    await chromes.backend.destroySession({ id: session.id });
  });

  it('is 1280 by 720 where nobody asked', async () => {
    const { page, end } = await visit({ browser: browserName });
    expect(await page.evaluate('[innerWidth, innerHeight].join()')).toBe('1280,720');
    await end();
  });

  it('starts with the cookies and localStorage of a storageState that Playwright wrote', async () => {
    const before = await visit({ browser: browserName });
    await before.page.evaluate(
      'localStorage.setItem("cart", "3 \\u2713"); document.cookie = "a=1; max-age=1000"',
    );
    const [context] = before.browser.contexts();
    const storageState = await context?.storageState();
    if (!storageState) throw new Error('the browser has no context');
    storageState.origins.push({
      origin: 'https://unreachable.invalid',
      localStorage: [{ name: 'k', value: 'v' }],
    });
    await before.end();

    const after = await visit({ browser: browserName, storageState });
    expect(await after.page.evaluate('localStorage.getItem("cart")')).toBe('3 ✓');
    expect(lastHeaders.cookie).toBe('a=1');
    expect(after.browser.contexts()[0]?.pages()).toHaveLength(1);
    await after.page.route('https://unreachable.invalid/', (route) => route.fulfill({ body: '' }));
    await after.page.goto('https://unreachable.invalid/');
    expect(await after.page.evaluate('localStorage.getItem("k")')).toBe('v');
    await after.end();
  });

  it('takes switches, and both feature lists with ours', async () => {
    const session = await chromes.start({
      browser: browserName,
      args: ['--force-device-scale-factor=3', '--enable-features=ClientFeature'],
    });
    const browser = await chromes.connect(session);
    expect(await firstPage(browser).evaluate('devicePixelRatio')).toBe(3);
    const [features] = (await commandLine(session.handle.pid)).filter((arg) =>
      arg.startsWith('--enable-features='),
    );
    expect(features).toMatch(/CDPScreenshotNewSurface.*OperatorFeature.*ClientFeature/);
    await chromes.backend.destroySession({ id: session.id });
  });

  it('takes screenshots of background pages', async () => {
    const session = await chromes.start({ browser: browserName });
    const [context] = (await chromes.connect(session)).contexts();
    const page = context?.pages()[0];
    if (!context || !page) throw new Error('the browser has no page');
    await context.newPage();
    expect((await page.screenshot()).length).toBeGreaterThan(500);
    await chromes.backend.destroySession({ id: session.id });
  });
});

describe('headed', () => {
  let xvfb: ChildProcess;
  let headed: TestChromes;

  beforeAll(async () => {
    xvfb = spawn('Xvfb', ['-displayfd', '3', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const [number] = await once(xvfb.stdio[3] as Readable, 'data'); // a pipe, as asked for
    headed = await testChromes({ display: `:${String(number).trim()}` });
  });

  afterAll(async () => {
    const exited = once(xvfb, 'exit');
    xvfb.kill();
    await exited;
    await headed.end();
  });

  it.each([{ width: 901, height: 603 }, undefined])(
    'shows a window for %o on the display',
    async (viewport) => {
      expect(headed.backend.status().offers[0]?.features).toContain('headed');
      const session = await headed.start({ headless: false, ...(viewport && { viewport }) });
      const browser = await headed.connect(session);
      const size = viewport ?? { width: 1280, height: 720 };
      await firstPage(browser).goto(`${siteUrl}/`);
      for (const page of [firstPage(browser), await browser.contexts()[0]?.newPage()]) {
        expect(await page?.evaluate('({ width: innerWidth, height: innerHeight })')).toEqual(size);
      }
      expect(await firstPage(browser).evaluate('navigator.userAgent')).not.toContain('Headless');
      await headed.backend.destroySession({ id: session.id });
      expect(processesOf(headed.dataFolder)).toEqual([]);
    },
  );
});

describe('extensions', () => {
  it('loads the operator’s by name and the client’s from a zip, into contexts of clients too', async () => {
    const { browser, page, end } = await visit({
      extensions: ['marker', { zip: zipOf({ folder: extensionFiles('zipped') }) }],
    });
    const own = await (await browser.newContext()).newPage();
    await own.goto(`${siteUrl}/`);
    for (const each of [page, own]) {
      await each.waitForFunction(
        'document.documentElement.dataset.named && document.documentElement.dataset.zipped',
      );
    }
    await end();
  });

  it.each([
    ['a name that nobody configured', 'missing', /no extension missing; it has marker/],
    ['what is no zip', { zip: Buffer.from('hello').toString('base64') }, /it is no zip/],
    ['a zip without a manifest', { zip: zipOf({ 'a.js': '' }) }, /no manifest.json/],
    ['a zip whose names lead out', { zip: zipOf({ '../../evil.js': 'x' }) }, /the name "..\/..\/evil.js"/],
    ['a zip with absolute names', { zip: zipOf({ '/tmp/evil.js': 'x' }) }, /the name "\/tmp\/evil.js"/],
    ['a zip that swells', { zip: zipOf({ 'big.bin': Buffer.alloc(70 * 1024 * 1024) }) }, /more than 64 MB/],
    [
      'a manifest that Chrome does not take',
      { zip: zipOf({ 'manifest.json': '{}' }) },
      /Chrome does not load it/,
    ],
  ])('refuses %s', async (_, extension, message) => {
    const { code, message: detail } = await chromes.refusal({ extensions: [extension] });
    expect(code).toBe('invalid-argument');
    expect(detail).toMatch(message);
    expect(chromes.backend.status().active).toBe(0);
  });
});

describe('wishes that cannot be', () => {
  it.each<[string, Partial<SessionRequest>, RegExp]>([
    ['a window narrower than Chrome makes', { viewport: { width: 390, height: 844 } }, /at least 500/],
    ['a time zone that is none', { timezone: 'Mars/Olympus' }, /Mars\/Olympus/],
    ['a locale that is none', { locale: 'x_1' }, /x_1/],
    ['a headed browser without a display', { headless: false }, /no display/],
    [
      'a cookie without a domain',
      { storageState: { cookies: [{ name: 'a', value: '', domain: '' }] } },
      /cookies/,
    ],
    [
      'extensions in the headless shell',
      { browser: 'chrome-headless-shell', extensions: ['marker'] },
      /no ext/,
    ],
    ['a switch that is not allowed', { args: ['--remote-debugging-port=1'] }, /--remote-debugging-port/],
  ])('are refused by name: %s', async (_, wishes, message) => {
    const problem = await chromes.refusal(wishes);
    expect(problem.code).toBe('invalid-argument');
    expect(problem.message).toMatch(message);
    expect(problem.members.errors).toHaveLength(1);
  });
});

function extensionFiles(mark: string): Record<string, string> {
  const manifest = {
    manifest_version: 3,
    name: mark,
    version: '1',
    content_scripts: [{ matches: ['<all_urls>'], js: ['mark.js'] }],
  };
  return {
    'manifest.json': JSON.stringify(manifest),
    'mark.js': `document.documentElement.dataset.${mark} = '1'`,
  };
}

function zipOf(files: Record<string, string | Uint8Array | Record<string, string>>): string {
  const asBytes = (content: string | Uint8Array) =>
    typeof content === 'string' ? strToU8(content) : content;
  const entries = Object.entries(files).map(([name, content]) => [
    name,
    typeof content === 'string' || content instanceof Uint8Array
      ? asBytes(content)
      : Object.fromEntries(Object.entries(content).map(([inner, text]) => [inner, asBytes(text)])),
  ]);
  return Buffer.from(zipSync(Object.fromEntries(entries))).toString('base64');
}

async function commandLine(pid: unknown): Promise<string[]> {
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
}
