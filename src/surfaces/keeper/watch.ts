// Watches a Chrome over one raw DevTools connection, with `Page.enable` on every tab from its first moment on: that is
// the only way to see, and later to answer, a dialog whose own client has died. Holds out for as long as the process
// lives; a socket or a time-out never decides that it is dead.

import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenDialog } from '../../backends/backend.ts';
import { CdpConnection } from '../../backends/support/cdp.ts';
import { isRunning, type ProcessIdentity } from '../../process-identity.ts';
import { type KeeperTab, Refusal } from './socket.ts';
import type { SavedCookie, SavedTab } from './state-file.ts';

interface Tab {
  targetId: string;
  browserContextId: string;
  url: string;
  title: string;
  /** Its main frame: the target id, until another document was made ready ahead of time and took its place. */
  frameId: string;
  /** On which we have attached to it, and our attachment once it is there. */
  connection?: CdpConnection;
  sessionId?: string | undefined;
  /** Whether it has said so: one that is stuck, or shows a dialog since before, does not. */
  isWatched: boolean;
  dialog?: OpenDialog;
  /** Whether its storage and scroll position may be other than read. */
  isUnread: boolean;
  isReading: boolean;
  sessionStorage?: Record<string, string>;
  scroll?: { x: number; y: number };
  /** The question whether it answers, while that is open. */
  probe?: Promise<boolean>;
}

interface TargetInfo {
  targetId: string;
  type: string;
  subtype?: string;
  url: string;
  title: string;
  browserContextId?: string;
}

const RECONNECT_MS = 100;
const RESPONSIVE_MS = 1000;
const READ_MS = 1000;
/** A world of our own: what pages have made of `sessionStorage` and its like does not hold there. */
const WORLD = 'moorage-keeper';
const STORAGE_CHARACTERS = 5_000_000;
const READ = `(() => {
  const read = { scroll: { x: scrollX, y: scrollY } };
  try {
    const items = Object.fromEntries(Object.entries(sessionStorage));
    if (JSON.stringify(items).length <= ${STORAGE_CHARACTERS}) read.sessionStorage = items;
  } catch {}
  return read;
})()`;

export class Watch {
  readonly #browserUrl: string;
  readonly #chrome: ProcessIdentity;
  readonly #tabs = new Map<string, Tab>();
  readonly #tabOfSession = new Map<string, Tab>();
  readonly #order: readonly string[];
  readonly #onChange: () => void;
  readonly #abort = new AbortController();
  #cdp: CdpConnection | undefined;
  #markReady: () => void = () => {};
  /** Resolves when every tab that there was at the start is watched. */
  readonly ready = new Promise<void>((resolve) => {
    this.#markReady = resolve;
  });
  /** When a tab was closed last, by `performance.now()`. */
  lastClosedAt = Number.NEGATIVE_INFINITY;

  /** `order` are target ids as they were known before, in their order. `onChange` is called for what is worth saving. */
  constructor(options: {
    browserUrl: string;
    chrome: ProcessIdentity;
    order: readonly string[];
    onChange: () => void;
  }) {
    this.#browserUrl = options.browserUrl;
    this.#chrome = options.chrome;
    this.#order = options.order;
    this.#onChange = options.onChange;
  }

  /** Resolves when Chrome has ended. */
  async untilItEnds(): Promise<void> {
    const { signal } = this.#abort;
    while (await isRunning(this.#chrome)) {
      try {
        // What a frozen Chrome was asked it answers when it goes on.
        const cdp = await CdpConnection.open(this.#browserUrl, signal, {
          timeoutMs: Number.POSITIVE_INFINITY,
        });
        const closed = new Promise<void>((resolve) => cdp.onClose(resolve));
        try {
          await this.#follow(cdp);
          await closed;
        } finally {
          this.#cdp = undefined;
          cdp.close();
        }
      } catch {
        // Refused, cut, or its end has begun: the process decides.
      }
      await sleep(RECONNECT_MS);
    }
  }

  get isConnected(): boolean {
    return this.#cdp !== undefined;
  }

  openDialogs(): OpenDialog[] {
    return [...this.#tabs.values()].flatMap(({ dialog }) => (dialog ? [dialog] : []));
  }

  /** @throws Refusal where no dialog is known, or it can no longer be reached. */
  async answerDialog(targetId: string, accept: boolean, promptText: string | undefined): Promise<void> {
    const tab = this.#tabs.get(targetId);
    if (!tab) throw new Refusal(`There is no tab ${targetId}.`);
    if (!tab.dialog) {
      throw new Refusal(
        tab.isWatched
          ? `Tab ${targetId} shows no dialog.`
          : `Tab ${targetId} does not answer, and no dialog of it is known. If one was open before it was watched, only a reload or the tab's end closes that.`,
      );
    }
    const params = { accept, ...(promptText !== undefined && { promptText }) };
    try {
      await this.#getCdp().send('Page.handleJavaScriptDialog', params, tab.sessionId);
    } catch (error) {
      throw new Refusal(
        `The dialog of tab ${targetId} cannot be answered any more; a reload closes it. (${String(error)})`,
      );
    }
    delete tab.dialog;
  }

  /** All tabs, and which of them answer, as asked at the same time. */
  tabs(): Promise<KeeperTab[]> {
    return Promise.all(
      this.#inOrder().map(async (tab) => {
        const { targetId, url, title } = tab;
        return { targetId, url, title, isResponsive: await this.#isResponsive(tab) };
      }),
    );
  }

  /** The cookies of the profile. */
  async readCookies(): Promise<SavedCookie[]> {
    const { cookies } = await this.#getCdp().send('Storage.getCookies');
    return cookies as SavedCookie[]; // as the protocol says
  }

  /** What is worth saving of the tabs, as far as those answer that have changed; with `all` it asks every tab. */
  async readTabs({ all }: { all: boolean }): Promise<SavedTab[]> {
    // Contexts that clients made are gone with their connections.
    const { browserContextIds } = await this.#getCdp().send('Target.getBrowserContexts');
    const others = browserContextIds as string[]; // as the protocol says
    const tabs = this.#inOrder().filter(({ browserContextId }) => !others.includes(browserContextId));
    const reads = tabs.filter(({ isUnread }) => all || isUnread).map((tab) => this.#read(tab));
    await within(READ_MS, Promise.all(reads));
    return tabs.map(({ targetId, url, title, sessionStorage, scroll }) => ({
      targetId,
      url,
      title,
      ...(sessionStorage && { sessionStorage }),
      ...(scroll && { scroll }),
    }));
  }

  #getCdp(): CdpConnection {
    if (!this.#cdp) throw new Refusal('Chrome does not answer at present.');
    return this.#cdp;
  }

  async #follow(cdp: CdpConnection): Promise<void> {
    this.#cdp = cdp;
    this.#tabOfSession.clear();
    const gone = new Set(this.#tabs.keys());
    const attaching: Promise<void>[] = [];
    cdp.onEvent(({ method, params, sessionId }) => {
      if (method === 'Target.targetCreated' || method === 'Target.targetInfoChanged') {
        const target = params.targetInfo as TargetInfo; // as the protocol says
        gone.delete(target.targetId);
        if (isTab(target)) attaching.push(this.#meet(cdp, target));
        return;
      }
      const tab = sessionId === undefined ? undefined : this.#tabOfSession.get(sessionId);
      if (tab) this.#receiveOf(tab, method, params);
      else this.#receive(cdp, method, params);
    });
    // Not auto-attach: that would let go of targets which a client of the browser holds.
    await cdp.send('Target.setDiscoverTargets', { discover: true });
    for (const targetId of gone) this.#tabs.delete(targetId);
    await Promise.all(attaching.splice(0));
    this.#markReady();
    this.#onChange();
  }

  /** A target that is new, to this connection at least, or has another address or title. */
  async #meet(
    cdp: CdpConnection,
    { targetId, url, title, browserContextId = '' }: TargetInfo,
  ): Promise<void> {
    const known = this.#tabs.get(targetId);
    const tab: Tab = known ?? {
      ...{ targetId, frameId: targetId, browserContextId, url, title },
      ...{ isWatched: false, isUnread: true, isReading: false },
    };
    if (tab.url !== url) tab.isUnread = true;
    Object.assign(tab, { url, title });
    this.#tabs.set(targetId, tab);
    this.#onChange();
    if (tab.connection === cdp) return;
    Object.assign(tab, { connection: cdp, isWatched: false, sessionId: undefined });
    // Closed meanwhile, or the connection was cut: then it comes again.
    await cdp.send('Target.attachToTarget', { targetId, flatten: true }).catch(() => {});
  }

  #receive(cdp: CdpConnection, method: string, params: Record<string, unknown>): void {
    if (method === 'Target.attachedToTarget') {
      const { targetId } = params.targetInfo as TargetInfo; // as the protocol says
      const tab = this.#tabs.get(targetId);
      if (tab) this.#enable(cdp, tab, String(params.sessionId));
    }
    if (method === 'Target.targetDestroyed' && this.#tabs.delete(String(params.targetId))) {
      this.lastClosedAt = performance.now();
      this.#onChange();
    }
  }

  #receiveOf(tab: Tab, method: string, params: Record<string, unknown>): void {
    switch (method) {
      case 'Page.javascriptDialogOpening':
        tab.dialog = describeDialog(tab.targetId, params);
        return;
      case 'Page.javascriptDialogClosed':
        delete tab.dialog;
        return;
      case 'Page.frameNavigated': {
        const frame = params.frame as { id: string; parentId?: string }; // as the protocol says
        if (frame.parentId !== undefined) return;
        tab.frameId = frame.id;
        this.#changed(tab);
        return;
      }
      case 'Page.navigatedWithinDocument':
      case 'DOMStorage.domStorageItemAdded':
      case 'DOMStorage.domStorageItemRemoved':
      case 'DOMStorage.domStorageItemUpdated':
      case 'DOMStorage.domStorageItemsCleared': {
        const storage = params.storageId as { isLocalStorage: boolean } | undefined; // as the protocol says
        if (storage?.isLocalStorage !== true) this.#changed(tab);
      }
    }
  }

  #changed(tab: Tab): void {
    tab.isUnread = true;
    this.#onChange();
  }

  /** All at once: between two steps a dialog could open. */
  #enable(cdp: CdpConnection, tab: Tab, sessionId: string): void {
    tab.sessionId = sessionId;
    this.#tabOfSession.set(sessionId, tab);
    const dialogBefore = tab.dialog;
    cdp.send('Page.enable', {}, sessionId).then(
      () => {
        tab.isWatched = true;
        // It answers, so what was open on the connection before is closed.
        if (dialogBefore && tab.dialog === dialogBefore) delete tab.dialog;
      },
      () => {}, // closed meanwhile
    );
    // Tells of changes of sessionStorage.
    cdp.send('DOMStorage.enable', {}, sessionId).catch(() => {});
  }

  async #isResponsive(tab: Tab): Promise<boolean> {
    if (tab.dialog || tab.sessionId === undefined || !this.#cdp) return false;
    tab.probe ??= this.#cdp
      .send('Runtime.evaluate', { expression: '1' }, tab.sessionId)
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        delete tab.probe;
      });
    return (await within(RESPONSIVE_MS, tab.probe)) ?? false;
  }

  /** A tab that is stuck is asked once, and has its answer taken when it comes. */
  async #read(tab: Tab): Promise<void> {
    const { sessionId, frameId } = tab;
    if (tab.isReading || tab.dialog || sessionId === undefined) return;
    const cdp = this.#getCdp();
    tab.isReading = true;
    tab.isUnread = false;
    const isLate = laterThan(READ_MS);
    try {
      const world = { frameId, worldName: WORLD };
      const { executionContextId } = await cdp.send('Page.createIsolatedWorld', world, sessionId);
      const reading = { contextId: executionContextId, expression: READ, returnByValue: true };
      const { result } = await cdp.send('Runtime.evaluate', reading, sessionId);
      // The expression is ours.
      const read = (result as { value?: Pick<SavedTab, 'scroll' | 'sessionStorage'> }).value ?? {};
      Object.assign(tab, { sessionStorage: undefined, ...read });
      if (isLate()) this.#onChange();
    } catch {
      tab.isUnread = true; // it went to another page meanwhile
    } finally {
      tab.isReading = false;
    }
  }

  /** As they were known before, then as they were opened. */
  #inOrder(): Tab[] {
    const place = new Map(this.#order.map((targetId, index) => [targetId, index]));
    const placeOf = ({ targetId }: Tab) => place.get(targetId) ?? place.size;
    return [...this.#tabs.values()].sort((a, b) => placeOf(a) - placeOf(b));
  }
}

/** Not what is loaded ahead of time, nor the parts of Chrome's own window. */
function isTab({ type, subtype, url }: TargetInfo): boolean {
  return type === 'page' && subtype !== 'prerender' && !/^chrome:\/\/[^/]+\.top-chrome\//.test(url);
}

function describeDialog(targetId: string, params: Record<string, unknown>): OpenDialog {
  return {
    targetId,
    type: params.type as OpenDialog['type'], // as the protocol says
    message: String(params.message),
    defaultValue: String(params.defaultPrompt ?? ''),
  };
}

/** `undefined` when it took longer. */
export async function within<T>(limitMs: number, task: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs);
  });
  try {
    return await Promise.race([task, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function laterThan(limitMs: number): () => boolean {
  const since = performance.now();
  return () => performance.now() - since > limitMs;
}
