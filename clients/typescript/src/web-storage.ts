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

  async clear(): Promise<void> {
    await this.#ask('clear');
  }

  getItem(name: string): Promise<string | null> {
    return this.#ask('getItem', { name });
  }

  items(): Promise<Result<'localStorage.items'>> {
    return this.#ask('items');
  }

  async removeItem(name: string): Promise<void> {
    await this.#ask('removeItem', { name });
  }

  async setItem(name: string, value: string): Promise<void> {
    await this.#ask('setItem', { name, value });
  }

  async #ask<T>(method: string, params?: object): Promise<T> {
    const { result } = await send(this.#channel, `${this.#name}.${method}`, params);
    return result as T; // as the command table says
  }
}
