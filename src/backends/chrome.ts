// Chrome on this machine: a process, a profile and a process group for every session, and a few that wait warm.
//
// What holds a browser to the network policy: an egress of its own (support/egress.ts) where only public addresses are
// allowed or the session has a proxy; otherwise Chrome's own resolver rules, which keep the literal addresses and names
// of cloud metadata services away, not a foreign name that leads to them. What does not hold it: file:// pages, which
// Chrome cannot be told to refuse per process. A browser sees the files that its user sees, though nothing of the
// server's environment; where clients are not trusted, run Moorage as a user or in a container with nothing to read.

import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { asProblem, problem } from '../errors.ts';
import type { SessionId } from '../ids.ts';
import type { Log } from '../log.ts';
import {
  type Backend,
  type BackendContext,
  type BackendSession,
  type Detection,
  defineBackend,
  type Handle,
  type Health,
  type NetworkPolicy,
  type Offer,
  type PoolStatus,
  type SessionRequest,
} from './backend.ts';
import { CdpConnection } from './support/cdp.ts';
import { ChromeBrowser } from './support/chrome-browser.ts';
import { loadExtensions, writeExtensions } from './support/chrome-extensions.ts';
import { DEFAULT_VIEWPORT } from './support/chrome-flags.ts';
import { findFolders, listAllFolders, sweepFolder } from './support/chrome-folders.ts';
import {
  BROWSERS,
  featuresOf,
  type Plan,
  planStart,
  planWarmStart,
  programOf,
} from './support/chrome-plan.ts';
import { ChromeSettings } from './support/chrome-settings.ts';
import {
  type Executable,
  findChrome,
  installAdvice,
  type Program,
  readVersion,
} from './support/find-chrome.ts';
import { getFirstPage, resizeWindow, warmUpPage } from './support/first-page.ts';
import { LaunchGate } from './support/launch-gate.ts';
import { ProfileDisk } from './support/profile-disk.ts';
import { SessionBook } from './support/session-book.ts';
import { SessionFolder, sweepAll } from './support/session-folder.ts';
import { restoreStorageState } from './support/storage-state.ts';
import { WarmPool } from './support/warm-pool.ts';

export type { ChromeSettings };

export const chrome = defineBackend({
  kind: 'chrome',
  summary: 'Starts Chrome, Chromium or chrome-headless-shell on this machine, one process a session.',
  settings: ChromeSettings,
  byDefault: true,
  detect,
  create: createChromeBackend,
});

async function detect({ executablePath, headlessShellPath }: ChromeSettings): Promise<Detection> {
  const [browser, shell] = await Promise.all([
    findChrome('chrome', executablePath),
    findChrome('chrome-headless-shell', headlessShellPath),
  ]);
  if (typeof browser === 'string' && typeof shell === 'string') {
    return { found: false, detail: `There is ${browser}.`, fix: installAdvice() };
  }
  const found = [browser, shell].flatMap((each) =>
    typeof each === 'string' ? [] : [`${each.path} ${each.version}`],
  );
  return { found: true, detail: found.join(', ') };
}

async function createChromeBackend(
  settings: ChromeSettings,
  context: BackendContext,
): Promise<ChromeBackend> {
  const backend = new ChromeBackend(settings, context);
  await backend.look();
  return backend;
}

const VERSION_CHECK_MS = 60_000;
// An idle Chrome takes 120 to 330 MB, and one that works about a fifth of a core.
const MEMORY_PER_SESSION = 400 * 1024 * 1024;
const SESSIONS_PER_CORE = 5;
const MIN_DEFAULT_CAPACITY = 5;

export class ChromeBackend implements Backend {
  readonly #settings: ChromeSettings;
  readonly #name: string;
  readonly #root: string;
  readonly #network: NetworkPolicy;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #capacity: number;
  readonly #disk: ProfileDisk;
  readonly #startTimeoutMs: number;
  readonly #gate: LaunchGate;
  readonly #pools: Readonly<Record<Program, WarmPool<ChromeBrowser>>>;
  /** Where each program is, or why it is not. */
  readonly #executables = new Map<Program, Executable | string>();
  readonly #sessions = new SessionBook<ChromeBrowser>();
  /** The names of the folders of browsers that this backend starts or has, warm ones included. */
  readonly #ownFolders = new Set<string>();
  #hasStarted = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #warmCount = 0;

  constructor(settings: ChromeSettings, context: BackendContext) {
    this.#settings = settings;
    this.#name = context.name;
    this.#root = join(context.dataFolder, 'sessions');
    this.#network = context.network;
    this.#clock = context.clock;
    this.#log = context.log;
    this.#capacity = settings.capacity ?? defaultCapacity();
    this.#disk = new ProfileDisk({
      folder: this.#root,
      owner: 'the data folder',
      floorBytes: settings.diskFloor,
    });
    this.#startTimeoutMs = settings.startTimeout ?? 30_000;
    this.#gate = new LaunchGate(settings.launchConcurrency ?? 2);
    this.#pools = {
      chrome: this.#createPool('chrome', settings.warm?.chrome ?? 1),
      'chrome-headless-shell': this.#createPool(
        'chrome-headless-shell',
        settings.warm?.['chrome-headless-shell'] ?? 0,
      ),
    };
  }

  /** Looks for the programs and their versions. Called again by the health probe: they may come, go and be updated. */
  async look(signal?: AbortSignal): Promise<void> {
    const { executablePath, headlessShellPath } = this.#settings;
    for (const [program, path] of [
      ['chrome', executablePath],
      ['chrome-headless-shell', headlessShellPath],
    ] as const) {
      const known = this.#executables.get(program);
      const found =
        known === undefined || typeof known === 'string'
          ? await findChrome(program, path)
          : await readVersion(known.path, signal).then(
              (version) => ({ path: known.path, version }),
              (error: unknown) => `${known.path} cannot be run any more: ${String(error)}`,
            );
      signal?.throwIfAborted();
      this.#executables.set(program, found);
    }
    this.#lookedAt = this.#clock.monotonic();
  }

  async createSession(request: SessionRequest, signal: AbortSignal): Promise<BackendSession> {
    signal.throwIfAborted();
    // The allocator reserves before it asks, so this is met only where its counts are wrong.
    if (this.#sessions.active >= this.#capacity) {
      throw problem('no-capacity', {
        detail: `Backend ${this.#name} has all of its ${this.#capacity} browsers in use.`,
      });
    }
    const browser = await this.#sessions.create(request.id, signal, async (either) =>
      this.#bringUp(request, await this.#plan(request), either),
    );
    return browser.describe(request.browser);
  }

  async destroySession({ id, handle }: { id: SessionId; handle?: Handle }): Promise<void> {
    const browser = await this.#sessions.settle(id);
    if (browser) {
      await browser.destroy();
      this.#sessions.delete(id);
      return;
    }
    for (const folder of await findFolders(this.#root, id, handle)) await sweepFolder(folder);
  }

  status(): PoolStatus {
    const { chrome: browsers, 'chrome-headless-shell': shells } = this.#pools;
    return {
      capacity: this.#capacity,
      active: this.#sessions.active,
      warming: browsers.warming + shells.warming,
      warm: { chrome: browsers.ready, 'chrome-headless-shell': shells.ready },
      offers: this.#offers(),
    };
  }

  async healthCheck(signal: AbortSignal): Promise<Health> {
    signal.throwIfAborted();
    const isMissing = this.#offers().length === 0;
    if (isMissing || this.#clock.monotonic() - this.#lookedAt > VERSION_CHECK_MS) await this.look(signal);
    const [offer] = this.#offers();
    if (!offer) {
      const reasons = [...this.#executables.values()].filter((found) => typeof found === 'string');
      return { state: 'unhealthy', reason: `There is no Chrome: ${reasons.join('; ')}. ${installAdvice()}` };
    }
    const shortage = await this.#disk.findShortage();
    if (shortage !== undefined) {
      return { state: 'unhealthy', reason: `${shortage} Free some, or lower \`diskFloor\`.` };
    }
    const found = `${offer.browser} ${offer.browserVersion}`;
    return this.#hasStarted
      ? { state: 'healthy', reason: `${found} starts.` }
      : { state: 'undetected', reason: `${found} is there; none was started yet.` };
  }

  async recoverSession(handle: Handle): Promise<BackendSession | 'gone'> {
    const name = typeof handle.browser === 'string' ? handle.browser : '';
    for (const browser of this.#sessions.running().values()) {
      if (browser.folder.name !== handle.folder) continue;
      return !browser.hasEnded && (await browser.isRunning()) ? browser.describe(name) : 'gone';
    }
    const browser = await ChromeBrowser.adopt(this.#root, handle, {
      network: this.#network,
      clock: this.#clock,
    });
    if (browser === 'gone') return 'gone';
    const stamp = await browser.folder.readStamp();
    // The stamp was written with an id that the allocator minted.
    const id = (stamp?.sessionId ?? browser.folder.name) as SessionId;
    this.#own(browser);
    this.#sessions.adopt(id, browser);
    return browser.describe(name);
  }

  async reconcile(keep: ReadonlySet<SessionId>): Promise<void> {
    const strays: SessionFolder[] = [];
    for (const folder of await listAllFolders(this.#root)) {
      const id = (await folder.readStamp())?.sessionId ?? folder.name;
      if (!this.#ownFolders.has(folder.name) && !(keep as ReadonlySet<string>).has(id)) strays.push(folder);
    }
    await sweepAll(strays, sweepFolder, { name: this.#name, log: this.#log });
    for (const pool of Object.values(this.#pools)) pool.open();
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#pools).map((pool) => pool.close()));
  }

  #offers(): Offer[] {
    return BROWSERS.flatMap((browser) => {
      const program = programOf(browser);
      const found = program && this.#executables.get(program);
      if (program === undefined || found === undefined || typeof found === 'string') return [];
      const features = featuresOf(program, this.#settings);
      return [{ browser, browserVersion: found.version, protocols: ['cdp' as const], features }];
    });
  }

  /** @throws Problem `invalid-argument` for a browser that is not offered, or a wish that is refused. */
  #plan(request: SessionRequest): Promise<Plan> {
    const program = programOf(request.browser);
    const executable = program && this.#executables.get(program);
    if (program === undefined || executable === undefined || typeof executable === 'string') {
      const names = this.#offers().map((offer) => offer.browser);
      throw problem('invalid-argument', {
        detail: `Backend ${this.#name} has no browser ${request.browser}; it offers ${names.join(', ') || 'none'}.`,
      });
    }
    return planStart(request, program, executable, this.#settings);
  }

  async #bringUp(request: SessionRequest, plan: Plan, signal: AbortSignal): Promise<ChromeBrowser> {
    signal.throwIfAborted();
    const warm = plan.isPlain ? await this.#takeWarm(plan.program) : undefined;
    const browser = warm ?? (await this.#launchFor(request, plan, signal));
    try {
      if (warm) await browser.assignTo(request.id);
      await this.#grantWishes(browser, request, plan, signal);
      signal.throwIfAborted();
      return browser;
    } catch (error) {
      const failure = signal.aborted ? signal.reason : await explain(error, browser);
      await browser.destroy();
      throw failure;
    }
  }

  async #takeWarm(program: Program): Promise<ChromeBrowser | undefined> {
    const pool = this.#pools[program];
    for (let browser = pool.take(); browser; browser = pool.take()) {
      if (!browser.hasEnded && (await browser.isRunning())) return browser;
      await browser.destroy();
    }
    return undefined;
  }

  #launchFor(request: SessionRequest, plan: Plan, signal: AbortSignal): Promise<ChromeBrowser> {
    return this.#gate.run(
      () => this.#launch(request.id, plan, { proxy: request.proxy, sessionId: request.id }, signal),
      {
        isUrgent: true,
        signal,
      },
    );
  }

  /** Starts a browser in the folder `name`. The caller holds the gate. */
  async #launch(
    name: string,
    { executable, start, env }: Pick<Plan, 'executable' | 'start' | 'env'>,
    { proxy, sessionId }: Pick<SessionRequest, 'proxy'> & { sessionId?: SessionId },
    signal: AbortSignal,
  ): Promise<ChromeBrowser> {
    await this.#disk.expectRoom();
    this.#ownFolders.add(name);
    try {
      const browser = await ChromeBrowser.launch(
        {
          executable: executable.path,
          version: executable.version,
          folder: new SessionFolder(this.#root, name),
          start,
          env,
          network: this.#network,
          proxy,
          ...(sessionId !== undefined && { sessionId }),
          timeoutMs: this.#startTimeoutMs,
        },
        signal,
      );
      this.#own(browser);
      return browser;
    } catch (error) {
      this.#ownFolders.delete(name);
      throw error;
    }
  }

  /** Keeps the sweep away from its folder as long as it runs. */
  #own(browser: ChromeBrowser): void {
    const { name } = browser.folder;
    this.#ownFolders.add(name);
    void browser.gone.then(() => this.#ownFolders.delete(name));
    this.#hasStarted = true;
  }

  /** What can be had only from a running browser. Costs nothing when there is no such wish. */
  async #grantWishes(
    browser: ChromeBrowser,
    { viewport, storageState }: SessionRequest,
    { start, extensions }: Plan,
    signal: AbortSignal,
  ): Promise<void> {
    const size = start.isShell ? undefined : viewport;
    if (!size && !storageState && extensions.length === 0) return;
    const paths = await writeExtensions(extensions, join(browser.folder.path, 'extensions'));
    const cdp = await CdpConnection.open(browser.url, signal);
    try {
      if (size) await resizeWindow(cdp, await getFirstPage(cdp), size);
      if (paths.length > 0) await loadExtensions(cdp, paths);
      if (storageState) await restoreStorageState(cdp, storageState);
    } finally {
      cdp.close();
    }
  }

  #createPool(program: Program, size: number): WarmPool<ChromeBrowser> {
    return new WarmPool({
      size,
      maxAgeMs: this.#settings.warmMaxAge ?? 30 * 60_000,
      launch: (signal) =>
        this.#gate.run(() => this.#launchWarm(program, signal), { isUrgent: false, signal }),
      clock: this.#clock,
      log: this.#log,
    });
  }

  async #launchWarm(program: Program, signal: AbortSignal): Promise<ChromeBrowser> {
    const executable = this.#executables.get(program);
    if (executable === undefined || typeof executable === 'string') {
      throw problem('backend-unavailable', {
        detail: `There is no ${program}: ${executable ?? 'not looked for'}.`,
      });
    }
    const plan = planWarmStart(program, executable, this.#settings);
    // Unlike the names of sessions' folders, and unlike those that an earlier server may have left.
    this.#warmCount += 1;
    const name = `warm-${this.#clock.now().toString(36)}-${process.pid}-${this.#warmCount}`;
    const browser = await this.#launch(name, plan, {}, signal);
    try {
      const cdp = await CdpConnection.open(browser.url, signal);
      try {
        const page = await getFirstPage(cdp);
        if (!plan.start.isShell) await resizeWindow(cdp, page, DEFAULT_VIEWPORT);
        await warmUpPage(cdp, page);
      } finally {
        cdp.close();
      }
      return browser;
    } catch (error) {
      await browser.destroy();
      throw error;
    }
  }
}

/** A failure of a browser that had started, as a problem with the end of its log. */
async function explain(error: unknown, browser: ChromeBrowser): Promise<unknown> {
  if (asProblem(error)) return error;
  const seen = error instanceof Error ? error.message : String(error);
  const log = await browser.folder.readLogTail();
  return problem('session-not-created', {
    detail: `Chrome started but did not do what the session needs: ${seen}. The end of its log:\n${log}`,
    cause: error,
  });
}

function defaultCapacity(): number {
  const byMemory = Math.floor((totalmem() * 0.75) / MEMORY_PER_SESSION);
  return Math.max(MIN_DEFAULT_CAPACITY, Math.min(availableParallelism() * SESSIONS_PER_CORE, byMemory));
}
