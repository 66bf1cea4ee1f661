// WebKit as Linux has it: MiniBrowser of WebKitGTK behind WebKitWebDriver, one pair for every session. MiniBrowser has no
// headless mode, so that a session without a window gets a display of its own (Xvfb).
//
// All of its traffic goes through an egress wherever the network policy refuses anything. file:// pages it shows like
// any browser: where clients are not trusted, run Moorage as a user with nothing to read.

import { type Static, Type } from 'typebox';
import { problem } from '../errors.ts';
import { Path } from '../notation.ts';
import { type BackendContext, defineBackend, type Feature, type NetworkPolicy } from './backend.ts';
import { CLASSIC_CAPABILITIES, checkCapabilities } from './support/capabilities.ts';
import { DISPLAY_SETTING } from './support/display-setting.ts';
import { DriverBackend, type DriverKind, type DriverProgram } from './support/driver-backend.ts';
import {
  capacityOf,
  DRIVER_SETTINGS,
  detectionOf,
  driverPorts,
  findProgram,
  startTimeoutOf,
} from './support/driver-settings.ts';
import { needsEgressAlways } from './support/egress.ts';
import { isRecord } from './support/webdriver.ts';

const WebKitGtkSettings = Type.Object(
  {
    ...DRIVER_SETTINGS,
    executablePath: Type.Optional(
      Path({ description: 'The program of MiniBrowser; the first of the usual places unless given.' }),
    ),
    display: DISPLAY_SETTING,
  },
  { additionalProperties: false },
);
type WebKitGtkSettings = Static<typeof WebKitGtkSettings>;

export const webkitgtk = defineBackend({
  kind: 'webkitgtk',
  summary: 'Starts WebKitGTK’s MiniBrowser on this machine, one process a session, over WebDriver.',
  settings: WebKitGtkSettings,
  byDefault: false,
  detect: async (settings) => detectionOf(await findDriver(settings), ADVICE),
  create: (settings, context: BackendContext) =>
    DriverBackend.create(kindOf(settings, context.network), driverPorts, context),
});

const XVFB = ['Xvfb'];
const DRIVERS = ['WebKitWebDriver'];
const BROWSERS = ['aarch64', 'x86_64']
  .flatMap((machine) => [`/usr/lib/${machine}-linux-gnu`, '/usr/libexec'])
  .flatMap((folder) => ['4.1', '6.0', '4.0'].map((api) => [folder, api] as const))
  .map(([folder, api]) => `${folder}/${api === '6.0' ? 'webkitgtk-6.0' : `webkit2gtk-${api}`}/MiniBrowser`);
const ADVICE =
  'Install both (Debian: `apt-get install webkit2gtk-driver xvfb`), or set driverPath and executablePath.';

const OPTIONS = 'webkitgtk:browserOptions';
const ALLOWED = [...CLASSIC_CAPABILITIES, OPTIONS];
const SCROLLBARS = 'useOverlayScrollbars';

function findBrowser({ executablePath }: WebKitGtkSettings): Promise<string | undefined> {
  return findProgram(executablePath === undefined ? BROWSERS : [executablePath]);
}

async function findDriver(settings: WebKitGtkSettings): Promise<DriverProgram | string> {
  const { display } = settings;
  const path = await findProgram(settings.driverPath ? [settings.driverPath] : DRIVERS);
  if (path === undefined) return 'There is no WebKitWebDriver.';
  if (!(await findBrowser(settings))) return `There is ${path}, and no MiniBrowser.`;
  const xvfb = await findProgram(XVFB);
  if (xvfb === undefined && display === undefined) return `There is ${path}, and neither Xvfb nor a display.`;
  const features: Feature[] = ['capabilities', 'proxy', 'timezone'];
  if (xvfb !== undefined) features.push('headless');
  if (display !== undefined) features.push('headed');
  return { path, features };
}

function kindOf(settings: WebKitGtkSettings, network: NetworkPolicy): DriverKind {
  const { display } = settings;
  return {
    browser: 'webkit',
    capacity: capacityOf(settings),
    startTimeoutMs: startTimeoutOf(settings),

    find: () => findDriver(settings),

    async plan({ capabilities, headless, proxy, timezone }, _folder, port) {
      const [binary, xvfb] = await Promise.all([
        findBrowser(settings),
        headless ? findProgram(XVFB) : undefined,
      ]);
      if (!headless && display === undefined) {
        throw problem('invalid-argument', { detail: '/headless: the backend has no display.' });
      }
      const { [OPTIONS]: asked, ...wanted } = checkCapabilities(capabilities, ALLOWED);
      const options = checkOptions(asked);
      return {
        args: [`--port=${port}`],
        xvfb,
        hasEgress: needsEgressAlways(network, proxy),
        env: {
          ...(timezone !== undefined && { TZ: timezone }),
          ...(!headless && display !== undefined && { DISPLAY: display }),
          // Its own sandbox needs user namespaces that root in a container may not make.
          ...(process.getuid?.() === 0 && { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' }),
        },
        capabilities: (egress) => ({
          ...wanted,
          browserName: 'MiniBrowser',
          [OPTIONS]: { ...options, binary, args: ['--automation'] },
          ...(egress && { proxy: manualProxy(egress.port) }),
        }),
      };
    },
  };
}

/**
 * Selenium for Python always says how the scrollbars are to be; other members start programs.
 * @throws Problem `invalid-argument`.
 */
function checkOptions(options: unknown = {}): Record<string, unknown> {
  const unknown = isRecord(options) ? Object.keys(options).filter((name) => name !== SCROLLBARS) : ['it'];
  if (isRecord(options) && unknown.length === 0) return options;
  const path = `/capabilities/${OPTIONS}`;
  const message = `${unknown.join(', ')} may start programs; it takes ${SCROLLBARS}`;
  throw problem('invalid-argument', {
    detail: `${path}: ${message}.`,
    members: { errors: [{ path, message }] },
  });
}

/** https://www.w3.org/TR/webdriver2/#proxy */
function manualProxy(port: number) {
  const address = `127.0.0.1:${port}`;
  return { proxyType: 'manual', httpProxy: address, sslProxy: address, noProxy: [] };
}
