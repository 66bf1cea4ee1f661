// What a session on a clone costs against one on a new simulator, on the stand-in for Xcode at the times that others
// measured on Macs (MS of test/fixtures/xcrun-state.mjs), and what sixteen emulators cost side by side: the arithmetic, and
// what it comes to with the processes between.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { iosSimulator } from '../src/backends/ios-simulator.ts';
import { Simctl } from '../src/backends/support/simctl.ts';
import { SimulatorAgent } from '../src/backends/support/simulator-agent.ts';
import { AGENT_BUNDLE } from '../src/backends/support/webdriveragent.ts';
import { systemClock } from '../src/clock.ts';
import { newId } from '../src/ids.ts';
import { testContext } from '../test/backends/context.ts';
import { createMac } from '../test/fixtures/safaridriver.ts';
import { bakeSimulators, installXcrun } from '../test/fixtures/xcrun.ts';
import { MS } from '../test/fixtures/xcrun-state.mjs';
import { type EmulatorStarts, LOAD_MS, SLOTS, startEmulators } from './emulators.ts';
import { type BenchResult, round, timed } from './ratios.ts';

const STEPS = {
  'a new simulator, native': ['create', 'firstBoot', 'install', 'launch', 'agent'],
  'a clone, native': ['clone', 'boot', 'launch', 'agent'],
  // safaridriver starts while the clone boots.
  'a clone, Mobile Safari': ['clone', 'boot'],
} as const;
type What = keyof typeof STEPS;

export async function run({ isShort }: { isShort: boolean }): Promise<BenchResult> {
  const simulators = await startSimulators(isShort);
  const emulators = await startEmulators({ loadMs: isShort ? LOAD_MS / 100 : LOAD_MS });
  return resultOf(simulators, emulators);
}

async function startSimulators(isShort: boolean): Promise<Record<What, number>> {
  const xcode = installXcrun();
  const mac = await createMac({ simulators: xcode.stateFile });
  const folder = await mkdtemp(join(tmpdir(), 'moorage-bench-devices-'));
  try {
    const settings = {
      xcrunPath: xcode.xcrunPath,
      safaridriverPath: mac.driverPath,
      webDriverAgentApp: xcode.webDriverAgentApp,
      diskFloorPercent: 0,
    };
    await bakeSimulators(settings, xcode);
    xcode.change((state) => {
      state.timeScale = isShort ? 0.01 : 1;
    });
    const backend = await iosSimulator.create(settings, testContext('ios-simulator', folder));

    const clone = async (browser: string) => {
      const id = newId('ses');
      const request = { id, client: 'bench', browser, headless: true };
      const ms = await timed(() => backend.createSession(request, AbortSignal.timeout(120_000)));
      await backend.destroySession({ id });
      return ms;
    };
    return {
      'a new simulator, native': await lastsNew(
        new Simctl(xcode.xcrunPath, 120_000),
        xcode.webDriverAgentApp,
      ),
      'a clone, native': await clone('ios'),
      'a clone, Mobile Safari': await clone('mobile-safari'),
    };
  } finally {
    await mac.close();
    xcode.remove();
    await rm(folder, { recursive: true });
  }
}

/** A session as one has it without a template: everything for the first time. */
async function lastsNew(simctl: Simctl, app: string): Promise<number> {
  const signal = AbortSignal.timeout(120_000);
  const [runtime] = (await simctl.inventory(signal)).runtimes;
  const [phone] = runtime?.iPhones ?? [];
  if (!runtime || !phone) throw new Error('the stand-in has no iPhone');
  let udid = '';
  const ms = await timed(async () => {
    udid = await simctl.create('new', phone.identifier, runtime.identifier);
    await simctl.boot(udid, { timeoutMs: 120_000, signal });
    await simctl.install(udid, app);
    const launch = {
      simctl,
      udid,
      app,
      browser: 'ios',
      capabilities: {},
      timeoutMs: 60_000,
      clock: systemClock,
    };
    await (await SimulatorAgent.launch(launch, signal)).describe();
  });
  await simctl.terminate(udid, AGENT_BUNDLE);
  await simctl.remove(udid);
  return ms;
}

function resultOf(simulators: Record<What, number>, emulators: EmulatorStarts): BenchResult {
  const cold = 'a new simulator, native';
  const documented = (what: What) => STEPS[what].reduce((sum, step) => sum + MS[step], 0);
  const names = Object.keys(STEPS) as What[]; // the keys of this very record
  const { oneMs, allMs, portPairs } = emulators;
  const load = { arithmetic: `load ${LOAD_MS}`, 'documented ms': LOAD_MS };
  return {
    name: 'devices: clones of simulators against new ones, and emulators side by side (stand-ins)',
    rows: [
      ...names.map((what) => ({
        what,
        arithmetic: STEPS[what].map((step) => `${step} ${MS[step]}`).join(' + '),
        'documented ms': documented(what),
        'measured ms': round(simulators[what]),
      })),
      { what: 'an emulator', ...load, 'measured ms': round(oneMs) },
      { what: `${SLOTS} emulators side by side`, ...load, 'measured ms': round(allMs) },
    ],
    targets: [
      ...names
        .filter((what) => what !== cold)
        .flatMap((what) => [
          {
            what: `${what}, of a new one (documented)`,
            value: round(documented(what) / documented(cold), 3),
            bound: { atMost: 0.2 },
          },
          {
            what: `${what}, of a new one (measured)`,
            value: round(simulators[what] / simulators[cold], 3),
            bound: { atMost: 0.2 },
          },
        ]),
      {
        what: `${SLOTS} emulators side by side, of ${SLOTS} one after another`,
        value: round(allMs / (SLOTS * oneMs), 3),
        bound: { atMost: 0.5 },
      },
      { what: `pairs of ports of ${SLOTS} emulators`, value: portPairs, bound: { atLeast: SLOTS } },
    ],
  };
}
