// Values of a page as JSON, and back: what JSON cannot hold, and handles where a page has things that stay there.

import type { ElementHandle, JSHandle } from 'playwright-core';
import { Type } from 'typebox';
import { asProblem, problem } from '../../errors.ts';
import type { CommandTarget } from '../target.ts';
import { HandleId, record } from './shapes.ts';

/** An object of the page that stays there, by the id under which later commands find it. */
export const HandleView = record({
  handle: HandleId,
  kind: Type.Enum(['element', 'js']),
  preview: Type.String({ description: 'A short text for people.' }),
});

export const Value = Type.Unknown({
  description:
    'As JSON: undefined, NaN and infinities are null, dates ISO 8601, BigInts decimal strings, patterns `{regex, flags}`, errors `{name, message, stack}`, maps, sets and typed arrays arrays.',
});

/** An argument for a function in the page; `{handle: 'hdl_…'}` anywhere in it is what the handle stands for. */
export const Argument = Type.Unknown({
  description: 'JSON; `{handle: "hdl_…"}` in it stands for what that names.',
});

const MOST_DEPTH = 200;

/** @throws Problem `invalid-argument` for a value that contains itself. */
export function toJson(value: unknown): unknown {
  return plain(value, new Set());
}

/** @throws Problem `handle-not-found` */
export function fromJson(target: CommandTarget, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => fromJson(target, item));
  if (typeof value !== 'object' || value === null) return value;
  if ('handle' in value && typeof value.handle === 'string' && Object.keys(value).length === 1) {
    return getHandle(target, value.handle);
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fromJson(target, item)]));
}

/** What a handle of an object or of an element names. @throws Problem `handle-not-found`, `invalid-argument` */
export function getHandle({ handles }: CommandTarget, id: string): JSHandle {
  try {
    return handles.get<JSHandle>(id, 'js');
  } catch (error) {
    if (asProblem(error)?.code !== 'invalid-argument') throw error;
    return handles.get<ElementHandle>(id, 'element');
  }
}

/** Keeps an object of the page for later commands. */
export function keepHandle({ handles }: CommandTarget, handle: JSHandle) {
  const element = handle.asElement();
  const kind = element ? ('element' as const) : ('js' as const);
  return { handle: handles.put(element ?? handle, kind), kind, preview: String(handle) };
}

export function keepElement(target: CommandTarget, element: ElementHandle | null) {
  return element && keepHandle(target, element);
}

function plain(value: unknown, above: Set<object>): unknown {
  switch (typeof value) {
    case 'bigint':
      return value.toString();
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'undefined':
      return null;
    case 'object':
      return value === null ? null : plainObject(value, above);
    default:
      return value;
  }
}

function plainObject(value: object, above: Set<object>): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof RegExp) return { regex: value.source, flags: value.flags };
  if (value instanceof URL) return value.href;
  if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack ?? '' };
  if (above.has(value)) throw unfit('contains itself');
  if (above.size > MOST_DEPTH) throw unfit(`is more than ${MOST_DEPTH} levels deep`);
  above.add(value);
  const members = itemsOf(value);
  const result = members
    ? members.map((item) => plain(item, above))
    : Object.fromEntries(
        Object.entries(value).flatMap(([name, item]) =>
          item === undefined ? [] : [[name, plain(item, above)]],
        ),
      );
  above.delete(value);
  return result;
}

function itemsOf(value: object): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  const isList =
    value instanceof Map || value instanceof Set || (ArrayBuffer.isView(value) && 'length' in value);
  return isList ? [...(value as Iterable<unknown>)] : undefined; // as just seen
}

function unfit(why: string) {
  return problem('invalid-argument', {
    detail: `The result ${why}, so that JSON cannot hold it. Return the parts that are wanted, or use evaluateHandle.`,
  });
}
