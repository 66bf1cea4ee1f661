// Leases of surfaces: who alone may send commands, for a while. Pure functions over the record of a lease; looking on
// needs none.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Problem, problem } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Lease, LeaseCreate } from '../protocol/surfaces.ts';
import type { LeaseRecord } from '../store/store.ts';

export interface Grant {
  lease: LeaseRecord;
  /** What its holder shows. It is kept nowhere else. */
  token: string;
  /** Whether it is the one that its holder had. */
  isExtension: boolean;
}

const TOKEN_BYTES = 24;

/**
 * A lease for who asks: a fresh one, that of `request.token` made longer, or with `steal` somebody else's.
 * @throws Problem `surface-locked` while another one holds it.
 */
export function grantLease(
  surface: { name: string; lease?: LeaseRecord },
  request: LeaseCreate,
  now: number,
): Grant {
  const { holder = 'unnamed', kind = 'agent', ttlMs = 60_000, steal = false, token } = request;
  const lease = present(surface.lease, now);
  const expiresAt = now + ttlMs;
  if (lease && token !== undefined && isTokenOf(lease, token)) {
    return { lease: { ...lease, expiresAt }, token, isExtension: true };
  }
  if (lease && !steal) throw locked(surface.name, lease, now);
  // Hex: a token that begins with a dash would be taken for an option on a command line.
  const fresh = randomBytes(TOKEN_BYTES).toString('hex');
  return {
    lease: { id: newId('lea'), holder, kind, tokenHash: hashOf(fresh), acquiredAt: now, expiresAt },
    token: fresh,
    isExtension: false,
  };
}

/** @throws Problem `surface-locked` unless the surface is free or `token` is that of its lease. */
export function checkLease(
  surface: { name: string; lease?: LeaseRecord },
  token: string | undefined,
  now: number,
): void {
  const lease = present(surface.lease, now);
  if (lease && !(token !== undefined && isTokenOf(lease, token))) throw locked(surface.name, lease, now);
}

/** The lease where there is one that has not run out. */
export function present(lease: LeaseRecord | undefined, now: number): LeaseRecord | undefined {
  return lease && lease.expiresAt > now ? lease : undefined;
}

function isTokenOf({ tokenHash }: LeaseRecord, token: string): boolean {
  // Hashes are of one length, which timingSafeEqual asks for.
  return timingSafeEqual(Buffer.from(hashOf(token)), Buffer.from(tokenHash));
}

/** As clients see it. */
export function describeLease({ id, holder, kind, acquiredAt, expiresAt }: LeaseRecord): Lease {
  return {
    id,
    holder,
    kind,
    acquiredAt: new Date(acquiredAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
  };
}

function locked(name: string, { holder, kind, expiresAt }: LeaseRecord, now: number): Problem {
  const until = new Date(expiresAt).toISOString();
  return problem('surface-locked', {
    detail: `Surface ${name} is held by ${holder} (${kind}) until ${until}.`,
    retryAfterSeconds: Math.max(1, Math.ceil((expiresAt - now) / 1000)),
  });
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
