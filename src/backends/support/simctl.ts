// Apple's `xcrun simctl`, which makes, boots and deletes simulators. All servers of a Mac user share its default set of
// devices: safaridriver looks for simulators nowhere else.

import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { waitUntil } from './waiting.ts';
import { asRecord, isRecord } from './webdriver.ts';

export interface Simulator {
  udid: string;
  name: string;
  state: 'Booted' | 'Booting' | 'Shutdown' | 'Shutting Down' | (string & {});
  /** False where its runtime is gone, as after an upgrade of Xcode. */
  isAvailable: boolean;
  /** Identifier of its runtime. */
  runtime: string;
}

export interface DeviceType {
  identifier: string;
  /** `iPhone 16` */
  name: string;
}

export interface Runtime {
  /** `com.apple.CoreSimulator.SimRuntime.iOS-18-4` */
  identifier: string;
  /** `iOS 18.4` */
  name: string;
  version: string;
  build: string;
  /** The iPhones that it can be. */
  iPhones: DeviceType[];
}

/** What simctl refused, in its own words. */
export class SimctlError extends Error {
  override readonly name = 'SimctlError';
  readonly exitCode: number;

  constructor(command: string, exitCode: number, said: string) {
    super(`${command} ended with code ${exitCode}: ${said.trim().slice(0, SAID_CHARS)}`);
    this.exitCode = exitCode;
  }

  /** It can be done in another state only. */
  get isAboutState(): boolean {
    return this.message.includes('in current state');
  }

  get isUnknownDevice(): boolean {
    return this.message.includes('Invalid device');
  }
}

/** CoreSimulator did not answer in time: it hangs now and then, and takes every later command with it. */
export class SimctlHang extends Error {
  override readonly name = 'SimctlHang';
}

const SAID_CHARS = 1000;
const OUTPUT_BYTES = 64 * 1024 * 1024;
const STATE_POLL_MS = 100;

export class Simctl {
  readonly #xcrun: string;
  readonly #timeoutMs: number;

  /** `timeoutMs` bounds every command but a boot. */
  constructor(xcrun: string, timeoutMs: number) {
    this.#xcrun = xcrun;
    this.#timeoutMs = timeoutMs;
  }

  /** `Xcode 16.3 (16E140)` */
  async xcode(signal?: AbortSignal): Promise<string> {
    const said = await this.#run(['xcodebuild', '-version'], { signal });
    const [, version, build] = /Xcode\s+(\S+)\s+Build version\s+(\S+)/.exec(said) ?? [];
    if (version === undefined) throw new Error(`xcodebuild does not tell its version but: ${said}`);
    return `Xcode ${version} (${build})`;
  }

  /** All simulators, and the runtimes of iOS that can be used, the newest first. */
  async inventory(signal?: AbortSignal): Promise<{ devices: Simulator[]; runtimes: Runtime[] }> {
    const { devices, runtimes } = await this.#list([], signal);
    return { devices: devicesIn(devices), runtimes: runtimesIn(runtimes) };
  }

  async devices(signal?: AbortSignal): Promise<Simulator[]> {
    return devicesIn((await this.#list(['devices'], signal)).devices);
  }

  /** Resolves with its UDID. */
  async create(name: string, deviceType: string, runtime: string): Promise<string> {
    return (await this.#simctl(['create', name, deviceType, runtime])).trim();
  }

  /**
   * Copies one that is shut down, and resolves with the UDID of the copy. Not to be given up in the middle: the copy would
   * come up after that all the same.
   */
  async clone(source: string, name: string): Promise<string> {
    return (await this.#simctl(['clone', source, name])).trim();
  }

  async rename(udid: string, name: string): Promise<void> {
    await this.#simctl(['rename', udid, name]);
  }

  /**
   * Boots it unless it is booted, and resolves when it can be used.
   * @throws SimctlHang when that takes longer than `timeoutMs`.
   */
  async boot(udid: string, { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal }): Promise<void> {
    await this.#simctl(['bootstatus', udid, '-b'], { timeoutMs, signal });
  }

  /** Resolves when it is shut down; one that is, or that is not there, needs nothing. */
  async shutdown(udid: string): Promise<void> {
    await this.#askToShutDown(udid);
    await this.#untilShutDown(udid);
  }

  /** Shuts it down and deletes it. Idempotent. */
  async remove(udid: string): Promise<void> {
    await this.#askToShutDown(udid);
    if (await this.#delete(udid)) return;
    await this.#untilShutDown(udid);
    if (!(await this.#delete(udid))) throw new SimctlHang(`Simulator ${udid} cannot be deleted.`);
  }

  async install(udid: string, app: string): Promise<void> {
    await this.#simctl(['install', udid, app]);
  }

  async hasApp(udid: string, bundle: string, signal?: AbortSignal): Promise<boolean> {
    try {
      await this.#simctl(['get_app_container', udid, bundle], { signal });
      return true;
    } catch (error) {
      if (error instanceof SimctlError && error.exitCode === 2) return false;
      throw error;
    }
  }

  /** Starts an app anew and resolves with the pid of its process, which is one of this machine. */
  async launch(
    udid: string,
    bundle: string,
    { env = {}, signal }: { env?: Record<string, string>; signal?: AbortSignal } = {},
  ): Promise<number> {
    const child = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [`SIMCTL_CHILD_${name}`, value]),
    );
    const args = ['launch', '--terminate-running-process', udid, bundle];
    const said = await this.#simctl(args, { env: child, signal });
    const pid = Number(/:\s*(\d+)\s*$/.exec(said)?.[1]);
    if (!Number.isInteger(pid)) throw new Error(`simctl launch does not tell a pid but: ${said}`);
    return pid;
  }

  async openUrl(udid: string, url: string): Promise<void> {
    await this.#simctl(['openurl', udid, url]);
  }

  /** Ends an app. One that does not run, on a simulator that may not either, needs nothing. */
  async terminate(udid: string, bundle: string): Promise<void> {
    try {
      await this.#simctl(['terminate', udid, bundle]);
    } catch (error) {
      if (!(error instanceof SimctlError)) throw error;
    }
  }

  async #askToShutDown(udid: string): Promise<void> {
    try {
      await this.#simctl(['shutdown', udid]);
    } catch (error) {
      if (!(error instanceof SimctlError && (error.isUnknownDevice || error.isAboutState))) throw error;
    }
  }

  async #untilShutDown(udid: string): Promise<void> {
    const isDown = async () => {
      const device = (await this.devices()).find((each) => each.udid === udid);
      return device === undefined || device.state === 'Shutdown';
    };
    if (await waitUntil(isDown, { everyMs: STATE_POLL_MS, timeoutMs: this.#timeoutMs })) return;
    throw new SimctlHang(`Simulator ${udid} does not shut down.`);
  }

  /** False where it is not shut down yet. */
  async #delete(udid: string): Promise<boolean> {
    try {
      await this.#simctl(['delete', udid]);
      return true;
    } catch (error) {
      if (!(error instanceof SimctlError)) throw error;
      if (error.isUnknownDevice) return true;
      if (error.isAboutState) return false;
      throw error;
    }
  }

  async #list(what: readonly 'devices'[], signal?: AbortSignal): Promise<Record<string, unknown>> {
    const said = await this.#simctl(['list', '-j', ...what], { signal });
    const list: unknown = JSON.parse(said);
    if (!isRecord(list)) throw new Error(`simctl list does not tell but: ${said.slice(0, SAID_CHARS)}`);
    return list;
  }

  #simctl(args: readonly string[], options: RunOptions = {}): Promise<string> {
    return this.#run(['simctl', ...args], options);
  }

  /** Resolves with its output, when it has ended; so it does when `signal` aborts. */
  #run(args: readonly string[], { env, signal, timeoutMs = this.#timeoutMs }: RunOptions): Promise<string> {
    signal?.throwIfAborted();
    const command = args.join(' ');
    return new Promise((resolve, reject) => {
      let isLate = false;
      const child = execFile(
        this.#xcrun,
        args,
        { env: { ...environment(), ...env }, maxBuffer: OUTPUT_BYTES },
        (error, stdout, stderr) => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', kill);
          if (signal?.aborted) return reject(signal.reason);
          if (isLate) return reject(new SimctlHang(`${command} did not end within ${timeoutMs} ms.`));
          if (error === null) return resolve(stdout);
          const { code } = error;
          reject(typeof code === 'number' ? new SimctlError(command, code, stderr) : error);
        },
      );
      const kill = () => {
        // Whatever it started may have its pipes, and go on.
        child.stdout?.destroy();
        child.stderr?.destroy();
        child.kill('SIGKILL');
      };
      const timer = setTimeout(() => {
        isLate = true;
        kill();
      }, timeoutMs);
      signal?.addEventListener('abort', kill, { once: true });
    });
  }
}

interface RunOptions {
  env?: Record<string, string>;
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
}

/** `devices` of `simctl list -j`: lists by runtime. */
function devicesIn(devices: unknown): Simulator[] {
  return Object.entries(asRecord(devices)).flatMap(([runtime, list]) =>
    recordsIn(list).map(({ udid, name, state, isAvailable }) => ({
      udid: String(udid),
      name: String(name),
      state: String(state),
      isAvailable: isAvailable === true,
      runtime,
    })),
  );
}

function runtimesIn(runtimes: unknown): Runtime[] {
  return recordsIn(runtimes)
    .filter(({ isAvailable, name }) => isAvailable === true && String(name).startsWith('iOS'))
    .map(({ identifier, name, version, buildversion, supportedDeviceTypes }) => ({
      identifier: String(identifier),
      name: String(name),
      version: String(version),
      build: String(buildversion),
      iPhones: recordsIn(supportedDeviceTypes)
        .filter(({ productFamily }) => productFamily === 'iPhone')
        .map((type) => ({ identifier: String(type.identifier), name: String(type.name) })),
    }))
    .sort((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }));
}

function recordsIn(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? list.map(asRecord) : [];
}

/** Its devices lie in the home of the user; of the server's environment it gets nothing else. */
function environment(): Record<string, string> {
  return { HOME: homedir(), LANG: 'C.UTF-8', PATH: '/usr/bin:/bin:/usr/sbin:/sbin' };
}
