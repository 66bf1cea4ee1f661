// One browser behind a driver process of its own: a port, a process group that the browser is in, one WebDriver session, a
// folder, and where the browser needs it a display and an egress. All of it outlives us, and goes together.

import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Clock } from '../../clock.ts';
import { asProblem, problem } from '../../errors.ts';
import type { SessionId } from '../../ids.ts';
import { identify, isRunning, type ProcessIdentity } from '../../process-identity.ts';
import type { ProxySettings } from '../../protocol/sessions.ts';
import type { BackendSession, BrowserGone, Handle, NetworkPolicy } from '../backend.ts';
import { BrowserEnd, onceItWorks } from './browser-end.ts';
import { DriverClients } from './driver-clients.ts';
import { DriverGateway } from './driver-gateway.ts';
import { Egress } from './egress.ts';
import { isListenedOnBy } from './port-owner.ts';
import { isFree } from './ports.ts';
import { findWorkersIn, killGroup, killNamed, type ProcessExit, spawnDetached } from './process.ts';
import { SessionFolder, type Stamp } from './session-folder.ts';
import { startDisplay, stopDisplay, type VirtualDisplay } from './virtual-display.ts';
import { abortAfter, waitUntil } from './waiting.ts';
import {
  askDriver,
  createDriverSession,
  type DriverSession,
  findDriverSession,
  isRecord,
} from './webdriver.ts';
import { findAgentSession } from './webdriveragent.ts';

export interface DriverLaunch {
  folder: SessionFolder;
  /** The name under which clients asked for it. */
  browser: string;
  executable: string;
  args: readonly string[];
  env: Record<string, string>;
  port: number;
  /** The program of Xvfb where the browser gets a display of its own. */
  xvfb?: string | undefined;
  screen: { width: number; height: number };
  /** What to ask of the driver, given the egress through which the browser has to go. */
  capabilities: (
    egress: { port: number } | undefined,
  ) => Record<string, unknown> | Promise<Record<string, unknown>>;
  /** Whether its way out is an egress. */
  hasEgress: boolean;
  /** Commands by which clients could go around that (support/driver-gateway.ts). */
  refuses?: readonly string[];
  /** Its browser is no child of the driver: it is ended by ending its session, while the driver still can. */
  outlivesDriver?: boolean;
  /** It is a WebDriverAgent, which drives a whole phone with this version of iOS. */
  agent?: { osVersion: string };
  /** Called when the driver runs, before anything is asked of it; gives what undoes it, before the driver is ended. */
  onStarted?: (driver: ProcessIdentity) => Promise<() => Promise<void>>;
  network: NetworkPolicy;
  proxy: ProxySettings | undefined;
  sessionId: SessionId;
  timeoutMs: number;
  clock: Clock;
}

/** Another program listens on the port, since our look and the start of the driver are two things. */
export class PortTaken extends Error {
  constructor(port: number) {
    super(`Another program took port ${port}`);
  }
}

const DriverHandle = Type.Object({
  browser: Type.String(),
  browserVersion: Type.String(),
  folder: Type.String({ pattern: '^[\\w-]+$' }),
  pid: Type.Integer(),
  startTime: Type.String(),
  bootId: Type.String(),
  port: Type.Integer(),
  driverSessionId: Type.String(),
  capabilities: Type.Record(Type.String(), Type.Unknown()),
  sockets: Type.Object({ bidi: Type.Optional(Type.String()), cdp: Type.Optional(Type.String()) }),
  egressPort: Type.Optional(Type.Integer()),
  /** Where clients come to it, if not to the driver itself. */
  gateway: Type.Optional(
    Type.Object({
      port: Type.Integer(),
      sessionId: Type.String(),
      refuses: Type.Array(Type.String()),
    }),
  ),
  isAgent: Type.Optional(Type.Literal(true)),
});
type DriverHandle = Static<typeof DriverHandle>;

/** How often a driver is asked whether its session is still there. */
const WATCH_MS = 2000;
const ANSWER_MS = 5000;
const READY_POLL_MS = 25;
/** How long a driver may take to end that was told to. */
const STOP_MS = 5000;

/** What of ours stands between the browser, its clients and its pages. */
interface DriverWays {
  egress: Egress | undefined;
  gateway: DriverGateway | undefined;
}

export class DriverBrowser {
  readonly folder: SessionFolder;
  readonly port: number;
  readonly #handle: DriverHandle;
  readonly #egress: Egress | undefined;
  readonly #clients: DriverClients | undefined;
  readonly #gateway: DriverGateway | undefined;
  readonly #end = new BrowserEnd(() => {
    this.#stopWatching();
    this.#clients?.close();
  });
  #stopWatching: () => void = () => {};
  /** Ends driver and browser and removes their folder. Idempotent; can be tried again when it rejects. */
  readonly destroy = onceItWorks(async () => {
    this.#end.tell({ reason: 'browser-closed', detail: 'Moorage ended it.' });
    await sweepDriver(this.folder);
    this.#gateway?.close();
    await this.#egress?.close();
  });

  /**
   * Starts a driver and, through it, a browser. Leaves nothing behind when it fails.
   * @throws Problem `session-not-created` with the end of the driver's log; the reason of `signal`.
   */
  static async launch(launch: DriverLaunch, signal: AbortSignal): Promise<DriverBrowser> {
    const { folder, network, proxy, port, sessionId, xvfb } = launch;
    const undo = [() => removeFolder(folder)];
    try {
      signal.throwIfAborted();
      await folder.create();
      const egress = launch.hasEgress ? await Egress.open({ network, proxy }) : undefined;
      if (egress) undo.push(() => egress.close());
      const display =
        xvfb === undefined ? undefined : await startDisplay(xvfb, folder, launch.screen, signal);
      if (display) undo.push(() => stopDisplay(display));
      const { identity, exited } = await spawnDetached({
        command: launch.executable,
        args: launch.args,
        env: { ...environmentOf(folder, display), ...launch.env },
        cwd: folder.path,
        logFile: folder.logFile,
      });
      undo.push(() => killGroup(identity));
      if (launch.outlivesDriver) undo.push(() => stop(identity));
      const stamp: Stamp = {
        process: identity,
        sessionId,
        ...(egress && { egress: { port: egress.port, ...(proxy && { proxy }) } }),
        ...(display && { display }),
      };
      await folder.writeStamp(stamp);
      if (launch.onStarted) undo.push(await launch.onStarted(identity));
      const clients = DriverClients.watch(port, launch.clock);
      undo.push(async () => clients?.close());
      const url = urlOf(port);
      await waitUntilReady(port, exited, { timeoutMs: launch.timeoutMs, signal });
      // Ready is perhaps the driver of somebody else, who was faster to have the port.
      if ((await isListenedOnBy(identity.pid, port)) === false) throw new PortTaken(port);
      const made = await createDriverSession(url, await launch.capabilities(egress), signal);
      if (launch.outlivesDriver) {
        const driver = { port, sessionId: made.sessionId };
        undo.push(() => endSession(driver));
        await folder.writeStamp({ ...stamp, driver });
      }
      const gateway = await openGateway(launch, made.sessionId);
      if (gateway) undo.push(async () => gateway.close());
      const handle: DriverHandle = {
        ...handleOf(launch, identity, made, egress),
        sockets: await socketsOf(made, signal),
        ...(gateway && { gateway: { ...gateway.address, refuses: [...(launch.refuses ?? [])] } }),
      };
      signal.throwIfAborted();
      const browser = new DriverBrowser(folder, handle, { egress, clients, gateway });
      void exited.then((exit) => browser.#end.tell(crashed(describeExit(exit))));
      browser.#watch(launch.clock);
      return browser;
    } catch (error) {
      const failure = signal.aborted ? signal.reason : await explain(error, folder);
      for (const step of undo.reverse()) await step();
      throw failure;
    }
  }

  /** Takes over what an earlier server started; `gone` when its session is not there any more. */
  static async adopt(
    root: string,
    handle: Handle,
    { network, clock }: { network: NetworkPolicy; clock: Clock },
  ): Promise<DriverBrowser | 'gone'> {
    if (!Value.Check(DriverHandle, handle)) return 'gone';
    const { pid, startTime, bootId, port, driverSessionId } = handle;
    if (!(await isRunning({ pid, startTime, bootId }))) return 'gone';
    // Before we connect, or our own connection, which is kept, would be taken for a client's.
    const clients = DriverClients.watch(port, clock);
    const signal = AbortSignal.timeout(ANSWER_MS);
    const found = await sessionFinder(handle)(urlOf(port), driverSessionId, signal);
    if (found === 'gone') {
      clients?.close();
      return 'gone';
    }

    const folder = new SessionFolder(root, handle.folder);
    const proxy = (await folder.readStamp())?.egress?.proxy;
    const ways = await reopenWays(handle, { network, proxy, clock });
    if (ways === 'taken') {
      clients?.close();
      return 'gone';
    }
    const browser = new DriverBrowser(folder, handle, { ...ways, clients });
    browser.#watch(clock);
    return browser;
  }

  private constructor(
    folder: SessionFolder,
    handle: DriverHandle,
    { egress, clients, gateway }: DriverWays & { clients: DriverClients | undefined },
  ) {
    this.folder = folder;
    this.port = handle.port;
    this.#handle = handle;
    this.#egress = egress;
    this.#clients = clients;
    this.#gateway = gateway;
  }

  /** Resolves when the driver or its session ends, by itself or by `destroy`. */
  get gone(): Promise<BrowserGone> {
    return this.#end.gone;
  }

  get hasEnded(): boolean {
    return this.#end.hasCome;
  }

  describe(): BackendSession {
    const { browser, browserVersion, driverSessionId, capabilities, isAgent, sockets } = this.#handle;
    const { port, sessionId } = this.#gateway?.address ?? { port: this.port, sessionId: driverSessionId };
    const seenAt = () => this.#gateway?.lastSeenAt ?? this.#clients?.lastSeenAt;
    return {
      endpoint: { protocol: 'webdriver', url: urlOf(port), sessionId },
      handle: this.#handle,
      browser,
      browserVersion,
      capabilities,
      sockets,
      gone: this.gone,
      ...(isAgent && { isNative: true }),
      ...((this.#gateway ?? this.#clients) && { lastActivityAt: seenAt }),
    };
  }

  /** Of its driver. */
  get process(): ProcessIdentity {
    const { pid, startTime, bootId } = this.#handle;
    return { pid, startTime, bootId };
  }

  isRunning(): Promise<boolean> {
    return isRunning(this.process);
  }

  /** Whoever drives it may delete its session there, and nobody but the driver knows. */
  #watch(clock: Clock): void {
    let isLooking = false;
    const look = async () => {
      if (isLooking) return;
      isLooking = true;
      try {
        if (!(await this.isRunning())) return this.#end.tell(crashed('Its driver is gone.'));
        await this.#clients?.look();
        const { driverSessionId } = this.#handle;
        const signal = AbortSignal.timeout(ANSWER_MS);
        const find = sessionFinder(this.#handle);
        if ((await find(urlOf(this.port), driverSessionId, signal)) !== 'gone') return;
        this.#end.tell({
          reason: 'browser-closed',
          detail: 'Its WebDriver session was deleted, or its browser ended.',
        });
      } finally {
        isLooking = false;
      }
    };
    this.#stopWatching = clock.every(WATCH_MS, () => void look());
  }
}

/** Ends and removes what the stamp of a folder tells of, and what a server that died had no time to write there. */
export async function sweepDriver(folder: SessionFolder): Promise<void> {
  const stamp: Stamp | undefined = await folder.readStamp();
  if (stamp?.driver && (await isRunning(stamp.process))) {
    await endSession(stamp.driver);
    await stop(stamp.process);
  }
  if (stamp) await killGroup(stamp.process);
  if (stamp?.display) await stopDisplay(stamp.display);
  for (const { pid } of await findWorkersIn(folder.path)) {
    const identity = await identify(pid);
    if (identity) await killGroup(identity);
  }
  await removeFolder(folder);
}

async function removeFolder(folder: SessionFolder): Promise<void> {
  // Chrome's crash handlers are in no group of ours, and outlive it by a moment.
  await killNamed('chrome_crashpad', `${folder.path}/`);
  await folder.remove();
}

/** Its driver may be busy or past answering: it is ended all the same. */
async function endSession({ port, sessionId }: NonNullable<Stamp['driver']>): Promise<void> {
  const signal = AbortSignal.timeout(ANSWER_MS);
  const path = `/session/${sessionId}`;
  await askDriver(urlOf(port), { method: 'DELETE', path, signal }).catch(() => {});
}

/** Lets it end by itself, and its browser with it. */
async function stop(driver: ProcessIdentity): Promise<void> {
  try {
    process.kill(driver.pid, 'SIGTERM');
  } catch {
    return; // it ended meanwhile
  }
  const hasEnded = async () => !(await isRunning(driver));
  await waitUntil(hasEnded, { everyMs: 10, timeoutMs: STOP_MS });
}

function openGateway({ clock, port, refuses }: DriverLaunch, driverSessionId: string) {
  return refuses && DriverGateway.open({ driverPort: port, driverSessionId, refuses, clock });
}

/** Where they were, since browser and clients know no other place; `taken` where somebody else has one of their ports. */
async function reopenWays(
  { port, driverSessionId, egressPort, gateway: known }: DriverHandle,
  { network, proxy, clock }: { network: NetworkPolicy; proxy: ProxySettings | undefined; clock: Clock },
): Promise<DriverWays | 'taken'> {
  let egress: Egress | undefined;
  try {
    if (egressPort !== undefined) egress = await Egress.open({ network, proxy, port: egressPort });
    const gateway =
      known &&
      (await DriverGateway.open({ driverPort: port, driverSessionId, refuses: known.refuses, clock }, known));
    return { egress, gateway };
  } catch {
    await egress?.close();
    return 'taken';
  }
}

function urlOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function sessionFinder({ isAgent }: Pick<DriverHandle, 'isAgent'>) {
  return isAgent ? findAgentSession : findDriverSession;
}

/** Nothing of the server's own environment: a page may read that of its browser. */
function environmentOf(folder: SessionFolder, display: VirtualDisplay | undefined): Record<string, string> {
  return {
    HOME: folder.path,
    LANG: 'C.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    // Chrome opens a socket in it, whose address may have 107 characters: the real path would be too long.
    TMPDIR: process.platform === 'linux' ? '/proc/self/cwd/tmp' : `${folder.path}/tmp`,
    ...(display && { DISPLAY: `:${display.number}` }),
  };
}

function handleOf(
  { agent, browser, folder, port }: DriverLaunch,
  { pid, startTime, bootId }: ProcessIdentity,
  { sessionId, capabilities }: DriverSession,
  egress: Egress | undefined,
): Omit<DriverHandle, 'sockets'> {
  return {
    browser,
    browserVersion:
      agent?.osVersion ?? String(capabilities.browserVersion ?? capabilities.version ?? 'unknown'),
    ...(agent && { isAgent: true }),
    folder: folder.name,
    pid,
    startTime,
    bootId,
    port,
    driverSessionId: sessionId,
    capabilities,
    ...(egress && { egressPort: egress.port }),
  };
}

/** The other protocols of a browser: BiDi where it was asked for, and Chrome's DevTools. */
async function socketsOf(
  { capabilities }: DriverSession,
  signal: AbortSignal,
): Promise<DriverHandle['sockets']> {
  const { webSocketUrl, 'goog:chromeOptions': options } = capabilities;
  const address = isRecord(options) ? options.debuggerAddress : undefined;
  const cdp = typeof address === 'string' ? await devToolsSocket(address, signal) : undefined;
  return {
    ...(typeof webSocketUrl === 'string' && { bidi: webSocketUrl }),
    ...(cdp !== undefined && { cdp }),
  };
}

/** https://chromedevtools.github.io/devtools-protocol/#endpoints */
async function devToolsSocket(address: string, signal: AbortSignal): Promise<string | undefined> {
  // It says localhost, which may be ::1, where Chrome does not listen.
  const base = `http://${address.replace(/^localhost:/, '127.0.0.1:')}`;
  const version: unknown = await (await fetch(`${base}/json/version`, { signal })).json();
  const socket = isRecord(version) ? version.webSocketDebuggerUrl : undefined;
  return typeof socket === 'string' ? socket : undefined;
}

/** A driver that listens is not ready yet: `/status` says when. */
async function waitUntilReady(
  port: number,
  exited: Promise<ProcessExit>,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<void> {
  let exit: ProcessExit | undefined;
  void exited.then((seen) => {
    exit = seen;
  });
  let seen = 'it does not listen';
  const look = async () => {
    if (exit) {
      if (!(await isFree(port))) throw new PortTaken(port);
      throw new Error(`The driver ended with ${describeExit(exit)}`);
    }
    try {
      // One that takes connections and answers nothing must not outlast `timeoutMs`.
      const patience = abortAfter(Math.min(ANSWER_MS, timeoutMs), signal);
      const status = await askDriver(urlOf(port), { method: 'GET', path: '/status', signal: patience });
      if (isRecord(status) && status.ready === true) return true;
      seen = `its status is ${JSON.stringify(status).slice(0, 200)}`;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TypeError)) seen = error instanceof Error ? error.message : String(error);
    }
    return false;
  };
  if (await waitUntil(look, { everyMs: READY_POLL_MS, timeoutMs, signal })) return;
  throw new Error(`The driver was not ready after ${timeoutMs} ms: ${seen}`);
}

async function explain(error: unknown, folder: SessionFolder): Promise<unknown> {
  if (asProblem(error)) return error;
  const seen = error instanceof Error ? error.message : String(error);
  const log = await folder.readLogTail();
  const detail = log === '' ? `${seen}.` : `${seen}. The end of the driver's log:\n${log}`;
  return problem('session-not-created', { detail, cause: error });
}

function describeExit({ code, signal }: ProcessExit): string {
  return signal === null ? `code ${code}` : signal;
}

function crashed(detail: string): BrowserGone {
  return { reason: 'browser-crashed', detail: `The driver ended: ${detail}` };
}
