// The events of one page. Nothing is asked of the server until somebody listens; the stream is closed when nobody does.

import { type ClientErrorCode, MoorageError } from './error.ts';
import { readEventStream } from './events.ts';
import type { PageEvent, PageEventList, PageEventType } from './schemas.ts';
import type { Transport } from './transport.ts';

export type Listener = (event: PageEvent) => void;

export interface PageEventsQuery {
  /** Only events with a higher `sequence`. */
  after?: number;
  types?: readonly PageEventType[];
  limit?: number;
}

// What the server gives at once, at most.
const MOST_EVENTS = 500;
// Nothing comes after it: the answer says what the newest event is.
const AFTER_ALL = Number.MAX_SAFE_INTEGER;

export class PageEvents {
  readonly #transport: Transport;
  readonly #path: string;
  readonly #listeners = new Map<PageEventType, Set<Listener>>();
  #stream: { types: string; stop: AbortController } | undefined;
  /** Pending or done while there are listeners: where the page's events stood when the first one came. */
  #beginning: Promise<void> | undefined;
  #sequence = 0;

  constructor(transport: Transport, pageId: string) {
    this.#transport = transport;
    this.#path = `/v1/pages/${encodeURIComponent(pageId)}/events`;
  }

  /** Those that the server still holds, oldest first. @throws MoorageError `page-not-found`. */
  list({ after, types, limit }: PageEventsQuery = {}): Promise<PageEventList> {
    return this.#transport.json('GET', this.#path, { query: { after, types: types?.join(), limit } });
  }

  on(type: PageEventType, listener: Listener): void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
    this.#beginning ??= this.#begin();
    // Who sends a command, or waits for the event, is told of a failure.
    this.#beginning.then(() => this.#adjustStream()).catch(() => {});
  }

  off(type: PageEventType, listener: Listener): void {
    const listeners = this.#listeners.get(type);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(type);
    if (this.#listeners.size > 0) return;
    this.close();
  }

  /** The listeners stay silent from now on. */
  close(): void {
    this.#listeners.clear();
    this.#stream?.stop.abort();
    this.#stream = undefined;
    this.#beginning = undefined;
  }

  /**
   * Resolves to the next event of a type for which `predicate` holds. What happens after the call is not missed, even
   * when it happens before the server is reached.
   * @throws MoorageError `timeout`, or why the events cannot be had.
   */
  async next(
    type: PageEventType,
    { predicate = () => true, timeoutMs }: { predicate?: (event: PageEvent) => unknown; timeoutMs: number },
  ): Promise<PageEvent> {
    let listener: Listener | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      return await new Promise((resolve, reject) => {
        listener = async (event) => {
          try {
            if (await predicate(event)) resolve(event);
          } catch (error) {
            reject(error);
          }
        };
        this.on(type, listener);
        this.#beginning?.catch(reject);
        if (timeoutMs > 0) timer = setTimeout(() => reject(neverCame(type, timeoutMs)), timeoutMs);
      });
    } finally {
      clearTimeout(timer);
      if (listener) this.off(type, listener);
    }
  }

  /** Resolves when what a command does now would be heard. */
  async ready(): Promise<void> {
    await this.#beginning;
  }

  /** Lets the listeners hear what happened up to the event `last`, without waiting for the stream to bring it. */
  async catchUp(last: number): Promise<void> {
    const types = [...this.#listeners.keys()];
    if (types.length === 0 || last <= this.#sequence) return;
    const { data } = await this.list({ after: this.#sequence, types, limit: MOST_EVENTS });
    for (const event of data) this.#deliver(event);
    // Events of other types, which nobody listens to, lie between.
    this.#sequence = Math.max(this.#sequence, last);
  }

  async #begin(): Promise<void> {
    const { last } = await this.list({ after: AFTER_ALL, limit: 1 });
    this.#sequence = last;
  }

  /** Streams are opened for the types that are listened to, since some of them are many. */
  #adjustStream(): void {
    const types = [...this.#listeners.keys()].sort();
    if (types.length === 0 || this.#stream?.types === types.join()) return;
    this.#stream?.stop.abort();
    const stream = { types: types.join(), stop: new AbortController() };
    this.#stream = stream;
    void this.#read(types, stream.stop.signal);
  }

  async #read(types: readonly PageEventType[], signal: AbortSignal): Promise<void> {
    const options = { after: this.#sequence, types, signal };
    try {
      for await (const event of readEventStream<PageEvent>(this.#transport, this.#path, options)) {
        if (signal.aborted) return;
        this.#deliver(event);
      }
    } catch (error) {
      if (!(error instanceof MoorageError)) throw error;
      // The page is gone, or the server refuses: its commands say the same to whoever sends one.
      this.#stream = undefined;
    }
  }

  #deliver(event: PageEvent): void {
    // Heard by catching up; or none at all, but the note of a gap.
    if (!(event.sequence > this.#sequence)) return;
    this.#sequence = event.sequence;
    for (const listener of [...(this.#listeners.get(event.type) ?? [])]) tell(listener, event);
  }
}

/** What a listener throws is for its program to see, as with every emitter, and keeps nobody else from the event. */
function tell(listener: Listener, event: PageEvent): void {
  try {
    listener(event);
  } catch (error) {
    setTimeout(() => {
      throw error;
    }, 0);
  }
}

function neverCame(type: PageEventType, timeoutMs: number): MoorageError {
  return new MoorageError({
    code: 'timeout' satisfies ClientErrorCode,
    title: 'The event did not come in time',
    detail: `Timeout ${timeoutMs}ms exceeded while waiting for event "${type}"`,
    retryable: true,
  });
}
