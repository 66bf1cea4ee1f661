// The processor time of a process, and of a browser with all of its processes, as Linux counts it.

import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

interface ProcessTime {
  pid: number;
  parent: number;
  group: number;
  ms: number;
}

/** Milliseconds that every process of a process group has used, user and system. */
export function groupMs(group: number): number {
  return processes()
    .filter((each) => each.group === group)
    .reduce((sum, { ms }) => sum + ms, 0);
}

/** Milliseconds that one process has used. */
export function processMs(pid: number): number {
  return processes().find((each) => each.pid === pid)?.ms ?? Number.NaN;
}

/** Milliseconds that the processes which one has started in its own group have used, those that ended left out. */
export function childrenMs(parent: number): number {
  return processes()
    .filter((each) => each.parent === parent && each.group !== each.pid)
    .reduce((sum, { ms }) => sum + ms, 0);
}

/** The process groups of the browsers whose profile lies in `folder`. */
export function browserGroups(folder: string): number[] {
  return processes()
    .filter(({ pid, group }) => pid === group && commandLine(pid).includes(`--user-data-dir=${folder}`))
    .map(({ group }) => group);
}

function processes(): ProcessTime[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => read(Number(name)) ?? []);
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function read(pid: number): ProcessTime | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; state is the first field behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return {
      pid,
      parent: Number(fields[1]),
      group: Number(fields[2]),
      ms: (ticks * 1000) / TICKS_PER_SECOND,
    };
  } catch {
    return undefined; // it ended meanwhile
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
