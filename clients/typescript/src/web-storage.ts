// localStorage and sessionStorage of the page's origin.

import { type Result, send } from './actions.ts';
import type { Channel } from './channel.ts';

export class WebStorage {
  readonly #channel: Channel;
  readonly #name: 'localStorage' | 'sessionStorage';

  /** @internal */
  constructor(channel: Channel, name: 'localStorage' | 'sessionStorage') {
    this.#channel = channel;
    this.#name = name;
  }

  clear(): Promise<void> {
    return this.#ask('clear');
  }

  getItem(name: string): Promise<string | null> {
    return this.#ask('getItem', { name });
  }

  items(): Promise<Result<'localStorage.items'>> {
    return this.#ask('items');
  }

  removeItem(name: string): Promise<void> {
    return this.#ask('removeItem', { name });
  }

  setItem(name: string, value: string): Promise<void> {
    return this.#ask('setItem', { name, value });
  }

  async #ask<T>(method: string, params?: object): Promise<T> {
    const { result } = await send(this.#channel, `${this.#name}.${method}`, params);
    return result as T; // as the command table says
  }
}
