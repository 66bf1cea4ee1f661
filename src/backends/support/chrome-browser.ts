// One running Chrome with all that belongs to it: its process group, its folder, its egress. Whoever started or took
// over a browser ends it by `destroy`, which leaves nothing.

import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Clock } from '../../clock.ts';
import { asProblem, problem } from '../../errors.ts';
import type { SessionId } from '../../ids.ts';
import { isRunning, isStopped, type ProcessIdentity } from '../../process-identity.ts';
import type { ProxySettings } from '../../protocol/sessions.ts';
import type { BackendSession, BrowserGone, Handle, NetworkPolicy } from '../backend.ts';
import { type ChromeStart, chromeArguments } from './chrome-flags.ts';
import { Egress, needsEgress, networkFlags } from './egress.ts';
import { killGroup, killNamed, type ProcessExit, spawnDetached } from './process.ts';
import { SessionFolder, type Stamp } from './session-folder.ts';
import { waitUntil } from './waiting.ts';

export interface ChromeLaunch {
  executable: string;
  version: string;
  folder: SessionFolder;
  start: Omit<ChromeStart, 'networkFlags'>;
  env: Record<string, string>;
  network: NetworkPolicy;
  proxy: ProxySettings | undefined;
  /** Absent for the warm pool. */
  sessionId?: SessionId;
  timeoutMs: number;
}

/** What the store keeps of a session's Chrome. The folder is a name, so that the data folder can be moved. */
const ChromeHandle = Type.Object({
  browser: Type.String(),
  browserVersion: Type.String(),
  folder: Type.String({ pattern: '^[\\w-]+$' }),
  pid: Type.Integer({ minimum: 1 }),
  startTime: Type.String(),
  bootId: Type.String(),
  port: Type.Integer(),
  wsPath: Type.String(),
  egressPort: Type.Optional(Type.Integer()),
});
type ChromeHandle = Static<typeof ChromeHandle>;

interface Parts {
  folder: SessionFolder;
  identity: ProcessIdentity;
  address: DevToolsAddress;
  version: string;
  egress: Egress | undefined;
  proxy: ProxySettings | undefined;
}

interface DevToolsAddress {
  port: number;
  wsPath: string;
}

const PORT_POLL_MS = 5;
const IDENTITY_POLL_MS = 1000;
const PROBE_TIMEOUT_MS = 2000;
const PROBE_ATTEMPTS = 3;

export class ChromeBrowser {
  readonly folder: SessionFolder;
  readonly version: string;
  /** Resolves when the process ends, by itself or by `destroy`. */
  readonly gone: Promise<BrowserGone>;
  hasEnded = false;
  readonly #identity: ProcessIdentity;
  readonly #address: DevToolsAddress;
  readonly #egress: Egress | undefined;
  readonly #proxy: ProxySettings | undefined;
  #resolveGone: (gone: BrowserGone) => void = () => {};
  #stopWatching: () => void = () => {};
  #destroying: Promise<void> | undefined;

  /**
   * Starts a Chrome and resolves when its DevTools port is open. Leaves nothing behind when it fails.
   * @throws Problem `session-not-created` with the end of its log, `no-capacity` when the disk is full; the reason of
   *   `signal`.
   */
  static async launch(launch: ChromeLaunch, signal: AbortSignal): Promise<ChromeBrowser> {
    const { folder, network, proxy, timeoutMs } = launch;
    const undo = [() => folder.remove()];
    try {
      signal.throwIfAborted();
      await folder.create();
      const egress = needsEgress(network, proxy) ? await Egress.open({ network, proxy }) : undefined;
      if (egress) undo.push(() => egress.close());
      const start = { ...launch.start, networkFlags: networkFlags(network, egress?.port) };
      const { identity, exited } = await spawnDetached({
        command: launch.executable,
        args: chromeArguments(start, folder.profile),
        env: { ...chromeEnvironment(folder), ...launch.env },
        cwd: folder.path,
        logFile: folder.logFile,
      });
      undo.push(() => killChrome(identity, folder));
      await folder.writeStamp(stampOf(identity, launch.sessionId, egress, proxy));
      const address = await waitForAddress(folder, exited, { timeoutMs, signal });
      const browser = new ChromeBrowser({ ...launch, identity, address, egress });
      void exited.then((exit) => browser.#end(describeExit(exit)));
      return browser;
    } catch (error) {
      const failure = signal.aborted ? signal.reason : await explainFailure(error, folder);
      for (const step of undo.reverse()) await step();
      throw failure;
    }
  }

  /** Takes over the Chrome behind `handle`, started by an earlier server; `gone` when it does not answer any more. */
  static async adopt(
    root: string,
    handle: Handle,
    context: { network: NetworkPolicy; clock: Clock },
  ): Promise<ChromeBrowser | 'gone'> {
    if (!Value.Check(ChromeHandle, handle)) return 'gone';
    const { pid, startTime, bootId, port, wsPath, browserVersion: version } = handle;
    const identity = { pid, startTime, bootId };
    const address = { port, wsPath };
    if (!(await answers(identity, address))) return 'gone';

    const folder = new SessionFolder(root, handle.folder);
    const stamp = await folder.readStamp();
    const proxy = stamp?.egress?.proxy;
    let egress: Egress | undefined;
    if (handle.egressPort !== undefined) {
      try {
        egress = await Egress.open({ network: context.network, proxy, port: handle.egressPort });
      } catch {
        return 'gone'; // somebody else has the port, and the browser knows no other way out
      }
    }
    const browser = new ChromeBrowser({ folder, identity, address, version, egress, proxy });
    browser.#watchIdentity(context.clock);
    return browser;
  }

  private constructor({ folder, identity, address, version, egress, proxy }: Parts) {
    this.folder = folder;
    this.version = version;
    this.#identity = identity;
    this.#address = address;
    this.#egress = egress;
    this.#proxy = proxy;
    this.gone = new Promise((resolve) => {
      this.#resolveGone = resolve;
    });
  }

  /** The WebSocket of the browser. */
  get url(): string {
    return `ws://127.0.0.1:${this.#address.port}${this.#address.wsPath}`;
  }

  /** Writes down whose it is from now on. */
  async assignTo(sessionId: SessionId): Promise<void> {
    await this.folder.writeStamp(stampOf(this.#identity, sessionId, this.#egress, this.#proxy));
  }

  /** It as a session that asked for `name`. */
  describe(name: string): BackendSession {
    const handle: ChromeHandle = {
      browser: name,
      browserVersion: this.version,
      folder: this.folder.name,
      ...this.#identity,
      ...this.#address,
      ...(this.#egress && { egressPort: this.#egress.port }),
    };
    return {
      endpoint: { protocol: 'cdp', url: this.url },
      handle,
      browser: name,
      browserVersion: this.version,
      gone: this.gone,
    };
  }

  /** Whether the process is there. It may be frozen all the same. */
  isRunning(): Promise<boolean> {
    return isRunning(this.#identity);
  }

  /** Ends all of its processes at once and removes its folder. Idempotent; can be tried again when it rejects. */
  destroy(): Promise<void> {
    this.#destroying ??= this.#destroy().catch((error: unknown) => {
      this.#destroying = undefined;
      throw error;
    });
    return this.#destroying;
  }

  async #destroy(): Promise<void> {
    // Nothing of an ephemeral browser is worth the 140 ms of a clean end.
    this.#end({ reason: 'browser-closed', detail: 'Moorage ended it.' });
    await killChrome(this.#identity, this.folder);
    await this.#egress?.close();
    await this.folder.remove();
  }

  #end(gone: BrowserGone): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.#stopWatching();
    this.#resolveGone(gone);
  }

  /** It is not our child, so nobody tells us of its end. */
  #watchIdentity(clock: Clock): void {
    this.#stopWatching = clock.every(IDENTITY_POLL_MS, () => {
      void this.isRunning().then(async (isThere) => {
        if (!isThere) this.#end(await this.#describeAdoptedEnd());
      });
    });
  }

  async #describeAdoptedEnd(): Promise<BrowserGone> {
    return (await exitedNormally(this.folder))
      ? { reason: 'browser-closed', detail: 'Chrome was closed.' }
      : { reason: 'browser-crashed', detail: 'The process of Chrome is gone.' };
  }
}

/** Ends a Chrome at once, and resolves when no process of it is left. */
export async function killChrome(identity: ProcessIdentity, folder: SessionFolder): Promise<void> {
  await killGroup(identity);
  // Every Chrome has two of them, each in a session of its own. They would end by themselves within a second; without
  // them Chrome 156 does not work (--disable-crashpad-for-testing makes its network service crash).
  await killNamed('chrome_crashpad', `${folder.path}/`);
}

function stampOf(
  process: ProcessIdentity,
  sessionId: SessionId | undefined,
  egress: Egress | undefined,
  proxy: ProxySettings | undefined,
): Stamp {
  return {
    process,
    ...(sessionId !== undefined && { sessionId }),
    ...(egress && { egress: { port: egress.port, ...(proxy && { proxy }) } }),
  };
}

/** Nothing of the server's own environment: a page can read that of its browser through file:///proc. */
export function chromeEnvironment(folder: SessionFolder): Record<string, string> {
  return {
    // Also what tells whose its crash handlers are, which keep their files there.
    HOME: folder.path,
    LANG: 'C.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    // A killed Chrome leaves folders in it. Chrome opens a socket in it as well, whose address may have 107 characters;
    // under the real path of a session's folder that would be too long.
    ...(process.platform === 'linux' && { TMPDIR: '/proc/self/cwd/tmp' }),
  };
}

/** @throws Error when Chrome ends before, or does not open its port in time. */
async function waitForAddress(
  folder: SessionFolder,
  exited: Promise<ProcessExit>,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<DevToolsAddress> {
  let exit: ProcessExit | undefined;
  void exited.then((seen) => {
    exit = seen;
  });
  const find = () => {
    if (exit) throw new Error(`Chrome ended with ${nameExit(exit)} before its DevTools port was open.`);
    return readAddress(folder);
  };
  const address = await waitUntil(find, { everyMs: PORT_POLL_MS, timeoutMs, signal });
  if (address) return address;
  throw new Error(`Chrome did not open its DevTools port within ${timeoutMs} ms.`);
}

/** Chrome writes the port that it chose and the path of its WebSocket, one line each. */
function readAddress(folder: SessionFolder): DevToolsAddress | undefined {
  try {
    const text = readFileSync(join(folder.profile, 'DevToolsActivePort'), 'utf8');
    const [, port, wsPath] = /^(\d+)\n(\/devtools\/browser\/[\da-f-]{36})/.exec(text) ?? [];
    return port === undefined || wsPath === undefined ? undefined : { port: Number(port), wsPath };
  } catch {
    return undefined; // not yet
  }
}

async function explainFailure(error: unknown, folder: SessionFolder): Promise<unknown> {
  if (asProblem(error)) return error;
  if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
    return problem('no-capacity', {
      detail: 'The disk of the data folder is full; no profile can be made on it.',
      cause: error,
      retryAfterSeconds: 30,
    });
  }
  const seen = error instanceof Error ? error.message : String(error);
  const log = await folder.readLogTail();
  const ending = log === '' ? 'It wrote no log.' : `The end of its log:\n${log}`;
  return problem('session-not-created', { detail: `${seen} ${adviceFor(log)}${ending}`, cause: error });
}

function adviceFor(log: string): string {
  if (/No usable sandbox|without --no-sandbox/.test(log)) {
    return 'Its sandbox does not work here: run Moorage as a user with user namespaces, or set `sandbox` to false. ';
  }
  if (/error while loading shared libraries/.test(log)) return 'Install the library that its log names. ';
  if (/Missing X server|cannot open display/i.test(log)) return 'Set `display` to one that runs. ';
  return '';
}

function describeExit(exit: ProcessExit): BrowserGone {
  return exit.code === 0
    ? { reason: 'browser-closed', detail: 'Chrome was closed.' }
    : { reason: 'browser-crashed', detail: `Chrome ended with ${nameExit(exit)}.` };
}

function nameExit({ code, signal }: ProcessExit): string {
  return signal === null ? `code ${code}` : `signal ${signal}`;
}

/** Whether the process is ours and answers. A frozen one is waited for by whoever uses it, never given up. */
async function answers(identity: ProcessIdentity, address: DevToolsAddress): Promise<boolean> {
  for (let attempt = 0; attempt < PROBE_ATTEMPTS; attempt += 1) {
    if (!(await isRunning(identity))) return false;
    if (await isStopped(identity)) return true;
    if (await hasWebSocket(address)) return true;
  }
  return false;
}

async function hasWebSocket({ port, wsPath }: DevToolsAddress): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/json/version`, {
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    });
    const { webSocketDebuggerUrl } = (await response.json()) as { webSocketDebuggerUrl?: unknown }; // checked below
    return typeof webSocketDebuggerUrl === 'string' && webSocketDebuggerUrl.endsWith(wsPath);
  } catch {
    return false;
  }
}

/** Chrome notes in its profile how it ended. */
async function exitedNormally(folder: SessionFolder): Promise<boolean> {
  try {
    const text = await readFile(join(folder.profile, 'Default', 'Preferences'), 'utf8');
    return JSON.parse(text).profile?.exit_type === 'Normal';
  } catch {
    return false;
  }
}
