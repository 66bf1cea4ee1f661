// Pages that do what no page should: each is recorded all the same, or left alone and marked.

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EVENT_TYPE } from '../../src/protocol/recorder.ts';
import { until } from '../server.ts';
import { type RecordedChrome, recordChrome } from './rig.ts';
import { type Site, startSite } from './site.ts';

let site: Site;
let rig: RecordedChrome;
let page: Page;

/** Every tool that a recorder could need, broken. */
const BREAK = `
  JSON.stringify = () => '"forged"'; JSON.parse = () => { throw 1; };
  Date.now = () => 0; window.Date = class {};
  window.setTimeout = window.setInterval = window.requestAnimationFrame = () => 0;
  window.MutationObserver = class {}; window.PerformanceObserver = class {};
  window.fetch = undefined; window.Promise = class {}; Promise.prototype.then = () => {};
  window.Map = window.WeakMap = window.Set = window.WeakSet = class {};
  for (const prototype of [Map.prototype, WeakMap.prototype, Set.prototype]) {
    for (const name of ['get', 'set', 'has', 'add', 'delete']) prototype[name] = () => undefined;
  }
  for (const name of ['map', 'forEach', 'filter', 'push', 'shift', 'slice', 'some', 'includes', 'indexOf', 'join']) {
    Array.prototype[name] = () => [];
  }
  Array.from = () => []; Array.prototype[Symbol.iterator] = function* () {};
  Object.keys = Object.entries = () => []; Object.assign = () => ({});
  Function.prototype.call = Function.prototype.apply = Function.prototype.bind = () => undefined;
  String.prototype.replace = String.prototype.toLowerCase = () => 'forged';
  Array.prototype.toJSON = Object.prototype.toJSON = () => 'forged';
  for (const name of ['childNodes', 'parentNode', 'textContent', 'nodeType', 'firstChild']) {
    Object.defineProperty(Node.prototype, name, { get: () => null, configurable: true });
  }
  Element.prototype.getAttribute = Element.prototype.matches = () => null;
  EventTarget.prototype.addEventListener = () => {};
  Error.prepareStackTrace = () => { throw 2; };
`;

beforeAll(async () => {
  site = await startSite({
    '/plain': '<h1 id="it">A plain page</h1>',
    '/broken-early': `<script>const append = document.createTextNode, body = () => document.body; ${BREAK}</script><h1 id="it">Broken early</h1>`,
    '/broken-quietly': `<style>h1 { color: red }</style><script>
      MutationObserver.prototype.observe = () => {};
      for (const [owner, name] of [[Element, 'shadowRoot'], [CSSStyleSheet, 'cssRules'], [MutationRecord, 'addedNodes']]) {
        Object.defineProperty(owner.prototype, name, { get() { throw new Error(name); }, configurable: true });
      }
      Object.defineProperty(CSSRule.prototype, 'cssText', { get: () => 'forged', configurable: true });
      Object.defineProperty(Array.prototype, 0, { set() {}, configurable: true });
      Object.defineProperty(Object.prototype, 'get', { value: () => 'forged', configurable: true });
    </script><h1>Broken quietly</h1>`,
    '/large': `<h1>Large</h1><script>
      let html = ''; for (let i = 0; i < 100000; i += 1) html += '<i>' + i + '</i>';
      document.body.insertAdjacentHTML('beforeend', html);
    </script>`,
    '/long': `<h1>Long</h1><script>
      document.body.dataset.long = 'x'.repeat(10_000_000);
      document.body.append('y'.repeat(10_000_000));
      document.body.append(Object.assign(new Image(), { src: 'data:image/png;base64,' + 'A'.repeat(10_000_000) }));
    </script>`,
    '/endless': `<h1>Endless</h1><div id="pit"></div><script>
      let n = 0;
      setInterval(() => { for (let i = 0; i < 160000; i += 1) { pit.textContent = ++n; } }, 3000);
    </script>`,
    '/rows': (_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(Array.from({ length: 200_000 }, (_, id) => ({ id }))));
    },
    '/deep': `<h1>Deep</h1><script>
      let at = document.body; for (let i = 0; i < 4000; i += 1) at = at.appendChild(document.createElement('b'));
    </script>`,
  });
  rig = await recordChrome();
});

afterAll(async () => {
  await rig?.end();
  await site?.close();
});

beforeEach(async () => {
  rig.batches.length = 0;
  page = (await rig.browser.contexts()[0]?.newPage()) as Page; // a connected Chrome has a context
});

const snapshotHas = (text: string) =>
  rig
    .events()
    .some((event) => event.type === EVENT_TYPE.fullSnapshot && JSON.stringify(event.data).includes(text));
const later = (task: string) => page.evaluate(task).catch(() => {}); // what comes back may be broken, too

describe('a page is recorded that', () => {
  it('broke the platform before it was loaded', async () => {
    await page.goto(`${site.url}/broken-early`);
    await until(() => snapshotHas('Broken early'), 'the snapshot');
    expect(rig.text()).not.toContain('forged');
  });

  it('breaks the platform after it was loaded, and changes then', async () => {
    await page.goto(`${site.url}/plain`);
    await until(() => snapshotHas('A plain page'), 'the snapshot');
    await later(`(() => { const { body } = document; const append = Element.prototype.append.bind(body);
      const node = document.createElement('p'); node.innerHTML = '<b>nested</b> and changed'; ${BREAK}; append(node); })()`);
    await until(() => rig.text().includes('nested') && rig.text().includes('and changed'), 'the change');
    expect(rig.text()).not.toContain('"forged"');
  });

  it('takes the eyes from observers, and gives ears to all arrays', async () => {
    await page.goto(`${site.url}/broken-quietly`);
    await until(() => snapshotHas('Broken quietly'), 'the snapshot');
    const cdp = await page.context().newCDPSession(page); // Playwright's own scripts do not work in such a page
    await cdp.send('Runtime.evaluate', { expression: "document.body.append('changed quietly')" });
    await until(() => rig.text().includes('changed quietly'), 'the change');
    expect(rig.text()).toContain('color: red');
    expect(rig.text()).not.toContain('forged');
  });

  it('has errors that fail when they are looked at: it hears of no failure of ours', async () => {
    await page.goto(`${site.url}/plain`);
    const failures = await page.evaluate(`new Promise((resolve) => {
      const failures = [];
      addEventListener('error', ({ message }) => failures.push(message));
      Promise.reject(new (class extends Error { get message() { throw new Error('asked for a message'); } })());
      const odd = Object.defineProperty(new Error('odd'), 'stack', { get() { failures.push('asked for a stack'); } });
      dispatchEvent(new ErrorEvent('error', { error: odd, message: 'odd' }));
      Error.prepareStackTrace = () => { throw new Error('asked how stacks are told'); };
      try { console.warn('said all the same'); } catch (error) { failures.push(error.message); }
      Error.prepareStackTrace = undefined;
      setTimeout(() => resolve(failures), 0);
    })`);
    expect(failures).toEqual(['odd']);
    await until(() => rig.text().includes('said all the same'), 'the line');
  });

  it('clears every timer there is', async () => {
    await page.goto(`${site.url}/plain`);
    await until(() => snapshotHas('A plain page'), 'the snapshot');
    await page.evaluate(
      "document.body.append('just before'); for (let i = 0; i < 1000; i += 1) clearTimeout(i)",
    );
    await until(() => rig.text().includes('just before'), 'the change');
  });

  it('has 100,000 elements', { timeout: 60_000 }, async () => {
    await page.goto(`${site.url}/large`);
    await until(() => snapshotHas('99999'), 'the snapshot', 40);
    await page.evaluate("document.body.append('small change')");
    await until(() => rig.text().includes('small change'), 'the change');
    expect(rig.gaps).toEqual([]);
  });

  it('is so deep that nobody could walk it', async () => {
    await page.goto(`${site.url}/deep`);
    await until(() => rig.batches.some(({ url }) => url.endsWith('/deep')), 'anything');
    await page.goto(`${site.url}/plain`);
    await until(() => snapshotHas('A plain page'), 'the page after it');
  });
});

describe('a page is left alone where it', () => {
  it('has texts of ten million characters: they are cut, and it is told', { timeout: 60_000 }, async () => {
    await page.goto(`${site.url}/long`);
    await until(() => snapshotHas('Long'), 'the snapshot', 40);
    const [cut] = rig.notes('moorage.cut') as { texts: number; chars: number }[];
    expect(cut).toMatchObject({ texts: 3 });
    expect(cut?.chars).toBeGreaterThan(26_000_000);
    expect(rig.text().length).toBeLessThan(5_000_000);
  });

  it('asks for more than is kept: of a large answer only the size is told', async () => {
    await page.goto(`${site.url}/plain`);
    const rows = await page.evaluate(`new Promise((resolve) => {
      const request = Object.assign(new XMLHttpRequest(), { responseType: 'json' });
      request.onload = () => resolve(request.response.length);
      request.open('GET', '/rows');
      request.send();
    })`);
    expect(rows).toBe(200_000);
    const answer = () =>
      (rig.notes('moorage.network') as { phase: string; body?: object }[]).find(
        ({ phase, body }) => phase === 'response' && body,
      );
    await until(() => answer() !== undefined, 'the answer');
    expect(answer()?.body).toEqual({ sizeChars: expect.any(Number), isTruncated: true });
  });

  it('changes without end: it is marked, recorded now and then, and goes on', {
    timeout: 60_000,
  }, async () => {
    await page.goto(`${site.url}/endless`);
    await until(() => rig.notes('moorage.throttled').length > 0, 'the mark', 40);
    const snapshots = () => rig.events().filter(({ type }) => type === EVENT_TYPE.fullSnapshot).length;
    const before = snapshots();
    await until(() => snapshots() > before, 'the snapshot after it', 40);
    expect(await page.evaluate('n')).toBeGreaterThan(0);
    await page.goto(`${site.url}/plain`);
    await until(() => snapshotHas('A plain page'), 'the page after it');
  });

  it('floods console and network: what is too much is counted', { timeout: 60_000 }, async () => {
    await page.goto(`${site.url}/plain`);
    await until(() => snapshotHas('A plain page'), 'the snapshot');
    await page.evaluate("for (let i = 0; i < 20000; i += 1) console.log('flood', i)");
    const isOver = async () => {
      await page.evaluate("console.log('after the flood')");
      return rig.text().includes('after the flood');
    };
    await until(isOver, 'what came after');
    const throttled = rig.notes('moorage.throttled') as { what: string; dropped: number }[];
    expect(throttled.map(({ what }) => what)).toContain('notes');
    expect(throttled.reduce((sum, { dropped }) => sum + dropped, 0)).toBeGreaterThan(5000);
  });
});
