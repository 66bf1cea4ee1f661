// A family of browsers on one Linux machine: `node --import tsx examples/family.ts [FILE]` starts what the backends of the
// README's tour talk to, writes a configuration for them, says which of it is real and which stands in for something that
// Linux cannot run, and stays until Ctrl-C. (The command `tsx` would kill it before it has cleaned up.)

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BackendDefinition } from '../src/backends/backend.ts';
import { backendDefinitions } from '../src/backends/index.ts';
import { ADB, startAdb, startPhone } from '../test/fixtures/adbd.ts';
import { startBrowserless } from '../test/fixtures/browserless.ts';
import { createAvd, EMULATOR } from '../test/fixtures/emulator.ts';
import { createMac } from '../test/fixtures/safaridriver.ts';
import { startSeleniumGrid } from '../test/fixtures/selenium-grid.ts';
import { bakeSimulators, installXcrun } from '../test/fixtures/xcrun.ts';

/** A backend of the tour. */
interface Member {
  kind: string;
  browser: string;
  /** What of it is what it claims to be, for people. */
  truth: string;
  /** Starts what it needs. */
  start(): Promise<{ settings: object; close(): Promise<void> }>;
}

export interface Family {
  /** `backends` of a configuration. */
  backends: Record<string, { kind: string; [setting: string]: unknown }>;
  members: Pick<Member, 'browser' | 'kind' | 'truth'>[];
  /** What this machine lacks, with what to do, by kind. */
  missing: Record<string, string>;
  close(): Promise<void>;
}

const needsNothing = async () => ({ settings: {}, close: async () => {} });

const MEMBERS: Member[] = [
  { kind: 'chrome', browser: 'chrome', truth: 'real', start: needsNothing },
  { kind: 'chromedriver', browser: 'chrome', truth: 'real', start: needsNothing },
  { kind: 'firefox-bidi', browser: 'firefox', truth: 'real', start: needsNothing },
  { kind: 'webkitgtk', browser: 'webkit', truth: 'real', start: needsNothing },
  {
    kind: 'selenium-grid',
    browser: 'chrome',
    truth: 'real: the Selenium 4 server under Java, with Chromium',
    async start() {
      const grid = await startSeleniumGrid({ sessions: 1 });
      return { settings: { url: grid.url }, close: grid.close };
    },
  },
  {
    kind: 'browserless',
    browser: 'chrome',
    truth: 'a stand-in of the server, with a real Chromium',
    async start() {
      const remote = await startBrowserless();
      return { settings: { addresses: [{ url: remote.url, token: remote.token }] }, close: remote.close };
    },
  },
  {
    kind: 'android-device',
    browser: 'mobile-chrome',
    truth: 'the real adb; a stand-in of the phone, with a real Chromium',
    async start() {
      const [adb, phone] = await Promise.all([startAdb(), startPhone()]);
      const settings = { adbServerPort: adb.port, addresses: [phone.serial] };
      return { settings, close: () => Promise.all([phone.close(), adb.close()]).then(() => {}) };
    },
  },
  {
    kind: 'android-emulator',
    browser: 'mobile-chrome',
    truth: 'the real adb; a stand-in of the emulator, with a real Chromium',
    async start() {
      const [avd, adb] = await Promise.all([createAvd(), startAdb()]);
      const settings = {
        emulatorPath: EMULATOR,
        adbPath: ADB,
        adbServerPort: adb.port,
        avdFolder: avd.home,
        firstPort: 6100,
      };
      return { settings, close: () => avd.close().then(adb.close) };
    },
  },
  {
    kind: 'safari',
    browser: 'safari',
    truth: 'a stand-in of safaridriver, with a real WebKit',
    async start() {
      const mac = await createMac({ engine: 'webkit' });
      return { settings: { driverPath: mac.driverPath }, close: mac.close };
    },
  },
  {
    kind: 'ios-simulator',
    browser: 'mobile-safari',
    truth: 'stand-ins of Xcode and safaridriver, with a real WebKit',
    async start() {
      const xcode = installXcrun();
      const mac = await createMac({ engine: 'webkit', simulators: xcode.stateFile });
      const settings = { xcrunPath: xcode.xcrunPath, safaridriverPath: mac.driverPath };
      await bakeSimulators(settings, xcode);
      return { settings, close: () => mac.close().then(xcode.remove) };
    },
  },
];

/** Starts all that this machine can have, side by side. */
export async function startFamily(): Promise<Family> {
  const family: Family = {
    backends: {},
    members: [],
    missing: {},
    close: async () => {
      await Promise.all(closings.map((close) => close()));
    },
  };
  const closings: (() => Promise<void>)[] = [];
  await Promise.all(
    MEMBERS.map(async ({ kind, start }) => {
      try {
        const { settings, close } = await start();
        closings.push(close);
        const detection = await definitionOf(kind).detect(settings);
        if (detection.found) family.backends[kind] = { kind, ...settings };
        else family.missing[kind] = `${detection.detail} ${detection.fix}`;
      } catch (error) {
        // Such as Java, which only the Grid needs.
        family.missing[kind] = error instanceof Error ? error.message : String(error);
      }
    }),
  );
  family.members = MEMBERS.filter(({ kind }) => kind in family.backends);
  return family;
}

function definitionOf(kind: string): BackendDefinition {
  const definition = backendDefinitions.find((each) => each.kind === kind);
  if (!definition) throw new Error(`there is no backend of kind ${kind}`);
  return definition;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , file = 'family.config.json'] = process.argv;
  const family = await startFamily();
  // Away from the locks of a server that runs here already.
  const lockFolder = await mkdtemp(join(tmpdir(), 'moorage-family-'));
  await writeFile(file, `${JSON.stringify({ lockFolder, backends: family.backends }, null, 2)}\n`, {
    mode: 0o600,
  });
  for (const { kind, browser, truth } of family.members)
    console.log(`${kind.padEnd(17)}${browser.padEnd(15)}${truth}`);
  for (const [kind, reason] of Object.entries(family.missing))
    console.log(`${kind.padEnd(17)}left out: ${reason}`);
  console.log(`\nWrote ${file}. Now, in another terminal: npm start -- --config ${file}`);
  const stay = setInterval(() => {}, 60_000);
  let isClosing = false;
  const close = async () => {
    // Impatient people press twice; the second one would leave the Grid behind.
    if (isClosing) return;
    isClosing = true;
    clearInterval(stay);
    await family.close();
    await rm(lockFolder, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, close);
}
