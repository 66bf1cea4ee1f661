// A list of rrweb's events, taken in as a recording: an export of ours, or what some other recorder made. It is checked
// and written event by event, so that what is too large, or wrong at its end, costs no memory and leaves nothing behind.

import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { type ProblemCode, problem } from '../errors.ts';
import { isSessionId, type SessionId } from '../ids.ts';
import type { Limit } from '../metrics.ts';
import { EVENT_TYPE, RecordedEvent } from '../protocol/recorder.ts';
import { RECORDING_TAGS, type RecordedPage, RecordOptions } from '../protocol/recordings.ts';
import { SurfaceName, Tags } from '../protocol/sessions.ts';
import { JsonFault, jsonItems } from './json-items.ts';
import { MAX_URL_CHARS, note, pageFolder } from './live-recording.ts';
import { SegmentWriter } from './segments.ts';
import { customOf, isObject } from './trouble.ts';

export interface ImportOptions {
  source: AsyncIterable<Buffer>;
  /** Of the new recording. */
  folder: string;
  limits: ImportLimits;
  /** A limit refused it. */
  onLimit: (limit: Limit) => void;
}

export interface ImportLimits {
  /** Of the body. */
  bytes: number;
  events: number;
  pages: number;
  /** Of one event. */
  eventBytes: number;
  depth: number;
}

/** What an export says of the recording that it is of, as far as it can be believed. */
export interface ImportDescription {
  sessionId?: SessionId;
  surface?: string;
  browser?: string;
  options?: RecordOptions;
  tags?: Record<string, string>;
  pages: ReadonlyMap<string, Pick<RecordedPage, 'title' | 'url'> & Partial<RecordedPage>>;
}

export interface Imported {
  description: ImportDescription;
  pages: RecordedPage[];
}

/** Events of a page that are written at once. */
const BATCH_EVENTS = 500;
const BATCH_CHARS = 1024 * 1024;
/** What waits to be written, over all pages. */
const MAX_WAITING_CHARS = 16 * 1024 * 1024;
/** Pages that may hold memory for writing between batches. */
const MAX_AWAKE = 16;
/** Where events do not say of which page they are. */
const ONLY_PAGE = 'page';
const PAGE_ID = /^[A-Za-z0-9_-]{1,64}$/;
/** What a date can hold. */
const MAX_TIME = 8.64e15;

/** What rrweb gives its types of events as `data`, as far as replays count on it. */
const DATA: Readonly<Record<number, ReturnType<typeof Type.Object>>> = {
  [EVENT_TYPE.fullSnapshot]: Type.Object({ node: Type.Object({ type: Type.Integer() }) }),
  [EVENT_TYPE.incrementalSnapshot]: Type.Object({ source: Type.Integer({ minimum: 0, maximum: 100 }) }),
  [EVENT_TYPE.meta]: Type.Object({ href: Type.String() }),
  [EVENT_TYPE.custom]: Type.Object({ tag: Type.String() }),
  [EVENT_TYPE.plugin]: Type.Object({ plugin: Type.String() }),
};

/**
 * Reads `source`, an array or one event a line, and writes it to `folder`, of which the caller disposes when this fails.
 * @throws Problem `invalid-argument`, `payload-too-large`; Error as the disk and the source do.
 */
export async function importEvents({ source, folder, limits, onLimit }: ImportOptions): Promise<Imported> {
  const refuse = (code: ProblemCode, limit: Limit, detail: string) => {
    onLimit(limit);
    return problem(code, { detail });
  };
  const pages = new ImportedPages(folder);
  let description: ImportDescription = { pages: new Map() };
  let count = 0;
  try {
    const bounded = upTo(limits.bytes, source, () =>
      refuse('payload-too-large', 'import-bytes', `Imports may have ${limits.bytes} bytes.`),
    );
    for await (const text of jsonItems(bounded, { bytes: limits.eventBytes, depth: limits.depth })) {
      count += 1;
      if (count > limits.events) {
        throw refuse('payload-too-large', 'import-events', `Imports may have ${limits.events} events.`);
      }
      const { pageId = ONLY_PAGE, event } = parseEvent(text, count);
      const custom = customOf(event);
      if (custom?.tag === RECORDING_TAGS.recording) {
        description = descriptionOf(custom.payload);
        continue;
      }
      if (!pages.has(pageId) && pages.size >= limits.pages) {
        throw refuse('payload-too-large', 'import-pages', `Imports may have ${limits.pages} pages.`);
      }
      await pages.add(pageId, event, text.length);
    }
    await pages.close();
  } catch (error) {
    await pages.close().catch(() => {}); // what went wrong first is what counts
    if (!(error instanceof JsonFault)) throw error;
    throw problem('invalid-argument', { detail: `Behind event ${count}: ${error.message}`, cause: error });
  }
  if (pages.size === 0) throw problem('invalid-argument', { detail: 'There is no event to be replayed.' });
  return { description, pages: pages.described(description) };
}

/** The pages of an import while they are written. */
class ImportedPages {
  readonly #folder: string;
  readonly #pages = new Map<string, ImportedPage>();
  #waitingChars = 0;
  #nextNumber = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get size(): number {
    return this.#pages.size;
  }

  has(pageId: string): boolean {
    return this.#pages.has(pageId);
  }

  async add(pageId: string, event: RecordedEvent, chars: number): Promise<void> {
    const page = this.#pages.get(pageId) ?? new ImportedPage(pageId);
    this.#pages.set(pageId, page);
    page.add(event, chars);
    this.#waitingChars += chars;
    if (page.isFull) await this.#write(page);
    if (this.#waitingChars > MAX_WAITING_CHARS) await this.#writeAll();
  }

  async close(): Promise<void> {
    await this.#writeAll();
    for (const { writer } of this.#pages.values()) await writer?.close();
  }

  described({ pages: told }: ImportDescription): RecordedPage[] {
    return [...this.#pages.values()].map(({ page }) => ({ ...page, ...told.get(page.id) }));
  }

  async #writeAll(): Promise<void> {
    for (const page of this.#pages.values()) await this.#write(page);
  }

  async #write(page: ImportedPage): Promise<void> {
    this.#waitingChars -= page.chars;
    const events = page.take();
    if (events.length === 0) return;
    page.writer ??= await SegmentWriter.open(pageFolder(this.#folder, page.page.id));
    const number = this.#nextNumber;
    this.#nextNumber += 1;
    await page.writer.append({ number, events });
    if (this.#pages.size > MAX_AWAKE) await page.writer.rest();
  }
}

class ImportedPage {
  readonly page: RecordedPage;
  writer: SegmentWriter | undefined;
  /** Of what waits to be written. */
  chars = 0;
  #events: RecordedEvent[] = [];

  constructor(id: string) {
    this.page = { id, url: '', title: '', events: 0, errors: 0, gaps: 0, paths: [] };
  }

  get isFull(): boolean {
    return this.#events.length >= BATCH_EVENTS || this.chars >= BATCH_CHARS;
  }

  add(event: RecordedEvent, chars: number): void {
    note(this.page, event);
    const custom = customOf(event);
    if (custom?.tag === RECORDING_TAGS.gap) this.page.gaps += 1;
    if (custom?.tag === RECORDING_TAGS.crash) this.page.end = 'crashed';
    if (event.type === EVENT_TYPE.meta && isObject(event.data)) {
      this.page.url = String(event.data.href).slice(0, MAX_URL_CHARS);
      delete this.page.end; // it was loaded again
    }
    this.#events.push(event);
    this.chars += chars;
  }

  take(): RecordedEvent[] {
    const events = this.#events;
    this.#events = [];
    this.chars = 0;
    return events;
  }
}

function parseEvent(text: string, number: number): { pageId?: string; event: RecordedEvent } {
  const fault = (what: string) => problem('invalid-argument', { detail: `Event ${number}: ${what}` });
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (cause) {
    throw problem('invalid-argument', { detail: `Event ${number} is not JSON.`, cause });
  }
  if (!Value.Check(RecordedEvent, given)) {
    throw fault(
      "it is none of rrweb's: `type` is to be 0 to 6, `timestamp` a time, and there is to be `data`.",
    );
  }
  if (given.timestamp > MAX_TIME) throw fault('`timestamp` is past all dates.');
  const schema = DATA[given.type];
  if (schema && !Value.Check(schema, given.data)) {
    throw fault(`\`data\` is not what events of type ${given.type} have.`);
  }
  const { type, timestamp, data } = given;
  const { pageId } = given as { pageId?: unknown }; // the schema lets it through and says nothing of it
  if (pageId === undefined) return { event: { type, timestamp, data } };
  // It names a folder.
  if (typeof pageId !== 'string' || !PAGE_ID.test(pageId)) {
    throw fault('`pageId` is to have letters, digits, - and _, at most 64.');
  }
  return { pageId, event: { type, timestamp, data } };
}

/** What is wrong in it is left out: what counts is the events. */
function descriptionOf(payload: unknown): ImportDescription {
  if (!isObject(payload)) return { pages: new Map() };
  const { sessionId, surface, browser, options, tags, pages } = payload;
  return {
    ...(typeof sessionId === 'string' && isSessionId(sessionId) && { sessionId }),
    ...(Value.Check(SurfaceName, surface) && { surface }),
    ...(typeof browser === 'string' && browser.length <= 64 && { browser }),
    ...(Value.Check(RecordOptions, options) && { options }),
    ...(Value.Check(Tags, tags) && { tags }),
    pages: new Map((Array.isArray(pages) ? pages : []).flatMap(pageOf)),
  };
}

const Told = Type.Object({
  id: Type.String({ pattern: PAGE_ID.source }),
  url: Type.String({ maxLength: MAX_URL_CHARS }),
  title: Type.String({ maxLength: 65_536 }),
  paths: Type.Optional(Type.Array(Type.Enum(['extension', 'init-script']), { maxItems: 10 })),
  end: Type.Optional(Type.Enum(['closed', 'crashed'])),
});

function pageOf(page: unknown): [string, Pick<RecordedPage, 'title' | 'url'> & Partial<RecordedPage>][] {
  if (!Value.Check(Told, page)) return [];
  const { id, url, title, paths, end } = page;
  return [[id, { url, title, ...(paths && { paths }), ...(end && { end }) }]];
}

async function* upTo(
  bytes: number,
  source: AsyncIterable<Buffer>,
  refusal: () => Error,
): AsyncGenerator<Buffer> {
  let seen = 0;
  for await (const chunk of source) {
    seen += chunk.length;
    if (seen > bytes) throw refusal();
    yield chunk;
  }
}
