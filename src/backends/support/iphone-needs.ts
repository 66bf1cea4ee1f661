// What keeps an iPhone from being used, told from the words of those who say so, and what its owner can do about it.

import type { Need } from '../../protocol/devices.ts';
import type { PhoneFacts } from './go-ios.ts';
import { type BatteryGates, batteryNeeds } from './phone-battery.ts';

/** By which words of go-ios, WebDriverAgent or safaridriver it is known. */
const NEEDS: readonly { words: RegExp; problem: string; fix: string }[] = [
  {
    words: /ReadPair failed|InvalidHostID|is the device paired/i,
    problem: 'It does not trust this machine.',
    fix: 'Run `ios pair --udid=UDID`, and tap Trust on the phone.',
  },
  {
    words: /PairingDialogResponsePending|accept the dialog/i,
    problem: 'It asks whether to trust this machine.',
    fix: 'Tap Trust on the phone.',
  },
  {
    words: /PasswordProtected|is locked|could not be, unlocked|not been unlocked/i,
    problem: 'Its screen is locked.',
    fix: 'Unlock it, and turn off its passcode and auto-lock: with a passcode nobody but you can unlock it.',
  },
  {
    words: /invalid code signature|inadequate entitlements|not been explicitly trusted|profile .*expired/i,
    problem: 'It does not run WebDriverAgent as it is signed, or its profile has expired.',
    fix:
      'Sign it anew (`ios sign app`, `ios ui install`), with `appPath` it is installed before every start; then trust it ' +
      'in Settings > General > VPN & Device Management.',
  },
  {
    words: /could not get pid|not installed|bundle .*not found|cannot find test runner/i,
    problem: 'WebDriverAgent is not installed on it.',
    fix: 'Set `appPath` to a WebDriverAgent signed for it, or run `ios ui install wda --udid=UDID`.',
  },
  {
    words: /InvalidService|developer image|mount/i,
    problem: 'Its developer image is not mounted.',
    fix: 'Run `ios image auto --udid=UDID` where this machine reaches the internet.',
  },
  {
    words: /Remote Automation|Web Inspector/i,
    problem: 'Its Safari does not let itself be driven.',
    fix: 'Switch on Remote Automation and Web Inspector in Settings > Apps > Safari > Advanced.',
  },
];

/** By what was said; `undefined` where that says nothing of the phone. */
export function needIn(said: string, udid: string): Need | undefined {
  const need = NEEDS.find(({ words }) => words.test(said));
  return need && { problem: need.problem, fix: need.fix.replace('UDID', udid) };
}

/** By what is known of it. */
export function needsOf(
  { battery, celsius, hasAgent, isDeveloper, isLocked, osVersion }: PhoneFacts,
  udid: string,
  gates: BatteryGates,
): Need[] {
  const known = [
    ...(isLocked ? ['PasswordProtected'] : []),
    ...(hasAgent === false ? ['not installed'] : []),
  ].flatMap((words) => needIn(words, udid) ?? []);
  const needs: Need[] = [];
  if (!isDeveloper) {
    needs.push({
      problem: 'Developer Mode is off.',
      fix: `Run \`ios devmode enable --udid=${udid}\`, or switch it on in Settings > Privacy & Security.`,
    });
  }
  // https://github.com/shamanec/GADS/pull/302
  if (/^17\.[0-3](\.|$)/.test(osVersion)) {
    needs.push({
      problem: `iOS ${osVersion} has no tunnel without root.`,
      fix: 'Update it to iOS 17.4 or later.',
    });
  }
  return [...known, ...needs, ...batteryNeeds({ percent: battery, celsius }, gates)];
}
