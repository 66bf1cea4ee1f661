// The wire shapes of recordings. Schemas only, no behaviour.

import { type Static, Type } from 'typebox';

export { RECORDING_TAGS } from './recording-tags.ts';

/** What `record: true` means, one by one. */
export const RecordOptions = Type.Object(
  {
    network: Type.Optional(
      Type.Boolean({ default: true, description: 'Requests of fetch, XMLHttpRequest, beacons and sockets.' }),
    ),
    bodies: Type.Optional(
      Type.Boolean({ default: true, description: 'Textual bodies, cut at 10,000 characters.' }),
    ),
    console: Type.Optional(Type.Boolean({ default: true })),
    canvas: Type.Optional(
      Type.Boolean({ default: false, description: 'Canvases as pictures, a few times a second.' }),
    ),
    video: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'A video of every page as well. It needs ffmpeg, and shows all that the page shows: `mask` cannot be given with it.',
      }),
    ),
    mask: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 512 }), {
        maxItems: 100,
        description:
          'Selectors of elements whose text and values are not recorded. Passwords, fields of payment, and the headers Authorization, Cookie and Set-Cookie never are.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type RecordOptions = Static<typeof RecordOptions>;

export const RecordWish = Type.Union([Type.Boolean(), RecordOptions], {
  default: false,
  description: 'Whether to record the session, and what of it.',
});
export type RecordWish = Static<typeof RecordWish>;

export const RECORDING_STATES = {
  complete: 'Its session has ended and everything is stored.',
  failed: 'It ended before its session did; `endDetail` says why.',
  recording: 'It goes on.',
} as const;
export type RecordingState = keyof typeof RECORDING_STATES;

/** Why recordings end before their sessions, one sentence each. */
export const RECORDING_END_REASONS = {
  'disk-full': 'The disk of the server took no more.',
  'quota-exceeded': 'It grew larger than a recording may be, or than its client may store.',
  'server-ended': 'The server was killed, and the session was gone when it started again.',
  'write-failed': 'What was recorded could not be written, or not as fast as it came.',
} as const;
export type RecordingEndReason = keyof typeof RECORDING_END_REASONS;

export const VIDEO_STATES = {
  complete: 'It lasts until its page or the recording ended.',
  failed: 'It ended before; `detail` says why. It can be played up to there.',
  none: 'There is none; `detail` says why.',
  recording: 'It goes on.',
} as const;

/** The video of one page. Time zero is `startedAt`, epoch milliseconds, as those of events. */
export const RecordedVideo = Type.Object(
  {
    state: Type.Enum(Object.keys(VIDEO_STATES) as (keyof typeof VIDEO_STATES)[], {
      description: Object.entries(VIDEO_STATES)
        .map(([state, meaning]) => `\`${state}\`: ${meaning}`)
        .join(' '),
    }),
    startedAt: Type.Number(),
    durationMs: Type.Optional(Type.Integer({ description: 'Absent while it goes on.' })),
    width: Type.Integer(),
    height: Type.Integer(),
    frames: Type.Integer(),
    sizeBytes: Type.Integer(),
    detail: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
export type RecordedVideo = Static<typeof RecordedVideo>;

/** One tab of a recorded session. Times are epoch milliseconds, as those of its events. */
export const RecordedPage = Type.Object(
  {
    id: Type.String({ description: 'The CDP target id of the tab.' }),
    url: Type.String({ description: 'The last one.' }),
    title: Type.String(),
    firstAt: Type.Optional(Type.Number()),
    lastAt: Type.Optional(Type.Number()),
    events: Type.Integer(),
    errors: Type.Integer({ description: 'Failed requests, errors on the console, crashes.' }),
    gaps: Type.Integer({ description: 'Batches that never came; each is an event in its place.' }),
    challenges: Type.Optional(Type.Integer({ description: 'Bot checks that appeared.' })),
    paths: Type.Array(Type.Enum(['extension', 'init-script']), {
      description: 'How the recorder came into its documents.',
    }),
    end: Type.Optional(
      Type.Enum(['closed', 'crashed'], { description: '`crashed` until the tab is loaded again.' }),
    ),
    thumbnailAt: Type.Optional(Type.Number({ description: 'When its thumbnail was taken.' })),
    video: Type.Optional(RecordedVideo),
  },
  { additionalProperties: false },
);
export type RecordedPage = Static<typeof RecordedPage>;

export const Recording = Type.Object(
  {
    id: Type.String({ description: '`rec_…`' }),
    status: Type.Enum(Object.keys(RECORDING_STATES) as RecordingState[], {
      description: Object.entries(RECORDING_STATES)
        .map(([state, meaning]) => `\`${state}\`: ${meaning}`)
        .join(' '),
    }),
    sessionId: Type.Optional(
      Type.String({ description: 'Absent for an import of what no session of Moorage recorded.' }),
    ),
    surface: Type.Optional(Type.String()),
    browser: Type.String(),
    isImported: Type.Optional(
      Type.Boolean({ description: 'It was uploaded; its session may have been one of another server.' }),
    ),
    options: RecordOptions,
    pages: Type.Array(RecordedPage),
    sizeBytes: Type.Integer(),
    createdAt: Type.String({ format: 'date-time' }),
    endedAt: Type.Optional(Type.String({ format: 'date-time' })),
    endReason: Type.Optional(
      Type.Enum(Object.keys(RECORDING_END_REASONS) as RecordingEndReason[], {
        description: Object.entries(RECORDING_END_REASONS)
          .map(([reason, meaning]) => `\`${reason}\`: ${meaning}`)
          .join(' '),
      }),
    ),
    endDetail: Type.Optional(Type.String()),
    storedIn: Type.Optional(
      Type.Enum(['disk', 's3'], { description: 'Where its files lie; `disk` is that of the server.' }),
    ),
    tags: Type.Record(Type.String(), Type.String()),
  },
  { $id: 'Recording', additionalProperties: false },
);
export type Recording = Static<typeof Recording>;

export const RecordingList = Type.Object(
  { data: Type.Array(Recording), nextCursor: Type.Union([Type.String(), Type.Null()]) },
  { $id: 'RecordingList', additionalProperties: false },
);
export type RecordingList = Static<typeof RecordingList>;

/** The body of `POST /v1/recordings/prune`. What is absent is as the server has it configured. */
export const RecordingPrune = Type.Object(
  {
    isDryRun: Type.Optional(Type.Boolean({ default: false, description: 'Only says what it would delete.' })),
    maxAgeMs: Type.Optional(
      Type.Integer({ minimum: 0, description: 'Those that ended longer ago are deleted.' }),
    ),
    maxCount: Type.Optional(
      Type.Integer({ minimum: 0, description: 'The oldest of a client are deleted beyond these.' }),
    ),
    maxBytes: Type.Optional(
      Type.Integer({ minimum: 0, description: 'The oldest of a client are deleted beyond this size.' }),
    ),
    allClients: Type.Optional(
      Type.Boolean({ default: false, description: 'Not only your own; for admin keys.' }),
    ),
  },
  { $id: 'RecordingPrune', additionalProperties: false },
);
export type RecordingPrune = Static<typeof RecordingPrune>;

export const RecordingsPruned = Type.Object(
  { data: Type.Array(Recording), freedBytes: Type.Integer() },
  { $id: 'RecordingsPruned', additionalProperties: false },
);
export type RecordingsPruned = Static<typeof RecordingsPruned>;
