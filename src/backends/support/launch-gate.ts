// The gate through which every browser starts: a few at a time, since more only make each other slow, and those that
// somebody waits for first.

interface Waiting {
  isUrgent: boolean;
  enter: () => void;
}

export class LaunchGate {
  readonly #limit: number;
  #running = 0;
  readonly #waiting: Waiting[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Runs `launch` when it is its turn. Urgent ones go before the others, otherwise first come, first served.
   * Rejects with the reason of `signal` when that aborts before the turn comes.
   */
  async run<T>(
    launch: () => Promise<T>,
    { isUrgent, signal }: { isUrgent: boolean; signal: AbortSignal },
  ): Promise<T> {
    await this.#enter(isUrgent, signal);
    try {
      return await launch();
    } finally {
      this.#running -= 1;
      this.#admit();
    }
  }

  #enter(isUrgent: boolean, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason);
      };
      const waiting: Waiting = {
        isUrgent,
        enter: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiting);
      this.#admit();
    });
  }

  #admit(): void {
    while (this.#running < this.#limit && this.#waiting.length > 0) {
      const urgent = this.#waiting.findIndex(({ isUrgent }) => isUrgent);
      const [next] = this.#waiting.splice(Math.max(0, urgent), 1);
      this.#running += 1;
      next?.enter();
    }
  }
}
