// WebDriverAgent, which drives the apps of an iPhone or a simulator over HTTP. It speaks WebDriver's language, but of a
// phone: elements are those of apps, and there is no page, no script and no cookie.
// https://github.com/appium/WebDriverAgent

import { problem } from '../../errors.ts';
import { CLASSIC_CAPABILITIES } from './capabilities.ts';
import { abortAfter, waitUntil } from './waiting.ts';
import { askDriver, asRecord, DriverError } from './webdriver.ts';

/** Under which it is built unless it is signed as something else. */
export const AGENT_BUNDLE = 'com.facebook.WebDriverAgentRunner.xctrunner';

/**
 * What clients may ask of it. Not `arguments` and `environment` of apps: on a simulator these are processes of the server's
 * user, which would load what they are told to.
 */
export const AGENT_CAPABILITIES = [
  ...CLASSIC_CAPABILITIES,
  'bundleId',
  'defaultAlertAction',
  'forceAppLaunch',
  'initialUrl',
  'shouldTerminateApp',
  'shouldWaitForQuiescence',
] as const;

/** What one says of itself. */
export interface AgentStatus {
  /** Of iOS. */
  osVersion: string;
}

const POLL_MS = 100;
const ANSWER_MS = 3000;

/**
 * Resolves when the agent at `url` takes commands. That its port can be connected to says nothing: forwards accept for a
 * phone on which nothing listens.
 * @param isAlive Whether there is still something to wait for; a reason where not.
 * @throws Problem `session-not-created`; the reason of `signal`.
 */
export async function waitForAgent(
  url: string,
  {
    isAlive,
    timeoutMs,
    signal,
  }: { isAlive: () => Promise<true | string>; timeoutMs: number; signal: AbortSignal },
): Promise<AgentStatus> {
  let seen = 'it does not answer';
  const look = async () => {
    const alive = await isAlive();
    if (alive !== true) throw problem('session-not-created', { detail: `WebDriverAgent ended: ${alive}` });
    try {
      return await readStatus(url, abortAfter(ANSWER_MS, signal));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Error && !(error instanceof TypeError)) seen = error.message;
      return undefined;
    }
  };
  const status = await waitUntil(look, { everyMs: POLL_MS, timeoutMs, signal });
  if (status) return status;
  const detail = `WebDriverAgent was not ready after ${timeoutMs} ms: ${seen}.`;
  throw problem('session-not-created', { detail });
}

/** Whether the session is still there; `unknown` where the agent does not say. */
export async function findAgentSession(
  url: string,
  sessionId: string,
  signal: AbortSignal,
): Promise<'gone' | 'there' | 'unknown'> {
  try {
    // It has no GET …/timeouts. /wda/healthcheck would change what the client sees.
    await askDriver(url, { method: 'GET', path: `/session/${sessionId}`, signal });
    return 'there';
  } catch (error) {
    if (!(error instanceof DriverError)) return 'unknown';
    return error.error === 'invalid session id' ? 'gone' : 'there';
  }
}

/** Lets go of the app that it drives. Whatever it answers, or not: what it runs on is ended next. */
export async function endAgentSession(url: string, sessionId: string): Promise<void> {
  const signal = AbortSignal.timeout(ANSWER_MS);
  await askDriver(url, { method: 'DELETE', path: `/session/${sessionId}`, signal }).catch(() => {});
}

async function readStatus(url: string, signal: AbortSignal): Promise<AgentStatus> {
  const status = asRecord(await askDriver(url, { method: 'GET', path: '/status', signal }));
  if (status.ready !== true) throw new Error(`its status is ${JSON.stringify(status).slice(0, 200)}`);
  return { osVersion: String(asRecord(status.os).version ?? 'unknown') };
}
