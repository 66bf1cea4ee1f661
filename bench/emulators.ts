// Emulators on the stand-in, started from their snapshot: one alone, and sixteen side by side.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { androidEmulator } from '../src/backends/android-emulator.ts';
import { newId } from '../src/ids.ts';
import { testContext } from '../test/backends/context.ts';
import { ADB, startAdb } from '../test/fixtures/adbd.ts';
import { createAvd, EMULATOR } from '../test/fixtures/emulator.ts';
import { timed } from './ratios.ts';

export const SLOTS = 16;
/** What a snapshot is said to take: https://android-developers.googleblog.com/2017/12/quick-boot-top-features-in-android.html */
export const LOAD_MS = 6000;

export interface EmulatorStarts {
  oneMs: number;
  /** Until the last of them is ready. */
  allMs: number;
  /** Of all of them, so many have ports of their own. */
  portPairs: number;
}

/** Chrome in them is a light stand-in: sixteen Chromiums would measure the cores of this machine. */
export async function startEmulators({ loadMs }: { loadMs: number }): Promise<EmulatorStarts> {
  const adb = await startAdb();
  const avd = await createAvd();
  const folder = await mkdtemp(join(tmpdir(), 'moorage-bench-emulators-'));
  try {
    await avd.set({ loadMs }, { engine: 'light' });
    const settings = {
      emulatorPath: EMULATOR,
      adbPath: ADB,
      adbServerPort: adb.port,
      avdFolder: avd.home,
      capacity: SLOTS,
      diskFloor: 0,
      startTimeout: 120_000,
    };
    const backend = await androidEmulator.create(settings, testContext('android-emulator', folder));
    const start = async () => {
      const request = { id: newId('ses'), client: 'bench', browser: 'mobile-chrome', headless: true };
      const { handle } = await backend.createSession(request, AbortSignal.timeout(240_000));
      return { id: request.id, port: Number(handle.port) };
    };
    const startSideBySide = async (count: number) => {
      let started: Awaited<ReturnType<typeof start>>[] = [];
      const ms = await timed(async () => {
        started = await Promise.all(Array.from({ length: count }, start));
      });
      await Promise.all(started.map(({ id }) => backend.destroySession({ id })));
      return { ms, portPairs: new Set(started.map(({ port }) => port)).size };
    };
    const one = await startSideBySide(1);
    const all = await startSideBySide(SLOTS);
    return { oneMs: one.ms, allMs: all.ms, portPairs: all.portPairs };
  } finally {
    await avd.close();
    await adb.close();
    await rm(folder, { recursive: true });
  }
}
