// What can be done with an element, whether a locator or a handle says which: each method sends one command.

import type { Options, Result } from './actions.ts';
import type { Bytes } from './byte-stream.ts';
import type { FileSource } from './local-files.ts';

export type Box = { x: number; y: number; width: number; height: number };
export type Files = FileSource | readonly FileSource[];
export type Choice = string | { value?: string; label?: string; index?: number };

export abstract class ElementActions {
  /** Sends the command for this element. */
  protected abstract act<T>(action: string, params?: object): Promise<T>;
  /** Uploads local files, and gives what a command takes in their place. */
  protected abstract upload(files: Files): Promise<unknown[]>;
  /** Sends a command that makes a file, and gives its bytes; with `path` it is saved there as well. */
  protected abstract bytes(action: string, params: object & { path?: string }): Promise<Bytes>;

  boundingBox(options?: Options<'locator.boundingBox'>): Promise<Box | null> {
    return this.act('boundingBox', options);
  }

  async check(options?: Options<'check'>): Promise<void> {
    await this.act('check', options);
  }

  async click(options?: Options<'click'>): Promise<void> {
    await this.act('click', options);
  }

  async dblclick(options?: Options<'dblclick'>): Promise<void> {
    await this.act('dblclick', options);
  }

  async dispatchEvent(type: string, eventInit?: unknown, options?: { timeout?: number }): Promise<void> {
    await this.act('dispatchEvent', { type, eventInit, ...options });
  }

  async fill(value: string, options?: Options<'fill', 'value'>): Promise<void> {
    await this.act('fill', { value, ...options });
  }

  async focus(options?: Options<'focus'>): Promise<void> {
    await this.act('focus', options);
  }

  getAttribute(name: string, options?: Options<'getAttribute', 'name'>): Promise<string | null> {
    return this.act('getAttribute', { name, ...options });
  }

  async hover(options?: Options<'hover'>): Promise<void> {
    await this.act('hover', options);
  }

  innerHTML(options?: Options<'innerHTML'>): Promise<string> {
    return this.act('innerHTML', options);
  }

  innerText(options?: Options<'innerText'>): Promise<string> {
    return this.act('innerText', options);
  }

  inputValue(options?: Options<'inputValue'>): Promise<string> {
    return this.act('inputValue', options);
  }

  isChecked(options?: Options<'isChecked'>): Promise<boolean> {
    return this.act('isChecked', options);
  }

  isDisabled(options?: Options<'isDisabled'>): Promise<boolean> {
    return this.act('isDisabled', options);
  }

  isEditable(options?: Options<'isEditable'>): Promise<boolean> {
    return this.act('isEditable', options);
  }

  isEnabled(options?: Options<'isEnabled'>): Promise<boolean> {
    return this.act('isEnabled', options);
  }

  isHidden(options?: Options<'isHidden'>): Promise<boolean> {
    return this.act('isHidden', options);
  }

  isVisible(options?: Options<'isVisible'>): Promise<boolean> {
    return this.act('isVisible', options);
  }

  async press(key: string, options?: Options<'press', 'key'>): Promise<void> {
    await this.act('press', { key, ...options });
  }

  /** The picture; with `path` it is saved there as well. */
  screenshot(options?: Options<'screenshot'> & { path?: string }): Promise<Bytes> {
    return this.bytes('screenshot', options ?? {});
  }

  async scrollIntoViewIfNeeded(options?: Options<'locator.scrollIntoViewIfNeeded'>): Promise<void> {
    await this.act('scrollIntoViewIfNeeded', options);
  }

  /** Gives the values that are selected then. */
  selectOption(
    values: Choice | readonly Choice[] | null,
    options?: Options<'selectOption', 'values'>,
  ): Promise<Result<'selectOption'>> {
    return this.act('selectOption', { values, ...options });
  }

  async selectText(options?: Options<'locator.selectText'>): Promise<void> {
    await this.act('selectText', options);
  }

  async setChecked(checked: boolean, options?: Options<'setChecked', 'checked'>): Promise<void> {
    await this.act('setChecked', { checked, ...options });
  }

  /** Paths are those of this machine: the files are uploaded. */
  async setInputFiles(files: Files, options?: Options<'setInputFiles', 'files'>): Promise<void> {
    await this.act('setInputFiles', { files: await this.upload(files), ...options });
  }

  async tap(options?: Options<'tap'>): Promise<void> {
    await this.act('tap', options);
  }

  textContent(options?: Options<'textContent'>): Promise<string | null> {
    return this.act('textContent', options);
  }

  async type(text: string, options?: Options<'type', 'text'>): Promise<void> {
    await this.act('type', { text, ...options });
  }

  async uncheck(options?: Options<'uncheck'>): Promise<void> {
    await this.act('uncheck', options);
  }
}
