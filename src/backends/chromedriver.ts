// Chrome behind a chromedriver of its own, for clients of WebDriver that want the driver itself. The same Chrome, started
// with the same switches, as that of the chrome backend.

import { type Static, Type } from 'typebox';
import { problem } from '../errors.ts';
import { type BackendContext, defineBackend, type Feature, type NetworkPolicy } from './backend.ts';
import { checkCapabilities, STANDARD_CAPABILITIES } from './support/capabilities.ts';
import { chromeArguments } from './support/chrome-flags.ts';
import { planStart } from './support/chrome-plan.ts';
import { ChromeSettings } from './support/chrome-settings.ts';
import { DriverBackend, type DriverKind, type DriverProgram } from './support/driver-backend.ts';
import {
  capacityOf,
  DRIVER_SETTINGS,
  detectionOf,
  driverPorts,
  findProgram,
  startTimeoutOf,
} from './support/driver-settings.ts';
import { needsEgress, networkFlags } from './support/egress.ts';
import { findChrome } from './support/find-chrome.ts';
import { isRecord } from './support/webdriver.ts';

const ChromedriverSettings = Type.Object(
  {
    ...DRIVER_SETTINGS,
    ...Type.Pick(ChromeSettings, ['args', 'display', 'env', 'executablePath', 'sandbox']).properties,
  },
  { additionalProperties: false },
);
type ChromedriverSettings = Static<typeof ChromedriverSettings>;

export const chromedriver = defineBackend({
  kind: 'chromedriver',
  summary: 'Starts Chrome through a chromedriver on this machine, one pair a session, over WebDriver.',
  settings: ChromedriverSettings,
  byDefault: false,
  detect: async (settings) => detectionOf(await findDriver(settings), ADVICE),
  create: (settings, context: BackendContext) =>
    DriverBackend.create(kindOf(settings, context.network), driverPorts, context),
});

const DRIVERS = ['chromedriver', '/usr/lib/chromium/chromedriver', '/usr/lib/chromium-browser/chromedriver'];
const ADVICE =
  'Install Chrome and the chromedriver of its version (Debian: `apt-get install chromium chromium-driver`), or set driverPath and executablePath.';

const ALLOWED = [...STANDARD_CAPABILITIES, 'goog:chromeOptions', 'goog:loggingPrefs'];
/** What of its own options neither starts programs nor touches files; switches are a wish of their own. */
const ALLOWED_OPTIONS = ['excludeSwitches', 'mobileEmulation', 'perfLoggingPrefs', 'windowTypes'];
/** Chromedriver's own switches, which may be left out. Others are ours. */
const LEFT_OUT = ['enable-automation', 'enable-logging'];

async function findDriver(settings: ChromedriverSettings): Promise<DriverProgram | string> {
  const path = await findProgram(settings.driverPath ? [settings.driverPath] : DRIVERS);
  if (path === undefined) return 'There is no chromedriver.';
  const browser = await findChrome('chrome', settings.executablePath);
  if (typeof browser === 'string') return `There is ${path}, and ${browser}.`;
  const features: Feature[] = [
    'args',
    'capabilities',
    'headless',
    'locale',
    'proxy',
    'timezone',
    'userAgent',
    'viewport',
  ];
  if (settings.display !== undefined) features.push('headed');
  return { path, browserVersion: browser.version, features };
}

function kindOf(settings: ChromedriverSettings, network: NetworkPolicy): DriverKind {
  return {
    browser: 'chrome',
    capacity: capacityOf(settings),
    startTimeoutMs: startTimeoutOf(settings),

    find: () => findDriver(settings),

    async plan(request, folder, port) {
      const browser = await findChrome('chrome', settings.executablePath);
      if (typeof browser === 'string') throw new Error(`There is ${browser}.`);
      const { start, env } = await planStart(request, 'chrome', browser, settings);
      const { 'goog:chromeOptions': options, ...capabilities } = checkCapabilities(
        request.capabilities,
        ALLOWED,
      );
      return {
        // From level INFO on it logs what is typed into pages.
        args: [`--port=${port}`, '--log-level=WARNING'],
        env,
        hasEgress: needsEgress(network, request.proxy),
        capabilities: (egress) => ({
          ...capabilities,
          browserName: 'chrome',
          'goog:chromeOptions': {
            ...checkOptions(options),
            binary: browser.path,
            args: chromeArguments(
              {
                ...start,
                // Nobody resizes its first window over CDP.
                windowFor: request.viewport ?? start.windowFor,
                networkFlags: networkFlags(network, egress?.port),
              },
              folder.profile,
            ),
          },
        }),
      };
    },
  };
}

/** @throws Problem `invalid-argument`. */
function checkOptions(options: unknown): Record<string, unknown> {
  if (options === undefined) return {};
  if (!isRecord(options)) throw refused('goog:chromeOptions is to be an object');
  const unknown = Object.keys(options).filter((name) => !ALLOWED_OPTIONS.includes(name));
  if (unknown.length > 0) {
    throw refused(
      `${unknown.join(', ')} of goog:chromeOptions may start programs or touch files of the server; it takes args, ${ALLOWED_OPTIONS.join(', ')}`,
    );
  }
  const { excludeSwitches = [] } = options;
  if (!Array.isArray(excludeSwitches) || !excludeSwitches.every((name) => LEFT_OUT.includes(String(name)))) {
    throw refused(`excludeSwitches takes ${LEFT_OUT.join(' and ')}; the others keep the session apart`);
  }
  return options;
}

function refused(message: string) {
  const path = '/capabilities/goog:chromeOptions';
  return problem('invalid-argument', {
    detail: `${path}: ${message}.`,
    members: { errors: [{ path, message }] },
  });
}
