// One Browserless server as a backend has it: what is left of a browser whose connection is lost while it starts.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { BrowserlessAddress } from '../../src/backends/support/browserless-address.ts';
import { systemClock } from '../../src/clock.ts';
import { newId } from '../../src/ids.ts';
import { until } from '../server.ts';

it('a browser whose connection is lost while it is looked for is not given out', async () => {
  const id = newId('ses');
  const server = createServer(({ url = '' }, response) => {
    const answer = (body: unknown) => response.end(JSON.stringify(body));
    if (url.startsWith('/pressure')) {
      return answer({ pressure: { isAvailable: true, maxConcurrent: 1, running: 0 } });
    }
    for (const socket of sockets.clients) socket.terminate();
    // Which the one that looks is told of before it has found it.
    void until(() => address.load === 0, 'the end of the connection').then(() =>
      answer([{ trackingId: id, browserId: 'b' }]),
    );
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    socket.on('message', (data) => {
      socket.send(JSON.stringify({ id: JSON.parse(String(data)).id, result: { product: 'Chrome/156.0' } }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  const address = new BrowserlessAddress({ url: `http://127.0.0.1:${port}` }, 'addresses[0]');
  try {
    const wish = { id, path: '/chromium', launch: {}, clock: systemClock };
    await expect(address.hold(wish, AbortSignal.timeout(10_000))).rejects.toMatchObject({
      code: 'session-not-created',
      message: expect.stringContaining('connection was lost'),
    });
    expect(address.load).toBe(0);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
