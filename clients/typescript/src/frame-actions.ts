// What can be done in a page and in each of its frames: finding elements, evaluating, navigating, and the methods that
// take a selector. Each sends one command.

import { type FrameSpec, LONGEST_COMMAND_MS, type Options, type Result, send } from './actions.ts';
import type { Channel } from './channel.ts';
import type { Choice, Files } from './element-actions.ts';
import {
  ElementHandle,
  elementOf,
  type HandleRef,
  handleOf,
  type JSHandle,
  type ObjectFunction,
  type PageFunction,
} from './handles.ts';
import { readLocalText } from './local-files.ts';
import { Finder, Locator } from './locator.ts';
import type { Place } from './locator-steps.ts';
import { Response, type ResponseData } from './network.ts';

/** Text of a script or style sheet, its address, or a file of this machine. */
export interface TagSource {
  content?: string;
  path?: string;
  type?: string;
  url?: string;
}

// What a command that only waits may take beyond that.
const WAITING_MS = 5_000;

export abstract class FrameActions extends Finder {
  /** @internal */
  abstract readonly channel: Channel;
  /** Which frame of the page this is; none is the main one. @internal */
  protected abstract readonly frameSpec: FrameSpec | undefined;

  /** @internal */
  protected get place(): Place {
    return { channel: this.channel, frame: this.frameSpec, steps: [] };
  }

  // Navigation and content

  async goto(url: string, options?: Options<'goto', 'url'>): Promise<Response | null> {
    return this.responseOf('goto', { url, ...options });
  }

  content(options?: Options<'content'>): Promise<string> {
    return this.ask('content', options);
  }

  async setContent(html: string, options?: Options<'setContent', 'html'>): Promise<void> {
    await this.ask('setContent', { html, ...options });
  }

  title(): Promise<string> {
    return this.ask('title');
  }

  async waitForLoadState(
    state: 'domcontentloaded' | 'load' | 'networkidle' = 'load',
    options?: { timeout?: number },
  ): Promise<void> {
    await this.ask('waitForLoadState', { state, ...options });
  }

  /** Waiting for what one wants to see is quicker and more certain. */
  async waitForTimeout(timeoutMs: number): Promise<void> {
    const limitMs = Math.min(timeoutMs + WAITING_MS, LONGEST_COMMAND_MS);
    const command = { action: 'waitForTimeout', params: { timeout: timeoutMs }, timeoutMs: limitMs };
    await this.channel.send(command);
  }

  async waitForURL(url: string | RegExp, options?: Options<'waitForURL', 'url'>): Promise<void> {
    await this.ask('waitForURL', { url, ...options });
  }

  async addScriptTag(source: TagSource = {}): Promise<ElementHandle> {
    return this.#tag('addScriptTag', source);
  }

  async addStyleTag(source: Omit<TagSource, 'type'> = {}): Promise<ElementHandle> {
    return this.#tag('addStyleTag', source);
  }

  // Evaluating

  /** Runs in the page: an expression, or a function with its one argument. */
  evaluate<R = unknown, Arg = unknown>(pageFunction: PageFunction<Arg, R>, arg?: Arg): Promise<R> {
    return this.ask('evaluate', { expression: String(pageFunction), arg });
  }

  async evaluateHandle<Arg = unknown>(
    pageFunction: PageFunction<Arg, unknown>,
    arg?: Arg,
  ): Promise<JSHandle | ElementHandle> {
    const params = { expression: String(pageFunction), arg };
    return handleOf(this.channel, await this.ask('evaluateHandle', params));
  }

  /** Resolves to what it gives once that is truthy. */
  async waitForFunction<Arg = unknown>(
    pageFunction: PageFunction<Arg, unknown>,
    arg?: Arg,
    options?: Options<'waitForFunction', 'arg' | 'expression'>,
  ): Promise<JSHandle | ElementHandle> {
    const params = { expression: String(pageFunction), arg, ...options };
    return handleOf(this.channel, await this.ask('waitForFunction', params));
  }

  // Elements by selector

  async $(selector: string): Promise<ElementHandle | null> {
    return elementOf(this.channel, await this.ask<HandleRef | null>('$', { selector }));
  }

  async $$(selector: string): Promise<ElementHandle[]> {
    const found = await this.ask<HandleRef[]>('$$', { selector });
    return found.map((reference) => new ElementHandle(this.channel, reference));
  }

  $eval<R = unknown, Arg = unknown>(
    selector: string,
    pageFunction: ObjectFunction<Arg, R>,
    arg?: Arg,
  ): Promise<R> {
    return this.ask('$eval', { selector, expression: String(pageFunction), arg });
  }

  $$eval<R = unknown, Arg = unknown>(
    selector: string,
    pageFunction: ObjectFunction<Arg, R>,
    arg?: Arg,
  ): Promise<R> {
    return this.ask('$$eval', { selector, expression: String(pageFunction), arg });
  }

  async waitForSelector(
    selector: string,
    options?: Options<'waitForSelector'>,
  ): Promise<ElementHandle | null> {
    const found = await this.ask<HandleRef | null>('waitForSelector', { selector, ...options });
    return elementOf(this.channel, found);
  }

  async dragAndDrop(
    source: string,
    target: string,
    options?: Options<'dragAndDrop', 'source' | 'target'>,
  ): Promise<void> {
    await this.ask('dragAndDrop', { source, target, ...options });
  }

  // The same as with a locator, for the first element that a selector finds

  check(selector: string, options?: Options<'check'>): Promise<void> {
    return this.#at(selector).check(options);
  }

  click(selector: string, options?: Options<'click'>): Promise<void> {
    return this.#at(selector).click(options);
  }

  dblclick(selector: string, options?: Options<'dblclick'>): Promise<void> {
    return this.#at(selector).dblclick(options);
  }

  dispatchEvent(
    selector: string,
    type: string,
    eventInit?: unknown,
    options?: { timeout?: number },
  ): Promise<void> {
    return this.#at(selector).dispatchEvent(type, eventInit, options);
  }

  fill(selector: string, value: string, options?: Options<'fill', 'value'>): Promise<void> {
    return this.#at(selector).fill(value, options);
  }

  focus(selector: string, options?: Options<'focus'>): Promise<void> {
    return this.#at(selector).focus(options);
  }

  getAttribute(
    selector: string,
    name: string,
    options?: Options<'getAttribute', 'name'>,
  ): Promise<string | null> {
    return this.#at(selector).getAttribute(name, options);
  }

  hover(selector: string, options?: Options<'hover'>): Promise<void> {
    return this.#at(selector).hover(options);
  }

  innerHTML(selector: string, options?: Options<'innerHTML'>): Promise<string> {
    return this.#at(selector).innerHTML(options);
  }

  innerText(selector: string, options?: Options<'innerText'>): Promise<string> {
    return this.#at(selector).innerText(options);
  }

  inputValue(selector: string, options?: Options<'inputValue'>): Promise<string> {
    return this.#at(selector).inputValue(options);
  }

  isChecked(selector: string, options?: Options<'isChecked'>): Promise<boolean> {
    return this.#at(selector).isChecked(options);
  }

  isDisabled(selector: string, options?: Options<'isDisabled'>): Promise<boolean> {
    return this.#at(selector).isDisabled(options);
  }

  isEditable(selector: string, options?: Options<'isEditable'>): Promise<boolean> {
    return this.#at(selector).isEditable(options);
  }

  isEnabled(selector: string, options?: Options<'isEnabled'>): Promise<boolean> {
    return this.#at(selector).isEnabled(options);
  }

  isHidden(selector: string, options?: Options<'isHidden'>): Promise<boolean> {
    return this.#at(selector).isHidden(options);
  }

  isVisible(selector: string, options?: Options<'isVisible'>): Promise<boolean> {
    return this.#at(selector).isVisible(options);
  }

  press(selector: string, key: string, options?: Options<'press', 'key'>): Promise<void> {
    return this.#at(selector).press(key, options);
  }

  selectOption(
    selector: string,
    values: Choice | readonly Choice[] | null,
    options?: Options<'selectOption', 'values'>,
  ): Promise<Result<'selectOption'>> {
    return this.#at(selector).selectOption(values, options);
  }

  setChecked(selector: string, checked: boolean, options?: Options<'setChecked', 'checked'>): Promise<void> {
    return this.#at(selector).setChecked(checked, options);
  }

  /** Paths are those of this machine: the files are uploaded. */
  setInputFiles(selector: string, files: Files, options?: Options<'setInputFiles', 'files'>): Promise<void> {
    return this.#at(selector).setInputFiles(files, options);
  }

  tap(selector: string, options?: Options<'tap'>): Promise<void> {
    return this.#at(selector).tap(options);
  }

  textContent(selector: string, options?: Options<'textContent'>): Promise<string | null> {
    return this.#at(selector).textContent(options);
  }

  type(selector: string, text: string, options?: Options<'type', 'text'>): Promise<void> {
    return this.#at(selector).type(text, options);
  }

  uncheck(selector: string, options?: Options<'uncheck'>): Promise<void> {
    return this.#at(selector).uncheck(options);
  }

  /** Sends a command for this frame and gives its result. */
  protected async ask<T>(action: string, params: object = {}): Promise<T> {
    const { frameSpec } = this;
    const { result } = await send(this.channel, action, {
      ...(frameSpec && { frame: frameSpec }),
      ...params,
    });
    return result as T; // as the command table says
  }

  /** @internal */
  protected async responseOf(action: string, params: object): Promise<Response | null> {
    const data = await this.ask<ResponseData | null>(action, params);
    return data && new Response(this.channel, data);
  }

  async #tag(action: string, { path, ...source }: TagSource): Promise<ElementHandle> {
    const content = path === undefined ? source.content : await readLocalText(path);
    return new ElementHandle(this.channel, await this.ask<HandleRef>(action, { ...source, content }));
  }

  #at(selector: string): Locator {
    return new Locator(this.place, selector);
  }
}
