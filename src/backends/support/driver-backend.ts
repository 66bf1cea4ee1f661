// The backend of browsers that a driver program on this machine starts: a driver process for every session. What differs
// between chromedriver, WebKitWebDriver, geckodriver and safaridriver is a `DriverKind`; the rest is the same for all.

import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import { problem } from '../../errors.ts';
import type { SessionId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import { identify, type ProcessIdentity } from '../../process-identity.ts';
import type {
  Backend,
  BackendContext,
  BackendSession,
  Feature,
  Handle,
  Health,
  NetworkPolicy,
  Offer,
  PoolStatus,
  SessionRequest,
} from '../backend.ts';
import { DriverBrowser, type DriverLaunch, PortTaken, sweepDriver } from './driver-browser.ts';
import type { HostLock } from './host-lock.ts';
import { describeHolder, HostSlot } from './host-slot.ts';
import type { PortLeases } from './ports.ts';
import { SessionBook } from './session-book.ts';
import { listSessionFolders, SessionFolder, sweepAll } from './session-folder.ts';
import { waitUntil } from './waiting.ts';
import { DriverError } from './webdriver.ts';

/** What a machine has of one kind of driver. */
export interface DriverProgram {
  /** The driver. */
  path: string;
  /** Of the browser, where it can be known without starting it. */
  browserVersion?: string;
  features: readonly Feature[];
}

/** How one session of it is started. */
export type DriverStart = Pick<
  DriverLaunch,
  'args' | 'capabilities' | 'env' | 'hasEgress' | 'outlivesDriver' | 'refuses' | 'xvfb'
>;

/** What a refused New Session says of the machine. */
export interface Judgement {
  /** What was seen and what to do. The backend is unhealthy for it, for a while. */
  reason: string;
  /** A stray of ours may be the cause: it is tried again once that is ended. */
  isCurable: boolean;
}

export interface DriverKind {
  /** Under which clients ask for it. */
  browser: string;
  capacity: number;
  startTimeoutMs: number;
  /** Looks what there is on this machine; a reason with what to do where there is nothing. Asked again by health probes. */
  find(signal?: AbortSignal): Promise<DriverProgram | string>;
  /** @throws Problem `invalid-argument` for a wish that is refused. */
  plan(request: SessionRequest, folder: SessionFolder, port: number): Promise<DriverStart>;
  /** What of it the machine has once, for all of its servers in turns. Its capacity is 1 then. */
  hostSlot?: string;
  /** `undefined` for a refusal that is about the request. */
  judge?(refusal: DriverError): Judgement | undefined;
}

/** How long after a refusal that says something of the machine it is tried again: at once, and by later requests. */
const CURE_MS = 2000;
const TROUBLE_MS = 60_000;
/** Of sessions that are to be kept, besides our own. */
const NOBODY: ReadonlySet<SessionId> = new Set();
const PORT_ATTEMPTS = 3;
const DEFAULT_SCREEN = { width: 1280, height: 720 };

export class DriverBackend implements Backend {
  readonly #kind: DriverKind;
  readonly #ports: PortLeases;
  readonly #name: string;
  readonly #root: string;
  readonly #network: NetworkPolicy;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #sessions = new SessionBook<DriverBrowser>();
  /** Of those that are being started or run here. */
  readonly #ownFolders = new Set<string>();
  /** Where the machine has its browser once. */
  readonly #slot: HostSlot | undefined;
  #found: DriverProgram | string = 'It was not looked for yet.';
  #hasStarted = false;
  #trouble: { reason: string; until: number } | undefined;

  /** Looks what there is before it resolves. */
  static async create(kind: DriverKind, ports: PortLeases, context: BackendContext): Promise<DriverBackend> {
    const backend = new DriverBackend(kind, ports, context);
    backend.#found = await kind.find();
    await backend.#slot?.look();
    return backend;
  }

  private constructor(kind: DriverKind, ports: PortLeases, context: BackendContext) {
    this.#kind = kind;
    this.#ports = ports;
    this.#name = context.name;
    this.#root = join(context.dataFolder, 'sessions');
    this.#network = context.network;
    this.#clock = context.clock;
    this.#log = context.log;
    if (kind.hostSlot !== undefined) {
      this.#slot = new HostSlot(context.hostLocks, kind.hostSlot, () => this.#sessions.active > 0);
    }
  }

  async createSession(request: SessionRequest, signal: AbortSignal): Promise<BackendSession> {
    signal.throwIfAborted();
    if (this.#sessions.active >= this.#kind.capacity) {
      throw problem('no-capacity', {
        detail: `Backend ${this.#name} has all of its ${this.#kind.capacity} browsers in use.`,
      });
    }
    const browser = await this.#sessions.create(request.id, signal, (either) =>
      this.#create(request, either),
    );
    return browser.describe();
  }

  async destroySession({ id }: { id: SessionId; handle?: Handle }): Promise<void> {
    const browser = await this.#sessions.settle(id);
    if (browser) {
      await browser.destroy();
      await this.#slot?.release(browser.process);
      this.#sessions.delete(id);
      return;
    }
    const folder = new SessionFolder(this.#root, id);
    if (await folder.exists()) await this.#sweep(folder);
  }

  status(): PoolStatus {
    return {
      capacity: this.#slot?.heldElsewhere ? 0 : this.#kind.capacity,
      active: this.#sessions.active,
      warming: 0,
      warm: {},
      offers: this.#offers(),
    };
  }

  async healthCheck(signal: AbortSignal): Promise<Health> {
    signal.throwIfAborted();
    const found = await this.#kind.find(signal);
    signal.throwIfAborted(); // what was cut off says nothing of the machine
    this.#found = found;
    if (typeof this.#found === 'string') return { state: 'unhealthy', reason: this.#found };
    if (this.#trouble && this.#clock.monotonic() < this.#trouble.until) {
      return { state: 'unhealthy', reason: this.#trouble.reason };
    }
    await this.#slot?.look();
    const holder = this.#slot?.heldElsewhere;
    if (holder) return { state: 'healthy', reason: `${describeHolder(this.#kind.browser, holder)}.` };
    return this.#hasStarted
      ? { state: 'healthy', reason: `${this.#found.path} starts sessions.` }
      : { state: 'undetected', reason: `${this.#found.path} is there; it was not started yet.` };
  }

  async recoverSession(handle: Handle): Promise<BackendSession | 'gone'> {
    for (const browser of this.#sessions.running().values()) {
      if (browser.folder.name !== handle.folder) continue;
      return !browser.hasEnded && (await browser.isRunning()) ? browser.describe() : 'gone';
    }
    const browser = await DriverBrowser.adopt(this.#root, handle, {
      network: this.#network,
      clock: this.#clock,
    });
    if (browser === 'gone') return 'gone';
    this.#own(browser);
    this.#ports.keep(browser.port);
    // Folders are named after their sessions, whose ids the allocator minted.
    this.#sessions.adopt(browser.folder.name as SessionId, browser);
    return browser.describe();
  }

  async reconcile(keep: ReadonlySet<SessionId>): Promise<void> {
    const folders = (await listSessionFolders(this.#root)).filter(
      ({ name }) => !this.#ownFolders.has(name) && !(keep as ReadonlySet<string>).has(name),
    );
    await sweepAll(folders, (folder) => this.#sweep(folder), { name: this.#name, log: this.#log });
  }

  watch(onChange: () => void): void {
    this.#slot?.watch(this.#clock, onChange);
  }

  async close(): Promise<void> {
    this.#slot?.close();
  }

  #offers(): Offer[] {
    if (typeof this.#found === 'string') return [];
    const { browserVersion, features } = this.#found;
    return [
      {
        browser: this.#kind.browser,
        protocols: ['webdriver'],
        features: [...features],
        ...(browserVersion !== undefined && { browserVersion }),
      },
    ];
  }

  async #create(request: SessionRequest, signal: AbortSignal): Promise<DriverBrowser> {
    const found = this.#found;
    if (typeof found === 'string' || request.browser !== this.#kind.browser) {
      const offered = this.#offers().map(({ browser }) => browser);
      throw problem('invalid-argument', {
        detail: `Backend ${this.#name} has no browser ${request.browser}; it offers ${offered.join() || 'none'}.`,
      });
    }
    const lock = await this.#slot?.take(`session ${request.id} of ${this.#root}`);
    try {
      return await this.#launchCured(request, found, lock, signal);
    } catch (error) {
      await lock?.release();
      throw error;
    }
  }

  /** Once more where a stray of ours may have been in the way. */
  async #launchCured(
    request: SessionRequest,
    found: DriverProgram,
    lock: HostLock | undefined,
    signal: AbortSignal,
  ): Promise<DriverBrowser> {
    try {
      return await this.#launch(request, found, lock, signal);
    } catch (error) {
      if (!this.#judge(error)?.isCurable || signal.aborted) throw this.#note(error);
      this.#log.warn({ event: 'browser.retried', backend: this.#name, sessionId: request.id, err: error });
    }
    await this.reconcile(NOBODY);
    await waitUntil(() => false, { everyMs: 25, timeoutMs: CURE_MS, signal });
    try {
      return await this.#launch(request, found, lock, signal);
    } catch (error) {
      throw this.#note(error);
    }
  }

  #judge(error: unknown): Judgement | undefined {
    const cause = error instanceof Error ? error.cause : undefined;
    return cause instanceof DriverError ? this.#kind.judge?.(cause) : undefined;
  }

  /** Remembers what a failure says of the machine. */
  #note(error: unknown): unknown {
    const judgement = this.#judge(error);
    if (!judgement) return error;
    this.#trouble = { reason: judgement.reason, until: this.#clock.monotonic() + TROUBLE_MS };
    return problem('session-not-created', { detail: judgement.reason, cause: error });
  }

  /** On another port where somebody was faster to take the first one. */
  async #launch(
    request: SessionRequest,
    found: DriverProgram,
    lock: HostLock | undefined,
    signal: AbortSignal,
  ): Promise<DriverBrowser> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#launchOnce(request, found, lock, signal);
      } catch (error) {
        const isTaken = error instanceof Error && error.cause instanceof PortTaken;
        if (!isTaken || attempt === PORT_ATTEMPTS || signal.aborted) throw error;
        this.#log.info({ event: 'browser.port-taken', backend: this.#name, sessionId: request.id });
      }
    }
  }

  async #launchOnce(
    request: SessionRequest,
    { path }: DriverProgram,
    lock: HostLock | undefined,
    signal: AbortSignal,
  ): Promise<DriverBrowser> {
    const folder = new SessionFolder(this.#root, request.id);
    const port = await this.#ports.lease();
    this.#ownFolders.add(folder.name);
    try {
      const start = await this.#kind.plan(request, folder, port);
      const launch: DriverLaunch = {
        ...start,
        folder,
        browser: request.browser,
        executable: path,
        port,
        screen: request.viewport ?? DEFAULT_SCREEN,
        network: this.#network,
        proxy: request.proxy,
        sessionId: request.id,
        timeoutMs: this.#kind.startTimeoutMs,
        clock: this.#clock,
        ...(lock && { onStarted: (driver) => passOn(lock, driver) }),
      };
      const browser = await DriverBrowser.launch(launch, signal);
      this.#trouble = undefined;
      this.#own(browser);
      return browser;
    } catch (error) {
      this.#ownFolders.delete(folder.name);
      this.#ports.release(port);
      throw error;
    }
  }

  async #sweep(folder: SessionFolder): Promise<void> {
    const stamp = await folder.readStamp();
    await sweepDriver(folder);
    if (stamp) await this.#slot?.release(stamp.process);
    await this.#slot?.look();
  }

  /** Keeps the sweep away from its folder, and others from its port, as long as it runs. */
  #own(browser: DriverBrowser): void {
    const { name } = browser.folder;
    this.#ownFolders.add(name);
    this.#hasStarted = true;
    void browser.gone.then(() => {
      this.#ownFolders.delete(name);
      this.#ports.release(browser.port);
    });
  }
}

/** To the driver, which outlives us, and back to us where the start fails: between two tries nobody else gets it. */
export async function passOn(lock: HostLock, driver: ProcessIdentity): Promise<() => Promise<void>> {
  const self = await identify(process.pid);
  await lock.passTo(driver);
  return async () => {
    if (self) await lock.passTo(self);
  };
}
