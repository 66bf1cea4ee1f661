// Sessions over backends of every kind at once: what is full, ill or taken out of service is left to the others, one quota
// holds for all of them, and no session is lost while a backend is replaced.

import { chromium } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConfigFile } from '../../src/config.ts';
import type { Backend as BackendView } from '../../src/protocol/backends.ts';
import type { Session } from '../../src/protocol/sessions.ts';
import { type StandInBrowserless, startBrowserless } from '../fixtures/browserless.ts';
import { type InProcessServer, startInProcess, until } from '../server.ts';

let server: InProcessServer;
let remotes: StandInBrowserless[] = [];

afterEach(async () => {
  await server.expectNothingLeft();
  await Promise.all(remotes.map((remote) => remote.close()));
  remotes = [];
});

async function start(settings: ConfigFile): Promise<void> {
  server = await startInProcess({ health: { interval: '200ms', timeout: '2s' }, ...settings });
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
      expect(old.running).toBe(0);
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
});
