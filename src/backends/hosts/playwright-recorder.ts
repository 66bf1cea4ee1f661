// Records in a browser of Playwright: an init script and a binding in every context that a client makes.

import type { PageNews, RecorderScript } from '../support/host-recorder.ts';
import type { PlaywrightContext, PlaywrightPage } from './playwright-core.ts';
import { pageIdOf } from './playwright-lens.ts';
import type { Recorder } from './recorder-socket.ts';

/** A context whose page hangs must not keep others from being made. */
const ARM_TIMEOUT_MS = 5000;
const DRAIN_TIMEOUT_MS = 1500;

export class PlaywrightRecorder implements Recorder {
  readonly #progress: unknown;
  readonly #tell: (news: PageNews) => void;
  readonly #contexts = new Set<PlaywrightContext>();
  #recording: RecorderScript | undefined;

  /** `progress` is what playwright-core takes for work that nobody cancels. */
  constructor(progress: unknown, tell: (news: PageNews) => void) {
    this.#progress = progress;
    this.#tell = tell;
  }

  /** Resolves when what opens in `context` from then on is recorded. */
  async add(context: PlaywrightContext): Promise<void> {
    this.#contexts.add(context);
    context.on('close', () => this.#contexts.delete(context));
    const close = context.close.bind(context);
    // It ends without a word to its pages, of which clients' connections that end think least.
    context.close = async (...how) => {
      await this.#drain([context]);
      await close(...how);
    };
    await this.#record(context);
  }

  async arm(recording: RecorderScript): Promise<void> {
    this.#recording = recording;
    await Promise.all([...this.#contexts].map((context) => this.#record(context)));
  }

  /** Those that clients have now. */
  get contexts(): Iterable<PlaywrightContext> {
    return this.#contexts;
  }

  async drain(): Promise<void> {
    await this.#drain([...this.#contexts]);
  }

  async #drain(contexts: readonly PlaywrightContext[]): Promise<void> {
    if (!this.#recording) return;
    const { binding } = this.#recording;
    // Who reads the place of the binding has the recorder send all it has.
    const expression = `globalThis[${JSON.stringify(binding)}], undefined`;
    const pages = contexts.flatMap((context) => context.pages());
    const asked = pages.map(
      (page) =>
        page
          .mainFrame()
          .nonStallingEvaluateInExistingContext(expression, 'main')
          .catch(() => {}), // it is closed, or shows a dialog
    );
    await within(DRAIN_TIMEOUT_MS, Promise.all(asked));
    // The binding's calls are events of their own; they have come when the answers have, and are told in the next turn.
    await new Promise((resolve) => setImmediate(resolve));
  }

  async #record(context: PlaywrightContext): Promise<void> {
    const recording = this.#recording;
    if (!recording) return;
    const { script, binding } = recording;
    for (const page of context.pages()) this.#watch(page);
    context.on('page', (page) => this.#watch(page));
    const progress = this.#progress;
    await within(
      ARM_TIMEOUT_MS,
      (async () => {
        await context.exposeBinding(progress, binding, ({ page }, payload) => {
          this.#tell({ type: 'payload', pageId: pageIdOf(page), payload: String(payload) });
        });
        await context.addInitScript(progress, script);
      })(),
    );
  }

  #watch(page: PlaywrightPage): void {
    const pageId = pageIdOf(page);
    const frame = page.mainFrame();
    frame.on('addlifecycle', (step) => {
      if (step !== 'load') return;
      frame
        .nonStallingEvaluateInExistingContext('document.title', 'main')
        .then((title) => this.#tell({ type: 'page', pageId, url: frame.url(), title: String(title) }))
        .catch(() => {}); // it went on to another page, which tells its own
    });
    page.on('crash', () => this.#tell({ type: 'page-ended', pageId, how: 'crashed' }));
    page.on('close', () => this.#tell({ type: 'page-ended', pageId, how: 'closed' }));
  }
}

async function within(timeoutMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([work, deadline]);
  clearTimeout(timer);
}
