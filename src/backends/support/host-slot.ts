// What this machine has once and its servers have in turns, such as its Safari: whose turn it is now, by the lock of the
// machine.

import type { Clock } from '../../clock.ts';
import { problem } from '../../errors.ts';
import type { ProcessIdentity } from '../../process-identity.ts';
import { findHostLock, type HostLock, type LockHolder, readHostLock, takeHostLock } from './host-lock.ts';

/** How often it is looked whether another server has let go of it. */
const LOOK_MS = 1000;

export class HostSlot {
  readonly #folder: string;
  readonly #name: string;
  readonly #isOurs: () => boolean;
  #holder: LockHolder | undefined;
  /** Somebody found it taken and goes by that, be it free again when it is looked next. */
  #wasRefused = false;
  #stopLooking: () => void = () => {};

  /** `isOurs` says whether this server has it or is about to. */
  constructor(folder: string, name: string, isOurs: () => boolean) {
    this.#folder = folder;
    this.#name = name;
    this.#isOurs = isOurs;
  }

  /** The other server that has it, as it was when last looked. */
  get heldElsewhere(): LockHolder | undefined {
    return this.#isOurs() ? undefined : this.#holder;
  }

  /** @throws Problem `no-capacity` while another server has it; its turn is what `watch` tells of. */
  async take(purpose: string): Promise<HostLock> {
    const taken = await takeHostLock(this.#folder, this.#name, purpose);
    if (!('heldBy' in taken)) return taken;
    this.#holder = taken.heldBy;
    this.#wasRefused = true;
    throw problem('no-capacity', { detail: `${describeHolder(this.#name, taken.heldBy)}.` });
  }

  /** Gives back what `holder` has, where it still has it. */
  async release(holder: ProcessIdentity): Promise<void> {
    await (await findHostLock(this.#folder, this.#name, holder))?.release();
  }

  /** Looks who has it now. */
  async look(): Promise<void> {
    this.#holder = this.#isOurs() ? undefined : await readHostLock(this.#folder, this.#name);
  }

  /** `onChange` is called when another server has taken it or let go of it, whoever looked first. */
  watch(clock: Clock, onChange: () => void): void {
    this.close();
    let wasHeld = this.heldElsewhere !== undefined;
    const look = async () => {
      await this.look();
      const isHeld = this.heldElsewhere !== undefined;
      if (isHeld === wasHeld && !this.#wasRefused) return;
      wasHeld = isHeld;
      this.#wasRefused = false;
      onChange();
    };
    this.#stopLooking = clock.every(LOOK_MS, () => void look());
  }

  close(): void {
    this.#stopLooking();
  }
}

export function describeHolder(name: string, { pid, purpose }: LockHolder): string {
  return `Another server of this machine has ${name}: process ${pid}, for ${purpose}`;
}
