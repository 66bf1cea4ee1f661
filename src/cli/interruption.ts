// Ctrl-C, and SIGTERM, as the end of what a command does rather than of its process: it still cleans up.

import { CommandFailure } from './failure.ts';

/** As shells have it of a process that SIGINT ended. */
const INTERRUPTED = 130;

export interface Interruption {
  /** Aborts at the first one. */
  first: AbortSignal;
  /** Aborts at the second one: whoever sits there is in a hurry. */
  second: AbortSignal;
  /** Gives the keys back to whoever had them. */
  close(): void;
}

export function awaitInterruption(): Interruption {
  const [first, second] = [new AbortController(), new AbortController()];
  const interrupt = () => (first.signal.aborted ? second : first).abort(interrupted());
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  return {
    first: first.signal,
    second: second.signal,
    close: () => void process.off('SIGINT', interrupt).off('SIGTERM', interrupt),
  };
}

function interrupted(): CommandFailure {
  return new CommandFailure('Interrupted.', { code: 'interrupted', exitCode: INTERRUPTED });
}
