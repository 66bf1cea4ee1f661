// A service where the connection is the lifecycle and there is no more to it: whoever connects has a browser, which goes
// with the connection.

import { randomUUID } from 'node:crypto';
import type { Feature } from '../backend.ts';
import { splitLogin } from './address-login.ts';
import {
  type AddressSettings,
  type BrowserSource,
  type GivenBrowser,
  RefusedError,
  UnansweredError,
} from './browser-source.ts';

export class ConnectedBrowsers implements BrowserSource {
  readonly features: readonly Feature[] = ['storageState', 'viewport'];
  readonly maxCapacity = Number.MAX_SAFE_INTEGER;
  readonly outlivesConnection = false;
  readonly #url: string;
  readonly #headers: Record<string, string>;

  constructor({ url, headers = {} }: AddressSettings) {
    this.#url = url.replace(/^http/, 'ws');
    this.#headers = headers;
  }

  /** It can only be seen that somebody is there: a connection would be a browser. */
  async probe(signal: AbortSignal): Promise<string> {
    let status: number;
    try {
      const { url, login } = splitLogin(this.#url.replace(/^ws/, 'http'));
      const response = await fetch(url, { signal, headers: { ...login, ...this.#headers } });
      await response.body?.cancel();
      status = response.status;
    } catch (error) {
      signal.throwIfAborted();
      throw new UnansweredError(error);
    }
    if (status === 401 || status === 403) throw new RefusedError(status, '', null);
    if (status === 429 || status >= 500) throw new Error(`HTTP ${status}`);
    return 'it answers';
  }

  async open(): Promise<GivenBrowser> {
    return { url: this.#url, headers: this.#headers, remoteId: randomUUID() };
  }

  async find(): Promise<undefined> {
    return undefined;
  }

  /** It went with the connection. */
  async release(): Promise<void> {}
}
