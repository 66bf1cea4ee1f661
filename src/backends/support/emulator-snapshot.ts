// What the program of the emulator says of itself, asked without starting one: its AVDs, whether a snapshot can be loaded, and
// whether this machine is quick enough.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { EmulatorSetup } from './emulator.ts';

const run = promisify(execFile);

const QUESTION_MS = 30_000;

/** The names of the AVDs that there are. It prints other things beside them. */
export async function listAvds(
  setup: Pick<EmulatorSetup, 'emulatorPath' | 'env' | 'home'>,
  signal?: AbortSignal,
): Promise<string[]> {
  const { stdout } = await ask(setup, ['-list-avds'], signal);
  return stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^[\w.-]+$/.test(line));
}

/** Why the snapshot cannot be loaded, in the emulator's own words; `undefined` when it can. */
export async function whyNotLoadable(
  setup: Pick<EmulatorSetup, 'args' | 'avd' | 'emulatorPath' | 'env' | 'home'>,
  snapshot: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  // With all that it will be started with: it compares renderers.
  const args = ['-avd', setup.avd, ...setup.args, '-check-snapshot-loadable', snapshot];
  const { stdout, stderr } = await ask(setup, args, signal);
  if (/^\s*Loadable\s*$/m.test(stdout)) return undefined;
  return (
    /Reason:\s*(.+)/.exec(stdout)?.[1]?.trim() ??
    (`${stderr}${stdout}`.trim().slice(-300) || 'it does not say why')
  );
}

/** Why it would be too slow here; `undefined` where it is not, or where somebody says so who knows. */
export async function whyNotAccelerated(
  setup: EmulatorSetup,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (setup.args.includes('-accel')) return undefined;
  const { stdout, code } = await ask(setup, ['-accel-check'], signal);
  if (code === 0) return undefined;
  const why = stdout
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^(accel:?|\d+|INFO.*)$/.test(line.trim()));
  return why.join(' ') || `-accel-check ended with ${code}`;
}

/** It exits with other codes than 0 for answers too. */
async function ask(
  { emulatorPath, env, home }: Pick<EmulatorSetup, 'emulatorPath' | 'env' | 'home'>,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<{ stdout: string; stderr: string; code: number }> {
  signal?.throwIfAborted();
  const options = {
    timeout: QUESTION_MS,
    killSignal: 'SIGKILL' as const,
    env: { HOME: home, LANG: 'C.UTF-8', PATH: '/usr/local/bin:/usr/bin:/bin', ...env },
    ...(signal && { signal }),
  };
  try {
    return { ...(await run(emulatorPath, args, options)), code: 0 };
  } catch (error) {
    signal?.throwIfAborted();
    // What execFile rejects with when the program itself ends badly.
    const { stdout = '', stderr = '', code } = error as { stdout?: string; stderr?: string; code?: unknown };
    if (typeof code === 'number') return { stdout, stderr, code };
    throw error;
  }
}
