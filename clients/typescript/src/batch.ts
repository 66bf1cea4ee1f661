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
  if (composed instanceof Promise) composed.catch(() => {}); // what it goes on to send is refused
  const commands = gathering.close();
  if (commands.length === 0) return [];
  const settled = gathering.settle(await live.sendAll(commands, { stopOnError, ...options }));
  if (!stopOnError) return settled;
  return settled.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}
