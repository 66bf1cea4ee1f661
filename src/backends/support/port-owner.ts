// Which process of this machine listens on a port.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram } from './driver-settings.ts';

const run = promisify(execFile);

const LSOF = ['/usr/sbin/lsof', 'lsof'];
const TIMEOUT_MS = 10_000;

/**
 * The pids of those that listen on a TCP port.
 * @throws Error where there is no lsof, which every Mac has.
 */
export async function listenersOn(port: number, signal: AbortSignal): Promise<number[]> {
  const lsof = await findProgram(LSOF);
  if (lsof === undefined) throw new Error('There is no lsof to tell who listens on a port.');
  const args = ['-nP', '-t', `-iTCP:${port}`, '-sTCP:LISTEN'];
  try {
    const { stdout } = await run(lsof, args, { timeout: TIMEOUT_MS, signal });
    return stdout.split('\n').filter(Boolean).map(Number);
  } catch (error) {
    signal.throwIfAborted();
    const { code } = error as { code?: unknown }; // what execFile rejects with carries the exit code
    if (code === 1) return []; // it found none
    throw error;
  }
}
