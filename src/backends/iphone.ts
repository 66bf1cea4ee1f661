// iPhones on the cables of this machine, one session each: whole phones through WebDriverAgent (`ios`), from any system by
// go-ios, and Safari on them (`mobile-safari`) where there is Apple's safaridriver.
//
// What a phone may reach is up to its own network: the network policy of this server does not hold it.

import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { asProblem, problem } from '../errors.ts';
import type { SessionId } from '../ids.ts';
import { isRunning, type ProcessIdentity } from '../process-identity.ts';
import {
  type Backend,
  type BackendContext,
  type BackendSession,
  type BrowserGone,
  type Detection,
  type Device,
  defineBackend,
  type Feature,
  type Handle,
  type Health,
  type Offer,
  type PoolStatus,
  type SessionRequest,
} from './backend.ts';
import { passOn } from './support/driver-backend.ts';
import { DriverBrowser, sweepDriver } from './support/driver-browser.ts';
import { driverPorts, findProgram } from './support/driver-settings.ts';
import { findGoIos, goIosEnvironment } from './support/go-ios.ts';
import type { HostLock } from './support/host-lock.ts';
import { LISTENING, type PhoneOrders } from './support/iphone-agent.ts';
import { agentDriver, safariDriver } from './support/iphone-drivers.ts';
import { IPhoneSettings } from './support/iphone-settings.ts';
import { type IPhone, IPhones } from './support/iphones.ts';
import { batteryGatesOf } from './support/phone-battery.ts';
import { SessionBook } from './support/session-book.ts';
import { listSessionFolders, SessionFolder, sweepAll } from './support/session-folder.ts';
import { SignedAgent } from './support/signed-agent.ts';
import { listPhones, USBMUXD } from './support/usbmuxd.ts';
import { waitUntil } from './support/waiting.ts';
import { askDriver } from './support/webdriver.ts';

export const iphone = defineBackend({
  kind: 'iphone',
  summary:
    'Drives iPhones on cables, one session each: the whole phone, and on a Mac its Safari, over WebDriver.',
  settings: IPhoneSettings,
  byDefault: false,
  detect,
  create: (settings, context) => IPhoneBackend.create(settings, context),
});

const SAFARIDRIVER = '/usr/bin/safaridriver';
const FEATURES: Feature[] = ['capabilities', 'headed'];
/** Less than `sessions.startTimeout`, which would end it without saying what the phone does. */
const START_TIMEOUT_MS = 45_000;
const PORT_ATTEMPTS = 3;
const ANSWER_MS = 3000;
const PHONE_ANSWER_MS = 10_000;
const LOCK_LOOK_MS = 2000;
/** How long the news that a phone was unplugged may come after those that its session ended. */
const NEWS_MS = 500;
const INSTALL_GO_IOS = 'Install go-ios (`npm install go-ios`), or set goIosPath.';
const INSTALL_USBMUXD =
  'Install usbmuxd (Debian: `apt-get install usbmuxd`) and plug an iPhone in; in a container, mount its socket.';

async function detect(settings: IPhoneSettings): Promise<Detection> {
  const { usbmuxd = USBMUXD } = settings;
  const path = await findGoIos(settings.goIosPath);
  if (path === undefined) return { found: false, detail: 'There is no go-ios.', fix: INSTALL_GO_IOS };
  try {
    const udids = await listPhones(usbmuxd, AbortSignal.timeout(ANSWER_MS));
    return { found: true, detail: `${path}; ${udids.length || 'no'} iPhones are plugged in.` };
  } catch (error) {
    const detail = `usbmuxd does not answer: ${error instanceof Error ? error.message : String(error)}.`;
    return { found: false, detail, fix: INSTALL_USBMUXD };
  }
}

/** What drives a phone: its whole, or its Safari. */
type Lane = 'agent' | 'safari';

class IPhoneBackend implements Backend {
  readonly #settings: IPhoneSettings;
  readonly #context: BackendContext;
  readonly #root: string;
  readonly #clock: Clock;
  readonly #goIos: string | undefined;
  readonly #safaridriver: string | undefined;
  readonly #env: Record<string, string>;
  readonly #agent: SignedAgent;
  readonly #phones: IPhones;
  readonly #sessions = new SessionBook<DriverBrowser>();
  readonly #ownFolders = new Set<string>();
  #stopWatching: () => void = () => {};
  #hasStarted = false;
  #isLookingAtLocks = false;

  /** Examines the phones that are plugged in before it resolves. */
  static async create(settings: IPhoneSettings, context: BackendContext): Promise<IPhoneBackend> {
    const [goIos, safaridriver] = await Promise.all([
      findGoIos(settings.goIosPath),
      findProgram([settings.safaridriverPath ?? SAFARIDRIVER]),
    ]);
    const backend = new IPhoneBackend(settings, context, { goIos, safaridriver });
    await mkdir(backend.#pairFolder, { recursive: true, mode: 0o700 });
    await backend.#phones.start();
    return backend;
  }

  private constructor(
    settings: IPhoneSettings,
    context: BackendContext,
    { goIos, safaridriver }: { goIos: string | undefined; safaridriver: string | undefined },
  ) {
    this.#settings = settings;
    this.#context = context;
    this.#root = join(context.dataFolder, 'sessions');
    this.#clock = context.clock;
    this.#goIos = goIos;
    this.#safaridriver = safaridriver;
    const { agent, appPath, udids, usbmuxd = USBMUXD } = settings;
    this.#agent = new SignedAgent({ ...agent, appPath });
    this.#env = goIosEnvironment(context.dataFolder, usbmuxd);
    this.#phones = new IPhones({
      goIos: goIos === undefined ? undefined : { path: goIos, env: this.#env },
      usbmuxd,
      udids,
      agent: safaridriver === undefined ? this.#agent : undefined,
      ...batteryGatesOf(settings),
      reboots: settings.reboots ?? false,
      answerMs: settings.answerTimeout ?? PHONE_ANSWER_MS,
      hostLocks: context.hostLocks,
      purpose: `backend ${context.name}`,
      clock: context.clock,
      log: context.log,
    });
    this.#stopWatching = context.clock.every(LOCK_LOOK_MS, () => void this.#lookAtLocks());
  }

  watch(onChange: () => void): void {
    this.#phones.watch(onChange);
  }

  devices(): Device[] {
    return this.#phones.devices();
  }

  async createSession(request: SessionRequest, signal: AbortSignal): Promise<BackendSession> {
    signal.throwIfAborted();
    const lane = this.#laneOf(request.browser);
    const browser = await this.#sessions.create(request.id, signal, (either) =>
      this.#create(request, lane, either),
    );
    return this.#describe(browser, request.id);
  }

  async destroySession({ id }: { id: SessionId; handle?: Handle }): Promise<void> {
    const browser = await this.#sessions.settle(id);
    if (browser) {
      await browser.destroy();
      const phone = this.#phones.findBySession(id);
      await phone?.slot.release(browser.process);
      this.#sessions.delete(id);
      if (phone) await this.#phones.takeBack(phone, id);
      return;
    }
    const folder = new SessionFolder(this.#root, id);
    if (await folder.exists()) await sweepDriver(folder);
  }

  status(): PoolStatus {
    return {
      capacity: this.#phones.free().length + this.#sessions.active,
      active: this.#sessions.active,
      warming: 0,
      warm: {},
      offers: this.#offers(),
    };
  }

  async healthCheck(signal: AbortSignal): Promise<Health> {
    signal.throwIfAborted();
    if (this.#goIos === undefined) {
      return { state: 'unhealthy', reason: `There is no go-ios. ${INSTALL_GO_IOS}` };
    }
    const { lost } = this.#phones;
    if (lost !== undefined) return { state: 'unhealthy', reason: `usbmuxd: ${lost}. ${INSTALL_USBMUXD}` };
    const devices = this.devices();
    const usable = devices.filter(({ state }) => state === 'free' || state === 'in-use').length;
    const reason = `${usable} of ${devices.length} iPhones can be used.`;
    if (usable > 0) return { state: this.#hasStarted ? 'healthy' : 'undetected', reason };
    const [need] = devices.flatMap(({ needs }) => needs);
    return {
      state: 'unhealthy',
      reason: need ? `${reason} ${need.problem} ${need.fix}` : `${reason} Plug one in.`,
    };
  }

  async recoverSession(handle: Handle): Promise<BackendSession | 'gone'> {
    for (const [id, browser] of this.#sessions.running()) {
      if (browser.folder.name !== handle.folder) continue;
      return !browser.hasEnded && (await browser.isRunning()) ? this.#describe(browser, id) : 'gone';
    }
    const browser = await DriverBrowser.adopt(this.#root, handle, {
      network: this.#context.network,
      clock: this.#clock,
    });
    if (browser === 'gone') return 'gone';
    // Folders are named after their sessions, whose ids the allocator minted.
    const id = browser.folder.name as SessionId;
    this.#own(browser);
    driverPorts.keep(browser.port);
    this.#sessions.adopt(id, browser);
    const phone = await this.#phones.findHeldBy(browser.process);
    if (phone) this.#phones.give(phone, id);
    return this.#describe(browser, id);
  }

  async reconcile(keep: ReadonlySet<SessionId>): Promise<void> {
    const folders = (await listSessionFolders(this.#root)).filter(
      ({ name }) => !this.#ownFolders.has(name) && !(keep as ReadonlySet<string>).has(name),
    );
    await sweepAll(folders, sweepDriver, this.#context);
  }

  async close(): Promise<void> {
    this.#stopWatching();
    this.#phones.close();
  }

  get #pairFolder(): string {
    return join(this.#context.dataFolder, 'pairs');
  }

  #offers(): Offer[] {
    const { browserName = 'mobile-safari', nativeName = 'ios' } = this.#settings;
    const offer = { protocols: ['webdriver' as const], features: [...FEATURES] };
    return [
      ...(this.#goIos === undefined ? [] : [{ browser: nativeName, ...offer, isNative: true as const }]),
      ...(this.#safaridriver === undefined ? [] : [{ browser: browserName, ...offer }]),
    ];
  }

  /** @throws Problem `invalid-argument`. */
  #laneOf(browser: string): Lane {
    const offers = this.#offers();
    const offer = offers.find((each) => each.browser === browser);
    if (offer) return offer.isNative ? 'agent' : 'safari';
    const offered = offers.map((each) => each.browser).join() || 'none';
    throw problem('invalid-argument', {
      detail: `Backend ${this.#context.name} has no browser ${browser}; it offers ${offered}.`,
    });
  }

  /** On the first phone that nobody else of this machine has. */
  async #create(request: SessionRequest, lane: Lane, signal: AbortSignal): Promise<DriverBrowser> {
    for (const phone of this.#phones.free()) {
      // While another one was tried it may have gone, or to another session.
      if (!this.#phones.free().includes(phone)) continue;
      this.#phones.give(phone, request.id);
      let lock: HostLock | undefined;
      try {
        lock = await phone.slot.take(`session ${request.id} of ${this.#root}`);
        const browser = await this.#launchSomewhere(request, { lane, lock, phone }, signal);
        this.#phones.noteSuccess(phone);
        return browser;
      } catch (error) {
        if (!lock) {
          this.#phones.passOver(phone);
          if (asProblem(error)?.code !== 'no-capacity') throw error;
          continue;
        }
        await lock.release();
        await this.#phones.takeBack(phone, request.id, signal.aborted ? undefined : ownFault(error));
        throw error;
      }
    }
    throw this.#phones.refusal(this.#context.name);
  }

  /** On another port where somebody was faster. */
  async #launchSomewhere(
    request: SessionRequest,
    target: { lane: Lane; lock: HostLock; phone: IPhone },
    signal: AbortSignal,
  ): Promise<DriverBrowser> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#launch(request, target, signal);
      } catch (error) {
        const isTaken = error instanceof Error && /EADDRINUSE/.test(error.message);
        if (!isTaken || attempt === PORT_ATTEMPTS || signal.aborted) throw error;
      }
    }
  }

  /** Until then somebody else may answer on its port. Where the host ended, that is told by whoever waits for it. */
  async #untilListening(folder: SessionFolder, host: ProcessIdentity, signal: AbortSignal): Promise<void> {
    const file = join(folder.path, LISTENING);
    const look = async () => existsSync(file) || !(await isRunning(host));
    await waitUntil(look, { everyMs: 10, timeoutMs: this.#startTimeoutMs, signal });
  }

  async #launch(
    request: SessionRequest,
    { lane, lock, phone }: { lane: Lane; lock: HostLock; phone: IPhone },
    signal: AbortSignal,
  ): Promise<DriverBrowser> {
    const folder = new SessionFolder(this.#root, request.id);
    const port = await driverPorts.lease();
    let infoPort: number | undefined;
    this.#ownFolders.add(folder.name);
    try {
      infoPort = await driverPorts.lease();
      const { facts, id: udid } = phone;
      const executable = this.#safaridriver ?? ''; // offered only where there is one
      const start =
        lane === 'agent'
          ? agentDriver(request, this.#ordersFor(udid, port, infoPort), facts?.osVersion ?? 'unknown')
          : safariDriver(request, { udid, port, executable });
      const browser = await DriverBrowser.launch(
        {
          ...start,
          folder,
          browser: request.browser,
          port,
          hasEgress: false,
          screen: { width: 0, height: 0 },
          network: this.#context.network,
          proxy: undefined,
          sessionId: request.id,
          timeoutMs: this.#startTimeoutMs,
          clock: this.#clock,
          onStarted: async (driver) => {
            const takeBack = await passOn(lock, driver);
            if (lane === 'agent') await this.#untilListening(folder, driver, signal);
            return takeBack;
          },
        },
        signal,
      );
      this.#own(browser);
      return browser;
    } catch (error) {
      this.#ownFolders.delete(folder.name);
      driverPorts.release(port);
      throw error;
    } finally {
      // Its tunnel has it now, or it is free.
      if (infoPort !== undefined) driverPorts.release(infoPort);
    }
  }

  /** Nothing in them is secret: other users can see them. */
  #ordersFor(udid: string, port: number, infoPort: number): PhoneOrders {
    const { appPath, ids } = this.#agent;
    return {
      udid,
      goIos: this.#goIos ?? '', // offered only where there is one
      env: this.#env,
      usbmuxd: this.#settings.usbmuxd ?? USBMUXD,
      port,
      infoPort,
      pairFolder: this.#pairFolder,
      imageFolder: join(this.#context.dataFolder, 'images'),
      ...(appPath !== undefined && { appPath }),
      ...ids,
      timeoutMs: this.#startTimeoutMs,
    };
  }

  get #startTimeoutMs(): number {
    return this.#settings.startTimeout ?? START_TIMEOUT_MS;
  }

  /** Keeps the sweep away from its folder, and others from its port, as long as it runs. */
  #own(browser: DriverBrowser): void {
    const { name } = browser.folder;
    this.#ownFolders.add(name);
    this.#hasStarted = true;
    void browser.gone.then(() => {
      this.#ownFolders.delete(name);
      driverPorts.release(browser.port);
    });
  }

  #describe(browser: DriverBrowser, id: SessionId): BackendSession {
    return { ...browser.describe(), gone: browser.gone.then((gone) => this.#explain(gone, id)) };
  }

  /** What became of the phone says more than what became of its driver. */
  async #explain(gone: BrowserGone, id: SessionId): Promise<BrowserGone> {
    if (gone.reason !== 'browser-crashed') return gone;
    const phone = this.#phones.findBySession(id);
    const isUnplugged = () => phone?.presence === 'away';
    if (!phone || !(await waitUntil(isUnplugged, { everyMs: 20, timeoutMs: NEWS_MS }))) return gone;
    return { reason: 'backend-lost', detail: `iPhone ${phone.id} was unplugged.` };
  }

  /** One look at a time: an answer may take longer than it is until the next. */
  async #lookAtLocks(): Promise<void> {
    if (this.#isLookingAtLocks) return;
    this.#isLookingAtLocks = true;
    try {
      for (const [id, browser] of this.#sessions.running()) await this.#lookAtLock(id, browser);
    } finally {
      this.#isLookingAtLocks = false;
    }
  }

  /** A screen that locks itself is told. It is not unlocked: it may be a client's wish to see it locked. */
  async #lookAtLock(id: SessionId, browser: DriverBrowser): Promise<void> {
    const phone = this.#phones.findBySession(id);
    const { endpoint, isNative } = browser.describe();
    if (!phone || !isNative || browser.hasEnded) return;
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      const isLocked = await askDriver(endpoint.url, { method: 'GET', path: '/wda/locked', signal });
      if (phone.sessionId === id) this.#phones.setLocked(phone, isLocked === true);
    } catch {
      // Its end is noticed elsewhere.
    }
  }
}

/** What may be the phone's fault; what was asked for wrongly is not. */
function ownFault(error: unknown): string | undefined {
  if (asProblem(error)?.code === 'invalid-argument') return undefined;
  return error instanceof Error ? error.message : String(error);
}
