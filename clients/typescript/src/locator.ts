// Locators and frame locators: how to find elements, as data that goes with each command. Making one asks nothing of the
// server, and each method sends one command.

import { type Options, send } from './actions.ts';
import type { Bytes } from './byte-stream.ts';
import { ElementActions, type Files } from './element-actions.ts';
import {
  ElementHandle,
  elementOf,
  type HandleRef,
  handleOf,
  type JSHandle,
  type ObjectFunction,
} from './handles.ts';
import {
  args,
  below,
  type FilterOptions,
  type LocatorSpec,
  type LocatorStep,
  type Place,
  type RoleOptions,
  type TextMatch,
  type TextOptions,
} from './locator-steps.ts';
import type { Page } from './page.ts';
import { fileOf, uploadAll } from './page-files.ts';

/** Something in which elements are looked for: a page, a frame, or what a locator finds. */
export abstract class Finder {
  /** @internal */
  protected abstract readonly place: Place;

  getByAltText(text: TextMatch, options?: TextOptions): Locator {
    return this.#found({ getByAltText: args(text, options) });
  }

  getByLabel(text: TextMatch, options?: TextOptions): Locator {
    return this.#found({ getByLabel: args(text, options) });
  }

  getByPlaceholder(text: TextMatch, options?: TextOptions): Locator {
    return this.#found({ getByPlaceholder: args(text, options) });
  }

  getByRole(role: string, options?: RoleOptions): Locator {
    return this.#found({ getByRole: args(role, options) });
  }

  getByTestId(testId: TextMatch): Locator {
    return this.#found({ getByTestId: [testId] });
  }

  getByText(text: TextMatch, options?: TextOptions): Locator {
    return this.#found({ getByText: args(text, options) });
  }

  getByTitle(text: TextMatch, options?: TextOptions): Locator {
    return this.#found({ getByTitle: args(text, options) });
  }

  /** Elements by a selector, or those that another locator finds in here. */
  locator(selector: string | Locator, options?: Omit<FilterOptions, 'visible'>): Locator {
    return this.#found({ locator: args(selector, options) });
  }

  /** The inside of an `<iframe>`. */
  frameLocator(selector: string): FrameLocator {
    return new FrameLocator(below(this.place, { frameLocator: [selector] }));
  }

  #found(step: LocatorStep): Locator {
    return new Locator(below(this.place, step));
  }
}

const INSPECTED = Symbol.for('nodejs.util.inspect.custom');
/** Actions that only locators and handles have; all others are those of the page, with a locator. */
const OF_LOCATORS = new Set(['boundingBox', 'screenshot', 'scrollIntoViewIfNeeded', 'selectText']);

export class Locator extends ElementActions {
  readonly #place: Place;
  /** Of a page's method that was given a selector, which means the first of several matches. */
  readonly #selector: string | undefined;

  constructor(place: Place, selector?: string) {
    super();
    this.#place = place;
    this.#selector = selector;
  }

  // As in Playwright, a locator is a place to look for others in.

  getByAltText(text: TextMatch, options?: TextOptions): Locator {
    return this.#inside.getByAltText(text, options);
  }

  getByLabel(text: TextMatch, options?: TextOptions): Locator {
    return this.#inside.getByLabel(text, options);
  }

  getByPlaceholder(text: TextMatch, options?: TextOptions): Locator {
    return this.#inside.getByPlaceholder(text, options);
  }

  getByRole(role: string, options?: RoleOptions): Locator {
    return this.#inside.getByRole(role, options);
  }

  getByTestId(testId: TextMatch): Locator {
    return this.#inside.getByTestId(testId);
  }

  getByText(text: TextMatch, options?: TextOptions): Locator {
    return this.#inside.getByText(text, options);
  }

  getByTitle(text: TextMatch, options?: TextOptions): Locator {
    return this.#inside.getByTitle(text, options);
  }

  locator(selector: string | Locator, options?: Omit<FilterOptions, 'visible'>): Locator {
    return this.#inside.locator(selector, options);
  }

  frameLocator(selector: string): FrameLocator {
    return this.#inside.frameLocator(selector);
  }

  and(locator: Locator): Locator {
    return this.#next({ and: [locator] });
  }

  describe(description: string): Locator {
    return this.#next({ describe: [description] });
  }

  filter(options: FilterOptions): Locator {
    return this.#next({ filter: [options] });
  }

  first(): Locator {
    return this.#next({ first: [] });
  }

  last(): Locator {
    return this.#next({ last: [] });
  }

  nth(index: number): Locator {
    return this.#next({ nth: [index] });
  }

  or(locator: Locator): Locator {
    return this.#next({ or: [locator] });
  }

  /** Only what can be seen. */
  visible(): Locator {
    return this.#next({ visible: [] });
  }

  /** Only what lies within what another locator finds. */
  within(locator: Locator): Locator {
    return this.#next({ within: [locator] });
  }

  /** The inside of the `<iframe>` that this finds. */
  contentFrame(): FrameLocator {
    return new FrameLocator(below(this.#place, { contentFrame: [] }));
  }

  page(): Page {
    return this.#place.channel.page;
  }

  // What only locators can do.

  /** A locator for each element that is there now. */
  async all(): Promise<Locator[]> {
    const count = await this.count();
    return Array.from({ length: count }, (_, index) => this.nth(index));
  }

  allInnerTexts(): Promise<string[]> {
    return this.#send('locator.allInnerTexts');
  }

  allTextContents(): Promise<string[]> {
    return this.#send('locator.allTextContents');
  }

  ariaSnapshot(options?: Options<'locator.ariaSnapshot'>): Promise<string> {
    return this.#send('locator.ariaSnapshot', options);
  }

  ariaSnapshotJSON(options?: Options<'locator.ariaSnapshotJSON'>): Promise<unknown> {
    return this.#send('locator.ariaSnapshotJSON', options);
  }

  async blur(options?: Options<'locator.blur'>): Promise<void> {
    await this.#send('locator.blur', options);
  }

  async clear(options?: Options<'locator.clear'>): Promise<void> {
    await this.#send('locator.clear', options);
  }

  count(): Promise<number> {
    return this.#send('locator.count');
  }

  async dragTo(target: Locator, options?: Options<'locator.dragTo', 'target'>): Promise<void> {
    await this.#send('locator.dragTo', { target, ...options });
  }

  /** Drops files, or texts by their MIME type, onto the element. Paths are those of this machine. */
  async drop(
    what: { files?: Files; data?: Record<string, string> },
    options?: Options<'locator.drop', 'data' | 'files'>,
  ): Promise<void> {
    const files = what.files && (await this.upload(what.files));
    await this.#send('locator.drop', { ...what, ...(files && { files }), ...options });
  }

  async elementHandle(options?: { timeout?: number }): Promise<ElementHandle | null> {
    const found = await this.#send<HandleRef | null>('locator.elementHandle', options);
    return elementOf(this.#place.channel, found);
  }

  async elementHandles(): Promise<ElementHandle[]> {
    const found = await this.#send<HandleRef[]>('locator.elementHandles');
    return found.map((reference) => new ElementHandle(this.#place.channel, reference));
  }

  /** `pageFunction` is given the element first, then `arg`. */
  evaluate<R = unknown, Arg = unknown>(
    pageFunction: ObjectFunction<Arg, R>,
    arg?: Arg,
    options?: { timeout?: number },
  ): Promise<R> {
    return this.#send('locator.evaluate', { expression: String(pageFunction), arg, ...options });
  }

  /** `pageFunction` is given all elements first, then `arg`. */
  evaluateAll<R = unknown, Arg = unknown>(pageFunction: ObjectFunction<Arg, R>, arg?: Arg): Promise<R> {
    return this.#send('locator.evaluateAll', { expression: String(pageFunction), arg });
  }

  async evaluateHandle<Arg = unknown>(
    pageFunction: ObjectFunction<Arg, unknown>,
    arg?: Arg,
    options?: { timeout?: number },
  ): Promise<JSHandle | ElementHandle> {
    const params = { expression: String(pageFunction), arg, ...options };
    return handleOf(this.#place.channel, await this.#send('locator.evaluateHandle', params));
  }

  async hideHighlight(): Promise<void> {
    await this.#send('locator.hideHighlight');
  }

  async highlight(options?: Options<'locator.highlight'>): Promise<void> {
    await this.#send('locator.highlight', options);
  }

  /** The same locator as a selector of Playwright's best practices. */
  normalize(): Promise<string> {
    return this.#send('locator.normalize');
  }

  async pressSequentially(
    text: string,
    options?: Options<'locator.pressSequentially', 'text'>,
  ): Promise<void> {
    await this.#send('locator.pressSequentially', { text, ...options });
  }

  async waitFor(options?: Options<'locator.waitFor'>): Promise<void> {
    await this.#send('locator.waitFor', options);
  }

  /** Resolves once `pageFunction` gives something true for the element. */
  async waitForFunction<Arg = unknown>(
    pageFunction: ObjectFunction<Arg, unknown>,
    arg?: Arg,
    options?: { timeout?: number },
  ): Promise<void> {
    await this.#send('locator.waitForFunction', { expression: String(pageFunction), arg, ...options });
  }

  override toString(): string {
    return `Locator@${JSON.stringify(this)}`;
  }

  /** What Node shows at a prompt and in logs. */
  [INSPECTED](): string {
    return this.toString();
  }

  /** How it stands among the parameters of a command. */
  toJSON(): LocatorSpec {
    return this.#selector ?? this.#place.steps;
  }

  protected async act<T>(action: string, params?: object): Promise<T> {
    return this.#send(OF_LOCATORS.has(action) ? `locator.${action}` : action, params);
  }

  protected async bytes(action: string, { path, ...params }: { path?: string }): Promise<Bytes> {
    const { channel } = this.#place;
    return fileOf(channel, await send(channel, `locator.${action}`, this.#params(params)), path);
  }

  protected upload(files: Files): Promise<unknown[]> {
    return uploadAll(this.#place.channel, files);
  }

  async #send<T>(action: string, params?: object): Promise<T> {
    const { result } = await send(this.#place.channel, action, this.#params(params));
    return result as T; // as the command table says
  }

  #params(params: object = {}): Record<string, unknown> {
    const { frame } = this.#place;
    const element = this.#selector === undefined ? { locator: this } : { selector: this.#selector };
    return { ...element, ...(frame && { frame }), ...params };
  }

  get #inside(): Finder {
    return new FrameLocator(this.#place); // it has the same ways down
  }

  #next(step: LocatorStep): Locator {
    return new Locator(below(this.#place, step));
  }
}

/** The inside of an `<iframe>`, as a place to look for elements in. */
export class FrameLocator extends Finder {
  protected readonly place: Place;

  constructor(place: Place) {
    super();
    this.place = place;
  }

  first(): FrameLocator {
    return this.#next({ first: [] });
  }

  last(): FrameLocator {
    return this.#next({ last: [] });
  }

  nth(index: number): FrameLocator {
    return this.#next({ nth: [index] });
  }

  /** The `<iframe>` element itself. */
  owner(): Locator {
    return new Locator(below(this.place, { owner: [] }));
  }

  #next(step: LocatorStep): FrameLocator {
    return new FrameLocator(below(this.place, step));
  }
}
