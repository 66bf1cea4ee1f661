// Android's adb as Moorage uses it: one adb server, which is nobody's own and outlives us, spoken to over its socket, since
// a process for every question would cost more than the question. Only starting that server takes the program.
// https://android.googlesource.com/platform/packages/modules/adb/+/refs/heads/main/SERVICES.TXT

import { execFile } from 'node:child_process';
import { type AdbDevice, type AdbState, parseDevices } from './adb-device.ts';
import { AdbError, reasonOf } from './adb-error.ts';
import { AdbStream, StreamEnd } from './adb-stream.ts';
import { findProgram } from './driver-settings.ts';
import { unlessAborted } from './waiting.ts';

export interface Forward {
  /** Its number, be it the only one that has it or not. */
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
  /** How long it and a device may take to answer; 10 s unless given. */
  answerMs?: number;
}

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
/** What a shell says when it has said all. */
const WHOLE = '__moorage_whole__';

/** Where the program is; its bare name where it is in none of the usual places. */
export async function findAdb(adbPath?: string): Promise<string> {
  return adbPath ?? (await findProgram(PROGRAMS)) ?? 'adb';
}

export class Adb {
  readonly #adbPath: string;
  readonly #port: number;
  readonly #answerMs: number;
  #starting: Promise<void> | undefined;

  constructor({ adbPath, serverPort = USUAL_PORT, answerMs = ANSWER_MS }: AdbOptions) {
    this.#adbPath = adbPath;
    this.#port = serverPort;
    this.#answerMs = answerMs;
  }

  async devices(signal: AbortSignal): Promise<AdbDevice[]> {
    return parseDevices(await this.#ask('host:devices-l', signal));
  }

  /**
   * Calls `onDevices` with what is there, at once and at every change. Resolves when the server has ended.
   * @throws AdbError when it cannot be asked, or does not say what is there now; the reason of `signal`.
   */
  async track(onDevices: (devices: AdbDevice[]) => void, signal: AbortSignal): Promise<void> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), this.#answerMs);
    let stream: AdbStream | undefined;
    try {
      stream = await this.#open('host:track-devices-l', AbortSignal.any([signal, late.signal]));
      for (;;) {
        const list = await stream.readText();
        clearTimeout(timer); // from now on it says nothing until something changes
        onDevices(parseDevices(list));
      }
    } catch (error) {
      signal.throwIfAborted();
      if (late.signal.aborted)
        throw new AdbError('timeout', `adb did not list its devices within ${this.#answerMs} ms`);
      if (!(error instanceof StreamEnd)) throw error;
    } finally {
      clearTimeout(timer);
      stream?.close();
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

  /**
   * What `command` prints, both outputs together: without a shell protocol nobody tells its exit code.
   * @throws AdbError also where the device goes in the middle of its answer.
   */
  async shell(
    serial: string,
    command: string,
    signal: AbortSignal,
    { timeoutMs = this.#answerMs }: { timeoutMs?: number } = {},
  ): Promise<string> {
    // An answer ends as one that is cut off does: by the end of the stream.
    const said = await this.#callDevice(serial, `shell:${command}; echo ${WHOLE}`, signal, timeoutMs);
    const [text = '', complaints] = said.split(WHOLE);
    // What a command complains of may come last.
    if (complaints !== undefined) return text + complaints.trimStart();
    throw new AdbError('offline', `${serial} went away in the middle of its answer`);
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
    await this.#callDevice(serial, 'reboot:', signal, this.#answerMs);
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
  async #ask(service: string, signal: AbortSignal, timeoutMs = this.#answerMs): Promise<string> {
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
      return await this.#within(this.#answerMs, signal, service, async (either) => {
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
        await unlessAborted(this.#startServer(), signal);
      } catch (error) {
        signal.throwIfAborted();
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
