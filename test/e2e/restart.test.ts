// A server that is killed, stopped or crowded out: what runs goes on, what cannot is ended with a reason.

import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import Database from 'libsql';
import { chromium } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { ConfigFile } from '../../src/config.ts';
import { type ChildServer, processesOf, startChild, until } from '../server.ts';
import { api, refusalOf } from './api.ts';

let server: ChildServer;

afterEach(async () => {
  await server.expectNothingLeft();
});

const start = async (settings: ConfigFile = {}) => {
  server = await startChild(settings);
  return server;
};

const restart = async () => {
  server = await startChild({ dataFolder: server.dataFolder });
  return server;
};

describe('after SIGKILL of the server', () => {
  it('takes over running sessions at the same address, with their slots counted once', async () => {
    await start({ backends: { chrome: { capacity: 2 } } });
    const session = await api(server).create({ keepAlive: true });
    const before = await chromium.connectOverCDP(session.connectUrl ?? '');
    const page = await before.contexts()[0]?.newPage();
    await page?.evaluate('globalThis.secret = 42');
    const { pathname, search } = new URL(session.connectUrl ?? '');

    await server.kill();
    await restart();
    const after = await chromium.connectOverCDP(`ws://${new URL(server.url).host}${pathname}${search}`);
    const secrets = await Promise.all(
      (after.contexts()[0]?.pages() ?? []).map((found) => found.evaluate('globalThis.secret')),
    );
    expect(secrets).toContain(42);
    await after.close();

    const second = await api(server).create();
    expect((await refusalOf(api(server).create({ waitMs: 0 }))).details.code).toBe('no-capacity');
    await api(server).destroy(session.id);
    await api(server).destroy(second.id);
    expect((await api(server).backends()).data[0]?.active).toBe(0);
  });

  it('leaves what runs to the next start where this one finds its port taken', {
    timeout: 120_000,
  }, async () => {
    await start({ backends: { chrome: { capacity: 1 } } });
    const session = await api(server).create({ keepAlive: true });
    const before = await chromium.connectOverCDP(session.connectUrl ?? '');
    const page = await before.contexts()[0]?.newPage();
    await page?.evaluate('globalThis.secret = 42');
    await server.kill();

    const file = join(server.dataFolder, 'moorage.config.json');
    const settings = await readFile(file, 'utf8');
    const program = createServer().listen(0, '127.0.0.1');
    await once(program, 'listening');
    const { port } = program.address() as AddressInfo; // TCP, so never a path
    await writeFile(file, JSON.stringify({ ...JSON.parse(settings), port }));
    await expect(restart()).rejects.toThrow(`Port ${port} on 127.0.0.1 is in use`);
    program.close();
    await writeFile(file, settings);

    await restart();
    const found = await api(server).get(session.id);
    expect(found.status).toBe('ready');
    const { pathname, search } = new URL(session.connectUrl ?? '');
    const after = await chromium.connectOverCDP(`ws://${new URL(server.url).host}${pathname}${search}`);
    const pages = after.contexts()[0]?.pages() ?? [];
    expect(await Promise.all(pages.map((each) => each.evaluate('globalThis.secret')))).toContain(42);
    await after.close();
    await api(server).destroy(session.id);
  });

  it('ends what died meanwhile with a reason, and sweeps the warm browsers of the dead server', async () => {
    await start({ backends: { chrome: { capacity: 2, warm: { chrome: 1 } } } });
    const session = await api(server).create();
    await until(async () => ((await api(server).backends()).data[0]?.warm ?? 0) > 0, 'a warm browser');
    await server.kill();
    for (const line of processesOf(server.dataFolder)) kill(Number(line.split(' ')[0]));
    await until(() => processesOf(server.dataFolder).length === 0, 'the death of the browsers');

    await restart();
    expect(await api(server).get(session.id)).toMatchObject({
      status: 'ended',
      endReason: 'server-restarted',
    });
    await api(server).destroy((await api(server).create()).id);
  });

  it('leaves no orphan over ten kills in the middle of everything', { timeout: 180_000 }, async () => {
    await start({ backends: { chrome: { capacity: 3, warm: { chrome: 1 } } } });
    for (let round = 0; round < 10; round += 1) {
      const creating = [1, 2].map(() =>
        api(server)
          .create({ keepAlive: round % 2 === 0 })
          .catch(() => {}),
      );
      if (round % 3 > 0) await Promise.race(creating);
      await server.kill();
      await Promise.all(creating);
      await restart();
      const { data } = await api(server).list('ready');
      await Promise.all(data.map(({ id }) => api(server).destroy(id)));
    }
    expect((await api(server).backends()).data[0]?.active).toBe(0);
  });
});

describe('over a store with nonsense in it', () => {
  it('starts all the same, and lets nobody in for a key that it cannot read', async () => {
    await start({ backends: { fake: {} } });
    await api(server).create({ browser: 'fake', keepAlive: true });
    await api(server).call('POST', '/v1/keys', { client: 'ops', admin: true });
    await server.kill();
    const file = join(server.dataFolder, 'moorage.db');
    const store = new Database(file);
    const columns = 'kind, id, client, status, created_at, body';
    for (const kind of ['recordings', 'sessions', 'surfaces']) {
      store.exec(
        `INSERT INTO records (${columns}) VALUES ('${kind}', 'x', 'local', 'ready', 1, '{"id":"x"}')`,
      );
    }
    store.exec("UPDATE records SET body = 'nonsense' WHERE kind IN ('keys', 'sessions')");
    store.close();

    await restart();
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${server.url}/v1/sessions`)).status).toBe(401);
    expect(server.log().match(/store.record-unreadable/g)).toHaveLength(5);
  });
});

describe('on SIGTERM', () => {
  it('turns readiness red, refuses new sessions, closes sockets with 1001 after the grace, and exits with 0', async () => {
    await start({ backends: { fake: {} }, drain: { grace: '1s' } });
    const session = await api(server).create({ browser: 'fake' });
    const socket = new WebSocket(session.connectUrl ?? '');
    await once(socket, 'open');
    const closed = once(socket, 'close');

    server.process.kill('SIGTERM');
    await until(async () => (await fetch(`${server.url}/health/ready`)).status === 503, 'a red readiness');
    const refusal = await refusalOf(api(server).create({ browser: 'fake' }));
    expect([refusal.status, refusal.details.code]).toEqual([503, 'server-draining']);
    expect(refusal.retryAfter).not.toBeNull();
    expect(socket.readyState).toBe(WebSocket.OPEN);

    const [code, reason] = await closed;
    expect([code, String(reason)]).toEqual([1001, expect.stringContaining('stopped')]);
    if (server.process.exitCode === null) await once(server.process, 'exit');
    expect(server.process.exitCode).toBe(0);
  });

  it('does not wait for the grace when nothing runs', async () => {
    await start({ backends: { fake: {} }, drain: { grace: '1h' } });
    server.process.kill('SIGTERM');
    await once(server.process, 'exit');
    expect(server.process.exitCode).toBe(0);
  });
});

describe('a second server', () => {
  it('on the same data folder is refused and told who has it', async () => {
    await start({ backends: { fake: {} } });
    await expect(startChild({ dataFolder: server.dataFolder })).rejects.toThrow(`pid ${server.process.pid}`);
  });

  it('on the same port is refused and told what to do', async () => {
    await start({ backends: { fake: {} } });
    const port = Number(new URL(server.url).port);
    await expect(startChild({ port, backends: { fake: {} } })).rejects.toThrow(/port .*in use/i);
  });
});

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended with its parent.
  }
}
