// How long somebody is waited for: a signal that also aborts when the time is over.

import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';

/** A signal that aborts with `signal`, and with the problem `timeout` when the time is over. */
export function withDeadline(
  clock: Clock,
  timeoutMs: number | undefined,
  signal: AbortSignal,
  what: string,
): { signal: AbortSignal; end: () => void } {
  if (timeoutMs === undefined) return { signal, end: () => {} };
  const expiry = new AbortController();
  const cancel = clock.after(timeoutMs, () =>
    expiry.abort(problem('timeout', { detail: `${what} took longer than ${timeoutMs} ms.` })),
  );
  const aborted = () => expiry.abort(signal.reason);
  if (signal.aborted) aborted();
  else signal.addEventListener('abort', aborted, { once: true });
  return {
    signal: expiry.signal,
    end: () => {
      cancel();
      signal.removeEventListener('abort', aborted);
    },
  };
}
