// What can be set of iPhones.

import { type Static, Type } from 'typebox';
import { Duration, Path } from '../../notation.ts';
import { BATTERY_SETTINGS } from './phone-battery.ts';
import { USBMUXD } from './usbmuxd.ts';

const NAME = '^[a-z][a-z0-9-]{0,63}$';
const BUNDLE = '^[\\w-]+(\\.[\\w-]+)+$';

export const IPhoneSettings = Type.Object(
  {
    udids: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description: 'The phones that it may use; all that are plugged in unless given.',
      }),
    ),
    goIosPath: Type.Optional(
      Path({ description: 'The program of go-ios; that of the npm package `go-ios` unless given.' }),
    ),
    usbmuxd: Type.Optional(
      Type.String({ minLength: 1, default: USBMUXD, description: 'The socket of usbmuxd, or host:port.' }),
    ),
    safaridriverPath: Type.Optional(
      Path({
        description:
          'The program of safaridriver; that of macOS unless given. Without it there is no Safari.',
      }),
    ),
    browserName: Type.Optional(
      Type.String({
        pattern: NAME,
        default: 'mobile-safari',
        description: 'Under which clients ask for Safari.',
      }),
    ),
    nativeName: Type.Optional(
      Type.String({
        pattern: NAME,
        default: 'ios',
        description: 'Under which clients ask for the whole phone.',
      }),
    ),
    appPath: Type.Optional(
      Path({
        description: 'A WebDriverAgent signed for the phones (.ipa or .app), installed before every start.',
      }),
    ),
    agent: Type.Optional(
      Type.Object(
        {
          bundleId: Type.String({
            pattern: BUNDLE,
            description: 'As what you signed it: `com.example.wda.xctrunner`.',
          }),
          testRunnerBundleId: Type.Optional(
            Type.String({ pattern: BUNDLE, description: 'Where it is another one than `bundleId`.' }),
          ),
          xctestConfig: Type.Optional(
            Type.String({
              pattern: '^[\\w.-]+\\.xctest$',
              default: 'WebDriverAgentRunner.xctest',
              description: 'The bundle of its tests.',
            }),
          ),
          teamId: Type.Optional(
            Type.String({
              pattern: '^[A-Z0-9]{10}$',
              description: 'The team whose profile it has to have, which is checked with `appPath`.',
            }),
          ),
        },
        {
          additionalProperties: false,
          description: 'How WebDriverAgent is called where you signed it as something else than go-ios does.',
        },
      ),
    ),
    ...BATTERY_SETTINGS,
    reboots: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'Whether a phone on which sessions fail may be rebooted; one with a passcode stays locked then.',
      }),
    ),
    answerTimeout: Type.Optional(
      Duration({
        default: '10s',
        minimum: '100ms',
        description: 'How long usbmuxd and go-ios may take to answer a question.',
      }),
    ),
    startTimeout: Type.Optional(
      Duration({
        default: '45s',
        minimum: '1s',
        description: 'How long a phone may take to be ready; `sessions.startTimeout` may end it before.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type IPhoneSettings = Static<typeof IPhoneSettings>;
