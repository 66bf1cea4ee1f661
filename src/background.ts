// Where failures go that are nobody's to handle: they are logged and counted. What runs here on its own can be waited for
// at the end.

import type { Log } from './log.ts';

export class Background {
  readonly #log: Log;
  readonly #onFailure: (task: string) => void;
  readonly #running = new Set<Promise<void>>();

  constructor(options: { log: Log; onFailure?: (task: string) => void }) {
    this.#log = options.log;
    this.#onFailure = options.onFailure ?? (() => {});
  }

  /** Lets `promise` run on its own under the name `task`. */
  run(task: string, promise: Promise<unknown>): void {
    const watched = promise
      .then(
        () => {},
        (error: unknown) => this.#tell(task, error),
      )
      .finally(() => this.#running.delete(watched));
    this.#running.add(watched);
  }

  /** Does `work` under the name `task`, and says whether it succeeded. For steps that must not stop what follows. */
  async attempt(task: string, work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#tell(task, error);
      return false;
    }
  }

  /** Resolves when nothing runs any more, tasks that were added meanwhile included. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #tell(task: string, error: unknown): void {
    this.#log.error({ event: 'background.failed', task, err: error });
    this.#onFailure(task);
  }
}
