// What is done in one window of the browser: once it is its turn, and nothing is in the way.

import { DriverError } from '../../backends/support/webdriver.ts';
import type { Calls, WhileLoading } from './calls.ts';
import { Refusal } from './cdp.ts';
import type { DriverLine } from './driver-line.ts';
import type { DriverWindow, KnownFrame } from './driver-window.ts';
import { valueIn } from './page-objects.ts';

export class WindowTurns {
  readonly #line: DriverLine;
  readonly #calls: Calls;
  readonly #whileLoading: WhileLoading;

  constructor(options: { line: DriverLine; calls: Calls; whileLoading: WhileLoading }) {
    this.#line = options.line;
    this.#calls = options.calls;
    this.#whileLoading = options.whileLoading;
  }

  /** Does `task` in a frame of a window, once no dialog is in the way and its page is loaded, where the driver asks that. */
  async inWindow<T>(window: DriverWindow, frame: KnownFrame | undefined, task: () => Promise<T>): Promise<T> {
    for (;;) {
      await window.untilNoDialog();
      const done = await this.#line.turn(async () => {
        const dialog = await this.#line.enter(window.handle);
        if (dialog !== undefined) {
          window.noteDialog(dialog);
          return undefined;
        }
        try {
          await this.#line.goTo(window.spotOf(frame));
          return { value: await task() };
        } catch (error) {
          if (this.#line.isStillLoading(error)) {
            this.#line.loseFrame();
            return 'loading';
          }
          if (!(error instanceof DriverError) || error.error !== 'unexpected alert open') throw error;
          window.noteDialog((await this.#line.findDialog()) ?? error.message);
          return undefined;
        }
      });
      if (done === 'loading') await this.#whileLoading(window);
      else if (done) return done.value;
    }
  }

  /** Gives what a function gives in the main frame. */
  async onTop<T>(window: DriverWindow, callee: string): Promise<T> {
    const { contexts } = topOf(window).document;
    return valueIn<T>(await this.#calls.call(window, contexts.main, { callee, byValue: true }));
  }

  /** Looks whether something that was just done opened a dialog. */
  async noteDialog(window: DriverWindow): Promise<void> {
    await this.#line.turn(async () => {
      const dialog = (await this.#line.enter(window.handle)) ?? (await this.#line.findDialog());
      window.noteDialog(dialog);
    });
  }
}

/** @throws Refusal before the first look. */
export function topOf(window: DriverWindow): KnownFrame {
  const { top } = window;
  if (!top) throw new Refusal('The page was not looked at');
  return top;
}
