// What a surface survives: the death of its server, of its sockets, of its own Chrome, frozen processes, open dialogs and
// stuck tabs. Each of these fails in at least one other tool.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Site, startSite } from '../../examples/site.mjs';
import { type ChildServer, processesOf, startChild, until } from '../server.ts';
import { refusalOf } from './api.ts';
import { commandOf, surfaceOf } from './browser.ts';

let site: Site;
let server: ChildServer;
const alice = surfaceOf(() => server, 'alice');
const command = commandOf(() => server);

beforeAll(async () => {
  site = await startSite();
});

afterAll(() => site.close());

beforeEach(async () => {
  server = await startChild({});
});

afterEach(async () => {
  await alice.delete();
  await server.expectNothingLeft();
});

const restart = async () => {
  await server.kill();
  server = await startChild({ dataFolder: server.dataFolder });
};

/** Logs in and leaves a secret in the page that only its JavaScript knows. */
async function logIn(): Promise<string> {
  const { id } = await alice.newPage(`${site.url}/login`);
  await command(id, 'fill', { locator: [{ getByLabel: ['Name'] }], value: 'alice' });
  await command(id, 'click', { locator: [{ getByRole: ['button', { name: 'Log in' }] }] });
  await command(id, 'waitForURL', { url: `${site.url}/account` });
  await command(id, 'evaluate', { expression: 'window.secret = 42' });
  return id;
}

const secretOf = async (id: string) =>
  (await command(id, 'evaluate', { expression: 'window.secret' })).result;

async function chromePid(): Promise<number> {
  const { pid } = await alice.look();
  if (pid === undefined) throw new Error('the surface has no process');
  return pid;
}

describe('a surface survives', () => {
  it('SIGKILL of the server: same pages, same JavaScript state, and old handles say so', async () => {
    await alice.open();
    const id = await logIn();
    const { result: handle } = await command(id, '$', { selector: 'h1' });

    await restart();
    const reply = await command(id, 'evaluate', { expression: 'window.secret' });
    expect(reply).toMatchObject({ result: 42, generation: 1, page: { id, url: `${site.url}/account` } });
    expect((await alice.pages()).map((page) => page.id)).toContain(id);
    const stale = await refusalOf(
      command(id, 'elementHandle.textContent', { handle: (handle as { handle: string }).handle }),
    );
    expect(stale.details.code).toBe('handle-not-found');
  });

  it.each([20, 120])(
    'a freeze of %i seconds: nothing is lost, and what was sent meanwhile is answered',
    { timeout: 200_000 },
    async (seconds) => {
      await alice.open();
      const id = await logIn();
      const pid = await chromePid();
      process.kill(-pid, 'SIGSTOP');
      const sent = command(id, 'evaluate', { expression: 'window.secret' }, { timeoutMs: 180_000 });
      await until(async () => (await alice.look()).status === 'suspended', 'the state suspended');
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      process.kill(-pid, 'SIGCONT');
      expect(await sent).toMatchObject({ result: 42, generation: 1 });
      expect(await chromePid()).toBe(pid);
    },
  );

  it('a dialog that was open when the server was killed: it can still be answered, and blocks nobody', async () => {
    await alice.open();
    const other = await logIn();
    const { id } = await alice.newPage(`${site.url}/confirm`);
    await command(id, 'setDialogPolicy', { answer: 'hold' });
    await command(id, 'evaluate', {
      expression: "setTimeout(() => document.querySelector('button').click())",
    });
    await until(
      async () => (await alice.pages()).some(({ dialog }) => dialog?.message === 'Really?'),
      'the dialog',
    );

    await restart();
    expect(await secretOf(other)).toBe(42);
    expect((await alice.pages()).find((page) => page.id === id)?.dialog?.message).toBe('Really?');
    await command(id, 'dialog.accept');
    const answer = await command(id, 'textContent', { locator: '#answer' });
    expect(answer).toMatchObject({ result: 'yes', generation: 1 });
  });

  it('a stuck renderer: the other pages go on, also after a restart of the server', async () => {
    await alice.open();
    const good = await logIn();
    const { id: stuck } = await alice.newPage(`${site.url.replace('127.0.0.1', 'localhost')}/rows`);
    const renderer = await rendererOf(stuck);
    process.kill(renderer, 'SIGSTOP');
    try {
      expect(await secretOf(good)).toBe(42);
      await restart();
      expect(await secretOf(good)).toBe(42);
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

  it('SIGKILL of Chrome: tabs and log-in come back, and the reply says what was lost', {
    timeout: 60_000,
  }, async () => {
    await alice.open();
    const id = await logIn();
    const { id: second } = await alice.newPage(`${site.url}/rows`);
    // The saved state is at most ten seconds old.
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    process.kill(await chromePid(), 'SIGKILL');
    await until(async () => (await alice.look()).status === 'crashed', 'the state crashed');

    const reply = await command(id, 'textContent', { locator: 'h1' });
    expect(reply).toMatchObject({ result: 'Hello alice', generation: 2, page: { id } });
    expect(reply.reconnected?.lost).toEqual(expect.arrayContaining(['handles', 'page-state']));
    expect((await command(second, 'title')).result).toBe('Rows');
    expect(await secretOf(id)).toBeNull();
  });

  it('SIGKILL of Chrome that nobody has noticed yet: what only looks finds it up again', {
    timeout: 60_000,
  }, async () => {
    await alice.open();
    const id = await logIn();
    // The saved state is at most ten seconds old.
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    const kill = async () => {
      await command(id, 'title');
      process.kill(await chromePid(), 'SIGKILL');
    };
    await kill();
    expect((await alice.pages()).map((page) => page.id)).toContain(id);
    await kill();
    const reply = await command(id, 'textContent', { locator: 'h1' });
    expect(reply).toMatchObject({ result: 'Hello alice', generation: 3 });
  });

  it('its stop: a cookie of the last second is there after the next start', async () => {
    await alice.open();
    const id = await logIn();
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
    const id = await logIn();
    const pid = await chromePid();
    server.process.kill('SIGTERM');
    await until(() => server.process.exitCode !== null, 'the end of the server');
    server = await startChild({ dataFolder: server.dataFolder });
    expect(await secretOf(id)).toBe(42);
    expect(await chromePid()).toBe(pid);
  });

  it('fifty rounds of kill -9: no orphan Chrome, no orphan profile, no lost surface', {
    timeout: 400_000,
  }, async () => {
    await alice.open();
    await logIn();
    // The saved state is at most ten seconds old.
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    for (let round = 0; round < 50; round += 1) {
      // Every third round Chrome dies as well, every fifth both in the middle of a wake.
      if (round % 3 === 0) process.kill(await chromePid(), 'SIGKILL');
      const waking = round % 5 === 0 ? alice.open().catch(() => {}) : undefined;
      await restart();
      await waking;
      await alice.open();
    }
    const chromes = processesOf(server.dataFolder).filter(
      (line) => line.includes('/surfaces/alice/profile') && !line.includes('--type='),
    );
    expect(chromes).toHaveLength(1);
    expect(existsSync(join(server.dataFolder, 'surfaces', 'alice'))).toBe(true);
    const { id } = await alice.newPage(`${site.url}/account`);
    expect((await command(id, 'textContent', { locator: 'h1' })).result).toBe('Hello alice');
  });

  it('pages of a thousand rows: the reply to an action stays under one kilobyte', async () => {
    await alice.open();
    const { id } = await alice.newPage(`${site.url}/rows`);
    const reply = await command(id, 'click', { locator: '#go' });
    expect(JSON.stringify(reply).length).toBeLessThan(1024);
  });
});

/** The process that renders a page: the one whose CPU time grows when the page works. */
async function rendererOf(pageId: string): Promise<number> {
  const renderers = () =>
    processesOf(server.dataFolder)
      .filter((line) => line.includes('--type=renderer'))
      .map((line) => Number(line.split(' ')[0]));
  const before = new Map(renderers().map((pid) => [pid, ticksOf(pid)]));
  await command(pageId, 'evaluate', {
    expression: '(() => { const end = Date.now() + 500; while (Date.now() < end); })()',
  });
  const grown = renderers()
    .map((pid) => ({ pid, ticks: ticksOf(pid) - (before.get(pid) ?? 0) }))
    .sort((a, b) => b.ticks - a.ticks);
  const [busiest] = grown;
  if (!busiest) throw new Error('there is no renderer');
  return busiest.pid;
}

/** The CPU time that a process has used, in clock ticks: fields 14 and 15 of /proc/<pid>/stat, see proc(5). */
function ticksOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
