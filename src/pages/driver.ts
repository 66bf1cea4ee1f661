// Drives the pages of one session, or of one surface through all of its sessions: keeps a warm Playwright connection,
// makes it anew when it is lost, sets again what ended with it, and knows what became of the command under way.

import { createReadStream } from 'node:fs';
import type { Download, Page } from 'playwright-core';
import type { PageMemory } from '../backends/backend.ts';
import { unlessAborted } from '../backends/support/waiting.ts';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import { asProblem, type Problem, problem } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Artifact, Page as PageView } from '../protocol/pages.ts';
import type { Session } from '../sessions/session.ts';
import type { Artifacts } from './artifacts.ts';
import type { CommandDefinition } from './command.ts';
import { type Run, runCommand, type Surroundings, worksBesideDialogs } from './command-run.ts';
import { type Connection, openConnection } from './connection.ts';
import { dialogOpen } from './desk.ts';
import { pause } from './interruption.ts';
import { Journal, type JournalEntry } from './journal.ts';
import type { KeptPage } from './kept-page.ts';
import { KnownPages } from './known-pages.ts';
import type { Link } from './link.ts';
import { type PageDoor, pageDoorOf } from './page-door.ts';
import { watchPulse } from './pulse.ts';
import { findOpenDialogs, noteDialogs } from './seen-dialogs.ts';

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

/** Between attempts to connect. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;
const SILENCE_MS = 3000;
/** How long a look at a page waits for its renderer. */
const RENDERER_ANSWER_MS = 500;
const JOURNAL_ENTRY_MS = 5000;

export class Driver {
  #session: Session;
  readonly #options: DriverOptions;
  readonly #pages: KnownPages;
  readonly #adoptions = new WeakMap<Page, Promise<KeptPage>>();
  readonly #files: ReturnType<Artifacts['tableFor']>;
  /** One for all connections: a browser that is frozen is tried for a night. */
  #artifactsDir: string | undefined;
  readonly #ended = new AbortController();
  #journal: Journal | undefined;
  #connecting: Promise<Connection> | undefined;
  #connected: Connection | undefined;
  /** Whose losses have been told to the pages. */
  #metSession: Session | undefined;

  constructor(session: Session, options: DriverOptions) {
    const { background } = options;
    this.#session = session;
    this.#options = options;
    this.#files = options.artifacts.tableFor({ client: options.client });
    this.#pages = new KnownPages({
      ...options,
      documentOf: (targetId) => this.#connected?.link.findTab(targetId)?.documents ?? 0,
      idOf: (page) => this.#idOf(page),
      saveDownload: (pageId, download) => this.#saveDownload(pageId, download),
      onClosed: ({ firstTargetId }) => {
        if (this.#journal) background.run('write journal', this.#journal.forgetPage(firstTargetId));
      },
    });
  }

  get session(): Session {
    return this.#session;
  }

  get generation(): number | undefined {
    return this.#memory?.generation;
  }

  get isConnected(): boolean {
    return this.#connected !== undefined;
  }

  findPage(id: string): KeptPage | undefined {
    return this.#pages.find(id);
  }

  /** The surface has been launched anew: its pages go on in this session. */
  attend(session: Session): void {
    if (session === this.#session) return;
    this.#session = session;
    this.#connecting = undefined;
    this.#connected?.link.fail('the browser was launched anew');
  }

  /**
   * Makes the connection if there is none, for as long as `signal` lets it try.
   * @throws Problem `session-ended`, `unsupported-operation`; the reason of `signal`.
   */
  async connect(signal: AbortSignal): Promise<Connection> {
    const connected = this.#connected;
    if (connected && !connected.link.isLost) return connected;
    if (!this.#connecting) {
      const connecting = this.#connectUntilThere(this.#session).finally(() => {
        if (this.#connecting === connecting) this.#connecting = undefined;
      });
      connecting.catch(() => {}); // whoever waits for it hears of it
      this.#connecting = connecting;
    }
    return unlessAborted(this.#connecting, signal);
  }

  async list(signal: AbortSignal): Promise<PageView[]> {
    return this.#asOftenAsLost(signal, async ({ link }) => {
      await this.#noteDialogs(link);
      const pages = link.tabs.map(({ targetId }) => this.#pages.keep(targetId));
      return Promise.all(pages.map((page) => this.#view(page, link)));
    });
  }

  /** @throws Problem `page-closed`. */
  async view(page: KeptPage, signal: AbortSignal): Promise<PageView> {
    return this.#asOftenAsLost(signal, async ({ link }) => {
      if (page.isClosed) throw closed(page);
      await this.#noteDialogs(link);
      return this.#view(page, link);
    });
  }

  /** @throws Problem `command-outcome-unknown`. */
  async openPage(signal: AbortSignal): Promise<KeptPage> {
    return this.#asOftenAsLost(signal, async ({ context, link }) => {
      const sentBefore = link.sentToBrowser;
      try {
        return await this.#adopt(await context.newPage(), link);
      } catch (error) {
        if (link.isLost && link.sentToBrowser > sentBefore) throw outcomeUnknown('a page was opened', error);
        throw error;
      }
    });
  }

  /** Also one that does not answer. @throws Problem `page-closed`. */
  async closePage(page: KeptPage, signal: AbortSignal): Promise<void> {
    let hasBegun = false;
    await this.#asOftenAsLost(signal, async ({ link }) => {
      if (page.isClosed && hasBegun) return;
      if (page.isClosed) throw closed(page);
      hasBegun = true;
      await link.ask('Target.closeTarget', { targetId: page.targetId });
      await page.until(() => page.isClosed || link.isLost, signal);
      if (!page.isClosed) throw new Error('the connection was lost before the page was closed');
    });
  }

  /**
   * Runs a command on a page, again after a lost connection where that is safe.
   * @throws Problem `command-outcome-unknown`, `page-closed`, `dialog-open`, `session-ended` where it has not begun; the
   *   reason of its signal; whatever the command throws.
   */
  async run(page: KeptPage, run: Run): Promise<unknown> {
    for (;;) {
      const { link, checkAction } = await this.connect(run.signal);
      checkAction(run.definition.action, run.params);
      await this.#noteDialogs(link);
      if (page.isClosed) throw closed(page);
      const { dialog } = page.desk;
      if (dialog && !worksBesideDialogs(run.definition)) throw dialogOpen(dialog, run.definition.action);
      if (dialog && !page.page && isDialogAnswer(run)) return this.#answerDialog(page, run);

      await page.until(() => page.page !== undefined || page.isClosed || link.isLost, run.signal);
      if (page.isClosed) throw closed(page);
      if (page.page === undefined || link.isLost) continue;
      const attempt = await this.#attempt(page, page.page, run, link);
      if (attempt !== 'lost') return attempt.result;
    }
  }

  /** What the page showed after its last command. */
  look(page: KeptPage): { id: string; url: string; title: string } {
    const tab = this.#connected?.link.findTab(page.targetId);
    return { id: page.id, url: page.page?.url() ?? tab?.url ?? '', title: tab?.title ?? '' };
  }

  /** Lets go of the browser. */
  async close(): Promise<void> {
    this.#ended.abort(problem('session-ended', { detail: `Session ${this.#session.id} has ended.` }));
    const connected = this.#connected;
    connected?.link.close();
    await connected?.browser.close();
    await this.#files.dispose();
  }

  /** Nothing more will happen in them: their session has ended. */
  closePages(): void {
    for (const page of this.#pages) page.close();
  }

  get #memory(): PageMemory | undefined {
    return memoryOf(this.#session);
  }

  /** Runs `task` over the connection, and again over the next one where that is lost; a Problem ends it. */
  async #asOftenAsLost<T>(signal: AbortSignal, task: (connection: Connection) => Promise<T>): Promise<T> {
    for (;;) {
      const connection = await this.connect(signal);
      try {
        return await unlessAborted(task(connection), signal);
      } catch (error) {
        if (signal.aborted || asProblem(error) || !connection.link.isLost) throw error;
      }
    }
  }

  /** Tries until the session ends: only that decides that a browser is gone. */
  async #connectUntilThere(session: Session): Promise<Connection> {
    const { clock, log } = this.#options;
    let pauseMs = FIRST_PAUSE_MS;
    for (;;) {
      this.#ended.signal.throwIfAborted();
      const browser = session.getBrowser();
      const door = pageDoorOf(browser, clock);
      try {
        return await this.#connectOnce(session, door, browser.memory);
      } catch (error) {
        log.debug({ event: 'pages.connect-failed', sessionId: session.id, err: error });
        for (const page of this.#pages) page.leave();
      }
      if (this.#session !== session) return this.connect(this.#ended.signal);
      await pause(clock, pauseMs, this.#ended.signal);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  async #connectOnce(session: Session, door: PageDoor, memory: PageMemory | undefined): Promise<Connection> {
    const { clock } = this.#options;
    this.#journal = memory || !this.#journal ? await Journal.open(memory) : this.#journal;
    this.#artifactsDir ??= await this.#files.scratch();
    const connection = await openConnection({
      door,
      clock,
      artifactsDir: this.#artifactsDir,
      signal: this.#ended.signal,
      stuck: this.#stuckTabs(memory),
    });
    const { link } = connection;
    try {
      link.onTabGone = (targetId) => {
        // A Chrome that is stopped closes its tabs one by one; those of a surface come back with it.
        if (session.state.status === 'ready') this.#pages.close(targetId);
      };
      link.onConsoleDropped = (targetId, count) => this.#pages.keep(targetId).events.skip(count);
      this.#meetTabs(session, link, memory);
      await this.#adoptAll(connection);
      this.#hold(connection, door);
      return connection;
    } catch (error) {
      link.fail('given up');
      throw error;
    }
  }

  /** Keeps the connection, watches over it, and makes it anew when it is lost. */
  #hold(connection: Connection, { devTools }: PageDoor): void {
    const { link } = connection;
    const { clock, metrics } = this.#options;
    if (link.isLost) throw new Error('the connection was lost while it was made');
    this.#connected = connection;
    metrics.pageConnections.inc();
    const stopWatching =
      devTools === undefined
        ? () => {}
        : watchPulse({
            ...{ link, url: devTools, clock, silenceMs: SILENCE_MS },
            onHalfOpen: () => link.fail('half-open: the browser answers others'),
          });
    link.onEnd = (reason) => {
      stopWatching();
      metrics.pageConnections.dec();
      this.#connected = undefined;
      for (const page of this.#pages) page.leave();
      if (!this.#ended.signal.aborted && this.#session.state.status === 'ready') this.#reconnect(reason);
    };
  }

  #reconnect(reason: string): void {
    const { background, log, metrics } = this.#options;
    metrics.pageReconnects.inc();
    log.info({ event: 'pages.connection-lost', sessionId: this.#session.id, reason });
    for (const page of this.#pages) if (!page.isClosed) page.lose([]);
    // That the session ends meanwhile is no failure; the next command hears of it.
    const again = this.connect(this.#ended.signal).catch(() => {});
    background.run('reconnect pages', again);
  }

  /** Those that the watcher knows to show a dialog. */
  async #stuckTabs(memory: PageMemory | undefined): Promise<ReadonlySet<string>> {
    return new Set((await findOpenDialogs(memory, this.#options.clock)).map(({ targetId }) => targetId));
  }

  /** Dialogs of tabs that are held back, as the watcher saw them open. */
  #noteDialogs(link: Link): Promise<void> {
    return noteDialogs(this.#memory, link, this.#pages, this.#options.clock);
  }

  /** Holds what is known of pages against the tabs that there are, and tells them what they have lost. */
  #meetTabs(session: Session, link: Link, memory: PageMemory | undefined): void {
    const isNewSession = this.#metSession !== session;
    this.#metSession = session;
    const met = this.#pages.meet(link.tabs, memory);
    // Another server used them, whose handles and events died with it.
    const inherited = met.filter(({ firstTargetId }) => this.#journal?.ofPage(firstTargetId) !== undefined);
    for (const page of inherited) page.lose(['handles', 'event-history']);
    if (!isNewSession || !memory || memory.losses.length === 0) return;
    for (const page of this.#pages) if (!page.isClosed) page.lose(memory.losses);
  }

  async #adoptAll({ browser, context, link }: Connection): Promise<void> {
    const pages = context.pages();
    const [first] = pages;
    const entries = this.#journal?.context ?? [];
    if (first && entries.length > 0) await this.#replay(await this.#identify(first), first, entries, link);
    for (const each of browser.contexts()) {
      // One that is closed at once is no page to keep.
      each.on('page', (page) => void this.#adopt(page, link).catch(() => {}));
    }
    await Promise.all(pages.map((page) => this.#adopt(page, link)));
  }

  #adopt(page: Page, link = this.#connected?.link): Promise<KeptPage> {
    let adoption = this.#adoptions.get(page);
    if (!adoption) {
      adoption = this.#adoptOnce(page, link);
      this.#adoptions.set(page, adoption);
    }
    return adoption;
  }

  async #adoptOnce(page: Page, link: Link | undefined): Promise<KeptPage> {
    const kept = await this.#identify(page);
    kept.listen(page);
    if (link) await this.#replay(kept, page, this.#journal?.ofPage(kept.firstTargetId) ?? [], link);
    if (!page.isClosed() && !link?.isLost) kept.arrive(page);
    return kept;
  }

  /** Playwright does not tell the target ids of its pages, but its CDP sessions do. */
  async #identify(page: Page): Promise<KeptPage> {
    const cdp = await page.context().newCDPSession(page);
    const { targetInfo } = await cdp.send('Target.getTargetInfo');
    cdp.detach().catch(() => {}); // nobody waits for it
    return this.#pages.keep(targetInfo.targetId);
  }

  async #idOf(page: Page): Promise<string> {
    return (await this.#adopt(page)).id;
  }

  async #view(page: KeptPage, link: Link): Promise<PageView> {
    const { dialog } = page.desk;
    const [isResponsive] = await Promise.all([
      dialog ? false : link.answers(page.targetId, RENDERER_ANSWER_MS),
      refresh(page, link),
    ]);
    const { url, title } = link.findTab(page.targetId) ?? { url: '', title: '' };
    return {
      id: page.id,
      targetId: page.targetId,
      sessionId: this.#session.id,
      url,
      title,
      ...(dialog && { dialog }),
      isResponsive,
    };
  }

  /** Whatever comes of the command, or `lost` when the connection was and it may be sent again. */
  async #attempt(kept: KeptPage, page: Page, run: Run, link: Link): Promise<{ result: unknown } | 'lost'> {
    const { definition, params, signal } = run;
    const sentBefore = link.sentFor(kept.targetId);
    const release = link.hold(kept.targetId, patienceOf(run));
    try {
      // What only reads leaves the title as it is, so that nobody has to wait for it.
      const refreshed = definition.effect === 'read' ? refresh(kept, link) : undefined;
      const result = await runCommand(run, { kept, page, link }, this.#surroundings(kept), this.#options);
      await Promise.all([refreshed ?? refresh(kept, link), this.#record(kept, definition, params)]);
      return { result };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (!link.isLost) {
        if (kept.isClosed || page.isClosed()) throw closed(kept, error);
        throw error;
      }
      const hasReachedChrome = link.sentFor(kept.targetId) > sentBefore;
      if (hasReachedChrome && definition.effect === 'write') {
        throw outcomeUnknown(`${definition.action} ran`, error);
      }
      return 'lost';
    } finally {
      const released = release?.();
      // Whoever has given up waits for nothing more.
      if (released && !signal.aborted) await released;
    }
  }

  #surroundings({ id }: KeptPage): Surroundings {
    const { artifacts, checkAddress, client } = this.#options;
    return {
      checkAddress,
      idOf: (page) => this.#idOf(page),
      files: artifacts.tableFor({ client, sessionId: this.#session.id, pageId: id }),
    };
  }

  /** A dialog from before this connection, of which Playwright knows nothing. */
  async #answerDialog(page: KeptPage, { definition, params }: Run): Promise<null> {
    await page.desk.answerDialog({ accept: definition.action === 'dialog.accept', ...params });
    return null;
  }

  async #record(
    page: KeptPage,
    definition: CommandDefinition,
    params: Record<string, unknown>,
  ): Promise<void> {
    const { background } = this.#options;
    const journal = this.#journal;
    if (!journal) return;
    const place = definition.journal?.(params);
    if (!place) {
      if (!page.isClosed && !journal.ofPage(page.firstTargetId)) {
        background.run('write journal', journal.noteUse(page.firstTargetId));
      }
      return;
    }
    const entry = { key: place.key, action: definition.action, params };
    const owner = place.scope === 'context' ? 'context' : page.firstTargetId;
    try {
      await journal.record(owner, entry, { drops: place.drops ?? false });
    } catch (err) {
      // The command has happened; only a later server would miss it.
      this.#options.log.error({ event: 'pages.journal-not-written', pageId: page.id, err });
    }
  }

  /** Sets again what ended with the last connection. */
  async #replay(kept: KeptPage, page: Page, entries: readonly JournalEntry[], link: Link): Promise<void> {
    const { findCommand, log } = this.#options;
    for (const { action, params } of entries) {
      const signal = AbortSignal.timeout(JOURNAL_ENTRY_MS);
      try {
        const run = { definition: findCommand(action), params, signal, timeoutMs: JOURNAL_ENTRY_MS };
        await runCommand(run, { kept, page, link }, this.#surroundings(kept), this.#options);
      } catch (error) {
        if (link.isLost) return;
        kept.lose(['journal']);
        log.warn({ event: 'pages.journal-failed', pageId: kept.id, action, err: error });
      }
    }
  }

  async #saveDownload(pageId: string, download: Download): Promise<Artifact> {
    const { artifacts, client } = this.#options;
    const source = createReadStream(await download.path());
    try {
      const as = { name: download.suggestedFilename(), contentType: 'application/octet-stream' };
      return await artifacts.write({ client, sessionId: this.#session.id, pageId }, source, as);
    } finally {
      source.destroy();
    }
  }
}

function memoryOf({ state }: Session): PageMemory | undefined {
  return state.status === 'ready' ? state.browser.memory : undefined;
}

function isDialogAnswer({ definition: { action } }: Run): boolean {
  return action === 'dialog.accept' || action === 'dialog.dismiss';
}

function refresh({ targetId }: KeptPage, link: Link): Promise<void> {
  return link.refresh(targetId).catch(() => {}); // closed or lost meanwhile, which is noticed elsewhere
}

function closed({ id }: KeptPage, cause?: unknown): Problem {
  return problem('page-closed', { detail: `Page ${id} is closed.`, cause });
}

/** How long a command may take: its client may have told Playwright to give up earlier. */
function patienceOf({ params, timeoutMs }: Run): number {
  const { timeout } = params;
  return typeof timeout === 'number' && timeout > 0 ? Math.min(timeout, timeoutMs) : timeoutMs;
}

function outcomeUnknown(what: string, cause: unknown): Problem {
  return problem('command-outcome-unknown', {
    detail: `The connection to the browser was lost while ${what}, and the answer with it.`,
    cause,
  });
}
