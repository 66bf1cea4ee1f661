// `moorage devices --watch` against a server whose devices change in the worst moment.

import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { until } from '../server.ts';
import { start } from './run.ts';

const streams: ServerResponse[] = [];
let isAfterChange = false;

/** A phone changes while nobody listens for events yet, so that none will ever tell of it. */
const server = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://server').pathname;
  if (path === '/v1/events') {
    isAfterChange = true;
    streams.push(response.writeHead(200, { 'content-type': 'text/event-stream' }));
    response.flushHeaders();
    return;
  }
  const state = isAfterChange ? 'free' : 'preparing';
  const device = { id: 'R58M30', backend: 'phones', platform: 'android', type: 'phone', state, needs: [] };
  response.writeHead(path === '/v1/devices' ? 200 : 404, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ data: [device], nextCursor: null }));
});

afterEach(async () => {
  for (const stream of streams) stream.end();
  server.close();
  await once(server, 'close');
});

it('shows what changed between its first look and its first event', async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  const watching = start(['devices', '--watch'], { env: { MOORAGE_URL: `http://127.0.0.1:${port}` } });
  await until(() => /R58M30.*free/.test(watching.stdout), 'the phone is shown as it is');
  watching.process.kill('SIGINT');
  expect(await watching.ended).toMatchObject({ exitCode: 0, stderr: '' });
});
