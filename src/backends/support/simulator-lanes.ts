// The two lanes to an iOS simulator: Mobile Safari, which safaridriver drives like any browser, and the whole phone with its
// apps, which WebDriverAgent drives.

import { homedir } from 'node:os';
import { Type } from 'typebox';
import type { BackendContext, Handle, SessionRequest } from '../backend.ts';
import { SAFARI_CAPABILITIES } from './capabilities.ts';
import { DriverBrowser, PortTaken } from './driver-browser.ts';
import { driverPorts } from './driver-settings.ts';
import { SessionFolder } from './session-folder.ts';
import type { Simctl } from './simctl.ts';
import { SimulatorAgent } from './simulator-agent.ts';
import { type IosSimulatorSettings, SAFARIDRIVER, startTimeoutOf } from './simulator-settings.ts';
import { AGENT_CAPABILITIES } from './webdriveragent.ts';

export const Lane = Type.Union([Type.Literal('native'), Type.Literal('web')]);
export type Lane = Type.Static<typeof Lane>;

/** What of a client's capabilities is passed on. */
export const LANE_CAPABILITIES: Record<Lane, readonly string[]> = {
  native: AGENT_CAPABILITIES,
  web: SAFARI_CAPABILITIES,
};

/** What drives a simulator in one of them. */
export type LaneDriver = DriverBrowser | SimulatorAgent;

export interface LaneStart {
  settings: IosSimulatorSettings;
  simctl: Simctl;
  context: BackendContext;
  /** Of the session. */
  folder: SessionFolder;
  request: SessionRequest;
  /** Checked ones. */
  capabilities: Record<string, unknown>;
  /** Resolves with the UDID of the simulator when it is booted. safaridriver starts meanwhile. */
  simulator: Promise<string>;
}

const PORT_ATTEMPTS = 3;

/** Resolves when the simulator can be driven. What it leaves when it fails ends with the simulator. */
export function driveLane(lane: Lane, start: LaneStart, signal: AbortSignal): Promise<LaneDriver> {
  return lane === 'web' ? driveSafari(start, signal) : drivePhone(start, signal);
}

/** Takes over what an earlier server started; `gone` when it does not answer any more. */
export async function adoptLane(
  lane: Lane,
  folder: SessionFolder,
  handle: Handle,
  { network, clock }: BackendContext,
): Promise<LaneDriver | 'gone'> {
  if (lane === 'native') return SimulatorAgent.adopt(handle, clock);
  const driver = await DriverBrowser.adopt(folder.path, handle, { network, clock });
  if (driver !== 'gone') keepPort(driver);
  return driver;
}

/** In the folder of a session: that of its safaridriver. */
export function driverFolderOf(folder: SessionFolder): SessionFolder {
  return new SessionFolder(folder.path, 'safaridriver');
}

/** On another port where somebody was faster to take the first one. */
async function driveSafari(start: LaneStart, signal: AbortSignal): Promise<DriverBrowser> {
  const { log, name: backend } = start.context;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await driveSafariOnce(start, signal);
    } catch (error) {
      const isTaken = error instanceof Error && error.cause instanceof PortTaken;
      if (!isTaken || attempt === PORT_ATTEMPTS || signal.aborted) throw error;
      log.info({ event: 'browser.port-taken', backend, sessionId: start.request.id });
    }
  }
}

async function driveSafariOnce(
  { settings, context, folder, request, capabilities, simulator }: LaneStart,
  signal: AbortSignal,
): Promise<DriverBrowser> {
  const { network, clock } = context;
  const port = await driverPorts.lease();
  try {
    const driver = await DriverBrowser.launch(
      {
        folder: driverFolderOf(folder),
        browser: request.browser,
        executable: settings.safaridriverPath ?? SAFARIDRIVER,
        args: ['-p', String(port)],
        env: { HOME: homedir() },
        port,
        screen: { width: 0, height: 0 },
        capabilities: async () => ({
          ...capabilities,
          browserName: 'safari',
          platformName: 'iOS',
          'safari:useSimulator': true,
          'safari:deviceUDID': await simulator,
        }),
        hasEgress: false,
        outlivesDriver: true,
        network,
        proxy: undefined,
        sessionId: request.id,
        timeoutMs: startTimeoutOf(settings),
        clock,
      },
      signal,
    );
    keepPort(driver);
    return driver;
  } catch (error) {
    driverPorts.release(port);
    throw error;
  }
}

async function drivePhone(
  { settings, simctl, context, request, capabilities, simulator }: LaneStart,
  signal: AbortSignal,
): Promise<SimulatorAgent> {
  const launch = {
    simctl,
    udid: await simulator,
    browser: request.browser,
    app: settings.webDriverAgentApp ?? '',
    capabilities,
    timeoutMs: startTimeoutOf(settings),
    clock: context.clock,
  };
  return SimulatorAgent.launch(launch, signal);
}

function keepPort(driver: DriverBrowser): void {
  driverPorts.keep(driver.port);
  void driver.gone.then(() => driverPorts.release(driver.port));
}
