// The wire shapes of sessions: what a client asks for and what it gets. Schemas only, no behaviour.

import { type Static, Type } from 'typebox';
import { RecordWish } from './recordings.ts';

const Milliseconds = (description: string, limits: { minimum: number; maximum: number }) =>
  Type.Integer({ ...limits, description: `${description} In milliseconds.` });

const DAY_MS = 24 * 60 * 60 * 1000;

export const Viewport = Type.Object(
  {
    width: Type.Integer({ minimum: 100, maximum: 8192, description: 'CSS pixels.' }),
    height: Type.Integer({ minimum: 100, maximum: 8192, description: 'CSS pixels.' }),
  },
  { additionalProperties: false, description: 'The size of the page area of a new window.' },
);
export type Viewport = Static<typeof Viewport>;

export const ProxySettings = Type.Object(
  {
    server: Type.String({
      pattern: '^(https?|socks[45]?)://[^/\\s]+/?$',
      maxLength: 512,
      description: 'Scheme, host and port, such as `http://proxy.example:3128` or `socks5://127.0.0.1:1080`.',
    }),
    username: Type.Optional(Type.String({ maxLength: 512 })),
    password: Type.Optional(Type.String({ maxLength: 512 })),
    bypass: Type.Optional(
      Type.Array(Type.String({ maxLength: 255 }), {
        maxItems: 100,
        description: 'Hosts that are reached directly, such as `*.example.com`.',
      }),
    ),
  },
  { additionalProperties: false, description: 'The proxy through which the browser reaches the network.' },
);
export type ProxySettings = Static<typeof ProxySettings>;

/** Playwright's storageState, so that `context.storageState()` can be sent back unchanged. */
export const StorageState = Type.Object(
  {
    cookies: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String(),
            value: Type.String(),
            domain: Type.String(),
            path: Type.Optional(Type.String()),
            expires: Type.Optional(
              Type.Number({ description: 'Unix time in seconds; -1 for a session cookie.' }),
            ),
            httpOnly: Type.Optional(Type.Boolean()),
            secure: Type.Optional(Type.Boolean()),
            sameSite: Type.Optional(
              Type.Union([Type.Literal('Strict'), Type.Literal('Lax'), Type.Literal('None')]),
            ),
            partitionKey: Type.Optional(Type.String()),
          },
          { additionalProperties: true },
        ),
        { maxItems: 5000 },
      ),
    ),
    origins: Type.Optional(
      Type.Array(
        Type.Object(
          {
            origin: Type.String({ pattern: '^https?://' }),
            localStorage: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
          },
          { additionalProperties: true },
        ),
        { maxItems: 500 },
      ),
    ),
  },
  {
    additionalProperties: false,
    description: "Cookies and localStorage to start with, in Playwright's storageState form.",
  },
);
export type StorageState = Static<typeof StorageState>;

export const Extension = Type.Union(
  [
    Type.String({
      pattern: '^[a-z0-9][a-z0-9-]{0,63}$',
      description: "The name of an extension in the server's configuration.",
    }),
    Type.Object(
      {
        zip: Type.String({
          contentEncoding: 'base64',
          description: 'An unpacked-extension folder as a base64 zip.',
        }),
      },
      { additionalProperties: false },
    ),
  ],
  { description: 'A browser extension to load at the start.' },
);
export type Extension = Static<typeof Extension>;

/** Safe as the name of a folder on every system, and never an id. */
export const SurfaceName = Type.String({
  pattern: '^(?!ses_|srf_)[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?$',
  description: 'The name of a surface: lower-case letters, digits, dots, hyphens and underscores inside.',
});

export const Tags = Type.Record(
  Type.String({ pattern: '^[\\w.:/-]{1,64}$' }),
  Type.String({ maxLength: 256 }),
  {
    additionalProperties: false,
    maxProperties: 32,
    description: 'Free labels, for lists and events.',
  },
);

export const Protocol = Type.Enum(['cdp', 'bidi', 'playwright', 'webdriver']);
export type Protocol = Static<typeof Protocol>;

/** The body of `POST /v1/sessions`. */
export const SessionCreate = Type.Object(
  {
    browser: Type.Optional(
      Type.String({
        pattern: '^[a-z][a-z0-9-]{0,63}$',
        default: 'chrome',
        description:
          'Which browser, such as `chrome`, `chromium` or `chrome-headless-shell`; `GET /v1/backends` lists them. Sessions without it get `sessions.defaultBrowser`.',
      }),
    ),
    backend: Type.Optional(Type.String({ maxLength: 64, description: 'Only this backend, by name.' })),
    protocol: Type.Optional(
      Type.Enum(['cdp', 'bidi', 'playwright', 'webdriver'], {
        description: 'What the client speaks; CDP where the browser offers it, unless given.',
      }),
    ),
    capabilities: Type.Optional(
      Type.Record(Type.String({ maxLength: 256 }), Type.Unknown(), {
        maxProperties: 100,
        description:
          'W3C capabilities to ask of a WebDriver, such as `{"acceptInsecureCerts": true}`; they are passed on as they are.',
      }),
    ),
    surface: Type.Optional(SurfaceName),
    record: Type.Optional(RecordWish),
    challenges: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'Whether to tell of bot checks in its pages, by events and webhooks, also where it is not recorded; recorded sessions always do.',
      }),
    ),
    keepAlive: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'The session outlives its last connection, until it idles or expires.',
      }),
    ),
    timeoutMs: Type.Optional(
      Milliseconds('Maximum lifetime; `sessions.timeout` unless given.', {
        minimum: 1000,
        maximum: 7 * DAY_MS,
      }),
    ),
    idleTimeoutMs: Type.Optional(
      Milliseconds('Ends the session after this long without traffic; `sessions.idleTimeout` unless given.', {
        minimum: 1000,
        maximum: 7 * DAY_MS,
      }),
    ),
    waitMs: Type.Optional(
      Milliseconds(
        'How long to wait in the queue for a free browser; 0 answers at once, `sessions.wait` unless given.',
        {
          minimum: 0,
          maximum: 3_600_000,
        },
      ),
    ),
    headless: Type.Optional(
      Type.Boolean({
        default: true,
        description: 'Without a window; `false` needs a backend with a display.',
      }),
    ),
    viewport: Type.Optional(Viewport),
    userAgent: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1024,
        pattern: '^[\\x20-\\x7e]+$',
        description: 'What the browser calls itself, in headers and to scripts.',
      }),
    ),
    locale: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$',
        description: 'BCP 47, such as `de-CH`.',
      }),
    ),
    timezone: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}$',
        maxLength: 64,
        description: 'IANA name, such as `Europe/Zurich`.',
      }),
    ),
    proxy: Type.Optional(ProxySettings),
    storageState: Type.Optional(StorageState),
    extensions: Type.Optional(
      Type.Array(Extension, { maxItems: 20, description: 'Browser extensions to load at the start.' }),
    ),
    args: Type.Optional(
      Type.Array(Type.String({ pattern: '^--[a-z0-9]', maxLength: 4096 }), {
        maxItems: 100,
        description: 'Extra command line switches. Those that would break isolation are refused.',
      }),
    ),
    tags: Type.Optional(Tags),
  },
  { $id: 'SessionCreate', additionalProperties: false },
);
export type SessionCreate = Static<typeof SessionCreate>;

export const SessionStatus = Type.Enum(['queued', 'starting', 'ready', 'ending', 'ended'], {
  $id: 'SessionStatus',
});
export type SessionStatus = Static<typeof SessionStatus>;

/** Why a session ended; `SESSION_END_REASONS` holds one sentence on each, for docs and close frames. */
export const SESSION_END_REASONS = {
  'backend-lost': 'the backend lost the browser',
  'browser-closed': 'the browser was closed from inside',
  'browser-crashed': 'the browser crashed',
  canceled: 'the client went away before the session was ready',
  destroyed: 'the session was destroyed by its client',
  disconnected: 'the last client disconnected and keepAlive is off',
  expired: 'the session reached its maximum lifetime',
  idle: 'the session saw no traffic for its idle timeout',
  'server-restarted': 'the server restarted and the browser could not be re-adopted',
  'server-stopped': 'the server was stopped',
  'start-failed': 'no browser could be started',
} as const;
export type SessionEndReason = keyof typeof SESSION_END_REASONS;

/** A session as clients see it. Times are ISO 8601 in UTC. */
export const Session = Type.Object(
  {
    id: Type.String({ description: '`ses_…`' }),
    status: SessionStatus,
    browser: Type.String(),
    browserVersion: Type.Optional(Type.String()),
    backend: Type.Optional(Type.String({ description: 'Absent while queued.' })),
    protocol: Type.Optional(Protocol),
    connectUrl: Type.Optional(
      Type.String({ description: 'WebSocket address with a secret of this session; absent in lists.' }),
    ),
    wsEndpoint: Type.Optional(
      Type.String({ description: 'The same address under the name that Puppeteer uses.' }),
    ),
    cdpUrl: Type.Optional(Type.String({ description: "HTTP address for Playwright's connectOverCDP." })),
    liveViewUrl: Type.Optional(
      Type.String({
        description:
          'A page that shows the session and lets a person take it over, with a secret; absent in lists.',
      }),
    ),
    webdriverUrl: Type.Optional(
      Type.String({
        description: 'Of a session over WebDriver: the address below which its commands are served.',
      }),
    ),
    webdriverSessionId: Type.Optional(
      Type.String({ description: 'Its id there, as WebDriver clients need it.' }),
    ),
    connections: Type.Integer({ description: 'Clients connected at present.' }),
    keepAlive: Type.Boolean(),
    idleTimeoutMs: Type.Integer(),
    createdAt: Type.String({ format: 'date-time' }),
    lastActivityAt: Type.String({ format: 'date-time', description: 'From here `idleTimeoutMs` counts.' }),
    expiresAt: Type.String({
      format: 'date-time',
      description: 'The end of its lifetime, whatever happens.',
    }),
    endedAt: Type.Optional(Type.String({ format: 'date-time' })),
    endReason: Type.Optional(Type.String({ enum: Object.keys(SESSION_END_REASONS) })),
    endDetail: Type.Optional(Type.String({ description: 'What was seen then, for people.' })),
    surface: Type.Optional(Type.String({ description: 'The name of the surface that it runs.' })),
    generation: Type.Optional(
      Type.Integer({ description: 'How many times the Chrome of the surface was launched.' }),
    ),
    recordingId: Type.Optional(Type.String({ description: '`rec_…`, where it is recorded.' })),
    tags: Type.Record(Type.String(), Type.String()),
  },
  { $id: 'Session', additionalProperties: false },
);
export type Session = Static<typeof Session>;

export const SessionList = Type.Object(
  { data: Type.Array(Session), nextCursor: Type.Union([Type.String(), Type.Null()]) },
  { $id: 'SessionList', additionalProperties: false },
);
export type SessionList = Static<typeof SessionList>;
