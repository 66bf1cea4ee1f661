// What is plugged in, live: the list that the adb server sends at every change, and devices in the network, to which it is
// told to connect again and again. It lasts as long as we do, whatever becomes of the adb server.

import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import type { Adb } from './adb.ts';
import type { AdbDevice, AdbState } from './adb-device.ts';
import { waitUntil } from './waiting.ts';

export interface AdbDevicesOptions {
  adb: Adb;
  /** Devices in the network: `192.168.1.20:5555`. */
  addresses: readonly string[];
  clock: Clock;
  log: Log;
  onChange: () => void;
}

const FIRST_LOOK_MS = 5000;
const LISTED_MS = 2000;
const REFRESH_MS = 1000;
const RETRY_MIN_MS = 250;
const RETRY_MAX_MS = 30_000;
/** Nobody tells that a phone in the network is back: what comes between two tries is how long it may stand idle. */
const RECONNECT_MAX_MS = 5000;
/** Connecting again would ask the person in front of it again, or disturb what is under way. */
const LEFT_ALONE: readonly (AdbState | undefined)[] = ['authorizing', 'connecting', 'device', 'unauthorized'];

interface Address {
  name: string;
  isConnecting: boolean;
  /** Why the latest try failed. */
  failure: string | undefined;
  retryMs: number;
  retryAt: number;
}

export class AdbDevices {
  readonly #options: AdbDevicesOptions;
  readonly #addresses: readonly Address[];
  readonly #closing = new AbortController();
  #devices: readonly AdbDevice[] = [];
  #failure: string | undefined;
  #refreshAt = 0;
  #hasLooked: () => void = () => {};
  #stopRetrying: () => void = () => {};

  /** Resolves when it is known what there is, or after a few seconds. */
  static async open(options: AdbDevicesOptions): Promise<AdbDevices> {
    const devices = new AdbDevices(options);
    const looked = new Promise<void>((resolve) => {
      devices.#hasLooked = resolve;
    });
    const inTime = new Promise<void>((resolve) => {
      setTimeout(resolve, FIRST_LOOK_MS).unref();
    });
    void devices.#track();
    devices.#stopRetrying = options.clock.every(RETRY_MIN_MS, () => devices.#retry());
    await Promise.race([looked.then(() => devices.#connectAll()), inTime]);
    return devices;
  }

  private constructor(options: AdbDevicesOptions) {
    this.#options = options;
    this.#addresses = options.addresses.map((name) => ({
      name,
      isConnecting: false,
      failure: undefined,
      retryMs: RETRY_MIN_MS,
      retryAt: 0,
    }));
  }

  list(): readonly AdbDevice[] {
    return this.#devices;
  }

  find(serial: string): AdbDevice | undefined {
    return this.#devices.find((device) => device.serial === serial);
  }

  /** Why the adb server does not answer, while that is so. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Why there is no connection to an address. */
  failureOf(address: string): string | undefined {
    return this.#addresses.find(({ name }) => name === address)?.failure;
  }

  /** Lets go of a device and takes it up again. @throws AdbError */
  async reconnect(serial: string, signal: AbortSignal): Promise<void> {
    const { adb } = this.#options;
    if (this.#addresses.some(({ name }) => name === serial)) await adb.connect(serial, signal);
    else await adb.reconnect(serial, signal);
  }

  close(): void {
    this.#closing.abort();
    this.#stopRetrying();
  }

  /** The adb server ends when somebody ends it, as other tools do: then there is another one soon. */
  async #track(): Promise<void> {
    const { signal } = this.#closing;
    const { adb, clock, log } = this.#options;
    let pauseMs = RETRY_MIN_MS;
    while (!signal.aborted) {
      try {
        await adb.track((devices) => {
          pauseMs = RETRY_MIN_MS;
          this.#see(devices, undefined);
        }, signal);
        this.#see([], 'it has ended');
      } catch (error) {
        if (signal.aborted) return;
        const failure = error instanceof Error ? error.message : String(error);
        this.#see([], failure);
        log.warn({ event: 'adb.lost', failure });
      }
      await new Promise<void>((resolve) => clock.after(pauseMs, resolve));
      pauseMs = Math.min(2 * pauseMs, RETRY_MAX_MS);
    }
  }

  #see(devices: readonly AdbDevice[], failure: string | undefined): void {
    this.#devices = devices;
    this.#failure = failure;
    this.#hasLooked();
    this.#options.onChange();
  }

  #retry(): void {
    const now = this.#options.clock.monotonic();
    if (now >= this.#refreshAt && this.#failure === undefined) {
      this.#refreshAt = now + REFRESH_MS;
      void this.#refresh();
    }
    const due = this.#addresses.filter(({ name, isConnecting, retryAt }) => {
      return !isConnecting && now >= retryAt && !LEFT_ALONE.includes(this.find(name)?.state);
    });
    for (const address of due) void this.#connect(address);
  }

  /** Not every change is sent: not that one on Wi-Fi falls silent, nor that an offline one turns out to be unauthorized. */
  async #refresh(): Promise<void> {
    try {
      const devices = await this.#options.adb.devices(this.#closing.signal);
      if (JSON.stringify(devices) !== JSON.stringify(this.#devices)) this.#see(devices, undefined);
    } catch {
      // what follows the list says why
    }
  }

  async #connectAll(): Promise<void> {
    await Promise.all(this.#addresses.map((address) => this.#connect(address)));
  }

  async #connect(address: Address): Promise<void> {
    const { adb, clock, onChange } = this.#options;
    if (address.isConnecting) return;
    if (LEFT_ALONE.includes(this.find(address.name)?.state)) return;
    address.isConnecting = true;
    try {
      await adb.connect(address.name, this.#closing.signal);
      // It is connected a moment before it is listed so.
      const isListed = () => this.find(address.name)?.state === 'device';
      await waitUntil(isListed, { everyMs: 10, timeoutMs: LISTED_MS, signal: this.#closing.signal });
      address.failure = undefined;
      address.retryMs = RETRY_MIN_MS;
    } catch (error) {
      address.failure = error instanceof Error ? error.message : String(error);
      address.retryMs = Math.min(2 * address.retryMs, RECONNECT_MAX_MS);
    } finally {
      address.isConnecting = false;
      address.retryAt = clock.monotonic() + address.retryMs;
      if (!this.#closing.signal.aborted) onChange();
    }
  }
}
