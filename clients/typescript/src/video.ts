// The video of a page in a session that is recorded with `video`. https://playwright.dev/docs/api/class-video

import { chunksOf } from './byte-stream.ts';
import { MoorageError } from './error.ts';
import { writeLocalFile } from './local-files.ts';
import type { Page } from './page.ts';

export class Video {
  readonly #page: Page;

  /** @internal */
  constructor(page: Page) {
    this.#page = page;
  }

  /** While the page is open this goes on with it, and ends when it is closed. @throws MoorageError */
  async createReadStream(): Promise<ReadableStream<Uint8Array>> {
    const { targetId } = await this.#view();
    const recording = await this.#page.browser().recording();
    if (recording) return recording.video({ page: targetId });
    throw new MoorageError({
      code: 'recording-not-found',
      detail: `The session of page ${this.#page.id} is not recorded.`,
      hint: 'Create it with `record: { video: true }`.',
    });
  }

  /** Waits until the page is closed, and writes its video on this machine, with the folders above it. */
  async saveAs(path: string): Promise<void> {
    await writeLocalFile(path, chunksOf(await this.createReadStream()));
  }

  async #view() {
    const view = this.#page.view();
    return view.targetId === '' ? this.#page.refresh() : view;
  }
}
