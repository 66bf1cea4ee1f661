// Firefox on this machine over WebDriver BiDi: a Firefox of the distribution or of Mozilla, without geckodriver and without
// builds of anybody else. Every session is a process of its own with a fresh profile, and a host that shares its one BiDi
// connection (docs/adr/0023).
//
// What holds it to the network policy is an egress in its host, through which everything goes wherever the policy refuses
// anything at all: Firefox has no resolver rules. Like Chrome it reads file:// pages with the eyes of its user.

import { type Static, Type } from 'typebox';
import { Path } from '../notation.ts';
import { type BackendContext, type Detection, defineBackend, type Feature } from './backend.ts';
import { FIREFOX_ADVICE, findFirefox } from './support/find-firefox.ts';
import { HostedBackend } from './support/hosted-backend.ts';
import { HOSTED_SETTINGS } from './support/hosted-settings.ts';

const FirefoxSettings = Type.Object(
  {
    executablePath: Type.Optional(
      Path({ description: 'The program of Firefox; the first of the usual places unless given.' }),
    ),
    ...HOSTED_SETTINGS,
  },
  { additionalProperties: false },
);
type FirefoxSettings = Static<typeof FirefoxSettings>;

export const firefoxBidi = defineBackend({
  kind: 'firefox-bidi',
  summary: 'Starts Firefox on this machine and speaks WebDriver BiDi, one process a session.',
  settings: FirefoxSettings,
  byDefault: false,
  detect,
  create: createFirefoxBackend,
});

async function detect({ executablePath }: FirefoxSettings): Promise<Detection> {
  const found = await findFirefox(executablePath);
  return typeof found === 'string'
    ? { found: false, detail: `There is ${found}.`, fix: FIREFOX_ADVICE }
    : { found: true, detail: `${found.path} ${found.version}` };
}

function createFirefoxBackend(settings: FirefoxSettings, context: BackendContext): Promise<HostedBackend> {
  const { executablePath, display } = settings;
  const features: Feature[] = ['headless', 'locale', 'proxy', 'timezone', 'userAgent'];
  return HostedBackend.create(
    {
      host: 'firefox',
      browser: 'firefox',
      protocol: 'bidi',
      features: display === undefined ? features : ['headed', ...features],
      async find(signal) {
        const found = await findFirefox(executablePath, signal);
        return typeof found === 'string' ? `There is ${found}. ${FIREFOX_ADVICE}` : found;
      },
      ordersFor: ({ headless, proxy, userAgent, locale, timezone }, executable) => ({
        engine: 'firefox',
        executable,
        headless,
        noSandbox: false,
        network: context.network,
        ...(proxy && { proxy }),
        ...(userAgent !== undefined && { userAgent }),
        ...(locale !== undefined && { locale }),
        env: {
          ...(timezone !== undefined && { TZ: timezone }),
          ...(locale !== undefined && { LC_ALL: `${locale.replaceAll('-', '_')}.UTF-8` }),
          ...(!headless && display !== undefined && { DISPLAY: display }),
          // Its crash reporter would be one more process to look after.
          MOZ_CRASHREPORTER_DISABLE: '1',
        },
      }),
    },
    settings,
    context,
  );
}
