// Live views and what ends them: a surface whose Chrome dies and comes back, a connection that is half-open, the server.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { createMetrics } from '../../src/metrics.ts';
import type { LiveLink } from '../../src/protocol/live-view.ts';
import type { Surface } from '../../src/protocol/surfaces.ts';
import { Watcher } from '../../src/recording/live-view/watcher.ts';
import { api, refusalOf } from '../e2e/api.ts';
import { ManualClock } from '../manual-clock.ts';
import { type InProcessServer, processesOf, startInProcess, until } from '../server.ts';
import { LiveWatcher } from './live-watcher.ts';

let server: InProcessServer;

beforeAll(async () => {
  server = await startInProcess({ backends: { chrome: { capacity: 2, warm: { chrome: 0 } } } });
}, 60_000);

afterAll(async () => {
  await LiveWatcher.closeAll();
  await server.expectNothingLeft();
});

it('opens a surface by its name and by a link, over the death of its Chrome, and stops commands to it', async () => {
  await api(server).call<Surface>('PUT', '/v1/surfaces/desk', {});
  const link = await api(server).call<LiveLink>('POST', '/v1/sessions/desk/live-links', { canControl: true });
  expect(link.url).toContain('/live/desk#token=');
  const watcher = await LiveWatcher.open(link.url);
  expect(watcher.find('hello')).toMatchObject({ surface: 'desk', generation: 1, canControl: true });
  await watcher.firstPicture();
  await watcher.takeOver();
  const refusal = await refusalOf(api(server).call('POST', '/v1/sessions/desk/pages', {}));
  expect(refusal.details.code).toBe('surface-locked');
  const webDriver = await fetch(`${server.url}/v1/surfaces/desk/webdriver/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"capabilities":{}}',
  });
  expect(webDriver.status).toBe(423);

  const [chrome = ''] = processesOf(server.dataFolder).filter((line) =>
    line.includes('--remote-debugging-port'),
  );
  process.kill(Number.parseInt(chrome, 10), 'SIGKILL');
  await until(() => watcher.closed, 'its end');
  expect([4410, 4502]).toContain(watcher.closed?.code);
  const again = await LiveWatcher.open(link.url);
  expect(again.find('hello')).toMatchObject({ surface: 'desk', generation: 2 });
  await again.firstPicture();
  await again.close();
});

it('cuts a watcher that gives no sign of life, and lets go of one that is too late with its pictures', async () => {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(sockets, 'listening');
  const clock = new ManualClock();
  let isClosed = false;
  const accepted = once(sockets, 'connection');
  const client = new WebSocket(`ws://127.0.0.1:${(sockets.address() as AddressInfo).port}`);
  await once(client, 'open');
  client.pause(); // as one behind a cable that was pulled
  const [socket] = (await accepted) as [WebSocket]; // as `ws` says
  const watcher = new Watcher({
    socket,
    terms: { client: 'test', name: 'Ada', canControl: true },
    pingMs: 5000,
    onMessage: () => {},
    onRoom: () => {},
    onAlive: () => {},
    onClose: () => {
      isClosed = true;
    },
    clock,
    metrics: createMetrics(),
  });
  const frame = {
    data: Buffer.alloc(10),
    at: 0,
    format: 'jpeg' as const,
    width: 1,
    height: 1,
    pageScale: 1,
    offsetTop: 0,
    scrollX: 0,
    scrollY: 0,
  };
  for (let count = 0; count < 100; count++) watcher.offer(frame);
  expect(watcher.hasRoom).toBe(false);
  for (let second = 0; second < 20; second++) {
    await clock.advance(1000);
    watcher.tick();
  }
  expect(watcher.delayMs).toBeGreaterThan(10_000); // what is on its way counts as late
  expect(isClosed).toBe(false);
  await clock.advance(1000);
  watcher.tick();
  await until(() => isClosed, 'its end');
  client.terminate();
  sockets.close();
});

it('closes with 1001 when the server goes, and leaves nothing', async () => {
  const other = await startInProcess({ backends: { chrome: { capacity: 1, warm: { chrome: 0 } } } });
  const session = await api(other).create({ keepAlive: true });
  const watcher = await LiveWatcher.open(session.liveViewUrl ?? '');
  await watcher.takeOver();
  await other.expectNothingLeft();
  await until(() => watcher.closed, 'its end');
  expect(watcher.closed?.code).toBe(1001);
});
