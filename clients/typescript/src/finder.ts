// Playwright's ways to say which elements are meant, as data: a chain of its own method names with their arguments.
// https://playwright.dev/docs/locators

import type { FrameSpec } from './actions.ts';
import type { Channel } from './channel.ts';
import { FrameLocator, Locator } from './locator.ts';

export type TextMatch = string | RegExp;

export interface RoleOptions {
  checked?: boolean;
  description?: TextMatch;
  disabled?: boolean;
  exact?: boolean;
  expanded?: boolean;
  includeHidden?: boolean;
  level?: number;
  name?: TextMatch;
  pressed?: boolean;
  selected?: boolean;
}

export interface FilterOptions {
  has?: Locator;
  hasNot?: Locator;
  hasNotText?: TextMatch;
  hasText?: TextMatch;
  visible?: boolean;
}

export interface TextOptions {
  exact?: boolean;
}

/** One step of a chain: a method of Playwright's with its arguments. */
export type LocatorStep = Record<string, unknown>;

/** A selector, a chain of steps, or a locator, which is sent as one of the two. */
export type LocatorSpec = Locator | string | readonly LocatorStep[];

/** Where a chain of steps leads, and whose commands it goes with. */
export interface Place {
  channel: Channel;
  frame: FrameSpec | undefined;
  steps: readonly LocatorStep[];
}

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

/** The place one step further. */
export function below(place: Place, step: LocatorStep): Place {
  return { ...place, steps: [...place.steps, step] };
}

/** Options that are absent are no argument. */
function args(...given: unknown[]): unknown[] {
  return given.filter((argument) => argument !== undefined);
}
