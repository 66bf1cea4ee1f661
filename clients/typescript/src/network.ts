// Requests and responses of a page, with what the server told of them; the rest is asked for by their handles.

import { type Result, send } from './actions.ts';
import type { Bytes } from './byte-stream.ts';
import type { Channel } from './channel.ts';
import { fileOf } from './page-files.ts';

export type RequestData = Result<'request.get'>;
export type ResponseData = NonNullable<Result<'request.response'>>;

/** What an event says of a request; its handle is the same as in what commands give. */
export type RequestBrief = Pick<RequestData, 'handle' | 'url'> & Partial<RequestData>;
/** What an event says of a response. */
export type ResponseBrief = Pick<ResponseData, 'status' | 'url'> &
  Partial<Omit<ResponseData, 'request'>> & { request: RequestBrief };

export class Request {
  readonly #channel: Channel;
  #data: RequestBrief;

  /** @internal */
  constructor(channel: Channel, data: RequestBrief) {
    this.#channel = channel;
    this.#data = data;
  }

  method(): string {
    return this.#data.method ?? 'GET';
  }

  resourceType(): string {
    return this.#data.resourceType ?? 'other';
  }

  url(): string {
    return this.#data.url;
  }

  /** Of a request that an event told of, these are known after `refresh()`. */
  failure(): { errorText: string } | null {
    return this.#data.failure ? { errorText: this.#data.failure } : null;
  }

  headers(): Record<string, string> {
    return this.#data.headers ?? {};
  }

  isNavigationRequest(): boolean {
    return this.#data.isNavigationRequest ?? this.#data.resourceType === 'document';
  }

  postData(): string | null {
    return this.#data.postData ?? null;
  }

  postDataJSON(): unknown {
    const text = this.postData();
    return text === null ? null : JSON.parse(text);
  }

  timing(): RequestData['timing'] | undefined {
    return this.#data.timing;
  }

  /** Asks how the request is now: its headers, failure and timing. */
  async refresh(): Promise<this> {
    this.#data = await this.#ask('request.get');
    return this;
  }

  allHeaders(): Promise<Record<string, string>> {
    return this.#ask('request.allHeaders');
  }

  headersArray(): Promise<Result<'request.headersArray'>> {
    return this.#ask('request.headersArray');
  }

  async headerValue(name: string): Promise<string | null> {
    return (await this.allHeaders())[name.toLowerCase()] ?? null;
  }

  async postDataBuffer(): Promise<Bytes | null> {
    const reply = await send(this.#channel, 'request.postDataBuffer', { handle: this.#data.handle });
    return reply.result === null ? null : fileOf(this.#channel, reply, undefined);
  }

  /** Null where none came. */
  async response(): Promise<Response | null> {
    const data = await this.#ask<ResponseData | null>('request.response');
    return data && new Response(this.#channel, data);
  }

  sizes(): Promise<Result<'request.sizes'>> {
    return this.#ask('request.sizes');
  }

  async #ask<T>(action: string): Promise<T> {
    const { result } = await send(this.#channel, action, { handle: this.#data.handle });
    return result as T; // as the command table says
  }
}

export class Response {
  readonly #channel: Channel;
  readonly #data: ResponseBrief;
  readonly #request: Request;

  /** @internal */
  constructor(channel: Channel, data: ResponseBrief) {
    this.#channel = channel;
    this.#data = data;
    this.#request = new Request(channel, data.request);
  }

  fromServiceWorker(): boolean {
    return this.#data.fromServiceWorker ?? false;
  }

  headers(): Record<string, string> {
    return this.#data.headers ?? {};
  }

  ok(): boolean {
    return this.#data.status === 0 || (this.#data.status >= 200 && this.#data.status <= 299);
  }

  request(): Request {
    return this.#request;
  }

  status(): number {
    return this.#data.status;
  }

  statusText(): string {
    return this.#data.statusText ?? '';
  }

  url(): string {
    return this.#data.url;
  }

  /** Asks for what an event does not tell, such as the headers. */
  async refresh(): Promise<this> {
    const { result } = await send(this.#channel, 'request.response', { handle: this.#data.request.handle });
    Object.assign(this.#data, result as ResponseData); // there is one, since the event told of it
    return this;
  }

  allHeaders(): Promise<Record<string, string>> {
    return this.#ask('response.allHeaders');
  }

  async body(): Promise<Bytes> {
    const reply = await send(this.#channel, 'response.body', { handle: await this.#handle() });
    return fileOf(this.#channel, reply, undefined);
  }

  /** Null when it ended well. */
  async finished(): Promise<Error | null> {
    const failure = await this.#ask<string | null>('response.finished');
    return failure === null ? null : new Error(failure);
  }

  headersArray(): Promise<Result<'response.headersArray'>> {
    return this.#ask('response.headersArray');
  }

  async headerValue(name: string): Promise<string | null> {
    return (await this.allHeaders())[name.toLowerCase()] ?? null;
  }

  async headerValues(name: string): Promise<string[]> {
    const headers = await this.headersArray();
    return headers
      .filter((header) => header.name.toLowerCase() === name.toLowerCase())
      .map(({ value }) => value);
  }

  httpVersion(): Promise<string> {
    return this.#ask('response.httpVersion');
  }

  json<T = unknown>(): Promise<T> {
    return this.#ask('response.json');
  }

  securityDetails(): Promise<Result<'response.securityDetails'>> {
    return this.#ask('response.securityDetails');
  }

  serverAddr(): Promise<Result<'response.serverAddr'>> {
    return this.#ask('response.serverAddr');
  }

  text(): Promise<string> {
    return this.#ask('response.text');
  }

  async #ask<T>(action: string): Promise<T> {
    const { result } = await send(this.#channel, action, { handle: await this.#handle() });
    return result as T; // as the command table says
  }

  /** An event names the request only. */
  async #handle(): Promise<string> {
    if (this.#data.handle === undefined) await this.refresh();
    return this.#data.handle ?? '';
  }
}
