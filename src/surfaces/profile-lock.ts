// Whose a profile is. Chrome locks it by a link named SingletonLock that reads `host-pid`, which it leaves behind when it
// is killed: https://source.chromium.org/chromium/chromium/src/+/main:chrome/browser/process_singleton_posix.cc

import { readlink, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { findGroups } from '../backends/support/process.ts';
import { problem } from '../errors.ts';
import { identify, type ProcessIdentity } from '../process-identity.ts';

/** The Chrome of this machine that uses the profile, whatever the lock says of it. */
export async function findHolder(profile: string): Promise<ProcessIdentity | undefined> {
  // By its command line, and not by its lock: that appears some time after the start.
  const [holder] = await findGroups(`--user-data-dir=${profile} `);
  return holder && (await identify(holder.pid));
}

/**
 * Makes sure that a Chrome that is started now gets the profile. A lock that a dead process of this host has left is
 * no matter: Chrome sees to it itself.
 * @throws Problem `surface-locked` when somebody started a Chrome on it by hand, or when one of another host has it:
 *   nobody here can tell whether that still runs.
 */
export async function expectUnlocked(profile: string, rule: 'refuse' | 'remove'): Promise<void> {
  const stranger = await findHolder(profile);
  if (stranger) {
    throw problem('surface-locked', {
      detail: `Chrome ${stranger.pid}, which Moorage did not start, uses the profile ${profile}. Close it.`,
    });
  }
  const holder = await readLock(profile);
  if (!holder || holder.host === hostname()) return;
  if (rule === 'remove') {
    for (const name of ['SingletonLock', 'SingletonSocket', 'SingletonCookie']) {
      await rm(join(profile, name), { force: true });
    }
    return;
  }
  throw problem('surface-locked', {
    detail: `The profile is in use by Chrome ${holder.pid} on host ${holder.host}. Stop it there; if it is gone, as in a container that was made anew, remove ${join(profile, 'SingletonLock')} or set surfaces.foreignLocks to "remove".`,
  });
}

async function readLock(profile: string): Promise<{ host: string; pid: number } | undefined> {
  const target = await readlink(join(profile, 'SingletonLock')).catch(() => undefined); // nobody has it
  const [, host, pid] = /^(.+)-(\d+)$/.exec(target ?? '') ?? [];
  return host === undefined ? undefined : { host, pid: Number(pid) };
}
