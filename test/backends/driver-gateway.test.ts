// The way to a driver beside an egress: what goes through it and what does not, and that clients find it again after a
// restart of the server.

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DriverBackend, type DriverKind } from '../../src/backends/support/driver-backend.ts';
import { DriverGateway } from '../../src/backends/support/driver-gateway.ts';
import { driverPorts } from '../../src/backends/support/driver-settings.ts';
import { newId } from '../../src/ids.ts';
import { createMac, type FakeMac } from '../fixtures/safaridriver.ts';
import { ManualClock } from '../manual-clock.ts';
import { processesOf } from '../server.ts';
import { testContext } from './context.ts';

async function ask(url: string, method = 'GET', body?: unknown) {
  const response = await fetch(url, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
  // biome-ignore lint/suspicious/noExplicitAny: what is answered differs by the command.
  return { status: response.status, value: ((await response.json()) as any).value };
}

describe('the gateway to a driver', () => {
  const clock = new ManualClock(1000);
  let driver: Server;
  let gateway: DriverGateway;
  let url: string;
  let seen: string[];

  beforeEach(async () => {
    seen = [];
    driver = createServer((incoming, response) => {
      seen.push(`${incoming.method} ${incoming.url}`);
      incoming.resume();
      response.end('{"value":"done"}');
    }).listen(0, '127.0.0.1');
    await once(driver, 'listening');
    const { port } = driver.address() as AddressInfo; // it listens on TCP
    gateway = await DriverGateway.open({
      driverPort: port,
      driverSessionId: 'of-the-driver',
      refuses: ['moz/addon', 'moz/context'],
      clock,
    });
    url = `http://127.0.0.1:${gateway.address.port}`;
  });

  afterEach(() => {
    gateway.close();
    driver.close();
    driver.closeAllConnections();
  });

  it('leads to the session by a name of its own, and notes when somebody came', async () => {
    const session = `${url}/session/${gateway.address.sessionId}`;
    expect((await ask(`${url}/status`)).value).toBe('done');
    expect(gateway.lastSeenAt).toBeUndefined();
    expect((await ask(`${session}/element/a%20b/click?x=1`, 'POST', {})).value).toBe('done');
    expect((await ask(session, 'DELETE')).value).toBe('done');
    expect(gateway.lastSeenAt).toBe(1000);
    expect(seen).toEqual([
      'GET /status',
      'POST /session/of-the-driver/element/a%20b/click?x=1',
      'DELETE /session/of-the-driver',
    ]);
  });

  it.each(['moz/context', 'moz/addon/install', '/MOZ//addon/install', '%6doz/%63ontext', 'moz/context?x'])(
    'does not let %s through',
    async (command) => {
      const { status, value } = await ask(
        `${url}/session/${gateway.address.sessionId}/${command}`,
        'POST',
        {},
      );
      expect([status, value.error]).toEqual([500, 'unsupported operation']);
      expect(seen).toEqual([]);
    },
  );

  it('is not there under another name, which a web page may have pointed at it', async () => {
    const path = `/session/${gateway.address.sessionId}/url`;
    const asked = request(`${url}${path}`, { headers: { host: 'evil.example' } }).end();
    const [{ statusCode }] = await once(asked, 'response');
    expect(statusCode).toBe(403);
    expect(seen).toEqual([]);
  });

  it('leads to no other session, and makes none', async () => {
    for (const path of ['/session', '/session/of-the-driver/url', `/session/${gateway.address.sessionId}x`]) {
      expect((await ask(`${url}${path}`, 'POST', {})).value.error).toBe('invalid session id');
    }
    expect(seen).toEqual([]);
  });

  it('is found at the same address when it is opened again', async () => {
    const { address } = gateway;
    gateway.close();
    const { port } = driver.address() as AddressInfo; // it listens on TCP
    const way = { driverPort: port, driverSessionId: 'of-the-driver', refuses: [], clock };
    gateway = await DriverGateway.open(way, address);
    expect((await ask(`${url}/session/${address.sessionId}/title`)).value).toBe('done');
    await expect(DriverGateway.open(way, address)).rejects.toThrow(/EADDRINUSE/);
  });

  it('says that the driver is gone in the form of WebDriver', async () => {
    driver.close();
    driver.closeAllConnections();
    const { status, value } = await ask(`${url}/session/${gateway.address.sessionId}/url`);
    expect([status, value.error]).toEqual([502, 'unable to connect']);
  });
});

describe('a session whose driver has ways around the egress', { timeout: 60_000 }, () => {
  let mac: FakeMac;
  let folder: string;

  beforeEach(async () => {
    mac = await createMac();
    folder = await mkdtemp(join(tmpdir(), 'moorage-gateway-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
    await mac.close();
  });

  it('is reached through the gateway alone, which ends with it', async () => {
    const kind: DriverKind = {
      browser: 'firefox',
      capacity: 1,
      startTimeoutMs: 30_000,
      find: async () => ({ path: mac.driverPath, features: ['headless'] }),
      plan: async (_request, _folder, port) => ({
        args: ['-p', String(port)],
        env: {},
        hasEgress: true,
        refuses: ['moz/context'],
        outlivesDriver: true,
        capabilities: () => ({ browserName: 'Safari' }),
      }),
    };
    const backend = await DriverBackend.create(kind, driverPorts, testContext('firefox', folder));
    const id = newId('ses');
    const wish = { id, client: 'test', browser: 'firefox', headless: true };
    const { endpoint, handle } = await backend.createSession(wish, AbortSignal.timeout(30_000));
    expect(endpoint.sessionId).not.toBe(handle.driverSessionId);
    const session = `${endpoint.url}/session/${endpoint.sessionId}`;
    expect((await ask(`${session}/timeouts`)).status).toBe(200);
    expect((await ask(`${session}/moz/context`, 'POST', { context: 'chrome' })).status).toBe(500);
    await backend.destroySession({ id });
    await expect(fetch(`${endpoint.url}/status`)).rejects.toThrow();
    expect(processesOf(folder)).toEqual([]);
  });
});
