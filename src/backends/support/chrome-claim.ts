// Whose a Chrome is that takes no sessions of its own, for every server that has its address: a mark in the Chrome itself,
// which goes with the connection of whoever set it. It is a cookie for a site that cannot be, in a browser context of its
// own, where no client has a page; `disposeOnDetach` is what makes it a lock that nobody has to clean up.
// https://chromedevtools.github.io/devtools-protocol/tot/Target/#method-createBrowserContext

import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CdpConnection } from './cdp.ts';
import type { Upstream } from './shared-devtools.ts';
import { waitUntil } from './waiting.ts';

/** https://www.rfc-editor.org/rfc/rfc6761#section-6.4 */
const SITE = 'moorage.invalid';
const ATTEMPTS = 3;
/** In place of a context, of a browser that has none, such as Electron: there nobody can tell whose it is. */
const UNMARKED = '';
/** Whoever stepped back comes again: the other may have been about to leave. */
const STEP_BACK_MS = { from: 20, to: 200 };
/** How long the lowest of several marks waits for the others to go; that of a server that has the Chrome does not. */
const LOWEST_STAYS_MS = 500;
/** How soon one looks whether the context of an answer that does not come is still there. */
const GONE_LOOK_MS = 100;

export class ChromeClaim {
  /** Its connection, for whatever else its owner asks of the Chrome. */
  readonly cdp: CdpConnection;
  /** The context that has the mark. */
  readonly contextId: string;

  /** `undefined` where another has it. @throws CdpError; Error where nobody answers; the reason of `signal`. */
  static async take({ url, headers }: Upstream, signal: AbortSignal): Promise<ChromeClaim | undefined> {
    signal.throwIfAborted();
    const kept = new AbortController();
    const giveUp = () => kept.abort(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      const cdp = await CdpConnection.open(url, kept.signal, { ...(headers && { headers }) });
      let contextId: string | undefined;
      try {
        contextId = await claim(cdp);
        return contextId === undefined ? undefined : new ChromeClaim(cdp, contextId);
      } finally {
        if (contextId === undefined) cdp.close();
      }
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  private constructor(cdp: CdpConnection, contextId: string) {
    this.cdp = cdp;
    this.contextId = contextId;
  }

  /** Whether it still is ours: a client may have disposed of every context, or the connection may be cut. */
  async holds(): Promise<boolean> {
    const looking =
      this.contextId === UNMARKED
        ? this.cdp.send('Browser.getVersion').then(() => true)
        : hasMark(this.cdp, this.contextId);
    return looking.catch(() => false);
  }

  /** The Chrome is anybody's from now on. */
  release(): void {
    this.cdp.close();
  }
}

/** The context with our mark, where it is the only one. */
async function claim(cdp: CdpConnection): Promise<string | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    if (attempt > 1) await sleep(randomInt(STEP_BACK_MS.from, STEP_BACK_MS.to));
    const contextId = await mark(cdp);
    if (contextId === UNMARKED) return UNMARKED;
    if (await becomesOnly(contextId, cdp)) return contextId;
    // Whoever has the Chrome may have swept it away.
    await cdp.send('Target.disposeBrowserContext', { browserContextId: contextId }).catch(() => {});
  }
  return undefined;
}

/**
 * Of two the later one to set its mark sees that of the other, so that never both believe to be alone. The lower one
 * stays until the other has stepped back, so that never both are turned away.
 */
async function becomesOnly(contextId: string, cdp: CdpConnection): Promise<boolean> {
  const look = async () => {
    const [lowest, ...others] = (await marksOf(cdp)).sort();
    if (lowest !== contextId) return 'second';
    return others.length === 0 && 'only';
  };
  return (await waitUntil(look, { everyMs: 20, timeoutMs: LOWEST_STAYS_MS })) === 'only';
}

async function mark(cdp: CdpConnection): Promise<string> {
  const creating = cdp.send('Target.createBrowserContext', { disposeOnDetach: true });
  const { browserContextId } = await creating.catch((error: unknown) => {
    if (/not supported|wasn't found/i.test(String(error))) return { browserContextId: UNMARKED };
    throw error;
  });
  if (browserContextId === UNMARKED) return UNMARKED;
  const contextId = String(browserContextId);
  const cookies = [{ name: 'claim', value: '1', url: `https://${SITE}/` }];
  await sendAbout(contextId, cdp, 'Storage.setCookies', { cookies });
  return contextId;
}

async function marksOf(cdp: CdpConnection): Promise<string[]> {
  const contexts = await contextsOf(cdp);
  const marked = await Promise.all(contexts.map((id) => hasMark(cdp, id)));
  return contexts.filter((_, at) => marked[at]);
}

/** False for a context that has just gone. */
async function hasMark(cdp: CdpConnection, contextId: string): Promise<boolean> {
  const answer = await sendAbout(contextId, cdp, 'Storage.getCookies');
  const { cookies = [] } = (answer ?? {}) as { cookies?: Array<{ domain: string }> }; // as the protocol says
  return cookies.some(({ domain }) => domain === SITE);
}

async function contextsOf(cdp: CdpConnection): Promise<string[]> {
  const { browserContextIds } = await cdp.send('Target.getBrowserContexts');
  return Array.isArray(browserContextIds) ? browserContextIds.map(String) : [];
}

/**
 * What Chrome answers about a context, `undefined` where that is gone. Of one that goes while it works on the answer
 * Chrome says nothing at all, so that somebody has to look.
 */
async function sendAbout(
  browserContextId: string,
  cdp: CdpConnection,
  method: string,
  params: Record<string, unknown> = {},
): Promise<Record<string, unknown> | undefined> {
  const answered = new AbortController();
  const isGone = async () => !(await contextsOf(cdp)).includes(browserContextId);
  const going = async () => {
    await sleep(GONE_LOOK_MS, undefined, { signal: answered.signal });
    await waitUntil(isGone, { everyMs: GONE_LOOK_MS, timeoutMs: Infinity, signal: answered.signal });
    return undefined;
  };
  try {
    return await Promise.race([cdp.send(method, { ...params, browserContextId }), going()]);
  } catch (error) {
    if (/browser context/i.test(String(error))) return undefined;
    throw error;
  } finally {
    answered.abort();
  }
}
