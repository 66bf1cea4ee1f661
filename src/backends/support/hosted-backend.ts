// A backend whose browsers have hosts: everything but which browser, which host, and what a request makes of both.

import { mkdir } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import { problem } from '../../errors.ts';
import type { SessionId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import type { Protocol } from '../../protocol/sessions.ts';
import type {
  Backend,
  BackendContext,
  BackendSession,
  Feature,
  Handle,
  Health,
  PoolStatus,
  SessionRequest,
} from '../backend.ts';
import { type Host, HostedBrowser, type HostedLaunch, sweepHosted } from './hosted-browser.ts';
import type { HostedSettings } from './hosted-settings.ts';
import { LaunchGate } from './launch-gate.ts';
import { findGroups } from './process.ts';
import { SessionBook } from './session-book.ts';
import { listSessionFolders, SessionFolder, sweepAll } from './session-folder.ts';

export interface FoundBrowser {
  path: string;
  /** Where it can be had without a start. */
  version?: string;
}

/** What one kind of these backends is made of. */
export interface HostedKind {
  host: Host;
  /** As requests name it. */
  browser: string;
  protocol: Protocol;
  features: Feature[];
  /** Where the browser is and which version; the reason as a string when there is none. */
  find(signal?: AbortSignal): Promise<FoundBrowser | string>;
  ordersFor(request: SessionRequest, executable: string): HostedLaunch['orders'];
}

const LOOK_AGAIN_MS = 60_000;
// A Firefox with one page takes 400 to 600 MB with its processes, a WebKit about as much, the host 60.
const MEMORY_PER_SESSION = 700 * 1024 * 1024;
const SESSIONS_PER_CORE = 4;
const MIN_DEFAULT_CAPACITY = 2;

export class HostedBackend implements Backend {
  readonly #kind: HostedKind;
  readonly #name: string;
  readonly #root: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #capacity: number;
  readonly #startTimeoutMs: number;
  readonly #gate: LaunchGate;
  readonly #sessions = new SessionBook<HostedBrowser>();
  #found: FoundBrowser | string = 'it was not looked for yet';
  #lookedAt = Number.NEGATIVE_INFINITY;
  #hasStarted = false;

  /** Resolves when it has looked for its browser, which need not be there. */
  static async create(
    kind: HostedKind,
    settings: HostedSettings,
    context: BackendContext,
  ): Promise<HostedBackend> {
    const backend = new HostedBackend(kind, settings, context);
    await backend.#look();
    return backend;
  }

  private constructor(kind: HostedKind, settings: HostedSettings, context: BackendContext) {
    this.#kind = kind;
    this.#name = context.name;
    this.#root = join(context.dataFolder, 'sessions');
    this.#clock = context.clock;
    this.#log = context.log;
    this.#capacity = settings.capacity ?? defaultCapacity();
    this.#startTimeoutMs = settings.startTimeout ?? 60_000;
    this.#gate = new LaunchGate(settings.launchConcurrency ?? 2);
  }

  async createSession(request: SessionRequest, signal: AbortSignal): Promise<BackendSession> {
    signal.throwIfAborted();
    if (this.#sessions.active >= this.#capacity) {
      throw problem('no-capacity', {
        detail: `Backend ${this.#name} has all of its ${this.#capacity} browsers in use.`,
      });
    }
    const browser = await this.#sessions.create(request.id, signal, (either) =>
      this.#create(request, either),
    );
    return browser.describe(this.#kind.browser, this.#kind.protocol);
  }

  async destroySession({ id }: { id: SessionId; handle?: Handle }): Promise<void> {
    const browser = await this.#sessions.settle(id);
    if (browser) {
      await browser.destroy();
      this.#sessions.delete(id);
      return;
    }
    const folder = new SessionFolder(this.#root, id);
    if (await folder.exists()) await sweepHosted(folder);
  }

  status(): PoolStatus {
    const { browser, protocol, features } = this.#kind;
    const found = this.#found;
    return {
      capacity: this.#capacity,
      active: this.#sessions.active,
      warming: 0,
      warm: {},
      offers:
        typeof found === 'string'
          ? []
          : [
              {
                browser,
                protocols: [protocol],
                features,
                ...(found.version !== undefined && { browserVersion: found.version }),
              },
            ],
    };
  }

  async healthCheck(signal: AbortSignal): Promise<Health> {
    signal.throwIfAborted();
    const isOld = this.#clock.monotonic() - this.#lookedAt > LOOK_AGAIN_MS;
    if (isOld || typeof this.#found === 'string') await this.#look(signal);
    const found = this.#found;
    if (typeof found === 'string') return { state: 'unhealthy', reason: found };
    const name = `${this.#kind.browser} ${found.version ?? found.path}`;
    return this.#hasStarted
      ? { state: 'healthy', reason: `${name} starts.` }
      : { state: 'undetected', reason: `${name} is there; none was started yet.` };
  }

  async recoverSession(handle: Handle): Promise<BackendSession | 'gone'> {
    const { browser: name, protocol } = this.#kind;
    for (const browser of this.#sessions.running().values()) {
      if (browser.folder.name !== handle.folder) continue;
      return !browser.hasEnded && (await browser.isRunning()) ? browser.describe(name, protocol) : 'gone';
    }
    const browser = await HostedBrowser.adopt(this.#root, handle, this.#clock);
    if (browser === 'gone') return 'gone';
    this.#hasStarted = true;
    // The folder has the name of its session, which the allocator minted.
    this.#sessions.adopt(browser.folder.name as SessionId, browser);
    return browser.describe(name, protocol);
  }

  async reconcile(keep: ReadonlySet<SessionId>): Promise<void> {
    const folders = (await this.#allFolders()).filter(({ name }) => {
      const id = name as SessionId; // folders have the names of their sessions
      return !keep.has(id) && !this.#sessions.isKnown(id);
    });
    await sweepAll(folders, sweepHosted, { name: this.#name, log: this.#log });
  }

  async #look(signal?: AbortSignal): Promise<void> {
    const found = await this.#kind.find(signal);
    signal?.throwIfAborted(); // what was cut off says nothing of the machine
    this.#found = found;
    this.#lookedAt = this.#clock.monotonic();
  }

  async #create(request: SessionRequest, signal: AbortSignal): Promise<HostedBrowser> {
    const { browser: name, host } = this.#kind;
    const found = this.#found;
    if (request.browser !== name || typeof found === 'string') {
      throw problem('invalid-argument', {
        detail: `Backend ${this.#name} has no browser ${request.browser}${typeof found === 'string' ? `: ${found}` : `; it offers ${name}`}.`,
      });
    }
    await mkdir(this.#root, { recursive: true, mode: 0o700 });
    const launch: HostedLaunch = {
      host,
      folder: new SessionFolder(this.#root, request.id),
      orders: this.#kind.ordersFor(request, found.path),
      sessionId: request.id,
      timeoutMs: this.#startTimeoutMs,
    };
    const start = () => HostedBrowser.launch(launch, signal);
    const browser = await this.#gate.run(start, { isUrgent: true, signal });
    this.#hasStarted = true;
    return browser;
  }

  /** Every folder of a browser, those that a process still uses though they are gone included. */
  async #allFolders(): Promise<SessionFolder[]> {
    const folders = await listSessionFolders(this.#root);
    const names = new Set(folders.map(({ name }) => name));
    const prefix = `${this.#root}/`;
    for (const { commandLine } of await findGroups(prefix)) {
      const [name = ''] = commandLine.slice(commandLine.indexOf(prefix) + prefix.length).split(/[/ ]/);
      if (/^[\w-]+$/.test(name)) names.add(name);
    }
    return [...names].map((name) => new SessionFolder(this.#root, name));
  }
}

function defaultCapacity(): number {
  const byMemory = Math.floor((totalmem() * 0.75) / MEMORY_PER_SESSION);
  return Math.max(MIN_DEFAULT_CAPACITY, Math.min(availableParallelism() * SESSIONS_PER_CORE, byMemory));
}
