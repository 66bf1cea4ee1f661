// What can be done about an Android phone on which sessions fail: adb lets go of it and takes it up again, or it reboots.

import type { Adb } from './adb.ts';
import type { AdbDevices } from './adb-devices.ts';
import { isBooted } from './android-phone.ts';
import { abortAfter, waitUntil } from './waiting.ts';

export type Rung = 'reboot' | 'reconnect';

/** The phone as whoever keeps it sees it. */
export interface RepairedPhone {
  serial: string;
  isThere: () => boolean;
  /** What was seen of it until now counts for nothing. */
  forgetLook: () => Promise<void>;
  /** Looks at it where that is to be done. */
  isReady: () => Promise<boolean>;
  signal: AbortSignal;
}

const RECONNECT_MS = 20_000;
const BOOT_MS = 180_000;
const SHUTDOWN_MS = 30_000;
const POLL_MS = 500;

/** Resolves when it is ready again, or time is up. @throws AdbError when it does not take the order. */
export async function repairPhone(
  { adb, devices }: { adb: Adb; devices: AdbDevices | undefined },
  rung: Rung,
  { serial, isThere, forgetLook, isReady, signal }: RepairedPhone,
): Promise<void> {
  const timeoutMs = rung === 'reboot' ? BOOT_MS : RECONNECT_MS;
  const inTime = abortAfter(timeoutMs, signal);
  if (rung === 'reboot') {
    await adb.reboot(serial, inTime);
    // For some seconds it answers as ever, as if it were back already.
    const hasGone = async () => !isThere() || !(await isBooted(adb, serial, inTime).catch(() => false));
    await waitUntil(hasGone, { everyMs: POLL_MS, timeoutMs: SHUTDOWN_MS, signal: inTime });
  } else await devices?.reconnect(serial, inTime);
  await forgetLook();
  await waitUntil(isReady, { everyMs: POLL_MS, timeoutMs, signal: inTime });
}
