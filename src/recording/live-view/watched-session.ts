// A session that somebody watches: who watches, what each of them sees, and who of them drives.

import type { WebSocket } from 'ws';
import { assertNever } from '../../assert-never.ts';
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
import type { WatchedBrowser, WatchedBrowserOptions } from './watched-browser.ts';
import type { PageAction, WatchedPage } from './watched-page.ts';
import { Watcher, type WatcherTerms } from './watcher.ts';

export interface WatchedSessionOptions {
  session: Session;
  limits: ControlLimits;
  openBrowser(options: WatchedBrowserOptions): WatchedBrowser;
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
const PAGES_MS = 50;
/** To somebody whose messages are refused, at most one a second. */
const NOTICE_MS = 1000;

export class WatchedSession implements Connection {
  readonly control: Control;
  readonly #options: WatchedSessionOptions;
  readonly #watchers = new Set<Watcher>();
  readonly #browser: WatchedBrowser;
  /** What each watcher sees. */
  readonly #seen = new Map<Watcher, WatchedPage | undefined>();
  readonly #noticedAt = new Map<Watcher, number>();
  #isOutOfReach = false;
  #isEnded = false;
  readonly #stopTicks: () => void;
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
    this.#browser = options.openBrowser({
      ...options,
      onConnected: () => this.#connected(),
      onDisconnected: () => {
        this.#isOutOfReach = true;
        this.#seen.clear();
        this.#tell({ type: 'connection', isConnected: false });
      },
      onLost: () => this.close('backend-lost', 'The browser could not be reached any more.'),
      onPages: () => this.#pagesChanged(),
      onFront: () => this.#placeAll(),
      onClosed: (page) => this.#closed(page),
      onDialog: (page) => this.#dialogChanged(page),
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
    if (this.#browser.isConnected) this.#greet(watcher);
    else this.#browser.connect();
  }

  /** The session ends, or the server does: everybody hears why. */
  close(name: CloseName, reason: string): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.control.end('ended');
    for (const watcher of [...this.#watchers]) watcher.close(name, reason);
    this.#let();
  }

  #connected(): void {
    if (this.#isOutOfReach) this.#tell({ type: 'connection', isConnected: true });
    this.#isOutOfReach = false;
    for (const watcher of this.#watchers) this.#greet(watcher);
  }

  #greet(watcher: Watcher): void {
    watcher.send({ type: 'pages', pages: this.#describePages() });
    for (const page of this.#browser.pages) {
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
      if (this.control.driver || this.#browser.pages.some(({ dialog }) => dialog)) {
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
    this.#cancelLinger();
    this.#cancelPages?.();
    this.#options.session.views.delete(this);
    this.#browser.close();
    this.#seen.clear();
    this.#options.onEmpty();
  }

  #tick(): void {
    const { session, clock } = this.#options;
    this.control.check();
    if (this.size > 0) session.touch(clock.now());
    for (const watcher of [...this.#watchers]) watcher.tick();
    const driver = this.#driverAmong();
    this.#browser.tick();
    for (const page of this.#browser.pages) {
      if (!page.isSeen) continue;
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
    const page = (watcher && this.#seen.get(watcher)) ?? this.#browser.front;
    this.#browser.setDriven(handedBack === undefined);
    this.#options.onControl(driver, handedBack, page?.targetId);
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
        if (this.#browser.isConnected) this.#place(watcher);
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
        await getPage(page).navigate(message.url);
        return;
      case 'open':
        if (message.url !== undefined) await this.#options.checkAddress(message.url);
        await this.#browser.openPage(page, message.url);
        return;
      case 'page':
        await this.#act(getPage(this.#find(message.pageId) ?? page), watcher, message.action);
        return;
      case 'dialog':
        await getPage(this.#find(message.pageId)).answerDialog(message.isAccepted, message.text);
        return;
      default:
        assertNever(message);
    }
  }

  async #act(page: WatchedPage, watcher: Watcher, action: PageAction): Promise<void> {
    if (action !== 'activate') {
      await page.act(action);
      return;
    }
    // Whoever brings a tab to the front sees from then on what is there.
    watcher.pageId = undefined;
    await this.#browser.activate(page);
  }

  #closed(page: WatchedPage): void {
    for (const watcher of this.#watchers) if (watcher.pageId === page.id) watcher.pageId = undefined;
    this.#placeAll();
    this.#pagesChanged();
  }

  #dialogChanged(page: WatchedPage): void {
    if (page.dialog) this.#tell({ type: 'dialog', pageId: page.id, ...page.dialog });
    else this.#tell({ type: 'dialog-closed', pageId: page.id });
  }

  #placeAll(): void {
    for (const watcher of this.#watchers) this.#place(watcher);
  }

  /** Shows each the page that it asked for, or the one in front. */
  #place(watcher: Watcher): void {
    const before = this.#seen.get(watcher);
    const page = this.#find(watcher.pageId) ?? this.#browser.front;
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
    return pageId === undefined ? undefined : this.#browser.pages.find(({ id }) => id === pageId);
  }

  #describePages() {
    return this.#browser.pages.map((page) => page.describe());
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
