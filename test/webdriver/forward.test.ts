// As whom the forwarder asks.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Forwarder } from '../../src/webdriver/forward.ts';

describe('the forwarder', () => {
  it.each([
    ['a driver of this machine by the only name that safaridriver takes', '127.0.0.1', 'localhost'],
    ['a hub by its own name, which proxies in front of it go by', '127.0.0.2', '127.0.0.2'],
  ])('addresses %s', async (_, address, name) => {
    const server = createServer(({ headers, url }, response) => {
      response.end(JSON.stringify({ value: [headers.host, url] }));
    });
    server.listen(0, address);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // it listens on TCP
    const forwarder = new Forwarder();
    const command = { method: 'GET', path: '/title', body: undefined, signal: AbortSignal.timeout(10_000) };
    const { body } = await forwarder.send(`http://${address}:${port}/wd/hub`, 'one', command);
    expect(JSON.parse(body.toString())).toEqual({ value: [`${name}:${port}`, '/wd/hub/session/one/title'] });
    forwarder.close();
    server.close();
    await once(server, 'close');
  });
});
