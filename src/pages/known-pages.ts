// The pages of a session, or of a surface through all of its sessions: by their ids, and by the tabs that they are now.

import type { PageMemory } from '../backends/backend.ts';
import { KeptPage, type KeptPageContext, pageIdOf } from './kept-page.ts';
import type { Tab } from './link.ts';

export interface KnownPagesOptions extends KeptPageContext {
  /** A page was met, or closed so long ago that it is forgotten. */
  onPage(page: KeptPage, change: 'met' | 'forgotten'): void;
  /** Its tab is gone. */
  onClosed(page: KeptPage): void;
}

/** Ids of closed pages are remembered for a while, so that who asks for one hears that it is closed. */
const CLOSED_PAGES_KEPT = 200;

export class KnownPages {
  readonly #options: KnownPagesOptions;
  readonly #pages = new Map<string, KeptPage>();
  #successors: PageMemory['successors'] = new Map();

  constructor(options: KnownPagesOptions) {
    this.#options = options;
  }

  find(id: string): KeptPage | undefined {
    return this.#pages.get(id);
  }

  [Symbol.iterator](): Iterator<KeptPage> {
    return this.#pages.values();
  }

  /** The page that the tab is, which may be a new one. */
  keep(targetId: string): KeptPage {
    const known = this.#findByTarget(targetId);
    if (known) return known;
    const page = new KeptPage(this.#firstTargetId(targetId), targetId, this.#options);
    this.#pages.set(page.id, page);
    this.#options.onPage(page, 'met');
    return page;
  }

  /** Holds what is known against the tabs that there are. Gives the pages that were not known. */
  meet(tabs: readonly Tab[], memory: PageMemory | undefined): KeptPage[] {
    this.#successors = memory?.successors ?? new Map();
    const present = new Set(tabs.map(({ targetId }) => targetId));
    for (const page of this.#pages.values()) {
      page.targetId = this.#successors.get(page.firstTargetId) ?? page.targetId;
      if (!present.has(page.targetId)) this.#close(page);
    }
    return [...present]
      .filter((targetId) => !this.#findByTarget(targetId))
      .map((targetId) => this.keep(targetId));
  }

  /** The tab is gone. */
  close(targetId: string): void {
    const page = this.#findByTarget(targetId);
    if (page) this.#close(page);
  }

  #close(page: KeptPage): void {
    if (page.isClosed) return;
    page.close();
    this.#options.onClosed(page);
    const closed = [...this.#pages.values()].filter(({ isClosed }) => isClosed);
    for (const oldest of closed.slice(0, Math.max(0, closed.length - CLOSED_PAGES_KEPT))) {
      this.#pages.delete(oldest.id);
      this.#options.onPage(oldest, 'forgotten');
    }
  }

  #findByTarget(targetId: string): KeptPage | undefined {
    const page = this.#pages.get(pageIdOf(this.#firstTargetId(targetId)));
    return page?.targetId === targetId ? page : undefined;
  }

  #firstTargetId(targetId: string): string {
    for (const [first, present] of this.#successors) if (present === targetId) return first;
    return targetId;
  }
}
