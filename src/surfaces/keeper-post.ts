// The keeper's post beside one Chrome: sees to it that there is a keeper, started again where it was killed, and asks it.

import { within } from '../backends/support/waiting.ts';
import type { Log } from '../log.ts';
import { isRunning, type ProcessIdentity } from '../process-identity.ts';
import { type Keeper, openKeeper, startKeeper } from './keeper.ts';

export interface KeeperPostOptions {
  /** The name of the surface, for the log. */
  surface: string;
  /** Of the surface, absolute. */
  folder: string;
  /** `ws://…` */
  browserUrl: string;
  chrome: ProcessIdentity;
  /** The process that is known to be its keeper. */
  keeper: ProcessIdentity | undefined;
  saveEveryMs: number;
  log: Log;
  /** Whether there is still something to keep. */
  isNeeded(): boolean;
  /** Writes down which process it is from now on. */
  onStarted(keeper: ProcessIdentity): Promise<void>;
}

const SAVE_TIMEOUT_MS = 10_000;

export class KeeperPost {
  readonly #options: KeeperPostOptions;
  #process: ProcessIdentity | undefined;
  #client: Keeper | undefined;
  /** One start of a keeper at a time. */
  #starting: Promise<void> | undefined;

  constructor(options: KeeperPostOptions) {
    this.#options = options;
    this.#process = options.keeper;
  }

  async isFilled(): Promise<boolean> {
    return this.#process !== undefined && (await isRunning(this.#process));
  }

  /** Sees to it that there is a keeper. Never rejects: a surface works without one, and who watches it tries again. */
  fill(): Promise<void> {
    const { surface, log, isNeeded } = this.#options;
    this.#starting ??= this.#start()
      .catch((err: unknown) => {
        if (isNeeded()) log.warn({ event: 'surface.keeper-failed', surface, err });
      })
      .finally(() => {
        this.#starting = undefined;
      });
    return this.#starting;
  }

  /** Asks the keeper, which is started again where it was killed. */
  async ask<T>(question: (keeper: Keeper) => Promise<T>): Promise<T> {
    if (!(await this.isFilled())) await this.fill();
    return question(this.#keeper());
  }

  /** Has the state saved now. Never rejects: there is one of some seconds ago. */
  async save(): Promise<void> {
    const { surface, log } = this.#options;
    await within(SAVE_TIMEOUT_MS, this.#keeper().saveNow()).catch((err: unknown) => {
      log.warn({ event: 'surface.state-not-saved', surface, err });
    });
  }

  /** Ends the keeper, and one that is just being started. */
  async clear(): Promise<void> {
    await this.#starting;
    await this.#keeper().stop();
    this.#keeper().close();
  }

  /** Lets go of the keeper, who stays. */
  letGo(): void {
    this.#client?.close();
  }

  async #start(): Promise<void> {
    const { folder, browserUrl, chrome, saveEveryMs, isNeeded, onStarted } = this.#options;
    if ((await this.isFilled()) || !isNeeded()) return;
    this.#client?.close();
    this.#client = undefined;
    this.#process = await startKeeper({ folder, browserUrl, chrome, saveEveryMs });
    await onStarted(this.#process);
  }

  #keeper(): Keeper {
    this.#client ??= openKeeper(this.#options.folder);
    return this.#client;
  }
}
