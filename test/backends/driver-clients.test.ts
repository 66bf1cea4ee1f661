// Who is seen at a driver's port: clients of other processes, whether they stay connected or come and go, and none of our
// own connections.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DriverClients } from '../../src/backends/support/driver-clients.ts';
import { createMac } from '../fixtures/safaridriver.ts';
import { ManualClock } from '../manual-clock.ts';
import { startInProcess, until } from '../server.ts';

/** Some looks apart, be the machine busy. */
const IDLE_MS = 6000;

describe.runIf(process.platform === 'linux')('clients of a driver', { timeout: 60_000 }, () => {
  let server: Server;
  let url: string;
  let clients: DriverClients;
  const clock = new ManualClock();

  beforeEach(async () => {
    server = createServer((_request, response) => response.end('{"value":null}')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // it listens on TCP
    url = `http://127.0.0.1:${port}`;
    const watched = DriverClients.watch(port, clock);
    if (!watched) throw new Error('nothing can be seen on this machine');
    clients = watched;
  });

  afterEach(() => {
    clients.close();
    server.closeAllConnections();
    server.close();
  });

  it('are not there while only we ourselves ask it', async () => {
    await (await fetch(`${url}/status`)).text();
    await (await fetch(`${url}/status`, { headers: { connection: 'close' } })).text();
    await clients.look({ tableAgeMs: 0 });
    expect(clients.lastSeenAt).toBeUndefined();
  });

  it('are seen though they came and went between two looks, once', async () => {
    await once(spawn(process.execPath, ['-e', `fetch('${url}')`]), 'exit');
    clock.advance(1000);
    await clients.look({ tableAgeMs: 0 });
    const seenAt = clock.now();
    expect(clients.lastSeenAt).toBe(seenAt);
    clock.advance(1000);
    await clients.look({ tableAgeMs: 0 });
    expect(clients.lastSeenAt).toBe(seenAt);
  });

  it('are seen for as long as they stay connected', async () => {
    const { port } = new URL(url);
    const client = spawn(process.execPath, ['-e', `require('net').connect(${port}, '127.0.0.1')`]);
    await until(async () => {
      await clients.look({ tableAgeMs: 0 });
      return clients.lastSeenAt !== undefined;
    }, 'its connection');
    clock.advance(60_000);
    await clients.look({ tableAgeMs: 0 });
    expect(clients.lastSeenAt).toBe(clock.now());
    client.kill('SIGKILL');
    await once(client, 'exit');
  });
});

describe.runIf(process.platform === 'linux')('a session whose driver is used directly', () => {
  it('idles when its client has gone, and not before', { timeout: 90_000 }, async () => {
    const mac = await createMac();
    const server = await startInProcess({ backends: { safari: { driverPath: mac.driverPath } } });
    const ask = async (path: string, init?: RequestInit) =>
      // biome-ignore lint/suspicious/noExplicitAny: what is answered differs by the route.
      (await (await fetch(`${server.url}/v1/sessions${path}`, init)).json()) as any;
    const session = await ask('', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ browser: 'safari', keepAlive: true, idleTimeoutMs: IDLE_MS }),
    });
    const { port } = new URL(session.webdriverUrl);
    const client = spawn(process.execPath, ['-e', `require('net').connect(${port}, '127.0.0.1')`]);
    const createdAt = Date.parse(session.createdAt);
    await until(
      async () => Date.parse((await ask(`/${session.id}`)).lastActivityAt) > createdAt + IDLE_MS,
      'use after the time in which it would have idled',
      30,
    );
    client.kill('SIGKILL');
    await until(async () => (await ask(`/${session.id}`)).endReason === 'idle', 'its end', 30);
    await server.expectNothingLeft();
    await mac.close();
  });
});
