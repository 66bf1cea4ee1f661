// Values that people write with a unit: durations as `30s`, sizes as `2GB`, paths with `~`. Here are their schemas and
// how each becomes the one form that code reads: milliseconds, bytes, absolute paths.

import { isAbsolute, join, resolve } from 'node:path';
import bytes from 'bytes';
import ms, { type StringValue } from 'ms';
import { Type } from 'typebox';

/** A duration as code reads it. The phantom member tells it from other numbers, where types are derived. */
export type Milliseconds = number & { readonly notation?: 'duration' };
/** A size as code reads it. */
export type Bytes = number & { readonly notation?: 'size' };

/** The schema keyword that says how a value is written. */
export type Notation = 'duration' | 'path' | 'size';

const NOTATIONS = {
  duration: {
    pattern: '^\\d+(\\.\\d+)?\\s?(ms|s|m|h|d)$',
    parse: (text: string) => ms(text as StringValue), // the pattern admits only what `ms` reads
  },
  // Binary multiples, as memory and disks of servers are counted: 1KB is 1024 bytes.
  size: {
    pattern: '^\\d+(\\.\\d+)?\\s?([kKMGT]?B)$',
    parse: (text: string) => bytes.parse(text),
  },
} as const;

interface Limits {
  description: string;
  default?: string;
  minimum?: string;
  maximum?: string;
}

/** A duration in a configuration: `'30s'`, `'5m'`, `'1h'`, or a whole number of milliseconds. */
export function Duration(options: Limits) {
  return Type.Unsafe<Milliseconds>(written('duration', options));
}

/** A size in a configuration: `'500MB'`, `'2GB'` (1KB is 1024 bytes), or a whole number of bytes. */
export function Size(options: Limits) {
  return Type.Unsafe<Bytes>(written('size', options));
}

/** A path in a configuration. Relative ones are meant from the folder of the file that they stand in. */
export function Path(options: { description: string; default?: string }) {
  return Type.String({ ...options, minLength: 1, notation: 'path' });
}

/** The number that `text` writes, or `undefined` where it is not written as `notation` asks. */
export function parseWritten(notation: 'duration' | 'size', text: string): number | undefined {
  const { pattern, parse } = NOTATIONS[notation];
  if (!new RegExp(pattern).test(text)) return undefined;
  const value = parse(text);
  return value === null || !Number.isFinite(value) ? undefined : Math.round(value);
}

/** The absolute path that `text` means: `~` is `home`, anything relative starts at `folder`. */
export function parsePath(text: string, folder: string, home: string): string {
  if (text === '~') return home;
  if (/^~[/\\]/.test(text)) return join(home, text.slice(2));
  return isAbsolute(text) ? text : resolve(folder, text);
}

/** `300000` as `5m`; exact, where `ms` would round. */
export function writeDuration(value: number): string {
  return write(value, [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
    ['ms', 1],
  ]);
}

/** `10485760` as `10MB`; exact, where `bytes` would round. */
export function writeSize(value: number): string {
  return write(value, [
    ['TB', 1024 ** 4],
    ['GB', 1024 ** 3],
    ['MB', 1024 ** 2],
    ['KB', 1024],
    ['B', 1],
  ]);
}

/** In the largest unit of which there is a whole number. */
function write(value: number, units: ReadonlyArray<[string, number]>): string {
  const [name, unit] = units.find(([, size]) => value !== 0 && value % size === 0) ?? ['', 1];
  return `${value / unit}${name}`;
}

function written(notation: 'duration' | 'size', { minimum, maximum, ...annotations }: Limits) {
  return {
    type: ['integer', 'string'],
    ...annotations,
    pattern: NOTATIONS[notation].pattern,
    minimum: minimum === undefined ? 0 : parseWritten(notation, minimum),
    ...(maximum !== undefined && { maximum: parseWritten(notation, maximum) }),
    notation,
  };
}
