// The iPhones on the cables of this machine: which there are, whether each can be used and what it needs, and what is done
// about one on which sessions do not start.

import type { Clock } from '../../clock.ts';
import type { Problem } from '../../errors.ts';
import type { SessionId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import type { ProcessIdentity } from '../../process-identity.ts';
import type { Need } from '../../protocol/devices.ts';
import type { Device } from '../backend.ts';
import { examinePhone, type GoIos, GoIosError, type PhoneFacts, rebootPhone } from './go-ios.ts';
import { HostSlot } from './host-slot.ts';
import { needIn, needsOf } from './iphone-needs.ts';
import type { BatteryGates } from './phone-battery.ts';
import { PhonePool, type PooledPhone } from './phone-pool.ts';
import { RepairLadder } from './repair-ladder.ts';
import type { SignedAgent } from './signed-agent.ts';
import { listPhones, type PhoneEvents, watchPhones } from './usbmuxd.ts';
import { abortAfter, waitUntil } from './waiting.ts';

export interface IPhone extends PooledPhone {
  slot: HostSlot;
  /** Settles when it was examined, after it was plugged in. */
  examined: Promise<void>;
  /** Ends the examination that is under way: what it sees would say nothing of the phone any more. */
  examining: AbortController | undefined;
  /** How often it has gone. */
  departures: number;
  /** `undefined` while it was not examined. */
  facts: PhoneFacts | undefined;
  ladder: RepairLadder<Rung>;
  /** Why it rests. */
  lastFailure: Need | undefined;
}

/** What is done about one failure after the other: the first may be chance. */
type Rung = 'again' | 'reboot';

export interface IPhonesOptions extends BatteryGates {
  goIos: GoIos | undefined;
  usbmuxd: string;
  /** Only these, where some are given. */
  udids: readonly string[] | undefined;
  /** Without which a phone is of no use; `undefined` where it has a Safari to be driven, which needs none. */
  agent: SignedAgent | undefined;
  reboots: boolean;
  /** How long usbmuxd and go-ios may take to answer. */
  answerMs: number;
  hostLocks: string;
  /** For other servers of this machine: who has it. */
  purpose: string;
  clock: Clock;
  log: Log;
}

const LOOK_MS = 30_000;
const SAID_CHARS = 300;
const FIRST_REST_MS = 10_000;
const LONGEST_REST_MS = 30 * 60_000;
const SHUTDOWN_MS = 60_000;
const BOOT_MS = 180_000;
const BOOT_POLL_MS = 50;
const UNPLUGGED: Need = { problem: 'It was unplugged.', fix: 'Plug it in.' };

export class IPhones {
  readonly #options: IPhonesOptions;
  readonly #pool: PhonePool<IPhone>;
  readonly #closing = new AbortController();
  readonly #stops = new Set<() => void>();
  #onChange: () => void = () => {};
  /** Why no phone can be seen at all. */
  #lost: string | undefined = 'usbmuxd has not answered yet.';

  constructor(options: IPhonesOptions) {
    this.#options = options;
    this.#pool = new PhonePool({
      platform: 'ios',
      factsOf: ({ facts }) => ({
        model: facts && `${facts.name} (${facts.productType})`,
        osVersion: facts?.osVersion,
      }),
      whyResting: ({ ladder, lastFailure }, seconds) =>
        lastFailure ?? {
          problem: `Starts failed ${ladder.failures} times in a row.`,
          fix: `It is tried again in ${seconds} s, or when it is plugged in anew.`,
        },
      clock: options.clock,
      onChange: () => this.#onChange(),
    });
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
    const { answerMs, clock, usbmuxd } = this.#options;
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
      this.#stops.add(watchPhones(usbmuxd, events, clock, answerMs));
    });
    const lookAgain = () => {
      for (const phone of this.#pool.all()) if (!phone.examining) void this.examine(phone);
    };
    this.#stops.add(clock.every(LOOK_MS, lookAgain));
    if (this.#lost !== undefined) return;
    const udids = await listPhones(usbmuxd, AbortSignal.timeout(answerMs)).catch(() => []);
    await Promise.all(udids.map((udid) => this.#attach(udid)));
  }

  findBySession(id: SessionId): IPhone | undefined {
    return this.#pool.findBySession(id);
  }

  /** The one whose lock `holder` has, which another server started. */
  async findHeldBy(holder: ProcessIdentity): Promise<IPhone | undefined> {
    for (const phone of this.#pool.all()) {
      await phone.slot.look();
      const { heldElsewhere } = phone.slot;
      if (heldElsewhere?.pid === holder.pid && heldElsewhere.startTime === holder.startTime) return phone;
    }
    return undefined;
  }

  /** Those that a session could have at once, the ones that failed least first. */
  free(): IPhone[] {
    return this.#pool.free();
  }

  devices(): Device[] {
    return this.#pool.devices();
  }

  /** What to do where none can be had. */
  refusal(name: string): Problem {
    return this.#pool.refusal(name, this.#lost === undefined ? 'Plug one in.' : `usbmuxd: ${this.#lost}.`);
  }

  /** Asks the phone how it is, unless a session has it. */
  async examine(phone: IPhone): Promise<void> {
    const { agent, answerMs, clock, goIos } = this.#options;
    if (!goIos || phone.sessionId !== undefined || phone.presence === 'away') return;
    phone.examining?.abort();
    const over = new AbortController();
    phone.examining = over;
    const signal = abortAfter(answerMs, this.#closing.signal, over.signal);
    try {
      const bundle = phone.facts?.hasAgent ? undefined : agent?.installedBundle;
      const facts = await examinePhone(goIos, phone.id, { bundle, signal });
      phone.facts = { hasAgent: phone.facts?.hasAgent, ...facts };
      const ofAgent = (await agent?.needsFor(phone.id, clock.now())) ?? [];
      if (phone.sessionId !== undefined || over.signal.aborted) return;
      phone.needs = [...needsOf(phone.facts, phone.id, this.#options), ...ofAgent];
    } catch (error) {
      if (this.#closing.signal.aborted || over.signal.aborted || phone.sessionId !== undefined) return;
      phone.needs = [this.#needOf(error, phone.id)];
    } finally {
      if (phone.examining === over) phone.examining = undefined;
    }
    if (phone.presence === 'there') phone.presence = 'ready';
    this.#pool.announce();
  }

  /** Gives the phone to a session; it is shown as such at once. */
  give(phone: IPhone, sessionId: SessionId): void {
    phone.sessionId = sessionId;
    phone.lastTakenAt = this.#options.clock.monotonic();
    phone.needs = [];
    this.#pool.announce();
  }

  /** The session has it no more; or could not be started, for what was `said`, which may be the phone's own. */
  async takeBack(phone: IPhone, sessionId: SessionId, said?: string): Promise<void> {
    // What was seen of its lock until now was our own.
    await phone.slot.look();
    if (phone.sessionId !== sessionId) return; // it was taken back meanwhile, and may be another one's
    if (said !== undefined) this.#repair(phone, said);
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
    phone.ladder.succeed();
    phone.lastFailure = undefined;
  }

  /** In a session. */
  setLocked(phone: IPhone, isLocked: boolean): void {
    const need = isLocked ? needIn('is locked', phone.id) : undefined;
    phone.needs = need ? [need] : [];
    this.#pool.announce();
  }

  /** What is running goes on. */
  close(): void {
    this.#closing.abort();
    for (const stop of this.#stops) stop();
    this.#stops.clear();
    this.#pool.close();
    for (const { slot } of this.#pool.all()) slot.close();
  }

  #setFree(phone: IPhone): void {
    phone.sessionId = undefined;
    phone.needs = phone.presence === 'away' ? [UNPLUGGED] : [];
    this.#pool.forget(phone);
    this.#pool.announce();
  }

  /** A start failed: it is tried again, the phone reboots where that is allowed, it is left alone for longer and longer. */
  #repair(phone: IPhone, said: string): void {
    const { log } = this.#options;
    const { id: udid, ladder } = phone;
    const need = needIn(said, udid);
    if (phone.facts) phone.facts.hasAgent = undefined; // it may have been removed
    const rung = ladder.fail({ canBeRepaired: need === undefined });
    log.warn({ event: 'phone.failed', udid, failures: ladder.failures, next: rung ?? 'quarantine' });
    if (rung === undefined) {
      phone.lastFailure = need ?? {
        problem: `Starts failed ${ladder.failures} times in a row: ${said.split('\n')[0]?.slice(0, SAID_CHARS)}`,
        fix: `It is tried again in ${Math.round(ladder.restMs / 1000)} s, or when it is plugged in anew. Restart the phone if it stays so.`,
      };
    }
    if (rung !== 'reboot') return;
    void this.#pool
      .work(phone, () => this.#reboot(phone))
      .catch((error: unknown) => {
        log.warn({ event: 'phone.repair-failed', udid, repair: rung, err: error });
      })
      .finally(() => this.#pool.forget(phone));
  }

  /** Resolves when it is back and was examined. */
  async #reboot(phone: IPhone): Promise<void> {
    const { goIos, purpose } = this.#options;
    if (!goIos) return;
    const signal = abortAfter(BOOT_MS, this.#closing.signal);
    const lock = await phone.slot.take(`a reboot by ${purpose}`);
    try {
      const { departures } = phone;
      await rebootPhone(goIos, phone.id, signal);
      // It may be back between two looks.
      const isGone = () => phone.departures > departures;
      const isBack = () => phone.presence === 'ready';
      const hasGone = await waitUntil(isGone, { everyMs: BOOT_POLL_MS, timeoutMs: SHUTDOWN_MS, signal });
      if (!hasGone) throw new Error(`it is still there ${SHUTDOWN_MS} ms after it was told to reboot`);
      await waitUntil(isBack, { everyMs: BOOT_POLL_MS, timeoutMs: BOOT_MS, signal });
    } finally {
      await lock.release();
    }
  }

  #setLost(reason: string | undefined): void {
    if (reason !== undefined) for (const { id } of this.#pool.all()) this.#detach(id);
    if (this.#lost === reason) return;
    this.#lost = reason;
    this.#onChange();
  }

  /** Resolves when it was examined. */
  #attach(udid: string): Promise<void> {
    const { udids } = this.#options;
    if (this.#closing.signal.aborted || (udids && !udids.includes(udid))) return Promise.resolve();
    const phone = this.#pool.find(udid) ?? this.#newPhone(udid);
    if (phone.presence !== 'away') return phone.examined;
    this.#pool.add(phone);
    phone.presence = 'there';
    phone.needs = [];
    phone.examined = this.#examineNew(phone);
    return phone.examined;
  }

  #newPhone(udid: string): IPhone {
    const { clock, hostLocks, reboots } = this.#options;
    const phone: IPhone = {
      id: udid,
      slot: new HostSlot(hostLocks, `iphone-${udid}`, () => phone.sessionId !== undefined || phone.tasks > 0),
      presence: 'away',
      examined: Promise.resolve(),
      examining: undefined,
      departures: 0,
      sessionId: undefined,
      facts: undefined,
      needs: [],
      tasks: 0,
      ladder: new RepairLadder<Rung>({
        rungs: reboots ? ['again', 'reboot'] : ['again'],
        firstRestMs: FIRST_REST_MS,
        longestRestMs: LONGEST_REST_MS,
        clock,
      }),
      lastFailure: undefined,
      lastTakenAt: 0,
    };
    return phone;
  }

  async #examineNew(phone: IPhone): Promise<void> {
    await phone.slot.look();
    if (phone.presence === 'away' || this.#closing.signal.aborted) return; // nobody would stop it
    phone.slot.watch(this.#options.clock, () => this.#pool.announce());
    this.#pool.announce();
    await this.examine(phone);
  }

  #detach(udid: string): void {
    const phone = this.#pool.find(udid);
    if (!phone) return;
    phone.presence = 'away';
    phone.departures += 1;
    phone.examining?.abort();
    phone.needs = [UNPLUGGED];
    phone.slot.close();
    // A new cable may be what it needed; a reboot of ours is none.
    if (phone.tasks === 0) this.noteSuccess(phone);
    // One that a session has ends it by itself, which takes it back.
    this.#pool.forget(phone);
    this.#pool.announce();
  }

  #needOf(error: unknown, udid: string): Need {
    const said = error instanceof Error ? error.message : String(error);
    const known = error instanceof GoIosError ? needIn(said, udid) : undefined;
    return known ?? { problem: `It does not answer: ${said}`, fix: 'Plug it in anew, and unlock it.' };
  }
}
