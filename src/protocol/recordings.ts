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
      Type.Boolean({ default: false, description: 'A video of every page as well. It needs ffmpeg.' }),
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
    end: Type.Optional(Type.Enum(['closed', 'crashed'])),
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
    sessionId: Type.String(),
    surface: Type.Optional(Type.String()),
    browser: Type.String(),
    options: RecordOptions,
    pages: Type.Array(RecordedPage),
    sizeBytes: Type.Integer(),
    createdAt: Type.String({ format: 'date-time' }),
    endedAt: Type.Optional(Type.String({ format: 'date-time' })),
    endDetail: Type.Optional(Type.String()),
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
