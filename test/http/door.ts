// The HTTP server over a real allocator, store and relay with fake browsers, for tests of everything behind the door.
// Time stands still until the test moves it; sockets are real.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pino } from 'pino';
import WebSocket from 'ws';
import type { FakeSettings } from '../../src/backends/fake.ts';
import { EventLog } from '../../src/events/events.ts';
import {
  createServer,
  type HttpConfig,
  type HttpServer,
  type HttpServerOptions,
  SessionSecrets,
} from '../../src/http/server.ts';
import { createMetrics, type Metrics } from '../../src/metrics.ts';
import { type ArtifactLimits, Artifacts } from '../../src/pages/artifacts.ts';
import type { ProblemDetails } from '../../src/protocol/problem.ts';
import type { Session } from '../../src/protocol/sessions.ts';
import { LiveViews } from '../../src/recording/live-view.ts';
import { type RecordingLimits, Recordings } from '../../src/recording/recordings.ts';
import { Relay } from '../../src/relay/relay.ts';
import type { SessionSettings } from '../../src/sessions/allocator.ts';
import { SurfaceRecords, Surfaces } from '../../src/surfaces/surfaces.ts';
import { Allocation } from '../sessions/allocation.ts';
import { FakePages } from './fake-pages.ts';

export const KEYS = { admin: 'an-admin-key-for-tests', alice: 'a-key-of-alice', bob: 'a-key-of-bob' };

/** The configuration of a server with one key for each of the clients `ops` (admin), `alice` and `bob`. */
export const WITH_KEYS = {
  keys: [
    { client: 'ops', hash: hashOf(KEYS.admin), admin: true },
    { client: 'alice', hash: hashOf(KEYS.alice) },
    { client: 'bob', hash: hashOf(KEYS.bob) },
  ],
} satisfies Partial<HttpConfig>;

const ARTIFACT_LIMITS: ArtifactLimits = {
  lifetimeMs: 3_600_000,
  maxBytes: 1_000_000,
  maxBytesPerClient: 10_000_000,
  maxPerClient: 100,
};

/** Of browsers without DevTools, of which there are none. */
const NO_PAGES = {
  list: async () => [],
  open: async () => {},
  close: async () => {},
  run: async () => null,
};

export interface DoorOptions {
  config?: Partial<Omit<HttpConfig, 'http'>> & { http?: Partial<HttpConfig['http']> };
  artifacts?: Partial<ArtifactLimits>;
  recordings?: Partial<RecordingLimits>;
  members?: Record<string, FakeSettings>;
  sessions?: Partial<SessionSettings>;
}

export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

export class Door {
  readonly farm: Allocation;
  readonly server: HttpServer;
  readonly relay: Relay;
  readonly pages: FakePages;
  readonly artifacts: Artifacts;
  readonly surfaces: Surfaces;
  readonly metrics: Metrics;
  /** What was logged, a line of JSON each. */
  readonly logged: string[];

  private constructor(
    farm: Allocation,
    made: Pick<Door, 'artifacts' | 'logged' | 'metrics' | 'pages' | 'relay' | 'server' | 'surfaces'>,
  ) {
    this.farm = farm;
    this.server = made.server;
    this.relay = made.relay;
    this.pages = made.pages;
    this.artifacts = made.artifacts;
    this.surfaces = made.surfaces;
    this.metrics = made.metrics;
    this.logged = made.logged;
  }

  /** Opens a server on a free port of 127.0.0.1. */
  static async open(options?: DoorOptions): Promise<Door> {
    const door = await Door.build(options);
    await door.server.listen();
    return door;
  }

  /** A server that does not listen yet. Leaves nothing behind when it cannot be built. */
  static async build(options: DoorOptions = {}): Promise<Door> {
    const { config = {}, members, sessions } = options;
    const farm = await Allocation.open(members, sessions);
    const { allocator, background, clock, store } = farm;
    const logged: string[] = [];
    const log = pino({ level: 'trace', base: null }, { write: (line: string) => logged.push(line) });
    const metrics = createMetrics();
    const relay = new Relay({ clock, log, metrics });
    const pages = new FakePages();
    const artifacts = await Artifacts.open({
      folder: join(farm.folder, 'artifacts'),
      limits: { ...ARTIFACT_LIMITS, ...options.artifacts },
      clock,
      metrics,
      background,
    });
    const records = new SurfaceRecords({
      root: join(farm.folder, 'surfaces'),
      store,
      clock,
      node: 'node-1',
      isSoleServer: true,
    });
    await records.load();
    const surfaces = new Surfaces({
      root: join(farm.folder, 'surfaces'),
      records,
      // Fake browsers have no process to look at.
      backend: {
        look: async ({ client, name }) => {
          const running = [...allocator.readySessions()].map(({ terms }) => terms);
          const isRunning = running.some((terms) => terms.client === client && terms.surface === name);
          return { status: isRunning ? 'running' : 'stopped' };
        },
      },
      allocator,
      limits: { max: 5, archiveBytes: 10_000_000 },
      reaper: { intervalMs: 1000, lateTickMs: 5000 },
      events: new EventLog({ store, clock }),
      clock,
      metrics,
      log,
      background,
    });
    await surfaces.prepare();
    await surfaces.start(0);
    const recordings = new Recordings({
      root: join(farm.folder, 'recordings'),
      node: 'node-1',
      isSoleServer: true,
      video: { ffmpegPath: 'ffmpeg', max: 1, frameRate: 15 },
      limits: {
        maxAgeMs: 3_600_000,
        maxCount: 100,
        maxBytes: 1_000_000_000,
        maxBytesEach: 1_000_000_000,
        maxLive: 10,
        importBytes: 1_000_000,
        ...options.recordings,
      },
      store,
      events: new EventLog({ store, clock }),
      clock,
      metrics,
      log,
      background,
    });
    const secrets = await SessionSecrets.open({ store, clock });
    const liveViews = new LiveViews({
      sign: (text) => secrets.secretOf(text),
      baseUrl: () => 'http://127.0.0.1',
      pages: NO_PAGES,
      surfaceId: (client, name) => surfaces.findId(client, name),
      checkAddress: async () => {},
      note: () => {},
      limits: { leaseMs: 30_000, graceMs: 5000, idleMs: 600_000, maxWatchers: 5, maxWatchersPerClient: 10 },
      events: new EventLog({ store, clock }),
      clock,
      metrics,
      log,
      background,
    });
    const settings: HttpServerOptions = {
      config: {
        host: '127.0.0.1',
        port: 0,
        clients: {},
        keys: [],
        sessions: { max: 1000, maxTimeout: 86_400_000 },
        pages: { resultSize: 10_000 },
        ...config,
        http: { bodyLimit: 1_000_000, allowedHosts: [], allowedOrigins: [], rateLimit: 1000, ...config.http },
      },
      allocator,
      relay,
      liveViews,
      pages,
      recordings,
      surfaces,
      artifacts,
      events: new EventLog({ store, clock }),
      secrets,
      store,
      metrics,
      log,
      clock,
      background,
    };
    try {
      return new Door(farm, {
        server: await createServer(settings),
        relay,
        pages,
        surfaces,
        artifacts,
        metrics,
        logged,
      });
    } catch (error) {
      await farm.expectNothingLeft();
      throw error;
    }
  }

  get url(): string {
    return this.server.url;
  }

  get host(): string {
    return new URL(this.url).host;
  }

  /** Sends a request with a JSON body, or with `text` as it is. The answer is whatever the caller expects it to be. */
  async call<T>(
    method: string,
    path: string,
    options: { key?: string; headers?: Record<string, string>; body?: unknown; text?: string } = {},
  ): Promise<Answer<T>> {
    const { key, headers, body, text = body === undefined ? undefined : JSON.stringify(body) } = options;
    const response = await fetch(this.url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(text !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...headers,
      },
      ...(text !== undefined && { body: text }),
    });
    const answer = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson ? JSON.parse(answer) : answer) as T,
    };
  }

  /** The problem with which a request is answered. */
  async refusal(...request: Parameters<Door['call']>): Promise<Answer<ProblemDetails>> {
    const answer = await this.call<ProblemDetails>(...request);
    if (!answer.headers.get('content-type')?.startsWith('application/problem+json')) {
      throw new Error(`no problem was answered but ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    return answer;
  }

  async create(body: unknown = {}, key?: string): Promise<Session> {
    const answer = await this.call<Session>('POST', '/v1/sessions', {
      body,
      ...(key !== undefined && { key }),
    });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return answer.body;
  }

  /** Opens a WebSocket, which is cut when the test ends. */
  socket(pathOrUrl: string, headers: Record<string, string> = {}): TestSocket {
    return new TestSocket(new URL(pathOrUrl, this.url.replace('http', 'ws')).href, headers);
  }

  /** Stops everything and proves that nothing is left. */
  async expectNothingLeft(): Promise<void> {
    await this.farm.allocator.stop();
    this.relay.drain('The test is over.');
    await this.server.close();
    this.artifacts.stop();
    await this.surfaces.stop();
    await this.farm.expectNothingLeft();
  }
}

/** A WebSocket whose life is told by promises. */
export class TestSocket {
  readonly #socket: WebSocket;
  readonly opened: Promise<void>;
  /** The close code and reason, or the status of an HTTP answer. */
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(url: string, headers: Record<string, string>) {
    this.#socket = new WebSocket(url, { headers });
    this.opened = new Promise((resolve, reject) => {
      this.#socket.once('open', resolve).once('error', reject);
    });
    // Tests that expect a refusal do not wait for the opening.
    this.opened.catch(() => {});
    this.closed = new Promise((resolve) => {
      this.#socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
      this.#socket.once('unexpected-response', (_, response) => {
        let reason = '';
        response.on('data', (chunk) => {
          reason += chunk;
        });
        response.on('end', () => resolve({ code: response.statusCode ?? 0, reason }));
      });
    });
  }

  /** The answer to one DevTools command. */
  async send(method: string, params: object = {}): Promise<{ result: Record<string, unknown> }> {
    await this.opened;
    const answer = new Promise<string>((resolve) => {
      this.#socket.once('message', (data) => resolve(data.toString()));
    });
    this.#socket.send(JSON.stringify({ id: 1, method, params }));
    return JSON.parse(await answer);
  }

  close(): void {
    this.#socket.close();
  }

  /** Cuts the connection without a Close frame. */
  cut(): void {
    this.#socket.terminate();
  }
}

export function hashOf(key: string): string {
  return `sha256:${createHash('sha256').update(key).digest('hex')}`;
}
