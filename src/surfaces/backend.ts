// The backend of surfaces: launches their Chromes, takes over those that run, and stops them politely. It is like any
// other to the allocator, but serves only who names it, knows its browsers by the names of surfaces, and keeps their
// folders when they end.

import { totalmem } from 'node:os';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type {
  Backend,
  BackendSession,
  Handle,
  Health,
  NetworkPolicy,
  Offer,
  PoolStatus,
  SessionRequest,
} from '../backends/backend.ts';
import type { CdpConnection } from '../backends/support/cdp.ts';
import { loadExtensions, writeExtensions } from '../backends/support/chrome-extensions.ts';
import { featuresOf, type Plan, planStart } from '../backends/support/chrome-plan.ts';
import { killChrome } from '../backends/support/chrome-process.ts';
import { type Executable, findChrome, installAdvice } from '../backends/support/find-chrome.ts';
import { getFirstPage, resizeWindow } from '../backends/support/first-page.ts';
import { LaunchGate } from '../backends/support/launch-gate.ts';
import { findGroups } from '../backends/support/process.ts';
import { ProfileDisk } from '../backends/support/profile-disk.ts';
import { restoreStorageState } from '../backends/support/storage-state.ts';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { SessionId } from '../ids.ts';
import type { Log } from '../log.ts';
import { identify, isRunning, isStopped } from '../process-identity.ts';
import type { SurfaceState } from '../protocol/surfaces.ts';
import type { SurfaceRecord } from '../store/store.ts';
import { AttachedChrome } from './attached-chrome.ts';
import { type ChromeContext, SurfaceChrome } from './chrome.ts';
import { finishRemovals, type LaunchStamp, listSurfaceFolders, SurfaceFolder } from './folder.ts';
import { openKeeper } from './keeper.ts';
import type { SurfaceSettings } from './settings.ts';

export { SURFACES_BACKEND } from './settings.ts';

/** Where the backend looks surfaces up, and tells of launches. */
export interface SurfaceBook {
  find(client: string, name: string): SurfaceRecord | undefined;
  /** Its Chrome was launched for the `generation`th time. */
  launched(record: SurfaceRecord, generation: number): Promise<void>;
}

/** What can be seen of a surface's process at this moment. */
export interface SurfaceSight {
  status: SurfaceState;
  pid?: number;
  /** Open tabs, where it says. */
  pages?: number;
}

/** A session that is being made. */
interface Creation {
  /** Of its surface. */
  folder: string;
  abort: AbortController;
  /** Settles when it has come up or is undone; never rejects. */
  settled: Promise<unknown>;
}

type HeldChrome = AttachedChrome | SurfaceChrome;

const SurfaceHandle = Type.Object({
  folder: Type.String({ pattern: '^[a-z0-9][\\w.~-]*$' }),
  generation: Type.Integer(),
});
type SurfaceHandle = Static<typeof SurfaceHandle>;

const BROWSERS = ['chrome', 'chromium'];
const LOOK_TIMEOUT_MS = 1000;
const MEMORY_PER_SURFACE = 300 * 1024 * 1024;
const MIN_DEFAULT_CAPACITY = 10;

export class SurfaceBackend implements Backend {
  readonly #root: string;
  readonly #settings: SurfaceSettings;
  readonly #book: SurfaceBook;
  readonly #log: Log;
  readonly #capacity: number;
  readonly #disk: ProfileDisk;
  readonly #gate: LaunchGate;
  readonly #context: ChromeContext;
  /** The program, or why there is none. */
  #executable: Executable | string = 'nobody has looked for Chrome yet';
  readonly #sessions = new Map<SessionId, HeldChrome>();
  readonly #creations = new Map<SessionId, Creation>();

  constructor(options: {
    /** The folder of all surfaces. */
    root: string;
    settings: SurfaceSettings;
    network: NetworkPolicy;
    book: SurfaceBook;
    clock: Clock;
    log: Log;
  }) {
    const { root, settings, network, book, clock, log } = options;
    this.#root = root;
    this.#settings = settings;
    this.#book = book;
    this.#log = log;
    this.#capacity = settings.capacity ?? defaultCapacity();
    this.#disk = new ProfileDisk({ folder: root, owner: 'the surfaces', floorBytes: settings.diskFloor });
    this.#gate = new LaunchGate(settings.launchConcurrency ?? 2);
    this.#context = {
      network,
      clock,
      log,
      saveEveryMs: settings.saveEvery ?? 5000,
      startTimeoutMs: settings.startTimeout ?? 30_000,
      foreignLocks: settings.foreignLocks ?? 'refuse',
    };
  }

  async createSession(request: SessionRequest, signal: AbortSignal): Promise<BackendSession> {
    signal.throwIfAborted();
    const record = this.#getRecord(request);
    this.#expectFree(record);
    const creation: Creation = {
      folder: record.folder,
      abort: new AbortController(),
      settled: Promise.resolve(),
    };
    this.#creations.set(request.id, creation);
    const creating = this.#create(record, request, AbortSignal.any([signal, creation.abort.signal]));
    creation.settled = creating.catch(() => {});
    return creating;
  }

  /**
   * Stops the browser politely and keeps its folder; lets go of an attached one. By the id alone, after a crash of the
   * server, only a launch that did not come to its end is stopped: of a Chrome that ran before, the crash cut off no
   * more than a second look, and the next one who asks for the surface finds it as it was.
   */
  async destroySession({ id, handle }: { id: SessionId; handle?: Handle }): Promise<void> {
    const creation = this.#creations.get(id);
    if (creation) {
      creation.abort.abort(problem('session-ended', { detail: `Session ${id} ended while it was made.` }));
      await creation.settled;
    }
    const chrome = this.#sessions.get(id);
    if (chrome) {
      await chrome.stop();
      this.#sessions.delete(id);
      return;
    }
    for (const folder of await listSurfaceFolders(this.#root)) {
      const stamp = await folder.readStamp();
      if (stamp?.sessionId !== id || this.#holderOf(folder.name)) continue;
      if (!stamp.isUp || isHandleOf(handle, folder, stamp)) await this.#stopUnheld(folder);
    }
  }

  status(): PoolStatus {
    return {
      capacity: this.#capacity,
      active: this.#sessions.size + this.#creations.size,
      warming: 0,
      warm: {},
      offers: this.#offers(),
      isReserved: true,
    };
  }

  async healthCheck(signal: AbortSignal): Promise<Health> {
    signal.throwIfAborted();
    this.#executable = await findChrome('chrome', this.#settings.executablePath);
    signal.throwIfAborted();
    if (typeof this.#executable === 'string') {
      return { state: 'unhealthy', reason: `There is no Chrome: ${this.#executable}. ${installAdvice()}` };
    }
    const shortage = await this.#disk.findShortage();
    if (shortage !== undefined) {
      return { state: 'unhealthy', reason: `${shortage} Free some, or lower \`diskFloor\`.` };
    }
    return { state: 'healthy', reason: `Chrome ${this.#executable.version} is there.` };
  }

  async recoverSession(handle: Handle): Promise<BackendSession | 'gone'> {
    if (!Value.Check(SurfaceHandle, handle)) return 'gone';
    const held = this.#holderOf(handle.folder);
    if (held) return held.hasEnded ? 'gone' : held.describe({ isAdopted: true });

    const folder = new SurfaceFolder(this.#root, handle.folder);
    const stamp = await folder.readStamp();
    const record = stamp && this.#book.find(stamp.client, stamp.name);
    if (!stamp || !record || stamp.generation !== handle.generation) return 'gone';
    const sessionId = stamp.sessionId as SessionId; // written from one
    const signal = AbortSignal.timeout(this.#context.startTimeoutMs);
    const chrome = record.attached
      ? await this.#attachAgain(record, folder, sessionId, stamp, signal)
      : await SurfaceChrome.adopt(folder, this.#context, { signal });
    return chrome === 'gone' ? 'gone' : this.#hold(sessionId, record, chrome);
  }

  /** A Chrome that no session holds is left to the next use of its surface, and ended where there is no such surface. */
  async reconcile(): Promise<void> {
    await finishRemovals(this.#root);
    const folders = await listSurfaceFolders(this.#root);
    for (const folder of folders) {
      const stamp = await folder.readStamp();
      if (!stamp || this.#holderOf(folder.name)) continue;
      if (this.#book.find(stamp.client, stamp.name)?.folder === folder.name) continue;
      await this.#stopUnheld(folder);
      this.#log.warn({ event: 'surface.unknown', surface: stamp.name, folder: folder.path });
    }
    const known = new Set(folders.map(({ name }) => name));
    const prefix = `--user-data-dir=${this.#root}/`;
    for (const { pid, commandLine } of await findGroups(prefix)) {
      const [name = ''] = commandLine.slice(commandLine.indexOf(prefix) + prefix.length).split('/');
      const identity = known.has(name) ? undefined : await identify(pid);
      if (identity) await killChrome(identity, new SurfaceFolder(this.#root, name));
    }
  }

  /** The browsers run on. */
  async close(): Promise<void> {
    for (const { settled } of this.#creations.values()) await settled;
    await Promise.all([...this.#sessions.values()].map((chrome) => chrome.letGo()));
  }

  /** Looks at the process of a surface. Waits for a browser that does not answer no longer than a second. */
  async look(record: SurfaceRecord): Promise<SurfaceSight> {
    if ([...this.#creations.values()].some(({ folder }) => folder === record.folder))
      return { status: 'starting' };
    const stamp = await new SurfaceFolder(this.#root, record.folder).readStamp();
    const held = this.#holderOf(record.folder);
    if (!stamp?.address || (record.attached && !held)) return { status: 'stopped' };
    if (stamp.process) {
      if (!(await isRunning(stamp.process)))
        return { status: hasCrashed(record, stamp) ? 'crashed' : 'stopped' };
      if (await isStopped(stamp.process)) return { status: 'suspended', pid: stamp.process.pid };
    }
    const pid = stamp.process && { pid: stamp.process.pid };
    const answer = await listTargets(stamp.address.port);
    if (answer === undefined) return { status: 'reconnecting', ...pid };
    return { status: 'running', ...pid, ...(answer !== 'secret' && { pages: answer }) };
  }

  /** Brings the session into the map; on failure the surface's Chrome is as it was. */
  async #create(
    record: SurfaceRecord,
    request: SessionRequest,
    signal: AbortSignal,
  ): Promise<BackendSession> {
    try {
      const folder = new SurfaceFolder(this.#root, record.folder);
      const chrome = await this.#find(record, folder, request, signal);
      return await this.#hold(request.id, record, chrome);
    } finally {
      this.#creations.delete(request.id);
    }
  }

  async #find(
    record: SurfaceRecord,
    folder: SurfaceFolder,
    request: SessionRequest,
    signal: AbortSignal,
  ): Promise<HeldChrome> {
    const { id: sessionId } = request;
    if (record.attached) {
      return AttachedChrome.attach({ record, folder, sessionId, clock: this.#context.clock }, signal);
    }
    const running = await SurfaceChrome.adopt(folder, this.#context, { sessionId, signal });
    if (running !== 'gone') return running;

    const plan = await this.#plan(request);
    await this.#disk.expectRoom();
    const prepare = (cdp: CdpConnection) => grantWishes(cdp, folder, plan, request);
    const { browser, proxy } = request;
    return this.#gate.run(
      () =>
        SurfaceChrome.launch(
          { record, folder, sessionId, browser, plan, proxy, prepare },
          this.#context,
          signal,
        ),
      { isUrgent: true, signal },
    );
  }

  /** Takes it into the map, and tells the book of a launch that nobody knows of yet. */
  async #hold(sessionId: SessionId, record: SurfaceRecord, chrome: HeldChrome): Promise<BackendSession> {
    const isAdopted = chrome.generation === record.generation;
    this.#sessions.set(sessionId, chrome);
    try {
      if (!isAdopted) await this.#book.launched(record, chrome.generation);
    } catch (error) {
      this.#sessions.delete(sessionId);
      await chrome.letGo();
      throw error;
    }
    return chrome.describe({ isAdopted });
  }

  /** After our own restart: the Chrome of somebody else, if it is still the same. */
  async #attachAgain(
    record: SurfaceRecord,
    folder: SurfaceFolder,
    sessionId: SessionId,
    { generation }: LaunchStamp,
    signal: AbortSignal,
  ): Promise<AttachedChrome | 'gone'> {
    const options = { record, folder, sessionId, clock: this.#context.clock };
    const chrome = await AttachedChrome.attach(options, signal).catch(() => undefined); // it has gone
    return chrome?.generation === generation ? chrome : 'gone';
  }

  async #stopUnheld(folder: SurfaceFolder): Promise<void> {
    const stamp = await folder.readStamp();
    if (!stamp || stamp.isAttached) return;
    const signal = AbortSignal.timeout(this.#context.startTimeoutMs);
    const chrome = await SurfaceChrome.adopt(folder, this.#context, { signal });
    if (chrome !== 'gone') return chrome.stop();
    // What outlives a dead Chrome for a moment.
    await openKeeper(folder.path).stop();
    if (stamp.process) await killChrome(stamp.process, folder);
  }

  #holderOf(folder: string): HeldChrome | undefined {
    return [...this.#sessions.values()].find((chrome) => chrome.folder.name === folder);
  }

  #getRecord({ client, surface }: SessionRequest): SurfaceRecord {
    const record = surface === undefined ? undefined : this.#book.find(client, surface);
    if (record) return record;
    throw problem('surface-not-found', { detail: `There is no surface ${surface ?? 'without a name'}.` });
  }

  /** @throws Problem `surface-locked` when a session has it: one Chrome on one profile, one session on one Chrome. */
  #expectFree({ name, folder }: SurfaceRecord): void {
    const isBeingMade = [...this.#creations.values()].some((creation) => creation.folder === folder);
    if (!isBeingMade && !this.#holderOf(folder)) return;
    throw problem('surface-locked', {
      detail: `Surface ${name} has a session already; use it by its name.`,
      retryAfterSeconds: 1,
    });
  }

  /** @throws Problem `invalid-argument` for a wish that is refused, `backend-unavailable` without a Chrome. */
  async #plan(request: SessionRequest): Promise<Plan> {
    if (!BROWSERS.includes(request.browser)) {
      throw problem('invalid-argument', {
        detail: `A surface has no browser ${request.browser}; it has ${BROWSERS.join(' or ')}.`,
      });
    }
    if (typeof this.#executable === 'string') {
      this.#executable = await findChrome('chrome', this.#settings.executablePath);
    }
    if (typeof this.#executable === 'string') {
      throw problem('backend-unavailable', {
        detail: `There is no Chrome: ${this.#executable}. ${installAdvice()}`,
        retryAfterSeconds: 30,
      });
    }
    return planStart(request, 'chrome', this.#executable, this.#settings);
  }

  #offers(): Offer[] {
    if (typeof this.#executable === 'string') return [];
    const browserVersion = this.#executable.version;
    const features = featuresOf('chrome', this.#settings);
    return BROWSERS.map((browser) => ({ browser, browserVersion, protocols: ['cdp'], features }));
  }
}

/** What can be had only from a running browser. */
async function grantWishes(
  cdp: CdpConnection,
  folder: SurfaceFolder,
  { extensions }: Plan,
  { viewport, storageState }: SessionRequest,
): Promise<void> {
  if (viewport) await resizeWindow(cdp, await getFirstPage(cdp), viewport);
  const paths = await writeExtensions(extensions, join(folder.path, 'extensions'));
  if (paths.length > 0) await loadExtensions(cdp, paths);
  // Only of a profile that comes from elsewhere; any other has a state of its own.
  if (storageState) await restoreStorageState(cdp, storageState);
}

function isHandleOf(handle: Handle | undefined, folder: SurfaceFolder, stamp: LaunchStamp): boolean {
  if (!Value.Check(SurfaceHandle, handle)) return false;
  const { folder: name, generation }: SurfaceHandle = handle;
  return name === folder.name && generation === stamp.generation;
}

/** An attached one is closed by its owner, whichever way. */
function hasCrashed({ attached }: SurfaceRecord, { stoppedWith }: LaunchStamp): boolean {
  return attached === undefined && stoppedWith === undefined;
}

/** How many tabs there are; `secret` where it answers and does not tell; `undefined` where nobody answers in time. */
async function listTargets(port: number): Promise<number | 'secret' | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/json/list`, {
      signal: AbortSignal.timeout(LOOK_TIMEOUT_MS),
    });
    if (!response.ok) return 'secret';
    const targets = (await response.json()) as Array<{ type: string }>; // as Chrome documents it
    return targets.filter(({ type }) => type === 'page').length;
  } catch {
    return undefined;
  }
}

function defaultCapacity(): number {
  return Math.max(MIN_DEFAULT_CAPACITY, Math.floor((totalmem() * 0.75) / MEMORY_PER_SURFACE));
}
