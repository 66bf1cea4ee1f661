// Lists of events that clients bring along, taken in as recordings of theirs.

import type { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Limit, Metrics } from '../metrics.ts';
import type { Recording } from '../protocol/recordings.ts';
import type { RecordingRecord } from '../store/store.ts';
import { importEvents } from './import.ts';
import { describe } from './listing.ts';
import type { RecordBook } from './record-book.ts';
import { asDiskProblem, type RecordingFiles } from './recording-files.ts';

export interface ImportsOptions {
  book: RecordBook;
  files: RecordingFiles;
  node: string;
  /** Of the body of one. */
  maxBytes: number;
  onReady: (record: RecordingRecord) => void;
  clock: Clock;
  metrics: Metrics;
}

/** Of one client at a time. */
const MAX_IMPORTS = 2;
const LIMITS = { events: 10_000_000, pages: 500, eventBytes: 64 * 1024 * 1024, depth: 2000 };

export class Imports {
  readonly #options: ImportsOptions;
  /** How many are under way, by client. */
  readonly #underWay = new Map<string, number>();

  constructor(options: ImportsOptions) {
    this.#options = options;
  }

  /**
   * Takes in a list of events as a recording of `client`. Leaves nothing behind when it fails.
   * @throws Problem `invalid-argument`, `payload-too-large`, `quota-exceeded`, `store-unavailable`.
   */
  async import(client: string, source: Readable): Promise<Recording> {
    const { book, files, onReady } = this.#options;
    const leave = this.#enter(client);
    const id = newId('rec');
    // It may fail before it is read, when nobody would hear its error; reading it throws the error again.
    source.once('error', () => {});
    try {
      const record = await this.#take(client, id, source);
      await book.put(record);
      files.finish(record);
      onReady(record);
      return describe(record);
    } catch (error) {
      source.resume(); // whoever still sends hears the answer when all is sent
      await files.removeDraft(id);
      throw asDiskProblem(error);
    } finally {
      leave();
    }
  }

  /** @throws Problem `quota-exceeded`. */
  #enter(client: string): () => void {
    const underWay = this.#underWay.get(client) ?? 0;
    if (underWay >= MAX_IMPORTS) {
      this.#noteLimit('imports-at-a-time');
      throw problem('quota-exceeded', { detail: `${MAX_IMPORTS} imports of this client are under way.` });
    }
    this.#underWay.set(client, underWay + 1);
    return () => {
      const left = (this.#underWay.get(client) ?? 1) - 1;
      if (left > 0) this.#underWay.set(client, left);
      else this.#underWay.delete(client);
    };
  }

  async #take(client: string, id: RecordingRecord['id'], source: Readable): Promise<RecordingRecord> {
    const { clock, files, maxBytes: bytes, node } = this.#options;
    const { description, pages } = await importEvents({
      // The answer needs its connection.
      source: source.iterator({ destroyOnReturn: false }),
      folder: files.draftOf(id),
      limits: { ...LIMITS, bytes },
      onLimit: (limit) => this.#noteLimit(limit),
    });
    await files.keepDraft(id);
    const now = clock.now();
    const { options = {}, browser = 'unknown', tags = {}, pages: _, ...told } = description;
    return {
      id,
      client,
      node,
      status: 'complete',
      ...told,
      browser,
      options,
      binding: '',
      pages,
      sizeBytes: await files.sizeOf({ id }),
      createdAt: now,
      endedAt: now,
      isImported: true,
      tags,
    };
  }

  #noteLimit(limit: Limit): void {
    this.#options.metrics.limitHits.inc({ limit });
  }
}
