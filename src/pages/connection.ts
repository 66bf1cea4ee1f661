// One connection to a browser: our link, and Playwright on top of it.

import type { Browser, BrowserContext, BrowserType } from 'playwright-core';
import type { Clock } from '../clock.ts';
import { Link } from './link.ts';
import type { PageDoor } from './page-door.ts';

export interface Connection {
  link: Link;
  browser: Browser;
  /** The default one, which is the profile. Pages of others are found in it too. */
  context: BrowserContext;
  checkAction: PageDoor['checkAction'];
}

export interface ConnectionOptions {
  door: PageDoor;
  clock: Clock;
  /** Where downloads and traces lie until they become artifacts. */
  artifactsDir: string;
  signal: AbortSignal;
  /** Tabs that are known not to answer, so that nobody has to wait for them. */
  stuck: Promise<ReadonlySet<string>>;
}

/** How long one attempt may take. A frozen browser answers none, and is asked again. */
const ATTEMPT_MS = 10_000;

/** It takes a third of a second to load, which nobody who starts a server should have to wait for. */
export async function loadPlaywright(): Promise<BrowserType> {
  return (await import('playwright-core')).chromium;
}

/** @throws Error when the browser does not answer. */
export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  const { door, clock, artifactsDir, stuck } = options;
  const attempt = new AbortController();
  const cancel = clock.after(ATTEMPT_MS, () => attempt.abort(new Error(`no answer in ${ATTEMPT_MS} ms`)));
  const signal = AbortSignal.any([attempt.signal, options.signal]);
  let link: Link | undefined;
  const giveUp = () => link?.fail('given up');
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    const chromium = await loadPlaywright();
    link = await Link.open(door.openCarrier, { clock, signal, stuck });
    const browser = await chromium.connectOverCDP(link, { artifactsDir, timeout: ATTEMPT_MS });
    const [context] = browser.contexts();
    if (!context) throw new Error('the browser has no default context');
    return { link, browser, context, checkAction: door.checkAction };
  } catch (error) {
    giveUp();
    throw error;
  } finally {
    cancel();
    signal.removeEventListener('abort', giveUp);
  }
}
