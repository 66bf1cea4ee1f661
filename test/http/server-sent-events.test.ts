// Streams of events whose reader is gone before they begin: nothing of them goes on.

import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyReply } from 'fastify';
import { expect, it } from 'vitest';
import { hangUpSignal } from '../../src/http/hang-up.ts';
import { EventStreams } from '../../src/http/server-sent-events.ts';
import { createMetrics } from '../../src/metrics.ts';
import { ManualClock } from '../manual-clock.ts';

it('ends at once, and whoever works for the answer hears of it', async () => {
  const clock = new ManualClock();
  const streams = new EventStreams({ clock, metrics: createMetrics() });
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // TCP, so never a path
  const sent = request({ host: '127.0.0.1', port }).end();
  sent.on('error', () => {});
  const [, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse];
  sent.destroy();
  await once(response, 'close');

  // What of Fastify's reply a stream is made of.
  const reply = { hijack: () => {}, getHeaders: () => ({}), raw: response } as unknown as FastifyReply;
  expect(hangUpSignal(reply).aborted).toBe(true);
  expect(streams.open(reply).closed.aborted).toBe(true);
  expect(clock.timerCount).toBe(0);
  server.close();
  await once(server, 'close');
});
