// THE configuration: every key with its type, default and description. Types, the JSON Schema for editors, the
// table in docs/configuration.md and the names of variables and flags are all derived from here.

import { type Static, Type } from 'typebox';
import { LOG_LEVELS } from '../log.ts';
import { Duration, Path, Size } from '../notation.ts';
import { SurfaceSettings } from '../surfaces/settings.ts';
import { CLIENT_NAME, Client, Key, Webhook } from './access.ts';
import { LiveView, Recordings } from './recordings.ts';
import { Count, Section } from './section.ts';

/** What a backend may be called. */
export const BACKEND_NAME = /^[a-z][a-z0-9-]{0,63}$/;

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
        description:
          'Host headers to serve besides loopback names and the host of `publicUrl`; `*.example` is all names below, `*` any.',
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
      allowed: 'a section with at least one backend under its name, such as `chrome: {}`',
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
    recordings: Recordings,
    liveView: LiveView,
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
