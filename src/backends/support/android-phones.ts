// The phones of a backend: which there are, which of them can be had now and what keeps the others from it, whose turn it is,
// and what is done about one on which sessions do not start.

import type { Clock } from '../../clock.ts';
import { asProblem, type Problem } from '../../errors.ts';
import type { SessionId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import { identify } from '../../process-identity.ts';
import type { Need } from '../../protocol/devices.ts';
import type { Device } from '../backend.ts';
import type { Adb } from './adb.ts';
import type { AdbDevice } from './adb-device.ts';
import { AdbDevices } from './adb-devices.ts';
import {
  checkPhone,
  keepAwake,
  needOfState,
  type PhoneGates,
  type PhoneIdentity,
  readPhone,
} from './android-phone.ts';
import { type RepairedPhone, type Rung, repairPhone } from './android-repair.ts';
import { findHostLock, type HostLock, takeHostLock } from './host-lock.ts';
import { HostSlot } from './host-slot.ts';
import { PhonePool, type PooledPhone } from './phone-pool.ts';
import { RepairLadder } from './repair-ladder.ts';
import { abortAfter, unlessAborted, waitUntil } from './waiting.ts';

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
  /** A phone has come and nobody has it: what an earlier session left on it can be removed. `signal` aborts when it goes. */
  onReady: (serial: string, signal: AbortSignal) => Promise<void>;
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

interface Phone extends PooledPhone {
  /** The number that others have too, where the id is only its place on the bus. */
  sharedSerial: string | undefined;
  identity: PhoneIdentity | undefined;
  /** As adb said when it was last looked at; undefined when it is away. */
  state: AdbDevice['state'] | undefined;
  model: string | undefined;
  ladder: RepairLadder<Rung>;
  look: Look | undefined;
}

/** One look at a phone, which is of no use any more when that went away meanwhile. */
interface Look {
  /** Never rejects. */
  settled: Promise<void>;
  over: AbortController;
}

const SLOT_LOOK_MS = 1000;
const PRESENCE_MS = 5000;
const PRESENCE_POLL_MS = 50;
const LOOK_MS = 30_000;
const LONGEST_REST_MS = 60 * 60 * 1000;

export class AndroidPhones {
  readonly #options: AndroidPhonesOptions;
  readonly #pool: PhonePool<Phone>;
  readonly #closing = new AbortController();
  readonly #stops: Array<() => void> = [];
  #adbDevices: AdbDevices | undefined;

  /** Resolves when those that are there were looked at, or after some seconds. */
  static async open(options: AndroidPhonesOptions): Promise<AndroidPhones> {
    const phones = new AndroidPhones(options);
    const { adb, addresses, clock, log, checkMs } = options;
    const onChange = () => phones.#notice();
    phones.#adbDevices = await AdbDevices.open({ adb, addresses, clock, log, onChange });
    phones.#notice();
    phones.#stops.push(
      () => phones.#adbDevices?.close(),
      clock.every(checkMs, () => phones.#lookAtAll()),
      clock.every(SLOT_LOOK_MS, () => void phones.#lookAtSlots()),
    );
    const looks = phones.#pool.all().map(({ look }) => look?.settled);
    const inTime = new Promise<void>((resolve) => {
      phones.#stops.push(clock.after(PRESENCE_MS, resolve));
    });
    await Promise.race([Promise.all(looks), inTime]);
    return phones;
  }

  private constructor(options: AndroidPhonesOptions) {
    this.#options = options;
    this.#pool = new PhonePool({
      platform: 'android',
      factsOf: ({ identity, model }) => ({ model: identity?.model || model, osVersion: identity?.osVersion }),
      whyResting: ({ ladder }, seconds) => ({
        problem: `Sessions failed on it ${ladder.failures} times in a row; it is left alone for ${seconds} s more.`,
        fix: 'Look at its screen, reboot it, see whether Chrome starts there by hand; the log says how sessions failed.',
      }),
      isOurs: (phone) => this.#isOurs(phone),
      missing: () => this.#missing(),
      clock: options.clock,
      onChange: options.onChange,
    });
  }

  /** Those that can be had or that a session of ours has. */
  get capacity(): number {
    return this.#pool.capacity;
  }

  /** Why the adb server does not answer, while that is so. */
  get failure(): string | undefined {
    return this.#adbDevices?.failure;
  }

  devices(): Device[] {
    return this.#pool.devices();
  }

  /** What to do where none can be had. */
  refusal(name: string): Problem {
    return this.#pool.refusal(name, UNPLUGGED.fix);
  }

  /**
   * The phone on which sessions failed least, of these that which has rested longest, locked for us on this machine;
   * `undefined` where none can be had.
   * @throws the reason of `signal`.
   */
  async take(sessionId: SessionId, signal: AbortSignal): Promise<TakenPhone | undefined> {
    for (;;) {
      signal.throwIfAborted();
      const [phone] = this.#pool.free();
      if (!phone?.slot) return undefined;
      phone.sessionId = sessionId;
      phone.lastTakenAt = this.#options.clock.monotonic();
      const taken = await this.#lock(phone, phone.slot, sessionId);
      try {
        // It may have locked itself, or become hot, since it was last looked at.
        if (taken) await unlessAborted(this.#look(phone), signal);
        signal.throwIfAborted();
        if (taken && phone.presence === 'ready' && phone.needs.length === 0) return taken;
        await taken?.giveBack('unused');
      } catch (error) {
        await taken?.giveBack('unused');
        throw error;
      } finally {
        this.#pool.announce();
      }
    }
  }

  /** The phone of a session that an earlier server started, once it is there; `undefined` where somebody else has it. */
  async adopt(serial: string, sessionId: SessionId): Promise<TakenPhone | undefined> {
    const find = () => {
      const found = this.#pool.find(serial);
      return found?.state === 'device' && found.slot ? found : undefined;
    };
    const phone = await waitUntil(find, { everyMs: PRESENCE_POLL_MS, timeoutMs: PRESENCE_MS });
    await phone?.look?.settled; // which may have the lock in our name for a moment
    if (!phone?.slot || phone.sessionId !== undefined) return undefined;
    phone.sessionId = sessionId;
    try {
      const lock = await this.#takeAgain(phone, phone.slot);
      this.#pool.announce();
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
    this.#pool.close();
    await Promise.all(this.#pool.all().map(({ look }) => look?.settled));
  }

  /**
   * Does `act` to a phone that is there while nobody else of this machine has it; false where another server does.
   * @throws what `act` does.
   */
  async tidy(serial: string, act: () => Promise<void>): Promise<boolean> {
    const phone = this.#pool.find(serial);
    const { hostLocks, purpose } = this.#options;
    const lock = await takeHostLock(hostLocks, lockOf(phone?.identity, serial), purpose);
    // Our own: it is in its last moments, or a server that runs no more left it to us.
    if ('heldBy' in lock && lock.heldBy.pid !== process.pid) return false;
    const actAndLetGo = async () => {
      try {
        await act();
      } finally {
        if (!('heldBy' in lock)) await lock.release();
      }
    };
    await (phone ? this.#pool.work(phone, actAndLetGo) : actAndLetGo());
    return true;
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
  async #takeAgain({ identity, id }: Phone, slot: HostSlot): Promise<HostLock> {
    const self = await identify(process.pid);
    const kept = self && (await findHostLock(this.#options.hostLocks, lockOf(identity, id), self));
    return kept ?? slot.take(this.#options.purpose);
  }

  #taken(phone: Phone, sessionId: SessionId, lock: HostLock): TakenPhone {
    let isOver = false;
    return {
      serial: phone.id,
      giveBack: async (how) => {
        if (isOver) return;
        isOver = true;
        if (phone.sessionId === sessionId) await this.#leave(phone, lock);
        if (how === 'fine') phone.ladder.succeed();
        if (how === 'failed') this.#repair(phone);
        this.#pool.announce();
      },
    };
  }

  async #leave(phone: Phone, lock: HostLock): Promise<void> {
    await lock.release();
    phone.sessionId = undefined;
    await phone.slot?.look();
    this.#pool.forget(phone);
  }

  /** Emulators are phones to adb, and have a backend of their own. */
  #isOurs({ id, sharedSerial, identity }: Phone): boolean {
    if (this.#isNamed(id, sharedSerial)) return true;
    return this.#options.serials === undefined && identity?.isEmulator !== true;
  }

  #isNamed(serial: string, sharedSerial: string | undefined): boolean {
    const { addresses, serials = [] } = this.#options;
    const isListed = (name: string) => serials.includes(name) || addresses.includes(name);
    return isListed(serial) || (sharedSerial !== undefined && isListed(sharedSerial));
  }

  #missing(): Device[] {
    const { addresses, serials = [] } = this.#options;
    const isThere = (serial: string) =>
      this.#pool.all().some(({ id, sharedSerial }) => id === serial || sharedSerial === serial);
    const missing = [...new Set([...serials, ...addresses])].filter((serial) => !isThere(serial));
    return missing.map((serial) => this.#describeMissing(serial));
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

  /** What adb lists changed. */
  #notice(): void {
    const listed = this.#adbDevices?.list() ?? [];
    for (const { serial, sharedSerial, state, model } of listed) {
      const isNamed = this.#isNamed(serial, sharedSerial);
      if (!isNamed && (/^emulator-\d+$/.test(serial) || this.#options.serials !== undefined)) continue;
      const phone = this.#pool.find(serial) ?? this.#newPhone(serial);
      this.#pool.add(phone);
      const hasCome = state === 'device' && phone.state !== 'device';
      if (state !== 'device') {
        phone.presence = state === 'connecting' || state === 'authorizing' ? 'coming' : 'there';
        phone.needs = [needOfState(state, serial)]; // which says it all
        phone.look?.over.abort();
      } else if (hasCome) {
        phone.presence = 'there';
        phone.needs = [];
      }
      phone.state = state;
      phone.sharedSerial = sharedSerial;
      phone.model = model ?? phone.model;
      if (hasCome) void this.#look(phone);
    }
    for (const phone of this.#pool.all()) {
      if (listed.some(({ serial }) => serial === phone.id)) continue;
      phone.state = undefined;
      phone.presence = 'away';
      phone.needs = [UNPLUGGED];
      phone.look?.over.abort();
      this.#pool.forget(phone);
    }
    this.#pool.announce();
  }

  #newPhone(serial: string): Phone {
    const { clock, quarantineMs, reboots } = this.#options;
    return {
      id: serial,
      sharedSerial: undefined,
      identity: undefined,
      state: undefined,
      model: undefined,
      presence: 'away',
      tasks: 0,
      needs: [],
      slot: undefined,
      sessionId: undefined,
      ladder: new RepairLadder<Rung>({
        rungs: reboots ? ['reconnect', 'reboot'] : ['reconnect'],
        firstRestMs: quarantineMs,
        longestRestMs: LONGEST_REST_MS,
        clock,
      }),
      look: undefined,
      lastTakenAt: 0,
    };
  }

  #lookAtAll(): void {
    for (const phone of this.#pool.all()) {
      if (phone.state === 'device') void this.#look(phone);
      this.#pool.forget(phone); // its rest may be over
    }
    this.#pool.announce();
  }

  async #lookAtSlots(): Promise<void> {
    await Promise.all(this.#pool.all().map(({ slot }) => slot?.look()));
    this.#pool.announce();
  }

  /** Prepares it where that was not done since it came, and sees what keeps it from being used. Never rejects. */
  #look(phone: Phone): Promise<void> {
    const { look: before } = phone;
    if (before && !before.over.signal.aborted) return before.settled;
    const over = new AbortController();
    const inspecting = (before?.settled ?? Promise.resolve()).then(() => this.#inspect(phone, over.signal));
    const settled = inspecting.finally(() => {
      if (phone.look?.over === over) phone.look = undefined;
      this.#pool.forget(phone); // it was kept while something was done to it
      this.#pool.announce();
    });
    phone.look = { settled, over };
    return settled;
  }

  /** `over` aborts where what is seen says nothing of the phone any more. */
  async #inspect(phone: Phone, over: AbortSignal): Promise<void> {
    const { adb, keepsAwake, log } = this.#options;
    const { id: serial } = phone;
    const signal = abortAfter(LOOK_MS, this.#closing.signal, over);
    try {
      if (!phone.identity || phone.presence !== 'ready') {
        phone.identity = await readPhone(adb, serial, signal);
        phone.slot ??= this.#slotOf(phone, phone.identity);
        await phone.slot.look();
      }
      if (!this.#isOurs(phone)) return;
      const check = await checkPhone(adb, serial, this.#options, signal);
      if (phone.state !== 'device' || over.aborted) return;
      if (check.isBooting) {
        phone.presence = 'there';
        return;
      }
      phone.needs = check.needs;
      if (phone.presence === 'ready') return;
      if (keepsAwake) await keepAwake(adb, serial, signal);
      if (phone.sessionId === undefined && !phone.slot?.heldElsewhere) {
        await this.tidy(serial, () => this.#options.onReady(serial, signal));
      }
      if (phone.state === 'device' && !over.aborted) phone.presence = 'ready';
    } catch (error) {
      if (this.#closing.signal.aborted || over.aborted || phone.state !== 'device') return;
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

  #eyeOn(phone: Phone): RepairedPhone {
    return {
      serial: phone.id,
      isThere: () => phone.state === 'device',
      forgetLook: async () => {
        phone.look?.over.abort();
        await phone.look?.settled;
        if (phone.presence === 'ready') phone.presence = 'there';
      },
      isReady: async () => {
        if (phone.state === 'device') await this.#look(phone);
        return phone.presence === 'ready';
      },
      signal: this.#closing.signal,
    };
  }

  #slotOf(phone: Phone, identity: PhoneIdentity): HostSlot {
    const name = lockOf(identity, phone.id);
    return new HostSlot(this.#options.hostLocks, name, () => phone.sessionId !== undefined);
  }

  /**
   * A session could not be started, restart of Chrome included. What is done is more each time in a row: adb lets go of the
   * phone and takes it up again, the phone reboots where that is allowed, it is left alone for longer and longer.
   */
  #repair(phone: Phone): void {
    const { log } = this.#options;
    const { id: serial, ladder } = phone;
    const rung = ladder.fail();
    log.warn({ event: 'phone.failed', serial, failures: ladder.failures, next: rung ?? 'quarantine' });
    if (rung === undefined) return;
    void this.#pool
      .work(phone, () =>
        repairPhone({ ...this.#options, devices: this.#adbDevices }, rung, this.#eyeOn(phone)),
      )
      .catch((error: unknown) => {
        log.warn({ event: 'phone.repair-failed', serial, repair: rung, err: error });
      })
      .finally(() => this.#pool.forget(phone));
  }
}

function lockOf(identity: PhoneIdentity | undefined, serial: string): string {
  return `android-${identity?.hardwareSerial ?? serial}`;
}

const UNPLUGGED: Need = {
  problem: 'It is not plugged in.',
  fix: 'Plug it in, with USB debugging on: Settings, Developer options; `adb devices -l` shows what adb sees.',
};
