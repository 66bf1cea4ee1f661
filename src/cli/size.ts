// Sizes on the command line, written as in the configuration.

import { usageFailure } from './failure.ts';

/** In bytes. @throws CommandFailure */
export async function parseSize(flag: string, text: string | undefined): Promise<number | undefined> {
  if (text === undefined) return undefined;
  const { default: bytes } = await import('bytes');
  const size = /^\d+(\.\d+)?(B|KB|MB|GB|TB)$/i.test(text) ? bytes.parse(text) : null;
  if (size !== null) return Math.round(size);
  throw usageFailure(`${flag} takes a number with its unit, not “${text}”.`, 'Such as 500MB or 2GB.');
}

/** `1572864` as `1.5 MB`. */
export function formatSize(sizeBytes: number): string {
  const unit = Math.min(Math.floor(Math.log2(Math.max(1, sizeBytes)) / 10), 4);
  const value = sizeBytes / 1024 ** unit;
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${['B', 'KB', 'MB', 'GB', 'TB'][unit]}`;
}
