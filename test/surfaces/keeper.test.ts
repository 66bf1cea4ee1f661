// The keeper: what it sees, answers and saves while its clients, its Chrome and it itself die.

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Site, startSite } from '../../examples/site.mjs';
import { CdpConnection } from '../../src/backends/support/cdp.ts';
import { isRunning, type ProcessIdentity } from '../../src/process-identity.ts';
import {
  type Keeper,
  KeeperGone,
  openKeeper,
  readSavedState,
  startKeeper,
} from '../../src/surfaces/keeper.ts';
import { rendererOf } from '../fixtures/renderer.ts';
import { processesOf, until } from '../server.ts';
import { type BareChrome, launchChrome, openTab } from './chromes.ts';

const SAVE_EVERY_MS = 500;

let site: Site;
let chrome: BareChrome;
let identity: ProcessIdentity;
let keeper: Keeper;

const start = () =>
  startKeeper({
    folder: chrome.folder,
    browserUrl: chrome.browserUrl,
    chrome: chrome.identity,
    saveEveryMs: SAVE_EVERY_MS,
  });

beforeAll(async () => {
  site = await startSite();
});

afterAll(() => site.close());

beforeEach(async () => {
  chrome = await launchChrome();
  identity = await start();
  keeper = openKeeper(chrome.folder);
});

afterEach(async () => {
  keeper.close();
  // No word to the keeper: it ends with its Chrome.
  await chrome.expectNothingLeft();
});

/** A tab that asks, and whose client is gone by then. */
async function askAndDie(url = `${site.url}/confirm`): Promise<string> {
  const tab = await openTab(chrome.browserUrl, url);
  await until(() => tab.evaluate(`document.title === 'Confirm'`), 'the page');
  // A dialog of the moments before would be unknown to it.
  const isWatched = async () =>
    (await keeper.tabs()).some(({ targetId, isResponsive }) => targetId === tab.targetId && isResponsive);
  await until(isWatched, 'that the keeper watches it');
  await tab.send('Page.enable');
  await tab.evaluate(`setTimeout(() => document.querySelector('button').click())`);
  await until(async () => (await keeper.openDialogs()).length > 0, 'the dialog');
  tab.close();
  return tab.targetId;
}

async function targets() {
  const list: unknown = await (await fetch(`http://${new URL(chrome.browserUrl).host}/json/list`)).json();
  return list as { id: string; url: string; webSocketDebuggerUrl: string }[]; // as Chrome's documentation says
}

async function textOf(targetId: string): Promise<unknown> {
  const url = (await targets()).find(({ id }) => id === targetId)?.webSocketDebuggerUrl ?? '';
  const cdp = await CdpConnection.open(url, AbortSignal.timeout(10_000));
  try {
    const { result } = await cdp.send('Runtime.evaluate', { expression: 'document.body.innerText' });
    return (result as { value: unknown }).value; // as the protocol says
  } finally {
    cdp.close();
  }
}

describe('dialogs', () => {
  it('are seen and answered when the client that had them is dead', async () => {
    const targetId = await askAndDie();
    expect(await keeper.openDialogs()).toEqual([
      { targetId, type: 'confirm', message: 'Really?', defaultValue: '' },
    ]);
    const second = openKeeper(chrome.folder);
    await second.answerDialog(targetId, { accept: true });
    second.close();
    expect(await keeper.openDialogs()).toEqual([]);
    expect(await textOf(targetId)).toContain('yes');
  });

  it('of a page that opens one before anything else are seen as well', async () => {
    const tab = await openTab(chrome.browserUrl, 'about:blank');
    const isWatched = async () =>
      (await keeper.tabs()).some(({ targetId, isResponsive }) => targetId === tab.targetId && isResponsive);
    await until(isWatched, 'the watch');
    void tab
      .send('Page.navigate', { url: `data:text/html,<script>prompt('Who?', 'me')</script>` })
      .catch(() => {});
    await until(async () => (await keeper.openDialogs()).length === 1, 'the dialog');
    expect(await keeper.openDialogs()).toMatchObject([
      { type: 'prompt', message: 'Who?', defaultValue: 'me' },
    ]);
    await keeper.answerDialog(tab.targetId, { accept: true, promptText: 'you' });
    tab.close();
  });

  it('that another client answers are forgotten', async () => {
    const targetId = await askAndDie();
    await keeper.answerDialog(targetId, { accept: false });
    await expect(keeper.answerDialog(targetId, { accept: true })).rejects.toMatchObject({
      code: 'unsupported-operation',
      message: expect.stringContaining('shows no dialog'),
    });
    await expect(keeper.answerDialog('nobody', { accept: true })).rejects.toThrow('There is no tab nobody');
  });

  it('that were open when the keeper was killed are said to need a reload', async () => {
    const targetId = await askAndDie();
    process.kill(identity.pid, 'SIGKILL');
    await expect(keeper.openDialogs()).rejects.toThrow(KeeperGone);
    identity = await start();
    expect(await keeper.openDialogs()).toEqual([]);
    const tab = (await keeper.tabs()).find((each) => each.targetId === targetId);
    expect(tab).toMatchObject({ isResponsive: false });
    await expect(keeper.answerDialog(targetId, { accept: true })).rejects.toThrow('only a reload');
  });
});

describe('the saved state', () => {
  it('has tabs in order, cookies and sessionStorage some moments after they changed', async () => {
    const first = await openTab(chrome.browserUrl, `${site.url}/rows`);
    const second = await openTab(chrome.browserUrl, `${site.url}/account`);
    await until(() => second.evaluate(`document.title === 'Account'`), 'the page');
    await until(() => first.evaluate(`document.title === 'Rows'`), 'the page');
    await second.evaluate(`sessionStorage.step = 'three'; document.cookie = 'user=alice; Max-Age=3600'`);
    await first.evaluate(`history.pushState({}, '', '/rows?page=2'); scrollTo(0, 500)`);
    await until(async () => {
      const state = await readSavedState(chrome.folder);
      const tab = state?.tabs.find(({ targetId }) => targetId === second.targetId);
      return tab?.sessionStorage?.step === 'three' && state?.cookies.some(({ name }) => name === 'user');
    }, 'the save');
    await keeper.saveNow();
    const state = await readSavedState(chrome.folder);
    expect(state?.tabs.map(({ url }) => url)).toEqual([
      'about:blank',
      `${site.url}/rows?page=2`,
      `${site.url}/account`,
    ]);
    expect(state?.tabs[1]).toMatchObject({ title: 'Rows', scroll: { x: 0, y: 500 } });
    expect(state?.cookies).toMatchObject([
      { name: 'user', value: 'alice', domain: '127.0.0.1', session: false },
    ]);
    first.close();
    second.close();
  });

  it('is for its owner alone, as is the socket', async () => {
    await keeper.saveNow();
    for (const name of ['state.json', 'keeper.json', 'keeper.sock']) {
      expect((await stat(join(chrome.folder, name))).mode & 0o077, name).toBe(0);
    }
    expect(await readFile(join(chrome.folder, 'keeper.log'), 'utf8')).not.toContain('ws://');
  });

  it('outlives Chrome, and the keeper does not', async () => {
    const openedAt = Date.now();
    const tab = await openTab(chrome.browserUrl, `${site.url}/rows`);
    await until(
      async () => (await readSavedState(chrome.folder))?.tabs.some(({ url }) => url.endsWith('/rows')),
      'the save',
    );
    await chrome.kill();
    tab.close();
    await until(async () => !(await isRunning(identity)), 'the end of the keeper');
    const state = await readSavedState(chrome.folder);
    expect(state?.tabs.map(({ url }) => url)).toEqual(['about:blank', `${site.url}/rows`]);
    expect(state?.at).toBeGreaterThanOrEqual(openedAt);
  });

  it('keeps its tabs when Chrome is closed, tab by tab', async () => {
    const tab = await openTab(chrome.browserUrl, `${site.url}/rows`);
    await until(
      async () => (await readSavedState(chrome.folder))?.tabs.some(({ url }) => url.endsWith('/rows')),
      'the save',
    );
    const cdp = await CdpConnection.open(chrome.browserUrl, AbortSignal.timeout(10_000));
    await cdp.send('Browser.close');
    await until(async () => !(await isRunning(identity)), 'the end of the keeper');
    expect((await readSavedState(chrome.folder))?.tabs).toHaveLength(2);
    tab.close();
    cdp.close();
  });
});

it('a stuck renderer holds nobody up', async () => {
  const stuck = await openTab(chrome.browserUrl, `${site.url.replace('127.0.0.1', 'localhost')}/rows`);
  await until(() => stuck.evaluate(`document.title === 'Rows'`), 'the page');
  const good = await openTab(chrome.browserUrl, `${site.url}/account`);
  await until(() => good.evaluate(`document.title === 'Account'`), 'the page');
  const renderer = await rendererOf(chrome.folder, stuck.evaluate);
  process.kill(renderer, 'SIGSTOP');
  try {
    await good.evaluate(`sessionStorage.still = 'alive'`);
    await keeper.saveNow();
    const saved = (await readSavedState(chrome.folder))?.tabs;
    expect(saved?.find(({ targetId }) => targetId === good.targetId)?.sessionStorage).toEqual({
      still: 'alive',
    });
    const answers = Object.fromEntries((await keeper.tabs()).map((tab) => [tab.targetId, tab.isResponsive]));
    expect(answers).toMatchObject({ [stuck.targetId]: false, [good.targetId]: true });
  } finally {
    process.kill(renderer, 'SIGCONT');
  }
  await until(
    async () => (await keeper.tabs()).every(({ isResponsive }) => isResponsive),
    'the recovery of the tab',
  );
  stuck.close();
  good.close();
});

it('a frozen Chrome is waited for', { timeout: 60_000 }, async () => {
  const tab = await openTab(chrome.browserUrl, `${site.url}/rows`);
  process.kill(-chrome.identity.pid, 'SIGSTOP');
  const answer = keeper.saveNow();
  await expect(answer).rejects.toThrow(KeeperGone);
  expect(await isRunning(identity)).toBe(true);
  process.kill(-chrome.identity.pid, 'SIGCONT');
  await keeper.saveNow();
  expect((await readSavedState(chrome.folder))?.tabs).toHaveLength(2);
  tab.close();
});

it('is one a surface: a second start finds the first', async () => {
  expect(await start()).toEqual(identity);
  expect(processesOf(chrome.folder).filter((line) => line.includes('keeper/main'))).toHaveLength(1);
});

it('ends when it is told to, and Chrome goes on', async () => {
  await keeper.stop();
  expect(await isRunning(identity)).toBe(false);
  expect(await isRunning(chrome.identity)).toBe(true);
  await expect(keeper.tabs()).rejects.toThrow(KeeperGone);
  await keeper.stop();
});

it('works in a folder whose path is too long for a socket', async () => {
  const deep = await launchChrome({ depth: 150 });
  try {
    await startKeeper({
      folder: deep.folder,
      browserUrl: deep.browserUrl,
      chrome: deep.identity,
      saveEveryMs: SAVE_EVERY_MS,
    });
    const far = openKeeper(deep.folder);
    expect(await far.tabs()).toMatchObject([{ url: 'about:blank', isResponsive: true }]);
    far.close();
  } finally {
    await deep.expectNothingLeft();
  }
});
