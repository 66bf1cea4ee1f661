// Cookies as CDP has them, out of those that WebDriver shows: of the document of each window, and of no other site.

import { isRecord } from '../../backends/support/webdriver.ts';
import type { Result } from './cdp.ts';

/** One that a driver gave. https://www.w3.org/TR/webdriver2/#cookies */
export function fromDriver(cookie: unknown): Result | undefined {
  if (!isRecord(cookie)) return undefined;
  const { name, value, domain, path, expiry, httpOnly, secure, sameSite } = cookie;
  return {
    ...{ name, value, domain, path: path ?? '/', expires: typeof expiry === 'number' ? expiry : -1 },
    ...{ httpOnly: httpOnly === true, secure: secure === true, session: expiry === undefined },
    ...(typeof sameSite === 'string' && sameSite !== '' && { sameSite }),
  };
}

/** As Playwright wants it set. */
export function toDriver({
  name,
  value,
  path,
  domain,
  expires,
  httpOnly,
  secure,
  sameSite,
  url,
}: Result): object {
  const at = typeof url === 'string' ? new URL(url) : undefined;
  return {
    ...{ name, value, httpOnly: httpOnly === true },
    // A domain that was not given is the host alone; drivers take it from the document.
    ...(typeof domain === 'string' && { domain }),
    path: path ?? '/',
    secure: secure === true || at?.protocol === 'https:',
    ...(typeof expires === 'number' && expires !== -1 && { expiry: Math.round(expires) }),
    ...(sameSite !== undefined && { sameSite }),
  };
}

/** Whether a document at `documentUrl` may set the cookie. */
export function belongsTo(documentUrl: string, { domain, url }: Result): boolean {
  if (!/^https?:/.test(documentUrl)) return false;
  const host = new URL(documentUrl).hostname;
  const wanted = typeof domain === 'string' ? domain : typeof url === 'string' ? new URL(url).hostname : host;
  const bare = wanted.replace(/^\./, '');
  return host === bare || (wanted.startsWith('.') && host.endsWith(`.${bare}`));
}

/** Two that differ in none of these are one. */
export function keyOf({ name, domain, path }: Result): string {
  return JSON.stringify([name, domain, path]);
}
