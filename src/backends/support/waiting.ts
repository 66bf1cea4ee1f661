// Waiting: for what tells nobody when it happens, such as a file or the end of a process; and no longer than one should.

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

/** Like `promise`, but rejects with the reason of `signal` as soon as that aborts; whatever makes it goes on. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  promise.catch(() => {}); // nobody may be left to hear of it
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    stop = () => signal.removeEventListener('abort', abort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    stop();
  }
}

/**
 * Aborts as the first of `signals` does, or `timeoutMs` from now with a `TimeoutError`. Keeps no process alive. Instead of
 * AbortSignal.timeout within AbortSignal.any, which Node 20 collects as garbage: it never comes then.
 */
export function abortAfter(timeoutMs: number, ...signals: readonly AbortSignal[]): AbortSignal {
  const late = new AbortController();
  const abort = () => late.abort(new DOMException(`no answer within ${timeoutMs} ms`, 'TimeoutError'));
  setTimeout(abort, timeoutMs).unref();
  return AbortSignal.any([...signals, late.signal]);
}
