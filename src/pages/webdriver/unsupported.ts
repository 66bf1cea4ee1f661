// What page commands WebDriver has nothing for, and why. Everything else in the table runs over it; docs/pages.md has the
// table of both, made by running it.

import { problem } from '../../errors.ts';
import { COMMANDS } from '../commands.ts';

/** By the actions that they are; the first that matches counts. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [
    /^(apiRequest|apiResponse)\./,
    'WebDriver shows the cookies of open pages only, and not those of the context',
  ],
  [/^(context\.)?(un)?route/, 'WebDriver cannot answer requests'],
  [/^(waitForRe|requests$|re(quest|sponse)(\.|-))/, 'WebDriver does not tell of requests'],
  [/^(clear)?(consoleMessages|pageErrors)$/i, 'WebDriver does not tell what a page writes to its console'],
  [
    /^(context\.)?(addInitScript|exposeBinding)$|^clock\./,
    'WebDriver cannot run a script before those of a page',
  ],
  [/^(tracing|coverage)\./, 'WebDriver does not tell what a page does'],
  [
    /^context\.(clear|grant)Permissions$|^context\.set|^setExtraHTTPHeaders$/,
    'WebDriver cannot change what sites see',
  ],
  [/^context\.storageState$/, 'WebDriver shows the storage of open pages only'],
  [/^emulateMedia$/, 'WebDriver cannot change what media queries see'],
  [
    /^(download|fileChooser|webSocket|worker)\.|^workers$|^context\.serviceWorkers$/,
    'WebDriver does not tell of these',
  ],
  [/^context\.waitForEvent$/, 'WebDriver does not tell of the events of a context'],
  [/(^|\.)tap$/, 'Playwright taps only where it has switched the touch screen on, which WebDriver cannot'],
  [/^bringToFront$/, 'WebDriver has windows to command, and none in front'],
  [/^pdf$/, 'browsers print differently over WebDriver'],
  [/^requestGC$/, 'WebDriver has no command for it'],
];
/** Of `waitForEvent`: those that are seen by looking at the page. */
const SEEN_EVENTS: readonly string[] = [
  'close',
  'dialog',
  'domcontentloaded',
  'frameattached',
  'framedetached',
  'framenavigated',
  'load',
  'popup',
];

/** Why an action cannot be done over WebDriver; `undefined` for one that can. */
export function whyNotOverWebDriver(action: string): string | undefined {
  return REASONS.find(([actions]) => actions.test(action))?.[1];
}

/** @throws Problem `unsupported-operation` with the list of the actions that can be done. */
export function checkOverWebDriver(action: string, params: Record<string, unknown>): void {
  const reason = whyNotOverWebDriver(action);
  if (reason !== undefined) {
    const supported = COMMANDS.map((command) => command.action).filter((each) => !whyNotOverWebDriver(each));
    throw problem('unsupported-operation', {
      detail: `${action} needs DevTools, which this browser has not: ${reason}. \`supported\` lists what it can do.`,
      members: { supported },
    });
  }
  const { event } = params;
  if (action !== 'waitForEvent' || SEEN_EVENTS.includes(String(event))) return;
  throw problem('unsupported-operation', {
    detail: `WebDriver does not tell of ${String(event)}; waited for can be ${SEEN_EVENTS.join(', ')}.`,
  });
}
