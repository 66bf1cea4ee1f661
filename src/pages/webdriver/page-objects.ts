// Objects of a page as Playwright knows them: by an id that holds the context where it was found and its reference there.

import { Refusal, type Result } from './cdp.ts';
import type { DriverWindow } from './driver-window.ts';

/** An object of a page: the context that it was found in, and its reference there. */
export interface Found {
  window: DriverWindow;
  context: number;
  reference: string;
}

/** @throws Refusal where its document is gone. */
export function foundIn(window: DriverWindow, objectId: unknown): Found {
  const [context = '', reference = ''] = String(objectId).split('.');
  if (!window.findDocument(Number(context))) throw new Refusal('Cannot find context with specified id');
  return { window, context: Number(context), reference };
}

/** With the ids by which Playwright knows objects in the place of the page's own references. */
export function withReferences(answer: Result, context: number): Result {
  const named = (object: unknown) => {
    if (typeof object !== 'object' || object === null || !('object' in object)) return object;
    const { object: reference, ...rest } = object;
    return { ...rest, objectId: `${context}.${reference}` };
  };
  const { result, exceptionDetails } = answer as {
    result?: unknown;
    exceptionDetails?: { exception: unknown };
  }; // as the page answers
  if (!exceptionDetails) return { result: named(result) };
  const { exception } = exceptionDetails;
  return {
    result: { type: 'undefined' },
    exceptionDetails: { ...exceptionDetails, exception: named(exception) },
  };
}

/** @throws Refusal with what the page threw. */
export function valueIn<T>({ result, exceptionDetails }: Result): T {
  if (exceptionDetails) {
    const { exception } = exceptionDetails as { exception: { description: string } }; // as the page answers
    throw new Refusal(exception.description);
  }
  return (result as { value: T }).value; // as the called function gives it
}
