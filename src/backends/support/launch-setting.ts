// How many browsers may start at once (launch-gate.ts), as operators set it for the backends that start them.

import { Type } from 'typebox';

export const LAUNCH_SETTING = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: 64,
    default: 2,
    description: 'How many browsers start at the same time; the others wait their turn.',
  }),
);
