// The backend of browsers that a driver program on this machine starts: a driver process for every session. What differs
// between chromedriver, WebKitWebDriver, geckodriver and safaridriver is a `DriverKind`; the rest is the same for all.

import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import { problem } from '../../errors.ts';
import type { SessionId } from '../../ids.ts';
import type { Log } from '../../log.ts';
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
import { DriverBrowser, type DriverLaunch, sweepDriver } from './driver-browser.ts';
import type { PortLeases } from './ports.ts';
import { SessionBook } from './session-book.ts';
import { listSessionFolders, SessionFolder } from './session-folder.ts';

/** What a machine has of one kind of driver. */
export interface DriverProgram {
  /** The driver. */
  path: string;
  /** Of the browser, where it can be known without starting it. */
  browserVersion?: string;
  features: readonly Feature[];
}

/** How one session of it is started. */
export type DriverStart = Pick<DriverLaunch, 'args' | 'capabilities' | 'env' | 'hasEgress' | 'xvfb'>;

export interface DriverKind {
  /** Under which clients ask for it. */
  browser: string;
  capacity: number;
  startTimeoutMs: number;
  /** Looks what there is on this machine; a reason with what to do where there is nothing. Asked again by health probes. */
  find(signal?: AbortSignal): Promise<DriverProgram | string>;
  /** @throws Problem `invalid-argument` for a wish that is refused. */
  plan(request: SessionRequest, folder: SessionFolder, port: number): Promise<DriverStart>;
}

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
  #found: DriverProgram | string = 'It was not looked for yet.';
  #hasStarted = false;

  /** Looks what there is before it resolves. */
  static async create(kind: DriverKind, ports: PortLeases, context: BackendContext): Promise<DriverBackend> {
    const backend = new DriverBackend(kind, ports, context);
    backend.#found = await kind.find();
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
      this.#sessions.delete(id);
      return;
    }
    const folder = new SessionFolder(this.#root, id);
    if (await folder.exists()) await sweepDriver(folder);
  }

  status(): PoolStatus {
    return {
      capacity: this.#kind.capacity,
      active: this.#sessions.active,
      warming: 0,
      warm: {},
      offers: this.#offers(),
    };
  }

  async healthCheck(signal: AbortSignal): Promise<Health> {
    signal.throwIfAborted();
    this.#found = await this.#kind.find(signal);
    if (typeof this.#found === 'string') return { state: 'unhealthy', reason: this.#found };
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
    for (const folder of await listSessionFolders(this.#root)) {
      if (this.#ownFolders.has(folder.name) || (keep as ReadonlySet<string>).has(folder.name)) continue;
      await sweepDriver(folder);
      this.#log.info({ event: 'browser.swept', backend: this.#name, folder: folder.name });
    }
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
    return this.#launch(request, found, signal);
  }

  async #launch(
    request: SessionRequest,
    { path }: DriverProgram,
    signal: AbortSignal,
  ): Promise<DriverBrowser> {
    const folder = new SessionFolder(this.#root, request.id);
    const port = await this.#ports.lease();
    this.#ownFolders.add(folder.name);
    try {
      const start = await this.#kind.plan(request, folder, port);
      const launch = {
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
      };
      const browser = await DriverBrowser.launch(launch, signal);
      this.#own(browser);
      return browser;
    } catch (error) {
      this.#ownFolders.delete(folder.name);
      this.#ports.release(port);
      throw error;
    }
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
