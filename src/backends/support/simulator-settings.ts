// What an operator can set about iOS simulators.

import { availableParallelism, totalmem } from 'node:os';
import { type Static, Type } from 'typebox';
import { Duration, Path } from '../../notation.ts';
import { Simctl } from './simctl.ts';
import type { TemplatePlan } from './simulator-template.ts';

const NAME = '^[a-z][a-z0-9-]{0,63}$';

export const IosSimulatorSettings = Type.Object(
  {
    xcrunPath: Type.Optional(Path({ description: 'The program xcrun of Xcode.', default: '/usr/bin/xcrun' })),
    safaridriverPath: Type.Optional(
      Path({ description: 'The program safaridriver.', default: '/usr/bin/safaridriver' }),
    ),
    webDriverAgentApp: Type.Optional(
      Path({
        description:
          'WebDriverAgentRunner-Runner.app, built for simulators, for sessions of the whole phone; without it there are none.',
      }),
    ),
    runtime: Type.Optional(
      Type.String({ minLength: 1, description: 'Such as `iOS 18.4`; the newest of Xcode unless given.' }),
    ),
    deviceType: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Such as `iPhone 16`; the first that the runtime has unless given.',
      }),
    ),
    browserName: Type.Optional(
      Type.String({
        pattern: NAME,
        default: 'mobile-safari',
        description: 'Under which name clients ask for its Safari.',
      }),
    ),
    nativeName: Type.Optional(
      Type.String({
        pattern: NAME,
        default: 'ios',
        description: 'Under which name clients ask for the whole phone.',
      }),
    ),
    capacity: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1000,
        description: 'The most sessions at a time; by cores and memory of the machine unless given.',
      }),
    ),
    bootTimeout: Type.Optional(
      Duration({
        default: '25s',
        minimum: '1s',
        description:
          'How long a clone may take to boot, and then a second one: both are to fit into `sessions.startTimeout`.',
      }),
    ),
    firstBootTimeout: Type.Optional(
      Duration({
        default: '10m',
        minimum: '1s',
        description: 'How long the first boot of the template may take.',
      }),
    ),
    startTimeout: Type.Optional(
      Duration({
        default: '60s',
        minimum: '1s',
        description: 'How long safaridriver or WebDriverAgent may take to be ready.',
      }),
    ),
    commandTimeout: Type.Optional(
      Duration({
        default: '60s',
        minimum: '1s',
        description: 'How long any other command to CoreSimulator may take before it counts as hanging.',
      }),
    ),
    diskFloorPercent: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 100,
        default: 10,
        description: 'No simulator is made while less than this part of the disk is free.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type IosSimulatorSettings = Static<typeof IosSimulatorSettings>;

export const XCRUN = '/usr/bin/xcrun';
export const SAFARIDRIVER = '/usr/bin/safaridriver';
const BOOT_TIMEOUT_MS = 25_000; // twice, within the 60 s that sessions.startTimeout is by default
const FIRST_BOOT_TIMEOUT_MS = 600_000;
const START_TIMEOUT_MS = 60_000;
const COMMAND_TIMEOUT_MS = 60_000;
/** A booted one with a browser in it takes about two of each. */
const CORES_PER_SIMULATOR = 2;
const BYTES_PER_SIMULATOR = 4 * 1024 ** 3;

export function simctlOf({
  xcrunPath = XCRUN,
  commandTimeout = COMMAND_TIMEOUT_MS,
}: IosSimulatorSettings): Simctl {
  return new Simctl(xcrunPath, commandTimeout);
}

export function planOf({ runtime, deviceType, webDriverAgentApp }: IosSimulatorSettings): TemplatePlan {
  return { runtime, deviceType, agentApp: webDriverAgentApp };
}

export function capacityOf({ capacity }: IosSimulatorSettings): number {
  const byCores = Math.floor(availableParallelism() / CORES_PER_SIMULATOR);
  const byMemory = Math.floor(totalmem() / BYTES_PER_SIMULATOR);
  return capacity ?? Math.max(1, Math.min(byCores, byMemory));
}

export function bootTimeoutOf({ bootTimeout = BOOT_TIMEOUT_MS }: IosSimulatorSettings): number {
  return bootTimeout;
}

export function firstBootTimeoutOf({
  firstBootTimeout = FIRST_BOOT_TIMEOUT_MS,
}: IosSimulatorSettings): number {
  return firstBootTimeout;
}

export function startTimeoutOf({ startTimeout = START_TIMEOUT_MS }: IosSimulatorSettings): number {
  return startTimeout;
}
