// Chromes that fail, hang, die and are left behind; and those that wait warm.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Server as ProxyServer } from 'proxy-chain';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { Handle } from '../../src/backends/backend.ts';
import { chrome } from '../../src/backends/chrome.ts';
import { killGroup, spawnDetached } from '../../src/backends/support/process.ts';
import type { SessionId } from '../../src/ids.ts';
import { identify } from '../../src/process-identity.ts';
import { processesOf, until } from '../server.ts';
import { firstPage, type TestChromes, testChromes } from './chromes.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');
const SHELL = { browser: 'chrome-headless-shell' };

let chromes: TestChromes;

afterEach(async () => {
  await chromes.end();
});

describe('a Chrome that does not start', () => {
  it('is told of with the end of its log, and leaves nothing', async () => {
    chromes = await testChromes({ executablePath: join(FIXTURES, 'chrome-that-exits.sh') });
    const problem = await chromes.refusal({});
    expect(problem.code).toBe('session-not-created');
    expect(problem.message).toMatch(/ended with code 127 .*Install the library.*libmissing\.so/s);
    expect(await readdir(join(chromes.dataFolder, 'sessions'))).toEqual([]);
    expect(chromes.backend.status().active).toBe(0);
  });

  it('is ended with its children when it hangs before its port', async () => {
    chromes = await testChromes({
      executablePath: join(FIXTURES, 'chrome-that-hangs.sh'),
      startTimeout: 1000,
    });
    const problem = await chromes.refusal({});
    expect(problem.code).toBe('session-not-created');
    expect(problem.message).toMatch(/port within 1000 ms.*still starting/s);
    expect(processesOf(chromes.dataFolder)).toEqual([]);
  });

  it('makes room for the next ones', async () => {
    chromes = await testChromes({
      executablePath: join(FIXTURES, 'chrome-that-exits.sh'),
      launchConcurrency: 1,
      capacity: 1,
    });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect((await chromes.refusal({})).code).toBe('session-not-created');
    }
    await chromes.start(SHELL);
    expect((await chromes.refusal(SHELL)).code).toBe('no-capacity');
  });

  it('is refused while the disk has too little room', async () => {
    chromes = await testChromes({ diskFloor: Number.MAX_SAFE_INTEGER });
    const problem = await chromes.refusal({});
    expect(problem.code).toBe('no-capacity');
    expect(problem.message).toMatch(/Only \d+ MB are free/);
    const health = await chromes.backend.healthCheck(AbortSignal.timeout(10_000));
    expect(health).toMatchObject({ state: 'unhealthy', reason: expect.stringContaining('diskFloor') });
  });

  it('is unhealthy where there is none, and says how to get it', async () => {
    const settings = { executablePath: '/nonexistent/chrome', headlessShellPath: '/nonexistent/shell' };
    chromes = await testChromes(settings);
    expect(chromes.backend.status().offers).toEqual([]);
    const health = await chromes.backend.healthCheck(AbortSignal.timeout(10_000));
    expect(health).toMatchObject({
      state: 'unhealthy',
      reason: expect.stringContaining('/nonexistent/chrome'),
    });
    expect(await chrome.detect(settings)).toMatchObject({
      found: false,
      fix: expect.stringContaining('nstall'),
    });
    expect(await chrome.detect({})).toMatchObject({ found: true });
  });

  it('starts under a data folder with a long path', async () => {
    chromes = await testChromes();
    const dataFolder = join(chromes.dataFolder, 'x'.repeat(100), 'y'.repeat(100));
    const deep = await testChromes({}, { dataFolder });
    const session = await deep.start();
    expect(await firstPage(await deep.connect(session)).evaluate('1 + 1')).toBe(2);
    await deep.end();
  });
});

describe('a Chrome that ends', () => {
  it.each([
    ['is killed', 'browser-crashed', (pid: number) => void process.kill(pid, 'SIGKILL')],
    ['is asked to close', 'browser-closed', (pid: number) => void process.kill(pid, 'SIGINT')],
  ])('says so when it %s: %s', async (_, reason, end) => {
    chromes = await testChromes();
    const session = await chromes.start();
    end(Number(session.handle.pid));
    expect(await session.gone).toMatchObject({ reason });
    expect(await chromes.backend.recoverSession(session.handle)).toBe('gone');
  });

  it('says so when another server had started it', async () => {
    chromes = await testChromes();
    const [killed, closed] = [await chromes.start(), await chromes.start()];
    const next = await testChromes({}, { dataFolder: chromes.dataFolder });
    const [first, second] = [
      await next.backend.recoverSession(killed.handle),
      await next.backend.recoverSession(closed.handle),
    ];
    if (first === 'gone' || second === 'gone') throw new Error('a running browser was given up');
    process.kill(Number(killed.handle.pid), 'SIGKILL');
    process.kill(Number(closed.handle.pid), 'SIGINT');
    expect(await first.gone).toMatchObject({ reason: 'browser-crashed' });
    expect(await second.gone).toMatchObject({ reason: 'browser-closed' });
    for (const { id, handle } of [killed, closed]) await next.backend.destroySession({ id, handle });
  });
});

describe('a start that is given up', () => {
  it('waits for no turn, and ends what has begun', async () => {
    chromes = await testChromes({
      executablePath: join(FIXTURES, 'chrome-that-hangs.sh'),
      launchConcurrency: 1,
    });
    const giveUps = [new AbortController(), new AbortController()];
    const starts = giveUps.map(({ signal }) => chromes.start({}, signal));
    const outcomes = Promise.allSettled(starts);
    await until(() => processesOf(chromes.dataFolder).length > 0, 'the first to begin');
    giveUps[1]?.abort(new Error('second thoughts'));
    await expect(starts[1]).rejects.toThrow('second thoughts');
    expect(chromes.backend.status().active).toBe(1);
    giveUps[0]?.abort(new Error('never mind'));
    await expect(starts[0]).rejects.toThrow('never mind');
    await outcomes;
    expect(processesOf(chromes.dataFolder)).toEqual([]);
  });

  it('can be given up by the id of its session', async () => {
    chromes = await testChromes({ executablePath: join(FIXTURES, 'chrome-that-hangs.sh') });
    const id = 'ses_00000000000000000000';
    const starting = chromes.start({ id });
    const outcome = starting.catch((error: unknown) => error);
    await until(() => processesOf(chromes.dataFolder).length > 0, 'the start to begin');
    await chromes.backend.destroySession({ id });
    expect(await outcome).toMatchObject({ code: 'session-ended' });
    expect(processesOf(chromes.dataFolder)).toEqual([]);
  });
});

describe('warm browsers', () => {
  const isWarm = (count: number) => () =>
    chromes.backend.status().warm.chrome === count && chromes.backend.status().warming === 0;

  it('are handed out, counted for nothing before, and replaced', async () => {
    chromes = await testChromes({ warm: { chrome: 1, 'chrome-headless-shell': 1 } });
    expect(processesOf(chromes.dataFolder)).toEqual([]);
    await chromes.backend.reconcile(new Set());
    await until(isWarm(1), 'a warm browser');
    expect(chromes.backend.status()).toMatchObject({ active: 0, warm: { 'chrome-headless-shell': 1 } });

    const session = await chromes.start({ viewport: { width: 900, height: 650 } });
    expect(session.handle.folder).toMatch(/^warm-/);
    expect(chromes.backend.status().active).toBe(1);
    const browser = await chromes.connect(session);
    expect(browser.contexts()[0]?.pages()).toHaveLength(1);
    expect(await firstPage(browser).evaluate('[innerWidth, innerHeight].join()')).toBe('900,650');
    await until(isWarm(1), 'its successor');
  });

  it('do not serve wishes that only a start can grant', async () => {
    chromes = await testChromes({ warm: { chrome: 1 } });
    await chromes.backend.reconcile(new Set());
    await until(isWarm(1), 'a warm browser');
    const session = await chromes.start({ userAgent: 'Cold/1.0' });
    expect(session.handle.folder).toBe(session.id);
    expect(chromes.backend.status().warm.chrome).toBe(1);
  });

  it('are found by the session that got one, in a new process with the id alone', async () => {
    chromes = await testChromes({ warm: { chrome: 1 } });
    await chromes.backend.reconcile(new Set());
    await until(isWarm(1), 'a warm browser');
    const session = await chromes.start();
    const next = await testChromes({}, { dataFolder: chromes.dataFolder });
    await next.backend.destroySession({ id: session.id });
    expect(await session.gone).toBeDefined();
    expect(existsSync(join(chromes.dataFolder, 'sessions', String(session.handle.folder)))).toBe(false);
  });

  it('are not handed out dead', async () => {
    chromes = await testChromes({ warm: { chrome: 1 } });
    await chromes.backend.reconcile(new Set());
    await until(isWarm(1), 'a warm browser');
    const [line = ''] = processesOf(chromes.dataFolder).filter((text) => !text.includes('--type='));
    const pid = Number.parseInt(line, 10);
    process.kill(pid, 'SIGKILL');
    // A signal takes a moment to be a death, which no look before the hand-out could foresee.
    await until(async () => (await identify(pid)) === undefined, 'its death');
    const session = await chromes.start();
    expect(await firstPage(await chromes.connect(session)).evaluate('1 + 1')).toBe(2);
  });

  it('end in the middle of their start when the backend is closed', async () => {
    chromes = await testChromes({ warm: { chrome: 2 } });
    await chromes.backend.reconcile(new Set());
    await until(() => processesOf(chromes.dataFolder).length > 0, 'a start to begin');
    await chromes.backend.close();
    expect(processesOf(chromes.dataFolder)).toEqual([]);
  });
});

describe('after a server that was killed', () => {
  it('keeps what is kept, its way out included, and sweeps the rest: sessions, warm browsers, folders', async () => {
    const proxied: string[] = [];
    const proxy = new ProxyServer({
      host: '127.0.0.1',
      port: 0,
      prepareRequestFunction({ username, password, hostname }) {
        proxied.push(`${username}:${password}@${hostname}`);
        return { customResponseFunction: () => ({ statusCode: 200, body: 'answered by the proxy' }) };
      },
    });
    await proxy.listen();
    const dataFolder = await mkdtemp(join(tmpdir(), 'moorage-chrome-'));
    const { id, handle, orphanUrl } = await startAndKill(dataFolder, `http://127.0.0.1:${proxy.port}`);
    const sessions = join(dataFolder, 'sessions');
    expect(readdirSync(sessions)).toHaveLength(3);
    // What a crash leaves between the making of a folder and the start of its browser.
    await mkdir(join(sessions, 'ses_11111111111111111111', 'profile'), { recursive: true });

    chromes = await testChromes({}, { dataFolder });
    const session = await chromes.backend.recoverSession(handle);
    if (session === 'gone') throw new Error('a running browser was given up');
    await chromes.backend.reconcile(new Set([id]));
    expect(readdirSync(sessions)).toEqual([id]);
    await expect(opens(orphanUrl)).rejects.toThrow('ECONNREFUSED');

    const page = firstPage(await chromes.connect(session));
    await page.goto('http://somewhere.invalid/');
    expect(await page.textContent('body')).toBe('answered by the proxy');
    expect(proxied).toContain('u:p@somewhere.invalid');
    await chromes.backend.destroySession({ id, handle });
    await proxy.close(true);
  });

  it('ends a browser by the command line alone, where its folder is gone or was never stamped', async () => {
    chromes = await testChromes();
    const [unstamped, removed] = [await chromes.start(SHELL), await chromes.start(SHELL)];
    const sessions = join(chromes.dataFolder, 'sessions');
    await writeFile(join(sessions, unstamped.id, 'browser.json'), '{"half":');
    await rm(join(sessions, removed.id, 'browser.json'));
    const next = await testChromes({}, { dataFolder: chromes.dataFolder });
    await next.backend.reconcile(new Set());
    expect(processesOf(sessions)).toEqual([]);
    expect(await readdir(sessions)).toEqual([]);
  });

  it('lets a frozen browser be, and takes it over', async () => {
    chromes = await testChromes();
    const session = await chromes.start(SHELL);
    process.kill(Number(session.handle.pid), 'SIGSTOP');
    const next = await testChromes({}, { dataFolder: chromes.dataFolder });
    expect(await next.backend.recoverSession(session.handle)).toMatchObject({ endpoint: session.endpoint });
    process.kill(Number(session.handle.pid), 'SIGCONT');
    await next.backend.destroySession({ id: session.id });
  });

  it('gives a browser up whose way out somebody else has taken', async () => {
    chromes = await testChromes();
    const session = await chromes.start({ ...SHELL, proxy: { server: 'http://127.0.0.1:9' } });
    // The first backend still listens there.
    const next = await testChromes({}, { dataFolder: chromes.dataFolder });
    expect(await next.backend.recoverSession(session.handle)).toBe('gone');
  });
});

describe('processes', () => {
  it('are not ended when the pid has come to belong to somebody else', async () => {
    chromes = await testChromes();
    const folder = await mkdtemp(join(tmpdir(), 'moorage-process-'));
    const sleeper = await spawnDetached({
      command: '/bin/sleep',
      args: ['300'],
      env: {},
      cwd: folder,
      logFile: join(folder, 'log'),
    });
    await killGroup({ ...sleeper.identity, startTime: '1' });
    await killGroup({ ...sleeper.identity, bootId: 'another boot' });
    expect(processesOf('/bin/sleep 300').length).toBeGreaterThan(0);
    await killGroup(sleeper.identity);
    expect(await sleeper.exited).toEqual({ code: null, signal: 'SIGKILL' });
    await killGroup(sleeper.identity);
    await rm(folder, { recursive: true });
  });
});

interface Left {
  id: SessionId;
  handle: Handle;
  orphanUrl: string;
}

/** What a server of its own had started in `dataFolder` when it was killed. */
async function startAndKill(dataFolder: string, proxyServer: string): Promise<Left> {
  const starter = join(FIXTURES, 'chrome-starter.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', starter, dataFolder, proxyServer], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  child.kill('SIGKILL');
  await once(child, 'exit');
  return JSON.parse(line);
}

/** Resolves when a WebSocket at `url` opens. */
async function opens(url: string): Promise<void> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  socket.terminate();
}
