// One case for every action that is said to work over WebDriver: what it is sent, and what comes of it with DevTools.

import { expect } from 'vitest';

type Params = Record<string, unknown>;

export interface Case {
  action: string;
  /** `kept` has what earlier cases kept by name. */
  params: Params | ((kept: Readonly<Record<string, string>>, url: string) => Params);
  /** What the result has to be like; anything goes where it is left out. */
  result?: unknown;
  /** An expression of the page that has to be true afterwards. */
  after?: string;
  /** Told by the browser's clock, as two clicks from a double one: a busy machine can be too slow, and gets more tries. */
  isTimed?: boolean;
  /** Under which name the handle of the result is kept. */
  keep?: string;
}

export const SITE: Readonly<Record<string, string>> = {
  '/': `<!doctype html><title>Cases</title><h1>Hi <b>there</b></h1>
<input id="text" placeholder="Name" value="old"><input id="off" disabled><input type="checkbox" id="box">
<input type="checkbox" id="box2"><select id="choice"><option value="a">A</option><option value="b">B</option></select>
<input type="file" id="file"><button id="button" onclick="clicks += 1" ondblclick="doubles += 1">Go</button>
<a id="link" href="/next">Next</a> <a id="pop" href="/next" target="_blank">Popup</a>
<button id="ask" onclick="answer = confirm('Sure?')">Ask</button>
<div id="from" style="width:40px;height:40px;background:red">from</div><div id="to" style="width:40px;height:40px">to</div>
<iframe name="inner" src="/inner"></iframe><div id="tall" style="height:2000px"></div><p id="end">end</p>
<script>clicks = doubles = 0; over = ''; keys = '';
addEventListener('mouseover', ({ target }) => { over = target.id; });
addEventListener('keydown', ({ key }) => { keys += key; });
document.getElementById('to').addEventListener('dragover', (event) => event.preventDefault());
document.getElementById('to').addEventListener('mouseup', () => { dropped = true; });
addEventListener('made', ({ detail }) => { made = detail; });
</script>`,
  '/next': '<!doctype html><title>Next</title><p>next</p>',
  '/inner': '<!doctype html><title>Inner</title><button onclick="this.textContent = 1">0</button>',
};

const text = { locator: '#text' };
const button = { locator: '#button' };
const box = { locator: '#box' };
const file = { name: 'a.txt', mimeType: 'text/plain', buffer: 'YQ==' };
const BOX = { x: expect.any(Number), y: expect.any(Number), width: expect.any(Number), height: 40 };
const PICTURE = { contentType: 'image/png', base64: expect.any(String), sizeBytes: expect.any(Number) };
const h =
  (name: string, more: Params = {}) =>
  (kept: Readonly<Record<string, string>>) => ({ handle: kept[name], ...more });

export const CASES: readonly Case[] = [
  { action: 'goto', params: (_, url) => ({ url: `${url}/` }), after: 'document.title === "Cases"' },
  { action: 'url', params: {}, result: expect.stringMatching(/^http:.*\/$/) },
  { action: 'title', params: {}, result: 'Cases' },
  { action: 'content', params: {}, result: expect.stringContaining('placeholder="Name"') },
  { action: 'viewportSize', params: {}, result: null },
  {
    action: 'setViewportSize',
    params: { width: 700, height: 500 },
    after: 'innerWidth === 700 && innerHeight === 500',
  },
  {
    action: 'frames',
    params: {},
    result: [
      { name: '', url: expect.any(String), parentUrl: null, isMainFrame: true },
      {
        name: 'inner',
        url: expect.stringMatching(/inner$/),
        parentUrl: expect.any(String),
        isMainFrame: false,
      },
    ],
  },
  { action: 'waitForLoadState', params: { state: 'load' } },
  { action: 'waitForTimeout', params: { timeout: 1 } },
  { action: 'waitForURL', params: { url: '**/' } },
  {
    action: 'evaluate',
    params: { expression: '(n) => [n, new Date(0), undefined, 1n]', arg: 1 },
    result: [1, '1970-01-01T00:00:00.000Z', null, '1'],
  },
  {
    action: 'evaluateHandle',
    params: { expression: '({ a: 1, b: document.body })' },
    keep: 'object',
    result: { handle: expect.any(String), kind: 'js', preview: expect.any(String) },
  },
  { action: 'jsHandle.evaluate', params: h('object', { expression: '({ a }) => a + 1' }), result: 2 },
  {
    action: 'jsHandle.evaluateHandle',
    params: h('object', { expression: '({ b }) => b' }),
    result: { handle: expect.any(String), kind: 'element', preview: expect.any(String) },
  },
  {
    action: 'jsHandle.getProperties',
    params: h('object'),
    result: {
      a: { handle: expect.any(String), kind: 'js', preview: '1' },
      b: { handle: expect.any(String), kind: 'element', preview: expect.any(String) },
    },
  },
  {
    action: 'jsHandle.getProperty',
    params: h('object', { propertyName: 'a' }),
    result: { handle: expect.any(String), kind: 'js', preview: '1' },
  },
  { action: 'jsHandle.jsonValue', params: h('object'), result: { a: 1, b: 'ref: <Node>' } },
  { action: 'jsHandle.dispose', params: h('object') },
  { action: '$', params: { selector: '#text' }, keep: 'text' },
  { action: '$', params: { selector: 'body' }, keep: 'body' },
  { action: '$$', params: { selector: 'input' }, result: { length: 5 } },
  { action: '$eval', params: { selector: '#text', expression: '(e) => e.id' }, result: 'text' },
  { action: '$$eval', params: { selector: 'input', expression: '(e) => e.length' }, result: 5 },
  { action: 'waitForSelector', params: { selector: '#button' }, keep: 'button' },
  {
    action: 'elementHandle.waitForSelector',
    params: (kept) => ({ handle: kept.body, selector: '#box' }),
    keep: 'box',
  },
  {
    action: 'elementHandle.$',
    params: (kept) => ({ handle: kept.body, selector: '#choice' }),
    keep: 'choice',
  },
  {
    action: 'elementHandle.$$',
    params: (kept) => ({ handle: kept.body, selector: 'button' }),
    result: { length: 2 },
  },
  {
    action: 'waitForFunction',
    params: { expression: '() => document.title' },
    result: { handle: expect.any(String), kind: 'js', preview: 'Cases' },
  },
  { action: 'frame.frameElement', params: { frame: { name: 'inner' } }, keep: 'iframe' },
  {
    action: 'elementHandle.contentFrame',
    params: h('iframe'),
    result: { name: 'inner', url: expect.stringMatching(/inner$/) },
  },
  { action: 'elementHandle.ownerFrame', params: h('iframe'), result: { name: '', url: expect.any(String) } },
  { action: 'ariaSnapshot', params: {}, result: expect.stringContaining('- button "Go"') },
  { action: 'ariaSnapshotJSON', params: {} },
  { action: 'locator.ariaSnapshot', params: button, result: '- button "Go"' },
  { action: 'locator.ariaSnapshotJSON', params: button },
  { action: 'addScriptTag', params: { content: 'window.tagged = 1' }, after: 'tagged === 1' },
  {
    action: 'addStyleTag',
    params: { content: 'h1 { color: rgb(1, 2, 3) }' },
    after: 'getComputedStyle(document.querySelector("h1")).color === "rgb(1, 2, 3)"',
  },
  { action: 'click', params: button, after: 'clicks === 1' },
  { action: 'elementHandle.click', params: h('button'), after: 'clicks === 2' },
  { action: 'dblclick', params: button, after: 'doubles === 1', isTimed: true },
  { action: 'hover', params: { locator: '#link' }, after: 'over === "link"' },
  { action: 'elementHandle.dblclick', params: h('button'), after: 'doubles === 2', isTimed: true },
  { action: 'elementHandle.hover', params: h('button'), after: 'over === "button"' },
  { action: 'dispatchEvent', params: { ...button, type: 'made', eventInit: { detail: 1, bubbles: true } } },
  { action: 'elementHandle.dispatchEvent', params: h('button', { type: 'click' }) },
  {
    action: 'fill',
    params: { ...text, value: 'Zoë' },
    after: 'document.querySelector("#text").value === "Zoë"',
  },
  {
    action: 'elementHandle.fill',
    params: h('text', { value: 'new' }),
    after: 'document.querySelector("#text").value === "new"',
  },
  { action: 'inputValue', params: text, result: 'new' },
  { action: 'elementHandle.inputValue', params: h('text'), result: 'new' },
  {
    action: 'type',
    params: { ...text, text: 'X' },
    after: 'document.querySelector("#text").value.includes("X")',
  },
  {
    action: 'elementHandle.type',
    params: h('text', { text: 'Y' }),
    after: 'document.querySelector("#text").value.includes("Y")',
  },
  {
    action: 'locator.pressSequentially',
    params: { ...text, text: 'é' },
    after: 'document.querySelector("#text").value.includes("é")',
  },
  { action: 'press', params: { ...text, key: 'End' }, after: 'keys.endsWith("End")' },
  {
    action: 'elementHandle.press',
    params: h('text', { key: 'Shift+A' }),
    after: 'document.querySelector("#text").value.includes("A")',
  },
  { action: 'keyboard.press', params: { key: 'Control+a' }, after: 'keys.endsWith("Controla")' },
  {
    action: 'keyboard.type',
    params: { text: 'typed' },
    after: 'document.querySelector("#text").value === "typed"',
  },
  {
    action: 'keyboard.insertText',
    params: { text: '!' },
    after: 'document.querySelector("#text").value === "typed!"',
  },
  { action: 'keyboard.down', params: { key: 'Shift' }, after: 'keys.endsWith("Shift")' },
  { action: 'keyboard.up', params: { key: 'Shift' } },
  {
    action: 'locator.selectText',
    params: text,
    after: 'document.activeElement.selectionEnd - document.activeElement.selectionStart === 6',
  },
  { action: 'elementHandle.selectText', params: h('text') },
  { action: 'locator.clear', params: text, after: 'document.querySelector("#text").value === ""' },
  { action: 'locator.blur', params: text, after: 'document.activeElement === document.body' },
  { action: 'focus', params: text, after: 'document.activeElement.id === "text"' },
  { action: 'elementHandle.focus', params: h('text') },
  { action: 'check', params: box, after: 'document.querySelector("#box").checked' },
  { action: 'isChecked', params: box, result: true },
  { action: 'elementHandle.isChecked', params: h('box'), result: true },
  { action: 'uncheck', params: box, after: '!document.querySelector("#box").checked' },
  { action: 'elementHandle.check', params: h('box'), after: 'document.querySelector("#box").checked' },
  { action: 'elementHandle.uncheck', params: h('box'), after: '!document.querySelector("#box").checked' },
  {
    action: 'setChecked',
    params: { ...box, checked: true },
    after: 'document.querySelector("#box").checked',
  },
  {
    action: 'elementHandle.setChecked',
    params: h('box', { checked: false }),
    after: '!document.querySelector("#box").checked',
  },
  { action: 'selectOption', params: { locator: '#choice', values: 'b' }, result: ['b'] },
  { action: 'elementHandle.selectOption', params: h('choice', { values: { label: 'A' } }), result: ['a'] },
  {
    action: 'setInputFiles',
    params: { locator: '#file', files: file },
    after: 'document.querySelector("#file").files[0].name === "a.txt"',
  },
  { action: '$', params: { selector: '#file' }, keep: 'file' },
  {
    action: 'elementHandle.setInputFiles',
    params: h('file', { files: [] }),
    after: 'document.querySelector("#file").files.length === 0',
  },
  { action: 'textContent', params: { locator: 'h1' }, result: 'Hi there' },
  { action: 'elementHandle.textContent', params: h('button'), result: 'Go' },
  { action: 'innerText', params: { locator: 'h1' }, result: 'Hi there' },
  { action: 'elementHandle.innerText', params: h('button'), result: 'Go' },
  { action: 'innerHTML', params: { locator: 'h1' }, result: 'Hi <b>there</b>' },
  { action: 'elementHandle.innerHTML', params: h('button'), result: 'Go' },
  { action: 'getAttribute', params: { ...text, name: 'placeholder' }, result: 'Name' },
  { action: 'elementHandle.getAttribute', params: h('text', { name: 'none' }), result: null },
  { action: 'isVisible', params: button, result: true },
  { action: 'elementHandle.isVisible', params: h('button'), result: true },
  { action: 'isHidden', params: { locator: '#none' }, result: true },
  { action: 'elementHandle.isHidden', params: h('button'), result: false },
  { action: 'isEnabled', params: { locator: '#off' }, result: false },
  { action: 'elementHandle.isEnabled', params: h('button'), result: true },
  { action: 'isDisabled', params: { locator: '#off' }, result: true },
  { action: 'elementHandle.isDisabled', params: h('button'), result: false },
  { action: 'isEditable', params: text, result: true },
  { action: 'elementHandle.isEditable', params: h('text'), result: true },
  { action: 'elementHandle.waitForElementState', params: h('button', { state: 'stable' }) },
  { action: 'locator.waitFor', params: button },
  { action: 'locator.waitForFunction', params: { ...button, expression: '(e) => e.id' } },
  { action: 'locator.count', params: { locator: 'input' }, result: 5 },
  { action: 'locator.allInnerTexts', params: { locator: 'option' }, result: ['A', 'B'] },
  { action: 'locator.allTextContents', params: { locator: 'option' }, result: ['A', 'B'] },
  { action: 'locator.elementHandle', params: button },
  { action: 'locator.elementHandles', params: { locator: 'option' }, result: { length: 2 } },
  {
    action: 'locator.evaluate',
    params: { ...button, expression: '(e, n) => e.id + n', arg: 1 },
    result: 'button1',
  },
  { action: 'locator.evaluateAll', params: { locator: 'option', expression: '(e) => e.length' }, result: 2 },
  { action: 'locator.evaluateHandle', params: { ...button, expression: '(e) => e.parentElement' } },
  { action: 'locator.normalize', params: button },
  { action: 'locator.highlight', params: button },
  { action: 'locator.hideHighlight', params: button },
  { action: 'hideHighlight', params: {} },
  { action: 'locator.boundingBox', params: { locator: '#from' }, result: BOX },
  {
    action: 'elementHandle.boundingBox',
    params: h('button'),
    result: { ...BOX, height: expect.any(Number) },
  },
  { action: 'locator.scrollIntoViewIfNeeded', params: { locator: '#end' }, after: 'scrollY > 1000' },
  { action: 'elementHandle.scrollIntoViewIfNeeded', params: h('button'), after: 'scrollY < 1000' },
  { action: 'screenshot', params: { encoding: 'base64', fullPage: true }, result: PICTURE },
  { action: 'locator.screenshot', params: { ...button, encoding: 'base64' }, result: PICTURE },
  { action: 'elementHandle.screenshot', params: h('button', { encoding: 'base64' }), result: PICTURE },
  { action: 'mouse.move', params: { x: 5, y: 5 } },
  { action: 'mouse.down', params: {} },
  { action: 'mouse.up', params: {} },
  { action: 'mouse.click', params: { x: 5, y: 5 } },
  { action: 'mouse.dblclick', params: { x: 5, y: 5 } },
  { action: 'evaluate', params: { expression: 'scrollTo(0, 0)' } },
  { action: 'mouse.wheel', params: { deltaX: 0, deltaY: 300 }, after: 'scrollY > 0' },
  { action: 'dragAndDrop', params: { source: '#from', target: '#to' }, after: 'dropped === true' },
  { action: 'locator.dragTo', params: { locator: '#from', target: '#to' }, after: 'dropped === true' },
  { action: 'locator.drop', params: { locator: '#to', data: { 'text/plain': 'x' } } },
  { action: 'addLocatorHandler', params: { locator: '#nobody' } },
  { action: 'removeLocatorHandler', params: { locator: '#nobody' } },
  ...(['localStorage', 'sessionStorage'] as const).flatMap((storage) => [
    { action: `${storage}.setItem`, params: { name: 'a', value: 'b' }, after: `${storage}.a === 'b'` },
    { action: `${storage}.getItem`, params: { name: 'a' }, result: 'b' },
    { action: `${storage}.items`, params: {}, result: [{ name: 'a', value: 'b' }] },
    { action: `${storage}.removeItem`, params: { name: 'a' } },
    { action: `${storage}.clear`, params: {}, after: `${storage}.length === 0` },
  ]),
  {
    action: 'context.addCookies',
    params: (_, url) => ({ cookies: [{ name: 'c', value: '1', url }] }),
    after: 'document.cookie === "c=1"',
  },
  {
    action: 'context.cookies',
    params: {},
    result: [expect.objectContaining({ name: 'c', value: '1', domain: '127.0.0.1', path: '/', expires: -1 })],
  },
  { action: 'context.clearCookies', params: {}, after: 'document.cookie === ""' },
  { action: 'setDialogPolicy', params: { answer: 'accept' } },
  { action: 'click', params: { locator: '#ask' }, after: 'answer === true' },
  { action: 'setDialogPolicy', params: { answer: 'hold' } },
  { action: 'evaluate', params: { expression: 'void setTimeout(() => { later = confirm("Later?") }, 300)' } },
  {
    action: 'waitForEvent',
    params: { event: 'dialog' },
    result: expect.objectContaining({ message: 'Later?' }),
  },
  { action: 'dialog.accept', params: {}, after: 'later === true' },
  { action: 'evaluate', params: { expression: 'void setTimeout(() => { later = confirm("Later?") }, 300)' } },
  { action: 'waitForEvent', params: { event: 'dialog' } },
  { action: 'dialog.dismiss', params: {}, after: 'later === false' },
  {
    action: 'click',
    params: { locator: 'button', frame: { name: 'inner' } },
    after: 'frames.inner.document.body.innerText === "1"',
  },
  { action: 'click', params: { locator: '#link' } },
  { action: 'waitForURL', params: { url: '**/next' }, after: 'document.title === "Next"' },
  { action: 'goBack', params: {}, after: 'location.pathname === "/"' },
  { action: 'goForward', params: {}, after: 'location.pathname === "/next"' },
  { action: 'reload', params: {}, after: 'document.title === "Next"' },
  { action: 'setContent', params: { html: '<p>set</p>' }, after: 'document.body.textContent === "set"' },
  { action: 'opener', params: {}, result: null },
  {
    action: 'context.newPage',
    params: {},
    result: { pageId: expect.stringMatching(/^pag_/), url: 'about:blank' },
  },
  { action: 'context.pages', params: {} },
  { action: 'close', params: {} },
];
