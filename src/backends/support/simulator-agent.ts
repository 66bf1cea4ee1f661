// WebDriverAgent on one simulator: a process of this machine that CoreSimulator starts, on two ports that we lease, with
// one session. It outlives us, and ends with its simulator.

import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Clock } from '../../clock.ts';
import { problem } from '../../errors.ts';
import { identify, isRunning, type ProcessIdentity } from '../../process-identity.ts';
import type { BackendSession, BrowserGone } from '../backend.ts';
import { STREAM_NOTHING } from './agent-environment.ts';
import { BrowserEnd } from './browser-end.ts';
import { listenersOn } from './port-owner.ts';
import { PortLeases } from './ports.ts';
import { commandLineOf } from './process.ts';
import { type Simctl, SimctlError } from './simctl.ts';
import { createDriverSession, DriverError } from './webdriver.ts';
import { AGENT_BUNDLE, endAgentSession, findAgentSession, waitForAgent } from './webdriveragent.ts';

export interface AgentLaunch {
  simctl: Simctl;
  udid: string;
  /** The name under which clients asked for it. */
  browser: string;
  /** To be installed where the simulator has none. */
  app: string;
  capabilities: Record<string, unknown>;
  timeoutMs: number;
  clock: Clock;
}

const AgentHandle = Type.Object({
  browser: Type.String(),
  browserVersion: Type.String(),
  pid: Type.Integer(),
  startTime: Type.String(),
  bootId: Type.String(),
  port: Type.Integer(),
  agentSessionId: Type.String(),
  capabilities: Type.Record(Type.String(), Type.Unknown()),
});
type AgentHandle = Static<typeof AgentHandle>;

/** Pairs: its own, and that of its pictures (MJPEG). One for all agents of this process. */
const agentPorts = new PortLeases({ from: 25_000, to: 25_999, count: 2 }, () => performance.now());

const WATCH_MS = 2000;
const ANSWER_MS = 5000;
/** Another port where somebody else was faster at the first. */
const TRIES = 2;

export class SimulatorAgent {
  readonly #handle: AgentHandle;
  readonly #end = new BrowserEnd(() => this.#stopWatching());
  #stopWatching: () => void = () => {};
  #hasPorts = true;

  /**
   * Starts it on a booted simulator. What it leaves when it fails ends with the simulator.
   * @throws Problem `session-not-created`; the reason of `signal`.
   */
  static async launch(launch: AgentLaunch, signal: AbortSignal): Promise<SimulatorAgent> {
    const { simctl, udid } = launch;
    for (let tries = 1; ; tries += 1) {
      const port = await agentPorts.lease();
      try {
        const handle = await startOn(port, launch, signal);
        const agent = new SimulatorAgent(handle);
        agent.#watch(launch.clock);
        return agent;
      } catch (error) {
        agentPorts.release(port);
        const isRefused = error instanceof DriverError;
        if (signal.aborted || isRefused || tries === TRIES) throw error;
        await simctl.terminate(udid, AGENT_BUNDLE);
      }
    }
  }

  /** Takes over what an earlier server started; `gone` when its session is not there any more. */
  static async adopt(handle: unknown, clock: Clock): Promise<SimulatorAgent | 'gone'> {
    if (!Value.Check(AgentHandle, handle) || !(await isRunning(handle))) return 'gone';
    const signal = AbortSignal.timeout(ANSWER_MS);
    if ((await findAgentSession(urlOf(handle.port), handle.agentSessionId, signal)) === 'gone') return 'gone';
    agentPorts.keep(handle.port);
    const agent = new SimulatorAgent(handle);
    agent.#watch(clock);
    return agent;
  }

  private constructor(handle: AgentHandle) {
    this.#handle = handle;
  }

  /** Resolves when it or its session ends, by itself or by `destroy`. */
  get gone(): Promise<BrowserGone> {
    return this.#end.gone;
  }

  describe(): BackendSession {
    const { browser, browserVersion, port, agentSessionId, capabilities } = this.#handle;
    return {
      endpoint: { protocol: 'webdriver', url: urlOf(port), sessionId: agentSessionId },
      handle: this.#handle,
      browser,
      browserVersion,
      capabilities,
      isNative: true,
      gone: this.gone,
    };
  }

  isRunning(): Promise<boolean> {
    return isRunning(this.#handle);
  }

  /** Lets go of the app that it drives, and of its ports. Its process ends with its simulator. */
  async destroy(): Promise<void> {
    this.#end.tell({ reason: 'browser-closed', detail: 'Moorage ended it.' });
    if (await this.isRunning()) await endAgentSession(urlOf(this.#handle.port), this.#handle.agentSessionId);
    // Once: when this is tried again, they may be another one's.
    if (this.#hasPorts) agentPorts.release(this.#handle.port);
    this.#hasPorts = false;
  }

  #watch(clock: Clock): void {
    const { port, agentSessionId } = this.#handle;
    const look = async () => {
      if (!(await this.isRunning())) {
        return this.#end.tell({ reason: 'browser-crashed', detail: 'Its WebDriverAgent is gone.' });
      }
      const signal = AbortSignal.timeout(ANSWER_MS);
      if ((await findAgentSession(urlOf(port), agentSessionId, signal)) !== 'gone') return;
      this.#end.tell({ reason: 'browser-closed', detail: 'Its session of WebDriverAgent was deleted.' });
    };
    let isLooking = false;
    this.#stopWatching = clock.every(WATCH_MS, () => {
      if (isLooking) return;
      isLooking = true;
      void look().finally(() => {
        isLooking = false;
      });
    });
  }
}

async function startOn(port: number, launch: AgentLaunch, signal: AbortSignal): Promise<AgentHandle> {
  const { udid, timeoutMs } = launch;
  const env = {
    USE_IP: '127.0.0.1',
    USE_PORT: String(port),
    MJPEG_SERVER_PORT: String(port + 1),
    WDA_PRODUCT_BUNDLE_IDENTIFIER: AGENT_BUNDLE,
    ...STREAM_NOTHING,
  };
  const agent = await identify(await startAgent(launch, env, signal));
  if (!agent) throw problem('session-not-created', { detail: 'WebDriverAgent ended at once.' });
  const url = urlOf(port);
  const status = await waitForAgent(url, { isAlive: () => isThere(agent), timeoutMs, signal });
  await expectOwner(port, udid, signal);
  const { sessionId, capabilities } = await createDriverSession(url, launch.capabilities, signal);
  return {
    browser: launch.browser,
    browserVersion: status.osVersion,
    ...agent,
    port,
    agentSessionId: sessionId,
    capabilities,
  };
}

/** Resolves with its pid. */
async function startAgent(
  { simctl, udid, app }: AgentLaunch,
  env: Record<string, string>,
  signal: AbortSignal,
): Promise<number> {
  try {
    return await simctl.launch(udid, AGENT_BUNDLE, { env, signal });
  } catch (error) {
    // Clones are said to carry the apps of their template, and were also seen not to.
    if (!(error instanceof SimctlError) || (await simctl.hasApp(udid, AGENT_BUNDLE, signal))) throw error;
    await simctl.install(udid, app);
    return simctl.launch(udid, AGENT_BUNDLE, { env, signal });
  }
}

async function isThere(agent: ProcessIdentity): Promise<true | string> {
  return (await isRunning(agent)) || `process ${agent.pid} is gone; its port may have been taken meanwhile.`;
}

/** All simulators share the network of this machine: who answers may be the agent of another one. */
async function expectOwner(port: number, udid: string, signal: AbortSignal): Promise<void> {
  for (const pid of await listenersOn(port, signal)) {
    const commandLine = await commandLineOf(pid);
    if (commandLine.includes(`/CoreSimulator/Devices/${udid}/`)) return;
    throw problem('session-not-created', {
      detail: `On port ${port} answers process ${pid}, which is not of simulator ${udid}: ${commandLine.slice(0, 300)}`,
    });
  }
  throw problem('session-not-created', { detail: `Nobody is seen to listen on port ${port}.` });
}

function urlOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}
