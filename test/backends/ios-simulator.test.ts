// iOS simulators on stand-ins for Xcode and safaridriver (test/fixtures/core-simulator.mjs, safaridriver.mjs): that sessions come
// quickly and go whole, and what is done about a machine that is not well.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, watch } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Builder, By, Capabilities, type WebDriver } from 'selenium-webdriver';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Backend, BackendSession } from '../../src/backends/backend.ts';
import { iosSimulator } from '../../src/backends/ios-simulator.ts';
import { shareHostLock, takeHostLockAlone } from '../../src/backends/support/shared-host-lock.ts';
import { Problem } from '../../src/errors.ts';
import { newId, type SessionId } from '../../src/ids.ts';
import { api, refusalOf } from '../e2e/api.ts';
import { createMac, type FakeMac } from '../fixtures/safaridriver.ts';
import { bakeSimulators, installXcrun, type StandInMac } from '../fixtures/xcrun.ts';
import type { State } from '../fixtures/xcrun-state.mjs';
import { processesOf, startInProcess, until } from '../server.ts';
import { testContext } from './context.ts';

const STARTER = join(import.meta.dirname, '..', 'fixtures', 'xcrun-starter.ts');

let xcode: StandInMac;
/** What it knows once a template is made. */
let baked: State;
let mac: FakeMac;
let folder: string;
let settings: Record<string, unknown>;
let backend: Backend;
let ids: SessionId[];

/** Baking takes longer than most tests do. */
beforeAll(async () => {
  xcode = installXcrun();
  await bakeSimulators({ xcrunPath: xcode.xcrunPath, webDriverAgentApp: xcode.webDriverAgentApp }, xcode);
  baked = xcode.state();
});

afterAll(async () => {
  xcode.remove();
  await until(() => processesOf(xcode.folder).length === 0, 'commands that hung have ended');
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moorage-simulators-'));
  xcode.change((state) => Object.assign(state, structuredClone(baked)));
  mac = await createMac({ simulators: xcode.stateFile });
  ids = [];
  settings = {
    xcrunPath: xcode.xcrunPath,
    safaridriverPath: mac.driverPath,
    webDriverAgentApp: xcode.webDriverAgentApp,
    capacity: 10,
  };
  backend = await createBackend();
});

afterEach(async () => {
  for (const id of ids) await backend.destroySession({ id });
  // Probes of the health may still be tidying up.
  await until(() => filesIn('locks').length === 0, 'locks are let go');
  expectNothingLeft();
  await mac.close();
  await rm(folder, { recursive: true });
});

describe('a session on an iOS simulator', { timeout: 120_000 }, () => {
  it('of Mobile Safari is driven by Selenium, which asks for Safari on iOS', async () => {
    mac.set({ engine: 'webkit' });
    const server = await startInProcess({ backends: { 'ios-simulator': settings } });
    try {
      const building = new Builder()
        .usingServer(`${server.url}/webdriver`)
        .withCapabilities(new Capabilities({ browserName: 'Safari', platformName: 'iOS' }))
        .build();
      const driver = (await building) as WebDriver; // it is a thenable of it
      await driver.get(
        'data:text/html,<title>Harbour</title><button onclick="this.textContent = 1">0</button>',
      );
      expect(await driver.getTitle()).toBe('Harbour');
      const button = await driver.findElement(By.css('button'));
      await button.click();
      expect(await button.getText()).toBe('1');
      expect(xcode.devices().map(({ state }) => state)).toEqual(['Shutdown', 'Booted']);
      const { data } = await read(fetch(`${server.url}/v1/devices`));
      expect(data).toMatchObject([
        { type: 'template', state: 'free', model: 'iPhone 16', osVersion: '18.4', needs: [] },
        { type: 'simulator', state: 'in-use', sessionId: (await driver.getSession()).getId() },
      ]);
      await driver.quit();
    } finally {
      await server.expectNothingLeft();
    }
  });

  it('of the whole phone drives its apps, and says that it has no pages', async () => {
    const { endpoint, handle, isNative, browserVersion } = await start('ios', {
      bundleId: 'com.apple.mobilesafari',
    });
    expect(isNative).toBe(true);
    // Its stream of the screen, which the whole network can have, is too small to show anything.
    const { pid } = handle.driver as { pid: number }; // as of any agent
    expect(readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')).toContain('MJPEG_SCALING_FACTOR=1');
    expect(browserVersion).toBe('18.4');
    const at = `${endpoint.url}/session/${endpoint.sessionId}`;
    const post = (path: string, body: object) =>
      read(fetch(`${at}${path}`, { method: 'POST', body: JSON.stringify(body) }));
    const field = await post('/element', { using: 'class name', value: 'XCUIElementTypeTextField' });
    await post(`/element/${field.value.ELEMENT}/value`, { value: ['https://moorage.example'] });
    const button = await post('/element', { using: 'accessibility id', value: 'Go' });
    await post(`/element/${button.value.ELEMENT}/click`, {});
    const { value } = await read(fetch(`${at}/source`));
    expect(value).toContain('Page of https://moorage.example');
    expect((await post('/execute/sync', { script: 'return 1', args: [] })).value.error).toBe(
      'unknown command',
    );
  });

  it('of the whole phone has no pages over HTTP either, and says what it is instead', async () => {
    const server = await startInProcess({ backends: { 'ios-simulator': settings } });
    try {
      const { create, call, destroy } = api(server);
      const session = await create({ browser: 'ios' });
      const { details } = await refusalOf(call('POST', `/v1/sessions/${session.id}/pages`, {}));
      expect(details).toMatchObject({ code: 'unsupported-operation', status: 422 });
      await destroy(session.id);
    } finally {
      await server.expectNothingLeft();
    }
  });

  it('comes from a template that somebody has booted: that is shut down first', async () => {
    xcode.change(({ devices }) => {
      for (const device of devices) device.state = 'Booted';
    });
    await start('ios');
    expect(template().state).toBe('Shutdown');
  });

  it('comes ten at a time, each with a simulator and ports of its own', async () => {
    const sessions = await Promise.all(
      Array.from({ length: 10 }, (_, index) => start(index % 2 === 0 ? 'ios' : 'mobile-safari')),
    );
    expect(new Set(sessions.map(({ endpoint }) => endpoint.url)).size).toBe(10);
    expect(new Set(sessions.map(({ handle }) => handle.udid)).size).toBe(10);
    expect(backend.devices?.().filter(({ state }) => state === 'in-use')).toHaveLength(10);
    expect((await refusal(start('ios'))).code).toBe('no-capacity');
    await Promise.all(ids.map((id) => backend.destroySession({ id })));
  });

  it('is booted on another clone when the first gets stuck', async () => {
    await recreate({ bootTimeout: 1500 });
    xcode.change((state) => {
      state.wedgedBoots = 1;
    });
    await start('ios');
    expect(xcode.devices()).toHaveLength(2);
  });

  it('is given up when a second boot gets stuck, and the backend is unhealthy until clones come again', async () => {
    await recreate({ bootTimeout: 1500 });
    xcode.change((state) => {
      state.wedgedBoots = 2;
    });
    const problem = await refusal(start('ios'));
    expect(problem.code).toBe('session-not-created');
    expect(problem.message).toMatch(/bootstatus .* did not end within 1500 ms/);
    expectNothingLeft();
    expect(await health()).toMatchObject({
      state: 'unhealthy',
      reason: expect.stringMatching(/CoreSimulator hangs.*killall/s),
    });
    await until(async () => (await health()).state !== 'unhealthy', 'a trial shows that it is well again');
    await start('ios');
  });

  it('is given up when CoreSimulator hangs, of which the health tells until a trial succeeds', async () => {
    await recreate({ commandTimeout: 2500 });
    xcode.change(({ faults }) => faults.push({ command: 'clone', times: 2, hangs: true }));
    const problems = await Promise.all([refusal(start('ios')), refusal(start('mobile-safari'))]);
    for (const { message } of problems) expect(message).toMatch(/simctl clone .* did not end within 2500 ms/);
    expect((await health()).state).toBe('unhealthy');
    await until(async () => (await health()).state !== 'unhealthy', 'a trial shows that it is well again');
  });

  it('that cannot be removed when it fails is removed when CoreSimulator answers again', async () => {
    await recreate({ commandTimeout: 2500, bootTimeout: 1500 });
    xcode.change((state) => {
      state.wedgedBoots = 1;
      state.faults.push({ command: 'shutdown', times: 1, hangs: true });
    });
    await refusal(start('ios'));
    expect(xcode.devices()).toHaveLength(2);
    await until(async () => (await health()) && xcode.devices().length === 1, 'it is removed');
  });

  it('does not drive the WebDriverAgent of somebody else that answers on its port', async () => {
    xcode.change((state) => {
      state.agentOf = 'ANOTHER';
    });
    const problem = await refusal(start('ios'));
    expect(problem.code).toBe('session-not-created');
    expect(problem.message).toMatch(/process \d+, which is not of simulator/);
  });

  it.each([
    ['never gets ready', { isNeverReady: true }, 3000, /not ready after 3000 ms/],
    ['is not allowed to drive', { isEnabled: false }, 60_000, /Allow Remote Automation/],
    ['is a page to sign in', { answersHtml: true }, 4000, /not ready after 4000 ms.*Sign in/s],
  ])('leaves nothing when safaridriver %s, and says so', async (_what, trouble, startTimeout, told) => {
    await recreate({ startTimeout });
    mac.set(trouble);
    const problem = await refusal(start('mobile-safari'));
    expect(problem.code).toBe('session-not-created');
    expect(problem.message).toMatch(told);
    expectNothingLeft();
  });

  it('gets WebDriverAgent where its clone has none', async () => {
    xcode.change(({ devices }) => {
      for (const device of devices) device.apps = [];
    });
    await start('ios');
  });

  it('is told of when its simulator is shut down by somebody else', async () => {
    const { handle, gone } = await start('mobile-safari');
    xcode.change(({ devices }) => {
      for (const device of devices) if (device.udid === handle.udid) device.state = 'Shutdown';
    });
    await health();
    expect(await gone).toMatchObject({ reason: 'backend-lost', detail: 'Its simulator was shut down.' });
  });

  it('is told of when its WebDriverAgent crashes', async () => {
    const { handle, gone } = await start('ios');
    process.kill(Number((handle.driver as { pid: number }).pid), 'SIGKILL'); // as our own handles are
    expect(await gone).toMatchObject({ reason: 'browser-crashed' });
  });

  it('does not pass on capabilities that have programs started or files written', async () => {
    const wishes = [
      ['ios', { environment: { DYLD_INSERT_LIBRARIES: '/tmp/evil.dylib' } }],
      ['ios', { arguments: ['-x'] }],
      ['mobile-safari', { 'safari:deviceUDID': 'ANOTHER' }],
      ['mobile-safari', { 'safari:diagnose': true }],
    ] as const;
    for (const [browser, capabilities] of wishes) {
      expect((await refusal(start(browser, capabilities))).code).toBe('invalid-argument');
    }
  });

  it('is undone when it is given up at the very last, while its lock passes to its driver', async () => {
    const id = newId('ses');
    const giveUp = new AbortController();
    mkdirSync(join(folder, 'locks'), { recursive: true });
    // A draft is written when the lock is taken, and another one to pass it on.
    const drafts = new Set<string>();
    const watcher = watch(join(folder, 'locks'), (_event, name) => {
      if (!name?.startsWith(`moorage-session-${id}.lock.`)) return;
      drafts.add(name);
      if (drafts.size === 2) giveUp.abort(new Error('given up'));
    });
    try {
      const request = { id, client: 'test', browser: 'mobile-safari', headless: true };
      await expect(backend.createSession(request, giveUp.signal)).rejects.toThrow('given up');
    } finally {
      watcher.close();
      await backend.destroySession({ id });
    }
    expectNothingLeft();
  });

  it('is not made on a disk that is nearly full', async () => {
    await recreate({ diskFloorPercent: 100 });
    expect((await refusal(start('ios'))).message).toMatch(/% of the disk is free, and simulators need 100 %/);
    expect(await health()).toMatchObject({
      state: 'unhealthy',
      reason: expect.stringContaining('delete unavailable'),
    });
  });
});

describe('the template of iOS simulators', { timeout: 120_000 }, () => {
  it('is made once, and anew on demand, which leaves one', async () => {
    const { udid, apps } = template();
    expect(apps).toEqual(['com.facebook.WebDriverAgentRunner.xctrunner']);
    expect(await bakeSimulators(settings, xcode)).toEqual([
      expect.stringMatching(/There is a template for iOS 18.4/),
    ]);
    expect(template().udid).toBe(udid);
    await bakeSimulators(settings, xcode, true);
    expect(template().udid).not.toBe(udid);
    await start('ios');
  });

  it('is asked for by name of the command where there is none', async () => {
    xcode.change(({ devices }) => devices.splice(0));
    await health();
    expect((await refusal(start('mobile-safari'))).message).toMatch(/no template.*`moorage ios bake`/);
    expect(backend.devices?.()).toMatchObject([
      { type: 'template', state: 'unusable', needs: [{ fix: expect.stringContaining('moorage ios bake') }] },
    ]);
    let isTold = false;
    backend.watch?.(() => {
      isTold = true;
    });
    await bakeSimulators(settings, xcode);
    expect((await health()).state).toBe('undetected');
    expect(isTold).toBe(true);
    await start('mobile-safari');
  });

  it('is stale after an upgrade of Xcode, until it is made again', async () => {
    xcode.change((state) => {
      state.xcode = { version: '16.4', build: '16F6' };
    });
    expect(await health()).toMatchObject({
      state: 'unhealthy',
      reason: expect.stringMatching(/made with another Xcode.*moorage ios bake/),
    });
    expect((await refusal(start('ios'))).message).toMatch(/moorage ios bake/);
    expect(backend.devices?.()).toMatchObject([{ type: 'template', state: 'unusable' }]);
    await bakeSimulators(settings, xcode);
    expect(xcode.devices()).toHaveLength(1);
    await health();
    await start('ios');
  });

  it('is that of one agent: servers without, or with another one, have their own', async () => {
    const { udid } = template();
    const { webDriverAgentApp: _, ...plain } = settings;
    await bakeSimulators(plain, xcode);
    await bakeSimulators({ ...settings, webDriverAgentApp: `${xcode.webDriverAgentApp}/.` }, xcode, true);
    expect(xcode.devices()).toHaveLength(3);
    expect(xcode.devices().map((device) => device.udid)).toContain(udid);
  });

  it('is not to be had where the agent is missing, and the health says which', async () => {
    await recreate({ webDriverAgentApp: '/nonexistent/Agent.app' });
    expect(await health()).toMatchObject({
      state: 'unhealthy',
      reason: expect.stringMatching(/cannot be read at \/nonexistent\/Agent.app.*webDriverAgentApp/),
    });
    await recreate({});
  });

  it('is replaced when nobody copies it any more', async () => {
    const { udid } = template();
    const copy = { id: 'a-session', purpose: 'a copy' };
    const share = await shareHostLock(join(folder, 'locks'), 'moorage-templates', copy);
    const baking = bakeHere(true);
    const templates = () => xcode.devices().filter(({ name }) => name.includes('template'));
    await until(() => templates().length === 2, 'the new one is whole', 60);
    expect(templates().map((device) => device.udid)).toContain(udid);
    if ('release' in share) await share.release();
    await baking;
    expect(templates()).toHaveLength(1);
    expect(template().udid).not.toBe(udid);
  });

  it('is waited for by sessions while old ones are deleted, and they are cloned from the new one', async () => {
    const deleting = { purpose: 'deleting', timeoutMs: 0, signal: AbortSignal.timeout(30_000) };
    const lock = await takeHostLockAlone(join(folder, 'locks'), 'moorage-templates', deleting);
    const starting = start('ios');
    // As soon as it copies, it would find none of this number.
    xcode.change(({ devices }) => {
      for (const device of devices) device.udid = 'NEW';
    });
    mkdirSync(join(xcode.folder, 'CoreSimulator', 'Devices', 'NEW'), { recursive: true });
    if ('release' in lock) await lock.release();
    await starting;
    expect(xcode.devices().map(({ state }) => state)).toEqual(['Shutdown', 'Booted']);
  });

  it('is said to be in the making while it is', async () => {
    xcode.change((state) => {
      state.devices.splice(0);
      state.wedgedBoots = 1;
    });
    const giveUp = new AbortController();
    const baking = bakeHere(false, giveUp.signal);
    await until(() => xcode.devices().some(({ state }) => state === 'Booting'), 'it boots');
    const refused = await refusal(start('ios'));
    expect(refused).toMatchObject({
      code: 'no-capacity',
      message: expect.stringContaining(`is being made by process ${process.pid}`),
    });
    expect((await health()).reason).toMatch(/is being made by process/);
    giveUp.abort(new Error('given up'));
    await expect(baking).rejects.toThrow('given up');
    expect(xcode.devices()).toEqual([]);
    expect((await health()).reason).toMatch(/no template.*moorage ios bake/);
  });

  it('leaves nothing behind when it cannot be made', async () => {
    xcode.change(({ devices, faults }) => {
      devices.splice(0);
      faults.push({ command: 'install', times: 1, says: 'No space left on device', exitCode: 1 });
    });
    await expect(bakeSimulators(settings, xcode)).rejects.toThrow(/No space left/);
    expect(xcode.devices()).toEqual([]);
    await bakeSimulators(settings, xcode);
  });

  it('is not to be had where there is no Xcode, and the health says how to get one', async () => {
    await recreate({ xcrunPath: '/nonexistent/xcrun' });
    expect(backend.status().offers).toEqual([]);
    expect(await health()).toMatchObject({
      state: 'unhealthy',
      reason: expect.stringContaining('Install Xcode'),
    });
    await recreate({});
  });
});

describe('a server on simulators that is killed', { timeout: 120_000 }, () => {
  it('leaves sessions that its next run takes over, and removes what was being made', async () => {
    const { web, native, unfinished } = await runAndKill();
    ids.push(web.id, native.id);
    expect(xcode.devices()).toHaveLength(4);
    const recovered = [
      await backend.recoverSession?.(web.handle),
      await backend.recoverSession?.(native.handle),
    ];
    await backend.reconcile?.(new Set([web.id, native.id]));

    expect(xcode.devices().map(({ name }) => name)).not.toContainEqual(expect.stringContaining(unfinished));
    expect(xcode.devices()).toHaveLength(3);
    for (const session of recovered) {
      if (!session || session === 'gone') throw new Error('it was not taken over');
      expect((await fetch(`${session.endpoint.url}/status`)).status).toBe(200);
    }
    expect(backend.status().active).toBe(2);
  });

  it('leaves nothing that another server does not remove, but for sessions that still run', async () => {
    const { web, native, unfinished } = await runAndKill();
    const other = await iosSimulator.create(settings, {
      ...testContext('ios-simulator', join(folder, 'other')),
      hostLocks: join(folder, 'locks'),
    });
    await other.reconcile?.(new Set());
    const names = xcode.devices().map(({ name }) => name);
    expect(names).toHaveLength(3);
    expect(names.join()).toMatch(new RegExp(`${web.id}|${native.id}`));
    expect(names.join()).not.toContain(unfinished);
    ids.push(web.id, native.id, unfinished);
  });
});

/** Starts a server with a session in each lane and one in the making, and kills it. */
async function runAndKill() {
  xcode.change((state) => {
    state.timeScale = 0.1; // so that there is something to interrupt
  });
  const child: ChildProcess = spawn(
    process.execPath,
    ['--import', 'tsx', STARTER, folder, JSON.stringify(settings)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  if (!child.stdout) throw new Error('it has no stdout');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  child.kill('SIGKILL');
  await once(child, 'exit');
  type Started = { id: SessionId; handle: BackendSession['handle'] };
  return JSON.parse(line) as { web: Started; native: Started; unfinished: SessionId }; // as the fixture writes it
}

/** In the folder of locks that the backend has as well. */
async function bakeHere(isAnew: boolean, signal = AbortSignal.timeout(60_000)): Promise<void> {
  const baking = { dataFolder: folder, hostLocks: join(folder, 'locks'), isAnew, report: () => {}, signal };
  await iosSimulator.bake?.(settings, baking);
}

async function createBackend(different: Record<string, unknown> = {}): Promise<Backend> {
  return iosSimulator.create({ ...settings, ...different }, testContext('ios-simulator', folder));
}

async function recreate(different: Record<string, unknown>): Promise<void> {
  backend = await createBackend(different);
}

function start(browser: string, capabilities?: Record<string, unknown>): Promise<BackendSession> {
  const id = newId('ses');
  ids.push(id);
  return backend.createSession(
    { id, client: 'test', browser, headless: true, ...(capabilities && { capabilities }) },
    AbortSignal.timeout(110_000),
  );
}

function health() {
  return backend.healthCheck(AbortSignal.timeout(30_000));
}

function template() {
  const [found, ...others] = xcode.devices().filter(({ name }) => name.includes('template'));
  if (!found || others.length > 0) throw new Error(`there are ${others.length + 1} templates`);
  return found;
}

async function refusal(work: Promise<unknown>): Promise<Problem> {
  const error = await work.catch((reason: unknown) => reason);
  if (error instanceof Problem) return error;
  throw new Error(`it was not refused but gave ${String(error)}`);
}

async function read(answer: Promise<Response>) {
  // biome-ignore lint/suspicious/noExplicitAny: what is answered differs by what is asked.
  return (await (await answer).json()) as any;
}

/** No clone, no WebDriverAgent, no folder, no lock; the fake Mac looks after its drivers by itself. */
function expectNothingLeft(): void {
  expect(backend.status().active).toBe(0);
  expect(xcode.devices().filter(({ name }) => !name.includes('template'))).toEqual([]);
  expect(processesOf(join(xcode.folder, 'CoreSimulator'))).toEqual([]);
  expect([...filesIn('sessions'), ...filesIn('locks')]).toEqual([]);
}

function filesIn(name: string): string[] {
  const path = join(folder, name);
  return existsSync(path) ? readdirSync(path) : [];
}
