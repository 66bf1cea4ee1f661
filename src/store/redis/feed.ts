// Brings events to subscribers, each once and in the order of its number, whichever server appended it. Announcements say
// that there is something new; where one is missing, the log has it.

import type { Event } from '../../protocol/events.ts';

const PAGE_SIZE = 500;

export class EventFeed {
  readonly #read: (query: { after: number; limit: number }) => Promise<Event[]>;
  readonly #listeners = new Set<{ call: (event: Event) => void }>();
  /** The number of the last event that was brought; undefined until it is known where to start. */
  #delivered: number | undefined;
  /** The highest number that was announced. */
  #announced = 0;
  #catchingUp: Promise<void> | undefined;

  constructor(read: (query: { after: number; limit: number }) => Promise<Event[]>) {
    this.#read = read;
  }

  /** Events after this number will be brought. */
  async start(sequence: number): Promise<void> {
    this.#delivered = sequence;
    if (this.#announced > sequence) await this.catchUp();
  }

  subscribe(listener: (event: Event) => void): () => void {
    // Wrapped, so that a function that subscribes twice is called twice and leaves one by one.
    const subscription = { call: listener };
    this.#listeners.add(subscription);
    return () => this.#listeners.delete(subscription);
  }

  /** Takes an event that was appended, here or by another server; resolves when it has been brought. */
  async notice(event: Event): Promise<void> {
    this.#announced = Math.max(this.#announced, event.sequence);
    if (this.#delivered === undefined || event.sequence <= this.#delivered) return;
    if (!this.#catchingUp && event.sequence === this.#delivered + 1) this.#deliver(event);
    else await this.catchUp();
  }

  /** Brings what is in the log and was not brought yet. Never rejects: what cannot be read now comes with the next. */
  catchUp(): Promise<void> {
    this.#catchingUp ??= this.#drain()
      .catch(() => {})
      .finally(() => {
        this.#catchingUp = undefined;
      });
    return this.#catchingUp;
  }

  close(): void {
    this.#listeners.clear();
  }

  async #drain(): Promise<void> {
    while (this.#delivered !== undefined) {
      const announced = this.#announced;
      const page = await this.#read({ after: this.#delivered, limit: PAGE_SIZE });
      for (const event of page) this.#deliver(event);
      // What was announced before the log was read and is not in it was lost with it.
      if (page.length < PAGE_SIZE) this.#delivered = Math.max(this.#delivered, announced);
      if (page.length < PAGE_SIZE && this.#announced <= this.#delivered) return;
    }
  }

  #deliver(event: Event): void {
    this.#delivered = event.sequence;
    for (const { call } of [...this.#listeners]) call(event);
  }
}
