// Sessions over backends of every kind at once: what is full, ill or taken out of service is left to the others, one quota
// holds for all of them, and no session is lost while a backend is replaced.

import { chromium } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConfigFile } from '../../src/config.ts';
import type { Backend as BackendView } from '../../src/protocol/backends.ts';
import type { Session } from '../../src/protocol/sessions.ts';
import { ADB, startAdb } from '../fixtures/adbd.ts';
import { type StandInBrowserless, startBrowserless } from '../fixtures/browserless.ts';
import { createAvd, EMULATOR } from '../fixtures/emulator.ts';
import { createMac } from '../fixtures/safaridriver.ts';
import { type InProcessServer, startInProcess, until } from '../server.ts';

let server: InProcessServer;
let remotes: StandInBrowserless[] = [];
/** What the server of a test needs longer than the test. */
let fixtures: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await server.expectNothingLeft();
  for (const fixture of [...remotes, ...fixtures]) await fixture.close();
  remotes = [];
  fixtures = [];
});

async function start(settings: ConfigFile): Promise<void> {
  server = await startInProcess({ health: { interval: '200ms', timeout: '10s' }, ...settings });
}

async function browserless(capacity: number, port?: number): Promise<StandInBrowserless> {
  const remote = await startBrowserless(capacity, port);
  remotes.push(remote);
  return remote;
}

function at({ url, token }: StandInBrowserless) {
  return { kind: 'browserless', addresses: [{ url, token }] };
}

async function ask<T>(method: string, path: string, body?: unknown): Promise<{ status: number; answer: T }> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  return { status: response.status, answer: (await response.json()) as T }; // our own API
}

async function create(wishes: object = {}): Promise<Session> {
  const { status, answer } = await ask<Session>('POST', '/v1/sessions', { keepAlive: true, ...wishes });
  expect(status, JSON.stringify(answer)).toBe(201);
  return answer;
}

const destroy = ({ id }: Session) => ask('DELETE', `/v1/sessions/${id}`);

async function look(name: string): Promise<BackendView> {
  const { answer } = await ask<{ data: BackendView[] }>('GET', '/v1/backends');
  const found = answer.data.find((backend) => backend.name === name);
  if (!found) throw new Error(`there is no backend ${name}`);
  return found;
}

/** What a client does with a session: it comes over the relay, works, and ends it. */
async function work(session: Session): Promise<void> {
  const browser = await chromium.connectOverCDP(session.cdpUrl ?? '');
  const page = await (browser.contexts()[0] ?? (await browser.newContext())).newPage();
  expect(await page.evaluate('6 * 7')).toBe(42);
  await browser.close();
  await destroy(session);
}

describe('backends of several kinds', { timeout: 120_000 }, () => {
  it('share one quota of a client, and one of the server, whoever gives the browser', async () => {
    const remote = await browserless(2);
    await start({
      clients: { local: { maxSessions: 3 } },
      backends: {
        browserless: at(remote),
        chromedriver: { capacity: 2 },
        chrome: { capacity: 2, warm: { chrome: 0 } },
      },
    });
    const sessions = await Promise.all(
      ['browserless', 'chromedriver', 'chrome'].map((backend) => create({ backend })),
    );
    for (const backend of ['browserless', 'chromedriver', 'chrome', undefined]) {
      const refused = await ask<{ code: string }>('POST', '/v1/sessions', { backend, waitMs: 0 });
      expect(refused.answer.code).toBe('quota-exceeded');
    }
    expect(remote.running).toBe(1);
    await Promise.all(sessions.slice(0, 1).map(destroy));
    sessions[0] = await create({ backend: 'chrome' });
    await Promise.all(sessions.map(destroy));
  });

  it('lose no session while one of them is drained, replaced and brought back under load', async () => {
    const [old, other] = [await browserless(3), await browserless(3)];
    await start({ backends: { replaced: at(old), other: at(other) } });
    const used: string[] = [];
    let isOver = false;
    const client = async () => {
      while (!isOver) {
        const session = await create({ waitMs: 60_000 });
        used.push(session.backend ?? '');
        await work(session);
      }
    };
    const load = Promise.all([client(), client(), client(), client()]);
    const isUsed = () => used.slice(-8).includes('replaced');
    try {
      await until(isUsed, 'that both are used', 60);
      expect((await ask('POST', '/v1/backends/replaced/drain')).status).toBe(200);
      await until(async () => (await look('replaced')).active === 0, 'the end of what ran on it', 60);
      await until(() => old.running === 0, 'the end of its last browser');
      await old.close();
      remotes = remotes.filter((remote) => remote !== old);
      await until(async () => (await look('replaced')).health === 'unhealthy', 'that it is gone');
      const served = used.length;
      await until(() => used.length >= served + 4, 'that the other one serves all', 60);
      expect(used.slice(served)).not.toContain('replaced');

      await browserless(3, Number(new URL(old.url).port));
      await ask('POST', '/v1/backends/replaced/resume');
      const back = used.length;
      await until(() => used.slice(back).includes('replaced'), 'that the new one is used', 60);
    } finally {
      isOver = true;
      // Rejects with the first session that was refused, or could not be used.
      await load;
    }
  });

  it('leave Chrome to Browserless while emulators are all in use or die, and go back to them', async () => {
    const [avd, adb, remote] = [await createAvd(), await startAdb(), await browserless(3)];
    fixtures.push(adb, avd);
    const emulators = {
      kind: 'android-emulator',
      emulatorPath: EMULATOR,
      adbPath: ADB,
      adbServerPort: adb.port,
      avdFolder: avd.home,
      // Away from those that adb servers look for by themselves, such as those of other tests.
      firstPort: 5900,
      browserName: 'chrome',
      capacity: 1,
    };
    await start({ backends: { 'a-emulators': emulators, browserless: at(remote) } });
    // Who has shown that it works is asked first, so it is given the chance.
    await work(await create({ backend: 'a-emulators' }));
    await until(async () => (await look('a-emulators')).health === 'healthy', 'that it is known to work');
    const onEmulator = await create();
    expect(onEmulator.backend).toBe('a-emulators');
    const beside = await create();
    expect(beside.backend).toBe('browserless');
    await work(beside);
    await work(onEmulator);

    await avd.set({ diesAfterMs: 20 });
    const elsewhere = await create({ waitMs: 60_000 });
    expect(elsewhere.backend).toBe('browserless');
    await work(elsewhere);

    await avd.set({ diesAfterMs: 0 });
    const again = await create({ waitMs: 60_000 });
    expect(again.backend).toBe('a-emulators');
    await work(again);
  });

  it('let requests for what there is once wait their turn, in their order', async () => {
    const mac = await createMac();
    fixtures.push(mac);
    await start({ backends: { safari: { driverPath: mac.driverPath }, chrome: { warm: { chrome: 0 } } } });
    const countQueued = async () =>
      (await ask<{ data: Session[] }>('GET', '/v1/sessions?status=queued')).answer.data.length;
    const first = await create({ browser: 'safari' });
    const turns: string[] = [];
    const queue = async (turn: string, place: number) => {
      const served = create({ browser: 'safari', waitMs: 60_000 }).then(async (session) => {
        turns.push(turn);
        await destroy(session);
      });
      await until(async () => (await countQueued()) === place, `that the ${turn} one waits`);
      return { served };
    };
    const waiting = [await queue('second', 1), await queue('third', 2)];
    // Others need not wait for it.
    await work(await create({ browser: 'chrome' }));
    expect(turns).toEqual([]);
    await destroy(first);
    await Promise.all(waiting.map(({ served }) => served));
    expect(turns).toEqual(['second', 'third']);
  });
});
