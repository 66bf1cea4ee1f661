// Chrome on this machine: a process, a profile and a process group for every session, and a few that wait warm.
//
// What holds a browser to the network policy: an egress of its own (support/egress.ts) where only public addresses are
// allowed or the session has a proxy; otherwise Chrome's own resolver rules, which keep the literal addresses and names
// of cloud metadata services away, not a foreign name that leads to them. What does not hold it: file:// pages, which
// Chrome cannot be told to refuse per process. A browser sees the files that its user sees, though nothing of the
// server's environment; where clients are not trusted, run Moorage as a user or in a container with nothing to read.

import { mkdir, statfs } from 'node:fs/promises';
import { availableParallelism, homedir, totalmem } from 'node:os';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import type { Clock } from '../clock.ts';
import { asProblem, problem } from '../errors.ts';
import type { SessionId } from '../ids.ts';
import type { Log } from '../log.ts';
import { Duration, Path, Size } from '../notation.ts';
import {
  type Backend,
  type BackendContext,
  type BackendSession,
  type Detection,
  defineBackend,
  FEATURES,
  type Feature,
  type Handle,
  type Health,
  type NetworkPolicy,
  type Offer,
  type PoolStatus,
  type SessionRequest,
} from './backend.ts';
import { CdpConnection } from './support/cdp.ts';
import { ChromeBrowser } from './support/chrome-browser.ts';
import {
  loadExtensions,
  type ReadExtension,
  readExtensions,
  writeExtensions,
} from './support/chrome-extensions.ts';
import { type ChromeStart, DEFAULT_VIEWPORT, refuseDangerousArgs } from './support/chrome-flags.ts';
import {
  type Executable,
  findChrome,
  installAdvice,
  type Program,
  readVersion,
} from './support/find-chrome.ts';
import { getFirstPage, MIN_WINDOW_WIDTH, resizeWindow, warmUpPage } from './support/first-page.ts';
import { LaunchGate } from './support/launch-gate.ts';
import { findGroups, identify, killGroup } from './support/process.ts';
import { listSessionFolders, SessionFolder } from './support/session-folder.ts';
import { restoreStorageState } from './support/storage-state.ts';
import { WarmPool } from './support/warm-pool.ts';

const ChromeSettings = Type.Object(
  {
    executablePath: Type.Optional(
      Path({ description: 'The program of Chrome or Chromium; the first of the usual places unless given.' }),
    ),
    headlessShellPath: Type.Optional(
      Path({
        description: 'The program of chrome-headless-shell; the first of the usual places unless given.',
      }),
    ),
    capacity: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 10_000,
        description:
          'The most sessions at a time; by cores and memory of the machine unless given, at least 5.',
      }),
    ),
    warm: Type.Optional(
      Type.Object(
        {
          chrome: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000, default: 1 })),
          'chrome-headless-shell': Type.Optional(Type.Integer({ minimum: 0, maximum: 1000, default: 0 })),
        },
        { additionalProperties: false, description: 'How many started browsers wait for a session.' },
      ),
    ),
    warmMaxAge: Type.Optional(
      Duration({
        default: '30m',
        minimum: '1s',
        description: 'A browser that waited this long is replaced by a fresh one.',
      }),
    ),
    launchConcurrency: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 64,
        default: 2,
        description: 'How many browsers start at the same time; the others wait their turn.',
      }),
    ),
    startTimeout: Type.Optional(
      Duration({
        default: '30s',
        minimum: '1s',
        description: 'How long a browser may take to open its port.',
      }),
    ),
    diskFloor: Type.Optional(
      Size({
        default: '512MB',
        description: 'No browser is started while less than this is free on the disk of the data folder.',
      }),
    ),
    args: Type.Optional(
      Type.Array(Type.String({ pattern: '^--[a-z0-9]' }), { description: 'Switches for every browser.' }),
    ),
    env: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), Type.String(), {
        description: 'Environment of every browser, which gets nothing of the environment of the server.',
      }),
    ),
    extensions: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' }),
        Path({ description: 'The folder with its manifest.json.' }),
        { description: 'Unpacked extensions that sessions may ask for, by name.' },
      ),
    ),
    sandbox: Type.Optional(
      Type.Union([Type.Boolean(), Type.Literal('auto')], {
        default: 'auto',
        description: "Chrome's own sandbox; `auto` does without it for root only, for whom it does not work.",
      }),
    ),
    display: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'The X (`:0`) or Wayland (`wayland-0`) display for headed browsers; without one there are none.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type ChromeSettings = Static<typeof ChromeSettings>;

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

/** A session that is being made. */
interface Creation {
  abort: AbortController;
  /** Settles when it has come up or is undone; never rejects. */
  settled: Promise<unknown>;
}

/** What a request means for Chrome. */
interface Plan {
  program: Program;
  executable: Executable;
  start: Omit<ChromeStart, 'networkFlags'>;
  env: Record<string, string>;
  extensions: readonly ReadExtension[];
  /** Whether a browser that was started without knowing the request would do. */
  isPlain: boolean;
}

const PROGRAMS: Readonly<Record<string, Program>> = {
  chrome: 'chrome',
  chromium: 'chrome',
  'chrome-headless-shell': 'chrome-headless-shell',
};
const SHELL_FEATURES: Feature[] = [
  'args',
  'headless',
  'locale',
  'proxy',
  'storageState',
  'timezone',
  'userAgent',
  'viewport',
];
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
  readonly #diskFloor: number;
  readonly #startTimeoutMs: number;
  readonly #gate: LaunchGate;
  readonly #pools: Readonly<Record<Program, WarmPool<ChromeBrowser>>>;
  /** Where each program is, or why it is not. */
  readonly #executables = new Map<Program, Executable | string>();
  readonly #sessions = new Map<SessionId, ChromeBrowser>();
  readonly #creations = new Map<SessionId, Creation>();
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
    this.#diskFloor = settings.diskFloor ?? 512 * 1024 * 1024;
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
    const plan = await this.#plan(request);
    signal.throwIfAborted();
    // The allocator reserves before it asks, so this is met only where its counts are wrong.
    if (this.#active >= this.#capacity) {
      throw problem('no-capacity', {
        detail: `Backend ${this.#name} has all of its ${this.#capacity} browsers in use.`,
      });
    }
    const abort = new AbortController();
    const anySignal = AbortSignal.any([signal, abort.signal]);
    const creating = this.#create(request, plan, anySignal);
    this.#creations.set(request.id, { abort, settled: creating.catch(() => {}) });
    try {
      const browser = await creating;
      this.#sessions.set(request.id, browser);
      return browser.describe(request.browser);
    } finally {
      this.#creations.delete(request.id);
    }
  }

  async destroySession({ id, handle }: { id: SessionId; handle?: Handle }): Promise<void> {
    const creation = this.#creations.get(id);
    if (creation) {
      creation.abort.abort(problem('session-ended', { detail: `Session ${id} ended while it was made.` }));
      await creation.settled;
    }
    const browser = this.#sessions.get(id);
    if (browser) {
      await browser.destroy();
      this.#sessions.delete(id);
      return;
    }
    for (const folder of await this.#foldersOf(id, handle)) await sweep(folder);
  }

  status(): PoolStatus {
    const { chrome: browsers, 'chrome-headless-shell': shells } = this.#pools;
    return {
      capacity: this.#capacity,
      active: this.#active,
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
    const free = await this.#freeBytes();
    if (free < this.#diskFloor) {
      return { state: 'unhealthy', reason: `${this.#describeDisk(free)} Free some, or lower \`diskFloor\`.` };
    }
    const found = `${offer.browser} ${offer.browserVersion}`;
    return this.#hasStarted
      ? { state: 'healthy', reason: `${found} starts.` }
      : { state: 'undetected', reason: `${found} is there; none was started yet.` };
  }

  async recoverSession(handle: Handle): Promise<BackendSession | 'gone'> {
    const name = typeof handle.browser === 'string' ? handle.browser : '';
    for (const browser of this.#sessions.values()) {
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
    this.#sessions.set(id, browser);
    return browser.describe(name);
  }

  async reconcile(keep: ReadonlySet<SessionId>): Promise<void> {
    const isKept = async (folder: SessionFolder) => {
      const id = (await folder.readStamp())?.sessionId ?? folder.name;
      return this.#ownFolders.has(folder.name) || (keep as ReadonlySet<string>).has(id);
    };
    for (const folder of await this.#allFolders()) {
      if (await isKept(folder)) continue;
      await sweep(folder);
      this.#log.info({ event: 'browser.swept', backend: this.#name, folder: folder.name });
    }
    for (const pool of Object.values(this.#pools)) pool.open();
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#pools).map((pool) => pool.close()));
  }

  get #active(): number {
    return this.#sessions.size + this.#creations.size;
  }

  #offers(): Offer[] {
    const { display } = this.#settings;
    const features = FEATURES.filter((feature) => feature !== 'headed' || display !== undefined);
    return Object.entries(PROGRAMS).flatMap(([browser, program]) => {
      const found = this.#executables.get(program);
      if (found === undefined || typeof found === 'string') return [];
      const offered = program === 'chrome' ? [...features] : [...SHELL_FEATURES];
      return [{ browser, browserVersion: found.version, protocols: ['cdp' as const], features: offered }];
    });
  }

  /** @throws Problem `invalid-argument` for what is refused. */
  async #plan(request: SessionRequest): Promise<Plan> {
    const {
      browser,
      headless,
      viewport,
      userAgent,
      locale,
      timezone,
      proxy,
      args = [],
      extensions = [],
    } = request;
    const program = Object.hasOwn(PROGRAMS, browser) ? PROGRAMS[browser] : undefined;
    const executable = program && this.#executables.get(program);
    if (program === undefined || executable === undefined || typeof executable === 'string') {
      const names = this.#offers().map((offer) => offer.browser);
      throw problem('invalid-argument', {
        detail: `Backend ${this.#name} has no browser ${browser}; it offers ${names.join(', ') || 'none'}.`,
      });
    }
    const isShell = program === 'chrome-headless-shell';
    if (isShell && extensions.length > 0)
      throw refuse('/extensions', 'chrome-headless-shell knows no extensions');
    if (!headless && isShell) throw refuse('/headless', 'chrome-headless-shell is headless only');
    if (!headless && this.#settings.display === undefined)
      throw refuse('/headless', 'the backend has no display');
    if (viewport && !isShell && viewport.width < MIN_WINDOW_WIDTH) {
      throw refuse(
        '/viewport/width',
        `Chrome's windows are at least ${MIN_WINDOW_WIDTH} pixels wide; use chrome-headless-shell, or emulate a smaller screen in the page`,
      );
    }
    refuseDangerousArgs(args);
    const named = this.#settings.extensions ?? {};

    return {
      program,
      executable,
      start: {
        isShell,
        headless,
        // The window of a Chrome is given its size over CDP, exactly; the shell's is exact from the start.
        windowFor: isShell ? (viewport ?? DEFAULT_VIEWPORT) : viewport ? undefined : DEFAULT_VIEWPORT,
        userAgent,
        locale: locale === undefined ? undefined : canonicalLocale(locale),
        noSandbox: this.#noSandbox,
        args: [...(this.#settings.args ?? []), ...args],
      },
      env: {
        ...this.#settings.env,
        ...(timezone !== undefined && { TZ: checkedTimezone(timezone) }),
        ...(locale !== undefined && { LANGUAGE: canonicalLocale(locale).replaceAll('-', '_') }),
        ...(!headless && displayEnvironment(this.#settings.display ?? '')),
      },
      extensions: await readExtensions(extensions, named),
      isPlain:
        headless &&
        args.length === 0 &&
        !(isShell && viewport) &&
        [userAgent, locale, timezone, proxy].every((wish) => wish === undefined),
    };
  }

  async #create(request: SessionRequest, plan: Plan, signal: AbortSignal): Promise<ChromeBrowser> {
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
    await this.#expectDiskSpace();
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
    const isShell = program === 'chrome-headless-shell';
    const start = {
      isShell,
      headless: true,
      windowFor: isShell ? DEFAULT_VIEWPORT : undefined,
      userAgent: undefined,
      locale: undefined,
      noSandbox: this.#noSandbox,
      args: this.#settings.args ?? [],
    };
    // Unlike the names of sessions' folders, and unlike those that an earlier server may have left.
    this.#warmCount += 1;
    const name = `warm-${this.#clock.now().toString(36)}-${process.pid}-${this.#warmCount}`;
    const plan = { executable, start, env: { ...this.#settings.env } };
    const browser = await this.#launch(name, plan, {}, signal);
    try {
      const cdp = await CdpConnection.open(browser.url, signal);
      try {
        const page = await getFirstPage(cdp);
        if (!isShell) await resizeWindow(cdp, page, DEFAULT_VIEWPORT);
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

  /** @throws Problem `no-capacity` when the disk is nearly full: Chrome would start, and lose what it writes. */
  async #expectDiskSpace(): Promise<void> {
    const free = await this.#freeBytes();
    if (free < this.#diskFloor) {
      throw problem('no-capacity', { detail: this.#describeDisk(free), retryAfterSeconds: 30 });
    }
  }

  #describeDisk(free: number): string {
    const [left, floor] = [free, this.#diskFloor].map((bytes) => `${Math.floor(bytes / 1024 / 1024)} MB`);
    return `Only ${left} are free on the disk of the data folder, less than the ${floor} that are kept free.`;
  }

  async #freeBytes(): Promise<number> {
    await mkdir(this.#root, { recursive: true, mode: 0o700 });
    const { bavail, bsize } = await statfs(this.#root);
    return bavail * bsize;
  }

  get #noSandbox(): boolean {
    const { sandbox = 'auto' } = this.#settings;
    return sandbox === 'auto' ? process.getuid?.() === 0 : !sandbox;
  }

  /** Where a session that is not in memory may have left something: named after it, by its handle, by its stamp. */
  async #foldersOf(id: SessionId, handle: Handle | undefined): Promise<SessionFolder[]> {
    const named = new SessionFolder(this.#root, id);
    if (await named.exists()) return [named];
    const stamped = await Promise.all(
      (await listSessionFolders(this.#root)).map(async (folder) =>
        folder.name === handle?.folder || folder.name.startsWith('warm-')
          ? { folder, sessionId: (await folder.readStamp())?.sessionId }
          : undefined,
      ),
    );
    return stamped.flatMap((each) => (each?.sessionId === id ? [each.folder] : []));
  }

  /** Every folder of a browser, those that a process still uses though they are gone included. */
  async #allFolders(): Promise<SessionFolder[]> {
    const folders = await listSessionFolders(this.#root);
    const names = new Set(folders.map(({ name }) => name));
    const prefix = `--user-data-dir=${this.#root}/`;
    for (const { commandLine } of await findGroups(prefix)) {
      const [name = ''] = commandLine.slice(commandLine.indexOf(prefix) + prefix.length).split('/');
      if (/^[\w-]+$/.test(name)) names.add(name);
    }
    return [...names].map((name) => new SessionFolder(this.#root, name));
  }
}

/** Ends and removes what belongs to a folder, by its stamp and by the command lines of this machine. */
async function sweep(folder: SessionFolder): Promise<void> {
  const stamp = await folder.readStamp();
  if (stamp) await killGroup(stamp.process);
  for (const { pid } of await findGroups(`--user-data-dir=${folder.profile} `)) {
    const identity = await identify(pid);
    if (identity) await killGroup(identity);
  }
  await folder.remove();
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

function canonicalLocale(text: string): string {
  try {
    const [locale] = Intl.getCanonicalLocales(text.replaceAll('_', '-'));
    if (locale !== undefined) return locale;
  } catch {
    // told below
  }
  throw refuse('/locale', `${text} is no BCP 47 language tag, such as de-CH`);
}

function checkedTimezone(timezone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return timezone;
  } catch (error) {
    throw refuse('/timezone', `${timezone} is no IANA time zone, such as Europe/Zurich`, error);
  }
}

function displayEnvironment(display: string): Record<string, string> {
  if (display.includes('wayland')) {
    return { WAYLAND_DISPLAY: display, XDG_RUNTIME_DIR: `/run/user/${process.getuid?.() ?? 0}` };
  }
  return { DISPLAY: display, XAUTHORITY: join(homedir(), '.Xauthority') };
}

function refuse(path: string, message: string, cause?: unknown) {
  return problem('invalid-argument', {
    detail: `${message}.`,
    cause,
    members: { errors: [{ path, message }] },
  });
}
