// Android emulators as a backend: many at a time, what dies or never comes up, who else is on the machine, the snapshot and
// how it is made. The emulator is a stand-in, adb is the real one, and Chrome in it a real Chromium where a page is driven.

import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as listenOn } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Moorage } from '@moorage/client';
import { chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { androidEmulator } from '../../src/backends/android-emulator.ts';
import type { Backend, BackendContext, BackendSession, SessionRequest } from '../../src/backends/backend.ts';
import { takeHostLock } from '../../src/backends/support/host-lock.ts';
import { Problem } from '../../src/errors.ts';
import { newId, type SessionId } from '../../src/ids.ts';
import { start as startCommand } from '../cli/run.ts';
import { ADB, type StandInAdb, startAdb } from '../fixtures/adbd.ts';
import { createAvd, EMULATOR, SNAPSHOT, type StandInAvd } from '../fixtures/emulator.ts';
import { processesOf, startChild, startInProcess, type TestServer, until } from '../server.ts';
import { testContext } from './context.ts';

/** Away from the ports that the adb servers of other tests look at. */
const FIRST_PORT = 6700;

let adb: StandInAdb;
let avd: StandInAvd;
let folder: string;
let settings: Record<string, unknown>;
const sessions: { backend: Backend; id: SessionId }[] = [];

beforeAll(async () => {
  adb = await startAdb();
});
afterAll(() => adb.close());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moorage-emulators-'));
  avd = await createAvd();
  await avd.set({}, { engine: 'light' });
  settings = {
    emulatorPath: EMULATOR,
    adbPath: ADB,
    adbServerPort: adb.port,
    avdFolder: avd.home,
    firstPort: FIRST_PORT,
    capacity: 20,
  };
});

afterEach(async () => {
  for (const { backend, id } of sessions.splice(0)) await backend.destroySession({ id });
  await expectNothingLeft();
  await avd.close();
  await rm(folder, { recursive: true, force: true });
});

describe('emulators', { timeout: 120_000 }, () => {
  it('start sixteen side by side, each on ports of its own', async () => {
    const backend = await create({ ...settings, firstPort: 5554 });
    const started = await Promise.all(Array.from({ length: 16 }, () => start(backend)));
    const ports = started.map(({ handle }) => Number(handle.port));
    expect(new Set(ports).size).toBe(16);
    expect(ports.every((port) => port % 2 === 0)).toBe(true);
    const serials = (await adb.run('devices')).match(/^emulator-\d+\tdevice$/gm) ?? [];
    for (const port of ports) expect(serials).toContain(`emulator-${port}\tdevice`);
    expect(new Set(started.map(({ endpoint }) => endpoint.url)).size).toBe(16);
    expect(backend.devices?.().map(({ type }) => type)).toEqual([
      'template',
      ...Array.from({ length: 16 }, () => 'emulator'),
    ]);
    await Promise.all(started.map(({ id }) => backend.destroySession({ id })));
    expect(await adb.run('forward', '--list')).not.toContain('moorage_emulator');
  });

  it('tries other ports when a stranger was faster, and leaves the stranger alone', async () => {
    const backend = await create();
    await avd.set({ takenPorts: [FIRST_PORT] });
    const stranger = listenOn();
    await new Promise<void>((resolve) => stranger.listen(FIRST_PORT + 3, '127.0.0.1', resolve));
    const { handle } = await start(backend);
    // More of them may be in use by whoever else is on this machine.
    expect(Number(handle.port)).toBeGreaterThanOrEqual(FIRST_PORT + 4);
    expect(stranger.listening).toBe(true);
    stranger.close();
  });

  it.each([
    ['offline', /adb calls it offline/],
    ['unauthorized', /it does not trust/],
    ['booting', /sys.boot_completed is ""/],
  ] as const)('fail after their time when they never boot and stay %s', async (wedgedWhile, why) => {
    // Only a snapshot of a phone that is still booting can get stuck there.
    const answers = { 'getprop sys.boot_completed': { stdout: '\n' } };
    await avd.set({ wedgedWhile, loadMs: 0 }, { answers });
    const fail = async (startTimeout: number) => refusal(start(await create({ ...settings, startTimeout })));
    const early = await fail(1000);
    // A busy machine has not come so far by then.
    const problem = why.test(early.message) ? early : await fail(15_000);
    expect(problem).toMatchObject({ code: 'session-not-created' });
    expect(problem.message).toMatch(/Android was not up after \d+ ms/);
    expect(problem.message).toMatch(why);
  });

  it('fail at once when they die while they boot, with the end of their log', async () => {
    await avd.set({ loadMs: 60_000, diesAfterMs: 100 });
    const problem = await refusal(start(await create()));
    expect(problem.message).toMatch(/the emulator ended with SIGABRT.*Android emulator version/s);
  });

  it('end their session when they die in the middle of it', async () => {
    const backend = await create();
    const { id, gone, handle } = await start(backend);
    process.kill(Number(handle.pid), 'SIGKILL');
    expect(await gone).toMatchObject({
      reason: 'browser-crashed',
      detail: expect.stringMatching(/emulator ended/),
    });
    expect(await backend.recoverSession?.(handle)).toBe('gone');
    await backend.destroySession({ id });
    expect(backend.status().active).toBe(0);
  });

  it('are ended by force when they do not obey', async () => {
    const backend = await create();
    const { id } = await start(backend);
    await avd.set({ isDeaf: true });
    await backend.destroySession({ id });
    await expectNothingLeft();
  });

  it('come back to adb when its server was started anew', async () => {
    const backend = await create();
    const { endpoint, gone } = await start(backend);
    let hasEnded = false;
    void gone?.then(() => {
      hasEnded = true;
    });
    await adb.run('kill-server');
    await until(async () => (await version(endpoint.url).catch(() => '')) !== '', 'its Chrome again', 30);
    expect(hasEnded).toBe(false);
  });

  it('are shared out between two servers of one machine, and swept by their own alone', async () => {
    const context = { hostLocks: join(folder, 'locks') };
    const [one, other] = await Promise.all([
      create(settings, { ...context, dataFolder: join(folder, 'one') }),
      create(settings, { ...context, dataFolder: join(folder, 'other') }),
    ]);
    const started = await Promise.all([one, other].map((backend) => start(backend)));
    expect(new Set(started.map(({ handle }) => handle.port)).size).toBe(2);
    const again = await create(settings, { ...context, dataFolder: join(folder, 'one') });
    await again.reconcile?.(new Set());
    const answers = await Promise.all(
      started.map(({ endpoint }) => version(endpoint.url).catch(() => 'gone')),
    );
    expect(answers.map((answer) => answer === 'gone')).toEqual([true, false]);
  });

  it('hold Chrome to the network policy, by whatever name it calls this machine', async () => {
    await avd.set({}, { engine: 'chromium' });
    const asked: string[] = [];
    const site = await serve('private', (host) => asked.push(host));
    const { port } = site.address() as AddressInfo; // it listens on TCP
    const network = { allowMetadata: false, allowPrivate: false };
    const { endpoint } = await start(await create(settings, { network }));
    const browser = await chromium.connectOverCDP(endpoint.url);
    // The last one is this machine for whatever is in an emulator, and goes around the emulator's own proxy.
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '10.0.2.2']) {
      // One for each: the error page of the one before may come so late that it interrupts.
      const page = await browser.contexts()[0]?.newPage();
      const seen = await page?.goto(`http://${host}:${port}/`).then(
        (response) => response?.status(),
        (error: Error) => error.message,
      );
      expect(String(seen), host).toMatch(/403|ERR_/); // no answer where a name leads there
    }
    const page = await browser.contexts()[0]?.newPage();
    const fetched = page?.evaluate((at) => fetch(at, { mode: 'no-cors' }), `http://10.0.2.2:${port}/`);
    await fetched?.catch(() => {});
    expect(asked).toEqual([]);
    await browser.close();
    site.close();
  });

  it.each([
    ['/nonexistent/emulator', /no Android emulator/],
    ['/bin/false', /no AVD; `avd` is to name one/],
    ['/usr/bin', /does not answer: .*EACCES/],
  ])('are not offered where there is only %s, and the health says so', async (emulatorPath, why) => {
    const backend = await create({ ...settings, emulatorPath });
    expect(backend.status().offers).toEqual([]);
    expect(backend.devices?.()).toEqual([]);
    const { state, reason } = await backend.healthCheck(AbortSignal.timeout(10_000));
    expect({ state, reason }).toEqual({ state: 'unhealthy', reason: expect.stringMatching(why) });
    expect((await refusal(start(backend))).message).toMatch(why);
    expect(await androidEmulator.detect({ ...settings, emulatorPath })).toMatchObject({ found: false });
  });

  it('refuse switches that would lead Chrome out of it', async () => {
    const backend = await create();
    const refused = await refusal(start(backend, { args: ['--remote-debugging-port=9222'] }));
    expect(refused.code).toBe('invalid-argument');
  });
});

describe('the snapshot of emulators', { timeout: 120_000 }, () => {
  it('is asked for where it is gone or stale, and made by bake', async () => {
    await avd.set({ version: '99.1' });
    const backend = await create();
    const stale = await refusal(start(backend));
    expect(stale.message).toMatch(/cannot be loaded: .*99\.1\. Make it: moorage android bake$/);
    expect(await backend.healthCheck(AbortSignal.timeout(10_000))).toMatchObject({ state: 'unhealthy' });
    expect(backend.devices?.()).toMatchObject([
      { id: avd.name, type: 'template', state: 'unusable', needs: [{ fix: 'moorage android bake' }] },
    ]);
    expect(await androidEmulator.detect(settings)).toMatchObject({
      found: false,
      fix: 'moorage android bake',
    });

    const steps = await bake();
    expect(steps.join('\n')).toMatch(/without a snapshot.*Chrome 1\d\d.* is ready.*Saving.*is ready\.$/s);
    let changes = 0;
    backend.watch?.(() => {
      changes += 1;
    });
    expect(await backend.healthCheck(AbortSignal.timeout(10_000))).toMatchObject({ state: 'undetected' });
    expect(changes).toBeGreaterThan(0);
    await start(backend);
  });

  it('is not made again unless it is told to', async () => {
    expect(await bake()).toEqual([expect.stringMatching(/is there and can be loaded/)]);
    expect((await bake({ isAnew: true })).length).toBeGreaterThan(2);
  });

  it('that turns out to be damaged is told of, and seen at the next look', async () => {
    await avd.set({ corruptSnapshot: SNAPSHOT });
    const backend = await create();
    const damaged = await refusal(start(backend));
    expect(damaged.message).toMatch(
      /ended with code 1.*moorage android bake --anew.*Failed to load snapshot/s,
    );
    expect((await refusal(start(backend))).message).toMatch(/cannot be loaded/);
  });

  it('is not made while its AVD runs, nor without acceleration, nor twice at a time', async () => {
    const backend = await create();
    const { id } = await start(backend);
    expect((await refusal(bake({ isAnew: true }))).message).toMatch(/emulator-\d+ runs Pixel_\w+\. Stop it/);
    await backend.destroySession({ id });

    await avd.set({ hasKvm: false });
    expect((await refusal(bake({ isAnew: true }))).message).toMatch(/\/dev\/kvm is not found/);
    await avd.set({ hasKvm: true });

    const lock = await takeHostLock(join(folder, 'locks'), `android-avd-${avd.name}`, 'a test');
    expect((await refusal(bake({ isAnew: true }))).message).toMatch(/being baked already/);
    expect((await refusal(start(backend))).code).toBe('no-capacity');
    if ('release' in lock) await lock.release();
  });

  it('is not made while a session starts, nor does one start while it is made', async () => {
    const backend = await create();
    await avd.set({ loadMs: 60_000 });
    const giveUp = new AbortController();
    const starting = refusalOfAny(start(backend, {}, giveUp.signal));
    await until(() => processesOf(avd.name).length > 0, 'the session starts its emulator', 30);
    const refused = await refusal(bake({ isAnew: true }));
    expect(refused.message).toMatch(/is in use: process \d+ is at the start of session ses_\w+ of backend/);
    giveUp.abort(new Error('given up'));
    await starting;

    await avd.set({ loadMs: 50, saveMs: 60_000 });
    const baking = new AbortController();
    let hasBegun = false;
    const report = () => {
      hasBegun = true;
    };
    const baked = refusalOfAny(bake({ isAnew: true, report, signal: baking.signal }));
    await until(() => hasBegun, 'it is baked', 30);
    const late = await refusal(start(backend));
    expect(late).toMatchObject({ code: 'no-capacity', message: expect.stringMatching(/is being baked by/) });
    baking.abort(new Error('given up'));
    await baked;
  });

  it('is made after a baking that was killed, whose emulator is ended', async () => {
    await avd.set({ saveMs: 60_000 });
    const config = join(folder, 'moorage.config.json');
    const backends = { 'android-emulator': settings };
    const whole = { dataFolder: folder, lockFolder: join(folder, 'locks'), backends };
    await writeFile(config, JSON.stringify(whole));
    const killed = startCommand(['android', 'bake', '--anew', '--config', config]);
    await until(() => killed.stderr.includes('Saving'), 'that it saves the snapshot', 60);
    killed.process.kill('SIGKILL');
    await killed.ended;
    expect(processesOf(avd.name)).not.toEqual([]);

    await avd.set({ saveMs: 0 });
    const dataFolder = join(folder, 'backends', 'android-emulator');
    const backend = await create(settings, { dataFolder });
    await backend.reconcile?.(new Set());
    expect(processesOf(avd.name)).toEqual([]);
    expect((await bake({ isAnew: true, dataFolder })).length).toBeGreaterThan(2);
  });

  it('leaves nothing of a baking that is given up at any moment of it', async () => {
    for (const moment of ['without a snapshot', 'Android is up', 'Saving']) {
      const giveUp = new AbortController();
      const report = (step: string) => {
        if (step.includes(moment)) giveUp.abort(new Error('given up'));
      };
      await expect(bake({ isAnew: true, report, signal: giveUp.signal })).rejects.toThrow('given up');
      await expectNothingLeft();
    }
  });
});

describe('a server with emulators', { timeout: 120_000 }, () => {
  beforeEach(() => avd.set({}, { engine: 'chromium' }));

  const servers: TestServer[] = [];
  const config = () => ({
    lockFolder: join(folder, 'locks'),
    network: { allowPrivate: true },
    backends: { emulators: { kind: 'android-emulator', ...settings } },
  });
  const mobile = { browser: 'mobile-chrome', keepAlive: true };

  afterEach(async () => {
    for (const server of servers.splice(0)) await server.expectNothingLeft();
  });

  it('gives their Chrome to Playwright and to page commands', async () => {
    const site = await serve('<title>Hi</title><button onclick="document.title = 42">Press</button>');
    const { port } = site.address() as AddressInfo; // it listens on TCP
    const server = await startInProcess(config());
    servers.push(server);
    const moorage = new Moorage({ url: server.url });
    const session = await moorage.sessions.create({ ...mobile, record: true });
    expect(session).toMatchObject({ status: 'ready', browser: 'mobile-chrome', backend: 'emulators' });

    const browser = await chromium.connectOverCDP(session.connectUrl ?? '');
    const page = await browser.contexts()[0]?.newPage();
    await page?.goto(`http://127.0.0.1:${port}/`);
    expect(await page?.title()).toBe('Hi');
    await expect(browser.newContext()).rejects.toThrow(/Failed to create browser context/);
    await browser.close();

    const opened = await session.newPage();
    await opened.goto(`http://127.0.0.1:${port}/`);
    await opened.click('text=Press');
    expect(await opened.title()).toBe('42');
    expect((await opened.screenshot()).length).toBeGreaterThan(1000);
    const recorded = async () => (await moorage.recordings.get(session.recordingId ?? '')).pages.length;
    await until(async () => (await recorded()) > 0, 'a recorded page');
    await session.destroy();
    site.close();
  });

  it('takes them over after it was killed, and ends those that died meanwhile', async () => {
    const server = await startChild(config());
    const moorage = new Moorage({ url: server.url });
    const made = await Promise.all([moorage.sessions.create(mobile), moorage.sessions.create(mobile)]);
    await server.kill();
    const [emulator = ''] = processesOf(`-avd ${avd.name}`);
    process.kill(Number(emulator.split(' ')[0]), 'SIGKILL');

    const next = await startChild({ dataFolder: server.dataFolder });
    servers.push(next);
    const { sessions } = new Moorage({ url: next.url });
    const found = await Promise.all(made.map(({ id }) => sessions.get(id)));
    expect(found.map(({ status }) => status).sort()).toEqual(['ended', 'ready']);
    const kept = found.find(({ status }) => status === 'ready');
    const browser = await chromium.connectOverCDP(kept?.connectUrl ?? '');
    expect(browser.version()).toMatch(/\d/);
    await browser.close();
    await kept?.destroy();
    expect(processesOf(avd.name)).toEqual([]);
  });
});

async function create(
  given: Record<string, unknown> = settings,
  different: Partial<BackendContext> = {},
): Promise<Backend> {
  const network = { allowMetadata: true, allowPrivate: true };
  return androidEmulator.create(given, testContext('android-emulator', folder, { network, ...different }));
}

async function start(
  backend: Backend,
  wishes: Partial<SessionRequest> = {},
  signal = AbortSignal.timeout(100_000),
): Promise<BackendSession & { id: SessionId }> {
  const id = newId('ses');
  sessions.push({ backend, id });
  const request = { id, client: 'test', browser: 'mobile-chrome', headless: true, ...wishes };
  return { ...(await backend.createSession(request, signal)), id };
}

async function bake(
  different: Partial<Parameters<NonNullable<typeof androidEmulator.bake>>[1]> = {},
): Promise<string[]> {
  const steps: string[] = [];
  await mkdir(folder, { recursive: true });
  await androidEmulator.bake?.(settings, {
    dataFolder: folder,
    hostLocks: join(folder, 'locks'),
    isAnew: false,
    report: (step) => steps.push(step),
    signal: AbortSignal.timeout(100_000),
    ...different,
  });
  return steps;
}

async function serve(html: string, onAsked: (host: string) => void = () => {}): Promise<Server> {
  const site = createServer(({ headers }, response) => {
    onAsked(String(headers.host));
    response.setHeader('content-type', 'text/html').end(html);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  return site;
}

async function refusal(attempt: Promise<unknown>): Promise<Problem> {
  const error = await attempt.then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Problem);
  return error as Problem; // seen right here
}

/** Of what was given up. */
async function refusalOfAny(attempt: Promise<unknown>): Promise<void> {
  await expect(attempt).rejects.toThrow('given up');
}

async function version(url: string): Promise<string> {
  const answer = await fetch(url.replace(/^ws(.*)\/devtools\/browser$/, 'http$1/json/version'));
  return ((await answer.json()) as { Browser: string }).Browser; // as Chrome answers
}

async function expectNothingLeft(): Promise<void> {
  expect(processesOf(folder)).toEqual([]);
  expect(processesOf(avd.name)).toEqual([]);
  for (const part of ['.', 'one', 'other']) {
    const root = join(folder, part, 'sessions');
    if (existsSync(root)) expect(readdirSync(root)).toEqual([]);
    expect(existsSync(join(folder, part, 'baking'))).toBe(false);
  }
  const locks = join(folder, 'locks');
  if (existsSync(locks)) expect(readdirSync(locks)).toEqual([]);
  await until(async () => !(await adb.run('devices')).includes('emulator-67'), 'that adb has forgotten them');
  expect(await adb.run('forward', '--list')).not.toContain('moorage_emulator');
}
