// Commands on pages and their context, each with its effect in a real page.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Artifact } from '../../src/protocol/pages.ts';
import { type CommandRig, commandRig } from './command-rig.ts';

let rig: CommandRig;
let run: CommandRig['run'];

beforeAll(async () => {
  rig = await commandRig();
  ({ run } = rig);
}, 60_000);
afterAll(() => rig.end());

const goto = (path: string) => run<{ status: number; handle: string }>('goto', { url: rig.url + path });
const evaluate = <T = unknown>(expression: string, arg?: unknown) =>
  run<T>('evaluate', { expression, ...(arg !== undefined && { arg }) });

describe('going somewhere', () => {
  it('gives the response, and goes back, forward and again', async () => {
    expect(await goto('/one')).toMatchObject({
      url: `${rig.url}/one`,
      status: 200,
      ok: true,
      request: { method: 'GET', isNavigationRequest: true },
    });
    expect(await goto('/missing')).toMatchObject({ status: 404, ok: false });
    await run('goBack');
    expect(await run('url')).toBe(`${rig.url}/one`);
    await run('goForward', { waitUntil: 'commit' });
    expect(await run('reload')).toMatchObject({ status: 404 });
    expect(await run('goForward')).toBeNull();
    expect(await run('title')).toBe('Missing');
    await run('waitForLoadState', { state: 'load' });
    await run('waitForURL', { url: '**/miss*' });
    await run('waitForURL', { url: { regex: 'MISSING$', flags: 'i' } });
    await run('waitForTimeout', { timeout: 1 });
    await run('bringToFront');
  });

  it('refuses what no page may see, and says what could not be loaded', async () => {
    for (const url of [
      'file:///etc/passwd',
      'chrome://version',
      'javascript:alert(1)',
      'view-source:http://a',
    ]) {
      expect(await rig.failure('goto', { url })).toMatchObject({ code: 'address-refused' });
    }
    expect(await rig.failure('goto', { url: 'nowhere' })).toMatchObject({ code: 'invalid-argument' });
    expect(await rig.failure('goto', { url: 'http://127.0.0.1:9' })).toMatchObject({
      code: 'navigation-failed',
      message: expect.stringContaining('net::ERR_'),
    });
    expect(await rig.failure('waitForURL', { url: '**/never' }, 200)).toMatchObject({ code: 'timeout' });
  });

  it('gives up a pattern that takes for ever', async () => {
    await goto(`/${'a'.repeat(40)}!`);
    const before = performance.now();
    expect(await rig.failure('waitForURL', { url: { regex: '(a+)+$' } }, 300)).toMatchObject({
      code: 'timeout',
    });
    expect(performance.now() - before).toBeLessThan(5000);
    expect(await rig.failure('waitForURL', { url: { regex: '(' } })).toMatchObject({
      code: 'invalid-argument',
    });
  });
});

describe('code and content', () => {
  beforeEach(() => rig.show('<title>T</title><p>Hi</p>'));

  it.each([
    ['an expression', '1 + 2', undefined, 3],
    ['an object', '({a: 1})', undefined, { a: 1 }],
    ['an object that looks like a block', '{a: 1}', undefined, { a: 1 }],
    ['a function', '(a) => a.x * 2', { x: 4 }, 8],
    ['an async function', 'async ({x}) => x', { x: 4 }, 4],
    ['a named function', 'function f(a) { return a + 1 }', 1, 2],
    ['a promise', 'Promise.resolve(5)', undefined, 5],
    ['await', 'await Promise.resolve(6)', undefined, 6],
    ['statements', 'const a = 2; a * 3', undefined, 6],
    ['a comment at the end', '7 // seven', undefined, 7],
    ['nothing', 'undefined', undefined, null],
    ['what JSON has not', '[NaN, -Infinity, undefined, 10n]', undefined, [null, null, null, '10']],
    ['a date', 'new Date(0)', undefined, '1970-01-01T00:00:00.000Z'],
    ['a pattern', '/a/i', undefined, { regex: 'a', flags: 'i' }],
    ['typed arrays', 'new Uint8Array([1, 2])', undefined, [1, 2]],
    ['an element', 'document.body', undefined, expect.anything()],
    ['members that are not there', '({a: undefined, b: 1})', undefined, { b: 1 }],
  ])('evaluates %s', async (_name, expression, arg, expected) => {
    expect(await evaluate(expression, arg)).toEqual(expected);
  });

  it('tells of errors in the page, of syntax and of results that no JSON can hold', async () => {
    expect(await rig.failure('evaluate', { expression: '() => { throw new Error("boo") }' })).toMatchObject({
      code: 'script-failed',
      message: expect.stringContaining('boo'),
    });
    expect(await rig.failure('evaluate', { expression: 'let let' })).toMatchObject({ code: 'script-failed' });
    expect(
      await rig.failure('evaluate', { expression: 'window.self2 = {}; self2.me = self2; self2' }),
    ).toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('contains itself'),
    });
  });

  it('runs code of a client in the page and nowhere else', async () => {
    expect(await evaluate('typeof process + typeof require')).toBe('undefinedundefined');
    await rig.failure('evaluate', { expression: '1)); globalThis.escaped = 1; ((1' });
    await rig.failure('evaluate', { expression: '(() => { globalThis.escaped = 1 })()' });
    expect(globalThis).not.toHaveProperty('escaped');
  });

  it('keeps handles of objects', async () => {
    const { handle } = await run<{ handle: string }>('evaluateHandle', {
      expression: '({list: [1, 2], n: 3})',
    });
    expect(await run('jsHandle.jsonValue', { handle })).toEqual({ list: [1, 2], n: 3 });
    expect(await run('evaluate', { expression: '({o}) => o.n', arg: { o: { handle } } })).toBe(3);
    expect(await run('jsHandle.evaluate', { handle, expression: 'o => o.list.length' })).toBe(2);
    const list = await run<{ handle: string }>('jsHandle.getProperty', { handle, propertyName: 'list' });
    expect(await run('jsHandle.jsonValue', { handle: list.handle })).toEqual([1, 2]);
    expect(Object.keys(await run<object>('jsHandle.getProperties', { handle }))).toEqual(['list', 'n']);
    const made = await run<{ handle: string }>('jsHandle.evaluateHandle', {
      handle,
      expression: 'o => o.list',
    });
    expect(made.handle).toMatch(/^hdl_/);
    await run('jsHandle.dispose', { handle });
    expect(await rig.failure('jsHandle.jsonValue', { handle })).toMatchObject({ code: 'handle-not-found' });
    expect(await rig.failure('elementHandle.click', { handle: made.handle })).toMatchObject({
      code: 'invalid-argument',
    });
  });

  it('adds scripts and styles, from text, artifacts and URLs', async () => {
    expect(await run('addScriptTag', { content: 'window.one = 1' })).toMatchObject({ kind: 'element' });
    const { id } = await rig.upload('two.js', 'window.two = 2');
    await run('addScriptTag', { artifact: id });
    await goto('/x');
    await run('addScriptTag', { url: `${rig.url}/worker.js` });
    expect(await evaluate('answer')).toBe(42);
    await run('addStyleTag', { content: 'h1 { color: rgb(1, 2, 3) }' });
    expect(await evaluate("getComputedStyle(document.querySelector('h1')).color")).toBe('rgb(1, 2, 3)');
    expect(await rig.failure('addScriptTag', { path: '/etc/passwd' })).toMatchObject({
      code: 'invalid-argument',
    });
    expect(await rig.failure('addScriptTag', {})).toMatchObject({ code: 'invalid-argument' });
  });

  it('runs init scripts in documents to come', async () => {
    await run('addInitScript', { content: 'window.early = document.title' });
    await run('addInitScript', { content: '(n) => { window.given = n }', arg: 5 });
    await run('context.addInitScript', { content: 'window.everywhere = true' });
    await goto('/init');
    expect(await evaluate('[early, given, everywhere]')).toEqual(['', 5, true]);
  });

  it('shows the page as HTML, picture, PDF and as it is heard', async () => {
    await rig.show('<title>Shown</title><main><h1>Hello</h1><b>secret</b></main>');
    expect(await run('content')).toContain('<h1>Hello</h1>');
    expect(await run('ariaSnapshot')).toContain('heading "Hello"');
    expect(JSON.stringify(await run('ariaSnapshotJSON'))).toContain('Hello');
    const png = await run<Artifact>('screenshot', { fullPage: true });
    expect(png).toMatchObject({ name: 'screenshot.png', contentType: 'image/png' });
    expect((await rig.bytes(png)).subarray(1, 4).toString()).toBe('PNG');
    const jpeg = await run<{ base64: string }>('screenshot', {
      type: 'jpeg',
      quality: 30,
      encoding: 'base64',
      clip: { x: 0, y: 0, width: 20, height: 20 },
      mask: [[{ getByText: ['secret'] }]],
    });
    expect(jpeg).toMatchObject({ contentType: 'image/jpeg', sizeBytes: expect.any(Number) });
    expect(await run('screenshot', { type: 'webp' })).toMatchObject({ contentType: 'image/webp' });
    expect(await run('locator.screenshot', { locator: 'h1', name: 'h1.png' })).toMatchObject({
      name: 'h1.png',
    });
    const pdf = await run<Artifact>('pdf', { format: 'A4' });
    expect((await rig.bytes(pdf)).subarray(0, 4).toString()).toBe('%PDF');
    expect(await rig.failure('screenshot', { path: '/tmp/x.png' })).toMatchObject({
      code: 'invalid-argument',
    });
  });

  it('waits for a function, and sets the content', async () => {
    await run('setContent', {
      html: '<p id=late></p><script>setTimeout(() => window.done = {n: 1}, 50)</script>',
    });
    const { handle } = await run<{ handle: string }>('waitForFunction', { expression: '() => window.done' });
    expect(await run('jsHandle.jsonValue', { handle })).toEqual({ n: 1 });
    expect(await rig.failure('waitForFunction', { expression: 'false' }, 200)).toMatchObject({
      code: 'timeout',
    });
    await run('requestGC');
  });
});

describe('keyboard, mouse and touch screen', () => {
  it('act where the focus and the mouse are', async () => {
    await rig.show(
      '<input id="i" autofocus><script>seen = []; for (const t of ["mousedown", "mouseup", "wheel", "dblclick"]) addEventListener(t, () => seen.push(t))</script>',
    );
    await run('focus', { locator: '#i' });
    await run('keyboard.type', { text: 'ab' });
    await run('keyboard.down', { key: 'Shift' });
    await run('keyboard.press', { key: 'ArrowLeft' });
    await run('keyboard.up', { key: 'Shift' });
    expect(await evaluate('getSelection().toString()')).toBe('b');
    await run('keyboard.press', { key: 'ArrowLeft' });
    await run('keyboard.insertText', { text: 'é' });
    expect(await run('inputValue', { selector: '#i' })).toBe('aéb');
    await run('mouse.move', { x: 200, y: 200, steps: 2 });
    await run('mouse.down');
    await run('mouse.up');
    await run('mouse.click', { x: 200, y: 200 });
    await run('mouse.dblclick', { x: 200, y: 200 });
    await run('mouse.wheel', { deltaX: 0, deltaY: 10 });
    await run('waitForFunction', { expression: '() => seen.includes("wheel")' });
    expect(await evaluate('seen')).toEqual(expect.arrayContaining(['mousedown', 'mouseup', 'dblclick']));
    expect(await rig.failure('touchscreen.tap', { x: 1, y: 1 })).toMatchObject({
      message: expect.stringMatching(/touch/i),
    });
    expect(await rig.failure('tap', { locator: '#i' })).toMatchObject({
      message: expect.stringMatching(/touch/i),
    });
  });
});

describe('the context', () => {
  beforeEach(() => goto('/context'));

  it('keeps, gives and forgets cookies', async () => {
    await run('context.addCookies', {
      cookies: [
        { name: 'a', value: '1', url: rig.url },
        { name: 'ab', value: '2', url: rig.url },
        { name: 'c', value: '3', url: rig.url },
      ],
    });
    expect(await run('context.cookies', { urls: rig.url })).toHaveLength(3);
    await run('context.clearCookies', { name: { regex: '^a' } });
    expect(await run('context.cookies')).toMatchObject([{ name: 'c', value: '3' }]);
    await run('context.clearCookies', { name: 'other' });
    expect(await run('context.cookies')).toHaveLength(1);
    const state = await run<{ cookies: object[]; origins: object[] }>('context.storageState');
    await run('context.clearCookies');
    expect(await run('context.cookies')).toEqual([]);
    await run('context.setStorageState', { storageState: state });
    await goto('/context');
    expect(await run('context.cookies')).toMatchObject([{ name: 'c' }]);
  });

  it('has storage', async () => {
    for (const storage of ['localStorage', 'sessionStorage']) {
      await run(`${storage}.setItem`, { name: 'k', value: 'v' });
      expect(await run(`${storage}.getItem`, { name: 'k' })).toBe('v');
      expect(await run(`${storage}.items`)).toEqual([{ name: 'k', value: 'v' }]);
      await run(`${storage}.removeItem`, { name: 'k' });
      expect(await run(`${storage}.getItem`, { name: 'k' })).toBeNull();
      await run(`${storage}.clear`);
    }
  });

  it('grants permissions, sets the place, headers, media and the size', async () => {
    await run('context.grantPermissions', { permissions: ['geolocation'], origin: rig.url });
    await run('context.setGeolocation', { geolocation: { latitude: 50, longitude: 8 } });
    const place = 'new Promise(r => navigator.geolocation.getCurrentPosition(p => r(p.coords.latitude)))';
    expect(await evaluate(place)).toBe(50);
    await run('context.setGeolocation', { geolocation: null });
    await run('context.clearPermissions');
    await run('setExtraHTTPHeaders', { headers: { 'x-page': '1' } });
    await run('context.setExtraHTTPHeaders', { headers: { 'x-context': '2' } });
    await goto('/echo');
    expect(JSON.parse((await run<string>('textContent', { selector: 'pre' })) ?? '').headers).toMatchObject({
      'x-page': '1',
      'x-context': '2',
    });
    await run('emulateMedia', { colorScheme: 'dark', media: 'print' });
    expect(
      await evaluate("['(prefers-color-scheme: dark)', 'print'].map(q => matchMedia(q).matches)"),
    ).toEqual([true, true]);
    await run('emulateMedia', { colorScheme: null, media: null });
    await run('setViewportSize', { width: 500, height: 400 });
    expect(await evaluate('[innerWidth, innerHeight]')).toEqual([500, 400]);
    expect(await run('viewportSize')).toEqual({ width: 500, height: 400 });
    expect(await rig.failure('setViewportSize', { width: 5 })).toMatchObject({ code: 'invalid-argument' });
    await run('context.setHTTPCredentials', { httpCredentials: { username: 'a', password: 'b' } });
    await run('context.setHTTPCredentials', { httpCredentials: null });
  });

  it('goes offline and comes back', async () => {
    await run('context.setOffline', { offline: true });
    expect(await rig.failure('goto', { url: rig.url })).toMatchObject({ code: 'navigation-failed' });
    await run('context.setOffline', { offline: false });
    expect(await goto('/back')).toMatchObject({ status: 200 });
  });

  it('opens and names pages', async () => {
    expect(await run('context.newPage')).toEqual({ pageId: 'pag_other', url: 'about:blank' });
    expect(await run<object[]>('context.pages')).toContainEqual({
      pageId: 'pag_1',
      url: `${rig.url}/context`,
    });
    expect(await run('opener')).toBeNull();
    for (const page of rig.page.context().pages()) if (page !== rig.page) await page.close();
  });
});

describe('the clock', () => {
  it('stands, jumps and goes on', async () => {
    await run('clock.install', { time: '2030-01-01T00:00:00Z' });
    await goto('/clock');
    expect(await evaluate('new Date().getUTCFullYear()')).toBe(2030);
    await evaluate('window.fired = 0; setTimeout(() => fired++, 60_000)');
    await run('clock.fastForward', { ticks: '02:00' });
    expect(await evaluate('fired')).toBe(1);
    await run('clock.pauseAt', { time: '2031-01-01T00:00:00Z' });
    expect(await evaluate('new Date().toISOString()')).toBe('2031-01-01T00:00:00.000Z');
    await run('clock.runFor', { ticks: 1000 });
    expect(await evaluate('new Date().getUTCSeconds()')).toBe(1);
    await run('clock.setSystemTime', { time: 0 });
    await run('clock.setFixedTime', { time: '2040-01-01T00:00:00Z' });
    expect(await evaluate('new Date().getUTCFullYear()')).toBe(2040);
    await run('clock.resume');
  });
});

describe('a page that is closed', () => {
  it('says so to every later command', async () => {
    await run('close', { runBeforeUnload: false });
    for (const action of ['title', 'content', 'reload']) {
      expect(await rig.failure(action)).toMatchObject({ code: 'page-closed' });
    }
    expect(await rig.failure('click', { locator: 'h1' })).toMatchObject({
      code: 'page-closed',
      message: expect.stringContaining('Target page, context or browser has been closed'),
    });
  });
});
