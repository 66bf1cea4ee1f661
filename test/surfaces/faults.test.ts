// What goes wrong around the Chrome of a surface: it is frozen, its profile is another's, its network is held back, its
// disk is full; and Chromes that somebody else started.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readlink, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Site, startSite } from '../../examples/site.mjs';
import { chromeArguments } from '../../src/backends/support/chrome-flags.ts';
import { readAddress } from '../../src/backends/support/chrome-process.ts';
import { findChrome } from '../../src/backends/support/find-chrome.ts';
import { identify } from '../../src/process-identity.ts';
import { PUBLIC_ONLY } from '../backends/chromes.ts';
import { processesOf, until } from '../server.ts';
import { pageAt, pagesOf, type TestSurfaces, testSurfaces } from './rig.ts';

let site: Site;
let surfaces: TestSurfaces;

beforeAll(async () => {
  site = await startSite();
});

afterAll(() => site.close());

/** Those that a test started as a person would. */
const owns: ChildProcess[] = [];
const profiles: string[] = [];

afterEach(async () => {
  for (const own of owns.splice(0)) await endOwn(own);
  await surfaces.end();
  for (const profile of profiles.splice(0)) {
    await rm(profile, { recursive: true, maxRetries: 20, retryDelay: 25 });
  }
});

describe('a frozen Chrome', () => {
  // Twenty seconds and two minutes of it, through the whole server: test/e2e/surfaces-long.test.ts.
  it('is waited for: nothing is lost and nothing is launched', {
    timeout: 120_000,
  }, async () => {
    surfaces = await testSurfaces();
    const session = await surfaces.wake('alice');
    const page = pagesOf(await surfaces.connect(session))[0];
    await page?.evaluate('window.secret = 42');
    process.kill(-session.pid, 'SIGSTOP');
    const sent = page?.evaluate('window.secret');
    await surfaces.untilIn('alice', 'suspended');

    // A server that starts meanwhile takes it over as it is, and so does the next use.
    await surfaces.restart();
    const recovered = await surfaces.backend.recoverSession(session.handle);
    expect(recovered).toMatchObject({ memory: { generation: 1, losses: [] } });
    await new Promise((resolve) => setTimeout(resolve, 5000));
    expect(await surfaces.backend.look(surfaces.record('alice'))).toEqual({
      status: 'suspended',
      pid: session.pid,
    });
    process.kill(-session.pid, 'SIGCONT');
    expect(await sent).toBe(42);
    await surfaces.untilIn('alice', 'running');
    expect(surfaces.record('alice').generation).toBe(1);
    expect((await surfaces.folder('alice').readStamp())?.process?.pid).toBe(session.pid);
  });
});

describe('the lock of a profile', () => {
  const lockOf = (name: string) => join(surfaces.folder(name).profile, 'SingletonLock');

  it('that a killed Chrome of this host left is no matter', async () => {
    surfaces = await testSurfaces();
    const session = await surfaces.wake('alice');
    process.kill(session.pid, 'SIGKILL');
    await session.gone;
    expect(await readlink(lockOf('alice'))).toBe(`${hostname()}-${session.pid}`);
    await surfaces.backend.destroySession(session);
    expect((await surfaces.wake('alice')).memory.generation).toBe(2);
  });

  it('that another host holds is refused, naming it, until the operator says otherwise', async () => {
    surfaces = await testSurfaces();
    await surfaces.folder('alice').create();
    await symlink('elsewhere-812', lockOf('alice'));
    expect(await surfaces.refusal('alice')).toMatchObject({
      code: 'surface-locked',
      message: expect.stringMatching(/Chrome 812 on host elsewhere.*foreignLocks/),
    });
    expect(processesOf(surfaces.root)).toEqual([]);
    await surfaces.end();

    surfaces = await testSurfaces({ foreignLocks: 'remove' });
    await surfaces.folder('alice').create();
    await symlink('elsewhere-812', lockOf('alice'));
    expect((await surfaces.wake('alice')).memory.generation).toBe(1);
  });

  it('of a Chrome that a person started on it is respected', async () => {
    surfaces = await testSurfaces();
    await surfaces.folder('alice').create();
    const own = await startOwn(surfaces.folder('alice').profile);
    expect(await surfaces.refusal('alice')).toMatchObject({
      code: 'surface-locked',
      message: expect.stringContaining(`Chrome ${own.pid}`),
    });
  });
});

describe('a surface that may only reach public addresses', () => {
  it('is held to it by the next server too, on the port that its Chrome knows', async () => {
    surfaces = await testSurfaces({}, { network: PUBLIC_ONLY });
    const session = await surfaces.wake('alice');
    const { egress } = (await surfaces.folder('alice').readStamp()) ?? { egress: undefined };
    await surfaces.restart();
    const adopted = await surfaces.wake('alice');
    expect(adopted.pid).toBe(session.pid);
    const page = pagesOf(await surfaces.connect(adopted))[0];
    const response = await page?.goto(site.url);
    expect(response?.status()).toBe(403);
    await expect(fetch(`http://127.0.0.1:${egress?.port}/`)).resolves.toBeDefined();
  });

  it('goes without a network while another program has that port, and is not launched again', async () => {
    surfaces = await testSurfaces({}, { network: PUBLIC_ONLY });
    const session = await surfaces.wake('alice');
    const port = (await surfaces.folder('alice').readStamp())?.egress?.port;
    await surfaces.backend.close();
    const squatter = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
    await once(squatter, 'listening');
    await surfaces.restart();
    const adopted = await surfaces.wake('alice');
    expect(adopted.pid).toBe(session.pid);
    const page = pagesOf(await surfaces.connect(adopted))[0];
    await expect(page?.goto(site.url)).rejects.toThrow(/ERR_/);
    squatter.close();
    await until(async () => (await page?.goto(site.url).catch(() => null))?.status() === 403, 'its egress');
  });
});

describe('what stands in the way of a launch', () => {
  it('is a disk that is nearly full', async () => {
    surfaces = await testSurfaces({ diskFloor: 2 ** 50 });
    expect(await surfaces.refusal('alice')).toMatchObject({ code: 'no-capacity', retryAfterSeconds: 30 });
    const health = await surfaces.backend.healthCheck(AbortSignal.timeout(10_000));
    expect(health).toMatchObject({ state: 'unhealthy', reason: expect.stringContaining('diskFloor') });
  });

  it('is a program that is no Chrome, which leaves nothing but the end of its log', async () => {
    surfaces = await testSurfaces({
      executablePath: join(import.meta.dirname, '..', 'fixtures', 'chrome-that-exits.sh'),
    });
    expect(await surfaces.refusal('alice')).toMatchObject({ code: 'session-not-created' });
    expect(processesOf(surfaces.root)).toEqual([]);
  });

  it('is given up when nobody waits for it any more, at any moment, and the next one succeeds', async () => {
    surfaces = await testSurfaces();
    surfaces.record('alice');
    for (const afterMs of [0, 50, 150, 300, 600, 900]) {
      const request = {
        id: 'ses_x' as const,
        client: 'test',
        browser: 'chrome',
        headless: true,
        surface: 'alice',
      };
      const outcome = await surfaces.backend
        .createSession(request, AbortSignal.timeout(afterMs))
        .catch(() => undefined);
      if (outcome) await surfaces.backend.destroySession(request);
      expect(processesOf(surfaces.root)).toEqual([]);
      expect(surfaces.backend.status().active).toBe(0);
    }
    expect(await pagesOf(await surfaces.connect(await surfaces.wake('alice')))).toHaveLength(1);
  });
});

it('a window opens on the display of the settings', async () => {
  const screen = spawn('Xvfb', ['-displayfd', '1', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  owns.push(screen);
  const [display] = await once(screen.stdout, 'data');
  surfaces = await testSurfaces({ display: `:${String(display).trim()}` });
  const session = await surfaces.wake('alice', { headless: false });
  const page = pagesOf(await surfaces.connect(session))[0];
  expect(await page?.evaluate('navigator.userAgent')).not.toContain('Headless');
  expect(await page?.evaluate('outerWidth > 0')).toBe(true);
});

describe('a Chrome that somebody else started', () => {
  let profile: string;
  let own: ChildProcess;

  const start = async () => {
    surfaces = await testSurfaces();
    profile = await mkdtemp(join(tmpdir(), 'moorage-own-'));
    profiles.push(profile);
    own = await startOwn(profile);
  };
  const portOf = () => {
    const address = readAddress({ profile });
    if (!address) throw new Error('it has no port');
    return address.port;
  };

  it.each(['port', 'profile'])('is attached by its %s, and let go of, never stopped', async (way) => {
    await start();
    surfaces.record('mine', { attached: way === 'port' ? { port: portOf() } : { profile } });
    const session = await surfaces.wake('mine');
    expect(session.memory).toMatchObject({ generation: 1, losses: [] });
    expect(await surfaces.backend.look(surfaces.record('mine'))).toMatchObject({
      status: 'running',
      pages: 1,
    });
    await pagesOf(await surfaces.connect(session))[0]?.evaluate('window.secret = 42');

    await surfaces.restart();
    const adopted = await surfaces.backend.recoverSession(session.handle);
    if (adopted === 'gone') throw new Error('it was gone');
    expect(adopted.memory).toMatchObject({ generation: 1, losses: [] });
    await surfaces.backend.destroySession(session);
    expect(await adopted.gone).toMatchObject({ reason: 'browser-closed' });
    expect(await surfaces.backend.look(surfaces.record('mine'))).toEqual({ status: 'stopped' });
    const again = await surfaces.wake('mine');
    expect(again.memory.generation).toBe(1);
    expect(await pagesOf(await surfaces.connect(again))[0]?.evaluate('window.secret')).toBe(42);
  });

  it('is not stopped either by a server that knows nothing of it but the handle, or that lost its surface', async () => {
    await start();
    surfaces.record('mine', { attached: { port: portOf() } });
    const { id, handle } = await surfaces.wake('mine');
    await surfaces.restart();
    await surfaces.backend.destroySession({ id, handle });
    surfaces.record('mine').client = 'somebody else';
    await surfaces.restart();
    await surfaces.backend.reconcile();
    expect(own.exitCode ?? own.signalCode).toBeNull();
    expect((await fetch(`http://127.0.0.1:${portOf()}/json/version`)).ok).toBe(true);
  });

  it('is found anew when its owner starts it again, and that is another generation', async () => {
    await start();
    surfaces.record('mine', { attached: { profile } });
    const session = await surfaces.wake('mine');
    await endOwn(own);
    expect(await session.gone).toMatchObject({ reason: 'browser-closed' });
    await surfaces.backend.destroySession(session);
    expect(await surfaces.refusal('mine')).toMatchObject({ code: 'backend-unavailable' });

    own = await startOwn(profile);
    const again = await surfaces.wake('mine');
    expect(again.memory).toMatchObject({ generation: 2, losses: ['page-state', 'pages'] });
    await pageAt(await surfaces.connect(again), 'about:blank');
  });
});

/** A Chrome with a DevTools port, as a person would start one. */
async function startOwn(profile: string): Promise<ChildProcess> {
  const chrome = await findChrome('chrome', undefined);
  if (typeof chrome === 'string') throw new Error(chrome);
  await rm(join(profile, 'DevToolsActivePort'), { force: true });
  const start = {
    isShell: false,
    headless: true,
    windowFor: undefined,
    userAgent: undefined,
    locale: undefined,
  };
  const noSandbox = process.getuid?.() === 0;
  const args = chromeArguments({ ...start, noSandbox, networkFlags: [], args: [] }, profile);
  const child = spawn(chrome.path, args, {
    stdio: 'ignore',
    detached: true,
    env: { ...process.env, HOME: profile },
  });
  owns.push(child);
  await until(() => readAddress({ profile }), 'its port');
  return child;
}

async function endOwn(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  await exited;
  await until(async () => (await identify(child.pid ?? 0)) === undefined, 'its end');
}
