// A Chrome that somebody else has started with --remote-debugging-port and that nobody makes sessions of: one session at a
// time has it as a whole. https://chromedevtools.github.io/devtools-protocol/#endpoints

import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { asProblem, problem } from '../../errors.ts';
import type { Feature, SessionRequest } from '../backend.ts';
import {
  type AddressSettings,
  askAddress,
  type BrowserSource,
  causeOf,
  type GivenBrowser,
  type SourceSession,
  startProblem,
} from './browser-source.ts';
import type { CdpConnection } from './cdp.ts';
import { ChromeClaim } from './chrome-claim.ts';
import { waitUntil } from './waiting.ts';
import { isRecord } from './webdriver.ts';

export interface BareChromeOptions extends AddressSettings {
  name: string;
  /** Whether it is closed when a session ends, for its keeper to start it anew, or only swept. */
  closes: boolean;
}

const CLOSE_MS = 10_000;
const RESTART_MS = 15_000;
/** How soon a Chrome that another server has is asked for again. */
const TAKEN_RETRY_S = 10;

export class BareChrome implements BrowserSource {
  readonly features: readonly Feature[] = ['storageState', 'viewport'];
  readonly maxCapacity = 1;
  readonly outlivesConnection = true;
  readonly #options: BareChromeOptions;
  readonly #base: URL;
  readonly #headers: Record<string, string>;
  /** That the Chrome is ours, as long as a session of ours has it. */
  #claim: ChromeClaim | undefined;
  #owning: Promise<unknown> = Promise.resolve();

  constructor(options: BareChromeOptions) {
    this.#options = options;
    this.#base = new URL(options.url.replace(/^ws/, 'http'));
    this.#headers = options.headers ?? {};
  }

  async probe(signal: AbortSignal): Promise<string> {
    return (await this.#look(signal)).product;
  }

  async open(_request: SessionRequest, signal: AbortSignal): Promise<GivenBrowser> {
    const { name, closes } = this.#options;
    try {
      const browser = closes ? await this.#awaitKeeper(signal) : await this.#look(signal);
      const claim = await this.#own(browser, signal);
      if (!claim) {
        const detail = `${name} is taken by another server.`;
        throw problem('no-capacity', { detail, retryAfterSeconds: TAKEN_RETRY_S });
      }
      // Whoever had it before may have died over it.
      if (!closes) await sweep(claim);
      await openFirstPage(claim.cdp);
      return browser;
    } catch (error) {
      this.#disown();
      signal.throwIfAborted();
      throw asProblem(error) ?? startProblem(name, error);
    }
  }

  /** One that another server has by now is not that of the session any more. */
  async find({ remoteId }: SourceSession, signal: AbortSignal): Promise<GivenBrowser | undefined> {
    try {
      const { product: _, ...browser } = await this.#look(signal);
      const isSame = browser.remoteId === remoteId;
      return isSame && (await this.#own(browser, signal)) ? browser : undefined;
    } catch (error) {
      // The machine is there and nobody listens.
      if (causeOf(error) === 'ECONNREFUSED') return undefined;
      throw error;
    }
  }

  /** Without its id nothing of the session has reached it. */
  async release(session: SourceSession, signal: AbortSignal): Promise<void> {
    try {
      const browser = session.remoteId === undefined ? undefined : await this.find(session, signal);
      const claim = browser && (await this.#own(browser, signal));
      if (!claim) return;
      if (this.#options.closes) await this.#end(claim, session, signal);
      else await sweep(claim);
    } finally {
      this.#disown();
    }
  }

  close(): void {
    this.#disown();
  }

  async #end({ cdp }: ChromeClaim, { remoteId }: SourceSession, signal: AbortSignal): Promise<void> {
    await cdp.send('Browser.close').catch(() => {}); // it may be faster than its answer
    // It may hang up in the middle of an answer.
    const isGone = () =>
      this.#look(signal).then(
        (still) => still.remoteId !== remoteId,
        (error) => causeOf(error) === 'ECONNREFUSED',
      );
    if (await waitUntil(isGone, { everyMs: 20, timeoutMs: CLOSE_MS, signal })) return;
    throw new Error(`${this.#options.name} still runs ${CLOSE_MS} ms after Browser.close`);
  }

  /**
   * Our claim to it, taken anew where it was lost; `undefined` where another server has it. One after the other: of two
   * at once, each would take the mark of the other for that of another server.
   */
  #own(browser: GivenBrowser, signal: AbortSignal): Promise<ChromeClaim | undefined> {
    const owning = this.#owning.then(() => this.#ownNow(browser, signal));
    this.#owning = owning.catch(() => {}); // told to whoever asked
    return owning;
  }

  async #ownNow(browser: GivenBrowser, signal: AbortSignal): Promise<ChromeClaim | undefined> {
    if (this.#claim && !(await this.#claim.holds())) this.#disown();
    this.#claim ??= await ChromeClaim.take(browser, signal);
    return this.#claim;
  }

  #disown(): void {
    this.#claim?.release();
    this.#claim = undefined;
  }

  /** Who starts it anew after a session needs a moment. */
  async #awaitKeeper(signal: AbortSignal): Promise<GivenBrowser> {
    let seen: unknown;
    const look = () =>
      this.#look(signal).catch((error: unknown) => {
        seen = error;
        return undefined;
      });
    const browser = await waitUntil(look, { everyMs: 50, timeoutMs: RESTART_MS, signal });
    if (!browser) throw seen;
    return browser;
  }

  async #look(signal: AbortSignal): Promise<GivenBrowser & { product: string }> {
    const base = await this.#resolve();
    const version = new URL(`${base.pathname.replace(/\/$/, '')}/json/version`, base);
    const answer = await askAddress(version, { headers: this.#headers, signal });
    const { Browser: product, webSocketDebuggerUrl } = isRecord(answer) ? answer : {};
    const path = typeof webSocketDebuggerUrl === 'string' ? pathOf(webSocketDebuggerUrl) : undefined;
    if (typeof product !== 'string' || path === undefined) {
      throw new Error('it does not answer /json/version as a Chrome does');
    }
    // The way to it is that of the configuration, whatever it believes that its address is.
    const url = new URL(path, base);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    return { url: url.href, headers: this.#headers, remoteId: path.replace(/^.*\//, ''), product };
  }

  /** Chrome answers to addresses and to localhost only, so that no web page can point a name of its own at it. */
  async #resolve(): Promise<URL> {
    const { protocol, hostname } = this.#base;
    if (protocol !== 'http:' || hostname === 'localhost' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) {
      return this.#base;
    }
    const { address, family } = await lookup(hostname);
    const base = new URL(this.#base);
    base.hostname = family === 6 ? `[${address}]` : address;
    return base;
  }
}

function pathOf(url: string): string | undefined {
  const { pathname } = URL.canParse(url) ? new URL(url) : { pathname: undefined };
  return pathname?.includes('/devtools/browser') ? pathname : undefined;
}

interface Target {
  targetId: string;
  type: string;
}

async function openFirstPage(cdp: CdpConnection): Promise<void> {
  if ((await pagesOf(cdp)).length === 0) await cdp.send('Target.createTarget', { url: 'about:blank' });
}

/** What DevTools can remove of a session; docs/backends.md says what is left. */
async function sweep({ cdp, contextId }: ChromeClaim): Promise<void> {
  const { browserContextIds } = await cdp.send('Target.getBrowserContexts');
  for (const browserContextId of Array.isArray(browserContextIds) ? browserContextIds : []) {
    if (browserContextId === contextId) continue;
    await cdp.send('Target.disposeBrowserContext', { browserContextId }).catch(() => {}); // its client was faster
  }
  const old = await pagesOf(cdp);
  // First the new one: the last window takes the browser along.
  const { targetId } = await cdp.send('Target.createTarget', { url: 'about:blank' });
  for (const page of old) await cdp.send('Target.closeTarget', { targetId: page.targetId }).catch(() => {});
  const isSwept = async () => (await pagesOf(cdp)).length === 1;
  if (!(await waitUntil(isSwept, { everyMs: 10, timeoutMs: CLOSE_MS }))) {
    throw problem('internal', { detail: 'A page of an earlier session does not close.' });
  }
  await cdp.send('Browser.resetPermissions');
  await cdp.send('Browser.setDownloadBehavior', { behavior: 'default' });
  await cdp.send('Storage.clearCookies');
  const { sessionId } = await cdp.send('Target.attachToTarget', { targetId, flatten: true });
  await cdp.send('Storage.clearDataForOrigin', { origin: '*', storageTypes: 'all' }, String(sessionId));
  await cdp.send('Network.clearBrowserCache', {}, String(sessionId));
  await cdp.send('Target.detachFromTarget', { sessionId });
}

async function pagesOf(cdp: CdpConnection): Promise<Target[]> {
  const { targetInfos } = (await cdp.send('Target.getTargets')) as { targetInfos: Target[] }; // as the protocol says
  return targetInfos.filter(({ type }) => type === 'page');
}
