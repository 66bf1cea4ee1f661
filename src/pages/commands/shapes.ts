// What the entries of the table are made of: parameters that many of them share, and how a command's time limits what it
// asks of Playwright.

import { type TProperties, Type } from 'typebox';
import type { Artifact } from '../../protocol/pages.ts';
import type { CommandTarget } from '../target.ts';

/** The parameters of a command. Unknown ones are refused. */
export function params<Members extends TProperties>(members: Members) {
  return Type.Object(members, { additionalProperties: false });
}

/** A member of a result, or the result, as data. */
export const record = params;

/** What a command answers that gives nothing. */
export const Nothing = Type.Null();
export const NoParams = params({});

/** Playwright's own time limit, within the command's `timeoutMs`. */
export const Timeout = {
  timeout: Type.Optional(
    Type.Number({ minimum: 0, description: 'Milliseconds; 0, and more than `timeoutMs`, stand for that.' }),
  ),
};

export const WaitUntil = {
  waitUntil: Type.Optional(Type.Enum(['load', 'domcontentloaded', 'networkidle', 'commit'])),
};

export const Point = record({ x: Type.Number(), y: Type.Number() });
export const Size = record({
  width: Type.Integer({ minimum: 1, maximum: 16_384 }),
  height: Type.Integer({ minimum: 1, maximum: 16_384 }),
});
export const Box = record({
  x: Type.Number(),
  y: Type.Number(),
  width: Type.Number(),
  height: Type.Number(),
});

export const Headers = Type.Record(Type.String(), Type.String());
export const HeaderList = Type.Array(record({ name: Type.String(), value: Type.String() }));
export const HandleId = Type.String({ description: '`hdl_…`, as an earlier command gave it.' });
/** The parameters of commands that take a handle and nothing else. */
export const ByHandle = params({ handle: HandleId });

/** An artifact, as results refer to it. */
export const ArtifactRef = Type.Unsafe<Artifact>({ $ref: 'Artifact' });

/** The limits of a Playwright call that can be aborted. */
export function within(
  target: CommandTarget,
  given: { timeout?: number } = {},
): { timeout: number; signal: AbortSignal } {
  return { ...upTo(target, given), signal: target.signal };
}

/** The limit of a Playwright call that takes nothing but a time. */
export function upTo(
  { timeoutMs }: CommandTarget,
  { timeout }: { timeout?: number } = {},
): {
  timeout: number;
} {
  return { timeout: timeout ? Math.min(timeout, timeoutMs) : timeoutMs };
}
