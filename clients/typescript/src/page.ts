// A page, in Playwright's own shape: its methods build data and send one command each.
// https://playwright.dev/docs/api/class-page

import { type Action, type FrameSpec, type Options, type Params, type Result, send } from './actions.ts';
import { APIRequestContext } from './api-request.ts';
import type { Artifacts } from './artifacts.ts';
import { type BatchOptions, sendBatch } from './batch.ts';
import type { Browser, Reconnection } from './browser.ts';
import type { Bytes } from './byte-stream.ts';
import { BatchChannel, type Channel, type CommandBody, type CommandOptions, LiveChannel } from './channel.ts';
import { Clock } from './clock.ts';
import type { BrowserContext } from './context.ts';
import { Frame } from './frame.ts';
import { FrameActions } from './frame-actions.ts';
import { Keyboard, Mouse, Touchscreen } from './input-devices.ts';
import type { Locator } from './locator.ts';
import { Request, type RequestData, type Response } from './network.ts';
import type { PageEventsQuery } from './page-events.ts';
import { fileOf, typeOfPicture } from './page-files.ts';
import { type PageEventName, type PageEventObjects, PageListeners } from './page-listeners.ts';
import {
  type HarOptions,
  type InitScript,
  initScriptParams,
  type RouteRule,
  routeParams,
  type WebSocketRule,
} from './rules.ts';
import type { BatchReply, CommandReply, PageEventList, PageView } from './schemas.ts';
import { Coverage } from './tracing.ts';
import type { Transport } from './transport.ts';
import { matchesUrl } from './url-match.ts';
import { Video } from './video.ts';
import { WebStorage } from './web-storage.ts';
import { Worker } from './worker.ts';

/** What a command gave, with everything that the server says beside it. */
export type ReplyOf<A extends Action> = Omit<CommandReply, 'result'> & { result: Result<A> };

const INSPECTED = Symbol.for('nodejs.util.inspect.custom');
const NAVIGATIONS = new Set(['goBack', 'goForward', 'goto', 'reload', 'setContent', 'waitForURL']);

export class Page extends FrameActions implements AsyncDisposable {
  readonly id: string;
  readonly artifacts: Artifacts;
  readonly clock: Clock;
  readonly coverage: Coverage;
  readonly keyboard: Keyboard;
  readonly mouse: Mouse;
  readonly request: APIRequestContext;
  readonly touchscreen: Touchscreen;
  readonly localStorage: WebStorage;
  readonly sessionStorage: WebStorage;
  /** Of the last command: how long it took, the generation of the surface, what was lost on the way. */
  lastReply: CommandReply | undefined;
  /** Called when a reply says that something was lost. */
  onReconnected: ((reconnection: Reconnection) => void) | undefined;
  /** @internal */
  readonly listeners: PageListeners;
  /** @internal */
  readonly channel: Channel;
  protected readonly frameSpec = undefined;
  readonly #browser: Browser;
  readonly #transport: Transport;
  #view: PageView;
  #isClosed = false;
  #timeoutMs: number | undefined;
  #navigationTimeoutMs: number | undefined;
  #viewport: { width: number; height: number } | null = null;

  /** @internal */
  constructor(
    browser: Browser,
    transport: Transport,
    id: string,
    makeChannel: (page: Page) => Channel = (page) => new LiveChannel(page, transport),
  ) {
    super();
    this.id = id;
    this.artifacts = browser.artifacts;
    this.channel = makeChannel(this);
    this.clock = new Clock(this.channel);
    this.coverage = new Coverage(this.channel);
    this.request = new APIRequestContext(() => this.channel);
    this.keyboard = new Keyboard(this.channel);
    this.mouse = new Mouse(this.channel);
    this.touchscreen = new Touchscreen(this.channel);
    this.localStorage = new WebStorage(this.channel, 'localStorage');
    this.sessionStorage = new WebStorage(this.channel, 'sessionStorage');
    this.listeners = new PageListeners(this.channel, transport);
    this.#browser = browser;
    this.#transport = transport;
    this.#view = { id, targetId: '', sessionId: '', url: '', title: '', isResponsive: true };
  }

  // The page as the server sees it

  /** As the last reply said; `refresh()` asks. */
  url(): string {
    return this.#view.url;
  }

  /** All that is known of the page, as the last reply said. */
  view(): PageView {
    return { ...this.#view };
  }

  /** Asks how the page is now; a dialog that waits for an answer is in it. @throws MoorageError `page-not-found`. */
  async refresh(): Promise<PageView> {
    this.take(await this.#transport.json<PageView>('GET', this.#path));
    return this.view();
  }

  isClosed(): boolean {
    return this.#isClosed;
  }

  async close(): Promise<void> {
    await this.#transport.json('DELETE', this.#path, { headers: this.#browser.headers() });
    this.#isClosed = true;
    this.removeAllListeners();
    this.#browser.forget(this);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  browser(): Browser {
    return this.#browser;
  }

  context(): BrowserContext {
    return this.#browser.context();
  }

  // Commands by name, and batches

  /** Sends a command of the table, or one that this client does not know yet. @throws MoorageError */
  command<A extends Action>(
    action: A,
    ...rest: object extends Params<A>
      ? [params?: Params<A>, options?: CommandOptions]
      : [params: Params<A>, options?: CommandOptions]
  ): Promise<ReplyOf<A>>;
  command(action: string, params?: Record<string, unknown>, options?: CommandOptions): Promise<CommandReply>;
  command(
    action: string,
    params: Record<string, unknown> = {},
    options: CommandOptions = {},
  ): Promise<CommandReply> {
    return send(this.channel, action, params, options);
  }

  /**
   * Sends in one request what `compose` calls on the page that it is given, without waiting in between. Resolves to what
   * the calls gave, in their order.
   * @throws MoorageError of the first that failed. With `stopOnError: false` each has its outcome instead.
   */
  batch(
    compose: (page: Page) => unknown,
    options: BatchOptions & { stopOnError: false },
  ): Promise<PromiseSettledResult<unknown>[]>;
  batch(compose: (page: Page) => unknown, options?: BatchOptions): Promise<unknown[]>;
  batch(compose: (page: Page) => unknown, options: BatchOptions = {}): Promise<unknown[]> {
    const gathering = new Page(this.#browser, this.#transport, this.id, (page) => new BatchChannel(page));
    gathering.#timeoutMs = this.#timeoutMs;
    gathering.#navigationTimeoutMs = this.#navigationTimeoutMs;
    return sendBatch(this.#live(), gathering.channel as BatchChannel, compose, options);
  }

  /** Sends commands as they are, and gives the outcome of each that was run. */
  sendBatch(
    commands: readonly CommandBody[],
    { stopOnError = true, ...options }: BatchOptions = {},
  ): Promise<BatchReply> {
    return this.#live().sendAll(commands, { stopOnError, ...options });
  }

  setDefaultTimeout(timeoutMs: number): void {
    this.#timeoutMs = timeoutMs;
  }

  setDefaultNavigationTimeout(timeoutMs: number): void {
    this.#navigationTimeoutMs = timeoutMs;
  }

  // Events

  /** Calls `listener` whenever it happens. The first listener opens a stream, which ends with the last. */
  on<Name extends PageEventName>(name: Name, listener: (object: PageEventObjects[Name]) => unknown): this {
    this.listeners.on(name, listener);
    return this;
  }

  once<Name extends PageEventName>(name: Name, listener: (object: PageEventObjects[Name]) => unknown): this {
    this.listeners.once(name, listener);
    return this;
  }

  off<Name extends PageEventName>(name: Name, listener: (object: PageEventObjects[Name]) => unknown): this {
    this.listeners.off(name, listener);
    return this;
  }

  addListener<Name extends PageEventName>(
    name: Name,
    listener: (object: PageEventObjects[Name]) => unknown,
  ): this {
    return this.on(name, listener);
  }

  removeListener<Name extends PageEventName>(
    name: Name,
    listener: (object: PageEventObjects[Name]) => unknown,
  ): this {
    return this.off(name, listener);
  }

  removeAllListeners(name?: PageEventName): this {
    this.listeners.removeAll(name);
    return this;
  }

  /** What happened, as far as the server still holds it: what did the console say since? */
  recentEvents(query: PageEventsQuery = {}): Promise<PageEventList> {
    return this.listeners.recent(query);
  }

  /** The next one for which `predicate` holds. What happens after the call is not missed. */
  waitForEvent<Name extends PageEventName>(
    name: Name,
    options: WaitOptions<PageEventObjects[Name]> | Predicate<PageEventObjects[Name]> = {},
  ): Promise<PageEventObjects[Name]> {
    const { predicate, timeout } = typeof options === 'function' ? { predicate: options } : options;
    return this.listeners.next(name, {
      ...(predicate && { predicate }),
      timeoutMs: timeout ?? this.#timeoutMs ?? 30_000,
    });
  }

  async waitForRequest(
    which: string | RegExp | Predicate<Request>,
    options?: { timeout?: number },
  ): Promise<Request> {
    const predicate =
      typeof which === 'function' ? which : (request: Request) => matchesUrl(request.url(), which);
    return (await this.waitForEvent('request', { predicate, ...options })).refresh();
  }

  async waitForResponse(
    which: string | RegExp | Predicate<Response>,
    options?: { timeout?: number },
  ): Promise<Response> {
    const predicate =
      typeof which === 'function' ? which : (response: Response) => matchesUrl(response.url(), which);
    return (await this.waitForEvent('response', { predicate, ...options })).refresh();
  }

  /** Resolves when the main frame has gone to another address and is loaded there. */
  async waitForNavigation(options: { timeout?: number } = {}): Promise<null> {
    await this.waitForEvent('framenavigated', { predicate: (frame) => frame.isMain(), ...options });
    await this.waitForLoadState('load', options);
    return null;
  }

  // What only the page as a whole can do

  mainFrame(): Frame {
    return new Frame(this.channel, undefined, this.#view);
  }

  /** Every frame of the page, the main one first. */
  async frames(): Promise<Frame[]> {
    const frames = await this.ask<Result<'frames'>>('frames');
    return frames.map(
      (frame, index) => new Frame(this.channel, index === 0 ? undefined : specOf(frame), frame),
    );
  }

  /** A frame by its name or address, which is looked for when it is used. */
  frame(which: string | { name?: string; url?: string }): Frame {
    const { name, url } = typeof which === 'string' ? { name: which } : which;
    if (name !== undefined) return new Frame(this.channel, { name });
    if (url !== undefined) return new Frame(this.channel, { url });
    throw new TypeError('A frame is found by its name or its address.');
  }

  async bringToFront(): Promise<void> {
    await this.ask('bringToFront');
  }

  async emulateMedia(options: Params<'emulateMedia'> = {}): Promise<void> {
    await this.ask('emulateMedia', options);
  }

  goBack(options?: Options<'goBack'>): Promise<Response | null> {
    return this.responseOf('goBack', { ...options });
  }

  goForward(options?: Options<'goForward'>): Promise<Response | null> {
    return this.responseOf('goForward', { ...options });
  }

  reload(options?: Options<'reload'>): Promise<Response | null> {
    return this.responseOf('reload', { ...options });
  }

  /** The page as PDF; with `path` it is saved there as well. */
  async pdf({ path, ...options }: Options<'pdf'> & { path?: string } = {}): Promise<Bytes> {
    return fileOf(this.channel, await send(this.channel, 'pdf', options), path);
  }

  /** A picture; with `path` it is saved there as well. */
  async screenshot({ path, ...options }: Options<'screenshot'> & { path?: string } = {}): Promise<Bytes> {
    const type = options.type ?? typeOfPicture(path);
    return fileOf(
      this.channel,
      await send(this.channel, 'screenshot', { ...options, ...(type && { type }) }),
      path,
    );
  }

  /** Runs in every document of the page from now on, before its own scripts. */
  async addInitScript<Arg>(script: InitScript<Arg>, arg?: Arg): Promise<void> {
    await this.ask('addInitScript', await initScriptParams(script, arg));
  }

  async clearConsoleMessages(): Promise<void> {
    await this.ask('clearConsoleMessages');
  }

  async clearPageErrors(): Promise<void> {
    await this.ask('clearPageErrors');
  }

  /** The latest, which the browser's connection still holds; `recentEvents` has more. */
  consoleMessages(options?: Options<'consoleMessages'>): Promise<Result<'consoleMessages'>> {
    return this.ask('consoleMessages', options);
  }

  /** Gives the page a function; its calls are events `binding`, and each gets `result`. */
  async exposeBinding(name: string, options: { result?: unknown } = {}): Promise<void> {
    await this.ask('exposeBinding', { name, ...options });
  }

  /** The latest errors that no script caught. */
  pageErrors(options?: Options<'pageErrors'>): Promise<Result<'pageErrors'>> {
    return this.ask('pageErrors', options);
  }

  /** What becomes of dialogs that nobody listens to. */
  async setDialogPolicy(policy: Params<'setDialogPolicy'>): Promise<void> {
    await this.ask('setDialogPolicy', policy);
  }

  async workers(): Promise<Worker[]> {
    const workers = await this.ask<Result<'workers'>>('workers');
    return workers.map((data) => new Worker(this.channel, data));
  }

  /** The page that opened this one. */
  async opener(): Promise<Page | null> {
    const opener = await this.ask<Result<'opener'>>('opener');
    return opener && this.#browser.page(opener.pageId);
  }

  async requestGC(): Promise<void> {
    await this.ask('requestGC');
  }

  /** The latest, as far as the browser still knows them. */
  async requests(): Promise<Request[]> {
    const requests = await this.ask<RequestData[]>('requests');
    return requests.map((data) => new Request(this.channel, data));
  }

  /** Says what becomes of requests to a URL, until it is taken back. */
  async route(url: string | RegExp, rule: RouteRule): Promise<void> {
    await this.ask('route', routeParams(url, rule));
  }

  /** Answers requests from a HAR file of this machine. */
  async routeFromHAR(path: string, options?: HarOptions): Promise<void> {
    const { id: artifact } = await this.artifacts.upload(path);
    await this.ask('routeFromHAR', { artifact, ...options });
  }

  async routeWebSocket(url: string | RegExp, rule: WebSocketRule): Promise<void> {
    await this.ask('routeWebSocket', { url, ...rule });
  }

  async unroute(url: string | RegExp): Promise<void> {
    await this.ask('unroute', { url });
  }

  async unrouteAll(): Promise<void> {
    await this.ask('unrouteAll');
  }

  ariaSnapshot(options?: Options<'ariaSnapshot'>): Promise<string> {
    return this.ask('ariaSnapshot', options);
  }

  ariaSnapshotJSON(options?: Options<'ariaSnapshotJSON'>): Promise<unknown> {
    return this.ask('ariaSnapshotJSON', options);
  }

  async hideHighlight(): Promise<void> {
    await this.ask('hideHighlight');
  }

  /** Clicks `click`, or the element itself, whenever the element is in the way. */
  async addLocatorHandler(locator: Locator, options?: Options<'addLocatorHandler'>): Promise<void> {
    await this.ask('addLocatorHandler', { locator, ...options });
  }

  async removeLocatorHandler(locator: Locator): Promise<void> {
    await this.ask('removeLocatorHandler', { locator });
  }

  async setExtraHTTPHeaders(headers: Record<string, string>): Promise<void> {
    await this.ask('setExtraHTTPHeaders', { headers });
  }

  async setViewportSize(size: { width: number; height: number }): Promise<void> {
    await this.ask('setViewportSize', size);
    this.#viewport = size;
  }

  /** As it was set through this object, else null. */
  /** Its video, which there is where the session is recorded with `video`: only the server knows. */
  video(): Video {
    return new Video(this);
  }

  viewportSize(): { width: number; height: number } | null {
    return this.#viewport;
  }

  /** What Node shows at a prompt and in logs. */
  [INSPECTED](): string {
    return `Page@${this.id} ${this.url()}`;
  }

  // For the objects of this page

  /** @internal */
  timeoutMsOf(action: string): number | undefined {
    return (NAVIGATIONS.has(action) ? this.#navigationTimeoutMs : undefined) ?? this.#timeoutMs;
  }

  /** Takes on what the server says of the page. @internal */
  take(view: Partial<PageView>): void {
    this.#view = { ...this.#view, ...view };
  }

  /** Takes on what a reply says, and lets listeners hear what happened before it. @internal */
  async heard(reply: CommandReply): Promise<void> {
    this.lastReply = reply;
    this.take(reply.page);
    await this.listeners.catchUp(reply.lastEvent);
    const { lost } = reply.reconnected ?? {};
    if (!lost?.length) return;
    const reconnection = { lost, generation: reply.generation, page: this };
    this.onReconnected?.(reconnection);
    this.#browser.tellReconnected(reconnection);
  }

  get #path(): string {
    return `/v1/pages/${encodeURIComponent(this.id)}`;
  }

  #live(): LiveChannel {
    if (this.channel instanceof LiveChannel) return this.channel;
    throw new TypeError('A batch holds commands, not other batches.');
  }
}

/** A frame without a name is known by where it is. */
function specOf({ name, url }: { name: string; url: string }): FrameSpec {
  return name === '' ? { url } : { name };
}

export type Predicate<T> = (object: T) => unknown;
export interface WaitOptions<T> {
  predicate?: Predicate<T>;
  timeout?: number;
}
