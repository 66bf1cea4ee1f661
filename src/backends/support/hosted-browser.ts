// One browser with its host: a process of its own that starts the browser, talks to it, and serves its protocol to others.
// The host outlives the server as Chrome does by itself. Whoever started or took over one ends it by `destroy`.

import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Clock } from '../../clock.ts';
import { asProblem, problem } from '../../errors.ts';
import type { SessionId } from '../../ids.ts';
import { identify, isRunning, isStopped, type ProcessIdentity } from '../../process-identity.ts';
import type { Protocol } from '../../protocol/sessions.ts';
import type { BackendSession, BrowserGone, Handle } from '../backend.ts';
import { BrowserEnd, onceItWorks } from './browser-end.ts';
import { type HostOrders, HostReady, readReady, wasClosed, writeOrders } from './host-files.ts';
import { findGroups, killGroup, killNamed, type ProcessExit, spawnDetached } from './process.ts';
import { SessionFolder } from './session-folder.ts';
import { waitUntil } from './waiting.ts';

/** Which program hosts the browser. */
export type Host = 'firefox' | 'playwright';

export interface HostedLaunch {
  host: Host;
  folder: SessionFolder;
  orders: Omit<HostOrders, 'env'> & { env?: Record<string, string> };
  sessionId: SessionId;
  timeoutMs: number;
}

/** What the store keeps of it. The folder is a name, so that the data folder can be moved. */
const HostedHandle = Type.Object({
  browser: Type.String(),
  folder: Type.String({ pattern: '^[\\w-]+$' }),
  pid: Type.Integer({ minimum: 1 }),
  startTime: Type.String(),
  bootId: Type.String(),
  ready: HostReady,
});
type HostedHandle = Static<typeof HostedHandle>;

const READY_POLL_MS = 10;
const IDENTITY_POLL_MS = 1000;
const PROBE_TIMEOUT_MS = 2000;
const PROBE_ATTEMPTS = 3;

export class HostedBrowser {
  readonly folder: SessionFolder;
  readonly #identity: ProcessIdentity;
  readonly #ready: HostReady;
  readonly #end = new BrowserEnd(() => this.#stopWatching());
  #stopWatching: () => void = () => {};
  /** Ends all of its processes at once and removes its folder. Idempotent; can be tried again when it rejects. */
  readonly destroy = onceItWorks(async () => {
    this.#end.tell({ reason: 'browser-closed', detail: 'Moorage ended it.' });
    await killHosted(this.#identity, this.folder);
    await this.folder.remove();
  });

  /**
   * Starts a host and resolves when its browser can be used. Leaves nothing behind when it fails.
   * @throws Problem `session-not-created` with the end of its log; the reason of `signal`.
   */
  static async launch(launch: HostedLaunch, signal: AbortSignal): Promise<HostedBrowser> {
    const { folder, host, orders, sessionId, timeoutMs } = launch;
    const undo = [() => folder.remove()];
    try {
      signal.throwIfAborted();
      await folder.create();
      await mkdir(folder.profile, { mode: 0o700 });
      await writeOrders(folder.path, { ...orders, env: { ...environmentOf(folder), ...orders.env } });
      const { identity, exited } = await spawnDetached({
        command: process.execPath,
        args: [...hostCommand(host), folder.path],
        env: { ...environmentOf(folder), TMPDIR: `${folder.path}/tmp` },
        cwd: folder.path,
        logFile: folder.logFile,
      });
      undo.push(() => killHosted(identity, folder));
      await folder.writeStamp({ process: identity, sessionId });
      const ready = await waitForReady(folder, exited, { timeoutMs, signal });
      const browser = new HostedBrowser(folder, identity, ready);
      void exited.then((exit) => browser.#end.tell(describeExit(exit)));
      return browser;
    } catch (error) {
      const failure = signal.aborted ? signal.reason : await explain(error, folder);
      for (const step of undo.reverse()) await step();
      throw failure;
    }
  }

  /** Takes over the host behind `handle`, started by an earlier server; `gone` when it does not answer any more. */
  static async adopt(root: string, handle: Handle, clock: Clock): Promise<HostedBrowser | 'gone'> {
    if (!Value.Check(HostedHandle, handle)) return 'gone';
    const { pid, startTime, bootId, ready } = handle;
    const identity = { pid, startTime, bootId };
    if (!(await answers(identity, ready))) return 'gone';
    const browser = new HostedBrowser(new SessionFolder(root, handle.folder), identity, ready);
    browser.#watchIdentity(clock);
    return browser;
  }

  private constructor(folder: SessionFolder, identity: ProcessIdentity, ready: HostReady) {
    this.folder = folder;
    this.#identity = identity;
    this.#ready = ready;
  }

  /** Resolves when the host ends, which it does with its browser, or by `destroy`. */
  get gone(): Promise<BrowserGone> {
    return this.#end.gone;
  }

  get hasEnded(): boolean {
    return this.#end.hasCome;
  }

  /** It as a session that asked for `browser`. */
  describe(browser: string, protocol: Protocol): BackendSession {
    const handle: HostedHandle = {
      browser,
      folder: this.folder.name,
      ...this.#identity,
      ready: this.#ready,
    };
    return {
      endpoint: { protocol, url: this.#ready.url },
      recorderUrl: this.#ready.recorderUrl,
      handle,
      browser,
      browserVersion: this.#ready.browserVersion,
      gone: this.gone,
    };
  }

  /** Whether the host is there. It may be frozen all the same. */
  isRunning(): Promise<boolean> {
    return isRunning(this.#identity);
  }

  /** It is not our child, so nobody tells us of its end. */
  #watchIdentity(clock: Clock): void {
    this.#stopWatching = clock.every(IDENTITY_POLL_MS, () => {
      void this.isRunning().then((isThere) => {
        if (!isThere)
          this.#end.tell(describeExit({ code: wasClosed(this.folder.path) ? 0 : 1, signal: null }));
      });
    });
  }
}

/** Ends and removes what belongs to a folder, by its stamp and by the command lines of this machine. */
export async function sweepHosted(folder: SessionFolder): Promise<void> {
  const stamp = await folder.readStamp();
  await killHosted(stamp?.process, folder);
  await folder.remove();
}

/** Ends a host and its browser at once, and resolves when no process of them is left. */
async function killHosted(host: ProcessIdentity | undefined, folder: SessionFolder): Promise<void> {
  const browser = readReady(folder.path)?.browser;
  if (host) await killGroup(host);
  // Playwright gives its browsers a process group of their own; one that it was starting is known by its command line.
  if (browser) await killGroup(browser);
  for (const { pid } of await findGroups(folder.path)) {
    const identity = await identify(pid);
    if (identity) await killGroup(identity);
  }
  await killNamed('chrome_crashpad', `${folder.path}/`);
}

/** Nothing of the server's own environment: a page can read that of its browser through file:///proc. */
function environmentOf(folder: SessionFolder): Record<string, string> {
  return {
    HOME: folder.path,
    LANG: 'C.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    // Browsers open sockets in it, whose addresses may have 107 characters.
    ...(process.platform === 'linux' && { TMPDIR: '/proc/self/cwd/tmp' }),
  };
}

/** Built it runs as it is; from its sources it needs the loader that this very process runs them with. */
export function hostCommand(host: Host | 'iphone'): string[] {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const main = fileURLToPath(new URL(`../hosts/${host}.${extension}`, import.meta.url));
  if (extension === 'js') return [main];
  return ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href, main];
}

/** @throws Error when the host ends before, or its browser is not ready in time. */
async function waitForReady(
  folder: SessionFolder,
  exited: Promise<ProcessExit>,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<HostReady> {
  let exit: ProcessExit | undefined;
  void exited.then((seen) => {
    exit = seen;
  });
  const find = () => {
    if (exit) throw new Error('The browser ended before it could be used.');
    return readReady(folder.path);
  };
  const ready = await waitUntil(find, { everyMs: READY_POLL_MS, timeoutMs, signal });
  if (ready) return ready;
  throw new Error(`The browser could not be used within ${timeoutMs} ms.`);
}

async function explain(error: unknown, folder: SessionFolder): Promise<unknown> {
  if (asProblem(error)) return error;
  const seen = error instanceof Error ? error.message : String(error);
  const log = await folder.readLogTail();
  const ending = log === '' ? 'It wrote no log.' : `The end of its log:\n${log}`;
  return problem('session-not-created', { detail: `${seen} ${ending}`, cause: error });
}

function describeExit({ code, signal }: ProcessExit): BrowserGone {
  if (code === 0) return { reason: 'browser-closed', detail: 'The browser was closed.' };
  return {
    reason: 'browser-crashed',
    detail: `The browser ended; its host with ${signal ?? `code ${code}`}.`,
  };
}

/** Whether the process is ours and answers. A frozen one is waited for by whoever uses it, never given up. */
async function answers(identity: ProcessIdentity, { recorderUrl }: HostReady): Promise<boolean> {
  for (let attempt = 0; attempt < PROBE_ATTEMPTS; attempt += 1) {
    if (!(await isRunning(identity))) return false;
    if (await isStopped(identity)) return true;
    try {
      const { origin } = new URL(recorderUrl.replace(/^ws/, 'http'));
      await fetch(origin, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
      return true;
    } catch {
      // once more
    }
  }
  return false;
}
