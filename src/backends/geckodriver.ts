// Firefox behind a geckodriver of its own, for clients of classic WebDriver. Who speaks WebDriver BiDi needs no driver: the
// backend firefox-bidi has it, and holds what BiDi can do to the network policy, which a driver does not.

import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { problem } from '../errors.ts';
import { Path } from '../notation.ts';
import {
  type BackendContext,
  defineBackend,
  type Feature,
  type NetworkPolicy,
  type SessionRequest,
} from './backend.ts';
import { firefoxPreferences } from './hosts/firefox-preferences.ts';
import { checkCapabilities, STANDARD_CAPABILITIES } from './support/capabilities.ts';
import { DISPLAY_SETTING } from './support/display-setting.ts';
import {
  DriverBackend,
  type DriverKind,
  type DriverProgram,
  type DriverStart,
} from './support/driver-backend.ts';
import {
  capacityOf,
  DRIVER_SETTINGS,
  detectionOf,
  driverPorts,
  findProgram,
  startTimeoutOf,
} from './support/driver-settings.ts';
import { needsEgressAlways } from './support/egress.ts';
import { findFirefox } from './support/find-firefox.ts';
import { isRecord } from './support/webdriver.ts';

const GeckodriverSettings = Type.Object(
  {
    ...DRIVER_SETTINGS,
    executablePath: Type.Optional(
      Path({ description: 'The program of Firefox; the first of the usual places unless given.' }),
    ),
    display: DISPLAY_SETTING,
  },
  { additionalProperties: false },
);
type GeckodriverSettings = Static<typeof GeckodriverSettings>;

export const geckodriver = defineBackend({
  kind: 'geckodriver',
  summary: 'Starts Firefox through a geckodriver on this machine, one pair a session, over WebDriver.',
  settings: GeckodriverSettings,
  byDefault: false,
  detect: async (settings) => detectionOf(await findDriver(settings), ADVICE),
  create: (settings, context: BackendContext) =>
    DriverBackend.create(kindOf(settings, context.network), driverPorts, context),
});

const ADVICE =
  'Install Firefox, and put the geckodriver of Mozilla’s releases into /usr/local/bin or set driverPath: Debian has no package of it.';

const ALLOWED = [
  ...STANDARD_CAPABILITIES,
  'moz:accessibilityChecks',
  'moz:debuggerAddress',
  'moz:firefoxOptions',
  'moz:webdriverClick',
];
/** What Selenium says without being asked to; the session is like that anyway. */
const MOOT_ARGS = ['-headless', '--headless'];
const MOOT_PREFERENCES = ['remote.active-protocols'];
/** An extension sets a proxy of its own, and so does a script in the context of the browser itself. */
const WAYS_AROUND = ['moz/addon', 'moz/context'];
/** Older ones show clients about:config and its like, where a script may set a proxy. */
const CLOSED_SINCE = 153;

async function findDriver(
  settings: GeckodriverSettings,
  signal?: AbortSignal,
): Promise<DriverProgram | string> {
  const path = await findProgram([settings.driverPath ?? 'geckodriver']);
  if (path === undefined) return `There is no ${settings.driverPath ?? 'geckodriver'}.`;
  const firefox = await findFirefox(settings.executablePath, signal);
  if (typeof firefox === 'string') return `There is ${path}, and ${firefox}.`;
  const features: Feature[] = ['capabilities', 'headless', 'locale', 'proxy', 'timezone', 'userAgent'];
  if (settings.display !== undefined) features.push('headed');
  return { path, browserVersion: firefox.version, features };
}

function kindOf(settings: GeckodriverSettings, network: NetworkPolicy): DriverKind {
  return {
    browser: 'firefox',
    capacity: capacityOf(settings),
    startTimeoutMs: startTimeoutOf(settings),

    find: (signal) => findDriver(settings, signal),

    async plan(request, folder, port) {
      const firefox = await findFirefox(settings.executablePath);
      if (typeof firefox === 'string') throw new Error(`There is ${firefox}.`);
      return planGeckodriver(request, {
        port,
        profileRoot: join(folder.path, 'tmp'),
        firefox,
        display: settings.display,
        hasEgress: needsEgressAlways(network, request.proxy),
      });
    },
  };
}

/** How one is started: https://firefox-source-docs.mozilla.org/testing/geckodriver/Flags.html */
export function planGeckodriver(
  { capabilities: asked, headless, locale, timezone, userAgent }: SessionRequest,
  machine: {
    port: number;
    profileRoot: string;
    firefox: { path: string; version: string };
    display: string | undefined;
    hasEgress: boolean;
  },
): DriverStart {
  const { port, profileRoot, firefox, display, hasEgress } = machine;
  if (!headless && display === undefined) {
    throw problem('invalid-argument', { detail: '/headless: the backend has no display.' });
  }
  if (hasEgress && Number.parseInt(firefox.version, 10) < CLOSED_SINCE) {
    throw problem('session-not-created', {
      detail: `Firefox ${firefox.version} lets clients around the network rules by its own pages: take ${CLOSED_SINCE} or later, or firefox-bidi.`,
    });
  }
  // BiDi could set a proxy of its own and install extensions.
  const allowed = ALLOWED.filter((name) => !hasEgress || name !== 'webSocketUrl');
  const { 'moz:firefoxOptions': options, ...wanted } = checkCapabilities(asked, allowed);
  checkOptions(options);
  // It opens the port of BiDi as well. Selenium asks for it without being told to, so that it is not refused.
  const { 'moz:debuggerAddress': _, ...withoutPort } = wanted;
  const capabilities = hasEgress ? withoutPort : wanted;
  return {
    args: [
      '--host=127.0.0.1',
      `--port=${port}`,
      // Firefox takes a free one; otherwise all of them want 9222.
      '--websocket-port=0',
      '--allow-hosts=localhost',
      `--profile-root=${profileRoot}`,
      // From level debug on it logs what is typed into pages.
      '--log=warn',
    ],
    env: {
      MOZ_CRASHREPORTER_DISABLE: '1',
      ...(timezone !== undefined && { TZ: timezone }),
      ...(locale !== undefined && { LC_ALL: `${locale.replaceAll('-', '_')}.UTF-8` }),
      ...(!headless && display !== undefined && { DISPLAY: display }),
    },
    hasEgress,
    ...(hasEgress && { refuses: WAYS_AROUND }),
    capabilities: (egress) => ({
      ...capabilities,
      browserName: 'firefox',
      'moz:firefoxOptions': {
        binary: firefox.path,
        args: headless ? ['-headless'] : [],
        prefs: firefoxPreferences({ userAgent, locale }, egress?.port),
      },
    }),
  };
}

/** @throws Problem `invalid-argument`. */
function checkOptions(options: unknown = {}): void {
  if (!isRecord(options)) throw refused('is to be an object');
  const { args = [], prefs = {}, ...others } = options;
  if (!Array.isArray(args) || !isRecord(prefs)) throw refused('takes a list of args and an object of prefs');
  const named = [
    ...args.filter((arg) => !MOOT_ARGS.includes(String(arg))).map(String),
    ...Object.keys(prefs).filter((name) => !MOOT_PREFERENCES.includes(name)),
    ...Object.keys(others),
  ];
  if (named.length === 0) return;
  throw refused(
    `${named.join(', ')} may start programs, touch files of the server or go around its network rules`,
  );
}

function refused(message: string) {
  const path = '/capabilities/moz:firefoxOptions';
  return problem('invalid-argument', {
    detail: `${path}: ${message}.`,
    members: { errors: [{ path, message }] },
  });
}
