// The one connection to a browser elsewhere: what becomes of one that is open and dead.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { BrowserSource } from '../../src/backends/support/browser-source.ts';
import { RemoteBrowser } from '../../src/backends/support/remote-browser.ts';
import { newId } from '../../src/ids.ts';
import { ManualClock } from '../manual-clock.ts';
import { until } from '../server.ts';

const PING_MS = 20_000;

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

it('is made anew when no sign of life comes, and is left alone from then on', async () => {
  const connections: { socket: WebSocket; pings: number }[] = [];
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, autoPong: false });
  closers.push(() => server.close());
  server.on('connection', (socket) => {
    const connection = { socket, pings: 0 };
    connections.push(connection);
    socket.on('message', (data) => {
      const { id } = JSON.parse(String(data));
      socket.send(JSON.stringify({ id, result: { product: 'Chrome/1' } }));
    });
    socket.on('ping', () => {
      connection.pings += 1;
      // The first is half-open: what comes here is never answered.
      if (connections.length > 1) socket.pong();
    });
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const given = { url: `ws://127.0.0.1:${port}/`, remoteId: 'one' };
  const source: BrowserSource = {
    ...{ features: [], maxCapacity: 1, outlivesConnection: true },
    probe: async () => 'fine',
    open: async () => given,
    find: async () => given,
    release: async () => {},
  };
  const clock = new ManualClock();
  const options = { id: newId('ses'), source, sourceName: 'elsewhere', clock };
  const browser = await RemoteBrowser.connect(given, options, AbortSignal.timeout(30_000));
  closers.push(() => browser.end({ reason: 'browser-closed', detail: 'The test is over.' }));

  clock.advance(PING_MS);
  await until(() => connections[0]?.pings === 1, 'the first ping');
  clock.advance(PING_MS);
  const isBack = async () => connections.length === 2 && (await fetch(listOf(browser))).ok;
  await until(isBack, 'the second connection');
  for (const pings of [1, 2, 3]) {
    clock.advance(PING_MS);
    await until(() => connections[1]?.pings === pings, `ping ${pings} of the second connection`);
    // Its answer is on the way: what is asked after it is answered after it.
    expect((await fetch(listOf(browser))).ok).toBe(true);
  }
  expect(connections).toHaveLength(2);
});

const listOf = ({ url }: RemoteBrowser) => url.replace('ws', 'http').replace(/\/devtools.*/, '/json/list');
