// The iPhones on the cables of this machine: which there are, whether each can be used and what it needs, and whose turn
// it is. One that fails again and again is left alone, longer every time.

import type { Clock } from '../../clock.ts';
import type { SessionId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import type { ProcessIdentity } from '../../process-identity.ts';
import type { DeviceState, Need } from '../../protocol/devices.ts';
import type { Device } from '../backend.ts';
import { examinePhone, GoIosError, type PhoneFacts } from './go-ios.ts';
import { describeHolder, HostSlot } from './host-slot.ts';
import { needIn, needsOf } from './iphone-needs.ts';
import { listPhones, type PhoneEvents, watchPhones } from './usbmuxd.ts';

export interface IPhone {
  udid: string;
  slot: HostSlot;
  isAttached: boolean;
  /** Settles when it was, after it was plugged in. */
  examined: Promise<void>;
  /** The session that has it. */
  sessionId: SessionId | undefined;
  /** `undefined` while it was not examined. */
  facts: PhoneFacts | undefined;
  /** By what is known of it, or was seen the last time. */
  needs: Need[];
  /** Starts in a row that failed. */
  failures: number;
  /** On the monotonic clock: until then it is left alone. */
  restsUntil: number;
  /** Why it rests. */
  lastFailure: Need | undefined;
  /** Its session's screen was seen to be locked. */
  isLocked: boolean;
}

export interface IPhonesOptions {
  goIos: { path: string; env: Record<string, string> } | undefined;
  usbmuxd: string;
  /** Only these, where some are given. */
  udids: readonly string[] | undefined;
  minBatteryPercent: number;
  hostLocks: string;
  clock: Clock;
  log: Log;
}

const LOOK_MS = 30_000;
const EXAMINE_MS = 10_000;
const SAID_CHARS = 300;
const FIRST_REST_MS = 10_000;
const LONGEST_REST_MS = 30 * 60_000;
/** A failure that may be chance is told as such until it is none. */
const FAILURES_TO_QUARANTINE = 2;

export class IPhones {
  readonly #options: IPhonesOptions;
  readonly #phones = new Map<string, IPhone>();
  readonly #closing = new AbortController();
  readonly #stops = new Set<() => void>();
  #onChange: () => void = () => {};
  /** Why no phone can be seen at all. */
  #lost: string | undefined = 'usbmuxd has not answered yet.';

  constructor(options: IPhonesOptions) {
    this.#options = options;
  }

  /** Why no phone can be seen at all, if so. */
  get lost(): string | undefined {
    return this.#lost;
  }

  watch(onChange: () => void): void {
    this.#onChange = onChange;
  }

  /** Looks from now on. Resolves when those that are there were examined, or usbmuxd is not there. */
  async start(): Promise<void> {
    const { clock, usbmuxd } = this.#options;
    // Before anything is listed, so that nothing changes unseen.
    await new Promise<void>((resolve) => {
      const events: PhoneEvents = {
        onListening: () => {
          this.#setLost(undefined);
          resolve();
        },
        onAttached: (udid) => void this.#attach(udid),
        onDetached: (udid) => this.#detach(udid),
        onLost: (reason) => {
          this.#setLost(reason);
          resolve();
        },
      };
      this.#stops.add(watchPhones(usbmuxd, events, clock));
    });
    const lookAgain = () => {
      for (const phone of this.#phones.values()) void this.examine(phone);
    };
    this.#stops.add(clock.every(LOOK_MS, lookAgain));
    if (this.#lost !== undefined) return;
    const udids = await listPhones(usbmuxd, AbortSignal.timeout(EXAMINE_MS)).catch(() => []);
    await Promise.all(udids.map((udid) => this.#attach(udid)));
  }

  find(udid: string): IPhone | undefined {
    return this.#phones.get(udid);
  }

  findBySession(id: SessionId): IPhone | undefined {
    return [...this.#phones.values()].find(({ sessionId }) => sessionId === id);
  }

  /** The one whose lock `holder` has, which another server started. */
  async findHeldBy(holder: ProcessIdentity): Promise<IPhone | undefined> {
    for (const phone of this.#phones.values()) {
      await phone.slot.look();
      const { heldElsewhere } = phone.slot;
      if (heldElsewhere?.pid === holder.pid && heldElsewhere.startTime === holder.startTime) return phone;
    }
    return undefined;
  }

  /** Those that a session could have at once, the ones that failed least first. */
  free(): IPhone[] {
    return [...this.#phones.values()]
      .filter((phone) => this.#stateOf(phone) === 'free')
      .sort((a, b) => a.failures - b.failures);
  }

  get inUse(): number {
    return [...this.#phones.values()].filter(({ sessionId }) => sessionId !== undefined).length;
  }

  devices(): Device[] {
    return [...this.#phones.values()].map((phone) => {
      const { facts, sessionId, udid } = phone;
      return {
        id: udid,
        platform: 'ios',
        type: 'phone',
        ...(facts && { model: `${facts.name} (${facts.productType})`, osVersion: facts.osVersion }),
        state: this.#stateOf(phone),
        ...(sessionId && { sessionId }),
        needs: this.#needsOf(phone),
      };
    });
  }

  /** Asks the phone how it is, unless a session has it. */
  async examine(phone: IPhone): Promise<void> {
    const { minBatteryPercent, goIos } = this.#options;
    if (!goIos || phone.sessionId !== undefined) return;
    const before = JSON.stringify(this.#summaryOf(phone));
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(EXAMINE_MS)]);
    try {
      const facts = await examinePhone(goIos, phone.udid, signal);
      phone.facts = facts;
      phone.needs = needsOf(facts, phone.udid, minBatteryPercent);
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      phone.needs = [this.#needOf(error, phone.udid)];
    }
    if (before !== JSON.stringify(this.#summaryOf(phone))) this.#onChange();
  }

  /** Gives the phone to a session; it is shown as such at once. */
  give(phone: IPhone, sessionId: SessionId): void {
    phone.sessionId = sessionId;
    phone.isLocked = false;
    this.#onChange();
  }

  /** The session has it no more. */
  async takeBack(phone: IPhone): Promise<void> {
    // What was seen of its lock until now was our own.
    await phone.slot.look();
    this.#setFree(phone);
    void this.examine(phone);
  }

  /** The session it was given to did not get its lock: it is shown as what it is, another server's. */
  passOver(phone: IPhone): void {
    // Not looked at before, while it counts as ours: who has its lock would be forgotten.
    this.#setFree(phone);
  }

  /** A start worked. */
  noteSuccess(phone: IPhone): void {
    phone.failures = 0;
    phone.restsUntil = 0;
    phone.lastFailure = undefined;
  }

  /** A start failed, for a reason that may be the phone's: it rests, twice as long every time. */
  noteFailure(phone: IPhone, said: string): void {
    const { clock, log } = this.#options;
    const { udid } = phone;
    phone.failures += 1;
    const need = needIn(said, udid);
    if (!need && phone.failures < FAILURES_TO_QUARANTINE) return;
    const restMs = Math.min(FIRST_REST_MS * 2 ** (phone.failures - 1), LONGEST_REST_MS);
    phone.restsUntil = clock.monotonic() + restMs;
    phone.lastFailure = need ?? {
      problem: `Starts failed ${phone.failures} times in a row: ${said.split('\n')[0]?.slice(0, SAID_CHARS)}`,
      fix: `It is tried again in ${Math.round(restMs / 1000)} s, or when it is plugged in anew. Restart the phone if it stays so.`,
    };
    log.warn({ event: 'phone.resting', udid, failures: phone.failures, ms: restMs });
    const stop = clock.after(restMs, () => {
      this.#stops.delete(stop);
      this.#onChange();
    });
    this.#stops.add(stop);
  }

  setLocked(phone: IPhone, isLocked: boolean): void {
    if (phone.isLocked === isLocked) return;
    phone.isLocked = isLocked;
    this.#onChange();
  }

  /** What is running goes on. */
  close(): void {
    this.#closing.abort();
    for (const stop of this.#stops) stop();
    this.#stops.clear();
    for (const { slot } of this.#phones.values()) slot.close();
  }

  #setFree(phone: IPhone): void {
    phone.sessionId = undefined;
    phone.isLocked = false;
    if (!phone.isAttached) this.#phones.delete(phone.udid);
    this.#onChange();
  }

  #setLost(reason: string | undefined): void {
    if (reason !== undefined) for (const udid of [...this.#phones.keys()]) this.#detach(udid);
    if (this.#lost === reason) return;
    this.#lost = reason;
    this.#onChange();
  }

  /** Resolves when it was examined. */
  #attach(udid: string): Promise<void> {
    const { hostLocks, udids } = this.#options;
    if (this.#closing.signal.aborted || (udids && !udids.includes(udid))) return Promise.resolve();
    const known = this.#phones.get(udid);
    if (known?.isAttached) return known.examined;
    const phone: IPhone = known ?? {
      udid,
      slot: new HostSlot(hostLocks, `iphone-${udid}`, () => phone.sessionId !== undefined),
      isAttached: true,
      examined: Promise.resolve(),
      sessionId: undefined,
      facts: undefined,
      needs: [],
      failures: 0,
      restsUntil: 0,
      lastFailure: undefined,
      isLocked: false,
    };
    this.#phones.set(udid, phone);
    phone.isAttached = true;
    phone.examined = this.#examineNew(phone);
    return phone.examined;
  }

  async #examineNew(phone: IPhone): Promise<void> {
    this.noteSuccess(phone);
    await phone.slot.look();
    if (!phone.isAttached || this.#closing.signal.aborted) return; // nobody would stop it
    phone.slot.watch(this.#options.clock, () => this.#onChange());
    this.#onChange();
    await this.examine(phone);
  }

  #detach(udid: string): void {
    const phone = this.#phones.get(udid);
    if (!phone) return;
    phone.isAttached = false;
    phone.slot.close();
    // Its session ends by itself, and takes it back.
    if (phone.sessionId === undefined) this.#phones.delete(udid);
    this.#onChange();
  }

  #stateOf(phone: IPhone): DeviceState {
    if (phone.sessionId !== undefined || phone.slot.heldElsewhere) return 'in-use';
    if (!phone.isAttached || phone.needs.length > 0) return 'unusable';
    if (phone.facts === undefined) return 'preparing';
    return this.#options.clock.monotonic() < phone.restsUntil ? 'quarantined' : 'free';
  }

  #needsOf(phone: IPhone): Need[] {
    const { isAttached, isLocked, lastFailure, needs, slot, udid } = phone;
    if (!isAttached) return [{ problem: 'It was unplugged.', fix: 'Plug it in.' }];
    const holder = slot.heldElsewhere;
    if (holder)
      return [{ problem: `${describeHolder(udid, holder)}.`, fix: 'It is free when that session ends.' }];
    const locked = isLocked ? needIn('is locked', udid) : undefined;
    const failure = this.#stateOf(phone) === 'quarantined' ? lastFailure : undefined;
    return [...needs, ...(locked ? [locked] : []), ...(failure ? [failure] : [])];
  }

  #needOf(error: unknown, udid: string): Need {
    const said = error instanceof Error ? error.message : String(error);
    const known = error instanceof GoIosError ? needIn(said, udid) : undefined;
    return known ?? { problem: `It does not answer: ${said}`, fix: 'Plug it in anew, and unlock it.' };
  }

  #summaryOf(phone: IPhone): unknown {
    return [this.#stateOf(phone), phone.needs, phone.facts];
  }
}
