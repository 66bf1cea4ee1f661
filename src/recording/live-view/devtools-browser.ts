// A watched browser that has DevTools: one connection, over which it tells of its pages.

import { devToolsOf } from '../../backends/backend.ts';
import { CdpConnection, type CdpEvent } from '../../backends/support/cdp.ts';
import { DevToolsPage, type TargetInfo } from './devtools-page.ts';
import {
  OUT_OF_REACH_MS,
  RECONNECT_MS,
  type WatchedBrowser,
  type WatchedBrowserOptions,
} from './watched-browser.ts';

const CONNECT_MS = 10_000;
const FRONT_MS = 1000;

export class DevToolsBrowser implements WatchedBrowser {
  readonly #options: WatchedBrowserOptions;
  readonly #pages = new Map<string, DevToolsPage>();
  #front: DevToolsPage | undefined;
  #cdp: CdpConnection | undefined;
  #connecting: Promise<void> | undefined;
  readonly #abort = new AbortController();
  #lostAt: number | undefined;
  #isDriven = false;
  #cancelRetry: () => void = () => {};

  constructor(options: WatchedBrowserOptions) {
    this.#options = options;
  }

  get isConnected(): boolean {
    return this.#cdp !== undefined;
  }

  get pages(): readonly DevToolsPage[] {
    return [...this.#pages.values()];
  }

  get front(): DevToolsPage | undefined {
    return this.#front;
  }

  connect(): void {
    if (this.#cdp) return;
    this.#connecting ??= this.#open()
      .catch((error: unknown) => this.#notConnected(error))
      .finally(() => {
        this.#connecting = undefined;
      });
  }

  async openPage(beside: DevToolsPage | undefined, url = 'about:blank'): Promise<void> {
    const context = (beside ?? this.#front)?.info.browserContextId;
    await this.#cdp?.send('Target.createTarget', {
      url,
      ...(context !== undefined && { browserContextId: context }),
    });
  }

  async activate(page: DevToolsPage): Promise<void> {
    await page.act('activate');
    this.#moveFront(page);
  }

  setDriven(isDriven: boolean): void {
    this.#isDriven = isDriven;
    for (const page of this.#pages.values()) {
      if (isDriven) page.take();
      else page.let();
    }
  }

  tick(): void {
    for (const page of this.#pages.values()) if (page.isSeen) void this.#readTitle(page);
  }

  close(): void {
    this.#cancelRetry();
    const cdp = this.#cdp;
    this.#cdp = undefined;
    this.#forgetPages();
    this.#abort.abort();
    cdp?.close();
  }

  get #isClosed(): boolean {
    return this.#abort.signal.aborted;
  }

  async #open(): Promise<void> {
    const { clock, onConnected, session } = this.#options;
    const url = devToolsOf(session.getBrowser());
    if (url === undefined) throw new Error('the browser has no DevTools');
    let cancel = () => {};
    const late = new AbortController();
    const cdp = await CdpConnection.open(url, AbortSignal.any([this.#abort.signal, late.signal]));
    try {
      cancel = clock.after(CONNECT_MS, () => late.abort());
      cdp.onEvent((event) => this.#takeEvent(cdp, event));
      cdp.onClose(() => this.#lost(cdp));
      this.#cdp = cdp;
      // Not auto-attach: a second client's releases targets that the user's client holds.
      await cdp.send('Target.setDiscoverTargets', { discover: true, filter: [{ type: 'page' }] });
      await this.#findFront();
    } catch (error) {
      this.#cdp = undefined;
      cdp.close();
      throw error;
    } finally {
      cancel();
    }
    this.#lostAt = undefined;
    onConnected();
  }

  /** Which of the pages that were there already is in front. */
  async #findFront(): Promise<void> {
    const { clock } = this.#options;
    let cancel = () => {};
    const late = new Promise<undefined>((resolve) => {
      cancel = clock.after(FRONT_MS, () => resolve(undefined));
    });
    const looks = [...this.#pages.values()].map(async (page) => {
      if (!(await page.isVisible())) throw new Error('behind another one');
      return page;
    });
    const found = Promise.any(looks).catch(() => undefined);
    const visible = await Promise.race([found, late]);
    cancel();
    const guess = visible ?? [...this.#pages.values()][0];
    this.#front = guess;
    if (visible) return;
    // A busy browser may still say so.
    void found.then((page) => {
      if (page && this.#front === guess && this.#pages.get(page.targetId) === page) this.#moveFront(page);
    });
  }

  #notConnected(error: unknown): void {
    if (this.#isClosed) return;
    const { log, session } = this.#options;
    log.info({ event: 'live-view.not-connected', sessionId: session.id, err: error });
    this.#retry();
  }

  #lost(cdp: CdpConnection): void {
    if (this.#cdp !== cdp) return;
    this.#cdp = undefined;
    this.#forgetPages();
    if (!this.#isClosed) this.#retry();
  }

  #retry(): void {
    const { clock, onDisconnected, onLost, session } = this.#options;
    const now = clock.monotonic();
    if (this.#lostAt === undefined) {
      this.#lostAt = now;
      onDisconnected();
    }
    if (now - this.#lostAt > OUT_OF_REACH_MS) {
      onLost();
      return;
    }
    this.#cancelRetry = clock.after(RECONNECT_MS, () => {
      if (this.#isClosed) return;
      // Who ends the session says so by closing us, perhaps a moment later.
      if (session.state.status === 'ready') this.connect();
      else this.#retry();
    });
  }

  #forgetPages(): void {
    for (const page of this.#pages.values()) page.close();
    this.#pages.clear();
    this.#front = undefined;
  }

  #takeEvent(cdp: CdpConnection, event: CdpEvent): void {
    if (this.#cdp !== cdp) return;
    const { method, params } = event;
    switch (method) {
      case 'Target.targetCreated':
        this.#opened(cdp, params.targetInfo as TargetInfo); // as the protocol says
        break;
      case 'Target.targetInfoChanged':
        this.#changed(params.targetInfo as TargetInfo); // as the protocol says
        break;
      case 'Target.targetDestroyed':
        this.#closed(String(params.targetId));
        break;
      case 'Target.targetCrashed':
        this.#pages.get(String(params.targetId))?.crashed();
        this.#options.onPages();
        break;
      default:
        this.#ofPages(event);
    }
  }

  #opened(cdp: CdpConnection, info: TargetInfo): void {
    if (info.type !== 'page' || this.#pages.has(info.targetId)) return;
    const { clock, onPages } = this.#options;
    const page = new DevToolsPage(cdp, info, clock, onPages);
    this.#pages.set(info.targetId, page);
    if (this.#isDriven) page.take();
    // While connecting, those that come were there before; afterwards Chrome shows the newest.
    if (!this.#connecting) this.#moveFront(page);
    onPages();
  }

  #changed(info: TargetInfo): void {
    const page = this.#pages.get(info.targetId);
    if (!page || (page.info.url === info.url && page.info.title === info.title)) return;
    page.info = info;
    this.#options.onPages();
  }

  #closed(targetId: string): void {
    const page = this.#pages.get(targetId);
    if (!page) return;
    this.#pages.delete(targetId);
    if (this.#front === page) {
      const opener = page.info.openerId === undefined ? undefined : this.#pages.get(page.info.openerId);
      this.#front = opener ?? [...this.#pages.values()].at(-1);
    }
    page.close();
    this.#options.onClosed(page);
  }

  /** Chrome tells of an address that changes, and not of a title. Never rejects. */
  async #readTitle(page: DevToolsPage): Promise<void> {
    try {
      const answer = await this.#cdp?.send('Target.getTargetInfo', { targetId: page.targetId });
      if (answer) this.#changed(answer.targetInfo as TargetInfo); // as the protocol says
    } catch {
      // It is gone.
    }
  }

  #ofPages(event: CdpEvent): void {
    for (const page of this.#pages.values()) {
      const change = page.takeEvent(event);
      if (change === undefined) continue;
      if (change === 'loaded') void this.#readTitle(page);
      else this.#options.onDialog(page);
      return;
    }
  }

  #moveFront(page: DevToolsPage): void {
    this.#front = page;
    this.#options.onFront();
  }
}
