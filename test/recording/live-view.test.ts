// Live views over their WebSocket: what a watcher sees, what a hand does in the page, who may drive, and until when.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { LiveLink } from '../../src/protocol/live-view.ts';
import type { Session } from '../../src/protocol/sessions.ts';
import { api, refusalOf } from '../e2e/api.ts';
import { type InProcessServer, startInProcess, until } from '../server.ts';
import { LiveWatcher } from './live-watcher.ts';

const PAGE = `<!doctype html><title>Harbour</title><style>body{margin:0}*{box-sizing:border-box}</style>
  <button id=b style="position:absolute;left:100px;top:100px;width:80px;height:40px" onclick="count(event)">0</button>
  <input id=i style="position:absolute;left:100px;top:200px;width:300px;height:30px">
  <div id=s style="position:absolute;left:500px;top:100px;width:200px;height:200px;overflow:auto;background:#ddd">
    <div style="height:2000px">long</div></div>
  <div id=from draggable=true style="position:absolute;left:100px;top:300px;width:50px;height:50px;background:red"></div>
  <div id=to style="position:absolute;left:300px;top:300px;width:80px;height:80px;background:blue"></div>
  <a id=a href="/second" target=_blank style="position:absolute;left:100px;top:420px">another</a>
  <script>
    log = []; clicks = 0;
    function count(event) { clicks = event.detail; b.textContent = +b.textContent + 1 }
    for (const type of ['keydown', 'touchstart', 'dblclick', 'contextmenu'])
      addEventListener(type, (event) => log.push([type, event.key, event.code, event.keyCode, event.ctrlKey].filter((x) => x !== undefined).join(' ')));
    to.ondragover = (event) => event.preventDefault();
    from.ondragstart = (event) => event.dataTransfer.setData('text', 'cargo');
    to.ondrop = (event) => { event.preventDefault(); to.textContent = event.dataTransfer.getData('text') };
  </script>`;

let server: InProcessServer;
let site: Server;
let siteUrl: string;
let session: Session;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  site = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(request.url === '/second' ? '<title>Second</title><h1>Second</h1>' : PAGE);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  server = await startInProcess({
    backends: { chrome: { capacity: 3, warm: { chrome: 0 } } },
    // Time enough to come back on a busy machine, and little enough to wait for its end.
    liveView: { lease: '15s', grace: '4s', maxWatchers: 4 },
  });
  session = await api(server).create({
    record: true,
    keepAlive: true,
    viewport: { width: 1000, height: 600 },
  });
  browser = await chromium.connectOverCDP(session.connectUrl ?? '');
  page = browser.contexts()[0]?.pages()[0] ?? (await browser.newPage());
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await server.expectNothingLeft();
  site.close();
  site.closeAllConnections();
});

// Nobody drives or watches when the next test begins, even where one failed.
afterEach(() => LiveWatcher.closeAll());

/** Somebody who watches the page, which is as it was at first. */
async function watch(name = 'Ada'): Promise<LiveWatcher> {
  await page.goto(siteUrl);
  const watcher = await LiveWatcher.open(`${server.url}/live/${session.id}`, { name });
  await watcher.firstPicture();
  return watcher;
}

const valueIn = (expression: string) => page.evaluate(expression);
const command = (action: string, params: object = {}) =>
  api(server)
    .call<{ data: { id: string }[] }>('GET', `/v1/sessions/${session.id}/pages`)
    .then(({ data: [first] }) =>
      api(server).call('POST', `/v1/pages/${first?.id}/command`, { action, params }),
    );

it('shows an idle page at once, with its size, its tabs and who watches, and then sends nothing', async () => {
  const watcher = await watch();
  const picture = await watcher.firstPicture();
  expect(picture.jpeg.subarray(0, 2).toString('hex')).toBe('ffd8');
  expect([picture.width, picture.height]).toEqual([1000, 600]);
  await until(() => watcher.find('pages')?.pages.some(({ title }) => title === 'Harbour'), 'its tabs');
  expect(watcher.find('watchers')?.watchers.map(({ name }) => name)).toEqual(['Ada']);

  const later = await LiveWatcher.open(`${server.url}/live/${session.id}`);
  await later.firstPicture();
  await until(() => watcher.find('watchers')?.watchers.length === 2, 'both are told');
  await later.close();
  await watcher.close();
});

it('brings clicks, keys, text, the wheel, touches and drags to the page', async () => {
  const watcher = await watch();
  await watcher.takeOver();

  watcher.click(140, 120);
  await until(async () => (await valueIn('b.textContent')) === '1', 'the click');
  watcher.click(140, 120);
  watcher.click(140, 120, 2);
  await until(
    async () => (await valueIn("log.includes('dblclick undefined') || clicks")) === 2,
    'a double click',
  );

  watcher.click(200, 215);
  await until(async () => (await valueIn('document.activeElement.id')) === 'i', 'the focus');
  watcher.type('Ahoy 7');
  watcher.press('Backspace', { code: 'Backspace' });
  watcher.press('ArrowLeft');
  watcher.send({ type: 'text', text: '–世界' });
  await until(async () => (await valueIn('i.value')) === 'Ahoy–世界 ', 'what was typed');
  watcher.press('a', { code: 'KeyA', modifiers: 2 });
  await until(async () => (await valueIn('log.at(-1)')) === 'keydown a KeyA 65 true', 'the shortcut');
  watcher.send({ type: 'copy' });
  await until(() => watcher.find('clipboard')?.text === 'Ahoy–世界 ', 'what was selected');

  watcher.send({ type: 'wheel', x: 600, y: 200, deltaX: 0, deltaY: 300 });
  await until(async () => Number(await valueIn('s.scrollTop')) >= 200, 'the wheel');

  watcher.send({ type: 'touch', action: 'start', points: [{ id: 1, x: 140, y: 120 }] });
  watcher.send({ type: 'touch', action: 'end', points: [] });
  await until(
    async () => (await valueIn("log.some((line) => line.startsWith('touchstart'))")) === true,
    'a touch',
  );

  watcher.send({ type: 'mouse', action: 'move', x: 120, y: 320 });
  watcher.send({ type: 'mouse', action: 'down', x: 120, y: 320, button: 'left' });
  for (const x of [130, 180, 260, 320, 330]) {
    watcher.send({ type: 'mouse', action: 'move', x, y: 330 });
  }
  watcher.send({ type: 'mouse', action: 'up', x: 331, y: 331, button: 'left' });
  await until(async () => (await valueIn('to.textContent')) === 'cargo', 'the drop');
  await watcher.close();
});

it('follows new tabs, switches, navigates by the rules of addresses, and closes them', async () => {
  const watcher = await watch();
  await watcher.takeOver();
  watcher.click(120, 428);
  await until(() => watcher.find('pages')?.pages.some(({ title }) => title === 'Second'), 'the new tab');
  const second = watcher.find('pages')?.pages.find(({ title }) => title === 'Second');
  await until(() => watcher.find('viewing')?.pageId === second?.id, 'it is shown');
  watcher.send({ type: 'navigate', url: 'file:///etc/passwd' });
  await until(() => watcher.find('notice')?.code === 'address-refused', 'the refusal');
  watcher.send({ type: 'navigate', url: `${siteUrl}/?again` });
  await until(
    () => watcher.find('pages')?.pages.some(({ url }) => url.endsWith('/?again')),
    'the navigation',
  );
  watcher.send({ type: 'page', action: 'back' });
  await until(() => !watcher.find('pages')?.pages.some(({ url }) => url.endsWith('/?again')), 'the way back');
  const seen = watcher.pictures.length;
  watcher.send({ type: 'page', action: 'close' });
  await until(() => !watcher.find('pages')?.pages.some(({ id }) => id === second?.id), 'its end');
  await until(() => watcher.find('viewing')?.pageId !== second?.id, 'the first one is shown again');
  await until(() => watcher.pictures.length > seen, 'its picture');
  await watcher.close();
});

it('shows dialogs to all, and lets the driver answer', async () => {
  const watcher = await watch();
  await watcher.takeOver();
  page.on('dialog', () => {}); // or Playwright would dismiss it
  const asked = page.evaluate("prompt('Which quay?', 'north')");
  await until(() => watcher.find('dialog'), 'the dialog');
  expect(watcher.find('dialog')).toMatchObject({
    kind: 'prompt',
    message: 'Which quay?',
    defaultText: 'north',
  });
  const { pageId } = watcher.find('dialog') ?? { pageId: '' };
  watcher.send({ type: 'dialog', pageId, isAccepted: true, text: 'south' });
  expect(await asked).toBe('south');
  await until(() => watcher.find('dialog-closed'), 'its end');
  page.removeAllListeners('dialog');
  await watcher.close();
});

it('refuses commands that write while a person drives, says who and until when, and marks it in the recording', async () => {
  const watcher = await watch('Grace');
  await command('title');
  await watcher.takeOver();
  const refusal = await refusalOf(command('click', { locator: 'button' }));
  expect(refusal).toMatchObject({ status: 423, details: { code: 'surface-locked', retryable: true } });
  expect(refusal.details.detail).toContain('Grace has taken over');
  expect(Number(refusal.retryAfter)).toBeGreaterThan(0);
  await command('title'); // reading is no harm

  watcher.send({ type: 'hand-back' });
  await until(() => watcher.find('driver')?.reason === 'handed-back', 'the hand-back');
  await command('click', { locator: 'button' });
  await watcher.close();

  const response = await fetch(`${server.url}/v1/recordings/${session.recordingId}/events?types=5`);
  const marks = (await response.text()).split('\n').filter((line) => line.includes('moorage.take-over'));
  expect(marks.some((line) => line.includes('"taken-over"') && line.includes('Grace'))).toBe(true);
  expect(marks.some((line) => line.includes('"handed-back"'))).toBe(true);
});

it('lets one drive at a time: another one is told who, may ask, and takes over only by saying so', async () => {
  const first = await watch('Ada');
  const second = await LiveWatcher.open(`${server.url}/live/${session.id}`, { name: 'Grace' });
  await first.takeOver();
  second.send({ type: 'take-over' });
  await until(() => second.find('notice')?.code === 'surface-locked', 'the refusal');
  expect(second.find('driver')?.driver?.name).toBe('Ada');
  second.click(140, 120);
  await until(() => second.find('notice')?.code === 'not-driving', 'nothing is done by who does not drive');
  second.send({ type: 'ask' });
  await until(() => first.find('asked')?.name === 'Grace', 'the question');
  await second.takeOver({ isForced: true });
  await until(() => first.find('driver')?.driver?.name === 'Grace', 'the first one is told');
  expect(first.messages).toContainEqual({ type: 'driver', reason: 'taken' });
  expect(await valueIn('b.textContent')).toBe('0');
  await first.close();
  await second.close();
});

it('keeps a take-over for a connection that was lost and comes back, and ends it for one that does not', async () => {
  const watcher = await watch('Ada');
  await watcher.takeOver();
  const resume = watcher.find('driver')?.takeOverId ?? '';
  watcher.socket.terminate();
  const again = await LiveWatcher.open(`${server.url}/live/${session.id}`);
  await again.takeOver({ resume });
  expect(again.find('driver')?.takeOverId).toBe(resume);
  const onlooker = await LiveWatcher.open(`${server.url}/live/${session.id}`);
  again.socket.terminate();
  await until(
    () => onlooker.messages.some((message) => message.type === 'driver' && message.reason === 'expired'),
    'its end',
  );
  await command('click', { locator: 'button' });
  await onlooker.close();
});

it('opens by a link without a key, for its session alone, only to watch unless it says more, until it expires', async () => {
  const link = (body: object) =>
    api(server).call<LiveLink>('POST', `/v1/sessions/${session.id}/live-links`, body);
  const viewOnly = await link({});
  expect(viewOnly.canControl).toBe(false);
  const guest = await LiveWatcher.open(viewOnly.url);
  await guest.firstPicture();
  guest.send({ type: 'take-over' });
  await until(() => guest.find('notice')?.code === 'permission-denied', 'the refusal');
  await guest.close();

  const other = await api(server).create({ keepAlive: true });
  const elsewhere = await LiveWatcher.open(viewOnly.url.replace(session.id, other.id));
  expect(elsewhere.closed?.code).toBe(4401);
  const forged = await LiveWatcher.open(viewOnly.url.replace('.view.', '.control.'));
  expect(forged.closed?.code).toBe(4401);
  await api(server).destroy(other.id);

  const driver = await LiveWatcher.open((await link({ canControl: true })).url);
  await driver.takeOver();
  await driver.close();

  const short = await link({ canControl: true, expiresInMs: 3000 });
  const visitor = await LiveWatcher.open(short.url);
  await until(() => visitor.closed, 'the end of the link');
  expect(visitor.closed).toMatchObject({ code: 4401, reason: expect.stringContaining('expired') });
  expect((await LiveWatcher.open(short.url)).closed?.code).toBe(4401);
});

it('gives the address of the live view with the session, and none in lists', async () => {
  expect(session.liveViewUrl).toMatch(new RegExp(`/live/${session.id}#token=`));
  const watcher = await LiveWatcher.open(session.liveViewUrl ?? '');
  expect(watcher.find('hello')?.canControl).toBe(true);
  await watcher.close();
  const { data } = await api(server).list();
  expect(JSON.stringify(data)).not.toContain('token=');
});

it('survives garbage, floods, watchers that never draw, and foreign pages', async () => {
  const watcher = await watch();
  await watcher.takeOver();
  watcher.socket.send('no json');
  watcher.socket.send(Buffer.from([1, 2, 3]));
  watcher.socket.send(JSON.stringify({ type: 'mouse', action: 'down', x: 'left' }));
  watcher.socket.send(JSON.stringify({ type: 'constructor' }));
  watcher.socket.send(JSON.stringify({ type: 'key', action: 'down', key: 'x', isRoot: true }));
  await until(() => watcher.messages.filter(({ type }) => type === 'notice').length >= 5, 'five complaints');
  expect(watcher.closed).toBeUndefined();
  watcher.send({ type: 'text', text: 'x'.repeat(200_001) });
  await until(() => watcher.find('notice')?.detail.startsWith('text/text'), 'the text is too long');
  for (let count = 0; count < 20; count++) watcher.socket.send('no json');
  await until(() => watcher.closed, 'its end');
  expect(watcher.closed?.code).toBe(4400);

  const huge = await watch();
  huge.socket.send('x'.repeat(3_000_000));
  await until(() => huge.closed, 'its end');
  expect(huge.closed?.code).toBe(1009);

  const flood = await watch();
  for (let count = 0; count < 3000; count++) flood.send({ type: 'drawn', sequence: 0 });
  await until(() => flood.closed, 'its end');
  expect(flood.closed?.code).toBe(4429);

  const idler = await watch();
  idler.isDrawing = false;
  await page.evaluate(
    "setInterval(() => { document.body.style.background = '#' + Math.random().toString(16).slice(2, 8) }, 20)",
  );
  const other = await LiveWatcher.open(`${server.url}/live/${session.id}`);
  await until(() => other.pictures.length > 20, 'the pictures of the other one');
  expect(idler.pictures.length).toBeLessThanOrEqual(4);
  await idler.close();
  await other.close();

  const foreign = await LiveWatcher.open(`${server.url}/live/${session.id}`, {
    headers: { origin: 'https://elsewhere.example' },
  });
  expect(foreign.find('hello')).toBeUndefined();
});

it('refuses more watchers than the limit, and says so', async () => {
  const watchers = await Promise.all(
    [1, 2, 3, 4].map(() => LiveWatcher.open(`${server.url}/live/${session.id}`)),
  );
  const fifth = await LiveWatcher.open(`${server.url}/live/${session.id}`);
  expect(fifth.closed).toMatchObject({ code: 4429, reason: expect.stringContaining('liveView.maxWatchers') });
  for (const watcher of watchers) await watcher.close();
});

it('says that a page crashed and that the session ended, and why', async () => {
  const own = await api(server).create({ keepAlive: true });
  const client = await chromium.connectOverCDP(own.connectUrl ?? '');
  const target = client.contexts()[0]?.pages()[0];
  await target?.goto(siteUrl);
  const watcher = await LiveWatcher.open(own.liveViewUrl ?? '');
  await watcher.firstPicture();
  await watcher.takeOver();
  await target?.goto('chrome://crash').catch(() => {});
  await until(() => watcher.find('pages')?.pages.some(({ isCrashed }) => isCrashed), 'the crash');
  watcher.send({ type: 'navigate', url: siteUrl });
  watcher.send({ type: 'page', action: 'reload' });
  await until(() => watcher.find('pages')?.pages.every(({ isCrashed }) => !isCrashed), 'it is there again');
  await client.close();
  await api(server).destroy(own.id);
  await until(() => watcher.closed, 'its end');
  expect(watcher.closed).toMatchObject({
    code: 4410,
    reason: expect.stringContaining('destroyed by its client'),
  });
  const late = await LiveWatcher.open(own.liveViewUrl ?? '');
  expect(late.closed?.code).toBe(4410);
});
