// Who listens on a port of this machine.

import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

// The state LISTEN in /proc/net/tcp, see tcp_states.h of Linux.
const LISTEN = '0A';

/** Such as `pid 812 (node)`, or `undefined` where it cannot be seen, as for processes of other users. */
export async function findPortOwner(port: number): Promise<string | undefined> {
  return process.platform === 'linux' ? ownerInProc(port) : ownerByLsof(port);
}

async function ownerInProc(port: number): Promise<string | undefined> {
  const inodes = await listeningInodes(port);
  if (inodes.size === 0) return undefined;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    if (await holdsSocket(pid, inodes)) {
      const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
      return `pid ${pid} (${name.trim()})`;
    }
  }
  return undefined;
}

/** The inodes of the sockets that listen on `port`, from proc_net_tcp: local address, state and inode. */
async function listeningInodes(port: number): Promise<Set<string>> {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => '')),
  );
  const inodes = new Set<string>();
  for (const line of tables.join('\n').split('\n')) {
    const fields = line.trim().split(/\s+/);
    const [, local = '', , state] = fields;
    const inode = fields[9];
    if (state === LISTEN && local.endsWith(`:${hexPort}`) && inode !== undefined) inodes.add(inode);
  }
  return inodes;
}

/** False too for a process that ended meanwhile, or that is not ours to look into. */
async function holdsSocket(pid: string, inodes: Set<string>): Promise<boolean> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const descriptor of descriptors) {
    const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
    const [, inode] = /^socket:\[(\d+)\]$/.exec(target) ?? [];
    if (inode !== undefined && inodes.has(inode)) return true;
  }
  return false;
}

async function ownerByLsof(port: number): Promise<string | undefined> {
  try {
    const words = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'];
    const { stdout } = await promisify(execFile)('lsof', words, { timeout: 5000 });
    const [, pid, name] = /^p(\d+)\nc(.*)$/m.exec(stdout) ?? [];
    return pid && `pid ${pid} (${name})`;
  } catch {
    return undefined; // it is not installed, or nobody listens
  }
}
