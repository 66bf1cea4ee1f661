// The event log's front: whoever has something to tell publishes here; SSE and webhooks read from the store.

import type { Clock } from '../clock.ts';
import { newId } from '../ids.ts';
import type { Event, EventType } from '../protocol/events.ts';
import type { Store } from '../store/store.ts';

export interface EventDraft {
  type: EventType;
  client?: string;
  sessionId?: string;
  backend?: string;
  data?: Record<string, unknown>;
}

export class EventLog {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(options: { store: Store; clock: Clock }) {
    this.#store = options.store;
    this.#clock = options.clock;
  }

  /** Appends an event. It reaches subscribers in the order in which it is numbered. */
  publish({ data = {}, ...draft }: EventDraft): Promise<Event> {
    return this.#store.appendEvent({
      id: newId('evt'),
      at: new Date(this.#clock.now()).toISOString(),
      ...draft,
      data,
    });
  }

  /** Events after `sequence`, oldest first. */
  read(query: { after: number; limit: number; client?: string }): Promise<Event[]> {
    return this.#store.readEvents(query);
  }

  subscribe(listener: (event: Event) => void): () => void {
    return this.#store.subscribe(listener);
  }
}
