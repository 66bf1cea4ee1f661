// A Chrome that somebody else has started with --remote-debugging-port and that nobody makes sessions of: one session at a
// time has it as a whole. https://chromedevtools.github.io/devtools-protocol/#endpoints

import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { problem } from '../../errors.ts';
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
import { CdpConnection } from './cdp.ts';
import { waitUntil } from './waiting.ts';
import { isRecord } from './webdriver.ts';

export interface BareChromeOptions extends AddressSettings {
  name: string;
  /** Whether it is closed when a session ends, for its keeper to start it anew, or only swept. */
  closes: boolean;
}

const CLOSE_MS = 10_000;
const RESTART_MS = 15_000;

export class BareChrome implements BrowserSource {
  readonly features: readonly Feature[] = ['storageState', 'viewport'];
  readonly maxCapacity = 1;
  readonly outlivesConnection = true;
  readonly #options: BareChromeOptions;
  readonly #base: URL;
  readonly #headers: Record<string, string>;

  constructor(options: BareChromeOptions) {
    this.#options = options;
    this.#base = new URL(options.url.replace(/^ws/, 'http'));
    this.#headers = options.headers ?? {};
  }

  async probe(signal: AbortSignal): Promise<string> {
    return (await this.#look(signal)).product;
  }

  async open(_request: SessionRequest, signal: AbortSignal): Promise<GivenBrowser> {
    try {
      const browser = this.#options.closes ? await this.#awaitKeeper(signal) : await this.#look(signal);
      await this.#withConnection(browser, signal, openFirstPage);
      return browser;
    } catch (error) {
      signal.throwIfAborted();
      throw startProblem(this.#options.name, error);
    }
  }

  async find({ remoteId }: SourceSession, signal: AbortSignal): Promise<GivenBrowser | undefined> {
    try {
      const { product: _, ...browser } = await this.#look(signal);
      return browser.remoteId === remoteId ? browser : undefined;
    } catch (error) {
      // The machine is there and nobody listens.
      if (causeOf(error) === 'ECONNREFUSED') return undefined;
      throw error;
    }
  }

  /** Without its id nothing of the session has reached it. */
  async release(session: SourceSession, signal: AbortSignal): Promise<void> {
    const browser = session.remoteId === undefined ? undefined : await this.find(session, signal);
    if (!browser) return;
    if (!this.#options.closes) return this.#withConnection(browser, signal, sweep);
    await this.#withConnection(browser, signal, async (cdp) => {
      await cdp.send('Browser.close').catch(() => {}); // it may be faster than its answer
    });
    // It may hang up in the middle of an answer.
    const isGone = () =>
      this.find(session, signal).then(
        (still) => still === undefined,
        () => false,
      );
    if (await waitUntil(isGone, { everyMs: 20, timeoutMs: CLOSE_MS, signal })) return;
    throw new Error(`${this.#options.name} still runs ${CLOSE_MS} ms after Browser.close`);
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

  async #withConnection(
    { url, headers }: GivenBrowser,
    signal: AbortSignal,
    use: (cdp: CdpConnection) => Promise<void>,
  ): Promise<void> {
    const cdp = await CdpConnection.open(url, signal, { ...(headers && { headers }) });
    try {
      await use(cdp);
    } finally {
      cdp.close();
    }
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
async function sweep(cdp: CdpConnection): Promise<void> {
  const { browserContextIds } = await cdp.send('Target.getBrowserContexts');
  for (const browserContextId of Array.isArray(browserContextIds) ? browserContextIds : []) {
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
