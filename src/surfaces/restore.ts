// Bringing the tabs of the generation before back into a Chrome that was launched again.
//
// What Chrome restores by itself is better: with history and forms. But it loads the pages at once, and after a crash with
// the cookies of up to 30 seconds before: a page that finds itself logged out may throw its storage away. So Chrome is let
// only where its disk has all the cookies; otherwise the cookies are set first and the tabs are opened by their addresses.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type CdpConnection, CdpError } from '../backends/support/cdp.ts';
import { waitUntil } from '../backends/support/waiting.ts';
import type { Log } from '../log.ts';
import type { SavedState } from './keeper.ts';

type SavedTab = SavedState['tabs'][number];
type SavedCookie = SavedState['cookies'][number];

interface Tab {
  targetId: string;
  url: string;
}

export interface Restored {
  /** Present target ids, by those of the generation before. */
  successors: Map<string, string>;
  /** Tabs that could not be opened. */
  lost: number;
}

interface RestoreOptions {
  isRestoredByChrome: boolean;
  /** Whether Chrome surely has all tabs; after a crash it may know older addresses, or none. */
  wasStopped: boolean;
  log: Log;
}

/** Chrome opens all tabs right after its start, one after the other. */
const CHROME_RESTORES_MS = 6000;
/** How long a tab may take to get the first byte of its page before it is left to load by itself. */
const NAVIGATION_MS = 5000;

/** Chrome writes cookies 30 seconds after a change. What it writes right after its start is old, without those changes. */
const FIRST_FLUSH_MS = 20_000;

/**
 * Whether Chrome itself knows all that `state` knows of cookies, so that its own restore finds pages logged in.
 * `launchedAt` is that of the launch before, in epoch milliseconds.
 */
export async function isOnDisk(state: SavedState, profile: string, launchedAt: number): Promise<boolean> {
  if (state.cookies.length === 0) return true;
  const written = await stat(join(profile, 'Default', 'Cookies')).catch(() => undefined); // a young profile has none
  return written !== undefined && written.mtimeMs > Math.max(state.at, launchedAt + FIRST_FLUSH_MS);
}

/** Brings back what is not there. To be called again after it was cut off half-way: it finds what it has done. */
export async function restore(
  cdp: CdpConnection,
  state: SavedState,
  { isRestoredByChrome, wasStopped, log }: RestoreOptions,
): Promise<Restored> {
  if (!isRestoredByChrome) await setCookies(cdp, state.cookies, log);
  const match = async () => matchTabs(state.tabs, await findTabs(cdp));
  const isComplete = async () => (await match()).missing.length === 0;
  if (isRestoredByChrome) await waitUntil(isComplete, { everyMs: 20, timeoutMs: CHROME_RESTORES_MS });

  const { successors, missing, others } = await match();
  if (wasStopped) pairRedirected(successors, missing, others);
  // First all of them, so that they stand in order; then their pages, at the same time.
  const unloaded: { tab: SavedTab; targetId: string }[] = [];
  for (const tab of state.tabs) {
    const found = successors.get(tab.targetId);
    // One that an earlier attempt opened may have been cut off before it had its storage.
    if (found !== undefined && !isRestoredByChrome) unloaded.push({ tab, targetId: found });
    if (!missing.includes(tab)) continue;
    const { targetId } = await cdp.send('Target.createTarget', { url: 'about:blank', background: true });
    unloaded.push({ tab, targetId: String(targetId) });
  }
  const outcomes = await Promise.all(unloaded.map(({ tab, targetId }) => load(cdp, targetId, tab)));
  let lost = 0;
  for (const [index, { tab, targetId }] of unloaded.entries()) {
    if (outcomes[index]) {
      successors.set(tab.targetId, targetId);
    } else {
      successors.delete(tab.targetId);
      lost += 1;
    }
  }
  if (isRestoredByChrome) await wakeTabs(cdp, [...successors.values()]);
  // The one that Chrome opens when it is told of none.
  if (successors.size > 0)
    for (const { targetId, url } of others) if (isBlank(url)) await close(cdp, targetId);
  return { successors, lost };
}

/** Which tab of before is which of now: by address, in order. */
export function matchTabs<Saved extends Tab>(
  saved: readonly Saved[],
  present: readonly Tab[],
): { successors: Map<string, string>; missing: Saved[]; others: Tab[] } {
  const successors = new Map<string, string>();
  const missing: Saved[] = [];
  const others = [...present];
  for (const tab of saved) {
    const index = others.findIndex(({ url }) => url === tab.url);
    const [found] = index === -1 ? [] : others.splice(index, 1);
    if (found) successors.set(tab.targetId, found.targetId);
    else missing.push(tab);
  }
  return { successors, missing, others };
}

/** What Chrome restored went elsewhere if its site sent it there, to a log-in form as a rule. It is the same tab still. */
function pairRedirected(successors: Map<string, string>, missing: SavedTab[], others: Tab[]): void {
  for (const tab of [...missing]) {
    if (isBlank(tab.url)) continue;
    const candidates = others.filter(({ url }) => !isBlank(url));
    const found = candidates.find(({ url }) => originOf(url) === originOf(tab.url)) ?? candidates[0];
    if (!found) return;
    successors.set(tab.targetId, found.targetId);
    missing.splice(missing.indexOf(tab), 1);
    others.splice(others.indexOf(found), 1);
  }
}

/** The ids under which tabs were first known, over one more generation. Tabs that did not come back are left out. */
export function composeSuccessors(
  before: Readonly<Record<string, string>>,
  latest: ReadonlyMap<string, string>,
): Record<string, string> {
  const firstKnown = new Map(Object.entries(before).map(([first, present]) => [present, first]));
  return Object.fromEntries([...latest].map(([old, present]) => [firstKnown.get(old) ?? old, present]));
}

/** The tabs that there are; Chrome has other targets of its own. */
export async function findTabs(cdp: CdpConnection): Promise<Tab[]> {
  const { targetInfos } = (await cdp.send('Target.getTargets')) as {
    targetInfos: Array<Tab & { type: string; subtype?: string }>; // as the protocol says
  };
  return targetInfos
    .filter(
      ({ type, subtype, url }) => type === 'page' && subtype === undefined && !url.includes('.top-chrome/'),
    )
    .map(({ targetId, url }) => ({ targetId, url }));
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : '';
}

export function isBlank(url: string): boolean {
  return url === '' || url === 'about:blank' || /^chrome:\/\/new-?tab/.test(url);
}

/** Each for itself: of several, Chrome takes all or none, and one that has expired meanwhile must not cost the rest. */
async function setCookies(cdp: CdpConnection, cookies: readonly SavedCookie[], log: Log): Promise<void> {
  if (cookies.length === 0) return;
  const params = cookies.map(asParameter);
  try {
    await cdp.send('Storage.setCookies', { cookies: params });
  } catch (error) {
    if (!(error instanceof CdpError)) throw error;
    let refused = 0;
    for (const cookie of params) {
      await cdp.send('Storage.setCookies', { cookies: [cookie] }).catch(() => {
        refused += 1;
      });
    }
    log.warn({ event: 'surface.cookies-refused', refused, of: params.length });
  }
}

/** From what DevTools gives to what it takes. */
function asParameter(cookie: SavedCookie): Record<string, unknown> {
  const { session, expires, ...rest } = cookie;
  // What it has beyond the type stays, such as its partition; only of its size nobody is to be told.
  return { ...rest, size: undefined, ...(!session && { expires }) };
}

/** False when the tab cannot show its page, and is closed again. */
async function load(
  cdp: CdpConnection,
  targetId: string,
  { url, sessionStorage = {}, scroll }: SavedTab,
): Promise<boolean> {
  if (isBlank(url)) return true;
  let giveUp: NodeJS.Timeout | undefined;
  const patience = new Promise<Record<string, unknown>>((resolve) => {
    giveUp = setTimeout(() => resolve({}), NAVIGATION_MS);
  });
  try {
    const attached = await cdp.send('Target.attachToTarget', { targetId, flatten: true });
    const sessionId = String(attached.sessionId);
    await cdp.send('Page.enable', {}, sessionId);
    const source = comeBack(originOf(url), sessionStorage, scroll);
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source }, sessionId);
    const navigation = cdp.send('Page.navigate', { url }, sessionId);
    navigation.catch(() => {}); // told by the race, or by nobody when that is over
    // A page that cannot be reached stands there as an error, with its address, as it would for a person.
    await Promise.race([navigation, patience]);
    await cdp.send('Target.detachFromTarget', { sessionId });
    return true;
  } catch (error) {
    if (!(error instanceof CdpError)) throw error;
    await close(cdp, targetId);
    return false;
  } finally {
    clearTimeout(giveUp);
  }
}

/** What runs in the page before its own scripts. */
function comeBack(
  origin: string,
  items: Readonly<Record<string, string>>,
  scroll: SavedTab['scroll'] = { x: 0, y: 0 },
): string {
  return `if (window === top && location.origin === ${JSON.stringify(origin)}) {
    for (const [name, value] of Object.entries(${JSON.stringify(items)})) sessionStorage.setItem(name, value);
    addEventListener('load', () => scrollTo(${scroll.x}, ${scroll.y}), { once: true });
  }`;
}

/** Chrome may leave restored tabs in the background unloaded until somebody looks at them. */
async function wakeTabs(cdp: CdpConnection, targetIds: readonly string[]): Promise<void> {
  for (const targetId of targetIds) await cdp.send('Target.activateTarget', { targetId }).catch(() => {}); // closed itself
}

async function close(cdp: CdpConnection, targetId: string): Promise<void> {
  await cdp.send('Target.closeTarget', { targetId }).catch(() => {}); // closed itself
}
