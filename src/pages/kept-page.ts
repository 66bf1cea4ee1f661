// What Moorage keeps of a page for longer than a connection: its id, events, dialog policy, and what its next reply has
// to say was lost. Playwright's own page comes and goes with connections.

import type { Download, Page, Request } from 'playwright-core';
import { unlessAborted } from '../backends/support/waiting.ts';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import type { Metrics } from '../metrics.ts';
import type { Artifact, Loss } from '../protocol/pages.ts';
import { Desk } from './desk.ts';
import { Handles } from './handles.ts';
import { cutText, PageEvents } from './page-events.ts';

export interface KeptPageContext {
  clock: Clock;
  metrics: Metrics;
  background: Background;
  limits: { events: number; handles: number; handleLifetimeMs: number };
  /** Which document the tab shows, counted from the begin of the connection. */
  documentOf(targetId: string): number;
  idOf(page: Page): Promise<string>;
  saveDownload(pageId: string, download: Download): Promise<Artifact | undefined>;
}

export class KeptPage {
  readonly id: string;
  /** Under which it was first known; the id is made of it. */
  readonly firstTargetId: string;
  targetId: string;
  readonly events: PageEvents;
  readonly handles: Handles;
  readonly desk: Desk;
  isClosed = false;
  readonly #context: KeptPageContext;
  #page: Page | undefined;
  #lost: Set<Loss> | undefined;
  #downloads = 0;
  #listeners = new Set<() => void>();

  constructor(firstTargetId: string, targetId: string, context: KeptPageContext) {
    const { clock, metrics, background, limits } = context;
    this.id = pageIdOf(firstTargetId);
    this.firstTargetId = firstTargetId;
    this.targetId = targetId;
    this.#context = context;
    this.events = new PageEvents({ clock, metrics, most: limits.events });
    this.handles = new Handles({
      clock,
      limits: { most: limits.handles, lifetimeMs: limits.handleLifetimeMs },
      document: () => context.documentOf(this.targetId),
    });
    this.desk = new Desk({ events: this.events, background });
  }

  /** As Playwright has it in this connection; undefined while the tab does not answer. */
  get page(): Page | undefined {
    return this.#page;
  }

  /** Calls `listener` when the page is there, closed or lost again. Returns the function that ends it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when `isSo`, which is asked whenever something changes with the page. @throws the reason of `signal`. */
  async until(isSo: () => boolean, signal: AbortSignal): Promise<void> {
    if (isSo()) return;
    let stop = () => {};
    try {
      const changed = new Promise<void>((resolve) => {
        stop = this.onChange(() => isSo() && resolve());
      });
      await unlessAborted(changed, signal);
    } finally {
      stop();
    }
  }

  /** Playwright has the page: from now on commands run. */
  arrive(page: Page): void {
    this.#page = page;
    if (this.#lost) this.events.push('reconnected', { lost: [...this.#lost] });
    this.#changed();
  }

  /** Listens to the page before it arrives, so that no event is missed. */
  listen(page: Page): void {
    this.desk.sitAt(page);
    const { events, handles } = this;
    const requestId = (request: Request) => handles.put(request, 'request');
    page.on('console', (message) => {
      events.push('console', {
        type: message.type(),
        text: cutText(message.text()),
        location: message.location(),
      });
    });
    page.on('crash', () => events.push('crash', {}));
    page.on('download', (download) => {
      this.#context.background.run('save download', this.#meetDownload(download));
    });
    page.on('filechooser', (chooser) => {
      events.push('filechooser', {
        handle: handles.put(chooser, 'fileChooser'),
        isMultiple: chooser.isMultiple(),
      });
    });
    page.on('framenavigated', (frame) => {
      events.push('framenavigated', { url: cutText(frame.url()), isMainFrame: frame.parentFrame() === null });
    });
    page.on('pageerror', ({ message, stack = '' }) => {
      events.push('pageerror', { message: cutText(message), stack: cutText(stack) });
    });
    page.on('popup', (popup) => {
      const tell = async () =>
        events.push('popup', { pageId: await this.#context.idOf(popup), url: popup.url() });
      // One that is closed at once has no id to tell.
      void tell().catch(() => {});
    });
    page.on('request', (request) => {
      events.push('request', {
        requestId: requestId(request),
        method: request.method(),
        url: cutText(request.url()),
        resourceType: request.resourceType(),
      });
    });
    page.on('requestfailed', (request) => {
      events.push('requestfailed', {
        requestId: requestId(request),
        method: request.method(),
        url: cutText(request.url()),
        errorText: request.failure()?.errorText ?? '',
      });
    });
    page.on('response', (response) => {
      events.push('response', {
        requestId: requestId(response.request()),
        url: cutText(response.url()),
        status: response.status(),
        statusText: response.statusText(),
      });
    });
    page.on('websocket', (webSocket) => events.push('websocket', { url: cutText(webSocket.url()) }));
  }

  /** The connection is lost: what depended on it is given up, to be told in the next reply. */
  leave(): void {
    if (this.#page === undefined) return;
    this.lose([
      ...(this.handles.isEmpty ? [] : (['handles'] as const)),
      ...(this.#downloads > 0 ? (['downloads'] as const) : []),
    ]);
    this.handles.forgetAll();
    this.desk.leave();
    this.#page = undefined;
    this.#downloads = 0;
    this.#changed();
  }

  lose(losses: readonly Loss[]): void {
    this.#lost ??= new Set();
    for (const loss of losses) this.#lost.add(loss);
  }

  /** What was lost since the last reply, once; undefined while the connection is still that of the last reply. */
  takeLosses(): Loss[] | undefined {
    const lost = this.#lost;
    this.#lost = undefined;
    return lost && [...lost];
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#page = undefined;
    this.handles.forgetAll();
    this.desk.leave();
    this.events.push('close', {});
    this.#changed();
  }

  async #meetDownload(download: Download): Promise<void> {
    this.#downloads += 1;
    const page = this.#page;
    const about = { url: cutText(download.url()), suggestedFilename: download.suggestedFilename() };
    try {
      const failure = await download.failure();
      const artifact = failure === null ? await this.#context.saveDownload(this.id, download) : undefined;
      this.events.push('download', { ...about, ...(failure === null ? { artifact } : { failure }) });
    } catch (error) {
      this.events.push('download', {
        ...about,
        failure: error instanceof Error ? error.message : String(error),
      });
    } finally {
      if (this.#page === page) this.#downloads -= 1;
    }
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

export function pageIdOf(firstTargetId: string): string {
  return `pag_${firstTargetId}`;
}
