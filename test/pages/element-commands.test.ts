// Commands on elements, by locators and by handles, each with its effect in a real page.

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

const FORM = `
  <title>Form</title>
  <form onsubmit="return false">
    <label>Name <input id="name" value="Ann" placeholder="Your name" title="Who"></label>
    <label><input type="checkbox" id="news"> News</label>
    <select id="size"><option value="s">Small</option><option value="m">Medium</option><option value="l">Large</option></select>
    <input type="file" id="file" multiple>
    <button id="go" data-testid="go" onclick="log.textContent += 'go '" ondblclick="log.textContent += 'twice '"
      onmouseover="log.textContent += 'over '">Go</button>
    <button disabled>Stop</button>
    <img alt="Logo" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
  </form>
  <ul><li>One <button onclick="log.textContent += '1 '">Pick</button></li>
  <li>Two <button onclick="log.textContent += '2 '">Pick</button></li></ul>
  <p id="hidden" hidden>Hidden</p><p id="log"></p>
  <div style="height: 3000px"></div><p id="below" style="user-select: text">Far <b>below</b></p>`;

describe('commands on elements', () => {
  beforeEach(() => rig.show(FORM));

  const log = () => run<string>('textContent', { locator: '#log' });
  const value = (selector: string) => run('inputValue', { selector });

  it('click by a selector, by a chain and by the first match of a selector', async () => {
    await run('click', { locator: '#go' });
    await run('click', { locator: [{ getByRole: ['listitem'] }, { nth: 1 }, { getByRole: ['button'] }] });
    await run('click', { selector: 'li button' });
    await run('dblclick', { locator: [{ getByTestId: 'go' }] });
    await run('hover', { locator: '#go', force: true });
    expect((await log()).replaceAll('over ', '')).toBe('go 2 1 go go twice ');
    expect(await log()).toContain('over');
  });

  it('type, fill, clear and press', async () => {
    await run('fill', { locator: [{ getByLabel: ['Name'] }], value: 'Bob' });
    expect(await value('#name')).toBe('Bob');
    await run('press', { locator: '#name', key: 'End' });
    await run('type', { locator: '#name', text: 'by' });
    await run('locator.pressSequentially', { locator: '#name', text: '!', delay: 1 });
    expect(await value('#name')).toBe('Bobby!');
    await run('locator.selectText', { locator: '#name' });
    await run('press', { locator: '#name', key: 'Backspace' });
    expect(await value('#name')).toBe('');
    await run('fill', { locator: '#name', value: 'x' });
    await run('locator.clear', { locator: '#name' });
    expect(await value('#name')).toBe('');
    await run('focus', { locator: '#name' });
    expect(await run('evaluate', { expression: 'document.activeElement.id' })).toBe('name');
    await run('locator.blur', { locator: '#name' });
    expect(await run('evaluate', { expression: 'document.activeElement.tagName' })).toBe('BODY');
  });

  it('check, select and choose files', async () => {
    await run('check', { locator: '#news' });
    expect(await run('isChecked', { locator: '#news' })).toBe(true);
    await run('uncheck', { locator: '#news' });
    await run('setChecked', { locator: '#news', checked: true });
    expect(await run('isChecked', { locator: '#news' })).toBe(true);
    expect(await run('selectOption', { locator: '#size', values: 'Medium' })).toEqual(['m']);
    expect(await run('selectOption', { locator: '#size', values: [{ index: 2 }] })).toEqual(['l']);

    const { id } = await rig.upload('note.txt', 'from an artifact');
    await run('setInputFiles', { locator: '#file', files: [id] });
    const read = { expression: 'Promise.all([...file.files].map(async (f) => [f.name, await f.text()]))' };
    expect(await run('evaluate', read)).toEqual([['note.txt', 'from an artifact']]);
    const buffer = Buffer.from('in the command').toString('base64');
    await run('setInputFiles', {
      locator: '#file',
      files: { name: 'a.txt', mimeType: 'text/plain', buffer },
    });
    expect(await run('evaluate', read)).toEqual([['a.txt', 'in the command']]);
  });

  it('ask what an element is like', async () => {
    const name = { locator: [{ getByPlaceholder: ['Your name'] }] };
    expect(await run('getAttribute', { ...name, name: 'title' })).toBe('Who');
    expect(await run('getAttribute', { ...name, name: 'none' })).toBeNull();
    expect(await run('isVisible', { locator: '#hidden' })).toBe(false);
    expect(await run('isHidden', { locator: '#hidden' })).toBe(true);
    expect(await run('isEnabled', { locator: [{ getByText: ['Stop'] }] })).toBe(false);
    expect(await run('isDisabled', { locator: [{ getByText: ['Stop'] }] })).toBe(true);
    expect(await run('isEditable', name)).toBe(true);
    expect(await run('innerText', { locator: '#below' })).toBe('Far below');
    expect(await run('innerHTML', { locator: '#below' })).toBe('Far <b>below</b>');
    expect(await run('locator.count', { locator: 'li' })).toBe(2);
    expect(await run('locator.allInnerTexts', { locator: 'li button' })).toEqual(['Pick', 'Pick']);
    expect(await run('locator.allTextContents', { selector: 'li button' })).toEqual(['Pick', 'Pick']);
    expect(await run('locator.boundingBox', { locator: '#go' })).toMatchObject({ x: expect.any(Number) });
    expect(await run('locator.ariaSnapshot', { locator: 'ul' })).toContain('button "Pick"');
    expect(JSON.stringify(await run('locator.ariaSnapshotJSON', { locator: 'ul' }))).toContain('Pick');
    expect(await run('locator.normalize', { locator: '#go' })).toContain('go');
  });

  it('scroll, drag, drop, highlight and dispatch', async () => {
    await run('locator.scrollIntoViewIfNeeded', { locator: '#below' });
    expect(await run<number>('evaluate', { expression: 'scrollY' })).toBeGreaterThan(1000);
    await run('dispatchEvent', { locator: '#go', type: 'click', eventInit: { bubbles: true } });
    expect(await log()).toBe('go ');
    await run('locator.highlight', { locator: '#go' });
    await run('locator.hideHighlight', { locator: '#go' });
    await run('hideHighlight');

    await rig.show(`<div id="a" draggable="true" style="width:50px;height:50px">a</div>
      <div id="b" style="width:50px;height:50px" ondragover="event.preventDefault()"
        ondrop="event.preventDefault(); this.textContent += event.dataTransfer.files.length + event.dataTransfer.getData('text/plain')">b</div>`);
    await run('dragAndDrop', { source: '#a', target: '#b' });
    await run('locator.dragTo', { locator: '#a', target: '#b' });
    expect(await run('textContent', { locator: '#b' })).toBe('b00');
    await run('locator.drop', { locator: '#b', data: { 'text/plain': 'hi' } });
    expect(await run('textContent', { locator: '#b' })).toBe('b000hi');
  });

  it('evaluate with an element, with all of them, and keep handles', async () => {
    const li = { locator: 'li' };
    expect(await run('locator.evaluate', { locator: '#go', expression: '(e, n) => e.id + n', arg: 1 })).toBe(
      'go1',
    );
    expect(await run('locator.evaluateAll', { ...li, expression: '(all) => all.length' })).toBe(2);
    expect(await run('$eval', { selector: 'li', expression: 'e => e.tagName' })).toBe('LI');
    expect(await run('$$eval', { selector: 'li', expression: 'all => all.length' })).toBe(2);
    const made = await run('locator.evaluateHandle', { locator: '#go', expression: 'e => ({deep: [1]})' });
    expect(made).toMatchObject({ kind: 'js' });
    await run('locator.waitFor', { locator: '#hidden', state: 'hidden' });
    await run('locator.waitForFunction', { locator: '#go', expression: 'e => e.isConnected' });
    expect(await run('locator.elementHandles', li)).toHaveLength(2);
    expect(await run('$$', { selector: 'li' })).toHaveLength(2);
    expect(await run('$', { selector: 'nothing' })).toBeNull();
    expect(await run('waitForSelector', { selector: '#go' })).toMatchObject({ kind: 'element' });
  });

  it('do the same by a handle', async () => {
    const handleOf = async (selector: string) =>
      (await run<{ handle: string }>('locator.elementHandle', { locator: selector })).handle;
    const go = await handleOf('#go');
    await run('elementHandle.click', { handle: go });
    expect(await log()).toContain('go ');
    const name = await handleOf('#name');
    await run('elementHandle.fill', { handle: name, value: 'Cy' });
    expect(await run('elementHandle.inputValue', { handle: name })).toBe('Cy');
    expect(await run('elementHandle.getAttribute', { handle: name, name: 'title' })).toBe('Who');
    expect(await run('elementHandle.isVisible', { handle: name })).toBe(true);
    expect(await run('elementHandle.textContent', { handle: go })).toBe('Go');
    expect(await run('elementHandle.boundingBox', { handle: go })).toMatchObject({
      width: expect.any(Number),
    });
    await run('elementHandle.waitForElementState', { handle: go, state: 'visible' });
    const list = await handleOf('ul');
    expect(await run('elementHandle.$', { handle: list, selector: 'li' })).toMatchObject({ kind: 'element' });
    expect(await run('elementHandle.$$', { handle: list, selector: 'li' })).toHaveLength(2);
    expect(await run('elementHandle.waitForSelector', { handle: list, selector: 'li' })).not.toBeNull();
    expect(await run('elementHandle.ownerFrame', { handle: list })).toMatchObject({ name: '' });
    expect(await run('elementHandle.contentFrame', { handle: list })).toBeNull();
    expect(await run('jsHandle.evaluate', { handle: list, expression: 'e => e.children.length' })).toBe(2);
    const select = await handleOf('#size');
    const option = await handleOf('#size option:nth-child(2)');
    expect(await run('elementHandle.selectOption', { handle: select, values: { handle: option } })).toEqual([
      'm',
    ]);
    expect((await run<Artifact>('elementHandle.screenshot', { handle: go })).contentType).toBe('image/png');
    for (const [action, params] of Object.entries({
      focus: {},
      hover: {},
      innerHTML: {},
      innerText: {},
      isEnabled: {},
      isDisabled: {},
      isHidden: {},
      dblclick: {},
      scrollIntoViewIfNeeded: {},
      press: { key: 'Tab' },
      dispatchEvent: { type: 'click' },
    })) {
      await run(`elementHandle.${action}`, { handle: go, ...params });
    }
    await run('elementHandle.type', { handle: name, text: 'a' });
    await run('elementHandle.selectText', { handle: name });
    expect(await run('elementHandle.isEditable', { handle: name })).toBe(true);
    const box = await handleOf('#news');
    await run('elementHandle.check', { handle: box });
    expect(await run('elementHandle.isChecked', { handle: box })).toBe(true);
    await run('elementHandle.uncheck', { handle: box });
    await run('elementHandle.setChecked', { handle: box, checked: true });
    const { id } = await rig.upload('b.txt', 'b');
    await run('elementHandle.setInputFiles', { handle: await handleOf('#file'), files: { artifact: id } });
    expect(await run('evaluate', { expression: 'file.files[0].name' })).toBe('b.txt');
  });

  it('end with what Playwright says of several matches, of none, and of what cannot be', async () => {
    expect(await rig.failure('click', { locator: 'li button' })).toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining("strict mode violation: locator('li button') resolved to 2 elements"),
    });
    expect(await rig.failure('click', { selector: 'li button', strict: true })).toMatchObject({
      code: 'invalid-argument',
    });
    expect(await rig.failure('click', { locator: '#nothing' }, 300)).toMatchObject({
      code: 'timeout',
      message: expect.stringContaining("waiting for locator('#nothing')"),
    });
    expect(await rig.failure('fill', { locator: '#go', value: 'x' }, 1000)).toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('not an <input>'),
    });
    expect(await rig.failure('press', { locator: '#name', key: 'NoSuchKey' })).toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('Unknown key'),
    });
    expect(await rig.failure('click', { locator: '!!' })).toMatchObject({ code: 'invalid-argument' });
    expect(await rig.failure('click', {})).toMatchObject({ code: 'invalid-argument' });
    expect(await rig.failure('click', { locator: '#go', selector: '#go' })).toMatchObject({
      code: 'invalid-argument',
    });
    const mixed = [(await rig.upload('c.txt', 'c')).id, { name: 'd', mimeType: 'text/plain', buffer: '' }];
    expect(await rig.failure('setInputFiles', { locator: '#file', files: mixed })).toMatchObject({
      code: 'invalid-argument',
    });
    expect(await rig.failure('setInputFiles', { locator: '#file', files: '/etc/passwd' })).toMatchObject({
      code: 'artifact-not-found',
    });
    expect((await rig.failure('locator.boundingBox', { locator: 1 })).message).toContain('/params/locator');
    expect((await rig.failure('clik', {})).message).toContain('click');
  });

  it('handle dialogs over elements by rules', async () => {
    await rig.show(`<div id="cover" style="position:fixed;inset:0;background:#fff"><button id="no" onclick="cover.remove()">No</button></div>
      <button id="real" onclick="this.textContent = 'done'">Real</button>`);
    await run('addLocatorHandler', { locator: '#cover', click: '#no', times: 1 });
    await run('click', { locator: '#real' });
    expect(await run('textContent', { locator: '#real' })).toBe('done');
    await run('removeLocatorHandler', { locator: '#cover' });
  });
});

describe('locators as data', () => {
  beforeEach(() => rig.show(FORM));

  const texts = (locator: unknown) => run<string[]>('locator.allInnerTexts', { locator });

  it.each([
    ['getByRole with a pattern', [{ getByRole: ['button', { name: { regex: '^pi', flags: 'i' } }] }], 2],
    ['getByText with a pattern', [{ getByText: [{ regex: '^Pick$' }] }], 2],
    ['getByAltText', [{ getByAltText: ['Logo'] }], 1],
    ['getByTitle', [{ getByTitle: ['Who', { exact: true }] }], 1],
    ['filter by text', [{ locator: ['li'] }, { filter: [{ hasText: 'Two' }] }], 1],
    [
      'filter by what is inside',
      [{ locator: ['li'] }, { filter: [{ has: [{ getByText: ['Pick'] }], hasNotText: 'One' }] }],
      1,
    ],
    ['filter by what is not inside', [{ locator: ['li'] }, { filter: [{ hasNot: 'button' }] }], 0],
    ['and', [{ getByRole: ['button'] }, { and: [[{ getByText: ['Go'] }]] }], 1],
    ['or', [{ getByText: ['Go', { exact: true }] }, { or: [[{ getByText: ['Stop'] }]] }], 2],
    ['locator within a locator', [{ locator: ['li'] }, { locator: [[{ getByText: ['Pick'] }]] }], 2],
    ['locator with options', [{ locator: ['li', { hasText: 'One' }] }], 1],
    ['a locator that begins with a chain', [{ locator: [[{ getByText: ['Go', { exact: true }] }]] }], 1],
    ['visible', [{ locator: ['p'] }, { visible: [] }], 1],
    ['within', [{ getByRole: ['button'] }, { within: ['ul'] }], 2],
    ['first', [{ locator: ['li'] }, { first: [] }], 1],
    ['last, described', [{ locator: 'li' }, { last: true }, { describe: 'the end' }], 1],
    ['nth from the end', [{ locator: 'li' }, { nth: -1 }], 1],
  ])('take %s', async (_name, chain, count) => {
    expect(await texts(chain)).toHaveLength(count);
  });

  it('look into frames', async () => {
    await run('goto', { url: `${rig.url}/frames` });
    const button = { getByRole: ['button'] };
    expect(await texts([{ frameLocator: ['iframe'] }, button])).toEqual(['Inside']);
    expect(await texts([{ locator: ['iframe'] }, { contentFrame: [] }, button])).toEqual(['Inside']);
    await run('click', { locator: 'button', frame: { name: 'inner' } });
    expect(await run('textContent', { selector: 'button', frame: { url: '**/frame' } })).toBe('clicked');
    expect(
      await run('getAttribute', { locator: [{ frameLocator: 'iframe' }, { owner: [] }], name: 'name' }),
    ).toBe('inner');
    expect(await run('title', { frame: { name: 'inner' } })).toBe('Inner');
    expect(await run('frames')).toMatchObject([
      { isMainFrame: true },
      { name: 'inner', parentUrl: `${rig.url}/frames`, isMainFrame: false },
    ]);
    const { handle } = await run<{ handle: string }>('frame.frameElement', { frame: { name: 'inner' } });
    expect(await run('elementHandle.contentFrame', { handle })).toMatchObject({ name: 'inner' });
  });

  it('take references of a snapshot', async () => {
    const snapshot = await run<string>('ariaSnapshot', { mode: 'ai' });
    const [, reference] = /button "Go" \[ref=(\w+)\]/.exec(snapshot) ?? [];
    await run('click', { locator: [{ getByRef: [reference] }] });
    expect(await run('textContent', { locator: '#log' })).toContain('go');
  });

  it.each([
    ['an unknown step', [{ getByRoll: ['button'] }], /Is getByRole meant/],
    ['a step of the prototype', [{ constructor: [] }], /no step/],
    ['a chain that ends at a frame', [{ frameLocator: ['iframe'] }], /end at an element/],
    ['nth before anything', [{ nth: 0 }], /stands after/],
    ['a pattern that is none', [{ getByText: [{ regex: '(' }] }], /pattern/],
    ['a role that is none', [{ getByRole: [5] }], /takes a string/],
    ['a number in the place of a locator', [{ locator: ['li'] }, { and: [5] }], /selector or a chain/],
    ['an index that is none', [{ locator: ['li'] }, { nth: ['x'] }], /whole number/],
  ])('refuse %s', async (_name, locator, message) => {
    expect(await rig.failure('click', { locator })).toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(message),
    });
  });

  it('refuse locators that stand too deep in each other', async () => {
    let locator: unknown = 'li';
    for (let depth = 0; depth < 20; depth += 1) locator = [{ locator: ['li'] }, { and: [locator] }];
    expect((await rig.failure('click', { locator })).message).toContain('deep');
  });
});
