// Settings of those who come in and of those who are told: clients, their keys, receivers of events.

import { Type } from 'typebox';
import { Duration } from '../notation.ts';
import { EVENT_TYPES } from '../protocol/events.ts';

export const CLIENT_NAME = '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$';

export const Client = Type.Object(
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

export const Key = Type.Object(
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

export const Webhook = Type.Object(
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
