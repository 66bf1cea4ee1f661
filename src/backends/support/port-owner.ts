// Which process of this machine listens on a port.

import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { findProgram } from './driver-settings.ts';
import { membersOf } from './process.ts';

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
    const { stdout } = await run(lsof, args, { timeout: TIMEOUT_MS, killSignal: 'SIGKILL', signal });
    return stdout.split('\n').filter(Boolean).map(Number);
  } catch (error) {
    signal.throwIfAborted();
    const { code } = error as { code?: unknown }; // what execFile rejects with carries the exit code
    if (code === 1) return []; // it found none
    throw error;
  }
}

/**
 * Whether a process of the group listens on a TCP port; `undefined` where that cannot be seen, as anywhere but on Linux.
 * https://www.kernel.org/doc/Documentation/networking/proc_net_tcp.txt
 */
export async function isListenedOnBy(group: number, port: number): Promise<boolean | undefined> {
  if (process.platform !== 'linux') return undefined;
  const sockets = await listeningSockets(port);
  if (sockets.size === 0) return undefined;
  const members = await membersOf(group);
  let seen = 0;
  for (const pid of members) {
    const files = await openFilesOf(pid);
    if (!files) continue;
    seen += 1;
    if (files.some((file) => sockets.has(file))) return true;
  }
  // A group that has ended has no socket; of one that lets nobody look it is not known.
  return seen === 0 && members.length > 0 ? undefined : false;
}

const LISTEN = '0A';

/** As links to open files name them. */
async function listeningSockets(port: number): Promise<Set<string>> {
  // A machine without IPv6 has no tcp6.
  const tables = ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => ''));
  const rows = (await Promise.all(tables)).join('').split('\n');
  return new Set(
    rows.flatMap((row) => {
      const [, local = '', , state, , , , , , inode] = row.trim().split(/\s+/);
      const isWanted = state === LISTEN && Number.parseInt(local.split(':')[1] ?? '', 16) === port;
      return isWanted ? [`socket:[${inode}]`] : [];
    }),
  );
}

/** `undefined` where it lets nobody look, as programs do that were given privileges. */
async function openFilesOf(pid: number): Promise<string[] | undefined> {
  const folder = `/proc/${pid}/fd`;
  // Files are closed, and processes end, while one looks.
  const names = await readdir(folder).catch(({ code }: NodeJS.ErrnoException) =>
    code === 'EACCES' || code === 'EPERM' ? undefined : [],
  );
  if (!names) return undefined;
  return Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
}
