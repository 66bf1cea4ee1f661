// Browsers of a WebDriver hub: Selenium's Grid, an Appium server with its devices, a service. Sessions are made and ended
// there; whatever it was asked for stands in a ledger until the hub is known to be rid of it, since a hub that has
// accepted a session and whose answer was lost keeps a browser that nobody knows of.
//
// What a browser of another machine may reach is up to that machine: the network policy of this server does not hold it.

import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Clock } from '../clock.ts';
import { asProblem, problem } from '../errors.ts';
import type { SessionId } from '../ids.ts';
import type { Log } from '../log.ts';
import { Duration } from '../notation.ts';
import {
  type Backend,
  type BackendContext,
  type BackendSession,
  type Detection,
  defineBackend,
  type Handle,
  type Health,
  type PoolStatus,
  type SessionRequest,
} from './backend.ts';
import { Hub, HubRefusal, type ListedSession } from './support/hub.ts';
import { browsersOf, capabilitiesFor, type HubBrowser, offerOf, tellable } from './support/hub-browsers.ts';
import { type HubEntry, HubLedger } from './support/hub-ledger.ts';
import { HubHandle, HubSession, socketsOf } from './support/hub-session.ts';
import { SessionBook } from './support/session-book.ts';
import { waitUntil } from './support/waiting.ts';
import type { DriverSession } from './support/webdriver.ts';

const SeleniumGridSettings = Type.Object(
  {
    url: Type.Optional(
      Type.String({
        pattern: '^https?://[^\\s]+$',
        description: 'Where the hub listens, such as `http://user:password@grid:4444`.',
      }),
    ),
    headers: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description:
          'Sent with every request, such as `{"Authorization": "Bearer …"}`; hidden like a password.',
      }),
    ),
    browsers: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}$' }),
        Type.Object(
          {
            capabilities: Type.Record(Type.String(), Type.Unknown()),
            isNative: Type.Optional(Type.Boolean()),
          },
          { additionalProperties: false },
        ),
        {
          description:
            'What it offers: under which name clients ask for it, and the capabilities that the hub gets; `isNative` for apps of a phone. The browsers of a Grid’s own slots unless given.',
        },
      ),
    ),
    refusedCapabilities: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description:
          'Capabilities that clients may not add, such as `appium:app`. They may add all others, but for members that start programs.',
      }),
    ),
    capacity: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 10_000,
        description:
          'The most sessions at a time; what a Grid says unless given, and 1 of a hub that does not say.',
      }),
    ),
    startTimeout: Type.Optional(
      Duration({
        default: '2m',
        minimum: '1s',
        maximum: '5m',
        description: 'How long the hub may take for a session; `sessions.startTimeout` ends it before.',
      }),
    ),
    headed: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Its machines have displays, as those of Docker Selenium do.',
      }),
    ),
  },
  { additionalProperties: false },
);
type SeleniumGridSettings = Static<typeof SeleniumGridSettings>;

export const seleniumGrid = defineBackend({
  kind: 'selenium-grid',
  summary: 'Takes browsers and devices from a WebDriver hub, such as a Selenium Grid or an Appium server.',
  settings: SeleniumGridSettings,
  byDefault: false,
  detect,
  create: async (settings, context) => SeleniumGridBackend.create(settings, context),
});

const LOOK_MS = 3000;
const START_TIMEOUT_MS = 120_000;
/** How long an answer is waited for that nobody wants any more, to know what it made. Below the allocator's patience. */
const ANSWER_MS = 8000;
const LISTEN_MS = 250;
/** A Grid lets requests wait for five minutes; what was made of one by then shows in its list. */
const LATE_MS = 5 * 60_000;
/** A hub that cannot be reached for an hour has ended by itself what nobody used. */
const GIVE_UP_MS = 60 * 60_000;
const RETRY_MS = 2000;
const NO_URL = 'No `url` of a hub is set.';

async function detect({ url, headers = {} }: SeleniumGridSettings): Promise<Detection> {
  const fix = 'Set `url` to where your Selenium Grid or Appium listens.';
  if (url === undefined) return { found: false, detail: NO_URL, fix };
  const hub = await Hub.open({ url, headers });
  try {
    const { isReady, reason } = await hub.look(AbortSignal.timeout(LOOK_MS));
    return isReady ? { found: true, detail: reason } : { found: false, detail: reason, fix };
  } finally {
    hub.close();
  }
}

class SeleniumGridBackend implements Backend {
  readonly #settings: SeleniumGridSettings;
  readonly #hub: Hub | undefined;
  readonly #ledger: HubLedger;
  readonly #name: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #sessions = new SessionBook<HubSession>();
  readonly #ending = new Map<SessionId, Promise<void>>();
  /** Those of which the hub could not be rid at once, and is asked again. */
  readonly #retrying = new Set<SessionId>();
  /** What goes on by itself, and ends with the backend. */
  readonly #background = new Set<Promise<void>>();
  readonly #closed = new AbortController();
  #browsers: Record<string, HubBrowser>;
  #capacity: number;
  #onChange: () => void = () => {};

  static async create(settings: SeleniumGridSettings, context: BackendContext): Promise<SeleniumGridBackend> {
    const { url, headers = {} } = settings;
    const hub = url === undefined ? undefined : await Hub.open({ url, headers });
    const backend = new SeleniumGridBackend(settings, hub, context);
    await backend.healthCheck(AbortSignal.timeout(LOOK_MS)).catch(() => {});
    return backend;
  }

  private constructor(settings: SeleniumGridSettings, hub: Hub | undefined, context: BackendContext) {
    this.#settings = settings;
    this.#hub = hub;
    this.#name = context.name;
    this.#clock = context.clock;
    this.#log = context.log;
    this.#ledger = new HubLedger(join(context.dataFolder, 'sessions'));
    this.#browsers = settings.browsers ?? {};
    this.#capacity = settings.capacity ?? 0;
  }

  async createSession(request: SessionRequest, signal: AbortSignal): Promise<BackendSession> {
    signal.throwIfAborted();
    const hub = this.#hub;
    const browser = this.#browsers[request.browser];
    if (!hub || !browser) {
      const offered = Object.keys(this.#browsers).join(', ') || 'none';
      throw problem('invalid-argument', {
        detail: `Backend ${this.#name} has no browser ${request.browser}; it offers ${offered}.`,
      });
    }
    if (this.#sessions.active >= this.#capacity) {
      throw problem('no-capacity', {
        detail: `Backend ${this.#name} has all of its ${this.#capacity} browsers in use.`,
      });
    }
    const { refusedCapabilities = [] } = this.#settings;
    const capabilities = capabilitiesFor(browser, request, refusedCapabilities);
    const session = await this.#sessions.create(request.id, signal, (either) =>
      this.#create(hub, request, { browser, capabilities }, either),
    );
    this.#own(session);
    return session.describe();
  }

  async destroySession({ id, handle }: { id: SessionId; handle?: Handle }): Promise<void> {
    const session = await this.#sessions.settle(id);
    session?.end({ reason: 'browser-closed', detail: 'Moorage ended it.' });
    const hub = this.#hub;
    const entry = hub && ((await this.#ledger.read(id)) ?? (await this.#entryFor(hub, id, handle)));
    if (entry) await this.#letGo(hub, entry);
    this.#sessions.delete(id);
  }

  status(): PoolStatus {
    const offers = Object.entries(this.#browsers).map(([name, browser]) =>
      offerOf(name, browser, this.#settings.headed ?? false),
    );
    return { capacity: this.#capacity, active: this.#sessions.active, warming: 0, warm: {}, offers };
  }

  async healthCheck(signal: AbortSignal): Promise<Health> {
    signal.throwIfAborted();
    if (!this.#hub) return { state: 'unhealthy', reason: NO_URL };
    const { isHub, isReady, reason, capacity, sessions = [], stereotypes } = await this.#hub.look(signal);
    const before = JSON.stringify(this.status());
    if (isReady) {
      const { browsers = browsersOf(stereotypes), capacity: configured } = this.#settings;
      const others = sessions.filter((session) => !this.#isOurs(session)).length;
      this.#browsers = browsers;
      this.#capacity = Math.min(configured ?? Infinity, Math.max(0, (capacity ?? configured ?? 1) - others));
    }
    if (JSON.stringify(this.status()) !== before) this.#onChange();
    // One that is full of ours does what it is for, and some say then that they are not ready.
    const isFine = isReady || (isHub && this.#sessions.active > 0);
    return { state: isFine ? 'healthy' : 'unhealthy', reason };
  }

  async recoverSession(handle: Handle): Promise<BackendSession | 'gone'> {
    const hub = this.#hub;
    if (!hub || !Value.Check(HubHandle, handle) || handle.hub !== hub.name) return 'gone';
    const sessionId = handle.sessionId as SessionId; // minted by the allocator, and kept in the handle
    const found = await hub.findSession(handle.hubSessionId);
    const known = this.#sessions.get(sessionId);
    if (found === 'gone') return 'gone';
    if (known) return known.describe();
    // A hub that does not answer just now may have it yet: who watches it finds out.
    const session = await HubSession.open(hub, handle, this.#clock);
    this.#sessions.adopt(sessionId, session);
    this.#own(session);
    return session.describe();
  }

  async reconcile(keep: ReadonlySet<SessionId>): Promise<void> {
    const hub = this.#hub;
    if (!hub) return;
    const entries = (await this.#ledger.list()).filter(
      ({ sessionId }) => !keep.has(sessionId) && !this.#sessions.isKnown(sessionId),
    );
    await Promise.all(
      entries.map(async (entry) => {
        this.#log.info({ event: 'hub.session-swept', backend: this.#name, sessionId: entry.sessionId });
        await this.#letGo(hub, entry);
      }),
    );
  }

  watch(onChange: () => void): void {
    this.#onChange = onChange;
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error('The backend is closed.'));
    await Promise.all(this.#background);
    for (const session of this.#sessions.running().values()) session.detach();
    this.#hub?.close();
  }

  async #create(
    hub: Hub,
    request: SessionRequest,
    { browser, capabilities }: { browser: HubBrowser; capabilities: Record<string, unknown> },
    signal: AbortSignal,
  ): Promise<HubSession> {
    const entry: HubEntry = { sessionId: request.id, hub: hub.name, since: this.#clock.now() };
    await this.#ledger.write(entry);
    const made = await this.#ask(hub, entry, capabilities, signal);
    const known: HubEntry = { ...entry, hubSessionId: made.sessionId };
    try {
      await this.#ledger.write(known);
      if (request.viewport) await resizeWindow(hub, made.sessionId, request.viewport, signal);
      const { browserVersion, version, platformVersion } = made.capabilities;
      const handle: HubHandle = {
        sessionId: request.id,
        hub: hub.name,
        hubSessionId: made.sessionId,
        browser: request.browser,
        browserVersion: String(browserVersion ?? version ?? platformVersion ?? '0'),
        capabilities: tellable(made.capabilities, browser),
        sockets: socketsOf(made.capabilities),
        ...(browser.isNative && { isNative: true }),
      };
      const session = await HubSession.open(hub, handle, this.#clock);
      if (!signal.aborted) return session;
      session.end({ reason: 'browser-closed', detail: 'The start was given up.' });
      throw signal.reason;
    } catch (error) {
      await this.#letGo(hub, known);
      throw signal.aborted ? signal.reason : failure(error);
    }
  }

  /** New Session. Whatever becomes of it, nothing stays there that is not in the ledger. */
  async #ask(
    hub: Hub,
    entry: HubEntry,
    capabilities: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<DriverSession> {
    const { startTimeout = START_TIMEOUT_MS } = this.#settings;
    const cut = new AbortController();
    const cancelTimeout = this.#clock.after(startTimeout, () => {
      cut.abort(new Error(`${hub.name} did not answer within ${startTimeout} ms`));
    });
    const until = AbortSignal.any([cut.signal, this.#closed.signal]);
    const answer = hub.createSession(entry.sessionId, capabilities, until).finally(cancelTimeout);
    try {
      return await unlessAborted(answer, signal);
    } catch (error) {
      await this.#undo(hub, entry, answer, cut);
      throw signal.aborted ? signal.reason : failure(error);
    }
  }

  /** Ends what a New Session made, or may yet make. Resolves when that is done, or goes on by itself. */
  async #undo(
    hub: Hub,
    entry: HubEntry,
    answer: Promise<DriverSession>,
    cut: AbortController,
  ): Promise<void> {
    const outcome = answer.then(
      ({ sessionId }) => this.#letGo(hub, { ...entry, hubSessionId: sessionId }),
      (error: unknown) =>
        error instanceof HubRefusal ? this.#ledger.remove(entry.sessionId) : this.#letGo(hub, entry),
    );
    let isOver = false;
    const over = outcome.finally(() => {
      isOver = true;
    });
    over.catch(() => {}); // it may fail before anybody listens; who waits hears of it below
    const isKnown = async () => isOver || (await this.#findStamped(hub, entry.sessionId)) !== undefined;
    await waitUntil(isKnown, { everyMs: LISTEN_MS, timeoutMs: ANSWER_MS });
    // Hung up on, a Grid gives the request up, wherever it waits. A hub that lists nothing is better listened to.
    if (hub.tellsSessions) cut.abort(new Error('The start was given up.'));
    if (isOver || hub.tellsSessions) return over;
    this.#inBackground(over);
  }

  /** Ends there what the entry is about: at once where that can be, else in the background. */
  #letGo(hub: Hub, entry: HubEntry): Promise<void> {
    const { sessionId } = entry;
    const known = this.#ending.get(sessionId);
    if (known !== undefined) return known;
    const ending = this.#end(hub, entry).finally(() => this.#ending.delete(sessionId));
    this.#ending.set(sessionId, ending);
    return ending;
  }

  async #end(hub: Hub, entry: HubEntry): Promise<void> {
    const { sessionId } = entry;
    // For a server that is killed from now on.
    await this.#ledger.write(entry);
    if ((await this.#tryToEnd(hub, entry)) || this.#retrying.has(sessionId)) return;
    this.#retrying.add(sessionId);
    const isOver = async () => {
      const latest = await this.#ledger.read(sessionId);
      return !latest || this.#tryToEnd(hub, latest);
    };
    const wait = { everyMs: RETRY_MS, timeoutMs: GIVE_UP_MS, signal: this.#closed.signal };
    const trying = async () => {
      if (await waitUntil(isOver, wait)) return;
      this.#tellUnaccounted(hub, entry, 'it could not be reached for an hour');
      await this.#ledger.remove(sessionId);
    };
    this.#inBackground(trying().finally(() => this.#retrying.delete(sessionId)));
  }

  /** Whether the hub is known to be rid of it now, or never will be by us. */
  async #tryToEnd(hub: Hub, entry: HubEntry): Promise<boolean> {
    const { sessionId, since } = entry;
    if (entry.hub !== hub.name) {
      this.#tellUnaccounted(hub, entry, 'the configuration leads to another hub now');
      await this.#ledger.remove(sessionId);
      return true;
    }
    try {
      let { hubSessionId } = entry;
      if (hubSessionId === undefined) {
        const sessions = await hub.listSessions(AbortSignal.timeout(LOOK_MS));
        if (!sessions) this.#tellUnaccounted(hub, entry, 'it does not list its sessions');
        hubSessionId = sessions?.find(({ stamp }) => stamp === sessionId)?.id;
        // It may be in the making yet.
        if (sessions && hubSessionId === undefined && this.#clock.now() - since < LATE_MS) return false;
      }
      if (hubSessionId !== undefined) await hub.deleteSession(hubSessionId);
      await this.#ledger.remove(sessionId);
      return true;
    } catch {
      return false; // it does not answer; it is asked again
    }
  }

  /** Of a session that this backend's own ledger does not know, as where another server made it. */
  async #entryFor(hub: Hub, sessionId: SessionId, handle: Handle | undefined): Promise<HubEntry | undefined> {
    if (Value.Check(HubHandle, handle)) {
      return { sessionId, hub: handle.hub, since: 0, hubSessionId: handle.hubSessionId };
    }
    const hubSessionId = await this.#findStamped(hub, sessionId);
    return hubSessionId === undefined ? undefined : { sessionId, hub: hub.name, since: 0, hubSessionId };
  }

  /** What a hub that lists its sessions made for this one, where that is there by now. */
  async #findStamped(hub: Hub, sessionId: SessionId): Promise<string | undefined> {
    if (!hub.tellsSessions) return undefined;
    const sessions = await hub.listSessions(AbortSignal.timeout(LOOK_MS)).catch(() => undefined);
    return sessions?.find(({ stamp }) => stamp === sessionId)?.id;
  }

  #isOurs({ stamp }: ListedSession): boolean {
    return stamp !== undefined && this.#sessions.isKnown(stamp as SessionId); // it may be another Moorage's
  }

  #own(session: HubSession): void {
    void session.gone.then(({ detail }) => {
      this.#log.info({
        event: 'hub.session-ended',
        backend: this.#name,
        sessionId: session.sessionId,
        detail,
      });
      if (this.#sessions.get(session.sessionId) === session) this.#sessions.delete(session.sessionId);
    });
  }

  #inBackground(task: Promise<void>): void {
    const settled = task
      // Closed in between, or without a disk: the ledger tells the next server.
      .catch(() => {})
      .finally(() => this.#background.delete(settled));
    this.#background.add(settled);
  }

  #tellUnaccounted(hub: Hub, { sessionId }: HubEntry, why: string): void {
    this.#log.warn({ event: 'hub.session-unaccounted', backend: this.#name, sessionId, hub: hub.name, why });
  }
}

/** The page area gets the size, not the window. */
async function resizeWindow(
  hub: Hub,
  hubSessionId: string,
  { width, height }: { width: number; height: number },
  signal: AbortSignal,
): Promise<void> {
  const resize = (size: { width: number; height: number }) =>
    hub.command(hubSessionId, { method: 'POST', path: '/window/rect', body: size, signal });
  await resize({ width, height });
  const script = 'return [window.innerWidth, window.innerHeight]';
  const body = { script, args: [] };
  const inner = await hub.command(hubSessionId, { method: 'POST', path: '/execute/sync', body, signal });
  const [innerWidth, innerHeight] = Array.isArray(inner) ? inner.map(Number) : [];
  if (!innerWidth || !innerHeight || (innerWidth === width && innerHeight === height)) return;
  await resize({ width: 2 * width - innerWidth, height: 2 * height - innerHeight });
}

async function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    const giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    stop = () => signal.removeEventListener('abort', giveUp);
  });
  try {
    return await Promise.race([answer, aborted]);
  } finally {
    stop();
  }
}

function failure(error: unknown): unknown {
  if (asProblem(error)) return error;
  const detail = `${error instanceof Error ? error.message : String(error)}.`;
  const isWish = error instanceof HubRefusal && error.error === 'invalid argument';
  return problem(isWish ? 'invalid-argument' : 'session-not-created', { detail, cause: error });
}
