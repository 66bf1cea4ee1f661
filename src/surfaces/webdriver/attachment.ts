// How a chromedriver gets hold of the Chrome of a surface, and goes to the place where its client believes to be.

import type { BackendSession } from '../../backends/backend.ts';
import { isRecord } from '../../webdriver-capabilities.ts';
import { WebDriverError } from '../../webdriver-error.ts';
import type { Chromedriver, Outcome } from './chromedriver.ts';
import type { ClientSession } from './client-session.ts';
import { handleMaps } from './window-handles.ts';

/**
 * Gives the capabilities that chromedriver answered; the session has its attachment then.
 * @throws WebDriverError `session not created`; the reason of the signal.
 */
export async function attach(
  driver: Chromedriver,
  browser: BackendSession,
  session: ClientSession,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const { record } = session;
  const address = addressOf(browser);
  const alwaysMatch = {
    ...record.capabilities,
    ...(Object.keys(record.timeouts).length > 0 && { timeouts: record.timeouts }),
    'goog:chromeOptions': { debuggerAddress: address },
  };
  const body = { capabilities: { alwaysMatch } };
  const made = await driver.send({ method: 'POST', path: '/session', body, signal });
  const { sessionId, capabilities } = membersOf(made);
  const path = `/session/${String(sessionId)}/window`;
  await goBack(browser, session, (method, body) =>
    driver.send({ method, path, ...(body !== undefined && { body }), signal }),
  );
  session.attachment = { driver, sessionId: String(sessionId), address };
  record.attachments += 1;
  return isRecord(capabilities) ? capabilities : {};
}

/** Whether a session has a chromedriver that holds the present Chrome of its surface. */
export async function isAttached(browser: BackendSession, { attachment }: ClientSession): Promise<boolean> {
  return attachment !== undefined && attachment.address === addressOf(browser) && attachment.driver.isAlive();
}

/** To the window where the client believes to be. */
async function goBack(
  browser: BackendSession,
  session: ClientSession,
  send: (method: string, body?: unknown) => Promise<Outcome>,
): Promise<void> {
  const { record } = session;
  const handles = handleMaps(browser);
  if (record.window === undefined) {
    const current = await send('GET');
    if (current.kind === 'answered' && current.status === 200) {
      record.window = handles.toFirst(String(current.value));
    }
    return;
  }
  const switched = await send('POST', { handle: handles.toPresent(record.window) });
  if (switched.kind !== 'answered' || switched.status !== 200) session.lost = 'window';
  else if (record.frameDepth > 0) session.lost = 'frame';
  record.frameDepth = 0;
}

function membersOf(outcome: Outcome): Record<string, unknown> {
  const { value = undefined } = outcome.kind === 'answered' ? outcome : {};
  const members = isRecord(value) ? value : {};
  if (outcome.kind === 'answered' && outcome.status === 200) return members;
  const reason = members.message ?? 'chromedriver ended';
  throw new WebDriverError('session not created', `chromedriver could not attach to Chrome: ${reason}`);
}

function addressOf({ endpoint }: BackendSession): string {
  return new URL(endpoint.url).host;
}
