// Which version a program is, by its own word.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

const VERSION_TIMEOUT_MS = 20_000;

/** Runs `--version`. Gives the reason as a string, to follow `There is`, when the program does not tell one. */
export async function readVersionOf(
  path: string,
  signal?: AbortSignal,
  timeoutMs = VERSION_TIMEOUT_MS,
): Promise<{ path: string; version: string } | string> {
  try {
    const { stdout } = await run(path, ['--version'], {
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      ...(signal && { signal }),
    });
    const version = /\d+(\.\d+)+/.exec(stdout)?.[0];
    return version === undefined
      ? `${path}, which does not tell its version but: ${stdout.slice(0, 200)}`
      : { path, version };
  } catch (error) {
    return `${path}, which cannot be run: ${error instanceof Error ? error.message : String(error)}`;
  }
}
