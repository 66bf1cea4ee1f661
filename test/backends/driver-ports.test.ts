// Ports of drivers on a machine where others take ports as well: between our look and the start of a driver somebody may be
// faster, and may even answer as a driver does.

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DriverBackend, type DriverKind } from '../../src/backends/support/driver-backend.ts';
import { PortLeases } from '../../src/backends/support/ports.ts';
import { newId } from '../../src/ids.ts';
import { CHROMIUM_SWITCHES } from '../fixtures/chromium-switches.ts';
import { freePort } from '../redis-server.ts';
import { processesOf } from '../server.ts';
import { testContext } from './context.ts';

let folder: string;
let strangers: Server[];
/** What they were asked for. */
let asked: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moorage-driver-ports-'));
  strangers = [];
  asked = [];
});

afterEach(async () => {
  for (const stranger of strangers) {
    stranger.closeAllConnections();
    stranger.close();
  }
  expect(processesOf(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});

/** It is faster than the first `times` drivers to have their ports, and says that it is ready. */
async function create(times: number): Promise<DriverBackend> {
  const kind: DriverKind = {
    browser: 'chrome',
    capacity: 1,
    startTimeoutMs: 20_000,
    find: async () => ({ path: '/usr/bin/chromedriver', features: ['headless'] }),
    async plan(_request, sessionFolder, port) {
      if (strangers.length < times) strangers.push(await takePort(port));
      return {
        args: [`--port=${port}`],
        env: {},
        hasEgress: false,
        capabilities: () => ({
          browserName: 'chrome',
          'goog:chromeOptions': {
            binary: '/usr/lib/chromium/chromium',
            args: [...CHROMIUM_SWITCHES, '--headless=new', `--user-data-dir=${sessionFolder.profile}`],
          },
        }),
      };
    },
  };
  const from = await freePort();
  const ports = new PortLeases({ from, to: from + 50 }, () => performance.now());
  return DriverBackend.create(kind, ports, testContext('drivers', folder));
}

async function takePort(port: number): Promise<Server> {
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.setHeader('content-type', 'application/json').end('{"value": {"ready": true, "message": ""}}');
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const request = () => ({ id: newId('ses'), client: 'test', browser: 'chrome', headless: true });
const SECONDS_60 = { timeout: 60_000 };

it(
  'a driver whose port somebody took is started on another one, and the stranger is given no session',
  SECONDS_60,
  async () => {
    const backend = await create(2);
    const wanted = request();
    const { endpoint } = await backend.createSession(wanted, AbortSignal.timeout(50_000));
    const status = await fetch(`${endpoint.url}/session/${endpoint.sessionId}/url`);
    expect(status.status).toBe(200);
    expect(strangers).toHaveLength(2);
    expect(asked.filter((line) => line.startsWith('POST'))).toEqual([]);
    await backend.destroySession(wanted);
  },
);

it('where every port is taken the session is refused, and nothing of it is left', SECONDS_60, async () => {
  const backend = await create(Number.POSITIVE_INFINITY);
  await expect(backend.createSession(request(), AbortSignal.timeout(50_000))).rejects.toMatchObject({
    code: 'session-not-created',
    message: expect.stringContaining('Another program took port'),
  });
  expect(backend.status().active).toBe(0);
  expect(asked.filter((line) => line.startsWith('POST'))).toEqual([]);
});
