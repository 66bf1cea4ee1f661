// A browser of another machine that a session has: our one connection to it, which everybody shares, and what becomes of
// the session when that is lost.

import type { Clock } from '../../clock.ts';
import type { SessionId } from '../../ids.ts';
import type { BrowserGone } from '../backend.ts';
import { BrowserEnd } from './browser-end.ts';
import { type BrowserSource, type GivenBrowser, startProblem } from './browser-source.ts';
import { SharedDevTools } from './shared-devtools.ts';
import { abortAfter, waitUntil } from './waiting.ts';

export interface RemoteBrowserOptions {
  id: SessionId;
  source: BrowserSource;
  /** Of the source, for people. */
  sourceName: string;
  clock: Clock;
}

const PING_MS = 20_000;
/** How long a lost connection is tried again as long as the browser is said to run. */
const RECONNECT_MS = 10_000;
const LOOK_MS = 3000;

export class RemoteBrowser {
  readonly #options: RemoteBrowserOptions;
  readonly #devTools: SharedDevTools;
  readonly remoteId: string;
  readonly #end: BrowserEnd;
  readonly #over = new AbortController();
  /** Its last sign of life was asked for and has not come. */
  #isSilent = false;

  /** @throws Problem `no-capacity`, `session-not-created`; the reason of `signal`. */
  static async connect(
    given: GivenBrowser,
    options: RemoteBrowserOptions,
    signal: AbortSignal,
  ): Promise<RemoteBrowser> {
    try {
      const devTools = await SharedDevTools.open(given, signal);
      return new RemoteBrowser(options, devTools, given.remoteId);
    } catch (error) {
      signal.throwIfAborted();
      throw startProblem(options.sourceName, error);
    }
  }

  private constructor(options: RemoteBrowserOptions, devTools: SharedDevTools, remoteId: string) {
    this.#options = options;
    this.#devTools = devTools;
    this.remoteId = remoteId;
    const stopPinging = this.#keepAlive();
    this.#end = new BrowserEnd(() => {
      stopPinging();
      this.#over.abort();
      devTools.close();
    });
    this.#watch();
  }

  /** Resolves when it is over; never rejects. */
  get gone(): Promise<BrowserGone> {
    return this.#end.gone;
  }

  get sourceName(): string {
    return this.#options.sourceName;
  }

  /** Where everybody comes to it, on this machine. */
  get url(): string {
    return this.#devTools.url;
  }

  get version(): string {
    return this.#devTools.product.replace(/^.*\//, '');
  }

  /** Lets go of it. */
  end(gone: BrowserGone): void {
    this.#end.tell(gone);
  }

  /** A connection that is open and dead says nothing, and proxies cut those that are silent. */
  #keepAlive(): () => void {
    return this.#options.clock.every(PING_MS, () => {
      if (this.#isSilent) return void this.#devTools.cut();
      this.#isSilent = true;
      this.#devTools.ping(() => {
        this.#isSilent = false;
      });
    });
  }

  #watch(): void {
    this.#devTools.onLost(() => {
      if (!this.#over.signal.aborted) void this.#comeBack();
    });
  }

  async #comeBack(): Promise<void> {
    const { sourceName } = this.#options;
    try {
      const gone = await waitUntil(() => this.#tryAgain(), {
        everyMs: 100,
        timeoutMs: RECONNECT_MS,
        signal: this.#over.signal,
      });
      if (gone !== 'is-back') {
        const detail = `The connection to ${sourceName} was lost.`;
        return this.end(gone ?? { reason: 'backend-lost', detail });
      }
      // The new connection owes nothing of the old one.
      this.#isSilent = false;
      this.#watch();
    } catch {
      // it was ended meanwhile
    }
  }

  async #tryAgain(): Promise<BrowserGone | 'is-back' | undefined> {
    const { id, source, sourceName } = this.#options;
    const signal = abortAfter(LOOK_MS, this.#over.signal);
    try {
      const given = await source.find({ id, remoteId: this.remoteId }, signal);
      if (!given) return { reason: 'browser-closed', detail: `It ended at ${sourceName}.` };
      await this.#devTools.reconnect(given, signal);
      return 'is-back';
    } catch {
      return undefined; // nobody answers yet
    }
  }
}
