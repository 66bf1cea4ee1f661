// Android's adb as Moorage uses it: one adb server, which is nobody's own and outlives us, spoken to over its socket, since
// a process for every question would cost more than the question. Only starting that server takes the program.
// https://android.googlesource.com/platform/packages/modules/adb/+/refs/heads/main/SERVICES.TXT

import { execFile } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { findProgram } from './driver-settings.ts';

/** What its server says of a device. Only `device` can be used. */
export type AdbState =
  | 'authorizing'
  | 'bootloader'
  | 'connecting'
  | 'device'
  | 'host'
  | 'no permissions'
  | 'offline'
  | 'recovery'
  | 'rescue'
  | 'sideload'
  | 'unauthorized';

export interface AdbDevice {
  serial: string;
  state: AdbState;
  model?: string;
}

export interface Forward {
  serial: string;
  /** On this machine's loopback. */
  port: number;
  /** Of the device, such as `localabstract:chrome_devtools_remote`. */
  remote: string;
}

export interface AdbOptions {
  adbPath: string;
  /** Where its server listens; 5037 unless given. One of one's own is not in the way of other tools. */
  serverPort?: number;
}

/** A refusal of adb, in its own words. */
export class AdbError extends Error {
  override readonly name = 'AdbError';
  readonly reason: AdbReason;

  constructor(reason: AdbReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
export type AdbReason =
  | 'failed'
  | 'no permissions'
  | 'no server'
  | 'not found'
  | 'offline'
  | 'timeout'
  | 'unauthorized';

const PROGRAMS = [
  'adb',
  '/usr/lib/android-sdk/platform-tools/adb',
  '/opt/android-sdk/platform-tools/adb',
  '/opt/homebrew/share/android-commandlinetools/platform-tools/adb',
];
const USUAL_PORT = 5037;
const ANSWER_MS = 10_000;
/** It answers connects to addresses where nobody is only when its own connect times out. */
const CONNECT_MS = 15_000;
const START_MS = 20_000;
const START_TRIES = 3;

/** Where the program is; its bare name where it is in none of the usual places. */
export async function findAdb(adbPath?: string): Promise<string> {
  return adbPath ?? (await findProgram(PROGRAMS)) ?? 'adb';
}

export class Adb {
  readonly #adbPath: string;
  readonly #port: number;
  #starting: Promise<void> | undefined;

  constructor({ adbPath, serverPort = USUAL_PORT }: AdbOptions) {
    this.#adbPath = adbPath;
    this.#port = serverPort;
  }

  async devices(signal: AbortSignal): Promise<AdbDevice[]> {
    return parseDevices(await this.#ask('host:devices-l', signal));
  }

  /**
   * Calls `onDevices` with what is there, at once and at every change. Resolves when the server has ended.
   * @throws AdbError when it cannot be asked; the reason of `signal`.
   */
  async track(onDevices: (devices: AdbDevice[]) => void, signal: AbortSignal): Promise<void> {
    const stream = await this.#open('host:track-devices-l', signal);
    try {
      for (;;) onDevices(parseDevices(await stream.readText()));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof StreamEnd)) throw error;
    } finally {
      stream.close();
    }
  }

  /** `undefined` for a device that is not there. */
  async getState(serial: string, signal: AbortSignal): Promise<AdbState | undefined> {
    try {
      return (await this.#ask(`host-serial:${serial}:get-state`, signal)) as AdbState; // as its server names them
    } catch (error) {
      if (!(error instanceof AdbError)) throw error;
      if (error.reason === 'offline' || error.reason === 'unauthorized' || error.reason === 'no permissions')
        return error.reason;
      if (error.reason === 'not found') return undefined;
      throw error;
    }
  }

  /** What `command` prints, both outputs together: without a shell protocol nobody tells its exit code. */
  async shell(
    serial: string,
    command: string,
    signal: AbortSignal,
    { timeoutMs = ANSWER_MS }: { timeoutMs?: number } = {},
  ): Promise<string> {
    return this.#callDevice(serial, `shell:${command}`, signal, timeoutMs);
  }

  /** Leads a port of loopback to a Unix socket of the device; resolves with the port, a free one unless given. */
  async forward(serial: string, socketName: string, signal: AbortSignal, port = 0): Promise<number> {
    const service = `host-serial:${serial}:forward:tcp:${port};localabstract:${socketName}`;
    const answer = await this.#order(serial, service, signal, port === 0);
    return port === 0 ? Number(answer) : port;
  }

  /** It may be gone already: forwards go with their device. */
  async removeForward(serial: string, port: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#order(serial, `host-serial:${serial}:killforward:tcp:${port}`, signal, false);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof AdbError) || error.reason === 'timeout') throw error;
    }
  }

  /** Those of all devices, whoever made them. */
  async listForwards(signal: AbortSignal): Promise<Forward[]> {
    const text = await this.#ask('host:list-forward', signal);
    return text.split('\n').flatMap((line) => {
      const [, serial, port, remote] = /^(\S+) tcp:(\d+) (\S+)$/.exec(line.trim()) ?? [];
      return serial === undefined || remote === undefined ? [] : [{ serial, port: Number(port), remote }];
    });
  }

  /**
   * Connects to a device in the network, whose serial is then its address.
   * @throws AdbError when it does not answer.
   */
  async connect(address: string, signal: AbortSignal): Promise<void> {
    // "already connected" is what it says of one that went away too, and leaves it offline.
    await this.disconnect(address, signal);
    const answer = await this.#ask(`host:connect:${address}`, signal, CONNECT_MS);
    if (!/^(already )?connected to /.test(answer)) throw new AdbError('failed', answer.trim());
  }

  /**
   * Has the server take up an emulator as `emulator-<console port>`. It looks for those on ports 5554 to 5585 by itself,
   * now and then; whether it found this one, its state tells.
   */
  async connectEmulator(consolePort: number, signal: AbortSignal): Promise<void> {
    await this.#ask(`host:connect:emu:${consolePort},${consolePort + 1}`, signal, CONNECT_MS);
  }

  /** Does nothing where it is not connected. */
  async disconnect(address: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#ask(`host:disconnect:${address}`, signal);
    } catch (error) {
      if (!(error instanceof AdbError) || error.reason !== 'not found') throw error;
    }
  }

  /** Has the server let go of a device and take it up again; its forwards are gone then. */
  async reconnect(serial: string, signal: AbortSignal): Promise<void> {
    await this.#ask(`host-serial:${serial}:reconnect`, signal);
  }

  /** Resolves when the device has taken the order; it vanishes soon after. */
  async reboot(serial: string, signal: AbortSignal): Promise<void> {
    await this.#callDevice(serial, 'reboot:', signal, ANSWER_MS);
  }

  /**
   * Runs the program itself, for what its server does not do, such as `emu kill`. It may block forever where the other side
   * does not close, hence the deadline. Resolves with what it printed.
   * @throws AdbError with the end of what it said on stderr.
   */
  run(
    args: readonly string[],
    { signal, timeoutMs = ANSWER_MS }: { signal?: AbortSignal; timeoutMs?: number } = {},
  ): Promise<string> {
    const options = {
      cwd: '/',
      timeout: timeoutMs,
      killSignal: 'SIGKILL' as const,
      maxBuffer: 16 * 1024 * 1024,
      ...(signal && { signal }),
    };
    return new Promise((resolve, reject) => {
      execFile(this.#adbPath, ['-P', String(this.#port), ...args], options, (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        if (signal?.aborted) return reject(signal.reason);
        const said = `${stderr}${stdout}`.trim().slice(-500);
        const isLate = error.killed === true;
        const text = isLate
          ? `adb ${args.join(' ')} took longer than ${timeoutMs} ms`
          : said || error.message;
        reject(new AdbError(isLate ? 'timeout' : reasonOf(text), text, { cause: error }));
      });
    });
  }

  /** A question to the server with one text for an answer. */
  async #ask(service: string, signal: AbortSignal, timeoutMs = ANSWER_MS): Promise<string> {
    return this.#within(timeoutMs, signal, service, async (either) => {
      const stream = await this.#open(service, either);
      try {
        return await stream.readText();
      } finally {
        stream.close();
      }
    });
  }

  /** An order about forwards, which is acknowledged twice, and says nothing of a device that is not there. */
  async #order(serial: string, service: string, signal: AbortSignal, hasAnswer: boolean): Promise<string> {
    try {
      return await this.#within(ANSWER_MS, signal, service, async (either) => {
        const stream = await this.#open(service, either);
        try {
          await stream.readStatus();
          return hasAnswer ? await stream.readText() : '';
        } finally {
          stream.close();
        }
      });
    } catch (error) {
      if (!(error instanceof AdbError) || error.message !== '') throw error;
      await this.#ask(`host-serial:${serial}:get-state`, signal);
      throw new AdbError('failed', `adb refuses ${service} and does not say why`);
    }
  }

  /** Talks to a service of a device until that is done. */
  async #callDevice(
    serial: string,
    service: string,
    signal: AbortSignal,
    timeoutMs: number,
  ): Promise<string> {
    return this.#within(timeoutMs, signal, service.slice(0, 80), async (either) => {
      const stream = await this.#open(`host:transport:${serial}`, either);
      try {
        stream.write(service);
        await stream.readStatus();
        return (await stream.readRest()).toString('utf8');
      } finally {
        stream.close();
      }
    });
  }

  /** Its server is started where there is none. */
  async #open(service: string, signal: AbortSignal): Promise<AdbStream> {
    const stream = await this.#connect(signal);
    try {
      stream.write(service);
      await stream.readStatus();
      return stream;
    } catch (error) {
      stream.close();
      throw error;
    }
  }

  async #connect(signal: AbortSignal): Promise<AdbStream> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await AdbStream.open(this.#port, signal);
      } catch (error) {
        if (!(error instanceof Error) || !('code' in error) || error.code !== 'ECONNREFUSED') throw error;
      }
      try {
        await this.#startServer();
      } catch (error) {
        // Another program may have been faster with it.
        if (tries === START_TRIES) throw error;
      }
      signal.throwIfAborted();
    }
  }

  #startServer(): Promise<void> {
    // Without a signal of whoever happens to be first: others wait for it too.
    this.#starting ??= this.run(['start-server'], { timeoutMs: START_MS })
      .then(
        () => {},
        (error: Error) => {
          throw new AdbError('no server', `the adb server does not start: ${error.message}`, {
            cause: error,
          });
        },
      )
      .finally(() => {
        this.#starting = undefined;
      });
    return this.#starting;
  }

  async #within<T>(
    timeoutMs: number,
    signal: AbortSignal,
    what: string,
    act: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      return await act(AbortSignal.any([signal, deadline]));
    } catch (error) {
      signal.throwIfAborted();
      if (deadline.aborted)
        throw new AdbError('timeout', `adb did not answer ${what} within ${timeoutMs} ms`);
      if (error instanceof StreamEnd) throw new AdbError('failed', `adb hung up on ${what}`);
      throw error;
    }
  }
}

/** The other side closed before it had said all. */
class StreamEnd extends Error {}

/** A connection to the adb server: requests go with their length in front, and so do most answers. */
class AdbStream {
  readonly #socket: Socket;
  readonly #signal: AbortSignal;
  readonly #giveUp: () => void;
  #received: Buffer = Buffer.alloc(0);
  #hasEnded = false;
  #wake: () => void = () => {};

  static async open(port: number, signal: AbortSignal): Promise<AdbStream> {
    signal.throwIfAborted();
    const socket = connect(port, '127.0.0.1');
    const stream = new AdbStream(socket, signal);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
      socket.once('close', () => reject(signal.aborted ? signal.reason : new StreamEnd()));
    });
    return stream;
  }

  private constructor(socket: Socket, signal: AbortSignal) {
    this.#socket = socket;
    this.#signal = signal;
    this.#giveUp = () => socket.destroy();
    signal.addEventListener('abort', this.#giveUp, { once: true });
    socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    socket.on('error', () => {}); // 'close' follows
    socket.once('close', () => {
      signal.removeEventListener('abort', this.#giveUp);
      this.#hasEnded = true;
      this.#wake();
    });
  }

  write(service: string): void {
    const length = Buffer.byteLength(service).toString(16).padStart(4, '0');
    this.#socket.write(`${length}${service}`);
  }

  /** @throws AdbError for a refusal. */
  async readStatus(): Promise<void> {
    const status = await this.#read(4);
    if (status === 'OKAY') return;
    const text = status === 'FAIL' ? await this.readText() : `it does not answer as adb but: ${status}`;
    throw new AdbError(reasonOf(text), text.trim());
  }

  async readText(): Promise<string> {
    return this.#read(Number.parseInt(await this.#read(4), 16) || 0);
  }

  /** Everything until the other side closes. */
  async readRest(): Promise<Buffer> {
    while (!this.#hasEnded) await this.#more();
    this.#signal.throwIfAborted();
    return this.#received;
  }

  close(): void {
    this.#socket.destroy();
  }

  async #read(length: number): Promise<string> {
    while (this.#received.length < length) {
      this.#signal.throwIfAborted();
      if (this.#hasEnded) throw new StreamEnd();
      await this.#more();
    }
    const text = this.#received.toString('utf8', 0, length);
    this.#received = this.#received.subarray(length);
    return text;
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** The words are those of its sources (`transport.cpp`); "not authorized" and the like have links behind them. */
function reasonOf(text: string): AdbReason {
  if (/not found|no such device|no devices/.test(text)) return 'not found';
  if (/unauthorized|still authorizing/.test(text)) return 'unauthorized';
  if (/offline|still connecting/.test(text)) return 'offline';
  if (/permission/.test(text)) return 'no permissions';
  return 'failed';
}

const STATES =
  'authorizing|bootloader|connecting|device|host|no permissions|offline|recovery|rescue|sideload|unauthorized';
const DEVICE_LINE = new RegExp(`^(.+?)\\s+(${STATES})(?=\\s|;|$)(.*)$`);

/** Lines such as `R58M30XXXX device usb:1-1 product:beyond1 model:SM_G973F device:beyond1 transport_id:3`. */
export function parseDevices(text: string): AdbDevice[] {
  return text.split('\n').flatMap((line) => {
    const [, serial, state, rest = ''] = DEVICE_LINE.exec(line.trim()) ?? [];
    if (serial === undefined) return [];
    const model = /\bmodel:(\S+)/.exec(rest)?.[1]?.replaceAll('_', ' ');
    // The pattern admits only these.
    return [{ serial, state: state as AdbState, ...(model !== undefined && { model }) }];
  });
}

/** Whether what failed is the device, and not we or the adb server. */
export function isDeviceError(error: unknown): boolean {
  return (
    error instanceof AdbError &&
    ['no permissions', 'not found', 'offline', 'unauthorized'].includes(error.reason)
  );
}
