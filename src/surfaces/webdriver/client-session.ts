// A WebDriver session as its client knows it: one id for as long as the client wants it, while chromedrivers, their
// sessions and Chromes come and go behind it. Here is what has to be told to the next one, and what got lost on the way.

import { WebDriverError } from '../../webdriver-error.ts';
import type { Chromedriver } from './chromedriver.ts';

/** What of a session outlives the server. */
export interface ClientSessionRecord {
  id: string;
  /** As asked of chromedriver. */
  capabilities: Record<string, unknown>;
  timeouts: Record<string, unknown>;
  /** The handle of the current window, as the client knows it. */
  window?: string | undefined;
  /** How many frames deep the current one is. */
  frameDepth: number;
  /** How many driver sessions it has had. */
  attachments: number;
}

/** A command below `/session/{id}`. */
export interface WebDriverCommand {
  method: string;
  /** What follows the session's id: `['element', 'f.…', 'click']`. */
  path: readonly string[];
  body: unknown;
  signal: AbortSignal;
}

/** What of the current browsing context is no more. */
export type Lost = 'frame' | 'window';

/** A client's session and what stands behind it at present. */
export interface ClientSession {
  record: ClientSessionRecord;
  attachment?: Attachment | undefined;
  /** The attaching that is under way. */
  attaching?: Promise<void> | undefined;
  lost?: Lost | undefined;
  /** For a prompt that is answered without a driver. */
  promptText?: string | undefined;
}

/** The session of a chromedriver, and where the Chrome listens that it is attached to. */
export interface Attachment {
  driver: Chromedriver;
  sessionId: string;
  address: string;
}

/** Whether a command can be sent twice with no harm: those that read, and those that look for elements. */
export function isRead({ method, path }: WebDriverCommand): boolean {
  if (method !== 'POST') return method === 'GET';
  const last = path.at(-1);
  return (
    last === 'element' || last === 'elements' || last === 'print' || last === 'timeouts' || last === 'window'
  );
}

/**
 * After a loss the new driver stands at another place than its client believes, and nothing may be done there before the
 * client says where to go.
 * @throws WebDriverError `no such window`.
 */
export function checkPlace(lost: Lost | undefined, command: WebDriverCommand): void {
  if (lost === undefined || isPlaceless(command) || (lost === 'frame' && leavesFrames(command))) return;
  throw new WebDriverError(
    'no such window',
    lost === 'frame'
      ? 'The current frame was lost when chromedriver was replaced; switch to it again, from the top of its window.'
      : 'The current window is closed; switch to another one.',
  );
}

/** Commands that need no current window, or choose one. */
function isPlaceless({ method, path }: WebDriverCommand): boolean {
  const name = `${method} ${path.join('/')}`;
  return ['GET window/handles', 'POST window', 'POST window/new', 'GET timeouts', 'POST timeouts'].includes(
    name,
  );
}

function leavesFrames({ method, path, body }: WebDriverCommand): boolean {
  const name = path.join('/');
  if (name === 'frame') return (body as { id?: unknown } | undefined)?.id === null; // only compared
  return method === 'DELETE' || ['url', 'refresh', 'back', 'forward', 'window/rect', 'window'].includes(name);
}

/** Notes what a command that succeeded means for the ones that follow. Gives what is still lost. */
export function noteSuccess(
  session: ClientSessionRecord,
  { method, path, body }: WebDriverCommand,
  lost: Lost | undefined,
): Lost | undefined {
  if (method !== 'POST') return lost;
  const members = (body ?? {}) as Record<string, unknown>; // chromedriver has taken it, so it is an object
  switch (path.join('/')) {
    case 'window':
      Object.assign(session, { window: String(members.handle), frameDepth: 0 });
      return undefined;
    case 'frame':
      session.frameDepth = members.id === null ? 0 : session.frameDepth + 1;
      return members.id === null && lost === 'frame' ? undefined : lost;
    case 'frame/parent':
      session.frameDepth = Math.max(0, session.frameDepth - 1);
      return lost;
    case 'timeouts':
      Object.assign(session.timeouts, members);
      return lost;
    case 'url':
    case 'refresh':
    case 'back':
    case 'forward':
      session.frameDepth = 0;
      return lost === 'frame' ? undefined : lost;
    default:
      return lost;
  }
}
