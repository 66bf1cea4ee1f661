// How the forwarder hands on: as whom it asks, over which connections, and what it says when a driver is lost.

import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Forwarder } from '../../src/webdriver/forward.ts';

let forwarder: Forwarder;
let driver: Server | undefined;

beforeEach(() => {
  forwarder = new Forwarder();
});
afterEach(async () => {
  await forwarder.close();
  if (!driver) return;
  driver.close();
  await once(driver, 'close');
  driver = undefined;
});

async function startDriver(answer: RequestListener, address = '127.0.0.1') {
  driver = createServer(answer).listen(0, address);
  await once(driver, 'listening');
  const { port } = driver.address() as AddressInfo; // it listens on TCP
  return { driver, port, url: `http://${address}:${port}` };
}

function command(more: { method?: string; body?: Buffer; signal?: AbortSignal } = {}) {
  return { method: 'GET', path: '/title', body: undefined, signal: AbortSignal.timeout(10_000), ...more };
}

describe('the forwarder', () => {
  it.each([
    ['a driver of this machine by the only name that safaridriver takes', '127.0.0.1', 'localhost'],
    ['a hub by its own name, which proxies in front of it go by', '127.0.0.2', '127.0.0.2'],
  ])('addresses %s', async (_, address, name) => {
    const { port, url } = await startDriver(({ headers, url }, response) => {
      response.end(JSON.stringify({ value: [headers.host, url] }));
    }, address);
    const { body } = await forwarder.send(`${url}/wd/hub`, 'one', command());
    expect(JSON.parse(body.toString())).toEqual({ value: [`${name}:${port}`, '/wd/hub/session/one/title'] });
  });

  it('hands bodies on as they are, both ways, over kept connections', async () => {
    const sockets = new Set<Socket>();
    const { url } = await startDriver((request, response) => {
      sockets.add(request.socket);
      response.writeHead(404, { 'content-type': 'text/odd' });
      request.pipe(response);
    });
    for (const body of ['{"a": 1}', '\u0000\ud83d\ude00', '', '{}', '[]']) {
      const sent = Buffer.from(body);
      const answer = await forwarder.send(url, 'one', command({ method: 'POST', body: sent }));
      expect(answer).toEqual({ status: 404, contentType: 'text/odd', body: sent });
    }
    // One rests for a moment before it is used again.
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  it('says that a driver which is not there took nothing', async () => {
    const { driver, url } = await startDriver(() => {});
    driver.close();
    await once(driver, 'close');
    await expect(forwarder.send(url, 'one', command())).rejects.toMatchObject({
      code: 'backend-unavailable',
    });
  });

  it('says that nobody knows what became of a command whose driver died', async () => {
    const { url } = await startDriver(({ socket }) => socket.destroy());
    await expect(forwarder.send(url, 'one', command({ method: 'POST' }))).rejects.toMatchObject({
      code: 'command-outcome-unknown',
    });
  });

  it('lets go of a command whose client hung up', async () => {
    const hungUp = new AbortController();
    let closed: Promise<unknown> = Promise.resolve();
    const { url } = await startDriver(({ socket }) => {
      closed = once(socket, 'close');
      hungUp.abort(new Error('hung up'));
    });
    await expect(forwarder.send(url, 'one', command({ signal: hungUp.signal }))).rejects.toThrow('hung up');
    await closed;
  });
});
