// What pages can find out about the recorder, and what they can do to it.

import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../server.ts';
import { type RecordedChrome, recordChrome } from './rig.ts';
import { type Site, startSite } from './site.ts';

let site: Site;
let other: Site;
let rig: RecordedChrome;
let page: Page;

beforeAll(async () => {
  const pages = {
    '/': '<title>Start</title><h1>Start</h1>',
    '/frame': '<p>in the frame</p><input type="password" value="hunter2">',
    '/eavesdropper': `<script>
      heard = []; addEventListener('message', (e) => heard.push(JSON.stringify(e.data)), true);
      onmessage = (e) => heard.push(JSON.stringify(e.data));
    </script><h1>Ears</h1><iframe></iframe>`,
    '/false-parent': `<script>
      const [name] = (${FIND})(window);
      Object.defineProperty(window, 'parent', { value: { set [name](given) { top.leaked = given.secret; } } });
    </script><iframe></iframe>`,
  };
  site = await startSite(pages);
  other = await startSite(pages, '127.0.0.2');
  rig = await recordChrome();
});

afterAll(async () => {
  await rig?.end();
  await site?.close();
  await other?.close();
});

beforeEach(async () => {
  page = (await rig.browser.contexts()[0]?.newPage()) as Page; // a connected Chrome has a context
});

/** Names of globals that an unrecorded page does not have. */
const FIND = `(w) => [...Object.getOwnPropertyNames(w), ...Object.getOwnPropertySymbols(w.document).map(String)]
  .filter((name) => /^b[0-9a-f]{24}$|moorage|rrweb/i.test(name))`;

describe('the binding', () => {
  it('is out of reach in frames, popups and windows that a script has just made', async () => {
    await page.goto(`${site.url}/`);
    const seen = await page.evaluate(`(() => {
      const kinds = {};
      const look = (w) => (${FIND})(w).map((name) => typeof w[name]);
      kinds.top = look(window);
      const add = (attributes) => {
        const frame = Object.assign(document.createElement('iframe'), attributes);
        document.body.append(frame);
        return frame.contentWindow;
      };
      kinds.blank = look(add({}));
      kinds.aboutBlank = look(add({ src: 'about:blank' }));
      kinds.srcdoc = look(add({ srcdoc: '<p>x</p>' }));
      kinds.script = look(add({ src: 'javascript:"<p>y</p>"' }));
      const popup = open('');
      kinds.popup = look(popup);
      popup.document.write('<p>written</p>');
      kinds.written = look(popup);
      popup.close();
      return kinds;
    })()`);
    for (const [kind, types] of Object.entries(seen as Record<string, string[]>)) {
      expect(
        types.every((type) => type === 'undefined'),
        `${kind}: ${types.join()}`,
      ).toBe(true);
    }
  });

  it('is given to nobody who finds its place', async () => {
    await page.goto(`${site.url}/`);
    await until(() => rig.text().includes('Start'), 'the page');
    const before = rig.collector.refused;
    const stolen = await page.evaluate(`(async () => {
      stolen = [];
      const steal = (what) => stolen.push(String(what));
      const [name] = (${FIND})(window);
      const attempts = [
        () => { window[name] = steal; },
        () => { window[name] = steal.bind(null); },
        () => { window[name] = console.log.bind(console); },
        () => { window[name] = new Proxy(fetch, { apply: (t, self, args) => steal(args[0]) }); },
        () => { window[name] = { inherit: steal, resume() {}, flush() {}, document }; },
        () => { window[name] = { secret: undefined, payload: {}, source: window }; },
        () => { window[name] = { get secret() { steal('asked'); return 'x'; }, inherit: steal }; },
        () => { Object.defineProperty(window, name, { value: steal }); },
        () => { delete window[name]; },
        () => { Error.stackTraceLimit = 0; window[name] = steal.bind(null); },
        () => { Error.prepareStackTrace = () => ''; window[name] = steal.bind(null); },
      ];
      for (const attempt of attempts) { try { attempt(); } catch {} }
      setTimeout(Reflect.set.bind(null, window, name, steal.bind(null)), 0);
      setTimeout(Object.assign.bind(null, window, { [name]: steal.bind(null) }), 0);
      queueMicrotask(Reflect.set.bind(null, window, name, steal.bind(null)));
      await new Promise((done) => setTimeout(done, 50));
      document.body.append('more to tell');
      await new Promise((done) => setTimeout(done, 300));
      return stolen.filter((what) => what !== 'asked');
    })()`);
    expect(stolen).toEqual([]);
    await until(() => rig.text().includes('more to tell'), 'what came after');
    expect(rig.collector.refused).toBe(before);
  });

  it('is given to no script by the name of ours, and to none that has replaced what would prove it', async () => {
    await page.goto(`${site.url}/`);
    await until(() => rig.text().includes('Start'), 'the page');
    const stolen = await page.evaluate(`(async () => {
      const stolen = [];
      const steal = (what) => stolen.push(String(what));
      const [name] = (${FIND})(window);
      let file = '';
      const see = { toString() { file = /moorage-[0-9a-f]+/.exec(new Error().stack)?.[0] ?? 'unseen'; return '/'; } };
      await fetch(see);
      new Function('name', 'steal', 'window[name] = steal;\\n//# sourceURL=' + file)(name, steal);
      const replace = (owner, key, value) => {
        const before = owner[key];
        owner[key] = value;
        try { window[name] = steal; } catch {}
        owner[key] = before;
      };
      replace(Array.prototype, 'every', () => true);
      replace(Array.prototype, 'map', () => [true]);
      replace(String.prototype, 'split', () => []);
      replace(RegExp.prototype, 'exec', () => []);
      replace(RegExp.prototype, 'test', () => true);
      const place = file + ':1:1';
      replace(window, 'Error', class { stack = 'Error\\n    at a (' + place + ')\\n    at b (' + place + ')'; });
      document.body.append('told to nobody else');
      await new Promise((done) => setTimeout(done, 300));
      return stolen;
    })()`);
    expect(stolen).toEqual([]);
    await until(() => rig.text().includes('told to nobody else'), 'what came after');
  });
});

describe('frames', () => {
  it('of other origins are heard neither in arrays that have ears, nor by a parent that is none', async () => {
    await page.goto(`${site.url}/`);
    await page.evaluate(`(() => {
      heard = '';
      const frame = document.createElement('iframe');
      frame.src = '/false-parent';
      frame.onload = () => { frame.contentDocument.querySelector('iframe').src = '${other.url}/frame?false'; };
      document.body.append(frame);
      const names = ['shift', 'slice', 'push'];
      const originals = names.map((name) => Array.prototype[name]);
      // Not before: nobody can look for anything in such a page.
      setTimeout(() => {
        for (const name of names) {
          const original = Array.prototype[name];
          Array.prototype[name] = function () { heard += JSON.stringify(this); return Reflect.apply(original, this, arguments); };
        }
        const hear = (given) => { heard += JSON.stringify(given); };
        Object.defineProperty(Array.prototype, 0, { set: hear, configurable: true });
        onmessage = () => {
          delete Array.prototype[0];
          names.forEach((name, index) => { Array.prototype[name] = originals[index]; });
        };
      });
    })()`);
    await until(() => page.frames().some((each) => each.url().includes('?false')), 'the frame');
    const frame = page.frames().find((each) => each.url().includes('?false')) as Frame; // as just seen
    await frame.waitForLoadState();
    await frame.evaluate("document.body.append('said below')");
    await until(() => rig.text().includes('said below'), 'the change');
    await frame.evaluate("top.postMessage('over', '*')");
    const [heard, leaked] = (await page.evaluate('[heard, typeof leaked]')) as [string, string]; // as just asked
    expect(leaked).toBe('undefined');
    expect(heard).not.toContain('in the frame');
    expect(heard).not.toContain('said below');
  });

  it('of other origins tell their recorders what no page around them hears', async () => {
    await page.goto(`${site.url}/eavesdropper`);
    await page.evaluate(`document.querySelector('iframe').src = '${other.url}/frame'`);
    await until(() => rig.text().includes('in the frame'), 'the frame');
    const inner = () => page.frames().find((each) => each.url().startsWith(other.url));
    await until(inner, 'the frame in Playwright');
    const frame = inner() as Frame; // as just seen
    await frame.evaluate("document.body.append('changed there')");
    await until(() => rig.text().includes('changed there'), 'the change');
    expect(await page.evaluate('heard')).toEqual([]);
    expect(rig.text()).not.toContain('hunter2');
  });

  it('below frames of the same origin are placed by the recorder of the page', async () => {
    await page.goto(`${site.url}/`);
    await page.evaluate(`(() => {
      const same = document.createElement('iframe');
      same.src = '/eavesdropper';
      document.body.append(same);
      same.onload = () => { same.contentDocument.querySelector('iframe').src = '${other.url}/frame?deep'; };
    })()`);
    await until(() => page.frames().some((each) => each.url().includes('?deep')), 'the frame');
    const frame = page.frames().find((each) => each.url().includes('?deep')) as Frame; // as just seen
    await frame.waitForLoadState();
    await frame.evaluate("document.body.append('far below')");
    await until(() => rig.text().includes('far below'), 'the change');
    const heard = await page.frames()[1]?.evaluate('heard');
    expect(heard).toEqual([]);
  });

  it('are heard by the page around them alone, also where another page has learnt their seal', async () => {
    await page.goto(`${site.url}/`);
    // A window is the page's own before its recorder comes: it hears what a frame in it says, sealed.
    await page.evaluate(`(async () => {
      opened = open('/frame');
      const loaded = new Promise((done) => { opened.onload = done; });
      const heard = new Promise((done) => opened.addEventListener('message', (event) => done(event.data), true));
      await loaded;
      opened.document.body.append(Object.assign(opened.document.createElement('iframe'), { src: '${other.url}/frame?seal' }));
      [seal] = await heard;
    })()`);
    await page.evaluate(`(() => { victim = open('${other.url}/?victim'); })()`);
    const inner = () =>
      rig.browser
        .contexts()[0]
        ?.pages()
        .find((each) => each.url().endsWith('?victim'));
    await until(inner, 'the window');
    const attacked = inner() as Page; // as just seen
    await attacked.waitForLoadState();
    await page.evaluate(`(() => {
      const data = { tag: 'forged-note' };
      victim.postMessage([seal, 'note', { type: 5, timestamp: Date.now(), data }], '*');
      victim.postMessage([seal, 'snapshot'], '*');
    })()`);
    await attacked.evaluate("document.body.append('nobody else spoke')");
    await until(() => rig.text().includes('nobody else spoke'), 'what came after');
    expect(await page.evaluate('seal')).toMatch(/^moorage:/);
    expect(rig.text()).not.toContain('forged-note');
  });

  it('cannot be told apart by what a page makes up', async () => {
    await page.goto(`${site.url}/`);
    await page.evaluate(`(() => {
      const event = { type: 3, timestamp: Date.now(), data: { source: 0, adds: [], removes: [], texts: [{ id: 1, value: 'forged' }], attributes: [] } };
      postMessage({ type: 'rrweb', event, origin: location.origin, isCheckout: false }, '*');
      postMessage(['moorage:', 'note', { type: 5, timestamp: 1, data: { tag: 'forged' } }], '*');
      document.body.append('the end');
    })()`);
    await until(() => rig.text().includes('the end'), 'the end');
    expect(
      JSON.stringify(rig.events().filter(({ data }) => (data as { tag?: string }).tag === 'forged')),
    ).toBe('[]');
    expect(rig.text()).not.toContain('"value":"forged"');
  });
});

describe('a page', () => {
  it('finds every function native, with its name and length, in the stacks of errors none of ours', async () => {
    await page.goto(`${site.url}/`);
    await until(() => rig.text().includes('Start'), 'the recording');
    const seen = await page.evaluate(`(() => {
      const setter = (object, name) => Object.getOwnPropertyDescriptor(object, name).set;
      const functions = {
        fetch, 'XMLHttpRequest.open': XMLHttpRequest.prototype.open, 'XMLHttpRequest.send': XMLHttpRequest.prototype.send,
        attachShadow: Element.prototype.attachShadow, sendBeacon: navigator.sendBeacon, toString: Function.prototype.toString,
        WebSocket, EventSource, FontFace, log: console.log, error: console.error, define: customElements.define,
        insertRule: CSSStyleSheet.prototype.insertRule, addRule: CSSStyleSheet.prototype.addRule,
        removeRule: CSSStyleSheet.prototype.removeRule, add: document.fonts.add,
        value: setter(HTMLInputElement.prototype, 'value'), checked: setter(HTMLInputElement.prototype, 'checked'),
        setProperty: CSSStyleDeclaration.prototype.setProperty,
      };
      const stack = (task) => { try { task(); return ''; } catch (error) { return error.stack; } };
      return {
        strange: Object.entries(functions).filter(([, fn]) => !/^function [\\w ]*\\(\\) \\{ \\[native code\\] \\}$/.test(Function.prototype.toString.call(fn)))
          .map(([name, fn]) => name + ': ' + String(fn)),
        names: Object.entries(functions).map(([name, fn]) => fn.name + '/' + fn.length),
        own: [...Object.keys(document), ...Object.keys(customElements), ...Object.keys(document.fonts)],
        stacks: [() => new WebSocket('ftp://x'), () => document.body.attachShadow({}), () => new XMLHttpRequest().open('B AD', '/'),
          () => document.createElement('input').attachShadow({ mode: 'open' })].map(stack).filter((text) => /moorage|chrome-extension|disguised/.test(text)),
        isSame: [new FontFace('x', 'url(x)') instanceof FontFace, WebSocket.prototype.constructor === WebSocket],
        frames: document.querySelectorAll('iframe').length,
        foreign: document.documentElement.outerHTML.match(/data-rr|rr-/g),
      };
    })()`);
    expect(seen).toEqual({
      strange: [],
      names: [
        'fetch/1',
        'open/2',
        'send/0',
        'attachShadow/1',
        'sendBeacon/1',
        'toString/0',
        'WebSocket/1',
        'EventSource/1',
        'FontFace/2',
        'log/0',
        'error/0',
        'define/2',
        'insertRule/1',
        'addRule/0',
        'removeRule/0',
        'add/1',
        'set value/1',
        'set checked/1',
        'setProperty/2',
      ],
      own: ['location'],
      stacks: [],
      isSame: [true, true],
      frames: 0,
      foreign: null,
    });
  });

  it('still hears of promises that nobody catches, once', async () => {
    await page.goto(`${site.url}/`);
    const heard = await page.evaluate(`(async () => {
      const events = [];
      addEventListener('unhandledrejection', (event) => { events.push(event.reason.message); event.preventDefault(); });
      fetch('http://127.0.0.1:1/');
      await fetch('http://127.0.0.1:1/').catch((error) => events.push('caught ' + error.message));
      await new Promise((done) => setTimeout(done, 200));
      return events;
    })()`);
    expect((heard as string[]).sort()).toEqual(['Failed to fetch', 'caught Failed to fetch']);
  });
});
