// The running Chrome of a surface, with all that belongs to it: its process group, its keeper, its egress. It is launched
// detached and outlives us; whoever holds it may let it go, and stops it only when asked to, politely.

import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { BackendSession, BrowserGone, NetworkPolicy, PageMemory } from '../backends/backend.ts';
import { CdpConnection } from '../backends/support/cdp.ts';
import { chromeArguments } from '../backends/support/chrome-flags.ts';
import type { Plan } from '../backends/support/chrome-plan.ts';
import {
  chromeEnvironment,
  describeExit,
  explainFailure,
  killChrome,
  waitForAddress,
} from '../backends/support/chrome-process.ts';
import { Egress, needsEgress, networkFlags } from '../backends/support/egress.ts';
import { type ProcessExit, spawnDetached } from '../backends/support/process.ts';
import { within } from '../backends/support/waiting.ts';
import type { Clock } from '../clock.ts';
import { type Problem, problem } from '../errors.ts';
import type { SessionId } from '../ids.ts';
import type { Log } from '../log.ts';
import { isRunning, isStopped, type ProcessIdentity } from '../process-identity.ts';
import type { Loss } from '../protocol/pages.ts';
import type { ProxySettings } from '../protocol/sessions.ts';
import type { SurfaceRecord } from '../store/store.ts';
import { childrenEnded, closePolitely, hasWrittenAll } from './chrome-end.ts';
import type { LaunchStamp, SurfaceFolder } from './folder.ts';
import { openKeeper, readSavedState } from './keeper.ts';
import { KeeperPost } from './keeper-post.ts';
import { expectUnlocked, findHolder } from './profile-lock.ts';
import { planRestoration, type Restoration, resumeRestoration } from './restoration.ts';
import { composeSuccessors, restore } from './restore.ts';

/** What every Chrome of the backend shares. */
export interface ChromeContext {
  network: NetworkPolicy;
  clock: Clock;
  log: Log;
  saveEveryMs: number;
  startTimeoutMs: number;
  foreignLocks: 'refuse' | 'remove';
}

export interface SurfaceLaunch {
  record: SurfaceRecord;
  folder: SurfaceFolder;
  sessionId: SessionId;
  browser: string;
  plan: Plan;
  proxy: ProxySettings | undefined;
  /** What the session wants of a running browser before its tabs are opened. */
  prepare(cdp: CdpConnection): Promise<void>;
}

/** The launch that the stamp tells of has a process with an address. */
type RunningStamp = LaunchStamp & Required<Pick<LaunchStamp, 'process' | 'address'>>;

const WATCH_MS = 1000;
/** How long a takeover waits for a new keeper; the old one is there as a rule. */
const KEEPER_TIMEOUT_MS = 2000;

export class SurfaceChrome {
  readonly folder: SurfaceFolder;
  /** Resolves when the process ends, by itself or by `stop`. */
  readonly gone: Promise<BrowserGone>;
  hasEnded = false;
  readonly #context: ChromeContext;
  #stamp: RunningStamp;
  #egress: Egress | undefined;
  readonly #post: KeeperPost;
  #isStopping = false;
  #isLookedAfter = false;
  #writing: Promise<void> = Promise.resolve();
  #stopping: Promise<void> | undefined;
  #resolveGone: (gone: BrowserGone) => void = () => {};
  #stopWatching: () => void = () => {};

  /**
   * Starts the Chrome of a surface, brings back what its tabs were, and resolves when it can be used. What lies in the
   * folder stays when it fails.
   * @throws Problem `session-not-created` with the end of its log, `surface-locked` when another host has the profile,
   *   `no-capacity` when the disk is full; the reason of `signal`.
   */
  static async launch(
    launch: SurfaceLaunch,
    context: ChromeContext,
    signal: AbortSignal,
  ): Promise<SurfaceChrome> {
    const { folder, plan, proxy } = launch;
    const before = await folder.readStamp();
    // The last thing that it saves is what is restored.
    await openKeeper(folder.path).stop();
    const restoration = await planRestoration(folder, before);
    const undo: (() => Promise<unknown>)[] = [];
    try {
      signal.throwIfAborted();
      await expectUnlocked(folder.profile, context.foreignLocks);
      await folder.create();
      // The one of the launch before names a port that others may have by now.
      await rm(join(folder.profile, 'DevToolsActivePort'), { force: true });
      if (restoration.state) await folder.writeRestoration(restoration.state);

      const { network } = context;
      const egress = needsEgress(network, proxy) ? await Egress.open({ network, proxy }) : undefined;
      if (egress) undo.push(() => egress.close());
      const start = {
        ...plan.start,
        restoresTabs: restoration.isByChrome,
        networkFlags: networkFlags(network, egress?.port),
      };
      const flags = chromeArguments(start, folder.profile);
      let stamp = newStamp(launch, restoration, flags, egress, context.clock);
      await folder.writeStamp(stamp);
      const { identity, exited } = await spawnDetached({
        command: plan.executable.path,
        args: flags,
        env: { ...chromeEnvironment(folder), ...plan.env },
        cwd: folder.path,
        logFile: folder.logFile,
      });
      undo.push(() => killChrome(identity, folder));
      stamp = { ...stamp, process: identity };
      await folder.writeStamp(stamp);
      const address = await waitForAddress(folder, exited, { timeoutMs: context.startTimeoutMs, signal });
      const chrome = new SurfaceChrome(folder, { ...stamp, process: identity, address }, egress, context);
      chrome.#watch(exited);
      undo.push(() => chrome.stop());
      await chrome.#writeStamp({});
      await chrome.#comeUp(restoration, launch.prepare, signal);
      return chrome;
    } catch (error) {
      const failure = signal.aborted ? signal.reason : await explainFailure(error, folder);
      for (const step of undo.reverse()) await step();
      throw failure;
    }
  }

  /**
   * Takes over the Chrome that runs on the folder, frozen or not; `gone` when none does. Nothing but its process decides
   * that: one that does not answer is waited for by whoever uses it.
   */
  static async adopt(
    folder: SurfaceFolder,
    context: ChromeContext,
    { sessionId, signal }: { sessionId?: SessionId; signal: AbortSignal },
  ): Promise<SurfaceChrome | 'gone'> {
    const stamp = await folder.readStamp();
    if (!stamp || stamp.isAttached) return 'gone';
    const running = stamp.process && (await isRunning(stamp.process)) ? stamp.process : undefined;
    // A server that was killed in the middle of a launch may not have come to write down its process.
    const identity = running ?? (stamp.isUp ? undefined : await findHolder(folder.profile));
    if (!identity) return 'gone';

    const exited = whenGone(identity, context.clock);
    const address =
      stamp.address ??
      (await waitForAddress(folder, exited.promise, { timeoutMs: context.startTimeoutMs, signal }));
    exited.cancel();
    const chrome = new SurfaceChrome(folder, { ...stamp, process: identity, address }, undefined, context);
    chrome.#watch();
    try {
      await chrome.#openEgress();
      await chrome.#writeStamp({
        lastConnectedAt: context.clock.now(),
        ...(sessionId !== undefined && { sessionId }),
      });
      const isFrozen = await isStopped(identity);
      if (!stamp.isUp) {
        if (isFrozen) throw frozenInLaunch(identity);
        await chrome.#comeUp(await resumeRestoration(folder, stamp), async () => {}, signal);
      } else if (!isFrozen) {
        await within(KEEPER_TIMEOUT_MS, chrome.#post.fill()).catch(() => {}); // it goes on beside us
      }
      return chrome;
    } catch (error) {
      await chrome.letGo();
      throw error;
    }
  }

  private constructor(
    folder: SurfaceFolder,
    stamp: RunningStamp,
    egress: Egress | undefined,
    context: ChromeContext,
  ) {
    this.folder = folder;
    this.#stamp = stamp;
    this.#egress = egress;
    this.#context = context;
    this.#post = new KeeperPost({
      surface: stamp.name,
      folder: folder.path,
      browserUrl: this.#url,
      chrome: stamp.process,
      keeper: stamp.keeper,
      saveEveryMs: context.saveEveryMs,
      log: context.log,
      isNeeded: () => !this.hasEnded,
      onStarted: (keeper) => this.#writeStamp({ keeper }),
    });
    this.gone = new Promise((resolve) => {
      this.#resolveGone = resolve;
    });
  }

  get sessionId(): SessionId {
    return this.#stamp.sessionId as SessionId; // written from one
  }

  get generation(): number {
    return this.#stamp.generation;
  }

  get pid(): number {
    return this.#stamp.process.pid;
  }

  /** It as a session. With `isAdopted` nothing was lost since it was last described. */
  describe({ isAdopted }: { isAdopted: boolean }): BackendSession {
    const { browser, browserVersion, process, generation } = this.#stamp;
    return {
      endpoint: { protocol: 'cdp', url: this.#url },
      handle: { folder: this.folder.name, generation, ...process },
      browser,
      browserVersion,
      gone: this.gone,
      memory: this.#memory(isAdopted ? [] : this.#stamp.losses),
    };
  }

  isRunning(): Promise<boolean> {
    return isRunning(this.#stamp.process);
  }

  /**
   * Ends it so that nothing is lost that can be kept: the profile and the saved state have all when it resolves, and no
   * process is left. Idempotent; can be tried again when it rejects. Of one that ended by itself it clears up the rest.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop().catch((error: unknown) => {
      this.#stopping = undefined;
      throw error;
    });
    return this.#stopping;
  }

  /** Goes without it. The next server takes it over. */
  async letGo(): Promise<void> {
    this.#stopWatching();
    this.#post.letGo();
    await this.#egress?.close();
  }

  get #url(): string {
    const { port, wsPath } = this.#stamp.address;
    return `ws://127.0.0.1:${port}${wsPath}`;
  }

  async #stop(): Promise<void> {
    this.#isStopping = true;
    const { process: identity } = this.#stamp;
    const isRunning = !this.hasEnded && (await this.isRunning());
    const hasWritten = isRunning
      ? await closePolitely({ identity, url: this.#url }, () => this.#post.save())
      : await this.#hasWrittenAll();
    this.#end({ reason: 'browser-closed', detail: 'Moorage stopped it.' });
    await childrenEnded(identity);
    await killChrome(identity, this.folder);
    await this.#post.clear();
    await this.#egress?.close();
    if (hasWritten) await this.#noteCleanEnd();
  }

  /** From now on its own restore has everything, as long as nobody replaces its profile. */
  async #noteCleanEnd(): Promise<void> {
    const saved = await readSavedState(this.folder.path);
    await this.#writeStamp({ stoppedWith: saved?.at ?? 0 });
  }

  /** Brings a launched Chrome to where the generation before was. */
  async #comeUp(
    restoration: Restoration,
    prepare: SurfaceLaunch['prepare'],
    signal: AbortSignal,
  ): Promise<void> {
    // From the start on, so that it sees the dialogs of pages that are restored.
    const keeping = this.#post.fill();
    const cdp = await CdpConnection.open(this.#url, signal);
    try {
      await prepare(cdp);
      const { state, before, losses, wasStopped, isByChrome: isRestoredByChrome } = restoration;
      const { log } = this.#context;
      const { successors, lost } = state
        ? await restore(cdp, state, { isRestoredByChrome, wasStopped, log })
        : { successors: new Map<string, string>(), lost: 0 };
      await keeping;
      // Before `restore.json` goes: what the keeper saved meanwhile was half of it.
      if (state) await this.#post.save();
      await this.#writeStamp({
        isUp: true,
        // Whoever has not run before has no tabs that anybody could know.
        successors: this.generation === 1 || !before ? {} : composeSuccessors(before.successors, successors),
        losses: lost > 0 ? [...new Set<Loss>([...losses, 'pages'])] : losses,
      });
      await this.folder.clearRestoration();
    } finally {
      cdp.close();
      await keeping;
    }
  }

  #memory(losses: readonly Loss[]): PageMemory {
    const { folder } = this;
    const { generation, successors } = this.#stamp;
    return {
      generation,
      losses,
      successors: new Map(Object.entries(successors)),
      readJournal: () => folder.readJournal(),
      writeJournal: (journal) => folder.writeJournal(journal),
      openDialogs: () => this.#post.ask((keeper) => keeper.openDialogs()),
      answerDialog: (targetId, answer) => this.#post.ask((keeper) => keeper.answerDialog(targetId, answer)),
    };
  }

  async #openEgress(): Promise<void> {
    const { egress, name } = this.#stamp;
    if (!egress || this.#egress) return;
    try {
      this.#egress = await Egress.open({
        network: this.#context.network,
        proxy: egress.proxy,
        port: egress.port,
      });
    } catch (err) {
      // Its pages live on without a network until the port is free again: that loses less than another launch.
      this.#context.log.warn({ event: 'surface.egress-taken', surface: name, port: egress.port, err });
    }
  }

  /** Notices its end, and sees to its keeper and egress. `exited` is that of a child; of others nobody tells us. */
  #watch(exited?: Promise<ProcessExit>): void {
    void exited?.then((exit) => this.#end(describeExit(exit)));
    this.#stopWatching = this.#context.clock.every(WATCH_MS, () => {
      if (this.#isLookedAfter) return;
      this.#isLookedAfter = true;
      this.#lookAfter(exited !== undefined)
        .catch((err: unknown) => {
          this.#context.log.error({ event: 'surface.watch-failed', surface: this.#stamp.name, err });
        })
        .finally(() => {
          this.#isLookedAfter = false;
        });
    });
  }

  async #lookAfter(isChild: boolean): Promise<void> {
    if (!(await this.isRunning())) {
      if (!isChild) this.#end(await this.#describeAdoptedEnd());
      return;
    }
    if (this.#isStopping || (await isStopped(this.#stamp.process))) return;
    await this.#openEgress();
    if (this.#stamp.isUp && !(await this.#post.isFilled())) await this.#post.fill();
  }

  #end(gone: BrowserGone): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.#stopWatching();
    this.#resolveGone(gone);
  }

  async #describeAdoptedEnd(): Promise<BrowserGone> {
    return (await this.#hasWrittenAll())
      ? { reason: 'browser-closed', detail: 'Chrome was closed.' }
      : { reason: 'browser-crashed', detail: 'The process of Chrome is gone.' };
  }

  #hasWrittenAll(): Promise<boolean> {
    return hasWrittenAll(this.folder, this.#stamp.createdAt);
  }

  async #writeStamp(changes: Partial<LaunchStamp>): Promise<void> {
    this.#stamp = { ...this.#stamp, ...changes };
    // One after the other, so that the latest stays.
    const writing = this.#writing.then(() => this.folder.writeStamp(this.#stamp));
    this.#writing = writing.catch(() => {}); // told to whoever asked for it
    await writing;
  }
}

function newStamp(
  { record, folder, sessionId, browser, plan, proxy }: SurfaceLaunch,
  { before, losses }: Restoration,
  flags: string[],
  egress: Egress | undefined,
  clock: Clock,
): LaunchStamp {
  const now = clock.now();
  return {
    name: record.name,
    client: record.client,
    sessionId,
    generation: Math.max(record.generation, before?.generation ?? 0) + 1,
    host: hostname(),
    profileDir: folder.profile,
    browser,
    browserVersion: plan.executable.version,
    flags,
    createdAt: now,
    lastConnectedAt: now,
    ...(egress && { egress: { port: egress.port, ...(proxy && { proxy }) } }),
    isUp: false,
    // Until its own are known, those of the launch before; also should this one be cut off.
    successors: before?.successors ?? {},
    losses,
  };
}

function frozenInLaunch({ pid }: ProcessIdentity): Problem {
  return problem('backend-unavailable', {
    detail: `Chrome ${pid} was frozen in the middle of its launch; its tabs come back when it goes on (SIGCONT).`,
    retryAfterSeconds: 5,
  });
}

/** The end of a process that is not our child. */
function whenGone(
  identity: ProcessIdentity,
  clock: Clock,
): { promise: Promise<ProcessExit>; cancel(): void } {
  let cancel = () => {};
  const promise = new Promise<ProcessExit>((resolve) => {
    cancel = clock.every(WATCH_MS, () => {
      void isRunning(identity).then((isThere) => {
        if (!isThere) resolve({ code: null, signal: null });
      });
    });
  });
  return { promise, cancel };
}
