// Processes as Moorage starts and ends them: detached, so that they outlive it; each the head of a group, so that
// none of their children is forgotten; known by more than a pid, since pids are given out again.

import { execFile, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { bootId, identify, inspect, type ProcessIdentity, readStat } from '../../process-identity.ts';
import { waitUntil } from './waiting.ts';

const run = promisify(execFile);

export interface ProcessExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface DetachedProcess {
  identity: ProcessIdentity;
  /** Resolves when it has ended; never rejects. */
  exited: Promise<ProcessExit>;
}

export interface ListedProcess {
  pid: number;
  group: number;
  /** Of the program; cut after 15 characters on Linux. */
  name: string;
  commandLine: string;
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
    const identity = await identify(pid).catch((error: unknown) => {
      signalGroup(pid, 'SIGKILL'); // nobody could tell it from another one later
      throw error;
    });
    return { identity: identity ?? { pid, startTime: 'unknown', bootId: await bootId() }, exited };
  } finally {
    closeSync(log);
  }
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
  const members = await listProcesses(({ group }) => group === pid);
  const areDead = () => hasNoMember() || members.every((member) => isDead(member.pid));
  if (await waitUntil(areDead, { everyMs: 5, timeoutMs: KILL_TIMEOUT_MS })) return;
  throw new Error(`process group ${pid} is still there ${KILL_TIMEOUT_MS} ms after SIGKILL`);
}

/**
 * Ends the processes whose name begins with `name` and whose command line contains `text`, and resolves when they are
 * gone. For those that left the group of their parent.
 */
export async function killNamed(name: string, text: string): Promise<void> {
  const found = (await listProcesses((each) => each.name.startsWith(name))).filter(({ commandLine }) =>
    commandLine.includes(text),
  );
  for (const { pid } of found) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it ended meanwhile
    }
  }
  for (const { pid } of found) {
    const isGone = async () => (await identify(pid)) === undefined;
    await waitUntil(isGone, { everyMs: 5, timeoutMs: KILL_TIMEOUT_MS });
  }
}

/**
 * Ends every process that has `text` in its command line, in whatever group it is and whoever started it, and resolves when
 * there is none. `text` is the path of a folder that belongs to one browser alone. Rejects after ten seconds.
 */
export async function killNaming(text: string): Promise<void> {
  const killed = new Set<number>();
  const endAll = async () => {
    const listed = await listProcesses(({ pid }) => pid !== process.pid);
    const found = listed.filter(({ commandLine }) => commandLine.includes(text));
    for (const { pid } of found) {
      killed.add(pid);
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // it ended meanwhile
      }
    }
    return found.length === 0 && [...killed].every(hasNoThread);
  };
  if (await waitUntil(endAll, { everyMs: 10, timeoutMs: KILL_TIMEOUT_MS })) return;
  throw new Error(`processes of ${text} are still there ${KILL_TIMEOUT_MS} ms after SIGKILL`);
}

/** The heads of groups whose command line contains `text`. */
export async function findGroups(text: string): Promise<ListedProcess[]> {
  const heads = await listProcesses(({ pid, group }) => pid === group);
  return heads.filter(({ commandLine }) => commandLine.includes(text));
}

/** The pids of a process group. */
export async function membersOf(group: number): Promise<number[]> {
  return (await listProcesses((each) => each.group === group)).map(({ pid }) => pid);
}

/** The heads of groups that work in `folder`; not known but on Linux. */
export async function findWorkersIn(folder: string): Promise<ListedProcess[]> {
  if (process.platform !== 'linux') return [];
  const heads = await listProcesses(({ pid, group }) => pid === group);
  return heads.filter(({ pid }) => workingFolderOf(pid) === folder);
}

/** The command line of a process; nothing where there is none. */
export async function commandLineOf(pid: number): Promise<string> {
  if (process.platform === 'linux') return readCommandLine(String(pid));
  const found = await run('/bin/ps', ['-wwo', 'command=', '-p', String(pid)]).catch(() => undefined);
  return found?.stdout.trim() ?? '';
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

function workingFolderOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined; // it ended meanwhile, or is another user's
  }
}

/** Whether it ended, be it that nobody has taken note; not known but on Linux. */
function isDead(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  const state = readStat(pid)?.state;
  return state === undefined || state === 'Z' || state === 'X';
}

/**
 * A killed process has no command line any more while the last of its threads is still in the middle of making a file.
 * Always true but on Linux, where nobody can see it.
 */
function hasNoThread(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).length <= 1 && isDead(pid);
  } catch {
    return true; // it is gone, or there is no /proc
  }
}

/** The processes that are wanted by all but their command line, which is read for those alone. */
function listProcesses(
  isWanted: (candidate: Omit<ListedProcess, 'commandLine'>) => boolean,
): Promise<ListedProcess[]> {
  return process.platform === 'linux' ? listByProc(isWanted) : listByPs(isWanted);
}

async function listByProc(isWanted: (candidate: ListedProcess) => boolean): Promise<ListedProcess[]> {
  const found: ListedProcess[] = [];
  for (const [index, name] of readdirSync('/proc').entries()) {
    // There may be thousands, and the relay has work to do.
    if (index % 64 === 63) await new Promise((resolve) => setImmediate(resolve));
    const stat = /^\d+$/.test(name) ? readStat(name) : undefined;
    if (!stat) continue;
    const candidate = { pid: Number(name), group: stat.group, name: stat.name, commandLine: '' };
    if (isWanted(candidate)) found.push({ ...candidate, commandLine: readCommandLine(name) });
  }
  return found;
}

function readCommandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // it ended meanwhile
  }
}

async function listByPs(isWanted: (candidate: ListedProcess) => boolean): Promise<ListedProcess[]> {
  const { stdout } = await run('/bin/ps', ['-axwwo', 'pid=,pgid=,command='], { maxBuffer: 64 * 1024 * 1024 });
  const found = stdout.split('\n').flatMap((line) => {
    const [, pid, group, commandLine = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    const name = basename(commandLine.split(' -')[0] ?? '');
    return pid === undefined ? [] : [{ pid: Number(pid), group: Number(group), name, commandLine }];
  });
  return found.filter(isWanted);
}
