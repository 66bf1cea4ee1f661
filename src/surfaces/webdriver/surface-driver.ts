// WebDriver of one surface. When its chromedriver dies, or the session of that does, or Chrome was launched anew, the next
// command gets another one. Chrome is never started and never ended here.

import type { BackendSession } from '../../backends/backend.ts';
import { killGroup } from '../../backends/support/process.ts';
import { abortAfter } from '../../backends/support/waiting.ts';
import type { Clock } from '../../clock.ts';
import { newId } from '../../ids.ts';
import type { Log } from '../../log.ts';
import { isRecord } from '../../webdriver-capabilities.ts';
import { WebDriverError } from '../../webdriver-error.ts';
import { attach, isAttached } from './attachment.ts';
import { matchCapabilities } from './capabilities.ts';
import { Chromedriver } from './chromedriver.ts';
import {
  type ClientSession,
  type ClientSessionRecord,
  checkPlace,
  isRead,
  noteSuccess,
  type WebDriverCommand,
} from './client-session.ts';
import { isForgottenElement, lossIn } from './driver-loss.ts';
import { answerDialogs, dialogsOf } from './open-dialogs.ts';
import { readSessionsFile, writeSessionsFile } from './sessions-file.ts';
import { handleMaps } from './window-handles.ts';

export interface WebDriverRequest {
  method: string;
  /** Below the endpoint, without a query: `/session/…`. */
  path: string;
  body?: unknown;
  signal: AbortSignal;
}

/** The surface that a request is for. */
export interface WebDriverSurface {
  name: string;
  /** Absolute. */
  folder: string;
  /** Gives its browser, which is launched if need be. */
  wake(): Promise<BackendSession>;
}

export interface SurfaceDriverOptions {
  /** Of chromedriver; the usual places are looked through without it. */
  executablePath?: string | undefined;
  /** How long chromedriver may take to get hold of Chrome: it waits for every tab, one that is stuck for good. */
  attachTimeoutMs?: number;
  clock: Clock;
  log: Log;
}

const ATTACH_TIMEOUT_MS = 20_000;
/** What a client waits for in all is less than the minute that Selenium gives it. */
const ATTACH_ATTEMPTS = 2;
const ATTEMPTS = 3;
const IDLE_MS = 10 * 60_000;
/** Clients that never end their sessions would fill the file. */
const SESSIONS = 100;

/** Answers the clients of one surface, and keeps the one chromedriver that serves them all. */
export class SurfaceDriver {
  readonly #folder: string;
  readonly #options: SurfaceDriverOptions;
  #known: Promise<Map<string, ClientSession>> | undefined;
  #driver: Chromedriver | undefined;
  #starting: Promise<Chromedriver> | undefined;
  #running = 0;
  #cancelIdle: () => void = () => {};
  #writing: Promise<void> = Promise.resolve();

  constructor(folder: string, options: SurfaceDriverOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  async answer(
    surface: WebDriverSurface,
    { method, path, body, signal }: WebDriverRequest,
  ): Promise<unknown> {
    this.#cancelIdle();
    this.#running += 1;
    try {
      const [noun, id, ...rest] = path.split('/').filter((part) => part !== '');
      if (noun === 'status' && id === undefined && method === 'GET') {
        return { ready: true, message: `Surface ${surface.name} is ready for sessions.` };
      }
      if (noun !== 'session') throw new WebDriverError('unknown command', `There is no ${method} ${path}.`);
      if (id === undefined) {
        if (method === 'POST') return await this.#create(surface, body, signal);
        throw new WebDriverError('unknown method', 'A session is made by POST.');
      }
      const session = (await this.#sessions()).get(id);
      if (!session) throw new WebDriverError('invalid session id', `There is no session ${id}.`);
      if (rest.length > 0) return await this.#forward(surface, session, { method, path: rest, body, signal });
      if (method === 'DELETE') return await this.#delete(session, signal);
      throw new WebDriverError('unknown method', 'A session can only be deleted here.');
    } finally {
      this.#running -= 1;
      if (this.#running === 0) {
        this.#cancelIdle = this.#options.clock.after(IDLE_MS, () => void this.#endIdle());
      }
    }
  }

  async end(): Promise<void> {
    this.#cancelIdle();
    await this.#sessions();
    await this.#endDriver();
  }

  /** The sessions, with those of an earlier server, whose driver is ended. */
  #sessions(): Promise<Map<string, ClientSession>> {
    this.#known ??= (async () => {
      const { driver, sessions } = await readSessionsFile(this.#folder);
      if (driver) await killGroup(driver);
      return new Map(sessions.map((record) => [record.id, { record }]));
    })();
    return this.#known;
  }

  async #create(surface: WebDriverSurface, body: unknown, signal: AbortSignal): Promise<unknown> {
    const browser = await surface.wake();
    const capabilities = matchCapabilities(body, browser.browserVersion);
    const { timeouts = {}, ...others } = capabilities;
    const record: ClientSessionRecord = {
      id: newId('wds'),
      capabilities: others,
      timeouts: isRecord(timeouts) ? timeouts : {},
      frameDepth: 0,
      attachments: 0,
    };
    const session: ClientSession = { record };
    const [dialog] = await dialogsOf(browser);
    if (dialog) {
      const what = `Tab ${dialog.targetId} shows the ${dialog.type} “${dialog.message}”`;
      throw new WebDriverError(
        'session not created',
        `${what}, and chromedriver waits for it. Answer it first.`,
      );
    }
    const given = await this.#attachTo(surface, session, signal);
    const sessions = await this.#sessions();
    const oldest = sessions.size >= SESSIONS ? sessions.values().next().value : undefined;
    if (oldest) await this.#delete(oldest, signal);
    sessions.set(record.id, session);
    await this.#save();
    // Where Chrome listens is nobody's business.
    const { 'goog:chromeOptions': _, ...rest } = given;
    return { sessionId: record.id, capabilities: { ...rest, 'moorage:surface': surface.name } };
  }

  async #delete(session: ClientSession, signal: AbortSignal): Promise<null> {
    const { attachment, record } = session;
    const sessions = await this.#sessions();
    sessions.delete(record.id);
    if (attachment && (await attachment.driver.isAlive())) {
      // A Chrome that it was attached to goes on.
      await attachment.driver.send({ method: 'DELETE', path: `/session/${attachment.sessionId}`, signal });
    }
    if (sessions.size === 0) await this.#endDriver();
    else await this.#save();
    return null;
  }

  async #forward(
    surface: WebDriverSurface,
    session: ClientSession,
    command: WebDriverCommand,
  ): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      const browser = await surface.wake();
      const handles = handleMaps(browser);
      if (!(await isAttached(browser, session))) {
        const answer = await answerDialogs(browser, session, command);
        if (answer) return answer.value;
        await this.#attach(surface, session, command.signal);
        // To the Chrome that took its place meanwhile, in which tabs have other names.
        if (!(await isAttached(browser, session))) continue;
      }
      checkPlace(session.lost, command);
      const { attachment } = session;
      if (!attachment) continue; // lost to another command of the same session
      const { method, path, body, signal } = command;
      const isSwitch = method === 'POST' && path.join('/') === 'window' && isRecord(body);
      const outcome = await attachment.driver.send({
        method,
        path: `/session/${attachment.sessionId}/${path.join('/')}`,
        body: isSwitch ? { ...body, handle: handles.toPresent(String(body.handle)) } : body,
        signal,
      });
      const loss = lossIn(outcome);
      if (outcome.kind === 'answered' && loss === undefined) {
        return handles.toKnown(command, await this.#take(session, command, outcome));
      }
      if (session.attachment === attachment) session.attachment = undefined;
      this.#options.log.info({ event: 'webdriver.lost', webdriverSession: session.record.id, loss });
      if (loss === 'cut' && !isRead(command)) {
        throw new WebDriverError(
          'unknown error',
          'chromedriver was lost while the command ran: it may have happened or not (command-outcome-unknown). Look at the page before you send it again.',
        );
      }
      if (attempt >= ATTEMPTS) {
        throw new WebDriverError(
          'unknown error',
          `chromedriver was lost ${ATTEMPTS} times in a row; chromedriver.log of the surface may say why.`,
        );
      }
    }
  }

  async #take(
    session: ClientSession,
    command: WebDriverCommand,
    { status, value }: { status: number; value: unknown },
  ): Promise<unknown> {
    if (status < 400) {
      const before = JSON.stringify(session.record);
      session.lost = noteSuccess(session.record, command, session.lost);
      if (JSON.stringify(session.record) !== before) await this.#save();
      return value;
    }
    const { error, message, data } = isRecord(value) ? value : {};
    if (isForgottenElement(session, command, String(error), String(message))) {
      throw new WebDriverError(
        'stale element reference',
        'The element was found before chromedriver or Chrome was replaced, and is not there any more; find it again.',
      );
    }
    throw WebDriverError.passOn(status, { error: String(error), message: String(message), data });
  }

  /** Commands of one session may come at the same time. */
  #attach(surface: WebDriverSurface, session: ClientSession, signal: AbortSignal): Promise<void> {
    session.attaching ??= this.#attachTo(surface, session, signal)
      .then(() => this.#save())
      .finally(() => {
        session.attaching = undefined;
      });
    return session.attaching;
  }

  /**
   * Gives the capabilities that chromedriver answered. A chromedriver that meets a tab which is just going away waits for
   * it for good, and so does one that was given a Chrome of which nobody had noticed yet that it died: a second one is
   * tried, with the Chrome that there is then.
   */
  async #attachTo(
    surface: WebDriverSurface,
    session: ClientSession,
    signal: AbortSignal,
  ): Promise<Record<string, unknown>> {
    for (let attempt = 1; ; attempt += 1) {
      const given = await this.#tryToAttach(await surface.wake(), session, signal);
      if (given !== 'held-up') return given;
      if (attempt < ATTACH_ATTEMPTS) continue;
      const { attachTimeoutMs = ATTACH_TIMEOUT_MS } = this.#options;
      throw new WebDriverError(
        'session not created',
        `chromedriver did not get hold of Chrome within ${attempt} times ${attachTimeoutMs} ms: a tab that does not answer holds it up.`,
      );
    }
  }

  async #tryToAttach(
    browser: BackendSession,
    session: ClientSession,
    signal: AbortSignal,
  ): Promise<Record<string, unknown> | 'held-up'> {
    const driver = await this.#liveDriver();
    const { attachTimeoutMs = ATTACH_TIMEOUT_MS } = this.#options;
    const ended = new AbortController();
    void browser.gone?.then(() => ended.abort());
    const limit = abortAfter(attachTimeoutMs, signal, ended.signal);
    try {
      return await attach(driver, browser, session, limit);
    } catch (error) {
      if (!limit.aborted || signal.aborted) throw error;
      // It would wait for good, and for everybody else as well.
      await this.#endDriver();
      return 'held-up';
    }
  }

  /** One for all sessions of the surface, however many ask for it at the same time. */
  #liveDriver(): Promise<Chromedriver> {
    this.#starting ??= this.#findOrStartDriver().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #findOrStartDriver(): Promise<Chromedriver> {
    await this.#sessions();
    if (this.#driver && (await this.#driver.isAlive())) return this.#driver;
    this.#driver = await Chromedriver.start(this.#folder, this.#options.executablePath);
    this.#options.log.info({ event: 'webdriver.started', pid: this.#driver.identity.pid });
    await this.#save();
    return this.#driver;
  }

  async #endDriver(): Promise<void> {
    await this.#starting?.catch(() => {}); // told to whom it was for
    await this.#driver?.end();
    this.#driver = undefined;
    await this.#save();
  }

  async #endIdle(): Promise<void> {
    try {
      await this.#endDriver();
    } catch (err) {
      this.#options.log.warn({ event: 'webdriver.left', err });
    }
  }

  /** So that the next server knows what to end, and whom to go on serving. */
  async #save(): Promise<void> {
    const sessions = await this.#sessions();
    this.#writing = this.#writing
      .catch(() => {}) // told to whom it was for
      .then(() =>
        writeSessionsFile(this.#folder, {
          ...(this.#driver && { driver: this.#driver.identity }),
          sessions: [...sessions.values()].map(({ record }) => record),
        }),
      );
    await this.#writing;
  }
}
