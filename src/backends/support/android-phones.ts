// The phones of a backend: which there are, which of them can be had now and what keeps the others from it, whose turn it is,
// and what is done about one on which sessions do not start.

import type { Clock } from '../../clock.ts';
import { asProblem, problem } from '../../errors.ts';
import type { SessionId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import { identify } from '../../process-identity.ts';
import type { Need } from '../../protocol/devices.ts';
import type { Device } from '../backend.ts';
import type { Adb, AdbDevice } from './adb.ts';
import { AdbDevices } from './adb-devices.ts';
import {
  checkPhone,
  isBooted,
  keepAwake,
  needOfState,
  type PhoneGates,
  type PhoneIdentity,
  readPhone,
} from './android-phone.ts';
import { findHostLock, type HostLock, takeHostLock } from './host-lock.ts';
import { HostSlot } from './host-slot.ts';
import { waitUntil } from './waiting.ts';

export interface AndroidPhonesOptions extends PhoneGates {
  adb: Adb;
  addresses: readonly string[];
  /** Only these, and the addresses; whatever is plugged in where there are none. */
  serials: readonly string[] | undefined;
  keepsAwake: boolean;
  reboots: boolean;
  checkMs: number;
  quarantineMs: number;
  hostLocks: string;
  /** For other servers of this machine: who has it. */
  purpose: string;
  clock: Clock;
  log: Log;
  onChange: () => void;
  /** A phone has come and nobody has it: what an earlier session left on it can be removed. */
  onReady: (serial: string) => Promise<void>;
}

/** One that a session has. */
export interface TakenPhone {
  serial: string;
  /**
   * `failed` where the session could not be started or ended on it, through no fault of the request; `unused` where
   * that was not found out. Idempotent.
   */
  giveBack(how: 'failed' | 'fine' | 'unused'): Promise<void>;
}

interface Phone {
  serial: string;
  identity: PhoneIdentity | undefined;
  /** As adb said when it was last looked at; undefined when it is away. */
  state: AdbDevice['state'] | undefined;
  model: string | undefined;
  /** Since it came, and after a reboot. */
  isPrepared: boolean;
  /** How much is being done to it now, such as a repair and a sweep at its end. */
  tasks: number;
  needs: Need[];
  slot: HostSlot | undefined;
  sessionId: SessionId | undefined;
  /** In a row. */
  failures: number;
  quarantinedUntil: number;
  look: Promise<void> | undefined;
  lastTakenAt: number;
}

const SLOT_LOOK_MS = 1000;
const PRESENCE_MS = 5000;
const PRESENCE_POLL_MS = 50;
const LOOK_MS = 30_000;
const RECONNECT_MS = 20_000;
const BOOT_MS = 180_000;
const SHUTDOWN_MS = 30_000;
const BOOT_POLL_MS = 500;
const MAX_QUARANTINE_MS = 60 * 60 * 1000;

export class AndroidPhones {
  readonly #options: AndroidPhonesOptions;
  readonly #phones = new Map<string, Phone>();
  readonly #closing = new AbortController();
  readonly #stops: Array<() => void> = [];
  #adbDevices: AdbDevices | undefined;
  #announced = '';

  /** Resolves when those that are there were looked at, or after some seconds. */
  static async open(options: AndroidPhonesOptions): Promise<AndroidPhones> {
    const phones = new AndroidPhones(options);
    const { adb, addresses, clock, log, checkMs } = options;
    phones.#adbDevices = await AdbDevices.open({
      adb,
      addresses,
      clock,
      log,
      onChange: () => phones.#notice(),
    });
    phones.#notice();
    phones.#stops.push(
      () => phones.#adbDevices?.close(),
      clock.every(checkMs, () => phones.#lookAtAll()),
      clock.every(SLOT_LOOK_MS, () => void phones.#lookAtSlots()),
    );
    const looks = [...phones.#phones.values()].map(({ look }) => look);
    const inTime = new Promise<void>((resolve) => {
      phones.#stops.push(clock.after(PRESENCE_MS, resolve));
    });
    await Promise.race([Promise.all(looks), inTime]);
    return phones;
  }

  private constructor(options: AndroidPhonesOptions) {
    this.#options = options;
  }

  /** Those that can be had or that a session of ours has. */
  get capacity(): number {
    return this.#all().filter((phone) => phone.sessionId !== undefined || this.#isFree(phone)).length;
  }

  /** Why the adb server does not answer, while that is so. */
  get failure(): string | undefined {
    return this.#adbDevices?.failure;
  }

  devices(): Device[] {
    const listed = this.#all().map((phone) => this.#describe(phone));
    const { addresses, serials = [] } = this.#options;
    const missing = [...new Set([...serials, ...addresses])].filter((serial) => !this.#phones.has(serial));
    return [...listed, ...missing.map((serial) => this.#describeMissing(serial))];
  }

  /**
   * The phone that has rested longest, locked for us on this machine; `undefined` where none can be had.
   * @throws the reason of `signal`.
   */
  async take(sessionId: SessionId, signal: AbortSignal): Promise<TakenPhone | undefined> {
    for (;;) {
      signal.throwIfAborted();
      const [phone] = this.#all()
        .filter((each) => this.#isFree(each))
        .sort((a, b) => a.lastTakenAt - b.lastTakenAt);
      if (!phone?.slot) return undefined;
      phone.sessionId = sessionId;
      phone.lastTakenAt = this.#options.clock.monotonic();
      const taken = await this.#lock(phone, phone.slot, sessionId);
      try {
        // It may have locked itself, or become hot, since it was last looked at.
        if (taken) await this.#look(phone);
        signal.throwIfAborted();
        if (taken && phone.state === 'device' && phone.isPrepared && phone.needs.length === 0) return taken;
        await taken?.giveBack('unused');
      } catch (error) {
        await taken?.giveBack('unused');
        throw error;
      } finally {
        this.#changed();
      }
    }
  }

  /** The phone of a session that an earlier server started, once it is there; `undefined` where somebody else has it. */
  async adopt(serial: string, sessionId: SessionId): Promise<TakenPhone | undefined> {
    const find = () => {
      const found = this.#phones.get(serial);
      return found?.state === 'device' && found.slot ? found : undefined;
    };
    const phone = await waitUntil(find, { everyMs: PRESENCE_POLL_MS, timeoutMs: PRESENCE_MS });
    await phone?.look; // which may have the lock in our name for a moment
    if (!phone?.slot || phone.sessionId !== undefined) return undefined;
    phone.sessionId = sessionId;
    try {
      const lock = await this.#takeAgain(phone, phone.slot);
      this.#changed();
      return this.#taken(phone, sessionId, lock);
    } catch {
      phone.sessionId = undefined;
      return undefined;
    }
  }

  /** Resolves when none is being looked at any more, nor locked for that. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const stop of this.#stops) stop();
    await Promise.all([...this.#phones.values()].map(({ look }) => look));
  }

  /**
   * Does `act` to a phone that is there while nobody else of this machine has it; false where another server does.
   * @throws what `act` does.
   */
  async tidy(serial: string, act: () => Promise<void>): Promise<boolean> {
    const phone = this.#phones.get(serial);
    const { hostLocks, purpose } = this.#options;
    const lock = await takeHostLock(hostLocks, lockOf(phone?.identity, serial), purpose);
    // Our own: it is in its last moments, or a server that runs no more left it to us.
    if ('heldBy' in lock && lock.heldBy.pid !== process.pid) return false;
    if (phone) phone.tasks += 1;
    try {
      await act();
      return true;
    } finally {
      if (!('heldBy' in lock)) await lock.release();
      if (phone) phone.tasks -= 1;
      this.#changed();
    }
  }

  /** `undefined` where another server was faster. */
  async #lock(phone: Phone, slot: HostSlot, sessionId: SessionId): Promise<TakenPhone | undefined> {
    try {
      return this.#taken(phone, sessionId, await slot.take(this.#options.purpose));
    } catch (error) {
      phone.sessionId = undefined;
      if (asProblem(error)?.code !== 'no-capacity') throw error;
      return undefined;
    }
  }

  /** A server that took over from one of the same process, as in tests, finds the lock its own. */
  async #takeAgain({ identity, serial }: Phone, slot: HostSlot): Promise<HostLock> {
    const self = await identify(process.pid);
    const kept = self && (await findHostLock(this.#options.hostLocks, lockOf(identity, serial), self));
    return kept ?? slot.take(this.#options.purpose);
  }

  #taken(phone: Phone, sessionId: SessionId, lock: HostLock): TakenPhone {
    let isOver = false;
    return {
      serial: phone.serial,
      giveBack: async (how) => {
        if (isOver) return;
        isOver = true;
        if (phone.sessionId === sessionId) await this.#leave(phone, lock);
        if (how === 'fine') phone.failures = 0;
        if (how === 'failed') this.#repair(phone);
        this.#changed();
      },
    };
  }

  async #leave(phone: Phone, lock: HostLock): Promise<void> {
    await lock.release();
    phone.sessionId = undefined;
    await phone.slot?.look();
    this.#forgetAbsent();
  }

  #all(): Phone[] {
    return [...this.#phones.values()].filter((phone) => this.#isOurs(phone));
  }

  /** Emulators are phones to adb, and have a backend of their own. */
  #isOurs({ serial, identity }: Phone): boolean {
    return this.#isNamed(serial) || (this.#options.serials === undefined && identity?.isEmulator !== true);
  }

  #isNamed(serial: string): boolean {
    const { addresses, serials = [] } = this.#options;
    return serials.includes(serial) || addresses.includes(serial);
  }

  #isFree(phone: Phone): boolean {
    return this.#stateOf(phone) === 'free';
  }

  #stateOf(phone: Phone): Device['state'] {
    const { sessionId, slot, isPrepared, tasks, needs, state } = phone;
    if (sessionId !== undefined || slot?.heldElsewhere) return 'in-use';
    if (this.#options.clock.monotonic() < phone.quarantinedUntil) return 'quarantined';
    if (state === 'connecting' || state === 'authorizing' || tasks > 0) return 'preparing';
    if (state !== 'device' || needs.length > 0) return 'unusable';
    return isPrepared ? 'free' : 'preparing';
  }

  #describe(phone: Phone): Device {
    const { serial, identity, model = identity?.model, sessionId, slot } = phone;
    const state = this.#stateOf(phone);
    const holder = slot?.heldElsewhere;
    const needs = [
      ...(holder ? [heldElsewhere(holder.pid)] : []),
      ...(state === 'quarantined' ? [this.#quarantineNeed(phone)] : []),
      ...(phone.state !== undefined && phone.state !== 'device' ? [needOfState(phone.state, serial)] : []),
      ...(phone.state === undefined ? [UNPLUGGED] : []),
      ...phone.needs,
    ];
    return {
      id: serial,
      platform: 'android',
      type: 'phone',
      ...(model !== undefined && { model: identity?.model || model }),
      ...(identity?.osVersion && { osVersion: identity.osVersion }),
      state,
      ...(sessionId !== undefined && { sessionId }),
      needs,
    };
  }

  #describeMissing(serial: string): Device {
    const failure = this.#adbDevices?.failureOf(serial);
    const need =
      failure === undefined
        ? UNPLUGGED
        : {
            problem: `adb cannot connect to it: ${failure}.`,
            fix: 'See that it is in this network and that wireless debugging is on: over USB, `adb tcpip 5555`.',
          };
    return { id: serial, platform: 'android', type: 'phone', state: 'unusable', needs: [need] };
  }

  #quarantineNeed({ failures, quarantinedUntil }: Phone): Need {
    const seconds = Math.ceil((quarantinedUntil - this.#options.clock.monotonic()) / 1000);
    return {
      problem: `Sessions failed on it ${failures} times in a row; it is left alone for ${seconds} s more.`,
      fix: 'Look at its screen, reboot it, see whether Chrome starts there by hand; the log says how sessions failed.',
    };
  }

  /** What adb lists changed. */
  #notice(): void {
    const listed = this.#adbDevices?.list() ?? [];
    for (const { serial, state, model } of listed) {
      if (/^emulator-\d+$/.test(serial) && !this.#isNamed(serial)) continue;
      if (this.#options.serials !== undefined && !this.#isNamed(serial)) continue;
      const phone = this.#phones.get(serial) ?? newPhone(serial);
      this.#phones.set(serial, phone);
      const hasCome = state === 'device' && phone.state !== 'device';
      if (state !== 'device') {
        phone.isPrepared = false;
        phone.needs = []; // what it is in says it all
      }
      phone.state = state;
      phone.model = model ?? phone.model;
      if (hasCome) void this.#look(phone);
    }
    for (const phone of this.#phones.values()) {
      if (listed.some(({ serial }) => serial === phone.serial)) continue;
      phone.state = undefined;
      phone.isPrepared = false;
      phone.needs = [];
    }
    this.#forgetAbsent();
    this.#changed();
  }

  /** One that goes away is remembered for as long as something is still to become of it. */
  #forgetAbsent(): void {
    const now = this.#options.clock.monotonic();
    for (const [serial, { state, sessionId, tasks, quarantinedUntil }] of [...this.#phones]) {
      const isKept = sessionId !== undefined || tasks > 0 || now < quarantinedUntil;
      if (state === undefined && !isKept) this.#phones.delete(serial);
    }
  }

  #lookAtAll(): void {
    for (const phone of this.#phones.values()) if (phone.state === 'device') void this.#look(phone);
    // A quarantine may be over.
    this.#forgetAbsent();
    this.#changed();
  }

  async #lookAtSlots(): Promise<void> {
    await Promise.all([...this.#phones.values()].map(({ slot }) => slot?.look()));
    if (!this.#closing.signal.aborted) this.#changed();
  }

  /** Prepares it where that was not done since it came, and sees what keeps it from being used. Never rejects. */
  #look(phone: Phone): Promise<void> {
    phone.look ??= this.#inspect(phone).finally(() => {
      phone.look = undefined;
      this.#changed();
    });
    return phone.look;
  }

  async #inspect(phone: Phone): Promise<void> {
    const { adb, keepsAwake, log } = this.#options;
    const { serial } = phone;
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(LOOK_MS)]);
    try {
      if (!phone.identity || !phone.isPrepared) {
        phone.identity = await readPhone(adb, serial, signal);
        phone.slot ??= this.#slotOf(phone, phone.identity);
        await phone.slot.look();
      }
      if (!this.#isOurs(phone)) return;
      const check = await checkPhone(adb, serial, this.#options, signal);
      if (check.isBooting) {
        phone.isPrepared = false;
        return;
      }
      phone.needs = check.needs;
      if (phone.isPrepared) return;
      if (keepsAwake) await keepAwake(adb, serial, signal);
      if (phone.sessionId === undefined && !phone.slot?.heldElsewhere) {
        await this.tidy(serial, () => this.#options.onReady(serial));
      }
      phone.isPrepared = phone.state === 'device';
    } catch (error) {
      if (this.#closing.signal.aborted || phone.state !== 'device') return;
      const seen = error instanceof Error ? error.message : String(error);
      phone.needs = [
        {
          problem: `It does not answer: ${seen}.`,
          fix: `Run \`adb -s ${serial} reboot\`, or hold its power button.`,
        },
      ];
      log.warn({ event: 'phone.silent', serial, err: error });
    }
  }

  #slotOf(phone: Phone, identity: PhoneIdentity): HostSlot {
    const name = lockOf(identity, phone.serial);
    return new HostSlot(this.#options.hostLocks, name, () => phone.sessionId !== undefined);
  }

  /**
   * A session could not be started, restart of Chrome included. What is done is more each time in a row: adb lets go of the
   * phone and takes it up again, the phone reboots where that is allowed, it is left alone for longer and longer.
   */
  #repair(phone: Phone): void {
    const { clock, log, reboots, quarantineMs } = this.#options;
    phone.failures += 1;
    const rungs = reboots ? (['reconnect', 'reboot'] as const) : (['reconnect'] as const);
    const rung = rungs[phone.failures - 1];
    log.warn({
      event: 'phone.failed',
      serial: phone.serial,
      failures: phone.failures,
      next: rung ?? 'quarantine',
    });
    if (rung === undefined) {
      const restMs = Math.min(quarantineMs * 2 ** (phone.failures - rungs.length - 1), MAX_QUARANTINE_MS);
      phone.quarantinedUntil = clock.monotonic() + restMs;
      return;
    }
    phone.tasks += 1;
    void this.#climb(phone, rung)
      .catch((error: unknown) => {
        log.warn({ event: 'phone.repair-failed', serial: phone.serial, repair: rung, err: error });
      })
      .finally(() => {
        phone.tasks -= 1;
        this.#changed();
      });
  }

  async #climb(phone: Phone, rung: 'reboot' | 'reconnect'): Promise<void> {
    const { adb } = this.#options;
    const { serial } = phone;
    const timeoutMs = rung === 'reboot' ? BOOT_MS : RECONNECT_MS;
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(timeoutMs)]);
    phone.isPrepared = false;
    if (rung === 'reboot') {
      await adb.reboot(serial, signal);
      // For some seconds it answers as ever, as if it were back already.
      const hasGone = async () =>
        phone.state !== 'device' || !(await isBooted(adb, serial, signal).catch(() => false));
      await waitUntil(hasGone, { everyMs: BOOT_POLL_MS, timeoutMs: SHUTDOWN_MS, signal });
    } else await this.#adbDevices?.reconnect(serial, signal);
    const isBack = async () => {
      if (phone.state !== 'device') return false;
      await this.#look(phone);
      return phone.isPrepared;
    };
    await waitUntil(isBack, { everyMs: BOOT_POLL_MS, timeoutMs, signal });
  }

  #changed(): void {
    // Seconds of a quarantine go by without that being news.
    const now = JSON.stringify(this.devices().map(({ needs, ...device }) => [device, needs.length]));
    if (now === this.#announced || this.#closing.signal.aborted) return;
    this.#announced = now;
    this.#options.onChange();
  }
}

function newPhone(serial: string): Phone {
  return {
    serial,
    identity: undefined,
    state: undefined,
    model: undefined,
    isPrepared: false,
    tasks: 0,
    needs: [],
    slot: undefined,
    sessionId: undefined,
    failures: 0,
    quarantinedUntil: 0,
    look: undefined,
    lastTakenAt: 0,
  };
}

function lockOf(identity: PhoneIdentity | undefined, serial: string): string {
  return `android-${identity?.hardwareSerial ?? serial}`;
}

const UNPLUGGED: Need = {
  problem: 'It is not plugged in.',
  fix: 'Plug it in, with USB debugging on: Settings, Developer options; `adb devices -l` shows what adb sees.',
};

function heldElsewhere(pid: number): Need {
  return {
    problem: `Another server of this machine uses it (process ${pid}).`,
    fix: 'Nothing: it is free again when the session there ends.',
  };
}

/** What to do where no phone can be had. */
export function noPhone(name: string, devices: readonly Device[]) {
  const seen = devices.map(
    ({ id, state, needs: [need] }) => `${id} is ${state}${need ? `: ${need.problem}` : '.'}`,
  );
  return problem('no-capacity', {
    detail: `Backend ${name} has no phone free. ${seen.join(' ') || UNPLUGGED.fix}`,
    retryAfterSeconds: 10,
  });
}
