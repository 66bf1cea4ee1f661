// The wire shape of an error: RFC 9457 problem details with Moorage's own members.

import { type Static, Type } from 'typebox';

export const ProblemDetails = Type.Object(
  {
    type: Type.String({ description: 'A relative reference to the documentation of this code.' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What was seen and what to do.' }),
    code: Type.String({ description: 'Stable, kebab-case; the table is in docs/errors.md.' }),
    retryable: Type.Boolean({ description: 'Whether the same request can succeed later.' }),
    hint: Type.String(),
    requestId: Type.String(),
    errors: Type.Optional(
      Type.Array(Type.Object({ path: Type.String(), message: Type.String() }), {
        description: 'For invalid-argument: each wrong member, by JSON pointer.',
      }),
    ),
    rejected: Type.Optional(
      Type.Array(Type.Object({ backend: Type.String(), reason: Type.String() }), {
        description: 'For capabilities-unmatched and no-capacity: why each backend lost.',
      }),
    ),
    supported: Type.Optional(
      Type.Array(Type.String(), {
        description: 'For unsupported-operation of a page command: the actions that this browser can do.',
      }),
    ),
  },
  { $id: 'Problem', additionalProperties: true },
);
export type ProblemDetails = Static<typeof ProblemDetails>;
