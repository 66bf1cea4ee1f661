// HTTP requests with the cookies of a browser, sent by the server. https://playwright.dev/docs/api-testing

import './disposable.ts';
import { type Options, type Result, send } from './actions.ts';
import type { Bytes } from './byte-stream.ts';
import type { Channel } from './channel.ts';
import { fileOf } from './page-files.ts';

type Through = () => Channel | Promise<Channel>;
type RequestOptions = Options<'apiRequest.fetch', 'url'>;

export class APIRequestContext {
  readonly #through: Through;

  /** @internal */
  constructor(through: Through) {
    this.#through = through;
  }

  delete(url: string, options?: Omit<RequestOptions, 'method'>): Promise<APIResponse> {
    return this.#send('delete', url, options);
  }

  fetch(url: string, options?: RequestOptions): Promise<APIResponse> {
    return this.#send('fetch', url, options);
  }

  get(url: string, options?: Omit<RequestOptions, 'method'>): Promise<APIResponse> {
    return this.#send('get', url, options);
  }

  head(url: string, options?: Omit<RequestOptions, 'method'>): Promise<APIResponse> {
    return this.#send('head', url, options);
  }

  patch(url: string, options?: Omit<RequestOptions, 'method'>): Promise<APIResponse> {
    return this.#send('patch', url, options);
  }

  post(url: string, options?: Omit<RequestOptions, 'method'>): Promise<APIResponse> {
    return this.#send('post', url, options);
  }

  put(url: string, options?: Omit<RequestOptions, 'method'>): Promise<APIResponse> {
    return this.#send('put', url, options);
  }

  async #send(method: string, url: string, options: RequestOptions = {}): Promise<APIResponse> {
    const channel = await this.#through();
    const { result } = await send(channel, `apiRequest.${method}`, { url, ...options });
    return new APIResponse(channel, result as Result<'apiRequest.fetch'>); // as the table says
  }
}

export class APIResponse implements AsyncDisposable {
  readonly #channel: Channel;
  readonly #data: Result<'apiRequest.fetch'>;

  /** @internal */
  constructor(channel: Channel, data: Result<'apiRequest.fetch'>) {
    this.#channel = channel;
    this.#data = data;
  }

  headers(): Record<string, string> {
    return this.#data.headers;
  }

  ok(): boolean {
    return this.#data.ok;
  }

  status(): number {
    return this.#data.status;
  }

  statusText(): string {
    return this.#data.statusText;
  }

  url(): string {
    return this.#data.url;
  }

  async body(): Promise<Bytes> {
    const { handle } = this.#data;
    return fileOf(this.#channel, await send(this.#channel, 'apiResponse.body', { handle }), undefined);
  }

  async dispose(): Promise<void> {
    await this.#ask('apiResponse.dispose');
  }

  headersArray(): Promise<Result<'apiResponse.headersArray'>> {
    return this.#ask('apiResponse.headersArray');
  }

  json<T = unknown>(): Promise<T> {
    return this.#ask('apiResponse.json');
  }

  text(): Promise<string> {
    return this.#ask('apiResponse.text');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #ask<T>(action: string): Promise<T> {
    const { result } = await send(this.#channel, action, { handle: this.#data.handle });
    return result as T; // as the table says
  }
}
