// Which tab the commands of a surface act on when none is named: the one that was opened or chosen last, by server and
// surface, in a small file in the data folder.

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Of surfaces and sessions that are gone, entries stay until there are this many. */
const MOST_ENTRIES = 200;

export class TabMemory {
  readonly #file: string;
  readonly #key: string;

  constructor(options: { dataFolder: string | undefined; serverUrl: string; surface: string }) {
    this.#file = join(options.dataFolder ?? join(homedir(), '.moorage'), 'cli', 'tabs.json');
    this.#key = `${options.serverUrl} ${options.surface}`;
  }

  /** The id of the page, which may be closed by now. */
  async recall(): Promise<string | undefined> {
    return (await this.#read())[this.#key];
  }

  async remember(pageId: string): Promise<void> {
    const { [this.#key]: before, ...others } = await this.#read();
    if (before === pageId) return;
    await this.#write([...Object.entries(others), [this.#key, pageId]]);
  }

  async forget(): Promise<void> {
    const { [this.#key]: before, ...others } = await this.#read();
    if (before !== undefined) await this.#write(Object.entries(others));
  }

  async #read(): Promise<Record<string, string>> {
    try {
      return JSON.parse(await readFile(this.#file, 'utf8'));
    } catch {
      return {}; // there is none yet, or another command was killed over it: a tab has to be chosen again
    }
  }

  async #write(entries: [string, string][]): Promise<void> {
    await mkdir(join(this.#file, '..'), { recursive: true, mode: 0o700 });
    const draft = `${this.#file}.${process.pid}`;
    await writeFile(draft, JSON.stringify(Object.fromEntries(entries.slice(-MOST_ENTRIES))), { mode: 0o600 });
    await rename(draft, this.#file);
  }
}
