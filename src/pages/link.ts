// The CDP connection below Playwright, one a session. Playwright waits for every tab before it gives a browser, so a
// single stuck one (a dialog that a dead client left open, a frozen renderer, an endless script) would keep it from all
// others: tabs that do not answer are kept from it until they do. docs/adr/0011-our-own-transport-below-playwright.md

import type { ConnectOverCDPTransport } from 'playwright-core';
import type { Clock } from '../clock.ts';
import type { Carrier, OpenCarrier } from './carrier.ts';
import { ConsoleFloodgate } from './console-floodgate.ts';

/** A CDP message, in either direction. https://chromedevtools.github.io/devtools-protocol/ */
interface Message {
  id?: number;
  method?: string;
  sessionId?: string;
  params?: Record<string, unknown>;
  result?: unknown;
  error?: { message: string };
}

interface TargetInfo {
  targetId: string;
  type: string;
  title: string;
  url: string;
}

/** A tab as the browser tells of it, whether it answers or not. */
export interface Tab {
  targetId: string;
  url: string;
  title: string;
  /** How many documents it has had in this connection, so that handles know whether theirs is gone. */
  documents: number;
  /** Playwright does not know of it, because it did not answer yet. */
  isHeldBack: boolean;
}

interface KnownTab extends Tab {
  sessionId: string | undefined;
  /** What has been sent to it and to its frames and workers. */
  sent: number;
}

export interface LinkOptions {
  clock: Clock;
  signal: AbortSignal;
  /** Tabs that are known not to answer, so that nobody has to wait for them. */
  stuck?: Promise<ReadonlySet<string>>;
}

/** Playwright counts its own messages from 1 on. */
const FIRST_OWN_ID = 1_000_000_000;
/** How long tabs may take to answer before the connection is made without them. */
const TAB_ANSWER_MS = 700;

export class LinkLost extends Error {
  override readonly name = 'LinkLost';
}

export class Link implements ConnectOverCDPTransport {
  onmessage?: (message: object) => void;
  onclose?: (reason?: string) => void;
  /** A tab was closed, by whomever. */
  onTabGone?: (targetId: string) => void;
  /** Console messages of a tab were left out because there were too many. */
  onConsoleDropped?: (targetId: string, count: number) => void;
  /** Called once, whether it was closed or lost. */
  onEnd?: (reason: string) => void;

  readonly #carrier: Carrier;
  readonly #stuck: Promise<ReadonlySet<string>>;
  readonly #clock: Clock;
  readonly #tabs = new Map<string, KnownTab>();
  /** The tab that a CDP session belongs to, those of frames and workers included. */
  readonly #owners = new Map<string, KnownTab>();
  readonly #answers = new Map<
    number,
    { resolve: (result: unknown) => void; reject: (error: Error) => void }
  >();
  readonly #console = new ConsoleFloodgate();
  readonly #probes = new Set<Promise<void>>();
  #lastId = FIRST_OWN_ID;
  #sentToBrowser = 0;
  #isConnecting = true;
  #autoAttachId: number | undefined;
  #end: string | undefined;
  #lastHeardAt: number;

  /** Opens the carrier to a browser. @throws Error when it cannot be, or the reason of `signal`. */
  static async open(openCarrier: OpenCarrier, options: LinkOptions): Promise<Link> {
    const { signal } = options;
    signal.throwIfAborted();
    const opening: { link?: Link } = {};
    const giveUp = () => opening.link?.fail('given up');
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      const link = new Link(await openCarrier(signal), options);
      opening.link = link;
      signal.throwIfAborted();
      // Its events name the tabs, the stuck ones too.
      await link.ask('Target.setDiscoverTargets', { discover: true, filter: [{ type: 'page' }] });
      return link;
    } catch (error) {
      giveUp();
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  private constructor(carrier: Carrier, { clock, stuck }: LinkOptions) {
    this.#carrier = carrier;
    this.#clock = clock;
    this.#stuck = stuck ?? Promise.resolve(new Set());
    this.#lastHeardAt = clock.monotonic();
    carrier.onmessage = (data) => this.#receive(data);
    carrier.onclose = (reason) => this.#finish(reason);
  }

  get isLost(): boolean {
    return this.#end !== undefined;
  }

  /** Monotonic milliseconds. */
  get lastHeardAt(): number {
    return this.#lastHeardAt;
  }

  get tabs(): Tab[] {
    return [...this.#tabs.values()];
  }

  findTab(targetId: string): Tab | undefined {
    return this.#tabs.get(targetId);
  }

  /** How many messages have left for the browser as a whole. */
  get sentToBrowser(): number {
    return this.#sentToBrowser;
  }

  /** How many messages have left for this tab or for the browser as a whole: whether a command ever reached Chrome. */
  sentFor(targetId: string): number {
    return this.#sentToBrowser + (this.#tabs.get(targetId)?.sent ?? 0);
  }

  /** A command of our own, beside those of Playwright. @throws LinkLost; Error with what the browser said. */
  async ask<T>(method: string, params: object = {}, targetId?: string): Promise<T> {
    const sessionId = targetId === undefined ? undefined : this.#sessionOf(targetId);
    return (await this.#ask(method, params, sessionId)) as T; // as the protocol says
  }

  /** Brings what is known of a tab up to date: the browser tells of new addresses, but not of new titles. */
  async refresh(targetId: string): Promise<void> {
    const { targetInfo } = await this.ask<{ targetInfo: TargetInfo }>('Target.getTargetInfo', { targetId });
    if (this.#tabs.has(targetId)) this.#noteTab(targetInfo);
  }

  /** Whether the tab runs its tasks. */
  async answers(targetId: string, withinMs: number): Promise<boolean> {
    const tab = this.#tabs.get(targetId);
    if (tab?.sessionId === undefined || tab.isHeldBack) return false;
    const answer = this.#ask('Runtime.evaluate', { expression: '0', silent: true }, tab.sessionId);
    return this.#within(withinMs, answer);
  }

  /** Tells that a command works on this tab, until the returned function is called, for carriers that want to know. */
  hold(targetId: string, timeoutMs: number): (() => Promise<void>) | undefined {
    return this.#carrier.hold?.(targetId, timeoutMs);
  }

  /** For Playwright. */
  send(message: object): void {
    this.#write(message as Message);
  }

  /** Lets go of the browser, which lives on. */
  close(): void {
    this.fail('closed');
  }

  /** Ends the connection, of which nothing more is to be expected. */
  fail(reason: string): void {
    this.#carrier.terminate();
    this.#finish(reason);
  }

  #write(message: Message): void {
    if (message.method === 'Target.setAutoAttach' && message.sessionId === undefined) {
      this.#autoAttachId = message.id;
    }
    if (!this.#carrier.isOpen) return;
    this.#carrier.send(JSON.stringify(message));
    const owner = message.sessionId === undefined ? undefined : this.#owners.get(message.sessionId);
    if (owner) owner.sent += 1;
    else this.#sentToBrowser += 1;
  }

  #ask(method: string, params: object, sessionId?: string): Promise<unknown> {
    if (this.#end !== undefined) return Promise.reject(new LinkLost(this.#end));
    const id = ++this.#lastId;
    const answer = new Promise<unknown>((resolve, reject) => this.#answers.set(id, { resolve, reject }));
    // Not counted: what Moorage asks by itself is no command that reached Chrome.
    this.#carrier.send(JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) }));
    return answer;
  }

  #sessionOf(targetId: string): string {
    const sessionId = this.#tabs.get(targetId)?.sessionId;
    if (sessionId === undefined) throw new LinkLost(`there is no tab ${targetId}`);
    return sessionId;
  }

  #receive(data: Buffer): void {
    this.#lastHeardAt = this.#clock.monotonic();
    const flooded = this.#console.holdsBack(data, this.#lastHeardAt);
    if (flooded !== undefined) {
      const tab = this.#owners.get(flooded);
      if (tab) this.onConsoleDropped?.(tab.targetId, 1);
      return;
    }
    const message = JSON.parse(data.toString()) as Message; // as the protocol says
    if (message.id !== undefined) this.#receiveAnswer(message, message.id);
    else this.#receiveEvent(message);
  }

  #receiveAnswer(message: Message, id: number): void {
    const asked = this.#answers.get(id);
    if (asked) {
      this.#answers.delete(id);
      if (message.error) asked.reject(new Error(message.error.message));
      else asked.resolve(message.result);
    } else if (id === this.#autoAttachId && this.#isConnecting) {
      // By now Chrome has named every tab. Playwright takes this answer for the end of the list.
      void this.#probesSettled().then(() => {
        this.#isConnecting = false;
        this.onmessage?.(message);
      });
    } else if (id < FIRST_OWN_ID) {
      this.onmessage?.(message);
    }
  }

  #receiveEvent(message: Message): void {
    const { method, params = {}, sessionId } = message;
    switch (method) {
      case 'Target.targetCreated':
      case 'Target.targetInfoChanged':
        this.#noteTab(params.targetInfo as TargetInfo); // as the protocol says
        if (sessionId === undefined) return;
        break;
      case 'Target.targetDestroyed':
        this.#forgetTab(String(params.targetId));
        if (sessionId === undefined) return;
        break;
      case 'Target.attachedToTarget':
        if (this.#attach(message)) return;
        break;
      case 'Target.detachedFromTarget':
        this.#owners.delete(String(params.sessionId));
        break;
      case 'Page.frameNavigated':
        this.#noteDocument(sessionId, params.frame as { id: string; parentId?: string }); // as the protocol says
        break;
    }
    // A tab that is held back is asked anew when it is let through, so that nothing is missed by dropping its events.
    if (sessionId !== undefined && this.#owners.get(sessionId)?.isHeldBack) return;
    this.onmessage?.(message);
  }

  #noteTab({ targetId, type, url, title }: TargetInfo): KnownTab | undefined {
    if (type !== 'page') return undefined;
    const known = this.#tabs.get(targetId);
    if (known) return Object.assign(known, { url, title });
    const tab: KnownTab = {
      ...{ targetId, url, title },
      documents: 0,
      isHeldBack: false,
      sessionId: undefined,
      sent: 0,
    };
    this.#tabs.set(targetId, tab);
    return tab;
  }

  #forgetTab(targetId: string): void {
    if (this.#tabs.delete(targetId)) this.onTabGone?.(targetId);
  }

  #noteDocument(sessionId: string | undefined, frame: { parentId?: string }): void {
    const tab = sessionId === undefined ? undefined : this.#owners.get(sessionId);
    if (tab && frame.parentId === undefined && tab.sessionId === sessionId) tab.documents += 1;
  }

  /** Whether the message is kept for later. */
  #attach(message: Message): boolean {
    const { sessionId, targetInfo, waitingForDebugger } = message.params as {
      sessionId: string;
      targetInfo: TargetInfo;
      waitingForDebugger: boolean;
    }; // as the protocol says
    if (message.sessionId !== undefined) {
      const owner = this.#owners.get(message.sessionId);
      if (owner) this.#owners.set(sessionId, owner);
      return false;
    }
    const tab = this.#noteTab(targetInfo);
    if (!tab) return false;
    this.#owners.set(sessionId, tab);
    tab.sessionId = sessionId;
    // A new tab waits for Playwright before it does anything, so it cannot be stuck; and Playwright, having made one,
    // expects to be told of it at once.
    if (!this.#isConnecting || waitingForDebugger) return false;

    tab.isHeldBack = true;
    const probe = this.#ask('Page.enable', {}, sessionId).then(
      () => this.#letThrough(tab, message),
      () => {}, // closed, or the link is lost
    );
    this.#probes.add(probe);
    return true;
  }

  #letThrough(tab: KnownTab, attached: Message): void {
    if (this.#end !== undefined || !this.#tabs.has(tab.targetId)) return;
    tab.isHeldBack = false;
    this.onmessage?.(attached);
  }

  async #probesSettled(): Promise<void> {
    const stuck = await this.#stuck;
    if (stuck.size === 0) {
      await this.#within(TAB_ANSWER_MS, Promise.all(this.#probes));
      return;
    }
    const awaited = [...this.#tabs.values()].filter(({ targetId }) => !stuck.has(targetId));
    const areThere = () => awaited.every(({ isHeldBack }) => !isHeldBack);
    const deadline = this.#clock.monotonic() + TAB_ANSWER_MS;
    while (!areThere() && this.#clock.monotonic() < deadline && this.#end === undefined) {
      await this.#within(20, new Promise(() => {}));
    }
  }

  /** Whether `promise` was fulfilled in time. */
  #within(limitMs: number, promise: Promise<unknown>): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(limitMs, () => resolve(false));
      promise.then(
        () => resolve(true),
        () => resolve(false),
      );
      void promise.then(cancel, cancel);
    });
  }

  #finish(reason: string): void {
    if (this.#end !== undefined) return;
    this.#end = reason;
    for (const { reject } of this.#answers.values()) reject(new LinkLost(reason));
    this.#answers.clear();
    this.onclose?.(reason);
    this.onEnd?.(reason);
  }
}
