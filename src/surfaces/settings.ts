// What an operator can set about the Chromes of surfaces.

import { type Static, Type } from 'typebox';
import { ChromeSettings } from '../backends/support/chrome-settings.ts';
import { Duration } from '../notation.ts';

const { executablePath, launchConcurrency, startTimeout, diskFloor } = ChromeSettings.properties;
const { args, env, extensions, sandbox, display } = ChromeSettings.properties;

/** The name of their backend in the fleet, which no other one can have. */
export const SURFACES_BACKEND = 'surfaces';

export const SurfaceSettings = Type.Object(
  {
    executablePath,
    capacity: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 10_000,
        description: 'The most that run at a time; by the memory of the machine unless given, at least 10.',
      }),
    ),
    launchConcurrency,
    startTimeout,
    diskFloor,
    args,
    env,
    extensions,
    sandbox,
    display,
    saveEvery: Type.Optional(
      Duration({
        default: '5s',
        minimum: '500ms',
        maximum: '1h',
        description: 'How often tabs and cookies are saved while they change; a crash costs what came since.',
      }),
    ),
    chromedriverPath: Type.Optional(
      Type.String({
        description:
          'The chromedriver for WebDriver of surfaces; the usual places are looked through without it.',
      }),
    ),
    foreignLocks: Type.Optional(
      Type.Enum(['refuse', 'remove'], {
        default: 'refuse',
        description:
          'What to do with a profile that a Chrome of another host has locked. `remove` is for containers that get a new host name each time; two Chromes on one profile destroy it.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type SurfaceSettings = Static<typeof SurfaceSettings>;
