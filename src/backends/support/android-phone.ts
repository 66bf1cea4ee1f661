// One Android phone as its shell tells of it: what it is, and what keeps it from being used. Questions go in one shell, since
// each has a price on a phone.

import type { Need } from '../../protocol/devices.ts';
import type { Adb } from './adb.ts';
import type { AdbState } from './adb-device.ts';
import { type Battery, type BatteryGates, batteryNeeds } from './phone-battery.ts';
import { abortAfter, waitUntil } from './waiting.ts';

export interface PhoneIdentity {
  /** Of the hardware, the same on a cable and over Wi-Fi; with the place on the bus where others have the same. */
  hardwareSerial: string;
  model: string;
  osVersion: string;
  isEmulator: boolean;
}

/** What it has to be like for a session. */
export interface PhoneGates extends BatteryGates {
  packageName: string;
}

export type PhoneCheck = { isBooting: true } | { isBooting: false; needs: Need[] };

const ASIDE = '__moorage__';
const CHECK_MS = 10_000;
const UNLOCK_MS = 2000;
const UNLOCK_POLL_MS = 100;

export async function readPhone(adb: Adb, serial: string, signal: AbortSignal): Promise<PhoneIdentity> {
  const properties = [
    'ro.serialno',
    'ro.product.model',
    'ro.build.version.release',
    'ro.kernel.qemu',
    'ro.boot.qemu',
  ];
  const answers = await askAll(
    adb,
    serial,
    properties.map((name) => `getprop ${name}`),
    signal,
  );
  const [ofHardware = '', model = '', osVersion = '', ...qemu] = answers;
  const parts = [ofHardware || serial, ...(serial.startsWith('usb:') ? [serial] : [])];
  return { hardwareSerial: parts.join('-'), model, osVersion, isEmulator: qemu.includes('1') };
}

export async function isBooted(adb: Adb, serial: string, signal: AbortSignal): Promise<boolean> {
  return (await adb.shell(serial, 'getprop sys.boot_completed', signal)).trim() === '1';
}

/** A screen that goes off stops pages; animations only take time. */
export async function keepAwake(adb: Adb, serial: string, signal: AbortSignal): Promise<void> {
  const scales = ['window', 'transition', 'animator'].map((kind) => `${kind}_animation_scale`);
  const commands = ['svc power stayon true', ...scales.map((scale) => `settings put global ${scale} 0`)];
  await adb.shell(serial, commands.join('; '), signal);
}

/** Looks at it, and unlocks it where nobody has to. */
export async function checkPhone(
  adb: Adb,
  serial: string,
  gates: PhoneGates,
  signal: AbortSignal,
): Promise<PhoneCheck> {
  const inTime = abortAfter(CHECK_MS, signal);
  const [booted = '', battery = '', policy = '', path = ''] = await askAll(
    adb,
    serial,
    [
      'getprop sys.boot_completed',
      'dumpsys battery',
      'dumpsys window policy',
      `pm path ${gates.packageName}`,
    ],
    inTime,
  );
  if (booted !== '1') return { isBooting: true };
  const isLocked = isKeyguardShown(policy) && !(await unlock(adb, serial, inTime));
  const needs = [
    ...batteryNeeds(readBattery(battery), gates),
    ...(isLocked ? [LOCKED] : []),
    ...(path.startsWith('package:') ? [] : [missingChrome(serial, gates.packageName)]),
  ];
  return { isBooting: false, needs };
}

/** Of a device that adb sees and cannot use. */
export function needOfState(state: AdbState, serial: string): Need {
  switch (state) {
    case 'unauthorized':
    case 'authorizing':
      return {
        problem: 'It has not allowed this computer to debug it.',
        fix: 'Unlock its screen, tap "Always allow from this computer" and "Allow"; if no question is there, unplug it and plug it in again.',
      };
    case 'no permissions':
      return {
        problem: 'This user may not open its USB device.',
        fix: 'Run `apt-get install android-sdk-platform-tools-common`, add the user to the group plugdev, log in again and plug it in again.',
      };
    case 'offline':
    case 'connecting':
      return {
        problem: 'adb sees it and it does not answer (offline).',
        fix: `Run \`adb -s ${serial} reconnect\`, or unplug it, switch USB debugging off and on, and plug it in again.`,
      };
    case 'bootloader':
    case 'recovery':
    case 'rescue':
    case 'sideload':
      return { problem: `It is in ${state} mode.`, fix: `Run \`adb -s ${serial} reboot\`.` };
    case 'device':
    case 'host':
      return { problem: `adb calls it "${state}".`, fix: 'Look at `adb devices -l`.' };
  }
}

async function unlock(adb: Adb, serial: string, signal: AbortSignal): Promise<boolean> {
  await adb.shell(serial, 'input keyevent KEYCODE_WAKEUP; wm dismiss-keyguard', signal);
  const look = async () => !isKeyguardShown(await adb.shell(serial, 'dumpsys window policy', signal));
  return (await waitUntil(look, { everyMs: UNLOCK_POLL_MS, timeoutMs: UNLOCK_MS, signal })) === true;
}

/** Old and new names of the same: `KeyguardServiceDelegate` from Android 7 on. */
function isKeyguardShown(policy: string): boolean {
  return /KeyguardServiceDelegate\s+showing=true|\b(mShowingLockscreen|mIsShowing)=true/.test(policy);
}

const LOCKED: Need = {
  problem: 'Its screen is locked.',
  fix: 'Unlock it, and set its screen lock to None or Swipe: Settings, Security, Screen lock.',
};

function missingChrome(serial: string, packageName: string): Need {
  return {
    problem: `${packageName} is not installed on it.`,
    fix: `Install it from the Play Store, or by \`adb -s ${serial} install chrome.apk\`; set packageName for another build.`,
  };
}

/** Levels stand over `scale`, temperatures are tenths of degrees. */
function readBattery(text: string): Battery {
  const read = (name: string) => {
    const value = new RegExp(`^\\s*${name}: (-?\\d+)`, 'm').exec(text)?.[1];
    return value === undefined ? undefined : Number(value);
  };
  const [level, scale, tenths] = [read('level'), read('scale'), read('temperature')];
  // One that is not there has no level to speak of, as of a board on a mains adapter.
  const isThere = level !== undefined && !/present: false/.test(text);
  return {
    percent: isThere ? Math.round((level * 100) / (scale || 100)) : undefined,
    celsius: tenths === undefined ? undefined : tenths / 10,
  };
}

/** The answers to several commands, trimmed, in one go. */
async function askAll(
  adb: Adb,
  serial: string,
  commands: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const text = await adb.shell(serial, commands.join(`; echo ${ASIDE}; `), signal);
  return text.split(ASIDE).map((answer) => answer.trim());
}
