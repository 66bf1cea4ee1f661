// Android phones: stand-ins whose adbd the real adb talks to (test/fixtures/adbd.ts), whose Chrome is a real Chromium where it
// matters what that does, and else one that starts at once.
// What becomes of sessions when phones are unplugged, locked, hot, silent or wanted by two servers at once.

import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Site, startSite } from '../../examples/site.mjs';
import { androidDevice } from '../../src/backends/android-device.ts';
import type { Backend, BackendSession, Device, SessionRequest } from '../../src/backends/backend.ts';
import { Adb } from '../../src/backends/support/adb.ts';
import { parseDevices } from '../../src/backends/support/adb-device.ts';
import { takeHostLock } from '../../src/backends/support/host-lock.ts';
import { Problem } from '../../src/errors.ts';
import { newId, type SessionId } from '../../src/ids.ts';
import { identify } from '../../src/process-identity.ts';
import { ADB, freePort, type StandInAdb, type StandInPhone, startAdb, startPhone } from '../fixtures/adbd.ts';
import { startChild, startInProcess, type TestServer, until } from '../server.ts';
import { testContext } from './context.ts';

let adb: StandInAdb;
let site: Site;
let phone: StandInPhone;
let folder: string;
let backends: Backend[];
let ids: SessionId[];

beforeAll(async () => {
  [adb, site] = await Promise.all([startAdb(), startSite()]);
});

afterAll(async () => {
  await Promise.all([adb.close(), site.close()]);
});

beforeEach(async () => {
  [phone, folder] = await Promise.all([
    startPhone({ engine: 'light' }),
    mkdtemp(join(tmpdir(), 'moorage-android-')),
  ]);
  backends = [];
  ids = [];
});

afterEach(async () => {
  for (const backend of backends) for (const id of ids) await backend.destroySession({ id });
  for (const backend of backends) {
    expect(backend.status().active).toBe(0);
    await backend.close?.();
  }
  await expectNothingLeft(phone);
  await phone.close();
  await adb.run('disconnect', phone.serial).catch(() => {});
  await rm(folder, { recursive: true });
});

/** No note, no lock and no forward; on the phone neither a Chrome nor its switches. */
async function expectNothingLeft(one: StandInPhone): Promise<void> {
  for (const name of ['sessions', 'locks']) {
    if (existsSync(join(folder, name))) expect(readdirSync(join(folder, name))).toEqual([]);
  }
  const forwards = (await adb.run('forward', '--list'))
    .split('\n')
    .filter((line) => line.includes(one.serial));
  expect(forwards).toEqual([]);
  const { state } = await describePhone(one);
  if (state === 'device')
    expect(await shell(one, 'cat /proc/net/unix; ls /data/local/tmp/chrome-command-line')).not.toMatch(
      /devtools|^\/data/m,
    );
}

async function describePhone({ serial }: StandInPhone) {
  const listed = parseDevices(await adb.run('devices', '-l'));
  return listed.find((each) => each.serial === serial) ?? { serial, state: undefined };
}

/** Says what the command did, whatever its exit code. */
const shell = ({ serial }: StandInPhone, command: string) =>
  adb.run('-s', serial, 'shell', `${command}; true`);

/** Commands of adb fail while two of them start its server. */
const hasForward = () =>
  adb.run('forward', '--list').then(
    (list) => list.includes(phone.serial),
    () => false,
  );

const settingsFor = (...phones: StandInPhone[]) => ({
  adbServerPort: adb.port,
  addresses: phones.map(({ serial }) => serial),
  serials: [],
  checkInterval: 100,
  unplugGrace: 500,
});

async function create(settings: Record<string, unknown> = {}, different = {}): Promise<Backend> {
  const context = testContext('phones', folder, different);
  const backend = await androidDevice.create({ ...settingsFor(phone), ...settings }, context);
  backends.push(backend);
  return backend;
}

function start(
  backend: Backend,
  wishes: Partial<SessionRequest> = {},
  signal = AbortSignal.timeout(30_000),
): Promise<BackendSession & { id: SessionId }> {
  const id = newId('ses');
  ids.push(id);
  const request = { id, client: 'test', browser: 'mobile-chrome', headless: true, ...wishes };
  return backend.createSession(request, signal).then((session) => ({ ...session, id }));
}

async function refusal(starting: Promise<unknown>): Promise<Problem> {
  const error = await starting.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Problem)) throw new Error(`it was not refused but: ${String(error)}`);
  return error;
}

const deviceOf = (backend: Backend, one = phone): Device | undefined =>
  backend.devices?.().find(({ id }) => id === one.serial);
const untilState = (backend: Backend, state: Device['state'], one = phone) =>
  until(() => deviceOf(backend, one)?.state === state, `that the phone is ${state}`);

async function ask({ url }: TestServer, method: string, path: string, body?: unknown) {
  const response = await fetch(`${url}${path}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: what is answered differs by the route.
  return { status: response.status, answer: (await response.json()) as any };
}

const serverSettings = () => ({
  backends: { 'android-device': settingsFor(phone) },
  lockFolder: join(folder, 'locks'),
});
const REAL_CHROME = { engine: 'chromium' as const };
const BROKEN_CHROME = { '^am start': { stdout: 'Error: Activity not started, unable to resolve Intent' } };
const wish = { browser: 'mobile-chrome', keepAlive: true, waitMs: 30_000 };

describe('a session on a phone', { timeout: 60_000 }, () => {
  it('is driven by Playwright through the relay and by page commands, and recorded', async () => {
    await phone.set(REAL_CHROME);
    const server = await startInProcess(serverSettings());
    const { status: created, answer: session } = await ask(server, 'POST', '/v1/sessions', {
      ...wish,
      record: true,
    });
    expect(created, session.detail).toBe(201);
    const browser = await chromium.connectOverCDP(session.cdpUrl);
    const [page] = browser.contexts()[0]?.pages() ?? [];
    await page?.goto(`${site.url}/rows`);
    expect(await page?.title()).toBe('Rows');
    expect(await page?.evaluate('document.querySelectorAll("*").length > 3')).toBe(true);
    await browser.close();

    const { answer: pages } = await ask(server, 'GET', `/v1/sessions/${session.id}/pages`);
    const [{ id }] = pages.data.filter(({ url }: { url: string }) => url.endsWith('/rows'));
    const { status, answer } = await ask(server, 'POST', `/v1/pages/${id}/command`, {
      action: 'evaluate',
      params: { expression: 'document.title' },
    });
    expect({ status, result: answer.result ?? answer }).toMatchObject({ status: 200, result: 'Rows' });
    await until(async () => {
      const { answer: recording } = await ask(server, 'GET', `/v1/recordings/${session.recordingId}`);
      return recording.pages?.some(({ url }: { url: string }) => url.endsWith('/rows'));
    }, 'its recording');
    await ask(server, 'DELETE', `/v1/sessions/${session.id}`);
    await server.expectNothingLeft();
  });

  it('begins without anything of the one before, and with what it asks for', async () => {
    await phone.set(REAL_CHROME);
    const backend = await create();
    const first = await start(backend, {
      storageState: {
        cookies: [{ name: 'a', value: '1', domain: 'moorage.example', path: '/' }],
        origins: [],
      },
      userAgent: 'A "quoted" \'agent\' of \\ the test',
    });
    const read = async ({ endpoint }: BackendSession) => {
      const browser = await chromium.connectOverCDP(endpoint.url);
      const [context] = browser.contexts();
      const cookies = (await context?.cookies())?.map(({ name }) => name);
      const agent = await context?.pages()[0]?.evaluate('navigator.userAgent');
      await browser.close();
      return { cookies, agent };
    };
    expect(await read(first)).toEqual({ cookies: ['a'], agent: 'A "quoted" \'agent\' of \\ the test' });
    await backend.destroySession({ id: first.id });
    expect(await read(await start(backend))).toMatchObject({ cookies: [] });
  });

  it('is refused switches that Moorage does not give away, and words that Chrome there cannot read', async () => {
    const backend = await create();
    const args = ['--remote-debugging-port=1', '--user-data-dir=/sdcard'];
    expect(await refusal(start(backend, { args }))).toMatchObject({ code: 'invalid-argument' });
    const unreadable = await refusal(start(backend, { args: ['--lang-of="x\\"'] }));
    expect(unreadable).toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('backslash'),
    });
    expect(deviceOf(backend)?.state).toBe('free');
  });

  it('ends when its Chrome does, and leaves the phone to the next one', async () => {
    const backend = await create();
    const session = await start(backend);
    await shell(phone, 'am force-stop com.android.chrome');
    expect(await session.gone).toMatchObject({ reason: 'browser-closed' });
    expect(await backend.recoverSession?.(session.handle)).toBe('gone');
    await start(backend);
  });

  it('goes on at the same address when somebody ends the adb server', async () => {
    await phone.set(REAL_CHROME);
    const backend = await create({ unplugGrace: 10_000 });
    const { endpoint, handle } = await start(backend);
    await adb.run('kill-server');
    await until(hasForward, 'its forward again');
    const browser = await chromium.connectOverCDP(endpoint.url);
    expect(browser.contexts()[0]?.pages()).toHaveLength(1);
    await browser.close();
    expect(await backend.recoverSession?.(handle)).toMatchObject({ endpoint });
  });
});

describe('a phone that is unplugged', { timeout: 60_000 }, () => {
  it('ends its session with the reason, and takes the next one when it is back, at once', async () => {
    const server = await startInProcess(serverSettings());
    const { answer: session } = await ask(server, 'POST', '/v1/sessions', wish);
    await phone.set({ connection: 'unplugged' });
    const look = async () => (await ask(server, 'GET', `/v1/sessions/${session.id}`)).answer;
    await until(async () => (await look()).status === 'ended', 'its end');
    expect(await look()).toMatchObject({ endReason: 'backend-lost' });
    await expectNothingLeft(phone);
    const { answer: devices } = await ask(server, 'GET', '/v1/devices');
    expect(devices.data).toMatchObject([{ id: phone.serial, state: 'unusable' }]);

    const waiting = ask(server, 'POST', '/v1/sessions', wish);
    await until(
      async () => (await ask(server, 'GET', '/v1/backends')).answer.data[0].capacity === 0,
      'no room',
    );
    await phone.set({ connection: 'device' });
    const { status, answer: next } = await waiting;
    expect(status).toBe(201);
    await ask(server, 'DELETE', `/v1/sessions/${next.id}`);
    await server.expectNothingLeft();
  });

  it('has what was left on it removed when it is back', async () => {
    const backend = await create();
    await backend.reconcile?.(new Set());
    const session = await start(backend);
    await phone.set({ connection: 'unplugged' });
    expect(await session.gone).toMatchObject({
      reason: 'backend-lost',
      detail: expect.stringMatching(/not plugged in|offline/),
    });
    await backend.destroySession({ id: session.id });
    await phone.set({ connection: 'device' });
    await untilState(backend, 'free');
    expect(await shell(phone, 'cat /proc/net/unix')).not.toContain('devtools');
  });

  it('may be away for a moment in a session', async () => {
    await phone.set(REAL_CHROME);
    const backend = await create({ unplugGrace: 20_000 });
    const { endpoint, handle } = await start(backend);
    await phone.set({ connection: 'offline' });
    await until(async () => (await describePhone(phone)).state !== 'device', 'that it is away');
    await phone.set({ connection: 'device' });
    await until(hasForward, 'its forward again');
    const browser = await chromium.connectOverCDP(endpoint.url);
    await browser.close();
    expect(await backend.recoverSession?.(handle)).toMatchObject({ endpoint });
  });

  it('is connected anew where adb says that it is connected already, and it is offline', async () => {
    const backend = await create();
    await phone.set({ connection: 'offline' });
    await untilState(backend, 'unusable');
    await phone.set({ connection: 'device' });
    expect(await adb.run('connect', phone.serial)).toMatch(/already connected|connected to/);
    await untilState(backend, 'free');
    await start(backend);
  });
});

describe('a phone that cannot be used', { timeout: 60_000 }, () => {
  it.each([
    ['its battery is low', { batteryPercent: 9 }, { batteryPercent: 80 }, /battery is at 9 %/, /Charge it/],
    ['it is hot', { batteryCelsius: 47.5 }, { batteryCelsius: 30 }, /47.5 °C/, /cool down/],
    [
      'its screen is locked with a PIN',
      { isLocked: true, hasPin: true },
      { isLocked: false },
      /screen is locked/,
      /None or Swipe/,
    ],
    [
      'it has no Chrome',
      { hasChrome: false },
      { hasChrome: true },
      /com.android.chrome is not installed/,
      /install/,
    ],
    [
      'it has not allowed this computer',
      { connection: 'unauthorized' as const },
      { connection: 'device' as const },
      /not allowed this computer/,
      /Always allow/,
    ],
  ])(
    'because %s says so and what to do, and serves when that is done',
    async (_name, bad, good, problem, fix) => {
      await phone.set(bad);
      const backend = await create();
      let changes = 0;
      backend.watch?.(() => {
        changes += 1;
      });
      // While adb asks for permission it is on its way there.
      await untilState(backend, 'unusable');
      await until(() => problem.test(JSON.stringify(deviceOf(backend)?.needs)), 'what it needs');
      const device = deviceOf(backend);
      expect(device).toMatchObject({
        state: 'unusable',
        needs: [{ problem: expect.stringMatching(problem) }],
      });
      expect(device?.needs[0]?.fix).toMatch(fix);
      expect(backend.status().capacity).toBe(0);
      const health = await backend.healthCheck(AbortSignal.timeout(30_000));
      expect(health).toMatchObject({ state: 'unhealthy', reason: expect.stringMatching(problem) });
      const refused = await refusal(start(backend));
      expect(refused).toMatchObject({ code: 'no-capacity', message: expect.stringMatching(problem) });

      await phone.set(good);
      await untilState(backend, 'free');
      expect(changes).toBeGreaterThan(0);
      await start(backend);
      expect(deviceOf(backend)).toMatchObject({ state: 'in-use', sessionId: ids.at(-1), needs: [] });
    },
  );

  it('because it is booting is waited for', async () => {
    await phone.set({ isBooted: false });
    const backend = await create();
    expect(deviceOf(backend)).toMatchObject({ state: 'preparing' });
    await phone.set({ isBooted: true });
    await untilState(backend, 'free');
  });

  it('is unlocked where nobody has to, in a session too, and shows it where somebody has to', async () => {
    await phone.set({ isLocked: true });
    const backend = await create();
    expect(deviceOf(backend)).toMatchObject({ state: 'free' });
    await start(backend);
    await shell(phone, 'input keyevent KEYCODE_SLEEP');
    await until(
      async () => /showing=false/.test(await shell(phone, 'dumpsys window')),
      'that it is unlocked',
    );
    await phone.set({ hasPin: true });
    await shell(phone, 'input keyevent KEYCODE_SLEEP');
    await until(() => deviceOf(backend)?.needs.length === 1, 'that it needs to be unlocked');
    expect(deviceOf(backend)).toMatchObject({
      state: 'in-use',
      needs: [{ problem: 'Its screen is locked.' }],
    });
    await backend.destroySession({ id: ids[0] ?? newId('ses') });
    expect(deviceOf(backend)).toMatchObject({ state: 'unusable' });
  });

  it('because sessions fail on it is taken up anew, then left alone for a while, and tried again', async () => {
    const backend = await create({ quarantine: 1000 });
    await phone.set({ answers: BROKEN_CHROME });
    const first = await refusal(start(backend));
    expect(first).toMatchObject({
      code: 'session-not-created',
      message: expect.stringContaining('unable to resolve'),
    });
    await untilState(backend, 'free');
    await refusal(start(backend));
    expect(deviceOf(backend)).toMatchObject({
      state: 'quarantined',
      needs: [{ problem: expect.stringMatching(/failed on it 2 times in a row/) }],
    });
    expect(backend.status().capacity).toBe(0);
    await phone.set({ answers: {} });
    await untilState(backend, 'free');
    await start(backend);
    await backend.destroySession({ id: ids[2] ?? newId('ses') });
    expect(deviceOf(backend)).toMatchObject({ state: 'free', needs: [] });
  });

  it('because its Chrome never gets ready leaves nothing on it, and says where to look', async () => {
    const backend = await create({ startTimeout: 200 });
    await phone.set({ answers: { '^am start': {} } });
    const refused = await refusal(start(backend));
    expect(refused).toMatchObject({
      code: 'session-not-created',
      message: expect.stringMatching(/within 200 ms. Look at its screen/),
    });
  });

  it('because it was silent at the end of a session is had again when it answers, with nothing left', async () => {
    const backend = await create({ answerTimeout: 2000 });
    await backend.reconcile?.(new Set());
    const { id } = await start(backend);
    await phone.set({ answers: { '^cat /proc/net/unix': { hangs: true } } });
    const asked = new Adb({ adbPath: ADB, serverPort: adb.port });
    const isSilent = () =>
      asked.shell(phone.serial, 'cat /proc/net/unix', AbortSignal.timeout(10_000), { timeoutMs: 500 }).then(
        () => false,
        () => true,
      );
    await until(isSilent, 'that it is silent');
    await backend.destroySession({ id });
    expect(backend.status().active).toBe(0);
    expect(deviceOf(backend)?.state).not.toBe('in-use');
    await phone.set({ answers: {} });
    await until(() => deviceOf(backend)?.state === 'free', 'that it is free', 40);
    expect(await shell(phone, 'cat /proc/net/unix')).not.toContain('devtools');
  });

  it('because it fell silent when a start was given up is had again when it answers, with nothing left', async () => {
    await phone.set({ chromeStartMs: 1000 });
    const backend = await create({ answerTimeout: 1500 });
    await backend.reconcile?.(new Set());
    const enough = new AbortController();
    const starting = start(backend, {}, enough.signal);
    const isStarting = async () => (await phone.asked()).some((line) => line.includes('am start'));
    await until(isStarting, 'the start');
    await phone.set({ answers: { '^cat /data/local': { hangs: true } } });
    enough.abort(new Error('the client went away'));
    await expect(starting).rejects.toThrow('could not be ended');
    expect(deviceOf(backend)?.state).not.toBe('free');
    await phone.set({ answers: {} });
    await untilState(backend, 'free');
    expect(await shell(phone, 'cat /proc/net/unix')).not.toContain('devtools');
  });

  it('is rebooted where that is allowed', async () => {
    await phone.set({ bootMs: 3000 });
    const backend = await create({ reboots: true });
    await phone.set({ answers: BROKEN_CHROME });
    await refusal(start(backend));
    await untilState(backend, 'free');
    await refusal(start(backend));
    expect(deviceOf(backend)?.state).toBe('preparing');
    await phone.set({ answers: {} });
    await until(async () => (await shell(phone, 'getprop sys.boot_completed')).trim() === '', 'the reboot');
    await untilState(backend, 'free');
    await start(backend);
  });

  it('is unusable for want of an adb that runs, which says why', async () => {
    const backend = await create({ adbPath: '/bin/false', adbServerPort: await freePort() });
    const health = await backend.healthCheck(AbortSignal.timeout(30_000));
    expect(health).toMatchObject({
      state: 'unhealthy',
      reason: expect.stringMatching(/adb server does not start/),
    });
    expect(await androidDevice.detect({ adbPath: '/nonexistent/adb' })).toMatchObject({
      found: false,
      fix: expect.stringContaining('apt-get install adb'),
    });
  });
});

describe('several servers and several phones', { timeout: 90_000 }, () => {
  it('share one phone in turns: who comes second waits, sees why, and gets it when the first one lets go', async () => {
    const server = await startInProcess(serverSettings());
    const lock = await takeHostLock(join(folder, 'locks'), 'android-STANDIN8', 'another server');
    if ('heldBy' in lock) throw new Error('the phone is taken');
    const another = await identify(phone.pid);
    if (another) await lock.passTo(another);
    const problem = `Another server of this machine uses it (process ${phone.pid}).`;
    await until(async () => {
      const { answer } = await ask(server, 'GET', '/v1/devices');
      const [{ state, needs }] = answer.data;
      return state === 'in-use' && needs[0]?.problem === problem;
    }, 'that it is seen');
    expect(await ask(server, 'POST', '/v1/sessions', { ...wish, waitMs: 0 })).toMatchObject({
      status: 503,
      answer: { code: 'no-capacity' },
    });
    const waiting = ask(server, 'POST', '/v1/sessions', wish);
    await lock.release();
    const { status, answer } = await waiting;
    expect(status).toBe(201);
    await ask(server, 'DELETE', `/v1/sessions/${answer.id}`);
    await server.expectNothingLeft();
  });

  it('take over what runs on a phone when one of them was killed', async () => {
    await phone.set(REAL_CHROME);
    const killed = await startChild(serverSettings());
    const { answer: session } = await ask(killed, 'POST', '/v1/sessions', wish);
    await killed.kill();
    const again = await startChild({ dataFolder: killed.dataFolder });
    const found = await ask(again, 'GET', `/v1/sessions/${session.id}`);
    expect(found.answer).toMatchObject({ status: 'ready' });
    const browser = await chromium.connectOverCDP(found.answer.cdpUrl);
    expect(browser.contexts()[0]?.pages()).toHaveLength(1);
    await browser.close();
    await ask(again, 'DELETE', `/v1/sessions/${session.id}`);
    await again.expectNothingLeft();
  });

  it('leave to another one the phone of one that was killed, which finds its session gone', async () => {
    const killed = await startChild(serverSettings());
    const { answer: lost } = await ask(killed, 'POST', '/v1/sessions', wish);
    const other = await startInProcess(serverSettings());
    const { answer: seen } = await ask(other, 'GET', '/v1/devices');
    expect(seen.data[0]).toMatchObject({
      state: 'in-use',
      needs: [{ problem: expect.stringContaining(`process ${killed.process.pid}`) }],
    });
    await killed.kill();
    const { status, answer: session } = await ask(other, 'POST', '/v1/sessions', wish);
    expect(status).toBe(201);
    const again = await startChild({ dataFolder: killed.dataFolder });
    expect((await ask(again, 'GET', `/v1/sessions/${lost.id}`)).answer).toMatchObject({ status: 'ended' });
    expect((await ask(other, 'GET', `/v1/sessions/${session.id}`)).answer).toMatchObject({ status: 'ready' });
    expect(await shell(phone, 'cat /proc/net/unix')).toContain(session.id);
    await ask(other, 'DELETE', `/v1/sessions/${session.id}`);
    await other.expectNothingLeft();
    await again.expectNothingLeft();
  });

  it('end what a data folder that is gone left on a phone', async () => {
    const before = await create();
    await start(before);
    await before.close?.();
    await rm(join(folder, 'locks'), { recursive: true });
    await rm(join(folder, 'sessions'), { recursive: true });
    const after = await create();
    await after.reconcile?.(new Set());
    expect(await shell(phone, 'cat /proc/net/unix')).not.toContain('devtools');
    expect(await adb.run('forward', '--list')).not.toContain(phone.serial);
  });

  it('give each session a phone of its own, the one that rested longest', async () => {
    const second = await startPhone({ engine: 'light', properties: { 'ro.serialno': 'STANDIN9' } });
    try {
      const backend = await create(settingsFor(phone, second));
      expect(backend.status().capacity).toBe(2);
      const [one, two] = await Promise.all([start(backend), start(backend)]);
      expect(new Set([one, two].map(({ endpoint }) => endpoint.url)).size).toBe(2);
      expect(await refusal(start(backend))).toMatchObject({ code: 'no-capacity' });
      await backend.destroySession({ id: one.id });
      await backend.destroySession({ id: two.id });
      await expectNothingLeft(second);
    } finally {
      await second.close();
      await adb.run('disconnect', second.serial);
    }
  });
});
