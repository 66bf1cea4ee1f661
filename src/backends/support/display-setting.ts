// Where browsers with a window show it, as operators set it for the backends that start them.

import { Type } from 'typebox';

export const DISPLAY_SETTING = Type.Optional(
  Type.String({
    minLength: 1,
    description: 'The X display (`:0`) for headed browsers; without one there are none.',
  }),
);
