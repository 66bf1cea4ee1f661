// What the recorder in a page and its collector say to each other. The recorder is a program of its own (extension/), so
// what comes from it is checked like anything that comes from a page: a page may forge it.

import { type Static, Type } from 'typebox';

/** What the recorder is told when it starts. */
export interface RecorderOptions {
  /** Under which name the collector's binding appears. Random, so that no page can lie in wait for it. */
  binding: string;
  /** What recorders of one session know each other by. No page ever sees it. */
  secret: string;
  /** How long events are kept together, in milliseconds, and how many at most. */
  batchMs: number;
  batchEvents: number;
  /** How much of what was sent is kept to be sent again on a new connection, in characters. */
  ringChars: number;
  console: boolean;
  canvas: boolean;
  network: boolean;
  /** Where bodies of requests and responses are cut, in characters; 0 records none. */
  bodyChars: number;
  /** Selectors of elements whose text and values are not recorded. */
  maskSelectors: string[];
  /** Lower-case names of headers whose values are not recorded. */
  maskHeaders: string[];
  /** Bot checks are told of, and nothing else. */
  seesOnlyChallenges?: boolean;
  /** How the script came into the page. */
  path: 'extension' | 'init-script';
}

/** One event of rrweb. https://github.com/rrweb-io/rrweb/blob/master/docs/recipes/dive-into-event.md */
export const RecordedEvent = Type.Object(
  {
    type: Type.Integer({ minimum: 0, maximum: 6 }),
    timestamp: Type.Number({ minimum: 0 }),
    data: Type.Unknown(),
  },
  { additionalProperties: true },
);
export type RecordedEvent = Static<typeof RecordedEvent>;

/** One message of the recorder. */
export const RecorderBatch = Type.Object(
  {
    version: Type.Literal(1),
    document: Type.String({ pattern: '^[0-9a-v]{10}$', description: 'Another one after each navigation.' }),
    sequence: Type.Integer({ minimum: 0, description: 'Ascending within a document, without gaps.' }),
    url: Type.String(),
    isTop: Type.Boolean(),
    path: Type.Enum(['extension', 'init-script']),
    at: Type.Number({ description: 'When it was made, epoch milliseconds.' }),
    events: Type.Array(RecordedEvent),
  },
  { additionalProperties: false },
);
export type RecorderBatch = Static<typeof RecorderBatch>;

/** rrweb's types of events, and those of its custom ones that are ours. */
export const EVENT_TYPE = {
  domContentLoaded: 0,
  load: 1,
  fullSnapshot: 2,
  incrementalSnapshot: 3,
  meta: 4,
  custom: 5,
  plugin: 6,
} as const;
