// A backend without browsers: DevTools endpoints that live in this process and answer a few commands. For development
// without Chrome, for tests of everything above the seam, and for benchmarks with thousands of sessions.

import { type Static, Type } from 'typebox';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { SessionId } from '../ids.ts';
import {
  type Backend,
  type BackendContext,
  type BackendSession,
  defineBackend,
  FEATURES,
  type Handle,
  type Health,
  type PoolStatus,
  type SessionRequest,
} from './backend.ts';
import { FakeBrowser } from './support/fake-browser.ts';
import { devTools } from './support/fake-devtools.ts';

const FakeSettings = Type.Object(
  {
    browserName: Type.Optional(
      Type.String({
        pattern: '^[a-z][a-z0-9-]{0,63}$',
        default: 'fake',
        description: 'The browser that it offers; `chrome` lets programs for Chrome reach it.',
      }),
    ),
    capacity: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 100_000,
        default: 10,
        description: 'The most sessions at a time.',
      }),
    ),
    failStarts: Type.Optional(
      Type.Integer({ minimum: 0, default: 0, description: 'Every n-th start fails; 1 fails all, 0 none.' }),
    ),
    features: Type.Optional(
      Type.Array(Type.Enum([...FEATURES]), {
        description: 'What it claims to be able to do; everything unless given.',
      }),
    ),
    hangStarts: Type.Optional(
      Type.Boolean({ default: false, description: 'Starts never end until they are given up.' }),
    ),
    healthy: Type.Optional(Type.Boolean({ default: true, description: 'What its health probes answer.' })),
    protocol: Type.Optional(
      Type.Enum(['cdp', 'bidi', 'playwright', 'webdriver'], {
        default: 'cdp',
        description:
          'The protocol that it says its endpoint speaks, for tests of routing. It always speaks CDP.',
      }),
    ),
    startDelayMs: Type.Optional(
      Type.Integer({ minimum: 0, default: 0, description: 'How long a start takes, in milliseconds.' }),
    ),
    version: Type.Optional(Type.String({ default: '1.0.0', description: 'The version of its browser.' })),
  },
  { additionalProperties: false },
);
export type FakeSettings = Static<typeof FakeSettings>;

export const fake = defineBackend({
  kind: 'fake',
  summary: 'Answers like the DevTools endpoint of a browser without being one, for development and tests.',
  settings: FakeSettings,
  byDefault: false,
  detect: async () => ({ found: true, detail: 'It is part of Moorage.' }),
  create: async (settings, context) => new FakeBackend(settings, context),
});

export class FakeBackend implements Backend {
  readonly #settings: Required<FakeSettings>;
  readonly #clock: Clock;
  readonly #name: string;
  readonly #browsers: Map<SessionId, FakeBrowser>;
  #starts = 0;

  constructor(settings: FakeSettings, context: Pick<BackendContext, 'clock' | 'dataFolder' | 'name'>) {
    this.#settings = {
      browserName: 'fake',
      capacity: 10,
      failStarts: 0,
      features: [...FEATURES],
      hangStarts: false,
      healthy: true,
      protocol: 'cdp',
      startDelayMs: 0,
      version: '1.0.0',
      ...settings,
    };
    this.#clock = context.clock;
    this.#name = context.name;
    this.#browsers = browsersIn(context.dataFolder);
  }

  async createSession(request: SessionRequest, signal: AbortSignal): Promise<BackendSession> {
    const { browserName, capacity, version } = this.#settings;
    if (request.browser !== browserName) {
      throw problem('invalid-argument', {
        detail: `Backend ${this.#name} has no browser ${request.browser}; it offers ${browserName}.`,
      });
    }
    // The allocator reserves before it asks, so this is met only where its counts are wrong.
    if (this.#browsers.size >= capacity) {
      throw problem('no-capacity', {
        detail: `Backend ${this.#name} has all of its ${capacity} browsers in use.`,
      });
    }
    signal.throwIfAborted();

    const browser = new FakeBrowser({ name: browserName, version, userAgent: request.userAgent });
    // Stamped before the wait, so that a start can be found and ended by the session's id alone.
    this.#browsers.set(request.id, browser);
    browser.onEnd(() => this.#browsers.delete(request.id));
    const giveUp = () => browser.end({ reason: 'browser-closed', detail: 'The start was given up.' });
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await this.#start(browser);
      await devTools.add(browser);
      signal.throwIfAborted();
      return this.#describe(request.id, browser);
    } catch (error) {
      giveUp();
      await devTools.settled();
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  async destroySession({ id }: { id: SessionId; handle?: Handle }): Promise<void> {
    this.#browsers.get(id)?.end({ reason: 'browser-closed', detail: 'The session was destroyed.' });
    await devTools.settled();
  }

  status(): PoolStatus {
    const { browserName, capacity, features, protocol, version } = this.#settings;
    return {
      capacity,
      active: this.#browsers.size,
      warming: 0,
      warm: {},
      offers: [{ browser: browserName, browserVersion: version, protocols: [protocol], features }],
    };
  }

  async healthCheck(signal: AbortSignal): Promise<Health> {
    signal.throwIfAborted();
    return this.#settings.healthy
      ? { state: 'healthy', reason: 'It needs nothing.' }
      : { state: 'unhealthy', reason: 'It was told to be unhealthy; set `healthy` to true.' };
  }

  async recoverSession(handle: Handle): Promise<BackendSession | 'gone'> {
    const id = handle.sessionId as SessionId; // from #describe; anything else finds nothing
    const browser = this.#browsers.get(id);
    return browser?.guid === handle.guid && browser?.url !== undefined ? this.#describe(id, browser) : 'gone';
  }

  async reconcile(keep: ReadonlySet<SessionId>): Promise<void> {
    const orphans = [...this.#browsers].filter(([id]) => !keep.has(id));
    await Promise.all(orphans.map(([id]) => this.destroySession({ id })));
  }

  /** Test control: the browser of a session ends as if it had crashed. */
  crash(id: SessionId): void {
    const browser = this.#browsers.get(id);
    if (!browser) throw new Error(`session ${id} has no fake browser to crash`);
    browser.end({ reason: 'browser-crashed', detail: 'The fake browser was told to crash.' });
  }

  /** Test control: what the next health probes answer. */
  setHealthy(isHealthy: boolean): void {
    this.#settings.healthy = isHealthy;
  }

  /** Test control: how the next starts go, by the settings of the same names. */
  setStarts(starts: Pick<FakeSettings, 'failStarts' | 'hangStarts' | 'startDelayMs'>): void {
    Object.assign(this.#settings, starts);
  }

  /** Test control: the sessions that hold a browser, starting ones included. */
  get sessionIds(): SessionId[] {
    return [...this.#browsers.keys()];
  }

  /** Takes as long as a start is set to take, or until the browser is ended. Rejects when it is set to fail. */
  async #start(browser: FakeBrowser): Promise<void> {
    const { failStarts, hangStarts, startDelayMs } = this.#settings;
    this.#starts += 1;
    const start = this.#starts;

    if (hangStarts || startDelayMs > 0) {
      await new Promise<void>((resolve) => {
        const cancel = hangStarts ? () => {} : this.#clock.after(startDelayMs, resolve);
        browser.onEnd(() => {
          cancel();
          resolve();
        });
      });
    }
    if (failStarts > 0 && start % failStarts === 0) {
      throw problem('session-not-created', {
        detail: `Start ${start} failed, because failStarts is ${failStarts}.`,
      });
    }
  }

  /** @throws Problem `session-not-created` when the browser ended meanwhile. */
  #describe(sessionId: SessionId, { name, version, url, guid, gone }: FakeBrowser): BackendSession {
    if (url === undefined) {
      throw problem('session-not-created', { detail: 'The fake browser was ended while it started.' });
    }
    return {
      endpoint: { protocol: this.#settings.protocol, url },
      handle: { sessionId, guid },
      browser: name,
      browserVersion: version,
      gone,
    };
  }
}

/** The browsers of this process by data folder: what the process table is to a real backend. They end with it. */
const browsersByFolder = new Map<string, Map<SessionId, FakeBrowser>>();

function browsersIn(dataFolder: string): Map<SessionId, FakeBrowser> {
  const browsers = browsersByFolder.get(dataFolder) ?? new Map<SessionId, FakeBrowser>();
  browsersByFolder.set(dataFolder, browsers);
  return browsers;
}
