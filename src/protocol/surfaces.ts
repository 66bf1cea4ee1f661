// The wire shapes of surfaces: named browsers that stay. Schemas only, no behaviour.

import { type Static, Type } from 'typebox';
import { SessionCreate, SurfaceName } from './sessions.ts';

const { headless, viewport, userAgent, locale, timezone, proxy, extensions, args } = SessionCreate.properties;

/** What a surface is launched with, each time. */
export const SurfaceOptions = Type.Object(
  {
    headless,
    viewport,
    userAgent,
    locale,
    timezone,
    proxy,
    extensions,
    args,
    record: SessionCreate.properties.record,
    challenges: SessionCreate.properties.challenges,
    tags: SessionCreate.properties.tags,
    ttlMs: Type.Optional(
      Type.Integer({
        minimum: 1000,
        description:
          'Deletes the surface, profile and all, when nobody has used it for this many milliseconds. Without it a surface stays until it is deleted.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type SurfaceOptions = Static<typeof SurfaceOptions>;

/** A Chrome that Moorage did not start. It is never stopped by us. */
export const SurfaceAttachment = Type.Object(
  {
    port: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 65535, description: 'Its DevTools port on this machine.' }),
    ),
    profile: Type.Optional(
      Type.String({
        maxLength: 4096,
        description: 'The folder given to it as --user-data-dir, whose DevToolsActivePort names the port.',
      }),
    ),
  },
  { additionalProperties: false, minProperties: 1, maxProperties: 1 },
);
export type SurfaceAttachment = Static<typeof SurfaceAttachment>;

/** The body of `PUT /v1/surfaces/{name}`. Members that are absent keep what they were. */
export const SurfacePut = Type.Object(
  {
    browser: SessionCreate.properties.browser,
    ...SurfaceOptions.properties,
    storageState: SessionCreate.properties.storageState,
    wake: Type.Optional(
      Type.Boolean({ default: true, description: 'Whether to start its browser as well.' }),
    ),
    waitMs: SessionCreate.properties.waitMs,
  },
  { $id: 'SurfacePut', additionalProperties: false },
);
export type SurfacePut = Static<typeof SurfacePut>;

export const SURFACE_STATES = {
  crashed: 'Its browser ended by itself; the next use launches it again with its tabs.',
  reconnecting: 'Its process runs and does not answer; it is waited for.',
  running: 'Its browser runs and answers.',
  starting: 'Its browser is being launched.',
  stopped: 'It was stopped, or never started; the next use launches it.',
  suspended: 'Its process is frozen; it is waited for, never replaced.',
} as const;
export type SurfaceState = keyof typeof SURFACE_STATES;

/** Who may send commands to a surface at present. */
export const Lease = Type.Object(
  {
    id: Type.String({ description: '`lea_…`; not the token.' }),
    holder: Type.String({ description: 'As its holder called itself.' }),
    kind: Type.Enum(['agent', 'human']),
    acquiredAt: Type.String({ format: 'date-time' }),
    expiresAt: Type.String({ format: 'date-time' }),
  },
  { $id: 'Lease', additionalProperties: false },
);
export type Lease = Static<typeof Lease>;

/** The body of `POST /v1/surfaces/{name}/lease`. */
export const LeaseCreate = Type.Object(
  {
    holder: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        default: 'unnamed',
        description: 'Who you are, for those who are kept out.',
      }),
    ),
    kind: Type.Optional(
      Type.Enum(['agent', 'human'], { default: 'agent', description: '`human`: a person has taken over.' }),
    ),
    ttlMs: Type.Optional(
      Type.Integer({
        minimum: 1000,
        maximum: 86_400_000,
        default: 60_000,
        description: 'How long it lasts from now on, in milliseconds.',
      }),
    ),
    steal: Type.Optional(Type.Boolean({ default: false, description: 'Takes it from its holder.' })),
    token: Type.Optional(Type.String({ description: 'Of the lease that one holds, to extend it.' })),
  },
  { $id: 'LeaseCreate', additionalProperties: false },
);
export type LeaseCreate = Static<typeof LeaseCreate>;

export const LeaseGranted = Type.Object(
  {
    ...Lease.properties,
    token: Type.String({ description: 'Goes into the header `Moorage-Lease` of each request.' }),
  },
  { $id: 'LeaseGranted', additionalProperties: false },
);
export type LeaseGranted = Static<typeof LeaseGranted>;

/** A surface as clients see it. Times are ISO 8601 in UTC. */
export const Surface = Type.Object(
  {
    id: Type.String({ description: '`srf_…`' }),
    name: SurfaceName,
    status: Type.Enum(Object.keys(SURFACE_STATES) as SurfaceState[], {
      description: Object.entries(SURFACE_STATES)
        .map(([state, meaning]) => `\`${state}\`: ${meaning}`)
        .join(' '),
    }),
    browser: Type.String(),
    browserVersion: Type.Optional(Type.String()),
    options: SurfaceOptions,
    pendingOptions: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'Options that were changed since its browser was launched: they hold from the next launch on.',
      }),
    ),
    attached: Type.Optional(SurfaceAttachment),
    generation: Type.Integer({ description: 'How many times its Chrome was launched; 0 before the first.' }),
    sessionId: Type.Optional(Type.String({ description: 'The session of the present launch.' })),
    pid: Type.Optional(Type.Integer({ description: 'Of its Chrome.' })),
    pages: Type.Optional(Type.Integer({ description: 'Open tabs.' })),
    connections: Type.Integer({ description: 'WebSocket clients connected at present.' }),
    sizeBytes: Type.Optional(
      Type.Integer({ description: 'Of its profile on disk; only of a single surface.' }),
    ),
    connectUrl: Type.Optional(
      Type.String({ description: 'WebSocket address that wakes it; absent in lists.' }),
    ),
    wsEndpoint: Type.Optional(Type.String({ description: 'The same address, under the name of Puppeteer.' })),
    cdpUrl: Type.Optional(Type.String({ description: "HTTP address for Playwright's connectOverCDP." })),
    webdriverUrl: Type.Optional(Type.String({ description: 'W3C WebDriver of this surface.' })),
    lease: Type.Optional(Lease),
    createdAt: Type.String({ format: 'date-time' }),
    lastUsedAt: Type.String({ format: 'date-time', description: 'Looking is no use.' }),
    expiresAt: Type.Optional(Type.String({ format: 'date-time', description: 'Where it has a `ttlMs`.' })),
  },
  { $id: 'Surface', additionalProperties: false },
);
export type Surface = Static<typeof Surface>;

/** The body of `POST /v1/surfaces/{name}/attach`. */
export const SurfaceAttach = Type.Object(SurfaceAttachment.properties, {
  $id: 'SurfaceAttach',
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
});
export type SurfaceAttach = Static<typeof SurfaceAttach>;

/** The body of `POST /v1/surfaces/{name}/clone`. */
export const SurfaceClone = Type.Object(
  { to: Type.Unsafe<string>({ ...SurfaceName, description: 'The name of the new surface.' }) },
  { $id: 'SurfaceClone', additionalProperties: false },
);
export type SurfaceClone = Static<typeof SurfaceClone>;

export const SurfaceList = Type.Object(
  { data: Type.Array(Surface), nextCursor: Type.Union([Type.String(), Type.Null()]) },
  { $id: 'SurfaceList', additionalProperties: false },
);
export type SurfaceList = Static<typeof SurfaceList>;
