// Where promises go that nobody awaits: they are logged and counted when they fail, and can be waited for at the end.

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
        (error: unknown) => {
          this.#log.error({ event: 'background.failed', task, err: error });
          this.#onFailure(task);
        },
      )
      .finally(() => this.#running.delete(watched));
    this.#running.add(watched);
  }

  /** Resolves when nothing runs any more, tasks that were added meanwhile included. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
