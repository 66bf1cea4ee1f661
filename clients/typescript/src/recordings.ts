// Recordings: what there is, taken in from files, and deleted by age, number and size.

import { type FileSource, readLocalFile } from './local-files.ts';
import { deleteRecording, epochMs, type Moment, recordingPath } from './recording.ts';
import type {
  Recording,
  RecordingList,
  RecordingPrune,
  RecordingStatus,
  RecordingsPruned,
} from './schemas.ts';
import type { Transport } from './transport.ts';

export interface RecordingQuery {
  status?: RecordingStatus | readonly RecordingStatus[];
  /** The id of a session. */
  session?: string;
  /** The name of a surface. */
  surface?: string;
  /** Only those with a page whose URL holds this text. */
  url?: string;
  hasErrors?: boolean;
  /** Only those that began then or later. */
  after?: Moment;
  /** Only those that began before. */
  before?: Moment;
  /** Only those that have all of these. */
  tags?: Record<string, string>;
  /** Recordings a page, at most 500. */
  limit?: number;
}

const IMPORT_MS = 3_600_000;
const PRUNE_MS = 300_000;

export class Recordings {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** @throws MoorageError `recording-not-found`. */
  get(id: string): Promise<Recording> {
    return this.#transport.json('GET', recordingPath(id));
  }

  /** Every recording, newest first, fetched page by page. */
  async *list(query: RecordingQuery = {}): AsyncGenerator<Recording, void, undefined> {
    let page = await this.page(query);
    yield* page.data;
    while (page.nextCursor !== null) {
      page = await this.page({ ...query, cursor: page.nextCursor });
      yield* page.data;
    }
  }

  /** One page, newest first. `nextCursor` is the `cursor` of the next one, null at the end. */
  page(query: RecordingQuery & { cursor?: string } = {}): Promise<RecordingList> {
    const { after, before, tags = {}, ...rest } = query;
    const tag = Object.entries(tags).map(([name, value]) => `${name}=${value}`);
    return this.#transport.json('GET', '/v1/recordings', {
      query: { ...rest, after: epochMs(after), before: epochMs(before), tag },
    });
  }

  /** Removes it with everything of it. One that is gone already is fine. @throws MoorageError while it goes on. */
  async delete(id: string): Promise<void> {
    await deleteRecording(this.#transport, id);
  }

  /** Takes in a file that was exported here or elsewhere, or any list of rrweb's events. `.ndjson` names say so. */
  async import(source: FileSource, { signal }: { signal?: AbortSignal } = {}): Promise<Recording> {
    const { name, content } = await contentOf(source);
    const isLines = name.endsWith('.ndjson') || name.endsWith('.jsonl');
    return this.#transport.json('POST', '/v1/recordings', {
      headers: { 'content-type': isLines ? 'application/x-ndjson' : 'application/json' },
      rawBody: content,
      signal,
      timeoutMs: IMPORT_MS,
    });
  }

  /** Deletes what is too old or too much, the oldest first; recordings that go on stay. */
  prune(request: RecordingPrune = {}): Promise<RecordingsPruned> {
    return this.#transport.json('POST', '/v1/recordings/prune', { body: request, timeoutMs: PRUNE_MS });
  }
}

async function contentOf(source: FileSource) {
  if (typeof source !== 'string') return { name: source.name, content: new Uint8Array(source.buffer) };
  const { name, stream } = await readLocalFile(source);
  return { name, content: stream };
}
