// One running Chrome with all that belongs to it: its process group, its folder, its egress. Whoever started or took
// over a browser ends it by `destroy`, which leaves nothing.

import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Clock } from '../../clock.ts';
import type { SessionId } from '../../ids.ts';
import { isRunning, isStopped, type ProcessIdentity } from '../../process-identity.ts';
import type { ProxySettings } from '../../protocol/sessions.ts';
import type { BackendSession, BrowserGone, Handle, NetworkPolicy } from '../backend.ts';
import { BrowserEnd, onceItWorks } from './browser-end.ts';
import { type ChromeStart, chromeArguments } from './chrome-flags.ts';
import {
  chromeEnvironment,
  type DevToolsAddress,
  describeExit,
  exitedNormally,
  explainFailure,
  hasWebSocket,
  killChrome,
  waitForAddress,
} from './chrome-process.ts';
import { Egress, needsEgress, networkFlags } from './egress.ts';
import { spawnDetached } from './process.ts';
import { SessionFolder, type Stamp } from './session-folder.ts';

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

const IDENTITY_POLL_MS = 1000;
const PROBE_ATTEMPTS = 3;

export class ChromeBrowser {
  readonly folder: SessionFolder;
  readonly version: string;
  readonly #identity: ProcessIdentity;
  readonly #address: DevToolsAddress;
  readonly #egress: Egress | undefined;
  readonly #proxy: ProxySettings | undefined;
  readonly #end = new BrowserEnd(() => this.#stopWatching());
  #stopWatching: () => void = () => {};
  /** Ends all of its processes at once and removes its folder. Idempotent; can be tried again when it rejects. */
  readonly destroy = onceItWorks(async () => {
    // Nothing of an ephemeral browser is worth the 140 ms of a clean end.
    this.#end.tell({ reason: 'browser-closed', detail: 'Moorage ended it.' });
    await killChrome(this.#identity, this.folder);
    await this.#egress?.close();
    await this.folder.remove();
  });

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
      void exited.then((exit) => browser.#end.tell(describeExit(exit)));
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
  }

  /** Resolves when the process ends, by itself or by `destroy`. */
  get gone(): Promise<BrowserGone> {
    return this.#end.gone;
  }

  get hasEnded(): boolean {
    return this.#end.hasCome;
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

  /** It is not our child, so nobody tells us of its end. */
  #watchIdentity(clock: Clock): void {
    this.#stopWatching = clock.every(IDENTITY_POLL_MS, () => {
      void this.isRunning().then(async (isThere) => {
        if (!isThere) this.#end.tell(await this.#describeAdoptedEnd());
      });
    });
  }

  async #describeAdoptedEnd(): Promise<BrowserGone> {
    return (await exitedNormally(this.folder))
      ? { reason: 'browser-closed', detail: 'Chrome was closed.' }
      : { reason: 'browser-crashed', detail: 'The process of Chrome is gone.' };
  }
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

/** Whether the process is ours and answers. A frozen one is waited for by whoever uses it, never given up. */
async function answers(identity: ProcessIdentity, address: DevToolsAddress): Promise<boolean> {
  for (let attempt = 0; attempt < PROBE_ATTEMPTS; attempt += 1) {
    if (!(await isRunning(identity))) return false;
    if (await isStopped(identity)) return true;
    if (await hasWebSocket(address)) return true;
  }
  return false;
}
