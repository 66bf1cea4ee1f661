// One Android emulator as a process of its own: started on a pair of ports, watched until Android is up, ended. It is known
// to adb as `emulator-<console port>`, whatever ports it has.
// https://developer.android.com/studio/run/emulator-commandline

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { problem } from '../../errors.ts';
import { isRunning, type ProcessIdentity } from '../../process-identity.ts';
import type { Adb } from './adb.ts';
import { AdbError } from './adb-error.ts';
import { askConsole } from './emulator-console.ts';
import { type HostLock, takeHostLock } from './host-lock.ts';
import type { PortLeases } from './ports.ts';
import { killGroup, type ProcessExit, spawnDetached } from './process.ts';
import type { SessionFolder } from './session-folder.ts';
import { waitUntil } from './waiting.ts';

/** What is the same for every emulator of a backend. */
export interface EmulatorSetup {
  emulatorPath: string;
  avd: string;
  adb: Adb;
  /** What a snapshot depends on: the emulator loads none that another renderer has made. */
  args: readonly string[];
  /** Of its process; it gets nothing of the environment of the server. */
  env: Record<string, string>;
  /** Of its user, where it keeps keys and tokens. */
  home: string;
  hostLocks: string;
  ports: PortLeases;
}

export interface EmulatorStart {
  setup: EmulatorSetup;
  /** It works in there, and its log goes there. */
  folder: SessionFolder;
  /** Beside those of the setup. */
  args: readonly string[];
  /** For whoever finds its ports locked. */
  purpose: string;
  /** Called as soon as it runs, before it is up. */
  onSpawn: (emulator: RunningEmulator) => Promise<void>;
  timeoutMs: number;
}

export interface RunningEmulator {
  identity: ProcessIdentity;
  /** Of its console, an even one; adb's is the next. */
  port: number;
  /** Resolves when it has ended; never rejects. */
  exited: Promise<ProcessExit>;
  /** Of its pair of ports, as long as it runs. */
  lock: HostLock;
}

const BOOT_POLL_MS = 100;
const CONSOLE_MS = 2000;
const END_MS = 10_000;
const PORT_TRIES = 5;
/** Its words for ports that somebody has. With `-ports` it would say nothing and go on, so it is given `-port`. */
const PORT_TAKEN = /too many emulator instances/;
/** Reads what a boot is recognized by; see waitForEmulatorReady of appium-adb. */
const BOOT_QUESTION = 'getprop sys.boot_completed; getprop init.svc.bootanim; service list; echo shell-works';
const SERVICES = ['activity:', 'package:', 'window:'];

export function serialOf(port: number): string {
  return `emulator-${port}`;
}

/**
 * Starts one on ports that nobody has, and resolves when Android is up.
 * @throws Error with what was seen, or the reason of `signal`; nothing is left then.
 */
export async function startEmulator(start: EmulatorStart, signal: AbortSignal): Promise<RunningEmulator> {
  for (let tries = 1; ; tries += 1) {
    const { port, lock } = await leasePort(start);
    let emulator: RunningEmulator | undefined;
    try {
      emulator = await spawnEmulator(start, port, lock);
      await start.onSpawn(emulator);
      await waitForBoot(start, emulator, signal);
      return emulator;
    } catch (error) {
      try {
        if (emulator) await stopEmulator(start.setup, emulator);
      } finally {
        await lock.release();
        start.setup.ports.release(port);
      }
      signal.throwIfAborted();
      // Somebody took it since we looked.
      if (tries === PORT_TRIES || !PORT_TAKEN.test(await start.folder.readLogTail())) throw error;
    }
  }
}

/**
 * Ends one that we started, by its own means if it can and by force if not. Idempotent; does nothing to another one that
 * has its ports by now.
 */
export async function stopEmulator(
  { avd, adb, home }: Pick<EmulatorSetup, 'adb' | 'avd' | 'home'>,
  { identity, port }: Pick<RunningEmulator, 'identity' | 'port'>,
): Promise<void> {
  const hasPorts = await isRunning(identity);
  if (hasPorts) {
    try {
      const ask = { port, home, timeoutMs: CONSOLE_MS };
      if ((await askConsole({ ...ask, command: 'avd name' })) === avd) {
        await askConsole({ ...ask, command: 'kill' });
        const hasEnded = async () => !(await isRunning(identity));
        await waitUntil(hasEnded, { everyMs: 10, timeoutMs: END_MS });
      }
    } catch {
      // it does not listen yet, or does not obey
    }
  }
  await killGroup(identity);
  if (!hasPorts) return;
  // Until the adb server has noticed, the next one on these ports would be taken for this one.
  const signal = AbortSignal.timeout(END_MS);
  const isForgotten = async () => (await adb.getState(serialOf(port), signal)) === undefined;
  await waitUntil(isForgotten, { everyMs: 25, timeoutMs: END_MS, signal }).catch(() => {});
}

/** The name of the lock of a pair of ports, which servers of this machine share. */
export function portLockOf(port: number): string {
  return `android-emulator-${port}`;
}

async function leasePort({
  setup: { ports, hostLocks },
  purpose,
}: EmulatorStart): Promise<{ port: number; lock: HostLock }> {
  for (;;) {
    const port = await ports.lease();
    const lock = await takeHostLock(hostLocks, portLockOf(port), purpose).catch((error: unknown) => {
      ports.release(port);
      throw error;
    });
    if (!('heldBy' in lock)) return { port, lock };
    ports.release(port); // another server starts one there; it rests now
  }
}

async function spawnEmulator(
  { setup, folder, args }: EmulatorStart,
  port: number,
  lock: HostLock,
): Promise<RunningEmulator> {
  // What an earlier try said is not what this one says.
  await rm(folder.logFile, { force: true });
  const { identity, exited } = await spawnDetached({
    command: setup.emulatorPath,
    args: ['-avd', setup.avd, '-port', String(port), ...setup.args, ...args],
    env: {
      HOME: setup.home,
      LANG: 'C.UTF-8',
      PATH: '/usr/local/bin:/usr/bin:/bin',
      // Where it keeps what belongs to one instance; it does not look at TMPDIR.
      ANDROID_TMP: join(folder.path, 'tmp'),
      TMPDIR: join(folder.path, 'tmp'),
      ...setup.env,
    },
    cwd: folder.path,
    logFile: folder.logFile,
  });
  try {
    await lock.passTo(identity);
  } catch (error) {
    await killGroup(identity);
    throw error;
  }
  return { identity, port, exited, lock };
}

/** A snapshot says at once that it is booted, so adb has to reach its shell as well. */
async function waitForBoot(
  { setup: { adb }, timeoutMs }: EmulatorStart,
  { port, exited }: RunningEmulator,
  signal: AbortSignal,
): Promise<void> {
  const serial = serialOf(port);
  let exit: ProcessExit | undefined;
  void exited.then((seen) => {
    exit = seen;
  });
  let seen = 'adb does not see it';
  const look = async () => {
    if (exit) throw new Error(`the emulator ended with ${describeExit(exit)}`);
    try {
      const state = await adb.getState(serial, signal);
      if (state === undefined) await adb.connectEmulator(port, signal);
      if (state !== 'device') {
        seen = state === 'unauthorized' ? UNAUTHORIZED : `adb calls it ${state ?? 'not there'}`;
        return false;
      }
      const [completed = '', animation = '', ...rest] = (
        await adb.shell(serial, BOOT_QUESTION, signal)
      ).split(/\r?\n/);
      const text = rest.join('\n');
      seen = `sys.boot_completed is "${completed}", its boot animation is ${animation || 'over'}`;
      const isUp = completed === '1' && ['', 'stopped'].includes(animation);
      return isUp && text.includes('shell-works') && SERVICES.every((name) => text.includes(name));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof AdbError) || error.reason === 'no server') throw error;
      seen = error.message;
      return false;
    }
  };
  if (await waitUntil(look, { everyMs: BOOT_POLL_MS, timeoutMs, signal })) return;
  throw new Error(`Android was not up after ${timeoutMs} ms: ${seen}`);
}

const UNAUTHORIZED =
  'it does not trust the key of adb; a snapshot knows the one that it was made with, so bake it anew as the user of the server';

export function describeExit({ code, signal }: ProcessExit): string {
  return signal === null ? `code ${code}` : signal;
}

/** With the end of its log, and what to do where that says something of the snapshot. */
export async function explainStart(
  error: unknown,
  folder: SessionFolder,
  bakeCommand: string,
): Promise<Error> {
  const seen = error instanceof Error ? error.message : String(error);
  const log = await folder.readLogTail();
  const advice = /snapshot/i.test(log)
    ? ` If it is about the snapshot, make that anew: ${bakeCommand} --anew`
    : '';
  const detail = log === '' ? `${seen}.` : `${seen}.${advice} The end of the emulator's log:\n${log}`;
  return problem('session-not-created', { detail, cause: error });
}
