// Cursors: where a page of a list ended, as text that clients give back unchanged.

import { problem } from '../errors.ts';

/** `position` is the store's own. */
export function formatCursor(kind: string, position: string): string {
  return Buffer.from(`${kind} ${position}`).toString('base64url');
}

/**
 * The position in a list of `kind`.
 * @throws Problem `invalid-argument` for what `formatCursor` did not give for this kind and a position of this `form`.
 */
export function parseCursor(kind: string, cursor: string, form: RegExp): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  const position = text.slice(kind.length + 1);
  // Decoding forgives a lot; only what encodes to the same text was given by us.
  if (form.test(position) && formatCursor(kind, position) === cursor) return position;
  throw problem('invalid-argument', {
    detail: `This is no cursor of ${kind}. Take nextCursor of the page before, unchanged.`,
    members: { errors: [{ path: '/cursor', message: 'must be the nextCursor of an earlier page' }] },
  });
}
