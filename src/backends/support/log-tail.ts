// The end of what a browser wrote into its log, for people who are told that it failed.

import { open } from 'node:fs/promises';

const TAIL_BYTES = 2048;

/** Empty where there is no log. */
export async function readLogTail(file: string): Promise<string> {
  try {
    const log = await open(file, 'r');
    try {
      const { size } = await log.stat();
      const position = Math.max(0, size - TAIL_BYTES);
      const { buffer, bytesRead } = await log.read({ position, length: TAIL_BYTES });
      return buffer.subarray(0, bytesRead).toString('utf8').trim();
    } finally {
      await log.close();
    }
  } catch {
    return '';
  }
}
