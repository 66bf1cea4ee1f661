// THE configuration: every key with its type, default and description. Types, the JSON Schema for editors, the
// table in docs/configuration.md and the names of variables and flags are all derived from here.

import { type Static, type TProperties, Type } from 'typebox';
import { LOG_LEVELS } from '../log.ts';
import { Duration, Path, Size } from '../notation.ts';
import { EVENT_TYPES } from '../protocol/events.ts';
import { SurfaceSettings } from '../surfaces/settings.ts';

/** A section whose keys can all be left out. */
function Section<Properties extends TProperties>(description: string, properties: Properties) {
  return Type.Object(properties, { additionalProperties: false, description, default: {} });
}

const CLIENT_NAME = '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$';
/** What a backend may be called. */
export const BACKEND_NAME = /^[a-z][a-z0-9-]{0,63}$/;

const Count = (minimum: number, fallback: number, description: string) =>
  Type.Integer({ minimum, maximum: 1_000_000, default: fallback, description });

const Client = Type.Object(
  {
    maxSessions: Type.Optional(
      Type.Integer({ minimum: 0, description: 'The most sessions at a time; `sessions.max` unless given.' }),
    ),
    priority: Type.Optional(
      Type.Integer({
        minimum: -100,
        maximum: 100,
        description: 'Higher goes first in the queue; 0 unless given.',
      }),
    ),
    maxTimeout: Type.Optional(
      Duration({
        minimum: '1s',
        maximum: '7d',
        description: 'The longest lifetime of a session; `sessions.maxTimeout` unless given.',
      }),
    ),
    rateLimit: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Requests a minute; `http.rateLimit` unless given.' }),
    ),
  },
  { additionalProperties: false, description: 'The terms of one client, under its name.' },
);

const Key = Type.Object(
  {
    client: Type.String({
      pattern: CLIENT_NAME,
      allowed: 'letters, digits, dots, underscores and dashes',
      description: 'Whose key it is.',
    }),
    hash: Type.String({
      pattern: '^sha256:[0-9a-f]{64}$',
      allowed: 'sha256: and 64 hex digits in lower case, as `moorage keys hash` prints them',
      description: 'The SHA-256 of the key; `moorage keys hash` makes one.',
    }),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: 'To tell keys apart.' })),
    admin: Type.Optional(
      Type.Boolean({
        description: 'It may drain backends, manage keys, read metrics and follow the events of all.',
      }),
    ),
  },
  { additionalProperties: false, description: 'An API key, as its hash.' },
);

const Webhook = Type.Object(
  {
    url: Type.String({
      pattern: '^https?://[^\\s/]+',
      allowed: 'an http:// or https:// address',
      description: 'Where events are posted.',
    }),
    secret: Type.String({
      minLength: 16,
      description: 'What deliveries are signed with, as Standard Webhooks says; at least 16 characters.',
    }),
    events: Type.Optional(
      Type.Array(Type.Enum(Object.keys(EVENT_TYPES)), { description: 'Only these; all unless given.' }),
    ),
  },
  { additionalProperties: false, description: 'A receiver of events.' },
);

/** One entry of `backends`: its kind, and the settings that this kind has. */
export type BackendSettings = { kind: string; [setting: string]: unknown };

// `computed` says in words what the default is where it depends on the machine or on other keys.
export const ConfigSchema = Type.Object(
  {
    host: Type.String({
      pattern: '^[A-Za-z0-9.:%_-]+$',
      allowed: 'an address or host name such as 127.0.0.1, ::1 or localhost',
      default: '127.0.0.1',
      description: 'The address to listen on. Anything but a loopback address needs an API key.',
    }),
    port: Type.Integer({
      minimum: 0,
      maximum: 65_535,
      default: 4477,
      description: 'The port to listen on; 0 takes a free one.',
    }),
    publicUrl: Type.Optional(
      Type.String({
        pattern: '^https?://[^\\s/?#]+(/[^\\s?#]*)?$',
        allowed: 'an http:// or https:// address without a query',
        description:
          'How clients reach this server, such as `https://browsers.example`, for the addresses in replies. Unless given, it is what the request was sent to.',
      }),
    ),
    dataFolder: Path({
      default: '~/.moorage',
      description: 'Where everything lies that Moorage writes.',
    }),
    lockFolder: Path({
      default: '/tmp/moorage-locks',
      description:
        'Where all servers of this machine agree on who has what it has once: its Safari, a phone on a cable.',
    }),
    node: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$',
      allowed: 'letters, digits, dots, underscores and dashes',
      description: 'The name of this server among several over one store.',
      computed: 'the host name',
    }),
    tls: Type.Optional(
      Type.Object(
        {
          certFile: Path({ description: 'The certificate chain, PEM.' }),
          keyFile: Path({ description: 'The private key, PEM.' }),
        },
        { additionalProperties: false, description: 'Serves HTTPS and WSS where given.' },
      ),
    ),
    http: Section('The HTTP API.', {
      bodyLimit: Size({
        default: '10MB',
        minimum: '1KB',
        maximum: '1GB',
        description: 'The largest request body.',
      }),
      allowedHosts: Type.Array(Type.String({ pattern: '^[A-Za-z0-9.:*_-]+$', allowed: 'a host name' }), {
        default: [],
        description: 'Host headers to serve besides loopback names and the host of `publicUrl`.',
      }),
      allowedOrigins: Type.Array(
        Type.String({ pattern: '^https?://[^\\s/]+$', allowed: 'an origin such as https://app.example' }),
        {
          default: [],
          description: 'Origins whose web pages may use this server, such as `https://app.example`.',
        },
      ),
      rateLimit: Count(
        1,
        6000,
        'Requests that a client may make in a minute. A server without keys does not count them.',
      ),
    }),
    log: Section('The log, on stderr.', {
      level: Type.Enum([...LOG_LEVELS], { default: 'info', description: 'The least that is logged.' }),
      format: Type.Enum(['auto', 'json', 'pretty'], {
        default: 'auto',
        description: '`auto` is `pretty` on a terminal and `json` elsewhere.',
      }),
    }),
    sessions: Section('Sessions, whatever their backend.', {
      max: Type.Integer({
        minimum: 1,
        maximum: 1_000_000,
        description: 'The most sessions at a time, over all backends and clients.',
        computed: '8 a core, 1 for each 512MB of memory: the smaller of the two, but at least 10',
      }),
      defaultBrowser: Type.String({
        pattern: '^[a-z][a-z0-9-]{0,63}$',
        allowed: 'lower-case letters, digits and dashes',
        default: 'chrome',
        description: 'The browser of requests that name none.',
      }),
      timeout: Duration({
        default: '5m',
        minimum: '1s',
        maximum: '7d',
        description: 'The lifetime of sessions whose request does not say.',
      }),
      maxTimeout: Duration({
        default: '24h',
        minimum: '1s',
        maximum: '7d',
        description: 'The longest lifetime that a request may ask for.',
      }),
      idleTimeout: Duration({
        default: '5m',
        minimum: '1s',
        maximum: '7d',
        description: 'Sessions without traffic for so long end, unless their request says otherwise.',
      }),
      wait: Duration({
        default: '30s',
        maximum: '1h',
        description: 'How long requests wait for a free browser that do not say.',
      }),
      queueLength: Count(0, 1000, 'The most requests that may wait.'),
      startTimeout: Duration({
        default: '60s',
        minimum: '1s',
        maximum: '1h',
        description: 'The longest that a backend may take for one start.',
      }),
      retention: Duration({
        default: '24h',
        maximum: '365d',
        description: 'How long ended sessions are remembered.',
      }),
    }),
    surfaces: Section('Named browsers that stay.', {
      folder: Type.Optional(
        Path({ description: 'Where their profiles lie; unless given, `surfaces` in the data folder.' }),
      ),
      max: Count(0, 100, 'The most surfaces of a client, running or not.'),
      archiveLimit: Size({
        default: '4GB',
        minimum: '1MB',
        maximum: '1TB',
        description: 'The largest profile that is imported, unpacked.',
      }),
      ...SurfaceSettings.properties,
    }),
    clients: Type.Record(Type.String({ pattern: CLIENT_NAME }), Client, {
      additionalProperties: false,
      default: {},
      description: 'Terms of clients, by name. A client that is not here has those of the server.',
    }),
    keys: Type.Array(Key, {
      default: [],
      description:
        'API keys. Others can be made by `moorage keys create`, or given in clear by MOORAGE_API_KEYS.',
    }),
    backends: Type.Record(Type.String({ pattern: BACKEND_NAME.source }), Type.Unsafe<BackendSettings>({}), {
      additionalProperties: false,
      minProperties: 1,
      description: 'Where browsers come from, by name. Giving this replaces the default backends.',
      computed: 'every kind that docs/backends.md marks as a default, under its own name',
    }),
    redis: Section('A store that several servers share.', {
      url: Type.Optional(
        Type.String({
          pattern: '^(rediss?://|unix:)\\S+$',
          allowed: 'an address such as redis://host:6379/0, rediss://… for TLS',
          description:
            'Redis or Valkey to keep everything in; unless given, it is SQLite in the data folder.',
        }),
      ),
    }),
    health: Section('The probing of backends.', {
      interval: Duration({
        default: '10s',
        minimum: '100ms',
        maximum: '1h',
        description: 'Between two probes.',
      }),
      timeout: Duration({
        default: '5s',
        minimum: '10ms',
        maximum: '10m',
        description: 'A probe that takes longer has failed.',
      }),
      failuresToDown: Count(1, 2, 'Failures in a row that take a backend down.'),
      successesToUp: Count(1, 2, 'Successes in a row that bring it back.'),
    }),
    reaper: Section('The ending of sessions that expired, idled or were orphaned.', {
      interval: Duration({
        default: '1s',
        minimum: '10ms',
        maximum: '1m',
        description: 'Between two looks at the deadlines.',
      }),
      // The leases of slots last 90 s and are renewed at this interval.
      probeInterval: Duration({
        default: '30s',
        minimum: '100ms',
        maximum: '45s',
        description: 'Between two questions to the backends for orphans.',
      }),
      lateTick: Duration({
        default: '5s',
        minimum: '100ms',
        maximum: '10m',
        description:
          'A look that comes so much too late means that the machine slept, which counts for nothing.',
      }),
    }),
    relay: Section('The relay of WebSocket traffic.', {
      bufferMessages: Count(0, 128, 'Messages kept for a browser that is not connected yet.'),
      bufferBytes: Size({
        default: '4MB',
        maximum: '1GB',
        description: 'Bytes kept for a browser that is not connected yet.',
      }),
      stallTimeout: Duration({
        default: '60s',
        minimum: '1s',
        maximum: '1h',
        description: 'An end that takes nothing for so long while there is something for it is cut off.',
      }),
      closeTimeout: Duration({
        default: '2s',
        minimum: '10ms',
        maximum: '1m',
        description: 'How long an end may take to answer a Close frame.',
      }),
      connectTimeout: Duration({
        default: '10s',
        minimum: '100ms',
        maximum: '10m',
        description: 'How long the connection to the browser may take.',
      }),
      maxConnectionsPerSession: Count(1, 32, 'The most connections to one session.'),
    }),
    drain: Section('The stop of the server.', {
      grace: Duration({
        default: '30s',
        maximum: '24h',
        description: 'How long sessions may go on after SIGTERM.',
      }),
    }),
    network: Section('Where browsers may go.', {
      allowMetadata: Type.Boolean({
        default: false,
        description: 'To the metadata services of clouds, which hand out credentials.',
      }),
      allowPrivate: Type.Boolean({
        description: 'To private, loopback and link-local networks.',
        computed: '`true` where `host` is a loopback address, else `false`',
      }),
    }),
    pages: Section('Commands to pages.', {
      commandTimeout: Duration({
        default: '30s',
        minimum: '100ms',
        maximum: '10m',
        description: 'How long a command may take that does not say.',
      }),
      resultSize: Size({
        default: '1MB',
        minimum: '1KB',
        maximum: '64MB',
        description: 'Larger results are cut short in the reply; an artifact has the whole.',
      }),
      eventBuffer: Count(1, 2000, 'The newest events of a page that are kept to be read later.'),
      maxHandles: Count(1, 1000, 'The most handles that a page may hold; the oldest go first.'),
      handleLifetime: Duration({
        default: '10m',
        minimum: '1s',
        maximum: '24h',
        description: 'Handles that nobody used for so long are released.',
      }),
    }),
    artifacts: Section('Files that commands make and that clients upload.', {
      lifetime: Duration({
        default: '1h',
        minimum: '1s',
        maximum: '30d',
        description: 'How long an artifact is kept.',
      }),
      maxSize: Size({
        default: '512MB',
        minimum: '1KB',
        maximum: '1TB',
        description: 'The largest artifact.',
      }),
      maxSizePerClient: Size({
        default: '4GB',
        minimum: '1KB',
        maximum: '1TB',
        description: 'The most that all artifacts of one client may take.',
      }),
      maxPerClient: Count(1, 10_000, 'The most artifacts that one client may have.'),
    }),
    recordings: Section('Recordings of sessions. The oldest are deleted first.', {
      maxAge: Duration({
        default: '30d',
        minimum: '1m',
        maximum: '3650d',
        description: 'How long a recording is kept.',
      }),
      maxSizePerClient: Size({
        default: '20GB',
        minimum: '1MB',
        maximum: '100TB',
        description: 'The most that all recordings of one client may take.',
      }),
      maxPerClient: Count(1, 10_000, 'The most recordings that one client may have.'),
      maxSize: Size({
        default: '4GB',
        minimum: '1KB',
        maximum: '1TB',
        description: 'A recording that grows larger ends there; its session goes on.',
      }),
      maxLivePerClient: Count(0, 100, 'The most sessions of one client that are recorded at a time.'),
      importLimit: Size({
        default: '1GB',
        minimum: '1KB',
        maximum: '1TB',
        description: 'The largest list of events that is imported, as it comes.',
      }),
      s3: Type.Optional(
        Type.Object(
          {
            endpoint: Type.Optional(
              Type.String({
                pattern: '^https?://[^\\s/?#@]+(/[^\\s?#]*)?$',
                allowed: 'an http:// or https:// address without credentials',
                description: 'Of any server that speaks the API of S3; that of AWS unless given.',
              }),
            ),
            region: Type.String({
              pattern: '^[a-z0-9-]{1,64}$',
              allowed: 'lower-case letters, digits and dashes',
              default: 'us-east-1',
              description: 'Of the bucket.',
            }),
            bucket: Type.String({
              pattern: '^[a-z0-9][a-z0-9._-]{1,62}$',
              allowed: 'the name of a bucket',
              description: 'Which has to be there.',
            }),
            prefix: Type.String({
              pattern: '^([A-Za-z0-9._-]+/)*$',
              allowed: 'nothing, or folders that end in a slash such as moorage/',
              default: '',
              description: 'In front of every key. It belongs to one store of Moorage alone.',
            }),
            accessKeyId: Type.Optional(
              Type.String({
                minLength: 1,
                description: 'Unless given, the SDK looks where it always does: variables, files, roles.',
              }),
            ),
            secretAccessKey: Type.Optional(Type.String({ minLength: 1, description: 'With accessKeyId.' })),
            forcePathStyle: Type.Boolean({
              default: true,
              description: 'The bucket stands in the path of addresses and not in the name of the host.',
            }),
            keepLocal: Type.Boolean({
              default: false,
              description: 'Recordings stay on disk as well when all of them is in the bucket.',
            }),
          },
          {
            additionalProperties: false,
            description: 'A bucket of S3, or of what speaks its API, to which finished recordings are moved.',
          },
        ),
      ),
      ffmpegPath: Type.String({
        minLength: 1,
        default: 'ffmpeg',
        description: 'The ffmpeg that makes videos: a path, or a name that is looked for on PATH.',
      }),
      maxVideos: Type.Integer({
        minimum: 0,
        maximum: 10_000,
        description: 'The most videos that are made at a time; pages beyond them get none.',
        computed: '4 a core',
      }),
      videoFrameRate: Type.Integer({
        minimum: 1,
        maximum: 60,
        default: 15,
        description: 'The most pictures a second of a page that changes all the time.',
      }),
    }),
    liveView: Section('Live views of sessions, and people who take one over.', {
      lease: Duration({
        default: '30s',
        minimum: '1s',
        maximum: '10m',
        description: 'How long a take-over outlives the last sign of life of the person’s connection.',
      }),
      grace: Duration({
        default: '5s',
        minimum: '0s',
        maximum: '10m',
        description: 'How long a take-over waits for its person to come back when the connection was closed.',
      }),
      idleHandBack: Duration({
        default: '10m',
        minimum: '1s',
        maximum: '24h',
        description: 'Who does nothing for so long has handed back.',
      }),
      maxWatchers: Count(1, 20, 'The most people who watch one session.'),
      maxWatchersPerClient: Count(1, 100, 'The most people who watch the sessions of one client.'),
    }),
    webhooks: Type.Array(Webhook, { default: [], description: 'Receivers of events.' }),
  },
  { additionalProperties: false, description: 'The configuration of Moorage.' },
);

/** The configuration as code reads it: complete, durations in milliseconds, sizes in bytes, paths absolute. */
export type Config = Static<typeof ConfigSchema>;

type Written<T> = T extends number
  ? 'notation' extends keyof T
    ? number | string
    : T
  : T extends readonly (infer Item)[]
    ? Written<Item>[]
    : T extends BackendSettings
      ? { kind?: string; [setting: string]: unknown }
      : T extends object
        ? { [Key in keyof T]?: Written<T[Key]> }
        : T;

/** The configuration as a file may give it: nothing is required, durations and sizes may carry a unit. */
export type ConfigFile = Written<Config> & { $schema?: string };
