// Ports on loopback that stand for something elsewhere: that no socket stays open there whose client is gone here.

import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { it } from 'vitest';
import { LoopbackGateway } from '../../src/backends/support/loopback-gateway.ts';
import { until } from '../server.ts';

it('a gateway that is closed lets go of a socket elsewhere that is still being opened', async () => {
  let elsewhere: Socket | undefined;
  const server = createServer();
  server.on('upgrade', (_incoming, socket: Socket) => {
    elsewhere = socket;
    socket.on('error', () => {}).resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  const headers = { connection: 'Upgrade', upgrade: 'websocket' };
  const gateway = await LoopbackGateway.open({
    answer: () => {},
    openSocket: () => request({ host: '127.0.0.1', port, headers }),
  });
  const client = connect(gateway.port, '127.0.0.1');
  client.on('error', () => {}).resume();
  try {
    const lines = [`GET / HTTP/1.1`, `host: 127.0.0.1:${gateway.port}`, 'connection: Upgrade'];
    client.write(`${[...lines, 'upgrade: websocket'].join('\r\n')}\r\n\r\n`);
    await until(() => elsewhere !== undefined, 'the socket elsewhere');
    gateway.close();
    await once(client, 'close');
    elsewhere?.write('HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n');
    await until(() => elsewhere?.closed, 'its end');
  } finally {
    client.destroy();
    elsewhere?.destroy();
    server.close();
  }
});
