// Links to live views: what they allow, until when, and a signature under the server's key. Nothing is kept of a link
// (docs/adr/0004, docs/adr/0018).

import { timingSafeEqual } from 'node:crypto';

/** What a token opens. */
export interface Grant {
  canControl: boolean;
  /** Epoch milliseconds; absent where it opens for as long as the session or surface is there. */
  expiresAt?: number;
}

/** Signs a text under the server's key. */
export type Sign = (text: string) => string;

/** A token for a session or a surface, by its id. Safe in URLs. */
export function tokenOf(sign: Sign, subjectId: string, { canControl, expiresAt = 0 }: Grant): string {
  const terms = `live1.${canControl ? 'control' : 'view'}.${expiresAt.toString(36)}`;
  return `${terms}.${sign(`${terms}.${subjectId}`)}`;
}

/** Whether it is the token of a link, of whatever and until whenever. */
export function isLink(token: string): boolean {
  return token.startsWith('live1.');
}

/** What `token` opens of the session or surface now, if anything. */
export function readToken(sign: Sign, subjectId: string, token: string, now: number): Grant | undefined {
  const [, terms = '', access, expiry = '', signature = ''] =
    /^(live1\.(control|view)\.([0-9a-z]{1,11}))\.([\w-]{1,128})$/.exec(token) ?? [];
  if (access === undefined) return undefined;
  const expected = Buffer.from(sign(`${terms}.${subjectId}`));
  const presented = Buffer.from(signature);
  if (expected.length !== presented.length || !timingSafeEqual(expected, presented)) return undefined;
  const expiresAt = Number.parseInt(expiry, 36);
  if (expiresAt !== 0 && expiresAt <= now) return undefined;
  return { canControl: access === 'control', ...(expiresAt !== 0 && { expiresAt }) };
}
