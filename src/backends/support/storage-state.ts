// Cookies and localStorage that a session starts with, brought into the browser without touching the network.

import { problem } from '../../errors.ts';
import type { StorageState } from '../../protocol/sessions.ts';
import { type CdpConnection, CdpError } from './cdp.ts';

type Cookie = NonNullable<StorageState['cookies']>[number];
type Origin = NonNullable<StorageState['origins']>[number];

/** @throws Problem `invalid-argument` for what the browser does not take. */
export async function restoreStorageState(cdp: CdpConnection, state: StorageState): Promise<void> {
  const { cookies = [], origins = [] } = state;
  if (cookies.length > 0) await setCookies(cdp, cookies);
  if (origins.length > 0) await setLocalStorage(cdp, origins);
}

async function setCookies(cdp: CdpConnection, cookies: readonly Cookie[]): Promise<void> {
  try {
    await cdp.send('Storage.setCookies', { cookies: cookies.map(asCdpCookie) });
  } catch (error) {
    if (!(error instanceof CdpError)) throw error;
    // Chrome takes all or nothing and does not say which one is wrong.
    throw problem('invalid-argument', {
      detail: `Chrome does not take the cookies of storageState: ${error.message}. Each needs a name, a domain and a path, and \`secure\` where its name or sameSite asks for it.`,
      cause: error,
      members: { errors: [{ path: '/storageState/cookies', message: error.message }] },
    });
  }
}

/** From Playwright's form to that of DevTools. */
function asCdpCookie(cookie: Cookie): Record<string, unknown> {
  const { name, value, domain, path = '/', expires = -1, httpOnly, secure, sameSite, partitionKey } = cookie;
  return {
    name,
    value,
    domain,
    path,
    ...(expires !== -1 && { expires }),
    ...(httpOnly !== undefined && { httpOnly }),
    ...(secure !== undefined && { secure }),
    ...(sameSite !== undefined && { sameSite }),
    // Playwright keeps the second half under a name of its own.
    ...(partitionKey !== undefined && {
      partitionKey: {
        topLevelSite: partitionKey,
        hasCrossSiteAncestor: '_crHasCrossSiteAncestor' in cookie ? cookie._crHasCrossSiteAncestor : true,
      },
    }),
  };
}

/** Each origin gets an empty document of ours for a moment: Chrome has no command that writes localStorage from afar. */
async function setLocalStorage(cdp: CdpConnection, origins: readonly Origin[]): Promise<void> {
  const { targetId } = await cdp.send('Target.createTarget', { url: 'about:blank', background: true });
  const attached = await cdp.send('Target.attachToTarget', { targetId, flatten: true });
  const sessionId = String(attached.sessionId);
  const stopAnswering = cdp.onEvent(({ method, params, sessionId: from }) => {
    if (method !== 'Fetch.requestPaused' || from !== sessionId) return;
    const { requestId } = params;
    const html = [{ name: 'content-type', value: 'text/html' }];
    // Where this fails, the navigation that waits for it fails too, and says so.
    cdp
      .send(
        'Fetch.fulfillRequest',
        { requestId, responseCode: 200, responseHeaders: html, body: '' },
        sessionId,
      )
      .catch(() => {});
  });
  try {
    await cdp.send('Fetch.enable', {}, sessionId);
    for (const { origin, localStorage } of origins) await fill(cdp, sessionId, origin, localStorage);
  } finally {
    stopAnswering();
    await cdp.send('Target.closeTarget', { targetId });
  }
}

async function fill(
  cdp: CdpConnection,
  sessionId: string,
  origin: string,
  items: Origin['localStorage'],
): Promise<void> {
  const { errorText } = await cdp.send('Page.navigate', { url: `${originOf(origin)}/` }, sessionId);
  const expression = `for (const { name, value } of ${JSON.stringify(items)}) localStorage.setItem(name, value)`;
  const { exceptionDetails } =
    errorText === undefined ? await cdp.send('Runtime.evaluate', { expression }, sessionId) : {};
  if (errorText === undefined && exceptionDetails === undefined) return;
  throw refuseOrigin(
    origin,
    errorText === undefined ? 'it is over the quota of localStorage' : String(errorText),
  );
}

function originOf(text: string): string {
  try {
    return new URL(text).origin;
  } catch (error) {
    throw refuseOrigin(text, 'it is no URL', error);
  }
}

function refuseOrigin(origin: string, reason: string, cause?: unknown) {
  return problem('invalid-argument', {
    detail: `localStorage of ${origin} cannot be set: ${reason}.`,
    cause,
    members: { errors: [{ path: '/storageState/origins', message: `${origin}: ${reason}` }] },
  });
}
