// The door to pages: finds a page by its id, wherever it is, and runs commands of the table on it. Commands to one page
// begin in the order in which they came in; like in Playwright, none waits for another one to end.

import { unlessAborted } from '../backends/support/waiting.ts';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import { asProblem, type Problem, type ProblemCode, problem } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type {
  Batch,
  BatchOutcome,
  BatchReply,
  Command,
  CommandReply,
  PageCreate,
  PageEvent,
  PageEventList,
  PageEventType,
  Page as PageView,
} from '../protocol/pages.ts';
import type { ClientTerms } from '../sessions/allocator.ts';
import type { Session } from '../sessions/session.ts';
import type { Artifacts } from './artifacts.ts';
import { CommandCheck } from './command-check.ts';
import type { Run } from './command-run.ts';
import { COMMANDS } from './commands.ts';
import { loadPlaywright } from './connection.ts';
import { withDeadline } from './deadline.ts';
import { Driver } from './driver.ts';
import { isWorthRetrying, translateFailure } from './failures.ts';
import { type KeptPage, pageIdOf } from './kept-page.ts';
import { pageDoorOf } from './page-door.ts';
import { SessionsInUse } from './sessions-in-use.ts';

/** Who sends a command, besides the client that the key names. */
export interface Caller {
  /** Of a surface, that lets its holder send commands that change something. */
  lease?: string;
}

export interface PageLimits {
  commandTimeoutMs: number;
  /** Events that are kept of a page. */
  events: number;
  /** Handles that a page may hold. */
  handles: number;
  handleLifetimeMs: number;
}

export interface PagesOptions {
  /** A session of this client by its id, or of a surface by its name, which is woken. */
  resolve(client: ClientTerms, idOrName: string, signal: AbortSignal): Promise<Session>;
  /** Those of a client that have a browser now. */
  liveSessions(client: string): Iterable<Session>;
  /** @throws Problem `surface-locked` where another one holds the surface. */
  mayCommand(session: Session, lease: string | undefined): void;
  artifacts: Artifacts;
  /** @throws Problem `address-refused`. */
  checkAddress(url: string): Promise<void>;
  limits: PageLimits;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  background: Background;
}

/** A page, with a session of it that can be used. */
interface Place {
  driver: Driver;
  page: KeptPage;
  session: Session;
}

const DEFAULT_CREATE_TIMEOUT_MS = 30_000;
/** While a command runs, its session is in use. */
const TICK_MS = 5000;
/** How long pages are known of a session that has ended. */
const ENDED_KEPT_MS = 60_000;
/** How long a search for a page that this server has not met waits for each browser. */
const SEARCH_MS = 3000;
const PAGE_ID = /^pag_[0-9A-F]{32}$/;
/** With these a page's session or surface is gone, and its pages with it. */
const GONE_FOR_GOOD: ReadonlySet<ProblemCode | undefined> = new Set([
  'session-not-found',
  'surface-not-found',
]);

export class Pages {
  readonly #options: PagesOptions;
  readonly #commands = new CommandCheck(COMMANDS);
  /** By client and surface, or by session. */
  readonly #drivers = new Map<string, Driver>();
  /** Where each page that was met is. */
  readonly #whereabouts = new Map<
    string,
    { client: string; idOrName: string; driver: Driver; page: KeptPage }
  >();
  readonly #inUse: SessionsInUse;
  readonly #stopTicking: () => void;

  constructor(options: PagesOptions) {
    this.#options = options;
    this.#inUse = new SessionsInUse(options.clock);
    this.#stopTicking = options.clock.every(TICK_MS, () => this.#tick());
  }

  async list(client: ClientTerms, idOrName: string, signal: AbortSignal): Promise<PageView[]> {
    return this.#inSession(client, idOrName, signal, (session) =>
      this.#inUse.during(session, DEFAULT_CREATE_TIMEOUT_MS, signal, (deadline) =>
        this.#driverOf(session).list(deadline),
      ),
    );
  }

  async create(
    client: ClientTerms,
    idOrName: string,
    { url, timeoutMs = DEFAULT_CREATE_TIMEOUT_MS }: PageCreate,
    caller: Caller,
    signal: AbortSignal,
  ): Promise<PageView> {
    if (url !== undefined) await this.#options.checkAddress(url);
    return this.#inSession(client, idOrName, signal, (session) => {
      this.#options.mayCommand(session, caller.lease);
      const driver = this.#driverOf(session);
      return this.#inUse.during(session, timeoutMs, signal, async (deadline) => {
        const page = await driver.openPage(deadline);
        if (url === undefined) return driver.view(page, deadline);
        try {
          const definition = this.#commands.getCommand('goto');
          await this.#runIn(session, driver, page, { definition, params: { url }, timeoutMs }, deadline);
          return await driver.view(page, deadline);
        } catch (error) {
          // Nobody has heard of it yet.
          this.#options.background.run('close page', driver.closePage(page, AbortSignal.timeout(timeoutMs)));
          throw error;
        }
      });
    });
  }

  async get(client: ClientTerms, pageId: string, signal: AbortSignal): Promise<PageView> {
    const { driver, page, session } = await this.#reach(client, pageId, signal);
    return this.#inUse.during(session, SEARCH_MS * 2, signal, (deadline) => driver.view(page, deadline));
  }

  async close(client: ClientTerms, pageId: string, caller: Caller, signal: AbortSignal): Promise<void> {
    const { driver, page, session } = await this.#reach(client, pageId, signal);
    this.#options.mayCommand(session, caller.lease);
    await this.#inUse.during(session, DEFAULT_CREATE_TIMEOUT_MS, signal, (deadline) =>
      driver.closePage(page, deadline),
    );
  }

  /**
   * @throws Problem `page-not-found`, `page-closed`, `invalid-argument`, `timeout`, `command-outcome-unknown`, and those
   *   of the command table.
   */
  async command(
    client: ClientTerms,
    pageId: string,
    command: Command,
    caller: Caller,
    signal: AbortSignal,
  ): Promise<CommandReply> {
    const { clock, limits, mayCommand, metrics } = this.#options;
    const startedAt = clock.monotonic();
    const definition = this.#commands.getCommand(command.action);
    const { params = {}, timeoutMs = limits.commandTimeoutMs, retry, ifGeneration } = command;
    let outcome = 'internal';
    try {
      this.#commands.checkParams(definition, params);
      const run = { definition, params, timeoutMs };
      const place = await this.#reach(client, pageId, signal);
      if (definition.effect === 'write') mayCommand(place.session, caller.lease);
      const { result, attempts, driver, page } = await this.#runAgain(place, run, {
        again: () => this.#reach(client, pageId, signal),
        retry,
        ifGeneration,
        signal,
      });
      outcome = 'ok';
      const lost = page.takeLosses();
      const { generation } = driver;
      return {
        result: result ?? null,
        page: driver.look(page),
        lastEvent: page.events.last,
        durationMs: Math.round((clock.monotonic() - startedAt) * 1000) / 1000,
        ...(retry && { attempts }),
        ...(generation !== undefined && { generation }),
        ...(lost && { reconnected: { lost } }),
      };
    } catch (error) {
      outcome = signal.aborted ? 'canceled' : (asProblem(error)?.code ?? outcome);
      throw error;
    } finally {
      metrics.pageCommands.observe(
        { action: definition.action, outcome },
        (clock.monotonic() - startedAt) / 1000,
      );
    }
  }

  /** One after the other, up to the first that fails unless `stopOnError` is false. */
  async batch(
    client: ClientTerms,
    pageId: string,
    { commands, stopOnError = true, timeoutMs }: Batch,
    caller: Caller,
    signal: AbortSignal,
    onOutcome: (index: number, outcome: BatchOutcome) => void = () => {},
  ): Promise<BatchReply> {
    const { clock } = this.#options;
    const startedAt = clock.monotonic();
    // What is wrong with the page as a whole is no outcome of a command.
    await this.#locate(client, pageId, signal);
    const { signal: deadline, end } = withDeadline(clock, timeoutMs, signal, 'The batch');
    const outcomes: BatchOutcome[] = [];
    try {
      for (const [index, command] of commands.entries()) {
        signal.throwIfAborted();
        const outcome = await this.command(client, pageId, command, caller, deadline).then(
          (reply): BatchOutcome => ({ ok: true, reply }),
          (error: unknown): BatchOutcome => ({ ok: false, problem: problemOf(error).toDetails('') }),
        );
        signal.throwIfAborted();
        outcomes.push(outcome);
        onOutcome(index, outcome);
        if (!outcome.ok && (stopOnError || deadline.aborted)) break;
      }
    } finally {
      end();
    }
    return { outcomes, durationMs: Math.round((clock.monotonic() - startedAt) * 1000) / 1000 };
  }

  async events(
    client: ClientTerms,
    pageId: string,
    query: { after: number; types?: readonly PageEventType[]; limit: number },
    signal: AbortSignal,
  ): Promise<PageEventList> {
    const { page } = await this.#locate(client, pageId, signal);
    return page.events.read(query);
  }

  /** Calls `listener` for every event from now on, until the returned function is called or `signal` aborts. */
  async subscribe(
    client: ClientTerms,
    pageId: string,
    listener: (event: PageEvent) => void,
    signal: AbortSignal,
  ): Promise<() => void> {
    const { page } = await this.#locate(client, pageId, signal);
    const end = page.events.subscribe(listener);
    signal.addEventListener('abort', end, { once: true });
    return () => {
      end();
      signal.removeEventListener('abort', end);
    };
  }

  /** Gets ready what the first command would have to wait for. */
  async warmUp(): Promise<void> {
    await loadPlaywright();
  }

  /** Lets go of all browsers. */
  async stop(): Promise<void> {
    this.#stopTicking();
    await Promise.all([...this.#drivers.values()].map((driver) => driver.close()));
    this.#drivers.clear();
    this.#whereabouts.clear();
  }

  /** Does `task` in the session; once more where its browser turned out to have died, which a surface's can. */
  async #inSession<T>(
    client: ClientTerms,
    idOrName: string,
    signal: AbortSignal,
    task: (session: Session) => Promise<T>,
  ): Promise<T> {
    const session = await this.#options.resolve(client, idOrName, signal);
    try {
      return await task(session);
    } catch (error) {
      if (signal.aborted || !isRelaunchable(error, session)) throw error;
      return task(await this.#options.resolve(client, idOrName, signal));
    }
  }

  /** The page, with a session of it that can be used: a surface that does not run is woken. */
  async #reach(client: ClientTerms, pageId: string, signal: AbortSignal): Promise<Place> {
    const { idOrName, driver, page } = await this.#locate(client, pageId, signal);
    try {
      const session = await this.#options.resolve(client, idOrName, signal);
      this.#driverOf(session);
      return { driver, page, session };
    } catch (error) {
      if (GONE_FOR_GOOD.has(asProblem(error)?.code)) this.#forget(driver);
      throw error;
    }
  }

  /** Runs it again as often as asked, and in the next launch of a surface whose browser died before it was reached. */
  async #runAgain(
    place: Place,
    run: Omit<Run, 'signal'>,
    options: Pick<Command, 'retry' | 'ifGeneration'> & { again(): Promise<Place>; signal: AbortSignal },
  ): Promise<Place & { result: unknown; attempts: number }> {
    const { again, retry, ifGeneration, signal } = options;
    let { driver, page, session } = place;
    checkGeneration(ifGeneration, driver.generation);
    for (let attempts = 1; ; ) {
      try {
        const result = await this.#runIn(session, driver, page, run, signal);
        return { driver, page, session, result, attempts };
      } catch (error) {
        if (signal.aborted) throw error;
        if (isRelaunchable(error, session)) {
          ({ driver, page, session } = await again());
          checkGeneration(ifGeneration, driver.generation);
          continue;
        }
        if (!retry || attempts >= retry.attempts || !isWorthRetrying(error, retry.on)) throw error;
        attempts += 1;
      }
    }
  }

  async #locate(client: ClientTerms, pageId: string, signal: AbortSignal) {
    const known = this.#whereabouts.get(pageId);
    if (known?.client === client.name) return known;
    // After a restart of the server: one of the browsers that still run has it.
    await unlessAborted(this.#search(client.name, pageId), signal);
    const found = this.#whereabouts.get(pageId);
    if (found?.client === client.name) return found;
    throw problem('page-not-found', { detail: `There is no page ${pageId}.` });
  }

  /**
   * Resolves when a browser turned out to have the page, or when all have said that they do not.
   * @throws Problem `timeout` where some did not answer.
   */
  async #search(client: string, pageId: string): Promise<void> {
    if (!PAGE_ID.test(pageId)) return;
    const silent: string[] = [];
    const looks = [...this.#options.liveSessions(client)].map(async (session) => {
      const hasPage = await this.#hasPage(session, pageId).catch((error: unknown) => {
        // What has no pages at all has not this one either.
        if (asProblem(error)?.code !== 'unsupported-operation') {
          silent.push(session.terms.surface ?? session.id);
        }
        return false;
      });
      if (!hasPage) throw new Error('not here');
      await this.#driverOf(session).connect(AbortSignal.timeout(this.#options.limits.commandTimeoutMs));
    });
    const isFound = await Promise.any(looks).then(
      () => true,
      () => false,
    );
    if (isFound || silent.length === 0) return;
    throw problem('timeout', {
      detail: `No browser that answers has the page ${pageId}; those of ${silent.join(', ')} did not answer.`,
    });
  }

  async #hasPage(session: Session, pageId: string): Promise<boolean> {
    const browser = session.getBrowser();
    const { successors = [] } = browser.memory ?? {};
    const firstIds = new Map([...successors].map(([first, present]) => [present, first]));
    const door = pageDoorOf(browser, this.#options.clock);
    const targetIds = await door.listTargetIds(AbortSignal.timeout(SEARCH_MS));
    return targetIds.some((id) => pageIdOf(firstIds.get(id) ?? id) === pageId);
  }

  #forget(driver: Driver): void {
    for (const [key, known] of this.#drivers) if (known === driver) this.#drivers.delete(key);
    for (const [pageId, place] of this.#whereabouts) {
      if (place.driver === driver) this.#whereabouts.delete(pageId);
    }
    this.#options.background.run('close pages', driver.close());
  }

  #driverOf(session: Session): Driver {
    const { client, surface } = session.terms;
    const key = surface === undefined ? session.id : `${client}/${surface}`;
    const known = this.#drivers.get(key);
    if (known) {
      if (known.session !== session) {
        known.attend(session);
        this.#endWith(session, key, known);
      }
      return known;
    }
    const driver: Driver = new Driver(session, {
      ...this.#options,
      client,
      findCommand: (action) => this.#commands.getCommand(action),
      onPage: (page, change) => {
        if (change === 'forgotten') this.#whereabouts.delete(page.id);
        else this.#whereabouts.set(page.id, { client, idOrName: surface ?? session.id, driver, page });
      },
    });
    this.#drivers.set(key, driver);
    this.#endWith(session, key, driver);
    return driver;
  }

  /** Pages of a surface wait for its next session; those of others end with theirs. */
  #endWith(session: Session, key: string, driver: Driver): void {
    const { state, terms } = session;
    if (state.status !== 'ready') return;
    const end = async () => {
      if (terms.surface !== undefined || this.#drivers.get(key) !== driver) return;
      await driver.close();
      driver.closePages();
    };
    void state.browser.gone?.then(() => this.#options.background.run('close pages', end()));
  }

  async #runIn(
    session: Session,
    driver: Driver,
    page: KeptPage,
    run: Omit<Run, 'signal'>,
    signal: AbortSignal,
  ): Promise<unknown> {
    return this.#inUse.during(session, run.timeoutMs, signal, async (deadline) => {
      try {
        return await driver.run(page, { ...run, signal: deadline });
      } catch (error) {
        throw asProblem(error) ?? translateFailure(error, run.definition.action);
      }
    });
  }

  #tick(): void {
    const now = this.#options.clock.now();
    this.#inUse.touch();
    // Until then who asks for one of its pages is told that the session has ended.
    for (const driver of [...this.#drivers.values()]) {
      const { state, terms } = driver.session;
      const isOver = state.status === 'ended' && now - state.endedAt > ENDED_KEPT_MS;
      if (isOver && terms.surface === undefined) this.#forget(driver);
    }
  }
}

/** Another launch of the surface can still run the command. */
function isRelaunchable(error: unknown, { terms }: Session): boolean {
  return terms.surface !== undefined && asProblem(error)?.code === 'session-ended';
}

function checkGeneration(wanted: number | undefined, present: number | undefined): void {
  if (wanted === undefined || wanted === present) return;
  throw problem('generation-changed', {
    detail:
      present === undefined
        ? 'Only surfaces have generations, and this page is of a session without a name.'
        : `The surface is in generation ${present}, not ${wanted}: its browser was launched anew.`,
  });
}

function problemOf(error: unknown): Problem {
  return (
    asProblem(error) ?? problem('internal', { detail: 'The command failed unexpectedly.', cause: error })
  );
}
