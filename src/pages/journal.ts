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
    const saved = (await memory?.readJournal()) as Saved | undefined; // written by an earlier #write
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

  /** Resolves when it is where the death of this process does not reach it. */
  record(firstTargetId: string | 'context', entry: JournalEntry, options: { drops: boolean }): Promise<void> {
    const entries = firstTargetId === 'context' ? this.#saved.context : this.#entriesOf(firstTargetId);
    const index = entries.findIndex(({ key }) => key === entry.key);
    if (index >= 0) entries.splice(index, 1);
    if (!options.drops) entries.push(entry);
    return this.#write();
  }

  async noteUse(firstTargetId: string): Promise<void> {
    if (this.#saved.pages[firstTargetId] !== undefined) return;
    this.#entriesOf(firstTargetId);
    await this.#write();
  }

  async forgetPage(firstTargetId: string): Promise<void> {
    if (this.#saved.pages[firstTargetId] === undefined) return;
    delete this.#saved.pages[firstTargetId];
    await this.#write();
  }

  #entriesOf(firstTargetId: string): JournalEntry[] {
    this.#saved.pages[firstTargetId] ??= [];
    return this.#saved.pages[firstTargetId];
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
