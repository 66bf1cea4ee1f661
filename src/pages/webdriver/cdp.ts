// The part of CDP that Playwright speaks with a tab, as far as it is spoken here.
// https://chromedevtools.github.io/devtools-protocol/

export interface Message {
  id?: number;
  method: string;
  sessionId?: string;
  params?: Params;
}
export type Params = Readonly<Record<string, unknown>>;
export type Result = Record<string, unknown>;

/** What a method of CDP is answered in the place of a result. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** The words by which the answer becomes `unsupported-operation`. */
export const NOT_OVER_WEBDRIVER = 'cannot be done over WebDriver';

/** The words by which the answer becomes `dialog-open`. */
export const DIALOG_ELSEWHERE =
  'Another page of the session shows a dialog, and over WebDriver all of them wait for its answer';

export function notPossible(what: string): Refusal {
  return new Refusal(`${what} ${NOT_OVER_WEBDRIVER}`);
}

/** As Chrome says it, by which Playwright knows that a navigation came between. */
export function noContext(): Refusal {
  return new Refusal('Cannot find context with specified id');
}
