// Browsers of a WebDriver hub: Selenium's Grid, an Appium server with its devices, a service. Sessions are made and ended
// there; whatever it was asked for stands in a ledger until the hub is known to be rid of it, since a hub that has
// accepted a session and whose answer was lost keeps a browser that nobody knows of.
//
// What a browser of another machine may reach is up to that machine: the network policy of this server does not hold it.

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
import { HubLedger } from './support/hub-ledger.ts';
import { HubHandle, HubSession, socketsOf } from './support/hub-session.ts';
import { SessionBook } from './support/session-book.ts';
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
  /** The hub, where one is set, and what it was asked for. */
  readonly #at: { hub: Hub; ledger: HubLedger } | undefined;
  readonly #name: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #sessions = new SessionBook<HubSession>();
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
    this.#at = hub && { hub, ledger: new HubLedger(hub, context) };
    this.#name = context.name;
    this.#clock = context.clock;
    this.#log = context.log;
    this.#browsers = settings.browsers ?? {};
    this.#capacity = settings.capacity ?? 0;
  }

  async createSession(request: SessionRequest, signal: AbortSignal): Promise<BackendSession> {
    signal.throwIfAborted();
    const at = this.#at;
    const browser = this.#browsers[request.browser];
    if (!at || !browser) {
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
      this.#create(at, request, { browser, capabilities }, either),
    );
    this.#own(session);
    return session.describe();
  }

  async destroySession({ id, handle }: { id: SessionId; handle?: Handle }): Promise<void> {
    const session = await this.#sessions.settle(id);
    session?.end({ reason: 'browser-closed', detail: 'Moorage ended it.' });
    const ledger = this.#at?.ledger;
    const entry = await ledger?.find(id, Value.Check(HubHandle, handle) ? handle : undefined);
    if (entry) await ledger?.letGo(entry);
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
    if (!this.#at) return { state: 'unhealthy', reason: NO_URL };
    const { isHub, isReady, reason, capacity, sessions = [], stereotypes } = await this.#at.hub.look(signal);
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
    const hub = this.#at?.hub;
    if (!hub || !Value.Check(HubHandle, handle) || handle.hub !== hub.name) return 'gone';
    const sessionId = handle.sessionId as SessionId; // minted by the allocator, and kept in the handle
    const found = await hub.findSession(handle.hubSessionId);
    const known = this.#sessions.get(sessionId);
    if (found === 'gone') return 'gone';
    if (known) return known.describe();
    // A hub that does not answer just now may have it yet: who watches it finds out.
    const session = await HubSession.resume(hub, handle, this.#clock);
    this.#sessions.adopt(sessionId, session);
    this.#own(session);
    return session.describe();
  }

  async reconcile(keep: ReadonlySet<SessionId>): Promise<void> {
    const ledger = this.#at?.ledger;
    if (!ledger) return;
    const entries = (await ledger.list()).filter(
      ({ sessionId }) => !keep.has(sessionId) && !this.#sessions.isKnown(sessionId),
    );
    await Promise.all(
      entries.map(async (entry) => {
        this.#log.info({ event: 'hub.session-swept', backend: this.#name, sessionId: entry.sessionId });
        await ledger.letGo(entry);
      }),
    );
  }

  watch(onChange: () => void): void {
    this.#onChange = onChange;
  }

  async close(): Promise<void> {
    await this.#at?.ledger.close();
    for (const session of this.#sessions.running().values()) session.detach();
    this.#at?.hub.close();
  }

  async #create(
    { hub, ledger }: { hub: Hub; ledger: HubLedger },
    request: SessionRequest,
    { browser, capabilities }: { browser: HubBrowser; capabilities: Record<string, unknown> },
    signal: AbortSignal,
  ): Promise<HubSession> {
    const { startTimeout: timeoutMs = START_TIMEOUT_MS } = this.#settings;
    try {
      const { made, entry } = await ledger.createSession(request.id, capabilities, { timeoutMs, signal });
      try {
        return await this.#begin(hub, request, { browser, made }, signal);
      } catch (error) {
        await ledger.letGo(entry);
        throw error;
      }
    } catch (error) {
      throw signal.aborted ? signal.reason : failure(error);
    }
  }

  async #begin(
    hub: Hub,
    { id, browser: name, viewport }: SessionRequest,
    { browser, made }: { browser: HubBrowser; made: DriverSession },
    signal: AbortSignal,
  ): Promise<HubSession> {
    if (viewport) await resizeWindow(hub, made.sessionId, viewport, signal);
    const { browserVersion, version, platformVersion } = made.capabilities;
    const handle: HubHandle = {
      sessionId: id,
      hub: hub.name,
      hubSessionId: made.sessionId,
      browser: name,
      browserVersion: String(browserVersion ?? version ?? platformVersion ?? '0'),
      capabilities: tellable(made.capabilities, browser),
      sockets: socketsOf(made.capabilities),
      ...(browser.isNative && { isNative: true }),
    };
    const session = await HubSession.begin(hub, handle, this.#clock);
    if (!signal.aborted) return session;
    session.end({ reason: 'browser-closed', detail: 'The start was given up.' });
    throw signal.reason;
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

function failure(error: unknown): unknown {
  if (asProblem(error)) return error;
  const detail = `${error instanceof Error ? error.message : String(error)}.`;
  const isWish = error instanceof HubRefusal && error.error === 'invalid argument';
  return problem(isWish ? 'invalid-argument' : 'session-not-created', { detail, cause: error });
}
