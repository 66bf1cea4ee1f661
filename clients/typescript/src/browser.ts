// A browser as programs drive it through the page API: that of a surface or of a session, with its pages. It holds no
// connection: each command is a request, and what is known here is what the last replies said.

import './disposable.ts';
import { Artifacts } from './artifacts.ts';
import { BrowserContext } from './context.ts';
import { Page } from './page.ts';
import { RecordingHandle } from './recording.ts';
import type { LiveLink, LiveLinkCreate, Loss, PageCreate, PageList, PageView, Session } from './schemas.ts';
import type { Transport } from './transport.ts';

/** What a reconnect or a relaunch cost, and the page whose reply told. */
export interface Reconnection {
  lost: readonly Loss[];
  generation: number | undefined;
  page: Page;
}

export class Browser implements AsyncDisposable {
  /** The name of the surface, or the id of the session. */
  readonly id: string;
  readonly artifacts: Artifacts;
  readonly #transport: Transport;
  readonly #context: BrowserContext;
  readonly #pages = new Map<string, Page>();
  readonly #listeners = new Set<(reconnection: Reconnection) => void>();

  /** The token of the lease that its commands show. */
  lease: string | undefined;

  /** @internal */
  constructor(transport: Transport, id: string, lease?: string) {
    this.id = id;
    this.lease = lease;
    this.artifacts = new Artifacts(transport);
    this.#transport = transport;
    this.#context = new BrowserContext(this);
  }

  /** A new tab, at `url` where one is given. @throws MoorageError */
  async newPage(request: PageCreate = {}): Promise<Page> {
    const view = await this.#transport.json<PageView>('POST', this.#path, {
      body: request,
      headers: this.headers(),
      timeoutMs: Math.max(this.#transport.timeoutMs, (request.timeoutMs ?? 0) + OPENING_MS),
      mayRetry: (error) => error.retryable && !error.wasSent,
    });
    return this.#pageOf(view);
  }

  /** The tabs that are open now. A surface that is stopped is started. */
  async pages(): Promise<Page[]> {
    const { data } = await this.#transport.json<PageList>('GET', this.#path, { timeoutMs: OPENING_MS });
    return data.map((view) => this.#pageOf(view));
  }

  /** A page by its id, without asking whether it is there. The same id gives the same object. */
  page(id: string): Page {
    const known = this.#pages.get(id);
    if (known) return known;
    const page = new Page(this, this.#transport, id);
    this.#pages.set(id, page);
    return page;
  }

  /** The page used last, or any; a new one where there is none. @internal */
  async anyPage(): Promise<Page> {
    const known = [...this.#pages.values()].at(-1);
    return known ?? (await this.pages()).at(-1) ?? this.newPage();
  }

  /** The recording of its present session, where that is recorded. @throws MoorageError `session-not-found`. */
  async recording(): Promise<RecordingHandle | undefined> {
    const path = `/v1/sessions/${encodeURIComponent(this.id)}`;
    const { recordingId } = await this.#transport.json<Session>('GET', path);
    return recordingId === undefined ? undefined : new RecordingHandle(this.#transport, recordingId);
  }

  /** An address under which people watch it, and drive it where they may, for a while. */
  liveLink(request: LiveLinkCreate = {}): Promise<LiveLink> {
    const path = `/v1/sessions/${encodeURIComponent(this.id)}/live-links`;
    return this.#transport.json('POST', path, { body: request });
  }

  /** The one context, which all pages share: a browser has one profile. */
  contexts(): BrowserContext[] {
    return [this.#context];
  }

  context(): BrowserContext {
    return this.#context;
  }

  /** Calls `listener` when a reply says that the browser was connected to anew, and what that cost. */
  on(event: 'reconnected', listener: (reconnection: Reconnection) => void): this {
    if (event === 'reconnected') this.#listeners.add(listener);
    return this;
  }

  off(event: 'reconnected', listener: (reconnection: Reconnection) => void): this {
    if (event === 'reconnected') this.#listeners.delete(listener);
    return this;
  }

  /** Ends what this object holds: event streams of its pages. The browser stays; destroy the session, or stop the surface. */
  async close(): Promise<void> {
    for (const page of this.#pages.values()) page.removeAllListeners();
    this.#pages.clear();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** What every request for its pages says. @internal */
  headers(): Record<string, string> {
    return this.lease === undefined ? {} : { 'moorage-lease': this.lease };
  }

  /** @internal */
  tellReconnected(reconnection: Reconnection): void {
    for (const listener of this.#listeners) listener(reconnection);
  }

  /** @internal */
  forget(page: Page): void {
    this.#pages.delete(page.id);
  }

  get #path(): string {
    return `/v1/sessions/${encodeURIComponent(this.id)}/pages`;
  }

  #pageOf(view: PageView): Page {
    const page = this.page(view.id);
    page.take(view);
    return page;
  }
}

// The browser of a surface may have to be launched, and brought back with its tabs.
const OPENING_MS = 120_000;
