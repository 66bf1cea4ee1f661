// What an operator can set about every backend whose browsers have hosts, besides the program of the browser.

import { type Static, Type } from 'typebox';
import { Duration } from '../../notation.ts';
import { DISPLAY_SETTING } from './display-setting.ts';
import { LAUNCH_SETTING } from './launch-setting.ts';

export const HOSTED_SETTINGS = {
  capacity: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 10_000,
      description: 'The most sessions at a time; by cores and memory of the machine unless given.',
    }),
  ),
  launchConcurrency: LAUNCH_SETTING,
  startTimeout: Type.Optional(
    Duration({
      default: '60s',
      minimum: '1s',
      description: 'How long a browser may take until it can be used.',
    }),
  ),
  display: DISPLAY_SETTING,
};

const HostedSettings = Type.Object(HOSTED_SETTINGS);
export type HostedSettings = Static<typeof HostedSettings>;
