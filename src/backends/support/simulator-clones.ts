// Clones of the template, one for every session: how one is made and booted, and how those are removed that are nobody's. And
// whether CoreSimulator answers at all: when it hangs, it hangs for every later command.

import { problem } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { type HostLock, type LockHolder, takeHostLock } from './host-lock.ts';
import { shareHostLock } from './shared-host-lock.ts';
import { type Simctl, SimctlError, SimctlHang, type Simulator } from './simctl.ts';
import { BAKING_PREFIX, TEMPLATES_LOCK } from './simulator-template.ts';
import { waitUntil } from './waiting.ts';

/** With the id of the session behind it, so that it is known whose it is. */
const CLONE_PREFIX = 'moorage-session-';
/** Made to see whether CoreSimulator is well again. */
const TRIAL_PREFIX = 'moorage-trial-';
const TEMPORARY = [CLONE_PREFIX, TRIAL_PREFIX, BAKING_PREFIX];
/** So many in a row, and the machine needs a person. */
const HANGS_TO_TELL = 2;
/** A boot that gets stuck is tried on a new clone once. */
const BOOTS = 2;
/** How long those may take that a new template replaces. */
const DELETING_MS = 20_000;
const DELETING_POLL_MS = 50;

export interface CloneOptions {
  simctl: Simctl;
  bootTimeoutMs: number;
  /** What to copy. @throws Problem where there is none. */
  template: () => Promise<Simulator>;
  /** Looks again what there is to copy. */
  look: () => Promise<void>;
  /** The folder of the locks of this machine. Who makes or uses a clone has that of its name, or what drives it has. */
  hostLocks: string;
  backend: string;
  log: Log;
}

export class SimulatorClones {
  readonly #options: CloneOptions;
  readonly #simctl: Simctl;
  /** What CoreSimulator did not answer, the last ones in a row. */
  #hangs: string[] = [];
  #trial: Promise<void> | undefined;

  constructor(options: CloneOptions) {
    this.#options = options;
    this.#simctl = options.simctl;
  }

  /** Why nothing is to be made for now; a trial is under way then. */
  get trouble(): string | undefined {
    if (this.#hangs.length < HANGS_TO_TELL) return undefined;
    const { backend, log } = this.#options;
    this.#trial ??= this.#try()
      .catch((error: unknown) => log.warn({ event: 'simulator.trial-failed', backend, err: error }))
      .finally(() => {
        this.#trial = undefined;
      });
    return (
      `CoreSimulator hangs: ${this.#hangs.join(' ')} ` +
      'Restart it with `killall -9 com.apple.CoreSimulator.CoreSimulatorService`, or the machine.'
    );
  }

  /**
   * A booted copy of the template; resolves with its UDID. Leaves none behind when it fails, as far as CoreSimulator lets it.
   * @param onMade Called with the UDID of each that is going to be booted.
   */
  async make(
    name: string,
    { signal, onMade }: { signal: AbortSignal; onMade: (udid: string) => void },
  ): Promise<string> {
    for (let boots = 1; ; boots += 1) {
      signal.throwIfAborted();
      const udid = await this.#copy(name, signal);
      onMade(udid);
      try {
        await this.#simctl.boot(udid, { timeoutMs: this.#options.bootTimeoutMs, signal });
        this.#hangs = [];
        return udid;
      } catch (error) {
        this.#note(error);
        await this.#simctl.remove(udid);
        if (!(error instanceof SimctlHang) || boots === BOOTS) throw error;
      }
    }
  }

  /** Removes one. What cannot be removed now is a stray from here on. */
  async discard(udid: string): Promise<void> {
    await this.#simctl.remove(udid).catch((error: unknown) => this.#note(error));
  }

  async removeNamed(name: string): Promise<void> {
    for (const device of await this.#simctl.devices()) {
      if (device.name === name) await this.#simctl.remove(device.udid);
    }
  }

  /** Removes those of `devices` that are nobody's, ours or another server's that has ended. */
  async removeStrays(devices: readonly Simulator[], isOwn: (name: string) => boolean): Promise<void> {
    for (const device of devices) {
      const isTemporary = TEMPORARY.some((prefix) => device.name.startsWith(prefix));
      if (isTemporary && !isOwn(device.name)) await this.#removeStray(device);
    }
  }

  async #removeStray({ udid, name }: Simulator): Promise<void> {
    const { hostLocks, backend, log } = this.#options;
    const lock = await takeHostLock(hostLocks, name, 'removing what was left');
    if ('heldBy' in lock) return;
    try {
      // The list may be old. A template has another name once it is whole.
      const devices = await this.#simctl.devices();
      if (!devices.some((device) => device.udid === udid && device.name === name)) return;
      await this.#simctl.remove(udid);
      log.info({ event: 'browser.swept', backend, folder: name });
    } catch (error) {
      this.#note(error);
      // Others may be removed all the same, unless nothing can be.
      if (error instanceof SimctlHang) throw error;
      log.warn({ event: 'browser.destroy-failed', backend, folder: name, err: error });
    } finally {
      await lock.release();
    }
  }

  /** Resolves with the UDID of a copy of the template, whatever state that is in. */
  async #copy(name: string, signal: AbortSignal): Promise<string> {
    const { look, template } = this.#options;
    const share = await this.#shareTemplates(name, signal);
    try {
      const { udid } = await template();
      try {
        return await this.#simctl.clone(udid, name);
      } catch (error) {
        if (!(error instanceof SimctlError)) throw error;
        // Made anew since we looked, or somebody booted it.
        if (error.isUnknownDevice) await look();
        else if (error.isAboutState) await this.#simctl.shutdown(udid);
        else throw error;
      }
      return await this.#simctl.clone((await template()).udid, name);
    } catch (error) {
      this.#note(error);
      await this.removeNamed(name).catch((reason: unknown) => this.#note(reason));
      throw error;
    } finally {
      await share.release();
    }
  }

  /** Templates are not deleted from now on; waits for whoever is at it. @throws Problem `no-capacity`. */
  async #shareTemplates(name: string, signal: AbortSignal): Promise<HostLock> {
    const { hostLocks } = this.#options;
    let holder: LockHolder | undefined;
    const share = async () => {
      const lock = await shareHostLock(hostLocks, TEMPLATES_LOCK, {
        id: name,
        purpose: `a copy for ${name}`,
      });
      if (!('heldBy' in lock)) return lock;
      holder = lock.heldBy;
      return undefined;
    };
    const taken = await waitUntil(share, { everyMs: DELETING_POLL_MS, timeoutMs: DELETING_MS, signal });
    if (taken) return taken;
    throw problem('no-capacity', {
      detail: `Process ${holder?.pid} is ${holder?.purpose} of simulators, and did not end within ${DELETING_MS} ms.`,
    });
  }

  /** Whether CoreSimulator answers who wants a copy; then the hangs are forgotten. Rejects where it cannot be locked. */
  async #try(): Promise<void> {
    const { hostLocks, template } = this.#options;
    const name = `${TRIAL_PREFIX}${process.pid}`;
    const lock = await takeHostLock(hostLocks, name, 'trying whether CoreSimulator answers');
    if ('heldBy' in lock) return;
    try {
      const { udid } = await template();
      await this.#simctl.remove(await this.#simctl.clone(udid, name));
    } catch (error) {
      // A refusal is an answer, too.
      if (error instanceof SimctlHang) return this.#note(error);
    } finally {
      await lock.release();
    }
    this.#hangs = [];
  }

  #note(error: unknown): void {
    if (error instanceof SimctlHang) this.#hangs = [...this.#hangs, error.message].slice(-HANGS_TO_TELL);
  }
}

export function cloneNameOf(sessionId: string): string {
  return `${CLONE_PREFIX}${sessionId}`;
}

/** Of a clone; whatever else of another one. */
export function sessionIdIn(name: string): string {
  return name.slice(CLONE_PREFIX.length);
}
