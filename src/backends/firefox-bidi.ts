// Firefox on this machine over WebDriver BiDi: a Firefox of the distribution or of Mozilla, without geckodriver and without
// builds of anybody else. Every session is a process of its own with a fresh profile, and a host that shares its one BiDi
// connection (docs/adr/0023).
//
// What holds it to the network policy is an egress in its host, through which everything goes wherever the policy refuses
// anything at all: Firefox has no resolver rules. Like Chrome it reads file:// pages with the eyes of its user.

import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Duration, Path } from '../notation.ts';
import { type BackendContext, type Detection, defineBackend, type Feature } from './backend.ts';
import { HostedBackend } from './support/hosted-backend.ts';
import { readVersionOf } from './support/program-version.ts';

export const FirefoxSettings = Type.Object(
  {
    executablePath: Type.Optional(
      Path({ description: 'The program of Firefox; the first of the usual places unless given.' }),
    ),
    capacity: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 10_000,
        description: 'The most sessions at a time; by cores and memory of the machine unless given.',
      }),
    ),
    launchConcurrency: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 64,
        default: 2,
        description: 'How many browsers start at the same time; the others wait their turn.',
      }),
    ),
    startTimeout: Type.Optional(
      Duration({
        default: '60s',
        minimum: '1s',
        description: 'How long a browser may take until it can be used.',
      }),
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
export type FirefoxSettings = Static<typeof FirefoxSettings>;

export const firefoxBidi = defineBackend({
  kind: 'firefox-bidi',
  summary: 'Starts Firefox on this machine and speaks WebDriver BiDi, one process a session.',
  settings: FirefoxSettings,
  byDefault: false,
  detect,
  create: createFirefoxBackend,
});

const PATHS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: [
    '/usr/bin/firefox',
    '/usr/bin/firefox-esr',
    '/usr/lib/firefox/firefox',
    '/opt/firefox/firefox',
    '/snap/bin/firefox',
  ],
  darwin: [
    '/Applications/Firefox.app/Contents/MacOS/firefox',
    join(homedir(), 'Applications/Firefox.app/Contents/MacOS/firefox'),
  ],
};

async function detect({ executablePath }: FirefoxSettings): Promise<Detection> {
  const found = await findFirefox(executablePath);
  return typeof found === 'string'
    ? { found: false, detail: `There is ${found}.`, fix: installAdvice() }
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
        return typeof found === 'string' ? `There is ${found}. ${installAdvice()}` : found;
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

/** The reason as a string when there is none that runs. */
async function findFirefox(
  path: string | undefined,
  signal?: AbortSignal,
): Promise<{ path: string; version: string } | string> {
  const candidates = path === undefined ? (PATHS[process.platform] ?? []) : [path];
  let found: { path: string; version: string } | string = 'no Firefox in any of the usual places';
  for (const candidate of candidates) {
    if (path === undefined && !(await isExecutable(candidate))) continue;
    found = await readVersionOf(candidate, signal);
    if (typeof found !== 'string') break;
  }
  return found;
}

function installAdvice(): string {
  return process.platform === 'darwin'
    ? 'Install Firefox (`brew install --cask firefox`), or set executablePath of the backend.'
    : 'Install it (Debian: `apt-get install firefox-esr`), or set executablePath of the backend.';
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
