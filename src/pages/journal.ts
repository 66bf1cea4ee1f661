// The commands whose effect ends with a connection (init scripts, routes, emulation), kept to be sent again on the next
// one; and which pages were in use, so that a later server knows what they have lost.

import type { PageMemory } from '../backends/backend.ts';

export interface JournalEntry {
  key: string;
  action: string;
  params: Record<string, unknown>;
}

interface Saved {
  version: 1;
  context: JournalEntry[];
  /** By the target id under which a page was first known. */
  pages: Record<string, JournalEntry[]>;
}

export class Journal {
  readonly #memory: PageMemory | undefined;
  readonly #saved: Saved;
  #writing: Promise<void> | undefined;
  #isDirty = false;

  static async open(memory: PageMemory | undefined): Promise<Journal> {
    // Written by an earlier #write; one that cannot be read must not keep anybody from the pages.
    const saved = (await memory?.readJournal().catch(() => undefined)) as Saved | undefined;
    return new Journal(memory, saved?.version === 1 ? saved : { version: 1, context: [], pages: {} });
  }

  private constructor(memory: PageMemory | undefined, saved: Saved) {
    this.#memory = memory;
    this.#saved = saved;
  }

  get context(): readonly JournalEntry[] {
    return this.#saved.context;
  }

  /** Undefined where the page has never been used. */
  ofPage(firstTargetId: string): readonly JournalEntry[] | undefined {
    return this.#saved.pages[firstTargetId];
  }

  /**
   * Puts the entry in the place of the one with its key; with `drops`, takes that away, and with a key that ends in `*`
   * all that begin as it does. Resolves when it is where the death of this process does not reach it.
   */
  record(firstTargetId: string | 'context', entry: JournalEntry, options: { drops: boolean }): Promise<void> {
    const { context, pages } = this.#saved;
    const { key } = entry;
    const isReplaced = key.endsWith('*')
      ? (other: JournalEntry) => other.key.startsWith(key.slice(0, -1))
      : (other: JournalEntry) => other.key === key;
    const before = firstTargetId === 'context' ? context : (pages[firstTargetId] ?? []);
    const entries = before.filter((other) => !isReplaced(other));
    if (!options.drops) entries.push(entry);
    if (firstTargetId === 'context') this.#saved.context = entries;
    else pages[firstTargetId] = entries;
    return this.#write();
  }

  async noteUse(firstTargetId: string): Promise<void> {
    if (this.#saved.pages[firstTargetId] !== undefined) return;
    this.#saved.pages[firstTargetId] = [];
    await this.#write();
  }

  async forgetPage(firstTargetId: string): Promise<void> {
    if (this.#saved.pages[firstTargetId] === undefined) return;
    delete this.#saved.pages[firstTargetId];
    await this.#write();
  }

  /** One write at a time; what comes meanwhile goes into the next one. */
  async #write(): Promise<void> {
    const memory = this.#memory;
    if (!memory) return;
    this.#isDirty = true;
    while (this.#isDirty) {
      this.#writing ??= this.#writeOnce(memory);
      await this.#writing;
    }
  }

  async #writeOnce(memory: PageMemory): Promise<void> {
    this.#isDirty = false;
    try {
      await memory.writeJournal(structuredClone(this.#saved));
    } finally {
      this.#writing = undefined;
    }
  }
}
