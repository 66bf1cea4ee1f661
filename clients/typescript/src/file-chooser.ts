// A file chooser that a page opened.

import { send } from './actions.ts';
import type { Channel } from './channel.ts';
import type { Files } from './element-actions.ts';
import { ElementHandle, type HandleRef } from './handles.ts';
import type { Page } from './page.ts';
import { uploadAll } from './page-files.ts';

export class FileChooser {
  readonly #channel: Channel;
  readonly #data: { handle?: string; isMultiple?: boolean };

  /** @internal */
  constructor(channel: Channel, data: { handle?: string; isMultiple?: boolean }) {
    this.#channel = channel;
    this.#data = data;
  }

  /** A handle of its `<input>`. */
  async element(): Promise<ElementHandle> {
    const { result } = await send(this.#channel, 'fileChooser.element', { handle: this.#data.handle });
    return new ElementHandle(this.#channel, result as HandleRef); // as the command table says
  }

  isMultiple(): boolean {
    return this.#data.isMultiple ?? false;
  }

  page(): Page {
    return this.#channel.page;
  }

  /** Paths are those of this machine: the files are uploaded. */
  async setFiles(files: Files, options: { timeout?: number } = {}): Promise<void> {
    const uploaded = await uploadAll(this.#channel, files);
    await send(this.#channel, 'fileChooser.setFiles', {
      handle: this.#data.handle,
      files: uploaded,
      ...options,
    });
  }
}
