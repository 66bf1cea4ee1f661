// One session's Chrome in an emulator of its own: a process group, a folder, a pair of ports and, where the network policy
// asks for one, an egress. All of it outlives us, and goes together.

import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Clock } from '../../clock.ts';
import { asProblem } from '../../errors.ts';
import type { SessionId } from '../../ids.ts';
import { isRunning } from '../../process-identity.ts';
import type { ProxySettings } from '../../protocol/sessions.ts';
import type { BackendSession, BrowserGone, Handle, NetworkPolicy } from '../backend.ts';
import { AndroidChrome } from './android-chrome.ts';
import { BrowserEnd, onceItWorks } from './browser-end.ts';
import type { CdpConnection } from './cdp.ts';
import { Egress } from './egress.ts';
import {
  describeExit,
  type EmulatorSetup,
  explainStart,
  type RunningEmulator,
  serialOf,
  startEmulator,
} from './emulator.ts';
import { sweepEmulator, writePlace } from './emulator-place.ts';
import { SessionFolder } from './session-folder.ts';

export interface EmulatorLaunch {
  setup: EmulatorSetup;
  folder: SessionFolder;
  sessionId: SessionId;
  snapshot: string;
  /** The name under which clients asked for it. */
  browser: string;
  packageName: string;
  socketName: string;
  userAgent: string | undefined;
  /** Switches of Chrome, given the egress that it has to go through. */
  switches: (egress: { port: number } | undefined) => readonly string[];
  hasEgress: boolean;
  network: NetworkPolicy;
  proxy: ProxySettings | undefined;
  /** What else has to be done with Chrome before anybody gets it. */
  prepare: (cdp: CdpConnection) => Promise<void>;
  timeoutMs: number;
  bakeCommand: string;
  clock: Clock;
}

const EmulatorHandle = Type.Object({
  browser: Type.String(),
  browserVersion: Type.String(),
  folder: Type.String({ pattern: '^[\\w-]+$' }),
  pid: Type.Integer(),
  startTime: Type.String(),
  bootId: Type.String(),
  /** Of its console. */
  port: Type.Integer(),
  packageName: Type.String(),
  socketName: Type.String(),
  /** On which its DevTools are reached. */
  forwardPort: Type.Integer(),
  egressPort: Type.Optional(Type.Integer()),
});
type EmulatorHandle = Static<typeof EmulatorHandle>;

/** As the machine that runs it is called inside of it. https://developer.android.com/studio/run/emulator-networking */
const HOST_INSIDE = '10.0.2.2';
const GRACE_MS = 10_000;
const WATCH_MS = 1000;
const ADOPT_MS = 30_000;

export class EmulatorBrowser {
  readonly folder: SessionFolder;
  readonly port: number;
  readonly #setup: EmulatorSetup;
  readonly #handle: EmulatorHandle;
  readonly #chrome: AndroidChrome;
  readonly #egress: Egress | undefined;
  readonly #end = new BrowserEnd(() => {
    this.#stopWatching();
    this.#chrome.release();
  });
  #stopWatching: () => void = () => {};
  /** Ends the emulator and removes its folder. Idempotent; can be tried again when it rejects. */
  readonly destroy = onceItWorks(async () => {
    this.#end.tell({ reason: 'browser-closed', detail: 'Moorage ended it.' });
    await sweepEmulator(this.folder, this.#setup);
    await this.#egress?.close();
  });

  /**
   * Starts an emulator from its snapshot and Chrome in it. Leaves nothing behind when it fails.
   * @throws Problem `session-not-created` with the end of the emulator's log; the reason of `signal`.
   */
  static async launch(launch: EmulatorLaunch, signal: AbortSignal): Promise<EmulatorBrowser> {
    const { setup, folder, network, proxy, sessionId, timeoutMs, clock } = launch;
    const undo = [() => sweepEmulator(folder, setup)];
    try {
      signal.throwIfAborted();
      await folder.create();
      const egress = launch.hasEgress ? await Egress.open({ network, proxy }) : undefined;
      if (egress) undo.push(() => egress.close());
      const emulator = await startEmulator(
        {
          setup,
          folder,
          args: ['-read-only', '-snapshot', launch.snapshot, '-force-snapshot-load', '-no-snapshot-save'],
          purpose: `session ${sessionId}`,
          timeoutMs,
          onSpawn: async ({ identity, port }) => {
            await writePlace(folder, { port, socketName: launch.socketName });
            await folder.writeStamp({
              process: identity,
              sessionId,
              ...(egress && { egress: { port: egress.port, ...(proxy && { proxy }) } }),
            });
          },
        },
        signal,
      );
      const { isOver, end } = watchForEnd(emulator, signal);
      const chrome = await AndroidChrome.launch(
        setup.adb,
        {
          serial: serialOf(emulator.port),
          packageName: launch.packageName,
          socketName: launch.socketName,
          args: launch.switches(egress).map((each) => each.replaceAll('127.0.0.1', HOST_INSIDE)),
          userAgent: launch.userAgent,
          clearsData: false, // the snapshot has none, and the instance is thrown away
          timeoutMs,
        },
        { clock, graceMs: GRACE_MS },
        isOver,
      );
      undo.push(async () => chrome.release());
      await chrome.use(launch.prepare, isOver);
      isOver.throwIfAborted();
      end();
      const browser = new EmulatorBrowser(setup, folder, handleOf(launch, emulator, chrome, egress), {
        chrome,
        egress,
      });
      void emulator.exited.then((exit) => browser.#end.tell(crashed(describeExit(exit))));
      browser.#watch(clock);
      return browser;
    } catch (error) {
      const failure = signal.aborted
        ? signal.reason
        : (asProblem(error) ?? (await explainStart(error, folder, launch.bakeCommand)));
      for (const step of undo.reverse()) await step();
      throw failure;
    }
  }

  /** Takes over what an earlier server started; `gone` when its Chrome does not answer any more. */
  static async adopt(
    root: string,
    handle: Handle,
    { setup, network, clock }: { setup: EmulatorSetup; network: NetworkPolicy; clock: Clock },
  ): Promise<EmulatorBrowser | 'gone'> {
    if (!Value.Check(EmulatorHandle, handle)) return 'gone';
    const { pid, startTime, bootId, port, packageName, socketName, egressPort } = handle;
    if (!(await isRunning({ pid, startTime, bootId }))) return 'gone';
    const folder = new SessionFolder(root, handle.folder);
    const signal = AbortSignal.timeout(ADOPT_MS);
    // The adb server may be another one by now.
    await setup.adb.connectEmulator(port, signal).catch(() => {});
    const chrome = await AndroidChrome.adopt(
      setup.adb,
      {
        place: { serial: serialOf(port), packageName, socketName },
        port: handle.forwardPort,
        browserVersion: handle.browserVersion,
      },
      { clock, graceMs: GRACE_MS },
      signal,
    );
    if (chrome === 'gone') return 'gone';
    let egress: Egress | undefined;
    if (egressPort !== undefined) {
      const proxy = (await folder.readStamp())?.egress?.proxy;
      try {
        egress = await Egress.open({ network, proxy, port: egressPort });
      } catch {
        chrome.release();
        return 'gone'; // somebody else has the port, and Chrome knows no other way out
      }
    }
    const browser = new EmulatorBrowser(setup, folder, handle, { chrome, egress });
    browser.#watch(clock);
    return browser;
  }

  private constructor(
    setup: EmulatorSetup,
    folder: SessionFolder,
    handle: EmulatorHandle,
    { chrome, egress }: { chrome: AndroidChrome; egress: Egress | undefined },
  ) {
    this.folder = folder;
    this.port = handle.port;
    this.#setup = setup;
    this.#handle = handle;
    this.#chrome = chrome;
    this.#egress = egress;
    void chrome.gone.then((gone) => this.#end.tell(gone));
  }

  /** Resolves when the emulator or Chrome in it ends, by itself or by `destroy`. */
  get gone(): Promise<BrowserGone> {
    return this.#end.gone;
  }

  get hasEnded(): boolean {
    return this.#end.hasCome;
  }

  describe(): BackendSession {
    const { browser, browserVersion } = this.#handle;
    return {
      endpoint: { protocol: 'cdp', url: this.#chrome.url },
      handle: this.#handle,
      browser,
      browserVersion,
      isRemote: true,
      gone: this.gone,
    };
  }

  isRunning(): Promise<boolean> {
    return isRunning(this.#handle);
  }

  #watch(clock: Clock): void {
    let isLooking = false;
    const look = async () => {
      if (isLooking) return;
      isLooking = true;
      try {
        if (!(await this.isRunning())) return this.#end.tell(crashed('it is gone'));
        // An adb server that was started anew does not know of emulators on ports that it does not look at.
        if (this.#chrome.isCut)
          await this.#setup.adb.connectEmulator(this.port, AbortSignal.timeout(WATCH_MS));
      } catch {
        // the next look tries again, for as long as Chrome may be away
      } finally {
        isLooking = false;
      }
    };
    this.#stopWatching = clock.every(WATCH_MS, () => void look());
  }
}

/** Of the end of an emulator while Chrome starts in it, which `end` stops looking for. */
function watchForEnd(
  { exited }: RunningEmulator,
  signal: AbortSignal,
): { isOver: AbortSignal; end: () => void } {
  const over = new AbortController();
  let isWatched = true;
  void exited.then((exit) => {
    if (isWatched)
      over.abort(new Error(`the emulator ended with ${describeExit(exit)} while Chrome started`));
  });
  return {
    isOver: AbortSignal.any([signal, over.signal]),
    end: () => {
      isWatched = false;
    },
  };
}

function handleOf(
  { browser, folder, packageName, socketName }: EmulatorLaunch,
  { identity, port }: RunningEmulator,
  chrome: AndroidChrome,
  egress: Egress | undefined,
): EmulatorHandle {
  return {
    browser,
    browserVersion: chrome.browserVersion,
    folder: folder.name,
    ...identity,
    port,
    packageName,
    socketName,
    forwardPort: chrome.port,
    ...(egress && { egressPort: egress.port }),
  };
}

function crashed(detail: string): BrowserGone {
  return { reason: 'browser-crashed', detail: `The emulator ended: ${detail}.` };
}
