// Every metric that Moorage exports, one record each. Prometheus conventions: base units, `_total` for counters.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

/** Every limit that counts when it refuses or ends something: what it is of, how much that may be, and what follows. */
export const LIMITS = {
  'address-rate': [
    'Requests of an address without a valid key, in a minute',
    '`http.rateLimit`',
    '`rate-limited`',
  ],
  'artifact-size': ['Bytes of an artifact', '`artifacts.maxSize`', '`payload-too-large`'],
  artifacts: [
    'Artifacts of a client, and their bytes',
    '`artifacts.maxPerClient`, `artifacts.maxSizePerClient`',
    '`quota-exceeded`',
  ],
  'backend-capacity': ['Sessions of a backend', '`capacity` of each', 'the queue, then `no-capacity`'],
  'challenge-events': ['Events about bot checks of a session, in a minute', '30', 'no event'],
  'client-rate': [
    'Requests of a client, in a minute',
    '`rateLimit` of it, or `http.rateLimit`',
    '`rate-limited`',
  ],
  'client-sessions': ['Sessions of a client', '`maxSessions` of it', 'the queue, then `quota-exceeded`'],
  'download-stall': [
    'Time in which the reader of an answer that is streamed takes nothing',
    '5 min',
    'the end of the connection',
  ],
  'event-stream-stall': [
    'Time in which the reader of an event stream takes nothing',
    '30 s',
    'the end of the stream',
  ],
  'global-sessions': ['Sessions of all backends', '`sessions.max`', 'the queue, then `no-capacity`'],
  'import-bytes': ['Bytes of an import', '`recordings.importLimit`', '`payload-too-large`'],
  'import-events': ['Events of an import', '10,000,000', '`payload-too-large`'],
  'import-pages': ['Pages of an import', '500', '`payload-too-large`'],
  'imports-at-a-time': ['Imports of a client under way', '2', '`quota-exceeded`'],
  'live-garbled': ['Messages of a watcher that cannot be read', '20', 'close code `invalid-request`'],
  'live-messages': ['Messages of a watcher', '400 a second, 1200 at once', 'close code `quota`'],
  'live-silence': ['Time without a sign of life of a watcher', '20 s', 'the end of the connection'],
  'live-unread': ['Bytes that a watcher has not taken', '8 MiB', 'the end of the connection'],
  'live-watchers': ['Watchers of a session', '`liveView.maxWatchers`', '`quota-exceeded`'],
  'live-watchers-client': ['Watchers of a client', '`liveView.maxWatchersPerClient`', '`quota-exceeded`'],
  'queue-length': ['Requests in the queue', '`sessions.queueLength`', '`no-capacity`'],
  'recording-encoders': ['Videos that are made at a time', '`recordings.maxVideos`', 'a page without video'],
  'recording-feed': [
    'Batches that a reader of a live recording has not taken',
    '1000, or 4,194,304 characters',
    'the end of the stream',
  ],
  'recording-quota': [
    'Bytes of recordings of a client under way',
    '`recordings.maxSizePerClient`',
    'the end of the recording',
  ],
  'recording-size': ['Bytes of a recording', '`recordings.maxSize`', 'the end of the recording'],
  'recordings-at-a-time': [
    'Recordings of a client under way',
    '`recordings.maxLivePerClient`',
    '`quota-exceeded`',
  ],
  'relay-buffer': [
    'What a client sends before its browser is there',
    '`relay.bufferMessages`, `relay.bufferBytes`',
    'close code `buffer-overflow`',
  ],
  'relay-connections': ['Connections of a session', '`relay.maxConnectionsPerSession`', 'close code `quota`'],
  'relay-stall': [
    'Time in which a client or its browser takes nothing',
    '`relay.stallTimeout`',
    'the end of the connection',
  ],
  'start-timeout': ['Time that a start takes', '`sessions.startTimeout`', '`session-not-created`'],
  surfaces: ['Surfaces of a client', '`surfaces.max`', '`quota-exceeded`'],
  'upload-stall': ['Time in which nothing of an upload comes', '60 s', '`timeout`'],
} as const satisfies Record<string, readonly [of: string, most: string, then: string]>;

export type Limit = keyof typeof LIMITS;

/** A registry of its own for every server, so that several can run in one process. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  return {
    registry,
    artifactBytes: new Gauge({
      name: 'moorage_artifact_bytes',
      help: 'Bytes that artifacts take on disk.',
      registers,
    }),
    backendAvailability: new Gauge({
      name: 'moorage_backend_availability',
      help: 'State of a backend: 1 up, 0.5 draining, 0 down.',
      labelNames: ['backend'],
      registers,
    }),
    backendCapacity: new Gauge({
      name: 'moorage_backend_capacity',
      help: 'The most sessions at a time.',
      labelNames: ['backend'],
      registers,
    }),
    backgroundFailures: new Counter({
      name: 'moorage_background_failures_total',
      help: 'Background tasks that failed.',
      labelNames: ['task'],
      registers,
    }),
    challenges: new Counter({
      name: 'moorage_challenges_total',
      help: 'Bot checks that were told of, by provider and state.',
      labelNames: ['provider', 'state'],
      registers,
    }),
    httpRequests: new Histogram({
      name: 'moorage_http_request_duration_seconds',
      help: 'HTTP requests by route, method and status.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5, 30],
      registers,
    }),
    limitHits: countLimits(registers),
    liveBytes: new Counter({
      name: 'moorage_live_view_bytes_total',
      help: 'Bytes of pictures that were sent to watchers of live views.',
      registers,
    }),
    liveInputs: new Counter({
      name: 'moorage_live_view_inputs_total',
      help: 'What people did in sessions that they had taken over, by type of message.',
      labelNames: ['type'],
      registers,
    }),
    livePictures: new Counter({
      name: 'moorage_live_view_pictures_total',
      help: 'Pictures for watchers of live views, by outcome: sent, or skipped for a newer one.',
      labelNames: ['outcome'],
      registers,
    }),
    liveTakeOvers: new Counter({
      name: 'moorage_live_view_take_overs_total',
      help: 'How often a person took a session over.',
      registers,
    }),
    liveWatchers: new Gauge({
      name: 'moorage_live_view_watchers',
      help: 'People who watch a session at present.',
      registers,
    }),
    pageCommands: new Histogram({
      name: 'moorage_page_command_duration_seconds',
      help: 'Page commands by action and outcome: ok, or the code of the problem.',
      labelNames: ['action', 'outcome'],
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5, 30],
      registers,
    }),
    pageConnections: new Gauge({
      name: 'moorage_page_connections',
      help: 'Connections to browsers that are kept warm for page commands.',
      registers,
    }),
    pageEventsDropped: new Counter({
      name: 'moorage_page_events_dropped_total',
      help: 'Page events that fell out of their buffer before anybody read them.',
      registers,
    }),
    pageReconnects: new Counter({
      name: 'moorage_page_reconnects_total',
      help: 'Connections for page commands that were lost and made anew.',
      registers,
    }),
    poolWarm: new Gauge({
      name: 'moorage_pool_warm',
      help: 'Started browsers that wait for a session.',
      labelNames: ['backend', 'browser'],
      registers,
    }),
    poolWarming: new Gauge({
      name: 'moorage_pool_warming',
      help: 'Browsers being started ahead of need.',
      labelNames: ['backend'],
      registers,
    }),
    queueLength: new Gauge({
      name: 'moorage_queue_length',
      help: 'Requests that wait for a free browser.',
      registers,
    }),
    queueWait: new Histogram({
      name: 'moorage_queue_wait_seconds',
      help: 'How long requests waited, by outcome.',
      labelNames: ['outcome'],
      buckets: [0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 300],
      registers,
    }),
    recordings: new Gauge({
      name: 'moorage_recordings',
      help: 'Recordings that go on.',
      registers,
    }),
    recordingsDeleted: new Counter({
      name: 'moorage_recordings_deleted_total',
      help: 'Recordings that were deleted, by reason: their client, age, count or size, or a start that failed.',
      labelNames: ['reason'],
      registers,
    }),
    recordingsToUpload: new Gauge({
      name: 'moorage_recordings_to_upload',
      help: 'Recordings that are not wholly in their bucket yet.',
      registers,
    }),
    recordingBatches: new Counter({
      name: 'moorage_recording_batches_total',
      help: 'Batches of events that recorders pushed and that were taken.',
      registers,
    }),
    recordingBytes: new Counter({
      name: 'moorage_recording_bytes_total',
      help: 'Bytes of those batches, before compression.',
      registers,
    }),
    recordingCommands: new Counter({
      name: 'moorage_recording_commands_total',
      help: 'Commands that collectors sent to browsers: five a page, and none while it is recorded.',
      registers,
    }),
    recordingConnections: new Counter({
      name: 'moorage_recording_connections_total',
      help: 'Connections of collectors to browsers, by cause: start, or lost before.',
      labelNames: ['cause'],
      registers,
    }),
    recordingDelay: new Histogram({
      name: 'moorage_recording_delay_seconds',
      help: 'From the moment that a page made a batch until it was written and told to readers.',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
      registers,
    }),
    recordingDocuments: new Counter({
      name: 'moorage_recording_documents_total',
      help: 'Documents and frames that were recorded, by the way on which the recorder came in.',
      labelNames: ['path'],
      registers,
    }),
    recordingEvents: new Counter({
      name: 'moorage_recording_events_total',
      help: 'Events that were taken.',
      registers,
    }),
    recordingGaps: new Counter({
      name: 'moorage_recording_gaps_total',
      help: 'Batches that never came.',
      registers,
    }),
    recordingRefused: new Counter({
      name: 'moorage_recording_refused_total',
      help: 'Payloads that were refused because no recorder makes such.',
      registers,
    }),
    recordingSegments: new Counter({
      name: 'moorage_recording_segments_total',
      help: 'Files of events that were completed.',
      registers,
    }),
    recordingUploads: new Counter({
      name: 'moorage_recording_uploads_total',
      help: 'Tries to bring files of a recording to its bucket, by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    relayBytes: new Counter({
      name: 'moorage_relay_bytes_total',
      help: 'Bytes relayed, by direction.',
      labelNames: ['direction'],
      registers,
    }),
    relayConnections: new Gauge({
      name: 'moorage_relay_connections',
      help: 'WebSocket connections being relayed.',
      registers,
    }),
    relayCloses: new Counter({
      name: 'moorage_relay_closes_total',
      help: 'Relayed connections that Moorage closed, by close code.',
      labelNames: ['code'],
      registers,
    }),
    relayFrames: new Counter({
      name: 'moorage_relay_frames_total',
      help: 'WebSocket frames relayed, by direction.',
      labelNames: ['direction'],
      registers,
    }),
    sessionCreation: new Histogram({
      name: 'moorage_session_creation_seconds',
      help: 'From the request to a usable session, waiting included.',
      labelNames: ['backend', 'outcome'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60],
      registers,
    }),
    sessionsActive: new Gauge({
      name: 'moorage_sessions_active',
      help: 'Sessions that hold a slot.',
      labelNames: ['backend', 'client'],
      registers,
    }),
    sessionsEnded: new Counter({
      name: 'moorage_sessions_ended_total',
      help: 'Sessions that ended, by reason.',
      labelNames: ['backend', 'client', 'reason'],
      registers,
    }),
    surfaceCrashes: new Counter({
      name: 'moorage_surface_crashes_total',
      help: 'Browsers of surfaces that ended by themselves.',
      registers,
    }),
    surfaceLaunches: new Counter({
      name: 'moorage_surface_launches_total',
      help: 'Browsers of surfaces that came to run: first launches, relaunches on the profile, adoptions.',
      labelNames: ['cause'],
      registers,
    }),
    surfaces: new Gauge({
      name: 'moorage_surfaces',
      help: 'Surfaces by state.',
      labelNames: ['state'],
      registers,
    }),
    unreadableRecords: new Counter({
      name: 'moorage_unreadable_records_total',
      help: 'Records of the store that were nonsense and were put aside, by collection.',
      labelNames: ['collection'],
      registers,
    }),
    videoBytes: new Counter({
      name: 'moorage_video_bytes_total',
      help: 'Bytes of encoded video.',
      registers,
    }),
    videoEncoders: new Gauge({
      name: 'moorage_video_encoders',
      help: 'Videos that are being made.',
      registers,
    }),
    videoFailures: new Counter({
      name: 'moorage_video_failures_total',
      help: 'Videos that ended before their page did: the encoder died, or the disk took no more.',
      registers,
    }),
    videoFrames: new Counter({
      name: 'moorage_video_frames_total',
      help: 'Encoded pictures of videos.',
      registers,
    }),
    webhookDeliveries: new Counter({
      name: 'moorage_webhook_deliveries_total',
      help: 'Webhook deliveries, by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
  };
}

type LimitHits = Omit<Counter<'limit'>, 'inc'> & { inc(labels: { limit: Limit }): void };

/** Those that were never hit are told as 0, so that an alert can be written before the first time. */
function countLimits(registers: Registry[]): LimitHits {
  const hits = new Counter({
    name: 'moorage_limit_hits_total',
    help: 'How often a limit refused or ended something, by limit.',
    labelNames: ['limit'],
    registers,
  });
  for (const limit of Object.keys(LIMITS)) hits.inc({ limit }, 0);
  return hits;
}
