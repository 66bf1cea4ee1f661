// Requests that wait for a free browser, fair between clients: higher priority first, then clients in turn, then age.

export interface Waiting {
  client: string;
  /** Higher goes first. */
  priority: number;
}

export class FairQueue<Waiter extends Waiting> {
  readonly #waiters = new Set<Waiter>();
  /** When each client was last served, counted in turns. Clients that never were come first. */
  readonly #lastServed = new Map<string, number>();
  #turn = 0;

  get length(): number {
    return this.#waiters.size;
  }

  has(waiter: Waiter): boolean {
    return this.#waiters.has(waiter);
  }

  add(waiter: Waiter): void {
    this.#waiters.add(waiter);
  }

  /** Takes a waiter out without serving it. False when it was not waiting. */
  remove(waiter: Waiter): boolean {
    const removed = this.#waiters.delete(waiter);
    if (this.#waiters.size === 0) this.#lastServed.clear();
    return removed;
  }

  /** Takes a waiter out and moves its client to the back of the turn. */
  serve(waiter: Waiter): void {
    this.#lastServed.set(waiter.client, ++this.#turn);
    this.remove(waiter);
  }

  /** Everybody who waits, in the order in which they should be served now. */
  inOrder(): Waiter[] {
    const rounds = new Map<string, number>();
    return [...this.#waiters]
      .map((waiter) => {
        // A client's second request comes after the first ones of all the others.
        const place = `${waiter.priority} ${waiter.client}`;
        const round = rounds.get(place) ?? 0;
        rounds.set(place, round + 1);
        return { waiter, round, lastServed: this.#lastServed.get(waiter.client) ?? 0 };
      })
      .sort(
        (a, b) => b.waiter.priority - a.waiter.priority || a.round - b.round || a.lastServed - b.lastServed,
      )
      .map(({ waiter }) => waiter);
  }
}
