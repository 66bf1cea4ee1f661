// Live views: people watch sessions as they are, take one over by hand, and hand it back. While a person drives, commands
// to the session are refused (docs/adr/0018).

import type { WebSocket } from 'ws';
import { type BackendSession, devToolsOf } from '../backends/backend.ts';
import type { Background } from '../background.ts';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { EventLog } from '../events/events.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { LiveDriver } from '../protocol/live-view.ts';
import { HAND_BACK_REASONS, type HandBackReason } from '../protocol/live-wire.ts';
import { RECORDING_TAGS } from '../protocol/recording-tags.ts';
import type { Session } from '../sessions/session.ts';
import { CommandLens, type PageCommands } from './live-view/command-lens.ts';
import type { ControlLimits } from './live-view/control.ts';
import { DevToolsBrowser } from './live-view/devtools-browser.ts';
import { HostLens } from './live-view/host-lens.ts';
import { type Grant, readToken, type Sign, tokenOf } from './live-view/links.ts';
import { PhotographedBrowser } from './live-view/photographed-browser.ts';
import type { WatchedBrowser, WatchedBrowserOptions } from './live-view/watched-browser.ts';
import { WatchedSession } from './live-view/watched-session.ts';
import type { WatcherTerms } from './live-view/watcher.ts';

export type { PageCommands } from './live-view/command-lens.ts';
export { type Grant, isLink } from './live-view/links.ts';
export type { WatcherTerms } from './live-view/watcher.ts';

export interface LiveViewLimits extends ControlLimits {
  /** Of one session. */
  maxWatchers: number;
  maxWatchersPerClient: number;
}

export interface LiveViewsOptions {
  /** Signs links under a key of the server. */
  sign: Sign;
  /** Where people reach this server. */
  baseUrl: () => string;
  /** The id of a surface by its name. */
  surfaceId(client: string, name: string): string | undefined;
  /** @throws Problem `address-refused`, `invalid-argument`. */
  checkAddress(url: string): Promise<void>;
  /** For browsers that have nothing but WebDriver. */
  pages: PageCommands;
  /** Puts a mark into the recording of a session, if there is one. */
  note(sessionId: string, pageId: string, tag: string, payload: unknown): void;
  limits: LiveViewLimits;
  events: EventLog;
  clock: Clock;
  metrics: Metrics;
  log: Log;
  background: Background;
}

export class LiveViews {
  readonly #options: LiveViewsOptions;
  /** By session. */
  readonly #watched = new Map<string, WatchedSession>();
  #isStopped = false;

  constructor(options: LiveViewsOptions) {
    this.#options = options;
  }

  /** @throws Problem `surface-locked` while a person drives the session. */
  mayCommand({ id }: Session): void {
    this.#watched.get(id)?.control.mayCommand();
  }

  /** A link that opens the live view of one session without a key, until it expires or the session ends. */
  linkTo(
    session: Session,
    { canControl, expiresInMs }: { canControl: boolean; expiresInMs: number },
    baseUrl = this.#options.baseUrl(),
  ): { url: string; expiresAt: number } {
    const expiresAt = this.#options.clock.now() + expiresInMs;
    const { client, surface } = session.terms;
    const url = this.urlOf({ id: session.id, client, surface }, baseUrl, { canControl, expiresAt });
    return { url, expiresAt };
  }

  /** The address of a live view. Its token stands behind the #, which browsers send to nobody. */
  urlOf(
    { id, client, surface }: { id: string; client: string; surface: string | undefined },
    baseUrl: string,
    grant: Grant,
  ): string {
    // The link to a surface opens its next launch too.
    const subjectId = surface === undefined ? id : (this.#options.surfaceId(client, surface) ?? id);
    const place = subjectId === id ? id : (surface ?? id);
    return `${baseUrl}/live/${place}#token=${tokenOf(this.#options.sign, subjectId, grant)}`;
  }

  /** What the token of a link opens of a session or surface, by its id. */
  readLink(subjectId: string, token: string): Grant | undefined {
    return readToken(this.#options.sign, subjectId, token, this.#options.clock.now());
  }

  /** Whether a session with this browser has a live view. */
  canShow(browser: BackendSession): boolean {
    const { endpoint, isNative, recorderUrl } = browser;
    if (devToolsOf(browser) !== undefined || recorderUrl !== undefined) return true;
    return endpoint.protocol === 'webdriver' && !isNative;
  }

  /** @throws Problem `unsupported-operation`, and as `Session.getBrowser`. */
  expectShown(session: Session): void {
    const browser = session.getBrowser();
    if (this.canShow(browser)) return;
    throw problem('unsupported-operation', {
      detail: browser.isNative
        ? 'This session drives a phone and its apps, not a browser: it has no live view.'
        : `A session over ${browser.endpoint.protocol} of this backend has no live view.`,
    });
  }

  /** @throws Problem `unsupported-operation`, `quota-exceeded`, `server-draining`, and as `Session.getBrowser`. */
  checkWatch(session: Session, client: string): void {
    const { limits, metrics } = this.#options;
    if (this.#isStopped) throw problem('server-draining', { detail: 'This server is shutting down.' });
    this.expectShown(session);
    if ((this.#watched.get(session.id)?.size ?? 0) >= limits.maxWatchers) {
      metrics.limitHits.inc({ limit: 'live-watchers' });
      throw problem('quota-exceeded', {
        detail: `Session ${session.id} has ${limits.maxWatchers} watchers, which is the most (liveView.maxWatchers).`,
      });
    }
    if (this.#watchersOf(client) >= limits.maxWatchersPerClient) {
      metrics.limitHits.inc({ limit: 'live-watchers-client' });
      throw problem('quota-exceeded', {
        detail: `${limits.maxWatchersPerClient} people watch sessions of ${client}, which is the most (liveView.maxWatchersPerClient).`,
      });
    }
  }

  /** Lets whoever is behind `socket` watch. @throws Problem as `checkWatch`. */
  watch(session: Session, socket: WebSocket, terms: WatcherTerms): void {
    this.checkWatch(session, terms.client);
    let watched = this.#watched.get(session.id);
    if (!watched) {
      watched = this.#begin(session);
      this.#watched.set(session.id, watched);
    }
    watched.add(socket, terms);
  }

  /** Closes every live view. */
  stop(reason: string): void {
    this.#isStopped = true;
    for (const watched of [...this.#watched.values()]) watched.close('drain', reason);
  }

  #begin(session: Session): WatchedSession {
    const watched: WatchedSession = new WatchedSession({
      ...this.#options,
      session,
      openBrowser: (options) => openBrowser(options, this.#options.pages),
      onControl: (driver, handedBack, pageId) => this.#controlChanged(session, driver, handedBack, pageId),
      onEmpty: () => {
        if (this.#watched.get(session.id) === watched) this.#watched.delete(session.id);
      },
    });
    return watched;
  }

  #watchersOf(client: string): number {
    let count = 0;
    for (const watched of this.#watched.values()) if (watched.client === client) count += watched.size;
    return count;
  }

  #controlChanged(
    { id: sessionId, terms }: Session,
    { name, since }: LiveDriver,
    handedBack: HandBackReason | undefined,
    pageId: string | undefined,
  ): void {
    const { background, clock, events, log, metrics, note } = this.#options;
    const { client, surface, tags } = terms;
    const what = handedBack === undefined ? 'taken-over' : 'handed-back';
    if (handedBack === undefined) metrics.liveTakeOvers.inc();
    const told = {
      by: name,
      ...(handedBack !== undefined && {
        reason: HAND_BACK_REASONS[handedBack],
        durationMs: clock.now() - since,
      }),
    };
    if (pageId !== undefined) note(sessionId, pageId, RECORDING_TAGS.takeOver, { state: what, ...told });
    log.info({ event: `session.${what}`, sessionId, reason: handedBack });
    const data = { ...told, tags, ...(surface !== undefined && { surface }) };
    background.run('publish event', events.publish({ type: `session.${what}`, client, sessionId, data }));
  }
}

/** A screencast where there is one, else pictures by the best way that the browser has. */
function openBrowser(options: WatchedBrowserOptions, pages: PageCommands): WatchedBrowser {
  const { clock, session } = options;
  const browser = session.getBrowser();
  if (devToolsOf(browser) !== undefined) return new DevToolsBrowser(options);
  const { recorderUrl } = browser;
  const lens = recorderUrl === undefined ? new CommandLens(session, pages) : new HostLens(recorderUrl, clock);
  return new PhotographedBrowser(lens, options);
}
