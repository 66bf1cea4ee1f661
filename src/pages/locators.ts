// Locators as data: a selector, or a chain of Playwright's own method names, which every client builds and the server
// turns into one Playwright Locator. https://playwright.dev/docs/locators

import { type Static, Type } from 'typebox';

/** `{regex: 'save.*', flags: 'i'}` wherever Playwright takes a RegExp. */
export const TextMatch = Type.Union([
  Type.String(),
  Type.Object({ regex: Type.String(), flags: Type.Optional(Type.String()) }, { additionalProperties: false }),
]);
export type TextMatch = Static<typeof TextMatch>;

/** One step of a chain, such as `{getByRole: ['button', {name: 'Save'}]}` or `{nth: 0}`; its value is the arguments. */
export const LocatorStep = Type.Record(Type.String(), Type.Unknown(), { minProperties: 1, maxProperties: 1 });
export const LocatorSpec = Type.Union([
  Type.String({ description: 'A selector: CSS, `text=…`, `xpath=…`, as Playwright takes it.' }),
  Type.Array(LocatorStep, { minItems: 1, maxItems: 32 }),
]);
export type LocatorSpec = Static<typeof LocatorSpec>;
