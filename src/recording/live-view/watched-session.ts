// A session that somebody watches: one connection to its browser, made with the first watcher and closed with the last,
// its pages, and who of the watchers drives.

import type { WebSocket } from 'ws';
import { assertNever } from '../../assert-never.ts';
import { devToolsOf } from '../../backends/backend.ts';
import { CdpConnection, type CdpEvent } from '../../backends/support/cdp.ts';
import type { Background } from '../../background.ts';
import type { Clock } from '../../clock.ts';
import { asProblem, problem } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import type { CloseName } from '../../protocol/close-codes.ts';
import type { LiveDriver, LiveMessage, WatcherMessage } from '../../protocol/live-view.ts';
import type { HandBackReason } from '../../protocol/live-wire.ts';
import type { Connection, Session } from '../../sessions/session.ts';
import { Control, type ControlLimits } from './control.ts';
import { type TargetInfo, WatchedPage } from './watched-page.ts';
import { Watcher, type WatcherTerms } from './watcher.ts';

export interface WatchedSessionOptions {
  session: Session;
  limits: ControlLimits;
  /** @throws Problem `address-refused`, `invalid-argument`. */
  checkAddress(url: string): Promise<void>;
  /** Somebody took over or handed back, on a page where one was seen. */
  onControl(driver: LiveDriver, handedBack: HandBackReason | undefined, pageId: string | undefined): void;
  /** Nobody watches any more, and nobody drives. */
  onEmpty(): void;
  clock: Clock;
  metrics: Metrics;
  log: Log;
  background: Background;
}

const TICK_MS = 1000;
const MAX_PING_MS = 5000;
/** A page that is reloaded, or a person who comes back, does not cost another connection. */
const LINGER_MS = 2000;
const RECONNECT_MS = 250;
/** How long a browser that runs may be out of reach. */
const OUT_OF_REACH_MS = 20_000;
const CONNECT_MS = 10_000;
const FRONT_MS = 1000;
const PAGES_MS = 50;
/** To somebody whose messages are refused, at most one a second. */
const NOTICE_MS = 1000;

export class WatchedSession implements Connection {
  readonly control: Control;
  readonly #options: WatchedSessionOptions;
  readonly #watchers = new Set<Watcher>();
  readonly #pages = new Map<string, WatchedPage>();
  /** What each watcher sees. */
  readonly #seen = new Map<Watcher, WatchedPage | undefined>();
  readonly #noticedAt = new Map<Watcher, number>();
  /** The page that was opened or activated last, as far as is known. */
  #front: WatchedPage | undefined;
  #cdp: CdpConnection | undefined;
  #connecting: Promise<void> | undefined;
  readonly #abort = new AbortController();
  #lostAt: number | undefined;
  #isEnded = false;
  readonly #stopTicks: () => void;
  #cancelRetry: () => void = () => {};
  #cancelLinger: () => void = () => {};
  #cancelPages: (() => void) | undefined;

  constructor(options: WatchedSessionOptions) {
    const { session, limits, clock } = options;
    this.#options = options;
    this.control = new Control({
      sessionId: session.id,
      limits,
      clock,
      onChange: (driver, handedBack) => this.#controlChanged(driver, handedBack),
    });
    this.#stopTicks = clock.every(TICK_MS, () => this.#tick());
    session.views.add(this);
  }

  get size(): number {
    return this.#watchers.size;
  }

  get client(): string {
    return this.#options.session.terms.client;
  }

  /** Takes a watcher in, who from now on is told everything. */
  add(socket: WebSocket, terms: WatcherTerms): void {
    const { session, limits, clock, metrics } = this.#options;
    this.#cancelLinger();
    const watcher = new Watcher({
      socket,
      terms,
      // A take-over must not run out between two signs of life.
      pingMs: Math.min(MAX_PING_MS, limits.leaseMs / 3),
      clock,
      metrics,
      onMessage: (from, message) => this.#take(from, message),
      onRoom: (from) => this.#seen.get(from)?.roomAgain(),
      onAlive: (from) => this.control.renew(from.id),
      onClose: (from) => this.#remove(from),
    });
    this.#watchers.add(watcher);
    metrics.liveWatchers.inc();
    session.touch(clock.now());
    const browser = session.getBrowser();
    const { surface } = session.terms;
    watcher.send({
      type: 'hello',
      sessionId: session.id,
      ...(surface !== undefined && { surface }),
      ...(browser.memory && { generation: browser.memory.generation }),
      browser: browser.browser,
      watcherId: watcher.id,
      canControl: terms.canControl,
      ...(terms.expiresAt !== undefined && { expiresAt: terms.expiresAt }),
    });
    this.#tellWatchers();
    watcher.send(driverMessage(this.control.driver));
    if (this.#cdp) this.#greet(watcher);
    else this.#connect();
  }

  /** The session ends, or the server does: everybody hears why. */
  close(name: CloseName, reason: string): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.control.end('ended');
    for (const watcher of [...this.#watchers]) watcher.close(name, reason);
    this.#let();
  }

  #connect(): void {
    this.#connecting ??= this.#open()
      .catch((error: unknown) => this.#notConnected(error))
      .finally(() => {
        this.#connecting = undefined;
      });
  }

  async #open(): Promise<void> {
    const { session, clock } = this.#options;
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
    if (this.#lostAt !== undefined) this.#tell({ type: 'connection', isConnected: true });
    this.#lostAt = undefined;
    for (const watcher of this.#watchers) this.#greet(watcher);
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
      if (page && this.#front === guess && this.#find(page.id) === page) this.#moveFront(page);
    });
  }

  #notConnected(error: unknown): void {
    if (this.#isEnded) return;
    this.#options.log.info({
      event: 'live-view.not-connected',
      sessionId: this.#options.session.id,
      err: error,
    });
    this.#retry();
  }

  #lost(cdp: CdpConnection): void {
    if (this.#cdp !== cdp) return;
    this.#cdp = undefined;
    this.#forgetPages();
    if (this.#isEnded) return;
    this.#retry();
  }

  #retry(): void {
    const { clock, session } = this.#options;
    const now = clock.monotonic();
    if (this.#lostAt === undefined) {
      this.#lostAt = now;
      this.#tell({ type: 'connection', isConnected: false });
    }
    if (now - this.#lostAt > OUT_OF_REACH_MS) {
      this.close('backend-lost', 'The browser could not be reached any more.');
      return;
    }
    this.#cancelRetry = clock.after(RECONNECT_MS, () => {
      if (this.#isEnded) return;
      // Who ends the session says so by `close`, perhaps a moment later.
      if (session.state.status === 'ready') this.#connect();
      else this.#retry();
    });
  }

  #greet(watcher: Watcher): void {
    watcher.send({ type: 'pages', pages: this.#describePages() });
    for (const page of this.#pages.values()) {
      if (page.dialog) watcher.send({ type: 'dialog', pageId: page.id, ...page.dialog });
    }
    this.#seen.delete(watcher);
    this.#place(watcher);
  }

  #remove(watcher: Watcher): void {
    const { clock, metrics, session } = this.#options;
    if (!this.#watchers.delete(watcher)) return;
    metrics.liveWatchers.dec();
    this.#seen.get(watcher)?.hide(watcher);
    this.#seen.delete(watcher);
    this.#noticedAt.delete(watcher);
    // Whose link has expired cannot come back.
    if ((watcher.terms.expiresAt ?? Number.POSITIVE_INFINITY) <= clock.now())
      this.control.handBack(watcher.id);
    else this.control.leave(watcher.id);
    if (this.#isEnded) return;
    session.touch(clock.now());
    this.#tellWatchers();
    if (this.size === 0) this.#linger();
  }

  /** Nobody watches: that who drove may come back, and then there is nothing more to do. */
  #linger(): void {
    this.#cancelLinger();
    this.#cancelLinger = this.#options.clock.after(LINGER_MS, () => {
      if (this.size > 0 || this.#isEnded) return;
      // Chrome dismisses a dialog when somebody whom it told of it lets go; perhaps another one is about to answer it.
      if (this.control.driver || [...this.#pages.values()].some(({ dialog }) => dialog)) {
        this.#linger();
        return;
      }
      this.#isEnded = true;
      this.#let();
    });
  }

  /** Lets go of the browser. */
  #let(): void {
    this.#stopTicks();
    this.#cancelRetry();
    this.#cancelLinger();
    this.#cancelPages?.();
    this.#options.session.views.delete(this);
    const cdp = this.#cdp;
    this.#cdp = undefined;
    this.#forgetPages();
    this.#abort.abort();
    cdp?.close();
    this.#options.onEmpty();
  }

  #forgetPages(): void {
    for (const page of this.#pages.values()) page.close();
    this.#pages.clear();
    this.#seen.clear();
    this.#front = undefined;
  }

  #tick(): void {
    const { session, clock } = this.#options;
    this.control.check();
    if (this.size > 0) session.touch(clock.now());
    for (const watcher of [...this.#watchers]) watcher.tick();
    const driver = this.#driverAmong();
    for (const page of this.#pages.values()) {
      if (!page.isSeen) continue;
      void this.#readTitle(page);
      const quality = page.adapt(driver);
      if (!quality) continue;
      for (const [watcher, seen] of this.#seen) if (seen === page) watcher.send(quality);
    }
  }

  #driverAmong(): Watcher | undefined {
    const id = this.control.driver?.watcherId;
    return id === undefined ? undefined : [...this.#watchers].find((watcher) => watcher.id === id);
  }

  #controlChanged(driver: LiveDriver, handedBack: HandBackReason | undefined): void {
    const watcher = [...this.#watchers].find(({ id }) => id === driver.watcherId);
    const page = (watcher && this.#seen.get(watcher)) ?? this.#front;
    for (const each of this.#pages.values()) {
      if (handedBack === undefined) each.take();
      else each.let();
    }
    this.#options.onControl(driver, handedBack, page?.info.targetId);
    if (handedBack === undefined) this.#tell(driverMessage(driver));
    else this.#tell({ type: 'driver', reason: handedBack });
  }

  #take(watcher: Watcher, message: WatcherMessage): void {
    switch (message.type) {
      case 'drawn':
        watcher.drawn(message.sequence);
        break;
      case 'view':
        watcher.size = { width: message.width, height: message.height };
        watcher.pageId = message.pageId;
        if (this.#cdp) this.#place(watcher);
        break;
      case 'take-over':
        this.#takeOver(watcher, message);
        break;
      case 'ask':
        this.#ask(watcher, message.name);
        break;
      case 'hand-back':
        this.control.handBack(watcher.id);
        break;
      default:
        this.#drive(watcher, message);
    }
  }

  #takeOver(
    watcher: Watcher,
    { name, isForced = false, resume }: Extract<WatcherMessage, { type: 'take-over' }>,
  ): void {
    try {
      if (!watcher.terms.canControl) throw viewOnly();
      if (name !== undefined) watcher.name = name;
      const asked = { watcherId: watcher.id, name: watcher.name, isForced, resume };
      const takeOverId = this.control.take(asked);
      this.#tellWatchers();
      for (const other of this.#watchers) {
        other.send(driverMessage(this.control.driver, other === watcher ? takeOverId : undefined));
      }
    } catch (error) {
      this.#refuse(watcher, error);
    }
  }

  #ask(watcher: Watcher, name: string | undefined): void {
    if (name !== undefined) watcher.name = name;
    if (!watcher.terms.canControl) this.#refuse(watcher, viewOnly());
    else this.#driverAmong()?.send({ type: 'asked', name: watcher.name });
  }

  /** What only the driver may do. */
  #drive(
    watcher: Watcher,
    message: Exclude<WatcherMessage, { type: 'ask' | 'drawn' | 'hand-back' | 'take-over' | 'view' }>,
  ): void {
    if (!this.control.isDrivenBy(watcher.id)) {
      this.#notice(watcher, 'not-driving', 'Take over first: what is done here does not reach the page.');
      return;
    }
    const { metrics, background } = this.#options;
    this.control.noteInput();
    metrics.liveInputs.inc({ type: message.type });
    const done = this.#do(watcher, message).catch((error: unknown) => this.#refuse(watcher, error));
    background.run('live view input', done);
  }

  async #do(
    watcher: Watcher,
    message: Exclude<WatcherMessage, { type: 'ask' | 'drawn' | 'hand-back' | 'take-over' | 'view' }>,
  ): Promise<void> {
    const page = this.#seen.get(watcher);
    switch (message.type) {
      case 'mouse':
      case 'wheel':
      case 'touch':
      case 'key':
      case 'text':
        if (page && !page.put(message)) {
          this.#notice(watcher, 'timeout', 'The page does not answer; what is done to it is dropped.');
        }
        return;
      case 'copy':
        if (page) watcher.send({ type: 'clipboard', text: await page.selection() });
        return;
      case 'navigate':
        await this.#options.checkAddress(message.url);
        await this.#navigate(getPage(page), message.url);
        return;
      case 'open':
        await this.#openPage(page, message.url);
        return;
      case 'page':
        await this.#act(getPage(this.#find(message.pageId) ?? page), watcher, message.action);
        return;
      case 'dialog': {
        const { isAccepted: accept, text: promptText } = message;
        const params = { accept, ...(promptText !== undefined && { promptText }) };
        await getPage(this.#find(message.pageId)).send('Page.handleJavaScriptDialog', params);
        return;
      }
      default:
        assertNever(message);
    }
  }

  async #navigate(page: WatchedPage, url: string): Promise<void> {
    const { errorText } = await page.send('Page.navigate', { url });
    // Aborted: a download, or another navigation that came first.
    if (typeof errorText !== 'string' || errorText === '' || errorText === 'net::ERR_ABORTED') return;
    throw problem('navigation-failed', { detail: `The page could not be loaded: ${errorText}.` });
  }

  async #openPage(beside: WatchedPage | undefined, url = 'about:blank'): Promise<void> {
    if (url !== 'about:blank') await this.#options.checkAddress(url);
    const context = (beside ?? this.#front)?.info.browserContextId;
    await this.#cdp?.send('Target.createTarget', {
      url,
      ...(context !== undefined && { browserContextId: context }),
    });
  }

  async #act(
    page: WatchedPage,
    watcher: Watcher,
    action: Extract<WatcherMessage, { type: 'page' }>['action'],
  ): Promise<void> {
    const { targetId } = page.info;
    switch (action) {
      case 'activate':
        await this.#cdp?.send('Target.activateTarget', { targetId });
        watcher.pageId = undefined;
        this.#moveFront(page);
        return;
      case 'close':
        await this.#cdp?.send('Target.closeTarget', { targetId });
        return;
      case 'reload':
        await page.reload();
        this.#pagesChanged();
        return;
      case 'stop':
        await page.send('Page.stopLoading');
        return;
      case 'back':
      case 'forward':
        await this.#step(page, action === 'back' ? -1 : 1);
        return;
      default:
        assertNever(action);
    }
  }

  async #step(page: WatchedPage, by: -1 | 1): Promise<void> {
    const history = await page.send('Page.getNavigationHistory');
    const { currentIndex, entries } = history as { currentIndex: number; entries: { id: number }[] }; // as the protocol says
    const entry = entries[currentIndex + by];
    if (entry) await page.send('Page.navigateToHistoryEntry', { entryId: entry.id });
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
        this.#pagesChanged();
        break;
      default:
        this.#ofPages(event);
    }
  }

  #opened(cdp: CdpConnection, info: TargetInfo): void {
    if (info.type !== 'page' || this.#pages.has(info.targetId)) return;
    const page = new WatchedPage(cdp, info, this.#options.clock, () => this.#pagesChanged());
    this.#pages.set(info.targetId, page);
    if (this.control.driver) page.take();
    // While connecting, those that come were there before; afterwards Chrome shows the newest.
    if (!this.#connecting) this.#moveFront(page);
    this.#pagesChanged();
  }

  #changed(info: TargetInfo): void {
    const page = this.#pages.get(info.targetId);
    if (!page || (page.info.url === info.url && page.info.title === info.title)) return;
    page.info = info;
    this.#pagesChanged();
  }

  #closed(targetId: string): void {
    const page = this.#pages.get(targetId);
    if (!page) return;
    this.#pages.delete(targetId);
    for (const watcher of this.#watchers) if (watcher.pageId === page.id) watcher.pageId = undefined;
    if (this.#front === page) {
      const opener = page.info.openerId === undefined ? undefined : this.#pages.get(page.info.openerId);
      this.#front = opener ?? [...this.#pages.values()].at(-1);
    }
    page.close();
    for (const watcher of this.#watchers) this.#place(watcher);
    this.#pagesChanged();
  }

  /** Chrome tells of an address that changes, and not of a title. Never rejects. */
  async #readTitle(page: WatchedPage): Promise<void> {
    try {
      const answer = await this.#cdp?.send('Target.getTargetInfo', { targetId: page.info.targetId });
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
      else if (change === 'dialog' && page.dialog)
        this.#tell({ type: 'dialog', pageId: page.id, ...page.dialog });
      else this.#tell({ type: 'dialog-closed', pageId: page.id });
      return;
    }
  }

  #moveFront(page: WatchedPage): void {
    this.#front = page;
    for (const watcher of this.#watchers) this.#place(watcher);
  }

  /** Shows each the page that it asked for, or the one in front. */
  #place(watcher: Watcher): void {
    const before = this.#seen.get(watcher);
    const page = this.#find(watcher.pageId) ?? this.#front;
    if (this.#seen.has(watcher) && before === page) {
      page?.fit();
      return;
    }
    before?.hide(watcher);
    watcher.forgetPicture();
    this.#seen.set(watcher, page);
    watcher.send({ type: 'viewing', ...(page && { pageId: page.id }) });
    page?.show(watcher);
  }

  #find(pageId: string | undefined): WatchedPage | undefined {
    return pageId === undefined ? undefined : this.#pages.get(pageId.slice('pag_'.length));
  }

  #describePages() {
    return [...this.#pages.values()].map((page) => page.describe());
  }

  /** Titles change many times while a page loads; it is told a few times a second. */
  #pagesChanged(): void {
    this.#cancelPages ??= this.#options.clock.after(PAGES_MS, () => {
      this.#cancelPages = undefined;
      this.#tell({ type: 'pages', pages: this.#describePages() });
    });
  }

  #tellWatchers(): void {
    this.#tell({ type: 'watchers', watchers: [...this.#watchers].map((watcher) => watcher.describe()) });
  }

  #tell(message: LiveMessage): void {
    for (const watcher of [...this.#watchers]) watcher.send(message);
  }

  #refuse(watcher: Watcher, error: unknown): void {
    const known = asProblem(error);
    const seen = error instanceof Error ? error.message : String(error);
    watcher.send({
      type: 'notice',
      code: known?.code ?? 'unsupported-operation',
      detail: known?.message ?? seen,
    });
  }

  #notice(watcher: Watcher, code: string, detail: string): void {
    const now = this.#options.clock.monotonic();
    if (now - (this.#noticedAt.get(watcher) ?? Number.NEGATIVE_INFINITY) < NOTICE_MS) return;
    this.#noticedAt.set(watcher, now);
    watcher.send({ type: 'notice', code, detail });
  }
}

function driverMessage(driver: LiveDriver | undefined, takeOverId?: string): LiveMessage {
  return {
    type: 'driver',
    ...(driver && { driver }),
    ...(takeOverId !== undefined && { takeOverId }),
  };
}

function getPage(page: WatchedPage | undefined): WatchedPage {
  if (page) return page;
  throw problem('page-closed', { detail: 'The page is closed.' });
}

function viewOnly() {
  return problem('permission-denied', {
    detail: 'This link only shows the session; ask for one that may control it.',
  });
}
