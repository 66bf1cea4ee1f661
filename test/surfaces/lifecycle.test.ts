// What the Chrome of a surface goes through: launches, takeovers, stops, crashes. The contract suite of backends cannot run
// over this one: its sessions are named, and folders and browsers outlive them on purpose. What it claims of any backend
// is claimed here in the words of surfaces.

import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Site, startSite } from '../../examples/site.mjs';
import { newId } from '../../src/ids.ts';
import { readSavedState } from '../../src/surfaces/keeper.ts';
import { processesOf, until } from '../server.ts';
import { pageAt, pagesOf, type RunningSurface, type TestSurfaces, targetIdOf, testSurfaces } from './rig.ts';

let site: Site;
let surfaces: TestSurfaces;

beforeAll(async () => {
  site = await startSite();
});

afterAll(() => site.close());

beforeEach(async () => {
  surfaces = await testSurfaces();
});

afterEach(() => surfaces.end());

async function openPages(session: RunningSurface, ...paths: string[]): Promise<string[]> {
  const browser = await surfaces.connect(session);
  const ids: string[] = [];
  for (const path of paths) {
    const page = await browser.contexts()[0]?.newPage();
    if (!page) throw new Error('there is no context');
    await page.goto(site.url + path);
    ids.push(await targetIdOf(page));
  }
  return ids;
}

async function logIn(session: RunningSurface): Promise<string> {
  const [id = ''] = await openPages(session, '/login');
  const page = await pageAt(await surfaces.connect(session), `${site.url}/login`);
  await page.getByLabel('Name').fill('alice');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL('**/account');
  return id;
}

describe('a launch', () => {
  it('has generation 1, nothing lost, and a stamp that only its owner reads', async () => {
    const { memory, pid, endpoint } = await surfaces.wake('alice');
    expect(memory).toMatchObject({ generation: 1, losses: [] });
    const { process, address, ...stamp } = (await surfaces.folder('alice').readStamp()) ?? {};
    expect(stamp).toMatchObject({
      name: 'alice',
      generation: 1,
      isUp: true,
      keeper: { pid: expect.any(Number) },
    });
    expect(process?.pid).toBe(pid);
    expect(endpoint.url).toBe(`ws://127.0.0.1:${address?.port}${address?.wsPath}`);
    expect(await surfaces.backend.look(surfaces.record('alice'))).toEqual({
      status: 'running',
      pid,
      pages: 1,
    });
  });
});

describe('a stop', () => {
  it('keeps a cookie that was written right before it, and the next launch has the tabs', async () => {
    const session = await surfaces.wake('alice');
    const id = await logIn(session);
    const [rows = ''] = await openPages(session, '/rows');
    const page = await pageAt(await surfaces.connect(session), `${site.url}/account`);
    await page.evaluate("document.cookie = 'late=1; Max-Age=3600'; sessionStorage.kept = 'yes'");
    await surfaces.backend.destroySession(session);
    expect(processesOf(surfaces.root)).toEqual([]);
    expect(await surfaces.backend.look(surfaces.record('alice'))).toEqual({ status: 'stopped' });

    const again = await surfaces.wake('alice');
    expect(again.memory).toMatchObject({ generation: 2, losses: ['page-state'] });
    const browser = await surfaces.connect(again);
    const restored = await pageAt(browser, `${site.url}/account`);
    expect(await restored.evaluate('document.cookie')).toContain('late=1');
    expect(await restored.evaluate('sessionStorage.kept')).toBe('yes');
    expect(await restored.textContent('h1')).toBe('Hello alice');
    expect(again.memory.successors.get(id)).toBe(await targetIdOf(restored));
    const other = await pageAt(browser, `${site.url}/rows`);
    expect(again.memory.successors.get(rows)).toBe(await targetIdOf(other));
    expect(await other.title()).toBe('Rows');
  });

  it('is done by the handle in a new process, once and for all', async () => {
    const { id, handle, pid } = await surfaces.wake('alice');
    await surfaces.restart();
    await surfaces.backend.destroySession({ id, handle });
    await surfaces.backend.destroySession({ id, handle });
    expect(processesOf(surfaces.root)).toEqual([]);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('by the id alone ends a launch that was cut off, and leaves a Chrome that was up to the next use', async () => {
    const { id, pid } = await surfaces.wake('alice');
    await surfaces.restart();
    await surfaces.backend.destroySession({ id });
    expect(await surfaces.backend.look(surfaces.record('alice'))).toMatchObject({ status: 'running', pid });
    const stamp = await surfaces.folder('alice').readStamp();
    if (stamp) await surfaces.folder('alice').writeStamp({ ...stamp, isUp: false });
    await surfaces.backend.destroySession({ id });
    expect(processesOf(surfaces.root)).toEqual([]);
  });

  it('ends a frozen Chrome too, with its cookies', async () => {
    const session = await surfaces.wake('alice');
    await logIn(session);
    process.kill(-session.pid, 'SIGSTOP');
    await surfaces.backend.destroySession(session);
    expect(processesOf(surfaces.root)).toEqual([]);
    const browser = await surfaces.connect(await surfaces.wake('alice'));
    expect(await (await pageAt(browser, `${site.url}/account`)).textContent('h1')).toBe('Hello alice');
  });
});

describe('a crash', () => {
  it('brings tabs, log-in and session storage back, says what was lost, and keeps the ids over generations', async () => {
    let session = await surfaces.wake('alice');
    const id = await logIn(session);
    const [rows = ''] = await openPages(session, '/rows');
    const page = await pageAt(await surfaces.connect(session), `${site.url}/account`);
    await page.evaluate("sessionStorage.kept = 'yes'");

    for (const generation of [2, 3]) {
      await until(async () => {
        const state = await readSavedState(surfaces.folder('alice').path);
        const isThere = (path: string) => state?.tabs.some(({ url }) => url === site.url + path);
        const storage = state?.tabs.find(({ url }) => url.endsWith('/account'))?.sessionStorage;
        return isThere('/account') && isThere('/rows') && storage?.kept === 'yes';
      }, 'the saved state');
      process.kill(session.pid, 'SIGKILL');
      expect(await session.gone).toMatchObject({ reason: 'browser-crashed' });
      await surfaces.untilIn('alice', 'crashed');
      await surfaces.backend.destroySession(session);

      session = await surfaces.wake('alice');
      expect(session.memory.generation).toBe(generation);
      expect([...session.memory.losses].sort()).toEqual(['page-state', 'recent-storage']);
      const browser = await surfaces.connect(session);
      const restored = await pageAt(browser, `${site.url}/account`);
      expect(await restored.textContent('h1')).toBe('Hello alice');
      expect(await restored.evaluate('sessionStorage.kept')).toBe('yes');
      expect(session.memory.successors.get(id)).toBe(await targetIdOf(restored));
      const other = await pageAt(browser, `${site.url}/rows`);
      expect(session.memory.successors.get(rows)).toBe(await targetIdOf(other));
    }
  });

  it('is also a SIGTERM from outside, though Chrome calls that a normal end: the log-in is not lost', async () => {
    const session = await surfaces.wake('alice');
    await logIn(session);
    await until(async () => {
      const state = await readSavedState(surfaces.folder('alice').path);
      return state?.cookies.length === 1 && state.tabs.some(({ url }) => url === `${site.url}/account`);
    }, 'the saved state');
    process.kill(session.pid, 'SIGTERM');
    await session.gone;
    await surfaces.backend.destroySession(session);
    const again = await surfaces.wake('alice');
    expect(again.memory.losses).toContain('recent-storage');
    const page = await pageAt(await surfaces.connect(again), `${site.url}/account`);
    expect(await page.textContent('h1')).toBe('Hello alice');
  });

  it('between two servers is found by the next use', async () => {
    const session = await surfaces.wake('alice');
    await openPages(session, '/rows');
    await surfaces.restart();
    process.kill(session.pid, 'SIGKILL');
    await until(async () => (await surfaces.backend.recoverSession(session.handle)) === 'gone', 'its end');
    await surfaces.backend.destroySession(session);
    expect((await surfaces.wake('alice')).memory.generation).toBe(2);
  });
});

describe('a restart of the server', () => {
  it('takes a running Chrome over: same process, nothing lost, journal kept', async () => {
    const session = await surfaces.wake('alice');
    const browser = await surfaces.connect(session);
    await pagesOf(browser)[0]?.evaluate('window.secret = 42');
    await session.memory.writeJournal([{ action: 'context.setOffline' }]);
    await surfaces.restart();

    const adopted = await surfaces.backend.recoverSession(session.handle);
    if (adopted === 'gone') throw new Error('it was gone');
    expect(adopted.endpoint).toEqual(session.endpoint);
    expect(adopted.memory).toMatchObject({ generation: 1, losses: [] });
    expect(await adopted.memory?.readJournal()).toEqual([{ action: 'context.setOffline' }]);
    const again = await surfaces.connect(adopted);
    expect(await pagesOf(again)[0]?.evaluate('window.secret')).toBe(42);
    expect(surfaces.backend.status().active).toBe(1);
    await surfaces.backend.destroySession({ id: session.id, handle: adopted.handle });
    expect(await adopted.gone).toMatchObject({ reason: 'browser-closed' });
  });

  it('notices the end of a Chrome that it took over', async () => {
    const session = await surfaces.wake('alice');
    await surfaces.restart();
    const adopted = await surfaces.wake('alice');
    expect(adopted.memory.generation).toBe(1);
    process.kill(session.pid, 'SIGKILL');
    expect(await adopted.gone).toMatchObject({ reason: 'browser-crashed' });
  });

  it('gives a Chrome whose keeper was killed a new one', async () => {
    await surfaces.wake('alice');
    const keeper = (await surfaces.folder('alice').readStamp())?.keeper;
    process.kill(keeper?.pid ?? 0, 'SIGKILL');
    await until(async () => {
      const now = (await surfaces.folder('alice').readStamp())?.keeper;
      return now && now.pid !== keeper?.pid;
    }, 'another keeper');
  });

  it('takes over what a server that was killed in the middle of a launch had started', async () => {
    const session = await surfaces.wake('alice');
    // As it stands between the start of the process and the note of it.
    const { process: _, address: __, ...stamp } = (await surfaces.folder('alice').readStamp()) ?? {};
    const file = join(surfaces.folder('alice').path, 'surface.json');
    await surfaces.restart();
    await writeFile(file, JSON.stringify({ ...stamp, isUp: false }));
    surfaces.record('alice', { generation: 0 });
    const again = await surfaces.wake('alice');
    expect(again.pid).toBe(session.pid);
    expect(again.memory).toMatchObject({ generation: 1, losses: [] });
    expect(surfaces.record('alice').generation).toBe(1);
  });
});

describe('a surface that nobody knows', () => {
  it('is ended at the start, and one that is known is not', async () => {
    const known = await surfaces.wake('alice');
    const unknown = await surfaces.wake('bob');
    surfaces.record('bob').client = 'somebody else';
    await surfaces.restart();
    await surfaces.backend.reconcile();
    expect(() => process.kill(unknown.pid, 0)).toThrow('ESRCH');
    expect(process.kill(known.pid, 0)).toBe(true);
  });
});

describe('what is refused', () => {
  it('is a second session on a surface that has one', async () => {
    await surfaces.wake('alice');
    expect(await surfaces.refusal('alice')).toMatchObject({ code: 'surface-locked' });
  });

  it('is a window without a display', async () => {
    const refusal = await surfaces.refusal('alice', { headless: false });
    expect(refusal).toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('no display'),
    });
  });

  it('is a surface that is not there', async () => {
    const request = {
      id: newId('ses'),
      client: 'test',
      browser: 'chrome',
      headless: true,
      surface: 'nobody',
    };
    await expect(surfaces.backend.createSession(request, AbortSignal.timeout(1000))).rejects.toMatchObject({
      code: 'surface-not-found',
    });
  });
});

it('writes what it stores for nobody else to read', async () => {
  await surfaces.wake('alice');
  const { path } = surfaces.folder('alice');
  for (const name of ['surface.json', 'state.json']) {
    const file = join(path, name);
    await until(async () => (await readFile(file).catch(() => undefined)) !== undefined, name);
    expect((await stat(file)).mode & 0o077).toBe(0);
  }
});
