// A display without a screen, for browsers that need one: Xvfb, one for each browser.

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { isRunning } from '../../process-identity.ts';
import { killGroup, type ProcessExit, spawnDetached } from './process.ts';
import { waitUntil } from './waiting.ts';

export const VirtualDisplay = Type.Object({
  pid: Type.Integer(),
  startTime: Type.String(),
  bootId: Type.String(),
  /** The 99 of `:99`. */
  number: Type.Integer({ minimum: 0 }),
});
export type VirtualDisplay = Static<typeof VirtualDisplay>;

const START_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 2000;

/** Starts Xvfb on a number of its own choice. @throws Error with what it said. */
export async function startDisplay(
  executable: string,
  folder: { readonly path: string },
  { width, height }: { width: number; height: number },
  signal: AbortSignal,
): Promise<VirtualDisplay> {
  const said = join(folder.path, 'display.log');
  const { identity, exited } = await spawnDetached({
    command: executable,
    // It writes its number to the descriptor that it is told, here its standard output.
    args: ['-displayfd', '1', '-screen', '0', `${width}x${height}x24`, '-nolisten', 'tcp', '-noreset'],
    env: { HOME: folder.path, LANG: 'C.UTF-8', PATH: '/usr/local/bin:/usr/bin:/bin' },
    cwd: folder.path,
    logFile: said,
  });
  try {
    return { ...identity, number: await waitForNumber(said, exited, signal) };
  } catch (error) {
    await killGroup(identity);
    throw error;
  }
}

/** Ends it, with the lock and the socket that tell of it. Idempotent. */
export async function stopDisplay(display: VirtualDisplay): Promise<void> {
  const { number, ...identity } = display;
  if (await isRunning(identity)) {
    process.kill(identity.pid, 'SIGTERM'); // it then removes its files itself
    const isOver = async () => !(await isRunning(identity));
    await waitUntil(isOver, { everyMs: 5, timeoutMs: STOP_TIMEOUT_MS });
  }
  await killGroup(identity);
  const lock = `/tmp/.X${number}-lock`;
  const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
  if (holder !== identity.pid) return; // removed, or another server's by now
  await rm(`/tmp/.X11-unix/X${number}`, { force: true });
  await rm(lock, { force: true });
}

async function waitForNumber(
  said: string,
  exited: Promise<ProcessExit>,
  signal: AbortSignal,
): Promise<number> {
  let exit: ProcessExit | undefined;
  void exited.then((seen) => {
    exit = seen;
  });
  const look = async () => {
    const text = await readFile(said, 'utf8');
    const [, number] = /^(\d+)\n/m.exec(text) ?? [];
    if (number === undefined && exit)
      throw new Error(`Xvfb ended with ${exit.signal ?? exit.code}: ${text.trim()}`);
    return number;
  };
  const number = await waitUntil(look, { everyMs: 10, timeoutMs: START_TIMEOUT_MS, signal });
  if (number === undefined) throw new Error(`Xvfb was not ready after ${START_TIMEOUT_MS} ms`);
  return Number(number);
}
