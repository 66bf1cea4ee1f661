// Services that make a session by HTTP: the one request whose lost answer would cost money until the service gives the
// session up by itself.

import type { SessionId } from '../../ids.ts';
import {
  type AddressSettings,
  type BrowserSource,
  type GivenBrowser,
  RefusedError,
  type SourceSession,
  startProblem,
  UnansweredError,
} from './browser-source.ts';
import { wasNeverSent } from './lost-request.ts';
import { waitUntil } from './waiting.ts';

export interface SessionServiceOptions extends AddressSettings {
  name: string;
  /** How long a session may run there, whatever becomes of us. */
  lifetimeMs: number;
  /** More for the request that makes a session. */
  body: Record<string, unknown>;
}

const START_MS = 60_000;
/** How long an answer is waited for that nobody wants any more, since it says what to release. */
const UNWANTED_MS = 10_000;
/** How long a start looks for the session whose answer was lost; whoever started it goes on to look. */
const LOST_MS = 3000;
/** The same, where something in between answered that it failed. */
const FAILED_MS = 1000;
const LOOK_MS = 3000;

export interface RemoteStart {
  id: SessionId;
  source: BrowserSource;
  sourceName: string;
  /** As of `BrowserSource.open`. */
  onLost: () => void;
}

/**
 * Runs `start`, which asks for a session and resolves with it. A session that nobody wants any more, or whose answer
 * was lost or made no sense, is released by what the source finds of it.
 * @throws Problem as `BrowserSource.open`; the reason of `signal`.
 */
export async function startRemotely(
  wish: RemoteStart,
  signal: AbortSignal,
  start: (signal: AbortSignal) => Promise<GivenBrowser>,
): Promise<GivenBrowser> {
  signal.throwIfAborted();
  const tooLate = new AbortController();
  const giveUp = () => tooLate.abort(new UnansweredError({ code: 'ETIMEDOUT' }));
  let timer = setTimeout(giveUp, START_MS);
  const hurry = () => {
    clearTimeout(timer);
    timer = setTimeout(giveUp, UNWANTED_MS);
  };
  signal.addEventListener('abort', hurry, { once: true });
  let given: GivenBrowser;
  try {
    given = await start(tooLate.signal);
    if (!signal.aborted) return given;
  } catch (error) {
    if (mayHaveBeenMade(error)) await releaseLost(wish, lookMsFor(error));
    throw signal.aborted ? signal.reason : startProblem(wish.sourceName, error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', hurry);
  }
  await releaseLost(wish, LOST_MS, given.remoteId);
  throw signal.reason;
}

/** What was refused in so many words was not made, nor what was never sent. */
function mayHaveBeenMade(error: unknown): boolean {
  if (error instanceof UnansweredError) return !wasNeverSent(error.code);
  return !(error instanceof RefusedError) || error.status >= 500;
}

/** Where no answer came the start may still be under way there; an answer that makes no sense comes when all is done. */
function lookMsFor(error: unknown): number {
  if (error instanceof UnansweredError) return LOST_MS;
  return error instanceof RefusedError ? FAILED_MS : 0;
}

/** Looks until there is something to release, for `timeoutMs` at the longest. */
async function releaseLost(
  { id, source, onLost }: RemoteStart,
  timeoutMs: number,
  remoteId?: string,
): Promise<void> {
  const release = () => releaseFound(source, { id, remoteId }, AbortSignal.timeout(LOOK_MS));
  if (!(await waitUntil(release, { everyMs: 250, timeoutMs }))) onLost();
}

/** Whether the source has a browser for this session, which is released then. False also where nobody can be asked. */
export async function releaseFound(
  source: BrowserSource,
  session: SourceSession,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const lost = await source.find(session, signal);
    if (lost) await source.release({ id: session.id, remoteId: lost.remoteId }, signal);
    return lost !== undefined;
  } catch {
    return false; // what lost the answer may still be in the way
  }
}
