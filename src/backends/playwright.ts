// Browsers of Playwright over its own protocol, for clients that call `browserType.connect()`: its builds of WebKit and
// Firefox, and any Chromium. Every session is a process of its own with a host beside it (docs/adr/0023); what clients make
// in it, contexts and all, is gone with their connection, as Playwright means it.
//
// Whoever drives a browser by this protocol can read and write files as the server's user, through Playwright itself. As
// with Chrome: where clients are not trusted, run Moorage as a user, or in a container, that has nothing to read.

import { access } from 'node:fs/promises';
import { chromium, firefox, webkit } from 'playwright-core';
import { type Static, Type } from 'typebox';
import { Path } from '../notation.ts';
import {
  type BackendContext,
  type BackendDefinition,
  type Detection,
  defineBackend,
  type Feature,
} from './backend.ts';
import { findChrome } from './support/find-chrome.ts';
import { type FoundBrowser, HostedBackend } from './support/hosted-backend.ts';
import { HOSTED_SETTINGS } from './support/hosted-settings.ts';
import { readVersionOf } from './support/program-version.ts';

const PlaywrightSettings = Type.Object(
  {
    executablePath: Type.Optional(
      Path({
        description:
          'The program of the browser. Unless given the build that Playwright installed; of Chromium also one in the usual places.',
      }),
    ),
    ...HOSTED_SETTINGS,
  },
  { additionalProperties: false },
);
type PlaywrightSettings = Static<typeof PlaywrightSettings>;

type Engine = 'chromium' | 'firefox' | 'webkit';

const BROWSER_TYPES = { chromium, firefox, webkit };

const NAMES: Readonly<Record<Engine, string>> = {
  chromium: 'a Chromium',
  firefox: "Playwright's Firefox",
  webkit: "Playwright's WebKit",
};

export const playwrightChromium = definePlaywright('chromium');
export const playwrightFirefox = definePlaywright('firefox');
export const playwrightWebkit = definePlaywright('webkit');

function definePlaywright(engine: Engine): BackendDefinition {
  return defineBackend({
    kind: `playwright-${engine}`,
    summary: `Starts ${NAMES[engine]} on this machine and speaks Playwright's own protocol, one process a session.`,
    settings: PlaywrightSettings,
    byDefault: false,
    async detect(settings): Promise<Detection> {
      const found = await find(engine, settings);
      return typeof found === 'string'
        ? { found: false, detail: `There is ${found}.`, fix: installAdvice(engine) }
        : { found: true, detail: `${found.path} ${found.version ?? ''}`.trim() };
    },
    create: (settings, context) => createPlaywrightBackend(engine, settings, context),
  });
}

function createPlaywrightBackend(
  engine: Engine,
  settings: PlaywrightSettings,
  { network, ...context }: BackendContext,
): Promise<HostedBackend> {
  const { display } = settings;
  const features: Feature[] = ['headless', 'proxy'];
  return HostedBackend.create(
    {
      host: 'playwright',
      browser: engine,
      protocol: 'playwright',
      features: display === undefined ? features : ['headed', ...features],
      async find(signal) {
        const found = await find(engine, settings, signal);
        return typeof found === 'string' ? `There is ${found}. ${installAdvice(engine)}` : found;
      },
      ordersFor: ({ headless, proxy }, executable) => ({
        engine,
        executable,
        headless,
        // Chrome's own does not work for root.
        noSandbox: process.getuid?.() === 0,
        network,
        ...(proxy && { proxy }),
        env: { ...(!headless && display !== undefined && { DISPLAY: display }) },
      }),
    },
    settings,
    { network, ...context },
  );
}

/** The reason as a string when there is none that runs. */
async function find(
  engine: Engine,
  { executablePath }: PlaywrightSettings,
  signal?: AbortSignal,
): Promise<FoundBrowser | string> {
  if (executablePath !== undefined) return readVersionOf(executablePath, signal);
  const path = BROWSER_TYPES[engine].executablePath();
  if (await isThere(path)) {
    // But for Chromium they do not tell on the command line the version by which Playwright knows them.
    return engine === 'chromium' ? readVersionOf(path, signal) : { path };
  }
  return engine === 'chromium'
    ? findChrome('chrome', undefined)
    : `no build of Playwright's ${engine} at ${path}`;
}

function installAdvice(engine: Engine): string {
  return `Install it (\`npx playwright-core install ${engine}\`), or set executablePath of the backend.`;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
