// Runs the contract over Android emulators: the stand-in of the emulator, the real adb, and a light stand-in of Chrome, as
// nothing is done with pages. test/backends/android-emulator.test.ts has a real Chromium where something is.

import { afterAll, expect } from 'vitest';
import { androidEmulator } from '../../src/backends/android-emulator.ts';
import { backendContract } from '../../src/backends/contract.ts';
import { ADB, startAdb } from '../fixtures/adbd.ts';
import { createAvd, EMULATOR } from '../fixtures/emulator.ts';
import { processesOf } from '../server.ts';

const adb = await startAdb();
const avd = await createAvd();
await avd.set({}, { engine: 'light' });
afterAll(async () => {
  expect(processesOf(avd.name)).toEqual([]);
  await avd.close();
  await adb.close();
});

await backendContract(androidEmulator, {
  emulatorPath: EMULATOR,
  adbPath: ADB,
  adbServerPort: adb.port,
  avdFolder: avd.home,
  // Away from those that adb servers look for by themselves, such as those of other tests.
  firstPort: 5700,
  capacity: 4,
});
