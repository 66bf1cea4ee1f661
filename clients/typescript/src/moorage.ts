// The client: one object for one server.

import { Artifacts } from './artifacts.ts';
import { Backends } from './backends.ts';
import { Browser } from './browser.ts';
import { Devices } from './devices.ts';
import { type EventsOptions, readEvents } from './events.ts';
import { Health } from './health.ts';
import { Keys } from './keys.ts';
import { RecordingHandle } from './recording.ts';
import { Recordings } from './recordings.ts';
import type { Event, SessionCreate, SurfacePut } from './schemas.ts';
import { Sessions } from './sessions.ts';
import { type SurfaceRequestOptions, Surfaces } from './surfaces.ts';
import { type Fetch, Transport } from './transport.ts';

export interface MoorageOptions {
  /** Default: MOORAGE_URL, else http://127.0.0.1:4477. */
  url?: string | URL;
  /** Default: MOORAGE_API_KEY, else none. */
  apiKey?: string;
  /** Instead of the global one, such as for a proxy. */
  fetch?: Fetch;
  /** How long one attempt of a request may take. Default 30 s; creating a session has a deadline of its own. */
  timeoutMs?: number;
  /** How often a request that can be repeated safely is made again after a failure that can pass. Default 2. */
  retries?: number;
}

/** What `/connect` takes: the members of a session's request that fit into an address. */
export type ConnectRequest = Omit<
  SessionCreate,
  'args' | 'extensions' | 'proxy' | 'record' | 'storageState' | 'surface' | 'capabilities' | 'tags'
>;

const DEFAULT_URL = 'http://127.0.0.1:4477';

/**
 * A Moorage server.
 *
 * ```ts
 * const moorage = new Moorage();
 * const browser = await moorage.surface('alice');
 * const page = await browser.newPage();
 * await page.goto('https://example.com');
 * await page.getByRole('link', { name: 'More' }).click();
 * ```
 */
export class Moorage {
  readonly url: string;
  readonly artifacts: Artifacts;
  readonly backends: Backends;
  readonly devices: Devices;
  readonly health: Health;
  readonly keys: Keys;
  readonly recordings: Recordings;
  readonly sessions: Sessions;
  readonly surfaces: Surfaces;
  readonly #transport: Transport;

  constructor(options: MoorageOptions = {}) {
    this.#transport = new Transport({
      url: checkedUrl(options.url ?? environment('MOORAGE_URL') ?? DEFAULT_URL),
      // An empty key is a way to ask for none.
      apiKey: (options.apiKey ?? environment('MOORAGE_API_KEY')) || undefined,
      // Browsers refuse to call `fetch` on anything but the global object.
      fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
      timeoutMs: options.timeoutMs ?? 30_000,
      retries: options.retries ?? 2,
    });
    this.url = this.#transport.url;
    this.artifacts = new Artifacts(this.#transport);
    this.backends = new Backends(this.#transport);
    this.devices = new Devices(this.#transport);
    this.health = new Health(this.#transport);
    this.keys = new Keys(this.#transport);
    this.recordings = new Recordings(this.#transport);
    this.sessions = new Sessions(this.#transport);
    this.surfaces = new Surfaces(this.#transport);
  }

  /**
   * The browser of this surface, made where there is none, and woken. Members that are absent keep what they were.
   * @throws MoorageError `surface-locked`, `no-capacity`, `session-not-created`, …
   */
  async surface(
    name: string,
    request: SurfacePut = {},
    options: SurfaceRequestOptions = {},
  ): Promise<Browser> {
    await this.surfaces.open(name, request, options);
    return this.browser(name, options);
  }

  /** The browser of a surface or of a session, without asking whether it is there. */
  browser(idOrName: string, { lease }: { lease?: string } = {}): Browser {
    return new Browser(this.#transport, idOrName, lease);
  }

  /** A recording by its id, without asking whether it is there. */
  recording(id: string): RecordingHandle {
    return new RecordingHandle(this.#transport, id);
  }

  /**
   * What happens, as it happens, for as long as one iterates. Lost connections are resumed where they broke off.
   * @throws MoorageError when the server cannot be reached at first, or refuses.
   */
  events(options: EventsOptions = {}): AsyncGenerator<Event, void, undefined> {
    return readEvents(this.#transport, options);
  }

  /**
   * A WebSocket address that makes a session when it is connected to and ends it when it is left, for
   * `puppeteer.connect({ browserWSEndpoint })`. It holds the API key, where there is one.
   */
  connectUrl(request: ConnectRequest = {}): string {
    const { viewport, ...scalars } = request;
    return this.#transport
      .address('/connect', {
        ...scalars,
        viewport: viewport && `${viewport.width}x${viewport.height}`,
        token: this.#transport.apiKey,
      })
      .replace(/^http/, 'ws');
  }
}

function checkedUrl(url: string | URL): string {
  const { protocol, href } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new TypeError(`A Moorage server has an http:// or https:// address, not ${href}`);
  }
  return href;
}

/** An environment variable, where there is such a thing (Node, Bun, Deno) and it may be read. */
function environment(name: string): string | undefined {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env?.[name] || undefined;
}
