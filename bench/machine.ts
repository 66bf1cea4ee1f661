// The machine that a benchmark runs on: what it is, and whether it has time for us.

import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { waitUntil } from '../src/backends/support/waiting.ts';

export interface Machine {
  cores: number;
  model: string;
  memoryGb: number;
  platform: string;
  node: string;
}

export function describeMachine(): Machine {
  return {
    cores: availableParallelism(),
    model: cpus()[0]?.model ?? 'unknown',
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  };
}

/** Runnable processes on average over the last minute; more than there are cores means that ours had to wait. */
export function loadOfLastMinute(): number {
  return loadavg()[0] ?? Number.NaN;
}

const CALM_SHARE = 0.15;

/**
 * Waits until the processors have little to do, so that what one measurement left behind is not paid for by the next.
 * Goes on all the same after two seconds, on a machine that others keep busy.
 */
export async function untilCalm(): Promise<void> {
  let before = processorTime();
  const isCalm = () => {
    const now = processorTime();
    const share = (now.busyMs - before.busyMs) / (now.totalMs - before.totalMs);
    before = now;
    return share <= CALM_SHARE; // the first look compares with itself and gives no number
  };
  await waitUntil(isCalm, { everyMs: 100, timeoutMs: 2000 });
}

function processorTime(): { busyMs: number; totalMs: number } {
  const all = cpus().map(({ times: { user, nice, sys, idle, irq } }) => ({
    busyMs: user + nice + sys + irq,
    totalMs: user + nice + sys + irq + idle,
  }));
  return {
    busyMs: all.reduce((sum, { busyMs }) => sum + busyMs, 0),
    totalMs: all.reduce((sum, { totalMs }) => sum + totalMs, 0),
  };
}
