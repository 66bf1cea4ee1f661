// Saves the state of a surface every few seconds while it changes. Tabs tell when they change; cookies are compared,
// because Chrome has no event for them.

import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeState } from './state-file.ts';
import { type Watch, within } from './watch.ts';

// A Chrome that is closed closes its tabs one by one. That is no change worth saving: without them it could not be
// restored. Its process is gone before this is over.
const CLOSING_MS = 2000;
/** A frozen Chrome answers when it goes on. An answer that never came for another reason must not end the saving. */
const PATIENCE_MS = 30_000;

export class Saver {
  readonly #folder: string;
  readonly #watch: Watch;
  readonly #everyMs: number;
  readonly #onFailure: (error: unknown) => void;
  #isDirty = true;
  #savedCookies = '';
  #turn: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(options: {
    folder: string;
    watch: Watch;
    everyMs: number;
    onFailure: (error: unknown) => void;
  }) {
    this.#folder = options.folder;
    this.#watch = options.watch;
    this.#everyMs = options.everyMs;
    this.#onFailure = options.onFailure;
  }

  markDirty(): void {
    this.#isDirty = true;
  }

  /** Goes on until the process ends. */
  async run(): Promise<never> {
    for (;;) {
      await sleep(this.#everyMs);
      // One that waits for a frozen Chrome is enough.
      if (this.#waiting > 0) continue;
      await within(PATIENCE_MS, this.#inTurn(() => this.#saveWhatChanged()).catch(this.#onFailure));
    }
  }

  /** Asks every tab and saves, whatever has changed. */
  saveNow(): Promise<void> {
    return this.#inTurn(async () => {
      const cookies = await this.#watch.readCookies();
      await this.#save(cookies, { all: true });
    });
  }

  async #saveWhatChanged(): Promise<void> {
    const { isConnected, lastClosedAt } = this.#watch;
    if (!isConnected || performance.now() - lastClosedAt < CLOSING_MS) return;
    const cookies = await this.#watch.readCookies();
    if (this.#isDirty || JSON.stringify(cookies) !== this.#savedCookies) {
      await this.#save(cookies, { all: false });
    }
  }

  async #save(cookies: Awaited<ReturnType<Watch['readCookies']>>, which: { all: boolean }): Promise<void> {
    this.#isDirty = false;
    try {
      const tabs = await this.#watch.readTabs(which);
      await writeState(this.#folder, { at: Date.now(), tabs, cookies });
      this.#savedCookies = JSON.stringify(cookies);
    } catch (error) {
      this.#isDirty = true;
      throw error;
    }
  }

  /** One save at a time, or an older one could overwrite a newer one. */
  #inTurn(save: () => Promise<void>): Promise<void> {
    this.#waiting += 1;
    const turn = this.#turn.then(save).finally(() => {
      this.#waiting -= 1;
    });
    this.#turn = turn.catch(() => {}); // told to whom it was for
    return turn;
  }
}
