// What a surface survives: the death of its server, of its own Chrome, open dialogs and stuck tabs. Each of these fails in
// at least one other tool.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Site, startSite } from '../../examples/site.mjs';
import { rendererOf } from '../fixtures/renderer.ts';
import { until } from '../server.ts';
import { startWithAlice, type WithAlice } from './alice.ts';
import { refusalOf } from './api.ts';

let site: Site;
let rig: WithAlice;
let alice: WithAlice['alice'];
let command: WithAlice['command'];

beforeAll(async () => {
  site = await startSite();
});

afterAll(() => site.close());

beforeEach(async () => {
  rig = await startWithAlice(site);
  ({ alice, command } = rig);
});

afterEach(() => rig.expectNothingLeft());

describe('a surface survives', { timeout: 120_000 }, () => {
  it('SIGKILL of the server: same pages, same JavaScript state, and old handles say so', async () => {
    await alice.open();
    const id = await rig.logIn();
    const { result: handle } = await command(id, '$', { selector: 'h1' });

    await rig.killServer();
    const reply = await command(id, 'evaluate', { expression: 'window.secret' });
    expect(reply).toMatchObject({ result: 42, generation: 1, page: { id, url: `${site.url}/account` } });
    expect((await alice.pages()).map((page) => page.id)).toContain(id);
    const stale = await refusalOf(
      command(id, 'elementHandle.textContent', { handle: (handle as { handle: string }).handle }),
    );
    expect(stale.details.code).toBe('handle-not-found');
  });

  it('a dialog that was open when the server was killed: it can still be answered, and blocks nobody', async () => {
    await alice.open();
    const other = await rig.logIn();
    const { id } = await alice.newPage(`${site.url}/confirm`);
    await command(id, 'setDialogPolicy', { answer: 'hold' });
    await command(id, 'evaluate', {
      expression: "setTimeout(() => document.querySelector('button').click())",
    });
    await until(
      async () => (await alice.pages()).some(({ dialog }) => dialog?.message === 'Really?'),
      'the dialog',
    );

    await rig.killServer();
    expect(await rig.secretOf(other)).toBe(42);
    expect((await alice.pages()).find((page) => page.id === id)?.dialog?.message).toBe('Really?');
    await command(id, 'dialog.accept');
    const answer = await command(id, 'textContent', { locator: '#answer' });
    expect(answer).toMatchObject({ result: 'yes', generation: 1 });
  });

  it('a stuck renderer: the other pages go on, also after a restart of the server', async () => {
    await alice.open();
    const good = await rig.logIn();
    const { id: stuck } = await alice.newPage(`${site.url.replace('127.0.0.1', 'localhost')}/rows`);
    const renderer = await rendererOf(rig.dataFolder, (expression) =>
      command(stuck, 'evaluate', { expression }),
    );
    process.kill(renderer, 'SIGSTOP');
    try {
      expect(await rig.secretOf(good)).toBe(42);
      await rig.killServer();
      expect(await rig.secretOf(good)).toBe(42);
      expect((await alice.pages()).find(({ id }) => id === stuck)?.isResponsive).toBe(false);
    } finally {
      process.kill(renderer, 'SIGCONT');
    }
    await until(
      async () => (await alice.pages()).find(({ id }) => id === stuck)?.isResponsive,
      'its recovery',
    );
    expect((await command(stuck, 'title')).result).toBe('Rows');
  });

  it('SIGKILL of Chrome: tabs and log-in come back, and the reply says what was lost', async () => {
    await alice.open();
    const id = await rig.logIn();
    const { id: second } = await alice.newPage(`${site.url}/rows`);
    await rig.untilSaved('/account', '/rows');
    process.kill(await rig.chromePid(), 'SIGKILL');
    await until(async () => (await alice.look()).status === 'crashed', 'the state crashed');

    const reply = await command(id, 'textContent', { locator: 'h1' });
    expect(reply).toMatchObject({ result: 'Hello alice', generation: 2, page: { id } });
    expect(reply.reconnected?.lost).toEqual(expect.arrayContaining(['handles', 'page-state']));
    expect((await command(second, 'title')).result).toBe('Rows');
    expect(await rig.secretOf(id)).toBeNull();
  });

  it('SIGKILL of Chrome that nobody has noticed yet: what only looks finds it up again', async () => {
    await alice.open();
    const id = await rig.logIn();
    await rig.untilSaved('/account');
    const kill = async () => {
      await command(id, 'title');
      process.kill(await rig.chromePid(), 'SIGKILL');
    };
    await kill();
    expect((await alice.pages()).map((page) => page.id)).toContain(id);
    await kill();
    const reply = await command(id, 'textContent', { locator: 'h1' });
    expect(reply).toMatchObject({ result: 'Hello alice', generation: 3 });
  });

  it('its stop: a cookie of the last second is there after the next start', async () => {
    await alice.open();
    const id = await rig.logIn();
    await command(id, 'evaluate', { expression: "document.cookie = 'late=1; Max-Age=3600'" });
    await alice.stop();
    expect(await alice.look()).toMatchObject({ status: 'stopped' });
    const reply = await command(id, 'textContent', { locator: 'h1' });
    expect(reply).toMatchObject({ result: 'Hello alice', generation: 2 });
    const { id: again } = await alice.newPage(`${site.url}/account`);
    expect((await command(again, 'evaluate', { expression: 'document.cookie' })).result).toContain('late=1');
  });

  it('a stop of the server, which leaves it running', async () => {
    await alice.open();
    const id = await rig.logIn();
    const pid = await rig.chromePid();
    await rig.restartServer();
    expect(await rig.secretOf(id)).toBe(42);
    expect(await rig.chromePid()).toBe(pid);
  });

  it('pages of a thousand rows: the reply to an action stays under one kilobyte', async () => {
    await alice.open();
    const { id } = await alice.newPage(`${site.url}/rows`);
    const reply = await command(id, 'click', { locator: '#go' });
    expect(JSON.stringify(reply).length).toBeLessThan(1024);
  });
});
