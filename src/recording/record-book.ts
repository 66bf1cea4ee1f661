// The records of recordings: those that go on as they are now, the others as the store has them. What the store does not
// take is put again later; the events themselves are files.

import { problem } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Recording } from '../protocol/recordings.ts';
import type { RecordingRecord, Store } from '../store/store.ts';
import { describe, isWanted, type RecordingQuery } from './listing.ts';

export class RecordBook {
  readonly #store: Store['recordings'];
  readonly #metrics: Metrics;
  readonly #log: Log;
  /** Those that go on here, by id. */
  readonly #present = new Map<string, RecordingRecord>();
  /** Those that the store did not take. */
  readonly #unstored = new Map<string, RecordingRecord>();

  constructor({ store, metrics, log }: { store: Store; metrics: Metrics; log: Log }) {
    this.#store = store.recordings;
    this.#metrics = metrics;
    this.#log = log;
    store.restoreFrom?.(() => ({ recordings: [...this.#present.values()] }));
  }

  /** It goes on from here, and this record of it changes as it does. */
  begin(record: RecordingRecord): void {
    this.#present.set(record.id, record);
  }

  /** It does not go on here any more. */
  end({ id }: Pick<RecordingRecord, 'id'>): void {
    this.#present.delete(id);
  }

  goesOn({ id }: Pick<RecordingRecord, 'id'>): boolean {
    return this.#present.has(id);
  }

  /** The ids of those whose records cannot be read. */
  async unreadable(): Promise<string[]> {
    return this.#store.unreadable();
  }

  /** Those of a client that go on. */
  presentOf(client: string): RecordingRecord[] {
    return [...this.#present.values()].filter((record) => record.client === client);
  }

  async find(id: string): Promise<RecordingRecord | undefined> {
    return this.#present.get(id) ?? this.#unstored.get(id) ?? this.#store.get(id);
  }

  /** @throws Problem `recording-not-found`, also for that of another client. */
  async get(client: string, id: string): Promise<RecordingRecord> {
    const record = await this.find(id);
    if (record?.client === client) return record;
    throw problem('recording-not-found', { detail: `There is no recording ${id}.` });
  }

  /** Newest first. */
  async list(
    client: string,
    query: RecordingQuery,
  ): Promise<{ data: Recording[]; nextCursor: string | null }> {
    const { limit, status } = query;
    const data: Recording[] = [];
    let cursor: string | null | undefined = query.cursor;
    while (data.length < limit && cursor !== null) {
      const page = await this.#store.list({
        client,
        limit: limit - data.length,
        ...(status && { status }),
        ...(cursor !== undefined && { cursor }),
      });
      data.push(...page.data.filter((record) => isWanted(record, query)).map(describe));
      const oldest = page.data.at(-1);
      const isOver = oldest !== undefined && oldest.createdAt < (query.after ?? 0);
      cursor = isOver ? null : page.nextCursor;
    }
    return { data, nextCursor: cursor ?? null };
  }

  /** Newest first. */
  async *all(query: { client?: string } = {}): AsyncGenerator<RecordingRecord> {
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const page = await this.#store.list({ ...query, limit: 200, ...(cursor !== undefined && { cursor }) });
      yield* page.data;
      cursor = page.nextCursor;
    }
  }

  /** Durably on return. @throws what the store does. */
  async put(record: RecordingRecord): Promise<void> {
    await this.#store.put(record);
    this.#unstored.delete(record.id);
  }

  /** Now, or with `putLate`. Never rejects. */
  async putOrKeep(record: RecordingRecord): Promise<void> {
    try {
      await this.put(record);
    } catch (error) {
      this.#unstored.set(record.id, record);
      this.#metrics.backgroundFailures.inc({ task: 'store recording' });
      this.#log.error({ event: 'recording.not-stored', recordingId: record.id, err: error });
    }
  }

  /** Tries again what the store did not take. */
  async putLate(): Promise<void> {
    for (const record of this.#unstored.values()) await this.putOrKeep(record);
  }

  async delete(id: string): Promise<void> {
    await this.#store.delete(id);
    this.#unstored.delete(id);
  }
}
