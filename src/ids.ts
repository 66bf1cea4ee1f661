// Ids: a prefix that names the thing, then 100 random bits in lower-case base 32 (safe in paths, labels and URLs).

import { randomBytes } from 'node:crypto';

export type LeaseId = `lea_${string}`;
export type RecordingId = `rec_${string}`;
export type SessionId = `ses_${string}`;
export type SurfaceId = `srf_${string}`;

type Prefix =
  | 'art'
  | 'cmd'
  | 'evt'
  | 'hdl'
  | 'key'
  | 'lea'
  | 'rec'
  | 'req'
  | 'ses'
  | 'srf'
  | 'tko'
  | 'wat'
  | 'wds';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 20;

/** A fresh id such as `ses_4q0v8…`: `prefix`, an underscore and 20 characters of Crockford's base 32. */
export function newId<P extends Prefix>(prefix: P): `${P}_${string}` {
  let text = '';
  for (const byte of randomBytes(LENGTH)) text += ALPHABET[byte & 31];
  return `${prefix}_${text}`;
}

export function isSessionId(text: string): text is SessionId {
  return /^ses_[0-9a-z]{20}$/.test(text);
}
