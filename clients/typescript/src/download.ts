// A file that a page downloaded. The server has the whole of it when it tells, as an artifact.

import type { Channel } from './channel.ts';
import type { Page } from './page.ts';
import type { Artifact } from './schemas.ts';

export class Download {
  readonly #channel: Channel;
  readonly #data: { artifact?: Artifact; failure?: string; suggestedFilename?: string; url?: string };

  /** @internal */
  constructor(
    channel: Channel,
    data: { artifact?: Artifact; failure?: string; suggestedFilename?: string; url?: string },
  ) {
    this.#channel = channel;
    this.#data = data;
  }

  /** The file as the server keeps it; none where the download failed. */
  artifact(): Artifact | undefined {
    return this.#data.artifact;
  }

  createReadStream(): Promise<ReadableStream<Uint8Array>> {
    return this.#channel.page.artifacts.stream(this.#file().id);
  }

  async delete(): Promise<void> {
    await this.#channel.page.artifacts.delete(this.#file().id);
  }

  async failure(): Promise<string | null> {
    return this.#data.failure ?? null;
  }

  page(): Page {
    return this.#channel.page;
  }

  /** Writes the file on this machine, with the folders above it. */
  async saveAs(path: string): Promise<void> {
    await this.#channel.page.artifacts.saveAs(this.#file().id, path);
  }

  suggestedFilename(): string {
    return this.#data.suggestedFilename ?? '';
  }

  url(): string {
    return this.#data.url ?? '';
  }

  #file(): Artifact {
    const { artifact, failure } = this.#data;
    if (artifact) return artifact;
    throw new Error(`The download of ${this.url()} failed: ${failure ?? 'there is no file'}`);
  }
}
