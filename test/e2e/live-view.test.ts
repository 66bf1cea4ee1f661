// The page of a live view in a real browser, looking at a session in another one: it shows it, and a hand on it reaches it.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { LiveLink } from '../../src/protocol/live-view.ts';
import type { Session } from '../../src/protocol/sessions.ts';
import { type Onlooker, startOnlooker } from '../fixtures/onlooker.ts';
import { type InProcessServer, startInProcess, until } from '../server.ts';
import { api } from './api.ts';

const PAGE = `<!doctype html><title>Log in</title><style>body{margin:0;font:20px sans-serif;background:#eef}
  form{position:absolute;left:100px;top:100px;display:grid;gap:20px;width:400px}input,button{font:inherit;padding:8px}</style>
  <form onsubmit="event.preventDefault();document.title='Welcome '+user.value;out.textContent='Welcome '+user.value">
    <b>Log in</b><input id=user placeholder=Name><input id=password type=password placeholder=Password>
    <button>Log in</button><a href="/more" target=_blank>More</a><output id=out></output></form>`;

let server: InProcessServer;
let site: Server;
let siteUrl: string;
let session: Session;
let driven: Browser;
let target: Page;
let onlooker: Onlooker;
const contexts: BrowserContext[] = [];

beforeAll(async () => {
  site = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(PAGE);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  server = await startInProcess({ backends: { chrome: { capacity: 2, warm: { chrome: 0 } } } });
  session = await api(server).create({ keepAlive: true, viewport: { width: 1000, height: 640 } });
  driven = await chromium.connectOverCDP(session.connectUrl ?? '');
  target = driven.contexts()[0]?.pages()[0] ?? (await driven.newPage());

  onlooker = await startOnlooker();
}, 60_000);

afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
});

afterAll(async () => {
  await driven?.close();
  await onlooker?.close();
  await server.expectNothingLeft();
  site.close();
  site.closeAllConnections();
});

async function open(
  url: string,
  { platform, ...options }: Parameters<Browser['newContext']>[0] & { platform?: string } = {},
): Promise<Page> {
  const context = await onlooker.browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  contexts.push(context);
  if (platform !== undefined) {
    await context.addInitScript(
      `Object.defineProperty(Navigator.prototype, 'platform', { get: () => '${platform}' })`,
    );
  }
  const page = await context.newPage();
  page.on('dialog', (dialog) => void dialog.accept(dialog.type() === 'prompt' ? 'Ada' : undefined));
  await page.goto(url);
  await page.locator('#message:empty').waitFor({ state: 'attached' });
  return page;
}

/** Where a point of the driven page is on the canvas. */
async function onCanvas(page: Page, x: number, y: number): Promise<{ x: number; y: number }> {
  const box = await page.locator('#screen').boundingBox();
  if (!box) throw new Error('there is no canvas');
  return { x: box.x + (x / 1000) * box.width, y: box.y + (y / 640) * box.height };
}

async function clickOn(page: Page, selector: string): Promise<void> {
  const box = await target.locator(selector).boundingBox();
  if (!box) throw new Error(`there is no ${selector}`);
  const { x, y } = await onCanvas(page, box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.click(x, y);
}

it('lets a person log in by hand and hand back, and takes the secret out of the address', async () => {
  await target.goto(siteUrl);
  const page = await open(session.liveViewUrl ?? '');
  expect(page.url()).toBe(`${server.url}/live/${session.id}`);
  await page.getByRole('tab', { name: 'Log in' }).waitFor();
  await page.getByRole('button', { name: 'Take over' }).click();
  await page.getByText('You drive').waitFor();

  await clickOn(page, '#user');
  await page.keyboard.type('Grace Hopper');
  await page.keyboard.press('Tab');
  await page.keyboard.type('s3cret!');
  await page.keyboard.press('Enter');
  await until(async () => (await target.title()) === 'Welcome Grace Hopper', 'the log-in');
  expect(await target.locator('#password').inputValue()).toBe('s3cret!');
  await page.getByRole('tab', { name: 'Welcome Grace Hopper' }).waitFor();

  await page.getByRole('button', { name: 'Hand back' }).click();
  await page.getByText('Watching', { exact: true }).waitFor();
  await page.reload(); // the secret is kept for the tab
  await page.getByRole('tab', { name: 'Welcome' }).waitFor();
});

it('tells the page of the Command key of a Mac as of Control, and leaves no key down with it', async () => {
  await target.goto(siteUrl);
  const page = await open(session.liveViewUrl ?? '', { platform: 'MacIntel' });
  await page.getByRole('button', { name: 'Take over' }).click();
  await page.getByText('You drive').waitFor();
  await clickOn(page, '#user');
  await target.evaluate(`window.keys = [];
    for (const type of ['keydown', 'keyup']) addEventListener(type, ({ key, code }) => keys.push(\`\${type} \${key} \${code}\`))`);
  const keys = () => target.evaluate<string[]>('keys.splice(0)');
  const heard: string[] = [];
  const hears = async (count: number) => {
    await until(async () => heard.push(...(await keys())) >= count, 'the keys');
    return heard.splice(0);
  };

  await page.keyboard.down('Meta');
  await page.keyboard.down('b');
  await page.keyboard.up('Meta'); // a Mac says nothing of the other one
  expect(await hears(4)).toEqual([
    ...['keydown Control ControlLeft', 'keydown b KeyB'],
    ...['keyup b KeyB', 'keyup Control ControlLeft'],
  ]);
  await page.keyboard.down('Meta');
  await page.evaluate('hand.blur()');
  expect(await hears(2)).toEqual(['keydown Control ControlLeft', 'keyup Control ControlLeft']);
  await page.getByRole('button', { name: 'Hand back' }).click();
});

it('pastes, goes where it is told, opens and closes tabs', async () => {
  await target.goto(siteUrl);
  const page = await open(session.liveViewUrl ?? '');
  await page.getByRole('button', { name: 'Take over' }).click();
  await page.getByText('You drive').waitFor();
  await clickOn(page, '#user');
  await page.evaluate(`(() => {
    const data = new DataTransfer();
    data.setData('text/plain', 'pasted – 世界');
    hand.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  })()`);
  await until(async () => (await target.locator('#user').inputValue()) === 'pasted – 世界', 'the paste');

  const address = page.getByRole('textbox', { name: 'Address' });
  await address.fill(`${siteUrl}/elsewhere`);
  await address.press('Enter');
  await until(() => target.url().endsWith('/elsewhere'), 'the navigation');
  await page.getByRole('button', { name: 'New tab' }).click();
  await page.getByRole('tab', { name: 'about:blank', selected: true }).waitFor();
  await page.getByRole('button', { name: 'Close about:blank' }).click();
  await page.getByRole('tab', { name: 'Log in', selected: true }).waitFor();
  await page.getByRole('button', { name: 'Hand back' }).click();
});

it('shows a view-only guest everything and lets them do nothing', async () => {
  await target.goto(siteUrl);
  const link = await api(server).call<LiveLink>('POST', `/v1/sessions/${session.id}/live-links`, {});
  const page = await open(link.url);
  await page.getByText('Watching only').waitFor();
  expect(await page.getByRole('button', { name: 'Take over' }).isVisible()).toBe(false);
  await clickOn(page, 'button');
  await page.keyboard.type('x');
  expect(await target.title()).toBe('Log in');
});

it('fits a phone, whose touches and keyboard reach the page', async () => {
  await target.goto(siteUrl);
  const page = await open(session.liveViewUrl ?? '', {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
    deviceScaleFactor: 2,
  });
  expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false);
  await page.getByRole('button', { name: 'Take over' }).tap();
  await page.getByText('You drive').waitFor();
  const box = await target.locator('#user').boundingBox();
  const { x, y } = await onCanvas(page, (box?.x ?? 0) + 50, (box?.y ?? 0) + 20);
  await page.touchscreen.tap(x, y);
  await until(async () => (await target.evaluate('document.activeElement.id')) === 'user', 'the focus');
  await page.getByRole('button', { name: 'Keyboard' }).tap();
  await page.keyboard.insertText('Ada');
  await until(async () => (await target.locator('#user').inputValue()) === 'Ada', 'what was typed');
  await page.getByRole('button', { name: 'Hand back' }).tap();
});

it('says that the session has ended, and that a link is wrong', async () => {
  const own = await api(server).create({ keepAlive: true });
  const page = await open(own.liveViewUrl ?? '');
  await api(server).destroy(own.id);
  await page.getByText('destroyed by its client').waitFor();

  const wrong = await onlooker.browser.newPage();
  await wrong.goto(`${server.url}/live/${session.id}#token=live1.view.0.wrong`);
  await wrong.getByText('Not let in').waitFor();
  await wrong.getByRole('button', { name: 'Enter an API key' }).waitFor();
  await wrong.close();
});
