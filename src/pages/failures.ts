// What Playwright throws, as problems. Its message is passed on as it is: people and models know it by heart.

import { asProblem, type Problem, type ProblemCode, problem } from '../errors.ts';
import type { Command } from '../protocol/pages.ts';
import { DIALOG_ELSEWHERE, NOT_OVER_WEBDRIVER } from './webdriver/cdp.ts';

/** What `retry.on` names. */
export type FailureKind = NonNullable<NonNullable<Command['retry']>['on']>[number];

const EVERY_KIND: readonly FailureKind[] = ['not-found', 'not-actionable', 'navigation', 'timeout'];

const CLOSED =
  /Target page, context or browser has been closed|Page closed|Target crashed|Page crashed|Frame was detached/;
const NAVIGATION =
  /net::ERR_|NS_ERROR_|interrupted by another navigation|frame was detached|is interrupted|navigation failed: /i;
/** An error that code of the client threw in the page: Playwright gives the stack there in the message. */
const SCRIPT = /^\w+\.(\$\$?eval|evaluate\w*|waitForFunction|jsonValue): /;
/** The log of a call that went as far as to do what was asked. */
const PERFORMED = /performing .* action|(click|tap|hover|press|fill|drag) action done|input event sent/;
const NOT_ACTIONABLE =
  /not (visible|enabled|stable|editable)|outside of the viewport|intercepts pointer events|waiting for element to be/;
const NOT_FOUND = /waiting for (locator|getBy|selector|frameLocator)|did not match|no element/i;
const FOUND = /locator resolved to|resolved to \d+ element/;
const NAMES_PATH = /ENOENT|EACCES|ENOSPC|EISDIR/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const COLOURS = /\u001b\[[0-9;]*m/g;

const kinds = new WeakMap<Problem, FailureKind>();

/** The problem that `error`, which came out of the command `action`, is for its client. */
export function translateFailure(error: unknown, action: string): Problem {
  const known = asProblem(error);
  if (known) return known;
  const message = (error instanceof Error ? error.message : String(error)).replace(COLOURS, '');
  if (NAMES_PATH.test(message)) {
    // It names a file of this machine, which is nobody's business.
    return problem('internal', {
      detail: `${action} could not read or write a file of the server.`,
      cause: error,
    });
  }
  const isTimeout = error instanceof Error && error.name === 'TimeoutError';
  const made = problem(codeOf(error, message, isTimeout), { detail: message, cause: error });
  const kind = kindOf(message, isTimeout);
  if (kind) kinds.set(made, kind);
  return made;
}

/** Whether a command that failed so can be tried again: nothing of it has happened, and its client asked for that. */
export function isWorthRetrying(error: unknown, on: readonly FailureKind[] = EVERY_KIND): boolean {
  const failed = asProblem(error);
  const kind = failed && kinds.get(failed);
  return kind !== undefined && on.includes(kind);
}

function codeOf(error: unknown, message: string, isTimeout: boolean): ProblemCode {
  if (isTimeout) return 'timeout';
  if (message.includes(NOT_OVER_WEBDRIVER)) return 'unsupported-operation';
  if (message.includes(DIALOG_ELSEWHERE)) return 'dialog-open';
  if (CLOSED.test(message)) return 'page-closed';
  if (NAVIGATION.test(message)) return 'navigation-failed';
  if (SCRIPT.test(message)) return 'script-failed';
  // Playwright throws plain errors only; what was asked for cannot be done with this element or page.
  return error instanceof Error && error.name === 'Error' ? 'invalid-argument' : 'internal';
}

function kindOf(message: string, isTimeout: boolean): FailureKind | undefined {
  if (PERFORMED.test(message)) return undefined;
  if (NAVIGATION.test(message)) return 'navigation';
  if (!isTimeout) return undefined;
  if (NOT_ACTIONABLE.test(message)) return 'not-actionable';
  if (NOT_FOUND.test(message) && !FOUND.test(message)) return 'not-found';
  return 'timeout';
}
