// What a page said on its console.

import type { Page } from './page.ts';

export interface ConsoleLocation {
  url: string;
  lineNumber: number;
  columnNumber: number;
}

export class ConsoleMessage {
  readonly #page: Page;
  readonly #data: { text?: string; type?: string; location?: ConsoleLocation };
  readonly #at: string;

  /** @internal */
  constructor(page: Page, data: { text?: string; type?: string; location?: ConsoleLocation }, at: string) {
    this.#page = page;
    this.#data = data;
    this.#at = at;
  }

  location(): ConsoleLocation {
    return this.#data.location ?? { url: '', lineNumber: 0, columnNumber: 0 };
  }

  page(): Page {
    return this.#page;
  }

  text(): string {
    return this.#data.text ?? '';
  }

  /** In milliseconds since 1970. */
  timestamp(): number {
    return Date.parse(this.#at);
  }

  /** `log`, `warning`, `error`, … */
  type(): string {
    return this.#data.type ?? 'log';
  }
}
