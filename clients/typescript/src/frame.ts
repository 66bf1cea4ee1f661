// A frame of a page, by its name or address: its methods are those of the page, sent to the frame.

import type { FrameSpec } from './actions.ts';
import type { Channel } from './channel.ts';
import { FrameActions } from './frame-actions.ts';
import { ElementHandle, type HandleRef } from './handles.ts';
import type { Page } from './page.ts';

export class Frame extends FrameActions {
  /** @internal */
  readonly channel: Channel;
  protected readonly frameSpec: FrameSpec | undefined;
  readonly #view: { name?: string; url?: string };

  /** @internal */
  constructor(
    channel: Channel,
    frameSpec: FrameSpec | undefined,
    view: { name?: string; url?: string } = { ...(frameSpec as object) },
  ) {
    super();
    this.channel = channel;
    this.frameSpec = frameSpec;
    this.#view = view;
  }

  /** A handle of the `<iframe>` that it is in. */
  async frameElement(): Promise<ElementHandle> {
    return new ElementHandle(this.channel, await this.ask<HandleRef>('frame.frameElement'));
  }

  /** Whether it is the page's main frame. */
  isMain(): boolean {
    return this.frameSpec === undefined;
  }

  name(): string {
    return this.#view.name ?? '';
  }

  page(): Page {
    return this.channel.page;
  }

  /** As it was when this object was made. */
  url(): string {
    return this.#view.url ?? '';
  }
}
