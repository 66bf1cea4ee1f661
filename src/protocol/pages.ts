// The wire shapes of pages: commands, their replies, events and artifacts. The parameters of each action stand in the
// command table, `pages/commands.ts`. Schemas only, no behaviour.

import { type Static, Type } from 'typebox';
import type { ProblemDetails } from './problem.ts';

/** A tab. The id stays the same across reconnects, restarts of the server, and relaunches of a surface. */
export const Page = Type.Object(
  {
    id: Type.String({ description: '`pag_…`' }),
    targetId: Type.String({ description: 'As CDP names the tab at present.' }),
    sessionId: Type.String(),
    url: Type.String(),
    title: Type.String(),
    dialog: Type.Optional(
      Type.Object(
        {
          type: Type.Enum(['alert', 'beforeunload', 'confirm', 'prompt']),
          message: Type.String(),
          defaultValue: Type.String(),
        },
        {
          additionalProperties: false,
          description: 'Open, and waiting for `dialog.accept` or `dialog.dismiss`.',
        },
      ),
    ),
    isResponsive: Type.Boolean({ description: 'False while its renderer does not answer.' }),
  },
  { $id: 'Page', additionalProperties: false },
);
export type Page = Static<typeof Page>;

export const PageList = Type.Object(
  { data: Type.Array(Page), nextCursor: Type.Union([Type.String(), Type.Null()]) },
  { $id: 'PageList', additionalProperties: false },
);
export type PageList = Static<typeof PageList>;

/** The body of `POST /v1/sessions/{id}/pages`. */
export const PageCreate = Type.Object(
  {
    url: Type.Optional(Type.String({ maxLength: 65_536, description: 'Opened before the reply.' })),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 1, maximum: 600_000 })),
  },
  { $id: 'PageCreate', additionalProperties: false },
);
export type PageCreate = Static<typeof PageCreate>;

/** What a reconnect or a relaunch can cost, with one sentence on each. */
export const LOSSES = {
  downloads: 'Downloads under way were given up.',
  'event-history': 'Events before the reconnect are not in the buffer any more.',
  handles: 'Element and JS handles from before are not valid any more.',
  journal: 'Init scripts, routes and emulation from before could not be set again.',
  'page-state': 'Pages were loaded again: JavaScript state, scroll positions and unsaved input are gone.',
  pages: 'Some tabs could not be brought back.',
  'recent-storage': 'Cookies and storage written in the last seconds before the crash may be missing.',
} as const;
export type Loss = keyof typeof LOSSES;

export const COMMAND_TIMEOUT_MS = 30_000;
export const MAX_COMMAND_TIMEOUT_MS = 600_000;

/** The body of `POST /v1/pages/{id}/command`. */
export const Command = Type.Object(
  {
    action: Type.String({
      maxLength: 64,
      description: "A name of the command table: Playwright's own, such as `goto` or `locator.boundingBox`.",
    }),
    params: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    timeoutMs: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_COMMAND_TIMEOUT_MS,
        default: COMMAND_TIMEOUT_MS,
        description: 'After which it answers `timeout`; `pages.commandTimeout` unless given.',
      }),
    ),
    ifGeneration: Type.Optional(
      Type.Integer({ description: 'Refused unless the surface is still in this generation.' }),
    ),
    retry: Type.Optional(
      Type.Object(
        {
          attempts: Type.Integer({ minimum: 2, maximum: 10, description: 'The first one included.' }),
          on: Type.Optional(
            Type.Array(Type.Enum(['not-found', 'not-actionable', 'navigation', 'timeout']), {
              minItems: 1,
              description: 'Failures to try again after; never what may have happened already.',
            }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { $id: 'Command', additionalProperties: false },
);
export type Command = Static<typeof Command>;

/** A file that a command made or that was uploaded. */
export const Artifact = Type.Object(
  {
    id: Type.String({ description: '`art_…`; `GET /v1/artifacts/{id}` gives its bytes.' }),
    name: Type.String({ description: 'What to call it; never a path.' }),
    contentType: Type.String(),
    sizeBytes: Type.Integer(),
    sha256: Type.String({ description: 'Hex.' }),
    sessionId: Type.Optional(Type.String()),
    pageId: Type.Optional(Type.String()),
    createdAt: Type.String({ format: 'date-time' }),
    expiresAt: Type.String({ format: 'date-time' }),
  },
  { $id: 'Artifact', additionalProperties: false },
);
export type Artifact = Static<typeof Artifact>;

export const Reconnected = Type.Object(
  {
    lost: Type.Array(Type.Enum(Object.keys(LOSSES) as Loss[]), {
      description: Object.entries(LOSSES)
        .map(([loss, meaning]) => `\`${loss}\`: ${meaning}`)
        .join(' '),
    }),
  },
  {
    additionalProperties: false,
    description: 'The connection, or the browser, is not the one of the last reply.',
  },
);
export type Reconnected = Static<typeof Reconnected>;

/** What a command answers. */
export const CommandReply = Type.Object(
  {
    result: Type.Unknown({ description: 'As the command table says; null where Playwright gives nothing.' }),
    artifact: Type.Optional(Type.Ref('Artifact')),
    truncated: Type.Optional(
      Type.Boolean({ description: '`result` is the beginning only; `artifact` holds the whole as JSON.' }),
    ),
    page: Type.Object(
      { id: Type.String(), url: Type.String(), title: Type.String() },
      { additionalProperties: false },
    ),
    durationMs: Type.Number(),
    attempts: Type.Optional(Type.Integer({ description: 'Where `retry` was given.' })),
    generation: Type.Optional(Type.Integer({ description: 'Of a surface.' })),
    reconnected: Type.Optional(Reconnected),
    lastEvent: Type.Optional(
      Type.Integer({
        description: 'The `sequence` of the newest event of the page: ask for events after it to miss none.',
      }),
    ),
  },
  { $id: 'CommandReply', additionalProperties: false },
);
export type CommandReply = Omit<Static<typeof CommandReply>, 'artifact'> & { artifact?: Artifact };

/** The body of `POST /v1/pages/{id}/commands`. */
export const Batch = Type.Object(
  {
    commands: Type.Array(Type.Ref('Command'), { minItems: 1, maxItems: 500 }),
    stopOnError: Type.Optional(
      Type.Boolean({ default: true, description: 'Whether the first failure ends the batch.' }),
    ),
    timeoutMs: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_COMMAND_TIMEOUT_MS,
        description: 'How long all of them may take together, each within its own `timeoutMs`.',
      }),
    ),
  },
  { $id: 'Batch', additionalProperties: false },
);
export type Batch = Omit<Static<typeof Batch>, 'commands'> & { commands: Command[] };

/** One outcome a command, in their order; commands after the one that stopped the batch have none. */
export const BatchOutcome = Type.Union(
  [
    Type.Object({ ok: Type.Literal(true), reply: Type.Ref('CommandReply') }, { additionalProperties: false }),
    Type.Object({ ok: Type.Literal(false), problem: Type.Ref('Problem') }, { additionalProperties: false }),
  ],
  { $id: 'BatchOutcome' },
);
export type BatchOutcome = { ok: true; reply: CommandReply } | { ok: false; problem: ProblemDetails };

export const BatchReply = Type.Object(
  { outcomes: Type.Array(Type.Ref('BatchOutcome')), durationMs: Type.Number() },
  { $id: 'BatchReply', additionalProperties: false },
);
export type BatchReply = { outcomes: BatchOutcome[]; durationMs: number };

/** The last event of a batch whose progress is streamed. */
export const BatchEnd = Type.Object(
  { outcomes: Type.Integer({ description: 'How many there were.' }), durationMs: Type.Number() },
  { $id: 'BatchEnd', additionalProperties: false },
);

export const ArtifactList = Type.Object(
  { data: Type.Array(Type.Ref('Artifact')), nextCursor: Type.Union([Type.String(), Type.Null()]) },
  { $id: 'ArtifactList', additionalProperties: false },
);

/** What happens in a page, with one sentence on each. */
export const PAGE_EVENT_TYPES = {
  binding: 'The page called what `exposeBinding` gave it: `{name, args, url}`.',
  close: 'The page was closed.',
  console: 'A message on its console: `{type, text, location}`.',
  crash: 'Its renderer crashed.',
  dialog: 'A dialog opened: `{type, message, defaultValue, answered}`.',
  download: 'A download ended: `{url, suggestedFilename, artifact?, failure?}`.',
  filechooser: 'A file chooser opened: `{handle, isMultiple}`, for `fileChooser.setFiles`.',
  framenavigated: 'A frame went to `{url, isMainFrame}`.',
  pageerror: 'An error that no script caught: `{message, stack}`.',
  popup: 'It opened another page: `{pageId, url}`.',
  reconnected: 'The connection was lost and is there again: `{lost}`.',
  request: 'A request began: `{requestId, method, url, resourceType}`.',
  requestfailed: 'A request failed: `{requestId, method, url, errorText}`.',
  response: 'A response came: `{requestId, url, status, statusText}`.',
  websocket: 'It opened a WebSocket: `{url}`.',
} as const;
export type PageEventType = keyof typeof PAGE_EVENT_TYPES;

export const PageEvent = Type.Object(
  {
    sequence: Type.Integer({ description: 'Ascending within a page; what `after` and Last-Event-ID take.' }),
    type: Type.Enum(Object.keys(PAGE_EVENT_TYPES) as PageEventType[]),
    at: Type.String({ format: 'date-time' }),
    data: Type.Record(Type.String(), Type.Unknown()),
  },
  { $id: 'PageEvent', additionalProperties: false },
);
export type PageEvent = Static<typeof PageEvent>;

/** `dropped` says how many older events after `after` the bounded buffer does not hold any more. */
export const PageEventList = Type.Object(
  {
    data: Type.Array(PageEvent),
    dropped: Type.Integer({ description: 'How many events after `after` are not kept any more.' }),
    last: Type.Integer({ description: 'What to give as `after` the next time.' }),
  },
  { $id: 'PageEventList', additionalProperties: false },
);
export type PageEventList = Static<typeof PageEventList>;
