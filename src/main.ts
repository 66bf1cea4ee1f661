// The one composition root: config -> store -> backends -> allocator -> relay -> http. It knows every part and none of
// them knows it. What it opens, it closes in reverse order, whether the start fails half-way or the server stops.

import { join } from 'node:path';
import type { BackendDefinition } from './backends/backend.ts';
import { backendDefinitions } from './backends/index.ts';
import { Background } from './background.ts';
import { systemClock } from './clock.ts';
import { type Config, isLoopbackHost } from './config.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { EventLog } from './events/events.ts';
import { Webhooks } from './events/webhooks.ts';
import { createServer, type HttpServer, SessionSecrets } from './http/server.ts';
import { newId } from './ids.ts';
import { createLog, type Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import { addressCheck } from './pages/addresses.ts';
import { Artifacts } from './pages/artifacts.ts';
import { Pages } from './pages/pages.ts';
import { LiveViews, type PageCommands } from './recording/live-view.ts';
import { Recordings } from './recording/recordings.ts';
import { Relay } from './relay/relay.ts';
import { Allocator } from './sessions/allocator.ts';
import type { FleetMember } from './sessions/fleet.ts';
import type { Session } from './sessions/session.ts';
import type { Unreadable } from './store/record-shapes.ts';
import { openSqliteStore } from './store/sqlite.ts';
import type { Store } from './store/store.ts';
import { SURFACES_BACKEND, SurfaceBackend, SurfaceRecords, Surfaces } from './surfaces/surfaces.ts';

/** What the event of a bot check gives to whoever reads it: enough for a person to go on there and then. */
const CHALLENGE_LINK = { canControl: true, expiresInMs: 15 * 60_000 };

/** Of one page command of a hand. */
const HAND_TIMEOUT_MS = 20_000;
/** The lease of whoever drives by hand, whom no take-over and no lease of a surface holds up. Nobody else knows it. */
const HAND = newId('lea');

export interface RunningServer {
  /** Where it listens, such as `http://127.0.0.1:4477`. */
  url: string;
  /**
   * Stops: no new sessions at once, `graceMs` (default `drain.grace`) for the running ones to end, then they are ended,
   * sockets closed with 1001 and the data folder given back. Called again, it waits for the same stop.
   */
  stop(options?: { graceMs?: number }): Promise<void>;
  /** Ends the grace of a stop under way. */
  stopNow(): void;
}

export interface StartOptions {
  log?: Log;
  /** What the backends of the configuration are made by, as `loadConfig` found it; those of Moorage unless given. */
  definitions?: readonly BackendDefinition[];
  /** Besides those of the configuration, for benchmarks and tests that bring a backend of their own. */
  backends?: readonly FleetMember[];
}

/**
 * Starts a server and resolves when it serves.
 * @throws Error that says what stands in the way: the data folder in use, the port taken, a remote host without keys.
 */
export async function startServer(config: Config, options: StartOptions = {}): Promise<RunningServer> {
  const opened = new Opened();
  try {
    return await start(config, opened, options);
  } catch (error) {
    // What stood in the way says more than what fails because of it.
    await opened.close().catch(() => {});
    throw error;
  }
}

/** What has been opened so far, to be closed in reverse order. */
class Opened {
  readonly #closers: (() => unknown)[] = [];

  add(close: () => unknown): void {
    this.#closers.push(close);
  }

  /** Each of them, whatever the others meet. @throws what the first one that failed met. */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of this.#closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

async function start(
  config: Config,
  opened: Opened,
  { log = logOf(config), backends = [], definitions = backendDefinitions }: StartOptions,
): Promise<RunningServer> {
  const clock = systemClock;
  const metrics = createMetrics();
  const background = new Background({ log, onFailure: (task) => metrics.backgroundFailures.inc({ task }) });

  const dataFolder = await openDataFolder(config.dataFolder, { clock });
  opened.add(() => dataFolder.release());
  const store = await openStore(config, dataFolder, (unreadable) => {
    log.error({ event: 'store.record-unreadable', ...unreadable });
    metrics.unreadableRecords.inc({ collection: unreadable.collection });
  });
  opened.add(() => store.close());
  opened.add(() => background.settled());
  await checkKeys(config, async () => (await store.keys.list({ limit: 1 })).data.length > 0);

  const events = new EventLog({ store, clock });
  const base = { store, events, clock, metrics, log, background };
  const place = { node: config.node, isSoleServer: config.redis.url === undefined };
  const { folder: root = join(dataFolder.path, 'surfaces'), ...surfaceSettings } = config.surfaces;
  if (config.surfaces.folder !== undefined) {
    // A folder of its own may be given to two servers, whose data folders would not tell them of each other.
    const lock = await openDataFolder(root, { clock });
    opened.add(() => lock.release());
  }
  const records = new SurfaceRecords({ ...base, ...place, root });
  await records.load();
  const surfaceBackend = new SurfaceBackend({
    root,
    settings: surfaceSettings,
    network: config.network,
    book: records,
    clock,
    log: log.child({ backend: SURFACES_BACKEND }),
  });
  const recordings = new Recordings({
    ...base,
    ...place,
    root: dataFolder.recordings,
    limits: recordingLimits(config),
    video: videoLimits(config),
    linkTo: (sessionId): string | undefined => {
      const session = allocator.findSession(sessionId);
      return session && liveViews.linkTo(session, CHALLENGE_LINK).url;
    },
    ...(await openRecordingBucket(config)),
  });
  opened.add(() => recordings.stop());
  const members = await createBackends(config, definitions, dataFolder, log);
  const settings = allocatorSettings(config);
  const allocator: Allocator = new Allocator({
    ...base,
    ...place,
    companion: recordings,
    members: [
      ...members,
      ...backends,
      { name: SURFACES_BACKEND, kind: SURFACES_BACKEND, backend: surfaceBackend },
    ],
    settings,
  });
  let isServing = false;
  // Until then nobody could ask for a session: what runs was taken over from an earlier server.
  opened.add(() => (isServing ? allocator.stop() : allocator.leave()));
  const surfaces = new Surfaces({
    ...base,
    root,
    records,
    backend: surfaceBackend,
    allocator,
    chromedriverPath: config.surfaces.chromedriverPath,
    limits: { max: config.surfaces.max, archiveBytes: config.surfaces.archiveLimit },
    reaper: settings.reaper,
  });
  opened.add(() => surfaces.stop());

  const artifacts = await Artifacts.open({
    ...base,
    folder: dataFolder.artifacts,
    limits: artifactLimits(config),
  });
  opened.add(() => artifacts.stop());

  const secrets = await SessionSecrets.open({ store, clock });
  const checkAddress = addressCheck({ network: config.network, clock });
  const liveViews = new LiveViews({
    ...base,
    sign: (text) => secrets.secretOf(text),
    baseUrl: () => config.publicUrl ?? http.url,
    surfaceId: (client, name) => surfaces.findId(client, name),
    checkAddress,
    note: (sessionId, pageId, tag, payload) => recordings.note(sessionId, pageId, tag, payload),
    pages: handOn(() => pages),
    limits: liveViewLimits(config),
  });
  const pages: Pages = new Pages({
    ...base,
    resolve: (client, idOrName, signal) => surfaces.resolve(client, idOrName, signal),
    liveSessions: (client) => [...allocator.readySessions()].filter(({ terms }) => terms.client === client),
    mayCommand: (session, lease) => {
      if (lease === HAND) return;
      liveViews.mayCommand(session);
      surfaces.mayCommand(session, lease);
    },
    artifacts,
    checkAddress,
    limits: pageLimits(config),
  });
  opened.add(() => pages.stop());

  const relay = new Relay({ clock, log, metrics, limits: relayLimits(config) });
  const http: HttpServer = await createServer({
    ...base,
    config,
    allocator,
    artifacts,
    liveViews,
    pages,
    recordings,
    relay,
    secrets,
    surfaces,
  });
  opened.add(() => http.close());
  const webhooks = new Webhooks({ ...base, webhooks: config.webhooks });
  opened.add(() => webhooks.stop());

  await surfaces.prepare();
  await allocator.start();
  await recordings.start();
  await surfaces.start(allocator.downMs);
  await webhooks.start();
  const { url } = await http.listen();
  isServing = true;
  recordings.open();
  background.run('warm up pages', pages.warmUp());
  log.info({ event: 'server.ready', url, dataFolder: config.dataFolder });

  const grace = new AbortController();
  let stopping: Promise<void> | undefined;
  const stop = async (graceMs: number) => {
    log.info({ event: 'server.draining', graceMs });
    http.beginDrain();
    allocator.beginDrain();
    const cancel = clock.after(graceMs, () => grace.abort());
    await allocator.drained(grace.signal);
    cancel();

    try {
      await pages.stop();
      liveViews.stop('The server is going away.');
      await allocator.stop();
      relay.drain('The server is going away.');
      await relay.settled();
    } finally {
      await opened.close();
    }
    log.info({ event: 'server.stopped' });
  };
  return {
    url,
    stop: ({ graceMs = config.drain.grace } = {}) => {
      stopping ??= stop(graceMs);
      return stopping;
    },
    stopNow: () => grace.abort(),
  };
}

/** Page commands of a person who drives by hand. */
function handOn(pages: () => Pages): PageCommands {
  const caller = { lease: HAND };
  const deadline = () => AbortSignal.timeout(HAND_TIMEOUT_MS);
  // The session is there, and nothing is asked for that these limit.
  const terms = ({ terms: { client } }: Session) => ({
    ...{ name: client, maxSessions: 0, priority: 0, maxTimeoutMs: 0 },
  });
  return {
    list: (session) => pages().list(terms(session), session.id, deadline()),
    open: async (session, url) => {
      await pages().create(terms(session), session.id, url === undefined ? {} : { url }, caller, deadline());
    },
    close: (session, pageId) => pages().close(terms(session), pageId, caller, deadline()),
    run: async (session, pageId, action, params) => {
      const command = { action, params };
      const { result } = await pages().command(terms(session), pageId, command, caller, deadline());
      return result;
    },
  };
}

/** What Redis needs takes long to load, so that only who has one waits for it. */
async function openStore(
  { redis }: Config,
  { storeFile }: DataFolder,
  onUnreadable: (found: Unreadable) => void,
): Promise<Store> {
  const base = { clock: systemClock, onUnreadable };
  if (redis.url === undefined) return openSqliteStore({ ...base, file: storeFile });
  const { openRedisStore } = await import('./store/redis.ts');
  return openRedisStore({ ...base, url: redis.url });
}

async function createBackends(
  config: Config,
  definitions: readonly BackendDefinition[],
  dataFolder: DataFolder,
  log: Log,
): Promise<FleetMember[]> {
  const made = await Promise.allSettled(
    Object.entries(config.backends).map(async ([name, { kind, ...settings }]) => {
      const definition = definitions.find((known) => known.kind === kind);
      if (!definition) throw new Error(`backend ${name} is of unknown kind ${kind}`);
      const context = {
        name,
        dataFolder: dataFolder.backend(name),
        hostLocks: config.lockFolder,
        network: config.network,
        clock: systemClock,
        log: log.child({ backend: name }),
      };
      try {
        return { name, kind, backend: await definition.create(settings, context) };
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`backend ${name} cannot be made: ${reason}`, { cause });
      }
    }),
  );
  const members = made.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failure = made.find((each) => each.status === 'rejected');
  if (!failure) return members;
  // Nobody else knows of them.
  await Promise.all(members.map(({ backend }) => backend.close?.()));
  throw failure.reason;
}

/** Without keys only this machine may come in: whoever reaches the port could drive every browser. */
async function checkKeys(config: Config, hasStoredKeys: () => Promise<boolean>): Promise<void> {
  if (isLoopbackHost(config.host) || config.keys.length > 0 || (await hasStoredKeys())) return;
  throw new Error(
    `Refusing to listen on ${config.host} without API keys: anybody who reaches the port could drive the browsers. ` +
      'Make a key first (`moorage keys hash` prints one with its line for the configuration, or start on 127.0.0.1 and ' +
      'run `moorage keys create`), or set MOORAGE_API_KEYS.',
  );
}

function allocatorSettings({ sessions, health, reaper }: Config) {
  return {
    sessions: {
      max: sessions.max,
      defaultBrowser: sessions.defaultBrowser,
      timeoutMs: sessions.timeout,
      idleTimeoutMs: sessions.idleTimeout,
      waitMs: sessions.wait,
      queueLength: sessions.queueLength,
      startTimeoutMs: sessions.startTimeout,
      retentionMs: sessions.retention,
    },
    health: {
      intervalMs: health.interval,
      timeoutMs: health.timeout,
      failuresToDown: health.failuresToDown,
      successesToUp: health.successesToUp,
    },
    reaper: {
      intervalMs: reaper.interval,
      probeIntervalMs: reaper.probeInterval,
      lateTickMs: reaper.lateTick,
    },
  };
}

function artifactLimits({ artifacts }: Config) {
  return {
    lifetimeMs: artifacts.lifetime,
    maxBytes: artifacts.maxSize,
    maxBytesPerClient: artifacts.maxSizePerClient,
    maxPerClient: artifacts.maxPerClient,
  };
}

function pageLimits({ pages }: Config) {
  return {
    commandTimeoutMs: pages.commandTimeout,
    events: pages.eventBuffer,
    handles: pages.maxHandles,
    handleLifetimeMs: pages.handleLifetime,
  };
}

function recordingLimits({ recordings }: Config) {
  const { maxAge, maxPerClient, maxSizePerClient, maxSize, maxLivePerClient, importLimit } = recordings;
  return {
    maxAgeMs: maxAge,
    maxCount: maxPerClient,
    maxBytes: maxSizePerClient,
    maxBytesEach: maxSize,
    maxLive: maxLivePerClient,
    importBytes: importLimit,
  };
}

function videoLimits({ recordings }: Config) {
  const { ffmpegPath, maxVideos, videoFrameRate } = recordings;
  return { ffmpegPath, max: maxVideos, frameRate: videoFrameRate };
}

/** What S3 needs takes long to load, so that only who has a bucket waits for it. */
export async function openRecordingBucket({ recordings: { s3 } }: Config) {
  if (!s3) return {};
  const { S3Storage } = await import('./recording/s3-storage.ts');
  const { keepLocal, ...settings } = s3;
  return { bucket: { storage: new S3Storage(settings), keepsLocal: keepLocal } };
}

function liveViewLimits({ liveView }: Config) {
  const { lease, grace, idleHandBack, maxWatchers, maxWatchersPerClient } = liveView;
  return { leaseMs: lease, graceMs: grace, idleMs: idleHandBack, maxWatchers, maxWatchersPerClient };
}

function relayLimits({ relay }: Config) {
  return {
    bufferMessages: relay.bufferMessages,
    bufferBytes: relay.bufferBytes,
    stallTimeoutMs: relay.stallTimeout,
    closeTimeoutMs: relay.closeTimeout,
    connectTimeoutMs: relay.connectTimeout,
    maxConnectionsPerSession: relay.maxConnectionsPerSession,
  };
}

function logOf({ log }: Config): Log {
  const pretty = log.format === 'pretty' || (log.format === 'auto' && process.stderr.isTTY === true);
  return createLog({ level: log.level, pretty });
}
