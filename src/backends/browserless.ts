// Browsers of Browserless, be it one's own containers or the service: several addresses are one pool. There the connection
// is the lifecycle, so a session here is one connection that we hold; clients and recorders come beside it, by the id
// that Browserless gives the browser. https://docs.browserless.io
//
// What a browser of another machine may reach is up to that machine: the network policy of this server does not hold it.

import { type Static, Type } from 'typebox';
import type { Clock } from '../clock.ts';
import type { SessionId } from '../ids.ts';
import type { Log } from '../log.ts';
import {
  type Backend,
  type BackendContext,
  type BackendSession,
  type BrowserGone,
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
import { BrowserlessAddress, type Hold } from './support/browserless-address.ts';
import { refuseDangerousArgs } from './support/chrome-flags.ts';
import { SessionBook } from './support/session-book.ts';

const BrowserlessSettings = Type.Object(
  {
    addresses: Type.Optional(
      Type.Array(
        Type.Object(
          {
            url: Type.String({
              pattern: '^(https?|wss?)://[^\\s]+$',
              description: 'Where one Browserless listens, such as `http://browserless:3000`.',
            }),
            token: Type.Optional(Type.String({ minLength: 1, description: 'Its TOKEN.' })),
            capacity: Type.Optional(
              Type.Integer({
                minimum: 0,
                maximum: 10_000,
                description: 'The most sessions there; what its /pressure says unless given.',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        { maxItems: 100, description: 'The Browserless servers of the pool.' },
      ),
    ),
    browserName: Type.Optional(
      Type.String({
        pattern: '^[a-z][a-z0-9-]{0,63}$',
        default: 'chrome',
        description: 'Under which name clients ask for its browsers.',
      }),
    ),
    path: Type.Optional(
      Type.String({
        pattern: '^/[\\w/-]*$',
        default: '/chromium',
        description: 'Which browser to ask Browserless for: `/chromium`, `/chrome`, `/edge` or `/`.',
      }),
    ),
    headed: Type.Optional(
      Type.Boolean({ default: false, description: 'It has a display, as its containers do.' }),
    ),
    launch: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'Launch parameters for every browser, such as `{"stealth": true}`.',
      }),
    ),
  },
  { additionalProperties: false },
);
type BrowserlessSettings = Static<typeof BrowserlessSettings>;

export const browserless = defineBackend({
  kind: 'browserless',
  summary: 'Takes browsers from Browserless servers, over CDP; several addresses are one pool.',
  settings: BrowserlessSettings,
  byDefault: false,
  detect,
  create: async (settings, context) => BrowserlessBackend.create(settings, context),
});

const FEATURES: Feature[] = ['args', 'headless', 'locale', 'storageState', 'userAgent', 'viewport'];
const PROBE_MS = 3000;

function detect(settings: BrowserlessSettings): Promise<Detection> {
  return detectPool(addressesOf(settings), {
    none: 'No address of a Browserless is set.',
    fix: 'Set `addresses` to where your Browserless servers listen, with their tokens.',
  });
}

function addressesOf({ addresses = [] }: BrowserlessSettings): BrowserlessAddress[] {
  return addresses.map((address, at) => new BrowserlessAddress(address, `addresses[${at}]`));
}

class BrowserlessBackend implements Backend {
  readonly #settings: BrowserlessSettings;
  readonly #name: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #addresses: readonly BrowserlessAddress[];
  readonly #holds = new SessionBook<Hold>();
  #onChange: () => void = () => {};

  static async create(settings: BrowserlessSettings, context: BackendContext): Promise<BrowserlessBackend> {
    const backend = new BrowserlessBackend(settings, context);
    await Promise.all(backend.#addresses.map((address) => address.probe(AbortSignal.timeout(PROBE_MS))));
    return backend;
  }

  private constructor(settings: BrowserlessSettings, { name, clock, log }: BackendContext) {
    this.#settings = settings;
    this.#name = name;
    this.#clock = clock;
    this.#log = log;
    this.#addresses = addressesOf(settings);
  }

  async createSession(request: SessionRequest, signal: AbortSignal): Promise<BackendSession> {
    signal.throwIfAborted();
    refuseOtherBrowser(this.#name, this.#settings.browserName ?? 'chrome', request);
    const hold = await this.#holds.create(request.id, signal, (either) => this.#create(request, either));
    void hold.gone.then(({ detail }: BrowserGone) => {
      this.#log.info({ event: 'browserless.ended', sessionId: request.id, detail });
      if (this.#holds.get(request.id) === hold) this.#holds.delete(request.id);
    });
    return {
      endpoint: { protocol: 'cdp', url: hold.url },
      handle: { address: hold.address.name, browserId: hold.browserId },
      browser: request.browser,
      browserVersion: hold.browserVersion,
      isRemote: true,
      gone: hold.gone,
    };
  }

  async destroySession({ id }: { id: SessionId; handle?: Handle }): Promise<void> {
    const hold = await this.#holds.settle(id);
    hold?.end({ reason: 'browser-closed', detail: 'Moorage ended it.' });
    this.#holds.delete(id);
    // It ends with its last connection, and somebody else's may be left: so it is told to.
    await Promise.all(this.#addresses.map((address) => address.kill(id, AbortSignal.timeout(PROBE_MS))));
  }

  status(): PoolStatus {
    const capacity = this.#addresses.reduce((sum, address) => sum + address.capacity, 0);
    return {
      capacity,
      active: this.#holds.active,
      warming: 0,
      warm: {},
      offers: [
        {
          browser: this.#settings.browserName ?? 'chrome',
          protocols: ['cdp'],
          features: this.#settings.headed ? [...FEATURES, 'headed'] : [...FEATURES],
        },
      ],
    };
  }

  healthCheck(signal: AbortSignal): Promise<Health> {
    return poolHealth(this.#addresses, signal);
  }

  watch(onChange: () => void): void {
    this.#onChange = onChange;
  }

  async #create(request: SessionRequest, signal: AbortSignal): Promise<Hold> {
    const hold = await this.#hold(request, signal);
    try {
      await grantWishes(hold.url, request, signal);
      return hold;
    } catch (error) {
      hold.end({ reason: 'browser-closed', detail: 'The start was given up.' });
      await hold.address.kill(request.id, AbortSignal.timeout(PROBE_MS));
      throw signal.aborted ? signal.reason : error;
    }
  }

  /** @throws as `takeFromPool`. */
  async #hold(request: SessionRequest, signal: AbortSignal): Promise<Hold> {
    const { path = '/chromium' } = this.#settings;
    const wish = { id: request.id, path, launch: this.#launchOf(request), clock: this.#clock };
    try {
      return await takeFromPool(this.#name, this.#addresses, (each) => each.hold(wish, signal), signal);
    } catch (error) {
      if (this.#addresses.some(({ isRefused }) => isRefused)) this.#onChange();
      throw error;
    }
  }

  /** https://docs.browserless.io/baas/launch-options */
  #launchOf({ args = [], headless, locale, userAgent }: SessionRequest): Record<string, unknown> {
    refuseDangerousArgs(args);
    const { launch = {} } = this.#settings;
    const configured = Array.isArray(launch.args) ? launch.args : [];
    return {
      ...launch,
      headless,
      args: [
        ...configured,
        ...args,
        ...(userAgent === undefined ? [] : [`--user-agent=${userAgent}`]),
        ...(locale === undefined ? [] : [`--lang=${locale}`, `--accept-lang=${locale}`]),
      ],
    };
  }
}
