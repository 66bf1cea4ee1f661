// Clients that go away before they have their answer.

import type { FastifyReply } from 'fastify';

/** Aborts when the client goes away before it has its answer. */
export function hangUpSignal({ raw }: Pick<FastifyReply, 'raw'>): AbortSignal {
  const hungUp = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) hungUp.abort();
  });
  // One that is gone already closes no second time.
  if (raw.destroyed && !raw.writableFinished) hungUp.abort();
  return hungUp.signal;
}
