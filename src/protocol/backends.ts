// The wire shapes of backends: the sources of browsers, as `GET /v1/backends` shows them.

import { type Static, Type } from 'typebox';

export type Availability = 'up' | 'draining' | 'down';

/** One kind of browser that a backend offers, for matching. */
export const Offer = Type.Object(
  {
    browser: Type.String(),
    browserVersion: Type.Optional(Type.String()),
    protocols: Type.Array(Type.String()),
    features: Type.Array(Type.String(), {
      description:
        'What a request may ask of it: headless, headed, viewport, userAgent, locale, timezone, proxy, …',
    }),
    isNative: Type.Optional(
      Type.Boolean({
        description: 'What is driven is a phone and its apps, not a browser; there are no pages.',
      }),
    ),
  },
  { $id: 'Offer', additionalProperties: false },
);

export const Backend = Type.Object(
  {
    name: Type.String({ description: 'As in the configuration, and as `backend` of a request.' }),
    kind: Type.String(),
    availability: Type.String({ enum: ['up', 'draining', 'down'] }),
    health: Type.String({ enum: ['healthy', 'unhealthy', 'undetected'] }),
    healthReason: Type.Optional(Type.String({ description: 'What is wrong, and what to do about it.' })),
    capacity: Type.Integer({ description: 'The most sessions at a time, as things are.' }),
    active: Type.Integer({ description: 'Sessions that hold a browser of it.' }),
    warming: Type.Integer({ description: 'Browsers being started for the warm pool.' }),
    warm: Type.Integer({ description: 'Started browsers that wait for a session.' }),
    offers: Type.Array(Offer),
  },
  { $id: 'Backend', additionalProperties: false },
);
export type Backend = Static<typeof Backend>;

export const BackendList = Type.Object(
  { data: Type.Array(Backend), nextCursor: Type.Null() },
  { $id: 'BackendList', additionalProperties: false },
);
