// The driver against a real Chrome: connections that are lost in every way, stuck tabs, dialogs, endless scripts.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../src/pages/driver.ts';
import type { KeptPage } from '../../src/pages/kept-page.ts';
import { rendererOf } from '../fixtures/renderer.ts';
import { until } from '../server.ts';
import { deadline, type PagesRig, pagesRig, runOn, type TestSession } from './rig.ts';

let rig: PagesRig;
let chrome: TestSession;
let driver: Driver;
let page: KeptPage;
let run: ReturnType<typeof runOn>;

beforeAll(async () => {
  rig = await pagesRig();
  chrome = await rig.startSession({ surface: 'alice' });
  driver = rig.drive(chrome.session);
}, 60_000);

afterAll(() => rig.end());

beforeEach(async () => {
  page = await driver.openPage(deadline());
  run = runOn(driver, page);
});

const viewOf = (kept = page) => driver.view(kept, deadline());

describe('a lost connection', () => {
  it('is made anew before the next command, with the same page and its JavaScript state', async () => {
    await run('evaluate', { expression: 'window.secret = 42' });
    chrome.proxy.cut();
    expect(await run('look', { expression: 'window.secret' })).toBe(42);
    expect(page.takeLosses()).toEqual([]);
  });

  it('is made anew without a command', async () => {
    const before = chrome.proxy.count;
    chrome.proxy.cut();
    await until(() => chrome.proxy.count > before && driver.isConnected, 'a new connection');
  });

  it('lets a read under way be asked again, and leaves open what became of a write', async () => {
    // No time would be long enough to be sure that both are under way.
    const expression =
      'new Promise((done) => { if (window.wasAsked) done("answer"); window.wasAsked = true; })';
    const read = run('look', { expression });
    const write = run('evaluate', { expression: 'new Promise(() => {})' });
    write.catch(() => {});
    await run('look', { expression: '1' });
    chrome.proxy.cut();
    expect(await read).toBe('answer');
    await expect(write).rejects.toMatchObject({ code: 'command-outcome-unknown' });
  });

  it('that is half open is noticed, and the read under way answered over a new one', async () => {
    await run('evaluate', { expression: 'window.secret = 43' });
    chrome.proxy.stall();
    expect(await run('look', { expression: 'window.secret' }, 25_000)).toBe(43);
  });

  it('takes handles with it, and the next reply says so', async () => {
    const handle = await run('hold', { expression: '({})' });
    expect(page.handles.get(String(handle), 'js')).toBeDefined();
    chrome.proxy.cut();
    await run('look', { expression: '1' });
    expect(page.takeLosses()).toEqual(['handles']);
    expect(page.takeLosses()).toBeUndefined();
    expect(() => page.handles.get(String(handle), 'js')).toThrow(
      expect.objectContaining({ code: 'handle-not-found' }),
    );
  });

  it('leaves init scripts, viewport and headers in force', async () => {
    await run('addInitScript', { script: 'window.fromScript = 1' });
    await run('setViewportSize', { width: 611, height: 344 });
    await run('context.setExtraHTTPHeaders', { headers: { 'x-moorage': 'yes' } });
    chrome.proxy.cut();
    await run('goto', { url: 'data:text/html,<title>Set again</title>' });
    expect(await run('look', { expression: '[window.fromScript, innerWidth, innerHeight]' })).toEqual([
      1, 611, 344,
    ]);
    expect(page.takeLosses()).toEqual([]);
  });
});

describe('another server', () => {
  it('knows pages by the same ids, sets again what was set, and says what is lost', async () => {
    await run('evaluate', { expression: 'window.secret = 44' });
    await run('addInitScript', { script: 'window.fromScript = 2' });
    const second = rig.drive(chrome.session);
    await second.connect(deadline());
    const same = second.findPage(page.id);
    if (!same) throw new Error('the second server does not know the page');
    const runSecond = runOn(second, same);
    expect(await runSecond('look', { expression: 'window.secret' })).toBe(44);
    expect(same.takeLosses()).toEqual(['handles', 'event-history']);
    await runSecond('goto', { url: 'about:blank' });
    expect(await runSecond('look', { expression: 'window.fromScript' })).toBe(2);
    await second.close();
  });

  it('finds pages again under their first ids after a launch', async () => {
    const relaunched = await rig.startSession({ surface: 'alice' });
    const [tab] = await rig.drive(relaunched.session).list(deadline());
    if (!tab) throw new Error('the new Chrome has no tab');
    const first = 'A'.repeat(32);
    relaunched.memory.generation = 2;
    relaunched.memory.losses = ['page-state'];
    relaunched.memory.successors.set(first, tab.targetId);
    const follower = rig.drive(relaunched.session);
    const pages = await follower.list(deadline());
    expect(pages).toMatchObject([{ id: `pag_${first}`, targetId: tab.targetId }]);
    expect(follower.findPage(`pag_${first}`)?.takeLosses()).toEqual(['page-state']);
    expect(follower.generation).toBe(2);
    await follower.close();
  });
});

describe('a page', () => {
  it('that is closed under a command ends it', async () => {
    const waiting = run('evaluate', { expression: 'new Promise(() => {})' });
    waiting.catch(() => {});
    await run('look', { expression: '1' });
    await driver.closePage(page, deadline());
    await expect(waiting).rejects.toMatchObject({ code: 'page-closed' });
    await expect(run('look', { expression: '1' })).rejects.toMatchObject({ code: 'page-closed' });
  });

  it('can be used again after a script that never ends', async () => {
    const endless = run('evaluate', { expression: 'while (true) {}' }, 500);
    await expect(endless).rejects.toMatchObject({ code: 'timeout' });
    expect(await run('look', { expression: '"again"' })).toBe('again');
  });

  it('keeps a pending promise from nobody', async () => {
    const pending = run('evaluate', { expression: 'new Promise(() => {})' }, 300);
    await expect(pending).rejects.toMatchObject({ code: 'timeout' });
    expect(await run('evaluate', { expression: 'window.later = 5' })).toBe(5);
  });

  it('tells its title with every reply', async () => {
    await run('goto', { url: 'data:text/html,<title>Harbour</title>' });
    expect(driver.look(page).title).toBe('Harbour');
    await run('evaluate', { expression: 'document.title = "Quay"' });
    expect(driver.look(page).title).toBe('Quay');
    await run('evaluate', { expression: 'document.title = "Harbour"' });
    expect(await viewOf()).toMatchObject({ id: page.id, title: 'Harbour', isResponsive: true });
  });

  it('has an id also when a script opened it', async () => {
    await run('evaluate', { expression: 'void window.open("about:blank#popup")' });
    const popup = () => page.events.read({ after: 0, types: ['popup'], limit: 1 }).data[0]?.data;
    await until(popup, 'the popup event');
    const id = String(popup()?.pageId);
    const opened = driver.findPage(id);
    if (!opened) throw new Error('the popup is not known');
    expect(await runOn(driver, opened)('look', { expression: 'location.hash' })).toBe('#popup');
  });

  it('that writes to its console in a loop neither blocks nor grows what is kept', async () => {
    await run('evaluate', {
      expression: 'void setInterval(() => { for (let i = 0; i < 200; i++) console.log("flood", i); }, 20)',
    });
    await until(() => page.events.read({ after: 0, limit: 1 }).dropped > 5000, 'dropped messages');
    expect(await run('look', { expression: '"alive"' })).toBe('alive');
    expect(page.events.read({ after: 0, limit: 5000 }).data.length).toBeLessThanOrEqual(1000);
    await driver.closePage(page, deadline());
  });

  it('ends the handles of a document with it', async () => {
    const handle = String(await run('hold', { expression: 'document.body' }));
    expect(page.handles.get(handle, 'js')).toBeDefined();
    await run('goto', { url: 'data:text/html,<p>next' });
    expect(() => page.handles.get(handle, 'js')).toThrow(
      expect.objectContaining({ code: 'handle-not-found' }),
    );
  });
});

describe('a dialog', () => {
  const button = 'data:text/html,<button onclick="window.answer = confirm(`Really?`)">Ask</button>';

  it('is dismissed unless told', async () => {
    await run('goto', { url: button });
    await run('click', { selector: 'button' });
    expect(await run('look', { expression: 'window.answer' })).toBe(false);
  });

  it('that is held makes other commands say so, and lets the interrupted one end when it is answered', async () => {
    await run('setDialogPolicy', { answer: 'hold' });
    await run('goto', { url: button });
    const click = run('click', { selector: 'button' });
    await until(() => page.desk.dialog, 'the dialog');
    await expect(run('look', { expression: '1' })).rejects.toMatchObject({ code: 'dialog-open' });
    expect(await viewOf()).toMatchObject({
      dialog: { type: 'confirm', message: 'Really?' },
      isResponsive: false,
    });
    await run('dialog.accept');
    await click;
    expect(await run('look', { expression: 'window.answer' })).toBe(true);
  });

  it('that nobody answers is told to who waits for the command that it interrupts', async () => {
    await run('setDialogPolicy', { answer: 'hold' });
    await run('goto', { url: button });
    await expect(run('click', { selector: 'button' })).rejects.toMatchObject({ code: 'dialog-open' });
    await run('dialog.accept');
    expect(await run('look', { expression: 'window.answer' })).toBe(true);
  });

  it('from before the connection keeps nobody from the other pages, and is answered by the watcher', async () => {
    const other = await driver.openPage(deadline());
    await run('setDialogPolicy', { answer: 'hold' });
    await run('evaluate', { expression: 'void setTimeout(() => confirm("Still there?"))' });
    await until(() => page.desk.dialog, 'the dialog');
    chrome.memory.dialogs = [
      { targetId: page.targetId, type: 'confirm', message: 'Still there?', defaultValue: '' },
    ];
    chrome.proxy.cut();
    expect(await runOn(driver, other)('look', { expression: '"works"' })).toBe('works');
    expect(await viewOf()).toMatchObject({ dialog: { message: 'Still there?' }, isResponsive: false });
    await expect(run('look', { expression: '1' })).rejects.toMatchObject({ code: 'dialog-open' });
    await run('dialog.accept');
    expect(chrome.memory.answers).toContainEqual({ targetId: page.targetId, accept: true });
    chrome.memory.dialogs = [];
    await driver.closePage(page, deadline());
  });
});

describe('a frozen renderer', () => {
  it('keeps nobody from the other pages, and is there again when it thaws', async () => {
    await run('goto', { url: 'data:text/html,<title>Frozen</title>' });
    const renderer = await rendererOf(rig.chromes.dataFolder, (expression) =>
      run('evaluate', { expression }),
    );
    const other = await driver.openPage(deadline());
    process.kill(renderer, 'SIGSTOP');
    try {
      chrome.proxy.cut();
      expect(await runOn(driver, other)('look', { expression: '"works"' })).toBe('works');
      expect(await viewOf()).toMatchObject({ isResponsive: false, title: 'Frozen' });
      await expect(run('look', { expression: '1' }, 300)).rejects.toMatchObject({ code: 'timeout' });
      await driver.openPage(deadline());
    } finally {
      process.kill(renderer, 'SIGCONT');
    }
    expect(await run('look', { expression: 'document.title' })).toBe('Frozen');
  });
});
