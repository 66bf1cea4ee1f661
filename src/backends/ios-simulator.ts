// iPhones as Xcode simulates them: a clone of a template for every session. There are two lanes to it: Mobile Safari, which
// safaridriver drives like any browser, and the whole phone with its apps, which WebDriverAgent drives.
//
// Pages of a simulator reach whatever this machine reaches: there is no way to hold it to a network policy.

import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism, homedir, totalmem } from 'node:os';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { asProblem, problem } from '../errors.ts';
import type { SessionId } from '../ids.ts';
import { Duration, Path } from '../notation.ts';
import type { ProcessIdentity } from '../process-identity.ts';
import {
  type Backend,
  type BackendContext,
  type BackendSession,
  type Baking,
  type BrowserGone,
  type Detection,
  type Device,
  defineBackend,
  type Handle,
  type Health,
  type Offer,
  type PoolStatus,
  type SessionRequest,
} from './backend.ts';
import { checkCapabilities, SAFARI_CAPABILITIES } from './support/capabilities.ts';
import { DriverBrowser, PortTaken, sweepDriver } from './support/driver-browser.ts';
import { driverPorts, findProgram } from './support/driver-settings.ts';
import { findHostLock, type HostLock, takeHostLock } from './support/host-lock.ts';
import { SessionBook } from './support/session-book.ts';
import { listSessionFolders, SessionFolder } from './support/session-folder.ts';
import { Simctl, type Simulator } from './support/simctl.ts';
import { SimulatorAgent } from './support/simulator-agent.ts';
import { cloneNameOf, SimulatorClones, sessionIdIn } from './support/simulator-clones.ts';
import {
  BAKE,
  makeTemplate,
  readFreePercent,
  readTemplate,
  type TemplatePlan,
  type TemplateState,
} from './support/simulator-template.ts';
import { AGENT_CAPABILITIES } from './support/webdriveragent.ts';

const NAME = '^[a-z][a-z0-9-]{0,63}$';

const IosSimulatorSettings = Type.Object(
  {
    xcrunPath: Type.Optional(Path({ description: 'The program xcrun of Xcode.', default: '/usr/bin/xcrun' })),
    safaridriverPath: Type.Optional(
      Path({ description: 'The program safaridriver.', default: '/usr/bin/safaridriver' }),
    ),
    webDriverAgentApp: Type.Optional(
      Path({
        description:
          'WebDriverAgentRunner-Runner.app, built for simulators, for sessions of the whole phone; without it there are none.',
      }),
    ),
    runtime: Type.Optional(
      Type.String({ minLength: 1, description: 'Such as `iOS 18.4`; the newest of Xcode unless given.' }),
    ),
    deviceType: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Such as `iPhone 16`; the first that the runtime has unless given.',
      }),
    ),
    browserName: Type.Optional(
      Type.String({
        pattern: NAME,
        default: 'mobile-safari',
        description: 'Under which name clients ask for its Safari.',
      }),
    ),
    nativeName: Type.Optional(
      Type.String({
        pattern: NAME,
        default: 'ios',
        description: 'Under which name clients ask for the whole phone.',
      }),
    ),
    capacity: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1000,
        description: 'The most sessions at a time; by cores and memory of the machine unless given.',
      }),
    ),
    bootTimeout: Type.Optional(
      Duration({
        default: '25s',
        minimum: '1s',
        description:
          'How long a clone may take to boot, and then a second one: both are to fit into `sessions.startTimeout`.',
      }),
    ),
    firstBootTimeout: Type.Optional(
      Duration({
        default: '10m',
        minimum: '1s',
        description: 'How long the first boot of the template may take.',
      }),
    ),
    startTimeout: Type.Optional(
      Duration({
        default: '60s',
        minimum: '1s',
        description: 'How long safaridriver or WebDriverAgent may take to be ready.',
      }),
    ),
    commandTimeout: Type.Optional(
      Duration({
        default: '60s',
        minimum: '1s',
        description: 'How long any other command to CoreSimulator may take before it counts as hanging.',
      }),
    ),
    diskFloorPercent: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 100,
        default: 10,
        description: 'No simulator is made while less than this part of the disk is free.',
      }),
    ),
  },
  { additionalProperties: false },
);
type IosSimulatorSettings = Static<typeof IosSimulatorSettings>;

export const iosSimulator = defineBackend({
  kind: 'ios-simulator',
  summary: 'Clones a simulator of Xcode for every session: Mobile Safari, or a whole iPhone with its apps.',
  settings: IosSimulatorSettings,
  byDefault: false,
  detect,
  create: (settings, context: BackendContext) => IosSimulatorBackend.create(settings, context),
  bake,
});

const XCRUN = '/usr/bin/xcrun';
const INSTALL = 'Install Xcode on a Mac and open it once.';
const SAFARIDRIVER = '/usr/bin/safaridriver';
const NO_LANE = 'There is no safaridriver, and `webDriverAgentApp` is not set.';
const BOOT_TIMEOUT_MS = 25_000; // twice, within the 60 s that sessions.startTimeout is by default
const FIRST_BOOT_TIMEOUT_MS = 600_000;
const START_TIMEOUT_MS = 60_000;
const COMMAND_TIMEOUT_MS = 60_000;
const DISK_FLOOR_PERCENT = 10;
const FIRST_LOOK_MS = 20_000;
const PORT_ATTEMPTS = 3;
/** A booted one with a browser in it takes about two of each. */
const CORES_PER_SIMULATOR = 2;
const BYTES_PER_SIMULATOR = 4 * 1024 ** 3;

type Lane = 'native' | 'web';

const SimulatorHandle = Type.Object({
  lane: Type.Union([Type.Literal('native'), Type.Literal('web')]),
  id: Type.String({ pattern: '^[\\w-]+$' }),
  udid: Type.String(),
  driver: Type.Record(Type.String(), Type.Unknown()),
});
type SimulatorHandle = Static<typeof SimulatorHandle>;

/** A clone and what drives it. */
interface RunningSimulator {
  lane: Lane;
  id: SessionId;
  udid: string;
  driver: DriverBrowser | SimulatorAgent;
  lock: HostLock | undefined;
  /** Tells that it was shut down behind our back. */
  lose: (detail: string) => void;
  gone: Promise<BrowserGone>;
  hasEnded: boolean;
}

async function detect(settings: IosSimulatorSettings): Promise<Detection> {
  const { xcrunPath = XCRUN } = settings;
  const missing = { found: false, fix: INSTALL } as const;
  if (!(await hasXcrun(settings))) return { ...missing, detail: `There is no ${xcrunPath}.` };
  try {
    // Every Mac has an xcrun, which tells who has not Xcode itself.
    return { found: true, detail: await simctlOf(settings).xcode(AbortSignal.timeout(FIRST_LOOK_MS)) };
  } catch (error) {
    return { ...missing, detail: textOf(error) };
  }
}

async function hasXcrun({ xcrunPath = XCRUN }: IosSimulatorSettings): Promise<boolean> {
  return (await findProgram([xcrunPath])) !== undefined;
}

async function bake(settings: IosSimulatorSettings, baking: Baking): Promise<void> {
  const { isAnew, hostLocks, report, signal } = baking;
  const simctl = simctlOf(settings);
  const plan = planOf(settings);
  const state = await readTemplate(simctl, plan, signal).catch((error: unknown) => {
    throw problem('backend-unavailable', { detail: textOf(error), cause: error });
  });
  if (state.template && !isAnew) {
    return report(`There is a template for ${state.runtime.name} and ${state.xcode} already.`);
  }
  const lock = await takeHostLock(hostLocks, state.bakingName, 'making a template of simulators');
  if ('heldBy' in lock) {
    throw problem('backend-unavailable', {
      detail: `Process ${lock.heldBy.pid} is making this template now. Wait for it.`,
    });
  }
  try {
    await checkDisk(settings);
    const bootTimeoutMs = settings.firstBootTimeout ?? FIRST_BOOT_TIMEOUT_MS;
    await makeTemplate(simctl, state, plan, { bootTimeoutMs, report, signal });
    report('Sessions can be cloned from it now.');
  } catch (error) {
    throw signal.aborted ? signal.reason : asNotCreated(error);
  } finally {
    await lock.release();
  }
}

class IosSimulatorBackend implements Backend {
  readonly #settings: IosSimulatorSettings;
  readonly #context: BackendContext;
  readonly #simctl: Simctl;
  readonly #clones: SimulatorClones;
  readonly #root: string;
  readonly #sessions = new SessionBook<RunningSimulator>();
  /** The UDIDs of clones that boot. */
  readonly #preparing = new Map<SessionId, string>();
  #hasXcrun = false;
  #hasSafaridriver = false;
  /** What there is, or why nobody knows. */
  #state: TemplateState | string = 'It was not looked for yet.';
  /** The last that was known. */
  #seen: TemplateState | undefined;
  #hasStarted = false;
  /** Of an earlier run, by their sessions: what could not be removed yet. */
  readonly #leftovers = new Set<SessionId>();
  #tidying: Promise<void> | undefined;
  #onChange: () => void = () => {};

  /** Looks what there is before it resolves. */
  static async create(settings: IosSimulatorSettings, context: BackendContext): Promise<IosSimulatorBackend> {
    const backend = new IosSimulatorBackend(settings, context);
    await backend.#findPrograms();
    await backend.#lookInTime();
    return backend;
  }

  private constructor(settings: IosSimulatorSettings, context: BackendContext) {
    this.#settings = settings;
    this.#context = context;
    this.#simctl = simctlOf(settings);
    this.#clones = new SimulatorClones({
      simctl: this.#simctl,
      bootTimeoutMs: settings.bootTimeout ?? BOOT_TIMEOUT_MS,
      template: () => this.#template(),
      look: () => this.#look(),
      hostLocks: context.hostLocks,
      backend: context.name,
      log: context.log,
    });
    this.#root = join(context.dataFolder, 'sessions');
  }

  async createSession(request: SessionRequest, signal: AbortSignal): Promise<BackendSession> {
    signal.throwIfAborted();
    const lane = this.#laneOf(request.browser);
    if (this.#sessions.active >= this.#capacity()) {
      throw problem('no-capacity', {
        detail: `Backend ${this.#context.name} has all of its ${this.#capacity()} simulators in use.`,
      });
    }
    const running = await this.#sessions.create(request.id, signal, (either) =>
      this.#create(request, lane, either),
    );
    this.#onChange();
    return describe(running);
  }

  async destroySession({ id }: { id: SessionId; handle?: Handle }): Promise<void> {
    const running = await this.#sessions.settle(id);
    if (running) {
      await this.#destroy(running);
      this.#sessions.delete(id);
      this.#onChange();
    } else if (await this.#folderOf(id).exists()) {
      await this.#sweep(id);
    }
  }

  status(): PoolStatus {
    return {
      capacity: this.#capacity(),
      active: this.#sessions.active,
      warming: 0,
      warm: {},
      offers: this.#offers(),
    };
  }

  async healthCheck(signal: AbortSignal): Promise<Health> {
    signal.throwIfAborted();
    await this.#findPrograms();
    await this.#look(signal);
    if (typeof this.#state === 'string') return { state: 'unhealthy', reason: this.#state };
    if (this.#offers().length === 0) return { state: 'unhealthy', reason: NO_LANE };
    this.#tidying ??= this.#tidy().finally(() => {
      this.#tidying = undefined;
    });
    const { template, stale, runtime, xcode } = this.#state;
    if (!template) return { state: 'unhealthy', reason: `${missingText(stale)} ${BAKE}` };
    const { trouble } = this.#clones;
    if (trouble !== undefined) return { state: 'unhealthy', reason: trouble };
    const shortage = await readShortage(this.#settings);
    if (shortage !== undefined) return { state: 'unhealthy', reason: shortage };
    const what = `${runtime.name} on ${xcode}`;
    return this.#hasStarted
      ? { state: 'healthy', reason: `Simulators of ${what} start.` }
      : { state: 'undetected', reason: `There is a template of ${what}; no session was started yet.` };
  }

  async recoverSession(handle: Handle): Promise<BackendSession | 'gone'> {
    if (!Value.Check(SimulatorHandle, handle)) return 'gone';
    const { lane, udid, driver: driverHandle } = handle;
    const id = handle.id as SessionId; // stamped by ourselves, from what the allocator minted
    const known = this.#sessions.get(id);
    if (known) return !known.hasEnded && (await known.driver.isRunning()) ? describe(known) : 'gone';
    const { network, clock, hostLocks } = this.#context;
    const driver =
      lane === 'web'
        ? await DriverBrowser.adopt(this.#folderOf(id).path, driverHandle, { network, clock })
        : await SimulatorAgent.adopt(driverHandle, clock);
    if (driver === 'gone') return 'gone';
    if (driver instanceof DriverBrowser) keepPort(driver);
    const holder = identityIn(driverHandle);
    const lock = await findHostLock(hostLocks, cloneNameOf(id), holder);
    const running = enter({ lane, id, udid, driver, lock });
    this.#sessions.adopt(id, running);
    this.#hasStarted = true;
    return describe(running);
  }

  async reconcile(keep: ReadonlySet<SessionId>): Promise<void> {
    for (const { name } of await listSessionFolders(this.#root)) {
      const id = name as SessionId; // folders are named after their sessions
      if (!keep.has(id) && !this.#sessions.isKnown(id)) this.#leftovers.add(id);
    }
    await this.#lookInTime();
    await this.#tidy();
  }

  watch(onChange: () => void): void {
    this.#onChange = onChange;
  }

  devices(): Device[] {
    if (!this.#seen) return [];
    const { runtime, deviceType, template, stale, name } = this.#seen;
    const common = { platform: 'ios', model: deviceType.name, osVersion: runtime.version } as const;
    const clones = [...this.#preparing].filter(([id]) => !this.#sessions.get(id));
    return [
      template
        ? { ...common, id: template.udid, type: 'template', state: 'free', needs: [] }
        : {
            ...{ ...common, id: stale[0]?.udid ?? name, type: 'template', state: 'unusable' },
            needs: [{ problem: missingText(stale), fix: BAKE }],
          },
      ...clones.map(
        ([sessionId, id]): Device => ({
          ...{ ...common, id, type: 'simulator', state: 'preparing', sessionId, needs: [] },
        }),
      ),
      ...[...this.#sessions.running()].map(
        ([sessionId, { udid }]): Device => ({
          ...{ ...common, id: udid, type: 'simulator', state: 'in-use', sessionId, needs: [] },
        }),
      ),
    ];
  }

  #capacity(): number {
    const byCores = Math.floor(availableParallelism() / CORES_PER_SIMULATOR);
    const byMemory = Math.floor(totalmem() / BYTES_PER_SIMULATOR);
    return this.#settings.capacity ?? Math.max(1, Math.min(byCores, byMemory));
  }

  async #findPrograms(): Promise<void> {
    const { safaridriverPath = SAFARIDRIVER } = this.#settings;
    this.#hasXcrun = await hasXcrun(this.#settings);
    this.#hasSafaridriver = (await findProgram([safaridriverPath])) !== undefined;
  }

  /** What there could be with Xcode: that a template is missing is for its health to say, which names the fix. */
  #offers(): Offer[] {
    if (!this.#hasXcrun) return [];
    const { browserName = 'mobile-safari', nativeName = 'ios', webDriverAgentApp } = this.#settings;
    const common: Pick<Offer, 'features' | 'protocols'> = {
      protocols: ['webdriver'],
      features: ['capabilities', 'headless'],
    };
    const web: Offer = { browser: browserName, ...common };
    const native: Offer = { browser: nativeName, isNative: true, ...common };
    return [...(this.#hasSafaridriver ? [web] : []), ...(webDriverAgentApp === undefined ? [] : [native])];
  }

  #laneOf(browser: string): Lane {
    const offers = this.#offers();
    const offer = offers.find((each) => each.browser === browser);
    if (offer) return offer.isNative ? 'native' : 'web';
    const offered = offers.map((each) => each.browser).join(' and ') || 'none';
    throw problem('invalid-argument', {
      detail: `Backend ${this.#context.name} has no browser ${browser}; it offers ${offered}.`,
    });
  }

  async #look(signal?: AbortSignal): Promise<void> {
    const before = this.#summary();
    // Those that come up meanwhile may not be in the list yet.
    const running = [...this.#sessions.running().values()];
    try {
      this.#state = await readTemplate(this.#simctl, planOf(this.#settings), signal);
      this.#seen = this.#state;
      loseMissing(running, this.#state.devices);
    } catch (error) {
      this.#state = this.#hasXcrun
        ? textOf(error)
        : `There is no ${this.#settings.xcrunPath ?? XCRUN}. ${INSTALL}`;
      signal?.throwIfAborted();
    }
    if (this.#summary() !== before) this.#onChange();
  }

  /** At the start of a server, which waits for it: a CoreSimulator that hangs is for the probes of its health. */
  async #lookInTime(): Promise<void> {
    const signal = AbortSignal.timeout(FIRST_LOOK_MS);
    await this.#look(signal).catch(() => {
      this.#state = `CoreSimulator did not answer within ${FIRST_LOOK_MS} ms.`;
    });
  }

  /** Of what others may wait for. */
  #summary(): string {
    if (typeof this.#state === 'string') return this.#state;
    return `${this.#state.name} ${this.#state.template?.udid}`;
  }

  async #create(request: SessionRequest, lane: Lane, signal: AbortSignal): Promise<RunningSimulator> {
    const { id } = request;
    const { hostLocks, name } = this.#context;
    const capabilities = checkCapabilities(
      request.capabilities,
      lane === 'web' ? SAFARI_CAPABILITIES : AGENT_CAPABILITIES,
    );
    await checkDisk(this.#settings);
    const lock = await takeHostLock(hostLocks, cloneNameOf(id), `session ${id} of backend ${name}`);
    if ('heldBy' in lock) {
      throw problem('session-not-created', { detail: `Process ${lock.heldBy.pid} has a session ${id}.` });
    }
    const folder = this.#folderOf(id);
    await mkdir(folder.path, { recursive: true, mode: 0o700 }).catch(async (error: unknown) => {
      await lock.release();
      throw error;
    });
    const giveUp = new AbortController();
    const either = AbortSignal.any([signal, giveUp.signal]);
    // safaridriver starts meanwhile.
    const clone = this.#clones.make(cloneNameOf(id), {
      signal: either,
      onMade: (udid) => {
        this.#preparing.set(id, udid);
        this.#onChange();
      },
    });
    clone.catch(() => {}); // it is awaited below, whatever happens first
    let driver: DriverBrowser | SimulatorAgent | undefined;
    try {
      const parts = { request, clone, capabilities };
      driver =
        lane === 'web' ? await this.#driveSafari(parts, either) : await this.#drivePhone(parts, either);
      // Not before: of a start whose end we do not live to see, anybody may remove the clone.
      await lock.passTo(identityIn(driver.describe().handle));
      this.#hasStarted = true;
      return enter({ lane, id, udid: await clone, driver, lock });
    } catch (error) {
      giveUp.abort(error);
      await driver?.destroy();
      const udid = await clone.catch(() => undefined);
      if (udid !== undefined) await this.#clones.discard(udid);
      await rm(folder.path, { recursive: true, force: true });
      await lock.release();
      throw signal.aborted ? signal.reason : asNotCreated(error);
    } finally {
      this.#preparing.delete(id);
    }
  }

  /** On another port where somebody was faster to take the first one. */
  async #driveSafari(parts: Provisioning, signal: AbortSignal): Promise<DriverBrowser> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#driveSafariOnce(parts, signal);
      } catch (error) {
        const isTaken = error instanceof Error && error.cause instanceof PortTaken;
        if (!isTaken || attempt === PORT_ATTEMPTS || signal.aborted) throw error;
        const { log, name: backend } = this.#context;
        log.info({ event: 'browser.port-taken', backend, sessionId: parts.request.id });
      }
    }
  }

  async #driveSafariOnce(
    { request, clone, capabilities }: Provisioning,
    signal: AbortSignal,
  ): Promise<DriverBrowser> {
    const { network, clock } = this.#context;
    const { safaridriverPath = SAFARIDRIVER, startTimeout = START_TIMEOUT_MS } = this.#settings;
    const port = await driverPorts.lease();
    try {
      const driver = await DriverBrowser.launch(
        {
          folder: new SessionFolder(this.#folderOf(request.id).path, DRIVER_FOLDER),
          browser: request.browser,
          executable: safaridriverPath,
          args: ['-p', String(port)],
          env: { HOME: homedir() },
          port,
          screen: { width: 0, height: 0 },
          capabilities: async () => ({
            ...capabilities,
            browserName: 'safari',
            platformName: 'iOS',
            'safari:useSimulator': true,
            'safari:deviceUDID': await clone,
          }),
          hasEgress: false,
          outlivesDriver: true,
          network,
          proxy: undefined,
          sessionId: request.id,
          timeoutMs: startTimeout,
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

  async #drivePhone(
    { request, clone, capabilities }: Provisioning,
    signal: AbortSignal,
  ): Promise<SimulatorAgent> {
    const { webDriverAgentApp = '', startTimeout = START_TIMEOUT_MS } = this.#settings;
    const launch = {
      simctl: this.#simctl,
      udid: await clone,
      browser: request.browser,
      app: webDriverAgentApp,
      capabilities,
      timeoutMs: startTimeout,
      clock: this.#context.clock,
    };
    return SimulatorAgent.launch(launch, signal);
  }

  #template(): Simulator {
    if (typeof this.#state === 'string') throw problem('session-not-created', { detail: this.#state });
    const { template, stale } = this.#state;
    if (template) return template;
    throw problem('session-not-created', { detail: `${missingText(stale)} ${BAKE}` });
  }

  async #destroy({ id, udid, driver, lock }: RunningSimulator): Promise<void> {
    await driver.destroy();
    await this.#simctl.remove(udid);
    await this.#folderOf(id).remove();
    await lock?.release();
  }

  /** Ends what a server left that died: all that is known is the id. */
  async #sweep(id: SessionId): Promise<void> {
    const folder = this.#folderOf(id);
    await sweepDriver(new SessionFolder(folder.path, DRIVER_FOLDER));
    await this.#clones.removeNamed(cloneNameOf(id));
    await folder.remove();
    const lock = await takeHostLock(this.#context.hostLocks, cloneNameOf(id), 'sweeping');
    if (!('heldBy' in lock)) await lock.release();
  }

  /** Removes what was left by this server and others, as far as CoreSimulator lets it. Never rejects. */
  async #tidy(): Promise<void> {
    if (typeof this.#state === 'string') return;
    const { log, name: backend } = this.#context;
    try {
      for (const id of this.#leftovers) {
        await this.#sweep(id);
        this.#leftovers.delete(id);
        log.info({ event: 'browser.swept', backend, folder: id });
      }
      await this.#clones.removeStrays(
        this.#state.devices,
        (name) => this.#sessions.isKnown(sessionIdIn(name) as SessionId), // as it was stamped
      );
    } catch (error) {
      log.warn({ event: 'browser.destroy-failed', backend, err: error });
    }
  }

  #folderOf(id: SessionId): SessionFolder {
    return new SessionFolder(this.#root, id);
  }
}

/** What both lanes are given. */
interface Provisioning {
  request: SessionRequest;
  /** Resolves with the UDID of the clone when it is booted. */
  clone: Promise<string>;
  capabilities: Record<string, unknown>;
}

/** In the folder of a session: that of its safaridriver. */
const DRIVER_FOLDER = 'safaridriver';

function enter(parts: Omit<RunningSimulator, 'gone' | 'hasEnded' | 'lose'>): RunningSimulator {
  let lose: RunningSimulator['lose'] = () => {};
  const lost = new Promise<BrowserGone>((resolve) => {
    lose = (detail) => resolve({ reason: 'backend-lost', detail });
  });
  const gone = Promise.race([parts.driver.gone, lost]);
  const running = { ...parts, lose, gone, hasEnded: false };
  void gone.then(() => {
    running.hasEnded = true;
  });
  return running;
}

/** Quitting the Simulator app shuts down every simulator there is. */
function loseMissing(running: readonly RunningSimulator[], devices: readonly Simulator[]): void {
  for (const { udid, lose } of running) {
    const state = devices.find((device) => device.udid === udid)?.state;
    if (state === undefined) lose('Its simulator was deleted.');
    else if (state === 'Shutdown') lose('Its simulator was shut down.');
  }
}

function describe({ lane, id, udid, driver, gone }: RunningSimulator): BackendSession {
  const session = driver.describe();
  const handle: SimulatorHandle = { lane, id, udid, driver: session.handle };
  return { ...session, handle, gone };
}

function keepPort(driver: DriverBrowser): void {
  driverPorts.keep(driver.port);
  void driver.gone.then(() => driverPorts.release(driver.port));
}

/** @throws Problem `session-not-created`. */
async function checkDisk(settings: IosSimulatorSettings): Promise<void> {
  const shortage = await readShortage(settings);
  if (shortage !== undefined) throw problem('session-not-created', { detail: shortage });
}

/** What is to be said where the disk is too full for another simulator. */
async function readShortage({
  diskFloorPercent = DISK_FLOOR_PERCENT,
}: IosSimulatorSettings): Promise<string | undefined> {
  const free = await readFreePercent();
  if (free >= diskFloorPercent) return undefined;
  return (
    `${free.toFixed(1)} % of the disk is free, and simulators need ${diskFloorPercent} %. ` +
    'Free some (`xcrun simctl delete unavailable`), or lower `diskFloorPercent`.'
  );
}

function simctlOf({ xcrunPath = XCRUN, commandTimeout = COMMAND_TIMEOUT_MS }: IosSimulatorSettings): Simctl {
  return new Simctl(xcrunPath, commandTimeout);
}

function planOf({ runtime, deviceType, webDriverAgentApp }: IosSimulatorSettings): TemplatePlan {
  return { runtime, deviceType, agentApp: webDriverAgentApp };
}

function identityIn(handle: Handle): ProcessIdentity {
  const { pid, startTime, bootId } = handle;
  return { pid: Number(pid), startTime: String(startTime), bootId: String(bootId) };
}

function missingText(stale: readonly Simulator[]): string {
  return stale.length === 0
    ? 'There is no template to clone simulators from.'
    : 'The template of simulators was made with another Xcode, runtime or WebDriverAgent.';
}

function asNotCreated(error: unknown): unknown {
  return asProblem(error) ?? problem('session-not-created', { detail: textOf(error), cause: error });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
