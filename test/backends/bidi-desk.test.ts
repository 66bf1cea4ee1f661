// The desk that shares the one BiDi connection of a Firefox: that nobody waits for an answer which cannot come. Firefox is a
// stand-in of its connections and sessions here; the real one is in firefox.test.ts.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { BidiDesk } from '../../src/backends/hosts/bidi-desk.ts';

let firefox: WebSocketServer;
/** Connections are taken when it resolves. */
let gate: Promise<void>;
let desk: BidiDesk;
const clients: WebSocket[] = [];

beforeEach(async () => {
  gate = Promise.resolve();
  const verifyClient = (_info: unknown, accept: (isTaken: boolean) => void) =>
    void gate.then(() => accept(true));
  firefox = new WebSocketServer({ host: '127.0.0.1', port: 0, path: '/session', verifyClient });
  firefox.on('connection', (socket) => {
    socket.on('message', (data) => {
      const { id, method } = JSON.parse(String(data)) as { id: number; method: string }; // of the desk
      if (method === 'script.evaluate') return; // as of a page that shows a dialog
      const result = { sessionId: 'x', capabilities: { browserVersion: '153.0' } };
      socket.send(JSON.stringify({ type: 'success', id, result }));
      if (method === 'session.end') socket.close();
    });
  });
  await once(firefox, 'listening');
  const { port } = firefox.address() as AddressInfo; // it listens on a port
  desk = await BidiDesk.open({ url: `ws://127.0.0.1:${port}`, hasEgress: false, onLost: () => {} });
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.terminate();
  for (const socket of firefox.clients) socket.terminate();
  firefox.close();
  await once(firefox, 'close');
});

async function ask(client: WebSocket, method: string): Promise<unknown> {
  client.send(JSON.stringify({ id: 1, method, params: {} }));
  const [answer] = await once(client, 'message');
  return JSON.parse(String(answer));
}

describe('the desk of a Firefox', () => {
  it('refuses what is asked between two sessions, and goes on with the next one', async () => {
    const client = new WebSocket(await desk.listen());
    clients.push(client);
    await once(client, 'open');
    let open = () => {};
    gate = new Promise((resolve) => {
      open = resolve;
    });
    const ended = once([...firefox.clients][0] ?? firefox, 'close');
    const made = ask(client, 'session.new');
    await ended;
    await expect(desk.call('browsingContext.getTree', {})).rejects.toThrow('The session has ended.');
    open();
    expect(await made).toMatchObject({ type: 'success' });
    expect(await desk.call('browsingContext.getTree', {})).toMatchObject({ sessionId: 'x' });
  });

  it('waits no longer than it should for a page that answers nothing', async () => {
    const asking = desk.call('script.evaluate', {}, 50);
    await expect(asking).rejects.toThrow('script.evaluate: no answer within 50 ms');
  });
});
