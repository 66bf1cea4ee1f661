// Browsers of other machines that speak CDP: a Chrome that listens somewhere, services whose connection is the lifecycle,
// and services that make sessions by HTTP. Several addresses of one kind are one pool.
//
// What a browser of another machine may reach is up to that machine: the network policy of this server does not hold it.

import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { assertNever } from '../assert-never.ts';
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
  type Feature,
  type Handle,
  type Health,
  type PoolStatus,
  type SessionRequest,
} from './backend.ts';
import {
  detectPool,
  grantWishes,
  poolHealth,
  refuseOtherBrowser,
  takeFromPool,
} from './support/address-pool.ts';
import { BareChrome } from './support/bare-chrome.ts';
import type { AddressSettings, BrowserSource } from './support/browser-source.ts';
import { Browserbase } from './support/browserbase.ts';
import { ConnectedBrowsers } from './support/connected-browser.ts';
import { RemoteBrowser } from './support/remote-browser.ts';
import { SessionBook } from './support/session-book.ts';
import { SessionNotes } from './support/session-notes.ts';
import { releaseFound } from './support/session-service.ts';
import { SourceMember } from './support/source-member.ts';
import { Steel } from './support/steel.ts';

const RemoteCdpSettings = Type.Object(
  {
    service: Type.Optional(
      Type.Enum(['browserbase', 'chrome', 'connection', 'steel'], {
        default: 'chrome',
        description:
          'What listens at the addresses: a Chrome with `--remote-debugging-port`, whatever gives a browser to each `connection`, or the API of Steel or of Browserbase.',
      }),
    ),
    addresses: Type.Optional(
      Type.Array(
        Type.Object(
          {
            url: Type.String({
              pattern: '^(https?|wss?)://[^\\s]+$',
              description:
                'Such as `http://10.0.0.7:9222`, `https://api.steel.dev`, or the `wss://` address of a service.',
            }),
            token: Type.Optional(
              Type.String({ minLength: 1, description: 'The key of the API, for Steel and Browserbase.' }),
            ),
            headers: Type.Optional(
              Type.Record(Type.String(), Type.String(), {
                description: 'More for every request and connection there, such as `authorization`.',
              }),
            ),
            capacity: Type.Optional(
              Type.Integer({
                minimum: 0,
                maximum: 10_000,
                description: 'The most sessions there; 1 unless given, and always 1 for a Chrome.',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        { maxItems: 100, description: 'The members of the pool.' },
      ),
    ),
    browserName: Type.Optional(
      Type.String({
        pattern: '^[a-z][a-z0-9-]{0,63}$',
        default: 'chrome',
        description: 'Under which name clients ask for its browsers.',
      }),
    ),
    headed: Type.Optional(Type.Boolean({ default: false, description: 'They have a display.' })),
    afterSession: Type.Optional(
      Type.Enum(['close', 'sweep'], {
        default: 'sweep',
        description:
          'What becomes of a Chrome: `close` ends it, and whoever keeps it starts another one; `sweep` closes its pages and clears cookies, storage and cache, which is less.',
      }),
    ),
    lifetime: Type.Optional(
      Duration({
        default: '15m',
        minimum: '1m',
        maximum: '24h',
        description: 'After which Steel and Browserbase end a session whatever becomes of this server.',
      }),
    ),
    create: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description:
          'More for the request by which Steel or Browserbase makes a session, such as `{"projectId": "…", "region": "eu-central-1"}`.',
      }),
    ),
  },
  { additionalProperties: false },
);
type RemoteCdpSettings = Static<typeof RemoteCdpSettings>;

export const remoteCdp = defineBackend({
  kind: 'remote-cdp',
  summary:
    'Takes browsers that speak CDP from other machines: a Chrome that listens, Steel, Browserbase, or any service that gives one to a connection.',
  settings: RemoteCdpSettings,
  byDefault: false,
  detect,
  create: async (settings, context) => RemoteCdpBackend.create(settings, context),
});

const PROBE_MS = 3000;
const RELEASE_MS = 15_000;
const LIFETIME_MS = 15 * 60_000;
/** How long it is looked for what a service may have made after its answer was lost. */
const LOST_MS = 5 * 60_000;

function detect(settings: RemoteCdpSettings): Promise<Detection> {
  return detectPool(membersOf(settings), {
    none: 'No address is set.',
    fix: 'Set `addresses` to where browsers are, and `service` to what listens there.',
  });
}

function membersOf(settings: RemoteCdpSettings): SourceMember[] {
  const { addresses = [], service } = settings;
  const hasKey = service === 'browserbase' || service === 'steel';
  return addresses.map((address, at) => {
    const { host } = new URL(address.url);
    const setting = `addresses[${at}]`;
    return new SourceMember(host, sourceOf(settings, { ...address, name: host }), {
      capacity: address.capacity ?? 1,
      login: hasKey ? `\`${setting}.token\`` : `\`${setting}.url\` or \`${setting}.headers\``,
    });
  });
}

function sourceOf(
  { service = 'chrome', afterSession, lifetime = LIFETIME_MS, create = {} }: RemoteCdpSettings,
  address: AddressSettings & { name: string },
): BrowserSource {
  switch (service) {
    case 'browserbase':
      return new Browserbase({ ...address, lifetimeMs: lifetime, body: create });
    case 'chrome':
      return new BareChrome({ ...address, closes: afterSession === 'close' });
    case 'connection':
      return new ConnectedBrowsers(address);
    case 'steel':
      return new Steel({ ...address, lifetimeMs: lifetime, body: create });
    default:
      return assertNever(service);
  }
}

class RemoteCdpBackend implements Backend {
  readonly #settings: RemoteCdpSettings;
  readonly #name: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #members: readonly SourceMember[];
  readonly #notes: SessionNotes;
  readonly #browsers = new SessionBook<RemoteBrowser>();
  /** Sessions that may be under way somewhere though nobody waits for them, and until when they are looked for. */
  readonly #lost = new Map<SessionId, number>();
  #onChange: () => void = () => {};
  readonly recoverSession?: (handle: Handle) => Promise<BackendSession | 'gone'>;

  static async create(settings: RemoteCdpSettings, context: BackendContext): Promise<RemoteCdpBackend> {
    const backend = new RemoteCdpBackend(settings, context);
    await Promise.all(backend.#members.map((member) => member.probe(AbortSignal.timeout(PROBE_MS))));
    return backend;
  }

  private constructor(settings: RemoteCdpSettings, { name, dataFolder, clock, log }: BackendContext) {
    this.#settings = settings;
    this.#name = name;
    this.#clock = clock;
    this.#log = log;
    this.#members = membersOf(settings);
    this.#notes = new SessionNotes(join(dataFolder, 'sessions'));
    if (this.#members.some(({ source }) => source.outlivesConnection)) {
      this.recoverSession = (handle) => this.#recover(handle);
    }
  }

  async createSession(request: SessionRequest, signal: AbortSignal): Promise<BackendSession> {
    signal.throwIfAborted();
    refuseOtherBrowser(this.#name, this.#settings.browserName ?? 'chrome', request);
    const browser = await this.#browsers.create(request.id, signal, (either) => this.#take(request, either));
    return this.#sessionOf(request.id, browser);
  }

  async destroySession({ id, handle }: { id: SessionId; handle?: Handle }): Promise<void> {
    const browser = await this.#browsers.settle(id);
    const note = handle ?? (await this.#notes.read(id));
    browser?.end({ reason: 'browser-closed', detail: 'Moorage ended it.' });
    this.#browsers.delete(id);
    const remoteId = typeof note?.remoteId === 'string' ? note.remoteId : undefined;
    const members = this.#members.filter(({ name }) => name === note?.address);
    const signal = AbortSignal.timeout(RELEASE_MS);
    await Promise.all(members.map(({ source }) => source.release({ id, remoteId }, signal)));
    // Not before: whoever comes next must not be swept.
    for (const member of this.#members) member.leave(id);
    if (!this.#lost.has(id)) await this.#notes.remove(id);
  }

  status(): PoolStatus {
    const { browserName = 'chrome', headed } = this.#settings;
    const features: Feature[] = [...(this.#members[0]?.source.features ?? []), 'headless'];
    return {
      capacity: this.#members.reduce((sum, { capacity }) => sum + capacity, 0),
      active: this.#browsers.active,
      warming: 0,
      warm: {},
      offers: [
        { browser: browserName, protocols: ['cdp'], features: headed ? [...features, 'headed'] : features },
      ],
    };
  }

  async healthCheck(signal: AbortSignal): Promise<Health> {
    const [health] = await Promise.all([poolHealth(this.#members, signal), this.#releaseLost(signal)]);
    return health;
  }

  async reconcile(keep: ReadonlySet<SessionId>): Promise<void> {
    const strays = (await this.#notes.list()).filter((id) => !keep.has(id) && !this.#browsers.isKnown(id));
    await Promise.all(strays.map((id) => this.destroySession({ id })));
  }

  watch(onChange: () => void): void {
    this.#onChange = onChange;
  }

  async close(): Promise<void> {
    for (const { source } of this.#members) source.close?.();
  }

  /** @throws as `takeFromPool`. */
  async #take(request: SessionRequest, signal: AbortSignal): Promise<RemoteBrowser> {
    const { id } = request;
    try {
      return await takeFromPool(
        this.#name,
        this.#members,
        async (member) => {
          if (!member.enter(id)) throw problem('no-capacity', { detail: `${member.name} is taken.` });
          try {
            return await this.#takeOf(member, request, signal);
          } catch (error) {
            const refusal = asProblem(error);
            if (refusal?.code === 'no-capacity') member.rest(refusal.retryAfterSeconds);
            member.leave(id);
            throw member.explain(error);
          }
        },
        signal,
      );
    } catch (error) {
      if (this.#members.some(({ isRefused }) => isRefused)) this.#onChange();
      throw error;
    }
  }

  async #takeOf(member: SourceMember, request: SessionRequest, signal: AbortSignal): Promise<RemoteBrowser> {
    const { id } = request;
    const { name, source } = member;
    await this.#notes.write(id, { address: name });
    let remoteId: string | undefined;
    let browser: RemoteBrowser | undefined;
    let isLost = false;
    try {
      const given = await source.open(request, signal, () => {
        isLost = true;
      });
      remoteId = given.remoteId;
      await this.#notes.write(id, { address: name, remoteId });
      browser = await RemoteBrowser.connect(given, this.#linkTo(id, member), signal);
      await grantWishes(browser.url, request, signal);
      this.#watch(id, browser);
      return browser;
    } catch (error) {
      browser?.end({ reason: 'browser-closed', detail: 'The start was given up.' });
      if (remoteId !== undefined) await source.release({ id, remoteId }, AbortSignal.timeout(RELEASE_MS));
      if (isLost) this.#lost.set(id, this.#clock.monotonic() + LOST_MS);
      else await this.#notes.remove(id);
      throw signal.aborted ? signal.reason : error;
    }
  }

  /** Looks once more for what a service may have made after its answer was lost. Never rejects. */
  async #releaseLost(signal: AbortSignal): Promise<void> {
    for (const [id, until] of this.#lost) {
      const note = await this.#notes.read(id);
      const members = this.#members.filter(({ name }) => name === note?.address);
      const isFound = await Promise.all(members.map(({ source }) => releaseFound(source, { id }, signal)));
      if (!isFound.includes(true) && this.#clock.monotonic() < until) continue;
      this.#lost.delete(id);
      await this.#notes.remove(id);
      this.#log.info({ event: 'remote-cdp.lost', sessionId: id, isFound: isFound.includes(true) });
    }
  }

  async #recover(handle: Handle): Promise<BackendSession | 'gone'> {
    const { sessionId, address, remoteId } = handle as {
      sessionId: SessionId;
      address: string;
      remoteId: string;
    }; // as below
    const running = this.#browsers.get(sessionId);
    if (running) return this.#sessionOf(sessionId, running);
    const signal = AbortSignal.timeout(RELEASE_MS);
    for (const member of this.#members.filter(({ name }) => name === address)) {
      const given = await member.source.find({ id: sessionId, remoteId }, signal);
      if (!given) continue;
      const browser = await RemoteBrowser.connect(given, this.#linkTo(sessionId, member), signal);
      member.enter(sessionId);
      this.#browsers.adopt(sessionId, browser);
      this.#watch(sessionId, browser);
      return this.#sessionOf(sessionId, browser);
    }
    return 'gone';
  }

  #linkTo(id: SessionId, { name, source }: SourceMember) {
    return { id, source, sourceName: name, clock: this.#clock };
  }

  #watch(id: SessionId, browser: RemoteBrowser): void {
    void browser.gone.then(({ detail }) => {
      this.#log.info({ event: 'remote-cdp.ended', sessionId: id, detail });
      if (this.#browsers.get(id) === browser) this.#browsers.delete(id);
    });
  }

  #sessionOf(id: SessionId, browser: RemoteBrowser): BackendSession {
    return {
      endpoint: { protocol: 'cdp', url: browser.url },
      handle: { sessionId: id, address: browser.sourceName, remoteId: browser.remoteId },
      browser: this.#settings.browserName ?? 'chrome',
      browserVersion: browser.version,
      isRemote: true,
      gone: browser.gone,
    };
  }
}
