// The wire shapes of API keys. A key itself is shown once, by the reply that makes it.

import { type Static, Type } from 'typebox';

const members = {
  id: Type.String({ description: '`key_…`, or `config:…` for a key of the configuration.' }),
  client: Type.String({ description: 'Whose key it is.' }),
  name: Type.String({ description: 'To tell keys apart; may be empty.' }),
  admin: Type.Boolean({
    description: 'It may drain backends, manage keys, and read metrics and the events of all clients.',
  }),
  createdAt: Type.Optional(
    Type.String({ format: 'date-time', description: 'Absent for keys of the configuration.' }),
  ),
};

/** The body of `POST /v1/keys`. */
export const KeyCreate = Type.Object(
  {
    client: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
      description: 'Whose key it will be. Keys of one client share its sessions and quotas.',
    }),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: 'To tell keys apart.' })),
    admin: Type.Optional(
      Type.Boolean({ default: false, description: 'The first key of a server must be an admin’s.' }),
    ),
  },
  { $id: 'KeyCreate', additionalProperties: false },
);
export type KeyCreate = Static<typeof KeyCreate>;

export const Key = Type.Object(members, { $id: 'Key', additionalProperties: false });
export type Key = Static<typeof Key>;

export const KeyCreated = Type.Object(
  {
    ...members,
    key: Type.String({ description: 'The key in clear. It is not kept and never shown again.' }),
  },
  { $id: 'KeyCreated', additionalProperties: false },
);
export type KeyCreated = Static<typeof KeyCreated>;

export const KeyList = Type.Object(
  { data: Type.Array(Key), nextCursor: Type.Null() },
  { $id: 'KeyList', additionalProperties: false },
);
export type KeyList = Static<typeof KeyList>;
