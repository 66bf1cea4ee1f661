// Safari through a stand-in for safaridriver (test/fixtures/safaridriver.mjs), with a real WebKit behind it where pages
// matter: whose turn it is on a machine, how it is ended, and what its refusals say.

import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Builder, By, Capabilities } from 'selenium-webdriver';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSite } from '../../examples/site.mjs';
import type { Backend, BackendSession, SessionRequest } from '../../src/backends/backend.ts';
import { safari } from '../../src/backends/safari.ts';
import { readHostLock, takeHostLock } from '../../src/backends/support/host-lock.ts';
import { Problem } from '../../src/errors.ts';
import { newId, type SessionId } from '../../src/ids.ts';
import { createMac, type FakeMac, type MacSettings } from '../fixtures/safaridriver.ts';
import { ManualClock } from '../manual-clock.ts';
import { processesOf, startChild, startInProcess, until } from '../server.ts';
import { testContext } from './context.ts';

let mac: FakeMac;
let folder: string;
let backends: Backend[];
let ids: SessionId[];

beforeEach(async () => {
  mac = await createMac();
  folder = await mkdtemp(join(tmpdir(), 'moorage-safari-'));
  backends = [];
  ids = [];
});

afterEach(async () => {
  for (const backend of backends) for (const id of ids) await backend.destroySession({ id });
  for (const backend of backends) {
    expect(backend.status().active).toBe(0);
    await backend.close?.();
  }
  expect(processesOf(folder)).toEqual([]);
  for (const name of ['sessions', 'locks']) {
    if (existsSync(join(folder, name))) expect(readdirSync(join(folder, name))).toEqual([]);
  }
  await rm(folder, { recursive: true });
  await mac.close();
});

async function create(
  settings: Record<string, unknown> = {},
  clock = new ManualClock(Date.now()),
): Promise<Backend> {
  const context = testContext('safari', folder, { clock });
  const backend = await safari.create({ driverPath: mac.driverPath, ...settings }, context);
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
  const [offer] = backend.status().offers;
  const request = { id, client: 'test', browser: offer?.browser ?? 'safari', headless: false, ...wishes };
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

describe('Safari', { timeout: 60_000 }, () => {
  it('is driven by Selenium through the endpoint, one session after the other', async () => {
    mac.set({ engine: 'webkit' });
    const site = await startSite();
    const server = await startInProcess({
      backends: { safari: { driverPath: mac.driverPath } },
      lockFolder: join(folder, 'locks'),
    });
    const connect = async () =>
      new Builder()
        .usingServer(`${server.url}/webdriver`)
        .withCapabilities(new Capabilities({ browserName: 'safari', 'safari:automaticInspection': false }))
        .build();
    const driver = await connect();
    await driver.get(`${site.url}/rows`);
    expect(await driver.getTitle()).toBe('Rows');
    expect(await driver.findElement(By.css('body')).getText()).not.toBe('');
    expect((await driver.getCapabilities()).getBrowserVersion()).toBe('26.1');
    const waiting = connect();
    await until(
      async () => (await (await fetch(`${server.url}/v1/sessions?status=queued`)).text()).includes('queued'),
      'its waiting',
    );
    await driver.quit();
    await (await waiting).quit();
    expect(mac.pairings()).toEqual({});
    await server.expectNothingLeft();
    await site.close();
  });

  it('is ended as a whole, though it is no child of its driver', async () => {
    mac.set({ staysPairedMs: 60_000 });
    const backend = await create();
    const first = await start(backend);
    expect(Object.keys(mac.pairings())).toEqual(['safari']);
    await backend.destroySession({ id: first.id });
    expect(mac.pairings()).toEqual({});

    const second = await start(backend);
    await (await create()).destroySession({ id: second.id });
    expect(mac.pairings()).toEqual({});
  });

  it('is waited for where it is slow to get ready', async () => {
    mac.set({ readyAfterMs: 600 });
    expect((await start(await create())).browserVersion).toBe('26.1');
  });

  it('of a dead server that nobody takes over is ended by the next one, and its lock with it', async () => {
    mac.set({ staysPairedMs: 60_000 });
    await start(await create());
    const next = await create();
    expect(next.status().capacity).toBe(0);
    await next.reconcile?.(new Set());
    expect(mac.pairings()).toEqual({});
    expect(readdirSync(join(folder, 'locks'))).toEqual([]);
    expect(next.status().capacity).toBe(1);
  });

  it('says when another server takes it and lets go of it, though its health was asked meanwhile', async () => {
    const clock = new ManualClock(Date.now());
    const backend = await create({}, clock);
    const told: number[] = [];
    backend.watch?.(() => told.push(backend.status().capacity));
    const look = async (capacity: number) => {
      await backend.healthCheck(AbortSignal.timeout(10_000));
      expect(backend.status().capacity).toBe(capacity);
      clock.advance(1000);
      await until(() => told.at(-1) === capacity, 'the change');
    };
    const other = await takeHostLock(join(folder, 'locks'), 'safari', 'another server');
    await look(0);
    if (!('heldBy' in other)) await other.release();
    await look(1);
    expect(told).toEqual([0, 1]);
  });

  it('is let go of by a start that is given up in the middle', async () => {
    mac.set({ staysPairedMs: 60_000, sessionDelayMs: 20_000 });
    const backend = await create();
    const giveUp = new AbortController();
    const starting = start(backend, {}, giveUp.signal);
    await until(() => Object.keys(mac.pairings()).length > 0, 'the pairing');
    giveUp.abort(new Error('given up'));
    await expect(starting).rejects.toThrow('given up');
    await until(() => Object.keys(mac.pairings()).length === 0, 'the end of the pairing');
    expect(backend.status()).toMatchObject({ capacity: 1, active: 0 });
  });

  it('has Technology Preview beside it, with a turn of its own', async () => {
    const [stable, preview] = [await create(), await create({ preview: true, driverPath: mac.previewPath })];
    expect(preview.status().offers).toMatchObject([{ browser: 'safari-technology-preview' }]);
    const sessions = [await start(stable), await start(preview)];
    expect(sessions[1]?.capabilities).toMatchObject({ browserName: 'Safari Technology Preview' });
    expect(readdirSync(join(folder, 'locks')).sort()).toEqual([
      'safari-technology-preview.lock',
      'safari.lock',
    ]);
  });

  it('takes the capabilities of its man page, but for other devices and files', async () => {
    const backend = await create();
    const { capabilities } = await start(backend, {
      capabilities: { 'safari:automaticInspection': true, acceptInsecureCerts: true },
    });
    expect(capabilities).toMatchObject({ browserName: 'Safari', 'safari:automaticInspection': true });
    const refused = {
      'safari:diagnose': true,
      'safari:useSimulator': true,
      'safari:deviceUDID': 'A-1',
      webSocketUrl: true,
    };
    await backend.destroySession({ id: ids[0] ?? newId('ses') });
    const problem = await refusal(start(backend, { capabilities: refused }));
    expect(problem.code).toBe('invalid-argument');
    for (const name of Object.keys(refused)) expect(problem.message).toContain(name);
  });
});

describe('a Safari that does not serve', { timeout: 60_000 }, () => {
  it('leaves nothing and says what was seen, be its driver never ready, deaf, a stranger or refusing', async () => {
    // Long enough for a driver to be seen at all on a busy machine, where there is something to be seen; and side by
    // side, each on a Mac of its own.
    const cases: Array<[Partial<MacSettings>, number, RegExp]> = [
      [{ isNeverReady: true }, 10_000, /not ready after 10000 ms.*"ready":false/s],
      [{ neverListens: true }, 1000, /not ready after 1000 ms: it does not listen/],
      [{ answersHtml: true }, 10_000, /not ready after 10000 ms.*text\/html.*Sign in/s],
      [{ refusesSessions: 'It has quit.' }, 30_000, /It has quit/],
    ];
    await Promise.all(
      cases.map(async ([trouble, startTimeout, seen], at) => {
        const broken = await createMac();
        broken.set(trouble);
        const context = testContext('safari', join(folder, String(at)));
        const backend = await safari.create({ driverPath: broken.driverPath, startTimeout }, context);
        const problem = await refusal(start(backend));
        expect(problem.code).toBe('session-not-created');
        expect(problem.message).toMatch(seen);
        expect(processesOf(broken.folder)).toEqual([]);
        expect(backend.status()).toMatchObject({ capacity: 1, active: 0 });
        await backend.close?.();
        await broken.close();
      }),
    );
  });

  it('is unhealthy with the command that enables it, and tried again a minute later', async () => {
    mac.set({ isEnabled: false });
    const clock = new ManualClock(Date.now());
    const backend = await create({}, clock);
    const problem = await refusal(start(backend));
    expect(problem).toMatchObject({ code: 'session-not-created' });
    expect(problem.message).toMatch(/safaridriver --enable/);
    const signal = AbortSignal.timeout(10_000);
    expect(await backend.healthCheck(signal)).toMatchObject({
      state: 'unhealthy',
      reason: expect.stringContaining('safaridriver --enable'),
    });
    mac.set({ isEnabled: true });
    clock.advance(60_000);
    expect(await backend.healthCheck(signal)).toMatchObject({ state: 'undetected' });
    await start(backend);
    expect(await backend.healthCheck(signal)).toMatchObject({ state: 'healthy' });
  });

  it('because it is still paired with a driver that was killed is tried once more', async () => {
    mac.set({ staysPairedMs: 60_000 });
    const backend = await create();
    const { handle, gone } = await start(backend);
    process.kill(Number(handle.pid), 'SIGKILL');
    expect(await gone).toMatchObject({ reason: 'browser-crashed' });
    await backend.destroySession({ id: ids[0] ?? newId('ses') });
    expect(Object.keys(mac.pairings())).toEqual(['safari']);
    const starting = start(backend);
    // Between the two tries it is nobody else's.
    const holder = async () => (await readHostLock(join(folder, 'locks'), 'safari'))?.pid;
    await until(async () => ![undefined, process.pid].includes(await holder()), 'the first driver');
    await until(async () => (await holder()) === process.pid, 'the lock given back');
    mac.set({ staysPairedMs: 0 });
    const { handle: later } = await starting;
    expect(await holder()).toBe(later.pid);
  });

  it('because a stray of ours has it serves when that is ended', async () => {
    const before = await create();
    await start(before);
    // As after a server that was killed before the driver had the lock.
    await rm(join(folder, 'locks', 'safari.lock'));
    await start(await create());
  });

  it('because somebody else has it is unhealthy, and says whose it is to end', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'moorage-safari-'));
    const context = testContext('safari', elsewhere);
    const other = await safari.create({ driverPath: mac.driverPath }, context);
    const id = newId('ses');
    await other.createSession(
      { id, client: 'test', browser: 'safari', headless: false },
      AbortSignal.timeout(30_000),
    );
    const backend = await create();
    expect((await refusal(start(backend))).message).toMatch(/already paired/);
    expect(await backend.healthCheck(AbortSignal.timeout(10_000))).toMatchObject({
      state: 'unhealthy',
      reason: expect.stringMatching(/end the safaridriver that is not of Moorage/),
    });
    await other.destroySession({ id });
    await rm(elsewhere, { recursive: true });
  });
});

describe('two servers on one Mac', { timeout: 90_000 }, () => {
  const settings = () => ({
    backends: { safari: { driverPath: mac.driverPath } },
    lockFolder: join(folder, 'locks'),
  });
  const ask = async (url: string, method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: what is answered differs by the route.
    return { status: response.status, answer: (await response.json()) as any };
  };
  const wish = { browser: 'safari', keepAlive: true, waitMs: 60_000 };

  it('have Safari in turns: the second waits, and then gets it', async () => {
    const [first, second] = [await startInProcess(settings()), await startInProcess(settings())];
    // At the same time, so that one of them sees it free and finds it taken.
    const one = ask(first.url, 'POST', '/v1/sessions', wish);
    const two = ask(second.url, 'POST', '/v1/sessions', wish);
    const winner = await Promise.race([one.then(() => first), two.then(() => second)]);
    const loser = winner === first ? second : first;
    await until(async () => {
      const { answer } = await ask(loser.url, 'GET', '/v1/backends');
      return answer.data[0].capacity === 0;
    }, 'that there is no room');
    const { answer: listed } = await ask(winner.url, 'GET', '/v1/sessions?status=ready');
    await ask(winner.url, 'DELETE', `/v1/sessions/${listed.data[0].id}`);
    expect((await Promise.all([one, two])).map(({ status }) => status)).toEqual([201, 201]);
    await winner.expectNothingLeft();
    await loser.expectNothingLeft();
  });

  it('keep to it while the one that was killed has a session, which it takes over', async () => {
    const killed = await startChild(settings());
    const { answer: session } = await ask(killed.url, 'POST', '/v1/sessions', wish);
    await killed.kill();

    const other = await startInProcess(settings());
    const refused = await ask(other.url, 'POST', '/v1/sessions', { ...wish, waitMs: 0 });
    expect(refused).toMatchObject({ status: 503, answer: { code: 'no-capacity' } });
    const { answer } = await ask(other.url, 'GET', '/v1/backends');
    const owner = Object.values(mac.pairings())[0]?.driver;
    expect(answer.data[0].healthReason).toContain(`process ${owner}, for session ${session.id}`);

    const again = await startChild({ dataFolder: killed.dataFolder });
    const waiting = ask(other.url, 'POST', '/v1/sessions', wish);
    const found = await ask(again.url, 'GET', `/v1/sessions/${session.id}`);
    expect(found.answer).toMatchObject({ status: 'ready', webdriverSessionId: session.webdriverSessionId });
    expect((await ask(again.url, 'DELETE', `/v1/sessions/${session.id}`)).status).toBe(200);
    expect((await waiting).status).toBe(201);
    await other.expectNothingLeft();
    await again.expectNothingLeft();
  });
});
