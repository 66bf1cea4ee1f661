// A part of the terminal that is drawn again and again in place.

import type { WriteStream } from 'node:tty';

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
// Long lines are cut by the terminal, so that a line drawn is a line on the screen.
const WRAP_OFF = '\x1b[?7l';
const WRAP_ON = '\x1b[?7h';
const CLEAR_DOWN = '\x1b[0J';

export class Screen {
  readonly #stream: Pick<WriteStream, 'write'> & { rows?: number };
  #height = 0;

  constructor(stream: Pick<WriteStream, 'write'> & { rows?: number }) {
    this.#stream = stream;
    this.#stream.write(HIDE_CURSOR);
  }

  /** How many lines fit. */
  get rows(): number {
    return (this.#stream.rows ?? 24) - 1;
  }

  /** Replaces what was drawn before. Lines that do not fit are left out. */
  draw(lines: readonly string[]): void {
    const shown = lines.slice(0, this.rows);
    const up = this.#height > 0 ? `\x1b[${this.#height}A` : '';
    this.#stream.write(
      `${up}\r${CLEAR_DOWN}${WRAP_OFF}${shown.map((line) => `${line}\n`).join('')}${WRAP_ON}`,
    );
    this.#height = shown.length;
  }

  /** Leaves what was drawn last, and gives the cursor back. */
  close(): void {
    this.#stream.write(SHOW_CURSOR);
  }
}
