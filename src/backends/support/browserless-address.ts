// One Browserless server: how busy it says that it is, and the connections that keep its browsers.

import type { Clock } from '../../clock.ts';
import { problem } from '../../errors.ts';
import type { SessionId } from '../../ids.ts';
import type { BrowserGone } from '../backend.ts';
import { splitLogin } from './address-login.ts';
import { AddressLogin, LoginRefused, type PoolMember, type Probe } from './address-pool.ts';
import { CdpConnection } from './cdp.ts';
import { RemoteDevTools } from './remote-devtools.ts';
import { isRecord } from './webdriver.ts';

/** A browser that our connection keeps. */
export interface Hold {
  address: BrowserlessAddress;
  browserId: string;
  browserVersion: string;
  /** Where others come to the same browser, on this machine. */
  url: string;
  /** Resolves when the connection is over; never rejects. */
  gone: Promise<BrowserGone>;
  end(gone: BrowserGone): void;
}

export interface AddressSettings {
  url: string;
  token?: string;
  capacity?: number;
}

/** Without one it ends connections after its own TIMEOUT, and refuses those that come beside another at once. */
const LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;
/** What a Browserless takes that does not say. */
const USUAL_CAPACITY = 10;
const PING_MS = 20_000;
const EXPLAIN_MS = 3000;
const LEAVING_MS = 5000;

export class BrowserlessAddress implements PoolMember {
  readonly #base: URL;
  readonly #settings: AddressSettings;
  #holds = 0;
  /** When the latest of our connections ended: /pressure counts their browsers for a while yet. */
  #leftAt: number[] = [];
  /** As its /pressure says: how many it takes, and how many are there that are not ours. */
  #pressure: { max: number; others: number } | undefined;

  readonly #login: AddressLogin;

  /** `setting` is where an operator sets it: `addresses[0]`. */
  constructor(settings: AddressSettings, setting: string) {
    this.#settings = settings;
    this.#base = new URL(settings.url.replace(/^ws/, 'http'));
    this.#login = new AddressLogin(this.#base.host, `\`${setting}.token\``);
  }

  /** For people, and to know it again; without its token. */
  get name(): string {
    return this.#base.host;
  }

  /** It said that it does not know the token, when it was to start a browser. */
  get isRefused(): boolean {
    return this.#login.isRefused;
  }

  get capacity(): number {
    if (this.isRefused) return this.#holds;
    const { max = USUAL_CAPACITY, others = 0 } = this.#pressure ?? {};
    const { capacity = max } = this.#settings;
    return Math.max(0, Math.min(capacity, Math.max(0, max - others)));
  }

  /** Between 0 and 1 as long as it has room. */
  get load(): number {
    return this.capacity === 0 ? 1 : this.#holds / this.capacity;
  }

  /** Never rejects, but with the reason of `signal`. */
  async probe(signal: AbortSignal): Promise<Probe> {
    try {
      if (this.isRefused) throw new LoginRefused();
      const { pressure } = (await this.#ask('/pressure', signal)) as { pressure?: unknown }; // checked right below
      const { isAvailable, maxConcurrent, running, reason } = isRecord(pressure) ? pressure : {};
      if (typeof maxConcurrent !== 'number' || typeof running !== 'number') {
        return { isAvailable: false, reason: `${this.name} does not answer as a Browserless` };
      }
      const ours = this.#holds + this.#leaving;
      this.#pressure = { max: maxConcurrent, others: Math.max(0, running - ours) };
      // Full of ours is what it is for.
      const isFine = isAvailable === true || (reason === 'full' && this.#holds > 0);
      const load = `${running} of ${maxConcurrent} browsers are in use`;
      return {
        isAvailable: isFine,
        reason: isFine ? `${this.name}: ${load}` : `${this.name} takes none (${String(reason)}): ${load}`,
      };
    } catch (error) {
      if (error instanceof LoginRefused) return { isAvailable: false, reason: this.#login.reason };
      const seen = error instanceof Error ? error.message : String(error);
      return { isAvailable: false, reason: `${this.name} cannot be asked: ${seen}` };
    }
  }

  /**
   * Has a browser started, and keeps it by a connection.
   * @throws Problem `no-capacity` where it is full, `session-not-created` where it refuses otherwise; the reason of
   *   `signal`.
   */
  async hold(
    wish: { id: SessionId; path: string; launch: Record<string, unknown>; clock: Clock },
    signal: AbortSignal,
  ): Promise<Hold> {
    this.#holds += 1;
    const kept = new AbortController();
    const giveUp = () => kept.abort(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    let resolveGone: (gone: BrowserGone) => void = () => {};
    const gone = new Promise<BrowserGone>((resolve) => {
      resolveGone = resolve;
    });
    const leave = (how: BrowserGone) => {
      resolveGone(how);
      kept.abort();
    };
    let devTools: RemoteDevTools | undefined;
    void gone.then(() => {
      this.#holds -= 1;
      this.#leftAt.push(performance.now());
      devTools?.close();
    });
    try {
      const url = this.#socketUrl(wish.path, {
        trackingId: wish.id,
        launch: JSON.stringify(wish.launch),
      });
      const cdp = await CdpConnection.open(url, kept.signal).catch((error: unknown) => {
        throw this.#refusal(error);
      });
      let isSilent = false;
      const stopPinging = wish.clock.every(PING_MS, () => {
        // A connection that is open and dead says nothing; what comes at all is a sign of life.
        if (isSilent) return kept.abort();
        isSilent = true;
        void cdp.ping().then((isAlive) => {
          isSilent = !isAlive;
        });
      });
      cdp.onClose(() => {
        stopPinging();
        void this.#explainEnd().then(leave);
      });
      const { product } = await cdp.send('Browser.getVersion');
      const browserId = await this.#findBrowser(wish.id, signal);
      if (browserId === undefined) {
        throw problem('session-not-created', {
          detail: `${this.name} started a browser and does not list it under /sessions: its version is not known here.`,
        });
      }
      devTools = await RemoteDevTools.open({
        send: (method) => cdp.send(method),
        browserId,
        remoteUrl: (path) => this.#socketUrl(path, {}),
      });
      if (kept.signal.aborted) {
        const detail = `${this.name} started a browser, whose connection was lost at once.`;
        throw problem('session-not-created', { detail });
      }
      return {
        address: this,
        browserId,
        browserVersion: String(product).replace(/^.*\//, ''),
        url: devTools.url,
        gone,
        end: leave,
      };
    } catch (error) {
      leave({ reason: 'browser-closed', detail: 'The start was given up.' });
      devTools?.close(); // the connection may have been over before
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** Ends the browser of a session, whoever is connected to it. Silent where there is none, or nobody answers. */
  async kill(id: SessionId, signal: AbortSignal): Promise<void> {
    try {
      const browserId = await this.#findBrowser(id, signal);
      if (browserId !== undefined) await this.#ask(`/kill/${browserId}`, signal);
    } catch {
      // Without its last connection it ends by itself.
    }
  }

  get #leaving(): number {
    this.#leftAt = this.#leftAt.filter((leftAt) => performance.now() - leftAt < LEAVING_MS);
    return this.#leftAt.length;
  }

  async #findBrowser(id: SessionId, signal: AbortSignal): Promise<string | undefined> {
    const rows = await this.#ask('/sessions', signal);
    const row = (Array.isArray(rows) ? rows : []).find(
      (each) => isRecord(each) && each.trackingId === id && typeof each.browserId === 'string',
    ) as { browserId: string } | undefined; // as just seen
    return row?.browserId;
  }

  async #ask(path: string, signal: AbortSignal): Promise<unknown> {
    const { url, login } = splitLogin(this.#url(path, {}));
    const response = await fetch(url, { signal, redirect: 'error', headers: login });
    const text = await response.text();
    if (response.status === 401 || response.status === 403) throw new LoginRefused('it refuses the token');
    if (!response.ok) throw new Error(`HTTP ${response.status}: ${text.slice(0, 200)}`);
    try {
      return JSON.parse(text);
    } catch {
      return text; // /kill answers none
    }
  }

  /** Whether it was the browser or Browserless that went away. */
  async #explainEnd(): Promise<BrowserGone> {
    const { isAvailable, reason } = await this.probe(AbortSignal.timeout(EXPLAIN_MS));
    return isAvailable
      ? { reason: 'browser-closed', detail: `Browserless at ${this.name} says that it ended.` }
      : { reason: 'backend-lost', detail: `The connection was lost, and ${reason}.` };
  }

  /** A refused upgrade, as `ws` tells of it. */
  #refusal(error: unknown) {
    const seen = error instanceof Error ? error.message : String(error);
    const status = /Unexpected server response: (\d+)/.exec(seen)?.[1];
    if (status === '429') {
      const max = this.#pressure?.max ?? USUAL_CAPACITY;
      // It takes no more than it has of us, this attempt not counted, until a probe says otherwise.
      this.#pressure = { max, others: Math.max(0, max - (this.#holds - 1)) };
      return problem('no-capacity', { detail: `${this.name} has too many sessions (429).`, cause: error });
    }
    if (status === '401' || status === '403') return this.#login.refuse(error);
    const detail = `${this.name} does not start a browser: ${seen}.`;
    return problem('session-not-created', { detail, cause: error });
  }

  #socketUrl(path: string, query: Record<string, string>): string {
    return this.#url(path, { ...query, timeout: String(LIFETIME_MS) }).replace(/^http/, 'ws');
  }

  #url(path: string, query: Record<string, string>): string {
    const url = new URL(this.#base);
    url.pathname = `${url.pathname.replace(/\/$/, '')}${path}`;
    const { token } = this.#settings;
    const members = { ...(token !== undefined && { token }), ...query };
    for (const [name, value] of Object.entries(members)) url.searchParams.set(name, value);
    return url.href;
  }
}
