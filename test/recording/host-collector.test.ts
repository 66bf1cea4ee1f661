// The collector of browsers that have a host, at a host that is slow to let it in.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { HostCollector } from '../../src/recording/host-collector.ts';
import { ManualClock } from '../manual-clock.ts';
import { until } from '../server.ts';

const knocks: ((isAdmitted: boolean) => void)[] = [];
let server: WebSocketServer;

afterEach(async () => {
  server.close();
  await once(server, 'close');
});

it('has no connection any more once it was stopped, not even one that is let in afterwards', async () => {
  server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    verifyClient: (_, admit) => void knocks.push(admit),
  });
  await once(server, 'listening');
  let orders = 0;
  const sockets: WebSocket[] = [];
  server.on('connection', (socket: WebSocket) => {
    sockets.push(socket);
    socket.on('message', () => {
      orders += 1;
      socket.send(JSON.stringify({ type: 'armed' }));
    });
  });
  const clock = new ManualClock();
  const collector = new HostCollector({
    url: () => `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, // it listens on TCP
    ...{ binding: 'binding', secret: 'secret', initScript: '' },
    stored: async () => {},
    onBatch: () => {},
    onGap: () => {},
    onTarget: () => {},
    onTargetEnd: () => {},
    log: createLog({ level: 'silent', pretty: false }),
    metrics: createMetrics(),
    clock,
  });
  const starting = collector.start();
  await until(() => knocks.length === 1, 'the first connection');
  knocks.shift()?.(true);
  await starting;

  sockets[0]?.terminate();
  await until(async () => {
    await clock.advance(250);
    return knocks.length === 1;
  }, 'the next connection');
  await collector.stop();
  knocks.shift()?.(true);
  await until(() => sockets.length === 2 && server.clients.size === 0, 'the end of it');
  expect(orders).toBe(1);
});
