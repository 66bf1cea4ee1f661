// Batches: commands put together as if each were sent, and sent in one request.

import type { BatchChannel, LiveChannel } from './channel.ts';
import type { Page } from './page.ts';

export interface BatchOptions {
  /** Whether commands after one that fails are left out. Default true. */
  stopOnError?: boolean;
  /** Of the whole batch. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/**
 * Sends what `compose` calls on its page. Resolves to what the calls gave, in their order.
 * @throws MoorageError of the first command that failed, unless `stopOnError` is false.
 */
export async function sendBatch(
  live: LiveChannel,
  gathering: BatchChannel,
  compose: (page: Page) => unknown,
  { stopOnError = true, ...options }: BatchOptions,
): Promise<unknown[] | PromiseSettledResult<unknown>[]> {
  const composed = compose(gathering.page);
  if (composed instanceof Promise) composed.catch(() => {}); // refused below, where it goes on after the sending
  const { commands, replies } = gathering.close();
  if (commands.length === 0) return [];
  try {
    gathering.settle(await live.sendAll(commands, { stopOnError, ...options }));
  } catch (error) {
    gathering.fail(error);
    throw error;
  }
  const results = replies.map((reply) => reply.then(({ result }) => result));
  return stopOnError ? Promise.all(results) : Promise.allSettled(results);
}
