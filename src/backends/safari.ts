// Safari of this Mac behind safaridriver, or Safari Technology Preview beside it. Each is there once for all servers of the
// machine, and serves one session at a time.
//
// Safari is launched by the system and not by its driver, and has no proxy but that of the system: what its pages may
// reach is not held to the network policy.

import { userInfo } from 'node:os';
import { type Static, Type } from 'typebox';
import { type BackendContext, defineBackend } from './backend.ts';
import { checkCapabilities, SAFARI_CAPABILITIES } from './support/capabilities.ts';
import {
  DriverBackend,
  type DriverKind,
  type DriverProgram,
  type Judgement,
} from './support/driver-backend.ts';
import {
  DRIVER_SETTINGS,
  detectionOf,
  driverPorts,
  findProgram,
  startTimeoutOf,
} from './support/driver-settings.ts';
import { readVersionOf } from './support/program-version.ts';
import type { DriverError } from './support/webdriver.ts';

const SafariSettings = Type.Object(
  {
    driverPath: DRIVER_SETTINGS.driverPath,
    startTimeout: DRIVER_SETTINGS.startTimeout,
    preview: Type.Optional(
      Type.Boolean({ default: false, description: 'Takes Safari Technology Preview, a Safari of its own.' }),
    ),
    browserName: Type.Optional(
      Type.String({
        pattern: '^[a-z][a-z0-9-]{0,63}$',
        description:
          'Under which name clients ask for it; `safari` or `safari-technology-preview` unless given.',
      }),
    ),
  },
  { additionalProperties: false },
);
type SafariSettings = Static<typeof SafariSettings>;

export const safari = defineBackend({
  kind: 'safari',
  summary: 'Drives Safari of this Mac through safaridriver, one session at a time, over WebDriver.',
  settings: SafariSettings,
  byDefault: false,
  detect: async (settings) => detectionOf(await findDriver(settings), ADVICE),
  create: (settings, context: BackendContext) => DriverBackend.create(kindOf(settings), driverPorts, context),
});

const DRIVER = '/usr/bin/safaridriver';
const PREVIEW_DRIVER = '/Applications/Safari Technology Preview.app/Contents/MacOS/safaridriver';
const ADVICE =
  'Safari is on Macs only: run `safaridriver --enable` there once, as an administrator, and Moorage in the session of a user who is logged in.';

async function findDriver(settings: SafariSettings, signal?: AbortSignal): Promise<DriverProgram | string> {
  const usual = settings.preview ? PREVIEW_DRIVER : DRIVER;
  const path = await findProgram([settings.driverPath ?? usual]);
  if (path === undefined) return `There is no ${settings.driverPath ?? usual}.`;
  const found = await readVersionOf(path, signal);
  if (typeof found === 'string') return `There is ${found}.`;
  return {
    path,
    features: ['capabilities', 'headed'],
    // The preview tells that of its WebKit.
    ...(!settings.preview && { browserVersion: found.version }),
  };
}

function kindOf(settings: SafariSettings): DriverKind {
  const name = settings.preview ? 'safari-technology-preview' : 'safari';
  return {
    browser: settings.browserName ?? name,
    capacity: 1,
    startTimeoutMs: startTimeoutOf(settings),
    hostSlot: name,
    judge,

    find: (signal) => findDriver(settings, signal),

    async plan({ capabilities }, _folder, port) {
      const { homedir, username } = userInfo();
      return {
        args: ['-p', String(port)],
        // Whether remote automation is allowed stands in the settings of its user.
        env: { HOME: homedir, USER: username, LOGNAME: username },
        hasEgress: false,
        outlivesDriver: true,
        capabilities: () => ({
          ...checkCapabilities(capabilities, SAFARI_CAPABILITIES),
          browserName: settings.preview ? 'Safari Technology Preview' : 'Safari',
        }),
      };
    },
  };
}

/** In Apple's words, which it has no codes for. */
function judge({ message }: DriverError): Judgement | undefined {
  if (/Allow Remote Automation/i.test(message)) {
    return {
      isCurable: false,
      reason: `Safari does not let itself be driven: run \`safaridriver --enable\` as an administrator. It said: ${message}`,
    };
  }
  if (/already paired/i.test(message)) {
    return {
      isCurable: true,
      reason: `Safari takes no session, because it is paired with somebody else's: end the safaridriver that is not of Moorage, or quit Safari. It said: ${message}`,
    };
  }
  return undefined;
}
