// What can be set of Android phones.

import { type Static, Type } from 'typebox';
import { Duration, Path } from '../../notation.ts';
import { BATTERY_SETTINGS } from './phone-battery.ts';

export const AndroidDeviceSettings = Type.Object(
  {
    serials: Type.Optional(
      Type.Array(Type.String({ pattern: '^[\\w.:-]+$' }), {
        maxItems: 1000,
        description: 'The only phones to use, by serial number; whatever is plugged in unless given.',
      }),
    ),
    addresses: Type.Optional(
      Type.Array(Type.String({ pattern: '^[\\w.-]+:\\d{1,5}$' }), {
        maxItems: 1000,
        description: 'Phones in the network to connect to, such as `192.168.1.20:5555`.',
      }),
    ),
    browserName: Type.Optional(
      Type.String({
        pattern: '^[a-z][a-z0-9-]{0,63}$',
        default: 'mobile-chrome',
        description: 'Under which name clients ask for their Chrome.',
      }),
    ),
    packageName: Type.Optional(
      Type.String({
        pattern: '^[a-zA-Z]\\w*(\\.[a-zA-Z]\\w*)+$',
        default: 'com.android.chrome',
        description: 'Which Chrome: `com.chrome.beta`, `com.chrome.dev` or `com.chrome.canary`.',
      }),
    ),
    clearsData: Type.Optional(
      Type.Boolean({
        default: true,
        description: 'Deletes everything in Chrome before and after each session, sign-ins included.',
      }),
    ),
    keepAwake: Type.Optional(
      Type.Boolean({
        default: true,
        description: 'Keeps screens on while phones are charged, and switches animations off.',
      }),
    ),
    ...BATTERY_SETTINGS,
    startTimeout: Type.Optional(
      Duration({
        default: '20s',
        minimum: '1s',
        description: 'How long Chrome may take to open its DevTools.',
      }),
    ),
    unplugGrace: Type.Optional(
      Duration({
        default: '3s',
        maximum: '5m',
        description: 'How long a phone may be away in a session, as when somebody moves its cable.',
      }),
    ),
    checkInterval: Type.Optional(
      Duration({
        default: '15s',
        minimum: '100ms',
        description: 'How often battery, heat and screen are looked at.',
      }),
    ),
    reboots: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'Whether a phone on which sessions fail may be rebooted; one with a PIN stays locked then.',
      }),
    ),
    quarantine: Type.Optional(
      Duration({
        default: '1m',
        maximum: '1h',
        description:
          'How long a phone on which sessions fail is left alone, twice as long each time up to an hour.',
      }),
    ),
    answerTimeout: Type.Optional(
      Duration({
        default: '10s',
        minimum: '100ms',
        description: 'How long adb and a phone may take to answer a question.',
      }),
    ),
    adbPath: Type.Optional(
      Path({ description: 'The program adb; the first of the usual places unless given.' }),
    ),
    adbServerPort: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65_535,
        default: 5037,
        description: 'Of the adb server, which is started where there is none.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type AndroidDeviceSettings = Static<typeof AndroidDeviceSettings>;
