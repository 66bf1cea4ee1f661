// Runs the contract over every backend of the registry.

import { afterAll, expect } from 'vitest';
import { backendContract } from '../../src/backends/contract.ts';
import { backendDefinitions } from '../../src/backends/index.ts';
import { startAdb, startPhone } from '../fixtures/adbd.ts';
import { startBrowserless } from '../fixtures/browserless.ts';
import { openDesk } from '../fixtures/iphones.ts';
import { createMac } from '../fixtures/safaridriver.ts';
import { startSessionService } from '../fixtures/session-service.ts';
import { bakeSimulators, installXcrun } from '../fixtures/xcrun.ts';

// Starts that are given up take their time to end there, and count as long.
const remote = await startBrowserless(20);
afterAll(() => remote.close());
const mac = await createMac({ sessionDelayMs: 100 });
afterAll(() => mac.close());
const xcode = installXcrun();
afterAll(() => xcode.remove());
const macOfSimulators = await createMac({ sessionDelayMs: 20, simulators: xcode.stateFile });
afterAll(() => macOfSimulators.close());
const simulators = {
  xcrunPath: xcode.xcrunPath,
  safaridriverPath: macOfSimulators.driverPath,
  webDriverAgentApp: xcode.webDriverAgentApp,
  capacity: 4,
};
await bakeSimulators(simulators, xcode);
afterAll(() =>
  expect(xcode.devices().map(({ name }) => name)).toEqual([expect.stringContaining('template')]),
);

const steel = await startSessionService('steel');
afterAll(() => steel.close());

const [adb, phone] = await Promise.all([startAdb(), startPhone()]);
afterAll(() => Promise.all([phone.close(), adb.close()]));

const desk = await openDesk(2);
afterAll(() => desk.close());
const macOfPhones = await createMac({ sessionDelayMs: 20, devices: desk.udids });
afterAll(() => macOfPhones.close());

/** Settings that make a kind easier to test; the rest runs as it is without any configuration. */
const SETTINGS: Record<string, Record<string, unknown>> = {
  'android-device': { adbServerPort: adb.port, addresses: [phone.serial], serials: [] },
  browserless: { addresses: [{ url: remote.url, token: remote.token }] },
  iphone: { ...desk.settings, safaridriverPath: macOfPhones.driverPath },
  // Otherwise its starts would be too fast to be given up in the middle.
  fake: { startDelayMs: 20 },
  'ios-simulator': simulators,
  'remote-cdp': {
    service: 'steel',
    addresses: [{ url: steel.url, token: steel.token, capacity: 4 }],
  },
  safari: { driverPath: mac.driverPath },
};

// Elsewhere what is missing on a machine is skipped with a warning.
const IS_CI = Boolean(process.env.CI);
/**
 * Playwright's own builds and geckodriver come from hosts that not every machine reaches, and from no package;
 * docs/backends.md says what that means.
 */
const MAY_BE_MISSING = ['geckodriver', 'playwright-firefox', 'playwright-webkit'];

/** These have a file of their own beside this one, for what they run against takes long to start. */
const ELSEWHERE = ['android-emulator', 'selenium-grid'];

for (const definition of backendDefinitions) {
  if (ELSEWHERE.includes(definition.kind)) continue;
  const mayBeMissing = !IS_CI || MAY_BE_MISSING.includes(definition.kind);
  await backendContract(definition, SETTINGS[definition.kind], { mayBeMissing });
}
