// iPhones on cables, as a server has them: what it shows of them, what happens when they are plugged, locked and broken, and
// that two servers never have the same one. Phones, usbmuxd and go-ios are stand-ins (test/fixtures/iphones.ts).

import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Moorage } from '@moorage/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Backend, SessionRequest } from '../../src/backends/backend.ts';
import { iphone } from '../../src/backends/iphone.ts';
import { goIosEnvironment } from '../../src/backends/support/go-ios.ts';
import { type HostLock, takeHostLock } from '../../src/backends/support/host-lock.ts';
import { IPhones } from '../../src/backends/support/iphones.ts';
import { newId } from '../../src/ids.ts';
import { type Desk, openDesk } from '../fixtures/iphones.ts';
import { packAgent } from '../fixtures/signed-agent.ts';
import { processesOf, startChild, until } from '../server.ts';
import { testContext } from './context.ts';

let folder: string;
let desk: Desk;
let backends: Backend[];
let sessionIds: SessionRequest['id'][];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moorage-iphones-'));
  desk = await openDesk(1);
  backends = [];
  sessionIds = [];
});

afterEach(async () => {
  for (const backend of backends) {
    for (const id of sessionIds) await backend.destroySession({ id });
    await backend.close?.();
  }
  await desk.expectNothingLeft();
  await desk.close();
  await rm(folder, { recursive: true });
});

describe('iPhones on cables', () => {
  it('are noticed when they are plugged in and unplugged', async () => {
    const backend = await create();
    const changes: number[] = [];
    backend.watch?.(() => changes.push(backend.status().capacity));
    const { udid } = thePhone();
    expect(backend.devices?.()).toMatchObject([
      { id: udid, platform: 'ios', type: 'phone', osVersion: '18.4', state: 'free', needs: [] },
    ]);
    desk.unplug(udid);
    await until(() => backend.devices?.().length === 0, 'the phone is gone');
    expect(backend.status().capacity).toBe(0);
    desk.plug(udid);
    await until(() => backend.status().capacity === 1, 'the phone is back');
    expect(changes).toContain(0);
    expect(changes.at(-1)).toBe(1);
  });

  it('are not judged by what they were asked before they were unplugged', async () => {
    const backend = await create({ answerTimeout: 60_000 });
    const { udid } = thePhone();
    desk.unplug(udid);
    await until(() => backend.devices?.().length === 0, 'the phone is gone');
    desk.change(udid, { isAttached: true });
    const answer = join(desk.folder, `${udid}.info.answer`);
    await rm(answer);
    execFileSync('mkfifo', [answer]); // which is not written to
    desk.usbmuxd.attach(udid);
    const isAsked = () => processesOf(udid).some((line) => line.includes(answer));
    await until(isAsked, 'the question');
    desk.unplug(udid);
    await until(() => !isAsked(), 'that nobody waits for the answer');
    desk.plug(udid);
    await until(() => backend.status().capacity === 1, 'the phone is back');
  });

  it('say what they need to become usable, and are usable when they have it', async () => {
    const { udid } = thePhone();
    const lockdown = {
      DeviceName: 'Desk',
      ProductType: 'iPhone15,2',
      ProductVersion: '17.2',
      PasswordProtected: true,
    };
    desk.change(udid, { isDeveloper: false, battery: 4, celsius: 47.5, agent: 'missing', lockdown });
    const backend = await create();
    expect(backend.devices?.()).toMatchObject([
      {
        state: 'unusable',
        needs: [
          { problem: 'Its screen is locked.' },
          { problem: 'WebDriverAgent is not installed on it.' },
          {
            problem: 'Developer Mode is off.',
            fix: expect.stringContaining(`ios devmode enable --udid=${udid}`),
          },
          { problem: 'iOS 17.2 has no tunnel without root.' },
          { problem: 'Its battery is at 4 %, below 15 %.' },
          { problem: 'Its battery has 47.5 °C, above 45 °C.', fix: expect.stringContaining('cool down') },
        ],
      },
    ]);
    expect(await backend.healthCheck(AbortSignal.timeout(30_000))).toMatchObject({ state: 'unhealthy' });
    await expect(start(backend)).rejects.toMatchObject({ code: 'no-capacity' });

    desk.unplug(udid);
    desk.change(udid, {
      isPaired: false,
      isDeveloper: true,
      battery: 80,
      celsius: 31,
      agent: 'signed',
      lockdown: { ...lockdown, ProductVersion: '18.4', PasswordProtected: false },
    });
    desk.plug(udid);
    const trust = {
      problem: 'It does not trust this machine.',
      fix: expect.stringContaining(`ios pair --udid=${udid}`),
    };
    await until(() => backend.devices?.()[0]?.needs[0]?.problem === trust.problem, 'it is not paired');
    expect(backend.devices?.()).toMatchObject([{ state: 'unusable', needs: [trust] }]);

    desk.unplug(udid);
    desk.change(udid, { isPaired: true });
    desk.plug(udid);
    await until(() => backend.devices?.()[0]?.state === 'free', 'it can be used');
  });

  it('go without usbmuxd, and come back with it', async () => {
    await desk.usbmuxd.stop();
    const backend = await create();
    expect(await iphone.detect(desk.settings)).toMatchObject({
      found: false,
      fix: expect.stringContaining('apt-get install usbmuxd'),
    });
    expect(await backend.healthCheck(AbortSignal.timeout(30_000))).toMatchObject({
      state: 'unhealthy',
      reason: expect.stringContaining('usbmuxd'),
    });
    await desk.usbmuxd.resume();
    await until(() => backend.status().capacity === 1, 'usbmuxd is found');
  });

  it('keep no server from its start with a usbmuxd that does not answer', async () => {
    const silent = createServer((socket) => socket.on('error', () => socket.destroy()).resume());
    const usbmuxd = join(folder, 'silent');
    await new Promise<void>((resolve) => silent.listen(usbmuxd, resolve));
    try {
      const backend = await create({ usbmuxd, answerTimeout: 300 });
      expect(await backend.healthCheck(AbortSignal.timeout(30_000))).toMatchObject({
        state: 'unhealthy',
        reason: expect.stringContaining('usbmuxd'),
      });
      await backend.close?.();
    } finally {
      await new Promise((resolve) => silent.close(resolve));
    }
  });
});

describe('a session of an iPhone', { timeout: 60_000 }, () => {
  it('drives its apps, on loopback alone', async () => {
    const backend = await create();
    const session = await start(backend);
    expect(session).toMatchObject({ isNative: true, browserVersion: '18.4' });
    const { endpoint } = session;
    await ask(endpoint, 'POST', '/url', { url: 'https://example.com' });
    const found = await ask(endpoint, 'POST', '/element', { using: 'accessibility id', value: 'title' });
    const [id] = Object.values(found.value ?? {});
    expect((await ask(endpoint, 'GET', `/element/${id}/text`)).value).toBe('Page of https://example.com');

    const { port } = new URL(endpoint.url);
    const status = await (await fetch(`${endpoint.url}/status`)).json();
    expect(status).toMatchObject({ value: { ios: { ip: '127.0.0.1' } } });
    for (const address of otherAddresses()) await expect(connectTo(address, Number(port))).rejects.toThrow();
    // Its stream of the screen, which the whole network can have, is too small to show anything.
    const { udid } = thePhone();
    expect(desk.agentEnvironment(udid)).toMatchObject({ USE_IP: '127.0.0.1', MJPEG_SCALING_FACTOR: '1' });
  });

  it('ends when the phone is unplugged, and the next one has a tunnel of the new cable', async () => {
    const backend = await create();
    const { udid } = thePhone();
    const session = await start(backend);
    desk.unplug(udid);
    expect(await session.gone).toEqual({ reason: 'backend-lost', detail: `iPhone ${udid} was unplugged.` });
    await backend.destroySession({ id: session.id, handle: session.handle });
    expect(backend.devices?.()).toEqual([]);
    desk.plug(udid);
    await until(() => backend.status().capacity === 1, 'the phone is back');
    await start(backend);
  });

  it('gets a new tunnel where its own turns out to be that of an earlier cable', async () => {
    const backend = await create();
    desk.change(thePhone().udid, { staleTunnels: 1 });
    await start(backend);
  });

  it('is told of a screen that locks itself', async () => {
    const backend = await create();
    const { udid } = thePhone();
    await start(backend);
    desk.change(udid, { isLocked: true });
    const isTold = () => backend.devices?.()[0]?.needs[0]?.problem === 'Its screen is locked.';
    await until(isTold, 'the lock is seen');
    expect(backend.devices?.()).toMatchObject([{ state: 'in-use' }]);
    desk.change(udid, { isLocked: false });
    await until(() => !isTold(), 'it is unlocked');
  });

  it.each([
    ['is locked', { isLocked: true }, 'Its screen is locked.'],
    ['has an agent whose profile expired', { agent: 'expired' as const }, 'its profile has expired'],
    ['has no agent', { agent: 'missing' as const }, 'WebDriverAgent is not installed on it.'],
    ['has an agent of another name', { bundle: 'com.example.wda.xctrunner' }, 'not installed'],
    ['cannot mount its developer image', { canMount: false }, 'Its developer image is not mounted.'],
  ])('is not made on a phone that %s, which rests and says why', async (_case, broken, problem) => {
    const backend = await create();
    const { udid } = thePhone();
    desk.change(udid, broken);
    await expect(start(backend)).rejects.toMatchObject({ code: 'session-not-created' });
    expect(backend.devices?.()).toMatchObject([
      {
        state: 'quarantined',
        needs: [{ problem: expect.stringContaining(problem), fix: expect.any(String) }],
      },
    ]);
    await expect(start(backend)).rejects.toMatchObject({ code: 'no-capacity' });
    await desk.expectNothingLeft();
  });

  it('leaves its phone alone at its end, where another one has that by then', async () => {
    const { clock, hostLocks, log } = testContext('iphone', folder);
    const { goIosPath, usbmuxd } = desk.settings;
    const phones = new IPhones({
      goIos: { path: goIosPath, env: goIosEnvironment(folder, usbmuxd) },
      ...{ usbmuxd, udids: undefined, agent: undefined, minBatteryPercent: 15, maxTemperatureCelsius: 45 },
      ...{ reboots: false, answerMs: 10_000, hostLocks, purpose: 'a test', clock, log },
    });
    await phones.start();
    try {
      const [phone] = phones.free();
      if (!phone) throw new Error('there is no phone');
      const [first, next] = [newId('ses'), newId('ses')];
      phones.give(phone, first);
      await phones.takeBack(phone, first);
      phones.give(phone, next);
      await phones.takeBack(phone, first); // as of whoever ends it as well
      expect(phones.findBySession(next)).toBe(phone);
      await phones.takeBack(phone, next);
    } finally {
      phones.close();
    }
  });

  it('is not made on a phone for which the agent to be installed is not signed, which says so', async () => {
    const { udid } = thePhone();
    const appPath = join(folder, 'wda.ipa');
    const signed = { udids: [udid], appId: 'ABCDE12345.*', teamId: 'ABCDE12345' };
    await packAgent(appPath, { ...signed, expires: '2020-01-01T00:00:00Z' });
    const late = await create({ appPath });
    expect(late.devices?.()).toMatchObject([
      { state: 'unusable', needs: [{ problem: expect.stringContaining('expired on 2020-01-01') }] },
    ]);
    await expect(start(late)).rejects.toMatchObject({ code: 'no-capacity' });
    await packAgent(appPath, { ...signed, expires: '2099-01-01T00:00:00Z' });
    await start(await create({ appPath }));
  });

  it('is started on a phone that was rebooted after two failures, where that is allowed', async () => {
    const backend = await create({ reboots: true });
    const { udid } = thePhone();
    desk.change(udid, { agent: 'crashing' });
    await expect(start(backend)).rejects.toMatchObject({ code: 'session-not-created' });
    expect(backend.devices?.()).toMatchObject([{ state: 'free', needs: [] }]);
    await expect(start(backend)).rejects.toMatchObject({ code: 'session-not-created' });
    expect(backend.devices?.()).toMatchObject([{ state: 'preparing' }]);
    await until(() => backend.status().capacity === 1, 'it is back');
    expect(desk.reboots(udid)).toBe(1);
    await start(backend);
  });

  it('is not started for a while after two failures, where rebooting is not allowed', async () => {
    const backend = await create();
    const { udid } = thePhone();
    desk.change(udid, { agent: 'crashing' });
    for (const _ of [1, 2])
      await expect(start(backend)).rejects.toMatchObject({ code: 'session-not-created' });
    expect(backend.devices?.()).toMatchObject([
      {
        state: 'quarantined',
        needs: [{ problem: expect.stringMatching(/^Starts failed 2 times in a row: /) }],
      },
    ]);
    expect(desk.reboots(udid)).toBe(0);
    desk.unplug(udid);
    desk.change(udid, { agent: 'signed' });
    desk.plug(udid);
    await until(() => backend.status().capacity === 1, 'it is another cable');
  });

  it('uses the three names of an agent that was signed as another one', async () => {
    const bundle = 'com.example.wda.xctrunner';
    desk.change(thePhone().udid, { bundle });
    const agent = {
      bundleId: bundle,
      testRunnerBundleId: bundle,
      xctestConfig: 'WebDriverAgentRunner.xctest',
    };
    await start(await create({ agent }));
  });

  it('is taken over with its phone by the server that comes next', async () => {
    const before = await create();
    const { id, handle } = await start(before);
    await before.close?.();
    const after = await create();
    expect(after.devices?.()).toMatchObject([{ state: 'in-use' }]);
    expect(after.status().capacity).toBe(0);
    expect(await after.recoverSession?.(JSON.parse(JSON.stringify(handle)))).toMatchObject({
      isNative: true,
    });
    expect(after.devices?.()).toMatchObject([{ state: 'in-use', sessionId: id, needs: [] }]);
    await after.destroySession({ id });
    expect(after.devices?.()).toMatchObject([{ state: 'free', needs: [] }]);
    await start(after);
  });

  it('frees its phone when nobody takes it over', async () => {
    await start(await create());
    const after = await create();
    await after.reconcile?.(new Set());
    await desk.expectNothingLeft();
    await until(() => after.status().capacity === 1, 'the lock of a host that ended counts for nothing');
  });

  it('is of one server of the machine at a time', async () => {
    const { udid } = thePhone();
    const [one, other] = [await create(), await create({}, 'other')];
    const session = await start(one);
    await expect(start(other)).rejects.toMatchObject({ code: 'no-capacity' });
    expect(other.devices?.()).toMatchObject([
      {
        id: udid,
        state: 'in-use',
        needs: [{ problem: expect.stringContaining('Another server of this machine') }],
      },
    ]);
    await one.destroySession({ id: session.id });
    await until(() => other.status().capacity === 1, 'its turn has come');
    await start(other);
  });

  it('waits its turn where another server was faster', async () => {
    const backend = await create();
    const lock = await takeElsewhere(thePhone().udid);
    await expect(start(backend)).rejects.toMatchObject({ code: 'no-capacity' });
    expect(backend.status()).toMatchObject({ active: 0, capacity: 0 });
    expect(backend.devices?.()).toMatchObject([{ state: 'in-use' }]);
    await lock.release();
    await until(() => backend.status().capacity === 1, 'its turn has come');
  });

  it('gets no phone that another session got while it tried one in vain', async () => {
    await desk.close();
    desk = await openDesk(2);
    const backend = await create();
    const [taken = '', left] = desk.udids;
    const lock = await takeElsewhere(taken);
    const outcomes = await Promise.allSettled([start(backend), start(backend)]);
    const [session, ...others] = outcomes.flatMap((each) =>
      each.status === 'fulfilled' ? [each.value] : [],
    );
    expect(others).toEqual([]);
    expect(backend.devices?.().find(({ id }) => id === left)).toMatchObject({ sessionId: session?.id });
    await lock.release();
  });
});

it('a session of an iPhone outlives a server that is killed, and its phone stays its own', {
  timeout: 90_000,
}, async () => {
  const backends = { phones: { kind: 'iphone', ...desk.settings } };
  const killed = await startChild({ backends });
  const { id } = await new Moorage({ url: killed.url }).sessions.create({ browser: 'ios', keepAlive: true });
  await killed.kill();
  const server = await startChild({ dataFolder: killed.dataFolder });
  const moorage = new Moorage({ url: server.url });
  expect(await moorage.devices.list()).toMatchObject([{ state: 'in-use', sessionId: id, needs: [] }]);
  await moorage.sessions.destroy(id);
  expect(await moorage.devices.list()).toMatchObject([{ state: 'free' }]);
  await server.expectNothingLeft();
});

function thePhone(): { udid: string } {
  const [udid] = desk.udids;
  if (udid === undefined) throw new Error('the desk is empty');
  return { udid };
}

/** A backend as a server of its own has it; all share the locks of the machine. */
async function create(settings: Record<string, unknown> = {}, name = 'iphone'): Promise<Backend> {
  const context = testContext(name, join(folder, name), { hostLocks: join(folder, 'locks') });
  const backend = await iphone.create({ ...desk.settings, ...settings }, context);
  backends.push(backend);
  return backend;
}

/** The lock of the phone, as another server has it. */
async function takeElsewhere(udid: string): Promise<HostLock> {
  const lock = await takeHostLock(join(folder, 'locks'), `iphone-${udid}`, 'another server');
  if ('heldBy' in lock) throw new Error(`${udid} is taken`);
  return lock;
}

async function start(backend: Backend) {
  const id = newId('ses');
  sessionIds.push(id);
  const request = { id, client: 'test', browser: 'ios', headless: false };
  return { ...(await backend.createSession(request, AbortSignal.timeout(30_000))), id };
}

/** What the agent answers, as it is. */
async function ask(
  { url, sessionId }: { url: string; sessionId?: string },
  method: string,
  path: string,
  body?: object,
) {
  const response = await fetch(`${url}/session/${sessionId}${path}`, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  return (await response.json()) as { value: Record<string, string> | string | null };
}

/** Of this machine, besides loopback. */
function otherAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address);
}

function connectTo(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host, () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
