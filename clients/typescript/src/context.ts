// The one context of a browser: what its pages share, such as cookies. Its commands go through any of the pages.

import { type Options, type Params, type Result, send } from './actions.ts';
import { APIRequestContext } from './api-request.ts';
import type { Browser } from './browser.ts';
import { writeLocalFile } from './local-files.ts';
import type { Page } from './page.ts';
import {
  type HarOptions,
  type InitScript,
  initScriptParams,
  type RouteRule,
  routeParams,
  type WebSocketRule,
} from './rules.ts';
import type { PageCreate, StorageState } from './schemas.ts';
import { Tracing } from './tracing.ts';
import { Worker } from './worker.ts';

export class BrowserContext {
  readonly request: APIRequestContext;
  readonly tracing: Tracing;
  readonly #browser: Browser;

  /** @internal */
  constructor(browser: Browser) {
    const channel = async () => (await browser.anyPage()).channel;
    this.request = new APIRequestContext(channel);
    this.tracing = new Tracing(channel);
    this.#browser = browser;
  }

  browser(): Browser {
    return this.#browser;
  }

  newPage(request?: PageCreate): Promise<Page> {
    return this.#browser.newPage(request);
  }

  pages(): Promise<Page[]> {
    return this.#browser.pages();
  }

  async addCookies(cookies: Params<'context.addCookies'>['cookies']): Promise<void> {
    await this.#ask('context.addCookies', { cookies });
  }

  /** Runs in every document of every page from now on, before its own scripts. */
  async addInitScript<Arg>(script: InitScript<Arg>, arg?: Arg): Promise<void> {
    await this.#ask('context.addInitScript', await initScriptParams(script, arg));
  }

  async clearCookies(
    options: { name?: string | RegExp; domain?: string | RegExp; path?: string | RegExp } = {},
  ): Promise<void> {
    await this.#ask('context.clearCookies', options);
  }

  async clearPermissions(): Promise<void> {
    await this.#ask('context.clearPermissions');
  }

  cookies(urls?: string | readonly string[]): Promise<Result<'context.cookies'>> {
    return this.#ask('context.cookies', { urls });
  }

  async grantPermissions(permissions: readonly string[], options: { origin?: string } = {}): Promise<void> {
    await this.#ask('context.grantPermissions', { permissions, ...options });
  }

  /** Says what becomes of requests to a URL, until it is taken back. */
  async route(url: string | RegExp, rule: RouteRule): Promise<void> {
    await this.#ask('context.route', routeParams(url, rule));
  }

  /** Answers requests from a HAR file of this machine. */
  async routeFromHAR(path: string, options?: HarOptions): Promise<void> {
    const { id: artifact } = await this.#browser.artifacts.upload(path);
    await this.#ask('context.routeFromHAR', { artifact, ...options });
  }

  async routeWebSocket(url: string | RegExp, rule: WebSocketRule): Promise<void> {
    await this.#ask('context.routeWebSocket', { url, ...rule });
  }

  /** Gives every page a function; its calls are events `binding` of the page, and each gets `result`. */
  async exposeBinding(name: string, options: { result?: unknown } = {}): Promise<void> {
    await this.#ask('context.exposeBinding', { name, ...options });
  }

  async serviceWorkers(): Promise<Worker[]> {
    const { channel } = await this.#browser.anyPage();
    const { result } = await send(channel, 'context.serviceWorkers');
    return (result as Result<'context.serviceWorkers'>).map((data) => new Worker(channel, data));
  }

  async setExtraHTTPHeaders(headers: Record<string, string>): Promise<void> {
    await this.#ask('context.setExtraHTTPHeaders', { headers });
  }

  async setGeolocation(geolocation: Params<'context.setGeolocation'>['geolocation']): Promise<void> {
    await this.#ask('context.setGeolocation', { geolocation });
  }

  async setHTTPCredentials(
    httpCredentials: Params<'context.setHTTPCredentials'>['httpCredentials'],
  ): Promise<void> {
    await this.#ask('context.setHTTPCredentials', { httpCredentials });
  }

  async setOffline(offline: boolean): Promise<void> {
    await this.#ask('context.setOffline', { offline });
  }

  async setStorageState(storageState: StorageState): Promise<void> {
    await this.#ask('context.setStorageState', { storageState });
  }

  /** Cookies and storage; with `path` they are saved there as well. */
  async storageState({
    path,
    ...options
  }: Options<'context.storageState'> & { path?: string } = {}): Promise<StorageState> {
    const state = await this.#ask<StorageState>('context.storageState', options);
    if (path !== undefined) await writeLocalFile(path, JSON.stringify(state, undefined, 2));
    return state;
  }

  async unroute(url: string | RegExp): Promise<void> {
    await this.#ask('context.unroute', { url });
  }

  async unrouteAll(): Promise<void> {
    await this.#ask('context.unrouteAll');
  }

  /** Ends what this object holds. The browser and its pages stay. */
  close(): Promise<void> {
    return this.#browser.close();
  }

  /** Through the page used last; one is opened where there is none. */
  async #ask<T>(action: string, params?: object): Promise<T> {
    const page = await this.#browser.anyPage();
    const { result } = await send(page.channel, action, params);
    return result as T; // as the command table says
  }
}
