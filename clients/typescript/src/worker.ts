// A web worker of a page.

import { type Result, send } from './actions.ts';
import type { Channel } from './channel.ts';
import { type HandleRef, JSHandle, type PageFunction } from './handles.ts';

export class Worker {
  readonly #channel: Channel;
  readonly #data: Result<'workers'>[number];

  /** @internal */
  constructor(channel: Channel, data: Result<'workers'>[number]) {
    this.#channel = channel;
    this.#data = data;
  }

  async evaluate<R = unknown, Arg = unknown>(pageFunction: PageFunction<Arg, R>, arg?: Arg): Promise<R> {
    const params = { handle: this.#data.handle, expression: String(pageFunction), arg };
    return (await send(this.#channel, 'worker.evaluate', params)).result as R; // as the function gives it
  }

  async evaluateHandle<Arg = unknown>(
    pageFunction: PageFunction<Arg, unknown>,
    arg?: Arg,
  ): Promise<JSHandle> {
    const params = { handle: this.#data.handle, expression: String(pageFunction), arg };
    const { result } = await send(this.#channel, 'worker.evaluateHandle', params);
    return new JSHandle(this.#channel, result as HandleRef); // as the table says
  }

  url(): string {
    return this.#data.url;
  }
}
