// Processes as Moorage starts and ends them: detached, so that they outlive it; each the head of a group, so that
// none of their children is forgotten; known by more than a pid, since pids are given out again.

import { execFile, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { waitUntil } from './waiting.ts';

const run = promisify(execFile);

/** One process for all time: a pid is given out again, but not with the same start in the same boot. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks since the boot on Linux, a date on macOS. Only compared. */
  startTime: string;
  bootId: string;
}

export interface ProcessExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface DetachedProcess {
  identity: ProcessIdentity;
  /** Resolves when it has ended; never rejects. */
  exited: Promise<ProcessExit>;
}

const KILL_TIMEOUT_MS = 10_000;
// Chrome's children need 50 to 90 ms to die.
const EMPTY_GROUP_MS = 50;

/**
 * Starts a program in a process group of its own that our end does not touch. Its output goes to `logFile`.
 * Rejects when it cannot be executed.
 */
export async function spawnDetached(options: {
  command: string;
  args: readonly string[];
  env: Record<string, string>;
  cwd: string;
  logFile: string;
}): Promise<DetachedProcess> {
  const { command, args, env, cwd } = options;
  const log = openSync(options.logFile, 'a', 0o600);
  try {
    // The log is a file and not a pipe: a pipe would break, and end the program with it, when we end.
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', log, log] });
    const exited = new Promise<ProcessExit>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    const pid = child.pid ?? 0; // there is one from 'spawn' on
    const identity = await identify(pid);
    return { identity: identity ?? { pid, startTime: 'unknown', bootId: await bootId() }, exited };
  } finally {
    closeSync(log);
  }
}

/** Who has this pid now, if anybody; a zombie is nobody. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const found = await inspect(pid);
  return found && !found.isDead ? { pid, startTime: found.startTime, bootId: await bootId() } : undefined;
}

/** Whether this very process still runs, be it stopped (`SIGSTOP`, a debugger, a machine that slept). */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  const now = await identify(identity.pid);
  return now?.startTime === identity.startTime && now.bootId === identity.bootId;
}

/** Whether the process is frozen: it exists but answers nobody until it is continued. */
export async function isStopped(identity: ProcessIdentity): Promise<boolean> {
  return (await isRunning(identity)) && (await inspect(identity.pid))?.isStopped === true;
}

/**
 * Ends a process and its whole group at once, and resolves when none of it is left. Idempotent; does nothing when the
 * pid now belongs to somebody else. Rejects when the group outlives the signal by ten seconds.
 */
export async function killGroup(identity: ProcessIdentity): Promise<void> {
  const { pid } = identity;
  if (identity.bootId !== (await bootId())) return;
  const holder = await inspect(pid);
  if (holder && identity.startTime !== 'unknown' && holder.startTime !== identity.startTime) return;
  // Where the head is gone, the group that it left is still ours: a pid is not given out while a group has its number.
  if (!signalGroup(pid, 'SIGKILL')) return;

  const hasNoMember = () => !signalGroup(pid, 0);
  if (await waitUntil(hasNoMember, { everyMs: 5, timeoutMs: EMPTY_GROUP_MS })) return;
  // Zombies that nobody collects (a container without an init) keep the number of a group that is dead. Nothing new
  // can have joined it since the signal, so one look at all processes is enough.
  const members = membersOf(pid);
  const areDead = () => hasNoMember() || members?.every((member) => isDead(member));
  if (await waitUntil(areDead, { everyMs: 5, timeoutMs: KILL_TIMEOUT_MS })) return;
  throw new Error(`process group ${pid} is still there ${KILL_TIMEOUT_MS} ms after SIGKILL`);
}

/** The heads of groups whose command line contains `text`. */
export async function findGroups(text: string): Promise<Array<{ pid: number; commandLine: string }>> {
  const processes = process.platform === 'linux' ? listByProc() : await listByPs();
  return processes.filter(({ commandLine }) => commandLine.includes(text));
}

interface Inspection {
  startTime: string;
  isDead: boolean;
  isStopped: boolean;
}

async function inspect(pid: number): Promise<Inspection | undefined> {
  if (process.platform === 'linux') {
    const stat = readStat(pid);
    return (
      stat && {
        startTime: stat.startTime,
        isDead: isDead(String(pid)),
        isStopped: stat.state === 'T' || stat.state === 't',
      }
    );
  }
  try {
    const { stdout } = await run('/bin/ps', ['-o', 'stat=,lstart=', '-p', String(pid)]);
    const [state = '', ...started] = stdout.trim().split(/\s+/);
    if (state === '') return undefined;
    return { startTime: started.join(' '), isDead: state.startsWith('Z'), isStopped: state.startsWith('T') };
  } catch {
    return undefined; // ps fails for a pid that nobody has
  }
}

/** The fields of /proc/<pid>/stat, see proc(5). The second one, the name, may itself hold spaces and brackets. */
function readStat(pid: number | string): { state: string; group: number; startTime: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', group: Number(fields[2]), startTime: fields[19] ?? '' };
  } catch {
    return undefined; // no such process
  }
}

let knownBootId: Promise<string> | undefined;

function bootId(): Promise<string> {
  knownBootId ??= readBootId();
  return knownBootId;
}

async function readBootId(): Promise<string> {
  if (process.platform === 'linux') return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return (await run('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'])).stdout.trim();
}

/** False when the group has no member. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false; // what kill throws carries errno's name
    throw error;
  }
}

/** The processes of a group, zombies included; `undefined` where the system does not tell. */
function membersOf(group: number): string[] | undefined {
  if (process.platform !== 'linux') return undefined;
  return pids().filter((pid) => readStat(pid)?.group === group);
}

/** Of a process on Linux: it ended, whether or not somebody has taken note. */
function isDead(pid: string): boolean {
  const state = readStat(pid)?.state;
  return state === undefined || state === 'Z' || state === 'X';
}

function listByProc(): Array<{ pid: number; commandLine: string }> {
  return pids().flatMap((text) => {
    const pid = Number(text);
    if (readStat(pid)?.group !== pid) return [];
    try {
      return [{ pid, commandLine: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') }];
    } catch {
      return []; // it ended meanwhile
    }
  });
}

async function listByPs(): Promise<Array<{ pid: number; commandLine: string }>> {
  const { stdout } = await run('/bin/ps', ['-axwwo', 'pid=,pgid=,command='], { maxBuffer: 64 * 1024 * 1024 });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, group, commandLine = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid !== undefined && pid === group ? [{ pid: Number(pid), commandLine }] : [];
  });
}

function pids(): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}
