// What an operator can set about Android emulators.

import { availableParallelism } from 'node:os';
import { type Static, Type } from 'typebox';
import { systemClock } from '../../clock.ts';
import { Duration, Path, Size } from '../../notation.ts';
import { Adb } from './adb.ts';
import { PortLeases } from './ports.ts';

/** Of the emulator's own switches, those by which this backend does what it does. */
const OWN_SWITCHES =
  'avd|check-snapshot-loadable|force-snapshot-load|gpu|no-snapshot.*|ports?|qemu|read-only|snapshot.*|wipe-data';

export const EmulatorSettings = Type.Object(
  {
    emulatorPath: Type.Optional(
      Path({ description: 'The program of the emulator; the first of the usual places unless given.' }),
    ),
    adbPath: Type.Optional(
      Path({ description: 'The program of adb; the first of the usual places unless given.' }),
    ),
    adbServerPort: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65_535,
        default: 5037,
        description: 'Where the adb server listens; it is started where there is none.',
      }),
    ),
    avd: Type.Optional(
      Type.String({
        pattern: '^[\\w.-]+$',
        description: 'The AVD whose snapshot sessions start from; the only one unless given.',
      }),
    ),
    avdFolder: Type.Optional(Path({ description: 'The folder of AVDs; ~/.android/avd unless given.' })),
    snapshot: Type.Optional(
      Type.String({
        pattern: '^[\\w-]+$',
        default: 'moorage',
        description: 'The name of the snapshot that `moorage android bake` makes and sessions start from.',
      }),
    ),
    browserName: Type.Optional(
      Type.String({
        pattern: '^[a-z][a-z0-9-]{0,63}$',
        default: 'mobile-chrome',
        description: 'Under which name clients ask for its Chrome.',
      }),
    ),
    packageName: Type.Optional(
      Type.String({
        pattern: '^[a-zA-Z]\\w*(\\.[a-zA-Z]\\w*)+$',
        default: 'com.android.chrome',
        description: 'The package of Chrome in the AVD.',
      }),
    ),
    capacity: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 64,
        description: 'The most sessions at a time; one for every two cores unless given.',
      }),
    ),
    firstPort: Type.Optional(
      Type.Integer({
        minimum: 1024,
        maximum: 65_400,
        multipleOf: 2,
        default: 5554,
        description:
          'Where the console of the first emulator listens; there are 64 pairs of ports from there on.',
      }),
    ),
    startTimeout: Type.Optional(
      Duration({
        default: '25s',
        minimum: '1s',
        description:
          'How long an emulator may take to load its snapshot, and then Chrome to start: both are to fit into `sessions.startTimeout`.',
      }),
    ),
    bakeTimeout: Type.Optional(
      Duration({
        default: '10m',
        minimum: '1s',
        description: 'How long it may take to boot without a snapshot, to make one.',
      }),
    ),
    gpu: Type.Optional(
      Type.String({
        pattern: '^[a-z_]+$',
        default: 'swiftshader_indirect',
        description:
          'Who renders, as `-gpu` has it. A snapshot is of one renderer: bake anew after a change.',
      }),
    ),
    args: Type.Optional(
      Type.Array(Type.String({ pattern: `^(?!-(${OWN_SWITCHES})$).+$` }), {
        maxItems: 100,
        description: 'Switches for every emulator, such as `-cores`, `2`. Bake anew after a change.',
      }),
    ),
    env: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'Environment of every emulator, which gets nothing of the environment of the server.',
      }),
    ),
    diskFloor: Type.Optional(
      Size({
        default: '2GB',
        minimum: '0B',
        description: 'No emulator is started while less than this is free on the disk of the data folder.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type EmulatorSettings = Static<typeof EmulatorSettings>;

const PAIRS = 64;
const START_TIMEOUT_MS = 25_000; // twice, within the 60 s that sessions.startTimeout is by default
const BAKE_TIMEOUT_MS = 600_000;

export function adbOf(adbPath: string, { adbServerPort }: EmulatorSettings): Adb {
  return new Adb({ adbPath, ...(adbServerPort !== undefined && { serverPort: adbServerPort }) });
}

export function portsOf({ firstPort = 5554 }: EmulatorSettings): PortLeases {
  const to = firstPort + 2 * PAIRS - 1;
  return new PortLeases({ from: firstPort, to, count: 2 }, () => systemClock.monotonic());
}

export function capacityOf({ capacity }: EmulatorSettings): number {
  return capacity ?? Math.max(1, Math.floor(availableParallelism() / 2));
}

export function snapshotOf({ snapshot = 'moorage' }: EmulatorSettings): string {
  return snapshot;
}

export function packageNameOf({ packageName = 'com.android.chrome' }: EmulatorSettings): string {
  return packageName;
}

export function startTimeoutOf({ startTimeout = START_TIMEOUT_MS }: EmulatorSettings): number {
  return startTimeout;
}

export function bakeTimeoutOf({ bakeTimeout = BAKE_TIMEOUT_MS }: EmulatorSettings): number {
  return bakeTimeout;
}
