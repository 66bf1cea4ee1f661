// Waiting for something outside of this process that tells nobody when it happens: a file, the end of a process.

import { setTimeout as sleep } from 'node:timers/promises';

export interface Wait {
  everyMs: number;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/**
 * Asks `condition` again and again until it gives something other than `undefined` or `false`, which it resolves
 * with; `undefined` when that did not happen in time. Rejects with the reason of `signal`, or what `condition` throws.
 */
export async function waitUntil<T>(
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  { everyMs, timeoutMs, signal }: Wait,
): Promise<T | undefined> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    const answer = await condition();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() >= deadline) return undefined;
    await sleep(everyMs);
  }
}

/** What `task` gives, or a rejection when that takes longer. The task goes on all the same. */
export async function within<T>(timeoutMs: number, task: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it took longer than ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([task, late]);
  } finally {
    clearTimeout(timer);
  }
}
