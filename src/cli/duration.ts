// Durations on the command line, written as in the configuration.

import { usageFailure } from './failure.ts';

/** In milliseconds. @throws CommandFailure */
export async function parseDuration(flag: string, text: string | undefined): Promise<number | undefined> {
  if (text === undefined) return undefined;
  const { default: ms } = await import('ms');
  const isDuration = /^\d+(\.\d+)?(ms|s|m|h|d)$/.test(text);
  // The pattern admits only what `ms` reads.
  if (isDuration) return Math.round(ms(text as `${number}s`));
  throw usageFailure(`${flag} takes a number with its unit, not “${text}”.`, 'Such as 500ms, 30s, 5m or 1h.');
}
