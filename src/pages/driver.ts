// Drives the pages of one session, or of one surface through all of its sessions: keeps a warm Playwright connection,
// makes it anew when it is lost, sets again what ended with it, and knows what became of the command under way.

import { createReadStream } from 'node:fs';
import {
  type Browser,
  type BrowserContext,
  chromium,
  type Download,
  type ElementHandle,
  type Frame,
  type Page,
} from 'playwright-core';
import type { PageMemory } from '../backends/backend.ts';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Artifact, Page as PageView } from '../protocol/pages.ts';
import type { Session } from '../sessions/session.ts';
import type { Artifacts } from './artifacts.ts';
import type { CommandDefinition } from './commands.ts';
import { dialogOpen } from './desk.ts';
import { Journal, type JournalEntry } from './journal.ts';
import { KeptPage, pageIdOf } from './kept-page.ts';
import { Link } from './link.ts';
import { buildLocator, type FrameSpec } from './locators.ts';
import { watchPulse } from './pulse.ts';
import type { CommandTarget } from './target.ts';

export interface DriverOptions {
  client: string;
  artifacts: Artifacts;
  checkAddress(url: string): Promise<void>;
  /** Of the table. @throws Problem `invalid-argument` for an unknown action. */
  findCommand(action: string): CommandDefinition;
  limits: { events: number; handles: number; handleLifetimeMs: number };
  clock: Clock;
  log: Log;
  metrics: Metrics;
  background: Background;
  /** A page was met, or closed so long ago that it is forgotten. */
  onPage(page: KeptPage, change: 'met' | 'forgotten'): void;
}

/** A command on its way to a page. */
export interface Run {
  definition: CommandDefinition;
  params: Record<string, unknown>;
  timeoutMs: number;
  /** Aborts, with a Problem as its reason, at the deadline and when the client hangs up. */
  signal: AbortSignal;
}

interface Connection {
  link: Link;
  browser: Browser;
  context: BrowserContext;
}

/** How long one attempt to connect may take. A frozen browser answers none, and is asked again. */
const ATTEMPT_MS = 10_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;
const SILENCE_MS = 3000;
/** How long a look at a page waits for its renderer. */
const RENDERER_ANSWER_MS = 500;
const WATCHER_ANSWER_MS = 500;
const JOURNAL_ENTRY_MS = 5000;
/** How long whoever holds dialogs may take to answer one that opened under a command, before the command says so. */
const DIALOG_GRACE_MS = 2000;
const CLOSED_PAGES_KEPT = 200;

/** Commands that work while a dialog keeps the page from doing anything. */
const BESIDE_DIALOGS =
  /^(dialog\.|setDialogPolicy$|waitForEvent$|events?\b|close$|isClosed$|url$|context\.(cookies|addCookies|clearCookies|pages)$)/;
/** Commands that run script of the client, which may never end. */
const RUNS_SCRIPT = /evaluate|waitForFunction|addScriptTag|setContent/i;

export class Driver {
  session: Session;
  readonly #options: DriverOptions;
  readonly #pages = new Map<string, KeptPage>();
  readonly #adoptions = new WeakMap<Page, Promise<KeptPage>>();
  readonly #files: ReturnType<Artifacts['tableFor']>;
  readonly #ended = new AbortController();
  #journal: Journal | undefined;
  #connecting: Promise<Connection> | undefined;
  #connected: Connection | undefined;
  /** Whose losses have been told to the pages. */
  #metSession: Session | undefined;

  constructor(session: Session, options: DriverOptions) {
    this.session = session;
    this.#options = options;
    this.#files = options.artifacts.tableFor({ client: options.client });
  }

  get generation(): number | undefined {
    return this.#memory?.generation;
  }

  get isConnected(): boolean {
    return this.#connected !== undefined;
  }

  findPage(id: string): KeptPage | undefined {
    return this.#pages.get(id);
  }

  /** The surface has been launched anew: its pages go on in this session. */
  attend(session: Session): void {
    if (session === this.session) return;
    this.session = session;
    this.#connecting = undefined;
    this.#connected?.link.fail('the browser was launched anew');
  }

  /** Makes the connection if there is none, for as long as `signal` lets it try. */
  async connect(signal: AbortSignal): Promise<Connection> {
    const connected = this.#connected;
    if (connected && !connected.link.isLost) return connected;
    if (!this.#connecting) {
      const connecting = this.#connectUntilThere(this.session).finally(() => {
        if (this.#connecting === connecting) this.#connecting = undefined;
      });
      connecting.catch(() => {}); // whoever waits for it hears of it
      this.#connecting = connecting;
    }
    return unlessAborted(this.#connecting, signal);
  }

  async list(signal: AbortSignal): Promise<PageView[]> {
    const { link } = await this.connect(signal);
    await this.#noteDialogs(link);
    const pages = link.tabs.map(({ targetId }) => this.#keep(targetId));
    return unlessAborted(Promise.all(pages.map((page) => this.#view(page, link))), signal);
  }

  async view(page: KeptPage, signal: AbortSignal): Promise<PageView> {
    const { link } = await this.connect(signal);
    if (page.isClosed) throw closed(page);
    if (link.findTab(page.targetId)?.isHeldBack) await this.#noteDialogs(link);
    return unlessAborted(this.#view(page, link), signal);
  }

  async openPage(signal: AbortSignal): Promise<KeptPage> {
    const { context, link } = await this.connect(signal);
    try {
      return await this.#adopt(await unlessAborted(context.newPage(), signal));
    } catch (error) {
      if (!link.isLost) throw error;
      throw outcomeUnknown('The page may have been opened', error);
    }
  }

  async closePage(page: KeptPage, signal: AbortSignal): Promise<void> {
    const { link } = await this.connect(signal);
    if (page.isClosed) throw closed(page);
    await unlessAborted(link.ask('Target.closeTarget', { targetId: page.targetId }), signal);
    await this.#changed(page, () => page.isClosed, signal);
  }

  /**
   * Runs a command on a page, again after a lost connection where that is safe.
   * @throws Problem `command-outcome-unknown`, `page-closed`, `dialog-open`; whatever the command throws.
   */
  async run(page: KeptPage, run: Run): Promise<unknown> {
    const { definition, params, signal } = run;
    for (;;) {
      const { link } = await this.connect(signal);
      if (page.isClosed) throw closed(page);
      if (link.findTab(page.targetId)?.isHeldBack) await this.#noteDialogs(link);
      if (page.desk.dialog && !BESIDE_DIALOGS.test(definition.action)) {
        throw dialogOpen(page.desk.dialog, definition.action);
      }
      if (!page.page && (definition.action === 'dialog.accept' || definition.action === 'dialog.dismiss')) {
        await page.desk.answerDialog({ accept: definition.action === 'dialog.accept', ...params });
        return null;
      }
      await this.#changed(page, () => page.page !== undefined || page.isClosed || link.isLost, signal);
      if (page.isClosed) throw closed(page);
      const { page: present } = page;
      if (!present || link.isLost) continue;

      const sentBefore = link.sentFor(page.targetId);
      try {
        // What only reads leaves the title as it is, so that nobody has to wait for it.
        const refreshed = definition.effect === 'read' ? refresh(page, link) : undefined;
        const result = await this.#runOnce(page, present, run, link);
        await Promise.all([refreshed ?? refresh(page, link), this.#record(page, definition, params)]);
        return result;
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (!link.isLost) {
          if (page.isClosed || present.isClosed()) throw closed(page, error);
          throw error;
        }
        const hasReachedChrome = link.sentFor(page.targetId) > sentBefore;
        if (hasReachedChrome && definition.effect === 'write') {
          throw outcomeUnknown(`The connection was lost while ${definition.action} ran`, error);
        }
      }
    }
  }

  /** What the page showed after its last command. */
  look(page: KeptPage): { id: string; url: string; title: string } {
    const tab = this.#connected?.link.findTab(page.targetId);
    return { id: page.id, url: page.page?.url() ?? tab?.url ?? '', title: tab?.title ?? '' };
  }

  /** Lets go of the browser. */
  async close(): Promise<void> {
    this.#ended.abort(problem('session-ended', { detail: `Session ${this.session.id} has ended.` }));
    const { browser } = this.#connected ?? {};
    this.#connected?.link.close();
    await browser?.close();
    await this.#files.dispose();
  }

  get #memory(): PageMemory | undefined {
    const { state } = this.session;
    return state.status === 'ready' ? state.browser.memory : undefined;
  }

  /** Tries until the session ends: only that decides that a browser is gone. */
  async #connectUntilThere(session: Session): Promise<Connection> {
    let pauseMs = FIRST_PAUSE_MS;
    for (;;) {
      this.#ended.signal.throwIfAborted();
      session.getBrowser();
      try {
        return await this.#connectOnce(session);
      } catch (error) {
        if (this.session !== session) return this.connect(this.#ended.signal);
        this.#ended.signal.throwIfAborted();
        session.getBrowser();
        this.#options.log.debug({ event: 'pages.connect-failed', sessionId: session.id, err: error });
      }
      await new Promise<void>((resolve) => this.#options.clock.after(pauseMs, resolve));
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  async #connectOnce(session: Session): Promise<Connection> {
    const { endpoint, memory } = session.getBrowser();
    const { clock, metrics } = this.#options;
    if (endpoint.protocol !== 'cdp') {
      throw problem('unsupported-operation', {
        detail: `Page commands need a browser that speaks CDP; this one speaks ${endpoint.protocol}.`,
      });
    }
    const attempt = new AbortController();
    const cancel = clock.after(ATTEMPT_MS, () => attempt.abort(new Error(`no answer in ${ATTEMPT_MS} ms`)));
    const signal = AbortSignal.any([attempt.signal, this.#ended.signal]);
    let link: Link | undefined;
    try {
      this.#journal = memory || !this.#journal ? await Journal.open(memory) : this.#journal;
      link = await Link.open(endpoint.url, { clock, signal, stuck: this.#stuckTabs(memory) });
      const opened = link;
      signal.addEventListener('abort', () => opened.fail('given up'), { once: true });
      link.onTabGone = (targetId) => this.#forget(targetId);
      link.onConsoleDropped = (targetId, count) => this.#keep(targetId).events.skip(count);
      const artifactsDir = await this.#files.scratch();
      const browser = await chromium.connectOverCDP(link, { artifactsDir, timeout: ATTEMPT_MS });
      const [context] = browser.contexts();
      if (!context) throw new Error('the browser has no default context');
      const connection = { link, browser, context };
      this.#meetTabs(session, link);
      await this.#adoptAll(connection);
      if (link.isLost) throw new Error('the connection was lost while it was made');
      this.#hold(connection, endpoint.url);
      metrics.pageConnections.inc();
      return connection;
    } catch (error) {
      link?.fail('given up');
      for (const page of this.#pages.values()) page.leave();
      throw error;
    } finally {
      cancel();
    }
  }

  /** Keeps the connection, watches over it, and makes it anew when it is lost. */
  #hold(connection: Connection, url: string): void {
    const { link } = connection;
    const { background, clock, log, metrics } = this.#options;
    this.#connected = connection;
    const stopWatching = watchPulse({
      ...{ link, url, clock, silenceMs: SILENCE_MS },
      onHalfOpen: () => link.fail('half-open: the browser answers others'),
    });
    link.onEnd = (reason) => {
      stopWatching();
      metrics.pageConnections.dec();
      this.#connected = undefined;
      for (const page of this.#pages.values()) page.leave();
      if (this.#ended.signal.aborted || this.session.state.status !== 'ready') return;
      metrics.pageReconnects.inc();
      log.info({ event: 'pages.connection-lost', sessionId: this.session.id, reason });
      for (const page of this.#pages.values()) page.lose([]);
      background.run(
        'reconnect pages',
        // That the session has ended meanwhile is no failure.
        this.connect(this.#ended.signal).catch(() => {}),
      );
    };
  }

  /** Those that the watcher knows to show a dialog, unless it is slow itself. */
  async #stuckTabs(memory: PageMemory | undefined): Promise<ReadonlySet<string>> {
    return new Set((await this.#openDialogs(memory)).map(({ targetId }) => targetId));
  }

  async #openDialogs(memory: PageMemory | undefined) {
    if (!memory) return [];
    const { clock } = this.#options;
    const limit = new Promise<never[]>((resolve) => clock.after(WATCHER_ANSWER_MS, () => resolve([])));
    return Promise.race([memory.openDialogs().catch(() => []), limit]);
  }

  /** Dialogs of tabs that are held back, as the watcher saw them open. */
  async #noteDialogs(link: Link): Promise<void> {
    const memory = this.#memory;
    if (!memory || !link.tabs.some(({ isHeldBack }) => isHeldBack)) return;
    for (const { targetId, ...shown } of await this.#openDialogs(memory)) {
      if (!link.findTab(targetId)?.isHeldBack) continue;
      this.#keep(targetId).desk.hold(shown, (answer) => memory.answerDialog(targetId, answer));
    }
  }

  /** Holds what is known of pages against the tabs that there are, once they are all named. */
  #meetTabs(session: Session, link: Link): void {
    const memory = session.state.status === 'ready' ? session.state.browser.memory : undefined;
    const isNewSession = this.#metSession !== session;
    this.#metSession = session;
    for (const page of this.#pages.values()) {
      page.targetId = memory?.successors.get(page.firstTargetId) ?? page.targetId;
      if (!link.findTab(page.targetId)) this.#closed(page);
    }
    for (const { targetId } of link.tabs) {
      const isKnown = this.#findByTarget(targetId) !== undefined;
      const page = this.#keep(targetId);
      if (isNewSession && memory && memory.losses.length > 0) page.lose(memory.losses);
      // Another server used it, whose handles and events died with it.
      else if (!isKnown && this.#journal?.ofPage(page.firstTargetId)) page.lose(['handles', 'event-history']);
    }
  }

  async #adoptAll({ browser, context, link }: Connection): Promise<void> {
    const pages = context.pages();
    const [first] = pages;
    if (first) await this.#replay(await this.#identify(first), first, this.#journal?.context ?? [], link);
    for (const each of browser.contexts()) {
      each.on('page', (page) => {
        // One that is closed at once is no page to keep.
        void this.#adopt(page).catch(() => {});
      });
    }
    await Promise.all(pages.map((page) => this.#adopt(page)));
  }

  #adopt(page: Page): Promise<KeptPage> {
    let adoption = this.#adoptions.get(page);
    if (!adoption) {
      adoption = this.#adoptOnce(page);
      this.#adoptions.set(page, adoption);
    }
    return adoption;
  }

  async #adoptOnce(page: Page): Promise<KeptPage> {
    const kept = await this.#identify(page);
    kept.listen(page);
    const link = this.#connected?.link;
    await this.#replay(kept, page, this.#journal?.ofPage(kept.firstTargetId) ?? [], link);
    if (!page.isClosed()) kept.arrive(page);
    return kept;
  }

  /** Playwright does not tell the target ids of its pages. */
  async #identify(page: Page): Promise<KeptPage> {
    const cdp = await page.context().newCDPSession(page);
    const { targetInfo } = await cdp.send('Target.getTargetInfo');
    // It costs a round trip that nobody needs to wait for.
    cdp.detach().catch(() => {});
    return this.#keep(targetInfo.targetId);
  }

  #keep(targetId: string): KeptPage {
    const known = this.#findByTarget(targetId);
    if (known) return known;
    const page = new KeptPage(this.#firstTargetId(targetId), targetId, {
      ...this.#options,
      documentOf: (id) => this.#connected?.link.findTab(id)?.documents ?? 0,
      idOf: async (playwrightPage) => (await this.#adopt(playwrightPage)).id,
      saveDownload: (pageId, download) => this.#saveDownload(pageId, download),
    });
    this.#pages.set(page.id, page);
    this.#options.onPage(page, 'met');
    return page;
  }

  #findByTarget(targetId: string): KeptPage | undefined {
    const direct = this.#pages.get(pageIdOf(this.#firstTargetId(targetId)));
    return direct?.targetId === targetId ? direct : undefined;
  }

  #firstTargetId(targetId: string): string {
    for (const [first, present] of this.#memory?.successors ?? []) if (present === targetId) return first;
    return targetId;
  }

  #forget(targetId: string): void {
    const page = this.#findByTarget(targetId);
    if (page) this.#closed(page);
  }

  #closed(page: KeptPage): void {
    if (page.isClosed) return;
    page.close();
    const { background } = this.#options;
    const journal = this.#journal;
    if (journal) background.run('write journal', journal.forgetPage(page.firstTargetId));
    const shut = [...this.#pages.values()].filter(({ isClosed }) => isClosed);
    for (const oldest of shut.slice(0, Math.max(0, shut.length - CLOSED_PAGES_KEPT))) {
      this.#pages.delete(oldest.id);
      this.#options.onPage(oldest, 'forgotten');
    }
  }

  async #view(page: KeptPage, link: Link): Promise<PageView> {
    const { dialog } = page.desk;
    const [isResponsive] = await Promise.all([
      link.answers(page.targetId, dialog ? 0 : RENDERER_ANSWER_MS),
      refresh(page, link),
    ]);
    const { url, title } = link.findTab(page.targetId) ?? { url: '', title: '' };
    return {
      id: page.id,
      targetId: page.targetId,
      sessionId: this.session.id,
      url,
      title,
      ...(dialog && { dialog }),
      isResponsive,
    };
  }

  /** One attempt, ended by the deadline, the loss of the connection, the end of the page, or a dialog. */
  async #runOnce(kept: KeptPage, page: Page, run: Run, link: Link): Promise<unknown> {
    const { definition, params, signal } = run;
    const files = this.#options.artifacts.tableFor({
      client: this.#options.client,
      sessionId: this.session.id,
      pageId: kept.id,
    });
    const outcome = findFrames(page, kept, params).then((frames) =>
      definition.run(this.#target(kept, page, run, files, frames), params),
    );
    const interruption = new Interruption(this.#options.clock);
    try {
      interruption.when(signal, () => {
        this.#options.background.run('end script', this.#endScript(kept, definition, link));
        return signal.reason;
      });
      interruption.on((interrupt) =>
        kept.onChange(() => {
          if (kept.page !== page) interrupt(() => new Error('the page is gone'));
        }),
      );
      if (!BESIDE_DIALOGS.test(definition.action)) {
        interruption.on((interrupt) =>
          kept.desk.onDialog((dialog) =>
            interruption.later(DIALOG_GRACE_MS, () => {
              if (kept.desk.dialog === dialog) interrupt(() => dialogOpen(dialog, definition.action));
            }),
          ),
        );
      }
      return await Promise.race([outcome, interruption.promise]);
    } finally {
      interruption.end();
      const settled = outcome.then(
        () => {},
        () => {}, // told above, or nobody waits for it any more
      );
      this.#options.background.run(
        'clean up command',
        settled.then(() => files.dispose()),
      );
    }
  }

  #target(
    kept: KeptPage,
    page: Page,
    run: Run,
    files: CommandTarget['files'],
    frames: ReadonlyMap<string, Frame> = new Map(),
  ): CommandTarget {
    const frame = (spec?: FrameSpec) =>
      spec === undefined ? page.mainFrame() : findFrame(page, spec, frames);
    return {
      page,
      context: page.context(),
      timeoutMs: run.timeoutMs,
      signal: run.signal,
      frame,
      locator: (spec, inFrame) => buildLocator(inFrame === undefined ? page : frame(inFrame), spec),
      idOf: async (other) => (await this.#adopt(other)).id,
      handles: kept.handles,
      files,
      checkAddress: this.#options.checkAddress,
      desk: kept.desk,
    };
  }

  /** A script that never ends would keep the page from everybody; one that only waits harms nobody. */
  async #endScript({ targetId }: KeptPage, { action }: CommandDefinition, link: Link): Promise<void> {
    if (!RUNS_SCRIPT.test(action) || link.isLost) return;
    if (await link.answers(targetId, RENDERER_ANSWER_MS)) return;
    await link.ask('Runtime.terminateExecution', {}, targetId).catch(() => {}); // closed meanwhile
  }

  async #record(
    page: KeptPage,
    definition: CommandDefinition,
    params: Record<string, unknown>,
  ): Promise<void> {
    const journal = this.#journal;
    const kept = definition.journal?.(params);
    if (!journal) return;
    if (!kept) {
      this.#options.background.run('write journal', journal.noteUse(page.firstTargetId));
      return;
    }
    const entry = { key: kept.key, action: definition.action, params };
    await journal.record(kept.scope === 'context' ? 'context' : page.firstTargetId, entry, {
      drops: kept.drops ?? false,
    });
  }

  /** Sets again what ended with the last connection. */
  async #replay(
    kept: KeptPage,
    page: Page,
    entries: readonly JournalEntry[],
    link: Link | undefined,
  ): Promise<void> {
    for (const { action, params } of entries) {
      const signal = AbortSignal.timeout(JOURNAL_ENTRY_MS);
      try {
        const definition = this.#options.findCommand(action);
        const run = { definition, params, signal, timeoutMs: JOURNAL_ENTRY_MS };
        const files = this.#options.artifacts.tableFor({ client: this.#options.client, pageId: kept.id });
        await unlessAborted(definition.run(this.#target(kept, page, run, files), params), signal);
        await files.dispose();
      } catch (error) {
        if (link?.isLost) return;
        kept.lose(['journal']);
        this.#options.log.warn({ event: 'pages.journal-failed', pageId: kept.id, action, err: error });
      }
    }
  }

  async #saveDownload(pageId: string, download: Download): Promise<Artifact | undefined> {
    const path = await download.path();
    const as = { name: download.suggestedFilename(), contentType: 'application/octet-stream' };
    const owner = { client: this.#options.client, sessionId: this.session.id, pageId };
    const source = createReadStream(path);
    try {
      return await this.#options.artifacts.write(owner, source, as);
    } finally {
      source.destroy();
    }
  }

  /** Resolves when `isSo`, which is asked whenever something changes with the page. */
  async #changed(page: KeptPage, isSo: () => boolean, signal: AbortSignal): Promise<void> {
    if (isSo()) return;
    let stop = () => {};
    try {
      const changed = new Promise<void>((resolve) => {
        stop = page.onChange(() => {
          if (isSo()) resolve();
        });
      });
      await unlessAborted(changed, signal);
    } finally {
      stop();
    }
  }
}

/** What may end the wait for a command before its own answer. */
class Interruption {
  readonly promise: Promise<never>;
  readonly #clock: Clock;
  readonly #enders: (() => void)[] = [];
  #reject: (reason: unknown) => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
    this.promise = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.promise.catch(() => {}); // the command may have answered already
  }

  /** `reason` is made at the moment of the interruption. */
  on(listen: (interrupt: (reason: () => unknown) => void) => () => unknown): void {
    this.#enders.push(listen((reason) => this.#reject(reason())));
  }

  when(signal: AbortSignal, reason: () => unknown): void {
    const aborted = () => this.#reject(reason());
    if (signal.aborted) return aborted();
    signal.addEventListener('abort', aborted, { once: true });
    this.#enders.push(() => signal.removeEventListener('abort', aborted));
  }

  later(delayMs: number, callback: () => void): void {
    this.#enders.push(this.#clock.after(delayMs, callback));
  }

  end(): void {
    for (const end of this.#enders.splice(0)) end();
  }
}

/** The frames of handles that `params.frame` names: to get from an element to its frame takes a round trip. */
async function findFrames(
  page: Page,
  { handles }: KeptPage,
  params: Record<string, unknown>,
): Promise<ReadonlyMap<string, Frame>> {
  const { handle } = (params.frame ?? {}) as { handle?: string }; // held against the schema by who called
  if (handle === undefined) return new Map();
  const frame = await handles.get<ElementHandle>(handle, 'element').contentFrame();
  if (frame?.page() === page) return new Map([[handle, frame]]);
  throw problem('invalid-argument', { detail: `Handle ${handle} is no iframe of this page.` });
}

function findFrame(page: Page, spec: FrameSpec, frames: ReadonlyMap<string, Frame>): Frame {
  const found = 'handle' in spec ? frames.get(spec.handle) : page.frame(spec);
  if (found) return found;
  const present = page
    .frames()
    .map((frame) => JSON.stringify({ name: frame.name(), url: frame.url().slice(0, 100) }));
  throw problem('invalid-argument', {
    detail: `The page has no frame ${JSON.stringify(spec)}; it has ${present.join(', ')}.`,
  });
}

function refresh({ targetId }: KeptPage, link: Link): Promise<void> {
  return link.refresh(targetId).catch(() => {}); // closed or lost meanwhile, which is noticed elsewhere
}

function closed({ id }: KeptPage, cause?: unknown) {
  return problem('page-closed', { detail: `Page ${id} is closed.`, cause });
}

function outcomeUnknown(what: string, cause: unknown) {
  return problem('command-outcome-unknown', { detail: `${what}, and its answer was lost.`, cause });
}

/** Like `promise`, but rejects with the reason of `signal` as soon as that aborts. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    promise.catch(() => {});
    return Promise.reject(signal.reason);
  }
  return new Promise<T>((resolve, reject) => {
    const aborted = () => reject(signal.reason);
    signal.addEventListener('abort', aborted, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', aborted));
  });
}
