// What a page has besides its content: the policy for its dialogs, and the one that is open.

import type { Dialog, Page } from 'playwright-core';
import type { OpenDialog } from '../backends/backend.ts';
import type { Background } from '../background.ts';
import { type Problem, problem } from '../errors.ts';
import type { PageEventType } from '../protocol/pages.ts';
import type { PageEvents } from './page-events.ts';
import type { DialogPolicy, PageDesk } from './target.ts';

export interface DialogAnswer {
  accept: boolean;
  promptText?: string;
}

/** A dialog that is open, and how it is answered: by Playwright, or by the watcher that saw it open. */
interface Held {
  shown: Omit<OpenDialog, 'targetId'>;
  answer(answer: DialogAnswer): Promise<void>;
}

export class Desk implements PageDesk {
  dialogPolicy: DialogPolicy = { answer: 'dismiss' };
  readonly #events: PageEvents;
  readonly #background: Background;
  readonly #opened = new Set<(dialog: Held['shown']) => void>();
  #held: Held | undefined;
  #page: Page | undefined;

  constructor({ events, background }: { events: PageEvents; background: Background }) {
    this.#events = events;
    this.#background = background;
  }

  get dialog(): Held['shown'] | undefined {
    return this.#held?.shown;
  }

  /** Tells of the next dialogs that are held. Returns the function that ends it. */
  onDialog(listener: (dialog: Held['shown']) => void): () => void {
    this.#opened.add(listener);
    return () => this.#opened.delete(listener);
  }

  /** The page as Playwright has it in this connection. */
  sitAt(page: Page): void {
    this.#page = page;
    this.#held = undefined;
    page.on('dialog', (dialog) => this.#background.run('answer dialog', this.#meet(dialog)));
  }

  /** The connection is lost, and with it the dialogs that it could answer. */
  leave(): void {
    this.#page = undefined;
    this.#held = undefined;
  }

  /** A dialog from before this connection, which the watcher can answer. */
  hold(shown: Held['shown'], answer: Held['answer']): void {
    this.#held = { shown, answer };
  }

  async answerDialog(answer: DialogAnswer): Promise<void> {
    const held = this.#held;
    if (!held) throw problem('invalid-argument', { detail: 'No dialog is open in this page.' });
    this.#held = undefined;
    await held.answer(answer);
  }

  record(type: PageEventType, data: Record<string, unknown>): void {
    this.#events.push(type, data);
  }

  async waitForEvent(
    event: string,
    { predicate }: { predicate?: (value: unknown) => unknown },
  ): Promise<unknown> {
    if (!this.#page) throw new Error('the page is not connected');
    // Playwright types each event by its name; which one a client names is known only now.
    const page = this.#page as unknown as {
      waitForEvent(event: string, options: object): Promise<unknown>;
    };
    // The command's own deadline ends the wait.
    return page.waitForEvent(event, { timeout: 0, ...(predicate && { predicate }) });
  }

  async #meet(dialog: Dialog): Promise<void> {
    const shown: Held['shown'] = {
      type: dialog.type() as OpenDialog['type'], // those of CDP
      message: dialog.message(),
      defaultValue: dialog.defaultValue(),
    };
    const policy = this.dialogPolicy;
    this.#events.push('dialog', { ...shown, answered: policy.answer === 'hold' ? null : policy.answer });
    if (policy.answer === 'hold') {
      const held = { shown, answer: (answer: DialogAnswer) => answerTo(dialog, answer) };
      this.#held = held;
      for (const listener of this.#opened) listener(shown);
      return;
    }
    const accept =
      // As Playwright does for whoever does not listen: a page that asks whether to leave would never be left.
      policy.answer === 'accept' || shown.type === 'beforeunload';
    const promptText = policy.answer === 'accept' ? policy.promptText : undefined;
    // The page may be gone, or a watcher may have been faster.
    await answerTo(dialog, { accept, ...(promptText !== undefined && { promptText }) }).catch(() => {});
  }
}

export function dialogOpen({ type, message }: Held['shown'], action: string): Problem {
  return problem('dialog-open', {
    detail: `The page shows a ${type} dialog, ${JSON.stringify(message.slice(0, 200))}, and ${action} has to wait for its answer.`,
  });
}

function answerTo(dialog: Dialog, { accept, promptText }: DialogAnswer): Promise<void> {
  return accept ? dialog.accept(promptText) : dialog.dismiss();
}
