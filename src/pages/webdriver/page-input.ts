// CDP's domain Input: keys, the mouse and text, and what is said to dialogs.

import { setImmediate as nextTask } from 'node:timers/promises';
import { DriverError } from '../../backends/support/webdriver.ts';
import type { Calls } from './calls.ts';
import type { Params, Result } from './cdp.ts';
import type { DriverLine } from './driver-line.ts';
import type { DriverWindow, KnownFrame, WindowMethods } from './driver-window.ts';
import { INSERT_TEXT, keyActions, mouseActions, mouseStep, wheelActions } from './input-actions.ts';
import { valueIn } from './page-objects.ts';
import { topOf, type WindowTurns } from './window-turns.ts';

export class PageInput {
  readonly #calls: Calls;
  readonly #key: string;
  readonly #line: DriverLine;
  readonly #turns: WindowTurns;
  /** What the mouse does next. */
  readonly #steps = new Map<DriverWindow, { steps: object[]; done: Promise<Result> }>();
  readonly methods: WindowMethods = {
    'Input.dispatchKeyEvent': (window, params) => this.#act(window, keyActions(params)),
    'Input.dispatchMouseEvent': (window, params) => this.#moveMouse(window, params),
    'Input.insertText': (window, params) => this.#insertText(window, params),
    'Page.handleJavaScriptDialog': (window, params) => this.#answerDialog(window, params),
  };

  constructor(options: { calls: Calls; key: string; line: DriverLine; turns: WindowTurns }) {
    this.#calls = options.calls;
    this.#key = options.key;
    this.#line = options.line;
    this.#turns = options.turns;
  }

  /** Does what a person does. As in Chrome, whoever opens a dialog by it hears nothing until that is answered. */
  async #act(window: DriverWindow, actions: object): Promise<Result> {
    await this.#turns.inWindow(window, window.top, () => this.#line.ask('POST', '/actions', actions));
    await this.#turns.noteDialog(window);
    await window.untilNoDialog();
    return {};
  }

  /**
   * Playwright sends the steps of a click at once, and so are they handed on: for a driver two clicks are a double click
   * only when they come in quick succession.
   */
  async #moveMouse(window: DriverWindow, params: Params): Promise<Result> {
    if (params.type === 'mouseWheel') return this.#act(window, wheelActions(params));
    const known = this.#steps.get(window);
    const steps = known?.steps ?? [];
    steps.push(mouseStep(params));
    if (known) return known.done;
    const done = this.#clickAway(window, steps);
    this.#steps.set(window, { steps, done });
    return done;
  }

  async #clickAway(window: DriverWindow, steps: readonly object[]): Promise<Result> {
    await nextTask();
    this.#steps.delete(window);
    return this.#act(window, mouseActions(steps));
  }

  async #insertText(window: DriverWindow, { text }: Params): Promise<Result> {
    const frame = await this.#focusedFrame(window);
    await this.#calls.call(window, frame.document.contexts.main, {
      callee: INSERT_TEXT,
      args: [{ value: text }],
    });
    return {};
  }

  /** The innermost frame with the focus. */
  async #focusedFrame(window: DriverWindow): Promise<KnownFrame> {
    let frame = topOf(window);
    for (;;) {
      const callee = `(key) => document[key].frameIds.get(document.activeElement) ?? null`;
      const args = [{ value: this.#key }];
      const context = frame.document.contexts.main;
      const id = valueIn<string | null>(
        await this.#calls.call(window, context, { callee, args, byValue: true }),
      );
      const inner = id === null ? undefined : window.findFrame(id);
      if (!inner) return frame;
      frame = inner;
    }
  }

  async #answerDialog(window: DriverWindow, { accept, promptText }: Params): Promise<Result> {
    await this.#line.turn(async () => {
      await this.#line.enter(window.handle);
      try {
        if (accept === true && typeof promptText === 'string') await this.#answerPrompt(promptText);
        await this.#line.ask('POST', accept === true ? '/alert/accept' : '/alert/dismiss', {});
      } catch (error) {
        if (!(error instanceof DriverError) || error.error !== 'no such alert') throw error;
      }
      window.noteDialog(undefined);
      window.noteDialog(await this.#line.findDialog());
    });
    return {};
  }

  async #answerPrompt(text: string): Promise<void> {
    try {
      await this.#line.ask('POST', '/alert/text', { text });
    } catch (error) {
      // Alerts and confirmations take no text; Playwright gives it to all alike.
      if (!(error instanceof DriverError) || error.error !== 'element not interactable') throw error;
    }
  }
}
