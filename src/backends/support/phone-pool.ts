// The phones of a backend, whatever their system: which of them are free, who has the others, and what keeps them from being
// used.

import type { Clock } from '../../clock.ts';
import { type Problem, problem } from '../../errors.ts';
import type { SessionId } from '../../ids.ts';
import type { DeviceState, Need } from '../../protocol/devices.ts';
import type { Device } from '../backend.ts';
import type { HostSlot } from './host-slot.ts';
import type { RepairLadder } from './repair-ladder.ts';

export interface PooledPhone {
  /** Its serial number or UDID: as its own tools call it. */
  readonly id: string;
  /** One that is `coming` will be there by itself; one that is `ready` was looked at since it came. */
  presence: 'away' | 'coming' | 'ready' | 'there';
  /** What keeps it from being used, as it was last seen. In a session: what may be in its way. */
  needs: readonly Need[];
  /** How much is being done to it now, such as a repair and a sweep at its end. */
  tasks: number;
  /** Whose turn it is among the servers of this machine. */
  slot: HostSlot | undefined;
  sessionId: SessionId | undefined;
  /** On the monotonic clock. */
  lastTakenAt: number;
  ladder: RepairLadder;
}

export interface PhonePoolOptions<Phone extends PooledPhone> {
  platform: Device['platform'];
  factsOf: (phone: Phone) => { model?: string | undefined; osVersion?: string | undefined };
  /** Why one is left alone. */
  whyResting: (phone: Phone, seconds: number) => Need;
  /** Those that nobody else shall see are none of ours. */
  isOurs?: (phone: Phone) => boolean;
  /** Those that are to be there, and are not. */
  missing?: () => Device[];
  clock: Clock;
  onChange: () => void;
}

export class PhonePool<Phone extends PooledPhone> {
  readonly #options: PhonePoolOptions<Phone>;
  readonly #phones = new Map<string, Phone>();
  readonly #wakes = new Set<() => void>();
  #announced = '';
  #isClosed = false;

  constructor(options: PhonePoolOptions<Phone>) {
    this.#options = options;
  }

  find(id: string): Phone | undefined {
    return this.#phones.get(id);
  }

  findBySession(sessionId: SessionId): Phone | undefined {
    return this.all().find((phone) => phone.sessionId === sessionId);
  }

  add(phone: Phone): void {
    this.#phones.set(phone.id, phone);
  }

  /** Forgets one that is away, unless something is still to become of it. */
  forget({ id, presence, sessionId, tasks, ladder }: Phone): void {
    const isKept = presence !== 'away' || sessionId !== undefined || tasks > 0 || ladder.restMs > 0;
    if (!isKept) this.#phones.delete(id);
  }

  /** Those too that are none of ours. */
  all(): Phone[] {
    return [...this.#phones.values()];
  }

  /** Those that a session could have at once: first on which sessions failed least, then which have rested longest. */
  free(): Phone[] {
    return this.#ours()
      .filter((phone) => stateOf(phone) === 'free')
      .sort((a, b) => a.ladder.failures - b.ladder.failures || a.lastTakenAt - b.lastTakenAt);
  }

  /** Those that can be had or that a session of ours has. */
  get capacity(): number {
    return this.#ours().filter((phone) => phone.sessionId !== undefined || stateOf(phone) === 'free').length;
  }

  devices(): Device[] {
    return [...this.#ours().map((phone) => this.#describe(phone)), ...(this.#options.missing?.() ?? [])];
  }

  /** What to do where no phone can be had; `otherwise` where there is none at all. */
  refusal(name: string, otherwise: string): Problem {
    const seen = this.devices().map(
      ({ id, state, needs: [need] }) => `${id} is ${state}${need ? `: ${need.problem}` : '.'}`,
    );
    return problem('no-capacity', {
      detail: `Backend ${name} has no phone free. ${seen.join(' ') || otherwise}`,
      retryAfterSeconds: 10,
    });
  }

  /** Does `act` to one, which is not free meanwhile. */
  async work(phone: Phone, act: () => Promise<void>): Promise<void> {
    phone.tasks += 1;
    try {
      await act();
    } finally {
      phone.tasks -= 1;
      this.announce();
    }
  }

  /** Tells of what has changed, if so; and of the end of a rest when that comes. */
  announce(): void {
    if (this.#isClosed) return;
    // Seconds of a rest go by without that being news.
    const now = JSON.stringify([
      this.#ours().map((phone) => ({ ...this.#describe(phone), needs: phone.needs })),
      this.#options.missing?.(),
    ]);
    if (now === this.#announced) return;
    this.#announced = now;
    this.#wakeAtEndOfRest();
    this.#options.onChange();
  }

  close(): void {
    this.#isClosed = true;
    this.#sleep();
  }

  #ours(): Phone[] {
    const { isOurs } = this.#options;
    return isOurs ? this.all().filter(isOurs) : this.all();
  }

  #describe(phone: Phone): Device {
    const { id, sessionId, slot, needs, ladder } = phone;
    const { platform, factsOf, whyResting } = this.#options;
    const { model, osVersion } = factsOf(phone);
    const state = stateOf(phone);
    const holder = slot?.heldElsewhere;
    const resting = state === 'quarantined' ? whyResting(phone, Math.ceil(ladder.restMs / 1000)) : undefined;
    return {
      id,
      platform,
      type: 'phone',
      ...(model && { model }),
      ...(osVersion && { osVersion }),
      state,
      ...(sessionId !== undefined && { sessionId }),
      needs: [
        ...(holder ? [heldElsewhere(holder.pid)] : []),
        ...(resting ? [resting] : []),
        ...needs.filter((need) => need.problem !== resting?.problem),
      ],
    };
  }

  #wakeAtEndOfRest(): void {
    this.#sleep();
    for (const { ladder } of this.all()) {
      if (ladder.restMs === 0) continue;
      // A timer may be a moment early.
      const restMs = Math.ceil(ladder.restMs) + 1;
      this.#wakes.add(this.#options.clock.after(restMs, () => this.announce()));
    }
  }

  #sleep(): void {
    for (const cancel of this.#wakes) cancel();
    this.#wakes.clear();
  }
}

function stateOf({ sessionId, slot, ladder, presence, tasks, needs }: PooledPhone): DeviceState {
  if (sessionId !== undefined || slot?.heldElsewhere) return 'in-use';
  if (ladder.restMs > 0) return 'quarantined';
  if (presence === 'coming' || tasks > 0) return 'preparing';
  if (presence === 'away' || needs.length > 0) return 'unusable';
  return presence === 'ready' ? 'free' : 'preparing';
}

function heldElsewhere(pid: number): Need {
  return {
    problem: `Another server of this machine uses it (process ${pid}).`,
    fix: 'Nothing: it is free again when the session there ends.',
  };
}
