// Locks that many may share, or one have alone: simulators are cloned from one template side by side, and none while it is
// replaced. Each says what it wants before it looks at the others, so that of two who come in the same moment at least one
// sees the other.

import { type HostLock, type LockHolder, listHostLocks, readHostLock, takeHostLock } from './host-lock.ts';
import { waitUntil } from './waiting.ts';

const POLL_MS = 20;

/** A share in `name`, under an `id` that nobody else has; or who has it alone. */
export async function shareHostLock(
  folder: string,
  name: string,
  { id, purpose }: { id: string; purpose: string },
): Promise<HostLock | { heldBy: LockHolder }> {
  const share = await takeHostLock(folder, `${sharesOf(name)}${id}`, purpose);
  if ('heldBy' in share) return share;
  const heldBy = await readHostLock(folder, name);
  if (!heldBy) return share;
  await share.release();
  return { heldBy };
}

/**
 * `name` for us alone, once nobody has a share in it any more; or who has it: alone, or a share for longer than `timeoutMs`.
 * Nobody gets a new share meanwhile.
 */
export async function takeHostLockAlone(
  folder: string,
  name: string,
  { purpose, timeoutMs, signal }: { purpose: string; timeoutMs: number; signal: AbortSignal },
): Promise<HostLock | { heldBy: LockHolder; isShare: boolean }> {
  const lock = await takeHostLock(folder, name, purpose);
  if ('heldBy' in lock) return { ...lock, isShare: false };
  let sharers: LockHolder[] = [];
  const isAlone = async () => {
    sharers = await listHostLocks(folder, sharesOf(name));
    return sharers.length === 0;
  };
  try {
    await waitUntil(isAlone, { everyMs: POLL_MS, timeoutMs, signal });
  } catch (error) {
    await lock.release();
    throw error;
  }
  const [heldBy] = sharers;
  if (!heldBy) return lock;
  await lock.release();
  return { heldBy, isShare: true };
}

function sharesOf(name: string): string {
  return `${name}.shared-by-`;
}
