// What backends of several addresses have in common: each is a member of one pool, the least loaded one is asked first, and
// what is wrong with one of them is told under the setting that it comes from.

import { asProblem, type Problem, problem } from '../../errors.ts';
import type { Detection, Health, SessionRequest } from '../backend.ts';
import { CdpConnection } from './cdp.ts';
import { getFirstPage, resizeWindow } from './first-page.ts';
import { restoreStorageState } from './storage-state.ts';

export interface PoolMember {
  /** Between 0 and 1 as long as it has room. */
  readonly load: number;
  /** Never rejects, but with the reason of `signal`. */
  probe(signal: AbortSignal): Promise<Probe>;
}

export interface Probe {
  isAvailable: boolean;
  reason: string;
}

/** An address says that it does not know the key, token or login that it was asked with. */
export class LoginRefused extends Error {
  override readonly name = 'LoginRefused';
}

const PROBE_MS = 3000;
/** How long a refused login is believed, though the probe gets an answer: not all ask for it at every path. */
const REFUSED_MS = 60_000;

/** The login of one address, as the configuration has it. */
export class AddressLogin {
  readonly #name: string;
  readonly #setting: string;
  #refusedUntil = Number.NEGATIVE_INFINITY;

  /** `setting` is where an operator sets it, such as `addresses[0].token`; it is told in every refusal. */
  constructor(name: string, setting: string) {
    this.#name = name;
    this.#setting = setting;
  }

  get isRefused(): boolean {
    return performance.now() < this.#refusedUntil;
  }

  get reason(): string {
    return `${this.#name} refuses the token or login of the configuration: set ${this.#setting}`;
  }

  /** Notes that a start was refused for it. */
  refuse(cause: unknown): Problem {
    this.#refusedUntil = performance.now() + REFUSED_MS;
    return problem('session-not-created', {
      detail: `${this.reason}.`,
      cause: new LoginRefused(this.reason, { cause }),
    });
  }
}

/** One that can be used is enough. */
export async function probeAll(members: readonly PoolMember[], signal: AbortSignal): Promise<Probe> {
  const seen = await Promise.all(members.map((member) => member.probe(signal)));
  return {
    isAvailable: seen.some(({ isAvailable }) => isAvailable),
    reason: seen.map(({ reason }) => reason).join('; '),
  };
}

/** `none` is what to say where no address is set. */
export async function detectPool(
  members: readonly PoolMember[],
  { none, fix }: { none: string; fix: string },
): Promise<Detection> {
  if (members.length === 0) return { found: false, detail: none, fix };
  const { isAvailable, reason } = await probeAll(members, AbortSignal.timeout(PROBE_MS));
  return isAvailable ? { found: true, detail: reason } : { found: false, detail: reason, fix };
}

export async function poolHealth(members: readonly PoolMember[], signal: AbortSignal): Promise<Health> {
  if (members.length === 0) return { state: 'unhealthy', reason: 'No address is set (`addresses`).' };
  const { isAvailable, reason } = await probeAll(members, signal);
  return { state: isAvailable ? 'healthy' : 'unhealthy', reason };
}

/**
 * What the least loaded member that takes it gives.
 * @throws Problem `no-capacity` with what each of them said, `session-not-created` where all of them refuse the login;
 *   whatever is no refusal of one; the reason of `signal`.
 */
export async function takeFromPool<Member extends PoolMember, Taken>(
  backend: string,
  members: readonly Member[],
  take: (member: Member) => Promise<Taken>,
  signal: AbortSignal,
): Promise<Taken> {
  const refusals: Problem[] = [];
  for (const member of [...members].sort((a, b) => a.load - b.load)) {
    try {
      return await take(member);
    } catch (error) {
      signal.throwIfAborted();
      const refusal = asProblem(error);
      if (!refusal || refusal.code === 'invalid-argument') throw error;
      refusals.push(refusal);
    }
  }
  const said = refusals.map(({ message }) => message).join(' ');
  if (refusals.length > 0 && refusals.every(({ cause }) => cause instanceof LoginRefused)) {
    throw problem('session-not-created', { detail: `Backend ${backend} starts none: ${said}` });
  }
  throw problem('no-capacity', {
    detail: `Backend ${backend} has no browser free: ${said || 'no address is set.'}`,
    retryAfterSeconds: 5,
  });
}

/** @throws Problem `invalid-argument` for another name than that of the pool. */
export function refuseOtherBrowser(backend: string, offered: string, { browser }: SessionRequest): void {
  if (browser === offered) return;
  throw problem('invalid-argument', {
    detail: `Backend ${backend} has no browser ${browser}; it offers ${offered}.`,
  });
}

/** What of a request is done when the browser runs, at its DevTools behind `url`. @throws CdpError; the reason of `signal`. */
export async function grantWishes(
  url: string,
  { viewport, storageState }: SessionRequest,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  if (!viewport && !storageState) return;
  const cdp = await CdpConnection.open(url, signal);
  try {
    if (viewport) await resizeWindow(cdp, await getFirstPage(cdp), viewport);
    if (storageState) await restoreStorageState(cdp, storageState);
    // It may have been given up in the meantime, and nobody looks after this.
    signal.throwIfAborted();
  } finally {
    cdp.close();
  }
}
