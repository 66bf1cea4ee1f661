// One recording: what happened in it, read as it was or as it happens, and taken along as a file.

import { type Bytes, bodyOf, bytesOf, chunksOf, jsonLines } from './byte-stream.ts';
import { MoorageError } from './error.ts';
import { readEventStream } from './events.ts';
import { writeLocalFile } from './local-files.ts';
import type { Recording } from './schemas.ts';
import type { Transport } from './transport.ts';

/** A moment: epoch milliseconds, as events have it, or a date. */
export type Moment = Date | number;

export interface RecordingEventsQuery {
  /** The id of one of the recording's pages; without it, all of them in the order of time. */
  page?: string;
  /** What a replay needs to begin here comes along: everything since the full snapshot before. */
  from?: Moment;
  to?: Moment;
  /** rrweb's numbers: 2 full snapshot, 3 change or input, 4 navigation, 5 ours, 6 console. */
  types?: readonly number[];
  signal?: AbortSignal;
}

/** An event of rrweb, which says what `data` is of each `type`, with the page that it is of. */
export interface RecordingEvent {
  type: number;
  /** Epoch milliseconds. */
  timestamp: number;
  data: unknown;
  pageId: string;
}

/** Of several pages one is to be named. */
export interface PageChoice {
  page?: string;
  signal?: AbortSignal;
}

export interface ExportOptions extends PageChoice {
  /** `json` is one array, as rrweb-player takes it; `ndjson` has an event a line. Default `json`. */
  format?: 'json' | 'ndjson';
}

/** The requests of a recording, as HAR 1.2 has them. */
export interface Har {
  log: {
    version: string;
    creator: { name: string; version: string };
    pages?: { id: string; startedDateTime: string; title: string; [more: string]: unknown }[];
    entries: HarEntry[];
  };
}

export interface HarEntry {
  pageref?: string;
  startedDateTime: string;
  /** Milliseconds. */
  time: number;
  request: { method: string; url: string; headers: HarHeader[]; [more: string]: unknown };
  /** `status` is 0 where no answer came. */
  response: { status: number; statusText: string; headers: HarHeader[]; [more: string]: unknown };
  [more: string]: unknown;
}

export interface HarHeader {
  name: string;
  value: string;
}

// Reading an hour's log takes as long as its size asks for.
const LOG_MS = 600_000;

/** One recording, of which nothing is held here but its id: each method asks the server. */
export class RecordingHandle {
  readonly id: string;
  /** Of the viewer. */
  readonly url: string;
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport, id: string) {
    this.id = id;
    this.url = transport.address(`/recordings/${encodeURIComponent(id)}`);
    this.#transport = transport;
  }

  /** Its pages, how much there is of each, and whether it goes on. @throws MoorageError `recording-not-found`. */
  get(): Promise<Recording> {
    return this.#transport.json('GET', this.#path());
  }

  /** What has happened up to now, as it was. @throws MoorageError `recording-not-found`, `page-not-found`. */
  events(query: RecordingEventsQuery = {}): AsyncGenerator<RecordingEvent, void, undefined> {
    const { from, page, signal = new AbortController().signal, to, types } = query;
    return jsonLines(this.#transport, this.#path('/events'), {
      query: { page, from: epochMs(from), to: epochMs(to), types: types?.map(String) },
      headers: { accept: 'application/x-ndjson' },
      signal,
    });
  }

  /**
   * What happens, as it happens, until the recording ends. It begins with the last full snapshot of each page, before
   * `from` where that is given, so that one can replay it. A connection that is lost is resumed, nothing twice.
   * @throws MoorageError `recording-not-found`, or when the server cannot be reached at first.
   */
  tail(query: RecordingEventsQuery = {}): AsyncGenerator<RecordingEvent, void, undefined> {
    const { from, page, signal, to, types } = query;
    return readEventStream(this.#transport, this.#path('/events'), {
      query: { page, from: epochMs(from), to: epochMs(to) },
      ...(signal && { signal }),
      ...(types && { types: types.map(String) }),
    });
  }

  /** Its requests, as HAR 1.2. */
  har({ signal }: { signal?: AbortSignal } = {}): Promise<Har> {
    return this.#transport.json('GET', this.#path('/har'), { signal, timeoutMs: LOG_MS });
  }

  /** Its console as text, one line a message: time, level, text, and where it came from. */
  async console({ signal }: { signal?: AbortSignal } = {}): Promise<string> {
    const bytes = await bytesOf(await this.file('console', { signal }));
    return new TextDecoder().decode(bytes);
  }

  /** What rrweb-player takes and `recordings.import` reads, as a stream. */
  export({ format = 'json', ...options }: ExportOptions = {}): Promise<ReadableStream<Uint8Array>> {
    return this.file('export', { format, ...options });
  }

  /** Writes it on this machine, with the folders above it; `.ndjson` at its end says the format, where nothing else does. */
  async saveAs(path: string, options: ExportOptions = {}): Promise<void> {
    const format = options.format ?? (path.endsWith('.ndjson') ? 'ndjson' : 'json');
    await writeLocalFile(path, chunksOf(await this.export({ ...options, format })));
  }

  /** The video of a page, as far as it goes: while it is being made, until it is done. Recorded with `video`. */
  video(choice: PageChoice = {}): Promise<ReadableStream<Uint8Array>> {
    return this.file('video', choice);
  }

  /** A small picture of a page. */
  async thumbnail(choice: PageChoice = {}): Promise<Bytes> {
    return bytesOf(await this.file('thumbnail', choice));
  }

  /** The bytes of one of its files, which are never whole in memory. @throws MoorageError */
  async file(
    kind: 'console' | 'export' | 'har' | 'thumbnail' | 'video',
    { signal = new AbortController().signal, ...query }: ExportOptions = {},
  ): Promise<ReadableStream<Uint8Array>> {
    const headers = { accept: '*/*' };
    return bodyOf(await this.#transport.stream(this.#path(`/${kind}`), { query, headers, signal }));
  }

  /** Removes it with everything of it. One that is gone already is fine. @throws MoorageError while it goes on. */
  delete(): Promise<void> {
    return deleteRecording(this.#transport, this.id);
  }

  #path(more = ''): string {
    return recordingPath(this.id) + more;
  }
}

/** One that is gone already is fine. @throws MoorageError `invalid-argument` while it goes on. */
export async function deleteRecording(transport: Transport, id: string): Promise<void> {
  try {
    await transport.json('DELETE', recordingPath(id));
  } catch (error) {
    if (!(error instanceof MoorageError) || error.code !== 'recording-not-found') throw error;
  }
}

export function epochMs(moment: Moment | undefined): number | undefined {
  return moment instanceof Date ? moment.getTime() : moment;
}

export function recordingPath(id: string): string {
  return `/v1/recordings/${encodeURIComponent(id)}`;
}
