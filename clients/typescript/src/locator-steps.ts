// Playwright's ways to say which elements are meant, as data: a chain of its own method names with their arguments.
// https://playwright.dev/docs/locators

import type { FrameSpec } from './actions.ts';
import type { Channel } from './channel.ts';
import type { Locator } from './locator.ts';

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

/** The place one step further. */
export function below(place: Place, step: LocatorStep): Place {
  return { ...place, steps: [...place.steps, step] };
}

/** Options that are absent are no argument. */
export function args(...given: unknown[]): unknown[] {
  return given.filter((argument) => argument !== undefined);
}
