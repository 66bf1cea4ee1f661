// A backend without browsers: DevTools endpoints that live in this process and answer a few commands. For development
// without Chrome, for tests of everything above the seam, and for benchmarks with thousands of sessions.

import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Static, Type } from 'typebox';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../clock.ts';
import { problem } from '../errors.ts';
import type { SessionId } from '../ids.ts';
import {
  type Backend,
  type BackendContext,
  type BackendSession,
  type BrowserGone,
  defineBackend,
  FEATURES,
  type Handle,
  type Health,
  type PoolStatus,
  type SessionRequest,
} from './backend.ts';

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

class FakeBrowser {
  readonly guid = randomUUID();
  readonly targetId = randomUUID().replaceAll('-', '').toUpperCase();
  readonly name: string;
  readonly version: string;
  readonly userAgent: string;
  readonly gone: Promise<BrowserGone>;
  /** The address of its WebSocket, from when it can be reached until it ends. */
  url: string | undefined;
  hasEnded = false;
  readonly #sockets = new Set<WebSocket>();
  readonly #onEnd: Array<() => void> = [];
  #resolveGone: (gone: BrowserGone) => void = () => {};

  constructor(options: { name: string; version: string; userAgent: string | undefined }) {
    this.name = options.name;
    this.version = options.version;
    this.userAgent = options.userAgent ?? `Moorage-Fake/${options.version}`;
    this.gone = new Promise((resolve) => {
      this.#resolveGone = resolve;
    });
  }

  get product(): string {
    return `${this.name[0]?.toUpperCase()}${this.name.slice(1)}/${this.version}`;
  }

  /** Calls `callback` once when the browser ends; at once if it has. */
  onEnd(callback: () => void): void {
    if (this.hasEnded) callback();
    else this.#onEnd.push(callback);
  }

  /** Ends it the way a process ends: its sockets are cut without a Close frame. Idempotent. */
  end(gone: BrowserGone): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.url = undefined;
    for (const socket of this.#sockets) socket.terminate();
    for (const callback of this.#onEnd) callback();
    this.#resolveGone(gone);
  }

  /** Serves one DevTools connection, of the browser or of its one page: both understand the same. */
  connect(socket: WebSocket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    // ws closes the socket on a protocol error by itself; without a listener the error would end the process.
    socket.on('error', () => {});
    socket.on('message', (data) => answer(this, socket, data.toString()));
  }
}

interface Call {
  browser: FakeBrowser;
  params: Record<string, unknown>;
  /** Sends one message. Resolves when it has left, so that a slow reader holds its sender back, or cannot any more. */
  send(message: object): Promise<void>;
  reply(result: object): Promise<void>;
  refuse(message: string): Promise<void>;
}

/** What its browsers understand. */
const COMMANDS: Record<string, (call: Call) => Promise<void>> = {
  async 'Browser.close'({ browser, reply }) {
    await reply({});
    browser.end({ reason: 'browser-closed', detail: 'A client closed the fake browser.' });
  },
  async 'Browser.crash'({ browser }) {
    browser.end({ reason: 'browser-crashed', detail: 'A client crashed the fake browser.' });
  },
  'Browser.getVersion': ({ browser, reply }) =>
    reply({
      protocolVersion: '1.3',
      product: browser.product,
      revision: '@0',
      userAgent: browser.userAgent,
      jsVersion: '0.0',
    }),
  'Fake.echo': ({ params, reply }) => reply(params),
  async 'Fake.flood'({ params, send, reply, refuse }) {
    const { bytes, count } = params;
    if (!isCount(bytes) || !isCount(count)) return refuse('Invalid parameters: bytes and count are integers');
    const data = 'x'.repeat(bytes);
    for (let index = 0; index < count; index += 1)
      await send({ method: 'Fake.flooded', params: { index, data } });
    await reply({ sent: count });
  },
  'Target.getTargets': ({ browser, reply }) =>
    reply({
      targetInfos: [
        {
          targetId: browser.targetId,
          type: 'page',
          title: 'about:blank',
          url: 'about:blank',
          attached: false,
          canAccessOpener: false,
        },
      ],
    }),
};

/** Answers one message as JSON-RPC does in Chrome, wrong ones included. */
function answer(browser: FakeBrowser, socket: WebSocket, text: string): void {
  const send = (message: object) =>
    new Promise<void>((resolve) => {
      if (socket.readyState !== socket.OPEN) resolve();
      else socket.send(JSON.stringify(message), () => resolve());
    });

  const message = parseObject(text);
  if (!message) {
    void send({ error: { code: -32700, message: 'JSON: an object is expected' } });
    return;
  }
  const { id, method, params } = message;
  if (!Number.isInteger(id) || typeof method !== 'string') {
    void send({ error: { code: -32600, message: "Message must have integer 'id' and string 'method'" } });
    return;
  }
  const command = Object.hasOwn(COMMANDS, method) ? COMMANDS[method] : undefined;
  if (!command) {
    void send({ id, error: { code: -32601, message: `'${method}' wasn't found` } });
    return;
  }
  // A command cannot fail: what it sends to a closed socket is dropped.
  void command({
    browser,
    params: asObject(params) ?? {},
    send,
    reply: (result) => send({ id, result }),
    refuse: (reason) => send({ id, error: { code: -32602, message: reason } }),
  });
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : undefined; // any object can be read by string keys
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

/**
 * The one port behind every fake browser of this process, since thousands of listeners would cost more than they show.
 * It is open while there is a browser. A browser's address begins with its guid, so that `…/json/version` beside
 * `…/devtools/` tells of that browser alone.
 */
class DevTools {
  readonly #browsers = new Map<string, FakeBrowser>();
  readonly #upgrades = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  #listening: Promise<Server> | undefined;
  #closing: Promise<void> = Promise.resolve();

  /** Makes a browser reachable until it ends. */
  async add(browser: FakeBrowser): Promise<void> {
    this.#browsers.set(browser.guid, browser);
    browser.onEnd(() => this.#remove(browser));
    if (browser.hasEnded) return;
    this.#listening ??= this.#listen();
    const { port } = (await this.#listening).address() as AddressInfo; // TCP, so never a path
    if (!browser.hasEnded) {
      browser.url = `ws://127.0.0.1:${port}/${browser.guid}/devtools/browser/${browser.guid}`;
    }
  }

  /** Resolves when no port is being closed any more. */
  settled(): Promise<void> {
    return this.#closing;
  }

  #remove(browser: FakeBrowser): void {
    this.#browsers.delete(browser.guid);
    if (this.#browsers.size > 0 || !this.#listening) return;
    const listening = this.#listening;
    this.#listening = undefined;
    this.#closing = Promise.all([this.#closing, listening.then(close, () => {})]).then(() => {});
  }

  async #listen(): Promise<Server> {
    const server = createServer((request, response) => this.#respond(request, response));
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return server;
  }

  #respond(request: IncomingMessage, response: ServerResponse): void {
    const [, guid = '', path = ''] = /^\/([^/]+)(\/json(?:\/\w+)?)\/?$/.exec(pathOf(request)) ?? [];
    const browser = this.#browsers.get(guid);
    const status = refusal(request) ?? (browser ? 200 : 404);
    const body = browser && status === 200 ? discover(browser, path, request.headers.host ?? '') : undefined;
    if (!body) {
      response.writeHead(status === 200 ? 404 : status).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(body));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const [, guid = '', kind, id] =
      /^\/([^/]+)\/devtools\/(browser|page)\/([^/]+)$/.exec(pathOf(request)) ?? [];
    const browser = this.#browsers.get(guid);
    const isKnown = browser && id === (kind === 'page' ? browser.targetId : browser.guid);
    const status = refusal(request) ?? (request.headers.origin ? 403 : isKnown ? undefined : 404);
    if (!browser || status !== undefined) {
      socket.on('error', () => {});
      socket.end(
        `HTTP/1.1 ${status} ${STATUS_CODES[status ?? 404]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      );
      return;
    }
    this.#upgrades.handleUpgrade(request, socket, head, (webSocket) => browser.connect(webSocket));
  }
}

const devTools = new DevTools();

/** The DevTools HTTP endpoints, or `undefined` for a path that is none. */
function discover(browser: FakeBrowser, path: string, host: string): object | undefined {
  const base = `ws://${host}/${browser.guid}/devtools`;
  switch (path) {
    case '/json/version':
      return {
        Browser: browser.product,
        'Protocol-Version': '1.3',
        'User-Agent': browser.userAgent,
        webSocketDebuggerUrl: `${base}/browser/${browser.guid}`,
      };
    case '/json':
    case '/json/list':
      return [
        {
          id: browser.targetId,
          type: 'page',
          title: 'about:blank',
          url: 'about:blank',
          webSocketDebuggerUrl: `${base}/page/${browser.targetId}`,
        },
      ];
    case '/json/protocol':
      return { version: { major: '1', minor: '3' }, domains: describeCommands() };
    default:
      return undefined;
  }
}

function describeCommands(): object[] {
  const domains = new Map<string, Array<{ name: string }>>();
  for (const method of Object.keys(COMMANDS)) {
    const [domain = '', name = ''] = method.split('.');
    domains.set(domain, [...(domains.get(domain) ?? []), { name }]);
  }
  return [...domains].map(([domain, commands]) => ({ domain, commands }));
}

/** Chrome's guard against DNS rebinding: 500 for a Host that is neither an address nor localhost. */
function refusal(request: IncomingMessage): number | undefined {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return isIP(host) || host === 'localhost' ? undefined : 500;
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').replace(/\?.*$/, '');
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
