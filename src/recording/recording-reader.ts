// What is recorded, read: events as they were and as they come, videos, thumbnails, and the whole to take away.

import type { Readable } from 'node:stream';
import { problem } from '../errors.ts';
import type { RecordedEvent } from '../protocol/recorder.ts';
import type { RecordedPage } from '../protocol/recordings.ts';
import type { RecordingRecord } from '../store/store.ts';
import { exported } from './export.ts';
import { describe } from './listing.ts';
import type { RecordBook } from './record-book.ts';
import type { RecordingFiles } from './recording-files.ts';
import { type Batch, type EventQuery, readBatches, readSegments } from './segments.ts';
import type { Read, TailPosition, TailQuery, Tails } from './tails.ts';
import { inOrderOfNumbers, type PlacedBatch, type PlacedEvent, timelineOf } from './timeline.ts';
import { openThumbnail, openVideo, type VideoNews, type VideoSource } from './video-source.ts';

export class RecordingReader {
  readonly #book: RecordBook;
  readonly #files: RecordingFiles;
  readonly #tails: Tails;
  readonly #videoNews: VideoNews;

  constructor(parts: { book: RecordBook; files: RecordingFiles; tails: Tails; videoNews: VideoNews }) {
    this.#book = parts.book;
    this.#files = parts.files;
    this.#tails = parts.tails;
    this.#videoNews = parts.videoNews;
  }

  /**
   * The events of one page, or of all in the order of time, those of the present included. With `from`, everything that a
   * replay needs to begin there comes along.
   * @throws Problem `recording-not-found`, `page-not-found`, `store-unavailable`.
   */
  async events(
    client: string,
    id: string,
    { pageId, ...query }: EventQuery & { pageId?: string },
  ): Promise<AsyncGenerator<PlacedEvent>> {
    const record = await this.#book.get(client, id);
    const pages = pagesOf(record, pageId).filter((page) => !isOver(page, query.from));
    this.#files.expectWithin(record);
    return timelineOf(
      pages.map((page) => ({
        startsAt: page.firstAt ?? 0,
        open: () => placed(page.id, readSegments(this.#files.ofPage(record, page.id), query)),
      })),
    );
  }

  /**
   * The events as they are stored, in the order of that, until the recording ends: those since the last full snapshot
   * of each page, or from where the reader was. None is missed and none is told twice, however slow the reader.
   * @throws Problem `recording-not-found`, `page-not-found`, `store-unavailable`.
   */
  async follow(
    client: string,
    id: string,
    query: TailQuery,
    signal: AbortSignal,
  ): Promise<AsyncGenerator<{ position: TailPosition; event: PlacedEvent }>> {
    const record = await this.#book.get(client, id);
    pagesOf(record, query.pageId); // told now, before there is a stream
    this.#files.expectWithin(record);
    const read: Read = (start) => this.#batches(record, query.pageId, start);
    const isLive = () => this.#book.goesOn(record);
    return this.#tails.follow({ id: record.id, isLive, query, read, signal });
  }

  /**
   * The video of a page, of the one with the most pictures unless named.
   * @throws Problem `recording-not-found`, `page-not-found`, `video-not-found`, `store-unavailable`.
   */
  async video(client: string, id: string, pageId: string | undefined): Promise<VideoSource> {
    const record = await this.#book.get(client, id);
    this.#files.expectWithin(record);
    const storage = this.#files.storageOf(record);
    const isLive = () => this.#book.goesOn(record);
    return openVideo({ record, pageId, storage, isLive, news: this.#videoNews });
  }

  /**
   * A small JPEG of a page, of that whose picture is the newest unless named.
   * @throws Problem `recording-not-found`, `page-not-found`, `video-not-found`, `store-unavailable`.
   */
  async thumbnail(client: string, id: string, pageId: string | undefined): Promise<Readable> {
    const record = await this.#book.get(client, id);
    this.#files.expectWithin(record);
    return openThumbnail(record, pageId, this.#files.storageOf(record));
  }

  /** The events with the description of the recording in front. @throws Problem as `events`. */
  async export(client: string, id: string, pageId: string | undefined): Promise<ReturnType<typeof exported>> {
    const events = await this.events(client, id, pageId === undefined ? {} : { pageId });
    return exported(describe(await this.#book.get(client, id)), events);
  }

  #batches(
    record: RecordingRecord,
    pageId: string | undefined,
    start: Parameters<Read>[0],
  ): AsyncGenerator<PlacedBatch> {
    const pages = pagesOf(record, pageId).filter((page) => !isOver(page, start.from));
    return inOrderOfNumbers(
      pages.map((page) => placedBatches(page.id, readBatches(this.#files.ofPage(record, page.id), start))),
    );
  }
}

/** @throws Problem `page-not-found`. */
function pagesOf({ id, pages }: RecordingRecord, pageId: string | undefined): RecordedPage[] {
  if (pageId === undefined) return pages;
  const page = pages.find((each) => each.id === pageId);
  if (page) return [page];
  throw problem('page-not-found', { detail: `Recording ${id} has no page ${pageId}.` });
}

/** Whether a replay from then on has nothing of this page. */
function isOver({ end, lastAt }: RecordedPage, from: number | undefined): boolean {
  return end === 'closed' && from !== undefined && (lastAt ?? 0) < from;
}

async function* placed(pageId: string, events: AsyncIterable<RecordedEvent>): AsyncGenerator<PlacedEvent> {
  for await (const event of events) yield { ...event, pageId };
}

async function* placedBatches(pageId: string, batches: AsyncIterable<Batch>): AsyncGenerator<PlacedBatch> {
  for await (const batch of batches) yield { ...batch, pageId };
}
