// The pages of a recording, each a row of its own, brought into one order.

import type { RecordedEvent } from '../protocol/recorder.ts';
import type { Batch } from './segments.ts';

/** An event of a recording, with the page that it is of. */
export type PlacedEvent = RecordedEvent & { pageId: string };
export type PlacedBatch = Batch & { pageId: string };

/** A page that is opened when its time has come: a recording may have thousands, most of them closed long ago. */
export interface TimelinePage {
  /** No event of it is older, epoch milliseconds. */
  startsAt: number;
  open(): AsyncGenerator<PlacedEvent>;
}

/** The events of all pages in the order of time. */
export async function* timelineOf(pages: readonly TimelinePage[]): AsyncGenerator<PlacedEvent> {
  const waiting = pages.toSorted((a, b) => a.startsAt - b.startsAt);
  const merge = new Merge((event: PlacedEvent) => event.timestamp);
  try {
    for (;;) {
      let first = waiting[0];
      while (first && first.startsAt <= (merge.next ?? Number.POSITIVE_INFINITY)) {
        waiting.shift();
        await merge.add(first.open());
        first = waiting[0];
      }
      const event = await merge.take();
      if (!event) return;
      yield event;
    }
  } finally {
    await merge.close();
  }
}

/** The batches of all pages in the order in which they were written. */
export async function* inOrderOfNumbers(
  pages: readonly AsyncGenerator<PlacedBatch>[],
): AsyncGenerator<PlacedBatch> {
  const merge = new Merge((batch: PlacedBatch) => batch.number);
  try {
    for (const page of pages) await merge.add(page);
    for (let batch = await merge.take(); batch; batch = await merge.take()) yield batch;
  } finally {
    await merge.close();
  }
}

/** Sources that are in order each, taken from as one. */
class Merge<Item> {
  readonly #rank: (item: Item) => number;
  readonly #heads: { source: AsyncGenerator<Item>; item: Item }[] = [];

  constructor(rank: (item: Item) => number) {
    this.#rank = rank;
  }

  /** The rank of what is taken next. */
  get next(): number | undefined {
    const first = this.#first();
    return first && this.#rank(first.item);
  }

  async add(source: AsyncGenerator<Item>): Promise<void> {
    const { done, value } = await source.next();
    if (!done) this.#heads.push({ source, item: value });
  }

  async take(): Promise<Item | undefined> {
    const head = this.#first();
    if (!head) return undefined;
    this.#heads.splice(this.#heads.indexOf(head), 1);
    await this.add(head.source);
    return head.item;
  }

  async close(): Promise<void> {
    for (const { source } of this.#heads) await source.return(undefined);
  }

  #first(): { source: AsyncGenerator<Item>; item: Item } | undefined {
    const [first, ...rest] = this.#heads;
    if (!first) return undefined;
    return rest.reduce((a, b) => (this.#rank(b.item) < this.#rank(a.item) ? b : a), first);
  }
}
