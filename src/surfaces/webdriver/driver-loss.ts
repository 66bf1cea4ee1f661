// What the answer of a chromedriver says of its end, or of that of its Chrome.

import { isRecord } from '../../webdriver-capabilities.ts';
import type { Outcome } from './chromedriver.ts';
import type { ClientSession, WebDriverCommand } from './client-session.ts';

/** `unsent`: the command was not run. `cut`: nobody knows. */
export function lossIn(outcome: Outcome): 'cut' | 'unsent' | undefined {
  if (outcome.kind !== 'answered') return outcome.kind;
  const { error, message } = isRecord(outcome.value) ? outcome.value : {};
  if (outcome.status < 400 || typeof message !== 'string') return undefined;
  if (/disconnected|chrome not reachable|session deleted/.test(message)) {
    return message.includes('not connected to DevTools') ? 'unsent' : 'cut';
  }
  return error === 'invalid session id' ? 'unsent' : undefined;
}

/** chromedriver tells elements that it cannot find from those that it never knew by their words only. */
export function isForgottenElement(
  { record }: ClientSession,
  { path }: WebDriverCommand,
  error: string,
  message: string,
): boolean {
  const hasElement = path[0] === 'element' || path[0] === 'shadow' || path[0] === 'execute';
  return (
    record.attachments > 1 &&
    hasElement &&
    error === 'no such element' &&
    message.includes('element not found')
  );
}
