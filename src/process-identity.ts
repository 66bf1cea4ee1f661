// Processes by more than their pid, since pids are given out again: the same pid, start and boot is the same process.

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const PS_TIMEOUT_MS = 5000;

// A locale of its own, so that dates read the same to every server.
const run = (file: string, args: string[], timeoutMs = PS_TIMEOUT_MS) =>
  promisify(execFile)(file, args, { timeout: timeoutMs, env: { LC_ALL: 'C' } });

/** One process for all time: a pid is given out again, but not with the same start in the same boot. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks since the boot on Linux, a date on macOS. Only compared. */
  startTime: string;
  bootId: string;
}

/** Who has this pid now, if anybody; a zombie is nobody. @throws Error where the system does not tell. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const found = await inspect(pid);
  return found && !found.isDead ? { pid, startTime: found.startTime, bootId: await bootId() } : undefined;
}

/**
 * Whether this very process still runs, be it stopped (`SIGSTOP`, a debugger, a machine that slept). It does as far as anybody
 * knows where the system does not tell: what is taken for dead is swept away.
 */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  try {
    const now = await identify(identity.pid);
    return now?.startTime === identity.startTime && now.bootId === identity.bootId;
  } catch {
    return true;
  }
}

/**
 * Whether the process can still take what is sent to it. One that was killed runs on for a moment as far as its state tells:
 * it gives its memory back first and its sockets later, and what they take in between nobody reads.
 */
export async function canServe(identity: ProcessIdentity): Promise<boolean> {
  if (!(await isRunning(identity))) return false;
  return process.platform !== 'linux' || readStat(identity.pid)?.hasMemory === true;
}

/** Whether the process is frozen: it exists but answers nobody until it is continued. */
export async function isStopped(identity: ProcessIdentity): Promise<boolean> {
  if (!(await isRunning(identity))) return false;
  const found = await inspect(identity.pid).catch(() => undefined);
  return found?.isStopped === true;
}

export interface Inspection {
  startTime: string;
  isDead: boolean;
  isStopped: boolean;
}

/** What the system says of a pid now. @throws Error where it does not tell. */
export async function inspect(pid: number): Promise<Inspection | undefined> {
  if (process.platform === 'linux') {
    const stat = readStat(pid);
    return (
      stat && {
        startTime: stat.startTime,
        isDead: stat.state === 'Z' || stat.state === 'X',
        isStopped: stat.state === 'T' || stat.state === 't',
      }
    );
  }
  if (process.platform === 'win32') {
    // Whether there is one is all that can be had without a program of its own.
    return isSignalable(pid) ? { startTime: '', isDead: false, isStopped: false } : undefined;
  }
  return inspectByPs(pid);
}

/** As `inspect`, where there is no /proc. @throws Error where `ps` does not answer in time. */
export async function inspectByPs(
  pid: number,
  { ps = '/bin/ps', timeoutMs = PS_TIMEOUT_MS }: { ps?: string; timeoutMs?: number } = {},
): Promise<Inspection | undefined> {
  try {
    const { stdout } = await run(ps, ['-o', 'stat=,lstart=', '-p', String(pid)], timeoutMs);
    const [state = '', ...started] = stdout.trim().split(/\s+/);
    if (state === '') return undefined;
    return { startTime: started.join(' '), isDead: state.startsWith('Z'), isStopped: state.startsWith('T') };
  } catch (cause) {
    // With this it ends for a pid that nobody has; anything else says nothing of the process.
    if (cause instanceof Error && 'code' in cause && cause.code === 1) return undefined;
    throw new Error(`${ps} does not tell whether process ${pid} runs`, { cause });
  }
}

export interface ProcessStat {
  name: string;
  state: string;
  group: number;
  startTime: string;
  /** Not of zombies, nor of those that are about to be one. */
  hasMemory: boolean;
}

/** The fields of /proc/<pid>/stat, see proc(5). The second one, the name, may itself hold spaces and brackets. */
export function readStat(pid: number | string): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const end = text.lastIndexOf(')');
    const fields = text.slice(end + 2).split(' ');
    const name = text.slice(text.indexOf('(') + 1, end);
    return {
      ...{ name, state: fields[0] ?? '', group: Number(fields[2]), startTime: fields[19] ?? '' },
      hasMemory: fields[20] !== '0',
    };
  } catch {
    return undefined; // no such process
  }
}

let knownBootId: Promise<string> | undefined;

/** Unlike after every boot of this machine. */
export function bootId(): Promise<string> {
  knownBootId ??= readBootId().catch((error: unknown) => {
    knownBootId = undefined;
    throw error;
  });
  return knownBootId;
}

async function readBootId(): Promise<string> {
  if (process.platform === 'linux') return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  if (process.platform === 'win32') return '';
  return (await run('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'])).stdout.trim();
}

function isSignalable(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // what kill throws carries errno's name
  }
}
