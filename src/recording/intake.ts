// What recorders push, checked and put in order: each batch is taken once, and a number that was skipped is told as a gap.
// Whoever collects, over whatever protocol, hands the payloads in here.

import { Compile } from 'typebox/compile';
import type { Metrics } from '../metrics.ts';
import { RecorderBatch } from '../protocol/recorder.ts';
import { noteProgress, type Progress } from './segments.ts';

export interface IntakeOptions {
  /** The number of the next batch, by page and document, where an earlier collector had some of them already. */
  progress?: ReadonlyMap<string, Progress>;
  /** Takes a batch that no earlier one had. `chars` is how long it was. */
  onBatch: (pageId: string, batch: RecorderBatch, chars: number) => void;
  /** Batches `from` up to, not including, `to` of a document never came. */
  onGap: (pageId: string, gap: { document: string; from: number; to: number }) => void;
  metrics: Metrics;
}

/** Of brackets: twice that of the DOM. What nests deeper can be parsed, but at 5000 overflows the stack when it is written. */
const MAX_DEPTH = 3000;

export class Intake {
  readonly #options: IntakeOptions;
  /** Per page, the number of the next batch of each of its latest documents. */
  readonly #expected = new Map<string, Map<string, number>>();
  /** Messages that were refused because no recorder of ours makes such. */
  refused = 0;

  constructor(options: IntakeOptions) {
    this.#options = options;
    for (const [pageId, documents] of options.progress ?? []) this.#expected.set(pageId, new Map(documents));
  }

  /** Takes what came through the binding of a page; of no page where it is `undefined`. */
  take(pageId: string | undefined, payload: unknown): void {
    const { metrics, onBatch, onGap } = this.#options;
    const batch = typeof payload === 'string' ? parse(payload) : undefined;
    if (pageId === undefined || !batch || typeof payload !== 'string') {
      this.refused += 1;
      metrics.recordingRefused.inc();
      return;
    }
    const next = this.#nextOf(pageId, batch.document);
    if (batch.sequence < next) return; // it came before the connection was lost
    if (batch.sequence > next) {
      metrics.recordingGaps.inc(batch.sequence - next);
      onGap(pageId, { document: batch.document, from: next, to: batch.sequence });
    }
    this.#expect(pageId, batch);
    if (next === 0) metrics.recordingDocuments.inc({ path: batch.path });
    metrics.recordingBatches.inc();
    metrics.recordingEvents.inc(batch.events.length);
    metrics.recordingBytes.inc(Buffer.byteLength(payload));
    onBatch(pageId, batch, payload.length);
  }

  /** Nothing comes from this page any more. */
  forget(pageId: string): void {
    this.#expected.delete(pageId);
  }

  #nextOf(pageId: string, document: string): number {
    return this.#expected.get(pageId)?.get(document) ?? 0;
  }

  #expect(pageId: string, batch: RecorderBatch): void {
    const documents = this.#expected.get(pageId) ?? new Map<string, number>();
    this.#expected.set(pageId, documents);
    noteProgress(documents, batch);
  }
}

// Interpreting the schema takes 100 µs for twenty events, what is compiled of it less than one.
const checker = Compile(RecorderBatch);

/** `undefined` for whatever the recorder does not make; a page may call its binding with anything. */
function parse(payload: string): RecorderBatch | undefined {
  if (nestsDeeper(payload, MAX_DEPTH)) return undefined;
  try {
    const batch: unknown = JSON.parse(payload);
    return checker.Check(batch) ? batch : undefined;
  } catch {
    return undefined;
  }
}

/** Whether brackets of a JSON text stand within each other more than `limit` times. */
function nestsDeeper(text: string, limit: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (isInString) {
      if (code === BACKSLASH) index += 1;
      else if (code === QUOTE) isInString = false;
    } else if (code === QUOTE) isInString = true;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth += 1;
      if (depth > limit) return true;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth -= 1;
  }
  return false;
}

const [QUOTE, BACKSLASH, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [34, 92, 123, 125, 91, 93];
