// WebKit as Linux has it: MiniBrowser of WebKitGTK behind WebKitWebDriver, one pair for every session. MiniBrowser has no
// headless mode, so that a session without a window gets a display of its own (Xvfb).
//
// All of its traffic goes through an egress wherever the network policy refuses anything. file:// pages it shows like
// any browser: where clients are not trusted, run Moorage as a user with nothing to read.

import { type Static, Type } from 'typebox';
import { problem } from '../errors.ts';
import { Path } from '../notation.ts';
import {
  type BackendContext,
  type Detection,
  defineBackend,
  type Feature,
  type NetworkPolicy,
} from './backend.ts';
import { checkCapabilities } from './support/capabilities.ts';
import { DriverBackend, type DriverKind, type DriverProgram } from './support/driver-backend.ts';
import {
  capacityOf,
  DRIVER_SETTINGS,
  driverPorts,
  findProgram,
  startTimeoutOf,
} from './support/driver-settings.ts';
import { needsEgressAlways } from './support/egress.ts';

const WebKitGtkSettings = Type.Object(
  {
    ...DRIVER_SETTINGS,
    executablePath: Type.Optional(
      Path({ description: 'The program of MiniBrowser; the first of the usual places unless given.' }),
    ),
    display: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'The X display (`:0`) for headed browsers; without one there are none.',
      }),
    ),
  },
  { additionalProperties: false },
);
type WebKitGtkSettings = Static<typeof WebKitGtkSettings>;

export const webkitgtk = defineBackend({
  kind: 'webkitgtk',
  summary: 'Starts WebKitGTK’s MiniBrowser on this machine, one process a session, over WebDriver.',
  settings: WebKitGtkSettings,
  byDefault: false,
  detect,
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

async function detect(settings: WebKitGtkSettings): Promise<Detection> {
  const found = await findDriver(settings);
  return typeof found === 'string'
    ? { found: false, detail: found, fix: ADVICE }
    : { found: true, detail: found.path };
}

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
          ...checkCapabilities(capabilities),
          browserName: 'MiniBrowser',
          'webkitgtk:browserOptions': { binary, args: ['--automation'] },
          ...(egress && { proxy: manualProxy(egress.port) }),
        }),
      };
    },
  };
}

/** https://www.w3.org/TR/webdriver2/#proxy */
function manualProxy(port: number) {
  const address = `127.0.0.1:${port}`;
  return { proxyType: 'manual', httpProxy: address, sslProxy: address, noProxy: [] };
}
