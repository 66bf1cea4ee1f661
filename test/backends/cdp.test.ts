// The small DevTools connection at an end that answers nothing.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { CdpConnection } from '../../src/backends/support/cdp.ts';

let server: WebSocketServer;
let url: string;

beforeEach(async () => {
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
});

afterEach(async () => {
  for (const socket of server.clients) socket.terminate();
  server.close();
  await once(server, 'close');
});

it('refuses commands by a rejection, whatever its state, which is all that most callers listen to', async () => {
  const abort = new AbortController();
  const cdp = await CdpConnection.open(url, abort.signal);
  const waiting = cdp.send('Page.enable').catch((error: unknown) => error);
  const reason = new Error('the session ended');
  abort.abort(reason);
  // A throw would come here, and not to `catch`.
  const late = cdp.send('Page.enable').catch((error: unknown) => error);
  expect(await waiting).toBe(reason);
  expect(await late).toBe(reason);

  const other = await CdpConnection.open(url, new AbortController().signal);
  other.close();
  await expect(other.send('Page.enable')).rejects.toThrow('not connected');
});
