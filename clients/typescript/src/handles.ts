// Handles: ids of objects and elements that the server keeps for a page. They end with the page's document, with a
// reconnect, or when nobody uses them for a while; locators do not.

import './disposable.ts';
import { type Options, type Result, send } from './actions.ts';
import type { Bytes } from './byte-stream.ts';
import type { Channel } from './channel.ts';
import { ElementActions, type Files } from './element-actions.ts';
import { fileOf, uploadAll } from './page-files.ts';

/** Runs in the page: an expression, or a function, which is sent as its source and sees no variables of its script. */
export type PageFunction<Arg, R> = string | ((arg: Arg) => R | Promise<R>);
/** The same, given an element or an object of the page first. */
export type ObjectFunction<Arg, R> = string | ((object: never, arg: Arg) => R | Promise<R>);

/** How commands name an object that the server keeps. */
export interface HandleRef {
  handle: string;
  kind?: string;
}

export class JSHandle implements AsyncDisposable {
  readonly #channel: Channel;
  readonly #id: string;

  constructor(channel: Channel, { handle }: HandleRef) {
    this.#channel = channel;
    this.#id = handle;
  }

  asElement(): ElementHandle | null {
    return null;
  }

  async dispose(): Promise<void> {
    await this.#send('jsHandle.dispose');
  }

  /** `pageFunction` is given the object first, then `arg`. */
  evaluate<R = unknown, Arg = unknown>(pageFunction: ObjectFunction<Arg, R>, arg?: Arg): Promise<R> {
    return this.#send('jsHandle.evaluate', { expression: String(pageFunction), arg });
  }

  async evaluateHandle<Arg = unknown>(
    pageFunction: ObjectFunction<Arg, unknown>,
    arg?: Arg,
  ): Promise<JSHandle | ElementHandle> {
    const params = { expression: String(pageFunction), arg };
    return handleOf(this.#channel, await this.#send('jsHandle.evaluateHandle', params));
  }

  async getProperties(): Promise<Map<string, JSHandle | ElementHandle>> {
    const properties = await this.#send<Record<string, HandleRef>>('jsHandle.getProperties');
    return new Map(
      Object.entries(properties).map(([name, reference]) => [name, handleOf(this.#channel, reference)]),
    );
  }

  async getProperty(name: string): Promise<JSHandle | ElementHandle> {
    return handleOf(this.#channel, await this.#send('jsHandle.getProperty', { propertyName: name }));
  }

  jsonValue<T = unknown>(): Promise<T> {
    return this.#send('jsHandle.jsonValue');
  }

  /** How it stands among the parameters of a command. */
  toJSON(): HandleRef {
    return { handle: this.#id };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #send<T>(action: string, params: object = {}): Promise<T> {
    const { result } = await send(this.#channel, action, { handle: this.#id, ...params });
    return result as T; // as the command table says
  }
}

export class ElementHandle extends ElementActions implements AsyncDisposable {
  readonly #channel: Channel;
  readonly #id: string;
  readonly #object: JSHandle;

  constructor(channel: Channel, reference: HandleRef) {
    super();
    this.#channel = channel;
    this.#id = reference.handle;
    this.#object = new JSHandle(channel, reference);
  }

  // An element is an object of the page as well.

  asElement(): ElementHandle {
    return this;
  }

  dispose(): Promise<void> {
    return this.#object.dispose();
  }

  evaluate<R = unknown, Arg = unknown>(pageFunction: ObjectFunction<Arg, R>, arg?: Arg): Promise<R> {
    return this.#object.evaluate(pageFunction, arg);
  }

  evaluateHandle<Arg = unknown>(
    pageFunction: ObjectFunction<Arg, unknown>,
    arg?: Arg,
  ): Promise<JSHandle | ElementHandle> {
    return this.#object.evaluateHandle(pageFunction, arg);
  }

  getProperties(): Promise<Map<string, JSHandle | ElementHandle>> {
    return this.#object.getProperties();
  }

  getProperty(name: string): Promise<JSHandle | ElementHandle> {
    return this.#object.getProperty(name);
  }

  jsonValue<T = unknown>(): Promise<T> {
    return this.#object.jsonValue();
  }

  toJSON(): HandleRef {
    return this.#object.toJSON();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  $(selector: string): Promise<ElementHandle | null> {
    return this.act<HandleRef | null>('$', { selector }).then((found) => elementOf(this.#channel, found));
  }

  async $$(selector: string): Promise<ElementHandle[]> {
    const found = await this.act<HandleRef[]>('$$', { selector });
    return found.map((reference) => new ElementHandle(this.#channel, reference));
  }

  $eval<R = unknown, Arg = unknown>(
    selector: string,
    pageFunction: ObjectFunction<Arg, R>,
    arg?: Arg,
  ): Promise<R> {
    return this.act('$eval', { selector, expression: String(pageFunction), arg });
  }

  $$eval<R = unknown, Arg = unknown>(
    selector: string,
    pageFunction: ObjectFunction<Arg, R>,
    arg?: Arg,
  ): Promise<R> {
    return this.act('$$eval', { selector, expression: String(pageFunction), arg });
  }

  /** Name and address of the frame in an `<iframe>`, for `page.frame`; null for other elements. */
  contentFrame(): Promise<Result<'elementHandle.contentFrame'>> {
    return this.act('contentFrame');
  }

  /** Name and address of the frame that the element is in, for `page.frame`. */
  ownerFrame(): Promise<Result<'elementHandle.ownerFrame'>> {
    return this.act('ownerFrame');
  }

  async waitForElementState(
    state: Options<'elementHandle.waitForElementState'>['state'],
    options?: { timeout?: number },
  ): Promise<void> {
    await this.act('waitForElementState', { state, ...options });
  }

  async waitForSelector(
    selector: string,
    options?: Options<'elementHandle.waitForSelector'>,
  ): Promise<ElementHandle | null> {
    const found = await this.act<HandleRef | null>('waitForSelector', { selector, ...options });
    return elementOf(this.#channel, found);
  }

  protected async act<T>(action: string, params: object = {}): Promise<T> {
    const { result } = await send(this.#channel, `elementHandle.${action}`, { handle: this.#id, ...params });
    return result as T; // as the command table says
  }

  protected async bytes(action: string, { path, ...params }: { path?: string }): Promise<Bytes> {
    const reply = await send(this.#channel, `elementHandle.${action}`, { handle: this.#id, ...params });
    return fileOf(this.#channel, reply, path);
  }

  protected upload(files: Files): Promise<unknown[]> {
    return uploadAll(this.#channel, files);
  }
}

/** What commands give for an object of the page; one of an element can do more. */
export function handleOf(channel: Channel, reference: HandleRef): JSHandle | ElementHandle {
  return reference.kind === 'element'
    ? new ElementHandle(channel, reference)
    : new JSHandle(channel, reference);
}

export function elementOf(channel: Channel, found: HandleRef | null): ElementHandle | null {
  return found && new ElementHandle(channel, found);
}
