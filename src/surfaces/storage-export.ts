// Cookies and localStorage of a running surface, in Playwright's storageState form.

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CdpConnection } from '../backends/support/cdp.ts';
import type { StorageState } from '../protocol/sessions.ts';

type Cookie = NonNullable<StorageState['cookies']>[number];
type Origin = NonNullable<StorageState['origins']>[number];

// Each origin costs a navigation of some milliseconds; who has more gets those of the open tabs first.
const MOST_ORIGINS = 500;
const LARGEST_LOG_BYTES = 32 * 1024 * 1024;

/**
 * What `context.storageState()` gives, but of every origin that is known to have localStorage, not only of open pages.
 * `profile` is the folder of the profile.
 */
export async function exportStorageState(cdp: CdpConnection, profile: string): Promise<StorageState> {
  const { cookies } = await cdp.send('Storage.getCookies');
  const origins = [...new Set([...(await openOrigins(cdp)), ...(await storedOrigins(profile))])];
  return {
    cookies: (cookies as CdpCookie[]).map(asCookie),
    origins: origins.length === 0 ? [] : await readLocalStorage(cdp, origins.slice(0, MOST_ORIGINS)),
  };
}

/** As DevTools gives it: https://chromedevtools.github.io/devtools-protocol/tot/Network/#type-Cookie */
interface CdpCookie {
  name: string;
  value: string;
  domain: string;
  path: string;
  expires: number;
  httpOnly: boolean;
  secure: boolean;
  session: boolean;
  sameSite?: 'Strict' | 'Lax' | 'None';
  partitionKey?: { topLevelSite: string; hasCrossSiteAncestor: boolean };
}

function asCookie(cookie: CdpCookie): Cookie {
  const { name, value, domain, path, expires, httpOnly, secure, session, sameSite, partitionKey } = cookie;
  return {
    name,
    value,
    domain,
    path,
    expires: session ? -1 : expires,
    httpOnly,
    secure,
    // Chrome treats a cookie that does not say as Lax, and so does Playwright.
    sameSite: sameSite ?? 'Lax',
    ...(partitionKey && {
      partitionKey: partitionKey.topLevelSite,
      _crHasCrossSiteAncestor: partitionKey.hasCrossSiteAncestor,
    }),
  };
}

async function openOrigins(cdp: CdpConnection): Promise<string[]> {
  const { targetInfos } = await cdp.send('Target.getTargets');
  const targets = targetInfos as { type: string; url: string }[];
  return targets
    .filter(({ type, url }) => (type === 'page' || type === 'iframe') && /^https?:/.test(url))
    .map(({ url }) => new URL(url).origin);
}

/**
 * The origins that Chrome's localStorage database names in clear. A hint: one that has nothing stored costs a look, and
 * one that only a compressed table names is found when a tab of it is open.
 */
async function storedOrigins(profile: string): Promise<string[]> {
  const folder = join(profile, 'Default', 'Local Storage', 'leveldb');
  const files = await readdir(folder).catch(() => []); // a young profile has none
  const found = new Set<string>();
  for (const name of files.filter((file) => /\.(ldb|log)$/.test(file))) {
    const file = join(folder, name);
    try {
      if ((await stat(file)).size > LARGEST_LOG_BYTES) continue;
      const text = await readFile(file, 'latin1');
      for (const [, origin = ''] of text.matchAll(/(?:META:|_)(https?:\/\/[A-Za-z0-9.:[\]-]+)/g)) {
        if (URL.canParse(origin) && new URL(origin).origin === origin) found.add(origin);
      }
    } catch {
      // Chrome compacts its tables while it runs; what one of them named stands in the next.
    }
  }
  return [...found];
}

/** A helper tab shows each origin an empty document of ours, so that nothing is loaded and no script of a site runs. */
async function readLocalStorage(cdp: CdpConnection, origins: readonly string[]): Promise<Origin[]> {
  const { targetId } = await cdp.send('Target.createTarget', { url: 'about:blank', background: true });
  const attached = await cdp.send('Target.attachToTarget', { targetId, flatten: true });
  const sessionId = String(attached.sessionId);
  const stopAnswering = cdp.onEvent(({ method, params, sessionId: from }) => {
    if (method !== 'Fetch.requestPaused' || from !== sessionId) return;
    const { requestId } = params;
    const html = [{ name: 'content-type', value: 'text/html' }];
    const answer = { requestId, responseCode: 200, responseHeaders: html, body: '' };
    // Where this fails, the navigation that waits for it fails too, and says so.
    cdp.send('Fetch.fulfillRequest', answer, sessionId).catch(() => {});
  });
  try {
    await cdp.send('Network.enable', {}, sessionId);
    await cdp.send('Network.setBypassServiceWorker', { bypass: true }, sessionId);
    await cdp.send('Fetch.enable', {}, sessionId);
    const read: Origin[] = [];
    for (const origin of origins) {
      const localStorage = await itemsOf(cdp, sessionId, origin);
      if (localStorage.length > 0) read.push({ origin, localStorage });
    }
    return read;
  } finally {
    stopAnswering();
    await cdp.send('Target.closeTarget', { targetId }).catch(() => {}); // the browser may be gone, with its tabs
  }
}

async function itemsOf(
  cdp: CdpConnection,
  sessionId: string,
  origin: string,
): Promise<Origin['localStorage']> {
  const { errorText } = await cdp.send('Page.navigate', { url: `${origin}/` }, sessionId);
  if (errorText !== undefined) return [];
  const expression =
    'location.origin + "\\n" + JSON.stringify(Object.entries(localStorage).map(([name, value]) => ({ name, value })))';
  const { result } = await cdp.send('Runtime.evaluate', { expression, returnByValue: true }, sessionId);
  const { value } = result as { value?: unknown }; // an exception has none
  const [shown, items] = typeof value === 'string' ? splitLine(value) : [];
  // What a redirect of Chrome itself (HSTS) shows is another origin's.
  return shown === origin && items !== undefined ? JSON.parse(items) : [];
}

function splitLine(text: string): [string, string] {
  const end = text.indexOf('\n');
  return [text.slice(0, end), text.slice(end + 1)];
}
