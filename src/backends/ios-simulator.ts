// iPhones as Xcode simulates them: a clone of a template for every session. There are two lanes to it: Mobile Safari, which
// safaridriver drives like any browser, and the whole phone with its apps, which WebDriverAgent drives.
//
// Pages of a simulator reach whatever this machine reaches: there is no way to hold it to a network policy.

import { join } from 'node:path';
import { problem } from '../errors.ts';
import type { SessionId } from '../ids.ts';
import {
  type Backend,
  type BackendContext,
  type BackendSession,
  type Baking,
  type Detection,
  type Device,
  defineBackend,
  type Handle,
  type Health,
  type Offer,
  type PoolStatus,
  type SessionRequest,
} from './backend.ts';
import { findProgram } from './support/driver-settings.ts';
import { readHostLock } from './support/host-lock.ts';
import { SessionBook } from './support/session-book.ts';
import { listSessionFolders } from './support/session-folder.ts';
import type { Simulator } from './support/simctl.ts';
import { bakeTemplate } from './support/simulator-baking.ts';
import { SimulatorClones, sessionIdIn } from './support/simulator-clones.ts';
import { readShortage } from './support/simulator-disk.ts';
import type { Lane } from './support/simulator-lanes.ts';
import {
  isSimulatorHandle,
  SimulatorSession,
  type SimulatorSetup,
  sessionOf,
  sweepSimulator,
} from './support/simulator-session.ts';
import {
  bootTimeoutOf,
  capacityOf,
  IosSimulatorSettings,
  planOf,
  SAFARIDRIVER,
  simctlOf,
  XCRUN,
} from './support/simulator-settings.ts';
import { BAKE, readTemplate, type TemplateState } from './support/simulator-template.ts';

export const iosSimulator = defineBackend({
  kind: 'ios-simulator',
  summary: 'Clones a simulator of Xcode for every session: Mobile Safari, or a whole iPhone with its apps.',
  settings: IosSimulatorSettings,
  byDefault: false,
  detect,
  create: (settings, context: BackendContext) => IosSimulatorBackend.create(settings, context),
  bake,
});

const INSTALL = 'Install Xcode on a Mac and open it once.';
const NO_LANE = 'There is no safaridriver, and `webDriverAgentApp` is not set.';
const FIRST_LOOK_MS = 20_000;

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

/** @throws Problem that says what is in the way. */
async function bake(settings: IosSimulatorSettings, baking: Baking): Promise<void> {
  const detection = await detect(settings);
  if (detection.found) return bakeTemplate(settings, baking);
  throw problem('backend-unavailable', { detail: `${detection.detail} ${detection.fix}` });
}

async function hasXcrun({ xcrunPath = XCRUN }: IosSimulatorSettings): Promise<boolean> {
  return (await findProgram([xcrunPath])) !== undefined;
}

class IosSimulatorBackend implements Backend {
  readonly #settings: IosSimulatorSettings;
  readonly #context: BackendContext;
  readonly #setup: SimulatorSetup;
  readonly #capacity: number;
  readonly #sessions = new SessionBook<SimulatorSession>();
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
    const simctl = simctlOf(settings);
    const clones = new SimulatorClones({
      simctl,
      bootTimeoutMs: bootTimeoutOf(settings),
      template: () => this.#template(),
      look: () => this.#look(),
      hostLocks: context.hostLocks,
      backend: context.name,
      log: context.log,
    });
    this.#settings = settings;
    this.#context = context;
    this.#setup = { settings, simctl, clones, root: join(context.dataFolder, 'sessions'), context };
    this.#capacity = capacityOf(settings);
  }

  async createSession(request: SessionRequest, signal: AbortSignal): Promise<BackendSession> {
    signal.throwIfAborted();
    const lane = this.#laneOf(request.browser);
    if (this.#sessions.active >= this.#capacity) {
      throw problem('no-capacity', {
        detail: `Backend ${this.#context.name} has all of its ${this.#capacity} simulators in use.`,
      });
    }
    const session = await this.#sessions.create(request.id, signal, (either) =>
      this.#start(request, lane, either),
    );
    this.#onChange();
    return session.describe();
  }

  async destroySession({ id }: { id: SessionId; handle?: Handle }): Promise<void> {
    const session = await this.#sessions.settle(id);
    if (!session) return sweepSimulator(id, this.#setup);
    await session.destroy();
    this.#sessions.delete(id);
    this.#onChange();
  }

  status(): PoolStatus {
    return {
      capacity: this.#capacity,
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
    const { template, runtime, xcode } = this.#state;
    if (!template) {
      const baker = await this.#findBaker(this.#state);
      return { state: 'unhealthy', reason: baker ?? `${missingText(this.#state)} ${BAKE}` };
    }
    const { trouble } = this.#setup.clones;
    if (trouble !== undefined) return { state: 'unhealthy', reason: trouble };
    const shortage = await readShortage(this.#settings);
    if (shortage !== undefined) return { state: 'unhealthy', reason: shortage };
    const what = `${runtime.name} on ${xcode}`;
    return this.#hasStarted
      ? { state: 'healthy', reason: `Simulators of ${what} start.` }
      : { state: 'undetected', reason: `There is a template of ${what}; no session was started yet.` };
  }

  async recoverSession(handle: Handle): Promise<BackendSession | 'gone'> {
    if (!isSimulatorHandle(handle)) return 'gone';
    const id = sessionOf(handle);
    const known = this.#sessions.get(id);
    if (known) return !known.hasEnded && (await known.isRunning()) ? known.describe() : 'gone';
    const session = await SimulatorSession.adopt(handle, this.#setup);
    if (session === 'gone') return 'gone';
    this.#sessions.adopt(id, session);
    this.#hasStarted = true;
    return session.describe();
  }

  async reconcile(keep: ReadonlySet<SessionId>): Promise<void> {
    for (const { name } of await listSessionFolders(this.#setup.root)) {
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
            needs: [{ problem: missingText(this.#seen), fix: BAKE }],
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
      this.#state = await readTemplate(this.#setup.simctl, planOf(this.#settings), signal);
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

  async #start(request: SessionRequest, lane: Lane, signal: AbortSignal): Promise<SimulatorSession> {
    const onMade = (udid: string) => {
      this.#preparing.set(request.id, udid);
      this.#onChange();
    };
    try {
      const session = await SimulatorSession.start({ request, lane, onMade }, this.#setup, signal);
      this.#hasStarted = true;
      return session;
    } finally {
      this.#preparing.delete(request.id);
    }
  }

  /** @throws Problem `no-capacity` while one is made, else `session-not-created`. */
  async #template(): Promise<Simulator> {
    // It may have been made since we looked.
    if (typeof this.#state === 'string' || !this.#state.template) await this.#look();
    if (typeof this.#state === 'string') throw problem('session-not-created', { detail: this.#state });
    const { template } = this.#state;
    if (template) return template;
    const baker = await this.#findBaker(this.#state);
    throw baker === undefined
      ? problem('session-not-created', { detail: `${missingText(this.#state)} ${BAKE}` })
      : problem('no-capacity', { detail: baker, retryAfterSeconds: 30 });
  }

  /** What is to be said where a template is being made. */
  async #findBaker({ bakingName }: TemplateState): Promise<string | undefined> {
    const baker = await readHostLock(this.#context.hostLocks, bakingName);
    return baker && `The template of simulators is being made by process ${baker.pid}.`;
  }

  /** Removes what was left by this server and others, as far as CoreSimulator lets it. Never rejects. */
  async #tidy(): Promise<void> {
    if (typeof this.#state === 'string') return;
    const { log, name: backend } = this.#context;
    try {
      for (const id of this.#leftovers) {
        await sweepSimulator(id, this.#setup);
        this.#leftovers.delete(id);
        log.info({ event: 'browser.swept', backend, folder: id });
      }
      await this.#setup.clones.removeStrays(
        this.#state.devices,
        (name) => this.#sessions.isKnown(sessionIdIn(name) as SessionId), // as it was stamped
      );
    } catch (error) {
      log.warn({ event: 'browser.destroy-failed', backend, err: error });
    }
  }
}

/** Quitting the Simulator app shuts down every simulator there is. */
function loseMissing(running: readonly SimulatorSession[], devices: readonly Simulator[]): void {
  for (const session of running) {
    const state = devices.find(({ udid }) => udid === session.udid)?.state;
    if (state === undefined) session.lose('Its simulator was deleted.');
    else if (state === 'Shutdown') session.lose('Its simulator was shut down.');
  }
}

function missingText({ stale, runtime, xcode }: TemplateState): string {
  return stale.length === 0
    ? 'There is no template to clone simulators from.'
    : `The template of simulators was made with another Xcode, runtime or WebDriverAgent than ${runtime.name} on ${xcode} has now.`;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
