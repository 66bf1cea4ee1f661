// A dialog that a page opened, and that waits for an answer.

import { send } from './actions.ts';
import type { Channel } from './channel.ts';
import type { Page } from './page.ts';

export class Dialog {
  readonly #channel: Channel;
  readonly #data: { type?: string; message?: string; defaultValue?: string };

  /** @internal */
  constructor(channel: Channel, data: { type?: string; message?: string; defaultValue?: string }) {
    this.#channel = channel;
    this.#data = data;
  }

  async accept(promptText?: string): Promise<void> {
    await send(this.#channel, 'dialog.accept', promptText === undefined ? {} : { promptText });
  }

  async dismiss(): Promise<void> {
    await send(this.#channel, 'dialog.dismiss');
  }

  defaultValue(): string {
    return this.#data.defaultValue ?? '';
  }

  message(): string {
    return this.#data.message ?? '';
  }

  page(): Page {
    return this.#channel.page;
  }

  /** `alert`, `beforeunload`, `confirm` or `prompt`. */
  type(): string {
    return this.#data.type ?? 'alert';
  }
}
